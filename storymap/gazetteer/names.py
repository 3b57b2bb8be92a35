"""How a name is written down so that its spellings meet: one `fold` for the builder and for every lookup.

In goes a name as a source or an article prints it, out comes the key it is filed under. Called by
`storymap.gazetteer.build` (to file) and `storymap.gazetteer.store` (to find).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["base_forms", "fold", "spellings"]

# Letters that Unicode does not decompose although readers take them for a letter with a mark.
_LETTERS = str.maketrans(
    {
        "ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
        "ə": "e", "ŋ": "n", "ʻ": None, "ʼ": None, "ʿ": None, "ʾ": None, "'": None, "’": None, "‘": None, "`": None,
        "´": None, "ʹ": None, ".": None, "·": None, "\u00ad": None, "\u200b": None, "\u200e": None, "\u200f": None,
    }
)  # fmt: skip

# Words that are abbreviated as often as not; each stands for all of its forms.
_WORDS = {
    "saint": "st", "sankt": "st", "sint": "st", "sainte": "ste", "mount": "mt", "fort": "ft", "santo": "sto",
}  # fmt: skip

_BREAKS = re.compile(r"[\s\-‐‑–—/_,;:()\[\]\"«»„“”]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """Return the key under which `name` is filed.

    Case, accents, apostrophes, full stops, ß or ss, hyphen or space, and "St.", "Saint" or "Sankt" make no
    difference. Idempotent. NFC and NFD spellings give the same key.

    Examples
    --------
    >>> fold("Frankfurt (Oder)"), fold("St. Gallen"), fold("SANKT GALLEN"), fold("Kraków")
    ('frankfurt oder', 'st gallen', 'st gallen', 'krakow')
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_LETTERS)
    words = _BREAKS.sub(" ", plain).split()
    return " ".join(_WORDS.get(word, word) for word in words)


def spellings(name: str) -> Iterator[str]:
    """Yield the keys a name is filed under: its own, and with ae, oe, ue for ä, ö, ü.

    Examples
    --------
    >>> list(spellings("Köln"))
    ['koln', 'koeln']
    """
    key = fold(name)
    if key:
        yield key
    composed = unicodedata.normalize("NFC", name)
    written_out = composed.translate(_UMLAUTS)
    if written_out != composed:
        yield fold(written_out)


_POSSESSIVE = re.compile(r"['’](?:s|S)?$")
_DIRECTIONS = re.compile(
    r"^(?:Nord|Süd|Ost|West|Nordost|Nordwest|Südost|Südwest|Zentral|Mittel|Ober|Nieder|Gesamt|Groß)-?(?=[A-ZÄÖÜ]?[a-zäöü]{3})"
)


def base_forms(text: str, lang: str) -> Iterator[str]:
    """Yield the keys to look `text` up under, the likeliest first: as it stands, then without its ending.

    German genitives (Russlands, Kölns) and cases (den Vereinigten Staaten), possessives (Russia's, Paris'), and the
    parts of a land named by direction (Ostukraine -> Ukraine) lead to their base.

    Examples
    --------
    >>> list(base_forms("Russlands", "de"))
    ['russlands', 'russland']
    >>> list(base_forms("Ostukraine", "de"))
    ['ostukraine', 'ukraine']
    """
    bare = _POSSESSIVE.sub("", text)
    yield fold(bare)
    if lang == "de":
        yield from _german_base_forms(bare)
    elif lang in {"sv", "da", "nb"} and bare.endswith("s") and len(bare) > 4:
        yield fold(bare[:-1])


def _german_base_forms(text: str) -> Iterator[str]:
    if " " in text:
        yield from _german_phrases(text)
    if text.endswith("s") and not text.endswith("ss") and len(text) > 4:
        yield fold(text[:-1])
        if text.endswith("es"):
            yield fold(text[:-2])
    direction = _DIRECTIONS.match(text)
    if direction:
        rest = text[direction.end() :]
        yield fold(rest)
        if rest.endswith("s"):
            yield fold(rest[:-1])


_ADJECTIVE = re.compile(r"(?<=[a-zäöüß]{3})e[mnrs]?(?= )")


def _german_phrases(text: str) -> Iterator[str]:
    """Yield the other cases of a name that begins with adjectives: "Vereinigten Staaten" -> "Vereinigte Staaten"."""
    if not _ADJECTIVE.search(text):
        return
    for noun in dict.fromkeys((text, text.removesuffix("s"), text.removesuffix("n"))):
        for ending in ("e", "er", "es", "en"):
            yield fold(_ADJECTIVE.sub(ending, noun))
