"""What a sheet may hold, and how a file is refused: the words every reader of this folder shares. Without Django."""

PACKED_MAX = 20 * 1024 * 1024
UNPACKED_MAX = 200 * 1024 * 1024
ENTRIES_MAX = 2_000
ROWS_MAX = 50_000
LAST_ROW = ROWS_MAX + 100  # room for titles, headers and totals around 50,000 rows
COLUMNS_MAX = 200
AREA_MAX = 2_000_000  # rows × columns of one sheet: 50,000 × 40
SHEETS_MAX = 100
SPANS_MAX = 50_000  # merged ranges of one sheet
LETTERS_MAX = 200_000  # of a document that is read as text
PAGES_MAX = 100  # of a pdf


class Refused(Exception):
    """A file that is not read; `code` names the reason, `sheet`, `row`, `column` the place, `values` what fits in."""

    def __init__(self, code, sheet="", row=0, column=0, **values):
        super().__init__(code)
        self.code, self.sheet, self.row, self.column, self.values = code, sheet, row, column, values


def check_extent(sheet, row, column, area):
    """Refuse a filled cell that lies too far down or to the right, and a sheet with too many cells."""
    if row > LAST_ROW:
        raise Refused("rows", sheet, row, column, most=ROWS_MAX)
    if column > COLUMNS_MAX:
        raise Refused("columns", sheet, row, column, most=COLUMNS_MAX)
    if area > AREA_MAX:
        raise Refused("cells", sheet, row, column, most=AREA_MAX)
