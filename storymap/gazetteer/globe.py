"""Points and boxes on the globe: how far, whether inside, and which one-degree cells are near.

Everything is in degrees WGS84; a box is (west, south, east, north), and west is above east where it crosses the date
line. Called by `storymap.gazetteer.store` and by everything that asks how far apart two places are.
"""

import math
from collections.abc import Iterator

from storymap.gazetteer.sealed import cell_of

__all__ = [
    "CELLS_ROUND",
    "EARTH_RADIUS_KM",
    "KM_PER_DEGREE",
    "cells_around",
    "cells_in",
    "great_circle_km",
    "lies_in_box",
]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius (IUGG)."""

KM_PER_DEGREE = 111.2
"""Length of a degree of latitude."""


def great_circle_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the great-circle distance in km between two points in degrees (haversine)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((phi2 - phi1) / 2) ** 2
    half += math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def lies_in_box(lat: float, lon: float, box: tuple[float, float, float, float], slack: float = 0) -> bool:
    """Tell whether a point lies in a box: west, south, east, north in degrees, west > east across the date line."""
    west, south, east, north = box
    width = east - west if west <= east else east - west + 360
    return south - slack <= lat <= north + slack and (lon - west + slack) % 360 <= width + 2 * slack


def cells_around(lat: float, lon: float, ring: int) -> set[int]:
    """Return the cells `ring` degrees of latitude away from a point, and as many km away in longitude."""
    narrow = max(math.cos(math.radians(min(abs(lat) + ring, 89))), 0.02)
    inner, outer = math.floor((ring - 1) / narrow), math.ceil(ring / narrow)
    cells = set()
    for dy in range(-ring, ring + 1):
        if -90 <= lat + dy <= 90:
            across = range(outer + 1) if abs(dy) == ring else range(max(inner, 0), outer + 1)
            cells |= {cell_of(lat + dy, lon + side * dx) for dx in across for side in (-1, 1)}
    return cells


CELLS_ROUND = 0.0002
"""Degrees by which a point in its cell may lie beside the place, at the poles; elsewhere a tenth of it."""


def cells_in(box: tuple[float, float, float, float]) -> Iterator[int]:
    """Yield the cells that a box touches."""
    west, south, east, north = box
    width = east - west if west <= east else east - west + 360
    columns = min(math.floor(west + width) - math.floor(west) + 1, 360)
    for lat in range(math.floor(max(south, -90)), math.floor(min(north, 89.9)) + 1):
        yield from (cell_of(lat, math.floor(west) + column) for column in range(columns))
