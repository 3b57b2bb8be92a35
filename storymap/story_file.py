"""``story.json`` -> Story, and back: the whole of a story as text, checked when it is read.

`storymap.model.Story.to_json`, ``from_json`` and ``read`` call this.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from storymap.errors import StoryFileError
from storymap.model import (
    MOST_EAST,
    MOST_NORTH,
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

__all__ = ["from_json", "read_story", "to_json"]

SCHEMA = 2
"""Version of ``story.json``; raised when a reader of the old one would misread the new."""


def to_json(story: Story) -> str:
    """Return the whole story as JSON, keys sorted, so that equal stories give equal bytes."""
    data = {"schema": SCHEMA, **asdict(story)}
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def from_json(text: str) -> Story:
    """Read a story back from `to_json`'s text.

    Raises
    ------
    StoryFileError
        If the text is no story, one of another schema version, or one whose parts do not fit together.
    """
    try:
        data = json.loads(text)
        schema = data["schema"]
        if schema != SCHEMA:
            raise StoryFileError(
                f"This story has schema {schema}, this storymap reads {SCHEMA}. Make it anew from its article."
            )
        story = Story(
            _article(data["article"]),
            tuple(map(_place, data["places"])),
            dict(data["provenance"]),
            Focus(tuple(data["focus"]["scenes"]), data["focus"]["country"]),
            tuple(Finding(**{**finding, "check": Check(finding["check"])}) for finding in data["findings"]),
        )
        flaw = next(_flaws(story), "")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, StoryFileError):
            raise
        raise StoryFileError(f"This is no story.json ({error!r}). Give the file that `storymap make` wrote.") from error
    if flaw:
        raise StoryFileError(f"This is no story.json, or a damaged one: {flaw}. Make it anew from its article.")
    return story


def read_story(path: Path) -> Story:
    """Read a ``story.json`` file.

    Raises
    ------
    StoryFileError
        If the file is missing or no story of this schema version.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StoryFileError(
            f"{path}: cannot be read ({error}). Give the story.json that `storymap make` wrote."
        ) from error
    try:
        return from_json(text)
    except StoryFileError as error:
        raise StoryFileError(f"{path}: {error}") from error


def _article(data: Mapping[str, Any]) -> Article:
    sentences = tuple(Sentence(**sentence) for sentence in data["sentences"])
    blocks = tuple(Block(block["start"], block["end"], BlockKind(block["kind"])) for block in data["blocks"])
    return Article(**{**data, "sentences": sentences, "blocks": blocks})


def _entry(data: Mapping[str, Any] | None) -> Entry | None:
    if data is None:
        return None
    bbox = data["bbox"]
    return Entry(**{**data, "kind": Kind(data["kind"]), "bbox": bbox and tuple(bbox)})


def _candidate(data: Mapping[str, Any]) -> Candidate:
    entry = _entry(data["entry"])
    if entry is None:
        raise ValueError("a candidate has no entry")
    return Candidate(entry, data["probability"], tuple(data["reasons"]))


def _place(data: Mapping[str, Any]) -> Place:
    mentions = tuple(Mention(**{**mention, "role": Role(mention["role"])}) for mention in data["mentions"])
    return Place(
        data["id"],
        _entry(data["entry"]),
        data["label"],
        data["confidence"],
        mentions,
        tuple(map(_candidate, data["candidates"])),
        tuple(data["reasons"]),
        Status(data["status"]),
    )


def _flaws(story: Story) -> Iterator[str]:
    """Yield in words what in a story that was read does not fit together."""
    article = story.article
    for name in ("text", "title", "lang", "url", "published", "byline"):
        if not isinstance(getattr(article, name), str):
            yield f"the article's {name} is no text"
    for number, sentence in enumerate(article.sentences):
        yield from _outside(f"sentence {number}", sentence, article.text)
    for number, block in enumerate(article.blocks):
        yield from _outside(f"block {number}", block, article.text)
    for place in story.places:
        for mention in place.mentions:
            yield from _flaws_of_mention(f"mention {mention.text!r} of {place.id}", mention, article)
        yield from _flaws_of_place(place)
    ids = {place.id for place in story.places}
    for identity in (*story.focus.scenes, *(finding.place for finding in story.findings)):
        if identity not in ids:
            yield f"{identity} is no place of the story"


def _flaws_of_mention(name: str, mention: Mention, article: Article) -> Iterator[str]:
    yield from _outside(name, mention, article.text)
    if article.text[mention.start : mention.end] != mention.text:
        yield f"{name} has another text than the article from {mention.start} to {mention.end}"
    if mention.sentence not in range(len(article.sentences)):
        yield f"{name} stands in sentence {mention.sentence}, and there are {len(article.sentences)}"


def _flaws_of_place(place: Place) -> Iterator[str]:
    if not 0 <= place.confidence <= 1:
        yield f"{place.id} has confidence {place.confidence}, which is no probability"
    for entry in (place.entry, *(candidate.entry for candidate in place.candidates)):
        if entry is not None and not (abs(entry.lat) <= MOST_NORTH and abs(entry.lon) <= MOST_EAST):
            yield f"{entry.id} lies at {entry.lat}, {entry.lon}, which is no point on earth"


def _outside(name: str, span: Sentence | Block | Mention, text: str) -> Iterator[str]:
    if not (isinstance(span.start, int) and isinstance(span.end, int) and 0 <= span.start <= span.end <= len(text)):
        yield f"{name} goes from {span.start} to {span.end}, and the text has {len(text)} characters"
