"""How a name is written down so that its spellings meet: one `fold` for the builder and for every lookup.

In goes a name as a source or an article prints it, out comes the key it is filed under. Called by
`storymap.gazetteer.build` (to file) and `storymap.gazetteer.store` (to find).
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from storymap.gazetteer.inflection import DECLINING, nominatives

__all__ = [
    "article_in",
    "base_forms",
    "beginnings",
    "fold",
    "full_names",
    "holds_article",
    "spellings",
]

# Letters that Unicode does not decompose although readers take them for a letter with a mark.
_LETTERS = str.maketrans(
    {
        "ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
        "ə": "e", "ŋ": "n", "ʻ": None, "ʼ": None, "ʿ": None, "ʾ": None, "'": None, "’": None, "‘": None, "`": None,
        "´": None, "ʹ": None, ".": None, "·": None, "\u00ad": None, "\u200b": None, "\u200e": None, "\u200f": None,
        "\0": None,
    }
)  # fmt: skip

# Words that are abbreviated as often as not; each stands for all of its forms.
_WORDS = {
    "saint": "st", "sankt": "st", "sint": "st", "sainte": "ste", "mount": "mt", "fort": "ft", "santo": "sto",
}  # fmt: skip

# "St.Gallen": with the full stop gone, the abbreviation would melt into the name.
_RUN_TOGETHER = re.compile(r"\b(ste?|sto|mt|ft)\.(?=[^\W\d_])", re.IGNORECASE)

_FIRST_MARK = "\u0300"
"""The first character that combines with the one before it."""

_BREAKS = re.compile(r"[\s\-‐‑–—/_,;:()\[\]\"«»„“”]")


class _Folded(dict[int, str]):
    """What is left of each letter, found when it is first met; a blank for what parts words."""

    def __missing__(self, code: int) -> str:
        # Half a surrogate pair, which JSON can hold, is no letter and could not be stored.
        letter = chr(code).encode(errors="ignore").decode()
        decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
        plain = "".join([c for c in decomposed if c < _FIRST_MARK or not unicodedata.combining(c)]).translate(_LETTERS)
        self[code] = _BREAKS.sub(" ", plain)
        return self[code]


_FOLDED = _Folded({ord("´"): ""})
"""An acute by itself would decompose into a blank."""

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
    if name.isascii() and name.isalnum():  # what the rest makes of it too
        return _WORDS.get(name.lower(), name.lower())
    if "." in name:
        name = _RUN_TOGETHER.sub(r"\1. ", name)
    return " ".join([_WORDS.get(word, word) for word in name.translate(_FOLDED).split()])


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
    if name.isascii():
        return
    composed = unicodedata.normalize("NFC", name)
    written_out = composed.translate(_UMLAUTS)
    if written_out != composed:
        yield fold(written_out)


_POSSESSIVE = re.compile(r"['’](?:s|S)?$")
_SAINTS = re.compile(r"^(?:St\.?|Saint) [\w ]+['’]s$")  # whose town keeps the ending: St. John's
_ENDING_APART = re.compile(r"(?<=\w)[-:'’]([^\W\d_]{1,4})$")  # of a foreign name or an abbreviation: Nantes-ban, USA:n
_SERBIAN = str.maketrans(
    {
        **dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True)),
        "љ": "lj",
        "њ": "nj",
        "џ": "dž",
    }
)
_TURKISH_ENDING = re.compile(r"['’]\w+$")
_DIRECTIONS = re.compile(
    r"^(?:Nord|Süd|Ost|West|Nordost|Nordwest|Südost|Südwest|Zentral|Mittel|Ober|Nieder|Gesamt|Groß)-?(?=[A-ZÄÖÜ]?[a-zäöü]{3})"
)


def base_forms(text: str, lang: str) -> Iterator[str]:
    """Yield the keys to look `text` up under, the likeliest first: as it stands, then without its ending.

    German genitives (Russlands, Kölns) and cases (den Vereinigten Staaten), possessives (Russia's, Paris'), the words
    that tell a town from its namesakes (Neustadt an der Dosse -> Neustadt (Dosse)), the parts of a land named by
    direction (Ostukraine -> Ukraine, North Dallas -> Dallas), and the cases of seventeen languages (Warszawie, Москвы,
    Helsingissä) lead to their base.

    Examples
    --------
    >>> list(base_forms("Russlands", "de"))
    ['russlands', 'russland']
    >>> list(base_forms("Ostukraine", "de"))
    ['ostukraine', 'ukraine']
    """
    bare = text if text.isascii() else unicodedata.normalize("NFC", text)
    if "'" in bare or "’" in bare:
        if _SAINTS.match(bare):
            yield fold(bare)
        bare = _POSSESSIVE.sub("", bare)
    yield fold(bare)
    if lang == "de":
        yield from _german_base_forms(bare)
    elif lang == "en":
        yield from _english_base_forms(bare)
    elif lang == "tr":
        yield fold(_TURKISH_ENDING.sub("", bare))
    elif lang in {"sv", "da", "nb"} and bare.endswith("s") and len(bare) > 4:
        yield fold(bare[:-1])
    elif lang in DECLINING:
        ending = _ENDING_APART.search(bare)
        if ending and ending[1].islower():
            yield fold(bare[: ending.start()])
        yield from nominatives(fold(bare), lang)
        latin = bare.lower().translate(_SERBIAN)
        if lang in {"sr", "bs"} and latin != bare.lower():
            yield fold(latin)
            yield from nominatives(fold(latin), lang)


def beginnings(word: str, lang: str) -> set[str]:
    """Return what the keys begin with that `base_forms` gives for names of several words, `word` the first of them.

    The word itself, its other cases, what it is the direction of; "" where the key may begin with the next word.

    Examples
    --------
    >>> sorted(beginnings("Nordkorea", "de")), sorted(beginnings("City", "en"))
    (['korea ', 'nordkorea '], ['', 'city '])
    """
    return {
        form[: form.rindex(_NEXT_WORD)].removesuffix("of ")
        for link in ((" ", " of ") if lang == "en" else (" ",))
        for form in base_forms(f"{word}{link}{_NEXT_WORD.title()}", lang)
    }


_NEXT_WORD = "xyq"
"""Stands for the rest of a name; it ends in no case."""


_LINK = re.compile(
    r"(?<=[a-zß]) (?:(?:an|in|ob|vor|bei|a\.|i\.|o\.|b\.)(?: ?(?:der|dem|d\.))?|am|im) ?(?=[A-ZÄÖÜ][a-z])"
)
"""What stands between a German town and the river or land that tells it from its namesakes."""


def _german_base_forms(text: str) -> Iterator[str]:
    if " " in text:
        if _LINK.search(text):
            yield fold(_LINK.sub(" ", text))
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


_TOWNSHIP = re.compile(
    r"(?<=[a-z]) (?:[Tt]ownship|Twp\.?)$|^(?:[Tt]own|[Cc]ity|[Vv]illage|[Pp]rovince|[Ss]tate) of (?=[A-Z])"
)
_POINTS = {"N": "North", "S": "South", "E": "East", "W": "West"}
_POINT = re.compile(r"^([NSEW])\.? (?=[A-Z][a-z])")
_PART = re.compile(
    r"^(?:(?:[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est|[Uu]p)(?:ern)?|(?:[Nn]orth|[Ss]outh)-?(?:east|west)(?:ern)?|[Cc]entral"
    r"|[Mm]id|[Dd]owntown|[Mm]ainland|[Gg]reater|[Ii]nner|[Rr]ural|[Ss]uburban)[ -](?=[A-Z]\w{2})"
)


def _english_base_forms(text: str) -> Iterator[str]:
    """Yield the town of "Oakport Township", what "S. Korea" is short for and what "North Dallas" is a part of."""
    if " " not in text and "-" not in text:
        return
    township = _TOWNSHIP.sub("", text)
    if township != text:
        yield fold(township)
    point = _POINT.match(text)
    if point:
        yield fold(f"{_POINTS[point[1]]} {text[point.end() :]}")
    part = _PART.match(text)
    if part:
        yield fold(text[part.end() :])


_ADJECTIVE = re.compile(r"\b([A-ZÄÖÜ][a-zäöüß]{2,}?)e[mnrs]?(?= )")


def _german_phrases(text: str) -> Iterator[str]:
    """Yield the other cases of a name that begins with adjectives: "Vereinigten Staaten" -> "Vereinigte Staaten"."""
    if not _ADJECTIVE.search(text):
        return
    for noun in dict.fromkeys((text, text.removesuffix("s"), text.removesuffix("n"))):
        for ending in ("e", "er", "es", "en"):
            yield fold(_ADJECTIVE.sub(rf"\1{ending}", noun))


_HOLDING = {
    "ca": {"El ": "el del al pel", "La ": "la", "L'": "l'", "Els ": "els dels als pels", "Les ": "les"},
    "es": {"El ": "el del al", "La ": "la", "Los ": "los", "Las ": "las"},
    "fr": {"Le ": "le du au", "La ": "la", "L'": "l'", "Les ": "les des aux"},
    "it": {
        "Il ": "il del al dal nel sul",
        "Lo ": "lo dello allo dallo nello sullo",
        "L'": "l' dell' all' dall' nell' sull'",
        "La ": "la della alla dalla nella sulla",
        "I ": "i dei ai dai nei sui",
        "Gli ": "gli degli agli dagli negli sugli",
        "Le ": "le delle alle dalle nelle sulle",
    },
}
_ARTICLES: Mapping[str, Mapping[str, str]] = {
    lang: {word: article for article, words in holding.items() for word in words.split()}
    for lang, holding in _HOLDING.items()
}
"""In languages whose towns have articles: words that are one or hold one, and how it begins a name. "Le Caire" is the
town of "au Caire"."""


_NO_PART_OF_NAMES: Mapping[str, Collection[str]] = {
    lang: frozenset(words.split())
    for lang, words in {
        "de": "der die das dem den des im am zum zur vom beim ins ans",
        "en": "the",
        "pt": "o a os as do da dos das no na nos nas ao à pelo pela",
        "nl": "de het",
    }.items()
}
"""In languages whose towns have none, or not in their names: articles, and prepositions that hold one."""


def holds_article(word: str, lang: str) -> bool:
    """Tell whether a word is an article or a preposition that holds one.

    Few towns have one that is no part of their name; rivers, ranges and some countries always do. In Italian, Spanish
    and Portuguese a town with an article is its club: "il Verona".
    """
    return word in _ARTICLES.get(lang, ()) or word in _NO_PART_OF_NAMES.get(lang, ())


def article_in(word: str, lang: str) -> str:
    """Return how the article that a word is, or holds, begins a name: "Le " for "au"; "" if it is none."""
    return _ARTICLES[lang].get(word, "") if lang in _ARTICLES else ""


_JOINING = {
    "de": frozenset({"und", "oder", "sowie", "bis", "wie"}),
    "nl": frozenset({"en", "of"}),
    "sv": frozenset({"och", "eller"}),
    "da": frozenset({"og", "eller"}),
    "nb": frozenset({"og", "eller"}),
}
"""Words between names of which the last has what the others leave out."""

_LAST_OF_LIST = re.compile(r"(?:, ?[^\W\d_]+-)* ([^\W\d_]+) ([^\W\d_][\w-]+)")
_SHORTEST_END = 3
"""Letters of the shortest end that names share: "Nord- und Ostsee"."""


def full_names(short: str, behind: str, lang: str) -> Iterator[str]:
    """Yield what a name that ends in a hyphen may be in full, by the text behind it; the longest comes first.

    Examples
    --------
    >>> list(full_names("Nord-", " und Ostsee", "de"))
    ['Nordstsee', 'Nordtsee', 'Nordsee']
    """
    last = _LAST_OF_LIST.match(behind) if lang in _JOINING else None
    if last and last[1] in _JOINING[lang] and last[2][0].isupper():
        for cut in range(1, len(last[2]) - _SHORTEST_END + 1):
            yield short[:-1] + last[2][cut:]
