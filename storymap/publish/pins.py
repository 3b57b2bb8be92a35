"""A Story -> its pins: what a reader sees of each place, in the language of the article.

`make_pins` gives every place on the map a number, a line that says what it is, and its quotes, ready to be drawn by
`storymap.publish.draw` and to be listed by `storymap.publish.embed`. The words come from ``assets/phrases.json`` and
``assets/countries.json``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from storymap.model import Entry, Kind, Mention, Place, Status, Story
from storymap.publish.fragment import text_fragment

__all__ = ["DOUBTFUL_BELOW", "Pin", "Quote", "is_doubtful", "load_phrases", "make_pins", "read_asset", "web_address"]

DOUBTFUL_BELOW = 0.6
"""Below this confidence the page says so in words: there two of five such pins would be wrong."""

AREAS = frozenset(
    {Kind.CONTINENT, Kind.COUNTRY, Kind.ADMIN1, Kind.ADMIN2, Kind.REGION, Kind.SEA, Kind.RIVER, Kind.LAKE, Kind.ISLAND}
)
"""Kinds that have extent at the scale of a news map: a needle would claim a point that is none."""

_FALLBACK = "en"

_OTHERS_NAMED = 2
"""So many other meanings a doubtful pin names; more would be a list, not a warning."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that mentions a place.

    ``parts`` is its text in pieces, by turns plain and naming the place. ``link`` leads to it in the published
    article, "" if that has no web address.
    """

    sentence: int
    parts: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A place on the map as a reader sees it.

    ``number`` counts from 1 in the order of first mention. ``line`` says kind and country. ``doubt`` is "", or words
    that say the place may be another one.
    """

    number: int
    place: Place
    entry: Entry
    label: str
    line: str
    doubt: str
    area: bool
    quotes: tuple[Quote, ...]


@cache
def read_asset(name: str) -> str:
    """Return the text of a file in ``assets/``."""
    return (Path(__file__).parent / "assets" / name).read_text(encoding="utf-8")


@cache
def _table(name: str) -> Mapping[str, Any]:
    table: Mapping[str, Any] = json.loads(read_asset(name))
    return table


def load_phrases(lang: str) -> Mapping[str, Any]:
    """Return the texts of the pages in a language, in English if there are none; ``phrases["lang"]`` says which."""
    tables = _table("phrases.json")
    code = lang if lang in tables else _FALLBACK
    return {**tables[code], "lang": code}


def make_pins(story: Story) -> tuple[Pin, ...]:
    """Return the pins of a story's places, in the order of first mention."""
    phrases = load_phrases(story.article.lang)
    quotes = _Quotes(story)
    pins: list[Pin] = []
    for place in story.places:
        entry = place.entry
        if entry is not None and place.on_map:
            line = _line(entry, phrases)
            doubt = _doubt(place, phrases) if is_doubtful(place) else ""
            area = entry.kind in AREAS
            pins.append(Pin(len(pins) + 1, place, entry, place.label, line, doubt, area, quotes.of(place)))
    return tuple(pins)


def is_doubtful(place: Place) -> bool:
    """Tell whether the machine chose the place, and with little confidence."""
    return place.status is Status.AUTO and place.confidence < DOUBTFUL_BELOW


def web_address(url: str) -> str:
    """Return the URL if a page may link to it: http or https and a host; else ""."""
    try:
        address = urlsplit(url)
    except ValueError:
        return ""
    fine = address.scheme in {"http", "https"} and address.hostname and url.isprintable() and " " not in url
    return url if fine else ""


def _line(entry: Entry, phrases: Mapping[str, Any]) -> str:
    kind: str = phrases["kinds"][entry.kind.value]
    names = _table("countries.json")[phrases["lang"]]
    countries = [] if entry.kind in {Kind.COUNTRY, Kind.CONTINENT} else entry.country.split()
    # A sea or a mountain range has a dozen countries on it: naming them says less than naming none.
    few = countries if len(countries) <= 3 else []
    return ", ".join([kind, *(names.get(code, code) for code in few)])


def _doubt(place: Place, phrases: Mapping[str, Any]) -> str:
    others = [candidate.entry for candidate in place.candidates if candidate.entry != place.entry]
    named = list(dict.fromkeys(_told_apart(other, place, phrases) for other in others))[:_OTHERS_NAMED]
    doubtful: str = phrases["doubtful"]
    return f"{doubtful}; {phrases['also'].format(names=', '.join(named))}" if named else doubtful


def _told_apart(other: Entry, place: Place, phrases: Mapping[str, Any]) -> str:
    """Return a name with what tells it from the chosen place: its country, or its region in the same country."""
    names = _table("countries.json")[phrases["lang"]]
    same = other.country == place.country and other.admin1
    where = other.admin1 if same else ", ".join(names.get(code, code) for code in other.country.split())
    return f"{other.name} ({where})" if where else other.name


class _Quotes:
    """The quotes of a story; one sentence is linked once, however many places it mentions."""

    def __init__(self, story: Story) -> None:
        self._article = story.article
        self._address = web_address(story.article.url)
        self._links: dict[int, str] = {}

    def of(self, place: Place) -> tuple[Quote, ...]:
        """Return each sentence that mentions the place, in order."""
        by_sentence: dict[int, list[Mention]] = {}
        for mention in sorted(place.mentions, key=lambda mention: mention.start):
            by_sentence.setdefault(mention.sentence, []).append(mention)
        return tuple(
            Quote(number, self._parts(number, mentions), self._link(number))
            for number, mentions in sorted(by_sentence.items())
        )

    def _parts(self, number: int, mentions: Sequence[Mention]) -> tuple[str, ...]:
        text, sentence = self._article.text, self._article.sentences[number]
        parts, at = [], sentence.start
        for mention in mentions:
            if mention.start >= at:
                parts += [text[at : mention.start], text[mention.start : mention.end]]
                at = mention.end
        return (*parts, text[at : sentence.end])

    def _link(self, number: int) -> str:
        if not self._address:
            return ""
        if number not in self._links:
            sentence = self._article.sentences[number]
            directive = text_fragment(self._article.text, sentence.start, sentence.end)
            between = ":~:text=" if "#" in self._address else "#:~:text="
            self._links[number] = f"{self._address}{between}{directive}" if directive else self._address
        return self._links[number]
