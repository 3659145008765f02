"""From an event day to the due day, line by line (Civil Code 2015 Art 147, 148; pauses and extensions of a dossier)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from planning.clock.calendar import Calendar
from planning.clock.tally import StillPaused, Tally, legs, skipped, stop_text
from planning.clock.terms import Due, Extension, Line, Pause, Term, Unit, add, amount, merged
from planning.clock.wording import day_text


def due(
    term: Term,
    event: date | None,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    extensions: Iterable[Extension] = (),
    waiting_for: str = "",
) -> Due:
    """The due day of a term that begins with an event; the event day itself is not counted (Art 147).

    `waiting_for` names the event's day in the law's words: "ngày bàn giao đất". Without an event, or while a pause is
    open, there is no due day."""
    name = waiting_for or _("ngày bắt đầu")
    if event is None:
        return awaited(term, name)
    tally = Tally(event, calendar, merged(pauses))
    tally.begin(name)
    try:
        for leg in legs(term, extensions):
            tally.run(leg)
    except StillPaused as still:
        unknown = _("Đang tạm dừng %(stop)s: có ngày đến hạn khi hết tạm dừng.") % {"stop": stop_text(still.pause)}
        return Due(None, (*tally.lines, Line(unknown, None)), tuple(dict.fromkeys(tally.doubts)), unknown)
    tally.end(term)
    return Due(tally.day, tuple(tally.lines), tuple(dict.fromkeys(tally.doubts)))


def back(event: date | None, term: Term, calendar: Calendar, waiting_for: str = "") -> Due:
    """The latest day that lies a whole term before an event, not counting its day: "ít nhất 3 ngày làm việc trước".

    Such a day is never moved: later would be too late, earlier is not asked; when nobody works on it, that is said."""
    name = waiting_for or _("ngày của sự kiện")
    if event is None:
        return awaited(term, name)
    day = add(event, -term.length, term.unit, calendar)
    words = {"amount": amount(term.length, term.unit), "event": name, "on": day_text(event), "day": day_text(day)}
    text = _("Trước %(event)s %(on)s ít nhất %(amount)s, không tính ngày đó: chậm nhất %(day)s") % words
    text += skipped(day - timedelta(days=1), event - timedelta(days=1), term.unit, calendar)
    working = term.unit == Unit.WORKING_DAY
    doubts = calendar.doubts(day, event - timedelta(days=1)) if working and term.length else ()
    lines = (Line(text, day, (day - event).days),)
    return Due(day, lines, tuple(dict.fromkeys((*doubts, *calendar.not_moved(day)))))


def chain(
    event: date | None,
    steps: Sequence[tuple[str, Term]],
    calendar: Calendar,
    actual: Mapping[str, date],
    waiting_for: str = "",
) -> list[Due]:
    """The due days of steps that follow each other: each runs from the day the last one was done, or else was due.

    `steps` are (name, term); `actual` says on which day a step was really done. Periods that run inside another are
    no steps of a chain (ND 96/2026: 2 + 7 inside 14 working days)."""
    result = []
    for step, term in steps:
        result.append(due(term, event, calendar, waiting_for=waiting_for))
        event = actual.get(step, result[-1].day)
        planned = event is not None and step not in actual
        name = _("ngày đến hạn bước “%(step)s”") if planned else _("ngày xong bước “%(step)s”")
        waiting_for = name % {"step": step}
    return result


def awaited(term: Term, name: str) -> Due:
    """A term whose event has not happened."""
    words = {"amount": amount(term.length, term.unit), "event": name}
    line = Line(_("%(amount)s kể từ %(event)s") % words, None)
    return Due(None, (line,), unknown=_("Chưa biết: chờ %(event)s.") % words)
