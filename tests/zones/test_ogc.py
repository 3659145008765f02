"""The register for GIS programs (OGC API - Features): read by GDAL and OWSLib, and held against the standard."""

import datetime
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from owslib.ogcapi.features import Features

from accounts.models import ApiToken
from tests.factories import SQUARE, agency, area, boundary, caller, facility, many_zones, status, user, zone
from zones.models import Zone

pytestmark = pytest.mark.django_db
ROOT = "/api/ogc"
ZONES, FACILITIES = f"{ROOT}/collections/zones", f"{ROOT}/collections/facilities"
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def read(path, client=None):
    answer = (client or caller()).get(path)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def codes(path, client=None):
    return {feature["id"] for feature in read(path, client)["features"]}


def linked(document):
    return {link["rel"]: link for link in document["links"]}


def walk(path, client):
    """The ids of all pages, one page after the other."""
    pages = []
    while path:
        page = read(path, client)
        pages.append([feature["id"] for feature in page["features"]])
        path = linked(page).get("next", {}).get("href")
    return pages


# The standard ---------------------------------------------------------------------------------------------------------


def test_from_the_landing_page_every_link_leads_on_and_says_its_type():
    client = caller(scope="read")
    landing = client.get(f"{ROOT}/")
    assert {"self", "service-desc", "conformance", "data"} <= set(linked(landing.json()))
    seen, follow = {}, list(landing.json()["links"])
    while follow:
        link = follow.pop()
        if link["href"] in seen or link["type"] == "text/html":
            continue
        answer = client.get(link["href"])
        assert (answer.status_code, answer["Content-Type"]) == (200, link["type"]), link
        seen[link["href"]] = answer
        told = answer.json()
        for part in (told, *told.get("collections", [])):
            follow += part.get("links", [])
    assert len(seen) == 10  # landing page, OpenAPI, conformance, collections; of two: itself, its items, their schema


def test_conformance_names_the_classes():
    base = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
    assert {f"{base}/core", f"{base}/geojson", f"{base}/oas30"} <= set(read(f"{ROOT}/conformance")["conformsTo"])


def test_a_collection_tells_where_its_data_lies():
    boundary(zone(lon=105.0, lat=20.5, point_precision="address"))
    told = read(ZONES)
    assert told["extent"]["spatial"] == {"bbox": [[105.0, 20.5, 105.81, 21.01]], "crs": CRS84}
    assert (told["id"], told["itemType"], told["storageCrs"], told["crs"]) == ("zones", "feature", CRS84, [CRS84])
    assert "extent" not in read(FACILITIES)


def test_the_api_document_covers_every_address_and_names_what_may_be_filtered():
    told = read(f"{ROOT}/api")
    assert told["openapi"].startswith("3.0")
    assert told["servers"] == [{"url": ROOT}]
    items = "/collections/zones/items"
    assert {"/", "/conformance", "/collections", "/collections/zones", items, f"{items}/{{code}}"} <= set(told["paths"])
    parameters = {one["name"]: one for one in told["paths"][items]["get"]["parameters"]}
    assert {"bbox", "datetime", "limit", "kind", "status", "city"} <= set(parameters)
    assert (parameters["limit"]["schema"]["maximum"], parameters["limit"]["schema"]["default"]) == (1000, 100)
    assert (parameters["bbox"]["style"], parameters["bbox"]["explode"]) == ("form", False)
    schema = told["paths"][items]["get"]["responses"]["200"]["content"]["application/geo+json"]["schema"]
    properties = schema["properties"]["features"]["items"]["properties"]["properties"]["properties"]
    assert properties["area_ha"] == {"type": "number", "title": "Diện tích (ha)", "nullable": True}
    assert told["components"]["securitySchemes"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", "limit=x", "bbox=1,2,3", "bbox=1,2,3,x", "bbox=1,2,3,nan", "bbox=1,5,2,4",
        "bbox=1e999,1,2,3",
        "datetime=hom-qua", "datetime=..", "datetime=2025-02-30", "datetime=2025-12-31/2025-01-01",
        "datetime=2025-01-01/2025-02-01/2025-03-01", "cursor=x", "cursor=%00.1", "kind=KHU", "area_min=x", "f=html",
        "crs=EPSG:3405", "bbox-crs=EPSG:3405", "khong-co=1", "ordering=name", "as_of=2020-01-01",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(query):
    answer = caller().get(f"{ZONES}/items?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) in ([query.partition("=")[0]], ["crs"])


def test_without_a_key_nothing_is_told(client):
    assert {client.get(path).status_code for path in (f"{ROOT}/", f"{ZONES}/items", f"{ROOT}/api")} == {401}


def test_whatever_type_is_asked_for_features_are_geojson():
    for accepted in ("application/geo+json", "application/json", "text/html", "*/*"):
        answer = caller().get(f"{ZONES}/items", headers={"Accept": accepted})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/geo+json")
        assert answer["Content-Crs"] == f"<{CRS84}>"


# What is seen ---------------------------------------------------------------------------------------------------------


def test_a_hidden_zone_is_in_no_page_and_has_no_address():
    here = agency(city="HN")
    seen, hidden = zone(managing_agency=here, publicity="internal"), zone(city="HCM", publicity="internal")
    facility(publicity="restricted")
    reader = caller(user(agency=here), scope="read")
    assert codes(f"{ZONES}/items", reader) == {seen.code}
    assert read(f"{ZONES}/items", reader)["numberMatched"] == 1
    assert codes(f"{FACILITIES}/items", reader) == set()
    assert reader.get(f"{ZONES}/items/{seen.code}").status_code == 200
    assert reader.get(f"{ZONES}/items/{hidden.code}").status_code == 404


def test_the_extent_says_nothing_of_what_is_hidden():
    zone(lon=106.6, lat=10.8, point_precision="address", city="HCM", publicity="internal")
    boundary(zone(city="HCM", publicity="internal"))
    assert "extent" not in read(ZONES, caller(user(city="HN"), scope="read"))


def test_the_schema_of_a_collection_tells_type_and_unit_of_each_property():
    told = read(f"{FACILITIES}/schema")
    properties = told["properties"]["properties"]["properties"]
    assert properties["workers"] == {"type": "integer", "title": "Lao động (người)", "nullable": True}
    assert set(properties) == set(read(f"{FACILITIES}/items/{facility().code}")["properties"])


def test_a_page_says_how_its_figures_are_to_be_understood():
    text = " ".join(line["text"] for line in read(f"{ZONES}/items?datetime=2025-12-31")["about"])
    assert "Số liệu đến ngày 31/12/2025." in text
    assert "Σ tử số / Σ mẫu số" in text


# Box, day, filters ----------------------------------------------------------------------------------------------------

CORNER = {  # the lower left half of a square: its box holds places where it is not
    "type": "Polygon",
    "coordinates": [[[106.0, 21.0], [106.1, 21.0], [106.0, 21.1], [106.0, 21.0]]],
}


@pytest.fixture
def drawn():
    found = {
        "square": zone(code="VUONG", lon=107.0, lat=10.5, point_precision="address"),  # the boundary counts, not this
        "corner": zone(code="GOC"),
        "point": zone(code="DIEM", lon=105.5, lat=21.0, point_precision="address"),
        "nowhere": zone(code="CHUA-RO"),
    }
    boundary(found["square"], SQUARE)
    boundary(found["corner"], CORNER)
    return found


@pytest.mark.parametrize(
    ("bbox", "expected"),
    [
        ("105.805,21.005,105.806,21.006", {"VUONG"}),  # inside
        ("105.81,21.01,105.9,21.1", {"VUONG"}),  # touching in one point
        ("105.7,20.9,105.9,21.1", {"VUONG"}),
        ("106.9,10.4,107.1,10.6", set()),
        ("106.07,21.07,106.1,21.1", set()),  # in the box of the corner, not in its shape
        ("106.0,21.0,106.01,21.01", {"GOC"}),
        ("105.5,21,105.5,21", {"DIEM"}),
        ("105,20,107,22", {"VUONG", "GOC", "DIEM"}),
        ("105,20,-100,107,22,9000", {"VUONG", "GOC", "DIEM"}),
        ("105.4,20,-179,22", {"VUONG", "GOC", "DIEM"}),  # across the 180th meridian
        ("-179,20,105.6,22", {"DIEM"}),
        ("179,20,105.6,22", {"DIEM"}),
        ("-180,-90,180,90", {"VUONG", "GOC", "DIEM"}),
    ],
)
def test_a_box_finds_what_has_a_point_in_it(drawn, bbox, expected):
    assert codes(f"{ZONES}/items?bbox={bbox}") == expected


def test_without_a_box_what_has_no_place_is_there_too(drawn):
    features = {one["id"]: one["geometry"] for one in read(f"{ZONES}/items")["features"]}
    assert features == {
        "VUONG": SQUARE,
        "GOC": CORNER,
        "DIEM": {"type": "Point", "coordinates": [105.5, 21.0]},
        "CHUA-RO": None,
    }


def test_a_past_day_has_the_boundary_of_its_time():
    moved = zone(lon=105.5, lat=21.0, point_precision="address")
    area(moved, as_of=datetime.date(2019, 1, 1))
    first = boundary(moved, SQUARE, as_of=datetime.date(2020, 1, 1))
    boundary(moved, CORNER, as_of=datetime.date(2024, 1, 1), supersedes=first)
    at_square, at_corner = "bbox=105.8,21,105.81,21.01", "bbox=106,21,106.01,21.01"
    assert codes(f"{ZONES}/items?{at_square}") == set()
    assert codes(f"{ZONES}/items?{at_corner}") == {moved.code}
    assert codes(f"{ZONES}/items?{at_square}&datetime=2021-05-01") == {moved.code}
    assert codes(f"{ZONES}/items?{at_corner}&datetime=2021-05-01") == set()
    assert codes(f"{ZONES}/items?bbox=105.5,21,105.5,21&datetime=2019-05-01") == {moved.code}
    [feature] = read(f"{ZONES}/items?datetime=2021-05-01")["features"]
    assert feature["geometry"] == SQUARE


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("2020-06-01", 100),
        ("2020-06-01T12:00:00Z", 100),
        ("2022-12-31T16:59:59Z", 100),
        ("2022-12-31T17:00:00Z", 150),  # midnight in Hà Nội
        ("2022-12-31t17:00:00.5z", 150),
        ("2022-12-31T23:00:00%2B05:00", 150),
        ("2015-01-01/2021-01-01", 100),
        ("2015-01-01/2024-01-01", 150),
        ("../2021-01-01", 100),
        ("/2021-01-01", 100),
        ("2021-01-01/..", 150),
        ("2021-01-01/", 150),
        ("2019-12-31", None),
        ("../2019-12-31", None),
        ("2190-01-01", 150),
    ],
)
def test_an_instant_means_its_day_here_and_an_interval_its_end(asked, expected):
    grown = zone()
    first = area(grown, as_of=datetime.date(2020, 1, 1), value="100")
    area(grown, as_of=datetime.date(2023, 1, 1), value="150", supersedes=first)
    features = read(f"{ZONES}/items?datetime={asked}")["features"]
    assert [one["properties"]["area_ha"] for one in features] == ([] if expected is None else [expected])


def test_properties_filter_as_in_the_list():
    running, planned = zone(kind="KCN"), zone(kind="CCN", city="HCM")
    status(running, value="yes", aspect="operating")
    status(planned, value="no", aspect="operating")
    for query, expected in {
        "kind=KCN": {running.code},
        "kind=KCN&kind=CCN": {running.code, planned.code},
        "city=HCM": {planned.code},
        "operating=true": {running.code},
        "operating=1": {running.code},
        "operating=0": {planned.code},
        "area_min=1": set(),
        f"search={planned.code}": {planned.code},
    }.items():
        assert codes(f"{ZONES}/items?{query}") == expected, query


# Pages ----------------------------------------------------------------------------------------------------------------


def test_pages_hold_every_feature_once_although_rows_come_and_go():
    names = ["Ân Thi", "An Thi", "Ba Vì", "Bà Rịa", "Cầu Giấy", "Cầu Giấy", "Đông Anh", "Gia Lâm", "Hà Đông"]
    made = [facility(name=name) for name in names]
    client = caller()
    first = read(f"{FACILITIES}/items?limit=4", client)
    assert (first["numberMatched"], first["numberReturned"]) == (9, 4)
    facility(name="A trước mọi tên")  # before what was read: no row moves into the next page twice
    made[0].delete()
    rest = walk(linked(first)["next"]["href"], client)
    told = [one["id"] for one in first["features"]] + [code for page in rest for code in page]
    assert [len(page) for page in rest] == [4, 1]
    assert sorted(told) == sorted(one.code for one in made)


def test_the_next_page_keeps_filters_box_and_day():
    for number in range(3):
        area(zone(lon=105.5, lat=21.0, point_precision="address", name=f"Cụm {number}"))
    area(zone(kind="KCN", lon=105.5, lat=21.0, point_precision="address"))
    pages = walk(f"{ZONES}/items?kind=CCN&bbox=105,20,106,22&datetime=2025-12-31/..&limit=1", caller())
    assert [len(page) for page in pages] == [1, 1, 1]


def test_a_limit_beyond_the_most_is_the_most():
    made = many_zones(3)
    assert len(read(f"{ZONES}/items?limit=1000000")["features"]) == len(made)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ogc zones", f"{ZONES}/items"),
        ("ogc zones in a box on a past day", f"{ZONES}/items?bbox=105,20,107,22&datetime=2025-12-31"),
        ("ogc facilities", f"{FACILITIES}/items"),
        ("ogc collections", f"{ROOT}/collections"),
    ],
)
def test_more_rows_need_no_more_queries(name, path):
    client, counts = caller(scope="read"), []
    read(path, client)  # the first use of a key is noted
    for wanted in (1, 6):
        for one in many_zones(wanted, lon=105.5, lat=21, point_precision="address"):
            boundary(one)
            facility(destination=one)
        with CaptureQueriesContext(connection) as caught:
            read(path, client)
        counts.append(len(caught))
    assert counts == [COUNTS[name]] * 2


# Programs -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def served(live_server):
    """A server with 250 zones and a key for it."""
    many_zones(245, kind="KCN", lon=105.5, lat=21.0, point_precision="address")
    for one in many_zones(5, kind="CCN"):
        boundary(one)
    facility(lon=105.5, lat=21.0, point_precision="address", workers=12)
    return f"{live_server.url}{ROOT}", ApiToken.objects.create(user("viewer"), scope="read")[1]


# GDAL reads in a process of its own: here it would keep the interpreter, and so the server, waiting for the answer.
READ_WITH_GDAL = """
import json, sys
import pyogrio
address, key, *asked = sys.argv[1:]
pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": key})
info = pyogrio.read_info(address, layer="zones")
found = [sorted(pyogrio.list_layers(address)[:, 0]), [info["features"], *info["total_bounds"]]]
for layer, options in map(json.loads, asked):
    options = {name: tuple(one) if isinstance(one, list) else one for name, one in options.items()}
    meta, _, shapes, columns = pyogrio.raw.read(address, layer=layer, **options)
    found.append({"rows": len(shapes)} | {name: list(map(str, one)) for name, one in zip(meta["fields"], columns)})
print(json.dumps(found))
"""


def read_with_gdal(address, key, *asked):
    """What QGIS and ogr2ogr see: names of layers, number and bounds of zones, and one table for each question."""
    command = [sys.executable, "-c", READ_WITH_GDAL, f"OAPIF:{address}", key, *map(json.dumps, asked)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.django_db(transaction=True)
def test_gdal_reads_layers_boxes_filters_and_one_zone(served):
    code = Zone.objects.filter(kind="KCN").first().code
    layers, bounds, everything, facilities, one, *counted = read_with_gdal(
        *served,
        ("zones", {}),
        ("facilities", {}),
        ("zones", {"where": f"id = '{code}'"}),
        ("zones", {"where": "kind = 'CCN'"}),
        ("zones", {"where": "has_boundary = 1"}),
        ("zones", {"where": "has_boundary = 0 AND city = 'HN'"}),
        ("zones", {"where": "area_ha > 100"}),
        ("zones", {"where": "term_years = 50"}),  # a number, although no row has one
        ("zones", {"bbox": (105.79, 20.9, 105.8, 21.0)}),
    )
    assert (layers, bounds) == (["facilities", "zones"], [250, 105.5, 21.0, 105.81, 21.01])
    assert (everything["rows"], len(set(everything["code"]))) == (250, 250)
    assert set(everything["area_ha"]) == {"100.0"}
    assert set(everything["occupancy"]) == {"50.0"}
    assert facilities["workers"] == ["12"]
    assert one["code"] == [code]
    assert [table["rows"] for table in counted] == [5, 5, 245, 0, 0, 5]


@pytest.mark.django_db(transaction=True)
def test_owslib_reads_pages_and_one_item(served):
    address, key = served
    features = Features(f"{address}/", headers={"Authorization": f"Bearer {key}"})
    assert features.feature_collections() == ["zones", "facilities"]
    assert "/collections/zones/items" in features.api()["paths"]
    assert any(one.endswith("conf/core") for one in features.conformance()["conformsTo"])
    assert features.collection("zones")["title"] == "Khu, cụm công nghiệp"
    page = features.collection_items("zones", limit=200)
    assert (page["numberMatched"], page["numberReturned"]) == (250, 200)
    boxed = features.collection_items("zones", bbox=[105.79, 20.9, 105.8, 21.0], datetime_="2025-06-30/..")
    assert boxed["numberMatched"] == 5
    code = boxed["features"][0]["id"]
    assert features.collection_item("zones", code)["geometry"] == SQUARE
