"""Choose the names of a division in each language: which one newspapers print, which ones are aliases.

In: the raw names that packages give ("Saporischschja", "Oblast Saporischschja", "d'Anvers", "zaporoski"), the type of
the division and the names that cities of it have. Out: per language a list, the label first. `admin1` calls this.

The rule: a bare name ("Bayern", "Kalifornien") is the label, the full form ("Provinz Hatay") an alias. Where a city of
the division or a very large one of the country has that name ("Saporischschja", "Zürich"), the full form is the label
and the bare name comes last; if no package has a full form, it is made with the pattern of ``division_words.csv``.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping
from difflib import SequenceMatcher

from place_table import RECIPES, is_plain, read_rows, tidy_name

FRENCH_ELISION = re.compile(r"\b([Dd])e (?=[AEIOUYÉÈÊÎÔaeiouéèêîô])")
CONTRACTIONS = ((" de Le ", " du "), (" de Les ", " des "), (" de El ", " de El "))
GENITIVE_REST = {"fr": ("d'", "de ", "du ", "des "), "it": ("d'", "di ", "del ", "della "), "pt": ("de ", "do ", "da ")}
"""A name that begins so lost its generic word: "d'Anvers", "du Caire"."""

LABELLED = ("de", "en", "fr", "es", "it", "nl", "pl", "pt", "ru", "uk")
"""Languages for which label and aliases are told apart; in the others the names stay in the packages' order."""

CLASS_OF_TYPE = {
    "province": "province",
    "region": "region",
    "administrative region": "region",
    "district": "district",
    "state": "state",
    "department": "department",
    "county": "county",
    "governorate": "governorate",
    "prefecture": "prefecture",
    "canton": "canton",
    "oblast": "oblast",
    "municipality": "municipality",
    "local council": "municipality",
    "commune": "municipality",
    "urban municipality": "municipality",
    "commune|municipality": "municipality",
    "metropolitan department": "departement",
    "autonomous region": "region",
    "regional state": "region",
}
"""What packages call a type of division, in lower case, to a class of ``division_words.csv``."""

OBLAST_COUNTRIES = {"UA", "RU", "BY"}
"""Countries whose regions newspapers call oblast, Gebiet or region."""

CLASS_OF_COUNTRY = {"AT": "", "DE": "", "ES": "province", "IE": "irish"}
"""Countries whose divisions take one generic word (or none) whatever the packages call them."""

LONGEST_NAME = 45
"""A longer name is a title: "Unidad territorial autónoma con un estatus jurídico especial"."""

SAME_NAME_RATIO = 0.75
"""Two transliterations of a name share this much (difflib): Zaporizhzhya, Zaporizhia."""


def fold(name: str) -> str:
    """Compare names without accents, case and marks."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l").replace("ı", "i"))
    return "".join(letter for letter in letters if letter.isalnum())


def class_of(kind: str, country: str) -> str:
    """Give the class of a type of division, or an empty string if its names take no generic word."""
    if country in CLASS_OF_COUNTRY:
        return CLASS_OF_COUNTRY[country]
    found = CLASS_OF_TYPE.get(kind.casefold(), "")
    return "oblast" if found == "region" and country in OBLAST_COUNTRIES else found


class DivisionWords:
    """Generic words of divisions ("Oblast {}", "województwo") per language and class."""

    def __init__(self) -> None:
        self.patterns: dict[str, list[tuple[re.Pattern[str], str]]] = {}
        self.by_class: dict[tuple[str, str], list[str]] = {}
        self.markers: dict[str, list[str]] = {}
        for row in read_rows(RECIPES / "division_words.csv"):
            if row["class"] == "marker":
                self.markers.setdefault(row["lang"], []).append(row["pattern"].casefold())
                continue
            before, after = row["pattern"].split("{}")
            matcher = re.compile(f"{re.escape(before)}(?P<bare>.+?){re.escape(after)}", re.IGNORECASE)
            self.patterns.setdefault(row["lang"], []).append((matcher, row["pattern"]))
            if row["class"]:
                self.by_class.setdefault((row["class"], row["lang"]), []).append(row["pattern"])
        for patterns in self.patterns.values():
            patterns.sort(key=lambda item: -len(item[1]))

    def split(self, language: str, name: str) -> tuple[str, str]:
        """Part a name into its bare form and its full form; either is empty if the name does not have it."""
        spelled = name if language != "fr" else name.replace(" d'", " de ")
        for matcher, pattern in self.patterns.get(language, ()):
            match = matcher.fullmatch(spelled)
            if match:
                bare = match["bare"]
                if language == "fr" and bare.startswith(("la ", "le ", "les ", "l'")):
                    return "", name
                return bare, fill(pattern, bare, language)
        if any(word in self.markers.get(language, ()) for word in name.casefold().replace("-", " ").split()):
            return "", name[0].lower() + name[1:] if language == "pl" else name
        return name, ""

    def full_forms(self, language: str, kind: str, bare: str) -> list[str]:
        """Make the full forms of a bare name."""
        return [fill(pattern, bare, language) for pattern in self.by_class.get((kind, language), ())]


def fill(pattern: str, bare: str, language: str) -> str:
    """Put a bare name into a pattern, with the elisions of French."""
    name = pattern.format(bare)
    if language == "fr":
        name = FRENCH_ELISION.sub(r"\1'", name)
        for plain, contracted in CONTRACTIONS:
            name = name.replace(plain, contracted)
    return name


def clean_names(language: str, names: Iterable[str], countries: set[str]) -> list[str]:
    """Leave out what is no name: catalogue marks, the country's own name, remnants of stripped names."""
    kept: list[str] = []
    for raw in names:
        name = tidy_name(re.sub("[²†*]", "", raw).replace("’", "'").replace("ʼ", "'"))
        remnant = name.startswith(GENITIVE_REST.get(language, ("\0",)))
        if remnant or not is_plain(name) or name in countries or name in kept or len(name) > LONGEST_NAME:
            continue
        kept.append(name)
    return kept


def choose_names(
    language: str, names: Iterable[str], words: DivisionWords, *, kind: str, taken: Container[str], second_level: bool
) -> list[str]:
    """Order the names of a division in one language, the label first.

    Parameters
    ----------
    names
        Cleaned names, best source first.
    kind
        Class of the division in ``division_words.csv``, or empty.
    taken
        Folded names of cities that a bare name must not be mistaken for.
    second_level
        Whether the division is below the first level; then a bare name that a city has is left out.
    """
    bares: list[str] = []
    fulls: list[str] = []
    for name in names:
        bare, full = words.split(language, name)
        # A lower-case name without a generic word is an adjective whose noun was cut off: "zaporoski".
        if bare and (bare[0].isupper() or not bare[0].isalpha() or bare[0].lower() == bare[0].upper()):
            bares.append(bare)
        if full:
            fulls.append(full)
    clash = [bare for bare in bares if fold(bare) in taken]
    free = [bare for bare in bares if bare not in clash]
    if not clash:
        return unique([*free, *fulls])
    made = words.full_forms(language, kind, clash[0])
    same = [full for full in fulls if words.split(language, full)[0] in {"", clash[0]}]
    rest = [full for full in fulls if full not in same]
    ordered = [*made[:1], *same, *rest, *made[1:]] if not same else [*same, *made, *rest]
    return unique([*ordered, *free, *([] if second_level else clash)])


class Everything:
    """A container that holds every name: the division is a city's namesake in all languages."""

    def __contains__(self, name: object) -> bool:
        """Say yes."""
        return True


def same_name(names: Mapping[str, Iterable[str]], others: Mapping[str, Iterable[str]], words: DivisionWords) -> bool:
    """Say whether two collections of names, by language, can mean one division.

    Generic words are stripped first, or all provinces would be alike; names that have one and cannot be stripped of it
    ("Запорожская область") do not count.
    """
    ours, theirs = (
        {fold(words.split(language, name)[0]) for language, found in some.items() for name in found if name} - {""}
        for some in (names, others)
    )
    if ours & theirs:
        return True
    return any(SequenceMatcher(None, one, two).ratio() >= SAME_NAME_RATIO for one in ours for two in theirs)


def unique(names: Iterable[str]) -> list[str]:
    """Keep the first of names that differ in case or apostrophes only."""
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(name, name)
    return list(seen)
