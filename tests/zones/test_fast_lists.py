"""Lists of any length: pages go on behind a cursor, only the fields that were asked for are told, and nobody counts a
million rows or waits for a statement to be told that they ask too often."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models import QuerySet

from accounts import keyset, rates
from tests import factories as make
from zones.models import Facility

pytestmark = pytest.mark.django_db
FACILITIES, ZONES = "/api/v1/facilities", "/api/v1/zones"


def test_a_record_that_changes_its_agency_is_seen_at_once_with_the_new_rights():
    person = make.user("viewer")
    make.zone(code="A1", publicity="restricted", managing_agency=person.agency)
    client = make.caller(person)
    assert client.get(f"{ZONES}/A1").status_code == 200
    assert client.get(ZONES).json()["count"] == 1
    person.agency = make.agency()
    person.save()
    assert client.get(f"{ZONES}/A1").status_code == 404
    assert client.get(ZONES).json()["results"] == []


# Only some fields -----------------------------------------------------------------------------------------------------


def test_only_the_fields_that_were_asked_for_are_told():
    make.facility(code="F1", document=make.document(number="1/QĐ"), lat=21.0, lon=105.8, point_precision="address")
    client = make.caller()
    listed = client.get(f"{FACILITIES}?fields=code,document_label").json()["results"]
    assert listed == [{"code": "F1", "document_label": "1/QĐ (2025)"}]
    one = client.get(f"{FACILITIES}/F1?fields=etag,name")
    assert list(one.json()) == ["name", "etag"]
    assert one["ETag"] == one.json()["etag"]
    feature = client.get(f"{FACILITIES}?fields=name&format=geojson").json()["features"][0]
    assert (feature["id"], list(feature["properties"])) == ("F1", ["name"])
    assert feature["geometry"]["coordinates"] == [105.8, 21.0]


@pytest.mark.parametrize("query", ["fields=code,colour", "fields=", "fields=seen", "fields=code&fields=colour"])
def test_a_field_that_does_not_exist_is_refused(query):
    make.area(make.zone())
    response = make.caller().get(f"/api/v1/facts/areas?{query}")
    if query == "fields=":
        assert "value_ha" in response.json()["results"][0]
    else:
        assert (response.status_code, list(response.json()["errors"])) == (400, ["fields"])


# Pages behind a cursor ------------------------------------------------------------------------------------------------

ORDERINGS = [
    "", "name", "-name", "workers", "-workers", "relocation_class,-workers", "-relocation_due_on,land_area_ha",
    "code", "-city,name", "wave,wave,-wave", "land_area_ha,-floor_area_m2,workers",
]  # fmt: skip


@pytest.fixture
def facilities():
    """Thirty of them with many ties and many unknown values."""
    agency = make.agency()
    for number in range(30):
        make.facility(
            managing_agency=agency,
            name=f"Cơ sở {number % 7}",
            workers=[None, 5, 10, 5][number % 4],
            land_area_ha=[None, "1.5", "1.25"][number % 3],
            floor_area_m2=[None, 8][number % 2],
            wave=[None, 1, 2][number % 3],
            relocation_due_on=[None, "2027-01-01", "2028-01-01"][number % 3],
            relocation_class=["", "encouraged", "may_stay"][number % 3],
        )


def walk(client, path, way="next"):
    """The codes of every page from `path` on, page by page."""
    while path:
        page = client.get(path).json()
        yield [row["code"] for row in page["results"]], page
        path = page[way]


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_pages_behind_a_cursor_hold_every_row_once_in_order_forwards_and_back(facilities, ordering):
    client = make.caller()
    path = f"{FACILITIES}?page_size={{}}&fields=code&ordering={ordering}"
    whole = next(walk(client, path.format(200)))[0]
    pages = list(walk(client, path.format(7)))
    assert [code for codes, _page in pages for code in codes] == whole
    assert len(whole) == 30
    assert [len(codes) for codes, _page in pages] == [7, 7, 7, 7, 2]
    back = list(walk(client, pages[-1][1]["previous"], "previous"))
    assert [codes for codes, _page in back] == [codes for codes, _page in reversed(pages[:-1])]


def test_the_order_is_that_of_the_filterset(facilities):
    from zones.filters import FacilityFilterSet

    for ordering in ORDERINGS:
        expected = FacilityFilterSet({"ordering": ordering}, Facility.objects.all()).qs.values_list("code", flat=True)
        assert next(walk(make.caller(), f"{FACILITIES}?ordering={ordering}"))[0] == list(expected), ordering


def test_rows_that_come_in_meanwhile_are_neither_doubled_nor_push_others_out(facilities):
    client, seen = make.caller(), []
    for codes, _page in walk(client, f"{FACILITIES}?page_size=5&ordering=name"):
        seen += codes
        make.facility(code=f"MOI-{len(seen)}", name="A đứng đầu")
    old = [code for code in seen if not code.startswith("MOI-")]
    assert len(old) == len(set(old)) == 30


def test_a_cursor_of_another_list_or_of_other_conditions_is_refused(facilities):
    client = make.caller()
    given = parse_qs(urlsplit(client.get(f"{FACILITIES}?page_size=5").json()["next"]).query)["cursor"][0]
    assert client.get(f"{FACILITIES}?cursor={given}&page_size=3&fields=code").status_code == 200
    for path in (
        f"{FACILITIES}?cursor={given}&city=HN",
        f"{FACILITIES}?cursor={given}&ordering=name",
        f"{FACILITIES}?cursor={given[:-2]}xx",
        f"{FACILITIES}?cursor=%00",
        f"/api/v1/facts/areas?cursor={given}",
    ):
        response = client.get(path)
        assert (response.status_code, list(response.json()["errors"])) == (400, ["cursor"]), path
    assert client.get(f"{FACILITIES}?page=2").status_code == 400


def test_facts_are_paged_by_cursor_newest_first_and_by_zone():
    for number in range(9):
        make.area(make.zone(name=f"Khu {number % 3}"), value=number)
    client = make.caller()
    for ordering in ("", "zone", "-zone,as_of", "-recorded_at"):
        path = f"/api/v1/facts/areas?ordering={ordering}&fields=id&page_size="
        whole = [row["id"] for row in client.get(f"{path}50").json()["results"]]
        told = []
        at = f"{path}2"
        while at:
            page = client.get(at).json()
            told, at = told + [row["id"] for row in page["results"]], page["next"]
        assert told == whole
        assert len(whole) == 9


# Counting -------------------------------------------------------------------------------------------------------------


def test_more_rows_than_anybody_counts_are_said_to_be_more(facilities, monkeypatch):
    monkeypatch.setattr(keyset.count_up_to, "__defaults__", (10,))
    monkeypatch.setattr(keyset, "MOST_COUNTED", 10)
    client = make.caller()
    page = client.get(f"{FACILITIES}?area_min=1").json()
    assert (page["count"], page["count_at_least"]) == (None, 10)
    few = client.get(f"{FACILITIES}?wave=1&area_min=1.3").json()
    assert few["count"] == few["count_at_least"] == len(few["results"]) <= 10


def test_without_other_conditions_than_city_and_class_the_stored_sums_count_exactly(facilities, monkeypatch):
    def refuse(*_given, **_named):
        raise AssertionError("counted row by row")

    monkeypatch.setattr(QuerySet, "count", refuse)
    client = make.caller()
    for query, wanted in (("", 30), ("city=HN", 30), ("city=HCM", 0), ("relocation_class=unknown", 10)):
        assert client.get(f"{FACILITIES}?{query}").json()["count"] == wanted
    assert client.get(f"{FACILITIES}?relocation_class=unknown&relocation_class=may_stay").json()["count"] == 20


def test_the_page_of_many_facilities_says_so_and_adds_up_what_is_stored(facilities, client, monkeypatch):
    monkeypatch.setattr(keyset.count_up_to, "__defaults__", (10,))
    client.force_login(make.administrator())
    whole = client.get("/facilities/?page_size=20")
    assert whole.context["count"] == 30
    land = next(value for label, value, _unit in whole.context["sums"] if label == "Diện tích đất")
    assert land == "27,5"
    many = client.get("/facilities/?area_min=1")
    assert many.context["count"] == "hơn 10.000"
    assert many.context["sums"] == []
    assert "Lọc hẹp hơn để xem tổng" in many.content.decode()


def test_the_page_goes_on_behind_a_cursor_and_begins_anew_with_other_conditions(facilities, client):
    client.force_login(make.administrator())
    first = client.get("/facilities/?page_size=20")
    following = client.get("/facilities/", {"page_size": 20, "cursor": first.context["window"].following})
    told = [row[0]["url"] for page in (first, following) for row in page.context["rows"]]
    assert len(told) == len(set(told)) == 30
    assert "Trang trước" in following.content.decode()
    assert "Trang sau" not in following.content.decode()
    other = client.get("/facilities/", {"city": "HN", "cursor": first.context["window"].following})
    assert len(other.context["rows"]) == 30


# How often ------------------------------------------------------------------------------------------------------------


def test_a_caller_who_asks_too_often_waits_for_the_next_window_without_a_statement(monkeypatch):
    monkeypatch.setattr(rates.UserRate, "rate", "3/min", raising=False)
    now = [1_000_000.0]
    monkeypatch.setattr(rates.UserRate, "timer", lambda self: now[0])
    monkeypatch.setattr(rates.CountedHere, "counts", {})
    client, other = make.caller(), make.caller()
    assert [client.get(ZONES).status_code for _each in range(4)] == [200, 200, 200, 429]
    refused = client.get(ZONES)
    assert 0 < int(refused["Retry-After"]) <= 60
    assert other.get(ZONES).status_code == 200
    now[0] += int(refused["Retry-After"])
    assert client.get(ZONES).status_code == 200


# What is offered to choose from ---------------------------------------------------------------------------------------


def test_where_too_many_records_could_be_chosen_the_code_is_typed(client, monkeypatch):
    client.force_login(make.administrator())
    for code in ("GOC-1", "GOC-2"):
        make.zone(name=f"Khu của {code}", parent=make.zone(code=code), relation="phase")
    assert '<option value="GOC-1" selected>' in client.get("/zones/?parent=GOC-1").content.decode()
    monkeypatch.setattr("zones.forms.offering.MOST_OFFERED", 1)
    typed = client.get("/zones/?parent=GOC-1")
    assert re.search('<input[^>]* name="parent" value="GOC-1"', typed.content.decode())
    assert [row[0]["text"] for row in typed.context["rows"]] == ["Khu của GOC-1"]
