"""Gold texts, which the training scripts read: corpora in JSON lines, and our own annotated sentences."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from storymap.model import Kind

ANNOTATED = Path(__file__).parents[1] / "sources" / "annotated"

LANGUAGES = tuple(sorted(path.stem for path in ANNOTATED.glob("*.txt")))
"""The languages that have annotated sentences."""

_MARK = re.compile(r"\[\[([^\]|]+)(?:\|(metonym|part))?\]\]")

HELD_OUT = 5
"""Every fifth annotated line is for measuring and not for training."""


def read_gold(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the documents of a corpus: {"id", "lang", "text", "toponyms": [{"start", "end", "lat"?, "kind"?}]}."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        yield from map(json.loads, lines)


def read_annotated(lang: str, *, held_out: bool) -> Iterator[dict[str, Any]]:
    """Yield the annotated lines of a language, those for training or those held out, in the same shape."""
    lines = (ANNOTATED / f"{lang}.txt").read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(filter(None, lines)):
        if (number % HELD_OUT == HELD_OUT - 1) == held_out:
            yield {"id": f"{lang}-{number}", "lang": lang} | read_marks(line)


def read_marks(line: str) -> dict[str, Any]:
    """Return the text of a line without its marks, and what they mark: "[[Moskau|metonym]] erklärt"."""
    text, toponyms, end = "", [], 0
    for mark in _MARK.finditer(line):
        text += line[end : mark.start()]
        toponyms.append(
            {"start": len(text), "end": len(text) + len(mark[1]), "text": mark[1], "role": mark[2] or "literal"}
        )
        text += mark[1]
        end = mark.end()
    text += line[end:]
    if "[[" in text or "]]" in text:
        raise ValueError(f"a broken mark: {line}")
    return {"text": text, "toponyms": toponyms}


_DESCRIBED = re.compile(r"\[\[([^\]|=]+)(?:=([^\]|]+))?\|([A-Z]{2}|none)((?: [^\]]+)?)\]\]")


def read_resolved() -> Iterator[dict[str, Any]]:
    """Yield the texts of annotated/resolved, whose marks say which place is meant: "[[Weimar|US Texas]]".

    A mark describes the place: the code of its country, if need be the beginning of its division's name, and its kind
    where namesakes lie side by side ("[[Luxemburg|LU city]]"). Where that is not enough, the name the gazetteer files
    it under stands behind the one printed: "[[Weil=Weil am Rhein|DE]]". A toponym's "place" is these four.
    The "country" of a name that is no place's here is "none": "[[Pink|none]]".
    """
    kinds = {str(kind) for kind in Kind}
    for path in sorted((ANNOTATED / "resolved").glob("*.txt")):
        for number, line in enumerate(filter(None, path.read_text(encoding="utf-8").split("\n"))):
            text, toponyms, end = "", [], 0
            for mark in _DESCRIBED.finditer(line):
                text += line[end : mark.start()]
                words = mark[4].split()
                kind = words.pop() if words and words[-1] in kinds else ""
                place = (mark[3], " ".join(words), kind, mark[2] or "")
                toponyms.append({"start": len(text), "end": len(text) + len(mark[1]), "place": place})
                text += mark[1]
                end = mark.end()
            text += line[end:]
            if "[[" in text:
                raise ValueError(f"{path.name}, line {number + 1}: a broken mark")
            yield {"id": f"{path.stem}-{number}", "lang": path.stem, "text": text, "toponyms": toponyms}
