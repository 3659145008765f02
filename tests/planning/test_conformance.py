"""A plan beside the register: each cell says whether they agree, and why not."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planning.conformance import conform
from planning.models import Plan
from tests import factories as make
from zones.models import ZoneUnit

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()  # today every zone is there, on an earlier day those of which a fact reaches back


@pytest.fixture
def reader():
    return make.user("viewer")


def line(reader, entry, day=TODAY):
    return next(one for one in conform(entry.plan, reader, day).lines if one.entry == entry)


def entry_of(zone, **given):
    return make.plan_entry(make.plan(), zone=zone, **given)


def test_the_same_area_agrees_and_names_both_sources(reader):
    zone = make.zone()
    paper = make.document(number="4756/QĐ-UBND", year=2017)
    make.area(zone, value="27.24", document=paper, source="")
    cell = line(reader, entry_of(zone, area_ha="27.2", source="https://hanoitimes.vn/quy-hoach")).area
    assert cell.state == "ok"
    assert "27,2 ha (hanoitimes.vn)" in cell.why
    assert "27,24 ha, theo quyết định thành lập" in cell.why
    assert "4756/QĐ-UBND" in cell.why


@pytest.mark.parametrize(
    ("register", "state", "text"),
    [
        ("27.25", "ok", "Khớp"),
        ("27.2501", "differs", "+0,0501 ha (+0,2 %)"),
        ("20.4", "differs", "−6,8 ha (−25 %)"),
    ],
)
def test_areas_differ_beyond_five_hundredths_of_a_hectare(reader, register, state, text):
    zone = make.zone()
    make.area(zone, value=register)
    cell = line(reader, entry_of(zone, area_ha="27.2")).area
    assert (cell.state, cell.text) == (state, text)


def test_an_area_of_another_kind_is_said_to_be_one(reader):
    zone = make.zone()
    make.area(zone, kind="study", value="137")
    assert "có thể không cùng loại" in line(reader, entry_of(zone, area_ha="112")).area.why


def test_what_either_side_does_not_say_is_not_judged(reader):
    bare, known = make.zone(), make.zone()
    make.area(known, value="10")
    assert line(reader, entry_of(bare, area_ha="10")).area.state == "unknown"
    assert line(reader, entry_of(known, area_ha=None)).area.state == "unknown"
    assert line(reader, entry_of(bare)).place.state == "unknown"
    assert line(reader, entry_of(bare)).status.state == "unknown"


@pytest.mark.parametrize(
    ("intent", "status", "state"),
    [
        ("new", "in_plan", "ok"),
        ("new", "operating", "differs"),
        ("keep", "operating", "ok"),
        ("keep", "removed", "differs"),
        ("expand", "established", "ok"),
        ("convert", "operating", "differs"),
        ("convert", "converted", "ok"),
        ("remove", "operating", "differs"),
        ("remove", "removed", "ok"),
        ("", "operating", "ok"),
        ("", "annulled", "differs"),
    ],
)
def test_the_status_is_held_against_what_the_plan_intends(reader, intent, status, state):
    zone = make.zone()
    make.status(zone, status)
    cell = line(reader, entry_of(zone, intent=intent)).status
    assert cell.state == state
    assert "Báo cáo của ban quản lý" in cell.why


def placed(zone, unit, **given):
    ZoneUnit.objects.create(zone=zone, unit=unit, **given)
    return zone


def test_a_place_agrees_in_whichever_words_and_era_it_is_written(reader):
    """An old commune of the plan is found by the new one into which it passed, a district by its communes."""
    past = {"valid_to": datetime.date(2025, 6, 30)}
    district = make.unit(level="district", name="Huyện Hoài Đức", **past)
    old, new = make.unit(name="Xã Lại Yên", parent=district, **past), make.unit(name="Xã Sơn Đồng")
    old.heirs.create(new=new, whole=True, on=datetime.date(2025, 7, 1))
    plan = make.plan()
    zone = placed(make.zone(), new)
    texts = ("xã Lại Yên, huyện Hoài Đức", "Hoài Đức", "Xã Sơn Đồng, thành phố Hà Nội", "LẠI YÊN (Hoài Đức)")
    for number, text in enumerate(texts):
        cell = line(reader, make.plan_entry(plan, zone=zone, number=number + 1, place_text=text)).place
        assert cell.state == "ok", text


def test_a_forebear_in_another_district_than_the_zones_own_is_no_place_of_it(reader):
    """The new commune also took in a ward of Bình Tân; the zone itself lay in Bình Chánh."""
    past = {"valid_to": datetime.date(2025, 6, 30)}
    own, other = (make.unit(level="district", name=name, **past) for name in ("Huyện Bình Chánh", "Quận Bình Tân"))
    new = make.unit(name="Xã Tân Vĩnh Lộc")
    for name, district in (("Xã Phạm Văn Hai", own), ("Phường Tân Tạo", other)):
        old = make.unit(name=name, parent=district, **past)
        old.heirs.create(new=new, whole=False, on=datetime.date(2025, 7, 1))
    zone, plan = placed(placed(make.zone(), own), new), make.plan()
    ours = make.plan_entry(plan, zone=zone, number=1, place_text="xã Phạm Văn Hai, huyện Bình Chánh")
    theirs = make.plan_entry(plan, zone=zone, number=2, place_text="quận Bình Tân")
    assert line(reader, ours).place.state == "ok"
    assert line(reader, theirs).place.state == "differs"


def test_a_place_that_the_register_does_not_know_is_named(reader):
    zone = placed(make.zone(), make.unit(name="Xã Sơn Đồng"))
    cell = line(reader, entry_of(zone, place_text="xã Dương Xá")).place
    assert cell.state == "differs"
    assert "Không thấy xã Dương Xá" in cell.why
    assert "Xã Sơn Đồng" in cell.why


def test_a_register_that_knows_the_district_only_neither_agrees_nor_contradicts(reader):
    zone = placed(make.zone(), make.unit(level="district", name="Huyện Phúc Thọ"))
    cell = line(reader, entry_of(zone, place_text="xã Hát Môn, huyện Phúc Thọ")).place
    assert cell.state == "unknown"
    assert "chưa thấy xã Hát Môn" in cell.why


def test_a_numbered_district_is_not_taken_for_a_ward_of_that_number(reader):
    zone = placed(make.zone(), make.unit(name="Phường 8"))
    assert line(reader, entry_of(zone, place_text="Quận 8")).place.state == "differs"


def test_a_line_without_a_zone_says_which_may_be_meant(reader):
    make.zone(name="Cụm công nghiệp Phạm Văn Hai I", code="PVH1")
    cell = line(reader, make.plan_entry(make.plan(), name="Phạm Văn Hai")).number
    assert cell.state == "differs"
    assert "Cụm công nghiệp Phạm Văn Hai I (PVH1)" in cell.why


def test_one_zone_in_two_lines_and_one_of_another_kind_are_noticed(reader):
    plan, zone = make.plan(), make.zone()
    make.plan_entry(plan, zone=zone, number=1)
    twice = make.plan_entry(plan, zone=zone, number=2)
    other = make.plan_entry(plan, zone=make.zone(kind="KCN"), number=3)
    assert "đã nối với dòng số 1" in line(reader, twice).number.why
    assert line(reader, other).number.text == "Khác loại"


def test_a_hidden_zone_is_neither_shown_nor_judged(reader):
    far = make.zone(city="HCM", publicity="internal", name="Cụm công nghiệp Kín")
    make.area(far, value="99")
    found = line(reader, entry_of(far, area_ha="10"))
    assert found.zone is None
    assert {cell.state for _label, cell in found.cells} == {"unknown"}
    assert not any("Kín" in cell.why or "99" in cell.why for _label, cell in found.cells)


def test_the_number_of_a_hidden_document_is_not_told(reader):
    zone = make.zone()
    secret = make.document(number="01/MẬT", city="HCM", publicity="restricted")
    make.area(zone, value="10", document=secret, source="")
    cell = line(reader, entry_of(zone, area_ha="10")).area
    assert "MẬT" not in cell.why
    assert "văn bản hạn chế" in cell.why


def totals(reader, plan):
    return [total.cell.state for total in conform(plan, reader, TODAY).totals]


def test_a_whole_list_that_agrees_with_what_the_plan_states(reader):
    plan = make.plan(stated_count=2, stated_area_ha=30, complete=True)
    for number, hectares in ((1, 10), (2, 20)):
        zone = make.zone()
        make.area(zone, value=hectares)
        make.plan_entry(plan, zone=zone, number=number, area_ha=hectares)
    assert totals(reader, plan) == ["ok"] * 5


def test_a_whole_list_shows_what_is_missing_and_what_stands_outside(reader):
    plan = make.plan(stated_count=3, stated_area_ha=40, complete=True)
    zone, outside = make.zone(), make.zone(name="Cụm công nghiệp Ngoài")
    make.area(zone, value=12)
    make.plan_entry(plan, zone=zone, number=1, area_ha=10)
    make.plan_entry(plan, number=2, area_ha=20, name="Không có")
    found = conform(plan, reader, TODAY)
    assert [total.cell.state for total in found.totals] == ["differs"] * 5
    assert [one.code for one in found.outside] == [outside.code]
    assert found.totals[2].cell.text == "−10 ha (−25 %)"


def test_of_a_list_that_is_not_whole_nothing_is_concluded(reader):
    plan = make.plan(stated_count=159, stated_area_ha=Decimal("3204.31"))
    zone = make.zone()
    make.zone()
    make.plan_entry(plan, zone=zone, number=1, area_ha=10)
    assert totals(reader, plan) == ["unknown", "ok", "unknown", "unknown", "unknown"]


def test_a_list_of_new_zones_says_nothing_about_those_that_stand_already(reader):
    plan = make.plan(stated_count=1, complete=True)
    make.plan_entry(plan, zone=make.zone(), intent="new")
    make.zone()
    assert totals(reader, plan)[-1] == "unknown"


def test_the_register_is_taken_as_it_stood_on_the_day(reader):
    zone = make.zone()
    before = make.area(zone, value="10", as_of=datetime.date(2018, 1, 1))
    make.area(zone, value="34", as_of=datetime.date(2024, 8, 1), supersedes=before)
    entry = entry_of(zone, area_ha="10")
    assert line(reader, entry, datetime.date(2020, 1, 1)).area.state == "ok"
    assert line(reader, entry).area.state == "differs"


def test_a_zone_that_was_not_in_the_register_on_the_day_is_not_judged(reader):
    found = line(reader, entry_of(make.zone(), area_ha="10"), datetime.date(2020, 1, 1))
    assert {cell.state for _label, cell in found.cells} == {"unknown"}


def test_the_number_of_statements_does_not_grow_with_the_plan(reader):
    def asked(lines):
        plan = make.plan()
        for number in range(1, lines + 1):
            zone = placed(make.zone(), make.unit())
            make.area(zone, document=make.document(), source="")
            make.status(zone, document=make.document(), source="")
            make.plan_entry(plan, zone=zone, number=number, area_ha=10, place_text="Xã Lạ")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            conform(plan, reader, TODAY)
        return len(asked)

    assert asked(1) == asked(6) == 9


def test_the_shipped_plans_show_what_the_sources_disagree_on(register):
    """Phạm Văn Hai II: 298 ha when announced, 289 ha in 364/TTg-CN; ten of fourteen agree."""
    from django.conf import settings

    from planning.loading.plans import load_plans
    from zones.loading import Account

    load_plans(settings.BASE_DIR / "data", Account())
    found = conform(Plan.objects.get(code="HCM-KH-KCN-2033"), make.user("viewer"), TODAY)
    assert [one.entry.name for one in found.differing] == ["Phạm Văn Hai II"]
    assert found.differing[0].area.text == "−9 ha (−3 %)"
    assert [one.area.state for one in found.lines].count("ok") == 10
    assert found.totals[0].cell.state == "ok"
