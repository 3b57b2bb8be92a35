"""The district, county or province that a local story happens in.

In: a view and the points in it. Out: the outlines around them, by name. `storymap.publish.basemap` draws them, and
``basemap_labels`` prints their names. The file ``assets/basemap-districts.sqlite`` is made by
data/recipes/basemap_districts.py, which says whose districts it holds.
"""

import json
import zlib
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from storymap.publish.basemap_data import is_inside, open_asset
from storymap.publish.encoding import decode
from storymap.publish.view import Box

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Points = npt.NDArray[np.float64]

__all__ = ["CELL", "UNIT", "District", "find_district", "find_local"]

CELL = 2.0
"""Degrees a side of the squares by which districts are stored."""

UNIT = 0.002
"""Degrees a unit of the stored outlines."""


LOCAL = 4.0
"""Degrees of a view up to which a story is local: that of one town has three."""

SEEN = 0.1
"""Part of the view that a district is wide at least: a smaller outline would look like a part of its town's pin."""

MOST = 3
"""Districts of one story at most: the borders of more would be a pattern, and say nothing of any of its places."""

SEVERAL = 2
"""Places from which a district is drawn beside the one that holds the most."""


class District(NamedTuple):
    """A district: its name by language, "" for those not listed, and its rings, the largest first."""

    names: dict[str, str]
    rings: "list[Points]"


def find_district(lat: float, lon: float) -> District | None:
    """Return the smallest district in which a point lies, None if we hold none there."""
    row, column = int(lat // CELL), int(lon // CELL)
    near = [one for step in product((-1, 0, 1), repeat=2) for one in _districts(row + step[0], column + step[1])]
    around = [one for one in near if any(is_inside(ring, lat, lon) for ring in one.rings)]
    return min(around, key=_size, default=None)


def find_local(view: Box, points: Iterable[tuple[float, float]]) -> list[District]:
    """Return the districts of a local story, whose places are given as latitude and longitude.

    They are the one in which most of the places lie, and others that hold several.
    """
    size = max(view[2] - view[0], view[3] - view[1])
    if size > LOCAL:
        return []
    inside = [(lat, lon) for lat, lon in points if view[0] <= lon <= view[2] and view[1] <= lat <= view[3]]
    found = [one for lat, lon in inside if (one := find_district(lat, lon)) and _size(one) > (SEEN * size) ** 2]
    counts = Counter(str(one.names) for one in found)
    ranked = sorted({str(one.names): one for one in found}.items(), key=lambda pair: (-counts[pair[0]], pair[0]))
    return [one for rank, (name, one) in enumerate(ranked[:MOST]) if not rank or counts[name] >= SEVERAL]


def _size(district: District) -> float:
    low, high = district.rings[0].min(axis=0), district.rings[0].max(axis=0)
    return float((high - low).prod())


@lru_cache(maxsize=64)
def _districts(row: int, column: int) -> tuple[District, ...]:
    query = "SELECT districts FROM cell WHERE row = ? AND col = ?"
    stored = open_asset("basemap-districts.sqlite").execute(query, (row, column)).fetchone()
    listed = json.loads(zlib.decompress(stored[0])) if stored else []
    return tuple(District(names, decode(words, UNIT, closed=True)) for names, words in listed)
