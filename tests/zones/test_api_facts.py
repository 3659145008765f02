"""The ledger over REST: facts are added, superseded and withdrawn, never changed."""

import pytest
from django.db import connection

from tests.factories import (
    SQUARE,
    area,
    boundary,
    caller,
    document,
    indicator,
    land_use,
    measurement,
    occupancy,
    status,
    user,
    zone,
)
from tests.zones.test_api import AREAS, queries, send
from zones.models import ZoneArea

pytestmark = pytest.mark.django_db
FACTS = {
    "statuses": status,
    "areas": area,
    "land-uses": land_use,
    "occupancies": occupancy,
    "boundaries": boundary,
    "measurements": measurement,
}


def test_each_kind_of_fact_is_listed_and_read():
    one, client = zone(code="A1"), caller(scope="read")
    for name, make in FACTS.items():
        fact = make(one)
        rows = client.get(f"/api/v1/facts/{name}?zone=A1").json()["results"]
        assert [(row["id"], row["zone"], row["as_of"]) for row in rows] == [(fact.pk, "A1", "2025-01-15")], name
        assert client.get(f"/api/v1/facts/{name}/{fact.pk}").json()["source"] == fact.source


def test_boundaries_are_geojson_with_measured_hectares():
    fact = boundary(zone(code="A1"))
    client = caller()
    told = client.get("/api/v1/facts/boundaries?format=geojson").json()["features"][0]
    assert told["geometry"]["type"] == "Polygon"
    assert told["properties"]["measured_ha"] == float(fact.measured_ha)
    assert client.get(f"/api/v1/facts/boundaries/{fact.pk}").json()["submitted"] == SQUARE


def test_a_fact_is_added_superseded_and_withdrawn_never_changed():
    zone(code="A1")
    client = caller()
    body = {"zone": "A1", "kind": "decision", "value_ha": 100.25, "as_of": "2020-01-01", "source": "Báo cáo"}
    first = send(client, "POST", AREAS, body)
    assert (first.status_code, first["Location"]) == (201, f"{AREAS}/{first.json()['id']}"), first.content
    number = first.json()["id"]

    second = send(client, "POST", AREAS, body | {"value_ha": 110, "as_of": "2022-01-01", "supersedes": number})
    assert second.json()["supersedes"] == number
    assert client.get(f"{AREAS}/{number}").json()["superseded_by"] == second.json()["id"]
    assert [row["value_ha"] for row in client.get(AREAS).json()["results"]] == [110]
    assert [row["value_ha"] for row in client.get(f"{AREAS}?as_of=2021-01-01").json()["results"]] == [100.25]
    assert [row["value_ha"] for row in client.get(f"{AREAS}?in_force=false").json()["results"]] == [100.25]

    path = f"{AREAS}/{second.json()['id']}"
    for method in ("PUT", "PATCH", "DELETE"):
        assert send(client, method, path, {"value_ha": 1}).status_code == 405
    assert list(send(client, "POST", f"{path}/withdraw", {"note": " "}).json()["errors"]) == ["note"]
    withdrawn = send(client, "POST", f"{path}/withdraw", {"note": "Ghi nhầm khu"})
    assert withdrawn.json()["superseded_at"], withdrawn.content
    assert send(client, "POST", f"{path}/withdraw", {"note": "Lần nữa"}).status_code == 409


def test_who_comes_second_gets_both_values_and_loses_none():
    old = area(zone(code="A1"), "decision", "100")
    body = {"zone": "A1", "kind": "decision", "as_of": "2025-01-15", "source": "Báo cáo", "supersedes": old.pk}
    client = caller()
    assert send(client, "POST", AREAS, body | {"value_ha": 101}).status_code == 201

    late = send(client, "POST", AREAS, body | {"value_ha": 102})
    assert (late.status_code, late["Content-Type"]) == (409, "application/problem+json")
    assert late.json()["current"]["value_ha"] == 101
    unseen = {name: value for name, value in body.items() if name != "supersedes"} | {"seen": old.pk}
    assert send(client, "POST", AREAS, unseen | {"value_ha": 103}).status_code == 409
    assert sorted(ZoneArea.objects.values_list("value_ha", flat=True)) == [100, 101]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"source": ""}, {"document", "source"}),
        ({"as_of": "2999-01-01"}, {"as_of"}),
        ({"as_of": "99999-01-01"}, {"as_of"}),
        ({"value_ha": -1}, {"value_ha"}),
        ({"value_ha": 10**17}, {"value_ha"}),
        ({"value_ha": "NaN"}, {"value_ha"}),
        ({"value_ha": 0.00001}, {"value_ha"}),
        ({"kind": "big"}, {"kind"}),
        ({"supersedes": 10**17}, {"supersedes"}),
        ({"seen": "x"}, {"seen"}),
        ({"document": 10**17}, {"document"}),
        ({"phase": -5}, {"phase"}),
        ({"zone": "NOT-THERE"}, {"zone"}),
        ({"recorded_at": "2020-01-01T00:00:00Z"}, {"recorded_at"}),
    ],
)
def test_a_fact_obeys_the_rules_of_the_ledger(wrong, named):
    zone(code="A1")
    body = {"zone": "A1", "kind": "decision", "value_ha": 5, "as_of": "2020-01-01", "source": "Báo cáo"}
    response = send(caller(), "POST", AREAS, body | wrong)
    assert response.status_code == 400, response.content
    assert set(response.json()["errors"]) == named
    assert not ZoneArea.objects.exists()


def test_a_wrong_boundary_is_refused_with_its_reason():
    zone(code="A1")
    body = {"zone": "A1", "as_of": "2020-01-01", "source": "Bản vẽ"}
    bow = {
        "type": "Polygon",
        "coordinates": [[[105.8, 21], [105.81, 21.01], [105.81, 21], [105.8, 21.01], [105.8, 21]]],
    }
    for submitted in (bow, {}, [], "x", {"type": "Polygon"}, {"type": "Polygon", "coordinates": 5}):
        response = send(caller(), "POST", "/api/v1/facts/boundaries", body | {"submitted": submitted})
        assert (response.status_code, set(response.json().get("errors", []))) == (400, {"submitted"}), response.content
    assert send(caller(), "POST", "/api/v1/facts/boundaries", body | {"submitted": SQUARE}).status_code == 201


def test_facts_of_a_zone_that_others_manage_are_refused():
    fact = area(zone(code="A1"))
    client = caller(user("editor"))
    body = {"zone": "A1", "kind": "leased", "value_ha": 5, "as_of": "2020-01-01", "source": "Báo cáo"}
    assert send(client, "POST", AREAS, body).status_code == 403
    assert send(client, "POST", f"{AREAS}/{fact.pk}/withdraw", {"note": "x"}).status_code == 403
    assert ZoneArea.objects.in_force().count() == 1


def test_the_published_figure_of_a_whole_city_has_no_zone():
    measured = indicator(code="von", unit="tỷ đồng")
    body = {"city": "HN", "indicator": measured.code, "value": 12.5, "as_of": "2020-01-01", "source": "Niên giám"}
    made = send(caller(), "POST", "/api/v1/facts/measurements", body)
    assert (made.status_code, made.json()["zone"], made.json()["unit"]) == (201, None, "tỷ đồng"), made.content
    assert send(caller(user("editor")), "POST", "/api/v1/facts/measurements", body).status_code == 403


@pytest.mark.parametrize("name", FACTS)
def test_lists_of_facts_cost_the_same_queries_however_long(name):
    make, path, client = FACTS[name], f"/api/v1/facts/{name}", caller()
    make(zone(), document=document())
    client.get(path)
    # token, count, keys, rows; where the database does not write the JSON, documents as well
    counts = {"sqlite": 5, "postgresql": 4}
    few = queries(lambda: client.get(path))
    for _ in range(5):
        make(zone(), document=document())
    assert queries(lambda: client.get(path)) == few == counts[connection.vendor]
