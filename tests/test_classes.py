"""Words that are used alike share a class; what nobody knows has none."""

import random
import string

import pytest

from storymap.places.classes import CLASSES, word_class


@pytest.mark.parametrize(
    "alike",
    [("Bremen", "Köln", "Leipzig"), ("Merkel", "Müller", "Schröder"), ("Stefan", "Peter"), ("Spaniens", "Italiens")],
)
def test_words_used_alike_share_a_class(alike):
    (shared,) = {word_class(word) for word in alike}
    assert 1 <= shared <= CLASSES


def test_words_used_otherwise_do_not():
    assert len({word_class(word) for word in ("Bremen", "Merkel", "Stefan", "Trainer", "Siemens")}) == 5


def test_few_unknown_words_get_a_class():
    letters = random.Random(0)
    words = {"".join(letters.choices(string.ascii_lowercase, k=12)).capitalize() for _ in range(5000)}
    assert sum(word_class(word) > 0 for word in words) < len(words) / 100


@pytest.mark.parametrize("word", ["", "\ud800", "Ko\u0308ln", "北京", "A" * 10_000])
def test_any_word_is_answered(word):
    assert 0 <= word_class(word) <= CLASSES
