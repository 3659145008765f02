"""The table of opinions of a consultation, with what became of each, as a file."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.context import read_frame
from reports.catalogue import CATALOGUE
from reports.opinions import asked_about
from reports.render import FORMATS, TooLong
from reports.views.progress import attached


@require_safe
def opinions_document(request, code, format):
    consultation, frame = asked_about(request.user, code), read_frame(request)
    if format not in FORMATS or frame.problem:
        raise Http404(_("Không tìm thấy."))
    name = f"tong-hop-y-kien-{code}-{frame.as_of:%Y-%m-%d}.{format}"
    try:
        return attached(CATALOGUE["opinions"].build(request.user, consultation, frame.day), format, name)
    except TooLong:
        messages.error(request, _("Có ý kiến dài hơn một ô Excel chứa được. Hãy tải Word hoặc PDF."))
        return redirect("planning:consultation", code)
