"""A text in a script without capitals -> the names in it that the gazetteer knows, and nothing but these.

The tagger (`storymap.places.tagger`) has learnt from scripts that write names with a capital, and the lexicon has no
everyday words of the others, so the longest known name of some prominence counts as a mention. Called by
`storymap.places.recognize`.

A name begins and ends where a word does, but for scripts that set no spaces between words, for the one-letter words
that Arabic and Hebrew write together with the next ("and", "in", "to"), and for the particles behind a Korean noun.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from storymap.gazetteer.names import fold
from storymap.gazetteer.store import Gazetteer

__all__ = ["find_known_names", "has_capitals"]

_CASELESS = frozenset({"ar", "fa", "he", "zh", "ja", "ko", "hi", "th", "ka", "ur", "bn"})
"""Languages whose script has no capitals."""

CASED = 0.5
"""Share of letters that have a capital from which a text is one of a script with capitals."""

LEAST_STANDING = 30
"""Standing of the least known places that count: towns of a thousand, by an odd name cities of a hundred thousand."""

SHORT, SHORT_STANDING = 3, 65
"""Letters of names in an alphabet that may be any other word, and the standing from which they count all the same:
"مصر" (Egypt)."""

_MARRIED_WORDS = {"ar": "وفبلك", "he": "ובלמהשכ"}
"""One-letter words that are written together with the next."""

MOST_MARRIED = 2
"""How many of them stand before a name: "ולירושלים" (and to Jerusalem)."""

_PARTICLES = re.compile(
    "[시군도]?(?:은|는|이|가|을|를|의|에|에서|에게|로|으로|와|과|도|만|까지|부터|보다|처럼|이나|나|에는|에도|에선|에서는|에서도|에서의|라는|이라는|인|행|발|산|측)?"
)
"""What may stand behind a name in the same Korean word: a word of kind (city, county, province) and particles."""


@lru_cache(maxsize=8)
def has_capitals(text: str, lang: str) -> bool:
    """Tell whether a text is written in a script with capitals, as far as its first letters show."""
    if lang in _CASELESS:
        return False
    sample = text[:_SAMPLE]
    latin = sample.encode("ascii", "ignore").translate(None, delete=_NO_LETTERS)
    if len(latin) >= CASED * len(sample):
        return True  # whatever the others are
    letters = [c for c in sample if c.isalpha()]
    return not letters or sum(c.lower() != c.upper() for c in letters) >= CASED * len(letters)


_SAMPLE = 2_000
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())


def find_known_names(text: str, lang: str, gazetteer: Gazetteer) -> Iterator[tuple[int, int]]:
    """Yield the longest known names of a text from left to right, none overlapping another, as (start, end)."""
    folded, origin = _fold_letters(text)
    at = 0
    while at < len(folded):
        end = _longest_name(text, folded, origin, at, lang, gazetteer) if _may_begin(text, origin, at, lang) else 0
        if end:
            yield origin[at], origin[end]
        at = end or at + 1


def _fold_letters(text: str) -> tuple[str, list[int]]:
    """Return a text folded letter by letter, a line break where no name goes on, and where each letter comes from.

    One more origin stands at the end, that of the end of the text.
    """
    folded, origin = [], []
    for position, character in enumerate(text):
        if character.isalnum() or unicodedata.category(character)[0] == "M":
            piece = fold(character)
        elif character in " \u00a0-‐‑–":
            piece = " "
        else:
            piece = "" if character in "'’ʼ·\u200b\u200c\u200d\u00ad" else "\n"
        folded.append(piece)
        origin += [position] * len(piece)
    return "".join(folded), [*origin, len(text)]


def _may_begin(text: str, origin: list[int], at: int, lang: str) -> bool:
    """Tell whether a name may begin at a place of the folded text."""
    start = origin[at]
    if at and origin[at - 1] == start:
        return False
    if not text[start].isalpha():
        return False
    if _is_unspaced(text[start]):
        return not (start and _is_katakana(text[start]) and _is_katakana(text[start - 1]))
    before = start
    while before and text[before - 1] in _MARRIED_WORDS.get(lang, "") and start - before < MOST_MARRIED:
        before -= 1
        if _is_word_start(text, before):
            return True
    return _is_word_start(text, start)


def _is_word_start(text: str, at: int) -> bool:
    return not at or not _is_in_word(text[at - 1]) or _is_unspaced(text[at - 1])


def _is_in_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _longest_name(text: str, folded: str, origin: list[int], at: int, lang: str, gazetteer: Gazetteer) -> int:
    """Return where the longest known name ends that begins at a place of the folded text, 0 without one."""
    start = origin[at]
    for key in gazetteer.names_that_begin(folded[at : at + LONGEST_NAME]):
        end = at + len(key)
        stop = origin[end]
        if origin[end - 1] == stop or not _may_end(text, start, stop, lang):
            continue
        hits = gazetteer.hits(key)
        if len(key) <= (1 if _is_syllabic(text[start]) else SHORT):
            is_known = max(hit.standing_in(lang) for hit in hits) >= SHORT_STANDING
        else:
            is_known = max(hit.standing for hit in hits) >= LEAST_STANDING
        if is_known:
            return end
    return 0


LONGEST_NAME = 40
"""Letters of the longest names that are searched."""


def _may_end(text: str, start: int, stop: int, lang: str) -> bool:
    """Tell whether a name may end at a place of the text."""
    if stop == len(text) or not _is_in_word(text[stop]):
        return True
    if unicodedata.category(text[stop])[0] == "M":
        return False
    if _is_katakana(text[stop - 1]) or _is_katakana(text[start]):
        return not _is_katakana(text[stop])
    if _is_unspaced(text[stop - 1]) or _is_unspaced(text[stop]):
        return True
    if lang == "ko":
        rest = stop
        while rest < len(text) and _is_in_word(text[rest]):
            rest += 1
        return _PARTICLES.fullmatch(unicodedata.normalize("NFC", text[stop:rest])) is not None
    return False


_UNSPACED = ((0x0E00, 0x0EFF), (0x0F00, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x31F0, 0x31FF),
             (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x20000, 0x3FFFF))  # fmt: skip
"""Thai, Lao, Tibetan, Burmese, Khmer, Japanese and Chinese: scripts that set no spaces between words."""


def _is_unspaced(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _UNSPACED)


def _is_katakana(character: str) -> bool:
    """Tell whether a character is of the syllabary in which Japanese writes foreign words as one."""
    return "\u30a0" < character <= "\u30ff" and character != "・"


def _is_syllabic(character: str) -> bool:
    """Tell whether a character is more than a letter: Chinese, Japanese, Korean."""
    return unicodedata.name(character, "").startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL"))
