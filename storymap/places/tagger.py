"""What is known of the tokens of a sentence -> their tags: a linear-chain conditional random field.

Its features are what the gazetteer and the lexicon know of each token and its neighbours (`storymap.places.tokens`);
its weights were learnt by ``data/recipes/train_recognizer.py``, and ``models/README.md`` says from what. What a word
contributes does not depend on where it stands, so it is added up once a word and not once a token. Called by
`storymap.places.recognize`, and by the recipe that learns the weights.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, pairwise, repeat
from operator import add, or_
from pathlib import Path
from typing import NamedTuple

import numpy as np

from storymap.gazetteer.store import Gazetteer
from storymap.model import Article, BlockKind, Role
from storymap.places.tokens import Match, Token, Tokenizer, facts_of_match, match_names
from storymap.places.words import governs

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

NEIGHBOURS = (-3, -2, -1, 1, 2, 3)

SCALE = 100
"""Weights have two decimals: as whole hundredths they add up to the same sum in any order."""

BEYOND_DOUBT = 8 * SCALE
"""Log odds by which a token must be outside. Searching whole sentences instead changes 3 of 2,569 mentions in two dev
corpora."""

_OWN = len(TAGS)
_ALL = _OWN * (1 + len(NEIGHBOURS))
"""Scores that a word has a say in: those of its own token, and those of its neighbours."""

# Scores are added up packed into one number, 32 bits each. Python adds one pair of numbers at a time, and takes hardly
# longer for long ones.
_SIGNS = {fields: sum(1 << 32 * field + 31 for field in range(fields)) for fields in (_OWN, _ALL)}


def _pack(scores: Sequence[Sequence[float]]) -> list[int]:
    """Return each row of scores, one a tag, as one number."""
    hundredths = np.rint(np.array(scores, dtype=float).reshape(-1, _OWN) * SCALE)
    data, size = (hundredths + (1 << 31)).astype("<u4").tobytes(), 4 * _OWN
    return [int.from_bytes(data[at : at + size], "little") - _SIGNS[_OWN] for at in range(0, len(data), size)]


def _unpack(packed: int, fields: int) -> bytes:
    """Return the scores in a number as the bytes of an array."""
    return ((packed + _SIGNS[fields]) ^ _SIGNS[fields]).to_bytes(4 * fields, "little")


class Model:
    """The weights for one language or several: the scores of the tags for each feature, and for each pair of tags."""

    def __init__(self, weights: Mapping[str, Sequence[float]], transitions: Sequence[Sequence[float]]) -> None:
        self._weights = dict(zip(weights, _pack(list(weights.values())), strict=True))
        steps = np.rint(np.array(transitions) * SCALE).astype(np.int32)
        self._columns: list[list[int]] = steps.T.tolist()
        self._from_outside: list[int] = steps[0].tolist()
        self._to_outside = self._columns[0]
        self._parts = lru_cache(maxsize=65536)(self._parts_of)
        self._seen_from = lru_cache(maxsize=65536)(self._seen_from_of)
        self._situation = lru_cache(maxsize=65536)(self._situation_of)

    def _sum(self, features: Iterable[str]) -> int:
        """Return the sum of the scores that some features give, packed."""
        return sum(map(self._weights.get, features, repeat(0)))

    def _parts_of(self, tokenizer: Tokenizer, word: str, match: tuple[str, ...]) -> bytes:
        """Return what a word adds to its own scores, and to those of each neighbour it is seen from."""
        if not word:
            return _unpack(self._seen_from(_EDGE_FACT), _ALL)
        beside = sum(map(self._seen_from, _known_of(tokenizer, word, match)))
        return _unpack(self._sum(_own(tokenizer, word, match)) + beside, _ALL)

    def _seen_from_of(self, fact: str) -> int:
        """Return what a fact of a word adds to the scores of its neighbours, packed behind room for its own."""
        scores = (self._weights.get(_beside(offset, fact), 0) for offset in NEIGHBOURS)
        return sum(score << 32 * _OWN * place for place, score in enumerate(scores, start=1))

    def _situation_of(self, known: tuple[str, ...], marks: tuple[str, ...]) -> int:
        """Return what its situation adds to a word's scores, packed."""
        return self._sum(_situated(known, marks))

    def _alone(self, tokenizer: Tokenizer, seen: "Seen") -> bytes:
        """Return what the company it keeps and its situation add to the scores of a token."""
        added = self._sum(_in_company(tokenizer.lang, seen.company))
        if seen.marks:
            added += self._situation(_known_in_short(tokenizer, seen.word, seen.match), seen.marks)
        return _unpack(added, _OWN)

    def _scores(self, tokenizer: Tokenizer, row: "Sequence[Seen]") -> tuple[list[int], list[list[int]]]:
        """Return which tokens of a row may be part of a mention, and the scores of their tags, in hundredths.

        `_EDGES` part the sentences of the row, and stand at its ends.
        """
        is_open = [number for number, seen in enumerate(row) if seen.is_open]
        at = np.array(is_open, dtype=np.intp)
        alone = b"".join([self._alone(tokenizer, row[number]) for number in is_open])
        # What nobody stands beside need not be known.
        near = sorted({number + offset for number in is_open for offset in (0, *NEIGHBOURS)})
        words: dict[tuple[str, tuple[str, ...]], int] = {}
        which = np.zeros(len(row), dtype=np.intp)
        which[near] = [words.setdefault((row[number].word, row[number].match), len(words)) for number in near]
        parts = b"".join([self._parts(tokenizer, word, match) for word, match in words])
        added = np.frombuffer(parts, "<i4").reshape(-1, _OWN)
        rows = which[at[:, None] + (0, *NEIGHBOURS)] * (1 + len(NEIGHBOURS)) + np.arange(1 + len(NEIGHBOURS))
        scores = np.frombuffer(alone, "<i4").reshape(-1, _OWN) + added[rows].sum(axis=1, dtype=np.int32)
        return is_open, scores.tolist()

    def tags(self, tokenizer: Tokenizer, sentences: "Sequence[Sequence[Seen]]") -> list[list[int]]:
        """Return the likeliest tags of the tokens of each sentence.

        Where a token is outside beyond doubt, what comes before it and what comes behind it do not touch each other:
        only the stretches between such tokens are searched.
        """
        row = [*_EDGES, *chain.from_iterable((*sentence, *_EDGES) for sentence in sentences)]
        tags = [0] * len(row)
        begin, stretch = 0, list[list[int]]()
        for number, score in zip(*self._scores(tokenizer, row), strict=True):
            if score[0] - max(score[1:]) < BEYOND_DOUBT:
                if number > begin + len(stretch):
                    self._search(row, tags, begin, stretch)
                    begin, stretch = number, []
                stretch.append(score)
        self._search(row, tags, begin, stretch)
        trimmed, first = [], len(_EDGES)
        for sentence in sentences:
            trimmed.append(_trimmed(tags[first : first + len(sentence)], sentence))
            first += len(sentence) + len(_EDGES)
        return trimmed

    def judge(
        self, tokenizer: Tokenizer, sentence: "Sequence[Seen]", spans: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[float, Role]]:
        """Yield for each run of tokens, ``(first, last)``, the likeliest role and the log odds of it.

        They are the odds that the run is a mention in that role, and not outside of any, if nothing beside it is one.
        """
        scores = [_SURELY_OUTSIDE] * len(sentence)
        for number, score in zip(*self._scores(tokenizer, (*_EDGES, *sentence, *_EDGES)), strict=True):
            scores[number - len(_EDGES)] = score
        outside = self._columns[0][0]
        for first, last in spans:
            odds = []
            for role, begin, inside in _ROLES:
                tags = [begin] + [inside] * (last - first)
                states = sum(scores[at][tag] - scores[at][0] for at, tag in enumerate(tags, first))
                path = [*([0] if first else []), *tags, *([0] if last + 1 < len(scores) else [])]
                steps = sum(self._columns[after][before] - outside for before, after in pairwise(path))
                odds.append(((states + steps) / SCALE, role))
            yield max(odds)

    def _search(self, row: "Sequence[Seen]", tags: list[int], begin: int, scores: Sequence[list[int]]) -> None:
        """Set the likeliest tags of a stretch of tokens, if it has any (Viterbi).

        It lies between two tokens that are outside, but where it begins or ends the sentence.
        """
        if not scores:
            return
        end = begin + len(scores)
        best = list(map(add, scores[0], self._from_outside)) if row[begin - 1].word else scores[0]
        steps: list[list[int]] = []
        for score in scores[1:]:
            step, following = [], []
            for column, own in zip(self._columns, score, strict=True):
                reached = list(map(add, best, column))
                top = max(reached)
                step.append(reached.index(top))
                following.append(top + own)
            steps.append(step)
            best = following
        last = list(map(add, best, self._to_outside)) if row[end].word else best
        tags[end - 1] = last.index(max(last))
        for position, step in zip(range(end - 1, begin, -1), reversed(steps), strict=True):
            tags[position - 1] = step[tags[position]]


def _trimmed(tags: list[int], sentence: "Sequence[Seen]") -> list[int]:
    """Return the tags; a mention ends with no word in small letters, but one of a known name ("Arabie saoudite")."""
    following = 0
    for position in range(len(tags) - 1, -1, -1) if any(tags) else ():
        if tags[position]:
            seen = sentence[position]
            if following not in _INSIDE and not seen.match and (seen.word[0].islower() or seen.word in "(,"):
                tags[position] = 0
        following = tags[position]
    return tags


_SURELY_OUTSIDE = [BEYOND_DOUBT] + [0] * (_OWN - 1)
_INSIDE = frozenset(number for number, tag in enumerate(TAGS) if tag.startswith("I"))


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


_NO_COMPANY = Company("", "", "", "", "")
_EDGE_FACT = "edge"
_EDGES = (Seen("", (), (), _NO_COMPANY, is_open=False),) * max(NEIGHBOURS)
"""What stands between two sentences: so much that no token sees another beyond its own."""


def features_at(position: int, sentence: Sequence[Seen], tokenizer: Tokenizer) -> list[str]:
    """Return the names of the features of a token; the model adds up the same ones, word by word."""
    word, match, marks, company, _ = sentence[position]
    features = _own(tokenizer, word, match)
    for offset in NEIGHBOURS:
        at = position + offset
        inside = 0 <= at < len(sentence)
        facts = _known_of(tokenizer, *sentence[at][:2]) if inside else (_EDGE_FACT,)
        features += [_beside(offset, fact) for fact in facts]
    return features + _situated(_known_in_short(tokenizer, word, match), marks) + _in_company(tokenizer.lang, company)


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
        capitalised = [position for position, token in enumerate(tokens) if token.is_capitalised]
        for before, position in pairwise(capitalised):
            token = tokens[position]
            if position == before + 1 and token.gap == " ":
                facts = tokenizer.facts(tokens[before].text)
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
    words = [token.text for token in tokens]
    shouted = sum(map(str.isupper, words)) * 2 > len(tokens)
    sentence = ("headline",) * in_headline + ("shouted",) * shouted
    is_named = [bool(name) or token.is_capitalised for token, name in zip(tokens, names, strict=True)]
    is_open = _bridged(is_named)
    # Nobody asks for the signature of a word that stands beside none of them.
    is_asked = map(or_, is_open, map(or_, [*is_open[1:], False], [False, *is_open]))
    told = [
        tokenizer.signature(word, name) if ask else "" for word, name, ask in zip(words, names, is_asked, strict=True)
    ]
    signatures = ["edge", *told, "edge"]
    listed = _listed(tokens, spans, signatures, tokenizer)
    runs = _runs(tokens, names, is_named, tokenizer)
    seen = []
    for position, word in enumerate(words):
        if not is_open[position]:
            seen.append(_seen_closed(word))
            continue
        first, last = spans[position]
        company = Company(
            signatures[position + 1], signatures[first], signatures[last + 2], listed[position], runs[position]
        )
        marks = (*sentence, *elsewhere.get(word, ()), *_position(tokens, position))
        seen.append(Seen(word, names[position], marks, company, is_open=True))
    return seen


@lru_cache(maxsize=65536)
def _seen_closed(word: str) -> Seen:
    """Return what is seen of a word that cannot be in a mention: it belongs to no name, and nobody asks for more."""
    return Seen(word, (), (), _NO_COMPANY, is_open=False)


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
        elif name and token.text not in LISTING_SIGNS and governs(token.text, tokenizer.lang) != "and":
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


def _known_in_short(tokenizer: Tokenizer, word: str, match: tuple[str, ...]) -> tuple[str, ...]:
    """Return the chief facts of a word and of the name it belongs to."""
    return (*tokenizer.facts(word)[:2], *match[:2])


def _situated(known: tuple[str, ...], marks: tuple[str, ...]) -> list[str]:
    """Return the features of a token's situation, alone and with what it is."""
    return [f"{mark}{rest}" for mark in marks for rest in ("", *(f", {fact}" for fact in known))]


def load_model(lang: str) -> Model:
    """Return the weights for a language: German has its own, the others share theirs."""
    return _load(lang if lang in OWN_MODELS else "other")


@cache
def _load(name: str) -> Model:
    path = Path(__file__).parent / "models" / f"recognizer-{name}.json.z"
    data = json.loads(zlib.decompress(path.read_bytes()))
    return Model(data["features"], data["transitions"])


OWN_MODELS = frozenset({"de"})
"""German alone writes every noun with a capital."""

LANGUAGES_LEARNT = frozenset(
    {
        "cs", "da", "de", "en", "es", "fi", "fr", "hr", "hu", "it", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl",
        "sr", "sv", "tr", "uk",
    }
)  # fmt: skip
"""Languages of the texts that the weights were learnt from. In others the shared ones serve all the same: French,
Italian, Spanish and Dutch, called unknown, reach F1 .75 to .83, and with the gazetteer's names alone .49 to .55."""
