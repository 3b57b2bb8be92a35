"""A name that no gazetteer knows (a village, a street, a square) is in the table as unresolved, and never a pin."""

import json
from pathlib import Path

import pytest
from gold import read_marks

from storymap import map_text, publish
from storymap.model import Status

LINES = (Path(__file__).parent / "accuracy" / "unknown.txt").read_text(encoding="utf-8").splitlines()

UNKNOWN = {"de": "Hinterkrumbach", "en": "Wobblethorpe", "fr": "Montvieux-les-Oies", "it": "Montefagiolo"}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[:2])
def test_it_is_unresolved(line):
    lang, marked = line.split("\t")
    told = read_marks(marked)
    spans = [(toponym["start"], toponym["end"]) for toponym in told["toponyms"]]
    for story in (map_text(told["text"], lang=lang), map_text(told["text"], lang=lang, spans=spans)):
        for mention in story.mentions:
            if (mention.start, mention.end) in spans:
                assert mention.place.status is Status.UNRESOLVED
                assert not mention.place.passes(0)
                assert mention.place.confidence == 0
                assert mention.place.reasons
    assert [(mention.start, mention.end) for mention in story.mentions] == spans


@pytest.mark.parametrize("lang", UNKNOWN)
def test_it_is_in_the_table_and_has_no_pin(lang, tmp_path):
    name = UNKNOWN[lang]
    line = next(line for line in LINES if name in line)
    story = map_text(read_marks(line.split("\t")[1])["text"], lang=lang)
    frame = story.to_frame().set_index("label")
    assert frame.loc[name, "status"] == "unresolved"
    assert frame.loc[name, ["lat", "lon"]].isna().all()
    publish(story, tmp_path, min_confidence=0)
    assert name in (tmp_path / "places.csv").read_text(encoding="utf-8")
    features = json.loads((tmp_path / "places.geojson").read_text(encoding="utf-8"))["features"]
    pinned = {feature["properties"]["label"] for feature in features if feature["geometry"]}
    assert pinned
    assert name not in pinned
