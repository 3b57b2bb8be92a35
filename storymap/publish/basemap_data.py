"""Read the base map's files: what lies in a box, in which country a point is.

In: boxes and points in degrees. Out: rings and lines as arrays of lon, lat. `storymap.publish.basemap` and
`storymap.publish.basemap_labels` call it. The files ``assets/basemap*.sqlite`` are made by data/recipes/basemap.py,
where the sources are named and the rules for disputed borders stand; the layout of a blob is that of basemap_store.py.
"""

import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cache, lru_cache
from importlib.resources import files
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

from storymap.publish.view import Box

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Points = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]
    Indices = npt.NDArray[np.int64]

__all__ = [
    "MAX_ZOOM",
    "Row",
    "Stored",
    "choose_level",
    "clip",
    "country_at",
    "is_inside",
    "open_asset",
    "quantum",
    "read_coded",
    "read_parts",
    "read_ring_around",
]

RINGS = ("land", "lakes", "country")
"""Layers of rings; the others are lines."""

FINEST = 4
"""The level of detail that has a file of its own; it also holds the countries that `country_at` asks."""


MAX_ZOOM = (3, 5, 7, 9, 12)
"""Zoom that each level bears: its tolerance is four to six pixels there, like the errors of the source itself at 12."""


class Row(NamedTuple):
    """Parts of a layer: rings or lines, with the zoom from which they are worth drawing and the country's code."""

    zoom: float
    code: str
    parts: "list[Points]"


class Stored(NamedTuple):
    """A stored row, unpacked: the points of all its parts and the index at which each part begins."""

    zoom: float
    code: str
    points: "Points"
    first: "Indices"

    def parts(self) -> "list[Points]":
        """Return the rings or lines one by one."""
        ends = [*self.first[1:].tolist(), len(self.points)]
        return [self.points[start:end] for start, end in zip(self.first.tolist(), ends, strict=True)]


def country_at(lat: float, lon: float) -> str:
    """Return the ISO 3166-1 alpha-2 code of the country in which a point lies, "" at sea and where no country is.

    The view is that of the map: Crimea is UA, Western Sahara EH, Kosovo XK, the Golan SY. Good to about 500 metres.
    """
    for row in read_rows("country", FINEST, (lon, lat, lon, lat)):
        if sum(is_inside(ring, lat, lon) for ring in row.parts()) % 2:
            return row.code
    return ""


@lru_cache(maxsize=32)
def read_coded(layer: str, level: int, code: str) -> "tuple[Points, ...]":
    """Return all rings or lines of a layer that bear a code: a country's, or the gazetteer's id of a river."""
    query = "SELECT parts FROM piece WHERE level = ? AND layer = ? AND code = ? ORDER BY rowid"
    found = _home(level).execute(query, (level, layer, code)).fetchall()
    return tuple(part for (blob,) in found for part in Stored(0.0, code, *unpack(blob, quantum(level))).parts())


def read_ring_around(layer: str, level: int, lat: float, lon: float) -> "Points | None":
    """Return the smallest ring of a layer in which a point lies: a lake's shore, an island's coast."""
    rows = read_rows(layer, level, (lon, lat, lon, lat))
    around = [ring for row in rows for ring in row.parts() if is_inside(ring, lat, lon)]
    return min(around, key=len, default=None)


def is_inside(ring: "Points", lat: float, lon: float) -> bool:
    """Tell whether a point lies in a ring, whose last point is its first."""
    x, y = ring[:-1].T
    next_x, next_y = ring[1:].T
    crosses = (y > lat) != (next_y > lat)
    x, y, next_x, next_y = x[crosses], y[crosses], next_x[crosses], next_y[crosses]
    return bool(((x + (lat - y) * (next_x - x) / (next_y - y)) > lon).sum() % 2)


@cache
def open_asset(name: str) -> sqlite3.Connection:
    """Open one of the data files, read-only, once a process."""
    path = files("storymap.publish") / "assets" / name
    return sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _home(level: int) -> sqlite3.Connection:
    return open_asset("basemap-fine.sqlite" if level == FINEST else "basemap.sqlite")


@cache
def quantum(level: int) -> float:
    """Return the degrees a unit in which a level is stored."""
    return float(_home(level).execute("SELECT quantum FROM level WHERE level = ?", (level,)).fetchone()[0])


def choose_level(box: Box, budget: int, levels: Sequence[int]) -> int:
    """Return the first of the levels whose parts in the box fit the budget of vertices, else the last."""
    import numpy as np

    rows = slice(floor((box[1] + 90) / 5), ceil((box[3] + 90) / 5))
    columns = [column % 72 for column in range(floor((box[0] + 180) / 5), ceil((box[2] + 180) / 5))]
    covered = len(columns) * (rows.stop - rows.start) * 25
    share = (box[2] - box[0]) * (box[3] - box[1]) / covered
    for level in levels:
        blob = _home(level).execute("SELECT density FROM level WHERE level = ?", (level,)).fetchone()[0]
        density = np.frombuffer(zlib.decompress(blob), dtype="<u4").reshape(36, 72)
        if density[rows, columns].sum() * share <= budget:
            return level
    return levels[-1]


def read_rows(layer: str, level: int, box: Box) -> Iterator[Stored]:
    """Yield the stored rows of a layer that touch a box within [-180, 180], unpacked but not yet clipped."""
    west, south, east, north = box
    query = (
        "SELECT zoom, code, parts FROM piece WHERE level = ? AND layer = ? AND west <= ? AND east >= ?"
        " AND south <= ? AND north >= ? ORDER BY rowid"
    )
    with closing(_home(level).execute(query, (level, layer, east, west, north, south))) as found:
        for zoom, code, blob in found:
            yield Stored(zoom, code, *unpack(blob, quantum(level)))


def unpack(blob: bytes, unit: float) -> "tuple[Points, Indices]":
    """Return the points of a stored blob in degrees and where its parts begin."""
    import numpy as np

    data = zlib.decompress(blob)
    parts = int(np.frombuffer(data, "<i4", 1)[0])
    counts = np.frombuffer(data, "<i4", parts, 4)
    starts = np.frombuffer(data, "<i4", 2 * parts, 4 + 4 * parts).reshape(parts, 2)
    packed = np.frombuffer(data, np.uint8, offset=4 + 12 * parts).reshape(2, -1)
    steps = np.ascontiguousarray(packed.T).view("<i2").reshape(2, -1).T
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))
    units = np.zeros((int(counts.sum()), 2))
    inside = np.ones(len(units), dtype=bool)
    inside[first] = False
    units[inside] = steps
    units = units.cumsum(axis=0)
    units += np.repeat(starts - units[first], counts, axis=0)
    return units * unit, first


def clip(row: Stored, boxes: Sequence[Box], *, closed: bool) -> "list[Points]":
    """Return the parts of a row inside the boxes, cut at their sides.

    Along a side rings run only where there is something inside: the edge of land that is cut shows nothing, but a line
    to and fro across a bay would show as one, for coasts are drawn along rings.
    """
    import numpy as np

    lows, highs = np.minimum.reduceat(row.points, row.first), np.maximum.reduceat(row.points, row.first)
    parts = row.parts()
    cut = _cut_rings if closed else _cut_lines
    kept: list[Points] = []
    for west, south, east, north in boxes:
        inside = ((lows >= (west, south)) & (highs <= (east, north))).all(axis=1)
        touching = ((highs > (west, south)) & (lows < (east, north))).all(axis=1) & ~inside
        kept.extend(parts[index] for index in np.flatnonzero(inside).tolist())
        pieces = [parts[index] for index in np.flatnonzero(touching).tolist()]
        for axis, side, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
            pieces = cut(pieces, axis, side, sign)
        kept.extend(pieces)
    return kept


def _cross(points: "Points", axis: int, side: float, sign: int) -> "tuple[Points, Flags, Flags]":
    """Return the points with the edges' crossings of a line between them, which to keep, where an edge comes in."""
    import numpy as np

    depth = sign * (points[:, axis] - side)
    inside = depth >= 0
    crosses = inside[:-1] != inside[1:]
    share = np.divide(depth[:-1], depth[:-1] - depth[1:], out=np.zeros(len(crosses)), where=crosses)
    crossings = points[:-1] + share[:, None] * np.diff(points, axis=0)
    crossings[:, axis] = side
    woven = np.empty((2 * len(points) - 1, 2))
    woven[::2], woven[1::2] = points, crossings
    keep = np.empty(len(woven), dtype=bool)
    keep[::2], keep[1::2] = inside, crosses
    enters = np.zeros(len(woven), dtype=bool)
    enters[1::2] = crosses & inside[1:]
    return woven, keep, enters


def _cut_rings(rings: "list[Points]", axis: int, side: float, sign: int) -> "list[Points]":
    """Return what of some rings, filled by the even-odd rule, lies on one side of a line, as rings."""
    import numpy as np

    kept, runs = [], []
    for ring in rings:
        if (sign * (ring[:, axis] - side)).min() >= 0:
            kept.append(ring)
            continue
        woven, keep, enters = _cross(ring, axis, side, sign)
        if enters.any():
            # From the first point at which it comes in, once around.
            order = np.roll(np.arange(len(woven) - 1), -int(np.argmax(enters)))
            order = order[keep[order]]
            runs += np.split(woven[order], np.flatnonzero(enters[order])[1:])
    return kept + _join(runs, 1 - axis)


def _join(runs: "list[Points]", along: int) -> "list[Points]":
    """Return the rings that runs make when their ends are tied along the line on which all lie.

    From the line's beginning, what is inside begins at the first end and stops at the second, and so on by turns. So no
    ring, however bent, can fail.
    """
    import numpy as np

    ends = np.array([run[end, along] for run in runs for end in (0, -1)])
    order = np.argsort(ends, kind="stable").tolist()
    tied = {end: order[place ^ 1] for place, end in enumerate(order)}
    rings = []
    while tied:
        # Ends 2i and 2i + 1 are those of run i; it is walked from the end at which it is reached.
        start = at = min(tied)
        pieces = []
        while start in tied:
            pieces.append(runs[at // 2][:: -1 if at % 2 else 1])
            at = tied.pop(at ^ 1)
            del tied[at]
        rings.append(np.concatenate([*pieces, pieces[0][:1]]))
    return [ring for ring in rings if len(ring) > 3]


def _cut_lines(lines: "list[Points]", axis: int, side: float, sign: int) -> "list[Points]":
    """Return the parts of lines on one side of another."""
    import numpy as np

    kept = []
    for line in lines:
        if (sign * (line[:, axis] - side)).min() >= 0:
            kept.append(line)
            continue
        woven, keep, enters = _cross(line, axis, side, sign)
        pieces = np.split(woven[keep], np.flatnonzero(enters[keep]))
        kept += [piece for piece in pieces if len(piece) > 1]
    return kept


def read_parts(layer: str, level: int, boxes: Sequence[Box]) -> Iterator[Row]:
    """Yield the rows of a layer clipped to each of the boxes, whose longitudes may run beyond 180."""
    import numpy as np

    closed = layer in RINGS
    for shift in (-360.0, 0.0, 360.0):
        turned = [(max(box[0] - shift, -180.0), box[1], min(box[2] - shift, 180.0), box[3]) for box in boxes]
        turned = [box for box in turned if box[0] < box[2]]
        if not turned:
            continue
        west, south, east, north = zip(*turned, strict=True)
        rows = read_rows(layer, level, (min(west), min(south), max(east), max(north)))
        for row in _in_one(rows) if layer == "land" else rows:
            parts = clip(row, turned, closed=closed)
            if parts:
                yield Row(row.zoom, row.code, [part + np.array([shift, 0.0]) for part in parts] if shift else parts)


def _in_one(rows: Iterator[Stored]) -> Iterator[Stored]:
    """Yield the rows of each zoom as one: a coast is cut together with that of the inland sea in it."""
    import numpy as np

    by_zoom: dict[float, list[Stored]] = {}
    for row in rows:
        by_zoom.setdefault(row.zoom, []).append(row)
    for zoom, some in by_zoom.items():
        begins = np.cumsum([0, *(len(row.points) for row in some[:-1])])
        first = np.concatenate([row.first + begin for row, begin in zip(some, begins.tolist(), strict=True)])
        yield Stored(zoom, "", np.concatenate([row.points for row in some]), first)
