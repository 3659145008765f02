"""Sheets of an ods file in one pass over content.xml: values, and what is hidden, merged or not yet worked out.

Read without calamine, which joins the text of drawings to the cell they stand on and drops cells without a type."""

import datetime
from xml.parsers import expat

import package
from bounds import SHEETS_MAX, SPANS_MAX, Refused, check_extent
from cells import day, number, percent, problem, text

OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, TEXT, OFFICE, STYLE = (f"{OASIS}{space}:1.0 " for space in ("table", "text", "office", "style"))
VALUE_TYPE, FORMULA, REPEATED = OFFICE + "value-type", TABLE + "formula", TABLE + "number-columns-repeated"
ROWS_SPANNED, COLUMNS_SPANNED = TABLE + "number-rows-spanned", TABLE + "number-columns-spanned"
CALCEXT = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
LINKED = "'file:"  # LibreOffice keeps copies of other files' sheets under such names
HIDING = {"collapse", "filter"}
SKIPPED = {  # what stands inside a table or a cell and is not its text
    OFFICE + "annotation",
    OFFICE + "forms",
    TABLE + "shapes",
    TABLE + "tracked-changes",
    TABLE + "dde-links",
}
DRAWINGS = f"{OASIS}drawing:1.0 "


def read(path):
    """Every sheet, in the order of the file, hidden ones too."""
    whole = package.opened(path)
    manifest = package.tree(whole, "META-INF/manifest.xml")
    if manifest is not None and any(node.tag.endswith("}encryption-data") for node in manifest.iter()):
        raise Refused("encrypted")
    content = Content()
    package.scan(whole, "content.xml", content.parser)
    if not content.found:
        raise Refused("broken")
    return [sheet for sheet in content.found if not sheet["name"].startswith(LINKED)]


class Content:
    """What the parser has come across so far."""

    def __init__(self):
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.found, self.hidden_styles, self.style, self.skipping = [], set(), None, 0
        self.sheet = self.cells = self.in_cell = None
        self.pieces, self.kept = [], 0  # of the text of a cell: what was heard, and how much of it stands in paragraphs
        self.starts = {
            STYLE + "style": self.name_style,
            STYLE + "table-properties": self.note_style,
            TABLE + "table": self.open_sheet,
            TABLE + "table-column": self.columns,
            TABLE + "table-row": self.open_row,
            TABLE + "table-cell": self.open_cell,
            TABLE + "covered-table-cell": self.open_cell,
            TEXT + "p": self.open_paragraph,
            TEXT + "s": self.spaces,
            TEXT + "tab": self.tab,
            TEXT + "line-break": self.line_break,
        }
        self.ends = {
            TABLE + "table": self.close_sheet,
            TABLE + "table-row": self.close_row,
            TABLE + "table-cell": self.close_cell,
            TABLE + "covered-table-cell": self.close_cell,
            TEXT + "p": self.close_paragraph,
        }

    def start(self, name, attributes):
        if self.skipping:
            self.skipping += 1
        elif handle := self.starts.get(name):
            handle(attributes)
        elif name in SKIPPED or name.startswith(DRAWINGS):
            self.skipping = 1
            self.parser.CharacterDataHandler = None

    def end(self, name):
        if self.skipping:
            self.skipping -= 1
            if not self.skipping and self.cells is not None:
                self.parser.CharacterDataHandler = self.pieces.append
        elif handle := self.ends.get(name):
            handle()

    def within(self, place):
        """A row stands within a sheet, a cell within a row."""
        if place is None:
            raise Refused("broken")

    # styles

    def name_style(self, attributes):
        self.style = attributes.get(STYLE + "name")

    def note_style(self, attributes):
        if attributes.get(TABLE + "display") == "false":
            self.hidden_styles.add(self.style)

    # sheets, columns, rows

    def open_sheet(self, attributes):
        if self.sheet is not None or len(self.found) >= SHEETS_MAX:
            raise Refused("broken" if self.sheet is not None else "sheets", most=SHEETS_MAX)
        self.sheet = {
            "name": attributes.get(TABLE + "name", ""),
            "hidden": attributes.get(TABLE + "style-name") in self.hidden_styles,
            "rows": [],
            "merged": [],
            "hidden_rows": [],
            "hidden_columns": [],
            "unresolved": [],
        }
        self.row = self.column = self.widest = self.lowest = 0
        self.hidden_ranges = []

    def close_sheet(self):
        sheet, self.sheet = self.sheet, None
        sheet["hidden_columns"] = [
            column for first, last in self.hidden_ranges for column in range(first, min(last, self.widest) + 1)
        ]
        self.found.append(sheet)

    def columns(self, attributes):
        self.within(self.sheet)
        first = self.column + 1
        self.column += repeated(attributes, "number-columns-repeated")
        if attributes.get(TABLE + "visibility") in HIDING:
            self.hidden_ranges.append((first, self.column))

    def open_row(self, attributes):
        self.within(self.sheet)
        self.collapsed = attributes.get(TABLE + "visibility") in HIDING
        self.row += 1
        self.last = self.row + repeated(attributes, "number-rows-repeated") - 1
        self.column, self.cells = 0, []
        self.parser.CharacterDataHandler = self.pieces.append

    def close_row(self):
        if self.cells:
            numbers = range(self.row, self.last + 1)
            self.sheet["rows"].extend((number, self.cells) for number in numbers)
            if self.collapsed:
                self.sheet["hidden_rows"].extend(numbers)
        self.row, self.cells = self.last, None
        self.parser.CharacterDataHandler = None

    # cells

    def open_cell(self, attributes):
        self.within(self.cells)
        self.in_cell, self.kept = attributes, 0
        self.pieces.clear()

    def close_cell(self):
        attributes, self.in_cell = self.in_cell, None
        first = self.column + 1
        self.column += repeated(attributes, "number-columns-repeated") if REPEATED in attributes else 1
        if ROWS_SPANNED in attributes or COLUMNS_SPANNED in attributes:
            self.span(attributes, first)
        del self.pieces[self.kept :]
        cell = value(attributes, "".join(self.pieces)) if self.pieces or VALUE_TYPE in attributes else None
        waiting = FORMULA in attributes and VALUE_TYPE not in attributes and cell is None
        if cell is None and not waiting:
            return
        if self.column > self.widest or self.last > self.lowest:
            self.widest, self.lowest = max(self.column, self.widest), self.last
            check_extent(self.sheet["name"], self.last, self.column, self.last * self.widest)
        missing = first - 1 - len(self.cells)
        self.cells += [*[None] * missing, *[cell] * (self.column - first + 1)]
        if waiting:
            numbers, columns = range(self.row, self.last + 1), range(first, self.column + 1)
            self.sheet["unresolved"].extend((row, column) for row in numbers for column in columns)

    def span(self, attributes, first):
        rows = repeated(attributes, "number-rows-spanned")
        columns = repeated(attributes, "number-columns-spanned")
        if rows * columns > 1:
            if len(self.sheet["merged"]) >= SPANS_MAX:
                raise Refused("broken")
            self.sheet["merged"].append((self.row, first, self.row + rows - 1, first + columns - 1))

    def open_paragraph(self, attributes):
        del self.pieces[self.kept :]
        if self.kept:
            self.pieces.append("\n")

    def close_paragraph(self):
        self.kept = len(self.pieces)

    def spaces(self, attributes):
        self.pieces.append(" " * min(repeated(attributes, "c", TEXT), 1_000))

    def tab(self, attributes):
        self.pieces.append(" ")

    def line_break(self, attributes):
        self.pieces.append("\n")


def repeated(attributes, name, space=TABLE):
    """How many times something stands there: a whole number from 1."""
    digits = attributes.get(space + name, "1")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 8 and int(digits)):
        raise Refused("broken")
    return int(digits)


def value(attributes, shown):
    """The value of a cell by its type; a cell without a type is the text that it shows."""
    kind = attributes.get(VALUE_TYPE)
    if kind == "string" or kind is None:
        if attributes.get(CALCEXT + "value-type") == "error":
            return problem(shown[:20], "error")
        return text(attributes.get(OFFICE + "string-value", shown))
    try:
        if kind == "percentage":
            return percent(float(attributes[OFFICE + "value"]))
        if kind == "date":
            return moment(attributes[OFFICE + "date-value"])
        if kind == "boolean":
            return attributes[OFFICE + "boolean-value"] == "true"
        if kind == "time":
            return problem(shown[:20] or attributes[OFFICE + "time-value"][:20], "time")
        return number(float(attributes[OFFICE + "value"]))  # float, currency
    except (KeyError, ValueError):
        return problem(shown[:20], "early" if kind == "date" else "number")


def moment(iso):
    """A day; with a time when the file gives one that is not midnight."""
    read = datetime.datetime.fromisoformat(iso).replace(tzinfo=None)
    return day(read if read.time() != datetime.time() else read.date())
