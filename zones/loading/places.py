"""Units of both eras, their succession, and the places that the sources name for zones."""

import datetime
import re
from dataclasses import dataclass

from accounts.access import City
from accounts.text import fold
from zones.loading.reading import read
from zones.loading.storing import store
from zones.models import AdminUnit, UnitSuccession, ZoneUnit

LAST_OLD, FIRST_NEW = datetime.date(2025, 6, 30), datetime.date(2025, 7, 1)
OLD, NEW = "before_2025-07-01", "since_2025-07-01"
LEVELS = {"province": AdminUnit.Level.PROVINCE, "district": AdminUnit.Level.DISTRICT, "ward": AdminUnit.Level.COMMUNE}
CITIES = {"01": City.HN, "74": City.HCM, "77": City.HCM, "79": City.HCM}
UNIT = ("name", "city", "parent", "valid_from", "valid_to", "lat", "lon", "area_km2", "source")
DISTRICT_WORD = re.compile(r"^(quan|huyen|thi xa|thanh pho|tp)\s+")
DISTRICT_GUESSED = re.compile(r"(?:huyện|quận)[^.]*(?:suy|tên gọi|không ghi|điểm tọa độ|kiểm chứng)", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """A unit in which a zone lies, as far as its source tells; no unit when the name was not recognised."""

    name: str
    unit: AdminUnit | None
    certain: bool = True
    source: str = ""


class Places:
    def __init__(self, folder, units):
        self.units = units
        self.old_districts, self.new_communes = {}, {}
        for (era, level, _), unit in units.items():
            if (era, level) == (OLD, "district"):
                self.old_districts.setdefault((unit.city, plain(unit.name)), []).append(unit)
            elif (era, level) == (NEW, "ward"):
                self.new_communes.setdefault((unit.city, fold(unit.name)), []).append(unit)
        self.as_written = {}
        for row in read(folder, "place_names.csv", "as_written province codes certain why"):
            self.as_written[row["as_written"]] = [self.listed(row, code) for code in row.parts("codes")]

    def listed(self, row, code):
        known = {code: unit for (era, level, code), unit in self.units.items() if era == OLD and level != "ward"}
        if code not in known:
            raise row.bad("codes", f"«{code}» is no district or province before 1/7/2025.")
        return Place(row["as_written"], known[code], row.one_of("certain", ("yes", "no")) == "yes", row["why"])

    def of(self, row):
        """The places that a row of zones.csv names: old districts, then new communes."""
        return [*self.districts(row), *self.communes(row)]

    def districts(self, row):
        certain = not DISTRICT_GUESSED.search(row["note"])
        for name in row.parts("district_before_2025"):
            places = self.as_written.get(name) or [
                Place(name, unit) for unit in self.old_districts.get((row["city"], plain(name)), [None])
            ]
            for place in places:
                yield Place(name, place.unit, certain and place.certain, place.source or row["source_url"])

    def communes(self, row):
        names = row.parts("ward_or_commune_since_2025")
        derived = "mới suy từ bảng" in row["note"]
        source = (
            "Suy từ bảng chuyển đổi đơn vị hành chính (admin_unit_succession.csv)" if derived else row["source_url"]
        )
        for name in names:
            units = self.new_communes.get((row["city"], fold(name)), [None])
            for unit in units:
                yield Place(name, unit, len(names) == len(units) == 1 and not derived, source)


def plain(name):
    return DISTRICT_WORD.sub("", fold(name))


def centre(places):
    """Where to put a zone's point: its only new commune, else its only old district, else nowhere."""
    units = {place.unit for place in places if place.unit}
    for level, former in ((AdminUnit.Level.COMMUNE, False), (AdminUnit.Level.DISTRICT, True)):
        fitting = [unit for unit in units if unit.level == level and unit.is_former == former]
        if len(fitting) == 1 and fitting[0].lat is not None:
            return fitting[0]
    return None


def load_units(folder, account):
    """The units by (era, level, code)."""
    rows = read(folder, "admin_units.csv", "era level code name parent_code lat lon area_km2")
    line = account.line("admin_units.csv", "units", len(rows))
    units = {}
    for row in rows:
        row.one_of("era", (OLD, NEW)), row.one_of("level", LEVELS), row.required("code"), row.required("name")
    for level in LEVELS:
        own = [row for row in rows if row["level"] == level]
        stored = store(line, [(row, unit_of(row, units)) for row in own], ("level", "code", "valid_to"), UNIT)
        units |= {(row["era"], level, row["code"]): unit for row, (unit, _) in zip(own, stored, strict=True)}
    return units


def unit_of(row, units):
    former = row["era"] == OLD
    above = {"province": None, "district": "province", "ward": "district" if former else "province"}[row["level"]]
    parent = units.get((row["era"], above, row["parent_code"]))
    if above and parent is None:
        raise row.bad("parent_code", f"«{row['parent_code']}» is no {above} of the same time.")
    return AdminUnit(
        level=LEVELS[row["level"]],
        code=row["code"],
        name=row["name"],
        city=parent.city if parent else row.found("code", CITIES),
        parent=parent,
        valid_from=None if former else FIRST_NEW,
        valid_to=LAST_OLD if former else None,
        lat=row.degrees("lat"),
        lon=row.degrees("lon"),
        area_km2=row.number_in("area_km2"),
        source="admin_units.csv",
    )


def load_successions(folder, account, units):
    columns = (
        "old_ward_code old_ward old_district_code old_district old_province new_ward_code new_ward whole_or_divided"
    )
    rows = read(folder, "admin_unit_succession.csv", columns)
    line = account.line("admin_unit_succession.csv", "successions", len(rows))
    communes = {
        era: {c: unit for (e, lev, c), unit in units.items() if (e, lev) == (era, "ward")} for era in (OLD, NEW)
    }
    wanted = []
    for row in rows:
        old, new = row.found("old_ward_code", communes[OLD]), row.found("new_ward_code", communes[NEW])
        whole = row.one_of("whole_or_divided", ("whole", "divided")) == "whole"
        wanted.append(
            (row, UnitSuccession(old=old, new=new, whole=whole, on=FIRST_NEW, source="admin_unit_succession.csv"))
        )
    store(line, wanted, ("old_id", "new_id"), ("whole", "on", "source"))


def load_zone_places(account, found):
    """The places of the zones, given as (row of zones.csv, stored zone, its places)."""
    line = account.line("zones.csv", "places of zones", sum(len(places) for _, _, places in found))
    wanted = {}
    for row, zone, places in found:
        for place in places:
            if place.unit is None:
                line.refuse(f"{row['code']} «{place.name}»", "no unit of that name")
            elif zone is None:
                line.count("kept")
            elif (zone.pk, place.unit.pk) in wanted:
                line.count("unchanged")
            else:
                link = ZoneUnit(zone=zone, unit=place.unit, certain=place.certain, source=place.source)
                wanted[zone.pk, place.unit.pk] = (row, link)
    store(line, list(wanted.values()), ("zone_id", "unit_id"), ("certain", "source"))
