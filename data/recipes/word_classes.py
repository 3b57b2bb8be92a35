"""Make ``storymap/places/models/classes.bin``: which words with a capital are used alike.

In: the Brown clusters of a million German words and their frequencies, of PyPI spacy-lookups-data (MIT); names of
persons and of places (our tables and the compiled gazetteer), to tell which clusters are full of names. The clusters
are the leaves of a tree; they are brought down to `CLASSES` by cutting the tree where the most words hang. Kept are
the frequent words, and of the rarer ones those in clusters of names, foreign names above all: the classes serve all
languages. Out: three cells a word (`storymap.places.classes`), found by peeling (Majewski, Wormald, Havas, Czech 1996).

    python data/recipes/word_classes.py PACKAGES

PACKAGES is a folder that holds ``spacy_lookups_data-1.0.5-*.whl`` at any depth.
"""

import csv
import gzip
import heapq
import json
import re
import sys
import zipfile
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import exp
from pathlib import Path
from typing import NamedTuple

from storymap.gazetteer.names import fold
from storymap.pipeline import open_gazetteer
from storymap.places.classes import CLASSES, CLASSES_FILE, cells_of

PERSONS = Path(__file__).parents[1] / "sources" / "person_names.csv"

FREQUENT = -15.6
"""Logarithm of the share of a text that a frequent word is at least: one in six million, a hundred thousand words."""

RARE_NAMES = 70_000
"""Rarer words that are kept."""

NAMES = 0.5
"""Share of a cluster's frequent words that are names of persons or places, from which on its rare words are kept."""

LONGEST_SHOUT = 4
"""Letters of the longest words in capitals that are kept: "NATO"."""

SPARSE = 1.25
"""Cells a word: with fewer than 1.23 peeling fails."""

_WORD = re.compile(r"[^\W\d_]{2,}")


class Known(NamedTuple):
    """What the source knows of a word: the path to its cluster, a string of 0 and 1, and the logarithm of its share."""

    path: str
    share: float


def read_clusters(packages: Path) -> dict[str, Known]:
    """Return the words with a capital that have a cluster."""
    wheel = next(packages.rglob("spacy_lookups_data-1.0.5-*.whl"))
    with zipfile.ZipFile(wheel) as files:
        clusters, shares = (
            json.loads(gzip.decompress(files.read(f"spacy_lookups_data/data/de_lexeme_{what}.json.gz")))
            for what in ("cluster", "prob")
        )
    return {
        word: Known(f"{cluster:b}"[::-1], shares[word])
        for word, cluster in clusters.items()
        if cluster
        and word in shares
        and _WORD.fullmatch(word)
        and word[0].isupper()
        and not (word.isupper() and len(word) > LONGEST_SHOUT)
    }


def choose_words(words: Mapping[str, Known]) -> dict[str, Known]:
    """Return the words worth keeping."""
    with PERSONS.open(encoding="utf-8", newline="") as table:
        persons = {row["name"] for row in csv.DictReader(table)}
    gazetteer = open_gazetteer()
    frequent = {word: known for word, known in words.items() if known.share > FREQUENT}
    names: dict[str, int] = defaultdict(int)
    sizes = Counter(known.path for known in frequent.values())
    for word, known in frequent.items():
        names[known.path] += word in persons or bool(gazetteer.hits(fold(word)))
    rare = [
        word
        for word, (path, share) in words.items()
        if share <= FREQUENT and names[path] >= NAMES * max(sizes[path], 1)
    ]
    rare.sort(key=lambda word: (-words[word].share, word))
    return frequent | {word: words[word] for word in rare[:RARE_NAMES]}


def cut_tree(words: Iterable[Known]) -> list[str]:
    """Return the paths of at most `CLASSES` branches; what hangs on a branch and on no longer one is a class."""
    weights: Counter[str] = Counter()
    for path, share in words:
        for length in range(len(path) + 1):
            weights[path[:length]] += exp(share / 2)
    heap, done = [(-weights[""], "")], []
    while heap and len(heap) + len(done) < CLASSES:
        _, branch = heapq.heappop(heap)
        twigs = [twig for twig in (f"{branch}0", f"{branch}1") if twig in weights]
        if weights[branch] > sum(weights[twig] for twig in twigs) * (1 + 1e-9):
            done.append(branch)
        for twig in twigs:
            heapq.heappush(heap, (-weights[twig], twig))
    return sorted([*done, *(branch for _, branch in heap)])[:CLASSES]


def number_classes(words: Mapping[str, Known]) -> dict[str, int]:
    """Return the class of each word, 1 to `CLASSES`."""
    numbers = {branch: number for number, branch in enumerate(cut_tree(words.values()), start=1)}
    return {
        word: next(numbers[path[:n]] for n in range(len(path), -1, -1) if path[:n] in numbers)
        for word, (path, _) in words.items()
    }


def fill_cells(classes: Mapping[str, int]) -> "array[int]":
    """Return a table of cells in which each word finds its class.

    Raises
    ------
    ValueError
        If the words go round in a circle: take a few cells more.
    """
    third = int(len(classes) * SPARSE) // 3
    cells = {word: cells_of(word, third) for word in classes}
    waiting: list[set[str]] = [set() for _ in range(3 * third)]
    for word, (*own, _) in cells.items():
        for cell in own:
            waiting[cell].add(word)
    order: list[tuple[str, int]] = []
    alone = [cell for cell, words in enumerate(waiting) if len(words) == 1]
    while alone:
        cell = alone.pop()
        if len(waiting[cell]) == 1:
            word = waiting[cell].pop()
            order.append((word, cell))
            for other in cells[word][:3]:
                waiting[other].discard(word)
                if len(waiting[other]) == 1:
                    alone.append(other)
    if len(order) < len(classes):
        raise ValueError("The words cannot be told apart; raise SPARSE.")
    table = array("H", bytes(6 * third))
    for word, cell in reversed(order):
        first, second, last, mark = cells[word]
        table[cell] = table[first] ^ table[second] ^ table[last] ^ table[cell] ^ mark ^ classes[word]
    return table


def main() -> None:
    """Choose the words, find their classes and write them."""
    classes = number_classes(choose_words(read_clusters(Path(sys.argv[1]))))
    table = fill_cells(classes)
    if sys.byteorder == "big":
        table.byteswap()
    CLASSES_FILE.write_bytes(table.tobytes())
    print(f"{len(classes)} words in {len(set(classes.values()))} classes, {CLASSES_FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
