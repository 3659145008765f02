"""The shipped duties as directives with tasks: every row accounted for, no deadline guessed, people's word kept."""

import csv
import datetime
import shutil
from collections import Counter

import pytest
from django.conf import settings
from django.db import transaction

from accounts.audit import acting
from accounts.models import RowChange
from planning import duties
from planning.loading import load_planning
from planning.models import Directive, Holiday, Task
from tests import factories as make
from zones.loading import BadFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("account")]
DATA = settings.BASE_DIR / "data"


@pytest.fixture(scope="module")
def account(register, django_db_blocker):
    """Everything that is shipped, for the whole module; gives the Account of planning."""
    with django_db_blocker.unblock():
        return load_planning(DATA)


def rows(file):
    with (DATA / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def of(account, what):
    [line] = [line for line in account if line.what == what]
    return line


def day(text):
    return datetime.date.fromisoformat(text)


def task(code, number=1):
    return Task.objects.get(directive__code=code, number=number)


def release(folder, file, old, new):
    """A copy of the data in which `old` has become `new` once in `file`."""
    copy = folder / "data"
    shutil.copytree(DATA, copy)
    content = (copy / file).read_text("utf-8")
    assert old in content
    (copy / file).write_text(content.replace(old, new, 1), "utf-8")
    return copy


def outcomes(account):
    return {
        what: dict(+of(account, what).outcomes)
        for what in ("directives", "tasks", "partners of tasks", "zones of tasks")
    }


def test_every_row_is_one_task_with_its_source(account):
    assert all(line.adds_up for line in account)
    assert outcomes(account) == {
        "directives": {"created": 35},
        "tasks": {"created": 58},
        "partners of tasks": {"created": 22},
        "zones of tasks": {"created": 73},
    }
    shipped = Counter((row["task"], row["source"]) for row in rows("directives.csv"))
    assert Counter(Task.objects.values_list("content", "source")) == shipped
    assert sum(shipped.values()) == 58


def test_deadlines_keep_their_words_with_days_as_offices_write_them(account):
    words = dict(Task.objects.values_list("content", "deadline_text"))
    shipped = {row["task"]: row["deadline"] for row in rows("directives.csv")}
    rewritten = {shipped[content]: words[content] for content in shipped if shipped[content] != words[content]}
    assert rewritten == {
        "Mốc số liệu 2015-12-31": "Mốc số liệu 31/12/2015",
        "9 tháng kể từ ngày duyệt nhiệm vụ (2025-10-10)": "9 tháng kể từ ngày duyệt nhiệm vụ (10/10/2025)",
        "2025-12-31 (hết năm 2025)": "31/12/2025 (hết năm 2025)",
        "2024-05-31": "31/05/2024",
        "2016-06 (tháng 6/2016)": "06/2016 (tháng 6/2016)",
        "2016-04 (tháng 4/2016)": "04/2016 (tháng 4/2016)",
        "2008-02 (trong tháng 02/2008)": "02/2008 (trong tháng 02/2008)",
    }


def test_what_is_loaded_is_valid_public_and_not_done():
    for one in Directive.objects.all():
        one.full_clean()
        assert one.publicity == "public"
    for one in Task.objects.all():
        one.full_clean()
        assert (one.done_on, one.confirmed_at, one.due_on) == (None, None, one.first_due_on)
        assert not one.reports.exists()


def test_the_notice_of_2016_has_its_duties_of_april_and_june_and_its_cut_off():
    notice = Directive.objects.get(number="53/TB-VP")
    assert (notice.code, notice.issued_on, notice.issued_precision) == (
        "CD-HN-53-TB-VP-2016",
        day("2016-03-31"),
        "month",
    )
    assert (notice.cutoff_on, notice.document.number, notice.agency.code) == (
        day("2015-12-31"),
        "53/TB-VP",
        "HN-VPUB",
    )
    first, second, third, fourth, fifth = notice.tasks.order_by("number")
    assert (first.first_due_on, first.due_precision) == (day("2016-04-30"), "month")
    assert (second.first_due_on, second.due_precision) == (day("2016-06-30"), "month")
    assert (third.first_due_on, third.deadline_text) == (None, "Mốc số liệu 31/12/2015")
    assert {one.lead_agency.code for one in (first, second, third, fourth, fifth)} == {"HN-SCT"}
    assert (first.cooperating.count(), first.cooperating_text) == (0, "Đơn vị tư vấn;Các sở, ban, ngành liên quan")
    assert sorted(fourth.cooperating.values_list("code", flat=True)) == ["HN-SQHKT", "HN-VQH"]


def test_the_notice_of_2016_by_class_at_the_end_of_april_and_of_june():
    tasks = Task.objects.filter(directive__number="53/TB-VP")
    for on, expected in (
        ("2016-04-30", {"open_in_time": 2, "no_deadline": 3}),
        ("2016-05-01", {"open_in_time": 1, "open_overdue": 1, "no_deadline": 3}),
        ("2016-07-01", {"open_overdue": 2, "no_deadline": 3}),
    ):
        assert Counter(tasks.classed(day(on)).values_list("task_class", flat=True)) == expected


@pytest.mark.parametrize(
    ("code", "number", "due", "precision"),
    [
        ("CD-HN-43-CUM-2021", 3, "2021-09-30", "quarter"),
        ("CD-HN-DONG-ANH-2024", 1, "2025-03-31", "quarter"),
        ("CD-HN-305-KH-UBND-2025", 1, "2026-12-31", "year"),
        ("CD-HN-MAI-DINH-2024", 1, "2024-05-31", "day"),
        ("CD-HCM-14-KCN-2025", 1, "2027-12-31", "year"),
        ("CD-HCM-14-KCN-2025", 2, "2030-12-31", "year"),
        ("CD-VN-1095-VPCP-CN-2008", 1, "2008-02-29", "month"),
    ],
)
def test_a_deadline_is_the_last_day_of_what_is_written(code, number, due, precision):
    one = task(code, number)
    assert (one.first_due_on, one.due_precision) == (day(due), precision)


@pytest.mark.parametrize(
    ("code", "number", "written", "said"),
    [
        ("CD-HN-NUOC-THAI-7-CUM-2014", 1, "đầu năm 2015", "không nói rõ đến tháng nào"),
        ("CD-HCM-CCN-2014", 1, "2020; 2030", "hai mốc của mục tiêu"),
        ("CD-HCM-XOA-3-KCN", 2, "2025", "không chắc là thời hạn"),
        ("CD-HN-QUANG-MINH-II-2024", 1, "sau khi phê duyệt Quy hoạch Thủ đô", "không nêu bao lâu sau đó"),
    ],
)
def test_what_cannot_be_read_for_sure_is_told_and_becomes_no_date(code, number, written, said):
    one = task(code, number)
    assert (one.deadline_text, one.first_due_on) == (written, None)
    assert said in one.note


def test_every_deadline_that_was_not_read_plainly_says_how_it_was_read():
    spans = Task.objects.filter(deadline_text__regex=r"20\d\d-20\d\d")
    assert spans.count() == 6
    assert all("đọc là chậm nhất hết năm cuối" in one.note for one in spans)
    assert not Task.objects.exclude(deadline_text="").filter(first_due_on=None, note="").exists()


def test_a_deadline_from_an_event_runs_from_its_day_or_waits_for_it():
    known = task("CD-HN-168-QD-UBND-2025")
    assert (known.term_length, known.term_unit, known.anchored_on) == (9, "m", day("2025-01-10"))
    assert (known.first_due_on, known.due_on) == (day("2025-10-10"), day("2025-10-10"))
    waiting = task("CD-HN-3-CUM-LANG-NGHE-2025")
    assert (waiting.term_length, waiting.first_due_on, waiting.waits_for) == (24, None, "bắt đầu giai đoạn xây dựng")


def test_a_lead_is_the_agency_as_written_and_the_note_names_its_successor():
    one = task("CD-HN-RA-SOAT-KCN-2021")
    assert (one.lead_agency.code, one.lead_text) == ("HN-HIZA", "Ban Quản lý các KCN và chế xuất Hà Nội (HIZA)")
    assert f"nay là {one.lead_agency.successor.name}." in one.note
    assert "hoạt động đến hết 30/06/2025" in task("CD-HN-MAI-DINH-2024").note


def test_nobody_leads_where_the_source_names_nobody_or_two():
    assert task("CD-HCM-DAT-NONG-TRUONG-2016").lead_text == "Các sở, ngành liên quan"
    assert task("CD-HCM-DAT-NONG-TRUONG-2016").lead_agency is None
    both = task("CD-HCM-XOA-3-KCN")
    assert (both.lead_agency, both.lead_text) == (None, "UBND huyện Hóc Môn;UBND huyện Củ Chi")
    assert sorted(both.cooperating.values_list("code", flat=True)) == ["HCM-CUCHI", "HCM-HOCMON"]


def test_zones_are_linked_where_the_name_leaves_no_doubt():
    codes = task("CD-HCM-CHUYEN-DOI-2024").zones.values_list("code", flat=True)
    assert set(codes) == {"HCM-KCX-TANTHUAN", "HCM-KCN-TANBINH", "HCM-KCN-CATLAI2", "HCM-KCN-BINHCHIEU"}
    assert "«Hiệp Phước» không nói giai đoạn nào" in task("CD-HCM-CHUYEN-DOI-2024").note
    assert task("CD-HN-KE-HOACH-CCN-2024", 2).zones.count() == 8
    for one in Task.objects.prefetch_related("zones").select_related("directive"):
        assert {zone.city for zone in one.zones.all()} <= {one.directive.city}


def test_a_directive_begins_with_its_document_where_the_row_gives_only_the_month():
    assert Directive.objects.get(number="221/QĐ-TTg").issued_on == day("2024-03-05")
    assert Directive.objects.get(number="1292/QĐ-UBND").issued_precision == "day"
    undated = Directive.objects.get(code="CD-HN-4517")
    assert (undated.issued_on, undated.issued_precision, undated.document) == (None, "unknown", None)
    assert Directive.objects.get(number="1095/VPCP-CN").city == ""


def test_loading_again_changes_nothing_and_leaves_no_history():
    before = RowChange.objects.count(), list(Task.objects.order_by("pk").values())
    again = load_planning(DATA)
    assert (RowChange.objects.count(), list(Task.objects.order_by("pk").values())) == before
    assert outcomes(again) == {
        "directives": {"unchanged": 35},
        "tasks": {"unchanged": 58},
        "partners of tasks": {"unchanged": 22},
        "zones of tasks": {"unchanged": 73},
    }


def test_what_people_have_corrected_linked_or_removed_stays_so():
    with acting(make.administrator()):
        notice = Directive.objects.get(number="53/TB-VP")
        notice.title = "Kết luận ngày 18/3/2016"
        notice.save()
        corrected = task("CD-HN-NUOC-THAI-7-CUM-2014")
        corrected.first_due_on = day("2015-03-31")
        duties.set_due(corrected, Holiday.objects.calendar())
        corrected.save()
        planned = task("CD-HN-KE-HOACH-CCN-2024", 2)
        planned.zones.remove(planned.zones.get(code="HN-CCN-TINAN"))
        planned.zones.add(make.zone())
        task("CD-HN-5469-UBND-2025").zones.clear()
        task("CD-HN-5469-UBND-2025").delete()
    again = load_planning(DATA)
    assert outcomes(again) == {
        "directives": {"unchanged": 34, "kept": 1},
        "tasks": {"unchanged": 56, "kept": 2},
        "partners of tasks": {"unchanged": 22},
        "zones of tasks": {"unchanged": 71, "kept": 2},
    }
    assert Directive.objects.get(number="53/TB-VP").title == "Kết luận ngày 18/3/2016"
    assert task("CD-HN-NUOC-THAI-7-CUM-2014").due_on == day("2015-03-31")
    assert not task("CD-HN-KE-HOACH-CCN-2024", 2).zones.filter(code="HN-CCN-TINAN").exists()
    assert not Task.objects.filter(directive__code="CD-HN-5469-UBND-2025").exists()


def test_reports_and_extensions_of_people_outlive_another_loading():
    boss, one = make.administrator(), task("CD-HN-305-KH-UBND-2025")
    duties.report(one, by=boss, on=day("2026-03-01"), text="Đã lấp đầy 2 cụm")
    given = {"due_on": day("2027-06-30"), "granted_on": day("2026-10-01")}
    duties.extend(one, by=boss, note="Chậm mặt bằng", source="Công văn", **given)
    duties.report(one, by=boss, on=day("2026-11-01"), text="Đã lấp đầy 6 cụm", kind="done")
    duties.confirm(one, by=boss)
    before = Task.objects.values().get(pk=one.pk)
    assert of(load_planning(DATA), "tasks").outcomes["unchanged"] == 58
    assert Task.objects.values().get(pk=one.pk) == before
    assert before["done_on"] == day("2026-11-01")


def test_a_later_release_brings_new_deadlines_and_an_extension_still_holds(tmp_path):
    moved, kept = task("CD-HN-305-KH-UBND-2025"), task("CD-HN-305-KH-UBND-2025", 2)
    Task.objects.filter(pk=kept.pk).update(due_on=day("2028-06-30"))
    kept.extensions.create(due_on=day("2028-06-30"), granted_on=day("2026-11-01"), note="Lùi", source="Công văn")
    folder = release(
        tmp_path, "task_readings.csv", "2025,1,2026 (kế hoạch năm),2026,", "2025,1,2026 (kế hoạch năm),2027,"
    )
    text = (folder / "task_readings.csv").read_text("utf-8")
    text = text.replace("2025,2,2026 (kế hoạch năm),2026,", "2025,2,2026 (kế hoạch năm),2027,")
    (folder / "task_readings.csv").write_text(text, "utf-8")
    assert of(load_planning(folder), "tasks").outcomes["updated"] == 2
    moved.refresh_from_db()
    kept.refresh_from_db()
    assert (moved.first_due_on, moved.due_on) == (day("2027-12-31"), day("2027-12-31"))
    assert kept.due_on == day("2028-06-30")


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("directives.csv", "quý I/2021,", "quý I/2022,", "directives.csv, row 17, column deadline"),
        ("directives.csv", "4517,,UBND", "4518,,UBND", "directives.csv, row 28, column document_no"),
        (
            "directives.csv",
            "Sở Tư pháp",
            "Sở Nội vụ",
            "directives.csv, row 41, column cooperating_agencies(;): «Sở Nội",
        ),
        ("task_readings.csv", "HN-CCN-PHUMINH", "HN-CCN-PHUMANH", "task_readings.csv, row 32, column zones"),
        ("task_readings.csv", "quý I/2021,2021-Q1", "quý I/2021,2021-Q5", "task_readings.csv, row 12, column due_on"),
        ("task_readings.csv", "CD-HN-43-CUM-2021,2,", "CD-HN-43-CUM-2021,1,", "task_readings.csv, row 13, column –"),
        (
            "task_readings.csv",
            "CD-HN-5469-UBND-2025,1,",
            "CD-HN-5469-UBND-2025,9,",
            "task_readings.csv, row 32, column –",
        ),
        ("directive_heads.csv", "CD-HN-CN2-SOC-SON,", "CD-HN-4517,", "directive_heads.csv, row 22, column –"),
    ],
)
def test_a_bad_cell_stops_everything_and_says_where(tmp_path, file, old, new, named):
    before = RowChange.objects.count()
    with pytest.raises(BadFile) as refused, transaction.atomic():
        load_planning(release(tmp_path, file, old, new))
    assert str(refused.value).startswith(named)
    assert RowChange.objects.count() == before
