"""Names on a static map: which are written, and where, so that none covers another.

In: a window, the pins' spots and names, the base map's labels in order of rank. Out: lines of text with their places.
The rules are those of the live map: those of ``assets/spread.js`` and `placeNames` in ``assets/basemap.js``.
`storymap.publish.static` calls it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from storymap.publish.static_text import clean, cut, measure, wrap
from storymap.publish.static_view import Box, Spot, Window

__all__ = ["BASELINE", "KEY_SIZE", "Key", "Name", "name_pins", "place_keys", "place_labels", "take_spots"]

NAME_SIZE, NAME_WIDTH = 13.5, 180.0
"""Font size of a pin's name in pixels, as in ``assets/story.css``, and the width from which it takes two lines."""

KEY_SIZE, KEY_LINE = 11.0, 15.0
"""Font size and height of a line of the list of pins without a name."""

GAP = 3.0
"""Pixels kept free around a name of the base map."""

DOT = 5.0
"""Pixels from a town's point to its name."""

BASELINE = 0.36
"""Half the height of a capital letter, in ems: so far below its middle a line has its baseline."""

LINE = 1.15
"""Height of a line in ems."""

WRAPPED = 10.0
"""Ems that a name of the base map is wide before it is written in several lines."""

LOOKS: Mapping[str, tuple[float, str, float]] = {
    "country": (11.5, "SemiBold", 0.09),
    "admin1": (10.5, "Regular", 0.05),
    "district": (10.5, "SemiBold", 0.06),
    "sea": (11.0, "Italic", 0.03),
    "lake": (10.5, "Italic", 0.03),
    "river": (10.5, "Italic", 0.03),
    "city": (11.5, "Regular", 0.0),
    "capital": (11.5, "SemiBold", 0.0),
}
"""Font size, face, and space between letters in ems, by kind of label, as in ``assets/basemap.css``."""

SMALL, LARGE = 11.0, 13.0
"""Font sizes of the smallest and the largest towns in view."""


KEYS, ROWS = 2, 20
"""Lists of pins without a name at most, and rows of one: more would hide the map."""


class Name(NamedTuple):
    """A name on the map: its lines with x and y of each one's baseline, and ``at``, a town's own point."""

    kind: str
    face: str
    size: float
    spacing: float
    anchor: str
    lines: tuple[tuple[str, float, float], ...]
    large: bool = False
    at: tuple[float, float] | None = None


class Key(NamedTuple):
    """The list of pins that have no name beside them: its box, and number, name, x and y of each row."""

    box: Box
    rows: tuple[tuple[str, str, float, float], ...]


def take_spots(spots: Sequence[Spot]) -> list[Box]:
    """Return the boxes of heads and points, which no name may cover."""
    heads = [(s.x - s.half, s.y - s.half, s.x + s.half, s.y + s.half) for s in spots]
    points = [(s.at_x - 4, s.at_y - 4, s.at_x + 4, s.at_y + 4) for s in spots if not s.off]
    return heads + points


def name_pins(window: Window, spots: Sequence[Spot], names: Sequence[str], taken: list[Box]) -> list[Name | None]:
    """Return the name beside each head, None where there is no room; what is written is added to ``taken``.

    A name stands right or left of its head, above it, or below that of an area: an upright pin's own point is there.
    """
    placed: list[Name | None] = []
    for spot, text in zip(spots, names, strict=True):
        face = "SemiBoldItalic" if spot.area else "SemiBold"
        lines = wrap(clean(text), face, NAME_SIZE, width=NAME_WIDTH, most=2)
        wide = max(measure(line, face, NAME_SIZE) for line in lines) + 6
        high = LINE * NAME_SIZE * len(lines) + 3
        found = next((where for where in _beside(spot, wide, high) if _is_free(window, where[0], taken)), None)
        if found is None:
            placed.append(None)
            continue
        box, anchor, x = found
        taken.append(box)
        first = box[1] + 1.5 + (LINE / 2 + BASELINE) * NAME_SIZE
        written = tuple((line, x, first + LINE * NAME_SIZE * row) for row, line in enumerate(lines))
        placed.append(Name("pin", face, NAME_SIZE, 0.0, anchor, written))
    return placed


def _beside(spot: Spot, wide: float, high: float) -> Iterator[tuple[Box, str, float]]:
    """Yield the boxes in which a name may stand, with the anchor of its text and where that is."""
    x, y, near = spot.x, spot.y, spot.half + 2
    yield (x + near, y - high / 2, x + near + wide, y + high / 2), "start", x + near + 3
    yield (x - near - wide, y - high / 2, x - near, y + high / 2), "end", x - near - 3
    yield (x - wide / 2, y - near - high, x + wide / 2, y - near), "middle", x
    if spot.area:
        yield (x - wide / 2, y + near, x + wide / 2, y + near + high), "middle", x


def _is_free(window: Window, box: Box, taken: Sequence[Box], gap: float = 0.0) -> bool:
    """Tell whether a box lies on the map and covers nothing."""
    inside = box[0] >= 2 and box[1] >= 2 and box[2] <= window.width - 2 and box[3] <= window.height - 2
    return inside and not any(_overlap(box, other, gap) for other in taken)


def place_keys(window: Window, pins: Sequence[tuple[int, str]], taken: list[Box]) -> list[Key]:
    """Return the pins without a name as lists, each in a corner or at a side where it covers nothing.

    What does not fit in `KEYS` of them is left out: rather some numbers without a name than none with one.
    """
    entries = [(str(number), cut(clean(name), "Regular", KEY_SIZE, width=NAME_WIDTH)) for number, name in pins]
    keys: list[Key] = []
    while entries and len(keys) < KEYS and (key := _place_key(window, entries, taken)):
        keys.append(key)
        taken.append(key.box)
        entries = entries[len(key.rows) :]
    return keys


def _place_key(window: Window, entries: Sequence[tuple[str, str]], taken: Sequence[Box]) -> Key | None:
    """Return a list of as many entries as there is room for."""
    for count in range(min(len(entries), ROWS), 0, -1):
        shown = entries[:count]
        figures = max(measure(number, "SemiBold", KEY_SIZE) for number, _ in shown)
        wide = figures + max(measure(name, "Regular", KEY_SIZE) for _, name in shown) + 20
        high = KEY_LINE * count + 8
        for left, top in _corners(window, wide, high):
            box = (left, top, left + wide, top + high)
            if _is_free(window, box, taken, GAP):
                x, y = left + 7 + figures, top + 4 + KEY_LINE / 2 + BASELINE * KEY_SIZE
                return Key(box, tuple((*entry, x, y + KEY_LINE * row) for row, entry in enumerate(shown)))
    return None


def _corners(window: Window, wide: float, high: float) -> Iterator[tuple[float, float]]:
    """Yield left and top of a box in the corners of a map, then along its sides."""
    right, low = window.width - 8 - wide, window.height - 26 - high
    yield from ((8, low), (right, low), (8, 8), (right, 8))
    for part in (1, 2, 3, 4, 5, 6, 7):
        yield from ((8, 8 + (low - 8) * part / 8), (right, 8 + (low - 8) * part / 8))
        yield from ((8 + (right - 8) * part / 8, low), (8 + (right - 8) * part / 8, 8))


def _overlap(one: Box, other: Box, gap: float = 0.0) -> bool:
    return (
        one[2] + gap >= other[0] and one[0] - gap <= other[2] and one[3] + gap >= other[1] and one[1] - gap <= other[3]
    )


def place_labels(window: Window, labels: Sequence[Mapping[str, Any]], taken: list[Box]) -> list[Name]:
    """Return the base map's names for which there is room, the most important first."""
    middle = window.longitude(window.width / 2)
    placed: list[Name] = []
    named = ""  # a sea may have two labels, one after the other
    for label in labels:
        turn = 360 * int((middle - label["lon"]) / 360 + (0.5 if middle >= label["lon"] else -0.5))
        x, y = window.place(label["lat"], label["lon"] + turn)
        if (
            label["text"] == named
            or window.zoom < label["zoom"] - 0.01
            or not (0 <= x <= window.width and 0 <= y <= window.height)
        ):
            continue
        found = next(
            ((box, name) for box, name in _candidates(label, x, y) if _is_free(window, box, taken, GAP)),
            None,
        )
        if found:
            taken.append(found[0])
            placed.append(found[1])
            named = label["text"]
    return placed


def _candidates(label: Mapping[str, Any], x: float, y: float) -> Iterator[tuple[Box, Name]]:
    """Yield where a label may stand, best first."""
    kind, (size, face, spacing) = label["kind"], LOOKS[label["kind"]]
    text = clean(label["text"])
    if kind in {"city", "capital"}:
        large = label["size"] == 2
        size = LARGE if large else SMALL if label["size"] == 0 and kind == "city" else size
        wide, high = measure(text, face, size), LINE * size

        def town(anchor: str, at_x: float, at_y: float) -> Name:
            line = (text, at_x, at_y + BASELINE * size)
            return Name(kind, face, size, spacing, anchor, (line,), large, (x, y))

        yield (x - 3, y - high / 2, x + DOT + wide, y + high / 2), town("start", x + DOT, y)
        yield (x - DOT - wide, y - high / 2, x + 3, y + high / 2), town("end", x - DOT, y)
        yield (x - wide / 2, y - DOT - high, x + wide / 2, y + 3), town("middle", x, y - DOT - high / 2)
        yield (x - wide / 2, y - 3, x + wide / 2, y + DOT + high), town("middle", x, y + DOT + high / 2)
        return
    if kind == "country":
        text = text.upper()
    lines = wrap(text, face, size * (1 + spacing), width=WRAPPED * size)
    wide = max(measure(line, face, size, spacing=spacing) for line in lines)
    high = LINE * size * len(lines)
    # A country's name may move up or down a little to make room, not into the neighbour's.
    for shift in (0.0, 0.8 * high, -0.8 * high) if kind == "country" else (0.0,):
        first = y + shift - high / 2 + (LINE / 2 + BASELINE) * size
        # The space after the last letter is not seen, so the middle is half of it to the right.
        written = tuple((line, x + spacing * size / 2, first + LINE * size * n) for n, line in enumerate(lines))
        box = (x - wide / 2, y + shift - high / 2, x + wide / 2, y + shift + high / 2)
        yield box, Name(kind, face, size, spacing, "middle", written)
