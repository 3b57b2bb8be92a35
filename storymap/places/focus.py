"""Article, Places -> where the story happens: its scenes and its country.

`find_focus` is called by `storymap.pipeline` with the places resolved, or corrected. It asks what a picture editor
would: the headline and the first paragraph say where the story is set, the share of the mentions confirms it, and a
place that stands for its government, or is part of another name, is no scene.
"""

import re
from collections.abc import Mapping, Sequence

from storymap.model import Article, BlockKind, Focus, Kind, Mention, Place, Role, Status

__all__ = ["find_focus"]

MENTION = 1.0
IN_HEADLINE = 5.0
IN_DATELINE = 1.0
IN_LEAD = 1.5
"""What a mention weighs, and what it weighs more in the headline, in the dateline and in the first paragraph. A
dateline says where the story was written, which is often the scene and as often the capital."""

NOT_ITSELF = 0.25
"""Share of that weight where the name stands for a government or is part of another name."""

BREADTH: Mapping[Kind, float] = {
    Kind.CONTINENT: 0.1,
    Kind.SEA: 0.4,
    Kind.COUNTRY: 0.4,
    Kind.RIVER: 0.5,
    Kind.ADMIN1: 0.7,
    Kind.REGION: 0.7,
}
"""Share of the weight that wide areas keep: a scene is where one can stand, and a country only if nothing in it is."""

_WIDEST = frozenset({Kind.COUNTRY, Kind.CONTINENT})
"""Never scenes beside a weightier place in which one can stand."""

BESIDE = 0.6
"""A place is a scene beside the weightiest from this share of its weight: on the sample articles this finds both ends
of Cologne's bus line and the three lands of the flood, and no scene an editor would not choose."""

LEAST = 1.8
"""Weight of a scene: the first paragraph names it, or the article twice. Whatever is named once has no stage."""

STANDS_OUT = 0.25
"""Share of the story's weight that its country has at least, unless its scenes lie there: a story of five lands is
about none."""

_DATELINE = re.compile(
    r"[^.!?\n]{0,70}?(?:\s[–—-]+\s|\([^)\n]{2,20}\)\s*(?:[–—-]|\.|:)|,?\s\d{1,2}\.?\s?[^\W\d_]+\s\d{4}\.)"
)
"""Place, and then a dash ("SPRINGFIELD, Ohio – "), an agency ("KÖLN (dpa) - ") or a date ("Wien, 16. September
2024."): what a first paragraph may begin with."""


def find_focus(article: Article, places: Sequence[Place]) -> Focus:
    """Return where the story happens.

    Rejected and unresolved places count for nothing, confidence counts in proportion. Of places that lie in one another
    ("Springfield, Ohio") the weightier is the scene. A story that names places only in passing may have no scene.
    """
    stage = _Stage(article)
    weights = {
        place.id: place.confidence * sum(map(stage.weight, place.mentions))
        for place in places
        if place.entry is not None and place.status is not Status.REJECTED
    }
    known = [place for place in places if place.id in weights]
    narrowed = {place.id: weights[place.id] * BREADTH.get(place.kind or Kind.CITY, 1.0) for place in known}
    bar = max(LEAST, BESIDE * max(narrowed.values(), default=0.0))
    chosen = [place for place in known if narrowed[place.id] >= bar]
    chosen.sort(key=lambda place: -narrowed[place.id])
    if chosen and chosen[0].kind not in _WIDEST:
        chosen = [place for place in chosen if place.kind not in _WIDEST]
    for place in tuple(chosen):
        if any(_nested(place, weightier) for weightier in chosen[: chosen.index(place)]):
            chosen.remove(place)
    return Focus(tuple(place.id for place in chosen), _country(known, weights, chosen))


class _Stage:
    """What an article sets up before the story begins: headline, dateline, first paragraph."""

    def __init__(self, article: Article) -> None:
        blocks = article.blocks
        self._headline = next((block for block in blocks if block.kind is BlockKind.HEADLINE), None)
        self._lead = next((block for block in blocks if block.kind is BlockKind.PARAGRAPH), None)
        found = self._lead and _DATELINE.match(article.text, self._lead.start, self._lead.end)
        self._dateline_end = found.end() if found else -1

    def weight(self, mention: Mention) -> float:
        weight = MENTION
        if self._headline and self._headline.start <= mention.start < self._headline.end:
            weight += IN_HEADLINE
        if self._lead and self._lead.start <= mention.start < self._lead.end:
            weight += IN_DATELINE if mention.end <= self._dateline_end else IN_LEAD
        return weight if mention.role is Role.LITERAL else weight * NOT_ITSELF


def _nested(one: Place, other: Place) -> bool:
    """Tell whether one of two places lies in the other, as far as their rows say."""
    if one.country != other.country:
        return False
    if Kind.COUNTRY in {one.kind, other.kind}:
        return True
    return any(
        outer.entry is not None and outer.kind is Kind.ADMIN1 and inner.admin1 == outer.entry.name
        for inner, outer in ((one, other), (other, one))
    )


def _country(places: Sequence[Place], weights: Mapping[str, float], scenes: Sequence[Place]) -> str:
    """Return the country with the largest share of the weight, if it stands out, or if all scenes lie in it.

    What the scenes lie in goes first among equals.
    """
    shares = {code: 0.0 for place in scenes for code in place.country.split()}
    for place in places:
        codes = place.country.split()
        for code in codes:
            shares[code] = shares.get(code, 0.0) + weights[place.id] / len(codes)
    total = sum(shares.values())
    best = max(shares, key=lambda code: shares[code], default="")
    holds_scenes = bool(scenes) and all(best in place.country.split() for place in scenes)
    return best if total and (holds_scenes or shares[best] >= STANDS_OUT * total) else ""
