"""What leaves and comes in: exports of every list, files read back, and the feed of changes."""

import csv
import datetime
import io

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.audit import acting
from planning import workflow
from planning.models import Holiday, PlanEntry, Rule
from reports.exporting import LISTINGS
from tests import factories as make
from zones import importing

pytestmark = pytest.mark.django_db
READ_BACK = {"holidays": 2, "rules": 3, "plan_entries": 2, "sessions": 1}


NEW_ROWS = {
    "holidays": (["Ngày", "Loại", "Tên", "Độ chắc chắn", "Nguồn"], ["01/01/2027", "nghỉ bù", "A", "tạm tính", "x"]),
    "rules": (
        ["Mã", "Hiệu lực từ", "Nội dung", "Loại", "Giá trị", "Đơn vị", "Điều khoản", "Độ chắc chắn"],
        ["a.b", "", "Thẩm định", "thời hạn", "3", "ngày", "Điều 1", "đã đọc điều khoản"],
    ),
    "plan_entries": (
        ["Mã quy hoạch", "Số thứ tự", "Tên như quy hoạch ghi", "Loại khu"], ["QH-1", "99", "Cụm Mới", "CCN"],
    ),
    "sessions": (
        ["Mã", "Tên", "Thành phố", "Cơ quan họp", "Ngày họp", "Nguồn"],
        ["KH-2", "Kỳ họp cuối năm", "Hà Nội", "Hội đồng nhân dân", "09/12/2026", "Lịch họp"],
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def filled():
    """A row in every list, and the dossier."""
    dossier = make.dossier(state="dossier_submitted", on=datetime.date(2026, 9, 16), code="HS-1")
    make.rule("ccn.appraisal", 25, "d", valid_to=datetime.date(2026, 9, 14), document=make.document())
    make.rule("ccn.appraisal", 20, "wd", valid_from=datetime.date(2026, 9, 15), note="=1+1")
    make.rule("ccn.size.max", "75.5", "ha", kind="threshold", certainty="V2")
    make.holiday(datetime.date(2026, 9, 21), certainty="computed")
    make.holiday(datetime.date(2026, 9, 26), kind="swapped_workday")
    plan = make.plan(code="QH-1")
    make.plan_entry(plan, zone=dossier.zone, area_ha="25.5", intent="new")
    make.plan_entry(plan, name="Cụm chưa có trong sổ", stage="2026-2030")
    make.session(code="KH-1")
    make.move(dossier, "accept", datetime.date(2026, 9, 18))
    return dossier


def fetched(client, what, ending, **asked):
    answer = client.get(f"/export/{what}.{ending}", asked)
    assert answer.status_code == 200, answer.headers.get("Location")
    return b"".join(answer.streaming_content)


def handed_in(content, what, by, ending="xlsx"):
    return importing.upload(ContentFile(content, f"{what}.{ending}"), what=what, by=by)


def csv_of(head, *rows):
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode()


def outcomes(imported):
    return {name: getattr(imported, name) for name in ("created", "updated", "unchanged", "rejected")}


def refusals(imported):
    return [refusal.message for row in importing.outcomes(imported).rows() for refusal in row.refusals]


def written(imported, by):
    with acting(by):
        return importing.apply(imported, by=by)


# Out ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["dossiers", "steps", "plan_entries", "sessions", "rules", "holidays"])
def test_every_list_leaves_as_excel_and_csv_with_what_it_is(client, what):
    filled()
    client.force_login(make.user("viewer"))
    book = openpyxl.load_workbook(io.BytesIO(fetched(client, what, "xlsx")))
    head, *rows = book.worksheets[0].values
    assert list(head) == [column.heading for column in LISTINGS[what].columns]
    lines = list(csv.reader(io.StringIO(fetched(client, what, "csv").decode("utf-8-sig"))))
    assert len(lines) - 1 == len(rows) > 0
    assert client.get(f"/export/{what}.geojson").status_code == 404


def test_a_list_of_today_does_not_pretend_to_be_of_another_day(client):
    filled()
    client.force_login(make.user("viewer"))
    about = dict(
        row[:2]
        for row in openpyxl.load_workbook(io.BytesIO(fetched(client, "dossiers", "xlsx", as_of="2020-01-01")))
        .worksheets[1]
        .values
    )
    assert f"{timezone.localdate():%d/%m/%Y}" in about["Số liệu đến ngày"]


def test_the_exported_dossier_says_how_late_it_is_and_no_hidden_ones_leave(client):
    dossier = filled()
    far = make.zone(city="HCM", publicity="internal")
    make.dossier(far, code="HS-XA", publicity="internal")
    client.force_login(make.user("viewer"))
    (row,) = csv.DictReader(io.StringIO(fetched(client, "dossiers", "csv").decode("utf-8-sig")))
    assert (row["Mã"], row["Hạn"], row["Trạng thái"]) == (dossier.code, "2026-10-16", "Đang thẩm định")
    assert int(row["Số ngày trễ (ngày)"]) > 0


# Back in --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("what", READ_BACK)
def test_what_was_exported_changes_nothing_when_it_is_read_back(client, what, ending):
    filled()
    admin = make.administrator()
    client.force_login(admin)
    imported = handed_in(fetched(client, what, ending), what, admin, ending)
    assert outcomes(imported) == {"created": 0, "updated": 0, "unchanged": READ_BACK[what], "rejected": 0}, refusals(
        imported
    )


def test_days_off_from_a_file_move_the_clocks_and_give_them_back_when_undone():
    dossier, admin = filled(), make.administrator()
    dossier.refresh_from_db()
    before = dossier.due_on
    head = ["Ngày", "Loại", "Tên", "Độ chắc chắn", "Nguồn"]
    row = ["24/09/2026", "nghỉ lễ, Tết", "Nghỉ bão", "đã thấy thông báo", "Công điện"]
    imported = handed_in(csv_of(head, row), "holidays", admin, "csv")
    assert outcomes(imported)["created"] == 1, refusals(imported)
    written(imported, admin)
    dossier.refresh_from_db()
    assert (dossier.due_on > before, Holiday.objects.count()) == (True, 3)
    with acting(admin):
        importing.undo(imported, by=admin, reason="Nhầm")
    dossier.refresh_from_db()
    assert (dossier.due_on, Holiday.objects.count()) == (before, 2)


@pytest.mark.parametrize("what", READ_BACK)
def test_each_kind_has_a_form_to_fill_and_a_page_that_leads_to_what_was_written(client, what):
    filled()
    client.force_login(make.administrator())
    form = b"".join(client.get(f"/imports/templates/{what}.xlsx").streaming_content)
    assert next(openpyxl.load_workbook(io.BytesIO(form)).worksheets[0].values)
    kept, new = NEW_ROWS[what]
    file = SimpleUploadedFile("tep.csv", csv_of(kept, new))
    page = client.post("/imports/new/", {"what": what, "file": file}, follow=True)
    imported = page.context["imported"]
    assert outcomes(imported)["created"] == 1, refusals(imported)
    done = client.post(f"/imports/{imported.pk}/apply/", {"plan": imported.plan_sha256}, follow=True)
    (row,) = done.context["parts"][0]["rows"]
    assert client.get(row.href).status_code == 200


def test_a_rule_is_found_by_its_code_and_first_day():
    filled()
    admin = make.administrator()
    head = ["Mã", "Hiệu lực từ", "Giá trị", "Nội dung"]
    rows = [["ccn.appraisal", "15/09/2026", "30", "Thẩm định"], ["ccn.size.max", "", "80", ""]]
    imported = handed_in(csv_of(head, *rows), "rules", admin, "csv")
    assert outcomes(imported) == {"created": 0, "updated": 1, "unchanged": 0, "rejected": 1}
    head.remove("Nội dung")
    imported = handed_in(csv_of(head, *(row[:3] for row in rows)), "rules", admin, "csv")
    assert outcomes(imported)["updated"] == 2, refusals(imported)
    written(imported, admin)
    assert {rule.value for rule in Rule.objects.filter(valid_to__isnull=True)} == {30, 80}


def test_rows_that_say_the_same_twice_or_name_nothing_are_rejected_by_cell():
    filled()
    admin = make.administrator()
    twice = [["01/01/2027", "nghỉ bù", "A", "tạm tính", "x"], ["01/01/2027", "nghỉ bù", "B", "tạm tính", "x"]]
    head = ["Ngày", "Loại", "Tên", "Độ chắc chắn", "Nguồn"]
    imported = handed_in(csv_of(head, *twice, ["", "nghỉ bù", "C", "tạm tính", "x"]), "holidays", admin, "csv")
    assert outcomes(imported)["rejected"] == 3
    entry = csv_of(["Mã quy hoạch", "Số thứ tự", "Tên như quy hoạch ghi", "Loại khu"], ["QH-9", "1", "A", "CCN"])
    (message,) = refusals(handed_in(entry, "plan_entries", admin, "csv"))
    assert "quy hoạch" in message and "QH-9" in message


def test_the_law_is_not_changed_by_whoever_only_keeps_dossiers():
    filled()
    editor = make.user("editor")
    content = csv_of(["Mã", "Hiệu lực từ", "Giá trị"], ["ccn.appraisal", "15/09/2026", "30"])
    assert outcomes(handed_in(content, "rules", editor, "csv"))["rejected"] == 1


def test_the_list_of_a_plan_comes_in_by_the_agency_that_keeps_it():
    filled()
    editor = make.user("editor")
    plan = make.plan(code="QH-2", agency=editor.agency)
    zone = make.zone(code="HN-CCN-A")
    head = ["Mã quy hoạch", "Số thứ tự", "Tên như quy hoạch ghi", "Loại khu", "Diện tích (ha)", "Mã khu, cụm"]
    imported = handed_in(csv_of(head, ["QH-2", "1", "Cụm A", "CCN", "25,5", "HN-CCN-A"]), "plan_entries", editor, "csv")
    assert outcomes(imported)["created"] == 1, refusals(imported)
    written(imported, editor)
    entry = PlanEntry.objects.get(plan=plan)
    assert (entry.zone, float(entry.area_ha)) == (zone, 25.5)
    with acting(editor):
        importing.undo(imported, by=editor, reason="Nhầm")
    assert not PlanEntry.objects.filter(plan=plan).exists()


# The feed -------------------------------------------------------------------------------------------------------------


class TestFeed:
    """On PostgreSQL a change stands in the feed only when its transaction has ended."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def told(self, client, since="0"):
        page = client.get("/api/v1/changes", {"since": since, "limit": 1000}).json()
        return [(one["what"], one["key"], one["action"], one["link"]) for one in page["results"]]

    def now(self, client):
        return client.get("/api/v1/changes", {"since": "now"}).json()["next"]

    def test_each_kind_is_followed_under_its_own_name(self):
        client = make.caller()
        dossier = filled()
        workflow.pause(
            dossier, "suspension", by=make.administrator(), start_on=datetime.date(2026, 9, 28), reason="x", source="y"
        )
        make.milestone(dossier)
        found = {what for what, *_others in self.told(client)}
        assert {"dossiers", "steps", "milestones", "plans", "plan-entries", "sessions", "rules", "holidays"} <= found

    def test_what_belongs_to_a_dossier_is_a_change_of_it(self):
        dossier, client = make.dossier(code="HS-1"), make.caller()
        since = self.now(client)
        make.pause(dossier)
        assert ("dossiers", "HS-1", "update", "/api/v1/dossiers/HS-1") in self.told(client, since)
        since = self.now(client)
        make.session_item(dossier, make.session())
        assert ("dossiers", "HS-1", "update", "/api/v1/dossiers/HS-1") in self.told(client, since)

    def test_the_changes_of_a_hidden_dossier_are_never_told(self):
        far = make.zone(city="HCM", publicity="internal", managing_agency=make.agency(city="HCM"))
        client = make.caller(make.user("editor", city="HN"))
        since = self.now(client)
        hidden = [
            make.dossier(far, "dossier_submitted", code="HS-XA", publicity="public"),  # open itself, of a hidden zone
            make.dossier(make.zone(), "dossier_submitted", code="HS-KIN", publicity="restricted"),
        ]
        for dossier in hidden:
            make.pause(dossier)
            make.milestone(dossier)
            make.move(dossier, "accept", datetime.date(2025, 2, 1))
            dossier.title = "Đổi tên"
            dossier.save()
            make.session_item(dossier, make.session())
        found = self.told(client, since)
        assert not [entry for entry in found if entry[0] in ("dossiers", "steps", "milestones")]
        assert not [entry for entry in found if entry[1] in ("HS-XA", "HS-KIN")]

    def test_a_dossier_that_is_closed_to_the_reader_ends_for_them(self):
        dossier, client = make.dossier(code="HS-1", publicity="public"), make.caller(make.user("viewer", city="HN"))
        since = self.now(client)
        dossier.publicity = "restricted"
        dossier.save()
        assert self.told(client, since) == [("dossiers", "HS-1", "delete", None)]
