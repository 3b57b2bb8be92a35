"""tests/cases/*.md -> gold: texts whose places are marked by hand, for tests and for measuring.

A case is a Markdown file: header lines ``key: value``, a blank line, then the text with each place mention marked
``[Moskau](55.752, 37.618, metonym)``: latitude, longitude, and the role if it is not ``literal``. Marked is what an
editor would want on the map, at every occurrence; people, demonyms and adjectives are not. A city stands at its centre,
a country or a first-level division at the point GeoNames gives it, a river where the text speaks of it.

The header has ``lang`` and, where the text is that of a sample article, ``article``: its path from the project's root.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "cases"

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_MARK = re.compile(rf"\[([^\[\]]+)\]\({_NUMBER}, {_NUMBER}(?:, (metonym|part))?\)")


@dataclass(frozen=True)
class Gold:
    """A marked mention: ``text[start:end]`` of its case, and where its place lies in degrees WGS84."""

    start: int
    end: int
    text: str
    lat: float
    lon: float
    role: str = "literal"


@dataclass(frozen=True)
class Case:
    """A text and its gold; ``article`` is the sample article it is the text of, None if it stands alone."""

    name: str
    text: str
    lang: str
    gold: tuple[Gold, ...]
    article: Path | None = None


def case_paths() -> list[Path]:
    """List all case files."""
    return sorted(FOLDER.glob("*.md"))


def read_case(path: Path) -> Case:
    """Read a case file; a bracket that belongs to no mark is an error, for it is most likely a broken one."""
    head, _, marked = path.read_text(encoding="utf-8").partition("\n\n")
    facts = dict(line.split(": ", 1) for line in head.split("\n"))
    if unknown := facts.keys() - {"lang", "article"}:
        raise ValueError(f"{path.name}: unknown header {sorted(unknown)}")
    text = ""
    gold = []
    end = 0
    for mark in _MARK.finditer(marked):
        text += marked[end : mark.start()]
        gold.append(
            Gold(len(text), len(text) + len(mark[1]), mark[1], float(mark[2]), float(mark[3]), mark[4] or "literal")
        )
        text += mark[1]
        end = mark.end()
    text = (text + marked[end:]).strip("\n")
    if stray := re.search(r".{0,20}[\[\]].{0,20}", text):
        raise ValueError(f"{path.name}: a broken mark at {stray[0]!r}")
    article = ROOT / facts["article"] if "article" in facts else None
    return Case(path.stem, text, facts["lang"], tuple(gold), article)
