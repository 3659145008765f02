"""The page of one's notices, and the buttons that say they were looked at.

Reading the page changes nothing. Opening a notice is a button that posts: what is fetched ahead, by a browser or a
program, then marks nothing as read."""

from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts import notices
from accounts.access import get_visible_or_404
from accounts.context import read_frame
from accounts.models import Notice

A_PAGE = 50


@require_safe
def notice_list(request):
    """One's notices, those not looked at first, without those whose record one may not see any more."""
    mine = Notice.objects.visible_to(request.user).order_by(F("read_at").asc(nulls_first=True), "-at", "-pk")
    page = Paginator(mine.select_related("user__agency"), A_PAGE).get_page(request.GET.get("page"))
    context = {"title": pgettext("của cổng", "Thông báo"), "groups": grouped(notices.seen(page)), "page": page}
    context["page_range"] = page.paginator.get_elided_page_range(page.number)
    return render(request, "accounts/notices.html", context)


def grouped(found):
    """[(are they new, [(day, [notice])])]: first those that nobody has looked at."""
    found = sorted(found, key=lambda one: (one.read_at is None, one.at, one.pk), reverse=True)
    for notice in found:
        notice.mark, notice.said = notices.mark(notice), notices.sentence(notice)
    news = groupby(found, key=lambda one: one.read_at is None)
    return [(new, [(day, list(rows)) for day, rows in groupby(some, key=day_of)]) for new, some in news]


def day_of(notice):
    return timezone.localtime(notice.at).date()


@require_POST
def notice_open(request, pk):
    """On to the record that a notice is about; the notice counts as read."""
    notice = get_visible_or_404(Notice.objects, request.user, pk=pk)
    if not notices.seen([notice]):
        raise Http404(_("Không tìm thấy."))
    notices.mark_read(request.user, pk)
    return redirect(notice.address + read_frame(request).tail)


@require_POST
def notice_read(request, pk=None):
    """One notice, or all of them, were looked at."""
    if pk is not None:
        get_visible_or_404(Notice.objects, request.user, pk=pk)
    notices.mark_read(request.user, pk)
    return redirect(reverse("accounts:notices") + read_frame(request).tail)
