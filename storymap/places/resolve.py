"""Article, mentions -> places: which place each name means, judged over the article as a whole.

Called by `storymap.pipeline`. The mentions of one name share a sense unless the text says otherwise. Every place that
bears the name, and the possibility that it is *none of these*, gets a score: the weighed clues of
`storymap.places.evidence`. A first guess from the clues that need no context gives the context for the second, and
that for the third.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from storymap.gazetteer.lexicon import Position
from storymap.gazetteer.names import base_forms, fold
from storymap.gazetteer.store import Gazetteer, Hit, NameClass, great_circle_km
from storymap.model import Article, Candidate, Entry, Kind, Mention, Place, Status
from storymap.places.evidence import (
    CONTEXT_CLUES,
    PRIOR_CLUES,
    Case,
    Context,
    Usage,
    lies_in,
    reason_for,
    unresolved_reason,
)

__all__ = ["resolve_mentions"]

MOST_CANDIDATES = 40
"""Places of one name that are weighed: of Springfields GeoNames has 70, and the rest are hamlets."""

KEPT_CANDIDATES = 8
"""Alternatives a place carries for the editor."""

ROUNDS = 2
"""Guesses with context. A third changed 0.1 % of the training names."""

SAME_PLACE_KM = 161
"""Candidates this near to one another count as the same answer (100 miles, the field's measure)."""

NONE = "none of these"


@dataclass(frozen=True, slots=True)
class Group:
    """The mentions that share a name and a sense, and the cases for it."""

    usage: Usage
    mentions: tuple[Mention, ...]
    cases: tuple[Case, ...]


class Belief(NamedTuple):
    """The probability of each case of a group and of none of them, with the clues they rest on."""

    probabilities: tuple[float, ...]
    none: float
    clues: Sequence[Mapping[str, float]]


def resolve_mentions(
    article: Article, mentions: Sequence[Mention], gazetteer: Gazetteer, *, home: str = ""
) -> tuple[Place, ...]:
    """Decide which place each mention means, judging the article as a whole.

    Mentions support one another: "Paris" beside "Dallas" is the one in Texas. A mention no candidate fits becomes an
    unresolved `Place` with confidence 0; it isn't dropped. ``home`` is the ISO code of the desk's country.
    """
    groups = group_mentions(article, mentions, gazetteer)
    beliefs = believe(groups, Context(article.lang, home), load_weights())
    places = _merge(groups, beliefs, gazetteer, article.lang)
    return tuple(sorted(places, key=lambda place: place.mentions[0].start))


def group_mentions(article: Article, mentions: Sequence[Mention], gazetteer: Gazetteer) -> list[Group]:
    """Gather the mentions by name and by what the text says they lie in, each group with its candidates."""
    looked_up = [_look_up(mention.text, article.lang, gazetteer) for mention in mentions]
    hits = dict(looked_up)
    containers = [
        _container(article, mention, hits[key], gazetteer)
        for mention, (key, _) in zip(mentions, looked_up, strict=True)
    ]
    senses: dict[str, set[tuple[str, str]]] = {}
    for (key, _), container in zip(looked_up, containers, strict=True):
        senses.setdefault(key, set()).update(container)
    grouped: dict[tuple[str, frozenset[tuple[str, str]]], list[Mention]] = {}
    for mention, (key, _), container in zip(mentions, looked_up, containers, strict=True):
        # A name with one container keeps it all through the article; with several, each mention goes with its own.
        sense = container if _disagree(senses[key]) else frozenset(senses[key])
        grouped.setdefault((key, sense), []).append(mention)
    full_names: dict[str, set[str]] = {}
    for mention, (key, _) in zip(mentions, looked_up, strict=True):
        for addition in _ADDITION.finditer(mention.text):
            full_names.setdefault(fold(mention.text[: addition.start()]), set()).add(key)
    groups = []
    for (key, sense), own in grouped.items():
        kinds = frozenset[Kind]().union(*(_announced(article, mention, gazetteer) for mention in own))
        fuller = [hit for full in sorted(full_names.get(key, ())) for hit in hits[full] if hit.kind not in _CONTAINERS]
        usage = Usage(key, sense, kinds, frozenset(gazetteer.entry(hit.number).id for hit in fuller))
        groups.append(Group(usage, tuple(own), _cases(usage, _distinct((*hits[key], *fuller)), gazetteer)))
    return groups


# Where something is added to a name to tell the place from its namesakes: "Frankfurt (Oder)", "Halle/Saale", "Boone
# County". What a hyphen adds makes another place: "Köln-Ehrenfeld", "Rhein-Erft-Kreis".
_ADDITION = re.compile(r" |/|\(")


def _distinct(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the hits, of several on one place the first."""
    return tuple({hit.number: hit for hit in reversed(hits)}.values())


def _disagree(containers: set[tuple[str, str]]) -> bool:
    """Tell whether no single place lies in all of them: two countries, or two divisions of one."""
    return len({country for country, _ in containers}) > 1 or len({c for c in containers if c[1]}) > 1


def _look_up(text: str, lang: str, gazetteer: Gazetteer) -> tuple[str, tuple[Hit, ...]]:
    """Return the key and the places of the first form of a name that the gazetteer knows.

    Of "Köln-Ehrenfeld", which it may not know, the city counts. A demonym ("Russian"), which only a caller's own
    recogniser takes for a mention, leads to its country.
    """
    nation = gazetteer.lexicon.country_of_demonym(text, lang)
    if nation:
        return f"demonym {nation}", gazetteer.country(nation)
    for key in base_forms(text, lang):
        hits = gazetteer.hits(key)
        if hits:
            return key, hits
    city, hyphen, _ = text.partition("-")
    if hyphen and city:
        return _look_up(city, lang, gazetteer)
    return fold(text), ()


# What stands between a town and what it lies in: "Paris, Texas", "Halle (Sachsen-Anhalt)", "Springfield in Ohio".
_CONTAINER = re.compile(r"(?:, ?| \(| ?/ ?| in | im )((?:[^\W\d_][\w'’.-]*)(?: [^\W\d_a-z][\w'’.-]*){0,2})")


def _container(
    article: Article, mention: Mention, hits: Sequence[Hit], gazetteer: Gazetteer
) -> frozenset[tuple[str, str]]:
    """Return what the text right behind a mention says it lies in: countries and divisions of that name.

    Only those count that hold a place of the mention's name: in "Russia, Georgia and Armenia" nothing lies in another.
    """
    behind = _CONTAINER.match(article.text, mention.end)
    if not behind or not behind[1][0].isupper():
        return frozenset()
    words = behind[1].split(" ")
    keys = (key for count in range(len(words), 0, -1) for key in base_forms(" ".join(words[:count]), article.lang))
    found = next(filter(None, (frozenset(_as_container(gazetteer.hits(key), gazetteer)) for key in keys)), frozenset())
    if not found:
        return found
    entries = [gazetteer.entry(hit.number) for hit in hits[:MOST_CANDIDATES] if hit.kind not in _CONTAINERS]
    return frozenset(container for container in found if any(lies_in(entry, container) for entry in entries))


_CONTAINERS = frozenset({Kind.CONTINENT, Kind.COUNTRY, Kind.ADMIN1})


def _as_container(hits: Sequence[Hit], gazetteer: Gazetteer) -> Iterator[tuple[str, str]]:
    for hit in hits:
        if hit.name_class is NameClass.OTHER:
            continue
        if hit.kind is Kind.COUNTRY:
            yield gazetteer.entry(hit.number).country, ""
        elif hit.kind is Kind.ADMIN1:
            entry = gazetteer.entry(hit.number)
            yield entry.country, entry.name


def _cases(usage: Usage, hits: Sequence[Hit], gazetteer: Gazetteer) -> tuple[Case, ...]:
    """Return the cases of a usage: the most prominent places that bear its name."""
    best = sorted(hits, key=lambda hit: (-hit.standing, hit.number))[:MOST_CANDIDATES]
    top = max((hit.weight for hit in best), default=0)
    entries = [gazetteer.entry(hit.number) for hit in best]
    cities: dict[str, int] = {}
    for hit, entry in zip(best, entries, strict=True):
        if hit.kind is Kind.CITY:
            cities[entry.country] = max(hit.weight, cities.get(entry.country, 0))
    return tuple(
        Case(usage, hit, entry, top, cities.get(entry.country, 0)) for hit, entry in zip(best, entries, strict=True)
    )


def _announced(article: Article, mention: Mention, gazetteer: Gazetteer) -> frozenset[Kind]:
    """Return the kinds of place that the words right before and behind a mention announce."""
    before = article.text[max(mention.start - 40, 0) : mention.start].split(" ")
    after = article.text[mention.end : mention.end + 40].split(" ")
    lexicon, lang = gazetteer.lexicon, article.lang
    kinds: frozenset[Kind] = frozenset()
    if len(before) > 1 and not before[-1]:
        kinds |= lexicon.kinds(before[-2], lang, Position.BEFORE)
    if len(after) > 1 and not after[0]:
        kinds |= lexicon.kinds(after[1].rstrip(".,;:!?"), lang, Position.AFTER)
    return kinds


def believe(groups: Sequence[Group], context: Context, weights: Mapping[str, Mapping[str, float]]) -> list[Belief]:
    """Return what to think of each group's cases: a first guess, then `ROUNDS` more in the light of the others."""
    prior = [prior_clues(group, context) for group in groups]
    beliefs = [weigh(clues, none_clues(group), weights["prior"]) for group, clues in zip(groups, prior, strict=True)]
    for _ in range(ROUNDS):
        contexts = contexts_of(groups, beliefs, context)
        beliefs = [
            weigh(_joined(prior[i], context_clues(group, contexts[i])), none_clues(group), weights["context"])
            for i, group in enumerate(groups)
        ]
    return beliefs


def _joined(prior: Sequence[dict[str, float]], context: Sequence[dict[str, float]]) -> list[dict[str, float]]:
    return [first | second for first, second in zip(prior, context, strict=True)]


def prior_clues(group: Group, context: Context) -> list[dict[str, float]]:
    """Return, for each case of a group, the clues that need no context."""
    return [{name: clue(case, context) for name, clue in PRIOR_CLUES.items()} for case in group.cases]


def context_clues(group: Group, context: Context) -> list[dict[str, float]]:
    """Return, for each case of a group, the clues of the context."""
    return [{name: clue(case, context) for name, clue in CONTEXT_CLUES.items()} for case in group.cases]


def none_clues(group: Group) -> dict[str, float]:
    """Return the clues that the name means none of the places that bear it."""
    best = max((case.hit.weight for case in group.cases), default=0)
    return {
        NONE: 1.0,
        f"{NONE}, few know it": max(0.0, (50 - best) / 30),
        f"{NONE}, announced": float(bool(group.usage.kinds)),
    }


def weigh(cases: Sequence[Mapping[str, float]], none: Mapping[str, float], weights: Mapping[str, float]) -> Belief:
    """Return the belief that weighed clues give: a softmax over the cases and none of them."""
    scores = [sum(weights.get(name, 0.0) * figure for name, figure in clues.items()) for clues in (*cases, none)]
    top = max(scores)
    odds = [math.exp(score - top) for score in scores]
    total = sum(odds)
    return Belief(tuple(o / total for o in odds[:-1]), odds[-1] / total, cases)


def contexts_of(groups: Sequence[Group], beliefs: Sequence[Belief], context: Context) -> list[Context]:
    """Return for each group the context that all the others make."""
    summaries = [_summary(group, belief) for group, belief in zip(groups, beliefs, strict=True)]
    others = max(len(groups) - 1, 1)
    countries: Counter[str] = Counter()
    divisions: Counter[tuple[str, str]] = Counter()
    for summary in summaries:
        countries.update(summary.countries)
        divisions.update(summary.divisions)
    named_by = Counter(name for summary in summaries for name in summary.named)
    points = sorted(
        ((p, i) for i, summary in enumerate(summaries) for p in summary.points), key=lambda pair: -pair[0][2]
    )
    points = points[:MOST_POINTS]
    return [
        Context(
            context.lang,
            context.home,
            {code: (countries[code] - share) / others for code, share in (countries | own.countries).items()},
            {place: (divisions[place] - share) / others for place, share in (divisions | own.divisions).items()},
            tuple(point for point, origin in points if origin != i),
            frozenset(name for name, times in named_by.items() if times > (name in own.named)),
        )
        for i, own in enumerate(summaries)
    ]


MOST_POINTS = 150
"""Points of a context, the surest first: enough for any article, and a book's text stays linear in time."""


class _Summary(NamedTuple):
    """What one group gives to the others' context."""

    countries: dict[str, float]
    divisions: dict[tuple[str, str], float]
    points: tuple[tuple[float, float, float], ...]
    named: frozenset[tuple[str, str]]


PROBABLE = 0.2
"""A guess less probable than this gives no point to the context."""


def _summary(group: Group, belief: Belief) -> _Summary:
    """Return what one group gives to the others' context."""
    countries: dict[str, float] = {}
    divisions: dict[tuple[str, str], float] = {}
    points, named = [], set()
    for case, probability in zip(group.cases, belief.probabilities, strict=True):
        entry = case.entry
        codes = entry.country.split()
        for code in codes:
            countries[code] = countries.get(code, 0.0) + probability / len(codes)
        division = entry.name if entry.kind is Kind.ADMIN1 else entry.admin1
        if division:
            divisions[entry.country, division] = divisions.get((entry.country, division), 0.0) + probability
        if probability >= PROBABLE and entry.kind not in {Kind.COUNTRY, Kind.CONTINENT}:
            points.append((entry.lat, entry.lon, probability))
        if probability >= PROBABLE and entry.kind is Kind.COUNTRY:
            named.add((entry.country, ""))
        if probability >= PROBABLE and entry.kind is Kind.ADMIN1:
            named.add((entry.country, entry.name))
    return _Summary(countries, divisions, tuple(points), frozenset(named))


def _merge(groups: Sequence[Group], beliefs: Sequence[Belief], gazetteer: Gazetteer, lang: str) -> Iterator[Place]:
    """Yield a place for all groups that mean the same one; an unresolved one for each name that means none."""
    by_entry: dict[str, list[Place]] = {}
    for group, belief in zip(groups, beliefs, strict=True):
        place = _place(group, belief, gazetteer, lang)
        by_entry.setdefault(place.id, []).append(place)
    for same in by_entry.values():
        surest = max(same, key=lambda place: place.confidence)
        mentions = tuple(sorted((m for place in same for m in place.mentions), key=lambda m: m.start))
        yield Place(
            surest.id,
            surest.entry,
            surest.label,
            surest.confidence,
            mentions,
            surest.candidates,
            surest.reasons,
            surest.status,
        )


def _place(group: Group, belief: Belief, gazetteer: Gazetteer, lang: str) -> Place:
    ranked = sorted(range(len(group.cases)), key=lambda i: (-belief.probabilities[i], group.cases[i].hit.number))
    candidates = tuple(
        Candidate(group.cases[i].entry, round(belief.probabilities[i], 4), _reasons(belief.clues[i], lang))
        for i in ranked[:KEPT_CANDIDATES]
    )
    chosen = candidates[0].entry if candidates else None
    confidence = sum(
        p
        for p, case in zip(belief.probabilities, group.cases, strict=True)
        if chosen and _same_place(chosen, case.entry)
    )
    if chosen is None or belief.none > confidence:
        name, identity = group.mentions[0].text, f"unresolved:{group.usage.key}"
        reason = unresolved_reason(known=chosen is not None, lang=lang)
        return Place(identity, None, name, 0.0, group.mentions, candidates, (reason,), Status.UNRESOLVED)
    label = gazetteer.label(chosen, lang)
    return Place(chosen.id, chosen, label, round(confidence, 4), group.mentions, candidates, candidates[0].reasons)


def _reasons(clues: Mapping[str, float], lang: str) -> tuple[str, ...]:
    """Return in words the clues that speak most for a case, the strongest first."""
    weights = load_weights()["context"]
    pull = {name: weights.get(name, 0.0) * figure for name, figure in clues.items()}
    strong = sorted((name for name in pull if pull[name] >= TELLING), key=lambda name: -pull[name])
    return tuple(filter(None, (reason_for(name, lang) for name in strong)))


TELLING = 0.5
"""Log odds from which a clue is worth telling an editor: it makes the place 1.6 times as likely."""


def _same_place(a: Entry, b: Entry) -> bool:
    return great_circle_km(a.lat, a.lon, b.lat, b.lon) <= SAME_PLACE_KM


@cache
def load_weights() -> Mapping[str, Mapping[str, float]]:
    """Return the weights of the clues, for the first guess and for those with context."""
    path = Path(__file__).parent / "models" / "resolver.json"
    weights: dict[str, dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))
    return weights
