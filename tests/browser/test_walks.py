"""What an officer does in a browser, from click to click."""

import re

import pytest

from tests import factories as make


@pytest.fixture
def officer(visit, story):
    return visit(make.user("editor", agency=story["agency"]))


def test_both_cities_stay_chosen_from_page_to_page(officer):
    page = officer.open("/")
    assert "city=HN" in page.url
    page.select_option("#frame-city", "all")
    page.wait_for_url("**city=all**")
    for link in ("Khu, cụm", "Văn bản", "Tổng quan"):
        page.locator(".frame-nav a", has_text=link).click()
        page.wait_for_url("**city=all")
    assert page.locator("h1").inner_text() == "Hai thành phố"
    page.locator(".figures a").first.click()
    page.wait_for_url("**/zones/?city=all")


def test_a_search_that_finds_nothing_here_offers_the_other_city(officer):
    make.zone(code="HCM-KCN-LMX2", name="Khu công nghiệp Lê Minh Xuân 2", city="HCM", publicity="public")
    page = officer.open("/?city=HN")
    page.keyboard.press("/")
    page.keyboard.type("le minh xuan")
    page.keyboard.press("Enter")
    page.locator(".empty a").click()
    page.wait_for_url("**city=all**")
    assert page.locator("main section li a").all_inner_texts() == ["Khu công nghiệp Lê Minh Xuân 2"]


def test_what_is_left_empty_in_the_filters_is_not_in_the_address(officer):
    page = officer.open("/zones/?city=HN")
    page.fill(".filters [name=area_min]", "1.000,5")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert re.sub(".*/zones/", "", page.url) == "?area_min=1.000%2C5&city=HN"
    assert "1.000,5" in page.locator(".chips").inner_text()


def test_a_figure_is_corrected_by_keyboard_alone_from_a_past_day(officer):
    page = officer.open("/zones/HN-CCN-DAY-DU/?city=HN&as_of=2025-12-31")
    page.locator("#areas a", has_text="Ghi diện tích").press("Enter")
    page.wait_for_url("**/facts/area/new/**")
    page.locator(".form [name=kind]").select_option("decision")
    for name, text in (("value_ha", "1.2.3"), ("as_of", "15/03/2026"), ("source", "Báo cáo quý")):
        page.locator(f".form [name={name}]").press_sequentially(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Không đọc được số này" in page.locator(".errors").inner_text()
    page.fill(".form [name=value_ha]", "27,4")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/zones/HN-CCN-DAY-DU/?city=HN"), "a day before the figure holds would not show it"
    assert "27,4 ha" in page.locator("#areas").inner_text()


def test_a_crowd_on_the_map_comes_apart_when_chosen(officer, story):
    for number in range(14):
        make.zone(name=f"Cụm số {number}", lat=21 + number / 100, lon=105.8, managing_agency=story["agency"])
    make.zone(name="Khu ở xa", city="HCM", lat=10.8, lon=106.6, publicity="public")
    page = officer.open("/zones/?city=all&view=map")
    marks = page.locator(".map .leaflet-marker-icon.mark")
    before = marks.count()
    page.locator(".map .mark", has_text=re.compile(r"^1\d$")).click()
    assert marks.count() > before
    page.locator("[data-map-list] li", has_text="Khu ở xa").locator("button").click()
    assert "Khu ở xa" in page.locator(".leaflet-popup").inner_text()
    assert not officer.troubles


def test_the_printed_map_keeps_every_mark_that_the_screen_shows(officer, story):
    for lat in (20.6, 21.3):
        make.zone(lat=lat, lon=105.8, managing_agency=story["agency"])
    page = officer.open("/zones/?city=HN&view=both")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    paper = page.locator(".map").bounding_box()
    for mark in page.locator(".map .leaflet-marker-icon.mark").all():
        box = mark.bounding_box()
        assert paper["y"] <= box["y"] <= paper["y"] + paper["height"] - box["height"]
