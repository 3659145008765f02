"""Taking a list away: exactly the filtered rows, on all pages, in the order shown, as xlsx, csv or GeoJSON.

Each file says what it is: list, city, conditions, cut-off day, how the figures are counted, when it was made. In xlsx
on a second sheet; in GeoJSON as the foreign member `about` (RFC 7946, 6.1); in csv as the last columns of every row, so
that the table stays a table from its first line to its last. csv is UTF-8 with a mark, comma, decimal point, ISO dates;
a text that a spreadsheet would run (= + - @, tab) stands behind an apostrophe. xlsx writes every text as text.

Each file can be imported back and then changes nothing (zones/importing)."""

import csv
import datetime
import json
import re
from decimal import Decimal
from tempfile import TemporaryFile

from django.contrib import messages
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from xlsxwriter import Workbook

from planning.books import BOOKS
from planning.consultation_lists import LISTINGS as CONSULTATIONS
from planning.duty_lists import LISTINGS as DUTIES
from planning.listings import LISTINGS as DOSSIERS
from planning.obstacle_lists import LISTINGS as OBSTACLES
from zones import mapping
from zones.importing.targets import ABOUT_THE_FILE
from zones.listings import LISTINGS as REGISTER
from zones.listings import Question

LISTINGS = REGISTER | DOSSIERS | DUTIES | CONSULTATIONS | OBSTACLES | BOOKS
PAGES = {
    "zones": "zones:list",
    "facilities": "zones:facilities",
    "projects": "zones:projects",
    "documents": "zones:documents",
    "areas": "zones:areas",
    "statuses": "zones:statuses",
    "measurements": "zones:measurements",
    "dossiers": "planning:dossiers",
    "steps": "planning:steps",
    "directives": "planning:directives",
    "tasks": "planning:tasks",
    "obstacles": "planning:obstacles",
    "consultations": "planning:consultations",
    "opinions": "planning:opinions",
    "points": "planning:points",
    "plan_entries": "planning:plans",
    "sessions": "planning:sessions",
    "rules": "planning:rules",
    "holidays": "planning:holidays",
}
FILE_NAMES = {
    "zones": "khu-cum",
    "facilities": "co-so-san-xuat",
    "projects": "du-an-thu-cap",
    "documents": "van-ban",
    "areas": "dien-tich",
    "statuses": "tinh-trang",
    "measurements": "so-do",
    "dossiers": "ho-so",
    "steps": "buoc-ho-so",
    "directives": "van-ban-chi-dao",
    "tasks": "nhiem-vu",
    "obstacles": "vuong-mac",
    "consultations": "lay-y-kien",
    "opinions": "y-kien",
    "points": "tiep-thu-giai-trinh",
    "plan_entries": "danh-muc-quy-hoach",
    "sessions": "ky-hop",
    "rules": "quy-tac",
    "holidays": "ngay-nghi",
}
LONGEST_CELL = 32_767
FIRST_SHEET_DAY = datetime.date(1900, 3, 1)
NUMBERS = {"integer": "#,##0", "hectare": "#,##0.00##", "number": "#,##0.00####", "percent": "0.00"}
RUN_BY_SPREADSHEETS = re.compile(r"'*[=+\-@\t\r]")
EXACT_IN_SHEETS = 15  # digits
AT_ONCE = 500


class CellTooLong(Exception):
    """A text that no spreadsheet cell can hold whole; it is refused, not cut."""


@require_safe
def export(request, what, format):
    """A list as a file; what cannot be made sends the reader back to the list with the reason."""
    if what not in LISTINGS or format not in WRITERS or (format == "geojson" and not LISTINGS[what].mapped):
        raise Http404(_("Không tìm thấy."))
    question = Question(LISTINGS[what], request)
    back = redirect(f"{reverse(PAGES[what])}?{request.GET.urlencode()}")
    if question.errors:
        return back
    try:
        return WRITERS[format](question)
    except CellTooLong as problem:
        messages.error(request, str(problem))
        return back


def file_name(question, ending):
    city = f"-{question.frame.city}" if question.frame.city else ""
    return f"{FILE_NAMES[question.listing.what]}{city}-{question.frame.as_of:%Y-%m-%d}.{ending}"


def about(question):
    """What the file is, in words: [(label, text)]."""
    return [
        (_("Danh sách"), str(question.listing.title)),
        (_("Số dòng"), question.count),
        (_("Số liệu đến ngày"), question.cut_off),
        *((_("Điều kiện lọc"), condition) for condition in question.conditions),
        (_("Xuất lúc"), f"{timezone.localtime():%d/%m/%Y %H:%M}"),
        *((_("Cách tính"), line) for line in [*question.basis[1:], *question.coverage]),
    ]


def read(question):
    """The rows, some at a time."""
    return question.listing.worked_out(question.rows.iterator(chunk_size=AT_ONCE))


def plain(value):
    """A value as machines read it."""
    if isinstance(value, Decimal):
        return float(value) if is_exact(value) else csv_number(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


# Excel ---------------------------------------------------------------------------------------------------------------


def as_xlsx(question):
    file = TemporaryFile()  # noqa: SIM115 (FileResponse closes it)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(file, options) as book:
        write_rows(book, question)
        write_about(book, question)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, as_attachment=True, filename=file_name(question, "xlsx"), content_type=kind)


def write_rows(book, question):
    sheet, columns = book.add_worksheet(_("Danh sách")), question.listing.columns
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    formats = {kind: book.add_format({"num_format": form}) for kind, form in NUMBERS.items()}
    formats["date"] = book.add_format({"num_format": "dd/mm/yyyy"})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 40 if column.long or place == 0 else 16)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, question.count, len(columns) - 1)
    sheet.write_row(0, 0, [column.heading for column in columns], head)
    for line, record in enumerate(read(question), start=1):
        for place, column in enumerate(columns):
            write_cell(sheet, line, place, column.label(record), formats.get(column.kind), record, column)


def write_cell(sheet, line, place, value, form, record, column):
    """Numbers and days as such, everything else as text; an unknown value stays an empty cell."""
    if isinstance(value, datetime.date) and value >= FIRST_SHEET_DAY:
        sheet.write_datetime(line, place, datetime.datetime(value.year, value.month, value.day), form)  # noqa: DTZ001
    elif isinstance(value, int | float) or (isinstance(value, Decimal) and is_exact(value)):
        sheet.write_number(line, place, float(value), form)
    elif value is not None:
        text = csv_number(value) if isinstance(value, Decimal) else str(plain(value))
        if len(text) > LONGEST_CELL:
            raise CellTooLong(
                _("“%(title)s” của “%(record)s” dài hơn một ô Excel chứa được. Hãy tải CSV.")
                % {"title": column.title, "record": record}
            )
        sheet.write_string(line, place, text)


def is_exact(value):
    """Does a spreadsheet keep all digits of this number?"""
    return len(value.normalize().as_tuple().digits) <= EXACT_IN_SHEETS


def write_about(book, question):
    sheet, bold = book.add_worksheet(_("Cách tính")), book.add_format({"bold": True})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 110)
    lines = about(question)
    for line, (label, text) in enumerate(lines):
        sheet.write_string(line, 0, str(label), bold)
        sheet.write(line, 1, text)
    for line, column in enumerate(question.listing.columns, start=len(lines) + 2):
        sheet.write_string(line, 0, column.key)
        sheet.write_string(line, 1, column.heading)
    sheet.write_string(len(lines) + 1, 0, _("Tên cột cho máy"), bold)


# CSV -----------------------------------------------------------------------------------------------------------------


class Echo:
    """A file that hands back what is written to it, so that rows can be sent one by one."""

    def write(self, text):
        return text


def as_csv(question):
    answer = StreamingHttpResponse(csv_lines(question), content_type="text/csv; charset=utf-8")
    return attached(answer, question, "csv")


def csv_lines(question):
    writer, columns = csv.writer(Echo()), question.listing.columns
    conditions = "; ".join([*question.conditions, *([question.cut_off] if question.frame.known else [])])
    moment = timezone.localtime().isoformat(timespec="seconds")
    said = dict(zip(map(str, ABOUT_THE_FILE), (question.frame.as_of.isoformat(), conditions, moment), strict=True))
    yield "\ufeff" + writer.writerow([column.heading for column in columns] + list(said))
    for record in read(question):
        yield writer.writerow(
            [csv_cell(column.label(record)) for column in columns] + [csv_cell(v) for v in said.values()]
        )


def csv_cell(value):
    if value is None:
        return ""
    if isinstance(value, Decimal | float):
        return csv_number(value)
    text = str(plain(value))
    return f"'{text}" if isinstance(value, str) and RUN_BY_SPREADSHEETS.match(text) else text


def csv_number(value):
    """With a decimal point; three decimals get a fourth, or 1.234 could be read as one thousand and more."""
    text = f"{Decimal(str(value)).normalize():f}"
    return f"{text}0" if re.search(r"\.\d{3}$", text) else text


# GeoJSON -------------------------------------------------------------------------------------------------------------


def as_geojson(question):
    answer = StreamingHttpResponse(geojson_parts(question), content_type="application/geo+json")
    return attached(answer, question, "geojson")


def geojson_parts(question):
    """A FeatureCollection, whole boundaries, one feature a line; properties by the columns' keys, choices as codes."""
    head = {"type": "FeatureCollection", "name": file_name(question, "geojson")}
    head["about"] = [{"label": str(label), "text": str(text)} for label, text in about(question)]
    yield to_json(head)[:-1] + ', "features": [\n'
    separator = ""
    for record in mapping.drawn(question, question.rows).iterator(chunk_size=AT_ONCE):
        properties = {column.key: plain(column.value(record)) for column in question.listing.columns}
        feature = {"type": "Feature", "id": record.code, "geometry": mapping.shape(record), "properties": properties}
        yield separator + to_json(feature)
        separator = ",\n"
    yield "\n]}\n"


def to_json(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def attached(answer, question, ending):
    answer["Content-Disposition"] = f'attachment; filename="{file_name(question, ending)}"'
    return answer


WRITERS = {"xlsx": as_xlsx, "csv": as_csv, "geojson": as_geojson}
