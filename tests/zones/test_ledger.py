"""The ledger answers for any past day and any past moment; nothing in it is overwritten."""

import datetime
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from tests import factories as make
from zones import recording
from zones.models import Zone, ZoneArea
from zones.models.area import occupancy_pct
from zones.models.standing import FIGURES, FOREVER, Ledger

pytestmark = pytest.mark.django_db


def figures(zone, day=None, known=None):
    return Zone.objects.on(day, known).get(pk=zone.pk)


def test_a_later_value_holds_from_its_day_and_the_earlier_one_before():
    zone = make.zone()
    make.area(zone, value="100", as_of=date(2016, 1, 1))
    make.area(zone, value="120", as_of=date(2020, 1, 1))
    assert figures(zone, date(2018, 6, 1)).area_ha == 100
    assert figures(zone, date(2020, 1, 1)).area_ha == 120
    assert figures(zone).area_ha == 120


def test_a_correction_replaces_the_value_but_the_past_moment_still_knows_the_old_one():
    zone = make.zone()
    wrong = make.area(zone, value="10", as_of=date(2016, 1, 1))
    before = timezone.now()
    make.area(zone, value="11", as_of=date(2016, 1, 1), supersedes=wrong)
    assert figures(zone, date(2016, 6, 1)).area_ha == 11
    assert Zone.objects.on(date(2016, 6, 1)).known(before).get(pk=zone.pk).area_ha == 10
    wrong.refresh_from_db()
    assert wrong.value_ha == 10 and wrong.superseded_by.value_ha == 11


def test_a_superseded_value_still_holds_before_its_successor_begins():
    zone = make.zone()
    old = make.area(zone, value="100", as_of=date(2016, 1, 1))
    make.area(zone, value="120", as_of=date(2020, 1, 1), supersedes=old)
    assert figures(zone, date(2019, 12, 31)).area_ha == 100
    assert figures(zone).area_ha == 120


def test_a_withdrawn_value_never_held():
    zone = make.zone()
    make.status(zone)
    wrong = make.area(zone, value="10", as_of=date(2016, 1, 1))
    recording.withdraw(wrong, by=make.administrator(), note="Nhập nhầm khu khác")
    assert figures(zone).area_ha is None
    assert ZoneArea.objects.filter(pk=wrong.pk).exists()


def test_a_zone_of_which_no_fact_reaches_back_is_not_there_on_that_day():
    zone = make.zone()
    make.area(zone, as_of=date(2020, 1, 1))
    assert not Zone.objects.on(date(2019, 1, 1)).filter(pk=zone.pk).exists()


def test_the_adopted_value_is_used_and_the_other_is_kept():
    zone = make.zone()
    make.area(zone, kind="stated", value="302.8", as_of=date(2021, 5, 18))
    make.area(zone, kind="stated", value="340", as_of=date(2024, 1, 1), standing="reported")
    assert figures(zone).area_ha == Decimal("302.8")
    assert ZoneArea.objects.filter(zone=zone).in_force().count() == 2


def test_the_whole_area_is_taken_from_the_strongest_kind():
    zone = make.zone()
    make.area(zone, kind="stated", value="1")
    make.area(zone, kind="in_plan", value="2")
    make.area(zone, kind="decision", value="3", as_of=date(2020, 1, 1))
    assert (figures(zone).area_ha, figures(zone).area_kind) == (3, "decision")
    past = figures(zone, date(2025, 2, 1))
    assert (past.area_ha, past.area_kind) == (3, "decision")


def test_established_and_operating_are_independent():
    zone = make.zone()
    make.status(zone, "yes", aspect="operating")
    assert (figures(zone).operating, figures(zone).established) == (True, None)
    make.status(zone, "no", aspect="established")
    assert (figures(zone).operating, figures(zone).established) == (True, False)


def test_a_fact_in_the_future_or_without_source_or_below_zero_is_refused():
    zone = make.zone()
    with pytest.raises(ValidationError) as future:
        make.area(zone, as_of=timezone.localdate() + datetime.timedelta(days=1))
    assert "as_of" in future.value.message_dict
    with pytest.raises(ValidationError, match="văn bản hoặc một nguồn"):
        make.area(zone, source="")
    with pytest.raises(ValidationError) as negative:
        make.area(zone, value="-1")
    assert "value_ha" in negative.value.message_dict


def test_the_conflict_shows_what_took_the_place_of_the_corrected_fact_not_the_latest_of_the_series():
    zone = make.zone()
    first = make.area(zone, kind="leased", value="10", as_of=date(2025, 6, 30))
    make.area(zone, kind="leased", value="20", as_of=date(2025, 9, 30))
    theirs = make.area(zone, kind="leased", value="11", as_of=date(2025, 6, 30), supersedes=first)
    with pytest.raises(recording.FactConflict) as conflict:
        make.area(zone, kind="leased", value="12", as_of=date(2025, 6, 30), supersedes=first)
    assert conflict.value.current == theirs
    with pytest.raises(recording.FactConflict) as conflict:
        recording.withdraw(first, by=make.administrator(), note="Ghi nhầm")
    assert conflict.value.current == theirs


def test_only_the_managing_agency_records():
    zone = make.zone()
    insider, outsider = make.user("editor", agency=zone.managing_agency), make.user("editor")
    make.area(zone, by=insider)
    with pytest.raises(PermissionDenied):
        make.area(zone, by=outsider)
    with pytest.raises(PermissionDenied):
        make.area(zone, by=make.user("viewer", agency=zone.managing_agency))


def test_the_second_of_two_writers_is_told_and_loses_nothing():
    zone = make.zone()
    first = make.area(zone, value="10")
    theirs = ZoneArea(zone=zone, kind="decision", value_ha="11", as_of=date(2025, 2, 1), source="Quyết định A")
    mine = ZoneArea(zone=zone, kind="decision", value_ha="12", as_of=date(2025, 2, 1), source="Quyết định B")
    admin = make.administrator()
    recording.record(theirs, by=admin, supersedes=first, seen=first.pk)
    with pytest.raises(recording.FactConflict) as conflict:
        recording.record(mine, by=admin, supersedes=first, seen=first.pk)
    assert conflict.value.current == theirs
    recording.record(mine, by=admin, supersedes=theirs, seen=theirs.pk)
    assert figures(zone).area_ha == 12


def test_occupancy_is_numerator_over_denominator_and_a_dash_without_one():
    assert occupancy_pct(Decimal("203.76"), Decimal("755.81")) == Decimal("26.96")
    assert occupancy_pct(Decimal("1"), Decimal("0")) is None
    assert occupancy_pct(None, Decimal("5")) is None
    assert occupancy_pct(Decimal("0"), Decimal("5")) == 0


def test_stored_figures_are_those_of_the_ledger():
    zone = make.zone()
    make.area(zone, value="27.2")
    make.area(zone, kind="industrial", value="20")
    make.area(zone, kind="leased", value="5")
    make.status(zone)
    make.status(zone, "yes", aspect="established", is_start=True)
    make.occupancy(zone)
    make.boundary(zone)
    stored = figures(zone)
    reckoned = Zone.objects.reckoned(Ledger(FOREVER, None)).get(pk=zone.pk)
    assert {name: getattr(stored, name) for name in FIGURES} == {name: getattr(reckoned, name) for name in FIGURES}
    assert stored.has_boundary and stored.leased_ha == 5 and stored.status == "operating"


@pytest.mark.parametrize("words", ["le minh xuan", "Lê Minh Xuân", "LMX 2", "lmx2", "kcn lê minh xuân 2"])
def test_a_zone_is_found_by_name_with_or_without_marks_and_by_initials(words):
    zone = make.zone(name="Khu công nghiệp Lê Minh Xuân 2", kind="KCN", code="HCM-KCN-LMX2")
    make.zone(name="Khu công nghiệp Vĩnh Lộc", kind="KCN")
    assert list(Zone.objects.find(words)) == [zone]


def test_a_phase_is_found_by_its_short_form():
    zone = make.zone(name="Khu công nghiệp Hiệp Phước 3 (giai đoạn 3)", kind="KCN")
    make.zone(name="Khu công nghiệp Hiệp Phước giai đoạn 2", kind="KCN")
    assert list(Zone.objects.find("kcn hiep phuoc gd3")) == [zone]


def test_a_zone_is_found_by_old_district_and_by_new_commune():
    ended = date(2025, 6, 30)
    district = make.unit(level="district", code="268", name="Huyện Chương Mỹ", valid_to=ended)
    old = make.unit(name="Xã Cũ", valid_to=ended, parent=district)
    new = make.unit(name="Xã Mới", valid_from=date(2025, 7, 1))
    old.heirs.create(new=new, whole=False, on=date(2025, 7, 1))
    by_district, by_new, by_old = make.zone(), make.zone(), make.zone()
    by_district.places.create(unit=district)
    by_new.places.create(unit=new)
    by_old.places.create(unit=old)
    assert set(Zone.objects.in_unit(district)) == {by_district, by_new, by_old}
    assert set(Zone.objects.in_unit(new)) == {by_new, by_old}
