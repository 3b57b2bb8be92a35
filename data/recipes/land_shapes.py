"""Points and boxes of countries and divisions, from their polygons.

In: a shapely geometry in degrees. Out: a point that lies inside its largest part; the box of its main landmass, so that
a map of France is not zoomed out to Guyane. `countries` and `admin1` call this.
"""

from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

MAIN_EXTENT = {
    "US": box(-170, 24, -66, 72),
    "NO": box(4, 57, 32, 72),
    "EC": box(-82, -6, -75, 2),
    "CO": box(-79.2, -4.3, -66.8, 12.6),
    "CR": box(-86.2, 8, -82.5, 11.3),
}
"""Where a country's box is looked for, if distance alone does not part the mainland from far islands."""

SECOND_LANDMASS = 0.17
"""A polygon of at least this share of the largest belongs to the main land however far it is: Alaska, Borneo."""

NEAR_DEGREES = 5.5
"""Polygons that can be reached from the largest in steps of this size belong to the main landmass: keeps Corsica,
Kaliningrad, Okinawa and Sicily; leaves out the Canaries, the Azores, Guyane, Galápagos, the Chathams and Bonaire."""

ISLAND_STATE_KM2 = 20_000
"""A country smaller than this keeps all its islands (Kiribati, Seychelles, Tonga): they have no mainland."""

KM2_PER_SQUARE_DEGREE = 12_364
"""Area of a square degree at the equator."""


def inner_point(geometry: BaseGeometry) -> tuple[float, float]:
    """Give latitude and longitude of a point in the largest polygon: its centroid, if that lies inside."""
    largest = max(_polygons(geometry), key=lambda part: part.area)
    centroid = largest.centroid
    point = centroid if largest.contains(centroid) else largest.representative_point()
    return round(point.y, 4), round(point.x, 4)


def ground_km2(geometry: BaseGeometry) -> float:
    """Estimate the area of a polygon in degrees; good enough to compare."""
    scaled = affinity.scale(geometry, xfact=max(0.02, abs(_cos(geometry.centroid.y))), yfact=1)
    return float(scaled.area) * KM2_PER_SQUARE_DEGREE


def _cos(latitude: float) -> float:
    return 1 - (latitude / 90) ** 2 * (1.2337 - 0.2337 * (latitude / 90) ** 2)


def main_bounds(code: str, geometry: BaseGeometry) -> tuple[float, float, float, float]:
    """Give west, south, east, north of a country's main landmass; west > east where it crosses the date line."""
    if code in MAIN_EXTENT:
        geometry = geometry.intersection(MAIN_EXTENT[code])
    frames = []
    for shift in (0, 360):
        parts = [_shifted(part, shift) for part in _polygons(geometry)]
        parts.sort(key=lambda part: -part.area)
        total = sum(ground_km2(part) for part in parts)
        cluster = parts if total < ISLAND_STATE_KM2 else _near_the_largest(parts)
        west, south, east, north = unary_union(cluster).bounds
        frames.append((-sum(part.area for part in cluster), east - west, shift, (west, south, east, north)))
    # The frame that keeps more land together wins; of two equal ones the narrower; of two such the usual one.
    _, _, _, (west, south, east, north) = min(
        frames, key=lambda frame: (round(frame[0], 3), round(frame[1], 3), frame[2])
    )
    return _wrapped(west), round(south, 3), _wrapped(east), round(north, 3)


def _wrapped(longitude: float) -> float:
    return round(longitude - 360 if longitude > 180 else longitude, 3)


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    if isinstance(geometry, Polygon):
        return [geometry]
    if isinstance(geometry, MultiPolygon):
        return list(geometry.geoms)
    return [part for part in getattr(geometry, "geoms", ()) if isinstance(part, Polygon)]


def _shifted(part: Polygon, shift: int) -> Polygon:
    moved: Polygon = (
        affinity.translate(part, xoff=shift) if shift and part.bounds[0] < 0 and part.bounds[2] <= 0 else part
    )
    return moved


def _near_the_largest(parts: list[Polygon]) -> list[Polygon]:
    """Grow a cluster from the largest polygons in steps of at most `NEAR_DEGREES`."""
    cluster = [part for part in parts if ground_km2(part) >= SECOND_LANDMASS * ground_km2(parts[0])]
    waiting = [part for part in parts if part not in cluster]
    fresh = list(cluster)
    while fresh:
        reach = unary_union(fresh)
        fresh = [part for part in waiting if part.distance(reach) <= NEAR_DEGREES]
        waiting = [part for part in waiting if part not in fresh]
        cluster += fresh
    return cluster
