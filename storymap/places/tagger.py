"""What is seen of the tokens of a sentence -> their tags: the likeliest path through a linear chain.

The scores of a token's tags come from `storymap.places.scorer`; each pair of tags that follow each other has one, too.
Called by `storymap.places.recognize`.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from operator import add
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from storymap.model import Role
from storymap.places.cells import SCALE
from storymap.places.scorer import TAGS, Scorer, Weights, lay_out, read_weights
from storymap.places.seen import LISTING_SIGNS, NOUNS_IN_CAPITALS, Seen, places_of
from storymap.places.tokens import Tokenizer
from storymap.places.words import governs

__all__ = ["LANGUAGES_LEARNT", "Model", "is_list", "load_model"]

_ROLES = tuple((role, TAGS.index(f"B-{role}"), TAGS.index(f"I-{role}")) for role in Role)
_INSIDE = frozenset(number for number, tag in enumerate(TAGS) if tag.startswith("I"))

BEYOND_DOUBT = 8 * SCALE**2
"""Log odds by which a token must be outside. Searching whole sentences instead changes 3 of 2,569 mentions in two dev
corpora."""

LIKELY_OUTSIDE = 0.35
"""Probability of being outside below which a known name is a mention, whatever its borders. F1 of the corpora is what
it is without, and .004 lower at .5."""

AT_ONCE = 256
"""Sentences whose tokens are scored at once; it bounds the memory that a book takes. An article has some forty."""


class Model:
    """The weights for one language or several, and the tags they give."""

    def __init__(self, weights: Weights, places: Sequence[int | str]) -> None:
        self._scores = Scorer(weights, places).scores
        steps = weights.transitions.astype(np.int64) * SCALE
        self._steps = weights.transitions / SCALE
        self._columns: list[list[int]] = steps.T.tolist()
        self._from_outside: list[int] = steps[0].tolist()
        self._to_outside = self._columns[0]

    def tags(self, tokenizer: Tokenizer, sentences: Sequence[Sequence[Seen]]) -> list[list[int]]:
        """Return the likeliest tags of the tokens of each sentence.

        Where a token is outside beyond doubt, what comes before it and what comes behind it do not touch each other:
        only the stretches between such tokens are searched.
        """
        parts = (sentences[begin : begin + AT_ONCE] for begin in range(0, len(sentences), AT_ONCE))
        return [tags for part in parts for tags in self._tags_of(tokenizer, part)]

    def _tags_of(self, tokenizer: Tokenizer, sentences: Sequence[Sequence[Seen]]) -> Iterator[list[int]]:
        """Yield the likeliest tags of the tokens of each of some sentences."""
        laid_out = lay_out(sentences)
        row = laid_out.tokens
        tags = [0] * len(row)
        begin, stretch = 0, list[list[int]]()
        scores = dict(zip(*self._scores(tokenizer, laid_out), strict=True))
        for number, score in scores.items():
            if score[0] - max(score[1:]) < BEYOND_DOUBT:
                if number > begin + len(stretch):
                    self._tag(row, tags, begin, stretch)
                    begin, stretch = number, []
                stretch.append(score)
        self._tag(row, tags, begin, stretch)
        self._agree(row, tags, scores, tokenizer.lang)
        for begin, sentence in zip(laid_out.begins, sentences, strict=True):
            yield _trimmed(tags[begin : begin + len(sentence)], sentence)

    def judge(
        self, tokenizer: Tokenizer, sentence: Sequence[Seen], spans: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[float, Role]]:
        """Yield for each run of tokens, ``(first, last)``, the likeliest role and the log odds of it.

        They are the odds that the run is a mention in that role, and not outside of any, if nothing beside it is one.
        """
        scores = [_SURELY_OUTSIDE] * len(sentence)
        laid_out = lay_out([sentence])
        for number, score in zip(*self._scores(tokenizer, laid_out), strict=True):
            scores[number - laid_out.begins[0]] = score
        outside = self._columns[0][0]
        for first, last in spans:
            odds = []
            for role, begin, inside in _ROLES:
                tags = [begin] + [inside] * (last - first)
                states = sum(scores[at][tag] - scores[at][0] for at, tag in enumerate(tags, first))
                path = [*([0] if first else []), *tags, *([0] if last + 1 < len(scores) else [])]
                steps = sum(self._columns[after][before] - outside for before, after in pairwise(path))
                odds.append(((states + steps) / SCALE**2, role))
            yield max(odds)

    def _agree(self, row: Sequence[Seen], tags: list[int], scores: Mapping[int, list[int]], lang: str) -> None:
        """Give names that stand side by side one role, the likeliest for all of them: "Vagos, Mira e Ílhavo unem-se".

        Of 239 neighbours in our own sentences that got two roles, each by itself, 196 have one.
        """
        listed: list[list[tuple[int, int]]] = []
        last = 0
        for begin, tag in enumerate(tags):
            if tag not in _ALONE:
                continue
            if not (listed and is_list([seen.word for seen in row[last:begin]], lang)):
                listed.append([])
            last = begin + 1
            while tags[last] in _INSIDE:
                last += 1
            listed[-1].append((begin, last))
        for group in listed:
            if len(group) > 1:
                role = max(_ALONE, key=lambda tag: sum(scores[at][tag] + self._from_outside[tag] for at, _ in group))
                for begin, end in group:
                    tags[begin:end] = [role] + [role + 1] * (end - begin - 1)

    def _tag(self, row: Sequence[Seen], tags: list[int], begin: int, scores: Sequence[list[int]]) -> None:
        """Set the likeliest tags of a stretch of tokens, if it has any.

        Where only the borders of a known name are in doubt, each of its ways to be a mention may be less likely than
        none: "Flugplatz Knewitschi Bomber". If all together are likelier, it is one.
        """
        self._search(row, tags, begin, scores)
        doubted = [
            at
            for at, score in enumerate(scores)
            if not tags[begin + at] and row[begin + at].match and max(score) > score[0]
        ]
        if doubted:
            outside = self._outside(row, begin, scores)
            inside = [at for at in doubted if outside[at] < LIKELY_OUTSIDE]
            if inside:
                forced = [
                    [score[0] - BEYOND_DOUBT, *score[1:]] if at in inside else score for at, score in enumerate(scores)
                ]
                self._search(row, tags, begin, forced)

    def _outside(self, row: Sequence[Seen], begin: int, scores: Sequence[list[int]]) -> NDArray[np.float64]:
        """Return how probable it is of each token of a stretch that it is outside of all mentions."""
        emitted = np.array(scores) / SCALE**2
        at_start, at_end = bool(row[begin - 1].word), bool(row[begin + len(scores)].word)
        forward = [emitted[0] + self._steps[0] * at_start]
        for own in emitted[1:]:
            forward.append(np.logaddexp.reduce(forward[-1][:, None] + self._steps, axis=0) + own)
        backward = [self._steps[:, 0] * at_end]
        for own in emitted[:0:-1]:
            backward.append(np.logaddexp.reduce(self._steps + (own + backward[-1]), axis=1))
        both = np.array(forward) + np.array(backward[::-1])
        outside: NDArray[np.float64] = np.exp(both[:, 0] - np.logaddexp.reduce(both, axis=1))
        return outside

    def _search(self, row: Sequence[Seen], tags: list[int], begin: int, scores: Sequence[list[int]]) -> None:
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


_SURELY_OUTSIDE = [BEYOND_DOUBT] + [0] * (len(TAGS) - 1)


_ALONE = (TAGS.index("B-literal"), TAGS.index("B-metonym"))
"""Beginnings of names that are no part of another."""

MOST_BETWEEN = 4
"""Tokens that may stand between two names of a list: ", and the"."""


def is_list(words: Sequence[str], lang: str) -> bool:
    """Tell whether words between two names make a list of them: a comma or "and", and articles."""
    if not 0 < len(words) <= MOST_BETWEEN:
        return False
    said = {"and" if word in LISTING_SIGNS else governs(word, lang) or word for word in words}
    return "and" in said and said <= {"and", "the", "'", "’"}


def _trimmed(tags: list[int], sentence: Sequence[Seen]) -> list[int]:
    """Return the tags; a mention ends with no word in small letters, but one of a known name ("Arabie saoudite")."""
    following = 0
    for position in range(len(tags) - 1, -1, -1) if any(tags) else ():
        if tags[position]:
            seen = sentence[position]
            if following not in _INSIDE and not seen.match and (seen.word[0].islower() or seen.word in "(,"):
                tags[position] = 0
        following = tags[position]
    return tags


def load_model(lang: str) -> Model:
    """Return the weights for a language: German has its own, the others share theirs."""
    return _load(lang if lang in NOUNS_IN_CAPITALS else "other")


@cache
def _load(name: str) -> Model:
    return Model(read_weights(Path(__file__).parent / "models" / f"recognizer-{name}.npz"), places_of(name))


LANGUAGES_LEARNT = frozenset(
    {
        "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "id", "it", "lt", "lv", "nb",
        "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk",
    }
)  # fmt: skip
"""Languages of the texts that the weights were learnt from. In others the shared ones serve all the same: French,
Italian, Spanish and Dutch, called unknown, reach F1 .75 to .83, and with the gazetteer's names alone .49 to .55."""
