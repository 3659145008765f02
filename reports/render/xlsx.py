"""Report → Excel workbook: a sheet with the text, a sheet for each table with real numbers. Same report, same bytes."""

from collections.abc import Iterator
from datetime import UTC, date
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter

from reports.render import TooLong
from reports.render.layout import Item, Layout, TableText, lay_out
from reports.sheet import Cell, Chart, Kind, Report, figure, plain

FONT = "Times New Roman"
NUMBERS: dict[Kind, str] = {
    "integer": "#,##0",
    "hectare": "#,##0.0###",
    "money": "#,##0.0###",
    "percent": "0.0\\ %",
    "date": "dd/mm/yyyy",
}
TEXT_WIDTH = 100  # characters in a column of the text sheet
TABLE_WIDTH = 120  # characters over all columns of a table
LINE = 16  # points
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def render(report: Report) -> bytes:
    layout = lay_out(report)
    packed = BytesIO()
    with xlsxwriter.Workbook(packed, _OPTIONS) as book:
        book.set_properties(
            {
                "title": f"{layout.kind} {layout.subject}",
                "author": " ".join(layout.issuer),
                "comments": layout.made,
                "created": report.made_at.astimezone(UTC).replace(tzinfo=None),
            }
        )
        _text_sheet(book, layout)
        for item in [*layout.items, *(item for appendix in layout.appendices for item in appendix.items)]:
            if isinstance(item.of, TableText):
                _table_sheet(book, item, item.of, layout)
    return packed.getvalue()


def _text_sheet(book: Any, layout: Layout) -> None:
    sheet = book.add_worksheet(layout.words.report)
    sheet.set_column(0, 0, TEXT_WIDTH)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    styles = {bold: _style(book, bold=bold, text_wrap=True, valign="top") for bold in (True, False)}
    for row, (line, bold) in enumerate(_lines(layout)):
        _write_text(sheet, row, 0, line, styles[bold])


def _lines(layout: Layout) -> Iterator[tuple[str, bool]]:
    """The report as lines to read from top to bottom; True for what is set in bold."""
    head = (
        *layout.parent,
        *layout.issuer,
        layout.number,
        layout.place_date,
        layout.kind,
        layout.subject,
        layout.cutoff,
    )
    yield from ((line, line in (layout.kind, layout.subject)) for line in head)
    yield from ((f"{layout.words.to}: {name}", False) for name in layout.addressed_to)
    yield from _item_lines(layout.items, layout)
    yield f"{layout.words.recipients}:", True
    yield from ((f"- {name}", False) for name in layout.recipients)
    yield from ((line, True) for line in (*layout.authority, layout.signer) if line)
    for appendix in layout.appendices:
        yield f"{appendix.label}. {appendix.title}", True
        yield from _item_lines(appendix.items, layout)
    yield layout.made, False


def _item_lines(items: tuple[Item, ...], layout: Layout) -> Iterator[tuple[str, bool]]:
    for item in items:
        yield item.text, item.kind not in ("paragraph", "point", "end")
        if isinstance(item.of, Chart):
            for bar in item.of.bars:
                values = " + ".join(figure(value, item.of.kind, layout.language) for value in bar.values)
                yield f"{plain(bar.label)}: {values}", False
            yield from ((note, False) for note in item.notes)


def _table_sheet(book: Any, item: Item, table: TableText, layout: Layout) -> None:
    """Title, head, rows, then how the figures are counted; the head stays in sight and repeats on paper."""
    sheet = book.add_worksheet(item.text.partition(". ")[0])
    last = len(table.heads) - 1
    widths = [max(6, TABLE_WIDTH * share // sum(table.shares)) for share in table.shares]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    _across(sheet, 0, last, item.text, sum(widths), _style(book, bold=True, text_wrap=True))
    head = _style(book, bold=True, text_wrap=True, border=1, align="center", valign="vcenter")
    for column, title in enumerate(table.heads):
        _write_text(sheet, 1, column, title, head)
    for number, row in enumerate(table.raw.rows, 2):
        for column, (cell, about) in enumerate(zip(row.cells, table.raw.columns, strict=True)):
            style = _cell_style(book, about.kind, table.aligns[column], row.total)
            _write_cell(sheet, number, column, cell, about.kind, style)
    for number, note in enumerate(item.notes, 2 + len(table.rows)):
        _across(sheet, number, last, note, sum(widths), _style(book, italic=True, text_wrap=True, valign="top"))
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P/&N")


def _across(sheet: Any, row: int, last: int, text: str, width: int, style: Any) -> None:
    """A line over the whole width of the table, as high as its text needs."""
    if last:
        sheet.merge_range(row, 0, row, last, "", style)
    _write_text(sheet, row, 0, text, style)
    sheet.set_row(row, LINE * ceil(len(text) / width))


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, kind: Kind, style: Any) -> None:
    if cell is None or isinstance(cell, str):
        _write_text(sheet, row, column, figure(cell, kind), style)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, style)
    else:
        sheet.write_number(row, column, cell, style)


def _write_text(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    """Text as text, never a formula or a link; what does not fit into a cell is refused, not cut."""
    if sheet.write_string(row, column, text, style) != 0:
        raise TooLong(f"too long for a cell: {text[:60]}…")


def _cell_style(book: Any, kind: Kind, align: str, total: bool) -> Any:
    look = {"border": 1, "align": align, "valign": "vcenter", "bold": total, "text_wrap": kind == "text"}
    return _style(book, num_format=NUMBERS.get(kind, "@"), **look)


def _style(book: Any, **look: Any) -> Any:
    return book.add_format({"font_name": FONT, "font_size": 11, **look})
