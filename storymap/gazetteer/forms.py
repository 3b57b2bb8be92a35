"""A place's name -> the further names newspapers print for it, where a rule tells them.

In goes the name a table has, out come names with the class the place is filed under them. Called by
`storymap.gazetteer.build`.
"""

import math
import re
from collections.abc import Iterator

from storymap.gazetteer.store import NameClass

__all__ = ["COMPOUND_COUNTRIES", "further_names", "reach_km"]

COMPOUND_COUNTRIES = frozenset({"DE", "AT", "CH"})
"""Where newspapers write a quarter with its city before it: Köln-Nippes, Wien-Favoriten, Zürich-Oerlikon."""

# An article that its language melts into a preposition, so that the name is met without it: au Havre, all'Aquila.
_ARTICLE = dict.fromkeys(("FR", "BE", "CH", "CA", "LU"), re.compile(r"^(?:Le|Les) (?=[A-ZÀ-Ý])"))
_ARTICLE["IT"] = re.compile(r"^(?:L['’]|(?:Il|La|Lo|Le|Gli) )(?=[A-ZÀ-Ý])")

# What tells a German town from its namesakes, with the words between: "Neustadt an der Dosse", "Halle (Saale)".
_ADDITION = re.compile(
    r"^(?P<name>.{3,}?) (?P<link>(?:an|auf|bei|in|ob|unter|vor)(?: de[mnr])?|am|im|zum|zur|beim) (?P<rest>[A-ZÄÖÜ].*)$"
)
_BRACKETS = re.compile(r"^(?P<name>.{3,}?) \((?P<rest>[^)]+)\)$")

# GeoNames' way to write a quarter of a Swiss town, and a town with a name in each of two languages.
_SWISS_QUARTER = re.compile(r"^(?P<city>[^()/]+?)(?: \(Kreis \d+\))? / (?P<quarter>[^()/]+)$")
_TWO_LANGUAGES = re.compile(r"^(?P<one>[^()/ ]{3,})/(?P<other>[^()/ ]{3,})$")

# Two towns that were joined: Garmisch-Partenkirchen, Titisee-Neustadt. What only qualifies a name is none of the two.
_JOINED = re.compile(r"^(?P<one>[A-ZÄÖÜ][a-zäöüß]{3,})-(?P<other>[A-ZÄÖÜ][a-zäöüß]{4,})$")
_QUALIFIERS = {
    "Burg", "Dorf", "Groß", "Gross", "Klein", "Hohen", "Markt", "Mitte", "Neu", "Alt", "Ober", "Unter", "Nieder",
    "Nord", "Süd", "Ost", "West", "Stadt", "Land", "Umgebung", "Mittel", "Kloster", "Schloss", "Sankt", "Deutsch",
    "Kirch", "Wald", "Lutherstadt", "Hansestadt", "Hinter", "Vorder",
}  # fmt: skip

# The same in Italian, with words between and without: "Reggio nell'Emilia", "Castelfranco Veneto".
_ITALIAN_ADDITION = re.compile(
    r"^(?P<name>.{4,}?) (?:(?:(?:d[ei]|del|dell[ao]|dei|degli|nell[ao]|al|sul|sull[ao]|in) |(?:de|ne|a|su)ll['’])"
    r"[A-Z].*|(?:Arsizio|Calabria|Emilia|Fiorentino|Ligure|Lombardo|Marche|Marittim[ao]|Milanese|Monferrato|Romagna"
    r"|Terme|Umbr[ao]|Veneto))$"
)

LEAST_SHORTENED = 10_000
"""People an Italian town must have to go by the beginning of its name alone: hamlets are told apart by the rest."""


def further_names(name: str, country: str, population: int = 0) -> Iterator[tuple[str, NameClass]]:
    """Yield the other names of a town, each with its class.

    Examples
    --------
    >>> [name for name, _ in further_names("Neustadt an der Dosse", "DE")]
    ['Neustadt Dosse', 'Neustadt', 'Neustadt a d D', 'Neustadt a d Do']
    >>> [name for name, _ in further_names("L'Aquila", "IT")]
    ['Aquila']
    >>> [name for name, _ in further_names("Castelfranco Veneto", "IT", population=32_000)]
    ['Castelfranco']
    """
    article = _ARTICLE.get(country)
    if article and article.match(name):
        yield article.sub("", name), NameClass.ALIAS
    if country == "IT" and population >= LEAST_SHORTENED and (found := _ITALIAN_ADDITION.match(name)):
        yield found["name"], NameClass.ALIAS
    if country in COMPOUND_COUNTRIES:
        yield from _german_names(name)


def _german_names(name: str) -> Iterator[tuple[str, NameClass]]:
    if found := _ADDITION.match(name):
        yield f"{found['name']} {found['rest']}", NameClass.ALIAS
        yield found["name"], NameClass.ALIAS
        # "Frankfurt a. M.", "Neustadt a. d. Weinstr.", "Freiburg i. Br.": stops are no part of a key.
        initials = " ".join(word[0] for word in found["link"].split())
        for rest in dict.fromkeys((found["rest"][:1], found["rest"][:2])):
            yield f"{found['name']} {initials} {rest}", NameClass.ALIAS
    elif found := _BRACKETS.match(name):
        yield found["name"], NameClass.ALIAS
    elif found := _TWO_LANGUAGES.match(name):
        yield found["one"], NameClass.LABEL
        yield found["other"], NameClass.LABEL
    elif found := _SWISS_QUARTER.match(name):
        yield f"{found['city']}-{found['quarter']}", NameClass.LABEL
        yield found["quarter"], NameClass.ALIAS
    elif (found := _JOINED.match(name)) and _QUALIFIERS.isdisjoint(found.groups()):
        yield found["one"], NameClass.OTHER
        yield found["other"], NameClass.OTHER


def reach_km(population: int) -> float:
    """Return how far from its middle the quarters of a city lie, in km.

    Examples
    --------
    >>> reach_km(100_000), round(reach_km(1_000_000), 1), round(reach_km(3_600_000), 1)
    (5.0, 12.5, 23.7)
    """
    return max(math.sqrt(population) / 80, 5.0)
