"""Every number once: sums and shares with literal values, who may see what in them, and the list behind each figure."""

from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs

import pytest
from django.test import RequestFactory
from django.utils import timezone

from reports.figures import overview
from tests import factories as make
from tests.reports.register import small_register
from zones import recording
from zones.listings import ZONES, Question
from zones.models import ZoneArea
from zones.models.area import occupancy_pct

pytestmark = pytest.mark.django_db


@pytest.fixture
def register():
    return small_register()


@pytest.fixture
def staff(register):
    """Somebody of the department that manages the clusters of Hà Nội."""
    return make.user("editor", agency=register.agency)


def row(line):
    return tuple(one.value for one in line.figures)


def by_code(lines):
    return {line.code: line for line in lines}


def test_the_sums_of_a_city(staff):
    seen = overview(staff, "HN")
    assert row(seen.total) == (6, Decimal("182.5"), Decimal("70"), Decimal("35"), Decimal("55.56"))
    assert [(one.n, one.of) for one in seen.total.figures] == [(6, 6), (5, 6), (1, 6), (1, 6), (2, 6)]
    kinds = by_code(seen.kinds)
    assert row(kinds["KCN"]) == (2, Decimal("150.5"), Decimal("70"), Decimal("35"), Decimal("50.00"))
    assert row(kinds["CCN"]) == (4, Decimal("32"), None, None, Decimal("100.00"))
    assert row(kinds["KCX"]) == (0, None, None, None, None)
    assert {line.code: line.zones.value for line in seen.statuses} == {
        "in_plan": 1, "operating": 2, "suspended": 1, "unknown": 2,
    }  # fmt: skip
    crossed = by_code(seen.crossed)
    assert [one.value for one in crossed["operating"].counts] == [1, 0, 0, 1]
    assert [one.value for one in seen.established] == [1, 0, 5]
    assert [one.value for one in seen.operating] == [2, 0, 4]
    assert [one.value for one in seen.completeness] == [5, 1, 1, 2]
    assert [one.value for one in seen.funnel] == [Decimal(number) for number in ("182.5", "100", "120", "70", "35")]


def test_occupancy_is_a_sum_over_a_sum_and_says_how_it_was_counted(staff):
    """(40 + 10) / (80 + 10), not the mean of 50 % and 100 %; two laws in one figure are named."""
    occupancy = overview(staff, "HN").total.occupancy
    assert occupancy.value == Decimal("55.56")
    assert "NĐ 35/2022" in occupancy.basis and "NĐ 32/2024" in occupancy.basis
    assert "cách tính khác nhau" in occupancy.basis
    assert "cách tính khác nhau" not in by_code(overview(staff, "HN").kinds)["KCN"].occupancy.basis


def test_a_bare_percentage_is_counted_but_never_summed(register, staff):
    make.occupancy(register.second, None, None, "unstated", stated_pct="95")
    occupancy = overview(staff, "HN").total.occupancy
    assert (occupancy.value, occupancy.n) == (Decimal("55.56"), 2)
    assert "1 khu khác chỉ có tỷ lệ do nguồn công bố" in occupancy.basis


def test_without_a_denominator_there_is_no_percentage(staff):
    zone = make.zone(city="HCM")
    make.occupancy(zone, "0", "0")
    occupancy = overview(staff, "HCM").total.occupancy
    assert (occupancy.value, occupancy.n) == (None, 1)


def test_an_area_says_of_which_kinds_it_is_made_and_what_may_be_in_it_twice(register, staff):
    part = make.zone(parent=register.first, relation="phase", managing_agency=register.other)
    make.area(part, value="40")
    basis = overview(staff, "HN").total.area.basis
    assert "theo quyết định thành lập, chủ trương đầu tư: 5 khu" in basis
    assert "tổng diện tích nguồn nêu, chưa rõ loại: 1 khu" in basis
    assert "1 giai đoạn ghi thành khu riêng" in basis


@pytest.mark.parametrize(
    ("role", "who", "hanoi", "saigon"),
    [
        ("viewer", "agency", (6, "182.5"), (1, "300")),  # own restricted zone, own city's internal zones
        ("viewer", "other", (5, "175.5"), (1, "300")),
        ("viewer", "south", (4, "170.5"), (2, "311")),  # the internal zones of the own city only
        ("city", "other", (6, "182.5"), (1, "300")),
        ("auditor", None, (6, "182.5"), (2, "311")),
        ("viewer", None, (4, "170.5"), (1, "300")),
    ],
)
def test_everybody_sums_only_what_they_may_see(register, role, who, hanoi, saigon):
    person = make.user(role, agency=getattr(register, who) if who else None)
    cities = by_code(overview(person).cities)
    assert row(cities["HN"])[:2] == (hanoi[0], Decimal(hanoi[1]))
    assert row(cities["HCM"])[:2] == (saigon[0], Decimal(saigon[1]))
    total = overview(person).total
    assert (total.zones.value, total.area.value) == (hanoi[0] + saigon[0], Decimal(hanoi[1]) + Decimal(saigon[1]))


def test_a_past_day_knows_only_what_held_then_and_counts_whom_it_leaves_out(staff):
    seen = overview(staff, "HN", date(2016, 6, 1))
    assert row(seen.total) == (1, Decimal("100"), None, None, None)
    assert seen.left_out == 5
    assert [one.value for one in seen.established] == [1, 0, 0]
    assert overview(staff, "HN").left_out == 0


def test_a_past_moment_does_not_know_what_came_later(register, staff):
    moment = timezone.now()
    old = ZoneArea.objects.get(zone=register.third, kind="decision")
    later = ZoneArea(zone=register.third, kind="decision", value_ha=25, as_of=make.DAY, source="Đính chính")
    recording.record(later, by=make.administrator(), supersedes=old)
    assert overview(staff, "HN").total.area.value == Decimal("187.5")
    assert overview(staff, "HN", known=moment).total.area.value == Decimal("182.5")


@pytest.mark.parametrize(
    ("city", "day", "moment"),
    [("", None, False), ("HN", None, False), ("HN", date(2016, 6, 1), False), ("", date(2025, 6, 1), True)],
)
def test_every_figure_opens_the_list_that_it_counts(register, staff, city, day, moment):
    make.measurement(city="HN", indicator=make.indicator(code="total_area_operating_ha"), value="1348")
    make.measurement(city="HN", indicator=make.indicator(code="total_area_in_plan_ha"), value="1500")
    figures = overview(staff, city, day, timezone.now() if moment else None).figures
    assert len(figures) > 50
    for query in {one.query for one in figures}:
        check_list(staff, query, [one for one in figures if one.query == query])


def check_list(person, query, figures):
    """The list at `query` holds as many zones as each of `figures` rests on, and adds up to the same."""
    request = RequestFactory().get(f"/zones/?{query}")
    request.user = person
    question = Question(ZONES, request)
    assert not question.errors, query
    for one in figures:
        assert question.count == one.n, (one.label, query)
        assert total_of(question.reckoned, one, query) == one.value, (one.label, query)


def total_of(reckoned, one, query):
    if one.kind == "integer":
        return reckoned["rows"]
    if one.kind == "percent":
        return occupancy_pct(reckoned["occupied"], reckoned["occupiable"])
    measure = next(name for name in ("area", "industrial", "leased") if f"has_{name}" in parse_qs(query))
    total = reckoned[f"{measure}_ha_sum"]
    return None if total is None else Decimal(total).quantize(Decimal("0.0001"))


def test_a_published_figure_stands_beside_the_computed_one(register, staff):
    make.measurement(city="HN", indicator=make.indicator(code="total_area_operating_ha", unit="ha"), value="1348")
    make.measurement(
        city="HN", indicator=make.indicator(code="projects_total"), value="736", source="https://www.bao.vn/a"
    )
    make.measurement(city="HCM", indicator=make.indicator(code="labour"), value="9")
    found = {one.value: one for one in overview(staff, "HN").published}
    assert set(found) == {1348, 736}
    assert found[1348].computed.value == Decimal("100")  # parks that operate; the cluster of 20 ha is not among them
    assert found[736].computed is None
    assert found[736].site == "bao.vn"


def test_a_hidden_document_behind_a_published_figure_is_not_named(register):
    paper = make.document(number="9/MẬT", city="HN", publicity="restricted", agency=register.agency)
    make.measurement(city="HN", indicator=make.indicator(code="labour"), value="9", document=paper, source="")
    assert overview(make.user(agency=register.south)).published[0].source == "văn bản hạn chế"
    assert overview(make.user(agency=register.agency)).published[0].source == "9/MẬT (2025)"


# What changed lately -----------------------------------------------------------------------------------------------


def changes(person, **asked):
    return [(change.code, change.what) for change in overview(person, **asked).changes]


def test_a_fresh_load_is_one_line():
    make.many_zones(20)
    (line,) = overview(make.user(), "HN").changes
    assert (line.who, line.what) == ("", "tình trạng, diện tích, tỷ lệ lấp đầy")


def test_changes_are_told_by_zone_and_only_of_visible_ones(register):
    clerk = make.user("editor", agency=register.agency)
    make.area(register.restricted, "service", "1", by=clerk)
    make.area(register.third, "service", "2", by=clerk)
    make.status(register.third, "under_construction", by=clerk)
    assert changes(clerk, city="HN")[:2] == [("HN-3", "tình trạng, diện tích"), ("HN-6", "diện tích")]
    assert "HN-6" not in [code for code, _what in changes(make.user(agency=register.other), city="HN")]


def test_many_zones_of_one_person_on_one_day_are_one_line(register):
    clerk = make.user("editor", agency=register.agency)
    for number in range(6):
        make.area(make.zone(managing_agency=register.agency), value=number, by=clerk)
    lines = [change for change in overview(clerk, "HN").changes if change.who == str(clerk)]
    assert [(change.zone, change.what) for change in lines] == [("6 khu, cụm", "6 diện tích")]
