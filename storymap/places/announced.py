"""Article, mentions -> what words right beside each tell: its kind ("the states of Utah"), a local paper's own town.

Called by `storymap.places.usage`.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from storymap.gazetteer.lexicon import Lexicon, Position
from storymap.model import Article, Kind, Mention

__all__ = ["announced_kinds", "are_enumerated", "is_local"]

Kinds = frozenset[Kind]

# Words in the plural announce the kind of all members of an enumeration: "Die Länder Bremen, Hamburg und Berlin".
_PLURALS: Mapping[str, Mapping[Kind, str]] = {
    "de": {
        Kind.ADMIN1: "Länder Ländern Bundesländer Bundesländern Bundesstaaten Kantone Kantonen Provinzen Regionen",
        Kind.ADMIN2: "Kreise Kreisen Landkreise Landkreisen Bezirke Bezirken",
        Kind.CITY: "Städte Städten Gemeinden Orte Orten Dörfer Dörfern Großstädte Großstädten",
        Kind.COUNTRY: "Staaten Nachbarländer Nachbarländern",
        Kind.RIVER: "Flüsse Flüssen",
        Kind.ISLAND: "Inseln",
    },
    "en": {
        Kind.ADMIN1: "states provinces cantons regions",
        Kind.ADMIN2: "counties districts",
        Kind.CITY: "cities towns villages",
        Kind.COUNTRY: "countries nations republics",
        Kind.RIVER: "rivers",
        Kind.ISLAND: "islands",
    },
    "fr": {
        Kind.ADMIN1: "régions cantons provinces États",
        Kind.ADMIN2: "départements",
        Kind.CITY: "villes communes villages",
        Kind.ISLAND: "îles",
    },
    "it": {Kind.ADMIN1: "regioni cantoni", Kind.ADMIN2: "province", Kind.CITY: "comuni"},
    "es": {Kind.ADMIN1: "estados provincias comunidades", Kind.CITY: "ciudades municipios pueblos", Kind.RIVER: "ríos"},
    "nl": {Kind.ADMIN1: "provincies staten", Kind.CITY: "steden gemeenten dorpen", Kind.ISLAND: "eilanden"},
    "pl": {Kind.ADMIN1: "województwa województwach", Kind.CITY: "miasta miastach gminy gminach"},
    "pt": {Kind.ADMIN1: "estados distritos", Kind.CITY: "cidades municípios concelhos", Kind.RIVER: "rios"},
}
_KIND_OF_PLURAL = {
    lang: {word: frozenset({kind}) for kind, words in kinds.items() for word in words.split()}
    for lang, kinds in _PLURALS.items()
}
_PLURAL_BEFORE = re.compile(r"([^\W\d_]+) (?:of |von |de |di |van |d['’])?$")

# What may stand between the members of an enumeration: ", ", " und in der ", " and the ".
_BETWEEN = re.compile(
    r"(?:,|,? (?:and|or|und|oder|sowie|bis|et|ou|e|ed|o|y|en|of|i|oraz))(?: [a-zà-ÿ']{1,5}){0,2} ?(?:l['’]|d['’])?"
)

REACH = 40
"""Letters beside a mention in which a word of kind is sought."""


def announced_kinds(article: Article, mentions: Sequence[Mention], lexicon: Lexicon) -> list[Kinds]:
    """Return the kinds that words beside each mention announce, itself or with the enumeration it is a member of."""
    kinds = [_beside(article, mention, lexicon) for mention in mentions]
    order = sorted(range(len(mentions)), key=lambda i: mentions[i].start)
    carried = [_of_plural(article, mention) for mention in mentions]
    for left, right in pairwise(order):
        if carried[left] and are_enumerated(article, mentions[left], mentions[right]):
            carried[right] |= carried[left]
    return [own | more for own, more in zip(kinds, carried, strict=True)]


def are_enumerated(article: Article, left: Mention, right: Mention) -> bool:
    """Tell whether nothing but the words of an enumeration stands between two mentions."""
    return bool(_BETWEEN.fullmatch(article.text, left.end, right.start))


def _beside(article: Article, mention: Mention, lexicon: Lexicon) -> Kinds:
    *left, joined = article.text[max(mention.start - REACH, 0) : mention.start].split(" ")
    right = article.text[mention.end : mention.end + REACH].split(" ")
    kinds = Kinds()
    # "Kanton Uri", "the state of Washington", "la province d'Anvers".
    if not joined and left and left[-1] in _OF:
        left.pop()
    if left and joined in {"", *_ELIDED_OF}:
        kinds |= lexicon.kinds(left[-1], article.lang, Position.BEFORE)
    # "Ohio Department of Development" is an office.
    if len(right) > 1 and not right[0] and right[2:3] != ["of"]:
        kinds |= lexicon.kinds(right[1].rstrip(".,;:!?"), article.lang, Position.AFTER)
    return kinds


_OF = frozenset(["of", "von", "de", "du", "des", "di", "del", "della", "do", "da", "van"])
_ELIDED_OF = frozenset(["d'", "d’", "dell'", "dell’"])
"""What ties a word of kind to the name behind it."""


def _of_plural(article: Article, mention: Mention) -> Kinds:
    plurals = _KIND_OF_PLURAL.get(article.lang)
    found = plurals and _PLURAL_BEFORE.search(article.text[max(mention.start - REACH, 0) : mention.start])
    return plurals.get(found[1], Kinds()) if plurals and found else Kinds()


# What a local paper sets beside the name of its own town: the council, the police, the school, the people.
_LOCAL_BEHIND = {
    "en": re.compile(
        r" (?:(?:[Cc]ity|[Tt]own|[Cc]ounty|[Vv]olunteer|[Pp]ublic|[Hh]igh|[Mm]iddle|[Ee]lementary|[Ii]ndependent"
        r"|Regional|Area|Community) )*(?:[Cc]ouncil|[Pp]olice|[Ss]chools?|High|Fire|firefighters|Library|Hospital"
        r"|Airport|Park|Center|Commission|Board|[Mm]ayor|[Mm]anager|Chamber|residents?|man|men|woman|women|couple|teen|native"
        r"|officials|Road)\b"
    ),
}
_LOCAL_BEFORE = {
    "de": re.compile(
        r"(?:[Gg]emeinderat|[Ss]tadtrat|Gemeinde|Polizei|Feuerwehr|Bürgermeister(?:in)?|Rathaus|Ortsteil|[Vv]erein|schule)s?"
        r"(?: von| in| aus)? $"
    ),
    "fr": re.compile(r"(?:mairie|maire|commune|conseil municipal|habitants|école|pompiers|gendarmes) d(?:e |['’])$"),
    "it": re.compile(r"(?:sindaco|comune|giunta|parroco|abitanti|carabinieri|consiglio comunale) di $"),
    "es": re.compile(r"(?:alcalde|alcaldesa|ayuntamiento|vecinos|pleno|alcaldía) de $"),
    "nl": re.compile(r"(?:gemeente|gemeenteraad|burgemeester|brandweer|inwoners|politie)(?: van| uit)? $"),
    "pl": re.compile(r"(?:gmin[aey]|rada|wójt|burmistrz|mieszkańcy|strażacy z) $"),
    "pt": re.compile(r"(?:câmara|junta|moradores|presidente da câmara|bombeiros|prefeitura) d[eoa] $"),
}


def is_local(article: Article, mention: Mention) -> bool:
    """Tell whether a mention stands beside what papers name with their town: "Mansfield council", "mairie de Pau"."""
    behind, before = _LOCAL_BEHIND.get(article.lang), _LOCAL_BEFORE.get(article.lang)
    if behind and behind.match(article.text, mention.end):
        return True
    return bool(before and before.search(article.text[max(mention.start - REACH, 0) : mention.start]))
