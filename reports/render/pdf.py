"""Report → PDF/A-2b by typst: the same report gives the same bytes; nothing is fetched, no system font is used."""

import json
import re
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_noto_serif
import typst

from reports.charts import picture
from reports.render.layout import Item, Layout, TableText, lay_out
from reports.sheet import Chart, Language, Report, plain

TEMPLATE = Path(__file__).parent.parent / "templates_office" / "report.typ"
LIBERATION = Path("/usr/share/fonts/truetype/liberation2")  # release 2; release 1 lacks 93 Vietnamese letters
STYLES = ("Regular", "Bold", "Italic", "BoldItalic")
_PICTURE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'

# What the document fonts hold, as a test proves. Anything else is spelled, or (a company name in Chinese) printed as
# UNKNOWN, for PDF/A refuses a document with a missing letter; the Word and Excel files keep it.
LETTERS = frozenset(
    map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x1EA0, 0x1EFA)])
) | frozenset("–—‘’‚“”„†‡•…‰‹›₫€№™−ΔΣ")
MORE_LETTERS = {"Liberation Serif": frozenset("≤≥≠≈→√"), fontpkg_noto_serif.FAMILY: frozenset[str]()}
SPELLED = {"≤": "<=", "≥": ">=", "≠": "<>", "≈": "~", "→": "->"}
UNKNOWN = "?"
LONG_WORD = re.compile(r"\S{80}(?=\S)")  # wider than any column; the format holds no word of 32,768 letters
BREAK = "\u200b"  # zero width: a line may end here


def render(report: Report) -> bytes:
    layout = lay_out(report)
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=document_fonts()[1],
        sys_inputs={"layout": json.dumps(_printable(_described(layout))), "font": document_fonts()[0]},
        pdf_standards="a-2b",
        timestamp=int(report.made_at.timestamp()),
    )


def document_fonts() -> tuple[str, typst.Fonts]:
    """Family and files: Liberation Serif 2 (the measures of Times New Roman) where it is whole, else Noto Serif."""
    return _fonts(LIBERATION)


@cache
def _fonts(folder: Path) -> tuple[str, typst.Fonts]:
    if all((folder / f"LiberationSerif-{style}.ttf").exists() for style in STYLES):
        return "Liberation Serif", typst.Fonts(False, False, [folder])
    return fontpkg_noto_serif.FAMILY, typst.Fonts(False, False, [fontpkg_noto_serif.ROOT / "files"])


def chart_png(chart: Chart, language: Language) -> bytes:
    """The chart as it stands in the PDF, for formats that take no SVG."""
    svg = {"svg": _svg(chart, language)}
    return typst.compile(_PICTURE, font_paths=document_fonts()[1], sys_inputs=svg, format="png", ppi=200)


def _described(layout: Layout) -> dict[str, Any]:
    described = asdict(layout)
    described["items"] = [_item(item, layout) for item in layout.items]
    for appendix, written in zip(layout.appendices, described["appendices"], strict=True):
        written["items"] = [_item(item, layout) for item in appendix.items]
    return described


def _item(item: Item, layout: Layout) -> dict[str, Any]:
    written: dict[str, Any] = {"kind": item.kind, "text": item.text, "notes": item.notes}
    if isinstance(item.of, TableText):
        table = item.of
        written["of"] = {
            name: getattr(table, name) for name in ("heads", "shares", "aligns", "rows", "totals", "longs")
        }
    elif isinstance(item.of, Chart):
        written["of"] = {"svg": _svg(item.of, layout.language)}
    return written


def _svg(chart: Chart, language: Language) -> str:
    """The chart in the document's font; its words are made printable before they become markup."""
    known = replace(
        chart,
        title=_printable(plain(chart.title)),
        unit=_printable(plain(chart.unit)),
        series=tuple(_printable(plain(name)) for name in chart.series),
        bars=tuple(replace(bar, label=_printable(plain(bar.label))) for bar in chart.bars),
    )
    return str(picture(known, language, paper_font=document_fonts()[0]))


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        known = LETTERS | MORE_LETTERS[document_fonts()[0]]
        text = "".join(letter if letter in known else SPELLED.get(letter, UNKNOWN) for letter in value)
        return LONG_WORD.sub(rf"\g<0>{BREAK}", text)
    if isinstance(value, dict):
        return {key: _printable(part) for key, part in value.items()}
    return [_printable(part) for part in value] if isinstance(value, list | tuple) else value
