"""A cluster's dossier from the call to the decision, by the people who may, under the rules of its own day."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from accounts.models import StaleRecord
from planning import tracks, workflow
from planning.models import Dossier, Holiday, Pause, Rule, Step
from planning.reckoning import Office, Reckoning
from tests import factories as make
from zones.models import Document, ZoneStatus

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 20)  # a Friday


def day(text):
    return datetime.datetime.strptime(text, "%d/%m/%Y").date()


@pytest.fixture
def industry():
    """The department that leads."""
    return make.agency(kind="department")


@pytest.fixture
def commune():
    return make.agency(kind="commune")


@pytest.fixture
def committee():
    return make.agency(kind="ubnd")


@pytest.fixture
def rules():
    """The clocks of the appraisal before and since 15/9/2026."""
    for code, unit, value, begins, ends in (
        ("ccn.appraisal", "d", 25, None, "14/09/2026"),
        ("ccn.appraisal", "wd", 20, "15/09/2026", None),
        ("ccn.decision", "wd", 7, None, "14/09/2026"),
        ("ccn.decision", "wd", 5, "15/09/2026", None),
        ("ccn.opinion", "wd", 5, None, None),
    ):
        Rule.objects.create(
            code=code,
            title=code,
            kind="clock",
            value=value,
            unit=unit,
            article="Điều 10",
            certainty="V",
            valid_from=begins and day(begins),
            valid_to=ends and day(ends),
        )


def paper(kind="QĐ", **given):
    return Document.objects.create(**{"type": kind, "number": f"{next(make.numbers)}/{kind}", "city": "HN"} | given)


def opened(industry, state="dossier_submitted", on="01/10/2026", **given):
    """A dossier of a cluster that `industry` leads, opened in `state`."""
    person = make.user("approver", agency=industry)
    zone = given.pop("zone", None) or make.zone(managing_agency=industry)
    dossier = Dossier(
        code=f"HS-{next(make.numbers)}", title="Thành lập cụm", zone=zone, track="legal", lead_agency=industry, **given
    )
    return workflow.open_dossier(dossier, state, by=person, on=day(on), source="Sổ theo dõi của Sở")


def make_move(dossier, code, by, on, **given):
    move = dossier.table.moves[code]
    if move.evidence and "document" not in given:
        given["document"] = paper(move.evidence[0])
    return workflow.advance(dossier, code, by=by, on=day(on), **given)


def walked(industry, *moves, **given):
    """A dossier after these (move, day)."""
    dossier = opened(industry, **given)
    person = make.user("approver", agency=industry)
    for code, on in moves:
        make_move(dossier, code, person, on, note="Theo hồ sơ")
        dossier.refresh_from_db()
    return dossier


def reckoned(dossier, today=TODAY):
    return Reckoning(Dossier.objects.reckonable().get(pk=dossier.pk), Office(today))


def test_a_move_changes_the_state_and_opens_the_clock_of_the_law(industry, rules):
    dossier = walked(industry, ("accept", "05/10/2026"))
    assert (dossier.state, dossier.state_since) == ("under_appraisal", day("05/10/2026"))
    assert (dossier.due_rule, dossier.due_on) == ("ccn.appraisal", day("02/11/2026"))  # 20 working days: 6/10 … 2/11


def test_the_decision_makes_the_zone_established_with_the_document(industry, rules):
    dossier = walked(
        industry, ("accept", "05/10/2026"), ("submit_appraisal", "30/10/2026"), ("establish", "05/11/2026")
    )
    facts = {fact.aspect: fact for fact in ZoneStatus.objects.filter(zone=dossier.zone)}
    assert (facts["main"].value, facts["established"].value) == ("established", "yes")
    assert facts["established"].document == dossier.steps.get(move="establish").document
    dossier.zone.refresh_from_db()
    assert (dossier.zone.now_established, dossier.zone.now_established_on) == (True, day("05/11/2026"))
    assert dossier.ended


def test_only_a_move_of_the_table_leads_on(industry, rules):
    dossier = opened(industry)
    person = make.user("approver", agency=industry)
    with pytest.raises(ValidationError, match="không có bước đó"):
        make_move(dossier, "establish", person, "05/10/2026")
    assert Step.objects.filter(dossier=dossier).count() == 1


def test_a_move_needs_its_document_of_the_right_type(industry, rules):
    dossier = walked(industry, ("accept", "05/10/2026"), ("submit_appraisal", "30/10/2026"))
    person = make.user("approver", agency=industry)
    with pytest.raises(ValidationError) as none:
        make_move(dossier, "establish", person, "05/11/2026", document=None)
    with pytest.raises(ValidationError) as wrong:
        make_move(dossier, "establish", person, "05/11/2026", document=paper("CV"))
    assert "document" in none.value.message_dict
    assert "document" in wrong.value.message_dict


@pytest.mark.parametrize(
    ("role", "of", "allowed"),
    [
        ("viewer", "industry", False),
        ("editor", "industry", False),  # a decision is recorded by whoever approves
        ("approver", "industry", True),
        ("head", "industry", True),
        ("machine", "industry", False),
        ("city", "industry", False),
        ("auditor", "industry", False),
        ("approver", "committee", True),  # the authority itself
        ("editor", "committee", False),
        ("approver", "commune", False),
        ("approver", "stranger", False),
        ("administrator", None, True),
    ],
)
def test_who_records_a_decision(role, of, allowed, industry, commune, committee, rules):
    dossier = walked(industry, ("accept", "05/10/2026"), ("submit_appraisal", "30/10/2026"))
    dossier.cooperating.add(commune)
    agencies = {"industry": industry, "commune": commune, "committee": committee, "stranger": make.agency(), None: None}
    person = make.user(role, agency=agencies[of])
    given = {"by": person, "on": day("05/11/2026"), "document": paper(), "note": "Đủ điều kiện"}
    if allowed:
        assert workflow.advance(dossier, "establish", **given).to_state == "established"
    else:
        with pytest.raises(PermissionDenied):
            workflow.advance(dossier, "establish", **given)
        assert Dossier.objects.get(pk=dossier.pk).state == "appraisal_submitted"


def test_the_commune_in_the_circle_records_its_own_moves_only(industry, commune, rules):
    dossier = opened(industry, "in_plan")
    officer = make.user("editor", agency=commune)
    with pytest.raises(PermissionDenied):
        make_move(dossier, "announce_call", officer, "05/10/2026")
    dossier.cooperating.add(commune)
    make_move(dossier, "announce_call", officer, "05/10/2026")
    dossier.refresh_from_db()
    make_move(dossier, "submit_dossier", officer, "15/10/2026")
    dossier.refresh_from_db()
    with pytest.raises(PermissionDenied):
        make_move(dossier, "accept", officer, "16/10/2026")


def test_the_second_of_two_people_is_told(industry, rules):
    dossier = opened(industry)
    person = make.user("editor", agency=industry)
    seen = dossier.version
    make_move(dossier, "accept", person, "05/10/2026", seen=seen)
    with pytest.raises(StaleRecord):
        make_move(dossier, "accept", person, "05/10/2026", seen=seen)
    assert Step.objects.filter(dossier=dossier, move="accept").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_people_at_once_one_advances(database_for_many, industry, rules):
    dossier = opened(industry)
    people = [make.user("editor", agency=industry) for _ in range(8)]
    document, seen = paper("K"), dossier.version

    def press(person):
        try:
            workflow.advance(dossier, "accept", by=person, on=day("05/10/2026"), document=document, seen=seen)
        except (StaleRecord, ValidationError):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(press, people))
    assert sum(done) == 1
    assert list(Step.objects.filter(dossier=dossier).values_list("number", flat=True)) == [1, 2]


def test_a_day_in_the_future_or_before_the_last_step_is_refused(industry, rules):
    dossier = opened(industry)
    person = make.user("editor", agency=industry)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    for wrong in (f"{tomorrow:%d/%m/%Y}", "30/09/2026"):
        with pytest.raises(ValidationError) as refused:
            make_move(dossier, "accept", person, wrong)
        assert "on" in refused.value.message_dict


def test_a_supplement_stops_the_clock_and_the_return_lets_it_run_again(industry, rules):
    dossier = walked(industry, ("accept", "05/10/2026"), ("return_for_supplement", "12/10/2026"))
    assert dossier.due_on is None
    assert "bổ sung" in str(reckoned(dossier).running[0].due.unknown).lower()
    person = make.user("editor", agency=industry)
    make_move(dossier, "accept", person, "23/10/2026")
    dossier.refresh_from_db()
    # Of the twenty working days, 6-9/10 are used; 12-23/10 (ten working days) are not counted: 2/11 + 10 = 16/11.
    assert dossier.due_on == day("16/11/2026")
    assert Pause.objects.get(dossier=dossier).end_on == day("23/10/2026")


def test_a_step_put_down_wrongly_is_taken_back_with_all_that_it_did(industry, rules):
    dossier = walked(
        industry, ("accept", "05/10/2026"), ("submit_appraisal", "30/10/2026"), ("establish", "05/11/2026")
    )
    person = make.user("approver", agency=industry)
    step = dossier.steps.get(move="establish")
    with pytest.raises(ValidationError, match="vì sao"):
        workflow.retract(step, by=person, note=" ")
    with pytest.raises(ValidationError, match="bước cuối"):
        workflow.retract(dossier.steps.get(move="accept"), by=person, note="Nhầm")
    workflow.retract(step, by=person, note="Ghi nhầm hồ sơ")
    dossier.refresh_from_db()
    dossier.zone.refresh_from_db()
    assert (dossier.state, dossier.ended) == ("appraisal_submitted", False)
    assert dossier.zone.now_established is None
    assert Step.objects.get(pk=step.pk).retracted_note == "Ghi nhầm hồ sơ"


def test_taking_back_a_return_for_supplement_lets_the_clock_run_as_before(industry, rules):
    dossier = walked(industry, ("accept", "05/10/2026"), ("return_for_supplement", "12/10/2026"))
    workflow.retract(dossier.steps.last(), by=make.user("editor", agency=industry), note="Gửi nhầm")
    dossier.refresh_from_db()
    assert dossier.due_on == day("02/11/2026")
    assert not dossier.pauses.exists()


def test_a_step_is_never_rewritten(industry, rules):
    dossier = walked(industry, ("accept", "05/10/2026"))
    step = dossier.steps.last()
    with pytest.raises(Exception, match="written once"):
        Step.objects.filter(pk=step.pk).update(to_state="established")


def test_an_extension_moves_the_end_of_one_clock(industry, rules):
    dossier = walked(industry, ("accept", "05/10/2026"))
    person = make.user("editor", agency=industry)
    given = {"length": 5, "unit": "wd", "granted_on": day("02/11/2026"), "document": paper("CV")}
    workflow.extend(dossier, "ccn.appraisal", by=person, **given)
    dossier.refresh_from_db()
    assert dossier.due_on == day("09/11/2026")
    with pytest.raises(ValidationError, match="không có thời hạn"):
        workflow.extend(dossier, "kcn.policy.report", by=person, **given)


def test_a_holiday_put_in_later_moves_the_due_days(industry, rules):
    dossier = walked(industry, ("accept", "05/10/2026"))
    Holiday.objects.create(on=day("14/10/2026"), kind="holiday", name="Nghỉ bão", certainty="seen", source="Công điện")
    assert workflow.refresh_clocks() == 1
    dossier.refresh_from_db()
    assert dossier.due_on == day("03/11/2026")


def test_a_zone_whose_kind_is_corrected_keeps_its_dossiers_readable(client, industry, rules):
    dossier = walked(industry, ("accept", "05/10/2026"))
    dossier.zone.kind = "KCN"
    dossier.zone.save()
    client.force_login(make.administrator())
    for address in (f"/dossiers/{dossier.code}/", "/dossiers/", "/steps/", "/timeline/", "/board/"):
        assert client.get(address).status_code == 200, address
    assert make.caller().get(f"/api/v1/dossiers/{dossier.code}").status_code == 200


# ---- The change of rules of 15/9/2026


def test_under_appraisal_on_the_day_of_the_change_keeps_the_old_rules(industry, rules):
    dossier = walked(industry, ("accept", "10/09/2026"), on="07/09/2026")
    assert dossier.table.code == "ccn-legal-32-2024"
    assert dossier.due_on == day("05/10/2026")  # 25 days: 5/10/2026, a Monday


def test_a_supplement_across_the_change_keeps_the_old_rules(industry, rules):
    dossier = walked(
        industry,
        ("accept", "10/09/2026"),
        ("return_for_supplement", "11/09/2026"),
        ("accept", "21/09/2026"),
        on="07/09/2026",
    )
    assert dossier.table.code == "ccn-legal-32-2024"
    assert dossier.due_on == day("16/10/2026")  # 25 days and the eleven of 11-21/9


def test_a_round_begun_on_the_day_goes_by_the_new_rules(industry, rules):
    dossier = walked(
        industry, ("announce_call", "15/09/2026"), ("submit_dossier", "22/09/2026"), ("accept", "23/09/2026"),
        state="in_plan", on="01/03/2025",
    )  # fmt: skip
    assert dossier.table.code == "ccn-legal-303-2026"


def test_at_the_commune_before_and_at_the_department_after_a_person_chooses(industry, rules):
    dossier = opened(industry, "dossier_submitted", "10/09/2026")
    person = make.user("editor", agency=industry)
    with pytest.raises(ValidationError) as asked:
        make_move(dossier, "accept", person, "16/09/2026")
    assert "rule_set" in asked.value.message_dict
    with pytest.raises(ValidationError):
        make_move(dossier, "accept", person, "16/09/2026", rule_set="old")  # no reason
    make_move(dossier, "accept", person, "16/09/2026", rule_set="old", note="Theo công văn của Bộ")
    dossier.refresh_from_db()
    assert (dossier.table.code, dossier.rule_reason) == ("ccn-legal-32-2024", "Theo công văn của Bộ")
    other = opened(industry, "dossier_submitted", "10/09/2026")
    make_move(other, "accept", person, "16/09/2026", rule_set="new", note="Nộp sau ngày 15/9")
    other.refresh_from_db()
    assert other.table.code == "ccn-legal-303-2026"


def test_tests_are_shown_by_the_rules_that_the_move_would_be_judged_by(industry, rules):
    for value, begins, ends in ((60, None, "14/09/2026"), (50, "15/09/2026", None)):
        Rule.objects.create(
            code="ccn.expand.min_occupancy",
            title="Lấp đầy để mở rộng",
            kind="threshold",
            value=value,
            unit="%",
            article="Điều 8",
            certainty="V",
            valid_from=begins and day(begins),
            valid_to=ends and day(ends),
        )
    zone = make.zone(managing_agency=industry)
    make.occupancy(zone, "55", "100")
    dossier = opened(industry, "operating_not_established", "01/03/2025", zone=zone)
    dossier.state = "established"
    Dossier.objects.filter(pk=dossier.pk).update(state="established")
    person = make.user("approver", agency=industry)
    [option] = [one for one in workflow.moves_for(dossier, person) if one.move.code == "start_expansion"]
    step = make_move(dossier, "start_expansion", person, "01/10/2026", note="Nhu cầu thuê đất")
    shown = [(finding.code, finding.wanted) for finding in option.findings]
    assert shown == [(finding["code"], finding["wanted"]) for finding in step.findings]


# ---- Every state, every role, against the table


@pytest.mark.parametrize("table", tracks.TABLES, ids=lambda table: table.code)
def test_every_state_offers_the_moves_of_its_table_to_those_who_may(table, industry, committee):
    zone = make.zone(managing_agency=industry, kind=next(iter(table.kinds - {tracks.FACILITY}), "CCN"))
    dossier = Dossier(code="HS-1", title="Hồ sơ", zone=zone, track=table.track, lead_agency=industry, city="HN")
    if tracks.FACILITY in table.kinds:
        dossier.zone, dossier.facility = None, make.facility(managing_agency=industry)
    dossier.rule_day = table.valid_to or table.valid_from
    dossier.save()
    people = {role: make.user(role, agency=industry) for role in ("viewer", "editor", "approver", "head", "machine")}
    for state in table.states:
        dossier.state = state
        expected = {move.code for move in table.moves.values() if state in move.sources}
        deciding = {code for code in expected if table.moves[code].decides}
        offered = workflow.moves_for(dossier, people["editor"])
        assert {option.move.code for option in offered} == expected
        assert {option.move.code for option in offered if option.refusal} == deciding, state
        for role, person in people.items():
            allowed = {code for code in expected if not workflow.refusal(table.moves[code], dossier, person)}
            may = {"viewer": set(), "approver": expected, "head": expected}.get(role, expected - deciding)
            assert allowed == may, (state, role)
