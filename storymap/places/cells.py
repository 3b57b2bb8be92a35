"""Hidden units of the tokens of sentences -> what cells remember of them, forwards and backwards.

The recurrent layer of the network (`storymap.places.scorer`). At each token a cell keeps a share of what it remembers
and takes something new for the rest; both are told by the hidden units of the token and its neighbours alone, not by
what the cell remembers, so that only a product and a sum are left to do token by token (a quasi-recurrent network).
They are straight lines cut off at both ends, which need no exponentials.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["KEPT_SLOPE", "SCALE", "SEEN_BY_CELLS", "Cells"]

SCALE = 100
"""Weights have two decimals: they are kept as whole hundredths, and the sums of their products as ten-thousandths."""

SEEN_BY_CELLS = (-1, 0, 1)
"""Tokens whose hidden units tell what a cell keeps and takes at a token: its neighbours, and itself."""

KEPT_SLOPE = 0.25
"""How fast the share that a cell keeps rises with the signal to it; without one it keeps half."""

EXACT = 2**24
"""Whole numbers up to this are exact in the 32 bits in which the signals to the cells are added up."""

Floats = NDArray[np.float32]


class Cells:
    """The cells of N networks with H hidden units and C cells in each direction."""

    def __init__(self, gates: NDArray[np.int32], threshold: NDArray[np.int32]) -> None:
        """Take the weights of the signals, N x 3 H x 4 C, and what these start from, N x 4 C.

        Of 4 C columns the first tell how much of its state each cell keeps, forwards and then backwards, the others
        what is new to it.
        """
        networks, inputs, signals = gates.shape
        self._cells, self._units = signals // 4, inputs // len(SEEN_BY_CELLS)
        starts = threshold * SCALE
        starts[:, : signals // 2] += round(SCALE**2 / KEPT_SLOPE / 2)
        # The last row is what the signals start from: the weight of a unit that is always one.
        weights = np.concatenate([gates, starts[:, None]], axis=1)
        directions = weights.reshape(networks, inputs + 1, 2, 2, self._cells).transpose(3, 0, 1, 2, 4)
        self._weights = directions.reshape(2, networks, inputs + 1, -1).astype(np.float32)
        self.most = int(EXACT // np.abs(weights).sum(axis=1).max())

    def remember(
        self, units: NDArray[np.int32], sentence: NDArray[np.intp], at: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """Return what the cells remember at some tokens of sentences, as tokens x 2 N C hundredths.

        ``units`` is tokens x N H hundredths, none above `most`; ``sentence`` has the number of the sentence of each.
        """
        begin = np.flatnonzero(np.diff(sentence, prepend=-1))
        length = np.diff(begin, append=len(sentence))
        beside = self._beside(units, begin, begin + length - 1)
        # The longest sentences first: those that are long enough for a step are always the first ones.
        order = np.argsort(length)[::-1]
        begin, length = begin[order], length[order]
        step = np.arange(length[0])[:, None]
        is_long = step < length
        tokens = (begin + step)[is_long], (begin + length - 1 - step)[is_long]
        shares, states = self._gated(beside, tokens)
        last = 0
        for before, count in pairwise(is_long.sum(axis=1).tolist()):
            now = slice(last + before, last + before + count)
            shares[now] *= states[last : last + count]
            states[now] += shares[now]
            last += before
        where = np.zeros((2, len(units)), np.intp)
        for direction, of_step in zip(where, tokens, strict=True):
            direction[of_step] = np.arange(len(of_step))
        forwards, backwards = np.split(states, 2, axis=1)
        remembered = np.concatenate([forwards[where[0, at]], backwards[where[1, at]]], axis=1)
        return np.rint(remembered / SCALE).astype(float)

    def _beside(self, units: NDArray[np.int32], begin: NDArray[np.intp], last: NDArray[np.intp]) -> Floats:
        """Return for each token the units of those its cells see, and the one that is always one, by network."""
        of_network = units.reshape(len(units), -1, self._units)
        beside = np.zeros((*of_network.shape[:2], self._weights.shape[2]), np.float32)
        beside[1:, :, : self._units] = of_network[:-1]
        beside[:, :, self._units : 2 * self._units] = of_network
        beside[:-1, :, 2 * self._units : -1] = of_network[1:]
        beside[begin, :, : self._units] = 0
        beside[last, :, 2 * self._units :] = 0
        beside[:, :, -1] = 1
        return beside

    def _gated(self, beside: Floats, tokens: Sequence[NDArray[np.intp]]) -> tuple[Floats, Floats]:
        """Return the shares that cells keep, and what they take new, in ten-thousandths, in the order of the tokens."""
        networks, cells = beside.shape[1], self._cells
        shares, news = np.empty((2, len(tokens[0]), 2 * networks, cells), np.float32)
        for direction, (of_step, weights) in enumerate(zip(tokens, self._weights, strict=True)):
            signals = (beside[of_step].swapaxes(0, 1) @ weights).swapaxes(0, 1)
            own = slice(direction * networks, (direction + 1) * networks)
            np.maximum(signals[..., :cells], 0, out=shares[:, own])
            np.maximum(signals[..., cells:], -(SCALE**2), out=news[:, own])
        whole = SCALE**2 / KEPT_SLOPE
        np.minimum(shares, whole, out=shares)
        np.minimum(news, SCALE**2, out=news)
        shares /= whole
        news -= news * shares
        return shares.reshape(len(shares), -1), news.reshape(len(news), -1)
