"""The real days off, and a counter that goes day by day as one would on a wall calendar, to judge the clock by."""

import csv
from datetime import date, timedelta
from pathlib import Path

from planning.clock import Calendar, DayOff, Unit

TABLE = Path(__file__).resolve().parent.parent.parent / "data" / "holidays.csv"
ONE_DAY = timedelta(days=1)


def read():
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return [
            DayOff(
                date.fromisoformat(row["date"]),
                row["kind"],
                row["name_vi"].split(" [")[0],
                row["certainty"] == "seen" and "[" not in row["name_vi"],
            )
            for row in csv.DictReader(lines)
        ]


ROWS = read()
CALENDAR = Calendar(ROWS)
OFF = {row.on for row in ROWS if row.kind != "swapped_workday"}
WORKED = {row.on for row in ROWS if row.kind == "swapped_workday"}


def works(day):
    return day in WORKED or (day.strftime("%a") not in ("Sat", "Sun") and day not in OFF)


def days(start, end):
    """Each day after `start` up to and with `end`."""
    while start < end:
        start += ONE_DAY
        yield start


def months_on(day, months):
    """Walk to the same day of a later month, or stop on its last day."""
    for _ in range(months):
        here = start = day
        while (here.year, here.month) == (start.year, start.month):
            here += ONE_DAY
        day = here
    # `day` is the first of the month by now
    return day


def same_day(event, months):
    first = months_on(event, months) if months else event.replace(day=1)
    found = first
    while found.day < event.day and (found + ONE_DAY).month == first.month:
        found += ONE_DAY
    return found


class Endless(Exception):
    """The count has come to a pause that is open."""


def count(event, length, unit, paused):
    """The last of `length` days (working days, …) after the event that no pause covers."""
    if unit in (Unit.MONTH, Unit.YEAR):
        length = len(list(days(event, same_day(event, length * (12 if unit == Unit.YEAR else 1)))))
    elif unit == Unit.WEEK:
        length *= 7
    day = event
    while length:
        day += ONE_DAY
        if not paused(day) and (unit != Unit.WORKING_DAY or works(day)):
            length -= 1
    return day


def due(term, event, pauses=(), extensions=()):
    """The due day counted naively; None when the count comes to a pause that is open."""

    def paused(day):
        if any(pause.end is None and pause.start <= day for pause in pauses):
            raise Endless
        return any(pause.start <= day <= pause.end for pause in pauses if pause.end)

    def moved(day):
        if term.moves and not term.minimum and not works(day):
            while not works(day) or paused(day):
                day += ONE_DAY
        return day

    start, length, unit = event, term.length, term.unit
    try:
        for extension in extensions:
            if extension.unit == unit and not extension.from_expiry:
                length += extension.length
                continue
            start = count(start, length, unit, paused)
            start = moved(start) if extension.from_expiry else start
            length, unit = extension.length, extension.unit
        return moved(count(start, length, unit, paused))
    except Endless:
        return None
