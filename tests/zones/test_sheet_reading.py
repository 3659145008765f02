"""What stands in a spreadsheet comes out of it, whichever program made it; what is not sure is refused."""

import csv
import datetime
import io
import json
import unicodedata
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook

from tests.zones.sheets import (
    BARE,
    EXCEL,
    STRICT,
    WPS,
    Error,
    Formula,
    Page,
    collection,
    decomposed,
    feature,
    ods,
    ods_parts,
    packed,
    read,
    xlsx,
    xlsx_parts,
)
from zones.importing.reading import CellError, Percent, cell_address, read_sheets

OFFICE_FILES = Path(__file__).with_name("office_files")
DAY, MOMENT = datetime.date(2016, 4, 1), datetime.datetime(2009, 3, 2, 8, 30)  # noqa: DTZ001 a sheet knows no zone
ROWS = [
    ["Mã", "Tên", "Diện tích", "Ngày", "Lấp đầy", "Công khai"],
    ["CCN-01", "Cụm công nghiệp Lại Yên", Decimal("27.2"), DAY, Percent("0.948"), True],
    ["CCN-02", "Ngọc Hòa & <Phú Nghĩa>", Decimal("1234.5"), MOMENT, Percent(1), False],
    ["0012", "  hai  khoảng trắng ", Decimal(-3), None, None, None],
]


def rows_of(sheet):
    return [cells for _, cells in sheet.rows]


def trimmed(rows):
    return [row[: max(n for n, cell in enumerate(row, start=1) if cell is not None)] for row in rows]


# what programs write -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(xlsx(Page(ROWS)), id="Excel"),
        pytest.param(xlsx(Page(ROWS), manner=WPS), id="WPS: texts in the cells, absolute parts"),
        pytest.param(xlsx(Page(ROWS), manner=STRICT), id="Excel, strict variant"),
        pytest.param(xlsx(Page(ROWS), manner=replace(EXCEL, prefix="x:")), id="names with a prefix"),
        pytest.param(xlsx(Page(ROWS), manner=replace(EXCEL, dimension="A1:B2")), id="a dimension that is too small"),
        pytest.param(xlsx(Page(ROWS), manner=replace(EXCEL, dimension="A1:XFD1048576")), id="a dimension that is huge"),
        pytest.param(ods(Page(ROWS)), id="LibreOffice"),
    ],
)
def test_every_cell_is_what_it_was(content):
    [sheet] = read(content, "khu.ods" if b"opendocument" in content[:200] else "khu.xlsx")
    assert rows_of(sheet) == trimmed(ROWS)
    assert [[type(cell) for cell in cells] for cells in rows_of(sheet)] == [
        [type(cell) for cell in cells] for cells in trimmed(ROWS)
    ]
    assert (sheet.name, sheet.hidden, sheet.unresolved) == ("Sheet1", False, set())


@pytest.mark.parametrize("make", [xlsx, ods])
def test_cells_keep_their_place_when_the_sheet_begins_at_b3(make):
    page = Page([["a", "b"], [], ["c", None, Decimal(1)]], top=3, left=2)
    [sheet] = read(make(page), f"a.{make.__name__}")
    assert sheet.rows == [(3, [None, "a", "b"]), (5, [None, "c", None, Decimal(1)])]


def test_cells_without_addresses_stand_one_after_the_other():
    [sheet] = read(xlsx(Page([["a", "b"], [None, Decimal(2)]]), manner=BARE), "a.xlsx")
    assert sheet.rows == [(1, ["a", "b"]), (2, [None, Decimal(2)])]


@pytest.mark.parametrize("ending", ["ods", "xlsx"])
def test_a_file_saved_by_libreoffice(ending):
    listed, hidden, empty = read_sheets(OFFICE_FILES / f"libreoffice.{ending}", f"Danh mục.{ending}")
    assert (listed.name, hidden.name, empty.name) == ("Danh mục CCN", "Danh sách ẩn", "Trống")
    assert (listed.hidden, hidden.hidden, empty.hidden) == (False, True, False)
    assert (hidden.rows, empty.rows) == ([(3, [None, "giá trị"])], [])
    rows = dict(listed.rows)
    assert rows[4] == ["STT", "Tên cụm", "Diện tích (ha)", None, "Tỷ lệ", "Ngày thành lập", "Ghi chú", "Cột ẩn"]
    assert rows[6] == [
        Decimal(1),
        "Cụm công nghiệp Lại Yên",  # without the comment that hangs on the cell
        Decimal("27.2"),
        Decimal(20),
        Decimal("0.735294117647059"),
        datetime.date(2017, 7, 20),
        "Đã có\nchủ đầu tư",  # without the text box that lies over the cell
        "ẩn",
    ]
    assert type(rows[6][4]) is Percent
    assert rows[7][1] == "Cụm công nghiệp Ngọc Hòa"
    assert rows[7][6] == "tên NFD"
    assert rows[8][5] == MOMENT
    assert rows[9][3] == CellError("#DIV/0!", "error")
    assert rows[9][5].kind == "time"
    assert {(1, 1, 1, 8), (4, 1, 5, 1), (4, 3, 4, 4)} <= set(listed.merged)
    assert (listed.hidden_rows, listed.hidden_columns, listed.unresolved) == ({8}, {8}, set())


def test_a_workbook_of_openpyxl():
    book, file = Workbook(), io.BytesIO()
    book.active.append(["Mã", DAY, 27.2, True, MOMENT])
    book.active["C1"].number_format = '#,##0.00 "ha"'
    book.active["B3"] = "=1+1"
    book.active.merge_cells("A5:B6")
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["B"].hidden = True
    book.save(file)
    [sheet] = read(file.getvalue(), "a.xlsx")
    assert sheet.rows == [
        (1, ["Mã", MOMENT.replace(2016, 4, 1, 0, 0).date(), Decimal("27.2"), True, MOMENT]),
        (3, [None, None]),
    ]
    assert (sheet.unresolved, sheet.merged) == ({(3, 2)}, [(5, 1, 6, 2)])
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({3}, {2})


def test_a_workbook_of_xlsxwriter_whose_formulas_were_never_worked_out():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Số liệu")
        sheet.write_rich_string("A1", "Cụm ", book.add_format({"bold": True}), "Lại", " Yên")
        sheet.write_formula("A2", "=27+1")  # stored as 0
        sheet.write_number("A3", 0.25, book.add_format({"num_format": '0.0" %"'}))
        sheet.write_number("B3", 0.25, book.add_format({"num_format": "0.0 %"}))
    [sheet] = read(file.getvalue(), "a.xlsx")
    assert dict(sheet.rows)[1] == ["Cụm Lại Yên"]
    assert sheet.unresolved == {(2, 1)}
    assert [type(cell) for cell in dict(sheet.rows)[3]] == [Decimal, Percent]


def test_days_counted_from_1904():
    later_by = datetime.timedelta(days=1462)
    [sheet] = read(xlsx(Page([[DAY]]), manner=replace(EXCEL, epoch_1904=True)), "a.xlsx")
    assert rows_of(sheet) == [[DAY + later_by]]


# single cells --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [xlsx, ods])
@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (27.200000000000003, Decimal("27.2")),
        (0.1 + 0.2, Decimal("0.3")),
        (123456789012345, Decimal("123456789012345")),
        (1e20, Decimal("1E+20")),
        (1e400, CellError("inf", "number")),
        (decomposed("Ngọc Hòa"), "Ngọc Hòa"),
        ("1\u00a0234,5\u2009ha\u200b", "1 234,5 ha"),
        ("a\u0085b", CellError("U+0085", "control")),
        ("31/04/2016", "31/04/2016"),
        ("0012", "0012"),
        (Error("#REF!"), CellError("#REF!", "error")),
        (datetime.date(1900, 2, 28), CellError("28/02/1900", "early")),
        (datetime.date(1900, 3, 1), datetime.date(1900, 3, 1)),
        (Formula("A1", Decimal("1.5")), Decimal("1.5")),
        (Formula('""', ""), None),
        (Formula("1/0", Error("#DIV/0!")), CellError("#DIV/0!", "error")),
    ],
)
def test_one_cell(make, written, read_as):
    [sheet] = read(make(Page([["x", written, "y"]])), f"a.{make.__name__}")
    assert rows_of(sheet) == [["x", read_as, "y"]]
    assert not sheet.unresolved


@pytest.mark.parametrize("make", [xlsx, ods])
def test_formulas_without_a_value_are_named(make):
    [sheet] = read(make(Page([["x", Formula("A1")], [], [None, Formula("A2")]])), f"a.{make.__name__}")
    assert sheet.unresolved == {(1, 2), (3, 2)}
    assert sheet.rows == [(1, ["x", None]), (3, [None, None])]


def test_values_that_the_file_itself_calls_stale_are_not_believed():
    page = Page([[Decimal(1), Formula("A1+1", Decimal(0))]])
    [fresh], [stale] = read(xlsx(page), "a.xlsx"), read(xlsx(page, manner=replace(EXCEL, stale=True)), "a.xlsx")
    assert (rows_of(fresh), fresh.unresolved) == ([[Decimal(1), Decimal(0)]], set())
    assert stale.unresolved == {(1, 2)}


def test_a_control_sign_that_excel_wrote_as_an_escape_is_found():
    [sheet] = read(xlsx(Page([["a_x0007_b", "dòng 1_x000D_\ndòng 2"]])), "a.xlsx")
    assert rows_of(sheet) == [[CellError("U+0007", "control"), "dòng 1\ndòng 2"]]
    assert "U+0007" in rows_of(sheet)[0][0].message


@pytest.mark.parametrize("make", [xlsx, ods])
def test_what_is_hidden_or_merged_is_told_and_still_read(make):
    page = Page([["a", "b", "c"], ["d", None, "f"]], merged=[(1, 1, 1, 2)], hidden_rows={2}, hidden_columns={3})
    first, second = read(make(page, Page([["x"]], name="Ẩn", hidden=True)), f"a.{make.__name__}")
    assert rows_of(first) == [["a", "b", "c"], ["d", None, "f"]]
    assert (first.merged, first.hidden_rows, first.hidden_columns) == ([(1, 1, 1, 2)], {2}, {3})
    assert (second.name, second.hidden, rows_of(second)) == ("Ẩn", True, [["x"]])


@pytest.mark.parametrize("make", [xlsx, ods])
def test_a_sheet_has_the_name_that_people_would_type(make):
    [sheet] = read(make(Page([["a"]], name=f" {decomposed('Danh mục')}\u00a0 CCN\u200b ")), f"a.{make.__name__}")
    assert sheet.name == "Danh mục CCN"


def test_styled_but_empty_cells_far_out_are_no_content():
    sheet = xlsx_parts(Page([["a"]]))["xl/worksheets/sheet1.xml"]
    far = '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    [sheet] = read(xlsx(Page([["a"]]), **{"xl/worksheets/sheet1.xml": sheet.replace("</sheetData>", far)}), "a.xlsx")
    assert sheet.rows == [(1, ["a"])]


def test_ods_says_a_thing_once_for_many_cells_and_keeps_drafts_beside_the_table():
    tables = (
        '<table:tracked-changes><table:table-cell office:value-type="string"><text:p>xoá</text:p>'
        '</table:table-cell></table:tracked-changes><table:table table:name="S">'
        '<table:table-column table:number-columns-repeated="16384"/>'
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2" '
        'office:value-type="string"><text:p>a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d</text:p>'
        "</table:table-cell><table:table-cell><text:p>không kiểu</text:p></table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="1048574">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    [sheet] = read(packed(ods_parts(tables)), "a.ods")
    assert sheet.rows == [(n, ["a  b c\nd", "a  b c\nd", "không kiểu"]) for n in (1, 2)]


# csv and GeoJSON -----------------------------------------------------------------------------------------------------

TABLE = [["Mã, số", "Tên; gọi", "Diện tích"], ["CCN-01", 'Lại "Yên"\nmới', "27,2"], ["CCN-02", None, "1.234,5"]]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_a_csv_in_the_letters_and_with_the_separators_of_offices(separator, encoding):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(TABLE)
    written = text.getvalue()
    if encoding == "cp1258":  # which writes the tone after its letter
        written = "".join(windows_1258(char) for char in written)
    [sheet] = read(written.encode(encoding), "a.csv")
    assert sheet.name == ""
    assert rows_of(sheet) == TABLE


def windows_1258(char):
    """The letter as Windows-1258 has it: whole if it can, else followed by its tone."""
    try:
        char.encode("cp1258")
    except UnicodeEncodeError:
        apart = unicodedata.normalize("NFD", char)
        tone = next(mark for mark in apart if mark in "\u0300\u0301\u0303\u0309\u0323")
        return unicodedata.normalize("NFC", apart.replace(tone, "")) + tone
    return char


def test_a_csv_keeps_its_row_numbers_and_excels_hint():
    [sheet] = read(b"sep=,\r\na,b\r\n\r\nc,d\r\n", "a.csv")
    assert sheet.rows == [(2, ["a", "b"]), (4, ["c", "d"])]


def test_a_geojson_is_a_row_of_keys_and_a_row_for_each_feature():
    point = {"type": "Point", "coordinates": [105.75, 21.0]}
    [sheet] = read(collection(feature(point, code="A", area_ha=27.2), feature(code="B", public=True)), "a.geojson")
    assert sheet.rows == [
        (1, ["code", "area_ha", "public", "geometry"]),
        (2, ["A", Decimal("27.2"), None, json.dumps(point)]),
        (3, ["B", None, True, None]),
    ]


def test_cells_are_addressed_as_people_see_them():
    assert cell_address("Sheet1", 14, 6) == "Sheet1!F14"
    assert [cell_address("", 1, column) for column in (1, 26, 27, 702, 703)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]
