"""Mentions stand where they should, tell places from people and words, and never break on odd text."""

import time
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from storymap import map_text
from storymap.article.read import make_article
from storymap.model import Role
from storymap.pipeline import map_article, open_gazetteer
from storymap.places.recognize import GazetteerRecognizer, Span, find_mentions


def mentions(text, lang):
    article = make_article(text, lang=lang)
    return find_mentions(article, GazetteerRecognizer(open_gazetteer()))


def names(text, lang):
    return [mention.text for mention in mentions(text, lang)]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("de", "Der Zug fuhr von Köln nach Frankfurt am Main.", ["Köln", "Frankfurt am Main"]),
        ("de", "Russlands Truppen stehen vor Charkiw.", ["Russlands", "Charkiw"]),
        ("de", "Sie lebt seit Jahren in Frankfurt (Oder).", ["Frankfurt (Oder)"]),
        ("de", "Der Ukraine-Krieg belastet die Wirtschaft.", ["Ukraine"]),
        ("de", "Am Schwarzen Meer liegt Odessa.", ["Schwarzen Meer", "Odessa"]),
        ("en", "Police in Springfield, Ohio, arrested a man from Columbus.", ["Springfield", "Ohio", "Columbus"]),
        ("en", "Russia's army left Kherson.", ["Russia", "Kherson"]),
        ("en", "The U.S. government warned Iran.", ["U.S.", "Iran"]),
        ("fr", "Le navire a quitté l'Ukraine pour Istanbul.", ["Ukraine", "Istanbul"]),
        ("it", "Il treno parte da Milano per Venezia.", ["Milano", "Venezia"]),
        ("es", "El presidente viajó de Madrid a Bogotá.", ["Madrid", "Bogotá"]),
    ],
)
def test_places_are_found(lang, text, expected):
    assert names(text, lang) == expected


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Das Essen war gut, und der Hof war leer."),
        ("de", "Die russische Regierung und der Berliner Senat schwiegen."),
        ("de", "Am Montag sprach Frau Münster mit den Kollegen."),
        ("en", "Reading books is nice, Paris Hilton said."),
        ("en", "Russian and French officials met on Tuesday."),
        ("de", "Es regnete den ganzen Tag."),
    ],
)
def test_words_people_and_adjectives_are_no_places(lang, text):
    assert names(text, lang) == []


def test_a_place_in_a_compound_is_a_part():
    (mention,) = mentions("Der Ukraine-Krieg dauert an.", "de")
    assert mention.role is Role.PART


def test_a_recogniser_of_ones_own_takes_its_place():
    class Everything:
        def find_spans(self, _article):
            return [Span(0, 4), Span(0, 4), Span(13, 19)]

    article = make_article("Köln liegt in Europa.", lang="de")
    found = map_article(article, recognizer=Everything()).mentions
    assert [(m.start, m.end, m.text) for m in found] == [(0, 4, "Köln"), (13, 19, " Europ")]


def test_given_spans_are_resolved_and_nothing_else():
    text = "Zwischen Köln und Bonn liegt Wesseling."
    story = map_text(text, lang="de", spans=[(18, 22), (29, 400), (7, 7), (-3, 0)])
    assert [(m.text, m.place.label) for m in story.mentions] == [("Bonn", "Bonn"), ("Wesseling.", "Wesseling")]


texts = st.text() | st.lists(
    st.sampled_from(
        ["Köln", "Paris", "(", ")", "'s", "U.S.", "-", " ", "\n\n", ".", ",", "München/Bonn", "\u0301", "🗺", "STRASSE"]
    )
).map("".join)


@settings(deadline=None)
@given(texts, st.sampled_from(["de", "en", "fr", "ar", "zh", "xx", ""]))
def test_any_text_gives_mentions_that_slice_back(text, lang):
    assume(text.strip())
    article = make_article(text, lang=lang or None)
    found = find_mentions(article, GazetteerRecognizer(open_gazetteer()))
    assert all(article.text[m.start : m.end] == m.text and m.text for m in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(article.sentences[m.sentence].start <= m.start < article.sentences[m.sentence].end for m in found)


@pytest.mark.slow
def test_time_grows_with_the_length_of_the_text():
    text = "Der Zug fuhr von Köln über Bonn nach Frankfurt am Main, wo Minister Berger aus Berlin wartete. " * 10_000
    started = time.perf_counter()
    story = map_text(text, lang="de")
    assert time.perf_counter() - started < 25
    assert len(story.mentions) >= 30_000


def test_a_paragraph_without_a_full_stop_is_read():
    assert len(mentions("Von Köln nach Bonn und " * 2000, "de")) == 4000
