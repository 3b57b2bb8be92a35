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
    Check,
    Entry,
    Finding,
    Focus,
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
latitudes = st.floats(-90, 90)
offsets = st.integers(0, 10**6)
entries = st.builds(
    Entry,
    texts,
    texts,
    st.sampled_from(Kind),
    latitudes,
    degrees,
    st.none() | st.tuples(degrees, degrees, degrees, degrees),
    texts,
    texts,
    offsets,
)
candidates = st.builds(Candidate, entries, st.floats(0, 1), st.lists(texts, max_size=2).map(tuple))


@st.composite
def spans(draw, text, least=0):
    start = draw(st.integers(0, len(text) - least))
    return start, draw(st.integers(start + least, len(text)))


@st.composite
def stories(draw):
    text = draw(st.text(min_size=1, max_size=40))
    sentences = tuple(Sentence(*draw(spans(text))) for _ in range(draw(st.integers(1, 3))))
    blocks = tuple(Block(*draw(spans(text)), draw(st.sampled_from(BlockKind))) for _ in range(draw(st.integers(0, 2))))
    article = Article(text, draw(texts), draw(texts), draw(texts), draw(texts), draw(texts), sentences, blocks)

    def mention():
        start, end = draw(spans(text, 1))
        number = draw(st.integers(0, len(sentences) - 1))
        return Mention(start, end, text[start:end], number, draw(st.sampled_from(Role)))

    places = tuple(
        Place(
            identity,
            draw(st.none() | entries),
            draw(texts),
            draw(st.floats(0, 1)),
            tuple(mention() for _ in range(draw(st.integers(0, 3)))),
            tuple(draw(st.lists(candidates, max_size=2))),
            tuple(draw(st.lists(texts, max_size=2))),
            draw(st.sampled_from(Status)),
        )
        for identity in draw(st.lists(texts, max_size=3, unique=True))
    )
    ids = [place.id for place in places]
    scenes = tuple(draw(st.lists(st.sampled_from(ids), unique=True))) if ids else ()
    finding = st.builds(Finding, st.sampled_from(ids or [""]), st.sampled_from(Check), texts)
    findings = tuple(draw(st.lists(finding, max_size=2))) if ids else ()
    provenance = draw(st.dictionaries(texts, texts, max_size=3))
    return Story(article, places, provenance, Focus(scenes, draw(texts)), findings)


@given(stories())
def test_story_round_trips(story):
    assert Story.from_json(story.to_json()) == story
    assert Story.from_json(story.to_json()).to_json() == story.to_json()


@given(st.text() | st.sampled_from(["{}", "[]", "null", '{"schema": 2}', '{"schema": 2, "article": 3}']))
def test_what_is_no_story_is_said_to_be_none(text):
    with pytest.raises(StoryFileError, match=r"no story|has schema"):
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
    assert (placed[1].place.lat, placed[1].place.kind, placed[1].place.passes(0)) == (None, None, False)
    assert (placed[0].place.lat, placed[0].place.entry.geonames_id, placed[0].place.passes()) == (41.9, 2, True)


def damaged(change):
    """Return the JSON of a small story in which `change` damaged something."""
    article = Article("Rom, dann Ulm.", lang="de", sentences=(Sentence(0, 14),), blocks=(Block(0, 14),))
    rome = Entry("geonames:3169070", "Rome", Kind.CITY, 41.9, 12.5)
    place = Place(rome.id, rome, "Rom", 0.9, (Mention(0, 3, "Rom", 0),), (Candidate(rome, 0.9),))
    story = Story(article, (place,), {}, Focus((rome.id,), "IT"), (Finding(rome.id, Check.OUTLIER, "Fern."),))
    data = json.loads(story.to_json())
    change(data)
    return json.dumps(data)


def mention_of(data):
    return data["places"][0]["mentions"][0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: mention_of(d).update(start=90, end=93), "mention 'Rom' of geonames:3169070 goes from 90 to 93, and"),
        (lambda d: mention_of(d).update(start=-3, end=0), "goes from -3 to 0"),
        (lambda d: mention_of(d).update(start=3, end=0), "goes from 3 to 0"),
        (lambda d: mention_of(d).update(start=0.5), "goes from 0.5 to 3"),
        (lambda d: mention_of(d).update(start=1, end=4), "mention 'Rom' of geonames:3169070 has another text"),
        (lambda d: mention_of(d).update(sentence=1), "stands in sentence 1, and there are 1"),
        (lambda d: mention_of(d).update(sentence=-1), "stands in sentence -1"),
        (lambda d: d["article"]["sentences"][0].update(end=15), "sentence 0 goes from 0 to 15, and the text has 14"),
        (lambda d: d["article"]["blocks"][0].update(start=-1), "block 0 goes from -1 to 14"),
        (lambda d: d["places"][0].update(confidence=1.2), "has confidence 1.2"),
        (lambda d: d["places"][0].update(confidence=float("nan")), "has confidence nan"),
        (lambda d: d["places"][0]["entry"].update(lat=91), "lies at 91, 12.5"),
        (lambda d: d["places"][0]["candidates"][0]["entry"].update(lon=float("nan")), "lies at 41.9, nan"),
        (lambda d: d["focus"].update(scenes=["geonames:1"]), "geonames:1 is no place of the story"),
        (lambda d: d["findings"][0].update(place="geonames:2"), "geonames:2 is no place of the story"),
        (lambda d: d["findings"][0].update(check="mood"), "mood"),
        (lambda d: d["findings"][0].update(extra=1), "extra"),
        (lambda d: d.pop("focus"), "focus"),
        (lambda d: d["article"].update(title=3), "the article's title is no text"),
    ],
)
def test_a_damaged_story_is_refused_and_the_damage_named(change, message):
    Story.from_json(damaged(lambda _: None))
    with pytest.raises(StoryFileError, match="no story") as refused:
        Story.from_json(damaged(change))
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("status", "confidence", "passes"),
    [
        (Status.AUTO, 0.6, True),
        (Status.AUTO, 0.59, False),
        (Status.CONFIRMED, 0.1, True),
        (Status.CORRECTED, 0.0, True),
        (Status.REJECTED, 1.0, False),
    ],
)
def test_confidence_or_an_editor_vouches_for_what_is_published(status, confidence, passes):
    place = Place("x", Entry("x", "X", Kind.CITY, 1.0, 1.0), "X", confidence, (), status=status)
    assert place.passes(0.6) is passes
    assert Story(Article(""), (place,)).published(0.6) == ((place,) if passes else ())
