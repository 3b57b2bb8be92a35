"""Cut the world to the view of a story.

In: a view, the box of degrees that frames a story's places, and a language. Out: a value for JSON of 20 to 90 KB that
``assets/basemap.js`` draws as Leaflet layers: land, water, borders and names. `storymap.publish.contents` calls it, and
both go into the page, so that the map needs no network.

What is drawn is nested like a set of dolls: what a screen can show of the view, in the finest level of detail that the
budget allows; its surroundings, coarser; the rest of the world, coarsest, so that zooming out never shows emptiness.
The boxes meet at cuts on which both have points, and all rings of land are one path, so no seam shows.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

from storymap.publish.basemap_data import MAX_ZOOM, RINGS, choose_level, country_at, quantum, read_parts
from storymap.publish.basemap_labels import Frame, choose_labels, focus_countries, visible_shares
from storymap.publish.districts import District, find_local
from storymap.publish.encoding import encode
from storymap.publish.view import EDGE, Box, latitude, mercator

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Points = npt.NDArray[np.float64]

__all__ = ["country_at", "draw_basemap"]

BUDGET = 14_000
"""Vertices of land and borders on the screen: at most 35 KB, as a step is a little more than two letters."""

SHARPNESS = 1_600
"""Parts of the view to which lines on the screen are good, half a pixel of a wide window: a level that fits the budget
has more, and a third of the page's weight with it, for zooms that few readers use."""

SURROUNDINGS_BUDGET = 3_500
"""Vertices of land and borders in each wider box: 8 KB."""

EXTRAS_BUDGET = {"lakes": 2_500, "rivers": 3_500, "admin1": 4_500}
"""Vertices on the screen of what goes first where a view is full; the most important parts are taken first."""

SCREENS = (0.75, 1.7)
"""Width by height of the maps we prepare for, from a telephone to a wide window: all show more than the view itself."""

MARGIN = 0.12
"""Part of what the screen shows that is added on each side in full detail: a reader may pan a little."""

SURROUNDINGS = 1.0
"""Part of a box's size that the next wider one adds on each side: one and a half zooms out."""

WIDE = 60.0
"""Degrees from which a box's next wider one is the world."""

GRATICULE, GLOBAL = 30, 100.0
"""Degrees between the lines of the graticule, and degrees of the view from which there is one."""

LEAST = 0.3
"""Degrees of the view at least: the story of one street still shows the town around it."""

SNAP = 0.1
"""Boxes end at multiples of this: each level's quantum divides it, so the cuts of two levels agree exactly."""

BESIDE = 0.012
"""Degrees from a line that is drawn within which the outline of a district is the same line from another source."""


class Doll(NamedTuple):
    """A box, what of it lies outside the next smaller one, and the level of detail there."""

    box: Box
    shell: list[Box]
    level: int


def draw_basemap(view: Box, *, lang: str = "en", points: Sequence[tuple[float, float]] = ()) -> dict[str, object]:
    """Return the base map of a view as a value for JSON.

    Parameters
    ----------
    view
        West, south, east, north of the framed area in degrees. West > east, or east > 180, crosses the date line.
    lang
        ISO 639-1 code of the language of the names; English where a name is not known in it.
    points
        Latitude and longitude of the story's places: of a local story the districts that hold them are drawn.

    Returns
    -------
    dict
        ``bounds`` is the box in full detail, ``frame`` the longitude at which the drawn world begins (it ends 360
        degrees further east). Longitudes are unwrapped: they run on beyond 180, or begin before -180, rather than
        jump. ``max_zoom`` is the zoom the data bears. ``cuts`` holds the longitudes ``x`` and latitudes ``y`` along
        which land is cut, where no coast is. ``layers`` maps each of land, lakes, borders, disputed, admin1, districts,
        rivers and graticule (which only maps of the world have) to a list of groups: ``q`` the degrees a unit, ``z``
        the zoom from which it is drawn, ``d`` its rings or lines as words apart by blanks, see
        `storymap.publish.encoding.encode`. All rings of land are to be filled together by the even-odd rule.
        ``labels`` is described in `storymap.publish.basemap_labels.choose_labels`.
    """
    seen = unwrap(view)
    frame = round(floor((seen[0] + seen[2]) / 2 / SNAP) * SNAP - 180, 1)
    world = (frame, -EDGE, frame + 360, EDGE)
    screen = fill_screen(seen)
    dolls = nest(enlarge(screen, MARGIN, world), world)
    inner, level = dolls[0].box, dolls[0].level
    shares = visible_shares(seen)
    main = sorted(focus_countries(shares), key=lambda code: (-shares[code][0], code))
    local = find_local(seen, points)
    date_lines = [lon for lon in (-180.0, 180.0, 540.0) if world[0] < lon < world[2]]
    return {
        "bounds": list(inner),
        "frame": frame,
        "max_zoom": MAX_ZOOM[level],
        "cuts": {
            "x": sorted({side for doll in dolls for side in doll.box[::2]} | set(date_lines)),
            "y": sorted({side for doll in dolls for side in doll.box[1::2]}),
        },
        "layers": {
            layer: list(_groups(layer, dolls, main))
            for layer in ("land", "rivers", "lakes", "admin1", "borders", "disputed")
        }
        | {
            "districts": list(_outlines(local, inner, level, main)),
            "graticule": list(_graticule(world)) if seen[2] - seen[0] > GLOBAL else [],
        },
        "labels": choose_labels(Frame(seen, screen, inner, level, points), shares=shares, local=local, lang=lang),
    }


def _graticule(world: Box) -> Iterator[dict[str, object]]:
    """Yield the net of meridians and parallels as one group; in Mercator's projection all are straight."""
    import numpy as np

    west, south, east, north = world
    meridians = [(lon, south, lon, north) for lon in range(ceil(west / GRATICULE) * GRATICULE, floor(east), GRATICULE)]
    parallels = [(west, lat, east, lat) for lat in range(-60, 61, GRATICULE)]
    lines = [np.array(line, dtype=float).reshape(2, 2) for line in (*meridians, *parallels)]
    yield {"q": SNAP, "z": 0, "d": " ".join(encode(lines, SNAP, closed=False))}


def _outlines(local: list[District], box: Box, level: int, main: list[str]) -> Iterator[dict[str, object]]:
    """Yield the outlines of districts as one group, without what runs along a coast or border that is drawn anyway."""
    import numpy as np
    import shapely

    if not local:
        return
    drawn = [part for layer in ("land", "borders") for row in read_parts(layer, level, [box]) for part in row.parts]
    drawn += [part for row in read_parts("admin1", level, [box]) if row.code in main for part in row.parts]
    beside = shapely.union_all([shapely.LineString(part).buffer(BESIDE, quad_segs=2) for part in drawn])
    rings = shapely.union_all([shapely.LineString(ring) for one in local for ring in one.rings])
    lines = shapely.get_parts(shapely.line_merge(shapely.difference(shapely.clip_by_rect(rings, *box), beside)))
    parts = [np.asarray(shapely.get_coordinates(line)) for line in lines if shapely.length(line) > BESIDE]
    if parts:
        words = encode(simplify(parts, box), quantum(level), closed=False)
        yield {"q": quantum(level), "z": 0, "d": " ".join(words)}


def nest(inner: Box, world: Box) -> list[Doll]:
    """Return the dolls from the inmost box to the world, the finest level of detail in each that its budget allows."""
    level = choose_level(inner, BUDGET, range(len(MAX_ZOOM) - 1, 0, -1))
    dolls = [Doll(inner, [inner], level)]
    while inner[2] - inner[0] < WIDE and inner[3] - inner[1] < WIDE:
        outer = enlarge(inner, SURROUNDINGS, world)
        level = choose_level(outer, SURROUNDINGS_BUDGET, range(level, -1, -1))
        dolls.append(Doll(outer, around(inner, outer), level))
        inner = outer
    dolls.append(Doll(world, around(inner, world), 0))
    return dolls


def unwrap(view: Box) -> Box:
    """Return the view with west in [-180, 180), east beyond 180 where it crosses the date line, and `LEAST` in size."""
    west, south, east, north = view
    south, north = max(min(south, north), -EDGE), min(max(south, north), EDGE)
    width = 360.0 if east - west >= 360 else (east - west) % 360
    west = (west + 180) % 360 - 180
    wider, higher = max(LEAST - width, 0) / 2, max(LEAST - (north - south), 0) / 2
    return west - wider, max(south - higher, -EDGE), west + width + wider, min(north + higher, EDGE)


def fill_screen(view: Box) -> Box:
    """Return the box that all of `SCREENS` together show when the view is fitted into them."""
    west, south, east, north = view
    bottom, top = mercator(south), mercator(north)
    narrowest, widest = SCREENS
    width = max(east - west, (top - bottom) * widest)
    height = max(top - bottom, (east - west) / narrowest)
    x, y = (west + east) / 2, (bottom + top) / 2
    return x - width / 2, latitude(y - height / 2), x + width / 2, latitude(y + height / 2)


def enlarge(box: Box, share: float, world: Box) -> Box:
    """Return the box with a share of its size added on each side, snapped outwards, within the world."""
    west, south, east, north = box
    extra_x, extra_y = share * (east - west), share * (north - south)
    return (
        max(round(floor((west - extra_x) / SNAP) * SNAP, 1), world[0]),
        max(round(floor((south - extra_y) / SNAP) * SNAP, 1), world[1]),
        min(round(ceil((east + extra_x) / SNAP) * SNAP, 1), world[2]),
        min(round(ceil((north + extra_y) / SNAP) * SNAP, 1), world[3]),
    )


def around(hole: Box, box: Box) -> list[Box]:
    """Return the box without the hole, as up to four boxes."""
    west, south, east, north = box
    strips = [
        (west, south, hole[0], north),
        (hole[2], south, east, north),
        (hole[0], south, hole[2], hole[1]),
        (hole[0], hole[3], hole[2], north),
    ]
    return [strip for strip in strips if strip[2] - strip[0] > SNAP / 2 and strip[3] - strip[1] > SNAP / 2]


def _groups(layer: str, dolls: list[Doll], main: list[str]) -> Iterator[dict[str, object]]:
    """Yield the encoded groups of a layer, the inmost doll first; the outermost has land, lakes and borders only.

    Of first-level borders only those of the countries in ``main`` are drawn, the first of these first.
    """
    for depth, (box, shell, level) in enumerate(dolls):
        if layer in ("rivers", "admin1") and depth == len(dolls) - 1 and depth:
            return
        rows = list(read_parts(layer, level, shell))
        if layer == "admin1":
            rows = sorted((row for row in rows if row.code in main), key=lambda row: main.index(row.code))
        else:
            rows.sort(key=lambda row: row.zoom)
        left = EXTRAS_BUDGET.get(layer, BUDGET * 8) // (2**depth)
        by_zoom: dict[float, list[str]] = {}
        for row in rows:
            left -= sum(map(len, row.parts))
            if left < 0:
                break
            if row.zoom <= MAX_ZOOM[dolls[0].level]:
                parts = simplify(row.parts, box) if depth == 0 else row.parts
                by_zoom.setdefault(row.zoom, []).extend(encode(parts, quantum(level), closed=layer in RINGS))
        for zoom, words in sorted(by_zoom.items()):
            if words:
                yield {"q": quantum(level), "z": zoom, "d": " ".join(words)}


def simplify(parts: "list[Points]", box: Box) -> "list[Points]":
    """Return rings or lines in a box to its `SHARPNESS`; points on its sides stay, for the next box has them too."""
    import numpy as np
    import shapely

    runs = [(number, run) for number, part in enumerate(parts) for run in _between_sides(part, box)]
    lines = [shapely.LineString(run) for _, run in runs]
    tolerance = max(box[2] - box[0], box[3] - box[1]) / SHARPNESS
    simple = shapely.simplify(lines, tolerance, preserve_topology=False)
    joined: dict[int, list[Points]] = {}
    for (number, _), geometry in zip(runs, simple, strict=True):
        joined.setdefault(number, []).append(shapely.get_coordinates(geometry))
    return [np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])]) for pieces in joined.values()]


def _between_sides(part: "Points", box: Box) -> "Iterator[Points]":
    """Yield a ring or line cut where it has points on a side of the box or on the date line; neighbours share them."""
    import numpy as np

    x, y = part.T
    on_side = (x == box[0]) | (x == box[2]) | (y == box[1]) | (y == box[3]) | (np.abs(x) % 360 == 180)
    ends = np.unique([0, *np.flatnonzero(on_side).tolist(), len(part) - 1]).tolist()
    for start, end in pairwise(ends):
        yield part[start : end + 1]
