"""Write geometry as the SQLite file that `storymap.publish.basemap` reads.

In: pieces of lines and polygons. Out: one file, small and quick to open. `basemap.py` calls it. A row of table
``piece`` is a box and a blob of all rings or lines of one sort in it, so that a reader unpacks only what it touches:

* zlib over: int32 number of parts; int32 vertices of each; int32 start x, y of each; int16 steps, all x before all y,
  low bytes before high bytes (that order is what compresses)
* in units of the level's quantum, degrees; a polygon's holes stand among the outer rings, to be filled by even-odd
"""

import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

QUANTA = (0.1, 0.05, 0.02, 0.005, 0.001)
"""Degrees a unit, by level: half of the tolerance or less, and divisors of 0.1, to which readers snap boxes."""

CELL = 10.0
"""Degrees a side of the grid by which small parts are put together: most views touch one to four cells."""

COUNTED = ("land", "borders")
"""Layers whose vertices by cells of 5 degrees are kept, for readers to choose a level by."""

LARGE = 1500
"""Vertices from which a part gets a row of its own: its box is far larger than a cell's."""

Ints = npt.NDArray[np.int64]


class Piece(NamedTuple):
    """A geometry on its way into the file: its layer, level, country code ("" if it has none) and first zoom."""

    layer: str
    level: int
    code: str
    zoom: float
    geometry: shapely.Geometry


def quantise(geometry: shapely.Geometry, quantum: float, *, closed: bool) -> list[Ints]:
    """Return the rings or lines in whole units, without repeated points and what shrank to nothing."""
    parts = shapely.get_parts(geometry)
    parts = shapely.get_rings(parts) if closed else parts
    kept = []
    for part in parts:
        points = np.rint(shapely.get_coordinates(part) / quantum).astype(np.int64)
        moved = np.any(np.diff(points, axis=0) != 0, axis=1)
        points = points[np.concatenate(([True], moved))] if len(points) else points
        if len(points) >= (4 if closed else 2):
            kept.append(points)
    return kept


def split_long_steps(part: Ints) -> Ints:
    """Put vertices into steps that are too long for int16."""
    longest = int(np.abs(np.diff(part, axis=0)).max())
    if longest <= 32767:
        return part
    rows = [part[:1]]
    for start, end in pairwise(part):
        pieces = int(np.abs(end - start).max()) // 32767 + 1
        rows.append(np.rint(start + (end - start) * (np.arange(1, pieces + 1) / pieces)[:, None]).astype(np.int64))
    return np.concatenate(rows)


def pack(parts: list[Ints]) -> bytes:
    """Return the blob of rings or lines."""
    parts = [split_long_steps(part) for part in parts]
    counts = np.array([len(parts), *map(len, parts)], dtype="<i4")
    starts = np.array([part[0] for part in parts], dtype="<i4")
    steps = np.concatenate([np.diff(part, axis=0) for part in parts]).T.ravel().astype("<i2")
    low_high = steps.view(np.uint8).reshape(-1, 2).T
    return zlib.compress(counts.tobytes() + starts.tobytes() + low_high.tobytes(), 9)


def write_pieces(path: Path, pieces: Iterable[Piece]) -> None:
    """Write the file anew; the same pieces give the same rows."""
    groups: dict[tuple[str, int, str, float, tuple[int, ...]], list[Ints]] = defaultdict(list)
    density = np.zeros((len(QUANTA), 36, 72), dtype="<u4")
    for layer, level, code, zoom, geometry in pieces:
        for part in quantise(geometry, QUANTA[level], closed=layer in ("land", "lakes", "country")):
            degrees = part * QUANTA[level]
            middle = tuple(int(v) for v in (degrees.min(axis=0) + degrees.max(axis=0)) / 2 // CELL)
            cell = middle if len(part) < LARGE else (*middle, len(groups))
            groups[layer, level, code, zoom, cell].append(part)
            if layer in COUNTED:
                rows = np.clip(((degrees[:, 1] + 90) // 5).astype(int), 0, 35)
                columns = np.clip(((degrees[:, 0] + 180) // 5).astype(int), 0, 71)
                np.add.at(density[level], (rows, columns), 1)
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA page_size = 1024")  # most blobs are small, and each fills whole pages
        file.execute(
            "CREATE TABLE piece (layer TEXT, level INTEGER, code TEXT, zoom REAL,"
            " west REAL, south REAL, east REAL, north REAL, parts BLOB)"
        )
        file.execute("CREATE TABLE level (level INTEGER PRIMARY KEY, quantum REAL, density BLOB)")
        for level, quantum in enumerate(QUANTA):
            blob = zlib.compress(density[level].tobytes(), 9)
            file.execute("INSERT INTO level VALUES (?, ?, ?)", (level, quantum, blob))
        for (layer, level, code, zoom, _), parts in sorted(groups.items()):
            points = np.concatenate(parts) * QUANTA[level]
            west, south = points.min(axis=0)
            east, north = points.max(axis=0)
            row = (layer, level, code, zoom, float(west), float(south), float(east), float(north), pack(parts))
            file.execute("INSERT INTO piece VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        file.execute("CREATE INDEX piece_box ON piece (level, layer, west, east, south, north)")
    with sqlite3.connect(path) as file:
        file.execute("VACUUM")
    file.close()
