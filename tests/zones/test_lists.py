"""The list pages and their maps: what they show, add up, sort, link and hide, and how few statements they need."""

import datetime
import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories as make
from zones.listings import LISTINGS, ZONES, Question
from zones.models import ZoneUnit

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())


@pytest.fixture
def reader(client):
    person = make.user("viewer")
    client.force_login(person)
    return person


def text(response):
    """The page's words: without markup, runs of spaces made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def names(response):
    return [row[0]["text"] for row in response.context["rows"]]


def counted(client, address):
    client.get("/healthz")  # that the session is in use is noted once a minute
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_head_says_how_many_how_much_and_of_how_many(client, reader):
    park, cluster = make.zone(kind="KCN"), make.zone()
    make.area(park, value="1000.5")
    make.area(cluster, value="27.25")
    make.occupancy(park, "30", "40")
    make.occupancy(cluster, "0", "10")
    make.zone()
    shown = text(client.get("/zones/"))
    assert "3 khu, cụm" in shown
    assert "Diện tích 1.027,75 ha (2 trong 3 có số liệu)" in shown
    assert "Lấp đầy Σ/Σ 60 % (2 trong 3 có số liệu)" in shown
    assert "Đã cho thuê – ha (0 trong 3 có số liệu)" in shown
    assert "Lấp đầy của 2 khu: đất CN đã cho thuê hoặc đã có chủ trương" in shown


@pytest.mark.parametrize("city", ["", "HN", "HCM", "all"])
@pytest.mark.parametrize("role", ["viewer", "administrator"])
def test_the_head_of_all_zones_comes_from_kept_sums_and_says_what_the_rows_add_up_to(role, city):
    own = make.agency()
    for place, of, publicity in [("HN", own, "public"), ("HCM", make.agency(), "internal"), ("HN", own, "restricted")]:
        known = make.zone(kind="KCN", city=place, managing_agency=of, publicity=publicity)
        make.area(known, value="100.1234")
        make.occupancy(known, "30.5", "40")
        make.zone(city=place, managing_agency=of, publicity=publicity)
    for place in ("HN", "HCM"):
        make.occupancy(make.zone(city=place), None, None, stated_pct="80")
    request = RequestFactory().get("/zones/", {"city": city, "ordering": "-area_ha"})
    request.user = make.user(role, agency=own)
    question = Question(ZONES, request)
    assert question.stored() == question.totals == question.reckoned
    assert question.totals["rows"] > 0


def test_sums_are_those_of_the_filtered_rows_on_all_pages(client, reader):
    make.many_zones(3)
    make.area(make.zone(), value="7")
    shown = text(client.get("/zones/", {"kind": "KCN", "page_size": "2"}))
    assert "3 khu, cụm" in shown
    assert "Diện tích 300 ha (3 trong 3 có số liệu)" in shown


def test_a_list_shows_what_the_reader_may_see_and_nothing_else(client, reader):
    make.zone(name="Khu công khai ở TPHCM", city="HCM")
    make.zone(name="Khu nội bộ ở TPHCM", city="HCM", publicity="internal")
    make.zone(name="Khu hạn chế của Sở khác", publicity="restricted")
    make.zone(name="Khu hạn chế của Sở mình", publicity="restricted", managing_agency=reader.agency)
    seen = ["Khu công khai ở TPHCM", "Khu hạn chế của Sở mình"]
    page = client.get("/zones/")
    assert names(page) == seen
    assert "2 khu, cụm" in text(page)
    drawn = client.get("/zones/map.json").json()["features"]
    assert [feature["properties"]["name"] for feature in drawn] == seen


def test_a_hidden_parent_or_document_is_not_named(client, reader):
    hidden = make.zone(name="Khu kín", publicity="restricted")
    make.zone(name="Khu mở rộng", parent=hidden, relation="expansion")
    make.facility(document=make.document(number="99/QĐ-MẬT", publicity="restricted"), source="")
    assert "Khu kín" not in text(client.get("/zones/", {"columns": ["parent", "relation"]}))
    shown = text(client.get("/facilities/", {"columns": "document"}))
    assert "99/QĐ-MẬT" not in shown
    assert "văn bản hạn chế" in shown


def test_a_click_on_a_head_sorts_and_a_second_click_turns_the_order_round(client, reader):
    for name, value in [("Khu Bình", "5"), ("Khu An", None), ("Khu Đông", "9"), ("Khu Ăn", "7")]:
        zone = make.zone(name=name)
        if value:
            make.area(zone, value=value)
    assert names(client.get("/zones/")) == ["Khu An", "Khu Ăn", "Khu Bình", "Khu Đông"]
    page = client.get("/zones/", {"ordering": "-area_ha"})
    assert names(page) == ["Khu Đông", "Khu Ăn", "Khu Bình", "Khu An"]
    head = re.search(
        r'<th scope="col" class="number" aria-sort="descending">\s*<a class="sort" href="([^"]+)"',
        page.content.decode(),
    )
    assert head[1] == "?ordering=area_ha"
    assert names(client.get(f"/zones/{head[1]}")) == ["Khu Bình", "Khu Ăn", "Khu Đông", "Khu An"]


def test_columns_are_chosen_in_the_address_and_the_name_stays(client, reader):
    make.zone()
    page = client.get("/zones/", {"columns": ["publicity", "code", "khong-co"]})
    assert [head["label"] for head in page.context["heads"]] == ["Tên", "Mã", "Mức công khai"]


def test_pages_hold_fifty_rows_and_at_most_two_hundred(client, reader):
    make.many_zones(230)
    assert len(names(client.get("/zones/"))) == 50
    assert len(names(client.get("/zones/", {"page": 5}))) == 30
    assert len(names(client.get("/zones/", {"page_size": 1000}))) == 200
    assert len(names(client.get("/zones/", {"page": "x", "page_size": "y"}))) == 50


def test_each_condition_is_a_chip_with_the_address_that_drops_only_it(client, reader):
    make.zone(kind="KCN")
    page = client.get("/zones/", {"kind": ["KCN", "CCN"], "area_max": "9", "city": "HN", "view": "list", "page": "2"})
    chips = {f"{label}: {value}": without for label, value, without in page.context["chips"]}
    assert chips["Loại: Khu công nghiệp"] == "kind=CCN&area_max=9&city=HN&view=list"
    assert chips["Diện tích đến (ha): 9"] == "kind=KCN&kind=CCN&city=HN&view=list"
    assert len(chips) == 3


def test_the_day_in_the_frame_rules_every_figure_of_the_list(client, reader):
    zone = make.zone(name="Khu An")
    make.area(zone, value="10", as_of=datetime.date(2024, 1, 1))
    make.area(zone, value="12", as_of=datetime.date(2025, 1, 1))
    make.zone(name="Khu chưa có gì")
    then = client.get("/zones/", {"as_of": "2024-12-31"})
    assert names(then) == ["Khu An"]
    assert "Diện tích 10 ha (1 trong 1 có số liệu)" in text(then)
    assert 'href="/zones/' + zone.code + '/?as_of=2024-12-31"' in then.content.decode()
    assert "Diện tích 12 ha (1 trong 2 có số liệu)" in text(client.get("/zones/"))


def test_a_moment_of_knowledge_is_obeyed_and_said(client, reader):
    make.area(make.zone(name="Khu An"), value="10")
    before = (timezone.now() - datetime.timedelta(days=1)).isoformat()
    page = client.get("/zones/", {"known_at": before})
    assert names(page) == []
    assert "như sổ đã ghi nhận đến lúc" in text(page)
    assert names(client.get("/zones/", {"known_at": timezone.now().isoformat()})) == ["Khu An"]


def test_facilities_projects_and_documents_are_those_of_the_day(client, reader):
    later = {"as_of": datetime.date(2026, 3, 1)}
    make.facility(name="Cơ sở cũ"), make.facility(name="Cơ sở mới", **later)
    make.project(name="Dự án cũ"), make.project(name="Dự án mới", **later)
    make.document(number="1/QĐ", issued_on=datetime.date(2025, 2, 1))
    make.document(number="2/QĐ", year=2026, issued_on=datetime.date(2026, 2, 1))
    make.document(number="3/QĐ", year=None)
    assert names(client.get("/facilities/?as_of=2025-12-31")) == ["Cơ sở cũ"]
    assert names(client.get("/projects/?as_of=2025-12-31")) == ["Dự án cũ"]
    assert sorted(names(client.get("/documents/?as_of=2025-12-31"))) == ["1/QĐ", "3/QĐ"]
    assert len(names(client.get("/facilities/"))) == len(names(client.get("/projects/"))) == 2


def test_an_empty_list_says_why_it_is_empty(client, reader):
    assert "Chưa có dự án nào" in text(client.get("/projects/"))
    assert "Hãy bỏ bớt điều kiện" in text(client.get("/projects/", {"origin": "FDI"}))


def test_only_who_may_add_is_asked_to_add(client):
    for role, may in [("viewer", False), ("editor", True), ("administrator", True), ("auditor", False)]:
        client.force_login(make.user(role))
        for address in ("/zones/", "/facilities/", "/projects/", "/documents/"):
            assert (f'href="{address}new/"' in client.get(address).content.decode()) is may, (role, address)


def test_the_map_draws_the_boundary_of_the_day_or_else_the_point(client, reader):
    drawn = make.zone(code="A", lat=21.0, lon=105.8, point_precision="unit_centre")
    make.boundary(drawn, as_of=datetime.date(2025, 3, 1))
    make.zone(code="B", lat=21.1, lon=105.9, point_precision="unit_centre")
    make.zone(code="C")
    make.status(drawn, as_of=datetime.date(2024, 1, 1))
    found = client.get("/zones/map.json").json()
    by_code = {feature["properties"]["code"]: feature for feature in found["features"]}
    assert by_code["A"]["geometry"]["type"] == "Polygon"
    assert by_code["A"]["properties"]["precision"] == ""
    assert by_code["A"]["properties"]["state"] == "operating"
    assert by_code["B"]["geometry"] == {"type": "Point", "coordinates": [105.9, 21.1]}
    assert by_code["B"]["properties"]["precision"] == "unit_centre"
    assert by_code["C"]["geometry"] is None
    assert found["bounds"] == [[21.0, 105.8], [21.1, 105.9]]
    before = client.get("/zones/map.json", {"as_of": "2024-12-31"}).json()["features"]
    assert [feature["geometry"]["type"] for feature in before] == ["Point"]


def test_map_and_list_hold_the_same_rows_and_the_map_names_their_places(client, reader):
    unit = make.unit(name="Xã Sơn Đồng", lat=21.05, lon=105.7)
    make.unit(name="Thành phố Hà Nội", level="province", lat=21.02, lon=105.83)
    zone = make.zone(code="A", kind="KCN", lat=21.05, lon=105.7, point_precision="address")
    ZoneUnit.objects.create(zone=zone, unit=unit)
    make.zone(code="B")
    page = client.get("/zones/", {"view": "map", "kind": "KCN"})
    assert page.context["map_features"] == "/zones/map.json?view=map&kind=KCN"
    assert [item["code"] for item in page.context["map_items"]] == ["A"]
    found = client.get(page.context["map_features"]).json()
    assert [feature["id"] for feature in found["features"]] == ["A"]
    assert [(label["name"], label["level"]) for label in found["labels"]] == [
        ("Thành phố Hà Nội", "province"),
        ("Xã Sơn Đồng", "ward"),
    ]
    both = client.get("/zones/", {"view": "both"})
    assert len(both.context["rows"]) == 2
    assert "map_items" not in both.context


def test_facilities_have_a_map_by_relocation_class(client, reader):
    place = {"lat": 21.0, "lon": 105.8, "point_precision": "address"}
    make.facility(relocation_class="compulsory", relocation_reason="fire", **place)
    make.facility(**place)
    found = client.get("/facilities/map.json").json()["features"]
    said = [(feature["properties"]["state"], feature["properties"]["state_label"]) for feature in found]
    assert said == [("late", "bắt buộc di dời"), ("unknown", "chưa phân loại")]


def test_lists_need_as_many_statements_for_two_thousand_zones_as_for_twenty(client, reader):
    addresses = {
        "zones:list": "/zones/",
        "zones:list on a past day": "/zones/?as_of=2025-06-30",
        "zones:list as map": "/zones/?view=map",
    }
    units = [make.unit(), make.unit()]
    root = make.zone()
    for wanted, of_map in ((20, "zones:map"), (1980, "zones:map of many")):
        zones = make.many_zones(wanted, parent=root, relation="expansion", lat=21.0, lon=105.8)
        ZoneUnit.objects.bulk_create(ZoneUnit(zone=zone, unit=unit) for zone in zones for unit in units)
        asked = addresses | {of_map: "/zones/map.json"}
        assert {name: counted(client, address) for name, address in asked.items()} == {
            name: COUNTS[name] for name in asked
        }


def test_the_other_lists_need_as_many_statements_for_thirty_rows_as_for_three(client, reader):
    addresses = {
        "zones:facilities": "/facilities/",
        "zones:facilities_map": "/facilities/map.json",
        "zones:projects": "/projects/",
        "zones:documents": "/documents/",
    }
    for wanted in (3, 27):
        for _ in range(wanted):
            document = make.document(agency=reader.agency)
            zone = make.zone(managing_agency=reader.agency)
            make.facility(managing_agency=reader.agency, document=document, destination=zone, unit=make.unit())
            make.project(zone, document=document)
        assert {name: counted(client, address) for name, address in addresses.items()} == {
            name: COUNTS[name] for name in addresses
        }


@pytest.mark.parametrize("what", ["zones", "facilities"])
def test_whatever_column_is_chosen_a_longer_list_needs_no_more_statements(client, reader, what):
    """Related records of which no chosen column tells are not read, and never one by one."""
    needed = []
    for _round in range(2):
        for _row in range(3):
            zone = make.zone(parent=make.zone(), relation="expansion")
            ZoneUnit.objects.create(zone=zone, unit=make.unit())
            make.facility(document=make.document(), destination=zone, unit=make.unit())
        needed.append([counted(client, f"/{what}/?columns={one.key}") for one in LISTINGS[what].columns])
    assert needed[0] == needed[1]


@pytest.mark.parametrize("column", ["parent", "parent_code"])
def test_a_chosen_column_tells_of_no_hidden_record(client, reader, column):
    hidden = make.zone(name="Khu kín", code="KHU-KIN", publicity="restricted")
    make.zone(parent=hidden, relation="expansion")
    [row] = client.get(f"/zones/?columns={column}").context["rows"]
    assert row[1]["text"] == ""


def test_a_field_is_offered_as_it_was_asked_and_to_the_next_reader_as_if_nobody_had_asked(client, reader):
    asked = client.get("/zones/?kind=CCN&established=true&area_min=5").content.decode()
    assert re.search(r'value="CCN"[^>]* checked', asked)
    assert re.search(r'<option value="true" selected>', asked)
    assert re.search(r'name="area_min"[^>]*value="5"', asked) or re.search(r'value="5"[^>]*name="area_min"', asked)

    blank = client.get("/zones/").content.decode().split('id="results"')[0].split('class="filters"')[1]
    assert " checked" not in blank
    assert 'value="true" selected' not in blank
    client.cookies["django_language"] = "en"
    assert "Tất cả" not in client.get("/zones/").content.decode().split('id="results"')[0].split('class="filters"')[1]
