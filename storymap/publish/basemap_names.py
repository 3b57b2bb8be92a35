"""Read the stored names of the base map, and find where in an area a name has room.

In: a kind of name and a box. Out: names with their points, boxes and texts by language. ``basemap_labels`` calls
it. The names stand in ``assets/basemap-places.sqlite``, made by data/recipes/basemap_places.py.
"""

import json
import zlib
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from storymap.publish.basemap_data import open_asset
from storymap.publish.view import Box

if TYPE_CHECKING:
    import shapely

__all__ = [
    "MERE",
    "Name",
    "choose_text",
    "find_widest_spot",
    "is_in",
    "read_city_lines",
    "read_names",
    "share_of",
    "turn_extent",
    "unwrap_longitude",
]

TIERS = ((0, 360.0, 999.0), (1, 20.0, 45.0), (2, 5.0, 7.0))
"""Tiers of cities, the degrees a side of their cells, and the width of the box up to which they are read."""

DIVISION_CELL = 20.0
"""Degrees a side of the cells of first-level divisions, as stored."""

MERE = 1e-6
"""Square degrees below which an area has no inside to put a name in."""


class Name(NamedTuple):
    """A stored name: country code or id, label point, first zoom, box, and language -> text."""

    code: str
    lat: float
    lon: float
    zoom: float
    extent: Box
    texts: dict[str, str]


def choose_text(texts: dict[str, str], lang: str) -> str:
    """Return a name in a language, else in English, else in any."""
    return texts.get(lang) or texts.get("en") or next(iter(texts.values()), "")


def unwrap_longitude(lon: float, box: Box) -> float:
    """Return the longitude in the turn of the world that is nearest to the middle of the box."""
    middle = (box[0] + box[2]) / 2
    return lon + 360 * round((middle - lon) / 360)


def is_in(box: Box, lat: float, lon: float) -> bool:
    """Tell whether a point lies in a box."""
    return box[0] <= lon <= box[2] and box[1] <= lat <= box[3]


def read_names(kind: str, box: Box | None = None) -> Iterator[Name]:
    """Yield the stored names of a kind, those of the cells that the box touches if one is given."""
    cells = [(0, 0)] if box is None else _cells(box, DIVISION_CELL)
    query = "SELECT rows FROM name WHERE kind = ? AND row = ? AND col = ?"
    for row, column in cells:
        for (blob,) in open_asset("basemap-places.sqlite").execute(query, (kind, row, column)):
            for code, lat, lon, zoom, extent, texts in json.loads(zlib.decompress(blob)):
                yield Name(code, lat, lon, zoom, tuple(extent), texts)


def _cells(box: Box, side: float) -> list[tuple[int, int]]:
    """Return row and column of the cells that a box touches."""
    steps = [box[0] + side * step for step in range(int((box[2] - box[0]) / side) + 1)]
    columns = sorted({int(((lon + 180) % 360) // side) for lon in (*steps, box[2])})
    return list(product(range(int((box[1] + 90) // side), int((box[3] + 90) // side) + 1), columns))


def find_widest_spot(area: "shapely.Geometry") -> tuple[float, float, float]:
    """Return lat, lon of the middle of the widest part of an area, and how far from its edge that is."""
    import shapely

    parts = shapely.get_parts(area)
    largest = max(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON], key=shapely.area, default=None)
    if largest is None or shapely.area(largest) < MERE:
        return 0.0, 0.0, 0.0
    west, south, east, north = shapely.bounds(largest)
    radius = shapely.maximum_inscribed_circle(largest, tolerance=max(east - west, north - south) / 50)
    lon, lat = shapely.get_coordinates(radius)[0]
    return float(lat), float(lon), float(shapely.length(radius))


def turn_extent(name: Name, view: Box) -> Box:
    """Return the extent in the turn of the world in which the view is."""
    west, south, east, north = name.extent
    lon = unwrap_longitude(name.lon, view)
    left = lon - (lon - west) % 360
    return left, south, left + ((east - west) % 360 or 360.0), north


def share_of(extent: Box, view: Box) -> float:
    """Return which part of the view's box an extent covers."""
    width = min(extent[2], view[2]) - max(extent[0], view[0])
    height = min(extent[3], view[3]) - max(extent[1], view[1])
    return max(width, 0) * max(height, 0) / ((view[2] - view[0]) * (view[3] - view[1]))


def read_city_lines(box: Box) -> Iterator[str]:
    """Yield the stored lines of the cities near the box."""
    query = "SELECT lines FROM city WHERE tier = ? AND row = ? AND col = ?"
    for tier, side, widest in TIERS:
        if box[2] - box[0] > widest:
            return
        for row, column in _cells(box, side):
            for (blob,) in open_asset("basemap-places.sqlite").execute(query, (tier, row, column)):
                yield from zlib.decompress(blob).decode().split("\n")
