"""A Story -> what is left to check before it is published, in words.

`list_questions` is called by `storymap.publish.embed`, which prints them on the story page, and by ``storymap make
--strict``. A place is asked about if it is no pin, though no editor took it off the map, or if the linter found
something (`storymap.places.check`), pin or not. `storymap.publish.rows` asks `select_doubtful` which those are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storymap.model import MIN_CONFIDENCE, Place, Status, Story
from storymap.publish.pins import Quote, describe, load_phrases, make_quotes, name_others

__all__ = ["Question", "list_questions", "say_confidence", "select_doubtful"]

HARDLY = 0.3
"""Confidence below which a place is called very uncertain: three of four such would be wrong."""

OTHERS_NAMED = 4
"""So many other meanings a question names."""

REASONS_GIVEN = 3
"""So many reasons, the strongest."""


@dataclass(frozen=True, slots=True)
class Question:
    """A place to check.

    ``number`` is that of its pin, 0 for what is not on the map. ``line`` says kind and country, "" if it is unresolved.
    ``findings`` say in sentences what is to check, ``confidence`` how sure it is, ``others`` what else it may be,
    ``reasons`` why it was taken for what it is.
    """

    number: int
    label: str
    line: str
    confidence: str
    findings: tuple[str, ...]
    others: str
    reasons: tuple[str, ...]
    quotes: tuple[Quote, ...]

    def in_one_line(self) -> str:
        """Return the question as a terminal prints it."""
        name = f"{self.number} {self.label}" if self.number else self.label
        what = f"{name} ({self.line})" if self.line else name
        return f"{what}: {'; '.join(filter(None, (*self.findings, self.confidence, self.others)))}"


def list_questions(story: Story, min_confidence: float = MIN_CONFIDENCE) -> tuple[Question, ...]:
    """Return what is to check: what is not on the map first, then pins, each in the order of first mention."""
    phrases = load_phrases(story.article.lang)
    numbers = story.numbers(min_confidence)
    asked = sorted(select_doubtful(story, min_confidence), key=lambda place: place.id in numbers)
    return tuple(
        Question(
            numbers.get(place.id, 0),
            place.label,
            describe(place.entry, phrases, division=True) if place.entry else "",
            say_confidence(place, phrases),
            story.findings_of(place),
            name_others(place, phrases, most=OTHERS_NAMED),
            place.reasons[:REASONS_GIVEN],
            quotes,
        )
        for place, quotes in zip(asked, make_quotes(story, asked), strict=True)
    )


def select_doubtful(story: Story, min_confidence: float = MIN_CONFIDENCE) -> tuple[Place, ...]:
    """Return the places that are to be checked, in the order of first mention."""
    found = {finding.place for finding in story.findings}
    return tuple(
        place
        for place in story.places
        if place.id in found or not (place.passes(min_confidence) or place.status is Status.REJECTED)
    )


def say_confidence(place: Place, phrases: Mapping[str, Any]) -> str:
    """Return in words how sure a place is."""
    if place.entry is None:
        degree = "none"
    else:
        degree = "low" if place.confidence < HARDLY else "middling" if place.confidence < MIN_CONFIDENCE else "high"
    words: str = phrases["confidence"][degree]
    return words
