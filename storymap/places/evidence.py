"""What speaks for a candidate: one pure function a clue, each a figure between about -1 and 1, 0 where it says nothing.

In go a `Case` (a name as the article uses it, and one place that bears it) and a `Context` (what the whole article is
about, so far as known). `storymap.places.resolve` weighs the clues; ``data/recipes/train_resolver.py`` fits the
weights.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from storymap.gazetteer.store import LANGUAGES, Hit, NameClass, great_circle_km
from storymap.model import Entry, Kind

__all__ = [
    "CONTEXT_CLUES",
    "LANGUAGE_COUNTRIES",
    "PRIOR_CLUES",
    "Case",
    "Context",
    "Usage",
    "reason_for",
    "unresolved_reason",
]

LANGUAGE_COUNTRIES: Mapping[str, frozenset[str]] = {
    "de": frozenset({"DE", "AT", "CH", "LI", "LU"}),
    "en": frozenset({"US", "GB", "IE", "CA", "AU", "NZ"}),
    "fr": frozenset({"FR", "BE", "CH", "LU", "CA", "MC"}),
    "it": frozenset({"IT", "CH", "SM", "VA"}),
    "es": frozenset(
        {
            "ES",
            "MX",
            "AR",
            "CO",
            "CL",
            "PE",
            "VE",
            "EC",
            "GT",
            "CU",
            "BO",
            "UY",
            "PY",
            "CR",
            "DO",
            "HN",
            "SV",
            "NI",
            "PA",
        }
    ),
    "nl": frozenset({"NL", "BE", "SR"}),
    "pl": frozenset({"PL"}),
    "pt": frozenset({"PT", "BR", "AO", "MZ", "CV"}),
    "ru": frozenset({"RU", "BY", "KZ"}),
    "uk": frozenset({"UA"}),
    "sv": frozenset({"SE", "FI"}),
    "da": frozenset({"DK"}),
    "nb": frozenset({"NO"}),
}
"""Where a language's newspapers are printed, the states with most of its readers."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How the article uses a name: all its mentions in one sense.

    ``containers`` are the places named right behind it as what it lies in ("Paris, Texas"): pairs of country code and
    the name of a division ("" for the country as a whole). ``kinds`` are those announced by words beside it. ``fuller``
    has the ids of the places that a longer form of the name in the same article may mean ("Frankfurt" after
    "Frankfurt (Oder)").
    """

    key: str
    containers: frozenset[tuple[str, str]] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    fuller: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """A usage of a name and one of the places that bear it.

    ``best_weight`` is that of the most prominent of them, ``city_weight`` that of the most prominent city of the name
    in the same country, 0 without one.
    """

    usage: Usage
    hit: Hit
    entry: Entry
    best_weight: int
    city_weight: int


@dataclass(frozen=True, slots=True)
class Context:
    """What the article is about, as far as known: the probable places of its *other* names.

    ``countries`` and ``divisions`` hold the share of the other names that lie there; ``points`` their probable places
    as (latitude, longitude, probability); ``named`` the countries (code, "") and divisions (code, name) that are named.
    """

    lang: str = ""
    home: str = ""
    countries: Mapping[str, float] = field(default_factory=dict)
    divisions: Mapping[tuple[str, str], float] = field(default_factory=dict)
    points: tuple[tuple[float, float, float], ...] = ()
    named: frozenset[tuple[str, str]] = frozenset()


Clue = Callable[[Case, Context], float]


def prominence(case: Case, _: Context) -> float:
    """How much the world speaks of it: its weight, 0 for a village to 1 for a great power."""
    return (case.hit.weight - 30) / 60


def behind_the_best(case: Case, _: Context) -> float:
    """How far it falls behind the most prominent bearer of the name; -1 is ten thousandfold."""
    return (case.hit.weight - case.best_weight) / 40


def odd_name(case: Case, context: Context) -> float:
    """Whether it bears the name only as an untagged alternate, in a language whose names are tagged."""
    return float(case.hit.name_class is NameClass.OTHER and context.lang in LANGUAGES)


def alias(case: Case, _: Context) -> float:
    """Whether it bears the name as an alias."""
    return float(case.hit.name_class is NameClass.ALIAS)


def name_in_language(case: Case, context: Context) -> float:
    """Whether the name is its name in the article's language."""
    return float(case.hit.is_tagged(context.lang))


def is_country(case: Case, _: Context) -> float:
    """Whether it is a country or continent."""
    return float(case.entry.kind in {Kind.COUNTRY, Kind.CONTINENT})


def is_division(case: Case, _: Context) -> float:
    """Whether it is a first-level division."""
    return float(case.entry.kind is Kind.ADMIN1)


def is_second_level(case: Case, _: Context) -> float:
    """Whether it is a second-level division."""
    return float(case.entry.kind is Kind.ADMIN2)


def is_nature(case: Case, _: Context) -> float:
    """Whether it is a region, water, mountain or island."""
    return float(case.entry.kind in {Kind.REGION, Kind.SEA, Kind.RIVER, Kind.LAKE, Kind.MOUNTAIN, Kind.ISLAND})


def is_facility(case: Case, _: Context) -> float:
    """Whether it is a building or site."""
    return float(case.entry.kind in {Kind.FACILITY, Kind.STREET})


def in_language_area(case: Case, context: Context) -> float:
    """Whether it lies where the article's language is read."""
    return float(not LANGUAGE_COUNTRIES.get(context.lang, frozenset()).isdisjoint(case.entry.country.split()))


def in_home_country(case: Case, context: Context) -> float:
    """Whether it lies in the country of the desk."""
    return float(bool(context.home) and context.home in case.entry.country.split())


def inside_named_container(case: Case, _: Context) -> float:
    """Whether it lies in what the text names behind it; -1 if it lies elsewhere."""
    if not case.usage.containers:
        return 0.0
    return 1.0 if any(lies_in(case.entry, container) for container in case.usage.containers) else -1.0


def named_in_full(case: Case, _: Context) -> float:
    """Whether the article also calls it by a longer form of the name: "Frankfurt" after "Frankfurt (Oder)"."""
    return float(case.entry.id in case.usage.fuller)


def announced_kind(case: Case, _: Context) -> float:
    """Whether it is of the kind that a word beside the name announces: "Kanton", "County"."""
    return float(case.entry.kind in case.usage.kinds)


def country_share(case: Case, context: Context) -> float:
    """Return the share of the article's other places that lie in its country."""
    return max((context.countries.get(code, 0.0) for code in case.entry.country.split()), default=0.0)


def division_share(case: Case, context: Context) -> float:
    """Return the share of the article's other places that lie in its first-level division."""
    return context.divisions.get((case.entry.country, case.entry.admin1), 0.0) if case.entry.admin1 else 0.0


def foreign_division_of_a_city(case: Case, context: Context) -> float:
    """Whether it is a division whose country has a city of that name, and the article is about other countries.

    "New York", "Washington", "Chabarowsk": from abroad the city is meant, at home it may be either.
    """
    shadowed = case.entry.kind in {Kind.ADMIN1, Kind.ADMIN2} and case.city_weight >= KNOWN_CITY
    return 1 - country_share(case, context) if shadowed else 0.0


KNOWN_CITY = 50
"""Weight from which a city comes to mind before the division it names: a hundred thousand people."""


def foreign_division(case: Case, context: Context) -> float:
    """Whether it is a division of a country that the article has little to do with, nor its readers."""
    if case.entry.kind is not Kind.ADMIN1 or in_language_area(case, context):
        return 0.0
    return 1 - country_share(case, context)


def country_named(case: Case, context: Context) -> float:
    """Whether the article names its country."""
    return float(any((code, "") in context.named for code in case.entry.country.split()))


def division_named(case: Case, context: Context) -> float:
    """Whether the article names its first-level division."""
    return float(bool(case.entry.admin1) and (case.entry.country, case.entry.admin1) in context.named)


def nearness(case: Case, context: Context) -> float:
    """How near the nearest of the article's other places is: 1 next door, 0.5 at 100 km, 0 beyond the horizon."""
    return max(
        (p / (1 + great_circle_km(case.entry.lat, case.entry.lon, lat, lon) / 100) for lat, lon, p in context.points),
        default=0.0,
    )


def neighbourhood(case: Case, context: Context) -> float:
    """Return the share of the article's other places within some 300 km, discounted by distance."""
    total = sum(p for _, _, p in context.points)
    near = sum(
        p * math.exp(-great_circle_km(case.entry.lat, case.entry.lon, lat, lon) / 300) for lat, lon, p in context.points
    )
    return near / total if total else 0.0


def lies_in(entry: Entry, container: tuple[str, str]) -> bool:
    """Tell whether a place lies in a country (code, "") or a division (code, name)."""
    country, division = container
    return country in entry.country.split() and division in {"", entry.admin1}


PRIOR_CLUES: Mapping[str, Clue] = {
    clue.__name__: clue
    for clue in (
        prominence,
        behind_the_best,
        odd_name,
        alias,
        name_in_language,
        is_country,
        is_division,
        is_second_level,
        is_nature,
        is_facility,
        in_language_area,
        in_home_country,
        inside_named_container,
        named_in_full,
        announced_kind,
    )
}
"""Clues that need no context: they give the first guess."""

CONTEXT_CLUES: Mapping[str, Clue] = {
    clue.__name__: clue
    for clue in (
        country_share,
        division_share,
        foreign_division_of_a_city,
        foreign_division,
        country_named,
        division_named,
        nearness,
        neighbourhood,
    )
}
"""Clues that the article's other places give, once guessed."""


_REASONS = {
    "prominence": ("sehr bekannt", "widely known"),
    "name_in_language": ("Name in der Sprache des Artikels", "its name in the article's language"),
    "in_language_area": ("im Sprachraum des Artikels", "where the article's language is read"),
    "in_home_country": ("im Land der Redaktion", "in the desk's country"),
    "inside_named_container": ("der Text nennt dahinter, worin es liegt", "the text names what it lies in"),
    "named_in_full": ("der Artikel nennt es auch beim vollen Namen", "the article also gives its full name"),
    "announced_kind": ("ein Wort daneben nennt die Art des Ortes", "a word beside it names its kind"),
    "country_share": (
        "andere Orte des Artikels liegen im selben Land",
        "other places of the article lie in its country",
    ),
    "division_share": (
        "andere Orte des Artikels liegen in derselben Region",
        "other places of the article lie in its region",
    ),
    "country_named": ("der Artikel nennt das Land", "the article names its country"),
    "division_named": ("der Artikel nennt die Region", "the article names its region"),
    "nearness": ("ein anderer Ort des Artikels liegt nahebei", "another place of the article is close by"),
    "neighbourhood": ("die Orte des Artikels liegen beisammen", "the article's places lie together"),
}


def reason_for(clue: str, lang: str) -> str:
    """Return a clue in words, in German or else in English; "" for clues that only weigh."""
    german, english = _REASONS.get(clue, ("", ""))
    return german if lang == "de" else english


def unresolved_reason(*, known: bool, lang: str) -> str:
    """Return in words why a name got no place, though places bear it or because none does."""
    if known:
        return "keiner der bekannten Orte passt" if lang == "de" else "none of the known places fits"
    return "kein Verzeichnis kennt den Namen" if lang == "de" else "no gazetteer knows the name"
