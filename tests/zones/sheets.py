"""Office files made in memory, in the manner of the programs that offices use, and as untidy as offices leave them.

A Page is one sheet; xlsx(*pages) and ods(*pages) give the bytes of a file. Cells are None, text, numbers, True and
False, days, Percent, Formula and Error."""

import datetime
import io
import json
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from zones.importing.reading import Percent, read_sheets

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
HIDDEN, COLLAPSED = ' state="hidden"', ' table:visibility="collapse"'
DAY_STYLE, PERCENT_STYLE, MOMENT_STYLE = 1, 2, 3
EPOCH = datetime.date(1899, 12, 30)
STYLES = (
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="[$-42A]dd/mm/yyyy\\ hh:mm"/></numFmts><cellXfs count="4">'
    '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/><xf numFmtId="164"/></cellXfs>'
)


@dataclass
class Formula:
    """A formula with the value that the program worked out, or None when none is stored."""

    text: str
    value: Any = None


@dataclass
class Error:
    shown: str = "#REF!"


@dataclass
class Page:
    """A sheet whose rows begin at row `top` and column `left`; merged ranges are (row, column, row, column) from 1."""

    rows: list
    name: str = "Sheet1"
    top: int = 1
    left: int = 1
    hidden: bool = False
    merged: list = field(default_factory=list)
    hidden_rows: set = field(default_factory=set)
    hidden_columns: set = field(default_factory=set)


@dataclass(frozen=True)
class Manner:
    """How a program writes xlsx."""

    application: str
    shared: bool = True  # texts stand in a table of their own
    addresses: bool = True  # cells say where they stand
    styles: bool = True
    absolute: bool = False  # relations name parts by absolute paths
    strict: bool = False
    prefix: str = ""
    dimension: str = ""
    epoch_1904: bool = False
    stale: bool = False
    content_type: str = MAIN_TYPE


EXCEL = Manner("Microsoft Excel")
WPS = Manner("WPS 表格", shared=False, absolute=True)
BARE = Manner("", shared=False, addresses=False, styles=False)
STRICT = replace(EXCEL, strict=True)


def read(content, name):
    """The sheets of a file with these bytes that the office calls `name`."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return read_sheets(file.name, name)


def packed(parts):
    """A zip of {name: text or bytes}, in this order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else None)
    return file.getvalue()


# xlsx ----------------------------------------------------------------------------------------------------------------


def xlsx(*pages, manner=EXCEL, **other_parts):
    return packed(xlsx_parts(*pages, manner=manner) | other_parts)


def xlsx_parts(*pages, manner=EXCEL):
    main, office = (STRICT_MAIN, STRICT_OFFICE) if manner.strict else (MAIN, OFFICE)
    texts = {}
    sheets = [sheet_xml(page, manner, main, texts) for page in pages]
    root = "/xl/" if manner.absolute else ""
    related = [("worksheet", f"{root}worksheets/sheet{n}.xml") for n in range(1, len(pages) + 1)]
    related += [("styles", f"{root}styles.xml"), ("sharedStrings", f"{root}sharedStrings.xml")]
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{office}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(related, start=1)
    )
    listed = "".join(
        f'<sheet name={quoteattr(page.name)} sheetId="{n}" r:id="rId{n}"{HIDDEN * page.hidden}/>'
        for n, page in enumerate(pages, start=1)
    )
    epoch = '<workbookPr date1904="1"/>' if manner.epoch_1904 else ""
    calculation = '<calcPr calcId="124519" fullCalcOnLoad="1"/>' if manner.stale else '<calcPr calcId="191029"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{manner.content_type}"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "docProps/app.xml": f"<Properties><Application>{manner.application}</Application></Properties>",
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">{epoch}<sheets>{listed}</sheets>'
        f"{calculation}</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{targets}</Relationships>',
    }
    parts |= {f"xl/worksheets/sheet{n}.xml": sheet for n, sheet in enumerate(sheets, start=1)}
    if manner.styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{main}">{STYLES}</styleSheet>'
    table = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    return parts | {"xl/sharedStrings.xml": f'<sst xmlns="{main}">{table}</sst>'}


def sheet_xml(page, manner, main, texts):
    p = manner.prefix
    lines = []
    for row, cells in enumerate(page.rows, start=page.top):
        address = f' r="{row}"' if manner.addresses else ""
        hidden = ' hidden="1"' if row in page.hidden_rows else ""
        written = "".join(cell_xml(cell, row, n, manner, texts) for n, cell in enumerate(cells, start=page.left))
        lines.append(f"<{p}row{address}{hidden}>{written}</{p}row>")
    columns = "".join(f'<{p}col min="{n}" max="{n}" hidden="1"/>' for n in sorted(page.hidden_columns))
    merged = "".join(f'<{p}mergeCell ref="{a1(r1, c1)}:{a1(r2, c2)}"/>' for r1, c1, r2, c2 in page.merged)
    space = f'xmlns:{p[:-1]}="{main}"' if p else f'xmlns="{main}"'
    dimension = f'<{p}dimension ref="{manner.dimension}"/>' if manner.dimension else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{p}worksheet {space}>{dimension}<{p}cols>{columns}</{p}cols>'
        f"<{p}sheetData>{''.join(lines)}</{p}sheetData><{p}mergeCells>{merged}</{p}mergeCells></{p}worksheet>"
    )


def cell_xml(cell, row, column, manner, texts):
    p, formula = manner.prefix, ""
    if isinstance(cell, Formula):
        formula, cell = f"<{p}f>{escape(cell.text)}</{p}f>", cell.value
    kind, value, style = typed(cell)
    if kind == "s" and formula:
        kind = "str"
    elif kind == "s" and manner.shared:
        value = texts.setdefault(cell, len(texts))
    elif kind == "s":
        kind = "inlineStr"
    content = f"<{p}v>{escape(str(value))}</{p}v>"
    if kind == "inlineStr":
        content = f'<{p}is><{p}t xml:space="preserve">{escape(value)}</{p}t></{p}is>'
    if cell is None:
        content = ""
        if not formula and manner.addresses:
            return ""
    address = f' r="{a1(row, column)}"' if manner.addresses else ""
    return f'<{p}c{address} s="{style}" t="{kind}">{formula}{content}</{p}c>'


def typed(cell):
    """The type, the written value and the style of a cell in xlsx."""
    if isinstance(cell, str):
        return "s", cell, 0
    if isinstance(cell, bool):
        return "b", int(cell), 0
    if isinstance(cell, Error):
        return "e", cell.shown, 0
    if isinstance(cell, datetime.datetime):
        midnight = datetime.datetime.combine(EPOCH, datetime.time())
        return "n", (cell - midnight) / datetime.timedelta(days=1), MOMENT_STYLE
    if isinstance(cell, datetime.date):
        return "n", (cell - EPOCH).days, DAY_STYLE
    return "n", cell, PERCENT_STYLE if isinstance(cell, Percent) else 0


def a1(row, column):
    letters = ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(65 + place) + letters
    return f"{letters}{row}"


# ods -----------------------------------------------------------------------------------------------------------------

OASIS = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(f'xmlns:{name}="{OASIS}:{name}:1.0"' for name in ("office", "table", "text", "style", "manifest"))
SPACES += f' xmlns:draw="{OASIS}:drawing:1.0"'
SPACES += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
HIDDEN_STYLE = (
    '<style:style style:name="off" style:family="table"><style:table-properties table:display="false"/></style:style>'
)


def ods(*pages, **other_parts):
    return packed(ods_parts("".join(map(table_xml, pages))) | other_parts)


def ods_parts(tables):
    """The parts of a file with these table:table elements."""
    return {
        "mimetype": ODS_TYPE,
        "META-INF/manifest.xml": f"<manifest:manifest {SPACES}/>",
        "content.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES}>'
        f"<office:automatic-styles>{HIDDEN_STYLE}</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>",
    }


def table_xml(page):
    style = ' table:style-name="off"' if page.hidden else ""
    width = max([len(cells) + page.left - 1 for cells in page.rows] + [1])
    columns = "".join(f"<table:table-column{COLLAPSED * (n in page.hidden_columns)}/>" for n in range(1, width + 1))
    above = f'<table:table-row table:number-rows-repeated="{page.top - 1}"><table:table-cell/></table:table-row>'
    rows = "".join(ods_row(page, row, cells) for row, cells in enumerate(page.rows, start=page.top))
    return (
        f"<table:table table:name={quoteattr(page.name)}{style}>{columns}{above * (page.top > 1)}{rows}</table:table>"
    )


def ods_row(page, row, cells):
    hidden = COLLAPSED * (row in page.hidden_rows)
    spans = {(r1, c1): (r2 - r1 + 1, c2 - c1 + 1) for r1, c1, r2, c2 in page.merged}
    written = "<table:table-cell/>" * (page.left - 1)
    for column, cell in enumerate(cells, start=page.left):
        tall, wide = spans.get((row, column), (1, 1))
        span = f' table:number-rows-spanned="{tall}" table:number-columns-spanned="{wide}"' if tall * wide > 1 else ""
        written += ods_cell(cell, span)
    return f"<table:table-row{hidden}>{written or '<table:table-cell/>'}</table:table-row>"


def ods_cell(cell, span=""):
    formula = ""
    if isinstance(cell, Formula):
        formula, cell = f" table:formula={quoteattr('of:=' + cell.text)}", cell.value
    if cell is None:
        return f"<table:table-cell{span}{formula}/>"
    kind, name, value = ods_typed(cell)
    said = f' office:value-type="{kind}"' + (f' office:{name}="{value}"' if name else "")
    if isinstance(cell, Error):
        said += ' calcext:value-type="error"'
    lines = escape(cell.shown if isinstance(cell, Error) else str(cell)).split("\n")
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in lines)
    return f"<table:table-cell{span}{formula}{said}>{paragraphs}</table:table-cell>"


def ods_typed(cell):
    if isinstance(cell, bool):
        return "boolean", "boolean-value", str(cell).lower()
    if isinstance(cell, datetime.date):
        return "date", "date-value", cell.isoformat()
    if isinstance(cell, (int, float, Decimal)):
        return ("percentage" if isinstance(cell, Percent) else "float"), "value", cell
    return "string", ("string-value" if isinstance(cell, Error) else ""), ""


# GeoJSON -------------------------------------------------------------------------------------------------------------


def feature(geometry=None, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features, **members):
    return json.dumps({"type": "FeatureCollection", "features": features} | members).encode()


# as offices leave them -----------------------------------------------------------------------------------------------


def untidy(headers, rows, *, name="Danh mục", numbered=True, totals=None, notes=True):
    """A page with a title across the columns, the decision it belongs to, a blank row, headers, numbers (1)(2)(3) under
    them, a blank row among the rows, and at the end a total and who signed."""
    width = len(headers) + numbered
    lines = [["DANH MỤC KHU, CỤM CÔNG NGHIỆP"], ["(Kèm theo Quyết định số 123/QĐ-UBND ngày 01/04/2016)"], []]
    lines += [["STT", *headers] if numbered else list(headers), [f"({n})" for n in range(1, width + 1)]]
    for place, row in enumerate(rows, start=1):
        lines += [[place, *row] if numbered else list(row)] + [[]] * (place == 1)
    if totals is not None:
        lines.append([None, *totals] if numbered else list(totals))
    if notes:
        lines += [[], ["Ghi chú: số liệu đến ngày báo cáo"]]
    return Page(lines, name=name, merged=[(1, 1, 1, width), (2, 1, 2, width)])


def two_header_rows(headers, rows, *, name="Danh mục"):
    """A page whose headers are (group, title) pairs: groups merged above their titles, lone titles merged down."""
    above, below, merged = [], [], []
    for column, (group, title) in enumerate(headers, start=1):
        first = group and (column == 1 or headers[column - 2][0] != group)
        above.append(title if not group else group if first else None)
        below.append(title if group else None)
        if not group:
            merged.append((2, column, 3, column))
        elif first:
            wide = sum(other == group for other, _ in headers)
            merged += [(2, column, 2, column + wide - 1)] if wide > 1 else []
    title = ["BIỂU TỔNG HỢP"]
    return Page([title, above, below, *rows], name=name, merged=[(1, 1, 1, len(headers)), *merged])


def decomposed(text):
    """The text as macOS and some converters write it: letters and their marks apart (NFD)."""
    return unicodedata.normalize("NFD", text)
