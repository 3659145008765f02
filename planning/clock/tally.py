"""The count itself: it goes from the event day to the due day, leg by leg, and writes down each step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planning.clock.calendar import Calendar, by_name
from planning.clock.terms import Extension, Line, Pause, Term, Unit, add, amount
from planning.clock.wording import day_text, days_text, span_text, weekday_text

ONE_DAY = timedelta(days=1)


class StillPaused(Exception):
    """The count came to a pause that has no end yet."""

    def __init__(self, pause: Pause) -> None:
        super().__init__(pause)
        self.pause = pause


@dataclass
class Leg:
    """A stretch counted in one: a term and the extensions in its unit. `closes`: its last day off moves on."""

    unit: Unit
    parts: list[Term | Extension]
    closes: bool = False


def legs(term: Term, extensions: Iterable[Extension]) -> list[Leg]:
    """An extension in the same unit lengthens the leg; in another unit, or from the expiry, it is a leg of its own.

    A last day off moves at the very end, and where an extension runs from the expiry."""
    moves = term.moves and not term.minimum
    result = [Leg(term.unit.base[0], [term])]
    for extension in extensions:
        unit = extension.unit.base[0]
        if unit == result[-1].unit and not extension.from_expiry:
            result[-1].parts.append(extension)
        else:
            result[-1].closes = moves and extension.from_expiry
            result.append(Leg(unit, [extension]))
    result[-1].closes = moves
    return result


class Tally:
    """A count under way: the `day` it has come to, the lines and the doubts so far."""

    def __init__(self, event: date, calendar: Calendar, pauses: Sequence[Pause]) -> None:
        self.day = event
        self.calendar = calendar
        self.pauses = pauses
        self.unused = list(pauses)
        self.lines: list[Line] = []
        self.doubts: list[str] = []

    def step(self, text: str, day: date) -> None:
        self.lines.append(Line(text, day, (day - self.day).days))
        self.day = day

    def begin(self, name: str) -> None:
        """The event day is not counted, whether worked or not (Art 147(2))."""
        first = self.day + ONE_DAY
        words = {"first": day_text(first), "event": name, "on": day_text(self.day)}
        text = _("Bắt đầu tính từ %(first)s, ngày sau %(event)s %(on)s (Điều 147 BLDS)") % words
        self.lines.append(Line(text, first, 0))
        if not self.calendar.is_working(self.day):
            doubt = _(
                "%(on)s là ngày nghỉ (%(why)s): hồ sơ nộp trực tuyến vào ngày nghỉ được tính từ ngày nào là chưa rõ."
            )
            self.doubts.append(doubt % {"on": words["on"], "why": self.calendar.why_off(self.day)})

    def run(self, leg: Leg) -> None:
        start, length = self.day, 0
        for part in leg.parts:
            length += part.length * part.unit.base[1]
            day = add(start, length, leg.unit, self.calendar)
            self.step(part_text(part, start, day) + skipped(self.day, day, leg.unit, self.calendar), day)
        for pause in self.pauses:
            if length and pause.start <= self.day and (pause.end is None or pause.end > start):
                self.stop(pause, leg.unit, start)
        by_table = leg.unit == Unit.WORKING_DAY and length
        first = start + ONE_DAY if by_table else self.day
        if leg.closes:
            self.close()
        if by_table or leg.closes:
            self.doubts += self.calendar.doubts(first, self.day)

    def stop(self, pause: Pause, unit: Unit, start: date) -> None:
        """The days of a pause after the start are not counted: as many are added at the end."""
        self.unused.remove(pause)
        if pause.end is None:
            raise StillPaused(pause)
        before = max(pause.start - ONE_DAY, start)
        if unit == Unit.WORKING_DAY:
            length = self.calendar.working_between(before, pause.end)
        else:
            unit, length = Unit.DAY, (pause.end - before).days
        day = add(self.day, length, unit, self.calendar)
        words = {"stop": stop_text(pause), "amount": amount(length, unit), "day": day_text(day)}
        text = _("Tạm dừng %(stop)s: cộng %(amount)s, đến %(day)s") % words
        self.step(text + skipped(self.day, day, unit, self.calendar), day)

    def close(self) -> None:
        """A last day off moves to the next working day (Art 148(5)), beyond a pause that has begun by then."""
        last, why = self.day, self.calendar.why_off(self.day)
        if why:
            day = self.calendar.next_working(last)
            words = {"last": day_text(last), "why": why, "day": weekday_text(day)}
            self.step(_("Ngày cuối %(last)s rơi vào %(why)s: chuyển sang %(day)s (khoản 5 Điều 148 BLDS)") % words, day)
            for pause in [pause for pause in self.unused if pause.start > last]:
                self.reopen(pause)

    def reopen(self, pause: Pause) -> None:
        if not pause.covers(self.day):
            return
        self.unused.remove(pause)
        if pause.end is None:
            raise StillPaused(pause)
        day = self.calendar.next_working(pause.end + ONE_DAY)
        words = {"stop": stop_text(pause), "day": weekday_text(day)}
        self.step(_("Tạm dừng %(stop)s trước khi hết ngày đã chuyển: chuyển tiếp sang %(day)s") % words, day)

    def end(self, term: Term) -> None:
        """What has not changed the day is said too: a last day off that stays, pauses outside of the term."""
        why = self.calendar.why_off(self.day)
        if why and term.minimum:
            text = _("Ngày cuối %(day)s rơi vào %(why)s: thời hạn tối thiểu, không chuyển")
            self.lines.append(Line(text % {"day": day_text(self.day), "why": why}, self.day, 0))
        elif why:
            text = _("Ngày cuối %(day)s rơi vào %(why)s: thời hạn này không chuyển")
            self.lines.append(Line(text % {"day": day_text(self.day), "why": why}, self.day, 0))
            self.doubts += self.calendar.not_moved(self.day)
        for pause in self.unused:
            text = _("Tạm dừng %(stop)s nằm ngoài thời hạn: không cộng") % {"stop": stop_text(pause)}
            self.lines.append(Line(text, self.day, 0))


def stop_text(pause: Pause) -> str:
    """'22/09-28/09/2026 (bổ sung hồ sơ)'"""
    span = span_text(pause.start, pause.end)
    return f"{span} ({pause.reason})" if pause.reason else span


def part_text(part: Term | Extension, start: date, day: date) -> str:
    """'2 tháng, đến 28/02/2027 (…)' or 'Gia hạn 10 ngày, đến … (15/QĐ-SCT)'."""
    words = {"amount": amount(part.length, part.unit), "start": day_text(start), "day": day_text(day)}
    document = ""
    if isinstance(part, Term):
        text = _("%(amount)s, đến %(day)s")
    else:
        document = f" ({part.document})" if part.document else ""
        from_expiry = _("Gia hạn %(amount)s kể từ ngày hết hạn %(start)s, đến %(day)s")
        text = from_expiry if part.from_expiry else _("Gia hạn %(amount)s, đến %(day)s")
    if part.unit.base[0] == Unit.MONTH and day.day != start.day:
        month_end = _(" (tháng không có ngày %(wanted)s: lấy ngày cuối tháng, Điều 148 BLDS)") % {"wanted": start.day}
        return text % words + month_end + document
    return text % words + document


def skipped(start: date, end: date, unit: Unit, calendar: Calendar) -> str:
    """Which days off were passed over after `start` up to `end`, and which Saturdays counted; for working days only."""
    if unit != Unit.WORKING_DAY:
        return ""
    rows = calendar.changes(start, end)
    off = [row for row in rows if not row.worked]
    notes = []
    if off:
        days = ", ".join(f"{days_text(row.on for row in group)} {name}" for name, group in by_name(off))
        notes.append(
            ngettext("trừ %(n)s ngày nghỉ: %(days)s", "trừ %(n)s ngày nghỉ: %(days)s", len(off))
            % {"n": len(off), "days": days}
        )
    if worked := [row.on for row in rows if row.worked]:
        notes.append(_("tính ngày làm bù: %(days)s") % {"days": days_text(worked)})
    return f" ({'; '.join(notes)})" if notes else ""
