"""Sheets that lead a reader astray: what is no record is set aside and listed, what is a record never is."""

import datetime

import pytest
from django.core.files.base import ContentFile

from tests import factories as make
from tests.zones import sheets
from tests.zones.sheets import Page
from zones import importing
from zones.models import Facility

HEADS = ["STT", "Mã", "Tên", "Loại", "Thành phố"]
ONE, TWO = [1, "HN-A", "Cụm A", "CCN", "HN"], [2, "HN-B", "Cụm B", "CCN", "HN"]


@pytest.fixture
def officer(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make.user("editor")


def take(officer, rows, what="zones", name="danh-muc.xlsx", **given):
    content = rows if isinstance(rows, bytes) else sheets.xlsx(Page(rows, **given))
    return importing.upload(ContentFile(content, name=name), what=what, by=officer)


def reasons(imported):
    return [(one.number, one.reason) for one in importing.outcomes(imported).skipped]


def messages(imported):
    return [refusal.message for row in importing.outcomes(imported).rows("rejected") for refusal in row.refusals]


def test_national_headings_and_the_signatures_below_are_no_records(officer):
    above = [["UBND THÀNH PHỐ HÀ NỘI", None, None, "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"], ["BIỂU TỔNG HỢP"]]
    below = [
        ["Nơi nhận:", None, None, "KT. GIÁM ĐỐC"],
        ["- Như trên;", None, None, "PHÓ GIÁM ĐỐC"],
        ["- Lưu: VT.", None, None, "Nguyễn Văn A"],
        [None, "Trần Thị B", "Lê Văn C"],
    ]
    imported = take(officer, [*above, HEADS, ONE, TWO, *below])
    assert (imported.rows, imported.created) == (2, 2)
    assert reasons(imported) == [(number, "ghi chú, chữ ký") for number in (6, 7, 8, 9)]


def test_records_below_a_signature_are_still_records(officer):
    imported = take(officer, [HEADS, ONE, [None, "Người lập biểu"], [None, "Trần Thị B"], ["PHỤ LỤC 2"], HEADS, TWO])
    assert (imported.rows, imported.created) == (2, 2)
    assert reasons(imported)[-1] == (6, "dòng tiêu đề lặp lại")


@pytest.mark.parametrize(
    ("heading", "merged"),
    [
        (["I", None, "Khu công nghiệp"], []),
        (["II.", "Cụm công nghiệp"], []),
        (["A. Cụm đã thành lập"], []),
        ([None, "Cụm đã thành lập"], [(2, 2, 2, 5)]),
    ],
)
def test_a_heading_of_a_group_is_no_record(officer, heading, merged):
    imported = take(officer, [HEADS, heading, ONE], merged=merged)
    assert (imported.rows, imported.created) == (1, 1)
    assert reasons(imported) == [(2, "dòng tiêu đề nhóm")]


def test_records_that_look_like_headings_totals_or_signatures_are_records(officer):
    rows = [["I", "HN-A", "Tổng công ty A", "CCN", "HN"], ["A", "HN-B", "Giám đốc B", "CCN", "HN"],
            [3, None, "Tổng công ty C"], [4, "HN-D", "Tổng cộng"], ["V", None, "Cụm E", "CCN"]]  # fmt: skip
    imported = take(officer, [HEADS, *rows])
    assert (imported.rows, imported.created, imported.rejected) == (5, 2, 3)


@pytest.mark.parametrize("label", ["Tổng cộng (I+II):", "TỔNG SỐ: 27 CỤM", "Cộng nhóm I"])
def test_totals_are_known_by_their_first_words(officer, label):
    assert reasons(take(officer, [HEADS, ONE, [label, None, None, None, 99]])) == [(3, "dòng tổng cộng")]


def test_a_total_below_areas_is_no_fact(officer):
    zone = make.zone(managing_agency=officer.agency)
    heads = ["Khu, cụm", "Loại diện tích", "Diện tích (ha)", "Từ ngày", "Nguồn"]
    row = [zone.name, "Đất công nghiệp", 20, "31/12/2025", "Báo cáo"]
    imported = take(officer, [heads, row, ["Tổng cộng", None, 20]], "areas")
    assert (imported.created, reasons(imported)) == (1, [(3, "dòng tổng cộng")])


def test_a_row_of_units_under_the_head_belongs_to_the_head(officer):
    imported = take(officer, [["Mã", "Tên", "Loại", "Thành phố", "Thời hạn"], [None, None, None, None, "(năm)"],
                              ["HN-A", "Cụm A", "CCN", "HN", "50 năm"]])  # fmt: skip
    assert (imported.rows, imported.created) == (1, 1)
    wrong = take(officer, [["Mã", "Tên", "Đất công nghiệp"], [None, None, "m2"], ["HN-A", "Cụm A", 5]])
    assert wrong.state == "refused"
    assert "ghi theo m²; cột này cần ha" in wrong.problem


def test_three_rows_of_heads_are_read_as_one(officer):
    rows = [["Mã", "Tên", "Diện tích"], [None, None, "Trong đó"], [None, None, "Đất công nghiệp (ha)", "Đã cho thuê"],
            ["HN-A", "Cụm A", 20, 10]]  # fmt: skip
    imported = take(officer, rows, merged=[(1, 3, 1, 4), (2, 3, 2, 4), (1, 1, 3, 1), (1, 2, 3, 2)])
    heads = [key for key, _at in importing.outcomes(imported).heads]
    assert (imported.rows, heads) == (1, ["code", "name", "industrial_ha", "leased_ha"])


def test_a_hidden_column_is_refused_even_when_it_is_empty_and_would_clear_what_stands_there(officer):
    zone = make.zone(managing_agency=officer.agency, note="Giữ lại")
    imported = take(officer, [["Mã", "Ghi chú"], [zone.code, None]], hidden_columns={2})
    assert (imported.state, imported.problem) == ("refused", "Sheet1!B1: Cột này bị ẩn. Bỏ ẩn rồi tải lên lại.")


def test_an_unclear_number_is_what_the_register_says_when_it_may_be(officer):
    zone = make.zone(managing_agency=officer.agency)
    held = make.area(zone, value="8.522")
    heads = "Mã số trong sổ;Mã;Diện tích (ha)"
    same = take(officer, f"{heads}\n{held.pk};{zone.code};8,522\n".encode(), "areas", "so.csv")
    assert (same.problem, same.unchanged, same.rejected) == ("", 1, 0)
    other = take(officer, f"{heads}\n{held.pk};{zone.code};9,522\n".encode(), "areas", "so.csv")
    assert "9522 hay 9,522" in messages(other)[0]


def test_letters_that_a_program_lost_never_overwrite_a_name(officer):
    zone = make.zone(managing_agency=officer.agency)
    imported = take(officer, f"Mã,Tên\n{zone.code},C?m công nghi?p A\n".encode(), name="danh-muc.csv")
    assert "hỏng dấu" in messages(imported)[0]


def test_the_number_of_a_document_that_became_a_day_is_asked_back(officer):
    imported = take(officer, [["Loại", "Số, ký hiệu"], ["Quyết định", datetime.date(2025, 12, 1)]], "documents")
    assert "đã đổi ô này thành ngày" in messages(imported)[0]


def test_a_new_measurement_may_name_the_unit_of_its_indicator(officer):
    zone, indicator = make.zone(managing_agency=officer.agency), make.indicator(unit="ha")
    heads = ["Mã chỉ tiêu", "Đơn vị tính", "Mã khu, cụm", "Giá trị", "Từ ngày", "Nguồn"]
    rows = [[indicator.code, unit, zone.code, 5, day, "x"] for unit, day in (("ha", "1/1/2025"), ("m²", "2/1/2025"))]
    imported = take(officer, [heads, *rows], "measurements")
    assert "Đơn vị tính là của chỉ tiêu." in messages(imported)
    assert importing.outcomes(imported).rows()[0].refusals == []


def test_a_zone_is_not_entered_again_under_another_code(officer):
    make.zone(code="HN-CU", name="Cụm công nghiệp Hòa Phú", managing_agency=officer.agency)
    make.zone(code="HCM-CU", name="Cụm công nghiệp Sơn Đông", city="HCM")
    names = ["Cụm công nghiệp  Hoà Phú", "Cụm công nghiệp Sơn Đông", "Cụm công nghiệp Sơn Đồng", "Cụm Mới", "Cụm Mới"]
    rows = [HEADS, *([place, f"HN-{place}", name, "CCN", "HN"] for place, name in enumerate(names, start=1))]
    imported = take(officer, rows)
    refused = {
        row.number: [one.message for one in row.refusals] for row in importing.outcomes(imported).rows("rejected")
    }
    assert sorted(refused) == [2, 5, 6] and imported.created == 2
    assert "HN-CU" in refused[2][0] and "HN-5" in refused[5][0] and "HN-4" in refused[6][0]


def test_a_document_in_other_letters_is_the_same_document(officer):
    make.document(type="QĐ", number="12/QĐ-UBND", year=2025, issuer="UBND TP Hà Nội")
    heads = ["Loại", "Số, ký hiệu", "Năm", "Cơ quan ban hành", "Nguồn", "Thành phố"]
    imported = take(officer, [heads, ["QĐ", "12/qđ-ubnd", 2025, "UBND TP Hà Nội", "Báo cáo", "HN"]], "documents")
    assert (imported.created, imported.rejected) == (0, 1)
    assert "Sổ đã có bản ghi khác như vậy." in messages(imported)


def test_a_code_that_may_have_lost_its_zero_is_asked_back_unless_the_register_says_the_same(officer):
    make.facility(code="CS-1", vsic_code="1110", managing_agency=officer.agency)
    make.facility(code="CS-2", vsic_code="0111", managing_agency=officer.agency)
    imported = take(officer, [["Mã", "Mã ngành VSIC"], ["CS-1", 1110], ["CS-2", 1110]], "facilities")
    assert (imported.unchanged, imported.rejected) == (1, 1)
    assert "số 0 ở đầu" in messages(imported)[0]


def test_an_empty_agency_on_a_new_row_is_the_own_agency(officer):
    heads = ["Mã", "Tên", "Thành phố", "Cơ quan quản lý", "Số liệu đến ngày", "Nguồn"]
    imported = take(officer, [heads, ["CS-9", "Xưởng gỗ", "HN", None, "30/06/2026", "Phiếu"]], "facilities")
    assert imported.created == 1
    importing.apply(imported, by=officer)
    assert Facility.objects.get(code="CS-9").managing_agency == officer.agency


@pytest.mark.parametrize(
    "code", ["hn-ccn-01", "HN–CCN–01", "HN - CCN-01", "HN\u00a0CCN\u201101", "hn_ccn_01", "HN-CCN-01-"]
)
def test_a_code_in_another_spelling_is_asked_once_with_the_one_that_exists(officer, code):
    make.zone(code="HN-CCN-01", name="Cụm A", managing_agency=officer.agency)
    imported = take(officer, [["Mã", "Tên", "Thời hạn"], [code, "Cụm A", 50]])
    [message] = messages(imported)
    assert message.startswith("Mã “") and message.endswith("” chưa có; có phải HN-CCN-01?")
    facts = take(officer, [["Mã khu", "Loại diện tích", "Diện tích", "Từ ngày", "Nguồn"],
                           ["HN – CCN – 01", "Đất công nghiệp", 20, "1/1/2026", "Báo cáo"]], "areas")  # fmt: skip
    assert (facts.created, facts.rejected) == (1, 0)


def test_a_code_in_another_spelling_names_no_record_that_the_person_may_not_see(officer):
    make.zone(code="HN-KIN", publicity="restricted")
    imported = take(officer, [["Mã", "Tên", "Loại", "Thành phố"], ["hn-kin", "Cụm A", "CCN", "HN"]])
    assert imported.rejected == 1
    assert "HN-KIN" not in " ".join(messages(imported))


def test_a_head_that_stands_too_low_is_named_with_its_row(officer):
    titles = [[f"Phần {n}"] for n in range(45)]
    imported = take(officer, [*titles, HEADS, ONE])
    assert imported.state == "refused"
    assert "Tiêu đề ở dòng 46 là quá thấp: chỉ tìm trong 40 dòng đầu có nội dung, đến dòng 40." in imported.problem


def test_without_a_head_it_is_said_where_it_was_looked_for_and_what_stands_there(officer):
    imported = take(officer, [["BÁO CÁO"], [None, "Tên", "x"], ["1", "Cụm A"]])
    assert "Đã tìm từ dòng 1 đến dòng 3" in imported.problem
    assert "Chỉ nhận ra: Sheet1!B2 “Tên”." in imported.problem


@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("after", ["", '{n};ống 15";CCN;HN', '{n};"Cụm";CCN;HN'])
def test_a_quote_that_is_not_closed_is_named_with_the_row_where_it_opens(officer, sign, after):
    lines = ["Mã;Tên;Loại;Thành phố", *(f"HN-{n};Cụm {n};CCN;HN" for n in range(2, 40))]
    lines[4] = 'HN-5;"Cụm 5;CCN;HN'
    lines[9] = after.format(n="HN-10") or lines[9]
    imported = take(officer, "\n".join(lines).replace(";", sign).encode(), name="khu.csv")
    assert imported.problem.startswith("B5: Dấu ngoặc kép mở ở dòng 5 của tệp csv không khép kín")
    assert '"Cụm 5' in imported.problem


def test_quotes_around_several_lines_are_read(officer):
    note = 'Dòng một; hai; ba\nDòng ""hai""; ba\ncuối'
    rows = f'Mã;Tên;Loại;Thành phố;Ghi chú\nHN-A;ống 15" to;CCN;HN;"{note}"\n'
    imported = take(officer, rows.encode(), name="khu.csv")
    assert (imported.problem, imported.created) == ("", 1)


def test_hidden_sheets_and_hidden_rows_that_are_no_data_are_counted_in_the_preview(officer):
    pages = [
        sheets.Page([HEADS, ONE, ["Tổng cộng", None, None]], name="Số liệu", hidden_rows={3}),
        sheets.Page([HEADS, TWO], name="Cũ", hidden=True),
        sheets.Page([["x"]], name="Danh mục", hidden=True),
    ]
    imported = take(officer, sheets.xlsx(*pages))
    assert (imported.sheet, imported.created) == ("Số liệu", 1)
    assert importing.outcomes(imported).warnings == [
        "1 dòng bị ẩn không phải số liệu nên không đọc: 3.",
        "Không đọc 2 trang tính bị ẩn: “Cũ”, “Danh mục”.",
    ]


def workbook_with(officer, old, new):
    parts = sheets.xlsx_parts(Page([HEADS, ONE, TWO]))
    part = "xl/worksheets/sheet1.xml"
    assert old in parts[part]
    return take(officer, sheets.packed(parts | {part: parts[part].replace(old, new)}))


def test_rows_that_are_written_stay_visible_where_all_others_are_hidden(officer):
    """zeroHeight hides the rows of which the file says nothing; those have no content."""
    imported = workbook_with(officer, "<cols>", '<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/><cols>')
    assert (imported.created, importing.outcomes(imported).warnings) == (2, [])


@pytest.mark.parametrize("hiding", ['hidden="1"', 'ht="0"', 'ht="0.0" customHeight="1"'])
def test_a_hidden_row_of_data_is_refused_however_it_is_hidden(officer, hiding):
    imported = workbook_with(officer, '<row r="3">', f'<row r="3" {hiding}>')
    assert imported.problem == "Sheet1!A3: Dòng này bị ẩn (hoặc bị lọc). Bỏ ẩn rồi tải lên lại."
