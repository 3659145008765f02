"""One month of the calendar: its weeks from Monday on, what is on each day, which days are off."""

import datetime
import re
from calendar import Calendar
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.context import YEARS
from planning.clock.limits import last_of_period

FEW = 3  # entries told in one day of the grid
ONE_DAY = datetime.timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Day:
    """One day of the month. `off`: why offices rest, "" where they do not for any other reason than the weekend;
    `worked`: a weekend day that is worked in exchange."""

    on: datetime.date
    entries: tuple
    off: str
    worked: bool
    is_today: bool

    @property
    def few(self):
        return self.entries if len(self.entries) == FEW + 1 else self.entries[:FEW]

    @property
    def more(self):
        return len(self.entries) - len(self.few)

    @property
    def rests(self):
        return not self.worked and (bool(self.off) or self.on.weekday() >= SATURDAY)


@dataclass(frozen=True)
class Month:
    """The month that begins on `first`."""

    first: datetime.date

    @property
    def last(self):
        return last_of_period(self.first, 1)

    @property
    def name(self):
        return _("Tháng %(month)s năm %(year)s") % {"month": self.first.month, "year": self.first.year}

    @property
    def code(self):
        return f"{self.first:%Y-%m}"

    @cached_property
    def previous(self):
        """The month before; None before the first year that the portal knows."""
        return month_of(self.first - ONE_DAY)

    @cached_property
    def following(self):
        return month_of(self.last + ONE_DAY)

    def weeks(self, entries, holidays, today):
        """[[Day, or None where the week lies in another month]]: `holidays` are rows of planning.models.Holiday."""
        by_day, named = {}, {one.on: one for one in holidays}
        for entry in entries:
            by_day.setdefault(entry.day, []).append(entry)
        weeks = Calendar().monthdatescalendar(self.first.year, self.first.month)
        return [[self.day(on, by_day, named.get(on), today) for on in week] for week in weeks]

    def day(self, on, by_day, holiday, today):
        if on.month != self.first.month:
            return None
        worked = holiday is not None and holiday.kind == holiday.Kind.WORKDAY
        return Day(on, tuple(by_day.get(on, ())), holiday.name if holiday else "", worked, on == today)


def month_of(day):
    return Month(day.replace(day=1)) if day.year in YEARS else None


def read_month(text, today):
    """The month that an address names as 2026-11; this one when it names none that can be read."""
    found = re.fullmatch(r"([12]\d{3})-(0[1-9]|1[0-2])", text)
    return (found and month_of(datetime.date(int(found[1]), int(found[2]), 1))) or month_of(today)
