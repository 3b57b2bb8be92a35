"""What speaks for a place by itself: one pure function a clue, each a figure between about -1 and 1, 0 for nothing.

In go a `Case` (a name as the article uses it, and one place that bears it) and the `Desk` (where the article comes
from). The clues that the article's other places give are in `storymap.places.scene`; `storymap.places.resolve` weighs
them all, and ``data/recipes/train_resolver.py`` fits the weights.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from storymap.gazetteer.names import fold
from storymap.gazetteer.store import LANGUAGES, NameClass
from storymap.model import Kind
from storymap.places.containers import CONTAINERS, lies_in
from storymap.places.usage import Case, Group, accents

__all__ = ["LANGUAGE_COUNTRIES", "NONE_CLUES", "PRIOR_CLUES", "Desk"]

LANGUAGE_COUNTRIES: Mapping[str, frozenset[str]] = {
    "de": frozenset({"DE", "AT", "CH", "LI", "LU"}),
    "en": frozenset({"US", "GB", "IE", "CA", "AU", "NZ"}),
    "fr": frozenset({"FR", "BE", "CH", "LU", "CA", "MC"}),
    "it": frozenset({"IT", "CH", "SM", "VA"}),
    "es": frozenset(
        [
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
        ]
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


MAIN_COUNTRY: Mapping[str, str] = {
    "de": "DE", "fr": "FR", "it": "IT", "es": "ES", "nl": "NL", "pl": "PL", "pt": "PT", "ru": "RU", "sv": "SE",
}  # fmt: skip
"""The country most newspapers of a language are printed in, where there is one."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the article comes from: its language, the country of the desk, and what its words tell of that.

    ``variety`` has the share of the text's national words that belong to a country: "sheriff" to the United States;
    ``nations`` how much it speaks of a country by the name of its people.
    """

    lang: str = ""
    home: str = ""
    variety: Mapping[str, float] = field(default_factory=dict)
    nations: Mapping[str, float] = field(default_factory=dict)


Clue = Callable[[Case, Desk], float]


def prominence(case: Case, _: Desk) -> float:
    """How much the world speaks of it: its weight, 0 for a village to 1 for a great power."""
    return (case.hit.weight - 30) / 60


def behind_the_best(case: Case, _: Desk) -> float:
    """How far it falls behind the most prominent bearer of the name; -1 is ten thousandfold."""
    return (case.hit.weight - case.best_weight) / 40


def odd_name(case: Case, desk: Desk) -> float:
    """Whether it bears the name only as an untagged alternate, in a language whose names are tagged."""
    return float(case.hit.name_class is NameClass.OTHER and desk.lang in LANGUAGES)


def alias(case: Case, _: Desk) -> float:
    """Whether it bears the name as an alias."""
    return float(case.hit.name_class is NameClass.ALIAS)


def name_in_language(case: Case, desk: Desk) -> float:
    """Whether the name is its name in the article's language."""
    return float(case.hit.is_tagged(desk.lang))


def begins_its_name(case: Case, _: Desk) -> float:
    """Whether the text calls it by the beginning of a longer name: "Frankfurt", "Weil", "Castelfranco"."""
    return float(fold(case.entry.name).startswith(case.usage.key + " "))


def other_accents(case: Case, desk: Desk) -> float:
    """Whether its name has other accents than the text writes: "Hochstadt" where the text has "Höchstadt"."""
    own, written = case.entry.name[: len(case.usage.key)], case.usage.accents
    if (own.isascii() and not written) or fold(own) != case.usage.key:
        return 0.0
    # Papers write the accents of their own language; those of others come and go: "Cancun".
    return float(accents(own) != written and (bool(written) or in_language_area(case, desk) > 0))


def is_country(case: Case, _: Desk) -> float:
    """Whether it is a country or continent."""
    return float(case.entry.kind in {Kind.COUNTRY, Kind.CONTINENT})


def is_division(case: Case, _: Desk) -> float:
    """Whether it is a first-level division."""
    return float(case.entry.kind is Kind.ADMIN1)


def is_second_level(case: Case, _: Desk) -> float:
    """Whether it is a second-level division."""
    return float(case.entry.kind is Kind.ADMIN2)


def is_nature(case: Case, _: Desk) -> float:
    """Whether it is a region, water, mountain or island."""
    return float(case.entry.kind in {Kind.REGION, Kind.SEA, Kind.RIVER, Kind.LAKE, Kind.MOUNTAIN, Kind.ISLAND})


def is_quarter(case: Case, _: Desk) -> float:
    """Whether it is a quarter of a city."""
    return float(case.entry.kind is Kind.DISTRICT)


def is_facility(case: Case, _: Desk) -> float:
    """Whether it is a building or site."""
    return float(case.entry.kind in {Kind.FACILITY, Kind.STREET})


def in_language_area(case: Case, desk: Desk) -> float:
    """Whether it lies where the article's language is read."""
    return float(not LANGUAGE_COUNTRIES.get(desk.lang, frozenset()).isdisjoint(case.entry.country.split()))


def in_home_country(case: Case, desk: Desk) -> float:
    """Whether it lies in the country of the desk."""
    return float(bool(desk.home) and desk.home in case.entry.country.split())


def inside_named_container(case: Case, _: Desk) -> float:
    """Whether it lies in what the text names behind it; -1 if it lies elsewhere."""
    if not case.usage.containers:
        return 0.0
    return 1.0 if any(lies_in(case.entry, container) for container in case.usage.containers) else -1.0


def holds_the_one_before(case: Case, _: Desk) -> float:
    """Whether the text puts the place named right before into it: the state in "Buffalo, New York"; -1 if not."""
    if not case.usage.holding:
        return 0.0
    entry = case.entry
    container = entry.country, entry.name if entry.kind is Kind.ADMIN1 else ""
    return 1.0 if entry.kind in CONTAINERS and container in case.usage.holding else -1.0


def named_in_full(case: Case, _: Desk) -> float:
    """Whether the article also calls it by a longer form of the name: "Frankfurt" after "Frankfurt (Oder)"."""
    return float(case.entry.id in case.usage.fuller)


def announced_kind(case: Case, _: Desk) -> float:
    """Whether it is of the kind that a word beside the name announces: "Kanton", "County"."""
    return float(case.entry.kind in case.usage.kinds)


def in_main_country(case: Case, desk: Desk) -> float:
    """Whether it lies in the country most newspapers of the language are printed in."""
    return float(MAIN_COUNTRY.get(desk.lang, "-") in case.entry.country.split())


def in_country_of_its_words(case: Case, desk: Desk) -> float:
    """Return how far the article's words are those of the country it lies in: "sheriff", "Kantonspolizei"."""
    return max((desk.variety.get(code, 0.0) for code in case.entry.country.split()), default=0.0)


def in_country_of_its_people(case: Case, desk: Desk) -> float:
    """Return how much the article speaks of the country it lies in by the name of its people: "Kenyans"."""
    return max((desk.nations.get(code, 0.0) for code in case.entry.country.split()), default=0.0)


def ahead_of_the_next(case: Case, _: Desk) -> float:
    """How far it leads over all other bearers of the name; 1 is ten thousandfold."""
    return max(case.hit.weight - case.next_weight, 0) / 40


def under_its_own_name(case: Case, _: Desk) -> float:
    """Whether the text calls it by the name it is filed under."""
    return float(fold(case.entry.name) == case.usage.key)


def behind_an_article(case: Case, _: Desk) -> float:
    """Whether an article stands before the name, as before few towns: "im Sudan", "la Vienne"; -1 for a town."""
    return -case.usage.articled if case.entry.kind in _TOWNLIKE else case.usage.articled


def without_its_article(case: Case, _: Desk) -> float:
    """Whether it is a river or sea, and no article stands before the name."""
    return 1 - case.usage.articled if case.entry.kind in _ARTICLED else 0.0


_TOWNLIKE = frozenset({Kind.CITY, Kind.DISTRICT})
_ARTICLED = frozenset({Kind.RIVER, Kind.SEA})


def fits_the_preposition(case: Case, _: Desk) -> float:
    """Whether the preposition goes with its kind, "à" with towns and "en" with lands; -1 if it goes with others."""
    if not case.usage.fitting:
        return 0.0
    return 1.0 if case.entry.kind in case.usage.fitting else -1.0


def town_of_a_dateline(case: Case, _: Desk) -> float:
    """Whether it is a town and the text begins with its name, as agencies' do: "LUXEMBURG (dpa) -"."""
    return float(case.usage.dateline and case.entry.kind is Kind.CITY)


def town_of_the_article(case: Case, _: Desk) -> float:
    """Return the share of the article's mentions, if it is a town: a local paper's own."""
    return case.usage.share if case.entry.kind in _TOWNLIKE else 0.0


def town_of_its_council(case: Case, _: Desk) -> float:
    """Return how often it is named with a council, a school or its people, if it is a town: by its local paper."""
    return case.usage.local if case.entry.kind in _TOWNLIKE else 0.0


def county_without_the_word(case: Case, _: Desk) -> float:
    """Whether it is a county that is only called so by a shorter name: "Walton" of "Barrow and Walton counties"."""
    return float(
        case.entry.kind is Kind.ADMIN2 and "count" in case.entry.name.lower() and "count" not in case.usage.key
    )


def hinted_kind(case: Case, _: Desk) -> float:
    """Whether it is of a kind that words of the sentence go with: a river where it floods, a state with a governor."""
    return float(case.entry.kind in case.usage.hinted) / max(len(case.usage.hinted), 1)


def government(case: Case, _: Desk) -> float:
    """Whether the name stands for a government and it is a country or a large city."""
    seat = case.entry.kind is Kind.COUNTRY or (case.entry.kind is Kind.CITY and case.hit.weight >= SEAT)
    return case.usage.speaking if seat else 0.0


SEAT = 62
"""Weight from which a city may be a seat of government that news speak of."""


PRIOR_CLUES: Mapping[str, Clue] = {
    clue.__name__: clue
    for clue in (
        prominence,
        behind_the_best,
        ahead_of_the_next,
        odd_name,
        alias,
        name_in_language,
        under_its_own_name,
        begins_its_name,
        other_accents,
        is_country,
        is_division,
        is_second_level,
        is_nature,
        is_quarter,
        is_facility,
        in_language_area,
        in_main_country,
        in_country_of_its_words,
        in_country_of_its_people,
        in_home_country,
        inside_named_container,
        holds_the_one_before,
        named_in_full,
        announced_kind,
        behind_an_article,
        without_its_article,
        fits_the_preposition,
        town_of_a_dateline,
        town_of_the_article,
        town_of_its_council,
        county_without_the_word,
        hinted_kind,
        government,
    )
}
"""Clues that need no context: they give the first guess."""


def always(_: Group, __: Desk) -> float:
    """How probable it is at the outset."""
    return 1.0


def hardly_known(group: Group, _: Desk) -> float:
    """How obscure the most prominent bearer is."""
    return max(0.0, (50 - _best_two(group)[0]) / 30)


def far_ahead(group: Group, _: Desk) -> float:
    """How far the most prominent bearer leads."""
    best, second = _best_two(group)
    return (best - second) / 40


def only_odd_names(group: Group, _: Desk) -> float:
    """Whether all bear the name only as an untagged alternate."""
    return float(bool(group.cases) and all(case.hit.name_class is NameClass.OTHER for case in group.cases))


def bearers(group: Group, _: Desk) -> float:
    """How many bear it: where there are many, there are more."""
    return math.log2(1 + len(group.cases)) / 5


def shortened(group: Group, _: Desk) -> float:
    """Whether only a shorter form of the name is known."""
    return float(group.usage.shortened)


def everyday_word(group: Group, _: Desk) -> float:
    """How common the name is as a word: "Norden", "Essen"."""
    return group.usage.everyday


def hardly_known_abroad(group: Group, desk: Desk) -> float:
    """How obscure the most prominent bearer is, if none lies where the article's language is read: "Mud" in Iran."""
    return hardly_known(group, desk) * all(not in_language_area(case, desk) for case in group.cases)


def not_english(_: Group, desk: Desk) -> float:
    """Whether the article is not in English: no other language names so many hamlets after great cities."""
    return float(desk.lang != "en")


def _best_two(group: Group) -> tuple[int, int]:
    weights = sorted((case.hit.weight for case in group.cases), reverse=True)
    return (*weights, 0, 0)[0], (*weights, 0, 0)[1]


NONE_CLUES: Mapping[str, Callable[[Group, Desk], float]] = {
    f"none: {clue.__name__}": clue
    for clue in (
        always,
        hardly_known,
        hardly_known_abroad,
        far_ahead,
        only_odd_names,
        bearers,
        shortened,
        everyday_word,
        not_english,
    )
}
"""Clues that the name means none of the places that bear it."""
