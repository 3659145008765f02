"""Is the geometry in a GeoJSON file the one that the register draws? Pure."""

import json

from zones.importing.cells import Unclear

TOLERANCE_DEGREES = 1e-9


def same_shape(cell, held):
    """`cell`: the geometry as JSON text; `held`: as the register has it, None when it has none."""
    if held is None:
        return False
    try:
        return alike(json.loads(cell), held)
    except (TypeError, ValueError, RecursionError) as broken:
        raise Unclear(str(broken)) from None


def alike(one, other):
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, bool) or isinstance(other, bool) or isinstance(one, str) or isinstance(other, str):
        return one == other
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return abs(one - other) < TOLERANCE_DEGREES if numbers else one == other
