"""The sample articles against the places marked in them by hand; the floors only rise."""

import pytest
from cases import case_paths, read_case

from storymap import Gazetteer, map_article, map_text, read_article
from storymap.gazetteer.globe import great_circle_km
from storymap.model import Kind

# Share of the marked mentions found (overlap) and, of those on the map, the share that stands where it should. Areas
# and long rivers have no one point, so only what is a point to a reader counts for the second.
FOUND_AT_LEAST = 0.80
RIGHT_AT_LEAST = 0.90
POINTS = frozenset({Kind.CITY, Kind.DISTRICT, Kind.FACILITY})
NEAR_KM = 25

SAMPLES = [read_case(path) for path in case_paths()]


def overlapping(spans, start, end):
    return [s for s in spans if s.start < end and start < s.end]


def test_samples_as_a_whole():
    marked = found = points = right = wrong_pins = pins = 0
    for case in SAMPLES:
        mentions = map_text(case.text, lang=case.lang).mentions
        for gold in case.gold:
            marked += 1
            near = overlapping(mentions, gold.start, gold.end)
            found += bool(near)
            if near and near[0].place.kind in POINTS:
                points += 1
                right += great_circle_km(near[0].place.lat, near[0].place.lon, gold.lat, gold.lon) <= NEAR_KM
        for mention in mentions:
            if mention.place.passes():
                pins += 1
                wrong_pins += not overlapping(case.gold, mention.start, mention.end)
    assert found / marked >= FOUND_AT_LEAST, f"{found} of {marked}"
    assert right / points >= RIGHT_AT_LEAST, f"{right} of {points}"
    assert wrong_pins / pins <= 0.03, f"{wrong_pins} of {pins}"


def test_the_story_of_wostotschny_is_right():
    case = next(case for case in SAMPLES if case.name == "wostotschny")
    story = map_article(read_article(case.article))
    for gold in case.gold:
        (mention,) = overlapping(story.mentions, gold.start, gold.end)
        place = mention.place
        reach = 400 if place.kind in {Kind.SEA, Kind.COUNTRY} else NEAR_KM
        assert great_circle_km(place.lat, place.lon, gold.lat, gold.lon) <= reach, gold
    false_pins = [m for m in story.mentions if m.place.passes() and not overlapping(case.gold, m.start, m.end)]
    assert false_pins == []


def test_the_order_of_articles_changes_nothing():
    # What is remembered of words and names belongs to a gazetteer: each of the two starts with nothing.
    articles = [read_article(case.article) for case in SAMPLES]
    forwards, backwards = Gazetteer.open(), Gazetteer.open()
    first = [map_article(article, gazetteer=forwards).to_json() for article in articles]
    last = [map_article(article, gazetteer=backwards).to_json() for article in reversed(articles)]
    assert last[::-1] == first
    assert [map_article(article, gazetteer=forwards).to_json() for article in articles] == first


@pytest.mark.parametrize("case", SAMPLES, ids=lambda case: case.name)
def test_each_place_lists_the_sentences_that_mention_it(case):
    story = map_text(case.text, lang=case.lang)
    sentences = story.article.sentences
    for place in story.places:
        assert list(place.sentences) == sorted({m.sentence for m in place.mentions})
        for mention in place.mentions:
            sentence = sentences[mention.sentence]
            assert sentence.start <= mention.start < mention.end <= sentence.end
            assert case.text[mention.start : mention.end] == mention.text
