"""A sentence of an article -> the text fragment that a browser scrolls to and marks.

Offsets go in, the part of a URL behind ``#:~:text=`` comes out. `storymap.publish.pins` calls it for the quotes of an
embedded map, which cannot put anchors into the newsroom's own page.

The grammar is that of the WICG draft "URL Fragment Text Directives": ``[prefix-,]start[,end][,-suffix]``, each part
percent-encoded. A browser takes the first match in the page, compares without regard to case and accents, and matches
whole words only. So does this module, over the words of the article: it looks for the shortest directive whose first
match is the sentence.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from urllib.parse import quote

__all__ = ["text_fragment"]

_WORD = re.compile(r"\w+")

_JOINED = re.compile(r"[.'\u2018\u2019\u2024\u2027:\u00b7,;\ufe52\uff07\uff0e\uff1a]")
"""What between two letters or two digits ends no word: the browser takes "l'Ukraine", "z.B" and "3,5" for one each, as
Unicode's annex 29 does (MidLetter, MidNum, MidNumLet), and finds none whose end is within."""

_WHOLE = 10
"""A sentence of so few words is given whole: its two ends would be as long."""

_EDGE = 4
"""The fewest words at either end: with three, "in der Nacht" would often match earlier in the same article."""

_CONTEXT = 8
"""The most words of context before or behind; a sentence that so much context does not tell apart is a repeated one."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word: where it stands, and whether the browser's word begins with it and ends with it too."""

    start: int
    end: int
    begins: bool
    ends: bool


def text_fragment(text: str, start: int, end: int) -> str:
    """Return the directive that marks ``text[start:end]``, percent-encoded; "" if there is no word in it.

    Parameters
    ----------
    text
        The whole plain text of the article.
    start, end
        The sentence in it. It must not reach over the end of a block.

    Returns
    -------
    str
        What follows ``#:~:text=``. If the sentence stands in the article twice, word for word and in the same context,
        it is the one that marks the first.
    """
    words, folded = _words(text)
    first = bisect_left(words, start, key=lambda word: word.start)
    behind = max(first, bisect_right(words, end, key=lambda word: word.end))
    if first == behind:
        return ""
    for piece in _pieces(text, words, folded, first, behind):
        if piece is not None:
            return piece
    return _encoded(text, words, first, behind)


def _pieces(text: str, words: Sequence[_Word], folded: Sequence[str], first: int, behind: int) -> Iterator[str | None]:
    """Try directives, the shortest first; None for one whose first match is elsewhere."""
    length = behind - first
    if length <= _WHOLE:
        body = _encoded(text, words, first, behind)
        yield body if _find(folded, first, behind, 0) == first else None
        for reach in range(1, _CONTEXT + 1):
            before, after = _same_line(text, words, first, -reach), _same_line(text, words, behind - 1, reach)
            if before < first and words[before].begins and _find(folded, before, behind, 0) == before:
                yield f"{_encoded(text, words, before, first)}-,{body}"
            if after >= behind and words[after].ends and _find(folded, first, after + 1, 0) == first:
                yield f"{body},-{_encoded(text, words, behind, after + 1)}"
        return
    for edge in range(_EDGE, length // 2 + 1):
        start, end = first + edge, behind - edge
        if not (words[start - 1].ends and words[end].begins):
            continue
        # The browser looks for the end behind the start and takes the first one.
        if _find(folded, first, start, 0) != first or _find(folded, end, behind, start) != end:
            continue
        yield f"{_encoded(text, words, first, start)},{_encoded(text, words, end, behind)}"
    for reach in range(1, _CONTEXT + 1):
        before = _same_line(text, words, first, -reach)
        if before < first and words[before].begins and _find(folded, before, behind, 0) == before:
            yield f"{_encoded(text, words, before, first)}-,{_encoded(text, words, first, behind)}"


def _find(folded: Sequence[str], start: int, end: int, since: int) -> int:
    """Return where the words ``start:end`` first stand at or after ``since``."""
    wanted = folded[start:end]
    at = since
    while folded[at : at + len(wanted)] != wanted:
        at = folded.index(wanted[0], at + 1)
    return at


def _same_line(text: str, words: Sequence[_Word], word: int, reach: int) -> int:
    """Go up to ``reach`` words back (or on, if positive), but over no line break: a context lies in one block."""
    step = 1 if reach > 0 else -1
    at = word
    for moved in range(abs(reach)):
        further = at + step
        if not 0 <= further < len(words):
            break
        low, high = sorted((at, further))
        # The first step leaves the sentence, and may cross into the block before or behind.
        if moved and "\n" in text[words[low].end : words[high].start]:
            break
        at = further
    return at


def _encoded(text: str, words: Sequence[_Word], start: int, end: int) -> str:
    plain = " ".join(text[words[start].start : words[end - 1].end].split())
    # `quote` leaves the hyphen alone, which the grammar gives a meaning.
    return quote(plain, safe="", errors="replace").replace("-", "%2D")


@lru_cache(maxsize=8)
def _words(text: str) -> tuple[tuple[_Word, ...], tuple[str, ...]]:
    """Return the words of a text, and how each is compared."""
    found = tuple(_WORD.finditer(text))
    joined = [bool(_JOINED.fullmatch(text, one.end(), other.start())) for one, other in pairwise(found)]
    begins, ends = [True, *(not join for join in joined)], [*(not join for join in joined), True]
    words = tuple(_Word(*match.span(), *sure) for match, *sure in zip(found, begins, ends, strict=False))
    return words, tuple(_folded(match.group()) for match in found)


def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
