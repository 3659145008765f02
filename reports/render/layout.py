"""What stands where in a report, in words: the fixed parts of Nghị định 30/2020/NĐ-CP, numbering and ready text.

The three formats set a `Layout`; none of them decides a word, a number or an order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from reports.sheet import Align, Block, Chart, Heading, Language, Paragraph, Points, Report, Table, figure, plain

END = "./."
HEAD_LETTERS = 22  # capitals of 12 points on a line of the left half of the head
LONG = 600  # letters in a cell: such a row may go on over a page, and is read from its top
_BLANK = "\u00a0" * 5  # room for a number or a day that the registry fills in
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(frozen=True)
class Words:
    """The words of the frame; they are fixed by the decree, so they are kept here and not in the catalogue."""

    report: str
    state: str
    motto: str
    number: str
    day: str
    open_day: str
    cutoff: str
    to: str
    recipients: str
    appendix: str
    attached: str
    table: str
    picture: str
    basis: str
    source: str
    note: str
    made: str


WORDS: dict[Language, Words] = {
    "vi": Words(
        report="Báo cáo",
        state="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        motto="Độc lập - Tự do - Hạnh phúc",
        number="Số: {number}/{symbol}",
        day="ngày {day} tháng {month} năm {year}",
        open_day=f"ngày {_BLANK} tháng {_BLANK} năm {{year}}",
        cutoff="(Số liệu đến ngày {day})",
        to="Kính gửi",
        recipients="Nơi nhận",
        appendix="Phụ lục",
        attached="(Kèm theo {kind} số {number}/{symbol} {day} của {issuer})",
        table="Bảng",
        picture="Hình",
        basis="Cách tính",
        source="Số liệu đến ngày {day}. Nguồn: {source}",
        note="Ghi chú",
        made="Lập lúc {moment}",
    ),
    "en": Words(
        report="Report",
        state="SOCIALIST REPUBLIC OF VIET NAM",
        motto="Independence - Freedom - Happiness",
        number="No.: {number}/{symbol}",
        day="{day}/{month}/{year}",
        open_day=f"{_BLANK}/{_BLANK}/{{year}}",
        cutoff="(Figures as of {day})",
        to="To",
        recipients="Recipients",
        appendix="Appendix",
        attached="(Attached to {kind} No. {number}/{symbol} dated {day} of {issuer})",
        table="Table",
        picture="Figure",
        basis="Basis",
        source="Figures as of {day}. Source: {source}",
        note="Note",
        made="Made at {moment}",
    ),
}


@dataclass(frozen=True)
class TableText:
    """A table as it is read; `raw` keeps the values for the spreadsheet."""

    heads: tuple[str, ...]
    shares: tuple[int, ...]
    aligns: tuple[Align, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[bool, ...]
    longs: tuple[bool, ...]
    raw: Table


@dataclass(frozen=True)
class Item:
    """One thing of the body in its order; `of` is the table or chart that stands between its text and its notes."""

    kind: Literal["part", "clause", "paragraph", "point", "table", "chart", "end"]
    text: str
    of: TableText | Chart | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AppendixLayout:
    label: str
    title: str
    attached: str
    landscape: bool
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Layout:
    """Everything that is printed, in the order in which it is read."""

    language: Language
    words: Words
    parent: tuple[str, ...]
    issuer: tuple[str, ...]
    number: str
    place_date: str
    kind: str
    subject: str
    cutoff: str
    addressed_to: tuple[str, ...]
    items: tuple[Item, ...]
    recipients: tuple[str, ...]
    authority: tuple[str, ...]
    signer: str
    appendices: tuple[AppendixLayout, ...]
    landscape: bool
    made: str


def lay_out(report: Report) -> Layout:
    """The report with its words, numbers and order decided."""
    words = WORDS[report.language]
    day = _signing_day(report, words)
    numbering = _Numbering(report.language)
    return Layout(
        language=report.language,
        words=words,
        parent=_balanced(plain(report.issuer_parent).upper()),
        issuer=_balanced(plain(report.issuer).upper()),
        number=words.number.format(number=_BLANK, symbol=plain(report.symbol)),
        place_date=f"{plain(report.place)}, {day}",
        kind=plain(report.kind).upper(),
        subject=plain(report.subject),
        cutoff=words.cutoff.format(day=figure(report.cutoff_on, "date")),
        addressed_to=_listed(report.addressed_to),
        items=_ended(tuple(_body(report, numbering))),
        recipients=_listed(report.recipients),
        authority=tuple(plain(line).upper() for line in _authority(report) if line),
        signer=plain(report.signer.name),
        appendices=tuple(_appendices(report, words, day, numbering)),
        landscape=report.landscape,
        made=words.made.format(moment=f"{report.made_at:%H:%M %d/%m/%Y}"),
    )


def roman(number: int) -> str:
    written = ""
    for value, sign in _ROMAN:
        while number >= value:
            written, number = written + sign, number - value
    return written


def _balanced(name: str) -> tuple[str, ...]:
    """A name over as few lines as the left half of the head allows, all about equally long."""
    name = name.replace("THÀNH PHỐ", "THÀNH\u00a0PHỐ")  # a city's name is not torn from its rank
    fewest = len(wrap(name, HEAD_LETTERS))
    for width in range(1, HEAD_LETTERS + 1):
        lines = wrap(name, width, break_long_words=False)
        if len(lines) <= fewest:
            break
    return tuple(line.replace("\u00a0", " ") for line in lines)


def _signing_day(report: Report, words: Words) -> str:
    """The day of the decree: days under 10 and the months 1 and 2 carry a leading zero."""
    signed = report.signed_on
    if signed is None:
        return words.open_day.format(year=report.made_at.year)
    month = f"{signed.month:02}" if signed.month < 3 or report.language == "en" else str(signed.month)
    return words.day.format(day=f"{signed.day:02}", month=month, year=signed.year)


def _authority(report: Report) -> tuple[str, str]:
    signer = report.signer
    return f"{signer.prefix} {signer.authority}".strip(), signer.title


def _listed(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names one below the other: dashes, a semicolon after each, a full stop after the last."""
    return tuple(
        plain(name).rstrip(" .;") + ("." if number == len(names) else ";") for number, name in enumerate(names, 1)
    )


class _Numbering:
    """Tables and pictures count through the whole report, appendices included."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.words = WORDS[language]
        self.tables = self.pictures = 0

    def items(self, blocks: tuple[Block, ...]) -> Iterator[Item]:
        clauses = 0
        for block in blocks:
            match block:
                case Heading(text):
                    clauses += 1
                    yield Item("clause", f"{clauses}. {plain(text)}")
                case Paragraph(text):
                    yield Item("paragraph", plain(text))
                case Points(points):
                    yield from (Item("point", f"- {plain(point)}") for point in points)
                case Table(title=title):
                    self.tables += 1
                    caption = f"{self.words.table} {self.tables}. {plain(title)}"
                    yield Item("table", caption, _table_text(block, self.language), _table_notes(block, self.words))
                case Chart(title=title, unit=unit):
                    self.pictures += 1
                    caption = f"{self.words.picture} {self.pictures}. {plain(title)} ({plain(unit)})"
                    yield Item("chart", caption, block, (_source(block, self.words),))


def _body(report: Report, numbering: _Numbering) -> Iterator[Item]:
    for number, section in enumerate(report.sections, 1):
        if section.title:
            yield Item("part", f"{roman(number)}. {plain(section.title).upper()}")
        yield from numbering.items(section.blocks)


def _appendices(report: Report, words: Words, day: str, numbering: _Numbering) -> Iterator[AppendixLayout]:
    attached = words.attached.format(
        kind=plain(report.kind), number=_BLANK, symbol=plain(report.symbol), day=day, issuer=plain(report.issuer)
    )
    for number, appendix in enumerate(report.appendices, 1):
        label = f"{words.appendix} {roman(number)}" if len(report.appendices) > 1 else words.appendix
        items = tuple(numbering.items(appendix.blocks))
        yield AppendixLayout(label, plain(appendix.title).upper(), attached, appendix.landscape, items)


def _ended(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The text closes with "./." after its last word, on a line of its own when a table comes last."""
    if items and items[-1].kind in ("paragraph", "point"):
        last = items[-1]
        return *items[:-1], Item(last.kind, last.text.rstrip(" .;") + END)
    return *items, Item("end", END)


def _table_text(table: Table, language: Language) -> TableText:
    kinds = [column.kind for column in table.columns]
    rows = tuple(
        tuple(figure(cell, kind, language) for cell, kind in zip(row.cells, kinds, strict=True)) for row in table.rows
    )
    return TableText(
        heads=tuple(plain(column.head) for column in table.columns),
        shares=tuple(column.share for column in table.columns),
        aligns=tuple(column.alignment for column in table.columns),
        rows=rows,
        totals=tuple(row.total for row in table.rows),
        longs=tuple(any(len(cell) > LONG for cell in row) for row in rows),
        raw=table,
    )


def _table_notes(table: Table, words: Words) -> tuple[str, ...]:
    notes = (f"{words.note}: {plain(note)}" for note in table.footnotes)
    return f"{words.basis}: {plain(table.basis)}", _source(table, words), *notes


def _source(figures: Table | Chart, words: Words) -> str:
    return words.source.format(day=figure(figures.cutoff_on, "date"), source=plain(figures.source))
