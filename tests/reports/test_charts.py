"""Charts are SVG that a strict page, a reader's voice and a printed document can all take."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from django.utils.safestring import SafeString

from reports.charts import picture
from reports.sheet import Bar
from tests.reports.fixture_report import FUNNEL, HOSTILE, STACKED

SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart, **how):
    return ET.fromstring(picture(chart, **how))


def texts(svg):
    return [element.text for element in svg.iter(f"{SVG}text")]


def widths(svg):
    return [float(bar.get("width")) for bar in svg.iter(f"{SVG}rect") if bar.get("height") == "14"]


def test_a_chart_names_itself_and_tells_every_value():
    svg = drawn(replace(FUNNEL, bars=FUNNEL.bars[1:]))
    assert svg.get("role") == "img"
    assert svg.find(f"{SVG}title").text == "Từ quy hoạch đến cho thuê (ha)"
    assert svg.find(f"{SVG}desc").text == "Đã thành lập: 2.510,5; Đã giải phóng mặt bằng: –; Đã cho thuê: 1.203,25"


def test_a_chart_with_links_is_a_group_whose_links_can_be_reached():
    svg = drawn(FUNNEL)
    assert svg.get("role") == "group"
    assert [link.get("href") for link in svg.iter(f"{SVG}a")] == ["/zones/?kind=KCN&area=plan"]


def test_bars_are_as_long_as_their_values_and_an_unknown_value_has_none():
    first, second, last = widths(drawn(FUNNEL))
    assert first == 480
    assert second / first == pytest.approx(2510.5 / 4735.75, abs=0.001)
    assert last / first == pytest.approx(1203.25 / 4735.75, abs=0.001)
    assert "–" in texts(drawn(FUNNEL))
    assert "0,0" not in texts(drawn(FUNNEL))


def test_a_funnel_is_centred_and_stacked_bars_follow_each_other():
    for bar in (bar for bar in drawn(FUNNEL).iter(f"{SVG}rect")):
        assert float(bar.get("x")) + float(bar.get("width")) / 2 == pytest.approx(240, abs=0.1)
    leased, free = [bar for bar in drawn(STACKED).iter(f"{SVG}rect") if bar.get("height") == "14"][:2]
    assert float(leased.get("x")) + float(leased.get("width")) == pytest.approx(float(free.get("x")), abs=0.1)
    assert [leased.get("class"), free.get("class")] == ["chart-bar series-1", "chart-bar series-2"]


def test_nothing_in_a_chart_needs_an_exception_from_the_content_policy():
    for how in ({}, {"paper_font": "Liberation Serif"}):
        for element in drawn(STACKED, **how).iter():
            assert element.tag.removeprefix(SVG) in {"svg", "title", "desc", "rect", "text", "a"}
            assert not [name for name in element.attrib if name == "style" or name.startswith("on")]


def test_hostile_labels_stay_text():
    svg = picture(STACKED)
    assert isinstance(svg, SafeString)
    assert "<b>" not in svg
    assert "".join(HOSTILE.split()) in "".join("".join(texts(drawn(STACKED))).split())
    assert HOSTILE in drawn(STACKED).find(f"{SVG}desc").text
    evil = replace(FUNNEL, bars=(Bar("x", (1,), '"><script>alert(1)</script>'),))
    assert not list(drawn(evil).iter(f"{SVG}script"))


def test_the_page_inherits_its_ink_and_the_paper_has_its_own():
    page, paper = picture(STACKED), picture(STACKED, paper_font="Liberation Serif")
    assert "currentColor" in page
    assert 'fill="#' not in page
    assert "currentColor" not in paper
    assert 'font-family="Liberation Serif"' in paper


def test_title_unit_and_source_stand_on_the_page_and_are_left_to_the_document_on_paper():
    assert "Từ quy hoạch đến cho thuê (ha)" in texts(drawn(FUNNEL))
    assert any(text.startswith("Số liệu đến ngày 21/11/2026. Nguồn:") for text in texts(drawn(FUNNEL)))
    assert "Từ quy hoạch đến cho thuê (ha)" not in texts(drawn(FUNNEL, paper_font="Liberation Serif"))


def test_nothing_overlaps_however_long_the_labels_are():
    long = replace(STACKED, bars=tuple(Bar("Khu công nghiệp " * 20, (Decimal(n), None)) for n in range(3)))
    svg = drawn(long)
    lines = sorted({float(text.get("y")) for text in svg.iter(f"{SVG}text")})
    assert min(after - before for before, after in pairwise(lines)) >= 13
    assert lines[-1] < float(svg.get("height"))


@pytest.mark.parametrize("bars", [(), (Bar("Không rõ", (None,)),), (Bar("Không có", (0,)),)])
def test_a_chart_without_anything_to_draw_is_still_a_picture(bars):
    assert widths(drawn(replace(FUNNEL, bars=bars))) == []


def test_english_figures_for_an_english_page():
    assert "4,735.75" in texts(drawn(FUNNEL, language="en"))
