"""The rungs of a reminder: whom the portal tells how long before a deadline, on its day and after it. Pure.

QĐ 42/2014/QĐ-TTg leaves the form of urging to the office; in Hà Nội's practice more than three reminders escalate."""

import datetime
from dataclasses import dataclass

from planning.clock import Calendar

OFFICERS, DECIDERS, OFFICE = "officers", "deciders", "office"  # of the lead agency; of the one that follows it
REMINDERS_BEFORE_OFFICE = 3
WEEK = 7  # days


@dataclass(frozen=True)
class Rung:
    """`name` is part of what makes a reminder once; `at`: working days from the deadline, negative before it; `ending`:
    of the kind of notice (accounts/notice_kinds.py); `whom`: who is told."""

    name: str
    at: int
    ending: str
    whom: tuple[str, ...]


LADDER = (
    Rung("before7", -7, "due_soon", (OFFICERS,)),
    Rung("before1", -1, "due_soon", (OFFICERS,)),
    Rung("day", 0, "due_today", (OFFICERS,)),
    Rung("late1", 1, "overdue", (OFFICERS, DECIDERS)),
)
FIRST = LADDER[0].at
QUIET = Rung("past", 0, "overdue", ())  # from the deadline to the next working day: nobody is told anything


def reached(due: datetime.date, today: datetime.date, calendar: Calendar) -> Rung | None:
    """The highest rung that `today` has reached, whatever was or was not told below it; None when it is far off.

    The rung of the day itself is reached on that day only; on the days off after it all are left alone. From a week
    after the deadline on there is a rung every seven days, and the office that follows joins in."""
    weeks = (today - due).days // WEEK
    if weeks > 0:
        return Rung(f"late{weeks * WEEK}", weeks * WEEK, "overdue", (OFFICERS, DECIDERS, OFFICE))
    below = [rung for rung in LADDER if calendar.add_working(due, rung.at) <= today]
    if below and below[-1].at == 0 and today > due:
        return QUIET
    return below[-1] if below else None


def again(since: datetime.date, today: datetime.date, every: int) -> int:
    """How many whole spells of `every` days a silence has lasted: each is an occasion of its own."""
    return (today - since).days // every
