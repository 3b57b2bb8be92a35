"""A gold file -> texts whose places are marked by hand, for measuring.

Called by the command line's ``evaluate`` and by the tests.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storymap.errors import ArticleError

__all__ = ["Gold", "GoldText", "read_gold"]


@dataclass(frozen=True, slots=True)
class Gold:
    """A name marked by hand: ``text[start:end]`` of its text; where its place lies in degrees WGS84, its role and kind.

    None and "" where the gold does not say.
    """

    start: int
    end: int
    text: str
    lat: float | None = None
    lon: float | None = None
    role: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class GoldText:
    """A text, its language ("" to have it told), and the names in it."""

    text: str
    lang: str
    names: tuple[Gold, ...]


def read_gold(path: Path) -> list[GoldText]:
    """Read a corpus: JSON lines, or one text in Markdown whose names are marked ``[Moskau](55.752, 37.618, metonym)``.

    A JSON line has ``text``, ``toponyms`` and perhaps ``lang``; a toponym has ``start``, ``end`` and perhaps ``text``,
    ``lat`` and ``lon``, ``kind``, ``role``. A Markdown text begins with a line ``lang: de`` and a blank line.

    Raises
    ------
    ArticleError
        If the file cannot be read, or its marks do not fit its text.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ArticleError(f"{path}: cannot be read ({error}). Give a gold file in UTF-8.") from error
    if path.suffix.lower() in {".md", ".markdown"}:
        return [_read_marked(content, path.name)]
    lines = enumerate(content.split("\n"), start=1)
    texts = [_read_line(line, f"{path.name}, line {number}") for number, line in lines if line.strip()]
    if not texts:
        raise ArticleError(f"{path}: holds no gold text. Give one JSON object a line.")
    return texts


def _read_line(line: str, where: str) -> GoldText:
    """Return the gold text of a JSON line."""
    try:
        data = json.loads(line)
        names = tuple(_read_toponym(data["text"], toponym) for toponym in data["toponyms"])
        return GoldText(str(data["text"]), str(data.get("lang") or ""), names)
    except KeyError as error:
        raise ArticleError(
            f"{where}: {error} is missing. A line has text and toponyms, these start and end."
        ) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise ArticleError(f"{where}: is no gold text ({error}). Give one JSON object a line.") from error


def _read_toponym(text: str, data: Mapping[str, Any]) -> Gold:
    start, end = int(data["start"]), int(data["end"])
    if not 0 <= start < min(end, len(text)) or data.get("text", text[start:end]) != text[start:end]:
        raise ValueError(f"the toponym {dict(data)} does not stand in the text at {start} to {end}")
    lat, lon = (None if data.get(key) is None else float(data[key]) for key in ("lat", "lon"))
    return Gold(start, end, text[start:end], lat, lon, str(data.get("role") or ""), str(data.get("kind") or ""))


_NUMBER = r"(-?\d+(?:\.\d+)?)"
_MARK = re.compile(rf"\[([^\[\]]+)\]\({_NUMBER}, {_NUMBER}(?:, (metonym|part))?\)")


def _read_marked(content: str, name: str) -> GoldText:
    """Return the gold text of a case; a bracket that belongs to no mark is an error: it is most likely a broken one."""
    head, _, marked = content.partition("\n\n")
    lang = re.search(r"^lang: ?([\w-]+)$", head, flags=re.MULTILINE)
    if not lang:
        raise ArticleError(f"{name}: has no language. Begin it with a line such as lang: de, and a blank line.")
    text, end = "", 0
    names = []
    for mark in _MARK.finditer(marked):
        text += marked[end : mark.start()]
        point = float(mark[2]), float(mark[3])
        names.append(Gold(len(text), len(text) + len(mark[1]), mark[1], *point, mark[4] or "literal"))
        text += mark[1]
        end = mark.end()
    text = (text + marked[end:]).strip("\n")
    if stray := re.search(r".{0,20}[\[\]].{0,20}", text):
        raise ArticleError(f"{name}: a broken mark at {stray[0]!r}. Mark a name as [Köln](50.94, 6.96).")
    return GoldText(text, lang[1], tuple(names))
