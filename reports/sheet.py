"""What a built report is, before any format: the frame of Nghị định 30/2020/NĐ-CP, text, tables and pictures.

Pure: no database, no settings. `reports.render.FORMATS` turns a `Report` into docx, pdf or xlsx; raw values go in, and
`figure` is the one place that decides how a number, a share or a date is written.

    Report(
        subject="Tiến độ quy hoạch, phát triển khu, cụm công nghiệp", issuer="Sở Công Thương", symbol="BC-SCT",
        issuer_parent="Ủy ban nhân dân thành phố Hà Nội", place="Hà Nội", addressed_to=("Ủy ban nhân dân Thành phố",),
        recipients=("Như trên", "Lưu: VT, QLCN"), signer=Signature("Giám đốc"), cutoff_on=cutoff, made_at=now,
        sections=(Section("Tình hình chung", (Paragraph("…"), Table(…))),),
    )
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Cell = str | int | Decimal | date | None
Kind = Literal["text", "integer", "hectare", "percent", "date", "money"]
Align = Literal["left", "center", "right"]
Language = Literal["vi", "en"]

MISSING = "–"  # not known; never shown as zero
MOST_DECIMALS = 4  # decisions give areas with up to four decimals
_ALIGN: dict[Kind, Align] = {"text": "left", "date": "center"}
_VIETNAMESE_SEPARATORS = str.maketrans(",.", ".,")


@dataclass(frozen=True)
class Paragraph:
    """Running text, without a number."""

    text: str


@dataclass(frozen=True)
class Heading:
    """A clause inside a section; the renderer numbers it 1., 2., 3."""

    text: str


@dataclass(frozen=True)
class Points:
    """A list; each item becomes a line with a dash."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table.

    kind says how raw values are written: integer 1.234; hectare and money 1.234,5 (one to four decimals, as known);
    percent takes a fraction (Decimal("0.948") → 94,8 %); date dd/mm/yyyy. share is the width relative to the others.
    """

    title: str
    unit: str = ""
    kind: Kind = "text"
    share: int = 1
    align: Align | None = None

    @property
    def alignment(self) -> Align:
        return self.align or _ALIGN.get(self.kind, "right")

    @property
    def head(self) -> str:
        return f"{self.title} ({self.unit})" if self.unit else self.title


@dataclass(frozen=True)
class Row:
    """One raw value for each column: None where nothing is known (–), "" where nothing belongs. A total is bold."""

    cells: tuple[Cell, ...]
    total: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table that says what it rests on: how each figure is counted, until which day, from which source."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    basis: str
    cutoff_on: date
    source: str
    footnotes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.basis.strip() and self.source.strip()):
            raise ValueError(f"{self.title}: a table states its basis and its source")
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"{self.title}: {len(row.cells)} values for {len(self.columns)} columns")


@dataclass(frozen=True)
class Bar:
    """One line of a chart: a value for each series of the chart (one when it has none), None where not known."""

    label: str
    values: tuple[int | Decimal | None, ...]
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A picture of few numbers: `bars` lie from the left (stacked when there are series), a `funnel` is centred."""

    title: str
    unit: str
    cutoff_on: date
    source: str
    bars: tuple[Bar, ...]
    series: tuple[str, ...] = ()
    form: Literal["bars", "funnel"] = "bars"
    kind: Kind = "hectare"


Block = Paragraph | Heading | Points | Table | Chart


@dataclass(frozen=True)
class Section:
    """A part of the report; the renderer numbers it I., II., III. A short report has one, without a title."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Appendix:
    """A Phụ lục: begins on a new page, with its own page numbers; landscape for wide tables."""

    title: str
    blocks: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True)
class Signature:
    """Who signs: authority "Giám đốc"; for a deputy prefix "KT." and title "Phó Giám đốc". The name may stay open."""

    authority: str
    prefix: str = ""
    title: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report ready to be set. Names are given as in running text; the frame puts them in capitals.

    The number is left blank to be filled by the registry; so are day and month while signed_on is None. made_at names
    its time zone and goes into the files, so a report made again from the same values gives the same bytes.
    """

    subject: str
    issuer: str
    symbol: str
    place: str
    sections: tuple[Section, ...]
    recipients: tuple[str, ...]
    signer: Signature
    cutoff_on: date
    made_at: datetime
    kind: str = "Báo cáo"
    issuer_parent: str = ""
    signed_on: date | None = None
    addressed_to: tuple[str, ...] = ()
    appendices: tuple[Appendix, ...] = ()
    landscape: bool = False
    language: Language = "vi"

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("made_at names its time zone")


def plain(text: str) -> str:
    """Text that every format can hold: composed letters, no control or invisible characters, lines run on."""
    composed = unicodedata.normalize("NFC", text.replace("\n", " ").replace("\t", " "))
    return "".join(letter for letter in composed if not unicodedata.category(letter).startswith("C"))


def figure(value: Cell, kind: Kind, language: Language = "vi") -> str:
    """A raw value as it is read: 1.234,5 · 94,8 % · 21/11/2026 · – when not known (English: 1,234.5)."""
    if value is None:
        return MISSING
    if value == "":
        return ""
    if kind == "text":
        return plain(value) if isinstance(value, str) else str(value)
    if kind == "date":
        if not isinstance(value, date):
            raise TypeError(f"not a date: {value!r}")
        return f"{value:%d/%m/%Y}"
    if not isinstance(value, int | Decimal):
        raise TypeError(f"not an exact number: {value!r}")
    return _number(Decimal(value), kind, language)


def _number(value: Decimal, kind: Kind, language: Language) -> str:
    if kind == "integer":
        written = f"{_rounded(value, 0):,}"
    elif kind == "percent":
        written = f"{_rounded(value * 100, 1):,} %"
    else:
        whole, _, decimals = f"{_rounded(value, MOST_DECIMALS):,}".partition(".")
        written = f"{whole}.{decimals.rstrip('0') or '0'}"
    return written.translate(_VIETNAMESE_SEPARATORS) if language == "vi" else written


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0
