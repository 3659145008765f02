"""What a list can be asked, through its address: each condition keeps the right rows, a wrong one is said."""

import datetime

import pytest

from tests import factories as make
from zones.models import UnitSuccession, ZoneUnit

pytestmark = pytest.mark.django_db
SPRING = datetime.date(2025, 3, 1)


@pytest.fixture
def reader(client):
    person = make.user("viewer")
    client.force_login(person)
    return person


def codes(client, address, **asked):
    """The codes (numbers of documents) in the order of the list's csv."""
    what = address.strip("/")
    answer = client.get(f"/export/{what}.csv", asked)
    assert answer.status_code == 200, answer.headers.get("Location")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[1:]
    place = 0 if what == "documents" else 1
    return [line.split(",")[place] for line in lines]


@pytest.fixture
def three(reader):
    """A large operating park with everything, a small planned cluster, a cluster of which nothing is said."""
    park = make.zone(code="A", name="Khu công nghiệp An", kind="KCN")
    make.area(park, value="300", document=make.document(), source="")
    make.status(park, "operating")
    make.status(park, "yes", aspect="established")
    make.occupancy(park, "90", "100")
    make.boundary(park)
    cluster = make.zone(code="B", name="Cụm công nghiệp Bình", kind="CCN")
    make.area(cluster, value="20")
    make.status(cluster, "in_plan")
    make.status(cluster, "no", aspect="established")
    make.occupancy(cluster, "5", "10")
    make.zone(code="C", name="Cụm công nghiệp Chi", kind="CCN")
    return park, cluster


def test_a_condition_keeps_the_zones_that_fit(client, three):
    for asked, kept in [
        ({}, ["B", "C", "A"]),
        ({"kind": "CCN"}, ["B", "C"]),
        ({"kind": ["CCN", "KCN"]}, ["B", "C", "A"]),
        ({"status": "operating"}, ["A"]),
        ({"status": ["operating", "in_plan"]}, ["B", "A"]),
        ({"status": "unknown"}, ["C"]),
        ({"established": "true"}, ["A"]),
        ({"established": "false"}, ["B"]),
        ({"established": "unknown"}, ["C"]),
        ({"area_min": "20", "area_max": "299.5"}, ["B"]),
        ({"has_area": "false"}, ["C"]),
        ({"has_decision": "true"}, ["A"]),
        ({"has_boundary": "true"}, ["A"]),
        ({"has_boundary": "false"}, ["B", "C"]),
        ({"search": "binh"}, ["B"]),
        ({"search": "CCN chi"}, ["C"]),
        ({"city": "HCM"}, []),
        ({"ordering": "-area_ha"}, ["A", "B", "C"]),
        ({"ordering": "area_ha"}, ["B", "A", "C"]),
        ({"ordering": "-occupancy"}, ["A", "B", "C"]),
        ({"ordering": "status"}, ["B", "A", "C"]),
        ({"ordering": "kind,-name"}, ["C", "B", "A"]),
    ]:
        assert codes(client, "/zones/", **asked) == kept, asked


def test_conditions_speak_of_the_chosen_day(client, reader):
    zone = make.zone(code="A")
    make.status(zone, "in_plan", as_of=SPRING)
    make.status(zone, "operating", as_of=SPRING + datetime.timedelta(days=90))
    assert codes(client, "/zones/", status="operating") == ["A"]
    assert codes(client, "/zones/", status="operating", as_of="2025-03-31") == []
    assert codes(client, "/zones/", status="in_plan", as_of="31/03/2025") == ["A"]
    assert codes(client, "/zones/", as_of="2025-02-01") == []


def test_people_write_numbers_as_offices_do_and_machines_as_machines_do(client, reader):
    make.area(make.zone(name="Khu Nhỏ"), value="12")
    make.area(make.zone(name="Khu Lớn"), value="1200")
    assert [zone.name for zone in client.get("/zones/", {"area_min": "1.000,0"}).context["filter"].qs] == ["Khu Lớn"]
    assert [zone["name"] for zone in client.get("/api/v1/zones", {"area_max": "12.000"}).json()["results"]] == [
        "Khu Nhỏ"
    ]
    assert client.get("/zones/", {"area_min": "1.2.3"}).status_code == 400
    assert client.get("/zones/", {"area_min": "1.000"}).status_code == 400  # one, or a thousand?


def test_both_cities_may_be_said_in_every_list_and_map(client, reader):
    make.zone(city="HN", publicity="public")
    make.zone(city="HCM", publicity="public")
    assert client.get("/zones/", {"city": "all"}).context["page"].paginator.count == 2
    assert len(client.get("/zones/map.json", {"city": "all"}).json()["features"]) == 2
    for what in ("zones", "facts/measurements", "agencies", "figures/overview"):
        assert client.get(f"/api/v1/{what}", {"city": "all"}).status_code == 200
    assert client.get("/zones/", {"city": "XX"}).status_code == 400


def test_an_old_district_and_a_new_commune_give_the_same_zones(client, reader):
    ended = {"valid_to": datetime.date(2025, 6, 30)}
    district = make.unit(level="district", name="Huyện Hoài Đức", **ended)
    old = make.unit(name="Xã Lại Yên", parent=district, **ended)
    new = make.unit(name="Xã Sơn Đồng", valid_from=datetime.date(2025, 7, 1))
    UnitSuccession.objects.create(old=old, new=new, whole=True, on=datetime.date(2025, 7, 1))
    ZoneUnit.objects.create(zone=make.zone(code="A"), unit=old)
    ZoneUnit.objects.create(zone=make.zone(code="B"), unit=new)
    make.zone(code="C")
    make.facility(code="X", unit=old)
    make.facility(code="Y", unit=new)
    for unit in (district, old, new):
        assert sorted(codes(client, "/zones/", unit=unit.pk)) == ["A", "B"]
        assert sorted(codes(client, "/facilities/", unit=unit.pk)) == ["X", "Y"]


def test_zones_of_an_agency_and_parts_of_a_zone(client, reader):
    parent = make.zone(code="A", managing_agency=reader.agency)
    make.zone(code="B", parent=parent, relation="expansion")
    assert codes(client, "/zones/", agency=reader.agency.code) == ["A"]
    assert codes(client, "/zones/", parent="A") == ["B"]


def test_facilities_are_asked_for_class_destination_wave_and_deadline(client, reader):
    zone = make.zone(code="A")
    day = datetime.date(2027, 12, 31)
    going = {"relocation_class": "compulsory", "relocation_reason": "fire", "destination": zone, "wave": 1}
    make.facility(code="X", land_area_ha="2", relocation_due_on=day, **going)
    make.facility(code="Y", relocation_class="may_stay")
    make.facility(code="Z")
    for asked, kept in [
        ({"relocation_class": "compulsory"}, ["X"]),
        ({"relocation_class": ["may_stay", "unknown"]}, ["Y", "Z"]),
        ({"reason": "fire"}, ["X"]),
        ({"destination": "A"}, ["X"]),
        ({"has_destination": "false"}, ["Y", "Z"]),
        ({"wave": "1"}, ["X"]),
        ({"due_max": "31/12/2027"}, ["X"]),
        ({"due_max": "2027-12-30"}, []),
        ({"area_min": "1"}, ["X"]),
    ]:
        assert codes(client, "/facilities/", **asked) == kept, asked


def test_projects_are_asked_for_zone_capital_and_status(client, reader):
    park = make.zone(code="A", kind="KCN")
    make.project(park, code="P", origin="FDI", registered_musd="12")
    make.project(make.zone(code="B"), code="Q", status="implementing", registered_bn="90")
    for asked, kept in [
        ({"zone": "A"}, ["P"]),
        ({"origin": "DDI"}, ["Q"]),
        ({"status": "implementing"}, ["Q"]),
        ({"kind": "KCN"}, ["P"]),
        ({"ordering": "-registered_bn"}, ["Q", "P"]),
    ]:
        assert codes(client, "/projects/", **asked) == kept, asked


def test_documents_are_asked_for_type_year_issuer_file_and_words(client, reader):
    make.document(number="4756/QĐ-UBND", year=2017, title="Thành lập CCN Lại Yên", file="documents/a.pdf")
    make.document(number="12/TB-VP", type="TB", year=2025, issuer="Văn phòng")
    for asked, kept in [
        ({"type": "TB"}, ["12/TB-VP"]),
        ({"year": "2017"}, ["4756/QĐ-UBND"]),
        ({"issuer": "văn phòng"}, ["12/TB-VP"]),
        ({"has_file": "true"}, ["4756/QĐ-UBND"]),
        ({"search": "lai yen 4756"}, ["4756/QĐ-UBND"]),
    ]:
        assert codes(client, "/documents/", **asked) == kept, asked


def test_a_value_that_cannot_be_read_is_said_and_no_rows_are_shown(client, three):
    for name, value in [
        ("kind", "KHU"),
        ("status", "not_listed"),
        ("unit", "99999999999999999999"),
        ("unit", "abc"),
        ("agency", "KHONG-CO"),
        ("parent", "A\0B"),
        ("area_min", "nhiều"),
        ("area_min", "NaN"),
        ("area_max", "1e400"),
        ("area_max", "-1"),
        ("established", "1"),
        ("has_area", "unknown"),
        ("search", "a\0b"),
        ("search", "a" * 201),
        ("city", "DN"),
        ("ordering", "publicity"),
        ("ordering", "-managing_agency__people__password"),
        ("known_at", "hôm qua"),
        ("known_at", "0001-01-01T00:00:00+14:00"),
    ]:
        page = client.get("/zones/", {name: value})
        assert page.status_code == 400, (name, value)
        assert 'role="alert"' in page.content.decode()
        assert "Cụm công nghiệp Bình" not in page.content.decode()
        assert client.get("/zones/map.json", {name: value}).status_code == 400


def test_what_may_not_be_seen_is_neither_offered_nor_accepted(client, reader):
    hidden = make.zone(code="KIN", name="Khu kín", publicity="restricted")
    make.zone(parent=hidden, relation="expansion")
    make.facility(code="X", destination=hidden)
    make.project(hidden)
    assert "Khu kín" not in client.get("/zones/").content.decode()
    assert "Khu kín" not in client.get("/facilities/").content.decode()
    assert "Khu kín" not in client.get("/projects/").content.decode()
    assert client.get("/zones/", {"parent": "KIN"}).status_code == 400
    assert client.get("/facilities/", {"destination": "KIN"}).status_code == 400
    assert client.get("/projects/", {"zone": "KIN"}).status_code == 400


@pytest.mark.parametrize("ordering", [",", ",,,", "name,", ",-name", "-"])
def test_an_order_with_nothing_between_its_commas_breaks_no_list(client, ordering):
    make.zone()
    client.force_login(make.administrator())
    for address in ("/zones/", "/dossiers/", "/api/v1/zones", "/api/v1/dossiers"):
        assert client.get(address, {"ordering": ordering}).status_code in (200, 400), address
