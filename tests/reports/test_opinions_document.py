"""The table of opinions leaves as Word, PDF and Excel: every point once, sums that add up, nothing that is hidden."""

import datetime
from io import BytesIO

import openpyxl
import pypdf
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT

from planning import consulting
from planning.models import OpinionItem
from reports.opinions import opinions
from tests import factories as make

pytestmark = pytest.mark.django_db
DUE = make.DAY + datetime.timedelta(20)  # after ten working days from make.DAY
COMMITTEE = "Uỷ ban nhân dân thành phố Hà Nội"
HEAD = ["TT", "Nhóm vấn đề hoặc phần, mục", "Cơ quan, tổ chức, cá nhân góp ý (số, ngày văn bản)"]


def day(number):
    return make.DAY + datetime.timedelta(number)


@pytest.fixture
def asked():
    """Six agencies asked by an office: three answered, one of them late, one with more time has not, two are silent."""
    office = make.agency(code="HN-SCT", name="Sở Công Thương")
    letter = make.document(type="CV", number="12/SCT-QL", issued_on=make.DAY, agency=office)
    made = make.consultation(
        code="LYK-A", title="Đồ án quy hoạch phân khu", agency=office, version_text="dự thảo lần 2", document=letter
    )
    names = ("Sở Xây dựng", "Sở Tài chính", "Công an Thành phố", "Sở Y tế", "Bộ Tư lệnh Thủ đô", "UBND xã Sơn Đồng")
    made.asked = {
        name: make.opinion(made, sent_on=None, agency=make.agency(name=name, code=f"HN-{place}"))
        for place, name in enumerate(names, 1)
    }
    consulting.send(made, by=make.administrator(), on=make.DAY)
    made.refresh_from_db()
    answer(
        made, "Sở Xây dựng", 5, outcome="agree_with_comments", text="1. Bãi đỗ xe\n2. Ranh giới", reply_number="9/SXD"
    )
    answer(made, "Sở Tài chính", 6, outcome="agree", text="")
    answer(made, "Công an Thành phố", 60, outcome="disagree", text="Chưa rõ phòng cháy")
    return made


def answer(made, name, on, **given):
    request = consulting.record_answer(made.asked[name], by=make.administrator(), on=day(on), **given)
    made.asked[name] = request
    return request


def settled(point, outcome="accepted", **given):
    given = {"response": "Đã bổ sung", "place": "Mục 3, trang 12", "in_version": "dự thảo lần 3"} | given
    return consulting.settle(point, by=make.administrator(), outcome=outcome, **given)


def download(client, made, ending="docx", user=None, **asked):
    client.force_login(user or make.user("editor", agency=made.agency))
    answer = client.get(f"/consultations/{made.code}/opinions.{ending}", asked)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def read(content):
    """(the paragraphs, the numbers by label, the rows of points) of a Word file."""
    document = Document(BytesIO(content))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    (numbers,) = [dict(zip(*rows, strict=True)) for rows in tables if rows[0][0] == "Được hỏi"] or [{}]
    points = next((rows[1:] for rows in tables if rows[0][:3] == HEAD), [])
    return [paragraph.text for paragraph in document.paragraphs], numbers, points


def test_every_point_stands_once_with_what_became_of_it(client, asked):
    request = asked.asked["Sở Xây dựng"]
    settled(make.point(request, text="Bãi đỗ xe", about="Giao thông"))
    make.point(request, text="Ranh giới", about="Đất đai", said_by="Phòng Quy hoạch")
    settled(make.point(asked.asked["Công an Thành phố"], text="Phòng cháy", about="Hạ tầng"), "rejected", place="")
    words, _numbers, points = read(download(client, asked))
    assert points == [
        ["1", "Đất đai", "Phòng Quy hoạch, Sở Xây dựng (9/SXD, 20/01/2025)", "Ranh giới", "Chưa xử lý", ""],
        ["2", "Giao thông", "Sở Xây dựng (9/SXD, 20/01/2025)", "Bãi đỗ xe", "Tiếp thu: Đã bổ sung",
         "Mục 3, trang 12 (dự thảo lần 3)"],
        ["3", "Hạ tầng", "Công an Thành phố (16/03/2025)", "Phòng cháy", "Không tiếp thu, giải trình: Đã bổ sung", ""],
    ]  # fmt: skip
    assert "Có 3 điểm góp ý: 1 tiếp thu, 0 tiếp thu một phần, 1 không tiếp thu, 1 chưa xử lý." in words


def test_the_numbers_add_up_to_those_asked(client, asked):
    _words, numbers, _points = read(download(client, asked))
    assert numbers == {
        "Được hỏi": "6", "Đã trả lời": "3", "Trong hạn": "2", "Sau hạn": "1", "Đồng ý": "1", "Đồng ý, có góp ý": "1",
        "Không đồng ý": "1", "Im lặng, coi như đồng ý": "0", "Quá hạn, chưa trả lời": "3", "Chờ trả lời": "0",
    }  # fmt: skip
    assert int(numbers["Được hỏi"]) == asked.requests.count()


def test_silence_counts_as_consent_where_a_rule_says_so_and_more_time_is_waited_for(client, asked):
    asked.silence_rule = make.silence_rule(zone_kind="", article="Điều 5 Quyết định 75/2025/QĐ-UBND")
    asked.save()
    consulting.more_time(asked.asked["Sở Y tế"], by=make.administrator(), due_on=day(400), note="Xin thêm")
    words, numbers, _points = read(download(client, asked, as_of=day(100).isoformat()))
    assert (numbers["Im lặng, coi như đồng ý"], numbers["Chờ trả lời"], numbers["Được hỏi"]) == ("2", "1", "6")
    assert any("coi như đồng ý theo Điều 5 Quyết định 75/2025/QĐ-UBND" in line for line in words)
    assert "- Im lặng, coi như đồng ý (2): Bộ Tư lệnh Thủ đô; UBND xã Sơn Đồng." in words
    assert "- Chờ trả lời (1): Sở Y tế./." in words
    assert any(f"{day(400):%d/%m/%Y}" in line and "1 cơ quan" in line for line in words)


def test_every_agency_is_named_by_what_it_said(client, asked):
    words, _numbers, _points = read(download(client, asked))
    said = [line for line in words if line.startswith("- ") and "): " in line]
    assert said == [
        "- Đồng ý (1): Sở Tài chính.",
        "- Đồng ý, có góp ý (1): Sở Xây dựng.",
        "- Không đồng ý (1): Công an Thành phố.",
        "- Im lặng, coi như đồng ý (0): không có.",
        "- Quá hạn, chưa trả lời (3): Bộ Tư lệnh Thủ đô; Sở Y tế; UBND xã Sơn Đồng.",
        "- Chờ trả lời (0): không có./.",
    ]


def test_an_answer_that_nobody_has_split_is_printed_whole_and_never_left_out(client, asked):
    make.point(asked.asked["Sở Xây dựng"], text="Bãi đỗ xe", about="Giao thông")
    words, _numbers, points = read(download(client, asked))
    assert [row[3:5] for row in points] == [["Bãi đỗ xe", "Chưa xử lý"], ["Chưa rõ phòng cháy", "Chưa xử lý"]]
    assert any("1 ý kiến chưa được tách thành điểm" in line for line in words)


def test_it_has_the_frame_of_an_official_document_across_the_page(client, asked):
    content = download(client, asked)
    document, (words, _numbers, _points) = Document(BytesIO(content)), read(content)
    head = [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert "SỞ CÔNG THƯƠNG" in head[0] and "Độc lập - Tự do - Hạnh phúc" in head[1]
    assert "/BTH-SCT" in head[2] and head[3].startswith("Hà Nội, ngày")
    assert words[:2] == [
        "BẢNG TỔNG HỢP, TIẾP THU, GIẢI TRÌNH Ý KIẾN GÓP Ý",
        "Đồ án quy hoạch phân khu (dự thảo lần 2)",
    ]
    assert [line for line in words if line[:2] in ("1.", "2.", "3.")] == [
        "1. Quá trình lấy ý kiến", "2. Kết quả tổng hợp", "3. Cơ quan được hỏi theo ý kiến",
    ]  # fmt: skip
    assert "- Văn bản lấy ý kiến: 12/SCT-QL, ngày ban hành 15/01/2025." in words
    assert document.sections[0].orientation == WD_ORIENT.LANDSCAPE
    repeated = [table for table in document.tables if table._tbl.xpath("./w:tr[1]/w:trPr/w:tblHeader")]
    assert len(repeated) == 2


def test_an_agency_that_was_asked_in_confidence_sees_its_own_answer_only(client, asked):
    for request in (asked.asked["Sở Xây dựng"], asked.asked["Công an Thành phố"]):
        make.point(request, text=f"Điểm của {request.agency}")
    asked.publicity = "restricted"
    asked.save()
    asked.document.publicity = "restricted"
    asked.document.save()
    reader = make.user("editor", agency=asked.asked["Sở Xây dựng"].agency)
    words, numbers, points = read(download(client, asked, user=reader))
    assert [row[3] for row in points] == ["Điểm của Sở Xây dựng"]
    assert (numbers["Được hỏi"], numbers["Đã trả lời"]) == ("1", "1")
    text = "\n".join(words)
    assert "Công an" not in text and "Sở Y tế" not in text and "12/SCT-QL" not in text
    assert "văn bản hạn chế" in text and "chỉ gồm những cơ quan mà người lập bảng được xem" in text
    own = "\n".join(read(download(client, asked))[0])
    assert "Công an Thành phố" in own and "người lập bảng được xem" not in own


def test_a_hidden_consultation_has_no_table(client, asked):
    asked.publicity = "restricted"
    asked.save()
    client.force_login(make.user("editor", city="HN"))
    hidden, none = (client.get(f"/consultations/{code}/opinions.docx") for code in ("LYK-A", "LYK-KHONG"))
    assert (hidden.status_code, none.status_code) == (404, 404)


@pytest.mark.parametrize("ending", ["docx", "pdf", "xlsx"])
def test_made_again_for_the_same_day_it_is_the_same_file(client, asked, ending):
    first = download(client, asked, ending, as_of=day(10).isoformat())
    answer(asked, "Sở Y tế", 30, outcome="agree_with_comments", text="Bổ sung trạm y tế")
    make.point(asked.asked["Sở Y tế"], text="Bổ sung trạm y tế")
    assert download(client, asked, ending, as_of=day(10).isoformat()) == first
    assert download(client, asked, ending, as_of=day(40).isoformat()) != first


def test_a_draft_says_that_nobody_was_asked_yet(client):
    made = make.consultation()
    make.opinion(made, sent_on=None)
    words, numbers, points = read(download(client, made))
    assert (numbers, points) == ({}, [])
    assert "- Chưa gửi lấy ý kiến cơ quan nào đến ngày chốt số liệu." in words


def test_three_hundred_points_long_texts_and_long_names_stay_whole_in_every_format(client, asked):
    long = ("Đề nghị rà soát chỉ tiêu sử dụng đất theo quy chuẩn. " * 100)[:5_000].strip()
    name = "Ủy ban nhân dân xã có tên rất dài để thử việc ngắt dòng trong bảng tổng hợp ý kiến"
    asked.asked["Sở Xây dựng"].agency.name = name
    asked.asked["Sở Xây dựng"].agency.save()
    texts = [f"Điểm thứ {number:03}" for number in range(298)] + [long, '=HYPERLINK("http://x")']
    consulting.split(
        asked.asked["Sở Xây dựng"],
        by=make.administrator(),
        points=[{"text": text, "about": text[:9]} for text in texts],
    )
    settled(OpinionItem.objects.get(text=long), response=long)
    _words, _numbers, points = read(download(client, asked))
    assert sorted(row[3] for row in points) == sorted([*texts, "Chưa rõ phòng cháy"])
    pages = pypdf.PdfReader(BytesIO(download(client, asked, "pdf"))).pages
    assert {page.mediabox.width > page.mediabox.height for page in pages} == {True}
    printed = "".join("".join(page.extract_text().split()) for page in pages)
    assert printed.count("Đềnghịràsoátchỉtiêusửdụngđấttheoquychuẩn.") >= 2 * long.count("chuẩn.") - len(pages)
    assert all("".join(text.split()) in printed for text in texts[:298])
    sheet = openpyxl.load_workbook(BytesIO(download(client, asked, "xlsx")))["Bảng 2"]
    rows = list(sheet.iter_rows(min_row=3, max_row=303))
    assert {row[3].value for row in rows} > {long, '=HYPERLINK("http://x")'}
    assert {cell.data_type for row in rows for cell in row} == {"s", "n"}


def test_it_costs_the_same_with_few_and_with_many_points(asked, django_assert_num_queries):
    reader = make.user("editor", agency=asked.agency)
    answer(asked, "Sở Y tế", 7, outcome="agree", document=make.document())
    for _ in range(2):
        for name in ("Sở Xây dựng", "Công an Thành phố"):
            make.point(asked.asked[name])
        with django_assert_num_queries(3):
            opinions(reader, asked)


def test_a_text_that_no_cell_of_excel_can_hold_is_refused_and_not_cut(client, asked):
    answer(asked, "Sở Y tế", 7, outcome="disagree", text="Dài " * 9_000)
    client.force_login(make.user("editor", agency=asked.agency))
    refused = client.get("/consultations/LYK-A/opinions.xlsx")
    assert (refused.status_code, refused.headers["Location"]) == (302, "/consultations/LYK-A/")
    assert read(download(client, asked))[2][-1][3] == ("Dài " * 9_000).strip()


@pytest.mark.parametrize("tail", ["opinions.exe", "opinions.docx?as_of=hom-qua"])
def test_what_cannot_be_read_gives_no_file(client, asked, tail):
    client.force_login(make.user("editor", agency=asked.agency))
    assert client.get(f"/consultations/LYK-A/{tail}").status_code == 404


def test_the_page_of_the_consultation_and_the_list_of_reports_lead_to_it(client, asked):
    client.force_login(make.user("editor", agency=asked.agency))
    page = client.get("/consultations/LYK-A/").content.decode()
    assert all(f'href="/consultations/LYK-A/opinions.{ending}"' in page for ending in ("docx", "pdf", "xlsx"))
    assert 'href="/consultations/"' in client.get("/reports/").content.decode()


def test_the_file_has_a_name_that_says_what_it_is(client, asked):
    client.force_login(make.user("editor", agency=asked.agency))
    answer = client.get("/consultations/LYK-A/opinions.docx?as_of=2025-12-31")
    assert 'filename="tong-hop-y-kien-LYK-A-2025-12-31.docx"' in answer.headers["Content-Disposition"]
