"""Spreadsheets for tests of the import's faces, as an officer's browser would send them."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from xlsxwriter import Workbook


def csv_file(*rows, name="khu.csv"):
    """A csv of rows of texts, the head first."""
    return SimpleUploadedFile(name, "\n".join(";".join(row) for row in rows).encode("utf-8-sig"))


def xlsx_file(name="khu.xlsx", **sheets):
    """A workbook: sheet name → rows, the head first."""
    packed = io.BytesIO()
    with Workbook(packed, {"in_memory": True}) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    return SimpleUploadedFile(name, packed.getvalue())
