"""One sheet of a GeoJSON file: a header row of the properties' keys, a row a feature, its geometry as JSON text."""

import json

from bounds import Refused, check_extent
from cells import number, text

GEOMETRY = "geometry"
SAME_AS_WGS84 = ("CRS84", "EPSG::4326", "EPSG:4326")


def read(path):
    with open(path, encoding="utf-8-sig") as file:
        try:
            collection = json.load(file, object_pairs_hook=once, parse_constant=refuse_constant)
        except (ValueError, RecursionError) as broken:
            raise Refused("json") from broken
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or collection.get("type") != "FeatureCollection":
        raise Refused("features")
    check_crs(collection.get("crs"))
    return [sheet(features)]


def once(pairs):
    """An object; a key that stands twice in it would lose a value."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("json")
    return found


def refuse_constant(constant):
    raise Refused("json")


def check_crs(crs):
    """Older files name their coordinate system; coordinates of another one would land elsewhere."""
    if crs is not None and not json.dumps(crs).rstrip('"}] ').endswith(SAME_AS_WGS84):
        raise Refused("crs")


def sheet(features):
    keys, rows = {}, []
    for place, feature in enumerate(features, start=2):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict) or feature.get("type") != "Feature" or GEOMETRY in properties:
            raise Refused("feature", row=place, column=1)
        for key in properties:
            keys.setdefault(key, len(keys))
        check_extent("", place, len(keys) + 1, place * (len(keys) + 1))
        cells = [None] * len(keys)
        for key, value in properties.items():
            cells[keys[key]] = cell(value, place, keys[key] + 1)
        rows.append((place, cells, feature.get(GEOMETRY)))
    titles = [text(key) for key in keys]
    whole = [(place, [*cells, *[None] * (len(keys) - len(cells)), shape(geometry)]) for place, cells, geometry in rows]
    return {"name": "", "hidden": False, "rows": [(1, [*titles, GEOMETRY]), *whole]}


def cell(value, row, column):
    if isinstance(value, str):
        return text(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return number(value)
    raise Refused("feature", row=row, column=column)


def shape(geometry):
    return None if geometry is None else json.dumps(geometry, ensure_ascii=False)
