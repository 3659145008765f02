"""Report → Word document, to be edited, numbered and signed. The same report gives the same bytes."""

from collections.abc import Sequence
from datetime import UTC
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt

from reports.render.layout import AppendixLayout, Item, Layout, TableText, lay_out
from reports.render.pdf import chart_png
from reports.sheet import Chart, Report

FONT = "Times New Roman"
ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
CENTER, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
PORTRAIT, LANDSCAPE = (Cm(21), Cm(29.7)), (Cm(29.7), Cm(21))
HEAD = (Cm(6), Cm(10.5))  # issuer and state halves of the head, upright; across they share the room alike
CAPITAL = Cm(0.29)  # an average bold capital of 12 points, for rules as long as a share of their text
MOTTO = {"vi": Cm(5.7), "en": Cm(6.9)}  # the length of the motto, which its rule repeats
LETTER = Cm(0.25)  # an average bold letter of 14 points


def render(report: Report) -> bytes:
    layout = lay_out(report)
    document = Document()
    _set_base_style(document)
    _set_page(document.sections[0], landscape=report.landscape)
    _page_numbers(document.sections[0])
    _head(document, layout)
    _subject(document, layout)
    for item in layout.items:
        _item(document, item, layout)
    document.paragraphs[-1].paragraph_format.keep_with_next = True  # a signature never stands alone on a page
    _signature(document, layout)
    for appendix in layout.appendices:
        _appendix(document, appendix, layout)
    _set_properties(document, report, layout)
    return _saved(document)


def _set_base_style(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    fonts = style.element.rPr.rFonts
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.0


def _set_page(section: Any, *, landscape: bool) -> None:
    section.page_width, section.page_height = LANDSCAPE if landscape else PORTRAIT
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin = section.bottom_margin = Cm(2)
    section.left_margin, section.right_margin = (Cm(2), Cm(2)) if landscape else (Cm(3), Cm(1.5))
    section.header_distance = Cm(1)
    section.different_first_page_header_footer = True
    if section._sectPr.find(qn("w:pgNumType")) is None:  # a new section copies the one before it
        count = OxmlElement("w:pgNumType")
        count.set(qn("w:start"), "1")
        section._sectPr.insert_element_before(count, "w:cols", "w:titlePg", "w:docGrid")


def _room(document: Any) -> Length:
    """The width between the margins of the page that is being written."""
    section = document.sections[-1]
    return Length(section.page_width - section.left_margin - section.right_margin)


def _page_numbers(section: Any) -> None:
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = paragraph.add_run("2")
    run.font.size = Pt(13)
    field.append(run._r)
    paragraph._p.append(field)


def _line(
    place: Any,
    text: str,
    *,
    size: float = 14,
    bold: bool = False,
    italic: bool = False,
    align: Any = CENTER,
    before: float = 0,
    after: float = 0,
    keep: bool = False,
) -> Any:
    paragraph = place.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    paragraph.alignment = align
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after, shape.keep_with_next = Pt(before), Pt(after), keep
    return paragraph


def _rule(place: Any, length: Length, width: Length) -> None:
    """A solid rule, centred in the given width: the upper border of a very low paragraph."""
    paragraph = _line(place, "", size=1, before=3)
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = Length(max(0, (width - length) // 2))
    shape.line_spacing = Pt(2)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


def _bare_table(document: Any, widths: Sequence[Length], rows: int) -> Any:
    """A table without lines and inner margins, to set things side by side."""
    table = document.add_table(rows, len(widths))
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    margins = OxmlElement("w:tblCellMar")
    for edge in ("w:left", "w:right"):
        margin = OxmlElement(edge)
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")
    _widen(table, widths)
    for row in table.rows:
        _mark_row(row, "w:cantSplit")
    return table


def _widen(table: Any, widths: Sequence[Length]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def _mark_row(row: Any, mark: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(mark))


def _head(document: Any, layout: Layout) -> None:
    widths = [Length(_room(document) * part // sum(HEAD)) for part in HEAD]
    table = _bare_table(document, widths, 2)
    issuer, state = table.rows[0].cells
    for text in layout.parent:
        _line(issuer, text, size=12)
    for text in layout.issuer:
        _line(issuer, text, size=12, bold=True)
    _rule(issuer, Length(int(CAPITAL * max(map(len, layout.issuer), default=0) * 0.42)), widths[0])
    _line(state, layout.words.state, size=12, bold=True)
    _line(state, layout.words.motto, size=13, bold=True)
    _rule(state, MOTTO[layout.language], widths[1])
    number, day = table.rows[1].cells
    _line(number, layout.number, size=13, before=8)
    _line(day, layout.place_date, size=13, italic=True, before=8)
    for row in table.rows:
        for cell in row.cells:
            _drop_first_paragraph(cell)


def _drop_first_paragraph(cell: Any) -> None:
    cell._tc.remove(cell.paragraphs[0]._p)


def _subject(document: Any, layout: Layout) -> None:
    _line(document, layout.kind, bold=True, before=18, after=4)
    subject = _line(document, layout.subject, bold=True, after=4)
    subject.paragraph_format.left_indent = subject.paragraph_format.right_indent = Cm(1.2)
    _line(document, layout.cutoff, size=13, italic=True)
    length = min(Cm(14), LETTER * len(layout.subject))
    _rule(document, Length(int(length * 0.36)), _room(document))
    names = layout.addressed_to
    if len(names) == 1:
        _line(document, f"{layout.words.to}: {names[0]}", before=14, after=12)
    for number, name in enumerate(names if len(names) > 1 else ()):
        first, last = number == 0, number == len(names) - 1
        label = f"{layout.words.to}:" if first else ""
        line = _line(document, f"{label}\t- {name}", align=ALIGN["left"], before=14 * first, after=12 * last)
        line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Cm(4.8), Cm(-2.3)
        line.paragraph_format.tab_stops.add_tab_stop(Cm(4.8))


def _item(document: Any, item: Item, layout: Layout) -> None:
    match item.of:
        case TableText():
            _line(document, item.text, size=13, bold=True, before=10, after=4, keep=True)
            _table(document, item.of)
        case Chart():
            _line(document, item.text, size=13, bold=True, before=10, after=4, keep=True)
            _picture(document, item, layout)
        case None:
            heading = item.kind in ("part", "clause")
            line = _line(document, item.text, bold=heading, align=JUSTIFY, before=6, after=6, keep=heading)
            line.paragraph_format.first_line_indent = Cm(1.27)
    for number, note in enumerate(item.notes, 1):
        last = number == len(item.notes)
        _line(document, note, size=11, italic=True, align=ALIGN["left"], before=2, after=10 * last, keep=not last)


def _picture(document: Any, item: Item, layout: Layout) -> None:
    paragraph = _line(document, "", keep=True)
    picture = paragraph.add_run().add_picture(BytesIO(chart_png(item.of, layout.language)), width=Cm(14))
    picture._inline.docPr.set("descr", item.text)


def _table(document: Any, text: TableText) -> None:
    room = _room(document)
    table = document.add_table(0, len(text.heads), style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    rows = [(text.heads, True, False), *zip(text.rows, text.totals, text.longs, strict=True)]
    for number, (values, bold, long) in enumerate(rows):
        row = table.add_row()
        if not long:
            _mark_row(row, "w:cantSplit")
        aligns = text.aligns if number else ["center"] * len(values)
        for cell, value, align, share in zip(row.cells, values, aligns, text.shares, strict=True):
            cell.width = Length(room * share // sum(text.shares))
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP if long else WD_CELL_VERTICAL_ALIGNMENT.CENTER
            last = number == len(rows) - 1  # stays on one page with the notes under it
            _cell(cell.paragraphs[0], value, bold=bold, align=ALIGN[align], keep=last)
    _mark_row(table.rows[0], "w:tblHeader")
    for column, share in zip(table.columns, text.shares, strict=True):
        column.width = Length(room * share // sum(text.shares))


def _cell(paragraph: Any, value: str, *, bold: bool, align: Any, keep: bool) -> None:
    run = paragraph.add_run(value)
    run.font.size, run.bold = Pt(11), bold
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.keep_with_next = keep


def _signature(document: Any, layout: Layout) -> None:
    half = Length(_room(document) // 2)
    recipients, signer = _bare_table(document, (half, half), 1).rows[0].cells
    _line(recipients, f"{layout.words.recipients}:", size=12, bold=True, italic=True, align=ALIGN["left"], before=12)
    for name in layout.recipients:
        _line(recipients, f"- {name}", size=11, align=ALIGN["left"])
    for number, line in enumerate(layout.authority):
        _line(signer, line, bold=True, before=0 if number else 12)
    _line(signer, layout.signer, bold=True, before=68)
    for cell in (recipients, signer):
        _drop_first_paragraph(cell)


def _appendix(document: Any, appendix: AppendixLayout, layout: Layout) -> None:
    _set_page(document.add_section(), landscape=appendix.landscape)
    _line(document, appendix.label, bold=True, after=4)
    _line(document, appendix.title, bold=True, after=4)
    _line(document, appendix.attached, size=13, italic=True, after=8)
    for item in appendix.items:
        _item(document, item, layout)


def _set_properties(document: Any, report: Report, layout: Layout) -> None:
    about = document.core_properties
    about.title, about.author, about.comments = f"{layout.kind} {layout.subject}", " ".join(layout.issuer), layout.made
    about.last_modified_by, about.language = about.author, layout.language
    about.created = about.modified = report.made_at.astimezone(UTC).replace(tzinfo=None)


def _saved(document: Any) -> bytes:
    """The packed file with the clock taken out of it."""
    packed, still = BytesIO(), BytesIO()
    document.save(packed)
    with ZipFile(packed) as source, ZipFile(still, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name), source.read(name), ZIP_DEFLATED)
    return still.getvalue()
