"""The deadlines of a sentence: days, months, quarters, half years, years, terms, rounds; and the days that are none."""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from planning.clock.limits import last_of_period
from planning.clock.wording import day_text

from .deadline_words import CITED, CUTOFF, DONE, EVERIES, HINT, LOOSE, PATTERNS, UNITS, WORDS
from .letters import Source
from .shapes import Deadline, Periodic, Precision, Quoted, Relative

BLANK = "\u2400"  # stands for a letter that was read already
YEARS = range(1900, 2200)
QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
PERIODS = {
    "month": (Precision.MONTH, 1),
    "quarter": (Precision.QUARTER, 3),
    "half": (Precision.HALF, 6),
    "year": (Precision.YEAR, 12),
}
PARTS = {"d2": "d", "m2": "m", "y1": "y", "y2": "y", "n2": "n"}


@dataclass(frozen=True)
class Dated:
    """A deadline, where it stands in the even text, and the doubts about it."""

    deadline: Deadline
    start: int
    end: int
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Timing:
    """All days of a sentence: deadlines in their order, cut-off days of figures, doubts about days that are neither."""

    deadlines: tuple[Dated, ...] = ()
    cutoffs: tuple[Quoted, ...] = ()
    cut_spans: tuple[tuple[int, int], ...] = ()
    doubts: tuple[str, ...] = ()


def parts_of(found: re.Match[str]) -> dict[str, str]:
    """The parts that a pattern found, under one name each."""
    return {PARTS.get(name, name): value for name, value in found.groupdict().items() if value}


def whole_year(year: str) -> int:
    return int(year) + 2000 if len(year) == 2 else int(year)


def with_year(parts: dict[str, str], day: date, issued_on: date | None, months: int) -> tuple[date | None, str]:
    """`day` with the year of the text; without one, the first such day or period that ends on or after the issue."""
    if parts.get("y"):
        return day, ""
    if issued_on is None:
        return None, _("Thời hạn không ghi năm và không biết ngày ban hành.")
    for year in (issued_on.year, issued_on.year + 1):
        last = date(year, day.month, min(day.day, monthrange(year, day.month)[1]))
        if (last_of_period(last, months) if months else last) >= issued_on:
            return last, _("Thời hạn không ghi năm; hiểu là năm %(year)s theo ngày ban hành.") % {"year": year}
    return None, _("Thời hạn không ghi năm; không tính được.")


def named_day(parts: dict[str, str], issued_on: date | None) -> tuple[date | None, str]:
    year = whole_year(parts["y"]) if parts.get("y") else (issued_on.year if issued_on else 2000)
    try:
        day = date(year, int(parts["m"]), int(parts["d"]))
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        written = "/".join(parts[part] for part in "dmy" if parts.get(part))
        return None, _("Không có ngày %(day)s.") % {"day": written}
    return with_year(parts, day, issued_on, 0)


def named_period(what: str, parts: dict[str, str], issued_on: date | None) -> tuple[date | None, str]:
    """The last day of a month, quarter, half or whole year named in the text."""
    months = PERIODS[what][1]
    quarter = parts.get("q", "1")
    last_month = {
        "month": int(parts.get("m", 0)),
        "quarter": 3 * (QUARTERS.get(quarter) or int(quarter)),
        "half": 6 if parts.get("h") == "đầu" else 12,
        "year": 12,
    }[what]
    year = int(parts["y"]) if parts.get("y") else (issued_on.year if issued_on else 2000)
    if not 1 <= last_month <= 12 or year not in YEARS:
        return None, _("Không có kỳ hạn này trong lịch.")
    day, doubt = with_year(parts, date(year, last_month, 1), issued_on, months)
    return day and last_of_period(day, months), doubt


def read_day(what: str, parts: dict[str, str], issued_on: date | None) -> tuple[Deadline, str]:
    on, doubt = named_day(parts, issued_on)
    return Deadline("", (0, 0), on, Precision.DAY if on else Precision.NONE, what == "before"), doubt


def read_period(what: str, parts: dict[str, str], issued_on: date | None) -> tuple[Deadline, str]:
    on, doubt = named_period(what, parts, issued_on)
    return Deadline("", (0, 0), on, PERIODS[what][0] if on else Precision.NONE), doubt


def read_before(what: str, parts: dict[str, str], issued_on: date | None) -> tuple[Deadline, str]:
    """ "trước tháng 6/2016": before the first day of the period, 1/6/2016 exclusive."""
    what = what.removeprefix("before_")
    last, doubt = named_period(what, parts, issued_on)
    if last is None:
        return Deadline("", (0, 0)), doubt
    first = date(last.year, last.month - PERIODS[what][1] + 1, 1)
    return Deadline("", (0, 0), first, Precision.DAY, exclusive=True), doubt


def read_relative(what: str, parts: dict[str, str], issued_on: date | None) -> tuple[Deadline, str]:
    length = int(parts["n"]) if "n" in parts else WORDS[parts["w3"]]
    event = parts.get("event", "").strip()
    doubt = "" if event else _("Thời hạn không ghi tính từ ngày nào.")
    return Deadline("", (0, 0), relative=Relative(length, UNITS[parts["unit"]], event)), doubt


def read_periodic(what: str, parts: dict[str, str], issued_on: date | None) -> tuple[Deadline, str]:
    day = int(parts.get("day", 0)) or None
    doubt = "" if day is None or day <= 31 else _("Không có ngày %(day)s.") % {"day": day}
    day = None if doubt else day
    if day or "when" in parts:
        doubt = _("Ngày trong mỗi kỳ chỉ giữ ở lời văn, không ghi được thành một hạn.")
    return Deadline("", (0, 0), periodic=Periodic(EVERIES[parts["every"]], day, bool(day) and "ex" in parts)), doubt


def read_vague(what: str, parts: dict[str, str], issued_on: date | None) -> tuple[Deadline, str]:
    return Deadline("", (0, 0)), _("Thời hạn không nêu ngày cụ thể; cần xác định.")


def read_after(what: str, parts: dict[str, str], issued_on: date | None) -> tuple[Deadline, str]:
    """ "ngay sau khi quy hoạch được duyệt": an event without a length; no day follows from it."""
    return Deadline("", (0, 0), after=parts["event"].strip()), _("Thời hạn theo một sự kiện; không tính được ngày.")


def read_ongoing(what: str, parts: dict[str, str], issued_on: date | None) -> tuple[Deadline, str]:
    return Deadline("", (0, 0), ongoing=True), ""


READERS = {
    "before": read_day,
    "day": read_day,
    "before_month": read_before,
    "before_quarter": read_before,
    "before_year": read_before,
    "relative": read_relative,
    "periodic": read_periodic,
    "vague": read_vague,
    "after": read_after,
    "ongoing": read_ongoing,
} | dict.fromkeys(PERIODS, read_period)


def quoted(deadline: Deadline, source: Source, start: int, end: int) -> Deadline:
    term = deadline.relative
    if term and term.event and (place := source.key.find(term.event, start, end)) >= 0:
        deadline = replace(deadline, relative=replace(term, event=source.text[place : place + len(term.event)]))
    if deadline.after and (place := source.key.find(deadline.after, start, end)) >= 0:
        deadline = replace(deadline, after=source.text[place : place + len(deadline.after)])
    return replace(deadline, as_written=source.quote(start, end), span=source.span(start, end))


def is_past(deadline: Deadline, issued_on: date | None) -> bool:
    return bool(issued_on and deadline.on and (deadline.last or deadline.on) < issued_on - timedelta(days=1))


def blanked(key: str, start: int, end: int) -> str:
    return key[:start] + BLANK * (end - start) + key[end:]


def cutoffs(
    source: Source, key: str, offset: int, issued_on: date | None
) -> tuple[list[Quoted], list[tuple[int, int]], str]:
    """Days to which figures are fixed, and the key without them."""
    read, spans = [], []
    for found in CUTOFF.finditer(key):
        day, _doubt = named_day(parts_of(found), issued_on)
        start, end = offset + found.start(), offset + found.end()
        if day:
            read.append(Quoted(day, source.quote(start, end), source.span(start, end)))
            spans.append((start, end))
    for start, end in spans:
        key = blanked(key, start - offset, end - offset)
    return read, spans, key


def timing(source: Source, start: int, end: int, issued_on: date | None) -> Timing:
    """The days of text[start:end]."""
    key = source.key[start:end]
    if not HINT.search(key) and not LOOSE.search(key):
        return Timing()
    cut, cut_spans, key = cutoffs(source, key, start, issued_on)
    for found in CITED.finditer(key):
        key = blanked(key, *found.span())
    dated: list[Dated] = []
    doubts: list[str] = []
    for what, pattern in PATTERNS:
        for found in pattern.finditer(key):
            first, last = found.span("core") if "core" in pattern.groupindex else found.span()
            deadline, doubt = READERS[what](what, parts_of(found), issued_on)
            done = DONE.search(key[max(0, first - 60) : first])
            begin = start + first - (len(done[0]) if done else 0)
            deadline = quoted(deadline, source, begin, start + last)
            key = blanked(key, first, last)
            if is_past(deadline, issued_on):
                doubts.append(
                    _("“%(words)s” sớm hơn ngày ban hành; không lấy làm thời hạn.") % {"words": deadline.as_written}
                )
            else:
                dated.append(Dated(deadline, begin, start + last, (doubt,) if doubt else ()))
    dated.sort(key=lambda one: one.start)
    counted = firm(dated)
    doubts += [
        _("“%(words)s” không tính được ngày; không lấy làm thời hạn.") % {"words": one.deadline.as_written}
        for one in dated
        if one not in counted and vague(one.deadline) and not any(0 <= two.start - one.end <= 1 for two in counted)
    ]
    doubts += loose_days(key, issued_on)
    return Timing(tuple(counted), tuple(cut), tuple(cut_spans), tuple(doubts))


def firm(dated: list[Dated]) -> list[Dated]:
    """The deadlines that count: "thường xuyên" and words without a day give way to those that say when."""
    exact = [one for one in dated if not one.deadline.ongoing and (one.deadline.on or not vague(one.deadline))]
    return exact or dated[:1]


def vague(deadline: Deadline) -> bool:
    return not (deadline.on or deadline.relative or deadline.periodic or deadline.ongoing)


def loose_days(key: str, issued_on: date | None) -> list[str]:
    """Doubts about full days, on or after the issue, that stand without a word saying what they are."""
    doubts = []
    for found in LOOSE.finditer(key):
        parts = parts_of(found)
        day = named_day(parts, issued_on)[0] if parts.get("y") else None
        if day and (issued_on is None or day >= issued_on):
            doubts.append(_("Không rõ ngày %(day)s có phải là thời hạn không.") % {"day": day_text(day)})
    return doubts
