"""How likely the possible tags of sequences are, in a linear chain, and which way their scores have to go.

In: the scores of each token's tags, which of them are possible, and the scores of two tags that follow each other. Out:
the gradients of the negative log likelihood of the possible tags. Called by ``network.py``.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["EXCLUDED", "Floats", "chain_gradients"]

Floats = NDArray[np.float32]

EXCLUDED = np.float32(-1000)
"""What a tag that is known to be wrong scores less."""


def chain_gradients(
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
