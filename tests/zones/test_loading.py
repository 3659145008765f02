"""The shipped data in the register: complete, with its disagreements, and loaded again without a trace."""

import csv
import datetime
import io
import shutil
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.audit import acting
from accounts.models import Agency, RowChange
from tests import factories
from zones.loading import BadFile, load_register
from zones.models import (
    FACTS,
    AdminUnit,
    Developer,
    Document,
    Measurement,
    Occupancy,
    UnitSuccession,
    Zone,
    ZoneArea,
    ZoneStatus,
    ZoneUnit,
)
from zones.models.standing import FIGURES, FOREVER, Ledger
from zones.recording import record, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]
DATA = settings.BASE_DIR / "data"
DERIVED = "established or operating, from the status"


def rows(file):
    with (DATA / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def zone(code):
    return Zone.objects.on().get(code=code)


def areas(code, kind="stated"):
    found = ZoneArea.objects.filter(zone__code=code, kind=kind, phase=None).order_by("value_ha")
    return [(area.value_ha.normalize(), area.standing) for area in found]


def test_every_row_is_read_and_ends_in_one_outcome(register):
    assert [line for line in register if not line.adds_up] == []
    read = {(line.file, line.what): line.read for line in register}
    assert read["zones.csv", "zones"] == 222
    assert read["admin_units.csv", "units"] == 1335
    assert read["admin_unit_succession.csv", "successions"] == 1286
    assert sum(number for (file, what), number in read.items() if file == "facts.csv" and what != DERIVED) == 207
    assert Zone.objects.filter(city="HN").count() == 115
    assert Zone.objects.filter(city="HCM").count() == 107
    assert (AdminUnit.objects.count(), UnitSuccession.objects.count()) == (1335, 1286)


def test_what_is_no_agency_and_no_document_is_named_with_its_reason(register):
    reasons = "\n".join(reason for line in register for reason in line.reasons)
    assert "«Các sở, ban, ngành liên quan»: collective name" in reasons
    assert "«một trong 8202-8207/QĐ-UBND»: names no single document" in reasons
    assert not Document.objects.filter(number__contains="8202").exists()
    assert not Agency.objects.filter(name__icontains="liên quan").exists()


def test_loading_again_changes_nothing_and_leaves_no_history(register):
    before = RowChange.objects.count(), list(Zone.objects.order_by("pk").values())
    again = load_register(DATA)
    assert (RowChange.objects.count(), list(Zone.objects.order_by("pk").values())) == before
    assert [again.total(outcome) for outcome in ("created", "updated", "kept")] == [0, 0, 0]
    assert again.total("not loadable") == register.total("not loadable") > 0


def test_a_disagreement_keeps_both_values_and_the_register_says_which_it_uses():
    assert areas("HN-KCN-SAIDONGB") == [(Decimal(40), "adopted"), (Decimal("97.11"), "reported")]
    assert zone("HN-KCN-SAIDONGB").area_ha == 40
    assert (Decimal(407), "reported") in areas("HN-KCN-QUANGMINH1")
    assert zone("HN-KCN-QUANGMINH1").area_ha == Decimal("344.4")


def test_a_reported_value_never_wins_over_an_adopted_one_of_another_kind():
    assert areas("HN-KCN-BACTHUONGTIN", "study") == [(Decimal(137), "adopted")]
    assert areas("HN-KCN-BACTHUONGTIN") == [(Decimal("75.6"), "reported"), (Decimal(112), "reported")]
    assert zone("HN-KCN-BACTHUONGTIN").area_ha == 137


def test_dong_anh_rests_on_its_decision_with_both_phases():
    park = zone("HN-KCN-DONGANH")
    assert (park.area_ha, park.area_kind, park.established_on) == (
        Decimal("299.45"),
        "decision",
        datetime.date(2024, 3, 5),
    )
    area = park.areas.get(phase=None, kind="decision")
    assert (area.document.number, area.document.issuer) == ("221/QĐ-TTg", "Thủ tướng Chính phủ")
    assert [fact.value_ha for fact in park.areas.filter(phase__isnull=False).order_by("phase__number")] == [
        Decimal("179.1"),
        Decimal("120.35"),
    ]


def test_a_list_without_the_zone_is_kept_beside_the_status_it_doubts():
    said = ZoneStatus.objects.filter(zone__code="HN-KCN-DAITU", aspect="main")
    assert set(said.values_list("value", "standing")) == {("operating", "adopted"), ("not_listed", "reported")}
    assert zone("HN-KCN-DAITU").status == "operating"
    assert zone("HN-KCN-DAITU").area_ha is None


def test_no_share_is_counted_that_no_source_counted():
    counted = Occupancy.objects.exclude(numerator_ha=None, denominator_ha=None)
    assert [(one.zone.code, one.numerator_ha, one.denominator_ha, one.basis_code) for one in counted] == [
        ("BD-KCN-TANBINH-BD", Decimal("202.63"), Decimal("244.5"), "unstated")
    ]
    assert not ZoneStatus.objects.filter(value="no").exists()


def test_an_undated_value_is_known_only_from_when_it_was_gathered():
    area = ZoneArea.objects.get(origin="zones.csv:HN-KCN-QUANGMINH1:total_area_ha:344.4")
    assert (area.as_of, area.as_of_precision) == (datetime.date(2026, 11, 1), "unknown")
    assert area.note.endswith("Nguồn không ghi ngày; thu thập tháng 11/2026.")
    assert area.source.startswith("https://baomoi.net.vn/")


def test_a_month_stands_as_its_last_day():
    area = ZoneArea.objects.get(origin="facts.csv:HN-KCN-NOIBAI:total_area_ha:114")
    assert (area.as_of, area.as_of_precision, area.source_on) == (
        datetime.date(2025, 12, 31),
        "month",
        datetime.date(2025, 12, 14),
    )


def test_city_totals_and_shared_areas_are_measurements_and_no_areas_of_zones():
    total = Measurement.objects.get(city="HCM", indicator__code="total_area_in_plan_ha")
    assert (total.value, total.zone) == (49242, None)
    shared = Measurement.objects.filter(indicator__code="total_area_group_ha").values_list("zone__code", "value")
    assert dict(shared) == {"HCM-KCN-TPT2": 600, "HCM-KCN-TPT3": 600, "HCM-KCN-TPT4": 600}
    assert not ZoneArea.objects.filter(zone__code__startswith="HCM-KCN-TPT", zone__name__regex="[234]$").exists()


def test_places_of_both_eras_lead_to_the_zone():
    thuong_tin = AdminUnit.objects.get(name="Huyện Thường Tín")
    new_commune = AdminUnit.objects.get(name="Xã Thượng Phúc", valid_to=None)
    for unit in (thuong_tin, new_commune):
        assert Zone.objects.filter(code="HN-CCN-QUATDONG").in_unit(unit).exists(), unit
    assert not ZoneUnit.objects.get(zone__code="HN-CCN-QUATDONG", unit=new_commune).certain
    assert ZoneUnit.objects.get(zone__code="HN-KCN-SOCSON", unit__name="Xã Kim Anh").certain
    assert set(ZoneUnit.objects.filter(zone__code="HN-CCN-TULIEM").values_list("unit__name", "certain")) == {
        ("Quận Bắc Từ Liêm", False),
        ("Quận Nam Từ Liêm", False),
    }


def test_a_point_is_the_centre_of_the_one_unit_and_says_so():
    park, commune = zone("HN-KCN-SOCSON"), AdminUnit.objects.get(name="Xã Kim Anh", valid_to=None)
    assert (park.lat, park.lon, park.point_precision) == (commune.lat, commune.lon, "unit_centre")
    nowhere = zone("HN-CCN-PHUMINH")
    assert (nowhere.lat, nowhere.point_precision, nowhere.places.count()) == (None, "", 0)


def test_an_extension_hangs_on_the_zone_that_it_extends():
    part = Zone.objects.get(code="HCM-KCN-LMXMR")
    assert (part.parent.code, part.relation) == ("HCM-KCN-LMX", "expansion")
    assert "suy từ tên" in part.note


def test_the_stored_figures_are_those_of_the_ledger():
    for park in Zone.objects.reckoned(Ledger(FOREVER, None)):
        assert {name: getattr(park, f"now_{name}") for name in FIGURES} == {
            name: getattr(park, name) for name in FIGURES
        }


def test_every_fact_has_a_source_or_a_document_and_its_origin():
    for model in FACTS:
        assert not model.objects.filter(source="", document=None).exists()
        assert not model.objects.filter(origin=None).exists()


def test_what_people_have_corrected_or_removed_stays_so():
    administrator = factories.administrator()
    with acting(administrator):
        park = Zone.objects.get(code="HN-KCN-SOCSON")
        park.name = "Khu công nghiệp Sóc Sơn"
        park.save()
        ZoneUnit.objects.get(zone__code="HN-KCN-DAITU", unit__name="Phường Phúc Lợi").delete()
        developer = Developer.objects.get(name="Vinaconex")
        developer.name = "Tổng công ty Vinaconex"
        developer.save()
    again = load_register(DATA)
    park.refresh_from_db()
    assert (park.name, park.version) == ("Khu công nghiệp Sóc Sơn", 2)
    assert not ZoneUnit.objects.filter(zone__code="HN-KCN-DAITU", unit__name="Phường Phúc Lợi").exists()
    assert not Developer.objects.filter(name="Vinaconex").exists()
    assert (again.total("kept"), again.total("created"), again.total("updated")) == (3, 0, 0)


def test_a_superseded_and_a_withdrawn_fact_are_not_loaded_again():
    administrator = factories.administrator()
    old = ZoneArea.objects.get(origin="zones.csv:HN-KCN-SOCSON:total_area_ha:302.8")
    better = ZoneArea(zone=old.zone, kind="decision", value_ha="302.83", as_of="2021-05-18", document=old.document)
    record(better, by=administrator, supersedes=old)
    withdraw(
        ZoneArea.objects.get(origin="facts.csv:HN-KCN-SAIDONGB:total_area_ha:40"), by=administrator, note="Nhầm khu."
    )
    again = load_register(DATA)
    assert again.total("created") == 0
    assert zone("HN-KCN-SOCSON").area_ha == Decimal("302.83")
    assert zone("HN-KCN-SAIDONGB").area_ha == Decimal("97.11")


def test_a_recorded_fact_does_not_keep_a_zone_from_a_new_release_of_the_file(tmp_path):
    park = Zone.objects.get(code="HN-KCN-SOCSON")
    with acting(administrator := factories.administrator()):
        record(ZoneStatus(zone=park, value="suspended", as_of="2026-01-01", source="Báo cáo"), by=administrator)
    changed = release(tmp_path, "zones.csv", "Khu công nghiệp sạch Sóc Sơn", "Khu công nghiệp sạch Sóc Sơn 1")
    account = load_register(changed)
    assert (account.total("updated"), account.total("kept")) == (1, 0)
    assert Zone.objects.get(pk=park.pk).name == "Khu công nghiệp sạch Sóc Sơn 1"


def release(folder, file, old, new):
    """A copy of the data in which `old` has become `new` once in `file`."""
    copy = folder / "data"
    shutil.copytree(DATA, copy)
    content = (copy / file).read_text("utf-8")
    assert old in content
    (copy / file).write_text(content.replace(old, new, 1), "utf-8")
    return copy


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        (
            "zones.csv",
            ",299.45,",
            ",299.45 ha,",
            "zones.csv, row 4, column total_area_ha: «299.45 ha» is not a number.",
        ),
        ("zones.csv", ",299.45,", ",-299.45,", "zones.csv, row 4, column total_area_ha: "),
        (
            "zones.csv",
            "KCN,HN,Thường Tín",
            "KCM,HN,Thường Tín",
            "zones.csv, row 2, column kind: «KCM» is not one of KCN",
        ),
        ("zones.csv", "2024-03-11", "2024-13-11", "zones.csv, row 4, column source_date: "),
        ("zones.csv", "Vinaconex", "Vina\u202econex", "zones.csv, row 4, column developer: "),
        (
            "facts.csv",
            "HN-KCN-NOIBAI,total",
            "HN-KCN-NOBAI,total",
            "facts.csv, row 4, column zone_code: «HN-KCN-NOBAI»",
        ),
        ("facts.csv", "NOIBAI,status,operating", "NOIBAI,status,runs", "facts.csv, row 5, column value: «runs»"),
        ("facts.csv", "capital_bn_vnd,120.36", "capital_vnd,120.36", "facts.csv, row 24, column field: «capital_vnd»"),
        ("facts.csv", "total_area_ha,407,", "total_area_ha,408,", "readings.csv, row "),
        ("facts.csv", "note\n", "remark\n", "facts.csv, row 1, column (header): expected zone_code,"),
        (
            "admin_units.csv",
            "district,001,Quận Ba Đình,01",
            "district,001,Quận Ba Đình,99",
            "admin_units.csv, row 3, column parent_code",
        ),
        (
            "directives.csv",
            "Sở Tư pháp",
            "Sở Pháp",
            "directives.csv, row 41, column cooperating_agencies(;): «Sở Pháp»",
        ),
    ],
)
def test_a_bad_file_is_refused_with_row_and_column_and_nothing_is_loaded(tmp_path, file, old, new, named):
    broken = release(tmp_path, file, old, new)
    before = RowChange.objects.count()
    with pytest.raises(BadFile) as refused, transaction.atomic():
        load_register(broken)
    assert str(refused.value).startswith(named)
    assert RowChange.objects.count() == before


def test_the_command_prints_the_account_and_fails_on_a_bad_file(tmp_path):
    out = io.StringIO()
    call_command("load_register", stdout=out)
    [zones] = [line for line in out.getvalue().splitlines() if line.split()[:2] == ["zones.csv", "zones"]]
    assert zones.split()[2:] == ["222", "=", "0", "+", "222", "+", "0", "+", "0", "+", "0"]
    assert "not loadable · steps.csv · agencies named · «Bộ KH&CN sang UBND TP Hà Nội»: two bodies" in out.getvalue()
    with pytest.raises(CommandError, match=r"Nothing was loaded\. zones\.csv, row 0"):
        call_command("load_register", folder=tmp_path_without(tmp_path, "zones.csv"), stdout=out)


def tmp_path_without(folder, file):
    copy = folder / "data"
    shutil.copytree(DATA, copy)
    (copy / file).unlink()
    return copy
