"""What words are, beside names of places: everyday words, names of persons, titles, demonyms, words of kind.

A compiled trie, part of the gazetteer's file. Filed by `storymap.gazetteer.build`; asked by `storymap.places`,
which must not take "Essen" (food) or "Frau Münster" for a town.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache

import marisa_trie

from storymap.model import Kind

__all__ = ["KINDS", "ROLE_WORDS", "Hint", "Lexicon", "Person", "Position", "TitleOf", "word_rows"]

KINDS = tuple(Kind)
"""Kinds by the number they are stored as."""

PREPOSITION = 255
"""Stored in place of a kind: the word is a preposition that stands before places."""


class Person(IntEnum):
    """Which part of a person's name a word may be (bits)."""

    NONE = 0
    FIRST = 1
    LAST = 2


class TitleOf(IntEnum):
    """What a title announces: "Frau" a person, "FC" an organisation."""

    NOTHING = 0
    PERSON = 1
    ORGANISATION = 2


ROLE_WORDS = ("says", "rules", "plays", "lies", "house", "treaty", "deed", "team", "site")
"""What words tell of the role of a name beside them. Who says, rules or plays is meant as those who act in a place, and
so is whose deed or team it is; what lies somewhere or has a site is the place itself; a house ("Bishop of") or a treaty
has a longer name that the place is part of."""


class Position(IntEnum):
    """Where a word of kind stands: "Kanton Uri", "Bodensee-Region", "Orange County" (bits)."""

    BEFORE = 1
    AFTER = 2
    EITHER = 3


_PERSON_PARTS = {"first": Person.FIRST, "last": Person.LAST, "both": Person.FIRST | Person.LAST}
_TITLES = {"person": TitleOf.PERSON, "organisation": TitleOf.ORGANISATION}
_SORTED_WORDS = (
    ("titles", "means", _TITLES),
    ("role_words", "tells", {name: number for number, name in enumerate(ROLE_WORDS)}),
)
"""Tables that sort words into a few classes: the table, with whose first letter its keys begin, the column of the
class, and the number of each."""

_POSITIONS = {"before": Position.BEFORE, "after": Position.AFTER, "either": Position.EITHER}


def word_rows(tables: Mapping[str, Iterable[Mapping[str, str]]]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield key and value of every word in the word tables."""
    for cells in tables["words"]:
        yield f"w:{cells['lang']}:{cells['word']}", (round(float(cells["zipf"]) * 10), int(cells["proper"] or 0))
    for cells in tables["person_names"]:
        yield f"p:{cells['name'].lower()}", (_PERSON_PARTS[cells["part"]], 0)
    for table, column, values in _SORTED_WORDS:
        for cells in tables[table]:
            yield f"{table[0]}:{cells['lang']}:{cells['word']}", (values[cells[column]], 0)
    for cells in tables["demonyms"]:
        code = cells["country"].split(" ")[0]
        yield f"d:{cells['lang']}:{cells['word']}", (ord(code[0]), ord(code[1])) if len(code) == 2 else (0, 0)
    yield from _rows_of_kinds(tables)


def _rows_of_kinds(tables: Mapping[str, Iterable[Mapping[str, str]]]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield key and value of every word of kind, and of every word that hints at a kind or a country."""
    for cells in tables["place_words"]:
        for kind in cells["kind"].split():
            number = PREPOSITION if kind == "preposition" else KINDS.index(Kind(kind))
            yield f"k:{cells['lang']}:{cells['word']}", (number, _POSITIONS[cells["position"] or "before"])
    for cells in tables["hint_words"]:
        for code in cells["country"].split():
            yield f"h:{cells['lang']}:{cells['word']}", (ord(code[0]), ord(code[1]))
        for kind in cells["kind"].split():
            yield f"h:{cells['lang']}:{cells['word']}", (KINDS.index(Kind(kind)), 0)


@dataclass(frozen=True, slots=True)
class Hint:
    """What a word tells of the places around it: countries whose papers use it, kinds of place it goes with."""

    countries: tuple[str, ...]
    kinds: frozenset[Kind]


class Lexicon:
    """The words of all languages; made by `storymap.gazetteer.store.Gazetteer`."""

    def __init__(self, words: bytes) -> None:
        self._words = marisa_trie.RecordTrie("<BB").frombytes(words)
        self._find = lru_cache(maxsize=65536)(self._words.get)
        self._table = cache(self._table_of)
        self.hints = cache(self._hints)

    def _table_of(self, table: str, lang: str) -> Mapping[str, Sequence[tuple[int, int]]]:
        """Return a small table of a language: what is asked of every word costs less than to ask the trie."""
        prefix = f"{table}:{lang}:"
        found: dict[str, list[tuple[int, int]]] = {}
        for key, cells in self._words.items(prefix):
            found.setdefault(key.removeprefix(prefix), []).append(cells)
        return found

    def frequency(self, word: str, lang: str) -> float:
        """Return how common `word` is as an everyday word of `lang`, on the Zipf scale; 0 if it is none or a name.

        6 is "in", 5 "essen", 4 "halle", 3 a word most texts lack. (The scale: the decimal logarithm of its number in a
        billion words.)
        """
        found = self._find(f"w:{lang}:{word.lower()}")
        return found[0][0] / 10 if found and not found[0][1] else 0.0

    def everyday_beginnings(self, word: str, lang: str) -> set[int]:
        """Return the lengths of the everyday words of `lang` that `word` begins with, itself among them."""
        prefix = f"w:{lang}:"
        found = self._words.prefixes(f"{prefix}{word.lower()}")
        return {len(key) - len(prefix) for key in found if self.frequency(key[len(prefix) :], lang)}

    def is_proper(self, word: str, lang: str) -> bool:
        """Tell whether `word` is a frequent word of `lang` that is nearly always a name."""
        found = self._find(f"w:{lang}:{word.lower()}")
        return bool(found and found[0][1])

    def person(self, word: str) -> int:
        """Return which parts of a person's name `word` may be (bits of `Person`)."""
        found = self._words.get(f"p:{word.lower()}")
        return found[0][0] if found else Person.NONE

    def title(self, word: str, lang: str) -> TitleOf:
        """Return whom `word` announces when it stands before a name."""
        found = self._table("t", lang).get(word)
        return TitleOf(found[0][0]) if found else TitleOf.NOTHING

    def role_word(self, word: str, lang: str) -> str:
        """Return what `word` tells of the role of a name beside it, one of `ROLE_WORDS`; "" if nothing."""
        found = self._words.get(f"r:{lang}:{word}")
        if not found and not word.islower():
            found = self._words.get(f"r:{lang}:{word.lower()}")
        return ROLE_WORDS[found[0][0]] if found else ""

    def is_demonym(self, word: str, lang: str) -> bool:
        """Tell whether `word`, as written, is a country's inhabitant, adjective or language: "Russin", "russischen"."""
        return bool(self._words.get(f"d:{lang}:{word}"))

    def country_of_demonym(self, word: str, lang: str) -> str:
        """Return the ISO code of the country a demonym belongs to; "" if it is none, or one of a wider region."""
        found = self._words.get(f"d:{lang}:{word}")
        return "".join(map(chr, found[0])) if found and found[0][0] else ""

    def is_place_preposition(self, word: str, lang: str) -> bool:
        """Tell whether `word` usually stands before places: "nach", "in", "hacia"."""
        return any(number == PREPOSITION for number, _ in self._table("k", lang).get(word, ()))

    def kinds(self, word: str, lang: str, position: Position) -> frozenset[Kind]:
        """Return the kinds of place that `word` announces from this position: "Kanton" before, "County" after."""
        words = self._table("k", lang)
        found = words.get(word) or words.get(word.lower())
        if not found:
            return frozenset()
        return frozenset(KINDS[number] for number, where in found if number != PREPOSITION and where & position)

    def _hints(self, lang: str) -> Mapping[str, Hint]:
        """Return the words of a language that hint at a country or a kind of place."""
        return {
            word: Hint(
                tuple(sorted(chr(first) + chr(second) for first, second in rows if second)),
                frozenset(KINDS[first] for first, second in rows if not second),
            )
            for word, rows in self._table("h", lang).items()
        }
