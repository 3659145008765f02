"""Obstacles over REST: raised for another agency, told, decided on, and read in the state of any day."""

import datetime
import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Notice
from planning.models import Obstacle
from tests import factories as make

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
ALL, ONE = "/api/v1/obstacles", "/api/v1/obstacles/VM-1"
TODAY = datetime.date(2026, 6, 15)
NEW = {
    "code": "VM-2", "title": "Còn 12 hộ chưa nhận tiền", "cause": "clearance", "zone": "LY", "agency": "XA",
    "raised_on": "2026-03-01", "first_expected_on": "2026-06-01", "source": "Báo cáo",
}  # fmt: skip
UPDATE = {"on": "2026-06-10", "text": "Đã chi trả 5 hộ", "expected_on": "2026-07-31"}


def send(client, method, path, body=None, **headers):
    return client.generic(method, path, json.dumps(body or {}), "application/json", headers=headers)


def change(client, method, path, body=None, of=None):
    """With the version of what was read at `of` (the record itself)."""
    return send(client, method, path, body, **{"If-Match": client.get(of or path)["ETag"]})


def act(client, name, body=None):
    return change(client, "POST", f"{ONE}/{name}", body, of=ONE)


def errors(answer):
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()["errors"]


def of(agency, role="editor"):
    return make.caller(make.user(role, agency=agency))


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def offices():
    return {code: make.agency(code=code, city="HN") for code in ("XA", "SCT", "KHAC")}


@pytest.fixture
def obstacle(offices):
    given = {"agency": offices["XA"], "raised_by": offices["SCT"], "zone": make.zone(code="LY")}
    days = {"raised_on": datetime.date(2026, 3, 1), "first_expected_on": datetime.date(2026, 6, 1)}
    return make.obstacle(code="VM-1", **given, **days)


# Putting down ---------------------------------------------------------------------------------------------------------


def test_whoever_meets_an_obstacle_puts_it_down_for_the_agency_that_has_to_remove_it(offices):
    make.zone(code="LY")
    owner = make.user("editor", agency=offices["XA"])
    made = send(of(offices["SCT"]), "POST", ALL, NEW)
    assert (made.status_code, made["Location"]) == (201, f"{ALL}/VM-2")
    told = made.json()
    assert (told["raised_by"], told["state"], told["then_expected_on"]) == ("SCT", "overdue", "2026-06-01")
    assert (told["expected_on"], told["city"], told["may"]) == ("2026-06-01", "HN", ["update"])
    assert Notice.objects.get().user == owner
    assert "code" in errors(send(of(offices["SCT"]), "POST", ALL, NEW))


def test_but_not_in_the_name_of_two_others(offices):
    make.zone(code="LY")
    assert send(of(offices["KHAC"]), "POST", ALL, NEW | {"raised_by": "SCT"}).status_code == 403
    assert send(of(offices["KHAC"], "viewer"), "POST", ALL, NEW).status_code == 403
    assert send(of(offices["XA"]), "POST", ALL, NEW | {"raised_by": "SCT"}).status_code == 201


def test_its_fields_are_those_of_its_agency(offices, obstacle):
    for code in ("SCT", "KHAC"):
        assert change(of(offices[code]), "PATCH", ONE, {"title": "Nhẹ hơn"}).status_code == 403
        assert change(of(offices[code]), "DELETE", ONE).status_code == 403
    owner = of(offices["XA"])
    assert send(owner, "PATCH", ONE, {"title": "Khác"}).status_code == 428
    assert change(owner, "PATCH", ONE, {"agency": "KHAC"}).status_code == 403
    assert change(owner, "PATCH", ONE, {"first_expected_on": "2026-06-20"}).json()["expected_on"] == "2026-06-20"
    assert send(owner, "PATCH", ONE, {"title": "Khác"}, **{"If-Match": '"1"'}).status_code == 412


def test_what_the_verbs_write_cannot_be_sent_nor_what_makes_no_obstacle(offices, obstacle):
    owner = of(offices["XA"])
    for name in ("expected_on", "resolved_on", "state", "is_stale", "city"):
        assert name in errors(change(owner, "PATCH", ONE, {name: "2026-04-01"}))
    assert "first_expected_on" in errors(change(owner, "PATCH", ONE, {"first_expected_on": "2026-02-01"}))
    assert "zone" in errors(change(owner, "PATCH", ONE, {"zone": None}))
    other = make.dossier(make.zone(), publicity="public")
    assert "dossier" in errors(change(owner, "PATCH", ONE, {"dossier": other.code}))


def test_a_zone_that_its_agency_may_not_see_stays_and_is_not_told(offices, obstacle):
    hidden = make.zone(publicity="restricted")
    Obstacle.objects.update(zone=hidden)
    owner = of(offices["XA"])
    told = change(owner, "PATCH", ONE, {"title": "Khác"}).json()
    assert (told["zone"], told["title"], told["city"]) == (None, "Khác", "HN")
    obstacle.refresh_from_db()
    assert obstacle.zone == hidden


def test_one_that_was_told_of_stays_and_one_put_down_wrongly_goes(offices, obstacle):
    owner = of(offices["XA"])
    wrong = make.obstacle(agency=offices["XA"])
    assert change(owner, "DELETE", f"{ALL}/{wrong.code}").status_code == 204
    act(owner, "update", UPDATE)
    assert change(owner, "DELETE", ONE).status_code == 409


# Telling and deciding -------------------------------------------------------------------------------------------------


def test_an_update_is_told_sent_back_told_again_and_approved(offices, obstacle):
    raiser, owner, head = of(offices["SCT"]), of(offices["XA"]), of(offices["XA"], "head")
    first = act(raiser, "update", UPDATE | {"kind": "resolved", "expected_on": None}).json()["updates"][0]
    assert (first["decision"], first["agency"]) == ("", "SCT")
    assert act(owner, "approve", {"update": first["id"]}).status_code == 403
    assert "note" in errors(act(head, "refuse", {"update": first["id"]}))
    back = act(head, "refuse", {"update": first["id"], "note": "Còn 2 hộ"}).json()
    assert (back["state"], back["updates"][0]["decision_note"]) == ("overdue", "Còn 2 hộ")
    second = act(owner, "update", UPDATE).json()["updates"][1]
    told = act(head, "approve", {"update": second["id"]}).json()
    assert (told["state"], told["expected_on"], told["told_on"]) == ("in_time", "2026-07-31", "2026-06-10")
    assert (told["updates"][1]["decision"], told["may"]) == ("approved", ["update", "approve", "refuse"])
    assert "non_field_errors" in errors(act(head, "refuse", {"update": second["id"], "note": "Nữa"}))


def test_what_was_resolved_is_open_again_when_it_came_back(offices, obstacle):
    head = of(offices["XA"], "head")
    told = act(head, "update", {"on": "2026-06-10", "text": "Xong", "kind": "resolved"}).json()
    assert (told["state"], told["resolved_on"]) == ("resolved", "2026-06-10")
    assert "non_field_errors" in errors(act(head, "update", UPDATE))
    again = act(head, "update", {"on": "2026-06-12", "text": "Khiếu nại mới", "kind": "reopened"}).json()
    assert (again["state"], again["resolved_on"]) == ("overdue", None)


def test_verbs_ask_for_the_version_and_know_only_their_fields(offices, obstacle):
    owner = of(offices["XA"])
    assert send(owner, "POST", f"{ONE}/update", UPDATE).status_code == 428
    assert "bịa" in errors(act(owner, "update", UPDATE | {"bịa": 1}))
    assert "expected_on" in errors(act(owner, "update", UPDATE | {"expected_on": "9999-12-31"}))
    assert act(of(offices["KHAC"]), "update", UPDATE).status_code == 403
    other = make.obstacle_update(make.obstacle(agency=offices["XA"]), by=make.user("editor", agency=offices["XA"]))
    assert "update" in errors(act(of(offices["XA"], "head"), "approve", {"update": other.pk}))


# Reading --------------------------------------------------------------------------------------------------------------


def test_state_and_silence_are_of_the_day_asked_for(offices, obstacle):
    make.rule("obstacle.stale", 30, "d", certainty="D")
    make.obstacle_update(obstacle, on=datetime.date(2026, 5, 20), expected_on=datetime.date(2026, 7, 31))
    client = of(offices["KHAC"])

    def told(day):
        row = client.get(f"{ONE}?as_of={day}").json()
        (listed,) = client.get(f"{ALL}?as_of={day}").json()["results"]
        names = ("state", "is_stale", "then_expected_on", "told_on")
        assert [row[name] for name in names] == [listed[name] for name in names]
        return [row[name] for name in names]

    assert told("2026-03-31") == ["in_time", False, "2026-06-01", "2026-03-01"]
    assert told("2026-04-01") == ["in_time", True, "2026-06-01", "2026-03-01"]
    assert told("2026-06-10") == ["in_time", False, "2026-07-31", "2026-05-20"]
    assert client.get(f"{ALL}?as_of=2026-02-28").json()["results"] == []


@pytest.mark.parametrize(
    ("asked", "number"),
    [("state=overdue", 1), ("state=resolved", 0), ("zone=LY", 1), ("agency=XA", 1), ("cause=capital", 0)],
)
def test_the_list_is_asked_as_the_page_is(offices, obstacle, asked, number):
    assert len(of(offices["KHAC"]).get(f"{ALL}?{asked}").json()["results"]) == number
    assert of(offices["KHAC"]).get(f"{ALL}?khong_co=1").status_code == 400


def test_a_restricted_one_is_there_for_the_two_agencies_concerned_only(offices, obstacle):
    Obstacle.objects.update(publicity="restricted")
    assert [of(offices[code]).get(ONE).status_code for code in ("XA", "SCT", "KHAC")] == [200, 200, 404]
    assert of(offices["KHAC"]).get(ALL).json()["results"] == []


def test_a_hidden_document_is_only_said_to_be_there(offices, obstacle):
    Obstacle.objects.update(document=make.document(publicity="restricted"))
    told = of(offices["XA"]).get(ONE).json()
    assert (told["document"], told["document_label"], told["document_hidden"]) == (None, None, True)


def test_sixty_are_read_with_as_many_statements_as_three(offices):
    client = of(offices["XA"])

    def counted():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(ALL).status_code == 200
        return len(asked)

    def fill(number):
        for _ in range(number):
            one = make.obstacle(agency=make.agency(), raised_by=make.agency(), document=make.document())
            make.obstacle_update(one)
            make.obstacle(agency=make.agency(), dossier=make.dossier())

    fill(1)
    client.get(ALL)
    few = counted()
    fill(10)
    assert counted() == few == COUNTS["api obstacles"]


@pytest.mark.django_db(transaction=True)
def test_the_feed_tells_of_obstacles_and_what_is_said_of_them_to_those_who_may_see_them():
    offices = {code: make.agency(code=code, city=city) for code, city in (("XA", "HN"), ("XA-HCM", "HCM"))}
    client = of(offices["XA"])
    since = client.get("/api/v1/changes", {"since": "now"}).json()["next"]
    for code, office in offices.items():
        one = make.obstacle(code=f"VM-{code}", agency=office, zone=make.zone(city=office.city))
        make.obstacle_update(one)
    page = client.get("/api/v1/changes", {"since": since, "limit": 1000}).json()["results"]
    told = {(one["key"], tuple(one["changed"])) for one in page if one["what"] == "obstacles"}
    assert {key for key, _changed in told} == {"VM-XA"}
    assert ("VM-XA", ("updates",)) in told
