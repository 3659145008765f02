"""How late, how much is left, how much was used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from planning.clock.calendar import Calendar
from planning.clock.terms import Pause, merged

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Lateness:
    """Days late or left, calendar and working days. On the due day itself, still in time, all four are nothing."""

    days: int
    working_days: int
    left: int
    working_left: int


@dataclass(frozen=True)
class Spent:
    """Days used after the start up to and with the end, those of pauses left out."""

    days: int
    working_days: int


def lateness(due_day: date, on: date, calendar: Calendar) -> Lateness:
    """How late a thing is (or was done) on a day; the days left do not count that day itself."""
    days = (on - due_day).days
    working = calendar.working_between(due_day, on)
    return Lateness(max(days, 0), max(working, 0), max(-days, 0), max(-working, 0))


def spent(start: date, end: date, calendar: Calendar, pauses: Iterable[Pause] = ()) -> Spent:
    """What a term has used: the start is not counted, nor any day of a pause from its first to its last."""
    days = max((end - start).days, 0)
    working = max(calendar.working_between(start, end), 0)
    for pause in merged(pauses):
        before = max(pause.start - ONE_DAY, start)
        last = min(pause.end or end, end)
        if last > before:
            days -= (last - before).days
            working -= calendar.working_between(before, last)
    return Spent(days, working)
