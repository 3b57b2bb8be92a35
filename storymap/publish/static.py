"""A Story -> pictures of its map, made without a browser: for print, for feeds and cards, for readers without scripts.

In: a story. Out: SVG and PNG that show what the live map shows at first, in the same projection, with the same
numbers, labels and areas. `storymap.publish.bundle` calls it. Text of the article is text of the SVG, never markup;
nothing in a picture runs, and nothing is loaded from elsewhere. The fonts for PNG are in ``assets/fonts``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from math import atan2, cos, degrees, floor, log10, pi, radians
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from storymap.model import MIN_CONFIDENCE, Article, Story
from storymap.publish.draw import map_data, map_label
from storymap.publish.pins import Pin, load_phrases, make_pins, read_asset, web_address
from storymap.publish.static_ground import draw_areas, draw_land, draw_seas
from storymap.publish.static_labels import (
    BASELINE,
    KEY_SIZE,
    Box,
    Key,
    Name,
    name_pins,
    place_keys,
    place_labels,
    take_spots,
)
from storymap.publish.static_text import FAMILY, Look, as_text, clean, cut, element, has_glyphs, measure, wrap
from storymap.publish.static_view import HEAD, Spot, Window, fit, spread
from storymap.publish.view import choose_view

__all__ = ["Theme", "card_png", "draw_card", "draw_png", "draw_svg", "map_png", "map_svg", "print_svg"]

Theme = Literal["light", "dark", "print"]

LEAST = 160
"""Pixels a side of a map at least: below, its head and its credit line would cover it."""

MM = 0.2
"""Millimetres a pixel in print: the smallest text, 10.5 pixels, is then 6 points, a newspaper's smallest."""

MAP_SCALE, CARD_SCALE = 4 / 3, 1.5
"""Enlargement of text and pins: a picture of 1200 pixels is looked at about 800 wide, a card 500 wide."""

CARD, PANEL = (1200, 630), 470
"""Width and height of a social card, as the platforms ask for it, and the width of the side with the headline."""

RING = 15.6
"""Radius of the outer ring around the head of a scene."""

SMALL = 10.5
"""Font size of the credit line, the scale bar and the legend."""

INK = {"accent": "#111", "on-accent": "#fff", "ink": "#000", "soft": "#333", "paper": "#fff", "raised": "#fff"}
"""Colours of pins in print: black on white, which no press can lose."""


class _Scene(NamedTuple):
    """All that is drawn of a story, and the window it is seen in."""

    window: Window
    pins: tuple[Pin, ...]
    spots: list[Spot]
    data: Mapping[str, Any]
    scenes: frozenset[str]
    phrases: Mapping[str, Any]
    colours: Mapping[str, str]
    theme: Theme


def draw_svg(
    story: Story,
    *,
    width: int = 1200,
    height: int = 800,
    min_confidence: float = MIN_CONFIDENCE,
    theme: Theme = "light",
    scale: float = 1.0,
) -> str:
    """Return the map of a story as an SVG.

    Parameters
    ----------
    story
        Any story; one without places gives a map of the world.
    width, height
        Size in pixels.
    min_confidence
        What is less sure stays off the map.
    theme
        light, dark, or print: black, white and greys that a press keeps apart.
    scale
        Enlargement of text and pins. The map shows what a live map of ``width / scale`` by ``height / scale`` shows.

    Returns
    -------
    str
        A whole document. The same story gives the same text.

    Raises
    ------
    ValueError
        If the map would be smaller than 160 pixels a side, or the theme is unknown.
    """
    scene = _prepare(story, width / scale, height / scale, min_confidence, theme)
    return _document(story.article, scene, [*_draw(scene)], (f"{width}", f"{height}"))


def print_svg(story: Story, *, mm: float = 90, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return the map in black and grey for a column of so many millimetres, two thirds as high, its text 6 points up.

    Raises
    ------
    ValueError
        If the column is narrower than 48 millimetres.
    """
    scene = _prepare(story, mm / MM, mm / MM * 2 / 3, min_confidence, "print")
    return _document(story.article, scene, [*_draw(scene)], (f"{mm:g}mm", f"{mm * 2 / 3:.4g}mm"))


def draw_card(story: Story, *, min_confidence: float = MIN_CONFIDENCE, theme: Theme = "light") -> str:
    """Return a card for social networks, 1200 by 630: the headline beside the map, as an SVG."""
    width, height = CARD
    scene = _prepare(story, (width - PANEL) / CARD_SCALE, height / CARD_SCALE, min_confidence, theme)
    window, colours = scene.window, scene.colours
    inside = [
        element("rect", width=width, height=height, fill=colours["paper"]),
        *_headline(story.article, scene),
        element(
            "svg", *_draw(scene), x=PANEL, y=0, width=width - PANEL, height=height,
            viewBox=f"0 0 {window.width:g} {window.height:g}",
        ),
    ]  # fmt: skip
    return _document(story.article, scene, inside, (f"{width}", f"{height}"), box=CARD)


def draw_png(svg: str, *, scale: int = 2) -> bytes:
    """Return an SVG of this module as a PNG.

    Only our own fonts are used, so that every machine makes the same picture; those of the system are asked as well if
    the text has letters that ours lack, as Arabic or Chinese.

    Parameters
    ----------
    svg
        What `draw_svg`, `draw_card` or `print_svg` returns.
    scale
        Pixels of the picture for each one of the SVG, from 1.
    """
    import resvg_py

    fonts = Path(__file__).parent / "assets" / "fonts"
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=scale,
            dpi=96,
            skip_system_fonts=has_glyphs("".join(re.findall(r">([^<]+)</text>", svg))),
            font_files=[str(path) for path in sorted(fonts.glob("*.ttf"))],
            font_family="Noto Sans",
            sans_serif_family="Noto Sans",
        )
    )


def map_svg(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return ``map.svg`` of a bundle: 1200 by 800, its text large enough to be shown two thirds as wide."""
    return draw_svg(story, min_confidence=min_confidence, scale=MAP_SCALE)


def map_png(story: Story, min_confidence: float = MIN_CONFIDENCE) -> bytes:
    """Return ``map.png`` of a bundle: the same in 2400 by 1600 pixels."""
    return draw_png(map_svg(story, min_confidence))


def card_png(story: Story, min_confidence: float = MIN_CONFIDENCE) -> bytes:
    """Return ``card.png`` of a bundle: the social card in the size that the platforms ask for."""
    return draw_png(draw_card(story, min_confidence=min_confidence), scale=1)


def _prepare(story: Story, width: float, height: float, min_confidence: float, theme: Theme) -> _Scene:
    if min(width, height) < LEAST:
        raise ValueError(f"A map of {width:g} by {height:g} pixels is too small to read. Give at least {LEAST} a side.")
    pins = make_pins(story, min_confidence)
    data = map_data(pins, choose_view(pins), lang=story.article.lang)
    window = fit(data["view"], width, height, data["basemap"]["max_zoom"])
    spots = spread(window, data["view"], [(*pin["at"], pin["area"]) for pin in data["pins"]])
    for pin, spot in zip(pins, spots, strict=True):
        if pin.place.id in story.focus.scenes and not spot.off:
            spot.half = RING + 1
    return _Scene(
        window,
        pins,
        spots,
        data,
        frozenset(story.focus.scenes),
        load_phrases(story.article.lang),
        _colours(theme),
        theme,
    )


def _colours(theme: Theme) -> Mapping[str, str]:
    """Return the colours that the live map has in a theme, from the style sheets that give it these."""
    blocks = {
        "light": ("\n.sm-basemap {", ":root {"),
        "dark": ('[data-theme="dark"] .sm-basemap {', ':root[data-theme="dark"] {'),
        "print": (':root .sm-basemap, :root:not([data-theme="light"]) .sm-basemap {', ":root {"),
    }
    if theme not in blocks:
        raise ValueError(f"There is no theme {theme!r}. There are {', '.join(blocks)}.")
    found: dict[str, str] = {}
    for sheet, prefix, start in zip(("story.css", "basemap.css"), ("story", "sm"), blocks[theme][::-1], strict=True):
        css = read_asset(sheet)
        begin = css.index(start) + len(start)
        values = re.findall(r"--([a-z]+)-([a-z0-9-]+):\s*([^;]+);", css[begin : css.index("}", begin)])
        # The page's ink is that of pins, the base map's that of its labels.
        found |= {name if prefix == "story" or name != "ink" else "label": value for _, name, value in values}
        if prefix == "story":
            found["name-halo"] = found["halo"]
    return found | INK if theme == "print" else found


def _document(
    article: Article,
    scene: _Scene,
    inside: Sequence[str],
    size: tuple[str, str],
    box: tuple[float, float] | None = None,
) -> str:
    """Return a whole SVG with what it says to those who do not see it."""
    wide, high = box or (scene.window.width, scene.window.height)
    phrases = scene.phrases
    title = clean(article.title) or phrases["untitled"]
    return (
        element(
            "svg",
            element("title", as_text(phrases["map_title"].format(title=title)), id="storymap-title"),
            element("desc", as_text(clean(map_label(scene.pins, article.lang), most=None)), id="storymap-desc"),
            *inside,
            xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {wide:g} {high:g}", width=size[0], height=size[1],
            lang=phrases["lang"], role="img", aria_labelledby="storymap-title storymap-desc", font_family=FAMILY,
        )
        + "\n"
    )  # fmt: skip


def _draw(scene: _Scene) -> Iterator[str]:
    """Yield the map from the sea upwards."""
    window, colours, data = scene.window, scene.colours, scene.data
    shapes = [pin["shape"] for pin in data["pins"]]
    fade = [
        element("stop", offset=at, stop_color=colours["accent"], stop_opacity=opacity)
        for at, opacity in (("0", ".2"), (".6", ".1"), ("1", "0"))
    ]
    yield element("defs", element("radialGradient", *fade, id="storymap-fade"))
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


def _draw_feet(scene: _Scene) -> Iterator[str]:
    """Yield the needles and points of the pins, which lie below all heads."""
    accent, edge = scene.colours["accent"], scene.colours["on-accent"]
    feet = [spot for spot in scene.spots if not spot.off]
    needles = [
        element("line", x1=spot.at_x, y1=spot.at_y, x2=spot.x, y2=spot.y)
        for spot in feet
        if not spot.area or spot.is_moved()
    ]
    if needles:
        yield element("g", *needles, stroke=accent, stroke_width=2)
    dots = [element("circle", cx=spot.at_x, cy=spot.at_y, r=3.8) for spot in feet if not spot.area]
    if dots:
        yield element("g", *dots, fill=accent, stroke=edge, stroke_width=1.5)


def _draw_heads(scene: _Scene) -> Iterator[str]:
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
        heads.append(_head(str(pin.number), spot.x, spot.y, scene.colours, ring=ring, dashed=bool(pin.doubt)))
    if heads:
        yield element("g", *heads, font_size=12.5, font_weight="600", text_anchor="middle")


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


def _head(text: str, x: float, y: float, colours: Mapping[str, str], *, ring: bool, dashed: bool) -> str:
    """Return a head: filled, or a ring for an area or a doubtful place, dashed for a doubtful one."""
    radius = HEAD / 2 - 1
    fill, ink, edge = ("raised", "accent", "accent") if ring else ("accent", "on-accent", "on-accent")
    look: Look = {"fill": colours[fill], "stroke": colours[edge], "stroke_width": 2.0}
    dash: Look = {"stroke_dasharray": "4 3"} if dashed else {}
    # A rim keeps a head apart from one behind it.
    rim = element("circle", cx=x, cy=y, r=radius + 2, fill=colours["on-accent"]) if ring else ""
    circle = element("circle", cx=x, cy=y, r=radius, **look, **dash)
    return rim + circle + element("text", as_text(text), x=x, y=y + BASELINE * 12.5, fill=colours[ink])


def _margins(scene: _Scene) -> Iterator[tuple[Box, str]]:
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


def _headline(article: Article, scene: _Scene) -> Iterator[str]:
    """Yield the text of a card: the headline as large as fits, below it where it was published."""
    margin, wide, high = 52, PANEL - 2 * 52, CARD[1]
    colours = scene.colours
    title = clean(article.title) or scene.phrases["untitled"]
    for size in (60, 52, 46, 41, 37):
        most = floor((high - 190) / (1.16 * size))
        lines = wrap(title, "SemiBold", size, width=wide, most=most)
        longest = max(measure(word, "SemiBold", size) for word in title.split())
        if longest <= wide and len(lines) <= 6 and not lines[-1].endswith("…"):
            break
    yield element("rect", x=margin, y=58, width=64, height=7, fill=colours["accent"])
    for row, line in enumerate(lines):
        y = 58 + 7 + 34 + size * (0.8 + 1.16 * row)
        yield element("text", as_text(line), x=margin, y=y, font_size=size, font_weight="600", fill=colours["ink"])
    if source := _source(article):
        line = cut(source, "Regular", 22, width=wide)
        yield element("text", as_text(line), x=margin, y=high - 54, font_size=22, fill=colours["soft"])


def _source(article: Article) -> str:
    """Return the host on which the article was published, or else its authors."""
    host = urlsplit(web_address(article.url)).hostname or ""
    return clean(host.removeprefix("www.") or article.byline)
