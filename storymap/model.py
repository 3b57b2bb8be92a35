"""The nouns: what goes through the program, from an article to the story of its places.

All are frozen dataclasses that hold values and nothing else. A stage takes some and returns others; none is changed
on the way. Offsets tie them together: a sentence, a block and a mention are all ``(start, end)`` in `Article.text`.
`Story` is the whole; ``story.json`` is it, and reads back to an equal one (`storymap.story_file`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import folium
    import pandas as pd

__all__ = [
    "Article",
    "Block",
    "BlockKind",
    "Candidate",
    "Check",
    "Entry",
    "Finding",
    "Focus",
    "Kind",
    "Mention",
    "Place",
    "PlacedMention",
    "Role",
    "Sentence",
    "Status",
    "Story",
]

VERSION = "0.1.0"
"""Version of the package; the build reads it here."""

MIN_CONFIDENCE = 0.85
"""Confidence from which a place is published unless another bar is set: chosen from the table in docs/benchmarks.md, as
the least at which 97 % of the pins of the dev corpora are right, names given; it keeps nine of ten."""

RIGHT_KM = 161
"""What is this near is right: 100 miles, the field's measure, which mostly forgives the choice of a centre."""

MOST_NORTH, MOST_EAST = 90, 180
"""The largest latitude and longitude there are, in degrees."""


class BlockKind(StrEnum):
    """What a stretch of the article is."""

    HEADLINE = "headline"
    SUBHEAD = "subhead"
    PARAGRAPH = "paragraph"


class Kind(StrEnum):
    """What sort of thing a place is."""

    CONTINENT = "continent"
    COUNTRY = "country"
    ADMIN1 = "admin1"
    ADMIN2 = "admin2"
    CITY = "city"
    DISTRICT = "district"
    REGION = "region"
    SEA = "sea"
    RIVER = "river"
    LAKE = "lake"
    MOUNTAIN = "mountain"
    ISLAND = "island"
    FACILITY = "facility"
    STREET = "street"


class Role(StrEnum):
    """What a mention stands for."""

    LITERAL = "literal"
    """The place itself."""
    METONYM = "metonym"
    """Its government or an organisation: "Moskau erklärt"."""
    PART = "part"
    """A place inside a name or a compound: "Ukraine-Krieg", "Universität Zürich"."""


class Status(StrEnum):
    """Who decided about a place, and how."""

    AUTO = "auto"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    REJECTED = "rejected"
    UNRESOLVED = "unresolved"


class Check(StrEnum):
    """What about a place an editor should look at, however sure the machine is of it."""

    HEADLINE = "headline"
    """The headline names it, and its confidence is low for that."""
    OUTLIER = "outlier"
    """A small place far from all others of the story, in a country of its own."""
    ABROAD = "abroad"
    """Its point lies outside its country."""
    NAMESAKE = "namesake"
    """Another place of the story bears its name, and the text adds nothing to tell them apart."""
    SAME_SPOT = "same spot"
    """Another place of the story lies on the same spot."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: ``(start, end)`` in `Article.text`, white space at its ends left out."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A headline, subhead or paragraph: ``(start, end)`` in `Article.text`. A block splits no sentence."""

    start: int
    end: int
    kind: BlockKind = BlockKind.PARAGRAPH


@dataclass(frozen=True, slots=True)
class Article:
    """A news text and what is known about it.

    ``text`` is the whole plain text, headline first, blocks apart by a blank line. ``lang`` is an ISO 639-1 code, ""
    where it could not be told. ``published`` is an ISO 8601 date, ``byline`` the authors as printed.
    """

    text: str
    title: str = ""
    lang: str = ""
    url: str = ""
    published: str = ""
    byline: str = ""
    sentences: tuple[Sentence, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the text that names a place: always ``article.text[start:end] == text``.

    ``sentence`` is the index in `Article.sentences` of the one it stands in.
    """

    start: int
    end: int
    text: str
    sentence: int
    role: Role = Role.LITERAL


@dataclass(frozen=True, slots=True)
class Entry:
    """A gazetteer row.

    ``id`` is ``geonames:2950159``, ``iso:UA-43`` or ``storymap:donbass``, by who numbered the place. ``lat`` and
    ``lon`` are degrees WGS84. ``bbox`` is (west, south, east, north) in degrees, west > east where it crosses the date
    line, None for what is drawn as a point. ``country`` holds the ISO 3166-1 alpha-2 code, several of them apart by
    spaces for what lies in several countries, "" for the high seas. ``admin1`` is the English name of the first-level
    division.
    """

    id: str
    name: str
    kind: Kind
    lat: float
    lon: float
    bbox: tuple[float, float, float, float] | None = None
    country: str = ""
    admin1: str = ""
    population: int = 0

    @property
    def geonames_id(self) -> int | None:
        """The number of the place in GeoNames, where it has one."""
        authority, _, number = self.id.partition(":")
        return int(number) if authority == "geonames" else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a name may mean, with the probability that it does and the reasons in words."""

    entry: Entry
    probability: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """One real place with all its mentions.

    ``label`` is its name in the article's language. ``confidence`` is the probability that this is the right place,
    measured as: its point lies within `RIGHT_KM` of the true one. ``candidates`` has the chosen one first. A place no
    gazetteer entry fits has ``entry`` None, status `Status.UNRESOLVED` and confidence 0.
    """

    id: str
    entry: Entry | None
    label: str
    confidence: float
    mentions: tuple[Mention, ...]
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[str, ...] = ()
    status: Status = Status.AUTO

    @property
    def lat(self) -> float | None:
        """Latitude in degrees WGS84, None if unresolved."""
        return self.entry.lat if self.entry else None

    @property
    def lon(self) -> float | None:
        """Longitude in degrees WGS84, None if unresolved."""
        return self.entry.lon if self.entry else None

    @property
    def kind(self) -> Kind | None:
        """What sort of place it is, None if unresolved."""
        return self.entry.kind if self.entry else None

    @property
    def country(self) -> str:
        """ISO code of its country, as in `Entry.country`; "" if unresolved."""
        return self.entry.country if self.entry else ""

    @property
    def admin1(self) -> str:
        """English name of its first-level division; "" if there is none."""
        return self.entry.admin1 if self.entry else ""

    @property
    def is_settled(self) -> bool:
        """Whether an editor decided about it, one way or the other."""
        return self.status in {Status.CONFIRMED, Status.CORRECTED, Status.REJECTED}

    def passes(self, min_confidence: float = MIN_CONFIDENCE) -> bool:
        """Tell whether it may be published: it has a point, and an editor or its confidence vouches for it."""
        if self.entry is None or self.status is Status.REJECTED:
            return False
        return self.is_settled or self.confidence >= min_confidence

    @property
    def sentences(self) -> tuple[int, ...]:
        """Indices of the sentences that mention it, in order, each once."""
        return tuple(sorted({mention.sentence for mention in self.mentions}))


@dataclass(frozen=True, slots=True)
class Focus:
    """Where a story happens.

    ``scenes`` are the ids of the places where it does, the weightiest first; ``country`` is the ISO code of the country
    that the story is about, "" where none stands out.
    """

    scenes: tuple[str, ...] = ()
    country: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an editor should look at: the id of the place, and why, in one sentence in the article's language."""

    place: str
    check: Check
    text: str


@dataclass(frozen=True, slots=True)
class PlacedMention(Mention):
    """A mention together with its place; None where an editor took it away."""

    place: Place | None = None


@dataclass(frozen=True)
class Story:
    """An article and its places: what is published, corrected, scored and kept.

    ``places`` stand in the order of their first mention. ``provenance`` names what made the story: versions and hashes
    of the program, the gazetteer, the models, the decisions. Whether a place is published is no part of a story: that
    is decided each time, by `Place.passes`.
    """

    article: Article
    places: tuple[Place, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)
    focus: Focus = Focus()
    findings: tuple[Finding, ...] = ()

    @property
    def mentions(self) -> tuple[PlacedMention, ...]:
        """All mentions in the order of the text, each with its place."""
        placed = [
            PlacedMention(m.start, m.end, m.text, m.sentence, m.role, place)
            for place in self.places
            for m in place.mentions
        ]
        return tuple(sorted(placed, key=lambda m: (m.start, m.end)))

    def published(self, min_confidence: float = MIN_CONFIDENCE) -> tuple[Place, ...]:
        """Return the places that get a pin, in order; the first has number 1 on the map."""
        return tuple(place for place in self.places if place.passes(min_confidence))

    def numbers(self, min_confidence: float = MIN_CONFIDENCE) -> dict[str, int]:
        """Return the numbers on the map of the places that get a pin, by the places' ids."""
        return {place.id: number for number, place in enumerate(self.published(min_confidence), start=1)}

    def findings_of(self, place: Place) -> tuple[str, ...]:
        """Return in sentences what an editor should look at about one of the places."""
        return tuple(finding.text for finding in self.findings if finding.place == place.id)

    def to_frame(self, min_confidence: float = MIN_CONFIDENCE) -> "pd.DataFrame":
        """Return the place table: one row a place. See `storymap.table`."""
        from storymap.table import place_table

        return place_table(self, min_confidence=min_confidence)

    def mentions_frame(self) -> "pd.DataFrame":
        """Return the mention table: one row a mention. See `storymap.table`."""
        from storymap.table import mention_table

        return mention_table(self)

    def to_map(self, min_confidence: float = MIN_CONFIDENCE) -> "folium.Map":
        """Return the map as a `folium.Map`; add your own layers to it."""
        from storymap.publish.draw import draw_map

        return draw_map(self, min_confidence=min_confidence)

    def _repr_html_(self) -> str:
        """Show the map in a notebook."""
        html: str = self.to_map()._repr_html_()
        return html

    def to_json(self) -> str:
        """Return ``story.json``: the whole story, keys sorted, so that equal stories give equal bytes."""
        from storymap.story_file import to_json

        return to_json(self)

    @staticmethod
    def from_json(text: str) -> "Story":
        """Read a story back from `to_json`'s text.

        Raises
        ------
        StoryFileError
            If the text is no story, one of another schema version, or one whose parts do not fit together: a mention
            outside the text, a sentence that is not there.
        """
        from storymap.story_file import from_json

        return from_json(text)

    @staticmethod
    def read(path: str | Path) -> "Story":
        """Read a ``story.json`` file.

        Raises
        ------
        StoryFileError
            If the file is missing or no story of this schema version.
        """
        from storymap.story_file import read_story

        return read_story(Path(path))
