"""An article whose letters may stand apart from their accents -> the same with both as one, and the way back.

Unicode writes "ü" as one character (NFC) or as two (NFD), and what we know of words is filed under the first. Called by
`storymap.places.recognize`, which looks for names in the composed text and returns offsets in the one given.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from storymap.model import Article, Block, Sentence

__all__ = ["compose"]


def compose(article: Article) -> tuple[Article, Sequence[int]]:
    r"""Return an article in NFC and, for each offset in its text and the end, the offset in the text given.

    Examples
    --------
    >>> composed, origins = compose(Article("Ko\u0308ln"))
    >>> len(composed.text), list(origins)
    (4, [0, 1, 3, 4, 5])
    """
    text = article.text
    if unicodedata.is_normalized("NFC", text):
        return article, range(len(text) + 1)
    pieces, origins = [], []
    for start, end in _letters(text):
        piece = unicodedata.normalize("NFC", text[start:end])
        pieces.append(piece)
        origins += [start, *[end] * (len(piece) - 1)]
    origins.append(len(text))
    sentences = (Sentence(bisect_left(origins, s.start), bisect_left(origins, s.end)) for s in article.sentences)
    blocks = (Block(bisect_left(origins, b.start), bisect_left(origins, b.end), b.kind) for b in article.blocks)
    return replace(article, text="".join(pieces), sentences=tuple(sentences), blocks=tuple(blocks)), origins


def _letters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text that compose by themselves: a letter and the accents behind it."""
    start, composed = 0, text[0]
    for position, character in enumerate(text[1:], start=1):
        if character >= _FIRST_ACCENT:
            joined, alone = (unicodedata.normalize("NFC", piece) for piece in (composed + character, character))
            # Vowels of Korean and Indian scripts compose although they are no accents.
            if unicodedata.combining(character) or joined != composed + alone:
                composed = joined
                continue
        yield start, position
        start, composed = position, unicodedata.normalize("NFC", character)
    yield start, len(text)


_FIRST_ACCENT = "\u0300"
"""No character before it composes with the one in front of it."""
