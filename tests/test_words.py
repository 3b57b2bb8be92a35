"""Small words: one role each, the same for what means the same in another language."""

import pytest

from storymap.pipeline import open_gazetteer
from storymap.places.words import _TABLE, governs


@pytest.mark.parametrize("lang", sorted(_TABLE))
def test_no_word_of_a_language_has_two_roles(lang):
    words = [word for line in _TABLE[lang].splitlines() for word in line.partition(": ")[2].split()]
    assert sorted(set(words)) == sorted(words)


@pytest.mark.parametrize(
    ("word", "lang"), [("V", "sk"), ("u", "hr"), ("у", "sr"), ("ve", "cs"), ("în", "ro"), ("v", "sl"), ("у", "uk")]
)
def test_what_means_in_has_the_role_of_the_english_word(word, lang):
    assert governs(word, lang) == governs("in", "en")


def test_a_word_has_its_role_in_its_own_language_alone():
    assert governs("ve", "tr") == "and"
    assert not governs("ve", "de")


@pytest.mark.parametrize(
    ("word", "lang", "tells"),
    [
        ("lehnt", "de", "rules"), ("Bischof", "de", "house"), ("says", "en", "says"), ("Signed", "en", "rules"),
        ("battu", "fr", "plays"), ("portiere", "it", "team"), ("residents", "en", "site"), ("Traktat", "pl", "treaty"),
        ("lehnt", "fr", ""), ("Paris", "fr", ""),
    ],
)  # fmt: skip
def test_what_a_word_tells_of_the_role_of_a_name(word, lang, tells):
    assert open_gazetteer().lexicon.role_word(word, lang) == tells
