"""Names in other cases lead to the place, in every language that declines them."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from storymap.gazetteer.inflection import DECLINING
from storymap.gazetteer.names import base_forms, fold
from storymap.gazetteer.store import Gazetteer

with (Path(__file__).parent / "declined.csv").open(encoding="utf-8", newline="") as file:
    DECLINED = [(row["lang"], row["form"], row["name"]) for row in csv.DictReader(file, strict=True)]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.open()


@pytest.mark.parametrize(("lang", "form", "name"), DECLINED)
def test_a_case_leads_to_its_name(gazetteer, lang, form, name):
    assert fold(name) in set(base_forms(form, lang))
    assert fold(name) in {found.key for found in gazetteer.forms(form, lang)}


def test_the_likeliest_name_comes_first(gazetteer):
    firsts = [next(gazetteer.forms(form, lang)).key == fold(name) for lang, form, name in DECLINED]
    assert sum(firsts) >= 0.97 * len(firsts)


def test_every_declining_language_has_cases_here():
    counts = Counter(lang for lang, _, _ in DECLINED)
    assert set(counts) - {"tr"} == DECLINING - {"bs"}
    assert min(counts.values()) >= 3


def test_a_country_is_meant_rather_than_a_village_called_as_one_of_its_cases(gazetteer):
    assert next(gazetteer.forms("Chin", "pl")).key == "chiny"
    assert next(gazetteer.forms("Chin", "de")).key == "chin"
