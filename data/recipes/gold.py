"""Gold texts, which the training scripts read: corpora in JSON lines, and our own annotated sentences."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ANNOTATED = Path(__file__).parents[1] / "sources" / "annotated"

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
    return {"text": text + line[end:], "toponyms": toponyms}
