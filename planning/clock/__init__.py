"""The clock of the law: working days, terms, pauses, due days explained line by line. Pure: no database, no today.

The conventions, with their sources and the doubts that stay open, are told in docs/clock.md."""

from planning.clock.calendar import Calendar, DayOff
from planning.clock.counting import back, chain, due
from planning.clock.elapsed import Lateness, Spent, lateness, spent
from planning.clock.limits import Every, Limit, limit, periodic
from planning.clock.terms import LONGEST, Due, Extension, Line, Pause, Term, Unit

__all__ = [
    "LONGEST",
    "Calendar",
    "DayOff",
    "Due",
    "Every",
    "Extension",
    "Lateness",
    "Limit",
    "Line",
    "Pause",
    "Spent",
    "Term",
    "Unit",
    "back",
    "chain",
    "due",
    "lateness",
    "limit",
    "periodic",
    "spent",
]
