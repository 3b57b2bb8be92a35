"""Article -> mentions: where the text names a place.

`find_mentions` asks a `Recognizer` for spans and ties them to the article's sentences; called by `storymap.pipeline`.
The recogniser built in, `GazetteerRecognizer`, works in two steps:

1. *Candidates*: the longest runs of capitalised words that the gazetteer knows, endings and hyphens seen through.
2. *Evidence*: what speaks for and against each being a place here (how prominent its bearers are, whether it is also
   an everyday word or a surname, what stands before and after it), weighed by a logistic model. The weights were
   fitted by ``data/recipes/train_recognizer.py``; ``models/README.md`` says on what.
"""

import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from storymap.gazetteer.lexicon import Lexicon, Person, Position, TitleOf
from storymap.gazetteer.names import base_forms
from storymap.gazetteer.store import Gazetteer, Hit, NameClass
from storymap.model import Article, Kind, Mention, Role, Sentence

__all__ = ["GazetteerRecognizer", "Recognizer", "Span", "find_mentions"]


class Span(NamedTuple):
    """A stretch of the text that names a place: ``text[start:end]``."""

    start: int
    end: int
    role: Role = Role.LITERAL


class Recognizer(Protocol):
    """Finds the places named in a text. It gives offsets only; which place is meant is decided later."""

    def find_spans(self, article: Article) -> Sequence[Span]:
        """Return the spans that name a place."""
        ...


def find_mentions(article: Article, recognizer: Recognizer) -> tuple[Mention, ...]:
    """Return the mentions in the order of the text; of spans that begin together the longer comes first."""
    starts = [sentence.start for sentence in article.sentences]
    spans = sorted(set(recognizer.find_spans(article)), key=lambda span: (span.start, -span.end))
    return tuple(
        Mention(start, end, article.text[start:end], max(bisect_right(starts, start) - 1, 0), role)
        for start, end, role in spans
    )


# A word: letters and digits, with marks that belong to letters and apostrophes inside; or initials as in "U.S.".
_WORD = re.compile(r"(?:[^\W\d_][^\W\d_]?\.){2,}|[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*(?:['’ʼ][^\W_]+)*")

# An article or preposition that French and Italian tie to the name: l'Ukraine, d'Anvers, all'Aquila, nell'Oregon.
_ELISION = re.compile(r"(?:[cdjlmnst]|qu|jusqu|un|quest|[ad]ll|dell|nell|sull|coll)['’ʼ](?=\w)", re.IGNORECASE)
_ELIDING = frozenset({"fr", "it", "ca", "oc"})

# What may stand between the words of one name: "St. Gallen", "Frankfurt (Oder)", "Halle/Saale", "Baden-Württemberg".
_INSIDE_NAME = re.compile(r"['’ʼ]|[ \u00a0]|[ \u00a0]?[-‐‑–/][ \u00a0]?|\.[ \u00a0]?|[ \u00a0]?\(")
_ABBREVIATED = frozenset({"st", "ste", "mt", "ft", "pt", "o", "d", "a", "b", "i", "v", "n", "dr"})
_HYPHENS = frozenset("-‐‑–")

LONGEST_NAME = 6
"""Words of the longest names that are searched: "Saint Vincent and the Grenadines" has five, "... und die ..." six."""

CASELESS = frozenset({"ar", "fa", "he", "zh", "ja", "ko", "hi", "th", "ka", "ur", "bn"})
"""Languages whose script has no capitals: any word may begin a name."""


class Word(NamedTuple):
    """A word of a sentence."""

    start: int
    end: int
    text: str

    @property
    def is_capitalised(self) -> bool:
        """Whether its first letter is a capital, or one in a script without capitals."""
        first = self.text[0]
        return first.isupper() or first.istitle()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run of words of a sentence, ``words[first:last + 1]``, that the gazetteer knows as a name."""

    words: Sequence[Word]
    first: int
    last: int
    hits: tuple[Hit, ...]
    role: Role
    end: int

    @property
    def start(self) -> int:
        """Where it starts in the text."""
        return self.words[self.first].start


def words_of(text: str, sentence: Sentence, lang: str) -> list[Word]:
    """Return the words of a sentence; an elided article counts as one."""
    words = []
    for match in _WORD.finditer(text, sentence.start, sentence.end):
        start, end = match.span()
        elision = _ELISION.match(text, start, end) if lang in _ELIDING else None
        if elision:
            words.append(Word(start, elision.end() - 1, text[start : elision.end() - 1]))
            start = elision.end()
        words.append(Word(start, end, text[start:end]))
    return words


class GazetteerRecognizer:
    """The recogniser built in: gazetteer and context, in any language."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def find_spans(self, article: Article) -> Sequence[Span]:
        """Return the candidates that are more likely a place than not."""
        probabilities = self.judge(article)
        return [Span(c.start, c.end, c.role) for c, probability in probabilities if probability >= ACCEPTED]

    def judge(self, article: Article) -> list[tuple[Candidate, float]]:
        """Return every candidate with the probability that it names a place here."""
        weights = load_weights(article.lang)
        examined = self.examine(article)
        return [(candidate, _probability(evidence, weights)) for candidate, evidence in examined]

    def examine(self, article: Article) -> list[tuple[Candidate, dict[str, float]]]:
        """Return every candidate with its evidence: named figures, 0 where left out."""
        lexicon, lang = self._gazetteer.lexicon, article.lang
        found = [
            candidate
            for sentence in article.sentences
            for candidate in self._candidates(article.text, words_of(article.text, sentence, lang), lang)
        ]
        surnames = _surnames(found, lexicon)
        headlines = {block.start: block.end for block in article.blocks if block.kind != "paragraph"}
        return [
            (
                candidate,
                _evidence(candidate, article.text, lexicon, lang) | _article_evidence(candidate, surnames, headlines),
            )
            for candidate in found
        ]

    def _candidates(self, text: str, words: list[Word], lang: str) -> Iterator[Candidate]:
        """Yield the longest known names in a sentence, left to right, none overlapping another."""
        caseless = lang in CASELESS
        position = 0
        while position < len(words):
            candidate = None
            if caseless or words[position].is_capitalised:
                candidate = self._longest_name(text, words, position, lang)
            elif self._gazetteer.lexicon.kinds(words[position].text, lang, Position.BEFORE):
                # "mer Noire", "golfo di Napoli": the word of kind, in small letters, may belong to the name.
                candidate = self._longest_name(text, words, position, lang)
                candidate = candidate if candidate and candidate.last > candidate.first else None
            if candidate:
                yield candidate
                position = candidate.last + 1
            else:
                position += 1

    def _longest_name(self, text: str, words: list[Word], first: int, lang: str) -> Candidate | None:
        """Return the longest known name that begins at a word, None if there is none."""
        last = first
        while (
            last + 1 < len(words)
            and last - first + 1 < LONGEST_NAME
            and _may_continue(text, words[last], words[last + 1])
        ):
            last += 1
        for end in range(last, first - 1, -1):
            if end > first and not words[end].is_capitalised and lang not in CASELESS:
                continue
            name = text[words[first].start : words[end].end]
            hits = next(filter(None, map(self._gazetteer.hits, base_forms(name, lang))), ())
            if hits and (len(name) > SHORTEST_CODE or name.isupper() or text.startswith(".", words[end].end)):
                return self._candidate(text, words, first, end, hits)
        return None

    def _candidate(self, text: str, words: list[Word], first: int, last: int, hits: tuple[Hit, ...]) -> Candidate:
        """Return the candidate, reaching over what a hyphen joins to it and over the bracket it opened."""
        end = words[last].end
        if words[last].text.endswith(("'s", "’s", "'S", "’S")):
            end -= 2
        if text[words[first].start : end].count("(") and text[end : end + 1] == ")":
            end += 1
        role = Role.LITERAL
        if last + 1 < len(words) and text[end : words[last + 1].start] in _HYPHENS:
            tail = words[last + 1]
            district = tail.is_capitalised and any(h.kind in _TOWNS for h in self._gazetteer.hits(tail.text.casefold()))
            if district and last == first and not self._gazetteer.lexicon.frequency(tail.text, "de"):
                return Candidate(words, first, last + 1, hits, Role.LITERAL, tail.end)
            role = Role.PART
        return Candidate(words, first, last, hits, role, end)


_TOWNS = frozenset({Kind.CITY, Kind.DISTRICT})

SHORTEST_NAME = 3
"""Words of up to this many letters are other words in capitals: "US" and "us"."""

SHORTEST_CODE = 2
"""Names of up to this many letters count only in capitals: "US", "UK"."""

ACCEPTED = 0.5
"""A candidate is a mention from this probability on: the maximum of F1 on the training texts lies within 0.45-0.55."""


def _may_continue(text: str, word: Word, following: Word) -> bool:
    """Tell whether two neighbouring words may belong to one name."""
    gap = text[word.end : following.start]
    if not _INSIDE_NAME.fullmatch(gap):
        return False
    return not gap.startswith(".") or word.text.casefold() in _ABBREVIATED


def _surnames(candidates: Sequence[Candidate], lexicon: Lexicon) -> frozenset[str]:
    """Return the candidates' words that stand behind a first name somewhere in the article."""
    return frozenset(
        c.words[c.first].text
        for c in candidates
        if c.first and _is_first_name(c.words[c.first - 1], lexicon) and _gap_before(c) == 1
    )


def _gap_before(candidate: Candidate) -> int:
    return candidate.start - candidate.words[candidate.first - 1].end if candidate.first else -1


def _is_first_name(word: Word, lexicon: Lexicon) -> bool:
    initial = len(word.text) == 1 and word.text.isupper()
    return initial or (word.is_capitalised and bool(lexicon.person(word.text) & Person.FIRST))


def _article_evidence(candidate: Candidate, surnames: frozenset[str], headlines: Mapping[int, int]) -> dict[str, float]:
    """Return the evidence that other places in the article give."""
    evidence = {}
    if candidate.words[candidate.first].text in surnames:
        evidence["surname elsewhere"] = 1.0
    if any(start <= candidate.start < end for start, end in headlines.items()):
        evidence["in headline"] = 1.0
    return evidence


def _neighbour_evidence(
    text: str, before: Candidate | None, candidate: Candidate, after: Candidate | None
) -> dict[str, float]:
    """Return what candidates right before and behind say: "Columbus, Ga." is in its state, "Rom, Paris" is a list."""
    evidence = {}
    if before and text[before.end : candidate.start] in _COMMAS:
        evidence["contains the one before"] = float(_is_container(candidate))
        evidence["abbreviation behind a place"] = float(_is_container(candidate) and text[candidate.end :][:1] == ".")
        evidence["in a list"] = float(not _is_container(candidate))
    if after and text[candidate.end : after.start] in _COMMAS:
        evidence["lies in the one behind"] = float(_is_container(after))
        evidence["begins a list"] = float(not _is_container(after))
    return evidence


_COMMAS = frozenset({", ", " , ", " (", " und ", " and ", " et ", " e ", " y ", " en ", " i "})


def _is_container(candidate: Candidate) -> bool:
    return any(hit.kind in {Kind.ADMIN1, Kind.COUNTRY} and hit.name_class < NameClass.OTHER for hit in candidate.hits)


def _evidence(candidate: Candidate, text: str, lexicon: Lexicon, lang: str) -> dict[str, float]:
    """Return what the name itself and its neighbours say."""
    return (
        {"bias": 1.0}
        | _name_evidence(candidate, text, lexicon, lang)
        | _context_evidence(candidate, text, lexicon, lang)
    )


_STATES = frozenset({Kind.COUNTRY, Kind.CONTINENT})
_NATURE = frozenset({Kind.REGION, Kind.SEA, Kind.RIVER, Kind.LAKE, Kind.MOUNTAIN, Kind.ISLAND})


def _name_evidence(candidate: Candidate, text: str, lexicon: Lexicon, lang: str) -> dict[str, float]:
    words = candidate.words[candidate.first : candidate.last + 1]
    best = max(candidate.hits, key=lambda hit: hit.weight - 7 * hit.name_class)
    frequency = min(_everyday(word.text, lexicon, lang) for word in words)
    several = len(words) > 1
    person = Person.NONE if several or best.kind in _STATES else lexicon.person(words[0].text)
    name = text[candidate.start : candidate.end]
    bare = name.removesuffix("s")
    starts_sentence = candidate.first == 0
    evidence = {
        "weight": best.weight / 10,
        "is prominent": float(best.weight >= 58),
        "is small": float(best.weight < 40),
        "odd name": float(best.name_class is NameClass.OTHER),
        "tagged with the language": float(any(hit.is_tagged(lang) for hit in candidate.hits)),
        "several words": float(several),
        "everyday words together": frequency * several,
        "everyday word": frequency * (not several),
        "everyday word at all": float(frequency > 0 and not several),
        "everyday word, frequent": float(frequency >= 4.5 and not several),
        "everyday word at the start": frequency * starts_sentence,
        "frequent name": float(lexicon.is_proper(words[0].text, lang) or lexicon.is_proper(bare, lang)),
        "unknown word": float(not frequency and not lexicon.is_proper(words[0].text, lang)),
        "demonym": float(lexicon.is_demonym(name, lang)),
        "first name": float(bool(person & Person.FIRST)),
        "surname": float(bool(person & Person.LAST)),
        "first name of a known place": float(bool(person & Person.FIRST) and best.weight >= 58),
        "surname of a known place": float(bool(person & Person.LAST) and best.weight >= 58),
        "starts the sentence": float(starts_sentence),
        "starts small": float(not words[0].is_capitalised),
        "all capitals": float(name.isupper() and len(name) > 1),
        "three letters": float(len(name) <= 3),
        "abbreviation": float(text.startswith(".", candidate.end) and len(name) <= 5),
        "ends in -er": float(lang == "de" and name.endswith("er")),
        "part of a compound": float(candidate.role is Role.PART),
        "inflected": float(not any(lexicon.is_proper(w.text, lang) for w in words) and lexicon.is_proper(bare, lang)),
    }
    evidence[f"kind {_group(best.kind)}"] = 1.0
    return evidence


def _everyday(word: str, lexicon: Lexicon, lang: str) -> float:
    """Return how common a word is; capitals make another word of a short one ("US", "us")."""
    return 0.0 if word.isupper() and 1 < len(word) <= SHORTEST_NAME else lexicon.frequency(word, lang)


def _group(kind: Kind) -> str:
    return "nature" if kind in _NATURE else str(kind)


def _context_evidence(candidate: Candidate, text: str, lexicon: Lexicon, lang: str) -> dict[str, float]:
    evidence: dict[str, float] = {}
    words = candidate.words
    frequency = _everyday(words[candidate.first].text, lexicon, lang) if candidate.first == candidate.last else 0.0
    if candidate.first:
        before = words[candidate.first - 1]
        gap = text[before.end : candidate.start]
        evidence |= _before(before, gap, frequency, lexicon, lang)
        if gap.isspace() and lexicon.frequency(before.text, lang) >= VERY_COMMON:
            evidence[f"after the word {before.text.lower()}"] = 1.0
            if any(hit.kind in _NATURE for hit in candidate.hits):
                evidence[f"nature after the word {before.text.lower()}"] = 1.0
        elif any(hit.kind in _NATURE for hit in candidate.hits):
            evidence["nature after another word"] = 1.0
        if candidate.first > 1 and lexicon.is_place_preposition(words[candidate.first - 2].text.lower(), lang):
            evidence["preposition two before"] = 1.0
    if candidate.last + 1 < len(words):
        after = words[candidate.last + 1]
        evidence |= _after(after, text[candidate.end : after.start], lexicon, lang)
    else:
        evidence["ends the sentence"] = 1.0
    if text[candidate.start - 1 : candidate.start] == "(":
        evidence["in brackets"] = 1.0
    return evidence


VERY_COMMON = 6.0
"""Frequency of the fifty or so words of a language told one by one: "die Stör" is a river, "danach Stör" a fish."""


def _before(word: Word, gap: str, frequency: float, lexicon: Lexicon, lang: str) -> dict[str, float]:
    """Return what the word before says."""
    evidence: dict[str, float] = {}
    if gap.strip() == ",":
        evidence["after a comma"] = 1.0
        if word.is_capitalised:
            evidence["after a capitalised word and a comma"] = 1.0
    elif gap in _HYPHENS:
        evidence["after a hyphen"] = 1.0
    elif gap.isspace() or gap == ". ":
        title = lexicon.title(word.text, lang) or lexicon.title(word.text + ".", lang)
        evidence["after a preposition"] = float(lexicon.is_place_preposition(word.text.lower(), lang))
        evidence["everyday word after a preposition"] = evidence["after a preposition"] * frequency
        evidence["after a person's title"] = float(title is TitleOf.PERSON)
        evidence["after an organisation's"] = float(title is TitleOf.ORGANISATION)
        evidence["after a word of kind"] = float(bool(lexicon.kinds(word.text, lang, Position.BEFORE)))
        evidence["after a first name"] = float(_is_first_name(word, lexicon))
        evidence["after a capitalised word"] = float(word.is_capitalised)
        evidence["after a demonym"] = float(lexicon.is_demonym(word.text, lang))
    return evidence


def _after(word: Word, gap: str, lexicon: Lexicon, lang: str) -> dict[str, float]:
    """Return what the word after says."""
    evidence: dict[str, float] = {}
    if gap.strip() == ",":
        evidence["before a comma"] = 1.0
        if word.is_capitalised:
            evidence["before a comma and a capitalised word"] = 1.0
    elif gap.isspace():
        evidence["before a word of kind"] = float(bool(lexicon.kinds(word.text, lang, Position.AFTER)))
        evidence["before a capitalised word"] = float(word.is_capitalised)
        evidence["before a surname"] = float(word.is_capitalised and bool(lexicon.person(word.text) & Person.LAST))
    elif gap.strip() in {"(", ")", "/"}:
        evidence["before a bracket"] = 1.0
    elif gap.startswith(("'s", "’s")):
        evidence["possessive"] = 1.0
    return evidence


def _probability(evidence: Mapping[str, float], weights: Mapping[str, float]) -> float:
    total = sum(weights.get(name, 0.0) * figure for name, figure in evidence.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def _models() -> dict[str, dict[str, float]]:
    models: dict[str, dict[str, float]] = json.loads(
        (Path(__file__).parent / "models" / "recognizer.json").read_text("utf-8")
    )
    return models


def load_weights(lang: str) -> Mapping[str, float]:
    """Return the weights for a language: its own, or those fitted to all languages that do not capitalise nouns."""
    models = _models()
    return models.get(lang, models["other"])
