"""The shipped steps as dossiers: every row accounted for, nothing invented, loaded again without a trace."""

import csv
import datetime
import io
import shutil
from collections import Counter

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.audit import acting
from accounts.models import RowChange
from planning import workflow
from planning.loading import load_planning
from planning.models import Dossier, Milestone, Step
from tests import factories
from zones.loading import BadFile
from zones.models import Zone, ZoneStatus

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossiers")]
DATA = settings.BASE_DIR / "data"
MID_TERM = {
    "HCM-KCN-PVH1": "in_plan",
    "HCM-KCN-PVH2": "in_plan",
    "HCM-KCN-PVH3": "in_plan",
    "HCM-KCN-VINHLOC3": "in_plan",
    "HCM-KCN-HIEPPHUOC3": "in_plan",
    "HCM-KCN-LMX2": "policy_approved",
    "HCM-KCN-LMXMR": "policy_approved",
    "HCM-KCN-TBCCMR": "policy_approved",
    "HCM-KCN-VLMR": "policy_approved",
}


@pytest.fixture(scope="module")
def dossiers(register, django_db_blocker):
    """The shipped plans, rules and dossiers on top of the register, for the whole module; gives the Account."""
    with django_db_blocker.unblock():
        return load_planning(DATA)


def rows(file):
    with (DATA / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def of(dossiers, file, what):
    [line] = [line for line in dossiers if (line.file, line.what) == (file, what)]
    return line


def dossier(code):
    return Dossier.objects.get(code=code)


def steps(code):
    return [(step.kind, step.to_state, step.on, step.on_precision) for step in dossier(code).steps.order_by("number")]


def day(text):
    return datetime.date.fromisoformat(text)


def test_every_row_of_the_steps_ends_in_one_outcome(dossiers):
    assert [line for line in dossiers if not line.adds_up] == []
    about_rows = ("steps of dossiers", "events of dossiers", "expected dates", "rows about the plan of a city")
    lines = [of(dossiers, "steps.csv", what) for what in about_rows]
    assert sum(line.read for line in lines) == len(rows("steps.csv")) == 132
    assert sum(line.outcomes["created"] for line in lines) == 128
    assert Step.objects.filter(origin__startswith="steps.csv:").count() + Milestone.objects.count() == 128


def test_what_has_no_day_or_is_about_a_city_is_no_step_and_says_why(dossiers):
    reasons = [reason for line in dossiers for reason in line.reasons if line.file == "steps.csv"]
    assert sorted(reasons) == sorted(
        [
            "row 41 «HN-CCN-THANHDA groundbreaking»: the source gives no day",
            *(
                f"row {number} «CITY:HN {step}»: about the plan of a city: plans.csv"
                for number, step in ((76, "ccn_master_plan"), (77, "ccn_year_plan"), (78, "ccn_year_plan"))
            ),
        ]
    )
    assert not Dossier.objects.filter(zone__code="HN-CCN-THANHDA").exists()


def test_a_zone_has_one_dossier_for_each_track_and_only_when_a_row_is_about_it():
    pairs = Dossier.objects.values_list("zone__code", "track")
    assert max(Counter(pairs).values()) == 1
    assert set(Dossier.objects.values_list("zone__code", flat=True)) == {
        row["zone_code"] for row in rows("steps.csv") if not row["zone_code"].startswith("CITY:")
    } - {"HN-CCN-THANHDA"}


def test_a_dossier_is_led_by_the_zone_agency_and_as_public_as_the_zone():
    park = dossier("HS-HN-KCN-DONGANH-PL")
    assert (park.title, park.lead_agency.code, park.publicity, park.city) == (
        "Thành lập khu công nghiệp Đông Anh",
        "HN-BQL",
        "public",
        "HN",
    )
    for one in Dossier.objects.select_related("zone"):
        one.full_clean()
        assert one.source
        assert one.lead_agency_id == one.zone.managing_agency_id


def test_the_steps_of_a_cluster_stand_on_their_tracks_with_their_documents():
    assert steps("HS-HN-CCN-CN2-PL") == [("observed", "established", day("2020-06-26"), "day")]
    assert steps("HS-HN-CCN-CN2-QHCT") == [("observed", "detail_plan_approved", day("2024-12-10"), "day")]
    assert steps("HS-HN-CCN-CN2-DD") == [("observed", "land_allocated", day("2025-06-02"), "day")]
    assert steps("HS-HN-CCN-CN2-XD") == [("observed", "infra_construction", day("2025-06-23"), "day")]
    step = dossier("HS-HN-CCN-CN2-PL").steps.get()
    assert (step.document.number, step.source[:8], step.recorded_by) == ("2794/QĐ-UBND", "https://", None)


def test_steps_stand_in_the_order_of_their_days_and_the_dossier_says_the_last():
    assert steps("HS-HCM-KCN-PHUOCHIEP-PL") == [
        ("observed", "irc_issued", day("2010-12-31"), "year"),
        ("observed", "revoked", day("2017-12-31"), "year"),
        ("observed", "removed_from_plan", day("2023-05-04"), "day"),
    ]
    park = dossier("HS-HCM-KCN-PHUOCHIEP-PL")
    assert (park.state, park.state_since, park.state_precision, park.ended) == (
        "removed_from_plan",
        day("2023-05-04"),
        "day",
        True,
    )
    first, second, third = park.steps.order_by("number")
    assert (first.from_state, second.from_state, third.from_state) == ("", "irc_issued", "revoked")


def test_a_day_is_never_more_precise_than_its_source():
    assert steps("HS-HN-CCN-LIENHIEP-PL") == [("observed", "established", day("2017-12-31"), "month")]
    half = dossier("HS-HN-CCN-LIENHIEP-XD").steps.get()
    assert (half.on, half.on_precision, half.note) == (
        day("2024-12-31"),
        "year",
        "Nguồn ghi: nửa đầu năm 2024.",
    )
    named = dossier("HS-HN-CCN-LIENHIEP-PL").steps.get()
    assert named.document is None
    assert "Văn bản nguồn nêu: một trong 8202-8207/QĐ-UBND." in named.note


def test_a_step_of_which_only_the_month_is_known_begins_with_its_document():
    assert steps("HS-HN-KCN-DONGANH-PL")[0] == ("observed", "policy_approved", day("2024-03-05"), "day")
    announced = dossier("HS-HN-KCN-PHUNGHIEP-PL").steps.get(kind="event")
    assert (announced.document.number, announced.on) == ("445/QĐ-TTg", day("2024-06-30"))


def test_the_rules_are_those_of_the_first_state_whose_day_is_known():
    assert dossier("HS-HN-CCN-CN2-PL").rule_day == day("2020-06-26")
    assert dossier("HS-HN-CCN-CN2-PL").table.code == "ccn-legal-68-2017"
    assert dossier("HS-HN-CCN-HIENGIANG-PL").table.code == "ccn-legal-32-2024"
    assert dossier("HS-HN-CCN-LIENHIEP-PL").rule_day is None
    assert dossier("HS-HCM-KCN-VLMR-PL").rule_day is None  # seen so on 20/1/2022; since when is not known


def test_what_is_expected_is_a_milestone_and_moves_nothing():
    expected = {row["step"] for row in rows("steps.csv") if row["step"].endswith("_expected")} | {"lease_expiry"}
    origins = {row["step"] for row in rows("step_kinds.csv") if row["what"] == "milestone"}
    assert origins == expected
    assert not [step for step in Step.objects.all() if step.origin.split(":")[2] in expected]
    lease = Milestone.objects.get(dossier__code="HS-HCM-KCX-TANTHUAN-PL")
    assert (lease.on, lease.state, lease.label) == (day("2041-09-23"), "", "Hết thời hạn thuê đất")
    park = dossier("HS-HN-KCN-PHUNGHIEP-QHPK")
    assert (park.state, park.milestones.get().state) == ("zoning_task", "zoning_approved")
    assert not Step.objects.filter(on__gt=day("2026-11-22")).exists()


def test_an_event_changes_no_state():
    assert not Step.objects.filter(kind="event").exclude(to_state="").exists()
    cluster = dossier("HS-HN-CCN-DAITHANG-PL")
    [agreed] = cluster.steps.all()
    assert (agreed.kind, agreed.label, cluster.state) == ("event", "Đồng ý chủ trương", "")
    assert "loại văn bản" in agreed.note


def test_single_rows_are_read_as_people_decided():
    assert steps("HS-HN-CCN-VONGXUYEN-DD") == [("observed", "land_cleared", day("2022-07-31"), "month")]
    assert steps("HS-HN-CCN-HATMON-PL") == [
        ("observed", "in_plan", day("2018-03-14"), "day"),
        ("event", "", day("2024-08-31"), "month"),
    ]
    assert [state for _, state, *_ in steps("HS-HN-KCN-SOCSON-QHPK")] == [
        "zoning_approved",
        "zoning_task",
        "zoning_approved",
    ]
    assert not Dossier.objects.filter(zone__code="HN-CCN-HATMON", track="zoning").exists()


@pytest.mark.parametrize(("code", "state"), MID_TERM.items())
def test_every_park_of_the_mid_term_report_can_be_followed(code, state):
    park = dossier(f"HS-{code}-PL")
    last = park.steps.standing().exclude(to_state="").last()
    assert (park.state, last.to_state, park.state_since) == (state, state, last.on)
    assert last.source or last.document


def test_where_only_an_event_is_known_the_dossier_begins_with_the_status_of_the_register(dossiers):
    begun = dossier("HS-HCM-KCN-VLMR-PL").steps.get(kind="observed")
    fact = ZoneStatus.objects.get(origin="zones.csv:HCM-KCN-VLMR:status:established")
    assert (begun.on, begun.source, begun.origin) == (fact.as_of, fact.source, fact.origin)
    assert "lấy tình trạng đã ghi trong sổ" in begun.note
    assert of(dossiers, "zones.csv", "steps of dossiers, from the status").read == 18
    assert not dossier("HS-HN-CCN-PHUTUC-PL").steps.filter(kind="observed").exists()  # its status is only reported


def test_the_loader_says_nothing_about_the_zones():
    assert not ZoneStatus.objects.filter(origin__startswith="step").exists()


def test_loading_again_changes_nothing_and_leaves_no_history(dossiers):
    before = RowChange.objects.count(), list(Dossier.objects.order_by("pk").values())
    again = load_planning(DATA)
    assert (RowChange.objects.count(), list(Dossier.objects.order_by("pk").values())) == before
    assert [again.total(outcome) for outcome in ("created", "updated", "kept")] == [0, 0, 0]
    assert again.total("not loadable") == dossiers.total("not loadable")


def test_what_people_have_corrected_or_taken_back_stays_so():
    person = factories.administrator()
    with acting(person):
        park = dossier("HS-HN-KCN-DONGANH-PL")
        park.title = "Hồ sơ KCN Đông Anh"
        park.save()
        lease = Milestone.objects.get(dossier__code="HS-HCM-KCX-TANTHUAN-PL")
        lease.on = day("2041-10-23")
        lease.save()
        workflow.retract(dossier("HS-HN-CCN-SONHA-PL").steps.get(), by=person, note="Nhầm cụm.")
    again = load_planning(DATA)
    assert (again.total("kept"), again.total("created"), again.total("updated")) == (3, 0, 0)
    assert dossier("HS-HN-KCN-DONGANH-PL").title == "Hồ sơ KCN Đông Anh"
    assert Milestone.objects.get(pk=lease.pk).on == day("2041-10-23")
    assert dossier("HS-HN-CCN-SONHA-PL").state == ""


def test_a_renamed_zone_keeps_its_dossiers(tmp_path):
    with acting(factories.administrator()):
        park = Zone.objects.get(code="HN-KCN-DONGANH")
        park.code = "HN-KCN-DONGANH-1"
        park.save()
    again = load_planning(
        release(tmp_path, "steps.csv", "HN-CCN-HUUBANG,land_clearance", "HN-KCN-DONGANH,land_clearance")
    )
    assert Dossier.objects.get(zone=park, track="land").state == "land_clearance"
    assert Dossier.objects.filter(zone=park, track="legal").count() == 1
    assert (again.total("created"), again.total("kept")) == (2, 0)


def test_a_zone_that_people_have_withdrawn_gets_no_further_steps(tmp_path):
    Zone.objects.filter(code="HN-KCN-DONGANH").update(withdrawn=True)
    again = load_planning(
        release(tmp_path, "steps.csv", "HN-CCN-HUUBANG,land_clearance", "HN-KCN-DONGANH,land_clearance")
    )
    assert not Dossier.objects.filter(zone__code="HN-KCN-DONGANH", track="land").exists()
    assert (again.total("created"), again.total("kept")) == (0, 5)


def test_a_state_that_a_later_release_puts_before_the_last_one_does_not_take_the_dossier_back(tmp_path):
    new = "HN-KCN-SAIDONGB,land_clearance,1996-12-01,,,https://example.vn/,\nHN-KCN-SOCSON,detail"
    load_planning(release(tmp_path, "steps.csv", "HN-KCN-SOCSON,detail", new))
    land = dossier("HS-HN-KCN-SAIDONGB-DD")
    assert (land.state, land.state_since) == ("land_allocated", day("1997-07-26"))
    assert land.steps.get(on="1996-12-01").label == "Giải phóng mặt bằng"


def release(folder, file, old, new):
    """A copy of the data in which `old` has become `new` once in `file`."""
    copy = folder / "data"
    shutil.copytree(DATA, copy)
    content = (copy / file).read_text("utf-8")
    assert old in content
    (copy / file).write_text(content.replace(old, new, 1), "utf-8")
    return copy


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("steps.csv", "2020-06-26", "2020-06-31", "steps.csv, row 2, column on: «2020-06-31» is not a day"),
        ("steps.csv", "2020-06-26", "2027-06-26", "steps.csv, row 2, column on: «2027-06-26» is in the future"),
        ("steps.csv", "CN2,established", "CN2,begun", "steps.csv, row 2, column step: «begun» of CCN is not in"),
        ("steps.csv", "HN-CCN-CN2,est", "HN-CCN-CN9,est", "steps.csv, row 2, column zone_code: «HN-CCN-CN9»"),
        ("steps.csv", "HN-CCN-CN2,est", "CITY:HN,est", "steps.csv, row 2, column zone_code: «established» is not"),
        (
            "steps.csv",
            "CN2,detail_plan_approved,2024-12-10",
            "CN2,established,2020-06-26",
            "steps.csv, row 3, column step: the same zone, step and day",
        ),
        ("steps.csv", "zone_code,step", "zone,step", "steps.csv, row 1, column (header): expected zone_code,step,on"),
        ("step_kinds.csv", ",legal,proposed,", ",legl,proposed,", "step_kinds.csv, row 2, column track: «legl»"),
        ("step_kinds.csv", ",legal,proposed,", ",legal,propsed,", "step_kinds.csv, row 2, column state: «propsed»"),
        ("step_kinds.csv", ",step,legal,proposed,", ",stp,legal,proposed,", "step_kinds.csv, row 2, column what: "),
        ("step_kinds.csv", "planning_listed,,", "planning_proposed,,", "step_kinds.csv, row 3, column kinds: "),
        ("step_kinds.csv", ",event,legal,,", ",event,legal,in_plan,", "step_kinds.csv, row 5, column state: must be"),
        ("step_readings.csv", "2018-03-14", "2018-03-15", "step_readings.csv, row 2, column step: steps.csv has no"),
    ],
)
def test_a_bad_file_is_refused_with_row_and_column_and_nothing_is_loaded(tmp_path, file, old, new, named):
    broken = release(tmp_path, file, old, new)
    before = RowChange.objects.count()
    with pytest.raises(BadFile) as refused, transaction.atomic():
        load_planning(broken)
    assert str(refused.value).startswith(named)
    assert RowChange.objects.count() == before


def test_the_command_prints_the_account_and_fails_on_a_bad_file(tmp_path):
    out = io.StringIO()
    call_command("load_planning", stdout=out)
    assert "not loadable · steps.csv · steps of dossiers · row 41 «HN-CCN-THANHDA groundbreaking»" in out.getvalue()
    broken = release(tmp_path, "steps.csv", "2020-06-26", "26/6/2020")
    with pytest.raises(CommandError, match=r"Nothing was loaded\. steps\.csv, row 2, column on"):
        call_command("load_planning", folder=broken, stdout=out)
