"""The stored sums: equal to what the records say after any change, for every reader, however many write at once."""

import math
import random
import threading
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction

from tests import factories as make
from zones import sums
from zones.models import Facility, FacilityCell, FacilitySum, Zone, ZoneSum

pytestmark = pytest.mark.django_db
ANSWERS = {True: "true", False: "false", None: "unknown"}


# What the records say, reckoned here and not by the database --------------------------------------------------------


def agency_of(record):
    return record.managing_agency_id if record.publicity == "restricted" else None


def square_metres(hectares):
    return int(Decimal(str(hectares or 0)).quantize(Decimal("0.0001")) * 10_000)


def of_zone(zone):
    if zone.withdrawn:
        return
    answers = (ANSWERS[zone.now_established], ANSWERS[zone.now_operating])
    group = (zone.city, zone.publicity, agency_of(zone), zone.kind, zone.now_status, *answers)
    areas = [zone.now_area_ha, zone.now_industrial_ha, zone.now_leased_ha]
    yield (
        group,
        {
            "zones": 1,
            "decision": int(zone.now_has_decision),
            "boundary": int(zone.now_has_boundary),
            "parts": int(zone.relation == "phase" and zone.now_area_ha is not None),
            "stated_only": int(zone.now_stated_pct is not None and zone.now_occupied_ha is None),
            "occupied_m2": square_metres(zone.now_occupied_ha),
            "occupiable_m2": square_metres(zone.now_occupiable_ha),
            **{f"{name}_n": int(ha is not None) for name, ha in zip(sums_of_area, areas, strict=True)},
            **{f"{name}_m2": square_metres(ha) for name, ha in zip(sums_of_area, areas, strict=True)},
            **{f"kind_{kind}": int(zone.now_area_kind == kind) for kind in area_kinds},
            **{f"basis_{basis}": int(zone.now_occupancy_basis == basis) for basis in bases},
        },
    )


def of_facility(facility):
    group = (facility.city, facility.publicity, facility.managing_agency_id, facility.relocation_class)
    floor = Decimal(str(facility.floor_area_m2 or 0)).quantize(Decimal("0.01"))
    yield (
        group,
        {
            "facilities": 1,
            "located": int(facility.lat is not None),
            "land_n": int(facility.land_area_ha is not None),
            "land_m2": square_metres(facility.land_area_ha),
            "floor_n": int(facility.floor_area_m2 is not None),
            "floor_dm2": int(floor * 100),
            "workers_n": int(facility.workers is not None),
            "workers": facility.workers or 0,
        },
    )


def of_cell(facility):
    for grid in (16, 64) if facility.lat is not None else ():
        squares = (grid, math.floor(facility.lon * grid), math.floor(facility.lat * grid))
        group = (facility.city, facility.publicity, agency_of(facility), facility.relocation_class, *squares)
        lon, lat = round(facility.lon * 1_000_000), round(facility.lat * 1_000_000)
        yield group, {"facilities": 1, "lon_millionths": lon, "lat_millionths": lat}


sums_of_area = ("area", "industrial", "leased")
area_kinds = ("decision", "zoning", "in_plan", "stated", "study")
bases = ("ccn_2024", "kcn_2022", "kcn_2013", "kcnc_2026", "ready", "cleared", "unstated")
RECKONED = {ZoneSum: of_zone, FacilitySum: of_facility, FacilityCell: of_cell}


def reckoned(model):
    found = {}
    for record in model.of.objects.all():
        for group, amounts in RECKONED[model](record):
            whole = found.setdefault(group, dict.fromkeys(amounts, 0))
            for name, amount in amounts.items():
                whole[name] += amount
    return found


def stored(model):
    groups, amounts = list(model.groupings()[0]), list(model.amounts())
    found = {}
    for row in model.objects.values(*groups, *amounts):
        whole = found.setdefault(tuple(row[name] for name in groups), dict.fromkeys(amounts, 0))
        for name in amounts:
            whole[name] += row[name]
    return {group: whole for group, whole in found.items() if any(whole.values())}


def check():
    for model in sums.SUMS:
        assert stored(model) == reckoned(model), model


# Changes ------------------------------------------------------------------------------------------------------------


def test_what_is_reckoned_here_names_every_amount():
    make.zone(), make.facility(lat=21.0, lon=105.8)
    for model in sums.SUMS:
        fields = {field.name for field in model._meta.fields if isinstance(field, models.BigIntegerField)} - {"id"}
        [*groups] = reckoned(model).values()
        assert set(model.amounts()) == fields == set(groups[0])


def test_every_figure_of_a_zone_moves_the_sums():
    paper = make.document()
    zone = make.zone(publicity="restricted")
    make.area(zone, value="12.3456", document=paper)
    make.area(zone, "industrial", "7.0001")
    make.area(zone, "leased", "0.1")
    make.status(zone, "operating")
    make.status(zone, "no", "established")
    make.occupancy(zone, "3.3333", "7.0001")
    make.boundary(zone)
    part = make.zone(parent=zone, relation="phase")
    make.area(part, "in_plan", "2")
    make.occupancy(part, None, None, "unstated", stated_pct="95")
    check()
    assert stored(ZoneSum) and sum(row["area_m2"] for row in stored(ZoneSum).values()) == 143456
    Zone.objects.filter(pk=part.pk).update(withdrawn=True)
    check()
    assert sum(row["zones"] for row in stored(ZoneSum).values()) == 1


ZONE_CHANGES = [
    {"city": "HCM"}, {"publicity": "internal"}, {"publicity": "restricted"}, {"kind": "KCN"}, {"withdrawn": True},
    {"withdrawn": False}, {"now_status": "suspended"}, {"now_established": True}, {"now_operating": None},
    {"now_area_ha": Decimal("99.9999")}, {"now_area_ha": None}, {"now_area_kind": "study"}, {"now_leased_ha": 1},
    {"now_industrial_ha": Decimal("0.0001")}, {"now_occupied_ha": 3}, {"now_occupiable_ha": Decimal("5.5")},
    {"now_occupancy_basis": "ready"}, {"now_stated_pct": 10}, {"now_has_boundary": True}, {"now_has_decision": True},
    {"note": "không đổi số nào"},
]  # fmt: skip
FACILITY_CHANGES = [
    {"city": "HCM"}, {"publicity": "internal"}, {"publicity": "restricted"}, {"relocation_class": "compulsory"},
    {"relocation_class": ""}, {"land_area_ha": Decimal("12345678.9012")}, {"land_area_ha": None}, {"workers": 0},
    {"floor_area_m2": Decimal("0.01")}, {"floor_area_m2": Decimal("1234567890.12")}, {"workers": None},
    {"lat": 10.776, "lon": 106.701}, {"lat": 21.0312345, "lon": 105.8500001}, {"lat": None, "lon": None},
    {"note": "không đổi số nào"},
]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_sums_follow_any_change(seed):
    chance = random.Random(seed)
    agencies = [make.agency(), make.agency(city="HCM")]
    make.many_zones(6, managing_agency=agencies[0])
    Facility.objects.bulk_create(new_facilities(8, agencies[0]))
    check()
    for _step in range(25):
        step(chance, agencies)
        if chance.random() < 0.3:
            sums.fold()
        check()
    Facility.objects.all().delete()
    check()
    assert stored(FacilitySum) == stored(FacilityCell) == {}


def new_facilities(wanted, agency):
    for _each in range(wanted):
        number = next(make.numbers)
        yield Facility(
            code=f"CS-{number}", name=f"Cơ sở {number}", city="HN", publicity="public", managing_agency=agency,
            as_of=make.DAY, source="Phiếu", lat=21 + number / 1000, lon=105 + number / 777, workers=number,
            land_area_ha=Decimal(number) / 7,
        )  # fmt: skip


def step(chance, agencies):
    """One change of one kind, of one record, some of them, or all; now and then it is taken back."""
    model, changes = chance.choice([(Zone, ZONE_CHANGES), (Facility, FACILITY_CHANGES)])
    change = chance.choice([*changes, {"managing_agency": chance.choice(agencies)}])
    some = model.objects.filter(pk__in=chance.sample(list(model.objects.values_list("pk", flat=True)), 3))
    kept = chance.random() < 0.8
    with transaction.atomic():
        match chance.randrange(5):
            case 0:
                some.update(**change)
            case 1:
                record = some[0]
                for name, value in change.items():
                    setattr(record, name, value)
                record.save()
            case 2:
                Facility.objects.bulk_create(new_facilities(4, chance.choice(agencies)))
            case 3:
                with connection.cursor() as cursor:
                    cursor.execute("UPDATE zones_facility SET workers = coalesce(workers, 0) + 5, city = 'HN'")
            case 4 if Facility.objects.count() > 6:
                Facility.objects.filter(pk=Facility.objects.order_by("?").values("pk")[:1]).delete()
        transaction.set_rollback(not kept)


def test_a_recount_gives_what_the_triggers_kept_and_mends_what_was_broken():
    make.many_zones(5)
    Facility.objects.bulk_create(new_facilities(5, make.agency()))
    before = {model: stored(model) for model in sums.SUMS}
    ZoneSum.objects.update(zones=7)
    FacilitySum.objects.all().delete()
    call_command("stored_sums", rebuild=True, verbosity=0)
    assert {model: stored(model) for model in sums.SUMS} == before
    check()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite adds to the groups in place")
def test_changes_fold_into_their_groups_by_themselves():
    agency = make.agency()
    for _each in range(sums.FOLD_AT + 5):
        Facility.objects.bulk_create(new_facilities(1, agency))
    assert FacilitySum.objects.count() < sums.FOLD_AT
    sums.fold()
    assert FacilitySum.objects.count() == 1
    check()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_writers_at_once_neither_wait_for_each_other_nor_lose_anything():
    agency = make.agency()
    Facility.objects.bulk_create(new_facilities(40, agency))
    keys = list(Facility.objects.values_list("pk", flat=True))
    problems, begun = [], threading.Barrier(5)

    def write(own):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                Facility.objects.filter(pk=own[0]).update(workers=1)
                begun.wait(10)  # all have changed the same group and none has ended
                for pk in own[1:]:
                    Facility.objects.filter(pk=pk).update(relocation_class="may_stay", workers=9)
                sums.fold()
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(keys[part::5],)) for part in range(5)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not problems
    check()


@pytest.mark.parametrize("publicity", ["public", "internal", "restricted"])
@pytest.mark.parametrize("role", ["viewer", "editor", "city", "auditor", "administrator"])
def test_everybody_finds_in_the_sums_exactly_the_records_that_they_may_see(role, publicity):
    own, other, south = make.agency(), make.agency(), make.agency(city="HCM")
    for agency in (own, other, south):
        make.zone(managing_agency=agency, city=agency.city, publicity=publicity)
        make.facility(managing_agency=agency, city=agency.city, publicity=publicity, lat=21.0, lon=105.8)
    for agency in (own, south, None):
        person = make.user(role, agency=agency)
        seen = {model: model.objects.visible_to(person) for model in sums.SUMS}
        assert sum(row.zones for row in seen[ZoneSum]) == Zone.objects.visible_to(person).count()
        facilities = Facility.objects.visible_to(person).count()
        assert sum(row.facilities for row in seen[FacilitySum]) == facilities
        assert sum(row.facilities for row in seen[FacilityCell].filter(grid=64)) == facilities
