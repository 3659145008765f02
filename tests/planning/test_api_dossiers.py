"""Dossiers over REST: opened, read with their clocks, moved by those who may, and hidden from those who may not see."""

import datetime
import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planning.models import Dossier, Step
from tests import factories as make
from zones.models import ZoneStatus

pytestmark = pytest.mark.django_db
DOSSIERS = "/api/v1/dossiers"
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
FILED, ACCEPTED = datetime.date(2026, 9, 16), datetime.date(2026, 9, 18)  # by the rules in force from 15/9/2026


def send(client, method, path, body=None, **headers):
    return client.generic(method, path, json.dumps(body or {}), "application/json", headers=headers)


def act(client, dossier, verb, body):
    """What a careful client does: read, then act on what was read."""
    path = f"{DOSSIERS}/{dossier.code}"
    return send(client, "POST", f"{path}/{verb}", body, **{"If-Match": client.get(path)["ETag"]})


def told(client, dossier):
    answer = client.get(f"{DOSSIERS}/{dossier.code}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def errors(answer):
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()["errors"]


@pytest.fixture
def industry():
    """The department that leads."""
    return make.agency(code="SCT", city="HN")


@pytest.fixture
def filed(industry):
    """A cluster's dossier that the commune has filed and the department has not yet taken up."""
    zone = make.zone(managing_agency=industry, publicity="internal")
    return make.dossier(zone, "dossier_submitted", on=FILED, code="HS-1")


@pytest.fixture
def running(filed):
    """The same under appraisal, with 20 working days from 18/9/2026."""
    make.rule("ccn.appraisal", 20, "wd")
    make.move(filed, "accept", ACCEPTED)
    return filed


def editor(agency, role="editor"):
    return make.caller(make.user(role, agency=agency))


# Opening --------------------------------------------------------------------------------------------------------------


def opening(of, **given):
    start = {"state": "dossier_submitted", "on": "2026-09-16", "source": "Tờ trình"}
    body = {"code": "HS-MOI", "title": "Thành lập cụm", "track": "legal", "zone": of.code}
    return body | {"lead_agency": "SCT", "start": start} | given


def test_a_dossier_is_opened_where_a_document_shows_it_to_be(industry):
    zone, other = make.zone(), make.agency(code="QHKT")
    client = editor(industry)

    answer = send(client, "POST", DOSSIERS, opening(zone, cooperating=["QHKT"]), **{"Idempotency-Key": "a"})

    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (answer["Location"], answer["ETag"]) == (f"{DOSSIERS}/HS-MOI", row["etag"])
    assert (row["state"], row["state_since"], row["city"]) == ("dossier_submitted", "2026-09-16", "HN")
    assert (row["cooperating"], row["rule_day"]) == ([other.code], "2026-09-16")
    assert row["state_label"] == "Xã đã trình hồ sơ"
    assert Step.objects.get(dossier__code="HS-MOI").kind == "observed"
    again = send(client, "POST", DOSSIERS, opening(zone, cooperating=["QHKT"]), **{"Idempotency-Key": "a"})
    assert (again.status_code, again["Idempotent-Replayed"], Dossier.objects.count()) == (201, "true", 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"start": {"state": "no_such", "on": "2026-09-16", "source": "x"}}, "state"),
        ({"start": {"state": "in_plan", "on": "2199-01-01", "source": "x"}}, "on"),
        ({"start": {"state": "in_plan", "on": "0001-01-01", "source": "x"}}, "start"),
        ({"start": {"state": "in_plan", "on": "2026-09-16"}}, "non_field_errors"),
        ({"start": {"state": "in_plan", "on": "2026-09-16", "source": "x", "by": 1}}, "start"),
        ({"start": None}, "start"),
        ({"zone": None}, "zone"),
        ({"zone": "KHONG-CO"}, "zone"),
        ({"track": "relocation"}, "track"),
        ({"state": "established"}, "state"),
        ({"cooperating": ["SCT"] * 51}, "cooperating"),
        ({"cooperating": ["KHONG-CO"]}, "cooperating"),
    ],
)
def test_what_cannot_be_opened_is_refused_at_its_field(industry, changes, field):
    answer = send(editor(industry), "POST", DOSSIERS, opening(make.zone(), **changes))
    assert list(errors(answer)) == [field]
    assert not Dossier.objects.exists()


def test_one_opens_dossiers_of_ones_own_agency_about_zones_that_one_sees(industry):
    hidden = make.zone(publicity="restricted", managing_agency=make.agency(city="HCM"), city="HCM")
    assert list(errors(send(editor(industry), "POST", DOSSIERS, opening(hidden)))) == ["zone"]
    assert send(editor(make.agency()), "POST", DOSSIERS, opening(make.zone())).status_code == 403


# Reading --------------------------------------------------------------------------------------------------------------


def test_the_clock_is_told_with_its_sum(running):
    row = told(make.caller(scope="read"), running)
    assert (row["state"], row["due_on"], row["due_rule"]) == ("under_appraisal", "2026-10-16", "ccn.appraisal")
    (clock,) = [one for one in row["clocks"] if not one["ended_on"]]
    assert (clock["start_on"], clock["due_on"], clock["article"]) == ("2026-09-18", "2026-10-16", "Điều 10")
    assert clock["lines"][-1]["day"] == "2026-10-16"
    assert sum(line["days"] for line in clock["lines"]) == 28
    late = (timezone.localdate() - datetime.date(2026, 10, 16)).days
    assert (row["days_late"], clock["lateness"]["days"], row["delay"]["days"]) == (late, late, late)
    assert sum(share["days"] for share in row["delay"]["shares"]) == late
    assert {one["holder"] for one in row["used"]} == {"lead"}


def test_each_caller_reads_which_moves_they_may_make_and_why_not(running, industry):
    def refusals(client):
        return {move["code"]: move["refusal"] for move in told(client, running)["moves"]}

    mine, approver = refusals(editor(industry)), refusals(editor(industry, "approver"))
    assert mine["consult"] == "" and mine["establish"] != ""
    assert approver["establish"] == ""
    assert "Bước này do" in refusals(editor(make.agency(city="HN")))["consult"]


def test_a_move_says_what_it_asks_for(running):
    (move,) = [one for one in told(make.caller(), running)["moves"] if one["code"] == "establish"]
    assert (move["target"], move["decides"], move["authority"]) == ("established", True, "committee")
    assert "QĐ" in move["evidence"] and "Nghị định" in move["law"]
    assert all(test["outcome"] in ("passed", "failed", "legacy", "unknown") for test in move["tests"])


def test_what_a_hidden_document_says_is_not_in_the_answer(running, industry):
    secret = make.document(number="99/MẬT", publicity="restricted", agency=make.agency(city="HCM"), city="HCM")
    admin = make.caller()
    more = {"rule": "ccn.appraisal", "length": 5, "unit": "wd", "granted_on": "2026-10-01", "document": secret.pk}
    assert act(admin, running, "extend", more).status_code == 200
    stop = {"kind": "suspension", "start_on": "2026-10-05", "reason": "Chờ", "document": secret.pk}
    assert act(admin, running, "pause", stop).status_code == 200

    text = editor(industry).get(f"{DOSSIERS}/{running.code}").content.decode()

    assert "99/MẬT" not in text and "99/MẬT" in admin.get(f"{DOSSIERS}/{running.code}").content.decode()
    row = json.loads(text)
    assert row["extensions"][0]["document_hidden"] is row["pauses"][0]["document_hidden"] is True


@pytest.mark.parametrize("query", ["track=legal", "clock=late", "open=true", "zone={zone}", "agency=SCT", "search=cum"])
def test_the_list_is_asked_like_the_page(running, query):
    make.dossier(make.zone(city="HCM"), code="HS-2", track="land", state="land_clearance")
    asked = query.format(zone=running.zone.code)
    rows = make.caller().get(f"{DOSSIERS}?{asked}&fields=code,cooperating&ordering=code").json()["results"]
    assert {"code": "HS-1", "cooperating": []} in rows


def test_a_list_costs_the_same_with_few_and_with_many_rows(running):
    client = make.caller()
    client.get(DOSSIERS)
    counts = []
    for _ in range(2):
        for _ in range(3):
            make.dossier()
        with CaptureQueriesContext(connection) as caught:
            assert client.get(DOSSIERS).json()["count"] > 3
        counts.append(len(caught))
    assert counts == [COUNTS["api dossiers"]] * 2


def test_an_answer_that_changes_by_the_day_is_never_called_unchanged(running):
    client = make.caller()
    path = f"{DOSSIERS}/{running.code}"
    again = client.get(path, headers={"If-None-Match": client.get(path)["ETag"]})
    assert again.status_code == 200


def test_a_hidden_dossier_is_as_absent_as_none(filed):
    stranger = make.caller(make.user("editor", city="HCM"))
    paths = ["", "/advance", "/observe", "/events", "/pause", "/resume", "/extend", "/retract"]
    for path in paths:
        method = "POST" if path else "GET"
        hidden = send(stranger, method, f"{DOSSIERS}/{filed.code}{path}", {}, **{"If-Match": '"1"'})
        assert hidden.status_code == 404, path
    assert stranger.get(DOSSIERS).json()["count"] == 0
    assert stranger.get(f"/api/v1/steps?dossier={filed.code}").json()["count"] == 0


# Moving ---------------------------------------------------------------------------------------------------------------


def test_a_move_is_made_with_its_document_and_the_version_that_was_read(filed, industry):
    client, paper = editor(industry), make.document(type="CV")
    move, path = {"move": "accept", "on": "2026-09-18", "document": paper.pk}, f"{DOSSIERS}/{filed.code}"
    etag = client.get(path)["ETag"]

    assert send(client, "POST", f"{path}/advance", move).status_code == 428
    assert send(client, "POST", f"{path}/advance", move, **{"If-Match": '"0"'}).status_code == 412
    headers = {"If-Match": etag, "Idempotency-Key": "k-1"}
    done = send(client, "POST", f"{path}/advance", move, **headers)
    assert (done.status_code, done.json()["state"]) == (200, "under_appraisal"), done.content
    replayed = send(client, "POST", f"{path}/advance", move, **headers)
    assert (replayed["Idempotent-Replayed"], replayed.content) == ("true", done.content)
    late = send(client, "POST", f"{path}/advance", move, **{"If-Match": etag})
    assert (late.status_code, late.json()["current_etag"]) == (412, done["ETag"])
    step = filed.steps.last()
    assert (step.move, step.document, filed.steps.count()) == ("accept", paper, 2)


def test_a_move_that_does_not_follow_or_lacks_its_evidence_is_refused(filed, industry):
    client = editor(industry, "head")
    assert "non_field_errors" in errors(act(client, filed, "advance", {"move": "establish", "on": "2026-09-18"}))
    assert "move" in errors(act(client, filed, "advance", {"on": "2026-09-18"}))
    assert "by" in errors(act(client, filed, "advance", {"move": "accept", "on": "2026-09-18", "by": 1}))
    assert "on" in errors(act(client, filed, "advance", {"move": "accept", "on": "2026-09-01"}))
    make.move(filed, "accept", ACCEPTED)
    without = {"move": "establish", "on": "2026-10-01"}
    assert "document" in errors(act(client, filed, "advance", without))
    wrong = make.document(type="CV")
    assert "document" in errors(act(client, filed, "advance", without | {"document": wrong.pk}))
    filed.refresh_from_db()
    assert filed.state == "under_appraisal"


def test_who_may_make_a_move_says_the_table_not_the_agency_alone(running, industry):
    decision = make.document(type="QĐ")
    move = {"move": "establish", "on": "2026-10-12", "document": decision.pk, "note": "Đủ điều kiện"}
    refused = act(editor(industry), running, "advance", move)
    assert (refused.status_code, "duyệt" in refused.json()["detail"]) == (403, True)
    committee = make.agency(kind="ubnd", city="HN")
    assert act(editor(committee, "head"), running, "advance", move).status_code == 200
    assert ZoneStatus.objects.filter(zone=running.zone, value="established").exists()
    reader = make.caller(make.user("viewer", agency=industry))
    assert act(reader, running, "advance", move).status_code == 403
    assert (
        act(make.caller(make.user("editor", agency=industry), scope="read"), running, "advance", move).status_code
        == 403
    )


def test_a_dossier_stands_still_and_runs_on_with_more_time_by_document(running, industry):
    client = editor(industry)
    assert told(client, running)["due_on"] == "2026-10-16"
    stop = {"kind": "suspension", "start_on": "2026-09-28", "reason": "Chờ quy hoạch", "source": "Công văn"}
    stopped = act(client, running, "pause", stop).json()
    assert (stopped["due_on"], stopped["pauses"][0]["end_on"]) == (None, None)
    assert "non_field_errors" in errors(act(client, running, "pause", stop))  # it already stands still
    assert "kind" in errors(act(client, running, "resume", {"kind": "supplement", "end_on": "2026-10-02"}))
    resumed = act(client, running, "resume", {"kind": "suspension", "end_on": "2026-10-02"}).json()
    assert resumed["due_on"] == "2026-10-23"  # five working days later
    more = {"rule": "ccn.appraisal", "length": 2, "unit": "wd", "granted_on": "2026-10-05"}
    more["document"] = make.document().pk
    assert act(client, running, "extend", more).json()["due_on"] == "2026-10-27"
    assert "rule" in errors(act(client, running, "extend", more | {"rule": "khac"}))
    assert "length" in errors(act(client, running, "extend", more | {"unit": "y", "length": 101}))
    assert "document" in errors(act(client, running, "extend", {**more, "document": None}))


def test_what_a_source_shows_and_what_happened_are_written_down(running, industry):
    client = editor(industry)
    seen = {"state": "scored", "on": "2026-10-01", "source": "Báo cáo tháng"}
    assert act(client, running, "observe", seen).json()["state"] == "scored"
    assert "state" in errors(act(client, running, "observe", seen | {"state": "khac"}))
    event = {"event": "Họp giao ban", "on": "2026-10-02", "source": "Thông báo"}
    assert act(client, running, "events", event).json()["state"] == "scored"
    rows = client.get("/api/v1/steps?dossier=HS-1&ordering=on").json()["results"]
    assert [row["kind"] for row in rows] == ["observed", "move", "observed", "event"]
    assert (rows[1]["move"], rows[1]["to_state"], rows[1]["zone"]) == ("accept", "under_appraisal", running.zone.code)


def test_the_last_step_is_taken_back_with_a_reason_and_stays_readable(running, industry):
    client, step = editor(industry), running.steps.last()
    other = make.dossier().steps.last()
    assert "step" in errors(act(client, running, "retract", {"step": other.pk, "note": "Nhầm"}))
    assert "note" in errors(act(client, running, "retract", {"step": step.pk, "note": ""}))
    back = act(client, running, "retract", {"step": step.pk, "note": "Nhầm hồ sơ"})
    assert (back.status_code, back.json()["state"]) == (200, "dossier_submitted")
    row = client.get(f"/api/v1/steps/{step.pk}").json()
    assert (row["retracted_note"], row["retracted_at"] is None) == ("Nhầm hồ sơ", False)


def test_own_fields_are_corrected_and_nothing_else(running, industry):
    client, path = editor(industry), f"{DOSSIERS}/{running.code}"
    make.agency(code="STC")

    def patch(body):
        return send(client, "PATCH", path, body, **{"If-Match": client.get(path)["ETag"]})

    done = patch({"title": "Tên mới", "cooperating": ["STC"]})
    assert (done.status_code, done.json()["title"], done.json()["cooperating"]) == (200, "Tên mới", ["STC"])
    assert patch({"note": "x"}).json()["cooperating"] == ["STC"]
    for name in ("state", "zone", "track", "due_on", "rule_day", "moves"):
        assert name in errors(patch({name: "x"}))
    whole = client.get(path)
    put = send(client, "PUT", path, whole.json() | {"title": "Cả bản"}, **{"If-Match": whole["ETag"]})
    assert (put.status_code, put.json()["title"]) == (200, "Cả bản"), put.content
    assert send(client, "PATCH", path, {"title": "y"}).status_code == 428
