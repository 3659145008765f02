"""What could not be read in a file, as a workbook to mend it by: the reasons by cell, and the rows themselves."""

import datetime
from decimal import Decimal
from io import BytesIO

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from zones import importing
from zones.importing.cells import Broken

TEXT_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
WIDTHS = (8, 24, 28, 40, 90)


def error_list(imported):
    """xlsx: on the first sheet one line for each reason; on the second the rejected rows as they came, to be mended
    and handed in again."""
    preview, file = importing.outcomes(imported), BytesIO()
    with Workbook(file, TEXT_ONLY) as book:
        rejected = write_reasons(book, preview)
        write_rows(book, preview, rejected, importing.TARGETS[imported.what].columns)
    return file.getvalue()


def write_reasons(book, preview):
    """The reasons; gives the numbers of the rows that have them."""
    sheet, bold = book.add_worksheet(_("Lỗi")), book.add_format({"bold": True, "bottom": 1})
    heads = [_("Dòng"), _("Ô"), _("Cột"), _("Bản ghi"), _("Vì sao")]
    for place, (head, width) in enumerate(zip(heads, WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, head, bold)
    sheet.freeze_panes(1, 0)
    line, numbers = 0, set()
    for row in preview.rows("rejected"):
        numbers.add(row.number)
        for refusal in row.refusals:
            line += 1
            sheet.write_number(line, 0, row.number)
            for place, text in enumerate((refusal.cell, refusal.column, row.label, refusal.message), start=1):
                sheet.write_string(line, place, str(text))
    return numbers


def write_rows(book, preview, numbers, columns):
    headings = {column.key: column.heading for column in columns}
    sheet, bold = book.add_worksheet(_("Dòng cần sửa")), book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for place, (key, _column) in enumerate(preview.heads):
        sheet.set_column(place, place, 20)
        sheet.write_string(0, place, headings.get(key, key), bold)
    sheet.freeze_panes(1, 0)
    line = 0
    for number, cells in preview.cells():
        if number in numbers:
            line += 1
            for place, value in enumerate(cells):
                write_cell(sheet, line, place, value, day)


def write_cell(sheet, line, place, value, day):
    if isinstance(value, Decimal):
        sheet.write_number(line, place, float(value))
    elif isinstance(value, datetime.date):
        sheet.write_datetime(line, place, value, day)
    elif isinstance(value, Broken):
        sheet.write_formula(line, place, "=NA()", value="#N/A")  # still an error, which nobody can overlook
    elif value is not None:
        sheet.write_string(line, place, str(value))
