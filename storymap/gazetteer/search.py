"""What somebody types -> the names it may begin, or be a slip of: "Wladiwostock" for Wladiwostok.

The names are filed by their trigrams in the gazetteer's table ``typed`` (`row_of`, called by
`storymap.gazetteer.writer`). A name that begins as what is typed has all its trigrams, one with a slip of the finger
has most; either way the table gives the names of the best known places first, so a search stops early. rapidfuzz then
says how close they are. Called by `storymap.gazetteer.store`.
"""

from collections.abc import Iterable
from itertools import pairwise

from storymap.gazetteer.sealed import MOST_NAMES

__all__ = ["closeness", "queries", "row_of"]

LEAST_STANDING = 36
"""Names of a lower standing are filed for lookup only: four thousand people. With 33, two thousand, the table takes
7.7 MB of the wheel, and with 36 it takes 6.5."""

COMPLETIONS, SLIPS = 200, 4000
"""Names that are looked at: of those that go on as typed, and of those that share a part with it. More of the second
changed no answer to the misspelt names of the tests; they take some 5 ms."""

FEW_LETTERS = 6
"""Up to this length one trigram in common is enough: a slip in the middle of "Kiew" leaves no two."""

CLOSE_ENOUGH = 0.7
"""Share of the letters that must be right: one slip in four letters, three in ten."""

GOES_ON, GOES_ON_INSIDE = 0.85, 0.75
"""How close a name is that goes on as typed, from its beginning or from that of a later word."""

BEST_STANDING = 255
"""No place has more weight: a byte holds it."""


def row_of(number: int, standing: int) -> int | None:
    """Return the row of a name in the table of what can be typed, so that rows come best first; None for none.

    Parameters
    ----------
    number
        The name's.
    standing
        Of the best known place that bears it.
    """
    return (BEST_STANDING - standing) * MOST_NAMES + number if standing >= LEAST_STANDING else None


def queries(typed: str) -> list[tuple[str, int]]:
    """Return what to ask the table for, and how many names at most: what goes on as a folded text, what shares parts.

    Examples
    --------
    >>> queries("kiew")[0]
    ('" ki" AND "kie" AND "iew"', 200)
    """
    # One letter counts at the beginning of a name, more at that of any word.
    completed = _trigrams(f" {typed}" if len(typed) > 1 else f"  {typed}")
    shared = _trigrams(f"  {typed} ")
    if len(typed) > FEW_LETTERS:
        shared = [f"({one} AND {two})" for one, two in pairwise(shared)]
    return [(" AND ".join(completed), COMPLETIONS), (" OR ".join(shared), SLIPS)]


def _trigrams(text: str) -> list[str]:
    """Return the trigrams of a text as terms of a query."""
    return ['"{}"'.format(text[i : i + 3].replace('"', '""')) for i in range(len(text) - 2)]


def closeness(typed: str, names: Iterable[str]) -> dict[str, float]:
    """Return how close each name is to a folded text, from `CLOSE_ENOUGH` to 1; the others are left out.

    Examples
    --------
    >>> closeness("frankfrt", ["frankfurt", "frankfurt oder", "frankreich"])
    {'frankfurt': 0.888...}
    """
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    names = list(dict.fromkeys(names))
    slips = extract(typed, names, scorer=OSA.normalized_similarity, score_cutoff=CLOSE_ENOUGH, limit=None)
    close = {name: similarity for name, similarity, _ in slips}
    for name in names:
        goes_on = GOES_ON * name.startswith(typed) or GOES_ON_INSIDE * (f" {typed}" in name)
        if goes_on > close.get(name, 0.0):
            close[name] = goes_on
    return close
