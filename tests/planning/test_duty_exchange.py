"""Directives and tasks leave as files, and those are read back: what was exported changes nothing."""

import csv
import datetime
import io

import openpyxl
import pytest
from django.core.files.base import ContentFile

from accounts.audit import acting
from planning.models import Directive, Task
from reports.exporting import LISTINGS
from tests import factories as make
from zones import importing

pytestmark = pytest.mark.django_db
DAY = datetime.date(2016, 3, 31)
HEAD = ["Mã văn bản", "Số thứ tự", "Nhiệm vụ", "Mã cơ quan chủ trì", "Hạn được giao"]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office():
    """An editor of the office that follows CD-53, which has three tasks."""
    editor = make.user("editor", agency=make.agency(code="VP", city="HN"))
    directive = make.directive(code="CD-53", number="53/TB-VP", agency=editor.agency)
    due = {"first_due_on": datetime.date(2016, 4, 30), "due_precision": "month", "deadline_text": "tháng 4/2016"}
    one = make.task(directive, lead_agency=make.agency(code="SCT", city="HN"), cooperating=[make.agency()], **due)
    make.task_extension(one)
    make.task(directive, lead_agency=None, lead_text="Các sở, ngành", zones=[make.zone(), make.zone()], note="=1+1")
    make.task(directive, term_length=9, term_unit="m", event="kể từ ngày duyệt", content="Dòng một\nDòng hai")
    return editor


def fetched(client, what, ending):
    return b"".join(client.get(f"/export/{what}.{ending}").streaming_content)


def handed_in(by, content=None, *rows, ending="csv", what="tasks", head=HEAD):
    if content is None:
        text = io.StringIO()
        csv.writer(text).writerows([head, *rows])
        content = text.getvalue().encode()
    return importing.upload(ContentFile(content, f"nhiem-vu.{ending}"), what=what, by=by)


def outcomes(imported):
    return {name: getattr(imported, name) for name in ("created", "updated", "unchanged", "rejected")}


def refusals(imported):
    return [refusal.message for row in importing.outcomes(imported).rows() for refusal in row.refusals]


@pytest.mark.parametrize("what", ["directives", "tasks"])
def test_each_list_leaves_as_excel_and_csv(client, office, what):
    client.force_login(office)
    head, *rows = openpyxl.load_workbook(io.BytesIO(fetched(client, what, "xlsx"))).worksheets[0].values
    assert list(head) == [column.heading for column in LISTINGS[what].columns]
    lines = list(csv.reader(io.StringIO(fetched(client, what, "csv").decode("utf-8-sig"))))
    assert len(lines) - 1 == len(rows) == {"directives": 1, "tasks": 3}[what]


@pytest.mark.parametrize(("what", "rows"), [("directives", 3), ("tasks", 3)])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_was_exported_changes_nothing_when_it_is_read_back(client, office, what, rows, ending):
    hidden = make.document(publicity="restricted")
    make.directive(agency=office.agency, document=make.document(), met_on=DAY, cutoff_on=DAY, note="=1+1", number="")
    make.directive(agency=office.agency, document=hidden, source="", issued_on=DAY, issued_precision="quarter")
    client.force_login(office)
    imported = handed_in(office, fetched(client, what, ending), ending=ending, what=what)
    assert outcomes(imported) == {"created": 0, "updated": 0, "unchanged": rows, "rejected": 0}, refusals(imported)
    assert Directive.objects.filter(document=hidden).exists()


def test_new_and_corrected_tasks_are_due_as_written_and_an_extension_outlives_it(client, office):
    corrected = ["CD-53", "1", "Rà soát lại", "SCT", "05/2016"]
    imported = handed_in(office, None, corrected, ["53/TB-VP", "4", "Báo cáo tổng hợp", "SCT", "quý II/2016"])
    assert outcomes(imported) == {"created": 1, "updated": 1, "unchanged": 0, "rejected": 0}, refusals(imported)
    extended = Task.objects.get(number=1).due_on
    with acting(office):
        importing.apply(imported, by=office)
    one, new = Task.objects.get(number=1), Task.objects.get(number=4)
    assert (one.due_on, new.due_on) == (extended, new.first_due_on)
    assert (new.due_precision, new.lead_agency.code) == ("quarter", "SCT")
    with acting(office):
        importing.undo(imported, by=office, reason="Nhầm")
    assert not Task.objects.filter(number=4).exists()
    assert Task.objects.get(number=1).first_due_on == datetime.date(2016, 4, 30)


def test_a_deadline_without_extension_follows_and_goes_back(office):
    imported = handed_in(office, None, ["CD-53", "2", "Rà soát, báo cáo", "", "30/06/2016"])
    with acting(office):
        importing.apply(imported, by=office)
    assert Task.objects.get(number=2).due_on == datetime.date(2016, 6, 30)
    with acting(office):
        importing.undo(imported, by=office, reason="Nhầm")
    assert Task.objects.get(number=2).due_on is None


def test_nobody_writes_tasks_into_a_directive_of_another_office_or_of_none(office):
    lead = make.user("editor", agency=Task.objects.get(number=1).lead_agency)
    rows = [["CD-53", "1", "Nhẹ hơn", "", ""], ["CD-53", "9", "Mới", "", ""], ["CD-99", "1", "Mới", "", ""]]
    imported = handed_in(lead, None, *rows)
    assert outcomes(imported)["rejected"] == 3
    assert any("CD-99" in message for message in refusals(imported))


def test_tasks_have_a_form_to_fill_and_a_page_that_leads_to_what_was_written(client, office):
    client.force_login(office)
    form = b"".join(client.get("/imports/templates/tasks.xlsx").streaming_content)
    assert "Mã văn bản" in " ".join(next(openpyxl.load_workbook(io.BytesIO(form)).worksheets[0].values))
    imported = handed_in(office, None, ["CD-53", "4", "Báo cáo tổng hợp", "SCT", "quý II/2016"])
    done = client.post(f"/imports/{imported.pk}/apply/", {"plan": imported.plan_sha256}, follow=True)
    (row,) = done.context["parts"][0]["rows"]
    assert client.get(row.href).status_code == 200


# Directives from a file -----------------------------------------------------------------------------------------------

ABOUT = ["Mã", "Số, ký hiệu", "Trích yếu", "Ngày ban hành", "Thành phố", "Mã cơ quan theo dõi", "Nguồn"]


def directives_in(by, *rows):
    return handed_in(by, None, *rows, what="directives", head=ABOUT)


def test_directives_of_a_file_are_added_and_corrected_and_taken_back(office):
    Directive.objects.update(text="Nguyên văn")
    new = ["CD-60", "60/TB-VP", "Kết luận về cụm công nghiệp", "04/2016", "HN", "VP", "Sổ công văn đến"]
    imported = directives_in(
        office, ["CD-53", "53/TB-VP", "Kết luận về khu công nghiệp", "31/03/2016", "HN", "VP", "Sổ"], new
    )
    assert outcomes(imported) == {"created": 1, "updated": 1, "unchanged": 0, "rejected": 0}, refusals(imported)
    with acting(office):
        importing.apply(imported, by=office)
    made, held = Directive.objects.get(code="CD-60"), Directive.objects.get(code="CD-53")
    assert (made.issued_on, made.issued_precision, made.agency) == (datetime.date(2016, 4, 30), "month", office.agency)
    assert (held.title, held.text, held.tasks.count()) == ("Kết luận về khu công nghiệp", "Nguyên văn", 3)
    with acting(office):
        importing.undo(imported, by=office, reason="Nhầm")
    assert not Directive.objects.filter(code="CD-60").exists()
    assert Directive.objects.get(code="CD-53").title == "Kết luận cuộc họp"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["CD-53", "53/TB-VP", "Nhẹ hơn", "", "HN", "KHAC", "Sổ"], "chỉ cơ quan quản lý"),
        (["CD-61", "", "", "", "HN", "KHAC", "Sổ"], "để trắng"),
        (["CD-62", "", "Không nguồn", "", "HN", "KHAC", ""], "nguồn"),
        (["CD-63", "", "Năm sai", "0202", "HN", "KHAC", "Sổ"], "năm"),
    ],
)
def test_a_row_that_makes_no_directive_is_refused(office, row, why):
    other = make.user("editor", agency=make.agency(code="KHAC", city="HN"))
    imported = directives_in(other, row)
    assert outcomes(imported)["rejected"] == 1
    assert why in " ".join(refusals(imported)).lower()


def test_directives_have_a_form_to_fill(client, office):
    client.force_login(office)
    form = b"".join(client.get("/imports/templates/directives.xlsx").streaming_content)
    assert "Trích yếu" in " ".join(next(openpyxl.load_workbook(io.BytesIO(form)).worksheets[0].values))
