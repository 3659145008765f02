"""Boundaries: what is read, what is refused and why, and how far the measures can be trusted."""

import json
import math
import time
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod
from pyproj.transformer import TransformerGroup
from shapely.geometry import Point, shape

from zones.geometry import (
    MAX_BYTES,
    MAX_VERTICES,
    SRIDS,
    BoundaryProblem,
    from_wgs84,
    inside_vietnam,
    read_boundary,
    simplify,
    to_wgs84,
)

SQUARE = [(105.8, 21.0), (105.81, 21.0), (105.81, 21.01), (105.8, 21.01)]  # Thanh Trì, about 115 ha
HOLE = [(105.802, 21.002), (105.804, 21.004), (105.804, 21.002)]
VN2000 = sorted(SRIDS.keys() - {4326})


def polygon(*rings: list[tuple[float, float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(point) for point in [*ring, ring[0]]] for ring in rings]}


def multipolygon(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": [part["coordinates"] for part in parts]}


def shifted(ring: list[tuple[float, float]], east: float) -> list[tuple[float, float]]:
    return [(lon + east, lat) for lon, lat in ring]


def regular(corners: int, step: int = 1, radius: float = 0.1) -> list[tuple[float, float]]:
    """Points on a circle round Hà Nội, each joined to the one `step` further: a circle, or a star crossing itself."""
    turns = [2 * math.pi * step * corner / corners for corner in range(corners)]
    return [(105.8 + radius * math.cos(turn), 21 + radius * math.sin(turn)) for turn in turns]


def refusal(submitted: Any, srid: int = 4326) -> BoundaryProblem:
    with pytest.raises(BoundaryProblem) as caught:
        read_boundary(submitted, srid)
    assert caught.value.message == str(caught.value)
    return caught.value


# What is read


def test_a_polygon_is_measured_on_the_ellipsoid_and_located():
    read = read_boundary(polygon(SQUARE))
    # One degree at 21° N: 110.7 km of meridian, 103.97 km of parallel; a hundredth of each, squared.
    assert read.area_ha == pytest.approx(Decimal("115.11"), abs=Decimal("0.02"))
    assert read.area_ha.as_tuple().exponent == -4
    assert read.bbox == (105.8, 21.0, 105.81, 21.01)
    assert read.vertices == 4
    assert shape(read.geometry).contains(Point(read.centre))


def test_a_hole_is_taken_off_the_area_whichever_way_it_was_drawn():
    whole = read_boundary(polygon(SQUARE)).area_ha
    hole = read_boundary(polygon(HOLE)).area_ha
    for drawn in (HOLE, HOLE[::-1]):
        holed = read_boundary(polygon(SQUARE, drawn))
        assert abs(whole - hole - holed.area_ha) <= Decimal("0.0001")
        assert holed.vertices == 7


def test_the_centre_of_a_horseshoe_lies_inside_it():
    horseshoe = [(0, 0), (9, 0), (9, 9), (8, 9), (8, 1), (1, 1), (1, 9), (0, 9)]
    read = read_boundary(polygon([(105.8 + x / 1000, 21 + y / 1000) for x, y in horseshoe]))
    assert shape(read.geometry).contains(Point(read.centre))


def test_rings_are_turned_as_rfc_7946_wants_and_heights_dropped():
    clockwise = polygon(SQUARE[::-1], HOLE[::-1])
    for ring in clockwise["coordinates"]:
        for position in ring:
            position.append(7.5)
    shell, hole = read_boundary(clockwise).geometry["coordinates"]
    assert Geod(ellps="WGS84").polygon_area_perimeter(*zip(*shell, strict=True))[0] > 0
    assert Geod(ellps="WGS84").polygon_area_perimeter(*zip(*hole, strict=True))[0] < 0
    assert {len(position) for position in shell + hole} == {2}


def test_every_wrapping_of_one_geometry_gives_the_same_boundary():
    geometry = polygon(SQUARE)
    feature = {"type": "Feature", "properties": {"name": "KCN"}, "geometry": geometry}
    collection = {"type": "FeatureCollection", "features": [feature]}
    text = json.dumps(collection)
    for submitted in (
        feature,
        collection,
        text,
        text.encode(),
        b"\xef\xbb\xbf" + text.encode(),
        multipolygon(geometry),
        SQUARE,
        [*SQUARE, SQUARE[0]],
        [(f"M{number}", lat, lon) for number, (lon, lat) in enumerate(SQUARE, start=1)],
        [(Decimal(str(lon)), Decimal(str(lat))) for lon, lat in SQUARE],
    ):
        assert read_boundary(submitted) == read_boundary(geometry)


def test_parts_apart_make_a_multipolygon_whose_areas_add_up():
    read = read_boundary(multipolygon(polygon(SQUARE), polygon(shifted(SQUARE, 0.05))))
    assert read.geometry["type"] == "MultiPolygon"
    assert read.vertices == 8
    assert abs(read.area_ha - 2 * read_boundary(polygon(SQUARE)).area_ha) <= Decimal("0.0002")


@given(st.lists(st.floats(0.01, 0.1), min_size=3, max_size=40))
def test_what_was_read_once_is_read_again_unchanged(radii):
    turns = [2 * math.pi * corner / len(radii) for corner in range(len(radii))]
    star_shaped = [(105.8 + r * math.cos(turn), 21 + r * math.sin(turn)) for r, turn in zip(radii, turns, strict=True)]
    read = read_boundary(polygon(star_shaped))
    assert read_boundary(json.dumps(read.geometry)) == read
    assert all(value == round(value, 7) for ring in read.geometry["coordinates"] for at in ring for value in at)


# VN-2000


@pytest.mark.parametrize("srid", VN2000)
def test_a_coordinate_table_in_vn2000_lies_where_its_corners_are(srid):
    corners = from_wgs84(SQUARE, srid)
    table = [(number, north, east) for number, (east, north) in enumerate(corners, start=1)]
    assert read_boundary(table, srid) == read_boundary(corners, srid) == read_boundary(polygon(SQUARE))
    assert read_boundary(polygon(corners), srid) == read_boundary(polygon(SQUARE))


@pytest.mark.parametrize("srid", VN2000)
def test_vn2000_is_reached_by_the_seven_parameters_of_2007(srid):
    """Against the same operation (EPSG:6960) in the register of PROJ, whose default may be another."""
    operations = TransformerGroup(CRS.from_epsg(4326), CRS.from_epsg(srid), always_xy=True).transformers
    official = next(operation for operation in operations if "VN-2000 to WGS 84 (2)" in operation.description)
    for place in ((105.85, 21.03), (106.7, 10.77), (107.1, 10.4)):
        assert math.dist(from_wgs84([place], srid)[0], official.transform(*place)) < 0.001


@given(st.floats(102.2, 117), st.floats(6.2, 23.4), st.sampled_from(VN2000))
def test_there_and_back_again_is_less_than_a_millimetre_anywhere_in_vietnam(lon, lat, srid):
    there = from_wgs84([(lon, lat)], srid)
    back = to_wgs84(there, srid)
    assert Geod(ellps="WGS84").inv(lon, lat, *back[0])[2] < 0.001
    assert math.dist(from_wgs84(back, srid)[0], there[0]) < 0.001


def test_an_older_geojson_that_names_another_system_is_refused():
    def named(geometry: dict[str, Any], name: str) -> dict[str, Any]:
        return {**geometry, "crs": {"type": "name", "properties": {"name": name}}}

    assert "khác với hệ toạ độ đã chọn" in refusal(named(polygon(SQUARE), "urn:ogc:def:crs:EPSG::4756")).message
    assert "khác với hệ toạ độ đã chọn" in refusal({**polygon(SQUARE), "crs": ["EPSG:4326"]}).message
    expected = read_boundary(polygon(SQUARE))
    assert read_boundary(named(polygon(SQUARE), "urn:ogc:def:crs:OGC:1.3:CRS84")) == expected
    assert read_boundary(named(polygon(from_wgs84(SQUARE, 5897)), "urn:ogc:def:crs:EPSG::5897"), 5897) == expected


# What is refused, and where


@pytest.mark.parametrize(
    ("submitted", "reason", "place"),
    [
        (polygon([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]), "tự cắt", (105.805, 21.005)),
        (polygon([*SQUARE, (105.8, 21.02)]), "chạm vào chính nó", (105.8, 21.01)),
        (polygon(SQUARE, shifted(HOLE, 0.1)), "khoét nằm ngoài đường bao", (105.902, 21.002)),
        (polygon(SQUARE, shifted(HOLE, 0.007)), "hai đường cắt nhau", (105.81, 21.002)),
        (polygon(SQUARE, [(105.801, 21.001), (105.801, 21.009), (105.809, 21.001)], HOLE), "vùng khoét khác", HOLE[0]),
        (polygon(SQUARE, [(105.8, 21.005), (105.805, 21.004), (105.81, 21.005), (105.805, 21.006)]), "rời nhau", None),
        (multipolygon(polygon(SQUARE), polygon(shifted(SQUARE, 0.005))), "chồng lên nhau", None),
        (multipolygon(polygon(SQUARE), polygon(shifted(SQUARE, 0.01))), "chung một đoạn", None),
        (multipolygon(polygon(SQUARE), polygon(HOLE)), "nằm trong phần khác", HOLE[0]),
        (polygon([SQUARE[0], *SQUARE]), "trùng nhau", SQUARE[0]),
        (polygon([(105.8, 21.0), (105.80000001, 21.0), *SQUARE[1:]]), "dưới 1 cm", SQUARE[0]),
        ({"type": "Polygon", "coordinates": [SQUARE]}, "chưa khép kín", SQUARE[3]),
        (polygon(SQUARE[:2]), "ít nhất ba điểm", SQUARE[0]),
        (SQUARE[:2], "ít nhất ba điểm", SQUARE[0]),
        (polygon([(105.8, 21.0), (105.800003, 21.0), (105.800003, 21.000003)]), "dưới 1 m²", SQUARE[0]),
    ],
)
def test_a_wrong_shape_is_refused_with_its_reason_and_place(submitted, reason, place):
    problem = refusal(submitted)
    assert reason in problem.message
    assert problem.place is not None
    assert inside_vietnam(*problem.place)
    if place:
        assert problem.place == pytest.approx(place, abs=1e-9)


def test_the_message_names_the_point_in_the_system_it_was_submitted_in():
    east, north = from_wgs84([(105.805, 21.005)], 5897)[0]
    bow_tie = from_wgs84([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]], 5897)
    problem = refusal(bow_tie, 5897)
    assert f"X = {north:.10g}, Y = {east:.10g}".replace(".", ",") in problem.message
    assert problem.place == pytest.approx((105.805, 21.005), abs=1e-6)
    assert "kinh độ 105,805, vĩ độ 21,005" in refusal(polygon(to_wgs84(bow_tie, 5897))).message


@pytest.mark.parametrize(
    ("submitted", "srid", "reason"),
    [
        (polygon([(lat, lon) for lon, lat in SQUARE]), 4326, "X và Y bị đổi chỗ"),
        ([(north, east) for east, north in from_wgs84(SQUARE, 5897)], 5897, "X và Y bị đổi chỗ"),
        (from_wgs84(SQUARE, 5897), 4326, "ngoài Việt Nam"),
        (polygon(SQUARE), 5897, "ngoài Việt Nam"),
        (polygon([(2.3, 48.8), (2.4, 48.8), (2.4, 48.9)]), 4326, "ngoài Việt Nam"),
        (polygon([(1e300, 21.0), *SQUARE]), 9210, "ngoài Việt Nam"),
        (polygon(SQUARE), 3857, "không được hỗ trợ"),
    ],
)
def test_coordinates_of_another_system_or_order_are_refused(submitted, srid, reason):
    assert reason in refusal(submitted, srid).message


def test_a_point_that_is_nowhere_on_earth_has_no_place():
    assert refusal(polygon([(2.3, 48.8), (2.4, 48.8), (2.4, 48.9)])).place == (2.3, 48.8)
    assert refusal(polygon([(lat, lon) for lon, lat in SQUARE])).place is None
    assert refusal(polygon([(1e300, 21.0), *SQUARE]), 9210).place is None


@pytest.mark.parametrize("bad", [math.nan, math.inf, 10**400, True, None, "105.8", [105.8], {}, Decimal("sNaN")])
def test_a_coordinate_that_is_no_finite_number_is_refused_by_its_number(bad):
    with_bad = [*SQUARE[:2], (105.81, bad), *SQUARE[3:]]
    assert "Điểm thứ 3 " in refusal(with_bad).message
    assert "Điểm thứ 3 " in refusal(polygon(with_bad)).message
    assert "Điểm thứ 8 " in refusal(polygon(SQUARE, with_bad)).message


@pytest.mark.parametrize(
    ("submitted", "reason"),
    [
        ("", "không phải là GeoJSON"),
        ("[[1, 2]]", "không phải là GeoJSON"),
        (b"\xff\xfe", "không phải là GeoJSON"),
        ("\ud800", "không phải là GeoJSON"),
        (None, "không phải là GeoJSON"),
        ("[" * 100_000, "không phải là GeoJSON"),
        ('{"type":"Polygon","coordinates":' + "[" * 100_000 + "]" * 100_000 + "}", "không phải là GeoJSON"),
        ('{"type":"Polygon","coordinates":[[[' + "9" * 5000 + ",1]]]}", "không phải là GeoJSON"),
        ('{"type":"Polygon","coordinates":[[[NaN,1],[1,1],[1,2],[1,1]]]}', "Điểm thứ 1 "),
        (" " * (MAX_BYTES + 1), "1 MB"),
        ({"type": "Point", "coordinates": [105.8, 21.0]}, "phải là một vùng"),
        ({"type": "FeatureCollection", "features": []}, "đúng một đối tượng"),
        ({"type": "FeatureCollection", "features": [polygon(SQUARE)] * 2}, "đúng một đối tượng"),
        ({"type": "Polygon", "coordinates": []}, "thiếu hoặc sai cấu trúc"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "thiếu hoặc sai cấu trúc"),
        ({"type": "MultiPolygon", "coordinates": polygon(SQUARE)["coordinates"]}, "Điểm thứ 1 "),
        ([], "thiếu hoặc sai cấu trúc"),
        ([[1, 2, 3, 4]], "Điểm thứ 1 "),
    ],
)
def test_what_is_no_boundary_at_all_is_refused(submitted, reason):
    assert reason in refusal(submitted).message


def test_the_limit_of_vertices_is_exact():
    assert read_boundary(polygon(regular(MAX_VERTICES))).vertices == MAX_VERTICES
    assert "hơn 5.000 điểm" in refusal(polygon(regular(MAX_VERTICES + 1))).message
    assert "hơn 5.000 điểm" in refusal(regular(MAX_VERTICES + 1)).message
    assert "hơn 5.000 điểm" in refusal([None] * (MAX_VERTICES + 2)).message  # counted before a row is read
    assert "hơn 5.000 điểm" in refusal(polygon(regular(3000), regular(3000, radius=0.05))).message


def test_lists_nested_without_end_are_refused():
    endless: list[Any] = []
    endless.append(endless)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for nested in (endless, deep):
        refusal(nested)
        refusal([[nested, 1], [nested, 1], [1, nested, nested]])
        refusal({"type": "Polygon", "coordinates": nested})
        refusal({"type": "MultiPolygon", "coordinates": nested})


@pytest.mark.parametrize("kind", ["star", "comb", "onion"])
def test_no_shape_within_the_limits_takes_long(kind):
    """A star that crosses itself everywhere, long teeth aslant, rings in rings: each takes under half a second."""
    teeth = [(105.5 + out + i * 1e-5, 21 + out - i * 1e-5 + out * 5e-5) for i in range(2490) for out in (0.0, 0.1)]
    shapes = {
        "star": polygon(regular(4999, step=2499)),
        "comb": polygon([*teeth, (105.4, 20.8)]),
        "onion": multipolygon(
            *(polygon(regular(3, radius=r / 8000), regular(3, radius=(r - 0.4) / 8000)) for r in range(1, 801))
        ),
    }
    started = time.process_time()
    try:
        simplify(read_boundary(shapes[kind]).geometry, 0.001)
    except BoundaryProblem:
        assert kind == "star"
    assert time.process_time() - started < 5


json_like = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from([105.8, 21.0, 21.1]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(["type", "crs", "name"]), inner),
    max_leaves=30,
)
geometry_like = st.fixed_dictionaries(
    {"type": st.sampled_from(["Polygon", "MultiPolygon", "Feature", "FeatureCollection"]) | json_like},
    optional={"coordinates": json_like, "geometry": json_like, "features": st.lists(json_like), "crs": json_like},
)
near = st.tuples(st.sampled_from([105.8, 105.81, 105.82, 105.83]), st.sampled_from([21.0, 21.01, 21.02]))
ring_like = st.lists(near, min_size=1, max_size=7).map(lambda ring: [*ring, ring[0]])
drawn_like = st.lists(st.lists(ring_like, min_size=1, max_size=3), min_size=1, max_size=3)


@given(json_like | geometry_like | st.binary() | st.text(), st.sampled_from(sorted(SRIDS)))
def test_garbage_raises_nothing_but_a_boundary_problem(submitted, srid):
    refusal(submitted, srid)
    if isinstance(submitted, dict | list):
        refusal(json.dumps(submitted), srid)


@given(drawn_like)
def test_a_careless_drawing_is_read_if_it_is_valid_and_else_refused_with_a_place(parts):
    drawn = {"type": "MultiPolygon", "coordinates": parts}
    distinct = all(before != after for part in parts for ring in part for before, after in pairwise(ring))
    if distinct and all(len(ring) > 3 for part in parts for ring in part) and shape(drawn).is_valid:
        assert shape(read_boundary(drawn).geometry).equals(shape(drawn))
    else:
        assert refusal(drawn).place is not None


# The map


def test_simplifying_keeps_a_valid_boundary_near_the_old_with_some_of_its_corners():
    read = read_boundary(polygon(regular(400), regular(200, radius=0.05)))
    small = simplify(read.geometry, 0.001)
    old, new = shape(read.geometry), shape(small)
    assert new.is_valid
    assert old.exterior.hausdorff_distance(new.exterior) < 0.002
    assert len(new.exterior.coords) + len(new.interiors[0].coords) < 80
    corners = {tuple(at) for ring in read.geometry["coordinates"] for at in ring}
    assert all(tuple(at) in corners for ring in small["coordinates"] for at in ring)


def test_even_the_smallest_zone_keeps_an_area_on_the_map():
    assert shape(simplify(read_boundary(polygon(regular(50, radius=0.001))).geometry, 1.0)).area > 0


# The country


@pytest.mark.parametrize(
    ("place", "lon", "lat"),
    [
        ("Lũng Cú", 105.33, 23.39),
        ("A Pa Chải", 102.14, 22.40),
        ("Sa Vĩ", 108.07, 21.50),
        ("Mũi Đôi", 109.46, 12.65),
        ("Lao Bảo", 106.58, 16.62),
        ("Thổ Chu", 103.48, 9.30),
        ("Côn Đảo", 106.60, 8.69),
        ("Đảo Phú Lâm, Hoàng Sa", 112.33, 16.83),
        ("Đảo Tri Tôn, Hoàng Sa", 111.20, 15.78),
        ("Đảo Trường Sa", 111.92, 8.64),
        ("Đảo Song Tử Tây, Trường Sa", 114.33, 11.43),
    ],
)
def test_the_whole_country_and_its_islands_are_inside(place, lon, lat):
    assert inside_vietnam(lon, lat), place


@pytest.mark.parametrize(
    ("place", "lon", "lat"),
    [
        ("Viêng Chăn", 102.60, 17.97),
        ("Phnôm Pênh", 104.92, 11.56),
        ("Hải Khẩu", 110.33, 20.03),
        ("Palawan", 118.70, 9.70),
        ("not a number", math.nan, 21.0),
        ("infinity", 105.8, math.inf),
    ],
)
def test_elsewhere_is_outside(place, lon, lat):
    assert not inside_vietnam(lon, lat), place
