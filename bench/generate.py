"""A register of any size: the shipped data, and generated rows on top. The same seed gives the same rows.

Rows go in without the row triggers and foreign-key checks (a private cluster, whose owner may switch them off); what
triggers keep otherwise is counted anew at the end."""

import datetime
import io
import random
import time

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.access import City
from accounts.models import Agency, ApiToken, User
from accounts.text import fold, sort_key
from zones.loading import load_register
from zones.models import AdminUnit, Facility, Indicator, Zone, ZoneArea, ZoneStatus, ZoneUnit
from zones.models.area import Occupancy
from zones.models.zone import ZoneKind, search_text
from zones.recording import refresh

SIZES = {"S": (400, 10_000, 50_000), "L": (10_000, 1_000_000, 5_000_000)}  # zones, facilities, measurements
DAY = datetime.date(2026, 6, 30)
CENTRES = {"HN": (105.82, 21.03), "HCM": (106.68, 10.82)}
PLACES = (
    "Đông Anh", "Sóc Sơn", "Hoài Đức", "Chương Mỹ", "Thạch Thất", "Quốc Oai", "Mê Linh", "Thường Tín", "Phú Xuyên",
    "Lê Minh Xuân", "Vĩnh Lộc", "Hiệp Phước", "Tân Tạo", "Cát Lái", "Bình Chiểu", "Tây Bắc Củ Chi", "Phạm Văn Hai",
)  # fmt: skip
TRADES = ("Cơ khí", "Dệt nhuộm", "Chế biến gỗ", "Thực phẩm", "Nhựa", "In, bao bì", "Hoá chất", "Da giày", "Điện tử")
CLASSES = ("", "", "compulsory", "encouraged", "may_stay")
PUBLICITY = ("public",) * 14 + ("internal",) * 5 + ("restricted",)


def generate(size, seed=2026):
    """Fill the empty, migrated database; returns how long each kind of row took."""
    zones, facilities, measurements = SIZES[size]
    chance, spent = random.Random(seed), {}
    began = time.perf_counter()
    load_register(settings.BASE_DIR / "data")
    spent["shipped register"] = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    for name, make in (
        ("zones", lambda: make_zones(chance, zones)),
        ("facilities", lambda: make_facilities(chance, facilities)),
        ("measurements", lambda: make_measurements(seed, measurements)),
        ("sums and statistics", settle),
    ):
        began = time.perf_counter()
        make()
        spent[name] = time.perf_counter() - began
    make_people()
    return spent


def without_triggers(cursor):
    cursor.execute("SET LOCAL session_replication_role = replica")


def agencies(city):
    return list(Agency.objects.filter(city=city, kind__in=("department", "board")).order_by("code"))


@transaction.atomic
def make_zones(chance, wanted):
    with connection.cursor() as cursor:
        without_triggers(cursor)
    managing = {city: agencies(city) for city in City.values}
    made = [zone(chance, number, managing) for number in range(wanted)]
    Zone.objects.bulk_create(made, batch_size=1_000)
    units = {city: list(AdminUnit.objects.filter(city=city, level="commune", valid_to=None)) for city in City.values}
    ZoneUnit.objects.bulk_create([ZoneUnit(zone=one, unit=chance.choice(units[one.city])) for one in made])
    common = {"as_of": DAY, "source": "Báo cáo"}
    areas, statuses, occupancies = [], [], []
    for one in made:
        whole = chance.randrange(100_000, 5_000_000) / 10_000
        industrial = round(whole * 0.7, 4)
        leased = round(industrial * chance.random(), 4)
        for kind, value in (("decision", whole), ("industrial", industrial), ("leased", leased)):
            areas.append(ZoneArea(zone=one, kind=kind, value_ha=round(value, 4), **common))
        statuses.append(ZoneStatus(zone=one, value=chance.choice(ZoneStatus.Main.values[:7]), **common))
        basis = "ccn_2024" if one.kind == "CCN" else "kcn_2022"
        occupancies.append(
            Occupancy(zone=one, numerator_ha=leased, denominator_ha=industrial, basis_code=basis, **common)
        )
    for model, facts in ((ZoneArea, areas), (ZoneStatus, statuses), (Occupancy, occupancies)):
        model.objects.bulk_create(facts, batch_size=2_000)
    for start in range(0, len(made), 1_000):
        refresh([one.pk for one in made[start : start + 1_000]])


def zone(chance, number, managing):
    city = chance.choice(City.values)
    kind = chance.choice(("KCN", "KCN", "KCX", "CCN", "CCN", "CCN", "KCNC"))
    code = f"{city}-{kind}-{number:05}"
    name = f"{ZoneKind(kind).label} {chance.choice(PLACES)} {number}"
    lon, lat = near(chance, city)
    return Zone(
        code=code, name=name, kind=kind, city=city, managing_agency=chance.choice(managing[city]), lon=lon, lat=lat,
        point_precision="site", publicity=chance.choice(PUBLICITY), source="Bộ sinh dữ liệu", term_years=50,
        name_sort=sort_key(name), search=search_text(code, name, kind),
    )  # fmt: skip


def near(chance, city):
    lon, lat = CENTRES[city]
    return round(chance.gauss(lon, 0.15), 6), round(chance.gauss(lat, 0.15), 6)


@transaction.atomic
def make_facilities(chance, wanted):
    """By COPY, 50,000 rows at a time."""
    managing = {city: [one.pk for one in agencies(city)] for city in City.values}
    units = {
        city: list(AdminUnit.objects.filter(city=city, level="commune", valid_to=None).values_list("pk", flat=True))
        for city in City.values
    }
    fields = [field for field in Facility._meta.concrete_fields if field.name != "id"]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        without_triggers(cursor)
        for start in range(0, wanted, 50_000):
            lines = io.StringIO()
            for number in range(start, min(start + 50_000, wanted)):
                row = facility(chance, number, managing, units)
                lines.write("\t".join(spelled(row.get(field.attname, default(field))) for field in fields) + "\n")
            lines.seek(0)
            cursor.copy_expert(f"COPY zones_facility ({columns}) FROM STDIN", lines)


def default(field):
    return field.get_default() if field.has_default() or not field.null else None


def spelled(value):
    if value is None:
        return r"\N"
    return {True: "t", False: "f"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def facility(chance, number, managing, units):
    city, trade = chance.choice(City.values), chance.choice(TRADES)
    code, name = f"{city}-CS-{number:07}", f"Cơ sở {trade.lower()} {chance.choice(PLACES)} {number}"
    lon, lat = near(chance, city)
    chosen = chance.choice(CLASSES)
    return {
        "code": code, "name": name, "city": city, "unit_id": chance.choice(units[city]), "trade": trade,
        "address": f"Số {number % 900 + 1}", "vsic_code": f"{chance.randrange(1000, 3400)}",
        "land_area_ha": chance.randrange(100, 90_000) / 10_000, "floor_area_m2": chance.randrange(100, 20_000),
        "workers": chance.randrange(3, 900), "relocation_class": chosen,
        "relocation_reason": "environment" if chosen == "compulsory" else "", "lat": lat, "lon": lon,
        "point_precision": "site", "managing_agency_id": chance.choice(managing[city]),
        "publicity": chance.choice(PUBLICITY), "as_of": DAY, "source": "Bộ sinh dữ liệu", "version": 1,
        "name_sort": sort_key(name), "search": " " + fold(f"{name} {code} {code.replace('-', ' ')} {trade}"),
    }  # fmt: skip


@transaction.atomic
def make_measurements(seed, wanted):
    indicator, _created = Indicator.objects.get_or_create(
        code="lao-dong-sinh", defaults={"name_vi": "Lao động (sinh)", "unit": "người", "measure": "stock"}
    )
    zones = Zone.objects.filter(source="Bộ sinh dữ liệu").order_by("pk").values_list("pk", flat=True)
    first, count = zones[0], len(zones)
    with connection.cursor() as cursor:
        without_triggers(cursor)
        cursor.execute("SELECT setseed(%s)", [seed % 1_000 / 1_000])
        cursor.execute(
            "INSERT INTO zones_measurement (as_of, as_of_precision, recorded_at, source, standing, note, value, "
            "value_text, city, indicator_id, zone_id, period_end) "
            "SELECT date '2026-06-30' - (n %% 40) * 90, 'quarter', %s, 'Báo cáo quý', 'adopted', '', "
            "round((random() * 9000)::numeric, 4), '', '', %s, %s + (n / 40) %% %s, "
            "date '2026-06-30' - (n %% 40) * 90 FROM generate_series(1, %s) AS n",
            [timezone.now(), indicator.pk, first, count, wanted],
        )


def settle():
    """What triggers would have kept, counted anew; then the statistics that PostgreSQL would gather by itself."""
    call_command("stored_sums", rebuild=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def make_people():
    agency = Agency.objects.get(code="HN-SCT")
    for username, role in (("bench_viewer", "viewer"), ("bench_editor", "editor"), ("bench_admin", "administrator")):
        User.objects.create_user(username, password="khong-dung-de-dang-nhap", role=role, agency=agency)


def token(username="bench_viewer"):
    person = User.objects.get(username=username)
    return ApiToken.objects.create(person, scope="write")[1]
