"""The progress report: one dataclass of figures, the same on the page and in Word, PDF and Excel."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
import pypdf
import pytest
from django.utils import translation
from docx import Document

from reports.catalogue import CATALOGUE
from reports.progress import progress
from reports.render import FORMATS
from tests import factories as make
from tests.reports.register import small_register

pytestmark = pytest.mark.django_db
BY_KIND = [
    ["Khu công nghiệp", "2", "150,5", "70,0", "35,0", "50,0 %"],
    ["Khu chế xuất", "0", "–", "–", "–", "–"],
    ["Khu công nghệ cao", "0", "–", "–", "–", "–"],
    ["Cụm công nghiệp", "4", "32,0", "–", "–", "100,0 %"],
    ["Tổng cộng", "6", "182,5", "70,0", "35,0", "55,6 %"],
]


@pytest.fixture
def register(client):
    made = small_register()
    made.reader = make.user("editor", agency=made.agency)
    client.force_login(made.reader)
    return made


def download(client, ending, **asked):
    return b"".join(client.get(f"/reports/progress.{ending}", {"city": "HN"} | asked).streaming_content)


def in_docx(content):
    return [
        [[cell.text for cell in row.cells] for row in table.rows[1:]] for table in Document(BytesIO(content)).tables
    ]


def in_pdf(content):
    return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(content)).pages)


def in_page(response):
    rows = re.findall(r"<tr>(.*?)</tr>", response.content.decode(), re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)] for row in rows
    ]


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_page_word_and_pdf_carry_the_same_figures(client, register):
    page = in_page(client.get("/reports/progress/", {"city": "HN"}))
    assert [row for row in page if row in BY_KIND][: len(BY_KIND)] == BY_KIND
    assert BY_KIND in in_docx(download(client, "docx"))
    pdf = in_pdf(download(client, "pdf"))
    for row in BY_KIND:
        assert " ".join(row) in pdf


def test_excel_carries_them_as_numbers(client, register):
    book = openpyxl.load_workbook(BytesIO(download(client, "xlsx")))
    rows = [list(row[:6]) for row in book["Bảng 1"].iter_rows(min_row=3, max_row=7, values_only=True)]
    assert rows[0][:5] == ["Khu công nghiệp", 2, 150.5, 70, 35]
    assert rows[4][:5] == ["Tổng cộng", 6, 182.5, 70, 35]
    assert (rows[0][5], rows[4][5]) == (0.5, pytest.approx(0.5556))
    assert rows[1] == ["Khu chế xuất", 0, "–", "–", "–", "–"]


def test_every_table_of_the_page_is_in_word(client, register):
    page = [row for row in in_page(client.get("/reports/progress/", {"city": "HN"})) if row]
    word = [row for table in in_docx(download(client, "docx")) for row in table]
    assert len(page) > 25
    assert [row for row in page if row not in word] == []


def test_the_figures_are_those_of_the_home_page(client, register):
    home = client.get("/api/v1/figures/overview", {"city": "HN"}).json()
    line = progress(register.reader, "HN").overview.total
    assert [float(one.value) for one in line.figures] == [
        home["total"][name]["value"] for name in ("zones", "area", "industrial", "leased", "occupancy")
    ]


def test_sources_that_differ_stand_side_by_side(register):
    (found,) = progress(register.reader, "HN").disagreements
    assert (found.zone, found.used.value_ha, found.used.source) == ("Khu công nghiệp Một", 100, "4756/QĐ-UBND (2017)")
    assert [(value.value_ha, value.source) for value in found.others] == [(98, "bao.vn")]


def test_the_report_asks_for_what_is_missing(client, register):
    words = text(client.get("/reports/progress/", {"city": "HN"}))
    assert "Sở Công Thương thành phố Hà Nội: diện tích của 1 khu, cụm, văn bản làm căn cứ của 4 khu, cụm" in words
    assert "Ban Quản lý các khu công nghiệp: văn bản làm căn cứ của 1 khu, cụm" in words
    assert "Có 1 cụm công nghiệp đang hoạt động mà sổ chưa ghi nhận quyết định thành lập: Ba." in words
    assert "31/12/2026" in words


def test_an_established_cluster_needs_no_reminder(register):
    make.status(register.third, "yes", "established")
    assert progress(register.reader, "HN").unfounded == ()


def test_only_visible_zones_are_listed(client, register):
    own = text(client.get("/reports/progress/", {"city": "HN"}))
    client.force_login(make.user(agency=register.south))
    other = client.get("/reports/progress/", {"city": "HN"})
    assert "Cụm công nghiệp Sáu" in own and "Cụm công nghiệp Năm" in own
    assert "Cụm công nghiệp Sáu" not in text(other) and "Cụm công nghiệp Năm" not in text(other)
    assert ["Tổng cộng", "4", "170,5", "70,0", "35,0", "55,6 %"] in in_page(other)


def test_a_hidden_document_is_never_named(client, register):
    paper = make.document(number="9/MẬT", city="HN", publicity="restricted", agency=register.agency)
    make.area(register.fourth, value="3", document=paper, source="")
    assert "9/MẬT" in text(client.get("/reports/progress/", {"city": "HN"}))
    client.force_login(make.user(agency=register.other))
    words = text(client.get("/reports/progress/", {"city": "HN"}))
    assert "9/MẬT" not in words and "văn bản hạn chế" in words


def test_a_past_day_reports_what_held_then(client, register):
    words = text(client.get("/reports/progress/", {"city": "HN", "as_of": "2016-06-01"}))
    assert "Sổ đăng ký có 1 khu, cụm: 1 khu công nghiệp. Tổng diện tích: 100,0 ha." in words
    assert "5 khu, cụm không được tính" in words
    assert "(Số liệu đến ngày 01/06/2016)" in words


@pytest.mark.parametrize("ending", ["docx", "pdf", "xlsx"])
def test_made_again_for_the_same_day_it_is_the_same_file(client, register, ending):
    asked = {"as_of": "2026-01-31", "known_at": datetime.now(UTC).isoformat()}
    first = download(client, ending, **asked)
    make.area(register.fourth, value="99", as_of=date(2026, 1, 1))
    assert download(client, ending, **asked) == first
    assert download(client, ending, as_of="2026-01-31") != first


def test_the_agency_of_the_reader_issues_it(register):
    build = CATALOGUE["progress"].build
    board = build(make.user(agency=register.other), "HN")
    assert (board.issuer, board.symbol) == ("Ban Quản lý các khu công nghiệp", "BC-BQL")
    assert board.issuer_parent == "Uỷ ban nhân dân thành phố Hà Nội"
    stranger = build(make.user(agency=register.south), "HN")
    assert (stranger.issuer, stranger.symbol) == ("Sở Công Thương thành phố Hà Nội", "BC-SCT")
    nobody = build(make.administrator(), "HCM")
    assert (nobody.issuer, nobody.place) == ("Sở Công Thương Thành phố Hồ Chí Minh", "Thành phố Hồ Chí Minh")


def test_a_city_is_chosen_first(client, register):
    assert client.get("/reports/progress/").headers["Location"] == "/reports/progress/?city=HN"
    assert client.get("/reports/progress.pdf").headers["Location"].startswith("/reports/progress/")


def test_a_day_that_cannot_be_read_gives_no_file(client, register):
    assert client.get("/reports/progress.pdf", {"city": "HN", "as_of": "hôm qua"}).status_code == 302
    assert client.get("/reports/progress.exe", {"city": "HN"}).status_code == 404


def test_the_file_has_a_name_that_says_what_it_is(client, register):
    answer = client.get("/reports/progress.docx", {"city": "HN", "as_of": "2025-12-31"})
    assert 'filename="bao-cao-tien-do-HN-2025-12-31.docx"' in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == FORMATS["docx"].content_type


def test_a_city_without_zones_still_has_a_report(client):
    client.force_login(make.user())
    for ending in FORMATS:
        assert download(client, ending, city="HCM")
    page = text(client.get("/reports/progress/", {"city": "HCM"}))
    assert "chưa có khu, cụm nào" in page
    assert "Mọi khu, cụm đã có" not in page


def test_the_list_of_reports_says_what_each_needs(client, register):
    words = text(client.get("/reports/", {"city": "HN"}))
    assert "Báo cáo tiến độ quy hoạch, phát triển khu, cụm công nghiệp" in words
    assert "Cần chọn: một thành phố và ngày chốt số liệu." in words


def test_in_english_the_frame_is_english(register):
    with translation.override("en"):
        assert CATALOGUE["progress"].build(register.reader, "HN").language == "en"
