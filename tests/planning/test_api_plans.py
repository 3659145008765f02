"""Plans, their entries, sessions and expected dates over REST."""

import datetime
import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from planning.models import PlanEntry, SessionDossier
from tests import factories as make

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())


def send(client, method, path, body=None, **headers):
    return client.generic(method, path, json.dumps(body or {}), "application/json", headers=headers)


def change(client, method, path, body, of=None):
    """With the version of what was read at `of` (the record itself)."""
    return send(client, method, path, body, **{"If-Match": client.get(of or path)["ETag"]})


def errors(answer):
    assert answer.status_code == 400, answer.content
    return answer.json()["errors"]


def editor(agency):
    return make.caller(make.user("editor", agency=agency))


PLAN = {"code": "QH-1", "title": "Quy hoạch cụm", "city": "HN", "kinds": ["CCN"], "agency": "SCT", "source": "QĐ 1292"}
ENTRY = {"plan": "QH-1", "number": 1, "name": "CCN Một", "kind": "CCN", "area_ha": 25.5, "intent": "new"}


def test_a_plan_and_its_list_are_written_by_the_agency_that_keeps_it():
    agency, zone = make.agency(code="SCT"), make.zone()
    client = editor(agency)
    made = send(client, "POST", "/api/v1/plans", PLAN)
    assert (made.status_code, made.json()["links"]["entries"]) == (201, "/api/v1/plan-entries?plan=QH-1")
    line = send(client, "POST", "/api/v1/plan-entries", ENTRY | {"zone": zone.code})
    assert (line.status_code, line.json()["zone"], line.json()["area_ha"]) == (201, zone.code, 25.5)
    assert "number" in errors(send(client, "POST", "/api/v1/plan-entries", ENTRY))
    assert "kinds" in errors(change(client, "PATCH", "/api/v1/plans/QH-1", {"kinds": ["XYZ"]}))
    assert change(client, "PATCH", "/api/v1/plans/QH-1", {"complete": True}).json()["complete"] is True
    assert send(editor(make.agency()), "POST", "/api/v1/plan-entries", ENTRY | {"number": 2}).status_code == 403
    kept = change(client, "DELETE", "/api/v1/plans/QH-1", {})
    assert (kept.status_code, kept.json()["referring"][0]["what"]) == (409, "planentry")
    assert change(client, "DELETE", line["Location"], {}).status_code == 204


def test_entries_are_asked_by_plan_and_by_a_zone_that_one_sees():
    plan, seen = make.plan(code="QH-1"), make.zone(code="A-1")
    hidden = make.zone(code="A-2", publicity="restricted", managing_agency=make.agency(city="HCM"), city="HCM")
    for number, zone in enumerate((seen, hidden, None), start=1):
        PlanEntry.objects.create(plan=plan, number=number, name=f"Dòng {number}", kind="CCN", zone=zone)
    client = make.caller(make.user("viewer", city="HN"))

    def numbers(query):
        return [row["number"] for row in client.get(f"/api/v1/plan-entries?{query}").json()["results"]]

    assert numbers("plan=QH-1&ordering=number") == [1, 2, 3]
    assert (numbers("zone=A-1"), numbers("zone=A-2")) == ([1], [])
    rows = client.get("/api/v1/plan-entries?ordering=number").json()["results"]
    assert [row["zone"] for row in rows] == ["A-1", None, None]


def test_dossiers_are_put_into_a_session_and_taken_out_with_its_version():
    agency = make.agency(code="VP")
    session, dossier = make.session(code="KH-1", agency=agency), make.dossier(code="HS-1")
    client, path = editor(agency), "/api/v1/sessions/KH-1"
    assert send(client, "POST", f"{path}/dossiers", {"dossier": "HS-1"}).status_code == 428
    put = change(client, "POST", f"{path}/dossiers", {"dossier": "HS-1", "note": "Đợt 1"}, of=path)
    assert (put.status_code, put.json()["dossiers"][0]["dossier"]) == (200, "HS-1"), put.content
    assert put["ETag"] != session.etag
    twice = change(client, "POST", f"{path}/dossiers", {"dossier": "HS-1"}, of=path)
    assert twice.status_code == 400
    assert change(client, "DELETE", f"{path}/dossiers/KHONG-CO", {}, of=path).status_code == 404
    assert change(client, "DELETE", f"{path}/dossiers/HS-1", {}, of=path).json()["dossiers"] == []
    assert not SessionDossier.objects.filter(dossier=dossier).exists()
    stranger = editor(make.agency())
    assert change(stranger, "POST", f"{path}/dossiers", {"dossier": "HS-1"}, of=path).status_code == 403


def test_a_hidden_dossier_of_a_session_is_neither_told_nor_taken_out():
    agency, far = make.agency(code="VP"), make.agency(city="HCM")
    session = make.session(code="KH-1", agency=agency)
    zone = make.zone(city="HCM", managing_agency=far, publicity="internal")
    SessionDossier.objects.create(session=session, dossier=make.dossier(zone, code="HS-X"))
    client, path = editor(agency), "/api/v1/sessions/KH-1"
    assert client.get(path).json()["dossiers"] == []
    assert change(client, "DELETE", f"{path}/dossiers/HS-X", {}, of=path).status_code == 404
    assert "dossier" in errors(change(client, "POST", f"{path}/dossiers", {"dossier": "HS-X"}, of=path))


def test_an_expected_date_is_written_beside_a_dossier_and_needs_a_source():
    dossier = make.dossier(code="HS-1")
    client = editor(dossier.lead_agency)
    milestone = {"dossier": "HS-1", "label": "Khởi công", "on": "2027-03-31", "on_precision": "quarter"}
    assert "source" in errors(send(client, "POST", "/api/v1/milestones", milestone))
    made = send(client, "POST", "/api/v1/milestones", milestone | {"source": "Báo cáo"})
    assert made.status_code == 201
    (told,) = client.get("/api/v1/dossiers/HS-1").json()["milestones"]
    assert (told["label"], told["on"], told["on_precision"]) == ("Khởi công", "2027-03-31", "quarter")
    assert send(editor(make.agency()), "POST", "/api/v1/milestones", milestone | {"source": "x"}).status_code == 403


LISTS = ["steps", "milestones", "plans", "plan-entries", "sessions", "rules", "holidays"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_with_few_and_with_many_rows(name):
    client, counts = make.caller(), []
    for round in range(2):
        for number in range(3):
            day = make.DAY + datetime.timedelta(round * 3 + number)
            paper = make.document()
            dossier = make.dossier(make.zone(), document=paper)
            make.milestone(dossier, document=paper)
            make.plan_entry(make.plan(document=paper), zone=dossier.zone)
            make.session_item(dossier, make.session(document=paper))
            make.rule(f"a.b{day.day}", document=paper)
            make.holiday(day)
        client.get(f"/api/v1/{name}")
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(f"/api/v1/{name}")
        assert (answer.status_code, len(answer.json()["results"]) >= 3) == (200, True)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= COUNTS["api books of planning"]
