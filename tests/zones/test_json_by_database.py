"""On PostgreSQL the database writes the JSON of lists and records: value for value what the serializers say."""

import json
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection

from accounts import jsonrows
from accounts.models import Agency
from tests import factories as make
from zones.models import DeveloperShare, ZoneUnit

CODED = {"zones", "facilities", "tenant-projects", "sessions"}
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("postgres" not in settings.DATABASES["default"]["ENGINE"], reason="SQLite writes no JSON"),
]
LISTS = [
    "zones", "phases", "facilities", "tenant-projects", "documents", "agencies", "units", "developers", "indicators",
    *(f"facts/{name}" for name in ("statuses", "areas", "land-uses", "occupancies", "boundaries", "measurements")),
    "milestones", "plan-entries", "sessions", "rules", "holidays",
]  # fmt: skip
ASKED = {
    "zones": [
        "city=HN",
        "kind=CCN",
        "ordering=-area_ha",
        "search=thang",
        "as_of=2020-12-31",
        "fields=code,units,links",
    ],
    "facilities": ["city=HN", "ordering=-workers", "fields=code,document_label"],
    "facts/areas": ["in_force=false", "as_of=2022-12-31", "known_at=2026-01-01T00:00:00Z"],
}


def exact(text):
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def both(client, path, monkeypatch):
    """The answer that the database writes, and the one of the serializers."""
    told = client.get(path)
    with monkeypatch.context() as patch:
        patch.setattr(jsonrows, "statement_of", lambda view: None)
        spelled = client.get(path)
    assert told.status_code == spelled.status_code == 200, (path, told.content, spelled.content)
    assert told.headers.get("ETag") == spelled.headers.get("ETag")
    return exact(told.content), exact(spelled.content)


@pytest.mark.parametrize(
    ("role", "language"), [("administrator", "vi"), ("viewer", "en"), ("editor", "vi"), ("city", "vi")]
)
def test_the_database_and_the_serializers_give_the_same_answer(register, role, language, monkeypatch):
    a_record_of_every_kind()
    person = make.user(role, agency=Agency.objects.get(code="HN-SCT") if role != "administrator" else None)
    client = make.caller(person)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    for name in LISTS:
        for query in ["page_size=200", *ASKED.get(name, [])]:
            told, spelled = both(client, f"/api/v1/{name}?{query}", monkeypatch)
            assert told == spelled, (name, query)
        for row in spelled["results"][:3]:
            if key := row.get("code" if name in CODED else "id"):
                one, other = both(client, f"/api/v1/{name}/{key}", monkeypatch)
                assert one == other


def a_record_of_every_kind():
    """What the shipped register lacks: hidden documents, shares, phases, superseded facts, points."""
    agency = Agency.objects.get(code="HN-SCT")
    hidden = make.document(number="99/QĐ-MẬT", publicity="restricted", agency=make.agency())
    zone = make.zone(code="KHU-A", managing_agency=agency, parent=make.zone(publicity="restricted"), relation="phase")
    ZoneUnit.objects.create(zone=zone, unit=make.unit(code="99990"), certain=False, source="Nguồn “A” \\ B")
    share = {"developer": make.developer(), "phase": make.phase(zone), "area_ha": "12.5"}
    DeveloperShare.objects.create(zone=zone, **share)
    make.status(zone), make.land_use(zone), make.boundary(zone), make.measurement(zone, value="1234567890.1234")
    make.occupancy(zone, "1", "800"), make.occupancy(make.zone(), None, None, "unstated", stated_pct="95")
    make.area(zone, document=hidden, source="", supersedes=make.area(zone, value="70"))
    place = {"lat": 21.0, "lon": 105.75, "point_precision": "address", "unit": make.unit(code="99991")}
    make.facility(document=hidden, source="", note="Dòng 1\nDòng 2\t“x”", destination=zone, workers=0, **place)
    make.facility(document=make.document(number="5/2025/QĐ-UBND"), land_area_ha="0.0001", managing_agency=agency)
    make.project(zone, document=make.document(year=None), registered_bn="123456789012.3456")
    planning(zone, hidden)


def planning(zone, hidden):
    """The same of dossiers, plans and law."""
    dossier, session = make.dossier(zone, publicity="public"), make.session(document=hidden, source="")
    make.milestone(dossier, document=hidden)
    make.session_item(dossier, session, note="Đợt “1”")
    make.session_item(make.dossier(zone, publicity="restricted"), session)
    make.plan_entry(zone=zone, area_ha="0.0001")
    make.plan_entry(zone=make.zone(publicity="restricted"))
    make.rule(value="75.5", document=hidden)
    make.holiday(make.DAY)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_written_by_the_database(register, name, django_assert_num_queries):
    a_record_of_every_kind()
    client = make.caller()
    client.get(f"/api/v1/{name}")
    with django_assert_num_queries(4):  # token, count, keys, rows
        client.get(f"/api/v1/{name}")


def test_of_many_statements_those_asked_lately_stay_planned(register, monkeypatch, django_assert_num_queries):
    """Who calls is asked every time, so it is never the first to be forgotten."""
    client = make.caller()
    client.get("/api/v1/units")
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    connection.planned.clear()
    monkeypatch.setattr(jsonrows, "MOST_PLANNED", 3)
    for name in ("units", "phases", "developers"):
        client.get(f"/api/v1/{name}")
    with django_assert_num_queries(4):
        client.get("/api/v1/developers")
