"""A Story -> the rows of the table on its page: each place as an editor inspects it, in the language of the article.

`list_rows` is called by `storymap.publish.embed`; ``assets/table.html.j2`` prints the rows, ``assets/table.js`` sorts
and filters them. The same places as data are `storymap.table.place_table`, which has figures and codes for words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storymap.model import MIN_CONFIDENCE, Place, Story
from storymap.publish.pins import load_phrases, name_countries, name_others
from storymap.publish.questions import OTHERS_NAMED, say_confidence, select_doubtful

__all__ = ["Row", "list_rows"]

DECIMALS = 3
"""Of a degree; the third is a hundred metres, and no news map shows less."""


@dataclass(frozen=True, slots=True)
class Row:
    """A place in the table.

    ``number`` is that of its pin, 0 for what is not on the map. ``point`` is (latitude, longitude) in words, () without
    one. ``findings`` say what is to check, ``others`` what else the name may be, ``reasons`` why it was taken for what
    it is.
    """

    number: int
    place: Place
    kind: str
    country: str
    point: tuple[str, ...]
    percent: str
    confidence: str
    status: str
    scene: bool
    doubtful: bool
    findings: tuple[str, ...]
    others: str


def list_rows(story: Story, min_confidence: float = MIN_CONFIDENCE) -> tuple[Row, ...]:
    """Return a row for every place, the rejected and unresolved too, in the order of first mention."""
    phrases = load_phrases(story.article.lang)
    numbers = story.numbers(min_confidence)
    doubtful = {place.id for place in select_doubtful(story, min_confidence)}
    return tuple(
        Row(
            numbers.get(place.id, 0),
            place,
            phrases["kinds"][place.kind.value] if place.kind else "",
            ", ".join(name_countries(place.country.split(), phrases)),
            _point(place, phrases),
            phrases["percent"].format(value=round(place.confidence * 100)) if place.entry else "",
            say_confidence(place, phrases),
            phrases["statuses"][place.status.value],
            place.id in story.focus.scenes,
            place.id in doubtful,
            story.findings_of(place),
            name_others(place, phrases, most=OTHERS_NAMED),
        )
        for place in story.places
    )


def _point(place: Place, phrases: Mapping[str, Any]) -> tuple[str, ...]:
    """Return latitude and longitude as the language writes them: 51,884° N and 128,334° O."""
    if place.entry is None:
        return ()
    north, south, east, west = phrases["compass"].split()
    return (
        _degrees(place.entry.lat, north, south, phrases["decimal"]),
        _degrees(place.entry.lon, east, west, phrases["decimal"]),
    )


def _degrees(value: float, positive: str, negative: str, decimal: str) -> str:
    figure = f"{abs(value):.{DECIMALS}f}".replace(".", decimal)
    return f"{figure}°\u00a0{negative if value < 0 else positive}"
