"""What is left to check: who is asked about, in which words, on the page and on the command line."""

import json
from dataclasses import replace

import pytest
from stories import KIM_ENTRIES, kim_story, write_story

from storymap.model import Check, Finding, Focus, Status
from storymap.publish import publish
from storymap.publish.embed import map_page, story_page
from storymap.publish.pins import make_pins
from storymap.publish.questions import list_questions


def with_finding(story, label="Kiew", text="Liegt 7800 km von allen anderen Orten des Artikels entfernt."):
    place = next(place for place in story.places if place.label == label)
    return replace(story, findings=(Finding(place.id, Check.OUTLIER, text),))


def with_status(story, label, status):
    places = tuple(replace(place, status=status) if place.label == label else place for place in story.places)
    return replace(story, places=places)


def test_what_is_not_on_the_map_is_asked_about_first():
    unsure, unknown, pinned = list_questions(with_finding(kim_story()))
    assert (unsure.number, unsure.label, unsure.line) == (0, "Moskau", "Stadt, Moscow, Russland")
    assert unsure.confidence == "unsicher"
    assert unsure.others == "möglich auch: Moscow (USA)"
    assert unsure.quotes[0].parts[1] == "Moskau"
    assert (unknown.number, unknown.label, unknown.confidence) == (0, "Quellenthal", "kein Ort gefunden")
    assert (pinned.number, pinned.label, pinned.confidence) == (6, "Kiew", "recht sicher")
    assert pinned.findings == ("Liegt 7800 km von allen anderen Orten des Artikels entfernt.",)


def test_a_question_in_one_line_names_place_number_and_why():
    unsure, _, pinned = list_questions(with_finding(kim_story(), text="Fern."))
    assert unsure.in_one_line() == "Moskau (Stadt, Moscow, Russland): unsicher; möglich auch: Moscow (USA)"
    assert pinned.in_one_line() == "6 Kiew (Stadt, Kyiv City, Ukraine): Fern.; recht sicher"


@pytest.mark.parametrize(
    ("status", "asked", "pins"),
    [
        (Status.AUTO, ["Moskau", "Quellenthal"], 6),
        (Status.CONFIRMED, ["Quellenthal"], 7),
        (Status.REJECTED, ["Quellenthal"], 6),
    ],
)
def test_an_editor_settles_a_question(status, asked, pins):
    story = with_status(kim_story(), "Moskau", status)
    assert [question.label for question in list_questions(story)] == asked
    assert len(make_pins(story)) == pins


@pytest.mark.parametrize(("bar", "asked"), [(0.0, 1), (0.5, 1), (0.52, 1), (0.53, 2), (0.93, 2), (0.94, 8)])
def test_the_bar_decides(bar, asked):
    story = kim_story()
    assert len(list_questions(story, bar)) == asked
    assert len(make_pins(story, bar)) == 8 - asked


@pytest.mark.parametrize(("confidence", "words"), [(0.29, "sehr unsicher"), (0.3, "unsicher"), (0.59, "unsicher")])
def test_confidence_in_words(confidence, words):
    story = write_story("In [[Kiew]]", KIM_ENTRIES, confidences={"Kiew": confidence})
    assert list_questions(story)[0].confidence == words


def test_what_is_below_the_bar_is_on_the_page_but_on_no_map(tmp_path):
    story = kim_story()
    page = story_page(story)
    asked = page.split('id="check"')[1]
    assert "Moskau" in asked
    assert "möglich auch: Moscow (USA)" in asked
    assert "nicht auf der Karte" in asked
    assert "Quellenthal" in asked
    assert "Moskau, " not in map_page(story)
    assert ">Moskau</h3>" not in map_page(story)
    assert "4 Moskau, " not in page
    publish(story, tmp_path)
    features = json.loads((tmp_path / "places.geojson").read_text(encoding="utf-8"))["features"]
    assert [feature["properties"]["number"] for feature in features] == [1, 2, 3, 4, 5, 6]
    assert "Moscow" not in {feature["properties"]["place"] for feature in features}
    assert ",Moscow,Moskau," in (tmp_path / "places.csv").read_text(encoding="utf-8")
    publish(story, tmp_path, min_confidence=0.5)
    assert ">Moskau</h3>" in (tmp_path / "map.html").read_text(encoding="utf-8")


def test_a_story_with_nothing_to_check_has_no_such_list():
    assert 'id="check"' not in story_page(write_story("In [[Kiew]]", KIM_ENTRIES))


def test_the_scene_is_marked_in_list_and_map():
    story = replace(kim_story(), focus=Focus((KIM_ENTRIES["Kiew"].id,), "UA"))
    lines = {pin.label: pin.line for pin in make_pins(story)}
    assert lines["Kiew"] == "Stadt, Ukraine · Schauplatz"
    assert [line for line in lines.values() if "Schauplatz" in line] == [lines["Kiew"]]
    assert "Stadt, Ukraine · Schauplatz</p>" in story_page(story)
