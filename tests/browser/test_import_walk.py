"""An officer brings a messy workbook into the register and takes it back, in a browser."""

import io
import re

import openpyxl
import pytest
from xlsxwriter import Workbook

from tests import factories as make
from tests.browser.conftest import NARROW, WIDE, serious
from zones.models import Import

ONE_FILE = re.compile(r"/imports/\d+/\?city=HN$")
LONG = "Bảng tổng hợp các cụm công nghiệp làng nghề của thành phố theo báo cáo quý III (bản sửa)"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def office_file(years):
    """A sheet as offices make it: a title over the table, a counting column, a row of totals."""
    packed = io.BytesIO()
    with Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Cụm CN")
        sheet.merge_range(0, 0, 0, 3, "BẢNG TỔNG HỢP CỤM CÔNG NGHIỆP", book.add_format({"bold": True}))
        sheet.write_row(2, 0, ["STT", "Mã", "TÊN ", "Thời hạn (năm)"])
        sheet.write_row(3, 0, [1, "HN-CCN-DAY-DU", "Cụm công nghiệp Đầy Đủ", years])
        sheet.write_row(4, 0, [2, "HN-CCN-TRONG", "Cụm công nghiệp Trống", 50])
        sheet.write_row(5, 0, ["Tổng cộng", "", "", 100])
    return packed.getvalue()


@pytest.fixture
def officer(visit, story):
    return visit(make.user("editor", agency=story["agency"]))


def hand_in(page, content, name="cum-cong-nghiep.xlsx"):
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.set_input_files("input[type=file]", {"name": name, "mimeType": kind, "buffer": content})
    page.locator("button", has_text="Tải lên và xem trước").press("Enter")
    page.wait_for_url(ONE_FILE)


def test_a_messy_workbook_is_mended_written_down_and_taken_back(officer):
    page = officer.open("/zones/?city=HN")
    page.locator("a.button", has_text="Nhập từ tệp").click()
    assert page.locator("select[name=what]").input_value() == "zones"
    hand_in(page, office_file("năm mươi"))
    assert "Cụm CN!D4" in page.locator("#rejected").inner_text()
    assert page.locator("button", has_text="Ghi vào sổ").count() == 0

    with page.expect_download() as awaited:
        page.locator("a", has_text="Tải danh sách lỗi").click()
    assert "Cụm CN!D4" in str(list(openpyxl.load_workbook(awaited.value.path().open("rb")).worksheets[0].values))

    page.locator("a", has_text="tải tệp đã sửa").click()
    hand_in(page, office_file(50))
    page.locator("button", has_text="Ghi vào sổ").press("Enter")
    page.wait_for_load_state()
    assert "Đã ghi vào sổ" in page.locator("main").inner_text()

    page.locator("#updated a", has_text="Cụm công nghiệp Đầy Đủ").click()
    page.wait_for_url("**/zones/HN-CCN-DAY-DU/**")
    assert "cum-cong-nghiep.xlsx" in page.locator("#history").inner_text()

    page.go_back()
    page.locator("a", has_text="Hoàn tác").click()
    page.fill("[name=reason]", "Nhầm tệp")
    page.locator("button", has_text="Hoàn tác").click()
    page.wait_for_url(ONE_FILE)
    assert "lý do: Nhầm tệp" in page.locator("main").inner_text()
    assert not officer.troubles


def test_an_upload_without_a_file_says_so_where_the_page_stands(officer):
    page = officer.open("/imports/new/?city=HN")
    page.locator("button", has_text="Tải lên và xem trước").press("Enter")
    page.wait_for_selector(".errors")
    assert page.evaluate("document.activeElement.className") == "errors"
    hand_in(page, office_file(50))


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_the_pages_of_a_file_are_sound(visit, story, size):
    person = make.user("editor", agency=story["agency"])
    visited = visit(person, size=size)
    page = visited.open("/imports/new/?city=HN")
    hand_in(page, office_file("năm mươi"), name=f"{LONG}.xlsx")
    one = f"/imports/{Import.objects.get().pk}/"
    for path in ("/imports/", "/imports/new/", one, f"{one}?outcome=rejected", f"{one}undo/"):
        page = visited.open(path)
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{path}: wider than the screen"
        assert not serious(page), path
    assert not visited.troubles
