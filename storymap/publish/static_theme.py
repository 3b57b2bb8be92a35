"""The colours of a picture: those of the live map in the same theme, the newsroom's own among them; greys in print.

In: a theme and the house style. Out: colour by use. `storymap.publish.static_scene` calls it. Nothing is named twice:
our colours are read from the style sheets that give them to the live map.
"""

import re
from collections.abc import Mapping
from typing import Literal, get_args

from storymap.publish.pins import read_asset
from storymap.publish.style import PLAIN, Style, changed_colours, to_grey

__all__ = ["Theme", "choose_colours"]

Theme = Literal["light", "dark", "print"]

_BLOCKS: Mapping[Theme, tuple[str, str]] = {
    "light": (":root {", "\n.sm-basemap {"),
    "dark": (':root:not([data-theme="light"]) {', '\n  :root:not([data-theme="light"]) .sm-basemap {'),
    "print": (":root {", ':root .sm-basemap, :root:not([data-theme="light"]) .sm-basemap {'),
}
"""How the rules begin that give a theme its colours, in story.css and in basemap.css."""

_PROPERTY = re.compile(r"--((?:story|sm)-[a-z0-9-]+):\s*(#[0-9a-f]{3,8}|rgba?\([^)]*\));")

_RENAMED = {"sm-ink": "label", "story-halo": "name-halo"}
"""Both sheets have an ink and a halo: the page's are those of pins and their names, the base map's those of labels."""

_INK = {"accent": "#111", "on-accent": "#fff", "ink": "#000", "soft": "#333", "paper": "#fff", "raised": "#fff"}
"""Colours of pins in print: black on white, which no press can lose."""


def choose_colours(theme: Theme, style: Style = PLAIN) -> Mapping[str, str]:
    """Return the colours of a theme: accent, ink, paper, land, water, label, halo and so on.

    Raises
    ------
    ValueError
        If the theme is unknown.
    """
    if theme not in _BLOCKS:
        raise ValueError(f"There is no theme {theme!r}. There are {', '.join(get_args(Theme))}.")
    found: dict[str, str] = {}
    for sheet, start in zip(("story.css", "basemap.css"), _BLOCKS[theme], strict=True):
        css = read_asset(sheet)
        begin = css.index(start) + len(start)
        found |= _PROPERTY.findall(css[begin : css.index("}", begin)])
    # The live map is printed in our own colours too: a house's are chosen for screens.
    if theme != "print":
        found |= changed_colours(style, dark=theme == "dark")
    named = {_RENAMED.get(name, name.partition("-")[2]): colour for name, colour in found.items()}
    if theme != "print":
        return named
    return {name: to_grey(colour) if colour.startswith("#") else colour for name, colour in named.items()} | _INK
