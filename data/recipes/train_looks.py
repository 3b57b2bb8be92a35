"""Learn what names of places look like: storymap/places/models/looks.json.z.

    python data/recipes/train_looks.py

A logistic regression over the strings of two to five letters in a word (`storymap.places.words.numbers_of_pieces`):
the words of the gazetteer's names against the names of persons and the everyday words of all languages. It is for the
names that the gazetteer does not hold: "Kirchborgum" looks like a place, "Steinmeier" does not. The order of the words
is drawn from a fixed seed: the same tables give the same weights.
"""

import csv
import json
import re
import zlib
from pathlib import Path

import numpy as np

from storymap.pipeline import open_gazetteer
from storymap.places.words import LOOKS_FILE, LOOKS_STEP, PIECES, numbers_of_pieces

SOURCES = Path(__file__).parents[1] / "sources"
GERMAN = frozenset({"DE", "AT", "CH"})
GERMAN_PLACES, GERMAN_WORDS = 5.0, 3.0
"""Weight of German names and words, a fifth of all: German writes every noun with a capital, so looks count most."""

ROUNDS, BATCH, RATE = 6, 256, 0.3
SEED = 0
_WORD = re.compile(r"[^\W\d_]{4,}")


def words_of_places() -> dict[str, float]:
    """Return the words that names of places are made of, and their weights."""
    words: dict[str, float] = {}
    gazetteer = open_gazetteer()
    for entry in map(gazetteer.entry, range(sum(gazetteer.counts().values()))):
        for word in filter(str.istitle, _WORD.findall(entry.name)):
            words[word] = max(words.get(word, 0.0), GERMAN_PLACES if entry.country in GERMAN else 1.0)
    return words


def other_words() -> dict[str, float]:
    """Return names of persons and everyday words with a capital, and their weights."""
    words: dict[str, float] = {}
    with (SOURCES / "person_names.csv").open(encoding="utf-8", newline="") as table:
        words |= {row["name"]: 1.0 for row in csv.DictReader(table)}
    with (SOURCES / "words.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            if not int(row["proper"] or 0):
                word = row["word"].capitalize()
                words[word] = max(words.get(word, 0.0), GERMAN_WORDS if row["lang"] == "de" else 1.0)
    return {word: weight for word, weight in words.items() if _WORD.fullmatch(word)}


def learn(words: list[str], is_place: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weights of the pieces of words (AdaGrad)."""
    pieces = [np.array(list(numbers_of_pieces(word))) for word in words]
    learnt, squares = np.zeros(PIECES), np.full(PIECES, 1e-2)
    order = np.random.default_rng(SEED)
    for _ in range(ROUNDS):
        for batch in np.split(shuffled := order.permutation(len(words)), range(BATCH, len(shuffled), BATCH)):
            lengths = np.array([len(pieces[i]) for i in batch])
            flat, owner = np.concatenate([pieces[i] for i in batch]), np.repeat(np.arange(len(batch)), lengths)
            scale = lengths**-0.5
            scores = np.bincount(owner, learnt[flat], len(batch)) * scale
            errors = (1 / (1 + np.exp(-scores)) - is_place[batch]) * weights[batch] * scale
            slope = np.bincount(flat, errors[owner], PIECES)
            squares += slope**2
            learnt -= RATE * slope / np.sqrt(squares)
    return learnt


def main() -> None:
    """Learn the weights and write them."""
    others = other_words()
    places = {word: weight for word, weight in words_of_places().items() if word not in others}
    words = [*places, *others]
    is_place = np.array([1.0] * len(places) + [0.0] * len(others))
    weights = np.array([*places.values(), *others.values()])
    for side in (is_place == 1, is_place == 0):
        weights[side] *= len(words) / 2 / weights[side].sum()
    learnt = np.clip(np.round(learn(words, is_place, weights) * LOOKS_STEP), -127, 127).astype(int)
    text = json.dumps(learnt.tolist(), separators=(",", ":"))
    LOOKS_FILE.write_bytes(zlib.compress(text.encode(), 9))
    print(f"{len(places)} words of places, {len(others)} others, {LOOKS_FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
