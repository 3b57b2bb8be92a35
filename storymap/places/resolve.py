"""Article, mentions -> places: which place each name means, judged over the article as a whole.

Called by `storymap.pipeline`. Every place that bears a name, and the possibility that it is *none of these*, gets a
score: the weighed clues of `storymap.places.evidence`, singly and in pairs. A first guess from the clues that need no
context gives the context for the second, and that for the third.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np

from storymap.gazetteer.globe import great_circle_km
from storymap.gazetteer.store import Gazetteer
from storymap.model import RIGHT_KM, Article, Candidate, Entry, Mention, Place, Status
from storymap.places.evidence import NONE_CLUES, PRIOR_CLUES, Desk
from storymap.places.reasons import Telling, reason_for, unresolved_reason
from storymap.places.scene import CONTEXT_CLUES, Figures, Scene, View
from storymap.places.usage import countries_of_words, group_mentions, nations_spoken_of

__all__ = ["resolve_mentions"]

KEPT_CANDIDATES = 8
"""Alternatives a place carries for the editor."""

ROUNDS = 2
"""Guesses with context by single clues before the last, by pairs as well. A third changed 0.1 % of the names."""


@dataclass(frozen=True)
class Weights:
    """What each clue weighs, one set a guess: for cases (singly and in pairs) and for none of them.

    ``pairs`` is a symmetric matrix: a pair's weight is split between its halves.
    """

    single: Figures
    none: Figures
    pairs: Figures | None = None

    def score(self, figures: Figures) -> Figures:
        """Return the score of each case, a row of figures each."""
        return np.asarray(self.pull(figures).sum(axis=1))

    def pull(self, figures: Figures) -> Figures:
        """Return what each clue adds to the score of each case."""
        if self.pairs is None:
            return figures * self.single
        return np.asarray(figures * (self.single + figures @ self.pairs))


@dataclass(frozen=True)
class Belief:
    """The probability of each case of a scene, of none of them for each group, and the figures they rest on."""

    cases: Figures
    none: Figures
    figures: Figures


def resolve_mentions(
    article: Article, mentions: Sequence[Mention], gazetteer: Gazetteer, *, home: str = ""
) -> tuple[Place, ...]:
    """Decide which place each mention means, judging the article as a whole.

    Mentions support one another: "Paris" beside "Dallas" is the one in Texas. A mention no candidate fits becomes an
    unresolved `Place` with confidence 0; it isn't dropped. ``home`` is the ISO code of the desk's country.
    """
    if not mentions:
        return ()
    scene = read_scene(article, mentions, gazetteer, home=home)
    places = _merge(_places(scene, believe(scene, load_weights()), gazetteer))
    return tuple(sorted(places, key=lambda place: place.mentions[0].start))


def read_scene(article: Article, mentions: Sequence[Mention], gazetteer: Gazetteer, *, home: str = "") -> Scene:
    """Return all candidates of an article's mentions, and where the article comes from."""
    words, peoples = countries_of_words(article, gazetteer), nations_spoken_of(article, gazetteer)
    return Scene(group_mentions(article, mentions, gazetteer), Desk(article.lang, home, words, peoples))


def believe(scene: Scene, weights: Sequence[Weights]) -> Belief:
    """Return what to think of the cases: a first guess, then one for each further set of weights."""
    prior, none = prior_figures(scene), none_figures(scene)
    belief = _obey_house(scene, weigh(scene, prior, none, weights[0]))
    scene.place_points(belief.cases)
    for own in weights[1:]:
        figures = np.hstack([prior, context_figures(View(scene, belief.cases))])
        belief = _obey_house(scene, weigh(scene, figures, none, own))
    return belief


def _obey_house(scene: Scene, belief: Belief) -> Belief:
    """Return the belief with nothing left to what the house decided against."""
    if not scene.decided.any():
        return belief
    is_ruled = np.bincount(scene.owner, scene.decided, len(scene.groups)) > 0
    cases = np.where(scene.decided, np.maximum(belief.cases, np.finfo(float).tiny), 0)
    total = np.bincount(scene.owner, cases, len(scene.groups))
    shares = cases / np.where(is_ruled, total, 1)[scene.owner]
    return Belief(
        np.where(is_ruled[scene.owner], shares, belief.cases), np.where(is_ruled, 0, belief.none), belief.figures
    )


def prior_figures(scene: Scene) -> Figures:
    """Return the clues that need no context, a row a case."""
    rows = [[clue(case, scene.desk) for clue in PRIOR_CLUES.values()] for case in scene.cases]
    return np.array(rows, dtype=float).reshape(-1, len(PRIOR_CLUES))


def context_figures(view: View) -> Figures:
    """Return the clues of the context, a row a case."""
    return np.column_stack([clue(view) for clue in CONTEXT_CLUES.values()])


def none_figures(scene: Scene) -> Figures:
    """Return the clues that a name means none of the places that bear it, a row a group."""
    rows = [[clue(group, scene.desk) for clue in NONE_CLUES.values()] for group in scene.groups]
    return np.array(rows, dtype=float)


def weigh(scene: Scene, figures: Figures, none: Figures, weights: Weights) -> Belief:
    """Return the belief that weighed clues give: in each group a softmax over the cases and none of them."""
    scores, nones = weights.score(figures), none @ weights.none
    top = nones.copy()
    np.maximum.at(top, scene.owner, scores)
    odds, none_odds = np.exp(scores - top[scene.owner]), np.exp(nones - top)
    total = none_odds + np.bincount(scene.owner, odds, len(nones))
    return Belief(odds / total[scene.owner], none_odds / total, figures)


def _places(scene: Scene, belief: Belief, gazetteer: Gazetteer) -> Iterator[Place]:
    """Yield a place for each group, an unresolved one where none fits."""
    pull, lang = load_weights()[-1].pull(belief.figures), scene.desk.lang
    telling = Telling(scene, View(scene, belief.cases), gazetteer)
    first = 0
    for number, group in enumerate(scene.groups):
        probabilities = belief.cases[first : first + len(group.cases)].tolist()
        ranked = sorted(range(len(group.cases)), key=lambda i: (-probabilities[i], group.cases[i].hit.number))
        candidates = tuple(
            Candidate(
                group.cases[i].entry,
                round(probabilities[i], 4),
                telling.reasons(first + i, pull[first + i]) if probabilities[i] >= WORTH_TELLING else (),
            )
            for i in ranked[:KEPT_CANDIDATES]
        )
        is_decided = bool(ranked) and bool(scene.decided[first + ranked[0]])
        first += len(group.cases)
        chosen = candidates[0].entry if candidates else None
        name, key = group.mentions[0].text, group.usage.key
        if gazetteer.is_hidden(key):
            reason = reason_for("hidden by the house", lang)
            yield Place(f"hidden:{key}", None, name, 0.0, group.mentions, candidates, (reason,), Status.REJECTED)
            continue
        if chosen is None or belief.none[number] > max(probabilities):
            identity = f"unresolved:{key}"
            reason = unresolved_reason(lang, known=chosen is not None)
            yield Place(identity, None, name, 0.0, group.mentions, candidates, (reason,), Status.UNRESOLVED)
            continue
        sure = sum(p for p, case in zip(probabilities, group.cases, strict=True) if _same_place(chosen, case.entry))
        rival = next((c for c in candidates if not _same_place(chosen, c.entry)), None)
        reasons, status = (*candidates[0].reasons, *telling.rival(rival)), Status.AUTO
        if gazetteer.is_hidden(chosen.id):
            reasons, status = (reason_for("hidden by the house", lang),), Status.REJECTED
        confidence = round(sure, 4) if is_decided else calibrate(sure)
        label = gazetteer.label(chosen, lang)
        yield Place(chosen.id, chosen, label, confidence, group.mentions, candidates, reasons, status)


WORTH_TELLING = 0.01
"""Probability from which a candidate's reasons are told."""


def _merge(places: Iterator[Place]) -> Iterator[Place]:
    """Yield one place for all that are the same."""
    by_id: dict[str, list[Place]] = {}
    for place in places:
        by_id.setdefault(place.id, []).append(place)
    for same in by_id.values():
        best = max(same, key=lambda place: place.confidence)
        mentions = tuple(sorted(chain.from_iterable(place.mentions for place in same), key=lambda m: m.start))
        yield Place(
            best.id, best.entry, best.label, best.confidence, mentions, best.candidates, best.reasons, best.status
        )


def _same_place(a: Entry, b: Entry) -> bool:
    return great_circle_km(a.lat, a.lon, b.lat, b.lon) <= RIGHT_KM


SUREST = 0.9999
"""No place is certain before an editor says so."""


def calibrate(probability: float) -> float:
    """Return how often a probability has come true on texts held out of training (Platt scaling)."""
    slope, offset = _model()["calibration"]["slope"], _model()["calibration"]["offset"]
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return min(SUREST, round(1 / (1 + math.exp(-(slope * math.log(bounded / (1 - bounded)) + offset))), 4))


@cache
def load_weights() -> tuple[Weights, ...]:
    """Return the weights of the first guess, of those with context, and of the last."""
    model = _model()
    names = [*PRIOR_CLUES, *CONTEXT_CLUES]
    first, context, last = (
        Weights(np.array([model[part][name] for name in own]), np.array([model[part][name] for name in NONE_CLUES]))
        for part, own in (("prior", list(PRIOR_CLUES)), ("context", names), ("last", names))
    )
    pairs = np.zeros((len(names), len(names)))
    for pair, weight in model["pairs"].items():
        a, b = (names.index(name) for name in pair.split(" & "))
        pairs[a, b] += weight / 2
        pairs[b, a] += weight / 2
    return first, *[context] * ROUNDS, Weights(last.single, last.none, pairs)


@cache
def _model() -> Mapping[str, Mapping[str, float]]:
    path = Path(__file__).parent / "models" / "resolver.json"
    model: dict[str, dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))
    return model
