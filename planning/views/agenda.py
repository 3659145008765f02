"""Time: the board of tasks, the month, and the personal calendar for calendar programs with its keys."""

import hashlib

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import get_visible_or_404
from accounts.context import read_frame
from accounts.models import Agency
from accounts.text import clean_text
from planning import calendars
from planning.agenda import KINDS, agencies_in, entries, zones_in
from planning.duty_lists import TASKS
from planning.models import Holiday
from planning.month import read_month
from planning.task_board import columns
from zones.listings import Question
from zones.models import Zone
from zones.views.editing import page
from zones.views.lists import head

MINE, ALL = "mine", "all"
NOT_FOUND = gettext_lazy("Không tìm thấy.")


@require_safe
def task_board(request):
    """The tasks of the list by how they stand on the cut-off day, with the same filters."""
    question = Question(TASKS, request)
    context = head(question) | {"title": _("Nhiệm vụ theo tình trạng"), "choices": [], "exports": []}
    context["board"] = columns(question)
    context["rows"] = context["count"]
    context["hidden"] = context["count"] - sum(column.count for column in context["board"])
    return render(request, "planning/task_board.html", context, status=400 if question.errors else 200)


@require_safe
def calendar(request):
    """A month of deadlines: of oneself, an agency, a zone, a city."""
    user, frame, today = request.user, read_frame(request), timezone.localdate()
    month, of = read_month(request.GET.get("month", ""), today), asked_for(request)
    found = entries(user, month.first, month.last, today=today, city=frame.city, **of)
    holidays = Holiday.objects.visible_to(user).filter(on__range=(month.first, month.last))
    weeks = month.weeks(found, holidays, today)
    context = {"title": _("Lịch công việc"), "month": month, "weeks": weeks, "today": today, "kinds": KINDS} | of
    context["days"] = [day for week in weeks for day in week if day and day.entries]
    context |= {"agencies": agencies_in(user, frame.city), "zones": zones_in(user, frame.city), "count": len(found)}
    return render(request, "planning/calendar.html", context)


def asked_for(request):
    """What the address narrows the entries to; one's own for whoever has an agency and asks for nothing else."""
    user, code, of = request.user, request.GET.get("zone"), request.GET.get("of", "")
    zone = get_visible_or_404(Zone.objects, user, code=code) if code else None
    of = of or (MINE if user.agency_id and not zone else ALL)
    agency = None if of in (MINE, ALL) else get_visible_or_404(Agency.objects, user, code=of)
    return {"mine": of == MINE, "agency": agency, "zone": zone}


class KeyForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("Dùng cho"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Ví dụ: điện thoại, Outlook ở cơ quan. Để sau này biết khoá nào cần thu hồi."),
    )

    def clean_label(self):
        return clean_text(self.cleaned_data["label"])


@page
def calendar_keys(request):
    """A person's own keys; a new one's address is shown this once."""
    form, address = KeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        key, secret = calendars.new_key(request.user, form.cleaned_data["label"])
        if key is None:
            form.add_error(
                None, _("Đã có %(n)s khoá còn dùng được: thu hồi khoá cũ trước.") % {"n": calendars.MOST_KEYS}
            )
        else:
            address = request.build_absolute_uri(calendars.feed_address(secret))
    context = {"title": _("Lịch trên điện thoại, Outlook"), "form": form, "address": address, "now": timezone.now()}
    context |= {"submit": _("Tạo địa chỉ lịch"), "crumbs": [(reverse("planning:calendar"), _("Lịch"))]}
    return render(request, "planning/calendar_keys.html", context | {"keys": request.user.calendar_keys.all()})


@require_POST
def calendar_key_revoke(request, pk):
    get_object_or_404(request.user.calendar_keys, pk=pk).revoke()
    messages.success(request, _("Đã thu hồi khoá: địa chỉ lịch đó không mở được nữa."))
    return redirect("planning:calendar_keys")


@require_safe
def calendar_feed(request, secret):
    """The calendar of the person whose key this is; where there is no good one, a 404 that does not say why."""
    key = calendars.open_key(secret)
    if key is None:
        raise Http404(NOT_FOUND)
    with translation.override(settings.LANGUAGE_CODE):
        body = calendars.written(key.user, request.build_absolute_uri)
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={"ETag": etag})
    response["Cache-Control"] = "private, no-cache"
    response["Content-Disposition"] = 'inline; filename="lich.ics"'
    return get_conditional_response(request, etag=etag, response=response)
