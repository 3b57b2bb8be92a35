"""Values hold, and a story reads back as it was written."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storymap.errors import StoryFileError
from storymap.model import (
    Article,
    Block,
    BlockKind,
    Candidate,
    Entry,
    Kind,
    Mention,
    Place,
    Role,
    Sentence,
    Status,
    Story,
)

texts = st.text(max_size=20)
degrees = st.floats(-180, 180, allow_nan=False)
offsets = st.integers(0, 10**6)
entries = st.builds(
    Entry,
    texts,
    texts,
    st.sampled_from(Kind),
    degrees,
    degrees,
    st.none() | st.tuples(degrees, degrees, degrees, degrees),
    texts,
    texts,
    offsets,
)
candidates = st.builds(Candidate, entries, st.floats(0, 1), st.lists(texts, max_size=2).map(tuple))
mentions = st.builds(Mention, offsets, offsets, texts, offsets, st.sampled_from(Role))
places = st.builds(
    Place,
    texts,
    st.none() | entries,
    texts,
    st.floats(0, 1),
    st.lists(mentions, min_size=1, max_size=3).map(tuple),
    st.lists(candidates, max_size=2).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
    st.sampled_from(Status),
)
articles = st.builds(
    Article,
    texts,
    texts,
    texts,
    texts,
    texts,
    texts,
    st.lists(st.builds(Sentence, offsets, offsets), max_size=3).map(tuple),
    st.lists(st.builds(Block, offsets, offsets, st.sampled_from(BlockKind)), max_size=3).map(tuple),
)
stories = st.builds(Story, articles, st.lists(places, max_size=3).map(tuple), st.dictionaries(texts, texts, max_size=3))


@given(stories)
def test_story_round_trips(story):
    assert Story.from_json(story.to_json()) == story
    assert Story.from_json(story.to_json()).to_json() == story.to_json()


@given(st.text() | st.sampled_from(["{}", "[]", "null", '{"schema": 1}', '{"schema": 1, "article": 3}']))
def test_what_is_no_story_is_said_to_be_none(text):
    with pytest.raises(StoryFileError, match="no story"):
        Story.from_json(text)


def test_a_story_of_another_schema_says_so():
    data = json.loads(Story(Article("")).to_json()) | {"schema": 99}
    with pytest.raises(StoryFileError, match="schema 99"):
        Story.from_json(json.dumps(data))


def test_a_missing_story_file_is_named(tmp_path):
    with pytest.raises(StoryFileError, match=r"nowhere\.json"):
        Story.read(tmp_path / "nowhere.json")


def test_values_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Article("text").text = "other"


def test_mentions_come_in_the_order_of_the_text_with_their_places():
    late, early = Mention(9, 11, "Ulm", 0), Mention(0, 3, "Rom", 0)
    ulm = Place("geonames:1", None, "Ulm", 0.0, (late,), status=Status.UNRESOLVED)
    rom = Place("geonames:2", Entry("geonames:2", "Rome", Kind.CITY, 41.9, 12.5), "Rom", 0.9, (early,))
    placed = Story(Article("Rom, dann Ulm"), (ulm, rom)).mentions
    assert [(m.text, m.place.label) for m in placed] == [("Rom", "Rom"), ("Ulm", "Ulm")]
    assert (placed[1].place.lat, placed[1].place.kind, placed[1].place.on_map) == (None, None, False)
    assert (placed[0].place.lat, placed[0].place.entry.geonames_id, placed[0].place.on_map) == (41.9, 2, True)
