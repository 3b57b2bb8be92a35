"""A word with a capital -> the class of words it is used like: "Bremen" like "Köln", "Merkel" like "Schröder".

In goes a word, out comes the number of its class, which means nothing by itself: what follows from it the recogniser
learns. Asked by `storymap.places.tokens`; ``data/recipes/word_classes.py`` makes the file. The file holds no words: a
word's class is what three cells of it, chosen by a hash of the word, give together, and a mark that it belongs to
this word; of the words that are not in it one in 256 gets the class of another.
"""

import struct
import sys
from array import array
from functools import cache
from hashlib import blake2b
from pathlib import Path

__all__ = ["CLASSES", "CLASSES_FILE", "cells_of", "word_class"]

CLASSES_FILE = Path(__file__).parent / "models" / "classes.bin"

CLASSES = 255
"""The classes; 0 is that of a word nobody knows."""

_CLASS_BITS = 8
_MARK = (1 << 16 - _CLASS_BITS) - 1
_HASH = struct.Struct("<IIIH")


def cells_of(word: str, third: int) -> tuple[int, int, int, int]:
    """Return the three cells that hold what is known of a word, one in each third of a table, and the word's mark."""
    first, second, last, mark = _HASH.unpack(blake2b(word.encode(errors="ignore"), digest_size=_HASH.size).digest())
    return first % third, third + second % third, 2 * third + last % third, (mark & _MARK) << _CLASS_BITS


def word_class(word: str) -> int:
    """Return the class of a word as it is written, 0 for a word nobody knows."""
    table = _table()
    first, second, last, mark = cells_of(word, len(table) // 3)
    number = table[first] ^ table[second] ^ table[last] ^ mark
    return number if number <= CLASSES else 0


@cache
def _table() -> "array[int]":
    cells = array("H", CLASSES_FILE.read_bytes())
    if sys.byteorder == "big":
        cells.byteswap()
    return cells
