"""Text of a static map: cleaned, measured, wrapped and cut without a browser.

In: any text of an article. Out: text that may stand in an SVG, and its width in Noto Sans, of which
``assets/fonts/widths.json`` holds the advance widths (data/recipes/fonts.py). `storymap.publish.static` and
`storymap.publish.static_labels` call it.
"""

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from itertools import accumulate

from storymap.publish.pins import read_asset

__all__ = ["FAMILY", "Look", "as_text", "clean", "cut", "element", "has_glyphs", "measure", "number", "wrap"]

FAMILY = "'Noto Sans', system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
"""Font of the measured widths, then that of the pages for a reader who lacks it."""

Look = dict[str, str | float]
"""Attributes of an element, by name."""

LONGEST = 400
"""Characters of a text at most: no line of a map is as long, and what is longer need not be measured to be cut."""

WIDE, PLAIN = 1.0, 0.62
"""Widths, in ems, of a character the fonts lack: of Chinese, Japanese or Korean, and of any other script."""

_TURNS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Controls that turn the direction of text: a name could make its neighbours read backwards."""


def clean(text: str, *, most: int | None = LONGEST) -> str:
    """Return a text as one line of printable characters, none of which XML forbids or which turns its direction."""
    line = " ".join(text[:most].split())
    composed = unicodedata.normalize("NFC", line)
    return "".join("\ufffd" if _is_forbidden(char) else char for char in composed if char not in _TURNS)


def _is_forbidden(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs"} or (ord(char) & 0xFFFE) == 0xFFFE


@cache
def _widths(face: str) -> Mapping[int, int]:
    runs = json.loads(read_asset("fonts/widths.json"))[face]
    return {first + step: width for first, widths in runs for step, width in enumerate(widths)}


def has_glyphs(text: str) -> bool:
    """Tell whether our fonts have all characters of a text."""
    widths = _widths("Regular")
    return all(ord(char) in widths or char.isspace() for char in text)


def _advances(text: str, face: str) -> Iterator[float]:
    """Yield the width of each character in ems."""
    widths = _widths(face)
    for char in text:
        known = widths.get(ord(char))
        if known is not None:
            yield known / 1000
        elif unicodedata.category(char) in {"Mn", "Me", "Cf"}:
            yield 0.0
        else:
            yield WIDE if unicodedata.east_asian_width(char) in {"W", "F"} else PLAIN


def measure(text: str, face: str, size: float, *, spacing: float = 0.0) -> float:
    """Return the width of a text.

    Parameters
    ----------
    text
        A line.
    face
        Regular, Italic, SemiBold or SemiBoldItalic.
    size
        Of the font; the width is in the same unit.
    spacing
        What is added after each letter, in ems.
    """
    return size * sum(advance + spacing for advance in _advances(text, face))


def cut(text: str, face: str, size: float, *, width: float) -> str:
    """Return the text, or its beginning and an ellipsis, so that it fits a width."""
    if measure(text, face, size) <= width:
        return text
    sums = list(accumulate(_advances(text, face)))
    fitting = bisect_right(sums, width / size - measure("…", face, 1))
    return text[:fitting].rstrip(" ,;:.-–—") + "…"


def wrap(text: str, face: str, size: float, *, width: float, most: int = 3) -> list[str]:
    """Return the text in lines no wider than a width if words allow it; what exceeds ``most`` lines is cut off.

    A line of a text that needs several is not filled: all are about equally wide, so that no word stands alone.
    """
    # A word keeps the blank before it; after a hyphen a line may end too.
    words = re.split(r"(?<=-)(?=\w)|(?= )", text)
    lines = _fill(words, face, size, width)
    if 1 < len(lines) <= most:
        low, high = width / 2, width
        while high - low > size / 4:
            middle = (low + high) / 2
            narrower = _fill(words, face, size, middle)
            fits = len(narrower) == len(lines) and max(measure(line, face, size) for line in narrower) <= width
            low, high = (low, middle) if fits else (middle, high)
        lines = _fill(words, face, size, high)
    if len(lines) > most:
        lines = _fill(words, face, size, width, most)
    return [cut(line, face, size, width=width) for line in lines]


def _fill(words: list[str], face: str, size: float, width: float, most: int = LONGEST) -> list[str]:
    """Return lines as full as they can be; the last of so many takes all the rest."""
    lines: list[str] = []
    room = 0.0
    for word in words:
        wide = measure(word, face, size)
        if lines and (wide <= room or len(lines) == most):
            lines[-1] += word
            room -= wide
        else:
            lines.append(word.lstrip(" "))
            room = width - measure(lines[-1], face, size)
    return lines


def as_text(text: str) -> str:
    """Return a text as it stands in an element."""
    return escape(text, quote=False)


def element(name: str, *inside: str, **attributes: str | float) -> str:
    """Return an SVG element around what is inside: other elements, or `as_text`.

    Of an attribute's name ``_`` is written as ``-``; numbers are as short as can be.
    """
    given = "".join(
        f' {key.replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
    )
    content = "".join(inside)
    return f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>"


def number(value: float) -> str:
    """Return a number to a tenth of a unit, which is what a map can show, in as few letters as that takes."""
    short = f"{value:.1f}".removesuffix(".0")
    if short.startswith("0."):
        return short[1:]
    return short.replace("-0.", "-.") if short != "-0" else "0"
