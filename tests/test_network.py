"""The recipe that learns the tagger's weights: gradients by their definition, and tags whose role nobody marked."""

import itertools

import network
import numpy as np
import pytest
from by_definition import remember
from chain import EXCLUDED, chain_gradients
from network import ANY, CLOSED, _as_matrix, _first_weights, _gradients, _possible, learn

from storymap.places.cells import SCALE
from storymap.places.scorer import TAGS, Weights, write_weights

STEP = 1e-3


def log_likelihood(scores, possible, transitions):
    """Return that of the possible paths among all, by adding them up one by one."""
    paths = list(itertools.product(range(len(TAGS)), repeat=len(scores)))
    sums = [
        sum(scores[at, tag] for at, tag in enumerate(path))
        + sum(transitions[a, b] for a, b in itertools.pairwise(path))
        for path in paths
    ]
    right = [
        value for path, value in zip(paths, sums, strict=True) if all(possible[at, tag] for at, tag in enumerate(path))
    ]
    return np.logaddexp.reduce(right) - np.logaddexp.reduce(sums)


@pytest.mark.parametrize(
    "tags", [("B-literal", "I-literal", "O"), (f"B-{ANY}", f"I-{ANY}", "O"), ("O", f"B-{ANY}", "B-part")]
)
def test_gradients_are_those_of_the_likelihood_of_the_possible_tags(tags):
    random = np.random.default_rng(3)
    scores = random.normal(size=(3, len(TAGS)))
    transitions = random.normal(size=(len(TAGS), len(TAGS)))
    possible = np.array([_possible(tag) for tag in tags])
    of_scores, of_transitions = chain_gradients(scores[None], possible[None], np.array([3]), transitions)
    for at, tag in [(0, 1), (1, 2), (2, 0), (1, 4), (2, 5)]:
        higher = scores.copy()
        higher[at, tag] += STEP
        slope = log_likelihood(higher, possible, transitions) - log_likelihood(scores, possible, transitions)
        assert of_scores[0, at, tag] == pytest.approx(-slope / STEP, abs=STEP)
    for before, after in [(0, 0), (1, 2), (0, 3)]:
        steeper = transitions.copy()
        steeper[before, after] += STEP
        slope = log_likelihood(scores, possible, steeper) - log_likelihood(scores, possible, transitions)
        assert of_transitions[before, after] == pytest.approx(-slope / STEP, abs=STEP)


def negative_log_likelihood(weights, texts, of_sentence):
    """Return that of the possible tags of a sentence, all of it by definition."""
    sums = texts.features[of_sentence].toarray() @ weights.features
    units = np.maximum(sums[:, len(TAGS) :] + weights.threshold, 0)
    scores = sums[:, : len(TAGS)] + units @ weights.hidden
    scores += remember(units, weights.gates, weights.gate_threshold) @ weights.cells
    scores[~texts.is_open[of_sentence], 1:] = EXCLUDED
    return -log_likelihood(scores, texts.possible[of_sentence], weights.transitions)


def test_gradients_of_the_network_are_those_of_its_definition(monkeypatch):
    monkeypatch.setattr(network, "FEATURES_DROPPED", 0)
    monkeypatch.setattr(network, "UNITS_DROPPED", 0)
    random = np.random.default_rng(5)
    names = ["a", "b", "c", "d"]
    sentences = [
        ([[*random.choice(names, 2, replace=False)] for _ in tags], list(tags))
        for tags in [("O", "B-literal", "I-literal"), (CLOSED, f"B-{ANY}", CLOSED, "O"), ("B-part",)]
    ]
    texts = _as_matrix(sentences, {name: number for number, name in enumerate(names)})
    first = _first_weights(len(names), random)
    weights = type(first)(*(part.astype(float) + random.normal(0, 0.3, part.shape) for part in first))
    rows = [np.arange(*ends) for ends in itertools.pairwise(texts.begins)]
    gradients = _gradients(weights, texts, np.arange(len(rows)), random)
    for part, gradient in zip(weights, gradients, strict=True):
        for at in random.permutation(list(np.ndindex(part.shape)))[:12]:
            slopes = []
            for step in (STEP, -STEP):
                part[tuple(at)] += step
                slopes.append(np.mean([negative_log_likelihood(weights, texts, of) for of in rows]))
                part[tuple(at)] -= step
            assert gradient[tuple(at)] == pytest.approx((slopes[0] - slopes[1]) / STEP / 2, abs=STEP)


def test_where_no_role_is_known_the_one_learnt_elsewhere_stands(monkeypatch):
    monkeypatch.setattr(network, "NETWORKS", 1)
    closed = ["closed"]
    known = [([closed, ["place", "speaks"], closed], [CLOSED, "B-metonym", CLOSED])] * 600
    unknown = [([closed, ["place", "speaks"], closed], [CLOSED, f"B-{ANY}", CLOSED])] * 1800
    nothing = [([closed, ["word"], closed], [CLOSED, "O", CLOSED])] * 1800
    weights = learn([*known, *unknown, *nothing], 10)
    place, speaks = (weights.names.index(name) for name in ("place", "speaks"))
    scores = weights.features[[place, speaks]].sum(axis=0)[: len(TAGS)]
    assert max((score, tag) for score, tag in zip(scores, TAGS, strict=True) if tag.startswith("B"))[1] == "B-metonym"


def test_weights_that_might_not_fit_are_refused(tmp_path):
    size = len(TAGS)
    wide = Weights(
        ("a", "b"),
        np.full((2, size + 1), 200 * SCALE, np.int16),
        *(np.zeros(shape, np.int32) for shape in [1, (1, size), (1, 3, 4), (1, 4), (1, 2, size), (size, size)]),
    )
    with pytest.raises(ValueError, match="decay"):
        write_weights(wide, tmp_path / "wide.npz")
    assert not list(tmp_path.iterdir())
