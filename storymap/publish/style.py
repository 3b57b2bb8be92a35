"""A newsroom's house style -> the style sheet that gives it to our pages.

`Style` is what a newsroom sets, in Python or as ``[style]`` in ``storymap.toml``; `style_sheet` is called by
`storymap.publish.draw` and `storymap.publish.embed`, which put what it returns after our own sheets, `changed_colours`
by the pictures. Everything is checked here, character by character, so that no setting can end its rule and begin
another.
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

from storymap.errors import SettingError
from storymap.publish.pins import darken

__all__ = ["PLAIN", "Style", "changed_colours", "contrast", "read_style", "style_sheet", "to_grey"]

LEAST_CONTRAST = 4.5
"""Of a text with its ground, by WCAG 2.2 (success criterion 1.4.3, level AA)."""

PINS = ("round", "drop", "square")
GENERIC_FONTS = frozenset(
    {
        "serif",
        "sans-serif",
        "monospace",
        "cursive",
        "system-ui",
        "ui-serif",
        "ui-sans-serif",
        "ui-monospace",
        "ui-rounded",
    }
)

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_FONT = re.compile(r"\w[\w -]{0,62}")
_RANGES = {"radius": (0, 24), "text_width": (320, 1000)}

_PAGE = {
    "accent": "accent",
    "paper": "paper",
    "card": "raised",
    "ink": "ink",
    "soft": "soft",
    "line": "line",
    "mark": "mark",
}
_GROUND = {
    "land": ("land", "halo"),
    "water": ("water", "halo-water"),
    "border": ("border",),
    "names": ("ink", "ink-strong"),
}
"""The custom properties that a colour sets: those of story.css begin with --story-, those of basemap.css with --sm-."""

_READ = (
    ("ink", "paper"), ("ink", "card"), ("soft", "paper"), ("soft", "card"), ("accent", "paper"), ("accent", "card"),
    ("ink", "mark"), ("names", "land"),
)  # fmt: skip
"""Which colour is read on which."""


@dataclass(frozen=True, slots=True)
class Style:
    """How the pages look; what is left out looks as ours.

    Colours are ``#rgb`` or ``#rrggbb``; the fields that end in ``_dark`` are for readers whose screen is dark. A text
    that is hard to read, below 4.5:1, gives a `UserWarning`.

    Parameters
    ----------
    accent
        Pins, links, buttons.
    paper, card
        The ground of the page, and that of popups and buttons on the map.
    ink, soft
        The text, and what is less important.
    line, mark
        Rules between things, and the ground of a marked sentence or name.
    land, water, border, names
        The base map: its areas, its borders, the names printed on it.
    text_font, label_font
        Font stacks such as ``"Tiempos, Georgia, serif"``: that of the article and its quotes, and that of all else. The
        page loads no font; a reader who has not installed the first sees the next.
    pin
        ``round``, ``drop`` or ``square``.
    radius
        Of the corners of popups and buttons, in pixels.
    text_width
        The most that the column of the article is wide, in pixels.

    Raises
    ------
    SettingError
        If a value is none of these.
    """

    accent: str = "#a51d1d"
    paper: str = "#fff"
    card: str = "#fff"
    ink: str = "#1b1d1f"
    soft: str = "#5a6067"
    line: str = "#d9dcdf"
    mark: str = "#ffe9a8"
    land: str = "#f6f4ee"
    water: str = "#d5e0e7"
    border: str = "#a29d92"
    names: str = "#57534b"
    accent_dark: str = "#ff8f7d"
    paper_dark: str = "#14171a"
    card_dark: str = "#1f2327"
    ink_dark: str = "#eceae6"
    soft_dark: str = "#a5abb1"
    line_dark: str = "#373c42"
    mark_dark: str = "#5c4a12"
    land_dark: str = "#2b2f33"
    water_dark: str = "#1b252d"
    border_dark: str = "#6d6f70"
    names_dark: str = "#b3b0a9"
    text_font: str = ""
    label_font: str = ""
    pin: str = "round"
    radius: int = 6
    text_width: int = 700

    def __post_init__(self) -> None:
        for field in fields(self):
            _check(field.name, getattr(self, field.name))
        for line in _faint_texts(self):
            warnings.warn(line, stacklevel=3)


def read_style(settings: object) -> Style:
    """Return the style that a table of settings describes; ``accent-dark`` is `Style.accent_dark`."""
    if not isinstance(settings, Mapping):
        raise SettingError(f"style is {settings!r}. Give a table, [style], with a line for each setting.")
    values = {name.replace("-", "_"): value for name, value in settings.items()}
    unknown = sorted(values.keys() - {field.name for field in fields(Style)})
    if unknown:
        known = ", ".join(field.name.replace("_", "-") for field in fields(Style))
        raise SettingError(f"[style] has no {unknown[0].replace('_', '-')}. It takes: {known}.")
    return Style(**cast("dict[str, Any]", values))


def style_sheet(style: Style) -> str:
    """Return the rules that make our pages look so; "" for what looks as ours anyway."""
    return darken("\n".join(_rules(style)))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21, by WCAG's formula.

    >>> round(contrast("#000", "#ffffff"), 1)
    21.0
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def changed_colours(style: Style, *, dark: bool = False) -> dict[str, str]:
    """Return the custom properties that a style sets to another colour than ours, on the light or on the dark page."""
    side = "_dark" if dark else ""
    return {**dict(_page_colours(style, side)), **dict(_ground_colours(style, side))}


def to_grey(colour: str) -> str:
    """Return the grey that is as bright as a colour.

    >>> to_grey("#a51d1d")
    '#545454'
    """
    light = _luminance(colour)
    level = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return "#" + f"{round(level * 255):02x}" * 3


def _check(name: str, value: object) -> None:
    shown = name.replace("_", "-")
    if name in _RANGES:
        least, most = _RANGES[name]
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise SettingError(f"style: {shown} is {value!r}. Give a whole number of pixels from {least} to {most}.")
    elif name == "pin":
        if value not in PINS:
            raise SettingError(f"style: pin is {value!r}. Give one of: {', '.join(PINS)}.")
    elif name.endswith("_font"):
        if not isinstance(value, str) or (value and not all(map(_FONT.fullmatch, _families(value)))):
            raise SettingError(
                f"style: {shown} is {value!r}. Give names of fonts with commas between, such as Tiempos, Georgia, "
                "serif: letters, digits, spaces and hyphens."
            )
    elif not isinstance(value, str) or not _HEX.fullmatch(value):
        raise SettingError(f"style: {shown} is {value!r}. Give a colour such as #a51d1d.")


def _families(stack: str) -> list[str]:
    return [name.strip().strip("\"'").strip() for name in stack.split(",")]


def _faint_texts(style: Style) -> Iterator[str]:
    for dark in ("", "_dark"):
        for text, ground in _READ:
            above, below = getattr(style, text + dark), getattr(style, ground + dark)
            found = contrast(above, below)
            if found < LEAST_CONTRAST:
                names = f"{text}{dark} {above} on {ground}{dark} {below}".replace("_", "-")
                # Cut, not rounded: 4.49 is not 4.5.
                figure = int(found * 10) / 10
                yield f"style: {names} is hard to read: its contrast is {figure}:1, and should be {LEAST_CONTRAST}:1."


def _rules(style: Style) -> Iterator[str]:
    page, ground = dict(_page_colours(style, "")), dict(_ground_colours(style, ""))
    fonts = {"text_font": "serif", "label_font": "sans"}
    page |= {f"story-{name}": _stack(getattr(style, field)) for field, name in fonts.items() if getattr(style, field)}
    for field in ("radius", "text_width"):
        if getattr(style, field) != getattr(PLAIN, field):
            page[f"story-{field.replace('_', '-')}"] = f"{getattr(style, field)}px"
    yield from _rule(":root", page)
    yield from _dark(dict(_page_colours(style, "_dark")), "")
    if ground:
        # On paper the base map keeps the colours it is printed in.
        yield "@media screen {"
        yield from _rule(".sm-basemap", ground)
        yield "}"
    yield from _dark(dict(_ground_colours(style, "_dark")), " .sm-basemap")
    if style.label_font:
        yield ".sm-label { font-family: var(--story-sans); }"
    if style.pin == "square":
        yield ".sm-number { border-radius: 3px; }"
    elif style.pin == "drop":
        # The stem, which story.js turns from the point to the head, becomes a wedge as wide as the head.
        yield ".sm-stem { left: -11px; width: 22px; transform-origin: 11px 0; }"
        yield ".sm-stem { clip-path: polygon(50% 0, 100% 100%, 0 100%); }"
        yield ".sm-pin .sm-number { border-color: var(--story-accent); box-shadow: none; }"
        yield ".sm-dot { display: none; }"


def _dark(values: Mapping[str, str], inside: str) -> Iterator[str]:
    """Yield the rule of the dark page."""
    if values:
        yield "@media screen and (prefers-color-scheme: dark) {"
        yield from _rule(f':root:not([data-theme="light"]){inside}', values)
        yield "}"


def _rule(selector: str, values: Mapping[str, str]) -> Iterator[str]:
    if values:
        yield f"{selector} {{ {' '.join(f'--{name}: {value};' for name, value in values.items())} }}"


def _page_colours(style: Style, dark: str) -> Iterator[tuple[str, str]]:
    changed = _changed(style, dark)
    yield from ((f"story-{name}", changed[field]) for field, name in _PAGE.items() if field in changed)
    if "accent" in changed:
        yield "story-on-accent", max("#fff", "#14171a", key=lambda colour: contrast(colour, changed["accent"]))
    if "land" in changed:
        # The light around a pin's name, which stands on land more often than not.
        yield "story-halo", f"{_long(changed['land'])}e6"


def _ground_colours(style: Style, dark: str) -> Iterator[tuple[str, str]]:
    changed = _changed(style, dark)
    for field, names in _GROUND.items():
        if field in changed:
            yield from ((f"sm-{name}", changed[field]) for name in names)
    if "water" in changed:
        strong = max("#fff", "#000", key=lambda colour: contrast(colour, changed["water"]))
        shades = {"coast": 0.25, "river": 0.15, "ink-water": 0.6, "deep": 0.25, "graticule": 0.1}
        yield from ((f"sm-{name}", _mix(changed["water"], strong, share)) for name, share in shades.items())


def _changed(style: Style, dark: str) -> dict[str, str]:
    """Return the colours that differ from ours, those of the light or of the dark page."""
    return {
        name: getattr(style, name + dark)
        for name in (*_PAGE, *_GROUND)
        if getattr(style, name + dark) != getattr(PLAIN, name + dark)
    }


def _stack(value: str) -> str:
    return ", ".join(name if name in GENERIC_FONTS else f'"{name}"' for name in _families(value))


def _long(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])


def _channels(colour: str) -> tuple[int, int, int]:
    whole = int(_long(colour)[1:], 16)
    return whole >> 16, whole >> 8 & 255, whole & 255


def _mix(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    shares = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


PLAIN = Style()
"""How our pages look of themselves; it stands last because a style is checked as it is made."""
