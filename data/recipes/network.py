"""Learn the weights of the tagger (`storymap.places.scorer`) from tagged sentences.

In: the features of each token, by name, and what is known of its tag. Out: `Weights`. The scores of a token's tags are
the sum of what its features give them, directly, by way of hidden units (rectified linear), and by way of cells that
remember hidden units from one token to the next, forwards and backwards (a quasi-recurrent network whose gates are
straight lines cut off at both ends). The tags of a sentence are a linear chain (``chain.py``), and what is made small
is the negative log likelihood of those that are possible. Batches, Adam, dropout of features, hidden units and cells;
what comes out is the running average of the weights. The seeds are fixed. The same sentences give the same weights.
Called by ``train_recognizer.py``.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from chain import EXCLUDED, Floats, chain_gradients
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from storymap.places.cells import KEPT_SLOPE, SCALE, SEEN_BY_CELLS
from storymap.places.scorer import TAGS, Weights

Sequenced = tuple[list[list[str]], list[str]]
"""A sentence: the features of each token, and its tag; of a tag that ends with `ANY` the role is not known."""

CLOSED = ""
"""The tag of a token that cannot be part of a mention: it is outside, and nobody asks for its scores."""

ANY = "any"
"""The role in the tags of texts whose annotators marked places and not their roles. Whatever role the weights find
likeliest counts as right there. Called literal, they made .87 of the roles of our own English sentences right, not .91.
"""

HIDDEN, CELLS = 20, 32
"""Hidden units of one network, and cells that remember in each direction."""

NETWORKS = 3
"""Networks that are learnt, each from another seed: what comes out has the units of all, and the mean of what they say.
F1 of one alone is .005 lower, and as much higher or lower by chance; six are no better than three."""

EPOCHS = 24
BATCH = 128
RATE = 4e-3
DECAY = 1e-3
SPREAD = 0.12, 0.3, 0.13, 0.1
"""Standard deviation of the weights of features, hidden units, gates and cells, to begin with."""

FEATURES_DROPPED, UNITS_DROPPED = 0.4, 0.4
"""Share of the features of each token, and of hidden units and cells, that a step of learning does without. With .15,
F1 is .02 lower on silver corpora of four languages, and .005 on our own sentences."""

IMPOSSIBLE = -20.0
"""Score of an inside that follows neither its beginning nor another inside."""

_COUNT = len(TAGS)


class _Texts(NamedTuple):
    """Sentences as a matrix: a row a token, a column a feature; what is known of each; where each sentence begins."""

    features: csr_matrix
    possible: NDArray[np.bool_]
    is_open: NDArray[np.bool_]
    begins: NDArray[np.intp]


class _Learnt(NamedTuple):
    """Weights of one network while they are learnt; `Weights` says what they are."""

    features: Floats
    threshold: Floats
    hidden: Floats
    gates: Floats
    gate_threshold: Floats
    cells: Floats
    transitions: Floats


def learn(sentences: Sequence[Sequenced], rarest: int) -> Weights:
    """Return the weights that make the tags of sentences likely; features that are rarer are left out."""
    counts = Counter(name for features, _ in sentences for token in features for name in token)
    names = sorted(name for name, count in counts.items() if count >= rarest)
    texts = _as_matrix(sentences, {name: number for number, name in enumerate(names)})
    learnt = [_learn_one(texts, np.random.default_rng(seed)) for seed in range(NETWORKS)]
    direct = np.mean([one.features[:, :_COUNT] for one in learnt], axis=0)
    whole = (
        np.hstack([direct, *(one.features[:, _COUNT:] for one in learnt)]),
        np.concatenate([one.threshold for one in learnt]),
        np.vstack([one.hidden for one in learnt]) / NETWORKS,
        np.stack([one.gates for one in learnt]),
        np.stack([one.gate_threshold for one in learnt]),
        np.stack([one.cells for one in learnt]) / NETWORKS,
        np.mean([one.transitions for one in learnt], axis=0),
    )
    features, *others = (np.rint(part * SCALE).astype(np.int32) for part in whole)
    return Weights(tuple(names), features.astype(np.int16), *others)


def _learn_one(texts: _Texts, random: np.random.Generator) -> _Learnt:
    """Return the weights of one network."""
    weights = _first_weights(texts.features.shape[1], random)
    forbidden = weights.transitions == IMPOSSIBLE
    parts = [_Part(part, 0 if part is weights.transitions else DECAY) for part in weights]
    steps = EPOCHS * -(-(len(texts.begins) - 1) // BATCH)
    for step, batch in enumerate((batch for _ in range(EPOCHS) for batch in _batches(texts, random)), start=1):
        gradients = _gradients(weights, texts, batch, random)
        gradients.transitions[forbidden] = 0
        rate = RATE * min(1, step / 100) * max(0.02, 1 - step / steps)
        for part, gradient in zip(parts, gradients, strict=True):
            part.move(gradient, rate, step)
    return _Learnt(*(part.average for part in parts))


class _Part:
    """One array of weights while it is learnt, with the moments of its gradients (Adam) and its running average."""

    def __init__(self, weights: Floats, decay: float) -> None:
        self._weights, self._decay = weights, decay
        self._first, self._second = np.zeros_like(weights), np.zeros_like(weights)
        self.average = np.zeros_like(weights)

    def move(self, gradient: Floats, rate: float, step: int) -> None:
        """Move the weights, in place, against a gradient."""
        self._first += 0.1 * (gradient - self._first)
        self._second += 0.001 * (gradient**2 - self._second)
        self._weights -= rate * (self._first / (1 - 0.9**step)) / (np.sqrt(self._second / (1 - 0.999**step)) + 1e-8)
        self._weights *= 1 - rate * self._decay
        self.average += (1 - min(0.998, step / (10 + step))) * (self._weights - self.average)


def _as_matrix(sentences: Sequence[Sequenced], numbers: dict[str, int]) -> _Texts:
    """Return sentences as a matrix of the features that have a number."""
    found: list[int] = []
    ends, tags, begins = [0], list[str](), [0]
    for features, sentence_tags in sentences:
        for token in features:
            found += [numbers[name] for name in token if name in numbers]
            ends.append(len(found))
        tags += sentence_tags
        begins.append(len(tags))
    matrix = csr_matrix((np.ones(len(found), np.float32), found, ends), shape=(len(tags), len(numbers)))
    is_open = np.array([tag != CLOSED for tag in tags])
    return _Texts(matrix, np.array([_possible(tag) for tag in tags]), is_open, np.array(begins))


def _possible(tag: str) -> list[bool]:
    """Return, for each of `TAGS`, whether it may be what is known of a token."""
    return [one == (tag or "O") or (tag.endswith(ANY) and one.startswith(tag[0])) for one in TAGS]


def _first_weights(features: int, random: np.random.Generator) -> _Learnt:
    """Return the weights to begin with: features have no say but through random hidden units."""
    of_features, of_hidden, of_gates, of_cells = SPREAD
    weights = np.zeros((features, _COUNT + HIDDEN), np.float32)
    weights[:, _COUNT:] = random.normal(0, of_features, (features, HIDDEN))
    transitions = np.zeros((_COUNT, _COUNT), np.float32)
    for after, tag in enumerate(TAGS):
        for before, previous in enumerate(TAGS):
            if tag.startswith("I") and previous not in (tag, f"B{tag[1:]}"):
                transitions[before, after] = IMPOSSIBLE
    return _Learnt(
        weights,
        np.zeros(HIDDEN, np.float32),
        random.normal(0, of_hidden, (HIDDEN, _COUNT)).astype(np.float32),
        random.normal(0, of_gates, (len(SEEN_BY_CELLS) * HIDDEN, 4 * CELLS)).astype(np.float32),
        np.zeros(4 * CELLS, np.float32),
        random.normal(0, of_cells, (2 * CELLS, _COUNT)).astype(np.float32),
        transitions,
    )


def _batches(texts: _Texts, random: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """Yield the numbers of sentences in random batches, each of sentences about as long as each other."""
    lengths = np.diff(texts.begins)
    order = random.permutation(len(lengths))
    for begin in range(0, len(order), 16 * BATCH):
        part = order[begin : begin + 16 * BATCH]
        order[begin : begin + 16 * BATCH] = part[np.argsort(lengths[part], kind="stable")]
    batches = [order[begin : begin + BATCH] for begin in range(0, len(order), BATCH)]
    random.shuffle(batches)
    yield from batches


def _gradients(weights: _Learnt, texts: _Texts, batch: NDArray[np.intp], random: np.random.Generator) -> _Learnt:
    """Return which way the weights have to go for a batch of sentences, the mean over them."""
    lengths = np.diff(texts.begins)[batch]
    tokens = np.concatenate([np.arange(texts.begins[number], texts.begins[number + 1]) for number in batch])
    layout = _lay_out(lengths)
    seen = texts.features[tokens]
    seen.data = _kept(seen.data.shape, FEATURES_DROPPED, random)
    sums = seen @ weights.features
    units = sums[:, _COUNT:] + weights.threshold
    unit_mask = _kept(units.shape, UNITS_DROPPED, random)
    active = np.maximum(units, 0) * unit_mask
    looked_at = _looked_at(active, layout)
    signals = looked_at @ weights.gates + weights.gate_threshold
    states = _remember(signals, layout)
    cell_mask = _kept((len(tokens), 2 * CELLS), UNITS_DROPPED, random)
    remembered = layout.take(states) * cell_mask
    scores = sums[:, :_COUNT] + active @ weights.hidden + remembered @ weights.cells
    scores[~texts.is_open[tokens], 1:] = EXCLUDED
    padded = np.zeros((len(batch), lengths.max(), _COUNT), np.float32)
    possible = np.ones(padded.shape, np.bool_)
    at = layout.sentence, layout.position
    padded[at], possible[at] = scores, texts.possible[tokens]
    of_scores, of_transitions = chain_gradients(padded, possible, lengths, weights.transitions)
    direct = of_scores[at] / len(batch)
    of_signals = _of_signals((direct @ weights.cells.T) * cell_mask, signals, states, layout)
    of_active = direct @ weights.hidden.T + _of_looked_at(of_signals @ weights.gates.T, layout)
    of_units = of_active * unit_mask * (units > 0)
    return _Learnt(
        seen.T @ np.concatenate([direct, of_units], axis=1),
        of_units.sum(axis=0),
        active.T @ direct,
        looked_at.T @ of_signals,
        of_signals.sum(axis=0),
        remembered.T @ direct,
        of_transitions / len(batch),
    )


class _Layout(NamedTuple):
    """Where the tokens of a batch of sentences stand: which sentence, how far from its begin and from its end."""

    sentence: NDArray[np.intp]
    position: NDArray[np.intp]
    from_end: NDArray[np.intp]

    def put(self, values: Floats) -> Floats:
        """Return values a token as (tokens, sentences, values): their second halves from the end of the sentence."""
        half = values.shape[1] // 2
        laid = np.zeros((self.position.max() + 1, self.sentence[-1] + 1, 2 * half), np.float32)
        laid[self.position, self.sentence, :half] = values[:, :half]
        laid[self.from_end, self.sentence, half:] = values[:, half:]
        return laid

    def take(self, laid: Floats) -> Floats:
        """Return the values a token that `put` has laid out."""
        half = laid.shape[2] // 2
        return np.hstack([laid[self.position, self.sentence, :half], laid[self.from_end, self.sentence, half:]])


def _lay_out(lengths: NDArray[np.intp]) -> _Layout:
    """Return where the tokens of sentences of some lengths stand."""
    position = np.concatenate([np.arange(length) for length in lengths])
    return _Layout(np.repeat(np.arange(len(lengths)), lengths), position, np.repeat(lengths, lengths) - 1 - position)


def _looked_at(active: Floats, layout: _Layout) -> Floats:
    """Return for each token the hidden units of `SEEN_BY_CELLS`, side by side; beyond the sentence are none."""
    return np.hstack([_moved(active, offset, layout) for offset in SEEN_BY_CELLS])


def _of_looked_at(gradient: Floats, layout: _Layout) -> Floats:
    """Return the gradient of the hidden units that `_looked_at` has laid side by side."""
    parts = np.split(gradient, len(SEEN_BY_CELLS), axis=1)
    moved = [_moved(part, -offset, layout) for offset, part in zip(SEEN_BY_CELLS, parts, strict=True)]
    return np.sum(moved, axis=0)


def _moved(values: Floats, offset: int, layout: _Layout) -> Floats:
    """Return for each token the values of the one so far behind it in its sentence, zeros where there is none."""
    moved = np.roll(values, -offset, axis=0)
    moved[(layout.position + offset < 0) | (layout.from_end < offset)] = 0
    return moved


def _remember(signals: Floats, layout: _Layout) -> Floats:
    """Return the states of the cells, laid out: each keeps a share of its last, and the rest is new."""
    shares, news = (layout.put(part) for part in _gated(signals))
    states = news * (1 - shares)
    for at in range(1, len(states)):
        states[at] += shares[at] * states[at - 1]
    return states


def _gated(signals: Floats) -> tuple[Floats, Floats]:
    """Return the shares of their states that cells keep, and what is new to them: by each half of the signals."""
    return np.clip(0.5 + KEPT_SLOPE * signals[:, : 2 * CELLS], 0, 1), np.clip(signals[:, 2 * CELLS :], -1, 1)


def _of_signals(of_cells: Floats, signals: Floats, states: Floats, layout: _Layout) -> Floats:
    """Return the gradient of the signals, given that of what the cells remember."""
    shares, news = (layout.put(part) for part in _gated(signals))
    carried = layout.put(of_cells)
    for at in range(len(carried) - 2, -1, -1):
        carried[at] += shares[at + 1] * carried[at + 1]
    before = np.concatenate([np.zeros_like(states[:1]), states[:-1]])
    of_shares, of_news = layout.take(carried * (before - news)), layout.take(carried * (1 - shares))
    of_shares *= KEPT_SLOPE * (np.abs(signals[:, : 2 * CELLS]) < 0.5 / KEPT_SLOPE)
    of_news *= np.abs(signals[:, 2 * CELLS :]) < 1
    return np.hstack([of_shares, of_news])


def _kept(shape: tuple[int, ...], dropped: float, random: np.random.Generator) -> Floats:
    """Return a mask that drops a share at random and makes up for it."""
    return (random.random(shape) >= dropped).astype(np.float32) / np.float32(1 - dropped)
