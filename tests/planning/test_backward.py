"""The chain of a dossier, planned back from the day of a session; dates counted on a wall calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning import tracks
from planning.backward import Course, goal_of, moved, plan_back
from planning.clock import Due, Term, Unit, due
from tests.planning.naive_clock import CALENDAR, works

WD, D, M = Unit.WORKING_DAY, Unit.DAY, Unit.MONTH
NEW_CCN = tracks.table("legal", "CCN", date(2026, 10, 1))
DETAILED = tracks.table("detailed", "CCN", date(2026, 10, 1))
CCN_TERMS = {
    "ccn.appraisal": Term(20, WD),
    "ccn.opinion": Term(7, WD),
    "ccn.commune.submit": Term(5, WD),
    "ccn.decision": Term(5, WD),
}
PLAN_TERMS = {
    "planning.detailed.prepare": Term(6, M),
    "planning.opinion.agencies": Term(15, D),
    "planning.opinion.community": Term(30, D),
    "planning.opinion.community_min": Term(20, D, minimum=True),
    "planning.appraise": Term(30, D),
}


def day(text):
    return date(*reversed([int(part) for part in text.split("/")]))


def planned(on, today, state="dossier_submitted", goal="established", **given):
    course = Course(NEW_CCN, state, terms=CCN_TERMS, **given)
    return plan_back(course, goal, day(on), day(today), CALENDAR)


def stages(chain):
    return {stage.state.code: stage for stage in chain.stages}


def test_each_limit_is_counted_back_from_the_session():
    """Session on Friday 18/12/2026: five working days before it is 11/12; twenty before that 12/11, with 24/11 off."""
    found = stages(planned("18/12/2026", "01/10/2026"))
    decision, appraisal = found["appraisal_submitted"], found["under_appraisal"]
    assert (decision.begin_by, decision.end_by) == (day("11/12/2026"), day("18/12/2026"))
    assert appraisal.begin_by == day("12/11/2026")
    assert found["dossier_submitted"].end_by == day("12/11/2026")


def test_a_period_within_another_is_not_added():
    """The opinions run inside the twenty days: they must begin seven working days before the appraisal ends."""
    found = stages(planned("18/12/2026", "01/10/2026"))
    assert found["consulting"].begin_by == day("02/12/2026")
    assert found["consulting"].end_by == day("11/12/2026")
    assert found["under_appraisal"].begin_by == day("12/11/2026")


def test_a_period_within_another_that_is_longer_than_it_begins_it_earlier():
    terms = CCN_TERMS | {"ccn.opinion": Term(25, WD)}
    chain = plan_back(
        Course(NEW_CCN, "dossier_submitted", terms=terms),
        "established",
        day("18/12/2026"),
        day("01/10/2026"),
        CALENDAR,
    )
    assert stages(chain)["under_appraisal"].begin_by == stages(chain)["consulting"].begin_by == day("05/11/2026")


def test_what_is_done_stands_with_its_days_and_is_not_planned_again():
    entered = {"call_open": day("01/09/2026"), "call_closed": day("10/09/2026"), "dossier_submitted": day("16/09/2026")}
    found = stages(planned("18/12/2026", "01/10/2026", entered=entered))
    closed = found["call_closed"]
    assert (closed.standing, closed.begun, closed.done) == ("done", day("10/09/2026"), day("16/09/2026"))
    assert closed.begin_by is None
    assert found["dossier_submitted"].begun == day("16/09/2026")


def test_what_can_no_longer_begin_in_time_is_impossible_and_what_follows_is_late():
    """On 16/11 the appraisal cannot begin by 12/11 any more; the decision's own day has not passed."""
    chain = planned("18/12/2026", "16/11/2026")
    found = stages(chain)
    assert [stage.state.code for stage in chain.impossible] == ["dossier_submitted", "under_appraisal"]
    assert found["appraisal_submitted"].standing == "late"
    assert found["appraisal_submitted"].slack < 0
    assert chain.standing == "impossible"


def test_slack_is_the_days_between_the_earliest_and_the_latest_end():
    """Begun at once on Thursday 1/10: appraised by 29/10, decided by 5/11; the session is 43 days later."""
    chain = planned("18/12/2026", "01/10/2026")
    assert chain.earliest == day("05/11/2026")
    assert stages(chain)["established"].slack == 43
    assert stages(chain)["appraisal_submitted"].earliest == day("05/11/2026")


def test_a_chain_that_fits_with_a_few_days_is_tight():
    assert planned("18/12/2026", "10/11/2026").standing == "tight"


def test_a_running_clock_is_taken_as_the_dossier_counts_it():
    """With a pause the appraisal runs until 20/11 instead of what the length alone would say."""
    running = {"ccn.appraisal": Due(day("20/11/2026"), ())}
    entered = {"under_appraisal": day("05/10/2026")}
    chain = planned("18/12/2026", "16/10/2026", state="under_appraisal", running=running, entered=entered)
    assert stages(chain)["appraisal_submitted"].earliest == day("30/11/2026")  # 24/11 is off
    assert chain.earliest == day("30/11/2026")


def test_a_clock_that_stands_still_is_said_and_does_not_hide_the_rest():
    running = {"ccn.appraisal": Due(None, (), unknown="Đang tạm dừng")}
    chain = planned("18/12/2026", "16/10/2026", state="under_appraisal", running=running)
    assert "Đang tạm dừng" in chain.doubts
    assert stages(chain)["appraisal_submitted"].begin_by == day("11/12/2026")


def test_opinions_of_residents_keep_their_twenty_days_however_much_is_hurried():
    """Begun today, 2/11: in full thirty days to 2/12 and thirty more; hurried, nothing but the twenty days remains."""
    entered = {"plan_consulting": day("02/11/2026")}
    course = Course(DETAILED, "plan_consulting", entered, PLAN_TERMS)
    chain = plan_back(course, "detail_plan_approved", day("25/12/2026"), day("02/11/2026"), CALENDAR)
    assert chain.hurried == day("22/11/2026")  # a Sunday: a shortest time is not moved
    assert chain.earliest == day("01/01/2027") + timedelta(3)  # 1/1 is a Friday and off: on to Monday
    assert stages(chain)["plan_consulting"].standing == "late"


def test_the_shortest_time_of_what_has_begun_runs_from_when_it_began():
    entered = {"plan_consulting": day("20/10/2026")}
    course = Course(DETAILED, "plan_consulting", entered, PLAN_TERMS)
    chain = plan_back(course, "detail_plan_approved", day("25/12/2026"), day("02/11/2026"), CALENDAR)
    assert chain.hurried == day("09/11/2026")


def test_of_two_periods_side_by_side_the_longer_counts():
    """Thirty days of appraisal before 31/12 begin by 1/12; thirty of opinions by 30/10 (1/11 is a Sunday)."""
    course = Course(DETAILED, "plan_preparing", terms=PLAN_TERMS)
    found = stages(plan_back(course, "detail_plan_approved", day("31/12/2026"), day("01/03/2026"), CALENDAR))
    assert found["appraising"].begin_by == day("01/12/2026")
    assert found["plan_consulting"].begin_by == day("30/10/2026")
    assert found["plan_preparing"].begin_by == day("29/04/2026")  # 30/4 is a holiday


def test_a_step_without_a_limit_must_be_reached_in_time_for_the_next():
    found = stages(planned("18/12/2026", "01/10/2026"))["scored"]
    assert found.begin_by == found.end_by == day("11/12/2026")
    assert "Nằm trong thời hạn" in found.due.lines[0].text


def test_every_day_to_begin_by_is_explained_by_lines_that_lead_to_its_end():
    for stage in planned("18/12/2026", "01/10/2026").ahead:
        assert stage.due.day == stage.begin_by
        assert stage.due.lines
    appraisal = stages(planned("18/12/2026", "01/10/2026"))["under_appraisal"]
    assert appraisal.begin_by + timedelta(sum(line.days or 0 for line in appraisal.due.lines)) == day("11/12/2026")


def test_moving_the_session_forward_makes_steps_impossible_and_back_possible_again():
    late, early = planned("18/12/2026", "01/10/2026"), planned("23/10/2026", "01/10/2026")
    forth, again = moved(late, early), moved(early, late)
    assert {stage.state.code for stage in forth.impossible} >= {"dossier_submitted", "under_appraisal"}
    assert forth.possible == ()
    assert [stage.state.code for stage in again.possible] == [stage.state.code for stage in forth.impossible]
    assert again.impossible == ()
    assert len(forth.shifted) == len(early.ahead)


def test_a_session_that_has_passed_is_impossible():
    assert stages(planned("30/09/2026", "01/10/2026"))["established"].standing == "impossible"


def test_a_dossier_that_was_decided_has_nothing_ahead():
    chain = planned("18/12/2026", "01/10/2026", state="established", entered={"established": day("20/09/2026")})
    assert chain.ahead == []
    assert chain.unknown == ""


def test_a_dossier_beside_the_path_comes_back_to_it():
    """Suspended: the appraisal goes on from its first state."""
    chain = planned("18/12/2026", "01/10/2026", state="suspended")
    assert [stage.state.code for stage in chain.ahead][:2] == ["suspended", "under_appraisal"]


def test_from_where_no_way_leads_to_the_decision_that_is_said():
    chain = planned("18/12/2026", "01/10/2026", state="converted")
    assert chain.ahead == []
    assert "Đã chuyển đổi chức năng" in chain.unknown


@pytest.mark.parametrize(
    ("track", "kind", "body", "goal"),
    [
        ("legal", "CCN", "ubnd", "established"),
        ("legal", "CCN", "hdnd", "appraisal_submitted"),
        ("legal", "CCN", "appraisal", "scored"),
        ("legal", "KCN", "ubnd", "policy_approved"),
        ("zoning", "KCN", "ubnd", "zoning_approved"),
        ("zoning", "KCN", "hdnd", "submitted"),
        ("zoning", "KCN", "appraisal", "appraised"),
        ("land", "CCN", "ubnd", "land_complete"),
    ],
)
def test_what_a_session_decides_hangs_on_its_body(track, kind, body, goal):
    assert goal_of(tracks.table(track, kind, date(2026, 10, 1)), body) == goal


def test_every_table_has_something_to_decide_for_every_body():
    for table in tracks.TABLES:
        for body in ("hdnd", "ubnd", "appraisal"):
            assert goal_of(table, body) in table.path


@given(
    st.dates(date(2024, 1, 1), date(2027, 6, 30)),
    st.integers(0, 200),
    st.integers(1, 40),
    st.integers(1, 40),
    st.sampled_from([WD, D]),
)
def test_whoever_begins_on_the_latest_day_is_done_in_time_and_a_day_later_is_not(on, ahead, first, second, unit):
    terms = {"ccn.appraisal": Term(first, unit), "ccn.decision": Term(second, WD)}
    today = on - timedelta(ahead)
    chain = plan_back(Course(NEW_CCN, "dossier_submitted", terms=terms), "established", on, today, CALENDAR)
    for code, term in (("under_appraisal", terms["ccn.appraisal"]), ("appraisal_submitted", terms["ccn.decision"])):
        stage = stages(chain)[code]
        end = stages(chain)["appraisal_submitted"].begin_by if code == "under_appraisal" else on
        assert works(stage.begin_by)
        assert due(term, stage.begin_by, CALENDAR).day <= end
        following = next(day for n in range(1, 30) if works(day := stage.begin_by + timedelta(n)))
        assert due(term, following, CALENDAR).day > end


@given(st.dates(date(2025, 1, 1), date(2027, 6, 30)), st.integers(0, 300), st.integers(0, 60))
def test_a_later_session_never_makes_anything_impossible(on, ahead, later):
    today = on - timedelta(ahead)
    course = Course(NEW_CCN, "call_open", terms=CCN_TERMS)
    one, other = (plan_back(course, "established", day, today, CALENDAR) for day in (on, on + timedelta(later)))
    assert moved(one, other).impossible == ()
    assert one.earliest == other.earliest
