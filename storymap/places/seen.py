"""An article -> what the tagger sees of each token: the word, the name it belongs to, its company and its situation.

`examine` reads the article with a tokeniser (`storymap.places.tokens`); the rest of the module gives what is seen the
names of features. What a word contributes does not depend on where it stands, so its features are named apart from
those of its company. Called by `storymap.places.tagger`, which weighs them, and by the recipe that learns the weights.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from operator import or_
from typing import NamedTuple

from storymap.gazetteer.names import holds_article
from storymap.gazetteer.store import Gazetteer
from storymap.model import Article, BlockKind
from storymap.places.tokens import Match, Token, Tokenizer, facts_of_match, match_names, word_before
from storymap.places.words import governs

__all__ = [
    "EDGES",
    "FIRST_OF_STRETCH",
    "LISTING_SIGNS",
    "NEIGHBOURS",
    "NOUNS_IN_CAPITALS",
    "OF_STRETCH",
    "Examined",
    "Seen",
    "examine",
    "facts_beside",
    "features_alone",
    "features_at",
    "features_beside",
    "features_of_closed",
    "features_of_word",
    "places_of",
    "tokenizer_of",
]

NOUNS_IN_CAPITALS = frozenset({"de"})
"""German alone writes every noun with a capital: it has a model of its own, and long stretches of words in capitals."""

NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
"""Where a word may stand that a token sees: so far away."""

OF_STRETCH = ("before", "2 before", "behind", "2 behind", "among the first")
"""Where else, if nouns have capitals: before or behind the stretch of open tokens a token is in, or among the first of
that stretch. F1 on GermEval is .823 with these, .812 without; in other languages they cost .007 of the roles."""

FIRST_OF_STRETCH = 8
"""Tokens of a stretch that all of it see. What begins it tells most: with the whole stretch, or the four on each side,
F1 on GermEval is .015 lower, on our own sentences .005."""


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
EDGES = (Seen("", (), (), _NO_COMPANY, is_open=False),) * max(NEIGHBOURS)
"""What stands between two sentences: so much that no token sees another beyond its own."""


def places_of(lang: str) -> tuple[int | str, ...]:
    """Return the places of the words that a token of a language sees."""
    return (*NEIGHBOURS, *OF_STRETCH) if lang in NOUNS_IN_CAPITALS else NEIGHBOURS


def features_at(position: int, sentence: Sequence[Seen], tokenizer: Tokenizer) -> list[str]:
    """Return the names of all features of a token; `storymap.places.scorer` adds up the same ones, word by word."""
    seen = sentence[position]
    if not seen.is_open:
        return features_of_closed(tokenizer, seen.word)
    row, at = (*EDGES, *sentence, *EDGES), position + len(EDGES)
    standing: list[tuple[int | str, int]] = [(offset, at + offset) for offset in NEIGHBOURS]
    if tokenizer.lang in NOUNS_IN_CAPITALS:
        standing += _stretch_around(at, row)
    features = features_of_word(tokenizer, seen.word, seen.match)
    for place, other in standing:
        for fact in facts_beside(tokenizer, row[other].word, row[other].match):
            features += features_beside(fact, [place])
    return features + features_alone(tokenizer, seen)


def _stretch_around(at: int, row: Sequence[Seen]) -> list[tuple[str, int]]:
    """Return what a token sees of the stretch of open tokens that it is in: the place of each, and its number."""
    first = last = at
    while row[first - 1].is_open:
        first -= 1
    while row[last + 1].is_open:
        last += 1
    around = list(zip(OF_STRETCH, (first - 1, first - 2, last + 1, last + 2), strict=False))
    begin = range(first, min(first + FIRST_OF_STRETCH, last + 1))
    return [*around, *((OF_STRETCH[-1], other) for other in begin if other != at)]


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


@lru_cache(maxsize=64)
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
    for first, last, hits, is_inflected, _ in matches:
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
    runs = _runs(tokens, names, is_named, tokenizer)
    with_article = {match.first for match in matches if match.has_article}
    seen = []
    listed = ""  # the signature of the name a token is listed with: that of Bonn for "Ulm" in "Bonn und Ulm"
    for position, word in enumerate(words):
        first, last = spans[position]
        if is_open[position]:
            own, before, behind = signatures[position + 1], signatures[first], signatures[last + 2]
            marks = [*sentence, *elsewhere.get(word, ()), *_position(tokens, position)]
            if first not in with_article and _is_articled(tokens, first, tokenizer.lang):
                marks.append("articled")
            company = Company(own, before, behind, listed, runs[position])
            seen.append(Seen(word, names[position], tuple(marks), company, is_open=True))
        else:
            seen.append(_seen_closed(word))
        if is_named[position]:
            listed = signatures[first + 1]
        elif listed and word not in LISTING_SIGNS and governs(word, tokenizer.lang) != "and":
            listed = ""
    return seen


@lru_cache(maxsize=65536)
def _seen_closed(word: str) -> Seen:
    """Return what is seen of a word that cannot be in a mention: it belongs to no name, and nobody asks for more."""
    return Seen(word, (), (), _NO_COMPANY, is_open=False)


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
        pattern = "".join([tokenizer.letter(tokens[i].text, named[i]) for i in range(start, min(end, start + 5))])
        for i in range(start, min(end, start + 5)):
            runs[i] = f"run {pattern}@{i - start}"
        start = end
    return runs


def _position(tokens: Sequence[Token], position: int) -> list[str]:
    """Return how a token stands in its sentence: at the start, tied to a neighbour."""
    found = []
    if position == 0 or (position == 1 and not tokens[0].text[0].isalnum()):
        found.append("start")
    if position and not tokens[position].gap:
        found.append("tied to the one before")
    if position + 1 < len(tokens) and not tokens[position + 1].gap:
        found.append(f"tied to {tokens[position + 1].text if len(tokens[position + 1].text) == 1 else 'a word'}")
    return found


def _is_articled(tokens: Sequence[Token], first: int, lang: str) -> bool:
    """Tell whether an article stands before a name: "il Verona" is a club. In German clubs have none."""
    return lang not in NOUNS_IN_CAPITALS and holds_article(word_before(tokens, first), lang)


def features_of_word(tokenizer: Tokenizer, word: str, match: tuple[str, ...]) -> list[str]:
    """Return the features of a token's own word and of the name it belongs to, alone and together."""
    facts = tokenizer.facts(word)
    features = ["bias", *facts, *(f"{facts[0]}, {fact}" for fact in facts[1:])]
    if not match:
        return [*features, "no name", *(f"no name, {fact}" for fact in facts), *_affixes(word, tokenizer.lang)]
    features += [f"{match[0]}: {fact}" for fact in match]
    return features + [f"{match[1]}, {match[0]}, {fact}" for fact in facts]


def features_of_closed(tokenizer: Tokenizer, word: str) -> list[str]:
    """Return the features of a word that cannot be in a mention: what it is, and how it ends.

    Verbs end otherwise than nouns: of the roles of names beside them .006 more are right.
    """
    features = ["closed", *(f"closed, {fact}" for fact in tokenizer.facts(word))]
    if word[0].isalpha():
        features += [f"closed {tokenizer.lang} -{word[-n:].lower()}" for n in (2, 3) if len(word) > n]
    return features


def _affixes(word: str, lang: str) -> Iterator[str]:
    """Yield how a word begins and ends.

    Of known names it is not asked: "Goma" ends like "Obama", and "Bahamas" like "Thomas". F1 on LGL is .007 higher for
    it, on our own sentences .004.
    """
    small = word.lower()
    yield f"{lang} {small[:3]}-"
    yield from (f"{lang} -{small[-n:]}" for n in (2, 3, 4) if len(small) > n)


def facts_beside(tokenizer: Tokenizer, word: str, match: tuple[str, ...]) -> tuple[str, ...]:
    """Return what others see of a word; each fact gives them a feature by how far away they are."""
    return (*tokenizer.facts(word), *match[:2]) if word else ("edge",)


def features_beside(fact: str, places: Sequence[int | str]) -> list[str]:
    """Return the features that a fact of a word gives to the tokens which see it, one for each place it may have."""
    return [f"{place} {fact}" for place in places]


def features_alone(tokenizer: Tokenizer, seen: Seen) -> list[str]:
    """Return the features of a token's company, and of its situation, alone and with what the word and its name are."""
    own, before, behind, listed, run = seen.company
    features = [
        f"{before}~{own}",
        f"{own}~{behind}",
        f"{before}~{own}~{behind}",
        f"{before}~_~{behind}",
        f"{tokenizer.lang}: {own}",
    ]
    if run:
        features += [run, f"{run}, {before}", f"{run}, {behind}"]
    if listed:
        features += [f"after {listed}", f"after {listed}, {own}"]
    if seen.marks:
        known = ("", *(f", {fact}" for fact in (*tokenizer.facts(seen.word)[:2], *seen.match[:2])))
        features += [f"{mark}{fact}" for mark in seen.marks for fact in known]
    return features
