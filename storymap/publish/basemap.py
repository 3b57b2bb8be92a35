"""Cut the world to the view of a story.

In: a view, the box of degrees that frames a story's places, and a language. Out: a value for JSON of 20 to 90 KB that
``assets/basemap.js`` draws as Leaflet layers: land, water, borders and names. `storymap.publish.draw` calls it and
writes both into the page, so that the map needs no network.

What is drawn is nested like a set of dolls: what a screen can show of the view, in the finest level of detail that the
budget allows; its surroundings, coarser; the rest of the world, coarsest, so that zooming out never shows emptiness.
The boxes meet at cuts on which both have points, and all rings of land are one path, so no seam shows.
"""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from math import asinh, atan, ceil, degrees, floor, radians, sinh, tan
from typing import TYPE_CHECKING, NamedTuple

from storymap.publish.basemap_data import RINGS, Box, choose_level, country_at, quantum, read_parts
from storymap.publish.basemap_labels import choose_labels, focus_countries, visible_shares

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Points = npt.NDArray[np.float64]

__all__ = ["country_at", "decode", "draw_basemap", "encode", "latitude", "mercator"]

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

MAX_ZOOM = (3, 5, 7, 9, 12)
"""Zoom that each level bears: its tolerance is four to six pixels there, like the errors of the source itself at 12."""

SNAP = 0.1
"""Boxes end at multiples of this: each level's quantum divides it, so the cuts of two levels agree exactly."""

EDGE = 85.0
"""Latitude at which a web map in Mercator's projection ends."""

DIGITS = "".join(map(chr, (*range(63, 92), *range(97, 123))))
CARRY = "".join(map(chr, range(40, 60)))
"""Digits of `encode`, three runs of ASCII. Nothing that HTML, JSON or a template language would take for its own."""


class Doll(NamedTuple):
    """A box, what of it lies outside the next smaller one, and the level of detail there."""

    box: Box
    shell: list[Box]
    level: int


def draw_basemap(view: tuple[float, float, float, float], *, lang: str = "en") -> dict[str, object]:
    """Return the base map of a view as a value for JSON.

    Parameters
    ----------
    view
        West, south, east, north of the framed area in degrees. West > east, or east > 180, crosses the date line.
    lang
        ISO 639-1 code of the language of the names; English where a name is not known in it.

    Returns
    -------
    dict
        ``bounds`` is the box in full detail, ``frame`` the longitude at which the drawn world begins (it ends 360
        degrees further east). Longitudes are unwrapped: they run on beyond 180, or begin before -180, rather than
        jump. ``max_zoom`` is the zoom the data bears. ``cuts`` holds the longitudes ``x`` and latitudes ``y`` along
        which land is cut, where no coast is. ``layers`` maps each of land, lakes, borders, disputed, admin1, rivers
        and graticule (which only maps of the world have) to a list of groups: ``q`` the degrees a unit, ``z`` the zoom
        from which it is drawn, ``d`` its rings or lines as words apart by blanks, see `encode`. All rings of land are
        to be filled together by the even-odd
        rule. ``labels`` is described in `storymap.publish.basemap_labels.choose_labels`.
    """
    seen = unwrap(view)
    frame = round(floor((seen[0] + seen[2]) / 2 / SNAP) * SNAP - 180, 1)
    world = (frame, -EDGE, frame + 360, EDGE)
    dolls = nest(enlarge(fill_screen(seen), MARGIN, world), world)
    inner, level = dolls[0].box, dolls[0].level
    shares = visible_shares(seen)
    main = sorted(focus_countries(shares), key=lambda code: (-shares[code][0], code))
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
        | {"graticule": list(_graticule(world)) if seen[2] - seen[0] > GLOBAL else []},
        "labels": choose_labels(seen, inner, shares=shares, level=level, lang=lang, max_zoom=MAX_ZOOM[level]),
    }


def _graticule(world: Box) -> Iterator[dict[str, object]]:
    """Yield the net of meridians and parallels as one group; in Mercator's projection all are straight."""
    import numpy as np

    west, south, east, north = world
    meridians = [(lon, south, lon, north) for lon in range(ceil(west / GRATICULE) * GRATICULE, floor(east), GRATICULE)]
    parallels = [(west, lat, east, lat) for lat in range(-60, 61, GRATICULE)]
    lines = [np.array(line, dtype=float).reshape(2, 2) for line in (*meridians, *parallels)]
    yield {"q": SNAP, "z": 0, "d": " ".join(encode(lines, SNAP, closed=False))}


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


def mercator(lat: float) -> float:
    """Return the latitude in degrees of Mercator's projection, which are as long as those of longitude."""
    return degrees(asinh(tan(radians(lat))))


def latitude(y: float) -> float:
    """Return the latitude of what `mercator` returns."""
    return degrees(atan(sinh(radians(y))))


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


@cache
def _numerals() -> list[str]:
    """Return the digits of the numbers that most steps are."""
    return [_numeral(number) for number in range(4096)]


def _numeral(number: int) -> str:
    digits = ""
    while number >= len(DIGITS):
        number -= len(DIGITS)
        digits += CARRY[number % len(CARRY)]
        number //= len(CARRY)
    return digits + DIGITS[number]


def encode(parts: "list[Points]", unit: float, *, closed: bool) -> list[str]:
    """Return each ring or line as a word of printable ASCII.

    A word is a sequence of numbers: x, y of the first vertex, then the step to each further one, in units of ``unit``
    degrees. A ring's last vertex, which is its first, is left out. A step n is written as the number 2n, or -2n - 1 if
    it is negative. A number below 55 is one of `DIGITS`; from a larger one take 55 away, write the remainder by the
    number of `CARRY` digits as one of these, and go on with the quotient. So most steps are one letter or two.
    """
    import numpy as np

    counts = np.array([len(part) for part in parts])
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))
    units = np.rint(np.concatenate(parts) / unit).astype(np.int64)
    steps = np.diff(units, axis=0, prepend=0)
    steps[first] = units[first]
    keep = (steps[:, 0] != 0) | (steps[:, 1] != 0)
    keep[first] = True
    if closed:
        keep[first + counts - 1] = False
    folded = np.where(steps >= 0, 2 * steps, -2 * steps - 1)[keep].ravel().tolist()
    numerals = _numerals()
    letters = [numerals[n] if n < len(numerals) else _numeral(n) for n in folded]
    ends = (2 * np.cumsum(np.add.reduceat(keep.astype(np.int64), first))).tolist()
    least = 6 if closed else 4
    starts = [0, *ends[:-1]]
    return ["".join(letters[start:end]) for start, end in zip(starts, ends, strict=True) if end - start >= least]


def decode(words: str, unit: float, *, closed: bool) -> "list[Points]":
    """Return the rings or lines of `encode`'s words, apart by blanks, in degrees; a ring ends where it begins."""
    import numpy as np

    parts = []
    for word in words.split():
        digits = _worths()[np.frombuffer(word.encode("ascii"), np.uint8)]
        # Each digit weighs 20 times the one before it in its number, which ends with a digit below 55.
        ends = np.flatnonzero(digits < len(DIGITS))
        starts = np.concatenate(([0], ends[:-1] + 1))
        place = np.arange(len(digits)) - np.repeat(starts, ends - starts + 1)
        folded = np.add.reduceat(digits * len(CARRY) ** place, starts)
        steps = np.where(folded % 2 == 1, -(folded + 1) // 2, folded // 2).reshape(-1, 2)
        points = steps.cumsum(axis=0) * unit
        parts.append(np.concatenate((points, points[:1])) if closed else points)
    return parts


@cache
def _worths() -> "npt.NDArray[np.int64]":
    """Return by character code what each digit counts."""
    import numpy as np

    worths = np.zeros(128, dtype=np.int64)
    worths[[ord(digit) for digit in DIGITS + CARRY]] = range(len(DIGITS + CARRY))
    return worths
