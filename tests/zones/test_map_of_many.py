"""More records than a map draws one by one: clusters that add up to the list, the few that are near drawn singly."""

import json
import random

import pytest

from tests import factories as make
from zones import clusters
from zones.models import Facility, Zone

pytestmark = pytest.mark.django_db
CITY = "105.5,20.8,106.2,21.3"
CLASSES = ("", "compulsory", "encouraged", "may_stay")
STATES = {"": "unknown", "compulsory": "late", "encouraged": "soon", "may_stay": "on-track"}


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch):
    """A hundred records are already too many for one look."""
    monkeypatch.setattr(clusters, "MOST_SINGLE", 100)
    monkeypatch.setattr("zones.mapping.MOST_SINGLE", 100)
    monkeypatch.setattr("zones.views.lists.MOST_SINGLE", 100)


@pytest.fixture
def reader(client):
    person = make.user("viewer")
    client.force_login(person)
    return person


def facilities(wanted, **given):
    chance, agency = random.Random(7), given.pop("agency", None) or make.agency()
    made = [
        Facility(
            **{
                "code": f"CS-{next(make.numbers)}", "name": f"Cơ sở {place}", "city": "HN", "publicity": "public",
                "managing_agency": agency, "as_of": make.DAY, "source": "Phiếu", "relocation_class": CLASSES[place % 4],
                "lon": round(chance.gauss(105.85, 0.08), 6), "lat": round(chance.gauss(21.03, 0.08), 6),
                "search": f" co so {place}",
            } | given
        )
        for place in range(wanted)
    ]  # fmt: skip
    Facility.objects.bulk_create(made)
    return made


def asked(client, what="facilities", **parameters):
    answer = client.get(f"/{what}/map.json", parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def total(found):
    return sum(cluster[2] for cluster in found["clusters"]) + len(found["features"])


def by_state(found):
    states = {}
    for _lon, _lat, _count, own in found["clusters"]:
        for state, count in own.items():
            states[state] = states.get(state, 0) + count
    return states


def live(client, **parameters):
    """The same question with a condition that holds for all, which the stored squares cannot answer."""
    return asked(client, search="cơ sở", **parameters)


def test_few_records_are_drawn_one_by_one(client, reader):
    facilities(100)
    found = asked(client, city="HN")
    assert len(found["features"]) == 100 and "clusters" not in found


def test_the_clusters_hold_every_record_once_and_tell_their_states(client, reader):
    facilities(180)
    facilities(20, lat=None, lon=None)
    found = asked(client, city="HN")
    assert found["moving"] and found["features"] == []
    assert total(found) == 180 and found["absent"] == 20
    assert by_state(found) == dict.fromkeys(STATES.values(), 45)
    assert {state: count for state, (_words, count) in found["legend"].items()} == dict.fromkeys(STATES.values(), 50)
    assert found["legend"]["late"][0] == "bắt buộc di dời"
    (south, west), (north, east) = found["bounds"]
    for lon, lat, _count, _states in found["clusters"]:
        assert west <= lon <= east and south <= lat <= north


def test_a_cluster_stands_where_its_records_stand_on_average(client, reader):
    facilities(60, lat=21.01, lon=105.81)
    facilities(180, lat=21.03, lon=105.83)
    (cluster,) = asked(client, city="HN", bbox="100,15,110,25", zoom=6)["clusters"]
    assert cluster[:3] == [105.825, 21.025, 240]


@pytest.mark.parametrize("zoom", [5, 8, 10, 11, 12, 13, 14, 18])
def test_stored_and_live_squares_say_the_same(client, reader, zoom):
    facilities(300)
    stored, again = (answer(client, city="HN", bbox=CITY, zoom=zoom) for answer in (asked, live))
    assert total(stored) == total(again) == 300
    if zoom <= 12:
        assert sorted(stored["clusters"], key=str) == sorted(again["clusters"], key=str)


def test_squares_become_finer_closer_by_but_never_too_many(client, reader):
    facilities(400)
    numbers = [len(asked(client, city="HN", bbox=CITY, zoom=zoom)["clusters"]) for zoom in (7, 9, 11)]
    assert numbers == sorted(numbers) and numbers[0] < numbers[-1]
    everywhere = client.get("/facilities/map.json", {"city": "HN", "bbox": "-180,-90,180,90", "zoom": 22})
    assert len(everywhere.json()["clusters"]) < 10
    view = clusters.View(105, 20, 106, 21, 22)
    assert 2**view.fineness <= clusters.MOST_ACROSS


def test_what_is_near_and_few_is_drawn_one_by_one_with_its_name(client, reader):
    facilities(200)
    unit = make.unit(name="Xã Sơn Đồng", lat=21.5, lon=105.2)
    (own,) = facilities(1, lat=21.5, lon=105.2, unit=unit, relocation_class="compulsory")
    found = asked(client, city="HN", bbox="105.15,21.45,105.25,21.55", zoom=14)
    assert [feature["id"] for feature in found["features"]] == [own.code] and found["clusters"] == []
    assert found["features"][0]["properties"]["state"] == "late"
    assert "Xã Sơn Đồng" in [label["name"] for label in found["labels"]]


@pytest.mark.parametrize("role", ["viewer", "city", "auditor"])
def test_hidden_facilities_are_in_no_cluster(client, role):
    own, other, south = make.agency(), make.agency(), make.agency(city="HCM")
    for agency in (own, other, south):
        for publicity in ("public", "internal", "restricted"):
            facilities(60, agency=agency, city=agency.city, publicity=publicity)
    person = make.user(role, agency=own)
    client.force_login(person)
    seen = Facility.objects.visible_to(person)
    assert total(asked(client, city="all")) == seen.count()
    assert total(asked(client, city="HN")) == seen.filter(city="HN").count()
    assert total(live(client, city="HN")) == seen.filter(city="HN").count()


@pytest.mark.parametrize(
    "asked_for", [{"relocation_class": "compulsory"}, {"relocation_class": "unknown"}, {"search": "co so 1"}]
)
def test_the_map_obeys_the_filter_of_its_list(client, reader, asked_for):
    facilities(480)
    page = client.get("/facilities/", {"city": "HN"} | asked_for)
    found = asked(client, city="HN", **asked_for)
    assert total(found) == page.context["count"] > 100


def test_a_past_day_knows_only_the_figures_of_that_day(client, reader):
    facilities(150)
    facilities(150, as_of="2024-01-01")
    assert total(asked(client, city="HN", as_of="2024-06-01")) == 150
    assert total(asked(client, city="HN")) == 300


def test_very_many_zones_are_clustered_too_and_one_with_only_a_boundary_has_its_place(client, reader):
    made = make.many_zones(150, lat=21.03, lon=105.85)
    Zone.objects.filter(pk__in=[zone.pk for zone in made[:50]]).update(now_status="suspended")
    for zone in (make.zone(), make.zone()):
        make.boundary(zone)
    make.zone()
    found = asked(client, "zones", city="HN")
    assert total(found) == 152 and found["absent"] == 1
    assert by_state(found) == {"operating": 100, "suspended": 50, "unknown": 2}
    near = asked(client, "zones", city="HN", bbox="105.79,20.99,105.82,21.02", zoom=14)
    assert [feature["geometry"]["type"] for feature in near["features"]] == ["Polygon", "Polygon"]


@pytest.mark.parametrize("bbox", ["1,2,3", "a,b,c,d", "106,20,105,21", "nan,1,2,3", "105,20,106,91", "105,20,106,21,"])
def test_an_unreadable_view_is_refused(client, reader, bbox):
    assert client.get("/facilities/map.json", {"bbox": bbox}).status_code == 400
    assert client.get("/facilities/map.json", {"bbox": CITY, "zoom": "99"}).status_code == 400


def test_beside_a_map_of_many_stand_the_first_with_their_place(client, reader):
    facilities(150)
    page = client.get("/facilities/", {"city": "HN", "view": "map"})
    assert len(page.context["map_items"]) == 100 == page.context["map_first"]
    assert "Chỉ liệt kê 100 dòng đầu" in page.content.decode()
    assert page.context["map_items"][0]["at"].startswith("21.") or page.context["map_items"][0]["at"].startswith("20.")


def test_an_answer_stays_small(client, reader):
    """Every square of the finest grid that may be asked for is taken."""
    chance = random.Random(3)
    spread = [{"lon": 105 + chance.random(), "lat": 20.5 + chance.random()} for _each in range(4000)]
    made = facilities(4000)
    for facility, place in zip(made, spread, strict=True):
        facility.lon, facility.lat = place["lon"], place["lat"]
    Facility.objects.bulk_update(made, ["lon", "lat"])
    found = client.get("/facilities/map.json", {"city": "HN", "bbox": "105,20.5,106,21.5", "zoom": 12})
    assert len(json.loads(found.content)["clusters"]) > 800
    assert len(found.content) < 300_000
