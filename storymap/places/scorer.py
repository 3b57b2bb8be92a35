"""What is seen of the tokens of sentences -> the scores of their tags: a small neural network.

Each feature of a token (`storymap.places.seen`) has a say in the score of each tag, directly, by way of hidden units,
and by way of cells that remember hidden units from one token of the sentence to the next, forwards and backwards. The
weights were learnt by ``data/recipes/train_recognizer.py``, and ``models/README.md`` says from what. They are whole
numbers, so that sums are the same in any order. What a word contributes does not depend on where it stands, so it is
added up once a word and not once a token. Called by `storymap.places.tagger`.
"""

from collections.abc import Callable, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from storymap.places.cells import SCALE, Cells
from storymap.places.seen import (
    EDGES,
    FIRST_OF_STRETCH,
    NEIGHBOURS,
    Seen,
    facts_beside,
    features_alone,
    features_beside,
    features_of_closed,
    features_of_word,
)
from storymap.places.tokens import Tokenizer

__all__ = [
    "TAGS",
    "Row",
    "Scorer",
    "Weights",
    "lay_out",
    "read_weights",
    "write_weights",
]

TAGS = ("O", "B-literal", "I-literal", "B-metonym", "I-metonym", "B-part", "I-part")
"""What a token is: outside, or the beginning or inside of a mention in one of its roles."""

WORDS_KEPT = 16384
"""Words whose sums are kept, and facts, 1 to 3 KB each; a text of news has hundreds. Beyond that all are forgotten."""

MOST_FACTS = 16
"""Facts by which one word is seen from one place; of the texts learnt from none has more than 11. The weights of eight
words, or all of one, are added up in 16 bits; all together in 32."""

MOST_FEATURES = 64
"""Features of a token's own word, or of its company, whose weights are added up four at a time; of 30 languages'
texts none has more than 41."""


class Weights(NamedTuple):
    """What a model has learnt, in hundredths: of N networks with H hidden units and C cells in each direction.

    ``features`` has a row a feature in ``names``: a score for each of the T tags, then one for each of the N * H hidden
    units. ``threshold`` has what each unit starts from, ``hidden`` is N * H x T. ``gates`` is N x 3 H x 4 C: from the
    hidden units of the token before, of its own and of the one behind, to how much of its state each cell keeps,
    forwards and backwards, and to what is new to it; ``gate_threshold``, N x 4 C, is what these start from. ``cells``
    is N x 2 C x T. ``transitions`` is T x T: from tag, to tag.
    """

    names: tuple[str, ...]
    features: NDArray[np.int16]
    threshold: NDArray[np.int32]
    hidden: NDArray[np.int32]
    gates: NDArray[np.int32]
    gate_threshold: NDArray[np.int32]
    cells: NDArray[np.int32]
    transitions: NDArray[np.int32]


_Word = tuple[Tokenizer, str, tuple[str, ...], bool]
"""The tokeniser that knows the language of a word, the word, what is known of the name it belongs to, and whether it
may be part of a mention."""

Key = TypeVar("Key")


class _Kept(Generic[Key]):
    """Arrays that are computed once for each key."""

    def __init__(self, shape: tuple[int, ...], compute: Callable[[Sequence[Key]], NDArray[np.int16]]) -> None:
        self._numbers: dict[Key, int] = {}
        self._arrays = np.zeros((WORDS_KEPT, *shape), np.int16)
        self._compute = compute
        self._lock = Lock()

    def find(self, keys: Sequence[Key]) -> tuple[NDArray[np.int16], list[int]]:
        """Return the arrays that are kept, and for each key the number of its own among them."""
        with self._lock:
            new = [key for key in dict.fromkeys(keys) if key not in self._numbers]
            if len(self._numbers) + len(new) > len(self._arrays):
                self._numbers.clear()
                new = list(dict.fromkeys(keys))
                self._arrays = np.zeros((max(WORDS_KEPT, len(new)), *self._arrays.shape[1:]), np.int16)
            if new:
                first = len(self._numbers)
                self._arrays[first : first + len(new)] = self._compute(new)
                self._numbers.update((key, number) for number, key in enumerate(new, start=first))
            return self._arrays, [self._numbers[key] for key in keys]


_NOTHING = ("",)
"""Features of what stands between sentences."""


def _features_of(known: _Word) -> Sequence[str]:
    """Return the features of a token's own word."""
    tokenizer, word, match, is_open = known
    if is_open:
        return features_of_word(tokenizer, word, match)
    return features_of_closed(tokenizer, word) if word else _NOTHING


class Row(NamedTuple):
    """Sentences one behind another, parted by `EDGES`, which stand at both ends, too; and where each begins."""

    tokens: list[Seen]
    begins: list[int]


def lay_out(sentences: Sequence[Sequence[Seen]]) -> Row:
    """Return sentences as a row."""
    row = Row([*EDGES], [])
    for sentence in sentences:
        row.begins.append(len(row.tokens))
        row.tokens.extend(sentence)
        row.tokens.extend(EDGES)
    return row


class Scorer:
    """The weights for one language or several, and the scores they give."""

    def __init__(self, weights: Weights, places: Sequence[int | str]) -> None:
        self._places = places
        self._number = {name: number for number, name in enumerate(weights.names)}
        self._unknown = len(weights.names)
        self._width = width = weights.features.shape[1]
        # Four weights in 64 bits are added up at once. Counted from the least of all, none is negative: no sum
        # touches the next.
        self._least = weights.features.min()
        fours = np.full((self._unknown + 1, -(-width // 4) * 4), -self._least, np.uint16)
        fours[:-1, :width] = weights.features - self._least
        self._fours = fours.view(np.uint64)
        self._threshold = weights.threshold
        self._hidden = weights.hidden.astype(float)
        self._cells = Cells(weights.gates, weights.gate_threshold)
        # As `Cells` gives what they remember: forwards by network, then backwards.
        networks, both, tags = weights.cells.shape
        directions = weights.cells.reshape(networks, 2, both // 2, tags).swapaxes(0, 1)
        self._of_cells = directions.reshape(-1, tags).astype(float)
        self._facts = _Kept((len(places), width), self._sums_of_facts)
        self._words = _Kept((1 + len(places), width), self._sums_of_words)

    def _sums_of(self, found: Sequence[Sequence[str]]) -> NDArray[np.int16]:
        """Return the sum of the weights of each list of features, none of them empty."""
        number, unknown = self._number, self._unknown
        rows = [number.get(name, unknown) for name in chain.from_iterable(found)]
        lengths = np.array([*map(len, found)], np.int16)
        return self._sums_in(np.add.reduceat(self._fours[rows], np.cumsum(lengths) - lengths), lengths[:, None])

    def _sums_in(self, fours: NDArray[np.uint64], lengths: NDArray[np.int16] | int) -> NDArray[np.int16]:
        """Return the sums of weights that stand in fours; ``lengths`` tells of how many each is the sum."""
        added: NDArray[np.int16] = fours.view(np.int16)[..., : self._width] + self._least * lengths
        return added

    def _sums_of_facts(self, facts: Sequence[str]) -> NDArray[np.int16]:
        """Return what facts of a word add to the tokens that see it, by place."""
        number, unknown = self._number, self._unknown
        rows = [[number.get(name, unknown) for name in features_beside(fact, self._places)] for fact in facts]
        return self._sums_in(self._fours[rows], 1)

    def _sums_of_words(self, words: Sequence[_Word]) -> NDArray[np.int16]:
        """Return what words add to their own tokens, and to those that see them, by place."""
        own = self._sums_of([_features_of(known) for known in words])
        # A row has a fact of each word: adding rows to each other is the fastest way to add up arrays of this size.
        rows = list(zip_longest(*(facts_beside(*known[:3]) for known in words), fillvalue=""))
        kept, numbers = self._facts.find([fact for facts in rows for fact in facts])
        beside = sum(kept[numbers[at : at + len(words)]] for at in range(0, len(numbers), len(words)))
        return np.concatenate([own[:, None], beside], axis=1)

    def scores(self, tokenizer: Tokenizer, row: Row) -> tuple[list[int], list[list[int]]]:
        """Return which tokens of a row may be part of a mention, and the scores of their tags."""
        is_open = [number for number, seen in enumerate(row.tokens) if seen.is_open]
        if not is_open:
            return [], []
        at = np.array(is_open)
        seen_from = at[:, None] + (0, *NEIGHBOURS)
        # What no open token sees, half of a text of news, is passed over: the weights were learnt from all words, but
        # F1 and roles are the same, and reading is a tenth faster.
        near = np.unique(seen_from)
        tokens = [row.tokens[number] for number in near.tolist()]
        kept, numbers = self._words.find([(tokenizer, seen.word, seen.match, seen.is_open) for seen in tokens])
        which = np.zeros(len(row.tokens), np.intp)
        which[near] = numbers
        sums = kept[which[seen_from], np.arange(1 + len(NEIGHBOURS))].sum(axis=1, dtype=np.int32)
        if len(self._places) > len(NEIGHBOURS):
            sums += _of_stretches(kept[which, 1 + len(NEIGHBOURS) :], at)
        sums += self._sums_of([features_alone(tokenizer, row.tokens[number]) for number in is_open])
        near = near[[bool(seen.word) for seen in tokens]]
        opened = np.searchsorted(near, at)
        units = kept[which[near], 0, len(TAGS) :].astype(np.int32)
        units[opened] = sums[:, len(TAGS) :]
        active = np.clip(units + self._threshold, 0, self._cells.most)
        remembered = self._cells.remember(active, np.searchsorted(row.begins, near, side="right"), opened)
        # Whole numbers, if as floats: their products and sums are exact.
        scores = (
            sums[:, : len(TAGS)] * SCALE + active[opened].astype(float) @ self._hidden + remembered @ self._of_cells
        )
        return is_open, scores.astype(np.int64).tolist()


def _of_stretches(added: NDArray[np.int16], at: NDArray[np.intp]) -> NDArray[np.int32]:
    """Return what the tokens at `OF_STRETCH` add to each open token: ``added`` has it by token and place."""
    begins = np.flatnonzero(np.diff(at, prepend=-1) > 1)
    lengths = np.diff(begins, append=len(at))
    first = np.repeat(at[begins], lengths)
    last = first + np.repeat(lengths, lengths) - 1
    around = np.column_stack([first - 1, first - 2, last + 1, last + 2])
    among_first = added[at, -1] * (at - first < FIRST_OF_STRETCH)[:, None]
    sums: NDArray[np.int32] = added[around, np.arange(around.shape[1])].sum(axis=1, dtype=np.int32)
    sums += np.repeat(np.add.reduceat(among_first, begins, axis=0), lengths, axis=0) - among_first
    return sums


def read_weights(path: Path) -> Weights:
    """Return the weights in a file of `write_weights`."""
    with np.load(path) as stored:
        names = tuple(stored["names"].tobytes().decode().split("\n"))
        features = np.rint(stored["features"] * stored["steps_of_columns"]).astype(np.int16)
        others = (stored[name] for name in Weights._fields[2:])
        return Weights(names, features, *others)


def write_weights(weights: Weights, path: Path) -> None:
    """Write weights: those of features a byte each, in steps of 1/127 of the largest in their column.

    Raises
    ------
    ValueError
        If a weight is so large that sums might not fit into 16 bits.
    """
    largest = np.sort(np.abs(weights.features.astype(int)), axis=0)
    span = int(weights.features.max()) - int(weights.features.min())
    if (
        FIRST_OF_STRETCH * largest[-MOST_FACTS:].sum(axis=0).max() > np.iinfo(np.int16).max
        or MOST_FEATURES * span > np.iinfo(np.uint16).max
    ):
        raise ValueError("A weight is too large. Learn with more decay.")
    step = np.maximum(largest[-1], 1) / 127
    np.savez_compressed(
        path,
        names=np.frombuffer("\n".join(weights.names).encode(), np.uint8),
        features=np.rint(weights.features / step).astype(np.int8),
        steps_of_columns=step,
        threshold=weights.threshold,
        hidden=weights.hidden,
        gates=weights.gates,
        gate_threshold=weights.gate_threshold,
        cells=weights.cells,
        transitions=weights.transitions,
    )
