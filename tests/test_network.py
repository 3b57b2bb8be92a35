"""The recipe that learns the tagger's weights: gradients by their definition, and tags whose role nobody marked."""

import itertools

import network
import numpy as np
import pytest
from network import ANY, _chain_gradients, _possible, learn

from storymap.places.tagger import SCALE, TAGS, Weights, write_weights

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
    of_scores, of_transitions = _chain_gradients(scores[None], possible[None], np.array([3]), transitions)
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


def test_where_no_role_is_known_the_one_learnt_elsewhere_stands(monkeypatch):
    monkeypatch.setattr(network, "NETWORKS", 1)
    closed = ["closed"]
    known = [([closed, ["place", "speaks"], closed], ["O", "B-metonym", "O"])] * 600
    unknown = [([closed, ["place", "speaks"], closed], ["O", f"B-{ANY}", "O"])] * 1800
    nothing = [([closed, ["word"], closed], ["O", "O", "O"])] * 1800
    weights = learn([*known, *unknown, *nothing], 10)
    place, speaks = (weights.names.index(name) for name in ("place", "speaks"))
    scores = weights.features[[place, speaks]].sum(axis=0)[: len(TAGS)]
    assert max((score, tag) for score, tag in zip(scores, TAGS, strict=True) if tag.startswith("B"))[1] == "B-metonym"


def test_weights_that_might_not_fit_are_refused(tmp_path):
    size = len(TAGS)
    wide = Weights(
        ("a", "b"),
        np.full((2, size + 1), 90 * SCALE // 4, np.int16),
        np.zeros((1, size), np.int32),
        np.zeros(1, np.int32),
        np.zeros((size, size), np.int32),
    )
    with pytest.raises(ValueError, match="decay"):
        write_weights(wide, tmp_path / "wide.npz")
    assert not list(tmp_path.iterdir())
