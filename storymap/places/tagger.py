"""What is known of the tokens of a sentence -> their tags: a linear-chain conditional random field, in plain Python.

Its features are what the gazetteer and the lexicon know of each token and its neighbours (`storymap.places.tokens`);
its weights were learnt by ``data/recipes/train_recognizer.py``, and ``models/README.md`` says from what. What a word
contributes does not depend on where it stands, so it is added up once a word and not once a token. Called by
`storymap.places.recognize`, and by the recipe that learns the weights.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import NamedTuple

from storymap.gazetteer.store import Gazetteer
from storymap.model import Article, BlockKind, Role
from storymap.places.tokens import Match, Token, Tokenizer, facts_of_match, match_names

__all__ = [
    "LANGUAGES_LEARNT",
    "OWN_MODELS",
    "TAGS",
    "Examined",
    "Model",
    "Seen",
    "examine",
    "features_at",
    "load_model",
    "tokenizer_of",
]


TAGS = ("O", "B-literal", "I-literal", "B-metonym", "I-metonym", "B-part", "I-part")
"""What a token is: outside, or the beginning or inside of a mention in one of its roles."""

_ROLES = tuple((role, TAGS.index(f"B-{role}"), TAGS.index(f"I-{role}")) for role in Role)

Vector = tuple[float, ...]
"""A score for each tag."""

NEIGHBOURS = (-3, -2, -1, 1, 2, 3)


class Model:
    """The weights for one language or several: a vector of tag scores a feature, and a score a pair of tags."""

    def __init__(self, weights: Mapping[str, Vector], transitions: Sequence[Vector]) -> None:
        self._weights = weights
        self._columns = tuple(zip(*transitions, strict=True))
        self._to_outside = tuple(row[0] for row in transitions)
        self._from_outside = transitions[0]
        self._parts = lru_cache(maxsize=131072)(self._parts_of)
        self._seen_from = cache(self._seen_from_of)
        self._situation = lru_cache(maxsize=65536)(self._situation_of)
        self._company = lru_cache(maxsize=65536)(self._company_of)
        self._edges = [self._sum([_beside(offset, "edge")]) for offset in NEIGHBOURS]

    def _sum(self, features: Iterable[str]) -> Vector:
        """Return the sum of the vectors of some features."""
        known = [vector for vector in map(self._weights.get, features) if vector]
        return tuple(map(sum, zip(*known, strict=True))) if known else _NOTHING

    def _parts_of(self, tokenizer: Tokenizer, word: str, match: tuple[str, ...]) -> tuple[Vector, list[Vector]]:
        """Return what a word adds to its own scores, and to those of each neighbour it is seen from."""
        seen = [self._seen_from(fact) for fact in _known_of(tokenizer, word, match)]
        beside = list(map(sum, zip(*filter(None, seen), strict=True))) or _NOTHING * len(NEIGHBOURS)
        tags = len(TAGS)
        return self._sum(_own(tokenizer, word, match)), [
            tuple(beside[first : first + tags]) for first in range(0, tags * len(NEIGHBOURS), tags)
        ]

    def _seen_from_of(self, fact: str) -> Vector | None:
        """Return what a fact of a word adds to the scores of its neighbours, one after the other; None for nothing."""
        vectors = [self._weights.get(_beside(offset, fact), _NOTHING) for offset in NEIGHBOURS]
        return tuple(chain.from_iterable(vectors)) if any(vector is not _NOTHING for vector in vectors) else None

    def _situation_of(self, tokenizer: Tokenizer, word: str, match: tuple[str, ...], marks: tuple[str, ...]) -> Vector:
        """Return what its situation adds to a word's scores."""
        return self._sum(_situated(tokenizer, word, match, marks))

    def _company_of(self, lang: str, company: "Company") -> Vector:
        """Return what the company it keeps adds to a word's scores."""
        return self._sum(_in_company(lang, company))

    def _scores(self, tokenizer: Tokenizer, sentence: "Sequence[Seen]") -> list[Vector]:
        """Return the scores of each token of a sentence."""
        parts = [self._parts(tokenizer, seen.word, seen.match) for seen in sentence]
        scores: list[Vector] = []
        for position, seen in enumerate(sentence):
            if not seen.is_open:
                scores.append(_SURELY_OUTSIDE)
                continue
            vectors = [parts[position][0], self._company(tokenizer.lang, seen.company)]
            for number, offset in enumerate(NEIGHBOURS):
                at = position + offset
                vectors.append(parts[at][1][number] if 0 <= at < len(parts) else self._edges[number])
            if seen.marks:
                vectors.append(self._situation(tokenizer, seen.word, seen.match, seen.marks))
            scores.append(tuple(map(sum, zip(*vectors, strict=True))))
        return scores

    def tags(self, tokenizer: Tokenizer, sentence: "Sequence[Seen]") -> list[int]:
        """Return the likeliest tags of a sentence's tokens.

        Where a token is outside beyond doubt, what comes before it and what comes behind it do not touch each other:
        only the stretches between such tokens are searched.
        """
        scores = self._scores(tokenizer, sentence)
        tags = [0] * len(scores)
        start = None
        for position, score in enumerate((*scores, _SURELY_OUTSIDE)):
            is_open = score[0] - max(score[1:]) < BEYOND_DOUBT
            if is_open and start is None:
                start = position
            elif not is_open and start is not None:
                tags[start:position] = self._best(
                    scores[start:position], begins=start == 0, ends=position == len(scores)
                )
                start = None
        return _trimmed(tags, sentence)

    def judge(
        self, tokenizer: Tokenizer, sentence: "Sequence[Seen]", spans: Iterable[tuple[int, int]]
    ) -> Iterator[tuple[float, Role]]:
        """Yield for each run of tokens, ``(first, last)``, the likeliest role and the log odds of it.

        They are the odds that the run is a mention in that role, and not outside of any, if nothing beside it is one.
        """
        scores = self._scores(tokenizer, sentence)
        outside = self._columns[0][0]
        for first, last in spans:
            odds = []
            for role, begin, inside in _ROLES:
                tags = [begin] + [inside] * (last - first)
                states = sum(scores[at][tag] - scores[at][0] for at, tag in enumerate(tags, first))
                path = [*([0] if first else []), *tags, *([0] if last + 1 < len(scores) else [])]
                steps = sum(self._columns[after][before] - outside for before, after in pairwise(path))
                odds.append((states + steps, role))
            yield max(odds)

    def _best(self, scores: Sequence[Vector], *, begins: bool, ends: bool) -> list[int]:
        """Return the likeliest tags of a stretch of tokens (Viterbi).

        It lies between two tokens that are outside, but where it begins or ends the sentence.
        """
        best = _added(scores[0], _NOTHING if begins else self._from_outside)
        steps: list[list[int]] = []
        for score in scores[1:]:
            step, following = [], []
            for column, own in zip(self._columns, score, strict=True):
                reached = _added(best, column)
                top = max(reached)
                step.append(reached.index(top))
                following.append(top + own)
            steps.append(step)
            best = following
        last = _added(best, _NOTHING if ends else self._to_outside)
        tags = [last.index(max(last))]
        for step in reversed(steps):
            tags.append(step[tags[-1]])
        return tags[::-1]


def _trimmed(tags: list[int], sentence: "Sequence[Seen]") -> list[int]:
    """Return the tags; a mention ends with no word in small letters, but one of a known name ("Arabie saoudite")."""
    following = 0
    for position in range(len(tags) - 1, -1, -1):
        seen = sentence[position]
        if not TAGS[following].startswith("I") and not seen.match and (seen.word[0].islower() or seen.word in "(,"):
            tags[position] = 0
        following = tags[position]
    return tags


def _added(a: Sequence[float], b: Sequence[float]) -> list[float]:
    return [x + y for x, y in zip(a, b, strict=True)]


BEYOND_DOUBT = 8.0
"""Log odds by which a token must be outside. Searching whole sentences instead changes 3 of 2,569 mentions in two dev
corpora."""

_NOTHING: Vector = (0.0,) * len(TAGS)
_SURELY_OUTSIDE: Vector = (BEYOND_DOUBT, *_NOTHING[1:])


class Company(NamedTuple):
    """The company a token keeps: what stands before and behind the name it belongs to, and what it is listed with."""

    own: str
    before: str
    behind: str
    listed: str
    run: str


class Seen(NamedTuple):
    """What the model sees of a token: the word, what is known of the name it belongs to, and how it is situated."""

    word: str
    match: tuple[str, ...]
    marks: tuple[str, ...]
    company: Company
    is_open: bool


def features_at(position: int, sentence: Sequence[Seen], tokenizer: Tokenizer) -> list[str]:
    """Return the names of the features of a token; the model adds up the same ones, word by word."""
    word, match, marks, company, _ = sentence[position]
    features = _own(tokenizer, word, match)
    for offset in NEIGHBOURS:
        at = position + offset
        inside = 0 <= at < len(sentence)
        facts = _known_of(tokenizer, *sentence[at][:2]) if inside else ("edge",)
        features += [_beside(offset, fact) for fact in facts]
    return features + _situated(tokenizer, word, match, marks) + _in_company(tokenizer.lang, company)


Examined = tuple[list[Token], list[Match], list[Seen]]


def examine(article: Article, gazetteer: Gazetteer) -> Iterator[Examined]:
    """Yield the tokens of each sentence, the names among them, and what the model sees of each token."""
    tokenizer = tokenizer_of(gazetteer, article.lang)
    text = article.text
    headlines = [block for block in article.blocks if block.kind is not BlockKind.PARAGRAPH]
    sentences = []
    for sentence in article.sentences:
        tokens = tokenizer.tokens(text, sentence)
        if tokens:
            in_headline = any(block.start <= sentence.start < block.end for block in headlines)
            matches = list(match_names(text, tokens, gazetteer, tokenizer))
            sentences.append((tokens, matches, in_headline))
    elsewhere = _known_elsewhere(sentences, tokenizer)
    for tokens, matches, in_headline in sentences:
        yield tokens, matches, _see(tokens, matches, tokenizer, elsewhere, in_headline=in_headline)


@cache
def tokenizer_of(gazetteer: Gazetteer, lang: str) -> Tokenizer:
    """Return the tokenizer of a language, once: what it has learnt of words is kept."""
    return Tokenizer(gazetteer, lang)


def _known_elsewhere(
    sentences: Sequence[tuple[list[Token], list[Match], bool]], tokenizer: Tokenizer
) -> dict[str, tuple[str, ...]]:
    """Return, for words of the article, what they are in another place of it: a surname, or behind a preposition."""
    seen: dict[str, set[str]] = {}
    for tokens, matches, _ in sentences:
        for before, token in pairwise(tokens):
            if token.is_capitalised and token.gap == " " and before.is_capitalised:
                facts = tokenizer.facts(before.text)
                if "first" in facts or "first or last" in facts:
                    seen.setdefault(token.text, set()).add("elsewhere a surname")
        for match in matches:
            if match.first and "preposition" in tokenizer.facts(tokens[match.first - 1].text):
                seen.setdefault(tokens[match.first].text, set()).add("elsewhere behind a preposition")
    return {word: tuple(sorted(marks)) for word, marks in seen.items()}


def _see(
    tokens: Sequence[Token],
    matches: Sequence[Match],
    tokenizer: Tokenizer,
    elsewhere: Mapping[str, tuple[str, ...]],
    *,
    in_headline: bool,
) -> list[Seen]:
    """Return what the model sees of each token of a sentence."""
    names: list[tuple[str, ...]] = [()] * len(tokens)
    spans = [(position, position) for position in range(len(tokens))]
    for first, last, hits, is_inflected in matches:
        length = last - first + 1
        start, inside = facts_of_match(hits, tokenizer.lang, is_inflected=is_inflected, length=length)
        names[first : last + 1] = [start] + [inside] * (length - 1)
        spans[first : last + 1] = [(first, last)] * length
    shouted = sum(token.text.isupper() for token in tokens) * 2 > len(tokens)
    sentence = ("headline",) * in_headline + ("shouted",) * shouted
    is_named = [bool(name) or token.is_capitalised for token, name in zip(tokens, names, strict=True)]
    signatures = ["edge", *map(tokenizer.signature, (token.text for token in tokens), names), "edge"]
    listed = _listed(tokens, spans, signatures, tokenizer)
    runs = _runs(tokens, names, is_named, tokenizer)
    seen = []
    for position, is_open in enumerate(_bridged(is_named)):
        word, (first, last) = tokens[position].text, spans[position]
        if not is_open:
            seen.append(Seen(word, names[position], (), _NO_COMPANY, is_open=False))
            continue
        company = Company(
            signatures[position + 1], signatures[first], signatures[last + 2], listed[position], runs[position]
        )
        marks = (*sentence, *elsewhere.get(word, ()), *_position(tokens, position))
        seen.append(Seen(word, names[position], marks, company, is_open=True))
    return seen


_NO_COMPANY = Company("", "", "", "", "")
"""That of a token that cannot be in a mention: nobody asks for it."""


def _listed(
    tokens: Sequence[Token], spans: Sequence[tuple[int, int]], signatures: Sequence[str], tokenizer: Tokenizer
) -> list[str]:
    """Return, for each token, the signature of the name it is listed with: that of Bonn for "Ulm" in "Bonn und Ulm"."""
    listed = []
    name = ""
    for token, (first, last) in zip(tokens, spans, strict=True):
        listed.append(name)
        if token.is_capitalised or last > first:
            name = signatures[first + 1]
        elif token.text not in LISTING_SIGNS and "governs and" not in tokenizer.facts(token.text):
            name = ""
    return listed


LISTING_SIGNS = frozenset(",/–-")


def _bridged(is_named: Sequence[bool]) -> list[bool]:
    """Return which tokens may be part of a mention: those in capitals or known, and the few that join two of them."""
    bridged = list(is_named)
    last = len(is_named)
    for position, is_one in enumerate(is_named):
        if is_one:
            if 1 < position - last <= LONGEST_BRIDGE + 1:
                bridged[last:position] = [True] * (position - last)
            last = position
    return bridged


LONGEST_BRIDGE = 3
"""Words in small letters and signs that may join two others in a name nobody knows: "Port-de-la-Rade"."""


def _runs(
    tokens: Sequence[Token], named: Sequence[tuple[str, ...]], is_open: Sequence[bool], tokenizer: Tokenizer
) -> list[str]:
    """Return, for each token in capitals, the pattern of all that stand in a row, and which of them it is."""
    runs = [""] * len(tokens)
    start = 0
    while start < len(tokens):
        if not is_open[start]:
            start += 1
            continue
        end = start + 1
        while end < len(tokens) and is_open[end] and tokens[end].gap == " ":
            end += 1
        pattern = "".join(tokenizer.letter(tokens[i].text, named[i]) for i in range(start, min(end, start + 5)))
        for i in range(start, min(end, start + 5)):
            runs[i] = f"run {pattern}@{i - start}"
        start = end
    return runs


def _position(tokens: Sequence[Token], position: int) -> Iterator[str]:
    """Yield how a token stands in its sentence: at the start, tied to a neighbour."""
    if position == 0 or (position == 1 and not tokens[0].text[0].isalnum()):
        yield "start"
    if position and not tokens[position].gap:
        yield "tied to the one before"
    if position + 1 < len(tokens) and not tokens[position + 1].gap:
        yield f"tied to {tokens[position + 1].text if len(tokens[position + 1].text) == 1 else 'a word'}"


def _own(tokenizer: Tokenizer, word: str, match: tuple[str, ...]) -> list[str]:
    """Return the features of a token's own word and of the name it belongs to, alone and together."""
    small, lang, facts = word.lower(), tokenizer.lang, tokenizer.facts(word)
    features = ["bias", *facts, f"{lang} {small[:3]}-"]
    features += [f"{lang} -{small[-n:]}" for n in (2, 3, 4) if len(small) > n]
    features += [f"{facts[0]}, {fact}" for fact in facts[1:]]
    if not match:
        return [*features, "no name", *(f"no name, {fact}" for fact in facts)]
    features += [f"{match[0]}: {fact}" for fact in match]
    return features + [f"{match[1]}, {match[0]}, {fact}" for fact in facts]


def _known_of(tokenizer: Tokenizer, word: str, match: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a word's neighbours see of it."""
    return (*tokenizer.facts(word), *match[:2])


def _beside(offset: int, fact: str) -> str:
    """Return the feature that a fact of a word gives to the token it is `offset` away from."""
    return f"{offset} {fact}"


def _in_company(lang: str, company: Company) -> list[str]:
    """Return the features of the company a token keeps."""
    own, before, behind, listed, run = company
    features = [
        f"{before}~{own}",
        f"{own}~{behind}",
        f"{before}~{own}~{behind}",
        f"{before}~_~{behind}",
        f"{lang}: {own}",
    ]
    if run:
        features += [run, f"{run}, {before}", f"{run}, {behind}"]
    if listed:
        features += [f"after {listed}", f"after {listed}, {own}"]
    return features


def _situated(tokenizer: Tokenizer, word: str, match: tuple[str, ...], marks: tuple[str, ...]) -> list[str]:
    """Return the features of a token's situation, alone and with what it is."""
    known = (*tokenizer.facts(word)[:2], *match[:2])
    return [f"{mark}{rest}" for mark in marks for rest in ("", *(f", {fact}" for fact in known))]


def load_model(lang: str) -> Model:
    """Return the weights for a language: German has its own, the others share theirs."""
    return _load(lang if lang in OWN_MODELS else "other")


@cache
def _load(name: str) -> Model:
    path = Path(__file__).parent / "models" / f"recognizer-{name}.json.z"
    data = json.loads(zlib.decompress(path.read_bytes()))
    weights = {feature: tuple(vector) for feature, vector in data["features"].items()}
    return Model(weights, [tuple(row) for row in data["transitions"]])


OWN_MODELS = frozenset({"de"})
"""German alone writes every noun with a capital."""

LANGUAGES_LEARNT = frozenset({"de", "en", "fr", "it", "es", "nl", "pl", "pt", "sv", "da", "nb"})
"""Languages of the texts that the weights were learnt from. In others the shared ones serve all the same: French,
Italian, Spanish and Dutch, called unknown, reach F1 .75 to .83, and with the gazetteer's names alone .49 to .55."""
