"""tests/cases/ambiguous/*.md: short texts in which only the context tells which of several places a name means.

A file is called NAME-SENSE-NUMBER. Where the sense ends in a kind of place (``brandenburg-state-1``), the kind must be
right as well, for city and state may lie side by side.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache

import pytest
from accuracy.floors import Floors
from cases import FOLDER, Case, Gold, read_case

from storymap import Gazetteer, map_text
from storymap.gazetteer.globe import great_circle_km
from storymap.gazetteer.names import base_forms, fold
from storymap.model import RIGHT_KM, Kind, Place

# An area has no one point: whoever means the country may stand this far from where it is marked.
NEAR_KM = 50
NEAR_AREA_KM = 300
AREAS = frozenset(Kind) - {Kind.CITY, Kind.DISTRICT, Kind.FACILITY, Kind.STREET}

# A river is marked where the text speaks of it, a sea anywhere in it: they are right if their extent holds that point.
WIDE = frozenset({Kind.RIVER, Kind.SEA, Kind.REGION})

SENSES = {
    "city": frozenset({Kind.CITY}),
    "state": frozenset({Kind.ADMIN1}),
    "province": frozenset({Kind.ADMIN1, Kind.ADMIN2}),
    "country": frozenset({Kind.COUNTRY}),
    "river": frozenset({Kind.RIVER}),
}
"""Senses in file names that say what kind of place is meant."""

CASES = [read_case(path) for path in sorted((FOLDER / "ambiguous").glob("*.md"))]


@dataclass(frozen=True)
class Verdict:
    """A marked mention and the place it was resolved to."""

    case: Case
    gold: Gold
    place: Place
    right: bool
    contested: bool
    ambiguous: bool

    def __str__(self) -> str:
        got, gold = self.place.entry, self.gold
        found = f"{got.name} ({got.kind}, {got.admin1}, {got.country})" if got else "none"
        return f"{self.case.name}: {gold.text} ({gold.lat}, {gold.lon}) as {found} {self.place.confidence:.2f}"


def kinds_meant(case: Case, gold: Gold) -> frozenset[Kind]:
    """Return the kinds of place that the case's file name allows for a mention; empty if it says nothing."""
    name, sense, _ = case.name.rsplit("-", 2)
    named = f"{name}-".startswith(fold(gold.text).replace(" ", "-") + "-")
    return SENSES.get(sense, frozenset()) if named else frozenset()


def is_right(case: Case, gold: Gold, place: Place) -> bool:
    if place.entry is None:
        return False
    meant = kinds_meant(case, gold)
    reach = NEAR_AREA_KM if place.kind in AREAS else NEAR_KM
    near = great_circle_km(place.entry.lat, place.entry.lon, gold.lat, gold.lon) <= reach
    if place.entry.bbox and place.kind in WIDE:
        west, south, east, north = place.entry.bbox
        across = west <= gold.lon <= east if west <= east else gold.lon >= west or gold.lon <= east
        near = near or (across and south <= gold.lat <= north)
    return near and (not meant or place.kind in meant)


def apart(points: list[tuple[float, float]], km: float) -> bool:
    """Tell whether any two points lie further apart."""
    return any(great_circle_km(*a, *b) > km for i, a in enumerate(points) for b in points[:i])


def contested_names() -> frozenset[str]:
    """Return the names that the texts mark at different places."""
    points = defaultdict(set)
    for case in CASES:
        for gold in case.gold:
            points[fold(gold.text)].add((gold.lat, gold.lon))
    return frozenset(name for name, places in points.items() if apart(sorted(places), NEAR_KM))


@cache
def is_ambiguous(text: str, lang: str) -> bool:
    gazetteer = Gazetteer.open()
    entries = [entry for key in base_forms(text, lang) for entry in gazetteer.lookup(key)]
    return apart([(entry.lat, entry.lon) for entry in entries], RIGHT_KM)


@cache
def verdicts() -> tuple[Verdict, ...]:
    """Resolve the marked mentions of all texts."""
    names = contested_names()
    made = []
    for case in CASES:
        story = map_text(case.text, lang=case.lang, spans=[(gold.start, gold.end) for gold in case.gold])
        places = {(mention.start, mention.end): mention.place for mention in story.mentions}
        for gold in case.gold:
            place = places[gold.start, gold.end]
            right = is_right(case, gold, place)
            contested = fold(gold.text) in names or bool(kinds_meant(case, gold))
            made.append(Verdict(case, gold, place, right, contested, is_ambiguous(gold.text, case.lang)))
    return tuple(made)


def assert_share(floors: Floors, name: str, counted: list[Verdict]) -> None:
    wrong = [str(verdict) for verdict in counted if not verdict.right]
    told = floors.check(f"{name}: right", 1 - len(wrong) / len(counted))
    assert not told, "\n".join((f"{told}; of {len(counted)} wrong are", *wrong))


# Contested are the names that the texts themselves use for different places, ambiguous all that the gazetteer gives to
# places far apart.


def test_a_contested_name_gets_the_sense_of_its_text(floors):
    assert_share(floors, "contested names", [verdict for verdict in verdicts() if verdict.contested])


def test_a_name_of_several_places_gets_the_right_one(floors):
    assert_share(floors, "ambiguous names", [verdict for verdict in verdicts() if verdict.ambiguous])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_text_is_short_and_holds_an_ambiguous_name(case):
    assert len(case.text.split()) <= 80
    assert len(case.gold) >= 2
    assert any(verdict.contested or verdict.ambiguous for verdict in verdicts() if verdict.case is case)


def test_the_texts_speak_our_languages():
    langs = Counter(case.lang for case in CASES)
    assert langs["de"] >= 45
    assert langs["en"] >= 30
    assert min(langs["fr"], langs["it"], langs["es"]) >= 8
