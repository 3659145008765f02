"""The rules and the days off, to read with their articles; and the clock, to be asked."""

from itertools import groupby

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.context import read_day
from planning import clock
from planning.clock_form import ClockForm
from planning.models import Holiday, Rule

SUBJECTS = {
    "ccn": gettext_lazy("Cụm công nghiệp"),
    "kcn": gettext_lazy("Khu công nghiệp, khu chế xuất"),
    "kcnc": gettext_lazy("Khu công nghệ cao"),
    "policy": gettext_lazy("Chấp thuận chủ trương đầu tư"),
    "planning": gettext_lazy("Hồ sơ quy hoạch"),
    "plot": gettext_lazy("Lô đất nhà máy"),
    "works": gettext_lazy("Xây dựng hạ tầng"),
    "facility": gettext_lazy("Cơ sở sản xuất riêng lẻ"),
    "session": gettext_lazy("Kỳ họp"),
}  # by the first part of a rule's code


@require_safe
def rules(request):
    """Every threshold and clock of the law with its article, by what it is about; and whether it holds on a day."""
    day, problem = day_asked(request)
    found = Rule.objects.visible_to(request.user).select_related("document")
    groups = [
        (SUBJECTS.get(subject, subject), [(rule, rule.holds_on(day)) for rule in rows])
        for subject, rows in groupby(found, lambda rule: rule.code.partition(".")[0])
    ]
    context = {"title": _("Thời hạn và ngưỡng theo luật"), "day": day, "problem": problem, "groups": groups}
    return render(request, "planning/rules.html", context, status=400 if problem else 200)


def day_asked(request):
    """The day that the address names, today without one; and what of it cannot be read."""
    text = request.GET.get("on", "").strip()
    try:
        return (read_day(text) if text else timezone.localdate()), ""
    except ValueError:
        return timezone.localdate(), _("Không đọc được ngày “%(text)s”; cần dạng 31/12/2025.") % {"text": text[:40]}


@require_safe
def holidays(request):
    """The days on which offices rest or work out of turn, by year."""
    found = Holiday.objects.visible_to(request.user).order_by("-on")
    years = [(year, sorted(rows, key=lambda one: one.on)) for year, rows in groupby(found, lambda one: one.on.year)]
    context = {"title": _("Ngày nghỉ, ngày làm bù"), "years": years, "today": timezone.localdate()}
    return render(request, "planning/holidays.html", context)


@require_safe
def explain(request):
    """A term counted line by line: from which day, by which rule or length, with a pause and an extension."""
    form = ClockForm(request.GET or None)
    calendar = Holiday.objects.visible_to(request.user).calendar()
    due = form.due(calendar) if form.is_valid() else None
    context = {"title": _("Tính thời hạn"), "form": form, "due": due}
    if due and due.day:
        context["left"] = clock.lateness(due.day, timezone.localdate(), calendar)
    return render(request, "planning/clock.html", context, status=400 if form.errors else 200)
