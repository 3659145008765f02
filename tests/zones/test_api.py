"""The register over REST: what is read, what is written, and what stays hidden."""

import datetime
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import RowChange
from tests.factories import (
    agency,
    area,
    boundary,
    caller,
    developer,
    document,
    facility,
    many_zones,
    occupancy,
    project,
    status,
    unit,
    user,
    zone,
)
from zones.models import DeveloperShare, Facility, Zone, ZoneUnit

pytestmark = pytest.mark.django_db
ZONES, AREAS = "/api/v1/zones", "/api/v1/facts/areas"
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
LISTS = {
    "api zones": f"{ZONES}?format=json",
    "api zones as geojson": f"{ZONES}?format=geojson",
    "api zones on a past day": f"{ZONES}?as_of=2025-06-30",
    "api facilities": "/api/v1/facilities?format=json",
    "api tenant-projects": "/api/v1/tenant-projects?format=json",
    "api documents": "/api/v1/documents?format=json",
    "api facts/boundaries": "/api/v1/facts/boundaries?format=json",
}
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"


def send(client, method, path, body, **headers):
    return client.generic(method, path, json.dumps(body), "application/json", headers=headers)


def change(client, path, body, method="PATCH"):
    """What a careful client does: read, then change what was read."""
    return send(client, method, path, body, **{"If-Match": client.get(path)["ETag"]})


def queries(call):
    with CaptureQueriesContext(connection) as caught:
        assert call().status_code == 200
    return len(caught)


def codes(response):
    assert response.status_code == 200, response.content
    return [row["code"] for row in response.json()["results"]]


# Zones ----------------------------------------------------------------------------------------------------------------


def test_a_zone_is_told_with_its_figures_their_units_and_its_places():
    one = zone(code="KCN-A", kind="KCN", lat=21.0, lon=105.8, point_precision="unit_centre")
    ZoneUnit.objects.create(zone=one, unit=unit(code="00001", name="Xã An"), certain=False)
    DeveloperShare.objects.create(zone=one, developer=developer(name="Công ty A"), area_ha="50.5")
    area(one, "decision", "301.25")
    area(one, "industrial", "210.5")
    status(one, "operating")
    occupancy(one, "80", "100", "kcn_2022", stated_pct="81")

    row = caller(scope="read").get(f"{ZONES}/KCN-A").json()

    assert (row["area_ha"], row["area_kind"], row["industrial_ha"], row["status"]) == (
        301.25,
        "decision",
        210.5,
        "operating",
    )
    told = {"numerator_ha": 80.0, "denominator_ha": 100.0, "basis": "kcn_2022", "pct": 80.0, "stated_pct": 81.0}
    assert row["occupancy"].items() >= told.items()
    assert "NĐ 35/2022" in row["occupancy"]["basis_label"]
    assert [(place["code"], place["era"], place["certain"]) for place in row["units"]] == [("00001", "today", False)]
    assert row["developers"][0]["name"] == "Công ty A"
    assert row["managing_agency"] == one.managing_agency.code


def test_occupancy_without_a_denominator_is_null():
    occupancy(zone(code="A1"), None, None, "unstated", stated_pct="95")
    told = caller().get(f"{ZONES}/A1").json()["occupancy"]
    assert (told["pct"], told["denominator_ha"], told["stated_pct"]) == (None, None, 95.0)


def test_a_zone_of_a_past_day_and_of_a_past_moment():
    one = zone(code="A1")
    old = area(one, "decision", "100", as_of=datetime.date(2015, 1, 1))
    before = timezone.now()
    area(one, "decision", "120", as_of=datetime.date(2020, 1, 1), supersedes=old)
    client = caller()

    assert client.get(f"{ZONES}/A1").json()["area_ha"] == 120
    assert client.get(f"{ZONES}/A1?as_of=2016-12-31").json()["area_ha"] == 100
    assert client.get(f"{ZONES}/A1", {"as_of": "2021-01-01", "known_at": before.isoformat()}).json()["area_ha"] == 100
    assert client.get(f"{ZONES}/A1?as_of=2010-01-01").status_code == 404
    assert client.get(f"{ZONES}?as_of=2010-01-01").json()["count"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "as_of=31-12-2025",
        "as_of=99999-01-01",
        "as_of=0001-01-01",
        "known_at=yesterday",
        "known_at=2025-13-01T00:00:00Z",
        "known_at=9999-12-31T23:59:59-14:00",
    ],
)
@pytest.mark.parametrize("path", [ZONES, f"{ZONES}/A1", AREAS])
def test_a_day_that_cannot_be_read_is_refused(path, query):
    zone(code="A1")
    response = caller().get(f"{path}?{query}")
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [query.split("=")[0]]


def test_the_list_takes_the_parameters_of_the_page():
    big, small = (
        zone(code="A1", name="Khu công nghiệp Lê Minh Xuân", kind="KCN", city="HCM"),
        zone(code="B1", kind="CCN"),
    )
    area(big, value="500")
    area(small, value="20")
    client = caller()
    assert codes(client.get(f"{ZONES}?kind=KCN")) == ["A1"]
    assert codes(client.get(f"{ZONES}?search=le minh xuan")) == ["A1"]
    assert codes(client.get(f"{ZONES}?area_max=100")) == ["B1"]
    assert codes(client.get(f"{ZONES}?ordering=-area_ha")) == ["A1", "B1"]
    assert codes(client.get(f"{ZONES}?city=HN")) == ["B1"]
    assert client.get(f"{ZONES}?area_min=lots").status_code == 400
    assert list(client.get(f"{ZONES}?area=5").json()["errors"]) == ["area"]


def test_zones_as_geojson_have_the_boundary_of_the_day_else_the_point_else_nothing():
    boundary(zone(code="A1", name="A"), as_of=datetime.date(2020, 1, 1))
    zone(code="B1", name="B", lat=21.0, lon=105.8, point_precision="unit_centre")
    zone(code="C1", name="C")
    response = caller().get(f"{ZONES}?format=geojson&ordering=code")
    told = response.json()

    assert response["Content-Type"] == "application/geo+json"
    assert (told["type"], told["count"], told["next"]) == ("FeatureCollection", 3, None)
    assert [feature["id"] for feature in told["features"]] == ["A1", "B1", "C1"]
    shapes = [feature["geometry"] and feature["geometry"]["type"] for feature in told["features"]]
    assert shapes == ["Polygon", "Point", None]
    assert [feature["properties"]["geometry_from"] for feature in told["features"]] == ["boundary", "point", None]
    assert told["features"][1]["properties"]["point_precision"] == "unit_centre"
    assert told["features"][1]["geometry"]["coordinates"] == [105.8, 21.0]


def test_one_record_is_a_feature():
    facility(code="F1", lat=21.0, lon=105.8, point_precision="address")
    told = caller().get("/api/v1/facilities/F1", headers={"Accept": "application/geo+json"}).json()
    assert (told["type"], told["id"], told["geometry"]["type"]) == ("Feature", "F1", "Point")


def test_a_list_costs_the_same_queries_for_two_and_for_sixty():
    client, by_database = caller(), connection.vendor == "postgresql"
    few, many = (measured(client, wanted) for wanted in (2, 58))
    assert few == many
    for name, counted in many.items():
        assert counted == COUNTS["api lists as JSON of PostgreSQL" if by_database and "geojson" not in name else name]


def measured(client, wanted):
    """With so many rows more in every list: what each list costs."""
    for one in many_zones(wanted, parent=zone(), relation="phase"):
        ZoneUnit.objects.create(zone=one, unit=unit())
        boundary(one)
        project(one, document=document(agency=agency()))
        facility(destination=one, document=document(), unit=unit())
    return {name: queries_of_list(client, path) for name, path in LISTS.items()}


def queries_of_list(client, path):
    client.get(path)
    return queries(lambda: client.get(f"{path}&page_size=200"))


# What stays hidden ----------------------------------------------------------------------------------------------------


def test_what_one_may_not_see_does_not_exist_and_what_one_may_not_change_is_refused():
    zone(code="SECRET", publicity="restricted")
    zone(code="OPEN")
    client = caller(user("editor"))
    assert codes(client.get(ZONES)) == ["OPEN"]
    for method in ("GET", "PATCH"):
        assert send(client, method, f"{ZONES}/SECRET", {}).status_code == 404
    assert change(client, f"{ZONES}/OPEN", {"note": "x"}).status_code == 403
    assert client.get(AREAS + "?zone=SECRET").json()["count"] == 0


def test_a_hidden_record_is_neither_shown_nor_chosen_through_another():
    home = agency()
    hidden = zone(code="SECRET", publicity="restricted")
    one = zone(code="A1", managing_agency=home, parent=hidden, relation="phase")
    client = caller(user("editor", agency=home))
    assert client.get(f"{ZONES}/A1").json()["parent"] is None

    kept = change(client, f"{ZONES}/A1", client.get(f"{ZONES}/A1").json(), "PUT")
    assert kept.status_code == 200, kept.content
    one.refresh_from_db()
    assert one.parent_id == hidden.pk

    other = facility(code="F1", managing_agency=home)
    assert list(change(client, "/api/v1/facilities/F1", {"destination": "SECRET"}).json()["errors"]) == ["destination"]
    assert list(change(client, "/api/v1/facilities/F1", {"destination": "NOT-THERE"}).json()["errors"]) == [
        "destination"
    ]
    assert Facility.objects.get(pk=other.pk).destination is None


def test_of_a_hidden_document_only_is_told_that_there_is_one():
    paper = document(number="99/MẬT", publicity="restricted", agency=agency())
    fact = area(zone(code="A1"), document=paper, source="")
    client = caller(user("viewer"))
    for response in (client.get(f"{AREAS}/{fact.pk}"), client.get(AREAS)):
        row = response.json().get("results", [response.json()])[0]
        assert (row["document"], row["document_label"], row["document_hidden"]) == (None, None, True)
        assert "MẬT" not in response.content.decode()
    assert client.get(f"{AREAS}?document={paper.pk}").json()["count"] == 0
    assert caller().get(f"{AREAS}?document={paper.pk}").json()["count"] == 1
    assert client.get(f"/api/v1/documents/{paper.pk}").status_code == 404


# Writing records ------------------------------------------------------------------------------------------------------


def new_zone(home, **given):
    return {
        "code": "CCN-MOI",
        "name": "Cụm công nghiệp Mới",
        "kind": "CCN",
        "city": "HN",
        "managing_agency": home.code,
    } | given


def test_an_editor_creates_and_corrects_what_the_own_agency_manages():
    home = agency()
    client = caller(user("editor", agency=home))
    made = send(client, "POST", ZONES, new_zone(home))
    assert (made.status_code, made["Location"]) == (201, f"{ZONES}/CCN-MOI"), made.content

    done = change(client, f"{ZONES}/CCN-MOI", {"term_years": 50})
    assert (done.status_code, done.json()["term_years"]) == (200, 50)
    history = RowChange.objects.filter(table="zones_zone", row=str(made.json()["id"]), action="update")
    assert [entry.actor.agency_id for entry in history] == [home.pk]


def test_an_editor_neither_creates_for_others_nor_gives_away():
    home, other = agency(), agency()
    client = caller(user("editor", agency=home))
    assert send(client, "POST", ZONES, new_zone(other)).status_code == 403
    zone(code="A1", managing_agency=home)
    assert change(client, f"{ZONES}/A1", {"managing_agency": other.code}).status_code == 403
    assert Zone.objects.get().managing_agency == home


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"lat": 21.0, "point_precision": "surveyed"}, {"lat", "lon"}),
        ({"lat": 21.0, "lon": 105.8}, {"point_precision"}),
        ({"lat": 91.0, "lon": 105.8}, {"lat"}),
        ({"lat": "NaN", "lon": "Infinity"}, {"lat", "lon"}),
        ({"parent": "A1"}, {"parent", "relation"}),
        ({"code": "chữ thường"}, {"code"}),
        ({"code": "A1"}, {"code"}),
        ({"kind": "KHU"}, {"kind"}),
        ({"term_years": 10**12}, {"term_years"}),
        ({"name": ""}, {"name"}),
        ({"area_ha": 5}, {"area_ha"}),
        ({"managing_agency": ["x"], "parent": {"code": "A1"}}, {"managing_agency", "parent"}),
    ],
)
def test_the_rules_of_the_model_are_told_by_field(wrong, named):
    zone(code="A1")
    response = send(caller(), "POST", ZONES, new_zone(agency()) | wrong)
    assert response.status_code == 400, response.content
    assert set(response.json()["errors"]) == named
    assert Zone.objects.count() == 1


def test_a_correction_does_not_undo_a_fact_recorded_meanwhile():
    one = zone(code="A1")
    stale = Zone.objects.get(pk=one.pk)
    area(one, value="75")
    stale.note = "Ghi chú"
    stale.save()
    assert caller().get(f"{ZONES}/A1").json()["area_ha"] == 75


def test_a_fact_changes_the_version_of_its_zone():
    one = zone(code="A1")
    client = caller()
    before = client.get(f"{ZONES}/A1")["ETag"]
    area(one)
    assert client.get(f"{ZONES}/A1", headers={"If-None-Match": before}).status_code == 200
    assert send(client, "PATCH", f"{ZONES}/A1", {"note": "x"}, **{"If-Match": before}).status_code == 412


def test_phases_facilities_projects_documents_and_developers_are_written_too():
    one = zone(code="A1")
    home = one.managing_agency.code
    client = caller()
    source = {"as_of": "2025-01-15", "source": "Phiếu khảo sát"}
    bodies = {
        "phases": {"zone": "A1", "number": 1},
        "facilities": {"code": "F1", "name": "Xưởng", "city": "HN", "managing_agency": home} | source,
        "tenant-projects": {
            "code": "P1",
            "zone": "A1",
            "name": "Nhà máy",
            "origin": "FDI",
            "status": "operating",
            "registered_musd": 5,
        }
        | source,
        "documents": {"type": "QĐ", "number": "1/QĐ-UBND", "year": 2025, "city": "HN"},
        "developers": {"name": "Công ty Hạ tầng"},
    }
    for name, body in bodies.items():
        made = send(client, "POST", f"/api/v1/{name}", body)
        assert made.status_code == 201, made.content
        again = client.get(made["Location"])
        assert again.json() == made.json()
        done = change(client, made["Location"], again.json(), "PUT")
        assert done.status_code == 200, done.content
        assert change(client, made["Location"], {"no_such": 1}).status_code == 400
    assert "number" in send(client, "POST", "/api/v1/phases", bodies["phases"]).json()["errors"]
    assert "registered_bn" in change(client, "/api/v1/tenant-projects/P1", {"registered_bn": 5}).json()["errors"]
    undated = {"type": "QĐ", "number": "2/QĐ-UBND"}
    assert send(client, "POST", "/api/v1/documents", undated).status_code == 201
    assert "number" in send(client, "POST", "/api/v1/documents", undated).json()["errors"]


def test_a_number_with_seventy_digits_finds_nothing():
    client = caller()
    for name in ("documents", "units", "phases", "facts/areas"):
        assert client.get(f"/api/v1/{name}/{'9' * 70}").status_code == 404
        assert client.get(f"/api/v1/{name}/{'9' * 18}").status_code == 404
    assert client.get(f"{ZONES}?unit={'9' * 40}").status_code == 400


def test_old_units_are_listed_with_the_new():
    unit(level="district", name="Huyện Cũ", code="274", valid_to=datetime.date(2025, 6, 30))
    rows = caller().get("/api/v1/units?level=district").json()["results"]
    assert [(row["name"], row["is_former"]) for row in rows] == [("Huyện Cũ", True)]


# Files ----------------------------------------------------------------------------------------------------------------


def test_the_file_of_a_document_goes_in_and_comes_out(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    path = f"/api/v1/documents/{document(number='12/QĐ-UBND').pk}"
    client = caller()
    assert client.get(f"{path}/file").status_code == 404

    def upload(content=PDF, name="quyết định.pdf", **headers):
        return client.put(
            f"{path}/file", {"file": SimpleUploadedFile(name, content)}, format="multipart", headers=headers
        )

    assert upload().status_code == 428
    etag = {"If-Match": client.get(path)["ETag"]}
    assert list(upload(b"MZ no pdf", **etag).json()["errors"]) == ["file"]
    assert list(upload(name="macro.exe", **etag).json()["errors"]) == ["file"]
    done = upload(**etag)
    assert (done.status_code, done.json()["has_file"], len(done.json()["file_sha256"])) == (200, True, 64), done.content
    assert upload(**etag).status_code == 412

    given = client.get(f"{path}/file", headers={"Accept": "application/pdf"})
    assert b"".join(given.streaming_content) == PDF
    assert given["Content-Disposition"].startswith("attachment")
    assert given["X-Content-Type-Options"] == "nosniff"


def test_the_file_of_a_hidden_document_does_not_exist():
    paper = document(publicity="restricted", agency=agency())
    client = caller(user("editor"))
    assert client.get(f"/api/v1/documents/{paper.pk}/file").status_code == 404
    assert client.put(f"/api/v1/documents/{paper.pk}/file", {}, format="multipart").status_code == 404
