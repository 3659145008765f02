"""A map of more facilities than can be drawn one by one, looked into with mouse, keyboard and list."""

import re

import pytest

from tests import factories as make
from zones.models import Facility


@pytest.fixture
def officer(visit, story):
    """Somebody before the map of 620 facilities: 600 in the town, 20 in a far village."""
    common = {
        "city": "HN",
        "publicity": "public",
        "managing_agency": story["agency"],
        "as_of": make.DAY,
        "source": "Phiếu",
    }
    Facility.objects.bulk_create(
        Facility(
            code=f"CS-{number}", name=f"Cơ sở {number}", name_sort=f"co so {number:04}", lon=105.8 + number % 25 / 1000,
            lat=21 + number // 25 / 1000, relocation_class="may_stay" if number % 3 else "", **common,
        )
        for number in range(600)
    )  # fmt: skip
    Facility.objects.bulk_create(
        Facility(
            code=f"LANG-{number}", name=f"Làng {number}", name_sort=f"lang {number}", lon=105.3, lat=20.7, **common
        )
        for number in range(20)
    )
    return visit(make.user("editor", agency=story["agency"]))


def test_a_cluster_opens_until_each_facility_stands_alone(officer):
    page = officer.open("/facilities/?city=HN&view=both")
    town = page.locator(".mark.cluster").first
    town.wait_for()
    assert re.match(r"\d+ nơi: được ở lại \d+, chưa phân loại \d+", town.get_attribute("title"))
    for _closer in range(8):
        if not page.locator(".mark.cluster").count():
            break
        with page.expect_response(lambda answer: "bbox=" in answer.url):
            page.locator(".mark.cluster").first.focus()
            page.keyboard.press("Enter")
        page.wait_for_timeout(100)
    assert page.locator(".map .mark:not(.cluster)").count() > 0
    assert re.fullmatch(r"Số nơi trong khung bản đồ: \d+", page.locator("p.unseen[role=status]").inner_text())
    assert not officer.troubles


def test_the_legend_hides_a_class_inside_the_clusters(officer):
    page = officer.open("/facilities/?city=HN&view=both")
    page.locator(".mark.cluster").first.wait_for()
    page.locator(".legend label", has_text="được ở lại (400)").locator("input").uncheck()
    titles = [mark.get_attribute("title") for mark in page.locator(".mark.cluster").all()]
    assert titles and not [title for title in titles if "được ở lại" in title]
    assert sum(int(title.split()[0]) for title in titles) == 220


def test_the_list_beside_the_map_finds_what_a_cluster_hides(officer):
    page = officer.open("/facilities/?city=HN&view=map&ordering=-name")
    page.locator(".mark.cluster").first.wait_for()
    page.locator("[data-map-list] li", has_text="Cơ sở 599").locator("button").click()
    page.locator(".leaflet-popup").wait_for()
    assert "Cơ sở 599" in page.locator(".leaflet-popup").inner_text()
    assert not officer.troubles
