"""A map as SVG elements, from the sea upwards: pins, names, scale bar, legend and credit line.

In: a story, the size of the map, its theme. Out: a `Scene`, all that is drawn and the window it is seen in, and the
elements that draw it. `storymap.publish.static` makes pictures of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import atan2, cos, degrees, floor, hypot, log10, pi, radians
from typing import Any, NamedTuple

from storymap.model import Story
from storymap.publish.contents import map_data
from storymap.publish.pins import Pin, load_phrases, make_pins
from storymap.publish.static_ground import draw_areas, draw_land, draw_seas
from storymap.publish.static_labels import (
    BASELINE,
    KEY_SIZE,
    Key,
    Name,
    name_pins,
    place_keys,
    place_labels,
    take_spots,
)
from storymap.publish.static_text import Look, as_text, element, measure
from storymap.publish.static_theme import Theme, choose_colours
from storymap.publish.static_view import HEAD, Box, Spot, Window, fit, spread
from storymap.publish.style import Style
from storymap.publish.view import choose_view

__all__ = ["Scene", "draw_scene", "prepare_scene"]

LEAST = 160
"""Pixels a side of a map at least: below, its head and its credit line would cover it."""

RING = 15.6
"""Radius of the outer ring around the head of a scene."""

SMALL = 10.5
"""Font size of the credit line, the scale bar and the legend."""

WEDGE = 11.0
"""Half the width of the needle of a drop where it meets the head."""

CORNER = 3.0
"""Radius of the corners of a square head."""


class Scene(NamedTuple):
    """All that is drawn of a story, and the window it is seen in; ``shape`` is that of a pin's head."""

    window: Window
    pins: tuple[Pin, ...]
    spots: list[Spot]
    data: Mapping[str, Any]
    scenes: frozenset[str]
    phrases: Mapping[str, Any]
    colours: Mapping[str, str]
    theme: Theme
    shape: str


def prepare_scene(
    story: Story, size: tuple[float, float], *, min_confidence: float, theme: Theme, style: Style
) -> Scene:
    """Return what a map of a story shows in so many pixels, width and height.

    Raises
    ------
    ValueError
        If there are fewer than 160 a side, or the theme is unknown.
    """
    width, height = size
    if min(size) < LEAST:
        raise ValueError(f"A map of {width:g} by {height:g} pixels is too small to read. Give at least {LEAST} a side.")
    pins = make_pins(story, min_confidence)
    data = map_data(pins, choose_view(pins), lang=story.article.lang)
    window = fit(data["view"], width, height, data["basemap"]["max_zoom"])
    spots = spread(window, data["view"], [(*pin["at"], pin["area"]) for pin in data["pins"]])
    for pin, spot in zip(pins, spots, strict=True):
        if pin.place.id in story.focus.scenes and not spot.off:
            spot.half = RING + 1
    return Scene(
        window,
        pins,
        spots,
        data,
        frozenset(story.focus.scenes),
        load_phrases(story.article.lang),
        choose_colours(theme, style),
        theme,
        style.pin,
    )


def draw_scene(scene: Scene) -> Iterator[str]:
    """Yield the elements of the map from the sea upwards."""
    window, colours, data = scene.window, scene.colours, scene.data
    shapes = [pin["shape"] for pin in data["pins"]]
    fades = {"": ("accent", (".2", ".1", "0")), "-sea": ("deep", (".8", ".5", "0"))}
    yield element("defs", *(_fade(name, colours[colour], steps) for name, (colour, steps) in fades.items()))
    yield element("rect", width=window.width, height=window.height, fill=colours["water"])
    yield from draw_seas(window, shapes)
    yield element(
        "g",
        *draw_land(window, data["basemap"], colours),
        *draw_areas(window, shapes, colours, strong=scene.theme == "print"),
        stroke_linejoin="round",
        stroke_linecap="round",
    )
    margins = [*_margins(scene)]
    taken = take_spots(scene.spots) + [box for box, _ in margins]
    names = name_pins(window, scene.spots, [pin.label for pin in scene.pins], taken)
    unnamed = [(pin.number, pin.label) for pin, name in zip(scene.pins, names, strict=True) if not name]
    keys = place_keys(window, unnamed, taken)
    labels = place_labels(window, data["basemap"]["labels"], taken)
    yield from _write_labels(labels, colours)
    yield from _draw_feet(scene)
    yield element("g", *(_write(name) for name in names if name), fill=colours["ink"], **_halo(colours["name-halo"], 3))
    yield from _draw_heads(scene)
    yield from (_draw_key(scene.colours, key) for key in keys)
    yield from (drawn for _, drawn in margins)


def _halo(colour: str, width: float) -> Look:
    """Return the edge in the colour of the ground that keeps text readable on lines."""
    return {"stroke": colour, "stroke_width": width, "stroke_linejoin": "round", "paint_order": "stroke"}


def _write(name: Name, fill: str = "") -> str:
    """Return a name as text, one element a line."""
    face: Look = {"font_weight": "600"} if name.face.startswith("SemiBold") else {}
    face |= {"font_style": "italic"} if name.face.endswith("Italic") else {}
    if name.anchor != "start":
        face["text_anchor"] = name.anchor
    if fill:
        face["fill"] = fill
    if name.spacing:
        face["letter_spacing"] = f"{name.spacing:g}em"
    return "".join(element("text", as_text(line), x=x, y=y, font_size=name.size, **face) for line, x, y in name.lines)


def _fade(name: str, colour: str, steps: Sequence[str]) -> str:
    """Return a tint that fades from the middle, as those of ``assets/story.css``."""
    stops = zip(("0", ".6", "1"), steps, strict=True)
    marks = [element("stop", offset=at, stop_color=colour, stop_opacity=opacity) for at, opacity in stops]
    return element("radialGradient", *marks, id=f"storymap-fade{name}")


def _write_labels(labels: Sequence[Name], colours: Mapping[str, str]) -> Iterator[str]:
    """Yield the names of the base map, and the dots of its towns."""
    for name in labels:
        if name.at:
            x, y = name.at
            dot = {"fill": colours["ink-strong"], **_halo(colours["halo"], 1)}
            if name.kind == "capital":
                yield element("rect", x=x - 2.5, y=y - 2.5, width=5, height=5, **dot)
            else:
                yield element("circle", cx=x, cy=y, r=2, **dot)
    for water in (False, True):
        halo = colours["halo-water" if water else "halo"]
        written = []
        for name in labels:
            if (name.kind == "sea") == water:
                strong = name.large or name.kind == "capital"
                tone = "ink-water" if name.kind in {"sea", "lake", "river"} else "ink-strong" if strong else "label"
                written.append(_write(name, fill=colours[tone]))
        if written:
            yield element("g", *written, **_halo(halo, 2.5))


def _draw_feet(scene: Scene) -> Iterator[str]:
    """Yield the needles and points of the pins, which lie below all heads."""
    accent, edge = scene.colours["accent"], scene.colours["on-accent"]
    feet = [spot for spot in scene.spots if not spot.off]
    needles = [spot for spot in feet if not spot.area or spot.is_moved()]
    if scene.shape == "drop":
        if wedges := [_wedge(spot) for spot in needles]:
            yield element("g", *wedges, fill=accent)
        return
    if needles:
        lines = [element("line", x1=spot.at_x, y1=spot.at_y, x2=spot.x, y2=spot.y) for spot in needles]
        yield element("g", *lines, stroke=accent, stroke_width=2)
    dots = [element("circle", cx=spot.at_x, cy=spot.at_y, r=3.8) for spot in feet if not spot.area]
    if dots:
        yield element("g", *dots, fill=accent, stroke=edge, stroke_width=1.5)


def _wedge(spot: Spot) -> str:
    """Return the needle of a drop, from its point to both sides of its head."""
    long = hypot(spot.x - spot.at_x, spot.y - spot.at_y) or 1.0
    aside, down = WEDGE * (spot.y - spot.at_y) / long, WEDGE * (spot.x - spot.at_x) / long
    corners = ((spot.at_x, spot.at_y), (spot.x + aside, spot.y - down), (spot.x - aside, spot.y + down))
    return element("polygon", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners))


def _draw_heads(scene: Scene) -> Iterator[str]:
    """Yield the numbered heads, those further down the map above the others as on the live map."""
    pairs = sorted(zip(scene.pins, scene.spots, strict=True), key=lambda pair: (pair[1].at_y, pair[0].number))
    heads = []
    for pin, spot in pairs:
        ring = pin.area or bool(pin.doubt)
        if pin.place.id in scene.scenes and not spot.off:
            heads.append(_ring(spot.x, spot.y, scene.colours))
        if spot.off:
            turn = degrees(atan2(spot.at_y - spot.y, spot.at_x - spot.x))
            arrow: Look = {"transform": f"translate({spot.x:g} {spot.y:g}) rotate({turn:.0f})"}
            heads.append(element("path", d="M15.5-6l7 6-7 6z", fill=scene.colours["accent"], **arrow))
        heads.append(_head(pin.number, spot, scene, ring=ring, dashed=bool(pin.doubt)))
    if heads:
        yield element("g", *heads, font_weight="600", text_anchor="middle")


def _draw_key(colours: Mapping[str, str], key: Key) -> str:
    """Return a list of pins that have no name beside them."""
    left, top, right, bottom = key.box
    rows = [
        element("text", as_text(number), x=x, y=y, font_weight="600", text_anchor="end", fill=colours["accent"])
        + element("text", as_text(text), x=x + 6, y=y)
        for number, text, x, y in key.rows
    ]
    plate = element("rect", x=left, y=top, width=right - left, height=bottom - top, rx=3, fill=colours["name-halo"])
    return element("g", plate, *rows, font_size=KEY_SIZE, fill=colours["ink"])


def _ring(x: float, y: float, colours: Mapping[str, str], size: float = 1.0) -> str:
    """Return the outer ring that marks where the story happens."""
    edge = element("circle", cx=x, cy=y, r=(RING + 1.3) * size, fill=colours["on-accent"])
    return edge + element(
        "circle", cx=x, cy=y, r=RING * size, fill="none", stroke=colours["accent"], stroke_width=1.7 * size
    )


def _head(number: int, spot: Spot, scene: Scene, *, ring: bool, dashed: bool) -> str:
    """Return a head: filled, or a ring for an area or a doubtful place, dashed for a doubtful one."""
    colours = scene.colours
    fill, ink, edge = ("raised", "accent", "accent") if ring else ("accent", "on-accent", "on-accent")
    if scene.shape == "drop":
        edge = "accent"
    look: Look = {"fill": colours[fill], "stroke": colours[edge], "stroke_width": 2.0}
    dash: Look = {"stroke_dasharray": "4 3"} if dashed else {}
    radius = HEAD / 2 - 1
    # A rim keeps a head apart from one behind it.
    rim = _disc(spot, radius + 2, scene.shape, fill=colours["on-accent"]) if ring else ""
    size = 12.5 if number < 100 else 10.0
    text = element("text", str(number), x=spot.x, y=spot.y + BASELINE * size, font_size=size, fill=colours[ink])
    return rim + _disc(spot, radius, scene.shape, **look, **dash) + text


def _disc(spot: Spot, radius: float, shape: str, **look: str | float) -> str:
    """Return a head's circle, or its square."""
    if shape == "square":
        side = 2 * radius
        return element("rect", x=spot.x - radius, y=spot.y - radius, width=side, height=side, rx=CORNER, **look)
    return element("circle", cx=spot.x, cy=spot.y, r=radius, **look)


def _margins(scene: Scene) -> Iterator[tuple[Box, str]]:
    """Yield scale bar, legend and credit line, each with its box."""
    window, colours, phrases = scene.window, scene.colours, scene.phrases
    left, base = 12.0, window.height - 11
    # A pin at the edge may stand in the corner.
    for spot in sorted(scene.spots, key=lambda spot: spot.x):
        if spot.y + spot.half > base - 24 and spot.x - spot.half < left + 190:
            left = max(left, spot.x + spot.half + 14)
    text: Look = {"font_size": SMALL, "fill": colours["ink"], **_halo(colours["halo"], 3)}
    if bar := _scale_bar(window):
        length, label = bar
        line = f"M{left:g} {base - 5:g}v5h{length:.1f}v-5"
        drawn = element("path", d=line, fill="none", stroke=colours["halo"], stroke_width=4, stroke_linejoin="round")
        drawn += element("path", d=line, fill="none", stroke=colours["ink"], stroke_width=1.3)
        drawn += element("text", as_text(label), x=left + length / 2, y=base - 5, text_anchor="middle", **text)
        yield (left - 4, base - 20, left + length + 4, base + 4), drawn
        left += length + 18
    marked = {place for place in scene.scenes for pin in scene.pins if pin.place.id == place}
    if marked and len(scene.pins) > len(marked):
        wide = measure(phrases["scene"], "Regular", SMALL)
        drawn = _ring(left + 6, base - 4, colours, 0.38) + element(
            "circle", cx=left + 6, cy=base - 4, r=4, fill=colours["accent"]
        )
        drawn += element("text", as_text(phrases["scene"]), x=left + 17, y=base, **text)
        yield (left - 3, base - 14, left + 19 + wide, base + 4), drawn
    credit = phrases["credit"]
    wide = measure(credit, "Regular", SMALL) + 14
    x, y = window.width - wide, window.height - 17
    drawn = element("rect", x=x, y=y, width=wide, height=17, fill=colours["name-halo"])
    # At its right end, lest a reader's wider font push it off the map.
    text |= {"fill": colours["soft"], "text_anchor": "end"}
    drawn += element("text", as_text(credit), x=window.width - 7, y=y + 12.2, **text)
    yield (x, y, window.width, window.height), drawn


def _scale_bar(window: Window) -> tuple[float, str] | None:
    """Return the length of the scale bar in pixels and what it says; none where one scale would not hold for all."""
    top, middle, bottom = (cos(radians(window.latitude(window.height * part))) for part in (0.15, 0.5, 0.85))
    if not 0.6 < top / bottom < 1 / 0.6:
        return None
    metres = 2 * pi * 6_378_137 * middle / (256 * 2**window.zoom)
    most = metres * min(110.0, window.width / 5)
    step = 10 ** floor(log10(most))
    length = max(factor * step for factor in (1, 2, 5) if factor * step <= most)
    label = f"{length // 1000:g} km" if length >= 1000 else f"{length:g} m"
    return length / metres, label
