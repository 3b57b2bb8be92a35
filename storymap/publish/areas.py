"""Pins -> the shapes of those that are no points: countries, divisions, rivers, lakes, islands, seas, regions.

`storymap.publish.contents` calls `draw_areas`; ``assets/areas.js`` draws what it returns, under the pins. A shape is
the outline where the base map has one (countries, divisions, districts, lakes, islands), the course where it has
that (rivers), and otherwise the extent that the gazetteer gives, as an ellipse without an edge: it says "about here"
and no more. A sea's ellipse lies below the land, so that its shores are true.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from storymap.model import Entry, Kind
from storymap.publish.basemap_data import read_coded, read_ring_around
from storymap.publish.districts import find_district
from storymap.publish.encoding import encode
from storymap.publish.pins import Pin
from storymap.publish.view import Box, eastward, latitude, mercator

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import shapely

    Points = npt.NDArray[np.float64]

__all__ = ["Area", "draw_areas"]

PIXELS = 800
"""Width of a map: an outline is simplified to a pixel of the view, and away from it to two pixels of the whole area. So
one has some hundred vertices, 200 to 900 bytes."""

SPECK = 4
"""Pixels across that an island has at least to be drawn with the rest of its country."""

ELLIPSE = 48
"""Vertices of an ellipse, which has no edge to see."""

NEAR_VIEW = 12.0
"""Degrees of a view up to which outlines come from the finest level: the other is good to six pixels at zoom 7."""

FINE, COARSE = 4, 2
"""Levels of the base map that hold countries."""

GAP = 0.005
"""Degrees by which division borders are widened to cut a country with them: lines and outlines were simplified each for
itself and do not quite meet."""

SAME = 0.6
"""Share of the gazetteer's box and an outline's that overlaps, by their union, for the outline to be the place's own.
Of the world's divisions four of five find theirs; the others are small ones that the base map joins."""

SEEN = 0.02
"""Share of the first view that an area fills for its number to stand in that part, if its own point lies outside."""


class Area(NamedTuple):
    """What is drawn of a place: data for the script, and (lat, lon) where its number stands, if not at its point."""

    data: dict[str, object]
    middle: tuple[float, float] | None = None


def draw_areas(pins: Sequence[Pin], view: Box, west: float) -> list[Area | None]:
    """Return for each pin the shape of its place.

    Parameters
    ----------
    pins
        The places on the map.
    view
        What the map shows first.
    west
        Longitude from which those of the map are counted eastward.

    Returns
    -------
    list
        None for points and for continents, which fill the screen. The data have ``form``, "area", "line", "soft" or
        "sea", and the rings or lines ``d`` in units of ``q`` degrees (see `storymap.publish.encoding.encode`); "soft"
        and "sea" also ``box``, south, west, north, east of the ellipse.
    """
    return [_draw(pin.entry, view, west) if pin.area else None for pin in pins]


@lru_cache(maxsize=256)
def _draw(entry: Entry, view: Box, west: float) -> Area | None:
    size = max(view[2] - view[0], view[3] - view[1])
    level = FINE if size <= NEAR_VIEW else COARSE
    parts = _outline(entry, level) if entry.kind is not Kind.RIVER else read_coded("rivers", level, entry.id)
    if parts:
        return _shape(entry, parts, view, west)
    if entry.bbox is None or entry.kind is Kind.CONTINENT:
        return None
    left = eastward(entry.bbox[0], eastward(entry.lon, west) - 180)
    right = eastward(entry.bbox[2], left)
    form = "sea" if entry.kind is Kind.SEA else "soft"
    box = (round(left, 3), entry.bbox[1], round(right, 3), entry.bbox[3])
    return Area({"form": form, "box": [box[1], box[0], box[3], box[2]], **_ellipse(box)})


def _ellipse(box: Box) -> dict[str, object]:
    """Return the ring that fills a box in Mercator's projection."""
    import numpy as np

    west, south, east, north = box
    low, high = mercator(south), mercator(north)
    angles = np.linspace(0, 2 * np.pi, ELLIPSE + 1)
    x = (west + east) / 2 + (east - west) / 2 * np.cos(angles)
    y = [latitude((low + high) / 2 + (high - low) / 2 * sine) for sine in np.sin(angles).tolist()]
    unit = float(f"{max(east - west, north - south, 1e-4) / PIXELS:.0e}")
    return {"q": unit, "d": " ".join(encode([np.column_stack((x, y))], unit, closed=True))}


def _outline(entry: Entry, level: int) -> "Sequence[Points]":
    """Return the rings of a place, none if the base map has none that fits."""
    import shapely

    if entry.kind is Kind.COUNTRY:
        return read_coded("country", level, entry.country)
    if entry.bbox is None or entry.bbox[0] > entry.bbox[2]:
        return []
    found: shapely.Geometry | None = None
    if entry.kind is Kind.ADMIN2 and (district := find_district(entry.lat, entry.lon)):
        found = shapely.MultiPolygon([shapely.Polygon(ring) for ring in district.rings])
    if entry.kind is Kind.ADMIN1:
        found = _division(entry, entry.bbox)
    elif entry.kind in {Kind.LAKE, Kind.ISLAND}:
        layer = "lakes" if entry.kind is Kind.LAKE else "land"
        ring = read_ring_around(layer, FINE, entry.lat, entry.lon)
        found = None if ring is None else shapely.Polygon(ring)
    if found is None or _overlap(tuple(shapely.bounds(found)), entry.bbox) < SAME:
        return []
    return [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(found))]


def _division(entry: Entry, box: Box) -> "shapely.Geometry | None":
    """Return the piece around a point of its country, cut along the borders of divisions."""
    import numpy as np
    import shapely

    margin = 0.1 * max(box[2] - box[0], box[3] - box[1])
    frame = (box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin)
    near = [
        [part for part in parts if (part.max(axis=0) >= frame[:2]).all() and (part.min(axis=0) <= frame[2:]).all()]
        for parts in (read_coded("country", FINE, entry.country), read_coded("admin1", FINE, entry.country))
    ]
    country: shapely.Geometry = shapely.Polygon()
    for ring in near[0]:
        clipped = shapely.clip_by_rect(shapely.make_valid(shapely.Polygon(ring)), *frame)
        country = shapely.symmetric_difference(country, clipped)
    lines = shapely.MultiLineString([part for part in near[1] if len(np.unique(part, axis=0)) > 1])
    borders = shapely.clip_by_rect(lines, *frame).buffer(GAP, quad_segs=1)
    pieces = shapely.get_parts(shapely.difference(country, borders))
    around = pieces[shapely.contains_xy(pieces, entry.lon, entry.lat)]
    return around[0].buffer(GAP, quad_segs=1) if len(around) else None


def _overlap(one: Box, other: Box) -> float:
    """Return the share of two boxes' union that both cover."""
    west, south, east, north = (pick(a, b) for pick, a, b in zip((max, max, min, min), one, other, strict=True))
    both = max(east - west, 0) * max(north - south, 0)
    each = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return both / (sum(each) - both) if both else 0.0


def _shape(entry: Entry, parts: "Sequence[Points]", view: Box, west: float) -> Area:
    """Return rings or lines simplified for the view, on the side of the world where the pin stands."""
    import numpy as np
    import shapely

    closed = entry.kind is not Kind.RIVER
    lon = eastward(entry.lon, west)
    turned = [part + np.array([360 * round((lon - float(part[:, 0].mean())) / 360), 0.0]) for part in parts]
    pixel = max(view[2] - view[0], view[3] - view[1]) / PIXELS
    far = max(pixel, 2 * float(np.ptp(np.concatenate(turned), axis=0).max()) / PIXELS)
    turned.sort(key=lambda part: -float(np.ptp(part, axis=0).max()))
    simple = [_simplify(part, view, pixel, far) for part in turned]
    kept = [part for part in simple if part is not None] or turned[:1]
    unit = float(f"{(pixel if any(_is_near(part, view).any() for part in kept) else far) / 2:.0e}")
    data: dict[str, object] = {
        "form": "area" if closed else "line",
        "q": unit,
        "d": " ".join(encode(kept, unit, closed=closed)),
    }
    shapes = shapely.MultiPolygon([shapely.Polygon(part) for part in kept]) if closed else shapely.MultiLineString(kept)
    return Area(data, _middle(shapes, (lon, entry.lat), view))


def _simplify(part: "Points", view: Box, pixel: float, far: float) -> "Points | None":
    """Return a ring or line good to a pixel in and around the view, and to ``far`` further off; None for a speck."""
    import numpy as np
    import shapely

    near = _is_near(part, view)
    if float(np.ptp(part, axis=0).max()) < SPECK * (pixel if near.any() else far):
        return None
    runs = np.split(np.arange(len(part)), np.flatnonzero(np.diff(near)) + 1)
    # A run goes on to the first point of the next, so that nothing is lost where two meet.
    lines = [
        shapely.get_coordinates(
            shapely.simplify(shapely.LineString(piece), pixel if near[run[0]] else far, preserve_topology=False)
        )
        for run in runs
        if len(piece := part[run[0] : run[-1] + 2]) > 1
    ]
    return np.concatenate([lines[0], *(line[1:] for line in lines[1:])])


def _is_near(part: "Points", view: Box) -> "npt.NDArray[np.bool_]":
    """Tell of each point whether it is in the view or within a view's size of it."""
    import numpy as np

    lows, highs = np.array(view[:2]), np.array(view[2:])
    flags: npt.NDArray[np.bool_] = ((part >= 2 * lows - highs) & (part <= 2 * highs - lows)).all(axis=1)
    return flags


def _middle(
    shapes: "shapely.MultiPolygon | shapely.MultiLineString", point: tuple[float, float], view: Box
) -> tuple[float, float] | None:
    """Return where an area's number stands: None for its own point, or the middle of what the view shows of it."""
    import shapely

    west, south, east, north = view
    inside = west <= point[0] <= east and south <= point[1] <= north
    lines = isinstance(shapes, shapely.MultiLineString)
    if inside and not lines:
        return None
    seen = shapely.clip_by_rect(shapely.make_valid(shapes), *view)
    if seen.is_empty or (not lines and seen.area < SEEN * (east - west) * (north - south)):
        return None
    if lines:
        # On the course: a river's one point is where it ends, or where its box has its centre.
        near = shapely.Point(point) if inside else shapely.Point((west + east) / 2, (south + north) / 2)
        middle = shapely.get_point(shapely.shortest_line(seen, near), 0)
    else:
        middle = shapely.point_on_surface(seen)
    return round(float(middle.y), 5), round(float(middle.x), 5)
