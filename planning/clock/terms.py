"""What the law and the file say: terms, pauses, extensions; and what follows from them: a due day with its lines."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import ngettext_lazy, pgettext_lazy

from planning.clock.calendar import Calendar

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Unit(StrEnum):
    """What a term is counted in: the offices' working days, and the units of Civil Code 2015 Art 145-148."""

    WORKING_DAY = "wd"
    DAY = "d"
    WEEK = "w"
    MONTH = "m"
    YEAR = "y"

    @property
    def label(self) -> "_StrPromise":
        return LABELS[self]

    @property
    def base(self) -> tuple["Unit", int]:
        """The unit it is counted in and how many of it: a year is twelve months, a week seven days."""
        return BASES[self]


LABELS = {
    Unit.WORKING_DAY: pgettext_lazy("đơn vị", "ngày làm việc"),
    Unit.DAY: pgettext_lazy("đơn vị", "ngày"),
    Unit.WEEK: pgettext_lazy("đơn vị", "tuần"),
    Unit.MONTH: pgettext_lazy("đơn vị", "tháng"),
    Unit.YEAR: pgettext_lazy("đơn vị", "năm"),
}
AMOUNTS = {
    Unit.WORKING_DAY: ngettext_lazy("%(n)s ngày làm việc", "%(n)s ngày làm việc", "n"),
    Unit.DAY: ngettext_lazy("%(n)s ngày", "%(n)s ngày", "n"),
    Unit.WEEK: ngettext_lazy("%(n)s tuần", "%(n)s tuần", "n"),
    Unit.MONTH: ngettext_lazy("%(n)s tháng", "%(n)s tháng", "n"),
    Unit.YEAR: ngettext_lazy("%(n)s năm", "%(n)s năm", "n"),
}
BASES = {
    Unit.WORKING_DAY: (Unit.WORKING_DAY, 1),
    Unit.DAY: (Unit.DAY, 1),
    Unit.WEEK: (Unit.DAY, 7),
    Unit.MONTH: (Unit.MONTH, 1),
    Unit.YEAR: (Unit.MONTH, 12),
}
LONGEST = {Unit.WORKING_DAY: 26_000, Unit.DAY: 36_525, Unit.WEEK: 5_218, Unit.MONTH: 1_200, Unit.YEAR: 100}


def checked(length: int, unit: Unit) -> None:
    """ValueError for a negative length and for one of more than a hundred years, a slip of the keyboard."""
    if not 0 <= length <= LONGEST[unit]:
        raise ValueError(f"a term of {length} {unit} is not between 0 and a hundred years")


def amount(length: int, unit: Unit) -> str:
    """'20 ngày làm việc', '2 tháng'."""
    return AMOUNTS[unit] % {"n": length}


@dataclass(frozen=True)
class Term:
    """A term of law. `moves`: a last day off goes on to the next working day (Civil Code 2015 Art 148(5)).

    `minimum`: "ít nhất 20 ngày" is a shortest time, its end stays where it falls."""

    length: int
    unit: Unit
    moves: bool = True
    minimum: bool = False

    def __post_init__(self) -> None:
        checked(self.length, self.unit)


@dataclass(frozen=True)
class Pause:
    """The dossier is with the applicant. From the day of the request to the day the supplement comes in nothing counts.

    `end` is None while the supplement is awaited."""

    start: date
    end: date | None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.end and self.end < self.start:
            raise ValueError("a pause ends before it starts")

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Extension:
    """More time, with the document that gives it. `from_expiry`: it runs from the due day, "kể từ ngày hết hạn"."""

    length: int
    unit: Unit
    document: str = ""
    from_expiry: bool = False

    def __post_init__(self) -> None:
        checked(self.length, self.unit)


@dataclass(frozen=True)
class Line:
    """One line of the explanation. `days`: calendar days that it adds; event day + all of them = due day."""

    text: str
    day: date | None
    days: int | None = None


@dataclass(frozen=True)
class Due:
    """The day on whose end a term runs out, and how it was counted. Without a `day`, `unknown` says what is awaited."""

    day: date | None
    lines: tuple[Line, ...]
    doubts: tuple[str, ...] = ()
    unknown: str = ""


def add_months(day: date, months: int) -> date:
    """The same day of a later (or earlier) month, or its last day: 31/1 + 1 = 28/2 (Civil Code 2015 Art 148(3)(4))."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def add(day: date, length: int, unit: Unit, calendar: Calendar) -> date:
    """The last day of `length` units after `day`, which is not counted; before it when negative. Nothing is moved."""
    base, times = unit.base
    if base == Unit.WORKING_DAY:
        return calendar.add_working(day, length)
    if base == Unit.DAY:
        return day + timedelta(days=length * times)
    return add_months(day, length * times)


def merged(pauses: Iterable[Pause]) -> list[Pause]:
    """Pauses in order, those that overlap made one with both reasons: no day is taken out twice."""
    result: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.start):
        last = result[-1] if result else None
        if last is None or not last.covers(pause.start):
            result.append(pause)
            continue
        end = None if last.end is None or pause.end is None else max(last.end, pause.end)
        reasons = dict.fromkeys(reason for reason in (last.reason, pause.reason) if reason)
        result[-1] = Pause(last.start, end, "; ".join(reasons))
    return result
