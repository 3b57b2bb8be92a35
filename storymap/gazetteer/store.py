"""A name -> the places that bear it: the compiled gazetteer, opened in milliseconds and read from disk.

The file itself, and the check of what is read from it, is in `storymap.gazetteer.sealed`. Called by `storymap.places`
(through `hits`, for speed), by the geocoder and the command line (through `lookup`, `search` and `nearest`).
"""

import math
from enum import IntEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple, Self

from storymap.gazetteer.lexicon import KINDS, Lexicon
from storymap.gazetteer.names import fold
from storymap.gazetteer.sealed import HIT, GazetteerFile, cell_of
from storymap.model import Entry, Kind

__all__ = ["Gazetteer", "Hit", "NameClass", "great_circle_km"]

COMPILED = Path(__file__).parent / "compiled"

LANGUAGES = ("de", "en", "fr", "es", "it", "nl", "pl", "pt", "ru", "uk", "sv", "da", "nb", "tr", "ar", "zh")
"""Languages whose names are tagged; a hit carries them as bits, in this order."""


def language_bits(*languages: str) -> int:
    """Return languages as the bits of `Hit.langs`; one whose names are not tagged has none."""
    return sum(1 << LANGUAGES.index(lang) for lang in set(languages) & set(LANGUAGES))


class NameClass(IntEnum):
    """How a place comes by a name; lower is stronger."""

    LABEL = 0
    """Its usual name, in its own or a tagged language."""
    ALIAS = 1
    """A further name from our own tables: an abbreviation, a second spelling."""
    OTHER = 2
    """One of GeoNames' untagged alternate names, old and odd ones among them."""


OTHER_NAME_COSTS = 10
"""Weight a place loses for each class its name is worse: by an odd name it stands behind one a hundredth its size."""


class Hit(NamedTuple):
    """A place that bears a name, as far as the index of names tells without reading the place.

    ``weight`` is ten times the decimal logarithm of its population, or of that of a city as often named.
    """

    number: int
    kind: Kind
    name_class: NameClass
    weight: int
    langs: int

    @property
    def standing(self) -> int:
        """Its weight, less for a name it seldom goes by."""
        return self.weight - OTHER_NAME_COSTS * self.name_class

    def is_tagged(self, lang: str) -> bool:
        """Tell whether the name is known to be one in `lang`."""
        return lang in LANGUAGES and bool(self.langs >> LANGUAGES.index(lang) & 1)


EARTH_RADIUS_KM = 6371.0088
"""Mean radius (IUGG)."""


def great_circle_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the great-circle distance in km between two points in degrees (haversine)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((phi2 - phi1) / 2) ** 2
    half += math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


class Gazetteer:
    """The places of the world by name. Open one with `Gazetteer.open`; it may be shared by threads that only read.

    Examples
    --------
    >>> gazetteer = Gazetteer.open()
    >>> [(e.name, e.country) for e in gazetteer.lookup("Lissabon")][:1]
    [('Lisbon', 'PT')]
    """

    def __init__(self, path: Path) -> None:
        self.file = GazetteerFile(path)
        self.meta = self.file.meta
        self.hits = lru_cache(maxsize=65536)(self._hits)
        self.entry = lru_cache(maxsize=65536)(self._entry)

    @classmethod
    def open(cls, path: str | Path | None = None) -> Self:
        """Open the gazetteer of the package, or another one: its file, or the folder that holds it.

        Raises
        ------
        GazetteerError
            If it is missing, damaged or of another version. Damage inside is found when it is met, so every method
            may raise it.
        """
        return cls(Path(path or COMPILED))

    def verify(self) -> None:
        """Check every row of the file, which takes seconds; raise `GazetteerError` at the first damage."""
        self.file.verify()

    @cached_property
    def lexicon(self) -> Lexicon:
        """What words are beside names of places."""
        return Lexicon(self.file.words)

    def _hits(self, key: str) -> tuple[Hit, ...]:
        """Return the places filed under a folded name, the most prominent first."""
        packed = self.file.hits(key)
        if not packed:
            return ()
        return tuple(
            Hit(place, KINDS[kind], NameClass(name_class), weight, langs)
            for place, kind, name_class, weight, langs in HIT.iter_unpack(packed)
        )

    def names_that_begin(self, folded: str) -> list[str]:
        """Return the known names that a folded text begins with, the longest first."""
        return self.file.names_that_begin(folded)

    def country(self, code: str) -> tuple[Hit, ...]:
        """Return the country with an ISO code, as a hit."""
        number = self.file.countries.get(code)
        return () if number is None else (Hit(number, Kind.COUNTRY, NameClass.LABEL, COUNTRY_WEIGHT, 0),)

    def _entry(self, number: int) -> Entry:
        """Return the place of that number."""
        row = self.file.place(number)
        identity, name, kind, lat, lon, west, south, east, north, country, admin1, population, _ = row
        bbox = None if west is None else (west, south, east, north)
        return Entry(identity, name, KINDS[kind], lat, lon, bbox, country, admin1, population)

    def lookup(self, name: str) -> list[Entry]:
        """Return all places called `name` in any language, the most prominent first; none, an empty list."""
        ranked = sorted(self.hits(fold(name)), key=lambda hit: (-hit.standing, hit.number))
        return [self.entry(hit.number) for hit in ranked]

    def find(self, identity: str) -> Entry | None:
        """Return the place with this id, None if there is none."""
        number = self.file.number(identity)
        return None if number is None else self.entry(number)

    def label(self, entry: Entry, lang: str) -> str:
        """Return the name newspapers of that language print, or the entry's own name."""
        number = self.file.number(entry.id)
        return entry.name if number is None else self.file.labels(number).get(lang, entry.name)

    def search(self, text: str) -> list[Entry]:
        """Return the places that a query names, best first: "Paris", "Paris, Texas", "Frankfurt (Oder)".

        What follows a comma narrows the answer to places inside it: a division, a country or its ISO code.
        """
        parts = [part.strip() for part in text.split(",")]
        name, containers = parts[0], list(filter(None, parts[1:]))
        found = self.lookup(text) or self.lookup(name)
        for container in containers:
            inside = [entry for entry in found if self._lies_in(entry, container)]
            found = inside or found
        return found

    def _lies_in(self, entry: Entry, container: str) -> bool:
        if container.upper() in entry.country.split() or fold(container) == fold(entry.admin1):
            return True
        return any(
            (outer.kind is Kind.COUNTRY and outer.country in entry.country.split())
            or (outer.kind is Kind.ADMIN1 and outer.country == entry.country and outer.name == entry.admin1)
            for outer in self.lookup(container)
        )

    def nearest(self, lat: float, lon: float, *, limit: int = 1, max_km: float = 300) -> list[Entry]:
        """Return the towns nearest to a point, the nearest first; only places of kind city count.

        Parameters
        ----------
        lat, lon
            Degrees WGS84.
        limit
            How many at most.
        max_km
            How far away at most, in km.
        """
        city, reach = KINDS.index(Kind.CITY), max_km
        near: set[tuple[float, int]] = set()
        for ring in range(math.ceil(max_km / KM_PER_DEGREE) + 1):
            # Every place of this ring is farther than the near edge of the one before.
            if limit < 1 or (ring - 1) * KM_PER_DEGREE > reach:
                break
            for cell in sorted(_cells_around(lat, lon, ring)):
                for number, kind, y, x in self.file.cell(cell):
                    if kind == city and abs(y - lat) * KM_PER_DEGREE <= reach:
                        km = great_circle_km(lat, lon, y, x)
                        if km <= reach:
                            near.add((km, number))
                if len(near) >= limit:
                    near = set(sorted(near)[:limit])
                    reach = max(near)[0]
        return [self.entry(number) for _, number in sorted(near)]


COUNTRY_WEIGHT = 80
"""Weight of a country that is met by its code and not by a name."""

KM_PER_DEGREE = 111.2
"""Length of a degree of latitude."""


def _cells_around(lat: float, lon: float, ring: int) -> set[int]:
    """Return the cells `ring` degrees of latitude away from a point, and as many km away in longitude."""
    narrow = max(math.cos(math.radians(min(abs(lat) + ring, 89))), 0.02)
    inner, outer = math.floor((ring - 1) / narrow), math.ceil(ring / narrow)
    cells = set()
    for dy in range(-ring, ring + 1):
        if -90 <= lat + dy <= 90:
            across = range(outer + 1) if abs(dy) == ring else range(max(inner, 0), outer + 1)
            cells |= {cell_of(lat + dy, lon + side * dx) for dx in across for side in (-1, 1)}
    return cells
