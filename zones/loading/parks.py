"""Zones with their relations, phases and developers."""

from accounts.access import City, Publicity
from zones.loading.places import centre, load_zone_places
from zones.loading.reading import read
from zones.loading.storing import store
from zones.models import Developer, DeveloperShare, Phase, Zone
from zones.models.zone import ZoneKind

ZONES = (
    "code name kind city district_before_2025 ward_or_commune_since_2025 total_area_ha industrial_land_ha "
    "leased_area_ha occupancy_pct status_text_vi status established_year decision_no developer "
    "source_url source_date note"
)
ZONE = (
    "name", "kind", "park_type", "city", "place_text", "managing_agency", "parent", "relation", "lat", "lon",
    "point_precision", "publicity", "source", "source_on", "note",
)  # fmt: skip
# Who manages by default: NĐ 32/2024/NĐ-CP for clusters, NĐ 35/2022/NĐ-CP for parks.
MANAGERS = {
    ("CCN", "HN"): "HN-SCT",
    ("CCN", "HCM"): "HCM-SCT",
    ("KCN", "HN"): "HN-BQL",
    ("KCN", "HCM"): "HCM-HEPZA",
    ("KCX", "HN"): "HN-BQL",
    ("KCX", "HCM"): "HCM-HEPZA",
    ("KCNC", "HN"): "HN-BQL",
    ("KCNC", "HCM"): "HCM-SHTP",
}
PARK_TYPES = {
    "làng nghề": Zone.ParkType.CRAFT,
    "công nghiệp hỗ trợ": Zone.ParkType.SUPPORTING,
    "chế xuất": Zone.ParkType.EPZ,
}
MANAGED_BY_DEFAULT = "Cơ quan quản lý ghi mặc định theo loại khu; chưa đối chiếu văn bản phân công."


def load_zones(folder, account, agencies, places):
    """The rows of zones.csv and the zones by code."""
    rows = read(folder, "zones.csv", ZONES)
    line = account.line("zones.csv", "zones", len(rows))
    relations = {row["child"]: row for row in read(folder, "zone_relations.csv", "child parent relation why")}
    for row in rows:
        row.required("code"), row.one_of("city", City.values), row.one_of("kind", ZoneKind.values)
    found = {row["code"]: list(places.of(row)) for row in rows}
    zones = {}
    # Parents first: a zone that is part of another needs it.
    for own in (
        [row for row in rows if row["code"] not in relations],
        [row for row in rows if row["code"] in relations],
    ):
        wanted = [(row, zone_of(row, agencies, found[row["code"]], relations, zones)) for row in own]
        stored = store(line, wanted, ("code",), ZONE)
        zones |= {row["code"]: result for row, result in zip(own, stored, strict=True)}
    count_relations(account, relations, zones)
    load_zone_places(account, [(row, zones[row["code"]][0], found[row["code"]]) for row in rows])
    return rows, {code: zone for code, (zone, _) in zones.items()}


def count_relations(account, relations, zones):
    line = account.line("zone_relations.csv", "relations between zones", len(relations))
    for row in relations.values():
        row.found("child", zones)
        line.count(zones[row["child"]][1])


def zone_of(row, agencies, places, relations, zones):
    relation = relations.get(row["code"])
    point = centre(places)
    source_day = row.day("source_date")
    notes = [row["note"], row["decision_no"] and f"Văn bản nguồn nêu: {row['decision_no']}.", MANAGED_BY_DEFAULT]
    notes += [relation and f"Quan hệ với khu gốc: suy từ {relation['why']}."]
    return Zone(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        park_type=next((kind for words, kind in PARK_TYPES.items() if words in row["name"]), ""),
        city=row["city"],
        place_text=row["district_before_2025"],
        managing_agency=agencies[MANAGERS[row["kind"], row["city"]]],
        parent=relation and relation.found("parent", {code: zone for code, (zone, _) in zones.items()}),
        relation=relation.one_of("relation", ("expansion", "phase")) if relation else "",
        lat=point and point.lat,
        lon=point and point.lon,
        point_precision="unit_centre" if point else "",
        publicity=Publicity.PUBLIC,
        source=row["source_url"],
        source_on=source_day and source_day.exactly,
        note="\n".join(filter(None, notes)),
    )


def load_phases(folder, account, zones):
    """(Row of phases.csv, stored phase) pairs; their areas are facts."""
    rows = read(folder, "phases.csv", "zone_code number name kind area_ha as_of document source why")
    line = account.line("phases.csv", "phases", len(rows))
    wanted = []
    for row in rows:
        zone = row.found("zone_code", zones)
        phase = Phase(
            zone=zone, number=row.number_in("number"), name=row["name"], source=row["source"], note=row["why"]
        )
        wanted.append((row, phase))
    stored = store(line, wanted, ("zone_id", "number"), ("number", "name", "source", "note"))
    return [(row, phase) for row, (phase, _) in zip(rows, stored, strict=True)]


def load_developers(folder, account, rows, facts, zones):
    """Developers and their part in zones; what both files name is taken from facts.csv, whose note says more."""
    listed = {row["as_written"]: row for row in read(folder, "developers.csv", "as_written name kind country why")}
    named = [(row, row["zone_code"], row["value"], row["note"]) for row in facts if row["field"] == "developer"]
    named += [(row, row["code"], row["developer"], "") for row in rows if row["developer"]]
    developers = store_developers(account, named, listed)
    wanted, seen = {"facts.csv": [], "zones.csv": []}, set()
    lines = {
        file: account.line(file, "developers of zones", sum(row.file == file for row, *_ in named)) for file in wanted
    }
    for row, code, name, note in named:
        zone, developer = zones[code], developers[name]
        if zone is None or developer is None:
            lines[row.file].count("kept")
        elif (zone.pk, developer.pk) in seen:
            lines[row.file].count("unchanged")
        else:
            seen.add((zone.pk, developer.pk))
            wanted[row.file].append(
                (row, DeveloperShare(zone=zone, developer=developer, source=row["source_url"], note=note))
            )
    for file, shares in wanted.items():
        store(lines[file], shares, ("zone_id", "developer_id"), ("source", "note"))


def store_developers(account, named, listed):
    """Name as written → developer."""
    wanted, names = {}, {}
    for row, _, written, _ in named:
        known = listed.get(written)
        names[written] = known["name"] if known else written
        given = {"kind": known["kind"], "country": known["country"]} if known else {"kind": Developer.Kind.ENTERPRISE}
        wanted.setdefault(names[written], (known or row, Developer(name=names[written], **given)))
    line = account.line("developers.csv", "developers", len(wanted))
    stored = store(line, list(wanted.values()), ("name",), ("name", "kind", "country"))
    developers = {name: developer for name, (developer, _) in zip(wanted, stored, strict=True)}
    return {written: developers[name] for written, name in names.items()}
