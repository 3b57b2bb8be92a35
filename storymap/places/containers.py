"""Article, mention -> what the words around it say it lies in: "Paris, Texas", "die libanesische Stadt Tripoli".

Called by `storymap.places.usage`. A container is a pair: the code of a country and the name of a division, "" for the
country as a whole.
"""

import re
from collections.abc import Mapping, Sequence

from storymap.gazetteer.lexicon import Position
from storymap.gazetteer.names import base_forms
from storymap.gazetteer.store import Gazetteer, Hit, NameClass
from storymap.model import Article, Entry, Kind, Mention

__all__ = ["CONTAINERS", "Container", "as_containers", "find_containers", "lies_in"]

Container = tuple[str, str]

CONTAINERS = frozenset({Kind.CONTINENT, Kind.COUNTRY, Kind.ADMIN1})
"""Kinds of place that others lie in, as far as the text says."""

MOST_BEARERS = 40
"""Places of a name among which one is sought that lies in a container."""


def find_containers(
    article: Article, mention: Mention, hits: Sequence[Hit], gazetteer: Gazetteer
) -> frozenset[Container]:
    """Return the countries and divisions that the words around a mention say it lies in.

    Only those count that hold a place of the mention's name, one of ``hits``: in "Russia, Georgia and Armenia" nothing
    lies in another.
    """
    own = as_containers(hits, gazetteer)
    bearers = [hit for hit in hits if hit.kind not in CONTAINERS]
    for find in (_right_behind, _behind_in_words):
        behind = find(article, mention, gazetteer)
        if any(_are_peers(container, other) for container in behind for other in own):
            return frozenset()  # an enumeration: "Mexico, Japan", "Georgia, Illinois"
        if behind & own and article.text.startswith(" (", mention.end):
            return frozenset()  # the same once more: "New South Wales (NSW)"
        if found := _that_hold(behind, bearers, gazetteer):
            return found
    nation = _nation_before(article, mention, gazetteer)
    return _that_hold(frozenset({(nation, "")}), hits, gazetteer) if nation else frozenset()


def lies_in(entry: Entry, container: Container) -> bool:
    """Tell whether a place lies in a country (code, "") or a division (code, name)."""
    country, division = container
    return country in entry.country.split() and division in {"", entry.admin1}


def _that_hold(containers: frozenset[Container], hits: Sequence[Hit], gazetteer: Gazetteer) -> frozenset[Container]:
    """Return the containers in which one of the hits lies."""
    entries = [gazetteer.entry(hit.number) for hit in hits[:MOST_BEARERS]]
    return frozenset(container for container in containers if any(lies_in(entry, container) for entry in entries))


# What stands between a town and what it lies in: "Paris, Texas", "Halle (Sachsen-Anhalt)", "Springfield in Ohio".
_CONTAINER = re.compile(r"(?:, ?| \(| ?/ ?| in | im )((?:[^\W\d_][\w'’.-]*)(?: [^\W\d_a-z][\w'’.-]*){0,2})")


def _right_behind(article: Article, mention: Mention, gazetteer: Gazetteer) -> frozenset[Container]:
    behind = _CONTAINER.match(article.text, mention.end)
    if not behind or not behind[1][0].isupper():
        return frozenset()
    return _named(behind[1].split(" "), article.lang, gazetteer)


def _named(words: Sequence[str], lang: str, gazetteer: Gazetteer) -> frozenset[Container]:
    """Return the containers that the longest possible beginning of the words names."""
    keys = (key for count in range(len(words), 0, -1) for key in base_forms(" ".join(words[:count]), lang))
    return next(filter(None, (as_containers(gazetteer.hits(key), gazetteer) for key in keys)), frozenset())


# Words that lead from a place to what it lies in: "Flumeri in southern Italy", "Roseau, the capital of Dominica". Those
# of place link the two by themselves, those of belonging behind a word that tells of a part or a kind.
_PLACE, _BELONGING, _PART, _NOTHING = "place", "belonging", "part", "nothing"
_LEADING: Mapping[str, Mapping[str, str]] = {
    lang: {
        word: role
        for role, words in zip((_PLACE, _BELONGING, _NOTHING, _PART), rows, strict=True)
        for word in words.split()
    }
    for lang, rows in {
        "de": (
            "in im", "von vom der des", "die das dem den eine einer einem ein",
            ("Norden Süden Osten Westen Nordosten Nordwesten Südosten Südwesten nördlichen südlichen östlichen"
            " westlichen nordöstlichen nordwestlichen südöstlichen südwestlichen zentralen"),
        ),
        "en": (
            "in", "of", "the a an",
            ("northern southern eastern western central north south east west northeastern northwestern southeastern"
            " southwestern northeast northwest southeast southwest located situated"),
        ),
        "fr": (
            "en au aux dans", "de du des d'", "le la les l' un une",
            "nord sud est ouest nord-est nord-ouest sud-est sud-ouest centre situé située",
        ),
        "it": (
            "in nel nello nella nell' nei negli nelle", "di del dello della dell' dei degli delle",
            "il lo la i gli le l' un una", "nord sud est ovest centro nord-est nord-ovest sud-est sud-ovest",
        ),
        "es": (
            "en", "de del", "el la los las un una", "norte sur este oeste noreste noroeste sureste suroeste centro",
        ),
        "pt": (
            "em no na nos nas", "de do da dos das", "o a os as um uma",
            "norte sul leste oeste nordeste noroeste sudeste sudoeste centro",
        ),
        "nl": (
            "in", "van", "de het een",
            "noorden zuiden oosten westen noordoosten noordwesten zuidoosten zuidwesten",
        ),
        "pl": (
            "w we na", "", "",
            "północnej południowej wschodniej zachodniej środkowej północy południu wschodzie zachodzie",
        ),
    }.items()
}  # fmt: skip

_LED = re.compile(r"[^\W\d_][\w-]*(?:['’](?=\w))?")
_NAME = re.compile(r"[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*){0,2}")

MOST_WORDS = 6
"""Words between a place and what it lies in, as in "the second city in the north of Italy"."""


def _behind_in_words(article: Article, mention: Mention, gazetteer: Gazetteer) -> frozenset[Container]:
    """Return the containers that a phrase behind a mention names, after words that lead to one."""
    lang, text = article.lang, article.text
    leading, lexicon = _LEADING.get(lang, {}), gazetteer.lexicon
    gap = re.compile(r",? ").match(text, mention.end)
    if not gap or not leading:
        return frozenset()
    at, is_linked, is_part = gap.end(), False, False
    for _ in range(MOST_WORDS):
        word = _LED.match(text, at)
        plain = word[0].replace("’", "'") if word else ""
        is_kind = gap[0] == ", " and lexicon.kinds(plain, lang, Position.BEFORE)
        role = leading.get(plain, _PART if is_kind else "")
        if not word or not role:
            break
        is_linked |= role == _PLACE or (role == _BELONGING and is_part)
        is_part |= role == _PART
        at = word.end() + text.startswith(" ", word.end())
    named = _NAME.match(text, at)
    return _named(named[0].split(" "), lang, gazetteer) if is_linked and named else frozenset()


_STATES = re.compile(r"^(?:US|U\.S\.)(?=-|$)")
_BEFORE = re.compile(r"[\w.'’-]+")

REACH = 60
"""Letters before a mention in which the adjective of its country is sought."""


def _nation_before(article: Article, mention: Mention, gazetteer: Gazetteer) -> str:
    """Return the country whose adjective stands before a mention: "the Lebanese port of Tripoli", "US-Staat Georgia".

    Between the two stand words of kind, or nothing.
    """
    lang, lexicon = article.lang, gazetteer.lexicon
    for word in reversed(_BEFORE.findall(article.text, max(mention.start - REACH, 0), mention.start)[-4:]):
        nation = "US" if _STATES.match(word) else lexicon.country_of_demonym(word, lang)
        if nation:
            return nation
        if _LEADING.get(lang, {}).get(word) != _BELONGING and not lexicon.kinds(word, lang, Position.BEFORE):
            break
    return ""


def as_containers(hits: Sequence[Hit], gazetteer: Gazetteer) -> frozenset[Container]:
    """Return the countries (code, "") and divisions (code, name) among the bearers of a name."""
    entries = [
        gazetteer.entry(hit.number) for hit in hits if hit.kind in CONTAINERS and hit.name_class is not NameClass.OTHER
    ]
    return frozenset(
        (entry.country, entry.name if entry.kind is Kind.ADMIN1 else "") for entry in entries if entry.country
    )


def _are_peers(a: Container, b: Container) -> bool:
    """Tell whether both are countries, or both divisions of one country, and not the same."""
    return a != b and bool(a[1]) == bool(b[1]) and (not a[1] or a[0] == b[0])
