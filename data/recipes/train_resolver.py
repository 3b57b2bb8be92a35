"""Fit the weights of the resolver's clues to texts with known places: storymap/places/models/resolver.json.

    python data/recipes/train_resolver.py CORPORA

CORPORA is a folder of gold files, an object a line: {"text", "lang", "toponyms": [{"start", "end", "lat", "lon"}]}; our
own texts of data/sources/annotated/resolved come on top. A conditional logit over the candidates of each name: first
with the clues that need no context, then, with the context that these weights give, with all, and last with their
products two by two. Each penalty makes the loss convex and there are no random numbers: the same texts give the same
weights. The calibration is fitted to the probabilities of texts that were held out, each fold once.
"""

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from gold import read_gold, read_resolved
from scipy.optimize import minimize

from storymap.article.read import make_article
from storymap.gazetteer.globe import great_circle_km, lies_in_box
from storymap.model import RIGHT_KM, Kind
from storymap.pipeline import open_gazetteer
from storymap.places.evidence import NONE_CLUES, PRIOR_CLUES
from storymap.places.recognize import GivenSpans, find_mentions
from storymap.places.resolve import (
    ROUNDS,
    Weights,
    believe,
    context_figures,
    none_figures,
    prior_figures,
    read_scene,
    weigh,
)
from storymap.places.scene import CONTEXT_CLUES, Scene, View
from storymap.places.usage import Case

TRAINED_ON = ("lgl_train", "geovirus_train")
TARGET = Path(__file__).parents[2] / "storymap" / "places" / "models" / "resolver.json"

NEAR_KM = 25
HALF_RIGHT = 0.3
"""What a candidate between `NEAR_KM` and `RIGHT_KM` of the gold point is worth, so that the nearer one wins."""

AREAS = frozenset({Kind.CONTINENT, Kind.COUNTRY, Kind.REGION, Kind.SEA, Kind.RIVER})
"""Kinds that are right wherever in them the gold point lies, if nothing of the name lies nearer: gold points of Japan
or Europe stand hundreds of km from ours, and no candidate is "none of these" for that."""

OWN_WEIGHS = 2.0
"""What a name of our own texts counts: they are few and short, and all that speaks of languages beside English."""

NOWHERE_WEIGHS = 0.25
"""What a name that is no place's counts against one that is. At full weight one published name in twenty of the silver
corpora fell below the gate; at none, more false ones rose above it."""

EXPECTED = {
    "announced_kind": 2.0,
    "behind_an_article": 1.0,
    "country_named": 1.5,
    "fits_the_preposition": 1.0,
    "foreign_division": -1.0,
    "foreign_division_of_a_city": -3.0,
    "government": 1.0,
    "hinted_kind": 1.0,
    "holds_the_one_before": 2.0,
    "in_country_of_its_people": 1.0,
    "in_country_of_its_words": 2.0,
    "in_home_country": 3.0,
    "inside_named_container": 5.0,
    "like_its_list": 1.0,
    "named_in_full": 3.0,
    "none: everyday_word": 2.0,
    "other_accents": -2.0,
    "town_of_a_dateline": 1.0,
    "without_its_article": -2.5,
}
"""Weights expected before any text was seen, for clues that the training texts, most of them local news of the United
States, say little about: what the data do not contradict stays."""

FIRM = frozenset({"in_home_country", "inside_named_container", "without_its_article"})
"""Clues whose expected weight stands whatever the data: what the text or the desk says outright is no matter of odds,
nor is grammar (the rocket "Angara" is no river, and texts in which all names are places do not show that).
Of 120 names behind which the training texts name what they lie in, 120 lie there."""

UNPAIRED = FIRM | frozenset({"alias", "county_without_the_word", "government", "is_facility"})
"""Clues too seldom met for their products to mean anything."""

# Penalties on the squares of weights. Halved or doubled, folds held out lose up to 0.3 points.
DECAY, PAIR_DECAY, FIRM_DECAY = 1e-3, 2e-3, 1.0

FOLDS = 5
CLUES = [*PRIOR_CLUES, *CONTEXT_CLUES]
PAIRS = [
    pair for pair in combinations_with_replacement(range(len(CLUES)), 2) if UNPAIRED.isdisjoint(CLUES[i] for i in pair)
]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Text:
    """A scene with what is right: the worth of each case and of none of them, and what each group counts."""

    scene: Scene
    prior: Array
    none: Array
    worth: Array
    none_worth: Array
    counts: Array


def read(corpora: Path) -> list[Text]:
    """Return all texts for training."""
    documents = [document for name in TRAINED_ON for document in read_gold(corpora / f"{name}.jsonl")]
    texts = [_text(document, 1.0) for document in documents]
    texts += [_text(own, OWN_WEIGHS) for own in read_resolved()]
    return [text for text in texts if text.scene.groups]


def _text(document: Mapping[str, Any], weight: float) -> Text:
    gazetteer = open_gazetteer()
    marks = {(t["start"], t["end"]): t for t in document["toponyms"] if "place" in t or t.get("lat") is not None}
    article = make_article(document["text"], lang=document["lang"])
    scene = read_scene(article, find_mentions(article, GivenSpans(sorted(marks))), gazetteer)
    groups = scene.groups
    worth = [_worth(group.cases, [marks[m.start, m.end] for m in group.mentions]) for group in groups]
    return Text(
        scene,
        prior_figures(scene),
        none_figures(scene) if groups else np.zeros((0, len(NONE_CLUES))),
        np.concatenate([np.zeros(0), *(own[:-1] for own in worth)]),
        np.array([own[-1] for own in worth]),
        weight * np.array([_count([marks[m.start, m.end] for m in group.mentions]) for group in groups]),
    )


def _count(marks: Sequence[Mapping[str, Any]]) -> float:
    """Return what a group of marks counts: more for several, less for what is no place's name."""
    is_place = marks[0].get("place", ("",))[0] != "none"
    return math.sqrt(min(len(marks), 3)) * (1 if is_place else NOWHERE_WEIGHS)


def _worth(cases: Sequence[Case], marks: Sequence[Mapping[str, Any]]) -> Array:
    """Return how right each case is, averaged over a group's marks, and last how right "none" is."""
    worth = np.zeros(len(cases) + 1)
    for mark in marks:
        right = np.array(_rightness(cases, mark))
        worth[:-1] += right / len(marks)
        worth[-1] += (not right.any()) / len(marks)
    return worth


def _rightness(cases: Sequence[Case], mark: Mapping[str, Any]) -> list[float]:
    """Return how right each case is for a mark: a point, or a place described by country, division, kind and name."""
    if "place" not in mark:
        near = [_near(case, mark["lat"], mark["lon"]) for case in cases]
        return near if any(near) else [float(_holds(case, mark["lat"], mark["lon"])) for case in cases]
    country, division, kind, name = mark["place"]
    fitting = [
        case
        for case in cases
        if country in case.entry.country.split()
        and case.entry.admin1.startswith(division)
        and kind in {"", case.entry.kind}
        and name in {"", case.entry.name}
    ]
    if not fitting:
        return [0.0 for _ in cases]
    meant = max(fitting, key=lambda case: (case.hit.standing, -case.hit.number)).entry
    return [_near(case, meant.lat, meant.lon) if case in fitting or not kind else 0.0 for case in cases]


def _holds(case: Case, lat: float, lon: float) -> bool:
    """Tell whether a point lies in an area that is far larger than the reach of its one point: Japan, the Danube."""
    entry = case.entry
    return entry.kind in AREAS and entry.bbox is not None and lies_in_box(lat, lon, entry.bbox)


def _near(case: Case, lat: float, lon: float) -> float:
    km = great_circle_km(case.entry.lat, case.entry.lon, lat, lon)
    return 1.0 if km <= NEAR_KM else HALF_RIGHT if km <= RIGHT_KM else 0.0


def fit(texts: Sequence[Text], figures: Sequence[Array], expected: Array, decay: Array) -> tuple[Array, Array]:
    """Return the weights of cases and of none that make the worthy candidates likely."""
    matrix, none = np.concatenate(figures), np.concatenate([text.none for text in texts])
    offsets = np.cumsum([0, *(len(text.scene.groups) for text in texts)])
    owner = np.concatenate([text.scene.owner + offset for text, offset in zip(texts, offsets, strict=False)])
    worth, none_worth = (np.concatenate([getattr(t, part) for t in texts]) for part in ("worth", "none_worth"))
    counts = np.concatenate([text.counts for text in texts])
    counts, width, names = counts / counts.sum(), matrix.shape[1], len(none)

    def loss(weights: Array) -> tuple[float, Array]:
        odds = np.exp(np.clip(matrix @ weights[:width], -60, 60))
        none_odds = np.exp(np.clip(none @ weights[width:], -60, 60))
        total = none_odds + np.bincount(owner, odds, names)
        guess, none_guess = odds / total[owner], none_odds / total
        credit, none_credit = guess * worth, none_guess * none_worth
        likelihood = np.maximum(none_credit + np.bincount(owner, credit, names), 1e-12)
        pull = weights - expected
        slope = (guess - credit / likelihood[owner]) * counts[owner]
        none_slope = (none_guess - none_credit / likelihood) * counts
        value = -(counts * np.log(likelihood)).sum() + (decay * pull**2).sum() / 2
        return float(value), np.concatenate([matrix.T @ slope, none.T @ none_slope]) + decay * pull

    found = minimize(loss, expected, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return found[:width], found[width:]


def train(texts: Sequence[Text]) -> tuple[Weights, ...]:
    """Return the weights of each guess."""
    none = np.array([EXPECTED.get(name, 0.0) for name in NONE_CLUES])
    decay = np.array([FIRM_DECAY if name in FIRM else DECAY for name in CLUES])
    none_decay = np.full(len(none), DECAY)
    expected = np.array([EXPECTED.get(name, 0.0) for name in CLUES])
    start = np.concatenate([expected[: len(PRIOR_CLUES)], none])
    sets = [
        Weights(
            *fit(texts, [text.prior for text in texts], start, np.concatenate([decay[: len(PRIOR_CLUES)], none_decay]))
        )
    ]
    beliefs = [weigh(text.scene, text.prior, text.none, sets[0]).cases for text in texts]
    for text, belief in zip(texts, beliefs, strict=True):
        text.scene.place_points(belief)
    start = np.concatenate([expected, none])
    for _ in range(ROUNDS):
        figures = [_all_figures(text, belief) for text, belief in zip(texts, beliefs, strict=True)]
        context = Weights(*fit(texts, figures, start, np.concatenate([decay, none_decay])))
        beliefs = [weigh(t.scene, own, t.none, context).cases for t, own in zip(texts, figures, strict=True)]
    # What runs later uses one set for all these rounds, so the beliefs that the last set learns from do as well.
    sets += [context] * ROUNDS
    beliefs = [believe(text.scene, sets).cases for text in texts]
    figures = [_with_pairs(_all_figures(text, belief)) for text, belief in zip(texts, beliefs, strict=True)]
    start = np.concatenate([expected, np.zeros(len(PAIRS)), none])
    decays = np.concatenate([decay, np.full(len(PAIRS), PAIR_DECAY), none_decay])
    both, last_none = fit(texts, figures, start, decays)
    pairs = np.zeros((len(CLUES), len(CLUES)))
    for (i, j), weight in zip(PAIRS, both[len(CLUES) :], strict=True):
        pairs[i, j] += weight / 2
        pairs[j, i] += weight / 2
    return *sets, Weights(both[: len(CLUES)], last_none, pairs)


def _all_figures(text: Text, belief: Array) -> Array:
    return np.hstack([text.prior, context_figures(View(text.scene, belief))])


def _with_pairs(figures: Array) -> Array:
    left, right = np.array(PAIRS).T
    return np.hstack([figures, figures[:, left] * figures[:, right]])


def held_out(texts: Sequence[Text]) -> Iterator[tuple[float, float, float]]:
    """Yield confidence, rightness and count of each name, judged by weights that did not see its text."""
    for fold in range(FOLDS):
        sets = train([text for number, text in enumerate(texts) if number % FOLDS != fold])
        for text in texts[fold::FOLDS]:
            belief = believe(text.scene, sets).cases
            for number in range(len(text.scene.groups)):
                own = np.flatnonzero(text.scene.owner == number)
                if not len(own):
                    continue
                best = own[np.argmax(belief[own])]
                entry = text.scene.cases[best].entry
                same = [i for i in own if _near(text.scene.cases[i], entry.lat, entry.lon)]
                yield float(belief[same].sum()), float(text.worth[best] > 0), float(text.counts[number])


def calibrate(outcomes: Sequence[tuple[float, float, float]]) -> dict[str, float]:
    """Return slope and offset of the logistic curve from confidence to the share that is right (Platt)."""
    confidence, right, counts = np.array(outcomes).T
    bounded = np.clip(confidence, 1e-6, 1 - 1e-6)
    log_odds = np.log(bounded / (1 - bounded))

    def loss(curve: Array) -> float:
        guess = np.clip(1 / (1 + np.exp(-(curve[0] * log_odds + curve[1]))), 1e-9, 1 - 1e-9)
        return -float((counts * (right * np.log(guess) + (1 - right) * np.log(1 - guess))).sum() / counts.sum())

    slope, offset = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return {"slope": round(float(slope), 3), "offset": round(float(offset), 3)}


def main() -> None:
    """Fit all weights and the calibration, and write them."""
    texts = read(Path(sys.argv[1]))
    outcomes = list(held_out(texts))
    sets = train(texts)
    model: dict[str, dict[str, float]] = {"calibration": calibrate(outcomes)}
    for part, weights in (("prior", sets[0]), ("context", sets[1]), ("last", sets[-1])):
        names = [*CLUES[: len(weights.single)], *NONE_CLUES]
        figures = [*weights.single.tolist(), *weights.none.tolist()]
        model[part] = {name: round(figure, 4) for name, figure in zip(names, figures, strict=True)}
    matrix = sets[-1].pairs
    if matrix is not None:
        model["pairs"] = {
            f"{CLUES[i]} & {CLUES[j]}": round(float(matrix[i, j] * (1 if i == j else 2)), 4) for i, j in PAIRS
        }
    right = sum(share * count for _, share, count in outcomes) / sum(count for *_, count in outcomes)
    print(f"{len(texts)} texts, {len(outcomes)} names with candidates, held out {right:.4f} right")
    print("calibration", model["calibration"])
    TARGET.write_text(json.dumps(model, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
