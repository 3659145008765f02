"""Dossiers and steps come in as files: what was exported changes nothing, each new row is a verb of the workflow."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from accounts.audit import acting
from accounts.models import RowChange
from planning import workflow
from planning.models import Dossier, Step
from tests import factories as make
from tests.planning.test_planning_exchange import csv_of, fetched, handed_in, outcomes, refusals, written
from zones import importing
from zones.models import ZoneStatus

pytestmark = pytest.mark.django_db
OPENED = datetime.date(2026, 10, 1)
STEPS = ["Mã hồ sơ", "Loại", "Bước", "Trạng thái sau bước", "Ngày", "Văn bản", "Nguồn", "Ghi chú"]
DOSSIERS = ["Mã", "Tên hồ sơ", "Mã khu, cụm", "Tuyến", "Trạng thái", "Từ ngày", "Văn bản", "Nguồn"]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def industry():
    return make.agency(kind="department")


@pytest.fixture
def person(industry):
    return make.user("approver", agency=industry)


@pytest.fixture
def dossier(industry, person):
    zone = make.zone(managing_agency=industry)
    return make.dossier(zone, "dossier_submitted", on=OPENED, code="HS-1", by=person, lead_agency=industry)


def paper(number, kind):
    return make.document(type=kind, number=number, city="HN")


def looked_at(what, head, *rows, by):
    return handed_in(csv_of(head, *rows), what, by, "csv")


def step_row(**said):
    names = dict(zip(("dossier", "kind", "label", "state", "on", "document", "source", "note"), STEPS, strict=True))
    return [{"dossier": "HS-1"}.get(key, "") if key not in said else said[key] for key in names]


def the_way():
    """Three moves of a cluster's dossier, as rows that stand in no order."""
    for number, kind in (("1/TTr-X", "TTr"), ("9/QĐ-UBND", "QĐ"), ("2/TB-X", "TB")):
        paper(number, kind)
    return [
        step_row(label="Quyết định thành lập", on="05/11/2026", document="9/QĐ-UBND", note="Đủ điều kiện"),
        step_row(label="accept", on="05/10/2026", document="2/TB-X"),
        step_row(label="submit_appraisal", on="30/10/2026", document="TTr 1/TTr-X", note="Đã họp hội đồng"),
    ]


def moves(dossier):
    return list(dossier.steps.standing().exclude(to_state="").values_list("to_state", flat=True))


# Back in --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("what", ["dossiers", "steps"])
def test_what_was_exported_changes_nothing_when_it_is_read_back(client, what, ending, language, dossier):
    make.move(dossier, "accept", datetime.date(2026, 10, 5))
    workflow.note_event(dossier, "Kiểm tra thực địa", by=make.administrator(), on=OPENED, source="Biên bản", note="- a")
    step = dossier.steps.last()
    with acting(make.administrator()):
        workflow.retract(step, by=make.administrator(), note="Ghi nhầm")
    other = make.dossier(make.facility(), "inventoried", track="relocation", on=OPENED, precision="month")
    other.cooperating.set([make.agency(name="Sở A"), make.agency(name="Sở B")])
    make.dossier(make.zone(), on=datetime.date(2026, 9, 30), precision="quarter", document=make.document())
    admin = make.administrator()
    client.force_login(admin)
    client.cookies["django_language"] = language
    content = fetched(client, what, ending)
    translation.activate("vi")
    imported = handed_in(content, what, admin, ending)
    kept = (Dossier if what == "dossiers" else Step).objects.count()
    assert outcomes(imported) == {"created": 0, "updated": 0, "unchanged": kept, "rejected": 0}, refusals(imported)


# Steps ----------------------------------------------------------------------------------------------------------------


def test_steps_of_one_dossier_are_made_in_the_order_of_their_days_by_the_uploader(dossier, person):
    imported = looked_at("steps", STEPS, *the_way(), by=person)
    assert outcomes(imported) == {"created": 3, "updated": 0, "unchanged": 0, "rejected": 0}, refusals(imported)
    dossier.refresh_from_db()
    assert (dossier.state, Step.objects.count(), ZoneStatus.objects.count()) == ("dossier_submitted", 1, 0)
    digest = imported.plan_sha256
    done = written(imported, person)
    dossier.refresh_from_db()
    assert done.plan_sha256 == digest
    assert moves(dossier) == ["dossier_submitted", "under_appraisal", "appraisal_submitted", "established"]
    assert {step.recorded_by for step in dossier.steps.all()} == {person}
    assert dossier.ended and ZoneStatus.objects.filter(zone=dossier.zone, aspect="established", value="yes").exists()


def test_the_preview_leaves_nothing_in_the_register_or_its_history(dossier, person):
    rows = the_way()
    history = RowChange.objects.exclude(table="zones_import")
    before = history.count(), dossier.version
    looked_at("steps", STEPS, *rows, by=person)
    dossier.refresh_from_db()
    assert (history.count(), dossier.version) == before


def test_the_preview_names_the_state_to_which_each_step_leads(dossier, person):
    imported = looked_at("steps", STEPS, *the_way(), by=person)
    told = [
        {change.column: change.new for change in row.changes}["to_state"] for row in importing.outcomes(imported).rows()
    ]
    states = dossier.table.states
    assert told == [str(states[code].name) for code in ("established", "under_appraisal", "appraisal_submitted")]


REFUSED = [
    ({"label": "establish", "on": "05/10/2026", "document": "9/QĐ-UBND"}, "Bước", "không có bước này"),
    ({"label": "bay lên trời", "on": "05/10/2026"}, "Bước", "bay lên trời"),
    ({"label": "accept", "on": "01/09/2026"}, "Ngày", "01/10/2026"),
    ({"label": "accept", "on": "01/01/2027"}, "Ngày", "tương lai"),
    ({"label": "accept", "on": "tháng 10/2026"}, "Ngày", "ngày đầy đủ"),
    ({"label": "accept", "on": ""}, "Ngày", "cần ngày"),
    ({"label": "accept", "state": "established", "on": "05/10/2026"}, "Trạng thái sau bước", "established"),
    ({"label": "accept", "on": "05/10/2026", "source": "Báo cáo"}, "Nguồn", "Ghi chú"),
    ({"label": "accept", "on": "05/10/2026", "document": "404/QĐ"}, "Văn bản", "404/QĐ"),
    ({"kind": "sự việc", "label": "Họp", "on": "05/10/2026"}, "Nguồn", "nguồn"),
    ({"kind": "sự việc", "label": "Họp", "state": "scored", "on": "05/10/2026"}, "Trạng thái sau bước", "Sự việc"),
    ({"state": "scored", "on": "05/10/2026"}, "Nguồn", "nguồn"),
    ({"label": "accept", "on": "05/10/2026"}, "Văn bản", "tiếp nhận"),
    ({"label": "Nhận ��� hồ sơ", "on": "05/10/2026"}, "Bước", "hỏng dấu"),
    ({"dossier": "HS-404", "label": "accept", "on": "05/10/2026"}, "Mã hồ sơ", "HS-404"),
]


@pytest.mark.parametrize(("said", "column", "words"), REFUSED)
def test_a_row_that_cannot_be_made_is_refused_by_its_cell(dossier, person, said, column, words):
    paper("9/QĐ-UBND", "QĐ")
    imported = looked_at("steps", STEPS, step_row(**said), by=person)
    (row,) = importing.outcomes(imported).rows()
    assert (row.outcome, [one.column for one in row.refusals]) == ("rejected", [column]), row.refusals
    assert words.lower() in row.refusals[0].message.lower()
    assert Step.objects.count() == 1


def test_evidence_and_rights_hold_for_files(dossier, industry):
    wrong = [*the_way()[1:], step_row(label="establish", on="05/11/2026", document="TTr 1/TTr-X", note="x")]
    editor = make.user("editor", agency=industry)
    stranger = make.user("approver", agency=make.agency(kind="department"))
    found = [row.refusals for row in importing.outcomes(looked_at("steps", STEPS, *wrong, by=editor)).rows()]
    assert found[0] == found[1] == [] and "người duyệt" in found[2][0].message
    approver = make.user("approver", agency=industry)
    (refusal,) = list(importing.outcomes(looked_at("steps", STEPS, *wrong, by=approver)).rows())[2].refusals
    assert (refusal.column, refusal.message.startswith("Văn bản không đúng loại")) == ("Văn bản", True)
    assert outcomes(looked_at("steps", STEPS, *wrong, by=stranger))["rejected"] == 3


def test_what_follows_a_row_with_a_mistake_waits_for_it(dossier, person):
    last, accepted, submitted = the_way()
    submitted[5] = ""
    other = make.dossier(make.zone(), "dossier_submitted", on=OPENED, code="HS-2", lead_agency=dossier.lead_agency)
    event = step_row(dossier="HS-2", kind="sự việc", label="Kiểm tra", on="06/10/2026", source="Biên bản")
    imported = looked_at("steps", STEPS, last, accepted, submitted, event, by=person)
    found = {row.number: row for row in importing.outcomes(imported).rows()}
    assert [found[number].outcome for number in (2, 3, 4, 5)] == ["rejected", "created", "rejected", "created"]
    assert "Dòng 4" in found[2].refusals[0].message
    with pytest.raises(ValidationError):
        written(imported, person)
    assert Step.objects.count() == 2
    with acting(person):
        importing.apply(imported, by=person, skip_rejected=True)
    assert (moves(dossier)[1:], other.steps.last().event) == (["under_appraisal"], "Kiểm tra")


def test_a_file_that_was_looked_at_before_the_dossier_moved_is_looked_at_again(dossier, person):
    imported = looked_at("steps", STEPS, *the_way(), by=person)
    workflow.note_event(dossier, "Họp", by=person, on=OPENED, source="Biên bản")
    with pytest.raises(importing.ImportChanged):
        written(imported, person)
    assert Step.objects.filter(kind="move").count() == 0
    written(imported, person)
    assert Step.objects.filter(kind="move").count() == 3


def test_a_row_that_says_what_a_step_says_is_that_step_and_another_one_is_asked_to_retract_it(dossier, person):
    rows = the_way()
    written(looked_at("steps", STEPS, *rows, by=person), person)
    event = step_row(kind="sự việc", label="Kiểm tra", on="06/10/2026", source="Biên bản")
    imported = looked_at("steps", STEPS, *rows, event, by=person)
    assert outcomes(imported) == {"created": 1, "updated": 0, "unchanged": 3, "rejected": 0}, refusals(imported)
    head = ["Mã hồ sơ", "Thứ tự", "Ngày", "Ghi chú"]
    imported = looked_at("steps", head, ["HS-1", "2", "06/10/2026", ""], ["HS-1", "9", "06/10/2026", ""], by=person)
    changed, missing = refusals(imported)
    assert "05/10/2026" in changed and "rút" in changed and "để trống" in missing


def test_the_same_new_event_twice_in_a_file_is_refused(dossier, person):
    event = step_row(kind="sự việc", label="Kiểm tra", on="06/10/2026", source="Biên bản")
    assert outcomes(looked_at("steps", STEPS, event, event, by=person))["rejected"] == 2


def test_a_state_comes_in_as_a_source_shows_it_with_the_precision_of_its_day(dossier, person):
    row = step_row(state="Đã chấm điểm", on="tháng 10/2026", source="Báo cáo tháng")
    imported = looked_at("steps", [*STEPS, "Cơ quan giữ hồ sơ"], [*row, dossier.lead_agency.code], by=person)
    written(imported, person)
    step = dossier.steps.last()
    assert (step.kind, step.to_state, step.on, step.on_precision, step.agency) == (
        "observed", "scored", datetime.date(2026, 10, 31), "month", dossier.lead_agency,
    )  # fmt: skip


def test_the_choice_between_old_and_new_rules_comes_from_the_file_with_its_reason(industry, person):
    zone = make.zone(managing_agency=industry)
    opened = {"on": datetime.date(2026, 9, 10), "by": person, "lead_agency": industry}
    dossier = make.dossier(zone, "dossier_submitted", code="HS-1", **opened)
    paper("3/TB-X", "TB")
    row = step_row(label="accept", on="16/09/2026", document="3/TB-X", note="Theo công văn của Bộ")
    (message,) = refusals(looked_at("steps", STEPS, row, by=person))
    assert "bộ quy định" in message
    imported = looked_at("steps", [*STEPS, "Bộ quy định"], [*row, "Bộ quy định cũ"], by=person)
    written(imported, person)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.rule_day) == ("under_appraisal", datetime.date(2026, 9, 14))
    with acting(person):
        importing.undo(imported, by=person, reason="Nhầm")
    dossier.refresh_from_db()
    assert (dossier.state, dossier.rule_day, dossier.rule_reason) == ("dossier_submitted", opened["on"], "")


def test_the_history_of_a_step_gives_its_own_reason_and_the_files_for_the_others(dossier, person):
    rows = the_way()
    event = step_row(kind="sự việc", label="Kiểm tra", on="06/11/2026", source="Biên bản")
    imported = looked_at("steps", STEPS, *rows, event, by=person)
    written(imported, person)
    reasons = dict(RowChange.objects.filter(table="planning_step", action="insert").values_list("row", "reason"))
    told = {step.label: reasons[str(step.pk)] for step in dossier.steps.all() if str(step.pk) in reasons}
    assert told["Quyết định thành lập"] == "Đủ điều kiện" and imported.file_name in told["Kiểm tra"]


def test_more_new_rows_than_can_be_tried_at_once_are_refused(dossier, person):
    rows = [step_row(kind="sự việc", label=f"Họp lần {number}", on="05/10/2026") for number in range(1_001)]
    imported = looked_at("steps", STEPS, *rows, by=person)
    assert (imported.state, "1000" in imported.problem) == ("refused", True)


class TestUndo:
    def undone(self, imported, by):
        with acting(by):
            return importing.undo(imported, by=by, reason="Nhầm tệp")

    def test_steps_are_retracted_from_the_last_with_the_reason(self, dossier, person):
        imported = looked_at("steps", STEPS, *the_way(), by=person)
        written(imported, person)
        self.undone(imported, person)
        dossier.refresh_from_db()
        assert (dossier.state, dossier.ended, moves(dossier)) == ("dossier_submitted", False, ["dossier_submitted"])
        assert all("Nhầm tệp" in step.retracted_note for step in dossier.steps.exclude(retracted_at=None))
        assert not ZoneStatus.objects.in_force().filter(zone=dossier.zone).exists()

    def test_nothing_is_retracted_when_a_later_step_stands_on_them(self, dossier, person):
        imported = looked_at("steps", STEPS, *the_way()[1:], by=person)
        written(imported, person)
        make.move(dossier, "establish", datetime.date(2026, 11, 5))
        with pytest.raises(ValidationError) as refused:
            self.undone(imported, person)
        assert "Quyết định thành lập" in " ".join(refused.value.messages)
        assert not dossier.steps.exclude(retracted_at=None).exists()

    def test_nothing_is_retracted_when_one_of_them_is_retracted_already(self, dossier, person):
        imported = looked_at("steps", STEPS, *the_way(), by=person)
        written(imported, person)
        with acting(person):
            workflow.retract(dossier.steps.last(), by=person, note="Ghi sai")
        with pytest.raises(ValidationError):
            self.undone(imported, person)
        assert dossier.steps.exclude(retracted_at=None).count() == 1

    def test_corrections_of_dossiers_go_back_but_opened_ones_stay(self, dossier, person):
        imported = looked_at("dossiers", ["Mã", "Tên hồ sơ"], ["HS-1", "Tên mới"], by=person)
        written(imported, person)
        self.undone(imported, person)
        dossier.refresh_from_db()
        assert dossier.title == f"Hồ sơ {dossier.zone.name}"
        zone = make.zone(code="HN-CCN-MOI")
        row = ["HS-9", "Hồ sơ mới", zone.code, "legal", "in_plan", "2024", "", "Báo cáo"]
        imported = looked_at("dossiers", DOSSIERS, row, by=person)
        written(imported, person)
        with pytest.raises(ValidationError) as refused:
            self.undone(imported, person)
        assert "HS-9" in refused.value.messages[0]
        assert Dossier.objects.filter(code="HS-9").exists()


# Dossiers -------------------------------------------------------------------------------------------------------------


class TestDossiers:
    def test_a_new_row_opens_a_dossier_where_it_stands(self, person, industry):
        zone, helper, decision = make.zone(code="HN-CCN-A"), make.agency(name="Sở Tài chính"), paper("7/QĐ-UBND", "QĐ")
        row = ["HS-9", "Thành lập cụm A", "HN-CCN-A", "Pháp lý, thành lập", "Đã thành lập", "quý III/2024",
               "7/QĐ-UBND", "", "Sở Tài chính", "Công khai", "HN"]  # fmt: skip
        head = [*DOSSIERS, "Cơ quan phối hợp", "Mức công khai", "Thành phố"]
        imported = looked_at("dossiers", head, row, by=person)
        assert outcomes(imported)["created"] == 1, refusals(imported)
        assert not Dossier.objects.exists()
        written(imported, person)
        dossier = Dossier.objects.get(code="HS-9")
        step = dossier.steps.get()
        assert (dossier.zone, dossier.lead_agency, dossier.publicity) == (zone, industry, "public")
        assert (dossier.state, list(dossier.cooperating.all())) == ("established", [helper])
        assert (step.kind, step.on_precision, step.document, step.recorded_by) == (
            "observed", "quarter", decision, person,
        )  # fmt: skip

    def test_a_zone_may_be_named_and_a_facility_has_dossiers_of_its_own(self, person):
        zone, facility = make.zone(name="Cụm Bình Phú"), make.facility(code="HN-CS-1")
        head = ["Mã", "Tên hồ sơ", "Khu, cụm", "Mã cơ sở", "Tuyến", "Trạng thái", "Từ ngày", "Nguồn"]
        rows = [
            ["HS-8", "A", "cụm bình phú", "", "legal", "in_plan", "01/10/2025", "x"],
            ["HS-9", "B", "", "HN-CS-1", "relocation", "inventoried", "01/10/2025", "x"],
        ]
        imported = looked_at("dossiers", head, *rows, by=person)
        written(imported, person)
        assert [(one.zone, one.facility) for one in Dossier.objects.order_by("code")] == [
            (zone, None), (None, facility),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("place", "cell", "column"),
        [
            (0, "", "Mã"),
            (1, "", "Tên hồ sơ"),
            (2, "HN-404", "Mã khu, cụm"),
            (2, "", "Mã khu, cụm"),
            (3, "bay", "Tuyến"),
            (3, "relocation", "Tuyến"),
            (4, "", "Trạng thái"),
            (4, "flying", "Trạng thái"),
            (4, "Ch�a rõ", "Trạng thái"),
            (5, "", "Từ ngày"),
            (5, "hôm qua", "Từ ngày"),
            (5, "01/01/2027", "Từ ngày"),
            (6, "404/QĐ", "Văn bản"),
            (7, "", "Nguồn"),
        ],
    )
    def test_a_row_that_cannot_be_opened_is_refused_by_its_cell(self, person, place, cell, column):
        make.zone(code="HN-CCN-A")
        row = ["HS-9", "Thành lập", "HN-CCN-A", "legal", "in_plan", "01/10/2025", "", "Báo cáo"]
        row[place] = cell
        (found,) = importing.outcomes(looked_at("dossiers", DOSSIERS, row, by=person)).rows()
        assert (found.outcome, [one.column for one in found.refusals]) == ("rejected", [column]), found.refusals
        assert not Dossier.objects.exists()

    def test_the_own_fields_of_a_dossier_are_corrected_as_a_new_version(self, dossier, person):
        head = ["Mã", "Tên hồ sơ", "Mức công khai", "Ghi chú"]
        imported = looked_at("dossiers", head, ["HS-1", "Tên mới", "Công khai", "Sửa"], by=person)
        assert outcomes(imported)["updated"] == 1, refusals(imported)
        before = dossier.version
        written(imported, person)
        dossier.refresh_from_db()
        assert (dossier.title, dossier.publicity, dossier.note, dossier.version) == (
            "Tên mới", "public", "Sửa", before + 1,
        )  # fmt: skip
        assert dossier in Dossier.objects.find("tên mới")

    @pytest.mark.parametrize(
        ("head", "cell"),
        [
            ("Trạng thái", "Đang thẩm định"),
            ("Trạng thái", "�ang thẩm định"),
            ("Từ ngày", "02/10/2026"),
            ("Mã khu, cụm", "HN-CCN-KHAC"),
            ("Tuyến", "Đất đai"),
            ("Theo quy định ngày", ""),
            ("Cơ quan phối hợp", "Sở khác"),
            ("Thành phố", "HCM"),
            ("Loại khu", "KCN"),
        ],
    )
    def test_where_a_dossier_stands_and_what_it_is_about_are_not_changed_by_a_file(self, dossier, person, head, cell):
        make.zone(code="HN-CCN-KHAC")
        (row,) = importing.outcomes(looked_at("dossiers", ["Mã", head], ["HS-1", cell], by=person)).rows()
        assert (row.outcome, [one.column for one in row.refusals]) == ("rejected", [head]), row.refusals

    def test_only_the_agency_that_leads_opens_and_corrects(self, dossier):
        stranger = make.user("editor", agency=make.agency(kind="department"))
        lead = dossier.lead_agency.code
        head = [*DOSSIERS, "Mã cơ quan chủ trì"]
        new = ["HS-9", "A", dossier.zone.code, "land", "", "01/10/2025", "", "x", lead]
        rows = [new, ["HS-1", "B", dossier.zone.code, "legal", "", "", "", "Báo cáo", lead]]
        assert outcomes(looked_at("dossiers", head, *rows, by=stranger))["rejected"] == 2

    def test_a_row_that_opened_a_dossier_stays_as_it_is_while_the_dossier_stands_there(self, person):
        zone = make.zone(code="HN-CCN-A")
        paper("7/QĐ-UBND", "QĐ")
        head = [*DOSSIERS, "Khu, cụm"]
        first = ["HS-8", "A", zone.code, "legal", "established", "2024", "QĐ 7/QĐ-UBND", "", zone.name]
        written(looked_at("dossiers", head, first, by=person), person)
        more = ["HS-9", "B", zone.code, "land", "", "2024", "", "x", ""]
        imported = looked_at("dossiers", head, first, more, by=person)
        found = outcomes(imported)
        assert (found["unchanged"], found["rejected"]) == (1, 1), refusals(imported)

    def test_a_hidden_dossier_is_not_told_of(self, person):
        far = make.zone(city="HCM", publicity="internal")
        make.dossier(far, code="HS-XA", publicity="internal")
        row = step_row(dossier="HS-XA", kind="sự việc", label="Họp", on="05/10/2026", source="x")
        (message,) = refusals(looked_at("steps", STEPS, row, by=person))
        assert message == "Không có hồ sơ nào mang mã “HS-XA”."


@pytest.mark.parametrize("what", ["dossiers", "steps"])
def test_the_page_leads_from_each_row_to_its_dossier(client, dossier, person, what):
    make.zone(code="HN-CCN-A")
    rows = {
        "dossiers": csv_of(DOSSIERS, ["HS-9", "A", "HN-CCN-A", "legal", "in_plan", "01/10/2025", "", "Báo cáo"]),
        "steps": csv_of(STEPS, step_row(kind="sự việc", label="Họp", on="05/10/2026", source="x")),
    }
    client.force_login(person)
    assert f"/imports/new/?what={what}" in client.get(f"/{what}/").content.decode()
    assert client.get(f"/imports/templates/{what}.xlsx").status_code == 200
    imported = handed_in(rows[what], what, person, "csv")
    done = client.post(f"/imports/{imported.pk}/apply/", {"plan": imported.plan_sha256}, follow=True)
    (row,) = done.context["parts"][0]["rows"]
    assert client.get(row.href).status_code == 200
    assert {"dossiers": "HS-9", "steps": "HS-1"}[what] in row.href
