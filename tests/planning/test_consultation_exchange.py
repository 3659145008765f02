"""Consultations, opinions and points leave as files; consultations and points are read back: unchanged, nothing
changes; what officers filled in away from the portal is taken up, and nothing else."""

import csv
import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.audit import acting
from planning import consulting
from planning.models import Consultation, OpinionItem
from reports.exporting import LISTINGS
from tests import factories as make
from zones import importing

pytestmark = pytest.mark.django_db
POINT_HEAD = [
    "Mã đợt lấy ý kiến",
    "Mã cơ quan",
    "Số thứ tự",
    "Xử lý",
    "Tiếp thu, giải trình",
    "Chỗ đã sửa",
    "Trong bản",
]
FILLED = ["LYK-A", "SXD", "1", "tiếp thu", "Đã bổ sung bãi đỗ xe", "Mục 3, trang 12", "dự thảo lần 3"]
HEAD = ["Mã", "Lấy ý kiến về", "Thành phố", "Mã cơ quan lấy ý kiến", "Thời hạn trả lời", "Đơn vị", "Ghi chú"]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office():
    """An editor of the office that asked two agencies in LYK-A; one has answered in three points, one is settled."""
    editor = make.user("editor", agency=make.agency(code="SCT", city="HN"))
    asked = make.consultation(
        code="LYK-A", agency=editor.agency, dossier=make.dossier(), silence_rule=make.silence_rule(), note="=1+1"
    )
    requests = [make.opinion(asked, sent_on=None, agency=make.agency(code=code, city="HN")) for code in ("SXD", "STC")]
    consulting.send(asked, by=make.administrator(), on=make.DAY)
    answered = make.answered(requests[0], document=make.document(publicity="restricted"))
    make.point(answered, text="Bãi đỗ xe", about="Giao thông")
    make.point(answered, text="Dòng một\nDòng hai", said_by="Phòng Quy hoạch")
    last = make.point(answered, text="=1+1")
    settled = {"outcome": "in_part", "response": "Bổ sung một phần", "place": "Mục 1", "in_version": "dự thảo 2"}
    consulting.settle(last, by=make.administrator(), **settled)
    make.consultation(code="LYK-B", agency=editor.agency, kind="community", term_length=20, term_unit="d")
    return editor


def fetched(client, what, ending):
    return b"".join(client.get(f"/export/{what}.{ending}").streaming_content)


def handed_in(by, content=None, *rows, ending="csv", what="points", head=POINT_HEAD):
    if content is None:
        text = io.StringIO()
        csv.writer(text).writerows([head, *rows])
        content = text.getvalue().encode()
    return importing.upload(ContentFile(content, f"y-kien.{ending}"), what=what, by=by)


def outcomes(imported):
    return {name: getattr(imported, name) for name in ("created", "updated", "unchanged", "rejected")}


def refusals(imported):
    return [(refusal.cell, refusal.message) for row in importing.outcomes(imported).rows() for refusal in row.refusals]


@pytest.mark.parametrize(("what", "rows"), [("consultations", 2), ("opinions", 2), ("points", 3)])
def test_each_list_leaves_as_excel_and_csv(client, office, what, rows):
    client.force_login(office)
    head, *lines = openpyxl.load_workbook(io.BytesIO(fetched(client, what, "xlsx"))).worksheets[0].values
    assert list(head) == [column.heading for column in LISTINGS[what].columns]
    told = list(csv.reader(io.StringIO(fetched(client, what, "csv").decode("utf-8-sig"))))
    assert len(told) - 1 == len(lines) == rows


@pytest.mark.parametrize(("what", "rows"), [("consultations", 2), ("points", 3)])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_was_exported_changes_nothing_when_it_is_read_back(client, office, what, rows, ending):
    client.force_login(office)
    imported = handed_in(office, fetched(client, what, ending), ending=ending, what=what)
    assert outcomes(imported) == {"created": 0, "updated": 0, "unchanged": rows, "rejected": 0}, refusals(imported)


# Points ---------------------------------------------------------------------------------------------------------------


def test_what_officers_filled_in_is_taken_up_and_can_be_taken_back(office):
    imported = handed_in(office, None, FILLED, ["LYK-A", "SXD", "2", "không tiếp thu, giải trình", "Đã nêu", "", ""])
    assert outcomes(imported) == {"created": 0, "updated": 2, "unchanged": 0, "rejected": 0}, refusals(imported)
    assert OpinionItem.objects.filter(outcome="").count() == 2
    with acting(office):
        importing.apply(imported, by=office)
    first, second = OpinionItem.objects.filter(number__lt=3)
    assert (first.outcome, first.place, first.in_version) == ("accepted", "Mục 3, trang 12", "dự thảo lần 3")
    assert (first.about, second.outcome, second.response, second.version) == ("Giao thông", "rejected", "Đã nêu", 2)
    with acting(office):
        importing.undo(imported, by=office, reason="Nhầm")
    assert OpinionItem.objects.filter(outcome="").count() == 2


def test_what_a_file_settled_is_not_taken_back_once_the_consultation_has_ended(office):
    imported = handed_in(office, None, FILLED, ["LYK-A", "SXD", "2", "tiếp thu", *FILLED[4:]])
    with acting(office):
        importing.apply(imported, by=office)
    Consultation.objects.filter(code="LYK-A").update(closed_on=timezone.localdate())
    with acting(office), pytest.raises(ValidationError, match="đã kết thúc"):
        importing.undo(imported, by=office, reason="Nhầm")
    assert OpinionItem.objects.filter(outcome="").count() == 0


@pytest.mark.parametrize(
    ("row", "cell", "why"),
    [
        (["LYK-A", "SXD", "9", *FILLED[3:]], "C2", "không có điểm góp ý số 9"),
        (["LYK-A", "STC", "1", *FILLED[3:]], "C2", "không có điểm góp ý số 1 của stc"),
        (["LYK-KHONG", "SXD", "1", *FILLED[3:]], "C2", "lyk-khong"),
        (["LYK-A", "SXD", "một", *FILLED[3:]], "C2", "một"),
        (["LYK-A", "SXD", "1", "được", "Đã bổ sung", "Mục 3", "dự thảo 3"], "D2", "được"),
        (["LYK-A", "SXD", "1", "tiếp thu", "", "Mục 3", "dự thảo 3"], "E2", "nêu tiếp thu thế nào"),
        (["LYK-A", "SXD", "1", "tiếp thu", "Đã bổ sung", "", ""], "F2", "mục, điều, trang"),
        (["LYK-A", "SXD", "1", "tiếp thu", "Đã bổ sung", "Mục 3", ""], "G2", "bản nào"),
    ],
)
def test_a_row_that_settles_nothing_is_refused_by_its_cell(office, row, cell, why):
    imported = handed_in(office, None, row)
    assert outcomes(imported)["rejected"] == 1
    ((where, message),) = refusals(imported)
    assert where.endswith(cell) and why in message.lower()


def test_the_words_of_a_point_are_not_changed_by_a_file_and_no_point_stands_twice(office):
    words = handed_in(office, None, [*FILLED, "Bãi đỗ xe khác"], head=[*POINT_HEAD, "Nội dung góp ý"])
    ((where, message),) = refusals(words)
    assert where.endswith("H2") and "Bãi đỗ xe" in message
    twice = handed_in(office, None, FILLED, FILLED)
    assert outcomes(twice)["rejected"] == 2


def test_only_the_office_that_asked_settles_and_a_closed_consultation_refuses(office):
    for agency in (make.agency(city="HN"), OpinionItem.objects.first().request.agency):
        imported = handed_in(make.user("editor", agency=agency), None, FILLED)
        assert outcomes(imported)["rejected"] == 1
        assert "Chỉ cơ quan quản lý" in refusals(imported)[0][1]
    Consultation.objects.filter(code="LYK-A").update(closed_on=timezone.localdate())
    assert "đã kết thúc" in refusals(handed_in(office, None, FILLED))[0][1]


def test_points_of_a_hidden_consultation_are_not_there(office):
    Consultation.objects.update(publicity="restricted")
    ((_cell, hidden),) = refusals(handed_in(make.user("editor", city="HN"), None, FILLED))
    assert "không có điểm góp ý số 1" in hidden


# Consultations --------------------------------------------------------------------------------------------------------


def test_consultations_of_a_file_are_added_and_corrected_and_taken_back(office):
    new = ["LYK-C", "Dự thảo quy hoạch", "HN", "SCT", "15", "ngày", ""]
    imported = handed_in(
        office, None, ["LYK-A", "Đồ án sửa", "HN", "SCT", "10", "ngày làm việc", "Mới"], new,
        what="consultations", head=HEAD,
    )  # fmt: skip
    assert outcomes(imported) == {"created": 1, "updated": 1, "unchanged": 0, "rejected": 0}, refusals(imported)
    with acting(office):
        importing.apply(imported, by=office)
    made, held = Consultation.objects.get(code="LYK-C"), Consultation.objects.get(code="LYK-A")
    assert (made.agency, made.term_length, made.term_unit, made.sent_on) == (office.agency, 15, "d", None)
    assert (held.title, held.note, held.sent_on) == ("Đồ án sửa", "Mới", make.DAY)
    assert Consultation.objects.filter(search__contains=" do an sua").exists()
    with acting(office):
        importing.undo(imported, by=office, reason="Nhầm")
    assert not Consultation.objects.filter(code="LYK-C").exists()
    assert Consultation.objects.get(code="LYK-A").note == "=1+1"


@pytest.mark.parametrize(
    ("who", "row", "why"),
    [
        ("KHAC", ["LYK-B", "Khác", "HN", "SCT", "20", "ngày", ""], "chỉ cơ quan quản lý"),
        ("SCT", ["LYK-A", "Khác", "HN", "SCT", "12", "ngày làm việc", ""], "đã gửi"),
        ("SCT", ["LYK-D", "", "HN", "SCT", "12", "ngày làm việc", ""], "để trắng"),
        ("SCT", ["LYK-D", "Dự thảo", "HN", "SCT", "500", "ngày làm việc", ""], "365"),
        ("SCT", ["LYK-D", "Dự thảo", "HN", "SCT", "12", "tháng", ""], "tháng"),
    ],
)
def test_a_row_that_makes_no_consultation_is_refused(office, who, row, why):
    other = make.user("editor", agency=make.agency(code="KHAC", city="HN"))
    imported = handed_in({"SCT": office, "KHAC": other}[who], None, row, what="consultations", head=HEAD)
    assert outcomes(imported)["rejected"] == 1
    assert why in " ".join(message for _cell, message in refusals(imported)).lower()


@pytest.mark.parametrize(("what", "title"), [("consultations", "Lấy ý kiến về"), ("points", "Tiếp thu, giải trình")])
def test_each_kind_has_a_form_to_fill_and_a_way_from_its_list(client, office, what, title):
    client.force_login(office)
    form = b"".join(client.get(f"/imports/templates/{what}.xlsx").streaming_content)
    assert title in " ".join(next(openpyxl.load_workbook(io.BytesIO(form)).worksheets[0].values))


def test_the_page_of_an_import_leads_to_the_point_that_was_settled(client, office):
    client.force_login(office)
    imported = handed_in(office, None, FILLED)
    done = client.post(f"/imports/{imported.pk}/apply/", {"plan": imported.plan_sha256}, follow=True)
    (row,) = done.context["parts"][0]["rows"]
    assert row.href.startswith("/consultations/LYK-A/") and client.get(row.href).status_code == 200
