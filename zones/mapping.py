"""What a map draws of a list: GeoJSON features of exactly the filtered rows, names of units, and the bounds."""

from django.db.models import Prefetch

from zones.clusters import MOST_SINGLE, crowd
from zones.columns import place_of
from zones.geometry import simplify
from zones.listings import FACILITIES, ZONES
from zones.models import AdminUnit, Boundary
from zones.models.standing import FOREVER

TOLERANCE_DEGREES = 0.0002  # some 20 m: no corner of a zone is seen to move at the scale of a city
MOST_LABELS = 200
LEVELS = {AdminUnit.Level.COMMUNE: "ward"}


def point(record):
    """A GeoJSON Point, or None; how far it can be trusted is told by `point_precision`."""
    return {"type": "Point", "coordinates": [record.lon, record.lat]} if record.lat is not None else None


def holding(user, day, known=None):
    """The boundaries of whole zones that hold on the day, as far as the user may see them."""
    visible = Boundary.objects.visible_to(user).filter(phase__isnull=True)
    return visible.on(day or FOREVER, known).defer("submitted")


def with_boundary(zones, boundaries):
    """The zones with those of the boundaries that are theirs, best first, in `drawn`."""
    return zones.prefetch_related(Prefetch("boundaries", boundaries.best_first("zone"), to_attr="drawn"))


def drawn(question, rows):
    """The rows with the boundary that holds on the day, best first, in `drawn`."""
    if question.listing is not ZONES:
        return rows
    return with_boundary(rows, holding(question.request.user, question.frame.day, question.frame.known))


def shape(record):
    """The boundary of a zone, where one holds; its point otherwise; None when it is not known where it lies."""
    boundaries = getattr(record, "drawn", None)
    return boundaries[0].geometry if boundaries else point(record)


def zone_properties(zone):
    return {
        "kind": zone.kind,
        "area_ha": None if zone.area_ha is None else float(zone.area_ha),
        "precision": "" if getattr(zone, "drawn", None) else zone.point_precision,
        "place": place_of(zone),
    }


def facility_properties(facility):
    return {
        "kind": facility.trade,
        "area_ha": None if facility.land_area_ha is None else float(facility.land_area_ha),
        "precision": facility.point_precision,
        "place": facility.unit.name if facility.unit else facility.address,
    }


PROPERTIES = {ZONES: zone_properties, FACILITIES: facility_properties}


def properties(question, record):
    """What is said of one record on the map and in the list beside it; its link keeps the page's city and day."""
    name, state = question.listing.columns[0], question.listing.state
    return {
        "code": record.code,
        "name": record.name,
        "url": f"{name.link(record)}?{question.frame.query}".rstrip("?"),
        "state": state.state(record),
        "state_label": state.state_label(record),
        **PROPERTIES[question.listing](record),
    }


def shown(question, view=None):
    """What a map draws of a list: every record, or of very many what `view` shows of them, and clusters of the rest."""
    if (many := crowd(question)) is None:
        return features(question)
    found = {"type": "FeatureCollection", "features": [], "clusters": [], "labels": [], "moving": True}
    if view is None:
        view, (legend, absent) = many.extent, many.legend
        found |= {"legend": legend, "absent": absent}
        if view:
            found["bounds"] = [[view.south, view.west], [view.north, view.east]]
    clusters, count = many.clusters(view) if view else ([], 0)
    if count <= MOST_SINGLE:
        single = features(question, many.within(view)) if view else {}
        return found | {name: value for name, value in single.items() if name != "bounds"}
    return found | {"clusters": [one.spelled for one in clusters], "labels": labels(question, [])}


def features(question, rows=None):
    """The FeatureCollection of a list, or of some of its `rows`, with `labels` and `bounds` beside it."""
    found, shown_in = [], {}
    for record in drawn(question, question.rows if rows is None else rows):
        geometry = shape(record)
        if geometry and geometry["type"] != "Point":
            geometry = simplify(geometry, TOLERANCE_DEGREES)
        found.append(
            {"type": "Feature", "id": record.code, "geometry": geometry, "properties": properties(question, record)}
        )
        for unit in units(record):
            shown_in[unit.pk] = unit
    collection = {"type": "FeatureCollection", "features": found, "labels": labels(question, shown_in.values())}
    corners = [corner for feature in found if feature["geometry"] for corner in positions(feature["geometry"])]
    return collection | ({"bounds": bounds(corners)} if corners else {})


def units(record):
    """The units that a record lies in."""
    if hasattr(record, "places"):
        return [place.unit for place in record.places.all()]
    return [record.unit] if record.unit else []


def labels(question, shown_in):
    """Names at the centres: the provinces of the day, and the day's own units in which something is shown."""
    frame, units = question.frame, AdminUnit.objects.visible_to(question.request.user)
    provinces = units.filter(level=AdminUnit.Level.PROVINCE).in_force(frame.as_of)
    if frame.city:
        provinces = provinces.filter(city=frame.city)
    lying = [unit for unit in shown_in if unit.existed_on(frame.as_of)]
    named = [unit for unit in [*provinces, *lying] if unit.lat is not None]
    return [
        {"name": unit.name, "lon": unit.lon, "lat": unit.lat, "level": LEVELS.get(unit.level, unit.level)}
        for unit in named[:MOST_LABELS]
    ]


def positions(geometry):
    """Every [lon, lat] of a geometry."""
    if geometry["type"] == "Point":
        return [geometry["coordinates"]]
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [position for polygon in polygons for ring in polygon for position in ring]


def bounds(corners):
    """[[south, west], [north, east]], as the map frames it."""
    lons, lats = [corner[0] for corner in corners], [corner[1] for corner in corners]
    return [[min(lats), min(lons)], [max(lats), max(lons)]]
