"""Names as newspapers of ten languages print them: each leads to its place, and is printed back as they print it.

``lookups.csv`` holds a row a name: the language of the paper, the place's point, how far from it in km an answer may
lie (25 for a town, within its extent for anything larger) and, where papers of that language agree on one, the label.
"""

import csv
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from storymap.gazetteer.globe import great_circle_km
from storymap.gazetteer.store import Gazetteer
from storymap.model import Entry

LANGUAGES = {"de", "en", "es", "fr", "it", "nl", "pl", "pt", "ru", "uk"}

FIRST_SHARE = 0.97
"""Of the names, this share must be answered by the right place at once, under the right label."""

CANDIDATES = 10
"""A name that is not answered at once has its place among this many: context can still choose it."""


class Lookup(NamedTuple):
    name: str
    lang: str
    lat: float
    lon: float
    km: float
    label: str

    def is_near(self, entry: Entry) -> bool:
        return great_circle_km(entry.lat, entry.lon, self.lat, self.lon) <= self.km


def read_lookups() -> list[Lookup]:
    path = Path(__file__).parent / "lookups.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Lookup(row["name"], row["lang"], float(row["lat"]), float(row["lon"]), float(row["km"]), row["label"])
            for row in csv.DictReader(file, strict=True)
        ]


LOOKUPS = read_lookups()


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.open()


def test_there_are_enough_in_every_language():
    counts = Counter(row.lang for row in LOOKUPS)
    assert len(LOOKUPS) >= 400
    assert set(counts) == LANGUAGES
    assert counts["de"] >= 120
    assert min(counts.values()) >= 25


def test_no_row_is_there_twice():
    keys = [(row.lang, row.name) for row in LOOKUPS]
    assert keys == sorted(set(keys))


def test_many_are_not_the_names_the_places_give_themselves(gazetteer):
    named = [(row, entry) for row in LOOKUPS for entry in gazetteer.lookup(row.name, row.lang)[:1]]
    assert len({row.name for row, entry in named if row.label == row.name != entry.name}) >= 150


def test_nearly_every_name_is_answered_at_once(gazetteer):
    missed = []
    for row in LOOKUPS:
        first = next(iter(gazetteer.lookup(row.name, row.lang)), None)
        if not (first and row.is_near(first) and row.label in ("", gazetteer.label(first, row.lang))):
            missed.append((row.lang, row.name, first))
    assert len(missed) <= (1 - FIRST_SHARE) * len(LOOKUPS), missed


def test_every_name_has_its_place_among_the_candidates(gazetteer):
    missed = [
        (row.lang, row.name)
        for row in LOOKUPS
        if not any(row.is_near(entry) for entry in gazetteer.lookup(row.name, row.lang)[:CANDIDATES])
    ]
    assert missed == []


def test_every_place_is_labelled_as_papers_print_it(gazetteer):
    wrong = []
    for row in LOOKUPS:
        near = [entry for entry in gazetteer.lookup(row.name, row.lang)[:CANDIDATES] if row.is_near(entry)]
        labels = [gazetteer.label(entry, row.lang) for entry in near]
        if row.label and row.label not in labels:
            wrong.append((row.lang, row.name, row.label, labels))
    assert wrong == []
