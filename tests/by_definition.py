"""The network of the tagger by its definition, token by token and cell by cell: what the fast ways are held against."""

import numpy as np


def remember(units, gates, threshold):
    """Return what the cells of one network remember at each token: units (tokens, H), gates (3 H, 4 C)."""
    edge = np.zeros((1, units.shape[1]))
    padded = np.concatenate([edge, units, edge])
    cells = gates.shape[1] // 4
    remembered = np.zeros((len(units), 2 * cells))
    for backwards in (False, True):
        state = np.zeros(cells)
        for at in reversed(range(len(units))) if backwards else range(len(units)):
            signal = np.concatenate([padded[at], padded[at + 1], padded[at + 2]]) @ gates + threshold
            of_share, of_new = signal.reshape(2, 2, cells)[:, int(backwards)]
            share = np.clip(0.5 + of_share / 4, 0, 1)
            state = share * state + (1 - share) * np.clip(of_new, -1, 1)
            remembered[at].reshape(2, cells)[int(backwards)] = state
    return remembered
