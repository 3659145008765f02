"""Sheets of an xlsx file: the values as calamine reads them, and from the XML what calamine does not tell.

Hidden sheets, rows and columns, merged ranges, formulas without a stored value, errors, numbers shown with %. The look
at the XML comes first: it refuses cells too far out, which calamine would give memory to."""

import datetime
import posixpath
import re
from xml.parsers import expat

import package
import python_calamine
from bounds import SHEETS_MAX, SPANS_MAX, Refused, check_extent
from cells import day, number, percent, problem, text

RELATION = "{{{}}}id"
DOCUMENT_RELATIONS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",  # the strict variant
)
TRUE = {"1", "true", "on"}
RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PERCENT_FORMATS = {9, 10}
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')  # parts of a number format that only draw signs


def read(path):
    """Every sheet with cells, in the order of the file, hidden ones too."""
    whole = package.opened(path)
    types = package.tree(whole, "[Content_Types].xml")
    if types is None:
        raise Refused("broken")
    if any("macroEnabled" in node.get("ContentType", "") for node in types):
        raise Refused("macro")
    book = package.tree(whole, "xl/workbook.xml")
    listed = listed_sheets(book, relations(whole, "xl/_rels/workbook.xml.rels"))
    stale = any(local(node) == "calcPr" and node.get("fullCalcOnLoad") in TRUE for node in book)
    percents = percent_styles(package.tree(whole, "xl/styles.xml"))
    looks = []
    for name, hidden, part in listed:
        if part not in whole.NameToInfo:
            raise Refused("broken")
        looks.append((Look(name, percents, stale).over(whole, part), hidden))
    return list(filled(path, looks))


def filled(path, looks):
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        for look, hidden in looks:
            yield look.sheet(book.get_sheet_by_name(look.name), hidden)
    except (python_calamine.CalamineError, python_calamine.WorksheetNotFound, ValueError, OSError) as broken:
        raise Refused("broken") from broken


def listed_sheets(book, targets):
    """Name, hidden and part of every work sheet; charts and dialogs have none."""
    nodes = [node for node in book.iter() if local(node) == "sheet"]
    names = [node.get("name", "") for node in nodes]
    if not names or len(names) > SHEETS_MAX or len(set(names)) != len(names):
        raise Refused("broken" if len(names) <= SHEETS_MAX else "sheets", most=SHEETS_MAX)
    for node in nodes:
        identity = next(
            (node.get(RELATION.format(space)) for space in DOCUMENT_RELATIONS if node.get(RELATION.format(space))), ""
        )
        kind, part = targets.get(identity, ("", ""))
        if kind == "worksheet":
            yield node.get("name"), node.get("state", "visible") != "visible", part
        elif kind != "chartsheet":
            raise Refused("broken")


def relations(whole, name):
    """{id: (kind, part)} of the workbook; a target may stand as an absolute path."""
    found = package.tree(whole, name)
    if found is None:
        raise Refused("broken")
    return {
        node.get("Id"): (
            node.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/xl", node.get("Target", ""))).lstrip("/"),
        )
        for node in found
    }


def percent_styles(styles):
    """The numbers of the cell styles that show a percent sign."""
    if styles is None:
        return frozenset()
    formats = {node.get("numFmtId"): node.get("formatCode", "") for node in styles.iter() if local(node) == "numFmt"}
    shown = {str(number) for number in PERCENT_FORMATS} - formats.keys()
    shown |= {number for number, code in formats.items() if "%" in QUOTED.sub("", code)}
    rows = next((node for node in styles.iter() if local(node) == "cellXfs"), ())
    return frozenset(str(place) for place, node in enumerate(rows) if node.get("numFmtId") in shown)


def local(node):
    return node.tag.rpartition("}")[2]


def whole_number(digits):
    if not (digits and digits.isascii() and digits.isdigit() and len(digits) < 8):
        raise Refused("broken")
    return int(digits)


def is_nothing(size):
    """Is this the height or width of what cannot be seen: 0, 0.0?"""
    return bool(size) and not size.strip("0.")


class Columns(dict):
    """{letters: number of the column}; letters are worked out once."""

    def __missing__(self, letters):
        if not (1 <= len(letters) <= 3 and letters.isascii() and letters.isalpha() and letters.isupper()):
            raise Refused("broken")
        place = 0
        for letter in letters:
            place = place * 26 + ord(letter) - 64
        self[letters] = place
        return place


class Locals(dict):
    """{name with its prefix: the name}, as some writers say x:row."""

    def __missing__(self, name):
        self[name] = bare = name.rpartition(":")[2]
        return bare


class Look:
    """One pass over the XML of a sheet: where filled cells lie, and what stands there besides the values."""

    def __init__(self, name, percents, stale):
        self.name, self.percents, self.stale = name, percents, stale
        self.row = self.column = self.last_row = self.widest = 0
        self.row_text, self.letters, self.loose, self.kind, self.waiting = "", 0, False, None, False
        self.columns, self.bare = Columns(), Locals()
        self.formulas, self.errors, self.shown_percent = [], {}, set()
        self.merged, self.hidden_rows, self.hidden_columns = [], set(), []
        self.starts = {"row": self.line, "f": self.formula, "col": self.col, "mergeCell": self.merge}

    def over(self, whole, part):
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        package.scan(whole, part, self.parser)
        return self

    def start(self, name, attributes):
        """Two calls for each cell of the sheet, so what most cells need stands here; the rest is looked up."""
        name = self.bare[name]
        if name == "c":
            place, self.kind = attributes.get("r"), attributes.get("t")
            if place is None:
                column = self.column + 1
            elif self.loose or not place.endswith(self.row_text):
                column = self.column_of(place)
            else:
                column = self.columns[place[: self.letters]]
            if column <= self.column:
                raise Refused("disorder", self.name, self.row, column)
            self.column = column
            if self.percents and attributes.get("s") in self.percents:
                self.shown_percent.add((self.row, column))
        elif name == "v" or name == "is":
            if self.column > self.widest or self.row > self.last_row:
                self.reach()
            if self.kind == "e":
                self.listen()
        elif handle := self.starts.get(name):
            handle(attributes)

    def reach(self):
        self.widest, self.last_row = max(self.column, self.widest), self.row
        check_extent(self.name, self.row, self.column, self.row * self.widest)

    def line(self, attributes):
        self.parser.CharacterDataHandler = None
        given = attributes.get("r")
        self.loose = given is None
        self.go_to(self.row + 1 if self.loose else whole_number(given))
        if attributes.get("hidden") in TRUE or is_nothing(attributes.get("ht")):
            self.hidden_rows.add(self.row)

    def go_to(self, row):
        if row <= self.row:
            raise Refused("disorder", self.name, max(row, 1), 1)
        self.row, self.row_text, self.column = row, str(row), 0
        self.letters = -len(self.row_text)

    def column_of(self, place):
        """The column of an address; a row without a number of its own takes that of its first cell."""
        if self.loose and not self.column and (row := whole_number(place.lstrip(LETTERS))) != self.row:
            self.go_to(row)
        if not place.endswith(self.row_text):
            raise Refused("disorder", self.name, self.row, self.column + 1)
        return self.columns[place[: self.letters]]

    def listen(self):
        """The next text is what an error shows, such as #REF!; the sheet is listened to until its next row."""
        self.errors[self.row, self.column], self.waiting = "", True
        self.parser.CharacterDataHandler = self.error

    def error(self, shown):
        if self.waiting:
            self.errors[self.row, self.column], self.waiting = shown[:20], False

    def formula(self, attributes):
        self.formulas.append((self.row, self.column, self.kind))

    def col(self, attributes):
        if attributes.get("hidden") in TRUE or is_nothing(attributes.get("width")):
            self.hidden_columns.append((whole_number(attributes.get("min")), whole_number(attributes.get("max"))))

    def merge(self, attributes):
        found = RANGE.fullmatch(attributes.get("ref", ""))
        if not found or len(self.merged) >= SPANS_MAX:
            raise Refused("broken")
        left, top, right, bottom = found.groups()
        self.merged.append((int(top), self.columns[left], int(bottom or top), self.columns[right or left]))

    def sheet(self, values, hidden):
        """The answer for this sheet: calamine's values with what the XML says about them."""
        rows = {place: [converted(value) for value in cells] for place, cells in self.numbered(values)}
        unresolved = []
        for row, column, kind in self.formulas:
            empty = row not in rows or column > len(rows[row]) or rows[row][column - 1] is None
            if (row, column) not in self.errors and (self.stale or (empty and kind != "str")):
                unresolved.append((row, column))
                put(rows, row, column, None)
        for (row, column), shown in self.errors.items():
            put(rows, row, column, problem(shown.strip(), "error"))
        for row, column in self.shown_percent:
            cell = rows[row][column - 1] if row in rows and column <= len(rows[row]) else None
            if type(cell) in (int, float):
                rows[row][column - 1] = percent(float(cell))
        last = max(rows, default=0)
        widest = max(map(len, rows.values()), default=0)
        return {
            "name": self.name,
            "hidden": hidden,
            "rows": sorted(rows.items()),
            "merged": self.merged,
            "hidden_rows": sorted(row for row in self.hidden_rows if row <= last),
            "hidden_columns": [column for column in range(1, widest + 1) if self.hides(column)],
            "unresolved": unresolved,
        }

    def numbered(self, values):
        for place, cells in enumerate(values.to_python(skip_empty_area=False) if values.end else (), start=1):
            width = len(cells)
            while width and cells[width - 1] == "":
                width -= 1
            if width:
                yield place, cells[:width]

    def hides(self, column):
        return any(least <= column <= most for least, most in self.hidden_columns)


def put(rows, row, column, cell):
    cells = rows.setdefault(row, [])
    cells.extend([None] * (column - len(cells)))
    cells[column - 1] = cell


def converted(value):
    """calamine's value as a cell: a time without a day is a problem, everything else says what it is."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return number(float(value))
    if isinstance(value, datetime.date):
        return day(value)
    return problem(str(value), "time")
