"""The law's tests on real rows: the figures of the register against the rules of the dossier's own day."""

import datetime

import pytest
from django.conf import settings
from django.utils import timezone

from planning import conditions
from planning.loading.rules import rules_in
from planning.models import RuleBook
from tests import factories as make
from zones.models import ZoneUnit

pytestmark = pytest.mark.django_db
OLD, NEW = datetime.date(2026, 9, 14), datetime.date(2026, 9, 15)
ABOLISHED = datetime.date(2025, 6, 30)


@pytest.fixture(scope="module")
def book():
    return RuleBook(rules_in(settings.BASE_DIR / "data"))


def found(book, zone, code, rule_day=OLD, *, day=None, dossier=None):
    """The one finding of the test `code`; None when it says nothing."""
    dossier = dossier or make.dossier(zone)
    findings = conditions.check(dossier, (code,), book, rule_day, day or timezone.localdate())
    return findings[0] if findings else None


def cluster(area=None, **given):
    zone = make.zone(**given)
    if area:
        make.area(zone, value=area)
    return zone


def established(zone, on="2020-01-01", **given):
    given = {"as_of": datetime.date.fromisoformat(on), "is_start": True} | given
    return make.status(zone, "yes", "established", **given)


def placed(zone, unit, **given):
    ZoneUnit.objects.create(zone=zone, unit=unit, **given)
    return zone


# Size -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "given", "rule_day", "outcome"),
    [
        ("75", {}, OLD, "passed"),
        ("75.0001", {}, OLD, "failed"),
        ("10", {}, OLD, "passed"),
        ("9.9", {}, OLD, "unknown"),  # right for a craft village or a mountainous district
        ("9.9", {"park_type": "craft_village"}, OLD, "passed"),
        ("4.9", {"park_type": "craft_village"}, OLD, "failed"),
        ("4.9", {}, OLD, "failed"),
        ("5", {}, NEW, "passed"),
        ("9.9", {}, NEW, "passed"),
        ("4.9999", {}, NEW, "failed"),
        (None, {}, NEW, "unknown"),
    ],
)
def test_the_size_of_a_cluster_before_and_since_15_september_2026(book, area, given, rule_day, outcome):
    assert found(book, cluster(area, **given), "ccn.size", rule_day).outcome == outcome


@pytest.mark.parametrize(
    ("area", "since", "given", "outcome"),
    [
        ("8", "2017-07-14", {}, "legacy"),
        ("8", "2017-07-15", {}, "unknown"),
        ("4", "2010-01-01", {}, "legacy"),
        ("80", "2009-10-04", {}, "legacy"),
        ("80", "2009-10-05", {}, "failed"),
        ("80", "2008-12-31", {"as_of_precision": "year"}, "legacy"),
        ("80", "2009-12-31", {"as_of_precision": "year"}, "failed"),  # nobody knows the day in 2009
    ],
)
def test_a_cluster_of_another_time_keeps_its_size(book, area, since, given, outcome):
    zone = cluster(area)
    established(zone, since, **given)
    finding = found(book, zone, "ccn.size")
    assert finding.outcome == outcome
    assert (finding.article == "khoản 1 Điều 35 Nghị định 32/2024/NĐ-CP") == (outcome == "legacy")


def test_a_finding_tells_figures_and_article(book):
    finding = found(book, cluster("123.5"), "ccn.size")
    assert (finding.found, finding.wanted) == ("123,5 ha", "≤ 75 ha")
    assert finding.article == "khoản 1 Điều 2 Nghị định 32/2024/NĐ-CP"
    assert finding.as_json()["why"] == "123,5 ha, quy định ≤ 75 ha."
    assert set(finding.as_json()) == {"code", "label", "outcome", "found", "wanted", "article", "why"}


def test_the_figures_are_those_of_the_day_asked(book):
    zone = cluster()
    make.area(zone, value="60", as_of=datetime.date(2024, 1, 1))
    make.area(zone, value="90", as_of=datetime.date(2025, 1, 1))
    assert found(book, zone, "ccn.size", day=datetime.date(2024, 6, 1)).outcome == "passed"
    assert found(book, zone, "ccn.size").outcome == "failed"


def test_a_rule_that_was_not_in_force_says_nothing(book):
    assert found(book, cluster("80"), "ccn.size", datetime.date(2016, 1, 1)) is None
    assert found(book, cluster(), "works.infra_complete", OLD) is None


@pytest.mark.parametrize(("day", "outcome"), [("2026-12-30", "passed"), ("2026-12-31", "failed")])
def test_old_clusters_are_to_be_established_before_the_last_day_of_2026(book, day, outcome):
    finding = found(book, cluster(), "ccn.regularise.deadline", day=datetime.date.fromisoformat(day))
    assert (finding.outcome, finding.wanted) == (outcome, "trước 31/12/2026")


# Occupancy of the place -----------------------------------------------------------------------------------------------


@pytest.fixture
def district():
    return make.unit(level="district", name="Huyện Thạch Thất", valid_to=ABOLISHED)


def neighbours(unit, *figures):
    """Established clusters in `unit`, with leased and industrial hectares (None: not known)."""
    for pair in figures:
        zone = placed(cluster(), unit)
        established(zone)
        if pair:
            make.occupancy(zone, *pair)


@pytest.mark.parametrize(
    ("figures", "outcome", "text"),
    [
        ([], "passed", "–"),
        ([("200", "500")], "failed", "40 %, còn 300 ha"),
        ([("251", "500")], "passed", "50,2 %, còn 249 ha"),
        ([("250", "500")], "failed", "50 %, còn 250 ha"),  # more than half, not half
        ([("10", "110")], "passed", "9,1 %, còn 100 ha"),  # so little is left that it does not matter
        ([("10", "110.0001")], "failed", "9,1 %, còn 100,0001 ha"),
        ([("90", "100"), ("10", "400")], "failed", "20 %, còn 400 ha"),  # Σ/Σ, not the mean of 90 % and 2,5 %
        ([("90", "100"), None], "unknown", "90 %, còn 10 ha"),
        ([None], "unknown", ""),
    ],
)
def test_a_new_cluster_waits_until_those_of_the_district_are_let(book, district, figures, outcome, text):
    zone = placed(cluster(), district)
    neighbours(district, *figures)
    finding = found(book, zone, "ccn.establish.occupancy")
    assert (finding.outcome, finding.found) == (outcome, text)


def test_it_says_how_many_clusters_it_could_count(book, district):
    zone = placed(cluster(), district)
    neighbours(district, ("90", "100"), None, None)
    assert "1/3" in found(book, zone, "ccn.establish.occupancy").why


def test_only_established_clusters_of_the_place_count(book, district):
    zone = placed(cluster(), district)
    make.occupancy(placed(cluster(), district), "1", "500")  # not established
    neighbours(make.unit(level="district", name="Huyện khác", valid_to=ABOLISHED), ("1", "500"))
    park = placed(make.zone(kind="KCN"), district)
    established(park)
    make.occupancy(park, "1", "500", "kcn_2022")
    established(zone)
    make.occupancy(zone, "1", "500")  # its own does not count
    assert found(book, zone, "ccn.establish.occupancy").found == "–"


@pytest.mark.parametrize(
    ("dossiers", "neighbour", "text"),
    [
        ("public", "internal", "–"),
        ("public", "restricted", "–"),
        ("internal", "internal", "20 %, còn 400 ha"),
        ("internal", "restricted", "–"),
        ("restricted", "restricted", "–"),  # of another agency
    ],
)
def test_a_finding_counts_only_what_every_reader_of_the_dossier_may_see(book, district, dossiers, neighbour, text):
    zone, other = placed(cluster(), district), placed(cluster(publicity=neighbour), district)
    established(other)
    make.occupancy(other, "100", "500")
    dossier = make.dossier(zone, publicity=dossiers)
    assert found(book, zone, "ccn.establish.occupancy", dossier=dossier).found == text


def test_since_15_september_2026_the_commune_counts_and_fifty_hectares(book):
    district = make.unit(level="district", name="Huyện Thạch Thất", valid_to=ABOLISHED)
    commune = make.unit(level="commune", name="Xã Phùng Xá")
    zone = placed(placed(cluster(), district), commune)
    neighbours(commune, ("10", "70"))
    assert found(book, zone, "ccn.establish.occupancy", NEW).outcome == "failed"  # 60 ha left
    neighbours(commune, ("90", "100"))
    assert found(book, zone, "ccn.establish.occupancy", NEW).outcome == "passed"
    assert found(book, zone, "ccn.establish.occupancy", OLD).found == "–"


def test_a_place_that_is_not_certain_decides_nothing(book, district):
    zone = placed(cluster(), district, certain=False)
    neighbours(district, ("1", "500"))
    assert found(book, zone, "ccn.establish.occupancy").outcome == "unknown"


@pytest.mark.parametrize("park_type", ["eco", "hightech_ip"])
def test_high_tech_and_eco_clusters_are_free_of_it_by_the_new_rules_only(book, district, park_type):
    commune = make.unit(level="commune")
    zone = placed(placed(cluster(park_type=park_type), district), commune)
    for unit in (district, commune):
        neighbours(unit, ("1", "500"))
    assert found(book, zone, "ccn.establish.occupancy", NEW).outcome == "passed"
    assert found(book, zone, "ccn.establish.occupancy", OLD).outcome == "failed"


@pytest.mark.parametrize(
    ("leased", "rule_day", "outcome"),
    [("60", OLD, "passed"), ("59.9", OLD, "failed"), ("59.9", NEW, "passed"), ("49.9", NEW, "failed")],
)
def test_a_cluster_may_grow_when_it_is_let(book, leased, rule_day, outcome):
    zone = cluster()
    make.occupancy(zone, leased, "100")
    assert found(book, zone, "ccn.expand.occupancy", rule_day).outcome == outcome


def test_leased_over_industrial_land_stands_in_for_a_figure_counted_as_the_law_counts(book):
    zone = cluster()
    make.area(zone, "leased", "31.2")
    make.area(zone, "industrial", "100")
    finding = found(book, zone, "ccn.expand.occupancy")
    assert (finding.outcome, finding.found, finding.wanted) == ("failed", "31,2 %", "≥ 60 %")


def test_a_zone_without_figures_is_unknown_and_never_failed(book):
    zone = cluster()
    dossier = make.dossier(zone)
    for code in conditions.CONDITIONS:
        for rule_day in (OLD, NEW):
            finding = found(book, zone, code, rule_day, dossier=dossier, day=NEW)
            assert finding is None or finding.outcome != "failed", code
            assert finding is None or (finding.why and finding.article and finding.label), code


# Shares of land -------------------------------------------------------------------------------------------------------


def test_shares_are_counted_within_one_balance(book):
    zone = cluster("100")
    paper, other = make.document(), make.document()
    for code, value in (("CN", "70"), ("CX", "9.9"), ("GT", "11"), ("HTKT", "1"), ("DV", "8.1")):
        make.land_use(zone, code, value, document=paper)
    make.land_use(zone, "MN", "500", document=other, as_of=datetime.date(2024, 1, 1))
    asked = {code: found(book, zone, code) for code in ("planning.green", "planning.road", "planning.infra")}
    assert {code: finding.outcome for code, finding in asked.items()} == {
        "planning.green": "failed",
        "planning.road": "passed",
        "planning.infra": "passed",
    }
    assert asked["planning.green"].found == "9,9 %"
    assert found(book, zone, "ccn.service.share").found == "8,1 %"


def test_a_specialised_cluster_is_reminded_of_its_share(book):
    assert "≥ 75" in found(book, cluster(park_type="craft_village"), "ccn.type.share", OLD).wanted
    assert "≥ 60" in found(book, cluster(park_type="craft_village"), "ccn.type.share", NEW).wanted
    assert found(book, cluster(park_type="supporting"), "ccn.type.share", OLD) is None
    assert found(book, cluster(), "ccn.type.share", OLD) is None


# The list of the plan -------------------------------------------------------------------------------------------------


def test_a_zone_is_in_the_plan_by_a_line_of_a_plan_in_force(book):
    zone = cluster()
    dossier = make.dossier(zone, "proposed")
    assert found(book, zone, "ccn.in_plan", dossier=dossier).outcome == "unknown"
    ended = make.plan(in_force_to=datetime.date(2020, 12, 31))
    make.plan_entry(ended, zone=zone)
    assert found(book, zone, "ccn.in_plan", dossier=dossier).outcome == "unknown"
    entry = make.plan_entry(make.plan(), zone=zone, intent="remove")
    assert found(book, zone, "ccn.in_plan", dossier=dossier).outcome == "failed"
    entry.intent = "new"
    entry.save()
    assert found(book, zone, "ccn.in_plan", dossier=dossier).outcome == "passed"


# Parks ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"inner_city": None}, "unknown"),
        ({"inner_city": False}, "passed"),
        ({"inner_city": True, "park_type": "general"}, "failed"),
        ({"inner_city": True, "park_type": "eco"}, "passed"),
        ({"inner_city": True, "park_type": "hightech_ip"}, "passed"),
        ({"inner_city": True}, "unknown"),
    ],
)
def test_no_new_park_in_the_inner_city_but_high_tech_and_eco(book, given, outcome):
    assert found(book, make.zone(kind="KCN", **given), "kcn.inner_city").outcome == outcome


def test_a_park_of_more_than_500_hectares_has_phases_of_no_more(book):
    zone = make.zone(kind="KCN")
    make.area(zone, value="500")
    assert found(book, zone, "kcn.phase").outcome == "passed"
    make.area(zone, value="899", as_of=datetime.date(2025, 6, 1))
    assert found(book, zone, "kcn.phase").outcome == "unknown"
    for number, value in enumerate(("450", "449"), 1):
        make.area(zone, value=value, phase=make.phase(zone, number))
    assert found(book, zone, "kcn.phase").outcome == "passed"
    make.area(zone, value="501", phase=make.phase(zone, 3))
    finding = found(book, zone, "kcn.phase")
    assert (finding.outcome, finding.found) == ("failed", "501 ha")


def test_the_parks_of_the_city_are_let_by_sixty_percent(book):
    zone = make.zone(kind="KCN")
    for leased in ("90", "30"):
        park = make.zone(kind="KCX")
        established(park)
        make.occupancy(park, leased, "100", "kcn_2022")
    elsewhere = make.zone(kind="KCN", city="HCM")
    established(elsewhere)
    assert found(book, zone, "kcn.province.occupancy").outcome == "passed"
    last = make.zone(kind="KCN")
    established(last)
    assert found(book, zone, "kcn.province.occupancy").outcome == "unknown"
    make.occupancy(last, "0", "10", "kcn_2022")
    finding = found(book, zone, "kcn.province.occupancy")
    assert (finding.outcome, finding.found) == ("failed", "57,1 %, còn 90 ha")


@pytest.mark.parametrize(
    ("since", "given", "is_start", "outcome"),
    [
        ("2010-01-01", {}, True, "passed"),
        ("2010-01-01", {}, False, "passed"),  # at least so long
        ("2020-01-01", {}, False, "unknown"),
        ("2020-01-01", {}, True, "unknown"),  # half of a term that nobody wrote down
        ("2020-01-01", {"term_years": 50}, True, "failed"),
        ("2015-01-01", {"term_years": 20}, True, "passed"),  # half of its term
    ],
)
def test_a_park_turns_urban_after_fifteen_years_or_half_of_its_term(book, since, given, is_start, outcome):
    zone = make.zone(kind="KCN", **given)
    make.status(zone, "yes", "operating", as_of=datetime.date.fromisoformat(since), is_start=is_start)
    finding = found(book, zone, "kcn.convert.years", day=datetime.date(2026, 11, 20))
    assert finding.outcome == outcome and "2/3" in finding.why


# Days between steps ---------------------------------------------------------------------------------------------------


def consulted(on, precision="day"):
    return make.dossier(make.zone(), "plan_consulting", track="detailed", on=on, precision=precision)


@pytest.mark.parametrize(("day", "outcome"), [("2026-07-15", "passed"), ("2026-07-14", "failed")])
def test_residents_have_twenty_days(book, day, outcome):
    dossier = consulted(datetime.date(2026, 6, 25))
    day = datetime.date.fromisoformat(day)
    assert found(book, None, "planning.community", dossier=dossier, day=day).outcome == outcome


def test_the_step_that_closed_the_opinions_ends_the_count(book):
    dossier = consulted(datetime.date(2026, 6, 25))
    make.move(dossier, "community_answers", datetime.date(2026, 7, 1))
    finding = found(book, None, "planning.community", dossier=dossier, day=datetime.date(2026, 9, 1))
    assert (finding.outcome, finding.found) == ("failed", "6 ngày")


def test_opinions_of_some_month_are_not_counted(book):
    dossier = consulted(datetime.date(2026, 6, 30), "month")
    assert found(book, None, "planning.community", dossier=dossier).outcome == "unknown"


@pytest.mark.parametrize(
    ("notified", "outcome"),
    [("2026-11-11", "passed"), ("2026-11-12", "failed")],  # Monday 16/11: three working days before are 11/11
)
def test_works_are_announced_three_working_days_ahead(book, notified, outcome):
    day = datetime.date.fromisoformat(notified)
    dossier = make.dossier(make.zone(), "start_notified", track="construction", on=day)
    finding = found(book, None, "works.start_notice", dossier=dossier, rule_day=NEW, day=datetime.date(2026, 11, 16))
    assert finding.outcome == outcome


def test_tenants_of_a_cluster_wait_for_the_common_infrastructure(book):
    zone = cluster()
    operation = make.dossier(zone, "awaiting_projects", track="operation")
    assert found(book, zone, "works.infra_complete", NEW, dossier=operation).outcome == "unknown"
    make.dossier(zone, "infra_construction", track="construction")
    assert found(book, zone, "works.infra_complete", NEW, dossier=operation).outcome == "failed"
    other = cluster()
    make.dossier(other, "infra_completed", track="construction")
    assert found(book, other, "works.infra_complete", NEW).outcome == "passed"
    assert found(book, make.zone(kind="KCN"), "works.infra_complete", NEW) is None


def test_a_facility_has_none_of_these_tests(book):
    dossier = make.dossier(make.facility(), "inventoried", track="relocation")
    assert conditions.check(dossier, list(conditions.CONDITIONS), book, NEW, NEW) == []


def test_all_tests_together_ask_a_fixed_number_of_statements(book, district, django_assert_max_num_queries):
    zone = placed(cluster("50"), district)
    dossier = make.dossier(zone)
    codes = dossier.table.moves["establish"].tests
    with django_assert_max_num_queries(8):
        few = conditions.check(dossier, codes, book, OLD, timezone.localdate())
    neighbours(district, *[("50", "100")] * 6)
    with django_assert_max_num_queries(8):
        many = conditions.check(dossier, codes, book, OLD, timezone.localdate())
    assert len(few) == len(many) == 4
