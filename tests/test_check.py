"""The linter: what it finds, and that it is quiet where nothing is wrong."""

from dataclasses import replace

import pytest
from cases import ROOT
from stories import write_story

from storymap import map_article, read_article
from storymap.model import MIN_CONFIDENCE, Check, Entry, Finding, Kind, Status
from storymap.pipeline import open_gazetteer
from storymap.places.check import check_places

LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pl", "pt")


def city(name, lat, lon, country, population=50_000, **more):
    return Entry(f"test:{name}-{country}", name, Kind.CITY, lat, lon, None, country, population=population, **more)


HOME = {
    "Köln": city("Cologne", 50.94, 6.96, "DE", 1_000_000),
    "Bonn": city("Bonn", 50.73, 7.1, "DE", 320_000),
    "Esperance": city("Esperance", -33.86, 121.89, "AU", 13_000),
    "Sydney": city("Sydney", -33.87, 151.21, "AU", 5_000_000),
}


def findings_of(source, entries=HOME, **options):
    story = write_story(source, entries, **options)
    return [(f.place.split(":")[1], f.check) for f in check_places(story.article, story.places, open_gazetteer())]


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "articles").iterdir()), ids=lambda path: path.stem)
def test_the_samples_raise_no_false_alarm(path):
    story = map_article(read_article(path))
    published = {place.id for place in story.published()}
    assert [finding for finding in story.findings if finding.place in published] == []


@pytest.mark.parametrize("confidence", [0.7, MIN_CONFIDENCE + 0.02])
def test_a_small_town_far_from_all_others_is_an_outlier_even_if_published(confidence):
    source = "Spiel\n\nVon [[Köln]] nach [[Bonn]]. Gegen [[Esperance]] gewann man."
    assert findings_of(source, confidences={"Esperance": confidence}) == [("Esperance-AU", Check.OUTLIER)]


@pytest.mark.parametrize(
    ("name", "confidence", "why"),
    [("Esperance", 0.95, "it is sure"), ("Sydney", 0.7, "everybody knows it"), ("Bonn", 0.7, "it is near")],
)
def test_a_far_place_is_none_if(name, confidence, why):
    assert findings_of(f"Spiel\n\nIn [[Köln]], [[Bonn]] und [[{name}]].", confidences={name: confidence}) == [], why


def test_a_far_town_beside_another_of_its_country_is_none():
    assert findings_of("Spiel\n\nIn [[Köln]], [[Sydney]], [[Esperance]].", confidences={"Esperance": 0.7}) == []


def test_a_point_outside_its_country_is_found():
    lost = {**HOME, "Ulm": city("Ulm", 48.4, 2.0, "DE"), "Kehl": city("Kehl", 48.573, 7.807, "DE")}
    assert findings_of("Von [[Köln]] nach [[Ulm]] und [[Kehl]].", lost) == [("Ulm-DE", Check.ABROAD)]


NAMESAKES = {
    "Springfield": city("Springfield", 39.92, -83.81, "US"),
    "Das andere": city("Springfield", 39.8, -89.64, "US", admin1="Illinois"),
}


def springfields(source):
    story = write_story(source, {**NAMESAKES, "Das andere": replace(NAMESAKES["Das andere"], id="test:other")})
    places = tuple(replace(place, label="Springfield") for place in story.places)
    return [(f.place, f.check) for f in check_places(story.article, places, open_gazetteer())]


def test_two_places_of_one_name_are_found_unless_the_text_tells_them_apart():
    assert springfields("In [[Springfield]] und in [[Springfield|Das andere]].") == [("test:other", Check.NAMESAKE)]
    assert springfields("In [[Springfield]], Ohio, und in [[Springfield|Das andere]].") == [
        ("test:other", Check.NAMESAKE)
    ]
    assert springfields("In [[Springfield]], Ohio, und in [[Springfield|Das andere]], Ill.") == []


def test_two_pins_on_one_spot_are_found():
    twice = {**HOME, "Cologne": city("Koeln", 50.941, 6.961, "DE")}
    assert findings_of("[[Köln]] und [[Cologne]] und [[Bonn]]", twice) == [("Koeln-DE", Check.SAME_SPOT)]


def test_towns_at_a_border_and_a_landmark_in_town_are_no_twins():
    near = {
        "Frankfurt": city("Frankfurt (Oder)", 52.342, 14.551, "DE"),
        "Słubice": city("Słubice", 52.342, 14.556, "PL"),
        "Dom": Entry("test:dom", "Dom", Kind.FACILITY, 52.342, 14.551, None, "DE"),
    }
    assert findings_of("Von [[Frankfurt]] nach [[Słubice]] am [[Dom]].", near) == []


def test_an_uncertain_place_in_the_headline_is_found():
    source = "Brand in [[Köln]]\n\nAuch in [[Bonn]] brannte es."
    assert findings_of(source, confidences={"Köln": 0.5, "Bonn": 0.5}) == [("Cologne-DE", Check.HEADLINE)]


def test_what_an_editor_settled_is_not_looked_at_again():
    story = write_story("Brand in [[Köln]]\n\nIn [[Bonn]] auch.", HOME, confidences={"Köln": 0.5})
    for status in (Status.CONFIRMED, Status.CORRECTED, Status.REJECTED):
        settled = (replace(story.places[0], status=status), story.places[1])
        assert check_places(story.article, settled, open_gazetteer()) == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_finding_has_a_sentence_in_every_language(lang):
    entries = {
        **HOME,
        "Cologne": city("Koeln", 50.941, 6.961, "DE"),
        "Ulm": city("Ulm", 48.4, 2.0, "DE"),
    }
    source = "[[Köln]]\n\n[[Cologne]], [[Ulm]], [[Esperance]]."
    said = {}
    for code in (lang, "en"):
        story = write_story(source, entries, confidences={"Köln": 0.4, "Esperance": 0.7}, lang=code)
        said[code] = check_places(story.article, story.places, open_gazetteer())
    assert {finding.check for finding in said[lang]} == set(Check) - {Check.NAMESAKE}
    for finding, english in zip(said[lang], said["en"], strict=True):
        assert finding.text.endswith(".")
        assert "{" not in finding.text
        assert lang == "en" or finding.text != english.text


def test_a_story_carries_its_findings():
    story = map_article(read_article("Brand in Springfield\n\nEs brannte in Springfield. Verletzt wurde niemand."))
    assert all(isinstance(finding, Finding) for finding in story.findings)
    assert type(story).from_json(story.to_json()) == story


def test_a_point_moved_abroad_is_found_though_an_editor_moved_it():
    story = write_story("Von [[Köln]] nach [[Bonn]].", {**HOME, "Bonn": city("Bonn", 46.73, -117.0, "DE")})
    moved = (story.places[0], replace(story.places[1], status=Status.CORRECTED))
    assert [found.check for found in check_places(story.article, moved, open_gazetteer())] == [Check.ABROAD]
