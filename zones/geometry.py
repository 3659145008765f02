"""Boundaries of zones: read what was submitted, refuse what is wrong, measure what is right. No database.

A boundary arrives as GeoJSON or as a table of corner points, in WGS 84 or in a VN-2000 projection. It leaves as a
GeoJSON geometry in EPSG:4326: two-dimensional, rounded to 7 decimals (1 cm), outer rings counter-clockwise (RFC 7946).
Limits are checked before shapely sees a coordinate; a wrong shape is refused with its reason and place, never repaired.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from shapely.geometry import MultiPolygon, Point, Polygon

if TYPE_CHECKING:
    from pyproj import Transformer  # twelve megabytes that only who submits a boundary needs: imported where it is used

WGS84 = 4326
SRIDS = {
    WGS84: gettext_lazy("WGS 84, kinh độ và vĩ độ"),
    5897: gettext_lazy("VN-2000, kinh tuyến trục 105°00' (Hà Nội)"),
    9209: gettext_lazy("VN-2000, kinh tuyến trục 105°30'"),
    9210: gettext_lazy("VN-2000, kinh tuyến trục 105°45' (TPHCM, Bình Dương)"),
    5899: gettext_lazy("VN-2000, kinh tuyến trục 107°45' (Bà Rịa - Vũng Tàu)"),
}
CENTRAL_MERIDIANS = {5897: 105, 9209: 105.5, 9210: 105.75, 5899: 107.75}

MAX_BYTES = 1_000_000
MAX_VERTICES = 5_000
DECIMALS = 7
ONE_SQUARE_METRE = Decimal("0.0001")  # hectares

# WGS 84 to VN-2000 by the seven parameters of the decision of 2007 (EPSG:6960), then a 3-degree Mercator zone. It is
# spelled out because PROJ may choose an older transformation instead, which is 0.8 m off.
VN2000_PIPELINE = """
    +proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3 +step +proj=cart +ellps=WGS84
    +step +inv +proj=helmert +convention=coordinate_frame +x=-191.90441429 +y=-39.30318279 +z=-111.45032835
     +rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 +s=0.252906278
    +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3
    +step +proj=tmerc +lat_0=0 +lon_0={meridian} +k=0.9999 +x_0=500000 +ellps=WGS84
"""

# A coarse line around the country, its sea, Hoàng Sa and Trường Sa, drawn generously by hand to catch swapped axes and
# wrong systems. It is not the national border and must not be drawn on a map.
VIETNAM = shapely.from_wkt(
    """POLYGON((
    101.95 22.6, 102.4 22.95, 103.2 22.9, 103.9 22.8, 104.3 23.05, 104.8 23.3, 105.2 23.6, 105.6 23.55, 106 23.2,
    106.7 23.2, 107.05 22.85, 107 22.15, 107.25 21.95, 107.6 21.85, 108.25 21.7, 108.3 20.3, 108 19.5, 107.9 18,
    109.5 17, 111 17.4, 113.2 17.4, 113.3 15.4, 117.5 12.2, 117.5 9.5, 117 8.8, 115.8 7.4, 113.8 6.1, 111.3 6.1,
    107 7.5, 104.5 8, 103.2 8.9, 103.2 9.7, 103.6 10.3, 103.75 10.55, 104.3 10.6, 104.7 10.7, 104.9 11.1, 105.65 11.15,
    105.65 11.85, 106.3 12.05, 106.8 12.25, 107.05 12.5, 107.35 12.7, 107.35 13.4, 107.2 13.9, 107.3 14.8, 107.1 15.3,
    106.9 15.6, 106.9 16.1, 106.4 16.5, 106.3 16.95, 105.5 17.55, 105.3 18, 104.85 18.5, 104.2 18.85, 103.65 19.2,
    103.65 19.7, 103.9 20, 104.1 20.4, 104 20.6, 103.3 20.6, 102.7 21, 102.65 21.6, 102.2 21.8, 101.95 22.2, 101.95 22.6
    ))"""
)

# What shapely says of an invalid shape, in the words of the office.
REASONS = {
    "Self-intersection": gettext_lazy("Đường ranh giới tự cắt hoặc hai đường cắt nhau"),
    "Ring Self-intersection": gettext_lazy("Đường ranh giới chạm vào chính nó"),
    "Hole lies outside shell": gettext_lazy("Vùng khoét nằm ngoài đường bao"),
    "Holes are nested": gettext_lazy("Vùng khoét nằm trong một vùng khoét khác"),
    "Interior is disconnected": gettext_lazy("Các vùng khoét chia ranh giới thành những mảnh rời nhau"),
}
REASONS_BETWEEN_PARTS = {
    "Self-intersection": gettext_lazy("Các phần của ranh giới chồng lên nhau hoặc chung một đoạn"),
    "Nested shells": gettext_lazy("Một phần của ranh giới nằm trong phần khác"),
}

Pair = tuple[float, float]


class BoundaryProblem(ValueError):
    """Why a boundary is refused, for the person who submitted it, and where (longitude, latitude) if that is known."""

    def __init__(self, message: str, place: Pair | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


@dataclass(frozen=True)
class Shape:
    """An accepted boundary: its area is on the ellipsoid of WGS 84, its vertices are counted without closing points."""

    geometry: dict[str, Any]
    area_ha: Decimal
    bbox: tuple[float, float, float, float]
    centre: Pair
    vertices: int


def read_boundary(submitted: str | bytes | dict[str, Any] | list[Any], srid: int = WGS84) -> Shape:
    """Read GeoJSON, or a table of rows (x, y) or (number, X northing, Y easting), whose coordinates are in `srid`.

    In GeoJSON and in rows of two, x points east. A table is one ring and may be left open. Raises BoundaryProblem.
    """
    if srid not in SRIDS:
        raise BoundaryProblem(_("Hệ toạ độ này không được hỗ trợ."))
    polygons = [[_table(submitted)]] if isinstance(submitted, list) else _polygons(_document(submitted), srid)
    rings = [ring for polygon in _members(polygons) for ring in _members(polygon)]
    vertices = sum(len(_members(ring)) - 1 for ring in rings)
    if vertices > MAX_VERTICES:
        raise _too_many()
    numbers = count(1)
    parts = [[_ring(ring, srid, numbers) for ring in polygon] for polygon in polygons]
    return _measured(_valid([Polygon(shell, holes) for shell, *holes in parts], srid), vertices)


def simplify(geometry: dict[str, Any], tolerance: float) -> dict[str, Any]:
    """The boundary with fewer corners for a small map: lines shift by about `tolerance` degrees, no corner moves."""
    return _geojson(shapely.simplify(shapely.geometry.shape(geometry), tolerance, preserve_topology=True))


def from_wgs84(points: Iterable[Pair], srid: int) -> list[Pair]:
    """(longitude, latitude) in degrees → (easting, northing) in metres of a VN-2000 projection."""
    return list(points) if srid == WGS84 else [_vn2000(srid).transform(lon, lat) for lon, lat in points]


def to_wgs84(points: Iterable[Pair], srid: int) -> list[Pair]:
    """(easting, northing) in metres of a VN-2000 projection → (longitude, latitude) in degrees.

    The inverse lacks the height that the way there drops, which costs up to 1.5 mm in the north-west; correcting once
    by what is left over brings the round trip far under a millimetre.
    """
    if srid == WGS84:
        return list(points)
    vn2000, found = _vn2000(srid), []
    for east, north in points:
        near_east, near_north = vn2000.transform(*vn2000.transform(east, north, direction="INVERSE"))
        found.append(vn2000.transform(2 * east - near_east, 2 * north - near_north, direction="INVERSE"))
    return found


def inside_vietnam(lon: float, lat: float) -> bool:
    """Whether a point may be in Vietnam, its sea or its islands, Hoàng Sa and Trường Sa included: a coarse check."""
    return bool(VIETNAM.contains(Point(lon, lat)))


@cache
def _vn2000(srid: int) -> "Transformer":
    from pyproj import Transformer

    return Transformer.from_pipeline(VN2000_PIPELINE.format(meridian=CENTRAL_MERIDIANS[srid]))


def _document(submitted: object) -> dict[str, Any]:
    """The outermost object of a GeoJSON text, or the object itself."""
    if isinstance(submitted, str):
        submitted = submitted.encode(errors="surrogatepass")
    if isinstance(submitted, bytes):
        if len(submitted) > MAX_BYTES:
            raise BoundaryProblem(_("Nội dung lớn hơn 1 MB."))
        try:
            submitted = json.loads(submitted.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            submitted = None
    if not isinstance(submitted, dict):
        raise BoundaryProblem(_("Nội dung không phải là GeoJSON đọc được (văn bản UTF-8)."))
    return submitted


def _polygons(document: Any, srid: int) -> Any:
    """The coordinates of a MultiPolygon, unchecked, from a geometry, a feature or a collection of one feature."""
    _refuse_other_system(document.get("crs"), srid)
    match document:
        case {"type": "FeatureCollection", "features": [feature]}:
            document = feature
        case {"type": "FeatureCollection"}:
            raise BoundaryProblem(_("Tệp GeoJSON phải có đúng một đối tượng."))
    match document:
        case {"type": "Feature", "geometry": geometry}:
            document = geometry
    match document:
        case {"type": "Polygon", "coordinates": coordinates}:
            return [coordinates]
        case {"type": "MultiPolygon", "coordinates": coordinates}:
            return coordinates
    raise BoundaryProblem(_("Ranh giới phải là một vùng (Polygon) hoặc nhiều vùng (MultiPolygon)."))


def _refuse_other_system(crs: object, srid: int) -> None:
    """Older GeoJSON may name its coordinate system: VN-2000 degrees read as WGS 84 would be 225 m off, unseen."""
    match crs:
        case None:
            return
        case {"properties": {"name": str(name)}}:
            stated = re.search(r"(?:EPSG:(?:[\d.]*:)?([0-9]{1,6})|CRS84)$", name)
            if stated and int(stated[1] or WGS84) == srid:
                return
    raise BoundaryProblem(_("Hệ toạ độ ghi trong tệp GeoJSON khác với hệ toạ độ đã chọn."))


def _table(rows: list[Any]) -> list[Pair]:
    """The rows as points (x, y) of one ring, closed if the table leaves the first corner out at the end."""
    if len(_members(rows)) > MAX_VERTICES + 1:
        raise _too_many()
    numbered = enumerate(rows, start=1)
    points = [_point([row[2], row[1]] if len(_members(row)) == 3 else row, number) for number, row in numbered]
    return points if points[0] == points[-1] else [*points, points[0]]


def _members(value: object) -> list[Any] | tuple[Any, ...]:
    if isinstance(value, list | tuple) and value:
        return value
    raise BoundaryProblem(_("Danh sách toạ độ thiếu hoặc sai cấu trúc."))


def _too_many() -> BoundaryProblem:
    return BoundaryProblem(_("Ranh giới có hơn %(limit)s điểm.") % {"limit": f"{MAX_VERTICES:,}".replace(",", ".")})


def _ring(positions: list[Any], srid: int, numbers: Iterator[int]) -> list[Pair]:
    """A closed ring in WGS 84, checked point by point; points are numbered through the whole submission."""
    submitted = [_point(position, next(numbers)) for position in positions]
    if submitted[0] != submitted[-1]:
        raise _refused(_("Đường ranh giới chưa khép kín: điểm cuối phải trùng điểm đầu"), submitted[-1], srid)
    if len(submitted) < 4:
        raise _refused(_("Mỗi vòng ranh giới cần ít nhất ba điểm khác nhau"), submitted[0], srid)
    ring = [(round(lon, DECIMALS), round(lat, DECIMALS)) for lon, lat in to_wgs84(submitted, srid)]
    for (x, y), (lon, lat) in zip(submitted, ring, strict=True):
        if not inside_vietnam(lon, lat):
            swapped = inside_vietnam(*to_wgs84([(y, x)], srid)[0])
            reason = _("Điểm nằm ngoài Việt Nam, có lẽ X và Y bị đổi chỗ") if swapped else _("Điểm nằm ngoài Việt Nam")
            raise _refused(reason, (x, y), srid)
    for point, (before, after) in zip(submitted, pairwise(ring), strict=False):
        if before == after:
            raise _refused(_("Hai điểm liền nhau trùng nhau hoặc cách nhau dưới 1 cm"), point, srid)
    return ring


def _point(position: object, number: int) -> Pair:
    """(x, y) of a GeoJSON position or a table row; a third number, the height, is left out."""
    if isinstance(position, list | tuple) and len(position) in (2, 3):
        finite = [known for value in position if (known := _finite(value)) is not None]
        if len(finite) == len(position):
            return finite[0], finite[1]
    raise BoundaryProblem(_("Điểm thứ %(number)s không đọc được: toạ độ phải là số.") % {"number": number})


def _finite(value: object) -> float | None:
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (OverflowError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _refused(reason: str, point: Pair, srid: int) -> BoundaryProblem:
    """The problem at a point given in `srid`: its message names the point as submitted, its place is in WGS 84."""
    x, y = (f"{value:.10g}".replace(".", ",") for value in point)
    spot = _("kinh độ %(x)s, vĩ độ %(y)s") if srid == WGS84 else _("X = %(y)s, Y = %(x)s")
    lon, lat = to_wgs84([point], srid)[0]
    on_earth = abs(lon) <= 180 and abs(lat) <= 90
    return BoundaryProblem(f"{reason} ({spot % {'x': x, 'y': y}}).", (lon, lat) if on_earth else None)


def _valid(parts: list[Polygon], srid: int) -> Polygon | MultiPolygon:
    for part in parts:
        _refuse_invalid(part, REASONS, srid)
    if len(parts) == 1:
        return parts[0]
    whole = MultiPolygon(parts)
    _refuse_invalid(whole, REASONS_BETWEEN_PARTS, srid)
    return whole


def _refuse_invalid(geometry: Polygon | MultiPolygon, reasons: dict[str, Any], srid: int) -> None:
    """Ask shapely for the first fault of a shape, which it gives as "Self-intersection[105.8 21.03]"."""
    fault = shapely.is_valid_reason(geometry)
    if fault == "Valid Geometry":
        return
    kind, _bracket, place = fault.rstrip("]").partition("[")
    lon, lat = place.split()
    reason = reasons.get(kind, _("Hình dạng ranh giới không hợp lệ"))
    raise _refused(reason, from_wgs84([(float(lon), float(lat))], srid)[0], srid)


def _measured(whole: Polygon | MultiPolygon, vertices: int) -> Shape:
    from pyproj import Geod

    whole = shapely.orient_polygons(whole)
    square_metres, _perimeter = Geod(ellps="WGS84").geometry_area_perimeter(whole)
    area_ha = (Decimal(square_metres) / 10_000).quantize(ONE_SQUARE_METRE)
    if area_ha < ONE_SQUARE_METRE:
        raise BoundaryProblem(_("Ranh giới có diện tích dưới 1 m²."), whole.bounds[:2])
    inner = whole.representative_point()
    centre = (round(inner.x, DECIMALS), round(inner.y, DECIMALS))
    return Shape(_geojson(whole), area_ha, whole.bounds, centre, vertices)


def _geojson(geometry: Polygon | MultiPolygon) -> dict[str, Any]:
    rounded: dict[str, Any] = json.loads(shapely.to_geojson(shapely.transform(geometry, lambda at: at.round(DECIMALS))))
    return rounded
