"""tests/cases/*.md -> gold: texts whose places are marked by hand, for tests and for measuring.

A case is a Markdown file: header lines ``key: value``, a blank line, then the text with each place mention marked
``[Moskau](55.752, 37.618, metonym)``: latitude, longitude, and the role if it is not ``literal``. Marked is what an
editor would want on the map, at every occurrence; people, demonyms and adjectives are not. A city stands at its centre,
a country or a first-level division at the point GeoNames gives it, a river where the text speaks of it.

The header has ``lang`` and, where the text is that of a sample article, ``article``: its path from the project's root.
"""

from dataclasses import dataclass
from pathlib import Path

from storymap.gold import Gold, read_gold

__all__ = ["FOLDER", "ROOT", "Case", "Gold", "case_paths", "read_case"]

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "cases"


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
    """Read a case file; an unknown header is an error."""
    head, _, _ = path.read_text(encoding="utf-8").partition("\n\n")
    facts = dict(line.split(": ", 1) for line in head.split("\n"))
    if unknown := facts.keys() - {"lang", "article"}:
        raise ValueError(f"{path.name}: unknown header {sorted(unknown)}")
    (told,) = read_gold(path)
    article = ROOT / facts["article"] if "article" in facts else None
    return Case(path.stem, told.text, told.lang, told.names, article)
