"""A sentence -> its tokens, and for each what the gazetteer and the lexicon know of it.

The first half of the built-in recogniser (`storymap.places.tagger`), which learns from these facts; nothing here
decides whether a name is a place.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from storymap.gazetteer.lexicon import Person, Position, TitleOf
from storymap.gazetteer.names import article_in, beginnings, fold, full_names
from storymap.gazetteer.store import Form, Gazetteer, Hit, NameClass
from storymap.model import Kind, Sentence
from storymap.places.classes import word_class
from storymap.places.words import governs, looks

__all__ = ["Match", "Token", "Tokenizer", "facts_of_match", "match_names", "word_before"]

# The gap before a token, and the token: initials as in "U.S." or "W.Va."; a word, accents composed or not, a point
# between its letters as in Catalan "Brussel·les"; else any one sign. Whatever is no blank is part of a token.
_TOKEN = re.compile(
    r"(\s*)((?:[^\W\d_][^\W\d_]?\.){2,}|[^\W_]+(?:(?:[\u0300-\u036f]+|·(?=[^\W\d_]))[^\W_]*)*|[^\w\s]|_)"
)

_APART = re.compile(r"\s?(['’])\s?")
"""An apostrophe that blanks part from its words, as corpora and some agencies print: "Côte d' Ivoire"."""

# Signs that may stand inside a name: "St. Gallen", "Frankfurt (Oder)", "Halle/Saale", "Baden-Württemberg", "L'Aquila".
_INSIDE_NAMES = frozenset(".-‐‑–/'’ʼ()")

LONGEST_NAME = 9
"""Tokens of the longest names that are searched: "Saint Vincent and the Grenadines", "Frankfurt (Oder)" has four."""

SHORTEST_CODE = 2
"""Names of up to this many letters count only in capitals or before a full stop: "US", "UK", "Ky."."""

_COMPOUNDING = frozenset({"de", "nl", "da", "nb", "sv"})
_PERSONS = frozenset({"first", "last", "first or last"})
_LETTERS = {
    "title of a person": "t", "organisation": "o", "demonym": "d", "first": "f", "first or last": "b", "last": "l",
}  # fmt: skip
_NATURE = frozenset({Kind.REGION, Kind.SEA, Kind.RIVER, Kind.LAKE, Kind.MOUNTAIN, Kind.ISLAND})
_LANDS = _NATURE | {Kind.CONTINENT, Kind.COUNTRY, Kind.ADMIN1}

SHORTEST_COMPOUND, SHORTEST_PART = 7, 3
"""Letters of the shortest compounds that are taken apart, and of their parts: "Krimbrücke", "Elbtal"."""

SHORTEST_HALF = 4
"""Letters of the shortest everyday words that a common noun is made of: "Glas|berg" is seen, "Erd|höhle" is not.
So many end a compound that is an everyday word itself: "Kurator" has nothing to do with the Kura."""

SHORTEST_LOOK = 4
"""Letters of the shortest words whose look tells anything."""

TOLD_APART = 3.5
"""Frequency of words that are told apart as neighbours: the six thousand commonest of a language."""

KNOWN_CITY = 55
"""Weight of a city that a compound may begin with: a quarter of a million people."""


class Token(NamedTuple):
    """A word or sign of a sentence: ``text[start:end]``; ``gap`` is what stands between it and the token before."""

    start: int
    end: int
    text: str
    gap: str
    is_capitalised: bool


_token = partial(tuple.__new__, Token)  # as `Token` makes it, without the detour


class Match(NamedTuple):
    """A run of tokens, ``tokens[first:last + 1]``, that the gazetteer knows as a name.

    ``has_article`` tells that the name begins with the article before it: "du Havre".
    """

    first: int
    last: int
    hits: tuple[Hit, ...]
    is_inflected: bool
    has_article: bool = False


class Tokenizer:
    """Cuts the sentences of a language into tokens, and says what is known of a word."""

    def __init__(self, gazetteer: Gazetteer, lang: str) -> None:
        self._gazetteer = gazetteer
        self.lang = lang
        self._cut = lru_cache(maxsize=16384)(self._place_in_compound)
        self.facts = lru_cache(maxsize=65536)(self._facts)
        self.signature = lru_cache(maxsize=65536)(self._signature)
        self.letter = lru_cache(maxsize=65536)(self._letter)
        self.announces = lru_cache(maxsize=65536)(self._announces)
        self.forms = lru_cache(maxsize=65536)(self._forms)
        self.begins_names = lru_cache(maxsize=65536)(self._begins_names)

    def tokens(self, text: str, sentence: Sentence) -> list[Token]:
        """Return the tokens of a sentence; a compound that begins with a place is two of them."""
        tokens = []
        end = sentence.start
        compounds = self.lang in _COMPOUNDING
        for gap, word in _TOKEN.findall(text, sentence.start, sentence.end):
            start = end + len(gap)
            end = start + len(word)
            cut = self._cut(word) if compounds and len(word) >= SHORTEST_COMPOUND else 0
            if cut:
                tokens.append(Token(start, start + cut, word[:cut], gap, _is_capital(word[0])))
                tokens.append(Token(start + cut, end, word[cut:], "", _is_capital(word[cut])))
            else:
                tokens.append(_token((start, end, word, gap, _is_capital(word[0]))))
        return tokens

    def _place_in_compound(self, word: str) -> int:
        """Return where the place ends that a compound begins with ("Krim|brücke"), 0 if it is none."""
        if not word[0].isupper() or self.forms(word):
            return 0
        lexicon = self._gazetteer.lexicon
        if lexicon.person(word):
            return 0
        shortest_end = SHORTEST_HALF if lexicon.frequency(word, self.lang) else SHORTEST_PART
        places = {name for name in self._gazetteer.names_that_begin(fold(word)) if len(name) >= SHORTEST_PART}
        for cut in range(len(word) - shortest_end, SHORTEST_PART - 1, -1) if places else ():
            place = fold(word[:cut])
            if (
                place in places
                and lexicon.frequency(word[cut:], self.lang)
                and any(map(_heads_compounds, self._gazetteer.hits(place)))
            ):
                return cut
        return 0

    def _facts(self, word: str) -> tuple[str, ...]:
        """Return what is known of a word by itself, as short marks; the first is its shape, the second how common."""
        lexicon, lang = self._gazetteer.lexicon, self.lang
        if not word[0].isalnum():
            return (f"sign {word}",)
        # Capitals make another word of a short one: "US", "us".
        frequency = 0.0 if word.isupper() and 1 < len(word) <= 3 else lexicon.frequency(word, lang)
        facts = [f"shape {_shape(word)}", f"common {frequency:.0f}", *self._facts_of_name(word)]
        role = governs(word, lang)
        if role:
            facts.append(f"governs {role}")
        told = lexicon.role_word(word, lang)
        if told:
            facts.append(f"tells {told}")
        if frequency >= TOLD_APART:
            facts.append(f"{lang} {word.lower()}")
        title = lexicon.title(word, lang) or lexicon.title(f"{word}.", lang)
        if title:
            facts.append("title of a person" if title is TitleOf.PERSON else "organisation")
        if lexicon.is_place_preposition(word.lower(), lang):
            facts.append("preposition")
        facts += [f"announces {kind}" for kind in sorted(lexicon.kinds(word, lang, Position.BEFORE))]
        facts += [f"follows {kind}" for kind in sorted(lexicon.kinds(word, lang, Position.AFTER))]
        return tuple(facts)

    def _facts_of_name(self, word: str) -> Iterator[str]:
        """Yield what is known of a word as a name: of a place by its look, of a person, of a people."""
        lexicon, lang = self._gazetteer.lexicon, self.lang
        if word[0].isupper() and len(word) >= SHORTEST_LOOK:
            yield f"looks {looks(word)}"
            if lang in _COMPOUNDING and self._is_compound(word):
                yield "compound"
        if lexicon.is_proper(word, lang) or (word.endswith("s") and lexicon.is_proper(word[:-1], lang)):
            yield "name"
        person = lexicon.person(word)
        if person:
            yield ("", "first", "last", "first or last")[person & (Person.FIRST | Person.LAST)]
        if lexicon.is_demonym(word, lang):
            yield "demonym"
        if word[0].isupper():
            used_like = word_class(word.capitalize() if word.isupper() and len(word) >= SHORTEST_LOOK else word)
            if used_like:
                yield f"used like {used_like}"

    def _is_compound(self, word: str) -> bool:
        """Tell whether a word is made of two everyday words: "Truppenübungsplatz", but not "Alexanderplatz"."""
        lexicon, lang = self._gazetteer.lexicon, self.lang
        begins = lexicon.everyday_beginnings(word, lang)
        return any(
            (cut in begins or cut - 1 in begins) and lexicon.frequency(word[cut:], lang)
            for cut in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1)
        )

    def _signature(self, word: str, match: tuple[str, ...]) -> str:
        """Return in a few marks what a word is, as the words around it are told of it."""
        facts = self.facts(word)
        if match:
            everyday = "everyday" if self.is_everyday(word) else ""
            person = next((fact for fact in facts if fact in _PERSONS), "")
            return f"{match[0][0]} {match[3]} {everyday} {person}"
        if facts[0].startswith("sign"):
            return word
        told = (fact for fact in facts[1:] if not fact.startswith(("common", "looks", "used")))
        return " ".join((facts[0][6:], *told))

    def _letter(self, word: str, match: tuple[str, ...]) -> str:
        """Return in one letter what a word in capitals is, for the pattern of the words in capitals it stands among."""
        facts = self.facts(word)
        if match:
            letter = "w" if "class 2" in match or self.is_everyday(word) else "m"
            return letter.upper() if match[0].startswith("starts") else letter
        for fact, letter in _LETTERS.items():
            if fact in facts:
                return letter
        if self.is_everyday(word):
            return "c"
        return "p" if word[0].isupper() and len(word) >= SHORTEST_LOOK and looks(word) > 0 else "x"

    def is_everyday(self, word: str) -> bool:
        """Tell whether a word is also an everyday word of the language."""
        return self._gazetteer.lexicon.frequency(word, self.lang) > 0

    def _announces(self, word: str) -> bool:
        """Tell whether a word is in small letters and may begin a name: "mer Noire", "golfo di Napoli"."""
        return word[0].islower() and bool(self._gazetteer.lexicon.kinds(word, self.lang, Position.BEFORE))

    def _forms(self, word: str, article: str = "") -> tuple[Form, ...]:
        """Return the known names that a word may be a form of, behind an article or none, the likeliest first."""
        return tuple(self._gazetteer.forms(word, self.lang, article))

    def _begins_names(self, word: str) -> bool:
        """Tell whether a known name of several words may begin with a word."""
        return any(map(self._gazetteer.has_names_from, beginnings(word, self.lang)))


def _is_capital(letter: str) -> bool:
    return letter.isupper() or letter.istitle()


def _heads_compounds(hit: Hit) -> bool:
    """Tell whether a place is one that compounds are made of."""
    return hit.name_class < NameClass.OTHER and (hit.kind in _LANDS or hit.weight >= KNOWN_CITY)


def _shape(word: str) -> str:
    """Return how a word is written: "Xx", "XX", "xx", "xX", "9", "X.X."."""
    if word.isdigit():
        return "9"
    if "." in word:
        return "X.X."
    if word.isupper():
        return "X" if len(word) == 1 else "XX"
    if word[0].isupper():
        return "Xx" if word[1:].islower() else "XxX"
    return "xx" if word.islower() else "xX"


def match_names(text: str, tokens: Sequence[Token], gazetteer: Gazetteer, tokenizer: Tokenizer) -> Iterator[Match]:
    """Yield the longest known names of a sentence, from left to right, none overlapping another."""
    position = 0
    while position < len(tokens):
        token = tokens[position]
        found = None
        if token.is_capitalised:
            if text.startswith("- ", token.end):
                found = _shortened_name(text, tokens, position, gazetteer, tokenizer.lang)
            found = found or _longest_name(text, tokens, position, gazetteer, tokenizer)
        elif tokenizer.announces(token.text):
            found = _longest_name(text, tokens, position, gazetteer, tokenizer)
            found = found if found and found.last > position else None
        if found:
            yield found
        position = found.last + 1 if found else position + 1


def _shortened_name(text: str, tokens: Sequence[Token], first: int, gazetteer: Gazetteer, lang: str) -> Match | None:
    """Return the name that a token and the hyphen behind it begin: "Nord-" in "Nord- und Südkorea"."""
    hyphen = min(first + 1, len(tokens) - 1)
    for name in full_names(f"{tokens[first].text}-", text[tokens[hyphen].end : tokens[-1].end], lang):
        for form in gazetteer.forms(name, lang):
            return Match(first, hyphen, form.hits, form.is_inflected)
    return None


def _longest_name(
    text: str, tokens: Sequence[Token], first: int, gazetteer: Gazetteer, tokenizer: Tokenizer
) -> Match | None:
    """Return the longest known name that begins at a token, None if there is none."""
    lang = tokenizer.lang
    article = article_in(word_before(tokens, first), lang)
    for end in reversed(_possible_ends(tokens, first, tokenizer)):
        closing = tokens[end]
        name = text[tokens[first].start : closing.end]
        if name.count("(") != name.count(")") or (closing.text == ")" and tokens[end - 1].text == "("):
            continue
        if len(name) <= SHORTEST_CODE and not name.isupper() and not text.startswith(".", closing.end):
            continue
        is_tied = tokens[end - 1].text == "-" and not closing.gap
        in_small = end > first and _is_in_small(closing) and not is_tied
        spelt = _APART.sub(r"\1", name) if "'" in name or "’" in name else name
        for form in gazetteer.forms(spelt, lang, article) if end > first else tokenizer.forms(spelt, article):
            if in_small and not any(_ends_in_small(hit, lang) for hit in form.hits):
                continue
            if closing.text == "." and not _is_abbreviation(form.key, form.hits, gazetteer):
                break
            has_article = bool(article) and form.key == fold(article + spelt)
            return Match(first, end, form.hits, form.is_inflected, has_article)
    return None


def word_before(tokens: Sequence[Token], position: int) -> str:
    """Return the word before a token in lower case: "im", "à", "l'"; "" at the beginning of a sentence."""
    if not position:
        return ""
    before = tokens[position - 1].text
    if before in "'’" and position > 1:
        before = f"{tokens[position - 2].text}'"
    return before.lower()


def _possible_ends(tokens: Sequence[Token], first: int, tokenizer: Tokenizer) -> list[int]:
    """Return the tokens with which a name may end that begins at a token, itself among them."""
    ends = [first]
    for last in range(first + 1, min(len(tokens), first + LONGEST_NAME)):
        token = tokens[last]
        if not _may_continue(token):
            break
        # Few words begin a longer name. What a sign is tied to is no whole word: "L'Aquila", "St.", "Baden-Baden".
        if last == first + 1 and _is_next_word(token) and not tokenizer.begins_names(tokens[first].text):
            break
        if not _is_in_small(token) or (tokenizer.lang not in _CAPITALISING and token.text[0].isalpha()):
            ends.append(last)
    return ends


def _is_abbreviation(key: str, hits: tuple[Hit, ...], gazetteer: Gazetteer) -> bool:
    """Tell whether a full stop belongs to a name: "Calif.", "Rothenburg o. d. T.", but not that of "in Ohio."."""
    best = max(hits, key=lambda hit: hit.standing)
    if best.name_class is NameClass.LABEL:
        return False
    name = fold(gazetteer.entry(best.number).name)
    letters = iter(name)
    return len(key) < len(name) and all(letter in letters for letter in key if letter != " ")


_CAPITALISING = frozenset({"de", "en", "nl"})
"""Languages in which the last word of a name has a capital."""


def _ends_in_small(hit: Hit, lang: str) -> bool:
    """Tell whether a name may end in small letters: "Arabie saoudite", "Amérique centrale", but no "Paris est"."""
    return hit.kind in _LANDS and hit.name_class is NameClass.LABEL and hit.is_tagged(lang)


def _is_next_word(token: Token) -> bool:
    """Tell whether a token is a word that stands a space away from the one before."""
    return token.gap != "" and token.text[0].isalnum()


def _is_in_small(token: Token) -> bool:
    """Tell whether a token is a word in small letters, or a sign that ends no name."""
    return not (token.is_capitalised or token.text in ")." or token.text.isdigit())


def _may_continue(token: Token) -> bool:
    """Tell whether a token may go on a name that began before it."""
    return len(token.gap) <= 1 and token.gap != "\n" and (token.text[0].isalnum() or token.text in _INSIDE_NAMES)


@lru_cache(maxsize=65536)
def facts_of_match(
    hits: tuple[Hit, ...], lang: str, *, is_inflected: bool, length: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what the gazetteer knows of a name, as short marks: for its first token, and for the others."""
    best = max(hits, key=lambda hit: hit.standing)
    kind = "nature" if best.kind in _NATURE else str(best.kind)
    facts = [
        f"bears {kind}",
        f"weight {best.weight // 8}",
        f"bears {kind} {best.weight // 16}",
        f"class {best.name_class}",
        f"length {min(length, 4)}",
    ]
    if any(hit.is_tagged(lang) for hit in hits):
        facts.append("tagged")
    if is_inflected:
        facts.append("inflected")
    if any(hit.kind in {Kind.ADMIN1, Kind.COUNTRY} and hit.name_class < NameClass.OTHER for hit in hits):
        facts.append("container")
    return ("starts a name", *facts), ("goes on with a name", *facts)
