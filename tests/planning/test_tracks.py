"""The tables of moves are sound, say what the law says, and docs/tracks.md is drawn from them as they stand."""

import datetime

import pytest
from django.conf import settings
from django.utils import translation

from planning import tracks
from planning.conditions import CONDITIONS
from planning.drawing import drawn
from planning.loading.rules import load_rules, rules_in
from planning.models import Pause, RuleBook
from tests import factories as make
from zones.loading import Account
from zones.models import Document, ZoneStatus

DATA = settings.BASE_DIR / "data"
ONE_DAY = datetime.timedelta(days=1)
FIRST, LAST = datetime.date(2000, 1, 1), datetime.date(2030, 12, 31)
each_table = pytest.mark.parametrize("table", tracks.TABLES, ids=lambda table: table.code)
OLD, NEW = datetime.date(2026, 9, 14), datetime.date(2026, 9, 15)


@pytest.fixture(scope="module")
def book():
    return RuleBook(rules_in(DATA))


@each_table
def test_every_move_leads_from_and_to_states_of_its_table(table):
    named = {code for move in table.moves.values() for code in (*move.sources, move.target)}
    named |= {code for span in table.spans for code in span.states | span.held}
    assert named | set(table.path) | table.start <= set(table.states)
    assert all(move.sources for move in table.moves.values())


@each_table
def test_every_state_can_be_reached(table):
    reached, before = set(table.start), set()
    while reached != before:
        before = set(reached)
        reached |= {move.target for move in table.moves.values() if move.sources & reached}
    assert reached == set(table.states)


@each_table
def test_each_step_of_the_path_follows_on_one_before_it(table):
    for place, code in enumerate(table.path[1:], 1):
        before = {move.target for one in table.path[:place] for move in table.moves_from(one)}
        assert code in before, code


@each_table
def test_what_the_moves_name_exists(table):
    for move in table.moves.values():
        assert move.authority in tracks.AUTHORITIES, move.code
        assert set(move.evidence) <= set(Document.Type.values), move.code
        assert set(move.tests) <= set(CONDITIONS), move.code
        assert {move.pauses, move.resumes} <= {"", *Pause.Kind.values}, move.code
        assert move.way in {"forward", "back", "adjust", "annul"}, move.code
        assert move.law, move.code
        assert bool(move.evidence) == bool(move.product), move.code
    for state in table.states.values():
        assert state.with_ in tracks.AUTHORITIES and state.holder in tracks.HOLDERS, state.code
        assert state.main in {"", *ZoneStatus.Main.values}, state.code
        assert {state.established, state.operating} <= {"", "yes", "no"}, state.code


@each_table
def test_every_decision_needs_its_document(table):
    assert all(move.evidence for move in table.moves.values() if move.decides)


@each_table
def test_going_back_and_annulling_need_a_reason(table):
    assert all(move.needs_note for move in table.moves.values() if move.way in ("back", "annul"))


@each_table
def test_what_stops_the_clock_can_start_it_again(table):
    stopped = {(move.target, move.pauses) for move in table.moves.values() if move.pauses}
    for state, kind in stopped:
        assert any(move.resumes == kind for move in table.moves_from(state)), state


@each_table
def test_a_clock_stands_still_where_its_pause_leads(table):
    """A supplement or a suspension must not end the clock that it stops; opinions are asked for again after it."""
    for move in table.moves.values():
        for span in table.spans:
            if move.pauses and move.sources & span.states and not span.within:
                assert move.target in span.states | span.held, (move.code, span.rule)


@each_table
def test_every_clock_has_a_rule_on_every_day_of_the_table(table, book):
    day, last = table.valid_from or FIRST, table.valid_to or LAST
    for span in table.spans:
        found = [book.find(span.rule, day + ONE_DAY * ahead) for ahead in range((last - day).days + 1)]
        assert all(found), span.rule
        assert {rule.kind for rule in found} == {"clock"}
        assert not span.within or span.within in {other.rule for other in table.spans}


def test_every_day_of_a_track_has_exactly_one_table():
    for track in tracks.TRACKS:
        for kind in ("KCN", "KCX", "KCNC", "CCN", tracks.FACILITY):
            fitting = [one for one in tracks.TABLES if one.track == track and kind in one.kinds]
            days = [one.valid_from for one in fitting if one.valid_from] + [OLD, NEW, FIRST, LAST]
            for day in (one + ONE_DAY * off for one in days for off in (-1, 0)):
                assert len([one for one in fitting if one.holds_on(day)]) == bool(fitting), (track, kind, day)


def test_a_facility_has_one_track_and_a_zone_the_seven_others():
    assert tracks.tracks_of(tracks.FACILITY) == ["relocation"]
    for kind in ("KCN", "KCX", "KCNC", "CCN"):
        assert set(tracks.tracks_of(kind)) == set(tracks.TRACKS) - {"relocation"}


# By hand, from the articles: (from, to). The rungs of the appraisal are one state here, as the law knows no more.
LEGAL_CCN = {
    ("proposed", "in_plan"),
    ("in_plan", "call_open"),
    ("call_open", "dossier_submitted"),
    ("dossier_submitted", "under_appraisal"),
    ("under_appraisal", "established"),
    ("under_appraisal", "dossier_submitted"),  # returned for a supplement
    ("under_appraisal", "in_plan"),  # no fit investor, called again
    ("established", "expanding"),
    ("expanding", "call_open"),
    ("expanding", "established"),  # given up
    ("established", "decision_adjusted"),
    ("decision_adjusted", "established"),
    ("established", "annulled"),
    ("decision_adjusted", "annulled"),
    ("annulled", "in_plan"),
    ("annulled", "removed_from_plan"),
    ("in_plan", "removed_from_plan"),
    ("operating_not_established", "removed_from_plan"),
    ("removed_from_plan", "converted"),
    ("operating_not_established", "under_appraisal"),
    ("under_appraisal", "suspended"),
    ("suspended", "under_appraisal"),
    ("call_open", "in_plan"),  # nobody handed in a dossier
    ("call_open", "established"),  # an expansion given up
    ("dossier_submitted", "established"),
}
RUNGS = {
    "consulting": "under_appraisal",
    "members_named": "under_appraisal",
    "council_set": "under_appraisal",
    "criteria_issued": "under_appraisal",
    "scored": "under_appraisal",
    "appraisal_submitted": "under_appraisal",
    "call_requested": "call_open",
    "call_closed": "call_open",
}


@pytest.mark.parametrize("day", [datetime.date(2023, 1, 1), datetime.date(2024, 5, 1), OLD, NEW])
def test_a_cluster_may_go_where_the_decree_lets_it_go(day):
    table = tracks.table("legal", "CCN", day)
    found = {
        (RUNGS.get(source, source), RUNGS.get(move.target, move.target))
        for move in table.moves.values()
        for source in move.sources
    }
    assert {(source, target) for source, target in found if source != target} == LEGAL_CCN


def test_what_only_the_provincial_committee_decides_about_a_cluster():
    table = tracks.table("legal", "CCN", NEW)
    assert {move.code for move in table.moves.values() if move.decides} == {
        "include_in_plan",
        "remove_from_plan",
        "convert",
        "set_council",
        "establish",
        "establish_existing",
        "expand",
        "adjust_decision",
        "annul",
    }
    assert {move.authority for move in table.moves.values() if move.decides} == {"committee"}


# By hand: the clocks of a cluster's dossier before and since 15/9/2026.
CLOCKS = {
    "ccn.call.announce": ((5, "wd"), (2, "wd")),
    "ccn.call.receive": ((15, "d"), (5, "wd")),
    "ccn.commune.submit": ((5, "wd"), (5, "wd")),
    "ccn.appraisal": ((25, "d"), (20, "wd")),
    "ccn.opinion": ((10, "wd"), (10, "wd")),
    "ccn.decision": ((7, "wd"), (5, "wd")),
}


@pytest.mark.parametrize(("day", "place"), [(datetime.date(2024, 5, 1), 0), (OLD, 0), (NEW, 1)])
def test_the_clocks_of_a_cluster_on_the_days_around_the_change(book, day, place):
    table = tracks.table("legal", "CCN", day)
    found = {span.rule: book.find(span.rule, day) for span in table.spans}
    assert {code: (int(rule.value), rule.unit) for code, rule in found.items()} == {
        code: lengths[place] for code, lengths in CLOCKS.items()
    }


def test_before_may_2024_the_clocks_of_a_cluster_are_not_known():
    assert tracks.table("legal", "CCN", datetime.date(2024, 4, 30)).spans == ()


# By hand: forward, opinions, report, decision (working days), Decree 96/2026 Art 34, 35(7), 35(10).
POLICY = {"prime": (3, 10, 20, 5), "committee": (2, 7, 14, 3), "board": (2, 7, 17)}


@pytest.mark.parametrize("authority", POLICY)
def test_each_authority_decides_on_a_park_by_clocks_of_its_own(book, authority):
    table = tracks.table("legal", "KCN", datetime.date(2026, 3, 1))
    spans = [span for span in table.spans if f".{authority}." in span.rule]
    assert tuple(int(book.find(span.rule, NEW).value) for span in spans) == POLICY[authority]
    inner = {span.rule for span in spans if span.within}
    assert inner == {f"kcn.policy.{authority}.forward", f"kcn.policy.{authority}.opinion"}
    decided = {move.target for move in table.moves.values() if move.authority == authority and move.decides}
    assert {"policy_approved", "area_adjusted", "model_conversion", "to_urban_service"} <= decided


def test_a_park_is_established_by_the_policy_and_not_by_a_decision_of_its_own():
    states = tracks.table("legal", "KCN", NEW).states
    assert states["policy_approved"].established == states["irc_issued"].established == "yes"
    assert "established" not in states


def test_an_enlarged_or_adjusted_zone_keeps_its_status():
    for kind, moves in (("CCN", ("expand", "adjustment_holds", "drop_expansion")), ("KCN", ("expand_prime",))):
        table = tracks.table("legal", kind, NEW)
        assert all(table.moves[code].keeps == {"main", "established", "operating"} for code in moves)
    regularised = tracks.table("legal", "CCN", NEW).moves["establish_existing"]
    assert "established" not in regularised.keeps and "main" in regularised.keeps


def test_the_detailed_plan_of_a_cluster_has_no_planning_task():
    assert "detail_task" not in tracks.table("detailed", "CCN", NEW).states
    assert "detail_task" in tracks.table("detailed", "KCN", NEW).states


def test_steps_2_to_5_may_be_skipped_where_a_higher_plan_is_approved():
    for track in ("general", "zoning", "detailed"):
        table = tracks.table(track, "KCN", NEW)
        assert "plan_preparing" in {move.target for move in table.moves_from("assigned")}


def test_land_may_be_cleared_before_anything_else_is_decided():
    """The land track begins by itself and names no state of the legal one."""
    for kind in ("KCN", "CCN"):
        land = tracks.table("land", kind, NEW)
        assert "land_clearance" in land.start
        assert not set(land.states) & set(tracks.table("legal", kind, NEW).states)


STATES_OF_A_LIFE = (
    "proposed in_plan call_open dossier_submitted under_appraisal established detail_plan_approved "
    "infra_project_approved land_clearance land_allocated infra_construction operating expanding decision_adjusted "
    "annulled removed_from_plan converted operating_not_established general_plan zoning_task zoning_approved "
    "policy_approved irc_issued area_adjusted model_conversion to_urban_service revoked inventoried classified "
    "may_stay notified plan_agreed relocating relocated closed converted_in_place regularised"
)


@pytest.mark.parametrize("state", STATES_OF_A_LIFE.split())
def test_every_stage_of_a_zones_life_has_a_state(state):
    assert any(state in table.states for table in tracks.TABLES)


@pytest.mark.django_db
@pytest.mark.parametrize("table", [one for one in tracks.TABLES if one.valid_to is None], ids=lambda table: table.code)
def test_a_dossier_can_be_walked_along_the_whole_path(table):
    """From the idea to the end by moves forward, each with its document, under the shipped rules."""
    load_rules(DATA, Account())
    kind = sorted(table.kinds)[0]
    subject = make.facility() if kind == tracks.FACILITY else make.zone(kind=kind)
    on = datetime.date(2026, 10, 1)
    dossier = make.dossier(subject, table.path[0], track=table.track, on=on)
    assert dossier.table == table
    for ahead, target in enumerate(table.path[1:], 1):
        steps = [move for move in table.moves_from(dossier.state) if move.target == target and move.way == "forward"]
        make.move(dossier, steps[0].code, on + ONE_DAY * ahead)
        assert dossier.state == target
    assert dossier.ended == table.states[target].final


def test_what_was_under_appraisal_keeps_the_old_rules():
    changes = [one for one in tracks.TRANSITIONS if "CCN" in one.kinds and one.track == "legal"]
    assert [one.day for one in changes] == [datetime.date(2024, 5, 1), NEW]
    for one in changes:
        assert {"under_appraisal", "scored", "appraisal_submitted", "suspended"} <= one.filed
        assert {"call_open", "dossier_submitted"} <= one.begun
        assert not one.begun & one.filed


def test_the_document_is_drawn_from_the_tables_as_they_stand():
    with translation.override("vi"):
        text = drawn(rules_in(DATA))
    stands = (settings.BASE_DIR / "docs" / "tracks.md").read_text("utf-8")
    assert stands == text, "Run `manage.py draw_tracks`."
