"""The nouns: what goes through the program, from an article to the story of its places.

All are frozen dataclasses that hold values and nothing else. A stage takes some and returns others; none is changed
on the way. Offsets tie them together: a sentence, a block and a mention are all ``(start, end)`` in `Article.text`.
`Story` is the whole; ``story.json`` is it, and reads back to an equal one.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from storymap.errors import StoryFileError

if TYPE_CHECKING:
    import folium
    import pandas as pd

__all__ = [
    "Article",
    "Block",
    "BlockKind",
    "Candidate",
    "Entry",
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

SCHEMA = 1
"""Version of ``story.json``; raised when a reader of the old one would misread the new."""


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
    measured as: its point lies within 161 km of the true one. ``candidates`` has the chosen one first. A place no
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
    def on_map(self) -> bool:
        """Whether it gets a pin: it has a point and no editor rejected it."""
        return self.entry is not None and self.status is not Status.REJECTED

    @property
    def sentences(self) -> tuple[int, ...]:
        """Indices of the sentences that mention it, in order, each once."""
        return tuple(sorted({mention.sentence for mention in self.mentions}))


@dataclass(frozen=True, slots=True)
class PlacedMention(Mention):
    """A mention together with its place; None where an editor took it away."""

    place: Place | None = None


@dataclass(frozen=True)
class Story:
    """An article and its places: what is published, corrected, scored and kept.

    ``places`` stand in the order of their first mention. ``provenance`` names what made the story: versions and hashes
    of the program, the gazetteer, the models, the decisions.
    """

    article: Article
    places: tuple[Place, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)

    @property
    def mentions(self) -> tuple[PlacedMention, ...]:
        """All mentions in the order of the text, each with its place."""
        placed = [
            PlacedMention(m.start, m.end, m.text, m.sentence, m.role, place)
            for place in self.places
            for m in place.mentions
        ]
        return tuple(sorted(placed, key=lambda m: (m.start, m.end)))

    def to_frame(self) -> "pd.DataFrame":
        """Return the place table: one row a place. See `storymap.table`."""
        from storymap.table import place_table

        return place_table(self)

    def mentions_frame(self) -> "pd.DataFrame":
        """Return the mention table: one row a mention. See `storymap.table`."""
        from storymap.table import mention_table

        return mention_table(self)

    def to_map(self) -> "folium.Map":
        """Return the map as a `folium.Map`; add your own layers to it."""
        from storymap.publish.draw import draw_map

        return draw_map(self)

    def _repr_html_(self) -> str:
        """Show the map in a notebook."""
        html: str = self.to_map()._repr_html_()
        return html

    def to_json(self) -> str:
        """Return ``story.json``: the whole story, keys sorted, so that equal stories give equal bytes."""
        data = {"schema": SCHEMA, **asdict(self)}
        return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a story back from `to_json`'s text.

        Raises
        ------
        StoryFileError
            If the text is no story, or one of another schema version.
        """
        try:
            data = json.loads(text)
            schema = data["schema"]
            if schema != SCHEMA:
                raise StoryFileError(
                    f"This story has schema {schema}, this storymap reads {SCHEMA}. Make it anew from its article."
                )
            return cls(_article(data["article"]), tuple(map(_place, data["places"])), dict(data["provenance"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if isinstance(error, StoryFileError):
                raise
            raise StoryFileError(
                f"This is no story.json ({error!r}). Give the file that `storymap make` wrote."
            ) from error

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a ``story.json`` file.

        Raises
        ------
        StoryFileError
            If the file is missing or no story of this schema version.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise StoryFileError(
                f"{path}: cannot be read ({error}). Give the story.json that `storymap make` wrote."
            ) from error
        try:
            return cls.from_json(text)
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
        raise StoryFileError("a candidate has no entry")
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
