"""Limits that a text fixes by the calendar, and duties that come back: neither is ever moved off a day off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.clock.calendar import Calendar
from planning.clock.terms import Due, Line, Term, Unit, add_months
from planning.clock.wording import day_text

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ONE_DAY = timedelta(days=1)


class Limit(StrEnum):
    """How exactly a text names its limit: "trước ngày 20/6" is 19/6 at the latest, "trong tháng 4/2016" is 30/4."""

    BEFORE = "before"
    ON = "on"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"

    @property
    def label(self) -> "_StrPromise":
        return LABELS[self]


LABELS = {
    Limit.BEFORE: gettext_lazy("trước ngày"),
    Limit.ON: gettext_lazy("đến hết ngày"),
    Limit.MONTH: gettext_lazy("trong tháng"),
    Limit.QUARTER: gettext_lazy("trong quý"),
    Limit.HALF: gettext_lazy("trong 6 tháng"),
    Limit.YEAR: gettext_lazy("trong năm"),
}
MONTHS = {Limit.MONTH: 1, Limit.QUARTER: 3, Limit.HALF: 6, Limit.YEAR: 12}
QUARTERS = ["I", "II", "III", "IV"]


def last_of_period(day: date, months: int) -> date:
    """The last day of the month, quarter, half year or year (1, 3, 6, 12 months) in which a day lies."""
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return add_months(first, months) - ONE_DAY


def limit(kind: Limit | str, day: date, calendar: Calendar) -> Due:
    """The last day in time for a fixed limit. `day` is the one named, or any day of the month, quarter, half or year.

    It stays where it falls; when nobody works on it, a doubt names the last working day before."""
    kind = Limit(kind)
    last = {Limit.BEFORE: day - ONE_DAY, Limit.ON: day}.get(kind) or last_of_period(day, MONTHS[kind])
    named = {
        Limit.BEFORE: _("Trước ngày %(day)s"),
        Limit.ON: _("Đến hết ngày %(day)s"),
        Limit.MONTH: _("Trong tháng %(month)s/%(year)s"),
        Limit.QUARTER: _("Trong quý %(quarter)s/%(year)s"),
        Limit.HALF: _("Trong %(half)s %(year)s"),
        Limit.YEAR: _("Trong năm %(year)s"),
    }[kind] % {
        "day": day_text(day),
        "month": day.month,
        "quarter": QUARTERS[(day.month - 1) // 3],
        "half": _("6 tháng đầu năm") if day.month <= 6 else _("6 tháng cuối năm"),
        "year": day.year,
    }
    text = _("%(limit)s: chậm nhất hết ngày %(last)s") % {"limit": named, "last": day_text(last)}
    return Due(last, (Line(text, last, (last - day).days),), calendar.not_moved(last))


@dataclass(frozen=True)
class Every:
    """A periodic duty: after each month, quarter, half year or year (`months` 1, 3, 6, 12), by a day of a month.

    `months_after` counts that month from the period's last one: "trước ngày 10 của tháng đầu quý sau" is
    Every(3, 10), "ngày 15 tháng cuối quý" is Every(3, 15, before=False, months_after=0)."""

    months: int
    day: int
    before: bool = True
    months_after: int = 1

    def __post_init__(self) -> None:
        if self.months not in MONTHS.values() or not 1 <= self.day <= 31:
            raise ValueError("a duty comes back every 1, 3, 6 or 12 months, on a day from 1 to 31")

    def due(self, last_month: date) -> date:
        """The last day in time for the period whose last month has this day."""
        month = add_months(last_month.replace(day=1), self.months_after)
        day = month.replace(day=min(self.day, last_of_period(month, 1).day))
        return day - ONE_DAY if self.before else day


def periodic(first: date, every: Every | Term, until: date) -> Iterator[date]:
    """The due days of a duty that comes back, up to and with `until`.

    With Every: from the period in which `first` lies, and not before `first`. With a Term in days, weeks, months or
    years: `first` and each whole term after it (31/1, 28/2, 31/3)."""
    for day in rounds(first, every):
        if day > until:
            return
        if day >= first:
            yield day


def rounds(first: date, every: Every | Term) -> Iterator[date]:
    if isinstance(every, Every):
        end = last_of_period(first, every.months)
        yield from (every.due(add_months(end, n * every.months)) for n in count())
        return
    unit, times = every.unit.base
    if unit == Unit.WORKING_DAY or not every.length:
        raise ValueError("a duty comes back after days, weeks, months or years")
    step = every.length * times
    for n in count():
        yield add_months(first, n * step) if unit == Unit.MONTH else first + timedelta(days=n * step)
