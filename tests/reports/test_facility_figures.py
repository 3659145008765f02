"""The standalone facilities in numbers: literal sums, who may see what, and the list behind each figure."""

from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs

import pytest
from django.test import RequestFactory

from reports.figures import overview
from tests import factories as make
from zones.listings import FACILITIES, Question
from zones.models import Facility

pytestmark = pytest.mark.django_db
AMOUNTS = {
    "has_land": ("land_area_ha", "0.0001"),
    "has_floor": ("floor_area_m2", "0.01"),
    "has_workers": ("workers", "1"),
}


@pytest.fixture
def staff():
    """Somebody of the department that keeps four of the five facilities of Hà Nội."""
    own, other = make.agency(), make.agency()
    kept = {"managing_agency": own, "relocation_reason": "fire"}
    make.facility(relocation_class="compulsory", land_area_ha="1.2345", floor_area_m2="100.5", workers=10, **kept)
    make.facility(relocation_class="compulsory", land_area_ha="0.0001", **kept)
    make.facility(relocation_class="may_stay", workers=0, managing_agency=own, publicity="internal")
    make.facility(managing_agency=own, publicity="restricted", workers=7, as_of=date(2024, 1, 1))
    make.facility(managing_agency=other, publicity="restricted", workers=1000)
    make.facility(city="HCM", managing_agency=make.agency(city="HCM"), land_area_ha="5")
    return make.user("editor", agency=own)


def row(line):
    return tuple(one.value for one in line.figures)


def by_code(lines):
    return {line.code: line for line in lines}


@pytest.mark.parametrize("day", [None, date(2025, 6, 1)])
def test_the_sums_of_a_city(staff, day):
    """Stored today, added up from the records for a past day."""
    seen = overview(staff, "HN", day)
    assert row(seen.facilities) == (4, Decimal("1.2346"), Decimal("100.5"), 17)
    assert [(one.n, one.of) for one in seen.facilities.figures] == [(4, 4), (2, 4), (1, 4), (3, 4)]
    classes = by_code(seen.facility_classes)
    assert row(classes["compulsory"]) == (2, Decimal("1.2346"), Decimal("100.5"), 10)
    assert row(classes["may_stay"]) == (1, None, None, 0)
    assert row(classes["unknown"]) == (1, None, None, 7)
    assert row(classes["encouraged"]) == (0, None, None, None)
    assert overview(staff, "", day).facilities.land.value == Decimal("6.2346")


def test_a_past_day_knows_only_the_figures_of_that_day(staff):
    assert row(overview(staff, "HN", date(2024, 6, 1)).facilities) == (1, None, None, 7)


@pytest.mark.parametrize("city", ["", "HN"])
@pytest.mark.parametrize("day", [None, date(2024, 6, 1)])
def test_every_figure_opens_the_list_that_it_counts(staff, city, day):
    seen = overview(staff, city, day)
    figures = [figure for line in (seen.facilities, *seen.facility_classes) for figure in line.figures]
    assert len(figures) == 20
    for one in figures:
        request = RequestFactory().get(f"/facilities/?{one.query}")
        request.user = staff
        question = Question(FACILITIES, request)
        assert not question.errors and question.rows.count() == one.n, (one.label, one.query)
        assert added_up(question.rows, one) == one.value, (one.label, one.query)


def added_up(facilities, figure):
    asked = next((name for name in AMOUNTS if name in parse_qs(figure.query)), None)
    if asked is None:
        return facilities.count()
    column, places = AMOUNTS[asked]
    values = [getattr(facility, column) for facility in Facility.objects.filter(pk__in=facilities.values("pk"))]
    return (
        sum(values).quantize(Decimal(places)) if values and asked != "has_workers" else sum(values) if values else None
    )


def test_page_and_api_tell_the_same(client, staff):
    client.force_login(staff)
    make.zone()
    page = client.get("/", {"city": "HN"}).content.decode()
    answer = client.get("/api/v1/figures/overview", {"city": "HN"}).json()
    assert answer["facilities"]["land"]["value"] == 1.2346 and answer["facilities"]["count"]["value"] == 4
    assert '<a href="/facilities/?city=HN&amp;has_land=true">1,2346</a>' in page
    assert '<a href="/facilities/?city=HN&amp;relocation_class=compulsory">2</a>' in page
    listed = client.get(f"/api/v1/facilities?{answer['facilities']['land']['query']}").json()
    assert len(listed["results"]) == 2


def test_without_facilities_the_page_is_silent_about_them(client):
    make.zone()
    client.force_login(make.user())
    assert "Cơ sở sản xuất ngoài khu, cụm" not in client.get("/", {"city": "HN"}).content.decode()
