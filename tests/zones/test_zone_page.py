"""The page of one zone: every figure with its day and its basis, disagreements in view, hidden things absent."""

import datetime
import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import ROLES
from tests import factories as make
from zones.models import UnitSuccession, Zone, ZoneArea, ZoneUnit
from zones.models.standing import FOREVER
from zones.profile import read_profile
from zones.recording import withdraw
from zones.statements import MEASUREMENTS_SHOWN

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())


@pytest.fixture
def reader(client):
    person = make.user("viewer")
    client.force_login(person)
    return person


def page(client, zone, **asked):
    return client.get(reverse("zone", args=[zone.code]), asked)


def text(response):
    return " ".join(response.content.decode().split())


def plain(response, code):
    """The page without what differs from one request to the next."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode()).replace(code, "")


def test_every_headline_figure_says_its_day_its_basis_and_who_recorded_it(client, reader):
    zone = make.zone(name="Cụm công nghiệp Lại Yên")
    decision = make.document(number="4756/QĐ-UBND", year=2017)
    recorder = make.administrator(first_name="Lan Anh", last_name="Nguyễn")
    make.area(zone, "decision", "27.2", as_of=datetime.date(2017, 7, 20), document=decision, source="", by=recorder)

    shown = text(page(client, zone))

    assert "27,2" in shown
    assert "20/07/2017" in shown
    assert f'href="/documents/{decision.pk}/">QĐ 4756/QĐ-UBND (2017)</a>' in shown
    assert "Nguyễn Lan Anh" in shown


def test_a_day_is_written_as_precisely_as_it_is_known(client, reader):
    zone = make.zone()
    make.area(zone, "decision", "27.2", as_of=datetime.date(2017, 12, 31), as_of_precision="year")

    shown = text(page(client, zone))

    assert '<time datetime="2017-12-31">2017</time>' in shown


def test_sources_that_disagree_stand_side_by_side_with_the_difference(client, reader):
    zone = make.zone()
    make.area(zone, "decision", "100", source="Quyết định")
    make.area(zone, "decision", "103.5", standing="reported", source="https://bao.example.vn/tin/1")

    shown = text(page(client, zone))

    assert "103,5" in shown
    assert "+3,5 ha" in shown
    assert "+3,5 %" in shown
    assert '<a href="https://bao.example.vn/tin/1" rel="noopener noreferrer">bao.example.vn</a>' in shown


def test_a_superseded_figure_is_kept_in_view_but_no_longer_used(client, reader):
    zone = make.zone()
    wrong = make.area(zone, "decision", "72.7")
    make.area(zone, "decision", "27.2", supersedes=wrong)

    profile = page(client, zone).context["profile"]

    assert [line.value for line in profile.areas[0].holding] == ["27,2"]
    assert [line.value for line in profile.areas[0].gone] == ["72,7"]


def test_established_and_operating_are_told_apart(client, reader):
    zone = make.zone()
    make.status(zone, "yes", "operating")
    make.status(zone, "no", "established")

    profile = page(client, zone).context["profile"]

    assert profile.operating.fact.value == "yes"
    assert profile.established.fact.value == "no"


def test_occupancy_is_a_fraction_with_its_basis_and_a_dash_without_a_denominator(client, reader):
    counted, stated, silent = make.zone(), make.zone(), make.zone()
    make.occupancy(counted, "30", "40")
    make.occupancy(stated, None, None, basis="unstated", stated_pct="88")
    make.area(silent)

    assert "75 % = 30 / 40" in text(page(client, counted))
    assert "NĐ 32/2024" in text(page(client, counted))
    assert page(client, stated).context["profile"].occupancy is None
    assert "nguồn công bố, không cộng" in text(page(client, stated))
    assert "Chưa có tử số và mẫu số" in text(page(client, silent))


@pytest.mark.parametrize(("roads", "fits"), [("20", True), ("20.05", True), ("20.06", False)])
def test_a_land_use_balance_may_miss_the_total_by_the_tolerance_only(client, reader, roads, fits):
    zone = make.zone()
    make.area(zone, "decision", "100")
    make.land_use(zone, "CN", "80")
    make.land_use(zone, "GT", roads)

    assert page(client, zone).context["profile"].balance.fits is fits


def test_the_measured_boundary_stands_beside_the_stated_area(client, reader):
    zone = make.zone()
    make.area(zone, "decision", "110")
    drawn = make.boundary(zone)

    profile = page(client, zone).context["profile"]

    assert profile.boundary_gap_ha == drawn.measured_ha - 110
    assert (
        client.get(reverse("zones:zone_map", args=[zone.code])).json()["features"][0]["geometry"]["type"] == "Polygon"
    )


def test_a_point_at_the_centre_of_a_unit_is_said_to_be_one(client, reader):
    zone = make.zone(lat=21.0, lon=105.8, point_precision="unit_centre")

    assert "tâm đơn vị hành chính, không phải vị trí thật" in text(page(client, zone))


def test_an_old_place_is_named_with_what_it_is_now(client, reader):
    zone = make.zone()
    old = make.unit(name="Xã Lại Yên", valid_to=datetime.date(2025, 6, 30))
    UnitSuccession.objects.create(old=old, new=make.unit(name="Xã Sơn Đồng"), whole=True, on=datetime.date(2025, 7, 1))
    ZoneUnit.objects.create(zone=zone, unit=old)

    assert "Xã Lại Yên, nay là Xã Sơn Đồng" in text(page(client, zone))


def test_a_place_that_is_only_narrowed_down_says_so(client, reader):
    zone = make.zone()
    for name in ("Xã Phúc Thịnh", "Xã Thư Lâm"):
        ZoneUnit.objects.create(zone=zone, unit=make.unit(name=name), certain=False)

    assert "một trong các đơn vị: Xã Phúc Thịnh, Xã Thư Lâm" in text(page(client, zone))


def test_the_page_of_a_past_day_shows_what_held_then(client, reader):
    zone = make.zone()
    make.area(zone, "decision", "20", as_of=datetime.date(2015, 1, 1))
    make.area(zone, "decision", "30", as_of=datetime.date(2020, 1, 1))

    assert page(client, zone, as_of="2016-12-31").context["profile"].area.value == "20"
    assert page(client, zone).context["profile"].area.value == "30"


def test_before_the_first_fact_the_page_says_that_the_register_knows_nothing(client, reader):
    zone = make.zone()
    make.area(zone, as_of=datetime.date(2020, 1, 1))

    assert "Sổ chưa biết gì về khu này ở ngày đang xem" in text(page(client, zone, as_of="2010-01-01"))
    assert "Chưa có số liệu nào" in text(page(client, make.zone()))


def test_as_it_was_known_hides_what_was_recorded_later(client, reader):
    zone = make.zone()
    make.area(zone, "decision", "20")
    yesterday = timezone.localdate() - datetime.timedelta(days=1)

    assert page(client, zone, known_at=yesterday.isoformat()).context["profile"].area is None
    assert page(client, zone, known_at=timezone.localdate().isoformat()).context["profile"].area.value == "20"


def test_an_unreadable_moment_is_said_and_the_page_still_stands(client, reader):
    response = page(client, make.zone(), known_at="hôm qua")

    assert response.status_code == 200
    assert "Không đọc được" in text(response)


def test_a_hidden_zone_looks_like_one_that_does_not_exist(client, reader):
    hidden = make.zone(publicity="restricted")
    there, absent = page(client, hidden), client.get(reverse("zone", args=["KHONG-CO"]))

    assert (there.status_code, absent.status_code) == (404, 404)
    assert plain(there, hidden.code) == plain(absent, "KHONG-CO")
    assert client.get(reverse("zones:zone_map", args=[hidden.code])).status_code == 404


def test_a_hidden_document_is_only_said_to_be_there(client, reader):
    zone = make.zone()
    secret = make.document(number="99/MAT", publicity="restricted")
    make.area(zone, document=secret, source="")

    shown = text(page(client, zone))

    assert "văn bản hạn chế" in shown
    assert "99/MAT" not in shown


def test_hidden_parents_parts_and_tenants_do_not_show(client, reader):
    parent = make.zone(name="Khu gốc kín", publicity="restricted")
    zone = make.zone(parent=parent, relation="expansion")
    make.zone(name="Phần mở rộng kín", parent=zone, relation="expansion", publicity="restricted")
    make.project(zone, name="Nhà máy kín", publicity="restricted")

    shown = text(page(client, zone))

    assert "Khu gốc kín" not in shown
    assert "Phần mở rộng kín" not in shown
    assert "Nhà máy kín" not in shown


def test_the_figures_on_the_page_are_those_of_the_lists(client, reader):
    zone = make.zone()
    make.area(zone, "in_plan", "120", as_of=datetime.date(2024, 1, 1))
    make.area(zone, "decision", "100", standing="reported")
    make.area(zone, "decision", "101")
    make.area(zone, "industrial", "70")
    make.area(zone, "leased", "55", as_of_precision="unknown")
    make.area(zone, "leased", "50", as_of=datetime.date(2020, 1, 1))
    make.status(zone, "not_listed", as_of=datetime.date(2025, 6, 1))
    make.status(zone, "under_construction")
    make.status(zone, "yes", "established", is_start=True)
    make.occupancy(zone, None, None, basis="unstated", stated_pct="88", as_of=datetime.date(2025, 6, 1))
    make.occupancy(zone, "30", "40")
    listed = Zone.objects.visible_to(reader).on().get(pk=zone.pk)

    profile = read_profile(zone, reader, FOREVER, None)

    assert profile.area.fact.value_ha == listed.area_ha
    assert profile.area.fact.kind == listed.area_kind
    assert profile.industrial.fact.value_ha == listed.industrial_ha
    assert profile.leased.fact.value_ha == listed.leased_ha
    assert profile.main.fact.value == listed.status
    assert profile.established_on.fact.as_of == listed.established_on
    assert profile.occupancy.fact.numerator_ha == listed.occupied_ha
    assert profile.stated_occupancy.fact.stated_pct == listed.stated_pct


def test_the_history_tells_who_changed_what_and_why_in_words(client, reader):
    zone = make.zone()
    fact = make.area(zone, "decision", "72.7")
    withdraw(fact, by=make.administrator(), note="gõ nhầm số")

    shown = text(page(client, zone))

    assert "Thêm khu, cụm" in shown
    assert "Thêm diện tích" in shown
    assert "bị thay lúc" in shown


def test_whoever_may_not_edit_is_told_who_may(client, reader):
    zone = make.zone()

    shown = text(page(client, zone))

    assert f"{zone.managing_agency} quản lý khu này" in shown
    assert "Sửa thông tin" not in shown


@pytest.mark.parametrize("facts", [40, 120])
def test_the_page_asks_the_database_a_fixed_number_of_times(client, reader, facts):
    zone = make.zone()
    place = make.unit()
    ZoneUnit.objects.create(zone=zone, unit=place)
    decision = make.document()
    recorder = make.administrator()
    for number in range(facts):
        make.area(zone, "decision", 100 + number, document=decision, by=recorder)
    for _number in range(facts // 3):
        make.project(zone)
    page(client, zone)

    with CaptureQueriesContext(connection) as asked:
        page(client, zone)

    assert len(asked) == COUNTS["zone"], "\n".join(query["sql"][:150] for query in asked)


def test_of_very_many_measurements_the_newest_stand_here_and_the_rest_behind_a_link(client, reader):
    zone, what = make.zone(), make.indicator()
    first, oldest = datetime.date(2000, 1, 1), make.document()
    kept_back = make.document(publicity="restricted")
    for number in range(MEASUREMENTS_SHOWN + 5):
        day = first + datetime.timedelta(days=number)
        basis = {"document": oldest if number == 0 else kept_back} if number < 2 else {}
        make.measurement(zone, indicator=what, value=str(7000 + number), as_of=day, period_end=day, **basis)

    response = page(client, zone)
    shown = text(response)

    assert "7.054" in shown
    assert "7.004" not in shown
    assert f"Xem cả {MEASUREMENTS_SHOWN + 5} số" in shown
    assert oldest.number in shown
    assert kept_back.number not in shown
    assert "1 văn bản hạn chế" in shown
    [link] = re.findall(r'href="(/[^"]*measurements[^"]*)"', response.content.decode())
    assert client.get(link).context["count"] == MEASUREMENTS_SHOWN + 5


def test_a_fact_at_hand_holds_on_the_days_on_which_the_ledger_finds_it(reader):
    zone = make.zone()
    stands = make.area(zone, "decision", "10", as_of=datetime.date(2020, 1, 1))
    make.area(zone, "decision", "11", as_of=datetime.date(2022, 1, 1), supersedes=stands)
    withdraw(make.area(zone, "leased", "3", as_of=datetime.date(2021, 1, 1)), by=make.administrator(), note="nhầm")
    moments = [None, timezone.now(), timezone.now() - datetime.timedelta(days=400)]
    for day in (datetime.date(2021, 6, 1), datetime.date(2023, 6, 1), FOREVER):
        for known in moments:
            begun = ZoneArea.objects.filter(as_of__lte=day)
            begun = begun.filter(recorded_at__lte=known) if known else begun
            found = set(ZoneArea.objects.on(day, known).values_list("pk", flat=True))
            assert {fact.pk for fact in begun if fact.holds_on(day, known)} == found


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_role_can_read_the_page_of_a_public_zone(client, role):
    zone = make.zone()
    make.area(zone)
    client.force_login(make.user(role))

    assert page(client, zone).status_code == 200
