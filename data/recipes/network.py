"""Learn the weights of the tagger (`storymap.places.tagger`) from tagged sequences of tokens.

In: the features of each token, by name, and what is known of its tag. Out: `Weights`. The scores of a token's tags are
the sum of what its features give them, directly and by way of hidden units (rectified linear); the tags of a sequence
are a linear chain, and what is made small is the negative log likelihood of those that are possible. Batches, Adam,
dropout of features and of hidden units; what comes out is the running average of the weights. The seeds are fixed.
The same sequences give the same weights. Called by ``train_recognizer.py``.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from storymap.places.tagger import SCALE, TAGS, Weights

Sequenced = tuple[list[list[str]], list[str]]
"""A sequence: the features of each token, and its tag; of a tag that ends with `ANY` the role is not known."""

ANY = "any"
"""The role in the tags of texts whose annotators marked places and not their roles. Whatever role the weights find
likeliest counts as right there. Called literal, they made .87 of the roles of our own English sentences right, not .91.
"""

Floats = NDArray[np.float32]

HIDDEN = 20
"""Hidden units of one network."""

NETWORKS = 3
"""Networks that are learnt, each from another seed: what comes out has the units of all, and the mean of what they say.
F1 of one alone is .005 lower, and as much higher or lower by chance; six are no better than three."""

EPOCHS = 24
BATCH = 256
RATE = 4e-3
DECAY = 1e-3
SPREAD = 0.12, 0.3
"""Standard deviation of the weights of features, and of hidden units, to begin with."""

FEATURES_DROPPED, UNITS_DROPPED = 0.4, 0.4
"""Share of the features of each token, and of the hidden units, that a step of learning does without. With .15 of each,
F1 is .02 lower on silver corpora of four languages, and .005 on our own sentences."""

IMPOSSIBLE = -20.0
"""Score of an inside that follows neither its beginning nor another inside."""

EXCLUDED = np.float32(-1000)
"""What a tag that is known to be wrong scores less."""

_COUNT = len(TAGS)


class _Texts(NamedTuple):
    """Sequences as a matrix: a row a token, a column a feature; its possible tags; and where each sequence begins."""

    features: csr_matrix
    possible: NDArray[np.bool_]
    begins: NDArray[np.intp]


class _Learnt(NamedTuple):
    """Weights while they are learnt; `Weights` says what they are."""

    features: Floats
    hidden: Floats
    threshold: Floats
    transitions: Floats


def learn(sequences: Sequence[Sequenced], rarest: int) -> Weights:
    """Return the weights that make the tags of sequences likely; features that are rarer are left out."""
    counts = Counter(name for features, _ in sequences for token in features for name in token)
    names = sorted(name for name, count in counts.items() if count >= rarest)
    texts = _as_matrix(sequences, {name: number for number, name in enumerate(names)})
    learnt = [_learn_one(texts, np.random.default_rng(seed)) for seed in range(NETWORKS)]
    direct = np.mean([one.features[:, :_COUNT] for one in learnt], axis=0)
    whole = _Learnt(
        np.hstack([direct, *(one.features[:, _COUNT:] for one in learnt)]),
        np.vstack([one.hidden for one in learnt]) / NETWORKS,
        np.concatenate([one.threshold for one in learnt]),
        np.mean([one.transitions for one in learnt], axis=0),
    )
    features, hidden, threshold, transitions = (np.rint(part * SCALE).astype(np.int32) for part in whole)
    return Weights(tuple(names), features.astype(np.int16), hidden, threshold, transitions)


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


def _as_matrix(sequences: Sequence[Sequenced], numbers: dict[str, int]) -> _Texts:
    """Return sequences as a matrix of the features that have a number."""
    found: list[int] = []
    ends, possible, begins = [0], list[list[bool]](), [0]
    for features, sequence_tags in sequences:
        for token in features:
            found += [numbers[name] for name in token if name in numbers]
            ends.append(len(found))
        possible += [_possible(tag) for tag in sequence_tags]
        begins.append(len(possible))
    matrix = csr_matrix((np.ones(len(found), np.float32), found, ends), shape=(len(possible), len(numbers)))
    return _Texts(matrix, np.array(possible), np.array(begins))


def _possible(tag: str) -> list[bool]:
    """Return, for each of `TAGS`, whether it may be what is known of a token."""
    return [one == tag or (tag.endswith(ANY) and one.startswith(tag[0])) for one in TAGS]


def _first_weights(features: int, random: np.random.Generator) -> _Learnt:
    """Return the weights to begin with: features have no say but through random hidden units."""
    weights = np.zeros((features, _COUNT + HIDDEN), np.float32)
    weights[:, _COUNT:] = random.normal(0, SPREAD[0], (features, HIDDEN))
    hidden = random.normal(0, SPREAD[1], (HIDDEN, _COUNT)).astype(np.float32)
    transitions = np.zeros((_COUNT, _COUNT), np.float32)
    for after, tag in enumerate(TAGS):
        for before, previous in enumerate(TAGS):
            if tag.startswith("I") and previous not in (tag, f"B{tag[1:]}"):
                transitions[before, after] = IMPOSSIBLE
    return _Learnt(weights, hidden, np.zeros(HIDDEN, np.float32), transitions)


def _batches(texts: _Texts, random: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """Yield the numbers of sequences in random batches, each of sequences about as long as each other."""
    lengths = np.diff(texts.begins)
    order = random.permutation(len(lengths))
    for begin in range(0, len(order), 16 * BATCH):
        part = order[begin : begin + 16 * BATCH]
        order[begin : begin + 16 * BATCH] = part[np.argsort(lengths[part], kind="stable")]
    batches = [order[begin : begin + BATCH] for begin in range(0, len(order), BATCH)]
    random.shuffle(batches)
    yield from batches


def _gradients(weights: _Learnt, texts: _Texts, batch: NDArray[np.intp], random: np.random.Generator) -> _Learnt:
    """Return which way the weights have to go for a batch of sequences, the mean over them."""
    lengths = np.diff(texts.begins)[batch]
    tokens = np.concatenate([np.arange(texts.begins[number], texts.begins[number + 1]) for number in batch])
    seen = texts.features[tokens]
    seen.data = _kept(seen.data.shape, FEATURES_DROPPED, random)
    sums = seen @ weights.features
    units = sums[:, _COUNT:] + weights.threshold
    mask = _kept(units.shape, UNITS_DROPPED, random)
    active = np.maximum(units, 0) * mask
    padded = np.zeros((len(batch), lengths.max(), _COUNT), np.float32)
    possible = np.ones(padded.shape, np.bool_)
    at = np.repeat(np.arange(len(batch)), lengths), np.concatenate([np.arange(length) for length in lengths])
    padded[at] = sums[:, :_COUNT] + active @ weights.hidden
    possible[at] = texts.possible[tokens]
    of_scores, of_transitions = _chain_gradients(padded, possible, lengths, weights.transitions)
    direct = of_scores[at] / len(batch)
    of_units = (direct @ weights.hidden.T) * mask * (units > 0)
    of_features = seen.T @ np.concatenate([direct, of_units], axis=1)
    return _Learnt(of_features, active.T @ direct, of_units.sum(axis=0), of_transitions / len(batch))


def _kept(shape: tuple[int, ...], dropped: float, random: np.random.Generator) -> Floats:
    """Return a mask that drops a share at random and makes up for it."""
    return (random.random(shape) >= dropped).astype(np.float32) / np.float32(1 - dropped)


def _chain_gradients(
    scores: Floats, possible: NDArray[np.bool_], lengths: NDArray[np.intp], transitions: Floats
) -> tuple[Floats, Floats]:
    """Return the gradients of the negative log likelihood of the possible tags: of the scores and of the transitions.

    Scores and what is possible are (sequences, tokens, tags), padded at the end. A gradient is what is expected less
    what is expected of the tags that are possible.
    """
    of_scores, of_transitions = _expected(scores, lengths, transitions)
    right = _expected(np.where(possible, scores, scores + EXCLUDED), lengths, transitions)
    return of_scores - right[0], of_transitions - right[1]


def _expected(scores: Floats, lengths: NDArray[np.intp], transitions: Floats) -> tuple[Floats, Floats]:
    """Return how often each tag is expected at each token, and how often each transition, in all sequences."""
    longest = scores.shape[1]
    forward, backward = scores.copy(), np.zeros_like(scores)
    for at in range(1, longest):
        reached = _log_sum(forward[:, at - 1, :, None] + transitions, axis=1) + scores[:, at]
        forward[:, at] = np.where((lengths > at)[:, None], reached, forward[:, at - 1])
    for at in range(longest - 2, -1, -1):
        reached = _log_sum(transitions + (scores[:, at + 1] + backward[:, at + 1])[:, None, :], axis=2)
        backward[:, at] = np.where((lengths > at + 1)[:, None], reached, 0)
    total = _log_sum(forward[:, -1], axis=1)
    rows, places = np.nonzero(np.arange(longest) < lengths[:, None])
    of_tags = np.zeros_like(scores)
    of_tags[rows, places] = np.exp((forward + backward)[rows, places] - total[rows, None])
    of_transitions = np.zeros_like(transitions)
    for at in range(1, longest):
        live = lengths > at
        behind = (scores[live, at] + backward[live, at])[:, None, :]
        path = forward[live, at - 1, :, None] + transitions + behind - total[live, None, None]
        of_transitions += np.exp(path).sum(axis=0)
    return of_tags, of_transitions


def _log_sum(values: Floats, axis: int) -> Floats:
    """Return the logarithm of the sum of exponentials."""
    largest = values.max(axis=axis, keepdims=True)
    summed: Floats = (largest + np.log(np.exp(values - largest).sum(axis=axis, keepdims=True))).squeeze(axis)
    return summed
