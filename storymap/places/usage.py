"""Article, mentions -> groups: how the text uses each name, and every place that bears it.

Called by `storymap.places.resolve` and by the script that fits its weights. All mentions of a name share a sense
unless the text says otherwise ("Paris, Texas" beside "Paris, France").
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from unicodedata import normalize

from storymap.gazetteer.inflection import DECLINING
from storymap.gazetteer.names import article_in, fold, full_names, holds_article
from storymap.gazetteer.store import Gazetteer, Hit
from storymap.model import Article, Entry, Kind, Mention, Role
from storymap.places.announced import announced_kinds, are_enumerated, is_local
from storymap.places.containers import CONTAINERS, Container, as_containers, find_containers

__all__ = ["Case", "Group", "Usage", "accents", "countries_of_words", "group_mentions", "nations_spoken_of"]

MOST_CANDIDATES = 40
"""Places of one name that are weighed: of Springfields GeoNames has 70, and the rest are hamlets."""

MOST_FORMS = 3
"""Names in the nominative that one in another case is taken for. Of 3,154 marked names in nine languages 38 lead
elsewhere than with one: 25 of them better, 11 worse."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How the article uses a name: all its mentions in one sense.

    ``containers`` are the places named right behind it as what it lies in ("Paris, Texas"): pairs of country code and
    the name of a division ("" for the country as a whole). ``kinds`` are those announced by words beside it,
    ``fitting`` those that the preposition before it goes with ("à Luxembourg"; empty where it tells nothing).
    ``fuller`` has the ids of the places that a longer form of the name in the same article may mean ("Frankfurt" after
    "Frankfurt (Oder)"). ``articled`` is the share of its mentions behind an article ("im Sudan"), ``speaking`` the
    share that stands for a government or an organisation. ``hinted`` are the kinds that words of its sentences go with
    ("flood", "governor"). ``dateline``: the text begins with it. ``everyday``: how common the name is as an
    everyday word, 1 for the commonest. ``shortened``: only a
    shorter form of the name is known. ``accents`` has the letters with accents as the text writes the name.
    ``holding`` are the containers as which the name itself stands behind another: "Buffalo, New York".
    ``share``: how many of the article's mentions are of this name. ``local``: how many of its own stand beside
    what a local paper names with its town ("Mansfield council").
    """

    key: str
    containers: frozenset[Container] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    fitting: frozenset[Kind] = frozenset()
    fuller: frozenset[str] = frozenset()
    articled: float = 0.0
    speaking: float = 0.0
    hinted: frozenset[Kind] = frozenset()
    dateline: bool = False
    everyday: float = 0.0
    shortened: bool = False
    accents: str = ""
    holding: frozenset[Container] = frozenset()
    share: float = 0.0
    local: float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """A usage of a name and one of the places that bear it.

    ``best_weight`` is that of the most prominent of them, ``next_weight`` that of the most prominent other one at some
    distance, ``city_weight`` that of the most prominent city of the name in the same country; 0 without one.
    """

    usage: Usage
    hit: Hit
    entry: Entry
    best_weight: int
    next_weight: int
    city_weight: int


@dataclass(frozen=True, slots=True)
class Group:
    """The mentions that share a name and a sense, and the cases for it.

    ``listed`` has the numbers of the groups that an enumeration puts beside it: "Russia, Georgia and Armenia".
    """

    usage: Usage
    mentions: tuple[Mention, ...]
    cases: tuple[Case, ...]
    listed: frozenset[int] = frozenset()


class _Name:
    """What the gazetteer knows of a mention's text."""

    __slots__ = ("hits", "key", "shortened")

    def __init__(self, key: str, hits: tuple[Hit, ...], *, shortened: bool = False) -> None:
        self.key, self.hits, self.shortened = key, hits, shortened


def group_mentions(article: Article, mentions: Sequence[Mention], gazetteer: Gazetteer) -> list[Group]:
    """Gather the mentions by name and by what the text says they lie in, each group with its candidates."""
    names = [_name_of(article, mention, gazetteer) for mention in mentions]
    containers = [
        find_containers(article, mention, name.hits, gazetteer) for mention, name in zip(mentions, names, strict=True)
    ]
    holding = _holding(mentions, names, containers, gazetteer)
    senses: dict[str, set[Container]] = {}
    for name, container in zip(names, containers, strict=True):
        senses.setdefault(name.key, set()).update(container)
    grouped: dict[tuple[str, frozenset[Container], frozenset[Container]], list[int]] = {}
    for number, (name, container) in enumerate(zip(names, containers, strict=True)):
        # A name with one container keeps it all through the article; with several, each mention goes with its own.
        sense = container if _disagree(senses[name.key]) else frozenset(senses[name.key])
        state = holding[number] if _names_a_city(name) else frozenset[Container]()
        grouped.setdefault((name.key, sense, state), []).append(number)
    fuller = _fuller_names(mentions, names)
    beside = _listed(article, mentions, list(grouped.values()))
    announced = announced_kinds(article, mentions, gazetteer.lexicon)
    groups = []
    for number, ((_, sense, _), members) in enumerate(grouped.items()):
        own, name = tuple(mentions[i] for i in members), names[members[0]]
        full_hits = [hit for hit in fuller.get(name.key, ()) if hit.kind not in CONTAINERS]
        usage = replace(
            _usage(article, name, own, gazetteer),
            containers=sense,
            holding=frozenset[Container]().union(*(holding[i] for i in members)),
            kinds=frozenset[Kind]().union(*(announced[i] for i in members)),
            share=len(members) / len(mentions),
            local=sum(is_local(article, mention) for mention in own) / len(own),
            fuller=frozenset(gazetteer.entry(hit.number).id for hit in full_hits),
        )
        hits = _distinct((*name.hits, *full_hits, *_bare_counties(article, name.key, own, gazetteer)))
        groups.append(Group(usage, own, _cases(usage, hits, gazetteer), beside[number]))
    return groups


def _holding(
    mentions: Sequence[Mention],
    names: Sequence[_Name],
    containers: Sequence[frozenset[Container]],
    gazetteer: Gazetteer,
) -> list[frozenset[Container]]:
    """Return, for each mention, as what it stands right behind another: the state in "Buffalo, New York"."""
    holding = [frozenset[Container]()] * len(mentions)
    order = sorted(range(len(mentions)), key=lambda i: mentions[i].start)
    for left, right in pairwise(order):
        gap = mentions[right].start - mentions[left].end
        if containers[left] and 0 < gap <= len(", ") and names[left].key != names[right].key:
            holding[right] = containers[left] & as_containers(names[right].hits, gazetteer)
    return holding


def _names_a_city(name: _Name) -> bool:
    """Tell whether a name may mean a city as soon as what others lie in: New York is both in one article."""
    return any(hit.kind is Kind.CITY and hit.weight >= HOME_WEIGHT for hit in name.hits)


# Where something is added to a name to tell the place from its namesakes: "Frankfurt (Oder)", "Halle/Saale", "Boone
# County". What a hyphen adds makes another place: "Köln-Ehrenfeld", "Rhein-Erft-Kreis".
_ADDITION = re.compile(r" |/|\(")


def _fuller_names(mentions: Sequence[Mention], names: Sequence[_Name]) -> dict[str, list[Hit]]:
    """Return, for each beginning of a longer name in the text, the places that the longer name means."""
    full: dict[str, dict[str, _Name]] = {}
    for mention, name in zip(mentions, names, strict=True):
        for addition in _ADDITION.finditer(mention.text):
            short = fold(mention.text[: addition.start()])
            if short != name.key:
                full.setdefault(short, {})[name.key] = name
    return {short: [hit for key in sorted(found) for hit in found[key].hits] for short, found in full.items()}


def _distinct(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the hits, of several on one place the first."""
    return tuple({hit.number: hit for hit in reversed(hits)}.values())


def _disagree(containers: set[Container]) -> bool:
    """Tell whether no single place lies in all of them: two countries, or two divisions of one."""
    return len({country for country, _ in containers}) > 1 or len({c for c in containers if c[1]}) > 1


# What is no part of a name at its ends: "#Potsdam", "„Leipzig“". A closing bracket may be: "Frankfurt (Oder)".
_EDGES = re.compile(r"^[#@*_\"„“”«»‹›‚‘]+|[*_\"„“”«»‹›,;:!?]+$")
_COUNTY = re.compile(r"(?<= )Co\.?$")


def _name_of(article: Article, mention: Mention, gazetteer: Gazetteer) -> _Name:
    """Return what the gazetteer knows of a mention: of "Nord-" before "und Südkorea", what it knows of Nordkorea."""
    if mention.text.endswith("-"):
        behind = article.text[mention.end : article.sentences[mention.sentence].end]
        for full in full_names(mention.text, behind, article.lang):
            name = _look_up(full, article.lang, gazetteer)
            if name.hits and not name.shortened:
                return name
    return _look_up(mention.text, article.lang, gazetteer, article_in(_word_before(article, mention), article.lang))


def _look_up(text: str, lang: str, gazetteer: Gazetteer, before: str = "") -> _Name:
    """Return the places of the likeliest form of a name that the gazetteer knows.

    In a language that declines names, those of the next likely ones, too: Estonian "Tartus" is in Tartu, or Tartus in
    Syria, and the context tells.
    Of "Köln-Ehrenfeld", which it may not know, the city counts. A demonym ("Russian"), which only a caller's own
    recogniser takes for a mention, leads to its country. ``before`` is the article that may begin the name.
    """
    nation = gazetteer.lexicon.country_of_demonym(text, lang)
    if nation:
        return _home_of(text, nation, gazetteer) or _Name(f"demonym {nation}", gazetteer.country(nation))
    bare = _EDGES.sub("", text)
    if lang == "en":
        bare = _COUNTY.sub("County", bare)
    forms = [*islice(gazetteer.forms(bare, lang, before), MOST_FORMS if lang in DECLINING else 1)]
    if forms:
        return _Name(forms[0].key, _distinct([hit for form in forms for hit in form.hits]))
    city, hyphen, _ = bare.partition("-")
    # "Al-Sayed" is no part of Alabama, but "EU-Gipfel" has to do with the EU.
    if hyphen and city and (len(city) > 2 or city.isupper()):
        found = _look_up(city, lang, gazetteer, before)
        return _Name(found.key, found.hits, shortened=True)
    return _Name(fold(bare), ())


# Endings of a demonym -> those of the place its people live in: Londoners, Virginians, Minnesotans, Ontarians.
_INHABITANTS = ((re.compile(r"(?:ers?|ns?)$"), ("",)), (re.compile(r"ans?$"), ("", "o", "e")))

HOME_WEIGHT = 50
"""Weight from which a city's people have a name of their own: a hundred thousand of them."""


def _home_of(demonym: str, nation: str, gazetteer: Gazetteer) -> _Name | None:
    """Return the division or the large city that a demonym comes from; None if that is the country itself."""
    own = {hit.number for hit in gazetteer.country(nation)}
    for ending, bases in _INHABITANTS:
        stem, is_inhabitant = ending.subn("", demonym)
        for key in (fold(stem + base) for base in bases if is_inhabitant):
            hits = gazetteer.hits(key)
            if own & {hit.number for hit in hits}:
                return None
            homes = tuple(
                hit
                for hit in hits
                if (hit.kind is Kind.ADMIN1 or (hit.kind is Kind.CITY and hit.weight >= HOME_WEIGHT))
                and nation in gazetteer.entry(hit.number).country.split()
            )
            if homes:
                return _Name(key, homes)
    return None


_COUNTIES = re.compile(r"[^.]{0,80}? (?:and|,) [\w .]{3,25} counties\b| counties\b")


def _bare_counties(article: Article, key: str, mentions: Sequence[Mention], gazetteer: Gazetteer) -> tuple[Hit, ...]:
    """Return the counties that an English enumeration names without the word: "Barrow, Clarke and Walton counties"."""
    if article.lang != "en" or not any(_COUNTIES.match(article.text, mention.end) for mention in mentions):
        return ()
    return gazetteer.hits(f"{key} county")


def _cases(usage: Usage, hits: Sequence[Hit], gazetteer: Gazetteer) -> tuple[Case, ...]:
    """Return the cases of a usage: the most prominent places that bear its name."""
    best = sorted(hits, key=lambda hit: (not hit.decided, -hit.standing, hit.number))[:MOST_CANDIDATES]
    weights = sorted((hit.weight for hit in best), reverse=True)
    top, second = (*weights, 0, 0)[:2]
    entries = [gazetteer.entry(hit.number) for hit in best]
    cities: dict[str, int] = {}
    for hit, entry in zip(best, entries, strict=True):
        if hit.kind is Kind.CITY:
            cities[entry.country] = max(hit.weight, cities.get(entry.country, 0))
    return tuple(
        Case(usage, hit, entry, top, second if hit.weight == top else top, cities.get(entry.country, 0))
        for hit, entry in zip(best, entries, strict=True)
    )


def _usage(article: Article, name: _Name, mentions: Sequence[Mention], gazetteer: Gazetteer) -> Usage:
    """Return what the words around its mentions say of a name."""
    fitting, articled, speaking = frozenset[Kind](), 0, 0
    for mention in mentions:
        word = _word_before(article, mention)
        own = article_in(word, article.lang)
        is_in_name = bool(own) and fold(own + mention.text) == name.key
        articled += holds_article(word, article.lang) and not is_in_name
        fitting |= _FITTING.get((article.lang, word), frozenset())
        speaking += mention.role is Role.METONYM
    first = mentions[0]
    hinted = frozenset[Kind]().union(
        *(_hinted(article, number, gazetteer) for number in {m.sentence for m in mentions})
    )
    return Usage(
        name.key,
        fitting=fitting,
        articled=articled / len(mentions),
        speaking=speaking / len(mentions),
        hinted=hinted,
        dateline=bool(_DATELINE.match(article.text, first.end)) and _begins_a_line(article.text, first.start),
        everyday=max(gazetteer.lexicon.frequency(first.text, article.lang) - UNHEARD, 0) / 4,
        shortened=name.shortened,
        accents=accents(first.text),
    )


def accents(name: str) -> str:
    """Return the letters of a name that have accents or are umlauts, in lower case.

    Examples
    --------
    >>> accents("Höchstadt"), accents("MÜNCHEN"), accents("Hochstadt")
    ('ö', 'ü', '')
    """
    if name.isascii():
        return ""
    return "".join(letter for letter in normalize("NFC", name).casefold() if letter > "\x7f" and letter.isalpha())


UNHEARD = 3.0
"""Zipf frequency of a word that most texts lack."""


# The dateline of an agency: "SPRINGFIELD, Ohio (AP) -", "BERLIN (dpa) -", "Kiel. -", "GENF – ".
_DATELINE = re.compile(
    r"(?:, [\w .]{2,20})?\.? ?(?:\([^)]{2,20}\)\.? ?[-\u2013\u2014]?|/[A-Z]{2,8}|[-\u2013\u2014]{1,2}(?= \S))"
)


_WORD = re.compile(r"\w[\w'-]*")


def _hinted(article: Article, sentence: int, gazetteer: Gazetteer) -> Iterator[Kind]:
    """Yield the kinds of place that the words of a sentence go with."""
    hints = gazetteer.lexicon.hints(article.lang)
    if sentence < len(article.sentences):
        span = article.sentences[sentence]
        for word in hints.keys() & _WORD.findall(article.text, span.start, span.end):
            yield from hints[word].kinds


def countries_of_words(article: Article, gazetteer: Gazetteer) -> dict[str, float]:
    """Return the share of the article's national words that each country has: "sheriff", "Kantonspolizei"."""
    hints = gazetteer.lexicon.hints(article.lang)
    votes: defaultdict[str, float] = defaultdict(float)
    for word in sorted(hints.keys() & _WORD.findall(article.text)):
        for code in hints[word].countries:
            votes[code] += 1 / len(hints[word].countries)
    total = sum(votes.values()) + DOUBT
    return {code: vote / total for code, vote in votes.items()}


def nations_spoken_of(article: Article, gazetteer: Gazetteer) -> dict[str, float]:
    """Return how much the article speaks of each country by the name of its people: "libanesisch", "Kenyans"."""
    votes: defaultdict[str, float] = defaultdict(float)
    for word in _LONG_WORD.findall(article.text):
        code = gazetteer.lexicon.country_of_demonym(word, article.lang)
        if code:
            votes[code] += 1
    return {code: vote / (vote + DOUBT) for code, vote in votes.items()}


_LONG_WORD = re.compile(r"\b[^\W\d_]{4,}\b")

DOUBT = 1
"""National words that an article must have for its country to be even odds."""


def _begins_a_line(text: str, start: int) -> bool:
    return start == 0 or text[max(start - 2, 0) : start].endswith(("\n", ". "))


_LAST_WORD = re.compile(r"(?:^|[\s(„“\"«])([^\W\d_]+(?:['’]|(?= $)))\s?$")


def _word_before(article: Article, mention: Mention) -> str:
    """Return the word right before a mention in lower case: "im", "à", "l'"; "" at the beginning of a sentence."""
    found = _LAST_WORD.search(article.text[max(mention.start - 40, 0) : mention.start])
    return found[1].lower().replace("’", "'") if found else ""


_TOWNS = frozenset({Kind.CITY, Kind.DISTRICT, Kind.ISLAND, Kind.FACILITY})
_LANDS = frozenset({Kind.COUNTRY, Kind.CONTINENT, Kind.ADMIN1, Kind.ADMIN2, Kind.REGION, Kind.ISLAND})
_HEIGHTS = frozenset({Kind.MOUNTAIN, Kind.ISLAND, Kind.COUNTRY})

_FITTING: Mapping[tuple[str, str], frozenset[Kind]] = {
    ("fr", "à"): _TOWNS,
    ("fr", "en"): _LANDS,
    ("it", "a"): _TOWNS,
    ("it", "ad"): _TOWNS,
    ("it", "in"): _LANDS,
    ("nl", "te"): _TOWNS,
    ("de", "auf"): _HEIGHTS,
}
"""The kinds of place that a preposition goes with, where a language has one for towns and another for lands."""


def _listed(article: Article, mentions: Sequence[Mention], groups: Sequence[Sequence[int]]) -> list[frozenset[int]]:
    """Return, for each group of mentions, the numbers of the groups that an enumeration puts beside it."""
    group_of = {member: number for number, members in enumerate(groups) for member in members}
    order = sorted(range(len(mentions)), key=lambda i: mentions[i].start)
    listed: list[set[int]] = [set() for _ in groups]
    for left, right in pairwise(order):
        a, b = group_of[left], group_of[right]
        if a != b and are_enumerated(article, mentions[left], mentions[right]):
            listed[a].add(b)
            listed[b].add(a)
    return [frozenset(numbers) for numbers in listed]
