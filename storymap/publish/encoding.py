"""Write rings and lines as short words of ASCII, and read them.

In: points in degrees. Out: words, and the points again. `storymap.publish.basemap`, ``areas``, ``districts`` and
``static_ground`` call it, and the recipe of the districts; the page reads the words by ``assets/basemap.js``.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Points = npt.NDArray[np.float64]

__all__ = ["CARRY", "DIGITS", "decode", "encode"]

DIGITS = "".join(map(chr, (*range(63, 92), *range(97, 123))))
CARRY = "".join(map(chr, range(40, 60)))
"""Digits of `encode`, three runs of ASCII. Nothing that HTML, JSON or a template language would take for its own."""


@cache
def _numerals() -> list[str]:
    """Return the digits of the numbers that most steps are."""
    return [_numeral(number) for number in range(4096)]


def _numeral(number: int) -> str:
    digits = ""
    while number >= len(DIGITS):
        number -= len(DIGITS)
        digits += CARRY[number % len(CARRY)]
        number //= len(CARRY)
    return digits + DIGITS[number]


def encode(parts: "list[Points]", unit: float, *, closed: bool) -> list[str]:
    """Return each ring or line as a word of printable ASCII.

    A word is a sequence of numbers: x, y of the first vertex, then the step to each further one, in units of ``unit``
    degrees. A ring's last vertex, which is its first, is left out. A step n is written as the number 2n, or -2n - 1 if
    it is negative. A number below 55 is one of `DIGITS`; from a larger one take 55 away, write the remainder by the
    number of `CARRY` digits as one of these, and go on with the quotient. So most steps are one letter or two.
    """
    import numpy as np

    counts = np.array([len(part) for part in parts])
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))
    units = np.rint(np.concatenate(parts) / unit).astype(np.int64)
    steps = np.diff(units, axis=0, prepend=0)
    steps[first] = units[first]
    keep = (steps[:, 0] != 0) | (steps[:, 1] != 0)
    keep[first] = True
    if closed:
        keep[first + counts - 1] = False
    folded = np.where(steps >= 0, 2 * steps, -2 * steps - 1)[keep].ravel().tolist()
    numerals = _numerals()
    letters = [numerals[n] if n < len(numerals) else _numeral(n) for n in folded]
    ends = (2 * np.cumsum(np.add.reduceat(keep.astype(np.int64), first))).tolist()
    least = 6 if closed else 4
    starts = [0, *ends[:-1]]
    return ["".join(letters[start:end]) for start, end in zip(starts, ends, strict=True) if end - start >= least]


def decode(words: str, unit: float, *, closed: bool) -> "list[Points]":
    """Return the rings or lines of `encode`'s words, apart by blanks, in degrees; a ring ends where it begins."""
    import numpy as np

    parts = []
    for word in words.split():
        digits = _worths()[np.frombuffer(word.encode("ascii"), np.uint8)]
        # Each digit weighs 20 times the one before it in its number, which ends with a digit below 55.
        ends = np.flatnonzero(digits < len(DIGITS))
        starts = np.concatenate(([0], ends[:-1] + 1))
        place = np.arange(len(digits)) - np.repeat(starts, ends - starts + 1)
        folded = np.add.reduceat(digits * len(CARRY) ** place, starts)
        steps = np.where(folded % 2 == 1, -(folded + 1) // 2, folded // 2).reshape(-1, 2)
        points = steps.cumsum(axis=0) * unit
        parts.append(np.concatenate((points, points[:1])) if closed else points)
    return parts


@cache
def _worths() -> "npt.NDArray[np.int64]":
    """Return by character code what each digit counts."""
    import numpy as np

    worths = np.zeros(128, dtype=np.int64)
    worths[[ord(digit) for digit in DIGITS + CARRY]] = range(len(DIGITS + CARRY))
    return worths
