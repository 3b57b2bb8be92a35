"""The annotated sentences the recogniser learns from: each mark is whole, and each language has enough of each kind."""

import unicodedata
from collections import Counter

import pytest
from gold import ANNOTATED, LANGUAGES, read_annotated, read_marks

from storymap.places.tagger import LANGUAGES_LEARNT

LEAST = 120
"""Sentences of a language: fewer teach nothing and measure nothing."""


def documents(lang):
    return [*read_annotated(lang, held_out=False), *read_annotated(lang, held_out=True)]


def test_every_language_that_weights_were_learnt_from_has_sentences():
    assert set(LANGUAGES) >= LANGUAGES_LEARNT


@pytest.mark.parametrize("lang", LANGUAGES)
def test_lines_are_clean(lang):
    text = (ANNOTATED / f"{lang}.txt").read_bytes().decode("utf-8")
    assert text.endswith("\n")
    assert unicodedata.is_normalized("NFC", text)
    assert [line for line in text[:-1].split("\n") if not line or line != " ".join(line.split())] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_there_twice(lang):
    assert [text for text, times in Counter(d["text"] for d in documents(lang)).items() if times > 1] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_mark_holds_a_name_and_nothing_around_it(lang):
    names = [toponym["text"] for document in documents(lang) for toponym in document["toponyms"]]
    assert [name for name in names if name != name.strip(' ,;:!?"“”„«»')] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_are_sentences_enough_of_each_kind(lang):
    marked = [document["toponyms"] for document in documents(lang)]
    roles = Counter(toponym["role"] for toponyms in marked for toponym in toponyms)
    assert len(marked) >= LEAST
    assert 0.1 < sum(not toponyms for toponyms in marked) / len(marked) < 0.4
    assert min(roles["literal"], roles["metonym"], roles["part"]) >= LEAST / 20


@pytest.mark.parametrize("line", ["[[Kyjiw|metonim]] erklärt", "[[Kyjiw erklärt", "Kyjiw]] erklärt", "[[]] erklärt"])
def test_a_broken_mark_is_refused(line):
    with pytest.raises(ValueError, match="broken mark"):
        read_marks(line)
