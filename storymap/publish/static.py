"""A Story -> pictures of its map, made without a browser: for print, for feeds and cards, for readers without scripts.

In: a story. Out: SVG and PNG that show what the live map shows at first, in the same projection, with the same
numbers, labels and areas. `storymap.publish.bundle` calls it. Text of the article is text of the SVG, never markup;
nothing in a picture runs, and nothing is loaded from elsewhere. The fonts for PNG are in ``assets/fonts``.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from math import floor
from pathlib import Path
from urllib.parse import urlsplit
from zlib import crc32

from storymap.model import MIN_CONFIDENCE, Article, Story
from storymap.publish.contents import map_label
from storymap.publish.pins import web_address
from storymap.publish.static_scene import Scene, draw_scene, prepare_scene
from storymap.publish.static_text import FAMILY, as_text, clean, cut, element, has_glyphs, measure, wrap
from storymap.publish.static_theme import Theme
from storymap.publish.style import PLAIN, Style

__all__ = [
    "Theme",
    "card_png",
    "column_png",
    "column_svg",
    "draw_card",
    "draw_png",
    "draw_svg",
    "map_png",
    "map_svg",
    "print_png",
    "print_svg",
]

MM = 0.2
"""Millimetres a pixel in print: the smallest text, 10.5 pixels, is then 6 points, a newspaper's smallest."""

MAP_SCALE, CARD_SCALE = 4 / 3, 1.5
"""Enlargement of text and pins: a picture of 1200 pixels is looked at about 800 wide, a card 500 wide."""

CARD, PANEL = (1200, 630), 470
"""Width and height of a social card, as the platforms ask for it, and the width of the side with the headline."""

COLUMN = 90.0
"""Millimetres of a column if none are given: two columns of most newspapers."""

LEAST_COLUMN = 48.0
"""Millimetres of a column at least: below, its credit line would not fit."""

DPI = 300
"""Dots an inch of a picture for print."""


def draw_svg(
    story: Story,
    *,
    size: tuple[int, int] = (1200, 800),
    min_confidence: float = MIN_CONFIDENCE,
    theme: Theme = "light",
    style: Style = PLAIN,
    scale: float = 1.0,
) -> str:
    """Return the map of a story as an SVG.

    Parameters
    ----------
    story
        Any story; one without places gives a map of the world.
    size
        Width and height in pixels.
    min_confidence
        What is less sure stays off the map.
    theme
        light, dark, or print: black, white and greys that a press keeps apart.
    style
        The house style: its colours, but in print, and the shape of its pins. Names are set in Noto Sans, whose widths
        are known here.
    scale
        Enlargement of text and pins. The map shows what a live map of ``size`` divided by it shows.

    Returns
    -------
    str
        A whole document. The same story gives the same text.

    Raises
    ------
    ValueError
        If the map would be smaller than 160 pixels a side, or the theme is unknown.
    """
    width, height = size
    seen = (width / scale, height / scale)
    scene = prepare_scene(story, seen, min_confidence=min_confidence, theme=theme, style=style)
    return _document(story.article, scene, [*draw_scene(scene)], (f"{width}", f"{height}"))


def print_svg(story: Story, *, mm: float = COLUMN, min_confidence: float = MIN_CONFIDENCE, style: Style = PLAIN) -> str:
    """Return the map in black and grey for a column of so many millimetres, two thirds as high, its text 6 points up.

    Raises
    ------
    ValueError
        If the column is narrower than 48 millimetres.
    """
    if mm < LEAST_COLUMN:
        raise ValueError(f"A column of {mm:g} mm is too narrow for a map. Give at least {LEAST_COLUMN:g}.")
    size = (mm / MM, mm / MM * 2 / 3)
    scene = prepare_scene(story, size, min_confidence=min_confidence, theme="print", style=style)
    return _document(story.article, scene, [*draw_scene(scene)], (f"{mm:g}mm", f"{mm * 2 / 3:.4g}mm"))


def print_png(svg: str) -> bytes:
    """Return what `print_svg` returns as a PNG of 300 dots an inch, which says so: it is placed in its true size."""
    png = draw_png(svg, scale=1, dpi=DPI)
    dots = round(DPI / 0.0254)
    size = b"pHYs" + struct.pack(">IIB", dots, dots, 1)
    # Behind the header, which is 33 bytes long with the signature.
    return png[:33] + struct.pack(">I", len(size) - 4) + size + struct.pack(">I", crc32(size)) + png[33:]


def draw_card(
    story: Story, *, min_confidence: float = MIN_CONFIDENCE, theme: Theme = "light", style: Style = PLAIN
) -> str:
    """Return a card for social networks, 1200 by 630: the headline beside the map, as an SVG."""
    width, height = CARD
    size = ((width - PANEL) / CARD_SCALE, height / CARD_SCALE)
    scene = prepare_scene(story, size, min_confidence=min_confidence, theme=theme, style=style)
    window, colours = scene.window, scene.colours
    inside = [
        element("rect", width=width, height=height, fill=colours["paper"]),
        *_headline(story.article, scene),
        element(
            "svg", *draw_scene(scene), x=PANEL, y=0, width=width - PANEL, height=height,
            viewBox=f"0 0 {window.width:g} {window.height:g}",
        ),
    ]  # fmt: skip
    return _document(story.article, scene, inside, (f"{width}", f"{height}"), box=CARD)


def draw_png(svg: str, *, scale: int = 2, dpi: int = 96) -> bytes:
    """Return an SVG of this module as a PNG.

    Only our own fonts are used, so that every machine makes the same picture; those of the system are asked as well if
    the text has letters that ours lack, as Arabic or Chinese.

    Parameters
    ----------
    svg
        What `draw_svg`, `draw_card` or `print_svg` returns.
    scale
        Pixels of the picture for each one of the SVG, from 1.
    dpi
        Dots an inch, for an SVG whose size is in millimetres.
    """
    import resvg_py

    fonts = Path(__file__).parent / "assets" / "fonts"
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=scale,
            dpi=dpi,
            skip_system_fonts=has_glyphs("".join(re.findall(r">([^<]+)</text>", svg))),
            font_files=[str(path) for path in sorted(fonts.glob("*.ttf"))],
            font_family="Noto Sans",
            sans_serif_family="Noto Sans",
        )
    )


def map_svg(story: Story, min_confidence: float = MIN_CONFIDENCE, *, style: Style = PLAIN) -> str:
    """Return ``map.svg`` of a bundle: 1200 by 800, its text large enough to be shown two thirds as wide."""
    return draw_svg(story, min_confidence=min_confidence, style=style, scale=MAP_SCALE)


def map_png(story: Story, min_confidence: float = MIN_CONFIDENCE, *, style: Style = PLAIN) -> bytes:
    """Return ``map.png`` of a bundle: the same in 2400 by 1600 pixels."""
    return draw_png(map_svg(story, min_confidence, style=style))


def card_png(story: Story, min_confidence: float = MIN_CONFIDENCE, *, style: Style = PLAIN) -> bytes:
    """Return ``card.png`` of a bundle: the social card in the size that the platforms ask for."""
    return draw_png(draw_card(story, min_confidence=min_confidence, style=style), scale=1)


def column_svg(
    story: Story, min_confidence: float = MIN_CONFIDENCE, *, style: Style = PLAIN, print_mm: float = COLUMN
) -> str:
    """Return ``map-print.svg`` of a bundle."""
    return print_svg(story, mm=print_mm, min_confidence=min_confidence, style=style)


def column_png(
    story: Story, min_confidence: float = MIN_CONFIDENCE, *, style: Style = PLAIN, print_mm: float = COLUMN
) -> bytes:
    """Return ``map-print.png`` of a bundle."""
    return print_png(column_svg(story, min_confidence, style=style, print_mm=print_mm))


def _document(
    article: Article,
    scene: Scene,
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


def _headline(article: Article, scene: Scene) -> Iterator[str]:
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
