"""Days and spans as an office writes them."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WEEKDAYS = [
    gettext_lazy("thứ Hai"),
    gettext_lazy("thứ Ba"),
    gettext_lazy("thứ Tư"),
    gettext_lazy("thứ Năm"),
    gettext_lazy("thứ Sáu"),
    gettext_lazy("thứ Bảy"),
    gettext_lazy("Chủ nhật"),
]


def day_text(day: date) -> str:
    """'05/10/2026'"""
    return f"{day:%d/%m/%Y}"


def weekday_text(day: date) -> str:
    """'thứ Hai 05/10/2026'"""
    return f"{WEEKDAYS[day.weekday()]} {day_text(day)}"


def span_text(start: date, end: date | None) -> str:
    """'22/09-28/09/2026'; one day alone, both years when they differ, 'từ 22/09/2026' while the end is open."""
    if end is None:
        return _("từ %(day)s") % {"day": day_text(start)}
    if start == end:
        return day_text(start)
    return f"{start:%d/%m}-{day_text(end)}" if start.year == end.year else f"{day_text(start)}-{day_text(end)}"


def days_text(days: Iterable[date]) -> str:
    """Days in order, neighbours as one span: '04/02-05/02/2027, 08/02/2027'."""
    spans: list[tuple[date, date]] = []
    for day in days:
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return ", ".join(span_text(*span) for span in spans)
