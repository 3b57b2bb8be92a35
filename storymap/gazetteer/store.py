"""A name -> the places that bear it: the compiled gazetteer, opened in milliseconds and read from disk.

The file itself, and the check of what is read from it, is in `storymap.gazetteer.sealed`. Called by `storymap.places`
(through `hits`, for speed), by the geocoder and the command line (through `lookup`, `search` and `nearest`).
`storymap.gazetteer.house` puts an editor's own places before it.
"""

import json
import math
from collections.abc import Collection, Iterator
from enum import IntEnum
from functools import cached_property, lru_cache, partial
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from storymap.errors import GazetteerError
from storymap.gazetteer.globe import CELLS_ROUND, KM_PER_DEGREE, cells_around, cells_in, great_circle_km, lies_in_box
from storymap.gazetteer.inflection import DECLINING
from storymap.gazetteer.lexicon import KINDS, Lexicon
from storymap.gazetteer.names import base_forms, fold
from storymap.gazetteer.sealed import HIT, GazetteerFile
from storymap.gazetteer.search import closeness, queries
from storymap.model import Entry, Kind

__all__ = ["Form", "Gazetteer", "Hit", "NameClass"]

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


NAME_CLASSES = tuple(NameClass)

OTHER_NAME_COSTS = 10
"""Weight a place loses for each class its name is worse: by an odd name it stands behind one a hundredth its size."""

TAGGED_GAINS = 5
"""Standing a place gains by a name that is known to be its name in the language asked for: three times as many people.

With 0, 5, 10 and 20 the first answers to 1,296 names of the tests are right for 1288, 1288, 1288 and 1286."""

DIVISION_COSTS = 10
"""Standing a first-level division loses to cities of its name when nothing else is known: "Gaza" is no province of
Mozambique. With 0, 4 and 10, of those 1,296 names 8, 6 and 3 are answered wrong."""


class Hit(NamedTuple):
    """A place that bears a name, as far as the index of names tells without reading the place.

    ``weight`` is ten times the decimal logarithm of its population, or of that of a city as often named. ``decided`` is
    set where an editor's list says that the name means this place.
    """

    number: int
    kind: Kind
    name_class: NameClass
    weight: int
    langs: int
    decided: bool = False

    @property
    def standing(self) -> int:
        """Its weight, less for a name it seldom goes by."""
        return self.weight - OTHER_NAME_COSTS * self.name_class

    def is_tagged(self, lang: str) -> bool:
        """Tell whether the name is known to be one in `lang`."""
        return lang in LANGUAGES and bool(self.langs >> LANGUAGES.index(lang) & 1)

    def standing_in(self, lang: str | None) -> int:
        """Return its standing for readers of a language who have nothing but the name."""
        is_division = self.kind is Kind.ADMIN1
        return self.standing + TAGGED_GAINS * self.is_tagged(lang or "") - DIVISION_COSTS * is_division


_hit = partial(tuple.__new__, Hit)  # as `Hit` makes it, without the detour


class Form(NamedTuple):
    """A name that a text may mean, and the places that bear it; `is_inflected` if the text has it in another form."""

    key: str
    hits: tuple[Hit, ...]
    is_inflected: bool


INFLECTION_COSTS = 8
"""What an inflected name's standing loses beside one that is written out: not quite an order of magnitude."""


class Gazetteer:
    """The places of the world by name. Open one with `Gazetteer.open`.

    It is read, never written. Threads may share it, forked processes too, and it is pickled as the path it was opened
    from.

    Examples
    --------
    >>> gazetteer = Gazetteer.open()
    >>> [(e.name, e.country) for e in gazetteer.lookup("Lissabon")][:1]
    [('Lisbon', 'PT')]
    """

    def __init__(self, path: Path) -> None:
        self.file = GazetteerFile(path)
        self.meta = self.file.meta
        self._hidden = set[str]()
        self.hits = lru_cache(maxsize=65536)(self._hits)
        self.entry = lru_cache(maxsize=65536)(self._entry)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.file.path,)

    @property
    def provenance(self) -> dict[str, str]:
        """What a story names as its gazetteer: the hash of what it was compiled from."""
        return {"gazetteer": self.meta["sources"][:16]}

    @classmethod
    def open(cls, path: str | Path | None = None, *, house: str | Path | None = None) -> "Gazetteer":
        """Open the gazetteer of the package, or another one.

        Parameters
        ----------
        path
            Its file, or the folder that holds it.
        house
            A list of places that editors keep, a CSV or GeoJSON file; what it says comes before all else.

        Raises
        ------
        GazetteerError
            If it is missing, damaged or of another version, or if a row of the list is not right. Damage inside is
            found when it is met, so every method may raise it.
        """
        if house is None:
            return cls(Path(path or COMPILED))
        from storymap.gazetteer.house import HouseGazetteer

        return HouseGazetteer(Path(path or COMPILED), Path(house))

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
            [
                _hit((place, KINDS[kind], NAME_CLASSES[name_class], weight, langs, False))
                for place, kind, name_class, weight, langs in HIT.iter_unpack(packed)
            ]
        )

    def names_that_begin(self, folded: str) -> list[str]:
        """Return the known names that a folded text begins with, the longest first."""
        return self.file.names_that_begin(folded)

    def has_names_from(self, folded: str) -> bool:
        """Tell whether a known name begins with a folded text."""
        return self.file.has_names_from(folded)

    def country(self, code: str) -> tuple[Hit, ...]:
        """Return the country with an ISO code, as a hit."""
        number = self.file.countries.get(code)
        return () if number is None else (Hit(number, Kind.COUNTRY, NameClass.LABEL, COUNTRY_WEIGHT, 0),)

    def _entry(self, number: int) -> Entry:
        """Return the place of that number."""
        identity, name, kind, lat, lon, country, admin1, population, bbox, _ = self.file.place(number)
        return Entry(identity, name, KINDS[kind], lat, lon, bbox, country, admin1, population)

    def forms(self, text: str, lang: str, article: str = "") -> Iterator[Form]:
        """Yield the known names that `text` may be a form of, the likeliest first.

        That is the one nearest to what is written; in a language that declines names the one best known, for a village
        somewhere is called as nearly every case of a large country is: Polish "Chin" is of China (Chiny). So it is if
        an ``article`` (`storymap.gazetteer.names.article_in`) may begin the name: "du Havre" is Le Havre, and no
        village Havré, but "nel Lazio" is Lazio.
        """
        found = (
            Form(key, hits, number > 0) for number, key in enumerate(base_forms(text, lang)) if (hits := self.hits(key))
        )
        whole = fold(article + text) if article else ""
        hits_of_whole = self.hits(whole) if whole else ()
        if not hits_of_whole and lang not in DECLINING:
            return found

        def standing(form: Form) -> tuple[bool, int]:
            best = max(hit.standing_in(lang) for hit in form.hits)
            return form.hits[0].decided, best - INFLECTION_COSTS * form.is_inflected

        with_article = [Form(whole, hits_of_whole, is_inflected=False)] if hits_of_whole else []
        return iter(sorted(chain(with_article, found), key=standing, reverse=True))

    def lookup(self, name: str, lang: str | None = None) -> list[Entry]:
        """Return all places called `name` in any language, the likeliest first; none, an empty list.

        Parameters
        ----------
        name
            As printed: "Lissabon", "Frankfurt (Oder)". What follows a comma narrows the answer to what lies in it, a
            division, a country or its ISO code: "Paris, Texas".
        lang
            ISO 639-1 code of the language it is used in: places that are known to bear the name in it come first.
        """
        ranked = sorted(self.hits(fold(name)), key=lambda hit: (not hit.decided, -hit.standing_in(lang), hit.number))
        if ranked:
            return [self.entry(hit.number) for hit in ranked]
        first, *containers = _parts(name)
        return self._inside(self.lookup(first, lang), containers) if first != name else []

    def search(self, text: str, lang: str | None = None, limit: int = 10) -> list[Entry]:
        """Return the places somebody may mean who is typing: names that go on like it, or are a slip away.

        Closeness and prominence count: "Müchen" is Munich although some village bears the very name.

        Parameters
        ----------
        text
            What has been typed so far: "Wladiwostock", "frankf", "Pariss, Texas".
        lang
            As in `lookup`.
        limit
            How many places at most.
        """
        typed, *containers = (text,) if self.hits(fold(text)) else _parts(text)
        typed = fold(typed)
        scores: dict[int, float] = {}
        for name, close in closeness(typed, self._names_like(typed)).items():
            for hit in self.hits(name):
                score = 100 * close + hit.standing_in(lang) * PROMINENCE_COUNTS
                scores[hit.number] = max(score, scores.get(hit.number, score))
        ranked = sorted(scores, key=lambda number: (-scores[number], number))
        if not containers:
            ranked = ranked[: max(limit, 0)]  # of the rest, no place needs to be read
        return self._inside([self.entry(number) for number in ranked], containers)[: max(limit, 0)]

    def _names_like(self, typed: str) -> Iterator[str]:
        """Yield the folded names that what is typed may begin or be a slip of."""
        if 0 < len(typed) <= LONGEST_TYPED:
            yield typed
            for query, limit in queries(typed):
                yield from self.file.names_typed(query, limit)

    def _inside(self, entries: list[Entry], containers: list[str]) -> list[Entry]:
        """Return the entries that lie in all of the containers that are known."""
        for container in containers:
            outer = self.lookup(container)
            code = container.upper()
            if outer or (len(code) == 2 and self.country(code)):
                entries = [
                    entry
                    for entry in entries
                    if code in entry.country.split() or any(_lies_in(entry, place) for place in outer)
                ]
        return entries

    def find(self, identity: str) -> Entry | None:
        """Return the place with this id, None if there is none."""
        number = self.file.number(identity)
        return None if number is None else self.entry(number)

    def is_hidden(self, name_or_id: str) -> bool:
        """Tell whether editors want no pin for a folded name, or for the place with an id whatever its name."""
        return name_or_id in self._hidden

    def label(self, place: Entry | str, lang: str) -> str:
        """Return the name newspapers of that language print, or the place's own name; `place` may be an id.

        Raises
        ------
        GazetteerError
            If no place has the id.
        """
        entry = self._known(place)
        return self.labels(entry).get(lang, entry.name)

    def labels(self, place: Entry | str) -> dict[str, str]:
        """Return the names newspapers print, by language, as far as they are known.

        Raises
        ------
        GazetteerError
            If no place has the id.
        """
        number = self.file.number(self._known(place).id)
        return {} if number is None else self.file.labels(number)

    def counts(self) -> dict[Kind, int]:
        """Return how many places of each kind there are."""
        return {Kind(kind): number for kind, number in json.loads(self.meta["counts"]).items()}

    def sources(self) -> list[dict[str, str]]:
        """Return what it was compiled from: ``name``, ``holds``, ``made_by``, ``licence`` and ``credit`` of each."""
        return list(json.loads(self.meta["made_from"]))

    def ancestors(self, place: Entry | str) -> list[Entry]:
        """Return what a place lies in, from the inside out: its first-level division, its country or countries.

        Raises
        ------
        GazetteerError
            If no place has the id.
        """
        entry = self._known(place)
        divisions = [
            outer
            for outer in (self.entry(hit.number) for hit in self.hits(fold(entry.admin1)) if hit.kind is Kind.ADMIN1)
            if (outer.name, outer.country) == (entry.admin1, entry.country)
        ]
        countries = [self.entry(hit.number) for code in entry.country.split() for hit in self.country(code)]
        return [outer for outer in (*divisions[:1], *countries) if outer.id != entry.id]

    def _known(self, place: Entry | str) -> Entry:
        entry = self.find(place) if isinstance(place, str) else place
        if entry is None:
            raise GazetteerError(f"{place}: no place has this id. Ids are what storymap gazetteer lookup NAME shows.")
        return entry

    def within(
        self, bbox: tuple[float, float, float, float], *, kinds: Collection[Kind] = KINDS, limit: int | None = None
    ) -> list[Entry]:
        """Return the places whose point lies in a box, the most prominent first.

        Parameters
        ----------
        bbox
            West, south, east, north in degrees WGS84; west > east where the box crosses the date line.
        kinds
            Only places of these kinds.
        limit
            How many at most; by default all.
        """
        wanted = {KINDS.index(kind) for kind in kinds}
        near = {
            number
            for cell in cells_in(bbox)
            for number, kind, lat, lon in self.file.cell(cell)
            if kind in wanted and lies_in_box(lat, lon, bbox, CELLS_ROUND)
        }
        entries = (self.entry(number) for number in sorted(near))
        return list(islice((entry for entry in entries if lies_in_box(entry.lat, entry.lon, bbox)), limit))

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
            for cell in sorted(cells_around(lat, lon, ring)):
                for number, kind, y, x in self.file.cell(cell):
                    if kind == city and abs(y - lat) * KM_PER_DEGREE <= reach:
                        km = great_circle_km(lat, lon, y, x)
                        if km <= reach:
                            near.add((km, number))
                if len(near) >= limit:
                    near = set(sorted(near)[:limit])
                    reach = max(near)[0]
        return [self.entry(number) for _, number in sorted(near)]


PROMINENCE_COUNTS = 0.5
"""Percents of closeness that a point of standing is worth: a hundred times as many people make up for one slip in ten
letters. With 1, "Rom" would be the beginning of Romania, with 0.25 "Müchen" a village."""

LONGEST_TYPED = 80
"""Letters of what is taken for a misspelt name; what is longer is none."""


def _parts(text: str) -> list[str]:
    """Return what stands between the commas of a query; of nothing, one empty part."""
    return [part.strip() for part in text.split(",") if part.strip()] or [""]


AROUND_A_TOWN_KM = 30
"""How far from a town's point what is said to lie in it may be: quarters and sites of the largest cities."""


def _lies_in(entry: Entry, outer: Entry) -> bool:
    """Tell whether a place lies in another: by its country or division, else in its box, else close by its point."""
    if outer.kind is Kind.COUNTRY:
        return outer.country in entry.country.split()
    if outer.kind is Kind.ADMIN1:
        return (outer.country, outer.name) == (entry.country, entry.admin1)
    if entry.id == outer.id:
        return False
    if outer.bbox:
        return lies_in_box(entry.lat, entry.lon, outer.bbox)
    return great_circle_km(entry.lat, entry.lon, outer.lat, outer.lon) <= AROUND_A_TOWN_KM


COUNTRY_WEIGHT = 80
"""Weight of a country that is met by its code and not by a name."""
