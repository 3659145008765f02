"""Days used by whom, and why a dossier is late: the split adds up to the delay, whatever happened."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Agency
from planning import tracks, workflow
from planning.clock import Calendar
from planning.models import Dossier, Extension, Pause, Rule, RuleBook, Step
from planning.reckoning import Office, Reckoning, rolled_up
from tests import factories as make
from tests.planning.test_workflow import committee, commune, day, industry, make_move, reckoned, rules, walked  # noqa: F401
from zones.models import Document, Zone

pytestmark = pytest.mark.django_db


def shares(found):
    return {(share.cause, share.agency): share.days for share in found.shares}


def test_days_lost_waiting_for_an_opinion_are_not_the_lead_agencys(industry, rules):  # noqa: F811
    dossier = walked(
        industry,
        ("accept", "05/10/2026"),
        ("consult", "06/10/2026"),  # opinions due after 5 working days: 13/10
        ("ask_for_members", "23/10/2026"),  # ten days later
        ("submit_appraisal", "12/11/2026"),  # appraisal due 2/11: ten days late
    )
    found = reckoned(dossier, day("13/11/2026"))
    assert found.delay == 10
    assert shares(found) == {("opinion", None): 10}


def test_what_others_did_not_lose_is_the_lead_agencys(industry, rules):  # noqa: F811
    dossier = walked(
        industry,
        ("accept", "05/10/2026"),
        ("consult", "06/10/2026"),
        ("ask_for_members", "16/10/2026"),  # three days after 13/10
        ("submit_appraisal", "12/11/2026"),
    )
    assert shares(reckoned(dossier, day("13/11/2026"))) == {("opinion", None): 3, ("lead", industry): 7}


def test_a_decision_that_comes_late_is_the_committees(industry, committee, rules):  # noqa: F811
    dossier = walked(
        industry,
        ("accept", "05/10/2026"),
        ("submit_appraisal", "30/10/2026"),  # decision due after 5 working days: 6/11
        ("establish", "11/11/2026"),
    )
    assert shares(reckoned(dossier, day("13/11/2026"))) == {("cooperating", committee): 5}


def test_a_supplement_asked_for_after_the_end_is_a_cause_of_its_own(industry, rules):  # noqa: F811
    dossier = walked(
        industry, ("accept", "05/10/2026"), ("return_for_supplement", "05/11/2026"), ("accept", "10/11/2026")
    )  # due 2/11; 5-10/11 with the applicant
    found = reckoned(dossier, day("12/11/2026"))
    assert found.delay == 10
    assert shares(found) == {("supplement", None): 6, ("lead", industry): 4}


def test_days_used_are_counted_by_who_held_the_dossier(industry, rules):  # noqa: F811
    dossier = walked(industry, ("accept", "05/10/2026"), ("consult", "06/10/2026"), ("ask_for_members", "16/10/2026"))
    used = {one.holder: (one.days, one.working_days) for one in reckoned(dossier, day("23/10/2026")).used}
    assert used == {"lead": (4 + 1 + 7, 2 + 1 + 5), "opinion": (10, 8)}  # opened on 1/10


def test_delays_of_many_dossiers_add_up_by_cause_and_agency(industry, committee, rules):  # noqa: F811
    steps = ("accept", "05/10/2026"), ("submit_appraisal", "30/10/2026"), ("establish", "11/11/2026")
    found = [reckoned(walked(industry, *steps), day("13/11/2026")) for _ in range(3)]
    assert rolled_up(found) == {("cooperating", committee): 15}


def test_a_clock_whose_beginning_is_known_to_the_month_only_says_so(industry, rules):  # noqa: F811
    person = make.user("editor", agency=industry)
    dossier = walked(industry)
    workflow.observe(
        dossier, "under_appraisal", by=person, on=day("31/10/2026"), precision="month", source="Báo cáo tháng 10"
    )
    [run] = reckoned(dossier).running
    assert run.due.day is None
    assert "từng ngày" in run.due.unknown


def test_reckoning_many_dossiers_asks_as_much_as_for_one(industry, rules, django_assert_num_queries):  # noqa: F811
    for _ in range(3):
        walked(industry, ("accept", "05/10/2026"))
    with django_assert_num_queries(
        5 + 3
    ):  # dossiers, cooperating, pauses, steps, extensions; rules, days off, committees
        office = Office(day("13/11/2026"))
        for dossier in Dossier.objects.reckonable():
            found = Reckoning(dossier, office)
            assert found.runs and found.shares and found.used


# ---- Whatever happened

CLOCKS = RuleBook(
    Rule(code=code, title=code, kind="clock", value=value, unit=unit, article="Điều 10", certainty="V")
    for code, value, unit in (
        ("ccn.call.announce", 2, "wd"),
        ("ccn.call.receive", 5, "wd"),
        ("ccn.commune.submit", 5, "wd"),
        ("ccn.appraisal", 20, "wd"),
        ("ccn.opinion", 5, "wd"),
        ("ccn.decision", 5, "wd"),
    )
)
BEGIN = datetime.date(2026, 9, 16)


@st.composite
def histories(draw):
    """A dossier that went some way through the table, with pauses and extensions put in at any place."""
    table = tracks.table("legal", "CCN", BEGIN)
    state, on, steps = "in_plan", BEGIN, []
    steps.append(Step(pk=1, number=1, kind="observed", to_state=state, on=on, source="x"))
    for number in range(2, draw(st.integers(2, 14))):
        move = draw(st.sampled_from(table.moves_from(state) or list(table.moves.values())))
        on += datetime.timedelta(days=draw(st.integers(0, 40)))
        state = move.target
        given = {"from_state": steps[-1].to_state, "to_state": state, "on": on, "move": move.code, "source": "x"}
        steps.append(Step(pk=number, number=number, kind="move", **given))
    pauses = []
    for _ in range(draw(st.integers(0, 3))):
        start = BEGIN + datetime.timedelta(days=draw(st.integers(0, 200)))
        kind = draw(st.sampled_from(Pause.Kind.values))
        pauses.append(
            Pause(kind=kind, start_on=start, end_on=start + datetime.timedelta(days=draw(st.integers(0, 30))))
        )
    extensions = []
    if draw(st.booleans()):
        extensions.append(Extension(rule="ccn.appraisal", length=draw(st.integers(1, 15)), unit="wd"))
    dossier = Dossier(pk=1, zone=Zone(pk=1, kind="CCN", city="HN"), track="legal", city="HN", rule_day=BEGIN)
    for row in (*steps, *pauses, *extensions):
        row.dossier = dossier
    return steps, pauses, extensions, on + datetime.timedelta(days=draw(st.integers(0, 60)))


@given(histories())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_split_adds_up_to_the_delay_whatever_happened(history):
    steps, pauses, extensions, today = history
    lead, committee = make_agency(1), make_agency(2)  # noqa: F811
    dossier = steps[0].dossier
    dossier.lead_agency = lead
    dossier._prefetched_objects_cache = {"steps": steps, "pauses": pauses, "extensions": extensions, "cooperating": []}
    for extension in extensions:
        extension.document = make_document()
    found = Reckoning(dossier, office(today, committee))
    assert sum(share.days for share in found.shares) == found.delay
    assert all(share.days > 0 for share in found.shares)
    assert found.delay == sum(run.lateness.days for run in found.runs if not run.span.within and run.lateness)
    assert all(one.days >= one.working_days >= 0 for one in found.used)


def make_agency(pk):
    return Agency(pk=pk, name=f"Cơ quan {pk}", kind="department", city="HN")


def make_document():
    return Document(number="1/CV", year=2026)


def office(today, committee):  # noqa: F811
    """An office with these clocks and a calendar of weekends, without asking the database."""
    made = Office.__new__(Office)
    made.today, made.book, made.calendar, made.committees = today, CLOCKS, Calendar(()), {"HN": committee}
    return made
