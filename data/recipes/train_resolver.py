"""Fit the weights of the resolver's clues to texts with known places: storymap/places/models/resolver.json.

    python data/recipes/train_resolver.py CORPORA

CORPORA is a folder of gold files, an object a line: {"text", "lang", "toponyms": [{"start", "end", "lat", "lon"}]}. A
conditional logit over the candidates of each name: first with the clues that need no context, then, with the context
that these weights give, with all. No random numbers: the same texts give the same weights.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from gold import read_gold

from storymap.article.read import make_article
from storymap.gazetteer.store import great_circle_km
from storymap.pipeline import open_gazetteer
from storymap.places.evidence import Context
from storymap.places.recognize import GivenSpans, find_mentions
from storymap.places.resolve import Group, context_clues, contexts_of, group_mentions, none_clues, prior_clues, weigh

TRAINED_ON = ("lgl_train", "geovirus_train")
TARGET = Path(__file__).parents[2] / "storymap" / "places" / "models" / "resolver.json"

NEAR_KM, RIGHT_KM = 25, 161
HALF_RIGHT = 0.3
"""What a candidate between `NEAR_KM` and `RIGHT_KM` of the gold point is worth, so that the nearer one wins."""

EXPECTED = {
    "announced_kind": 2.0,
    "country_named": 1.5,
    "foreign_division": -1.0,
    "foreign_division_of_a_city": -3.0,
    "in_home_country": 3.0,
    "named_in_full": 3.0,
    "is_facility": 0.0,
    "is_nature": 0.0,
}
"""Weights expected before any text was seen, for clues that the training texts, most of them local news of the United
States, say little about: what the data do not contradict stays."""

Worth = npt.NDArray[np.float64]
Document = tuple[Context, list[Group], list[Worth]]
Sample = tuple[Sequence[Mapping[str, float]], Mapping[str, float], Worth]

STEPS, RATE, DECAY = 2000, 0.05, 2e-3
ROUNDS = 2


def read(corpora: Path) -> list[Document]:
    """Return, for each document, its groups with the worth of every candidate and of none of them."""
    gazetteer = open_gazetteer()
    documents = []
    for name in TRAINED_ON:
        for document in read_gold(corpora / f"{name}.jsonl"):
            gold = {
                (t["start"], t["end"]): (t["lat"], t["lon"]) for t in document["toponyms"] if t.get("lat") is not None
            }
            article = make_article(document["text"], lang=document["lang"])
            mentions = find_mentions(article, GivenSpans(sorted(gold)))
            groups = group_mentions(article, mentions, gazetteer)
            worth = [_worth(group, [gold[m.start, m.end] for m in group.mentions]) for group in groups]
            if groups:
                documents.append((Context(document["lang"]), groups, worth))
    return documents


def _worth(group: Group, points: list[tuple[float, float]]) -> Worth:
    """Return how right each case is, averaged over the group's gold points, and last how right "none" is."""
    worth = np.zeros(len(group.cases) + 1)
    for lat, lon in points:
        km = [great_circle_km(case.entry.lat, case.entry.lon, lat, lon) for case in group.cases]
        right = np.array([1.0 if d <= NEAR_KM else HALF_RIGHT if d <= RIGHT_KM else 0.0 for d in km])
        worth[:-1] += right / len(points)
        worth[-1] += (not right.any()) / len(points)
    return worth


def fit(samples: list[Sample]) -> dict[str, float]:
    """Return the weights that make the worthy candidates likely; samples are (clues of cases, clues of none, worth)."""
    names = sorted({name for cases, none, _ in samples for clues in (*cases, none) for name in clues})
    column = {name: i for i, name in enumerate(names)}
    rows, owner, worth = [], [], []
    for number, (cases, none, right) in enumerate(samples):
        for clues, value in zip((*cases, none), right, strict=True):
            row = np.zeros(len(names))
            for name, figure in clues.items():
                row[column[name]] = figure
            rows.append(row)
            owner.append(number)
            worth.append(value)
    matrix, owner, worth = np.array(rows), np.array(owner), np.array(worth)
    expected = np.array([EXPECTED.get(name, 0.0) for name in names])
    weights, first, second = expected.copy(), np.zeros(len(names)), np.zeros(len(names))
    for step in range(1, STEPS + 1):
        score = matrix @ weights
        odds = np.exp(np.clip(score, -50, 50))
        guess = odds / np.bincount(owner, odds)[owner]
        credit = guess * worth
        credit /= np.maximum(np.bincount(owner, credit), 1e-12)[owner]
        slope = matrix.T @ (guess - credit) / len(samples) + DECAY * (weights - expected)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}


def main() -> None:
    """Fit both sets of weights and write them."""
    documents = read(Path(sys.argv[1]))
    prior = [[prior_clues(g, context) for g in groups] for context, groups, _ in documents]
    none = [[none_clues(g) for g in groups] for _, groups, _ in documents]
    worth = [w for _, _, w in documents]
    weights = {"prior": fit([s for d in zip(prior, none, worth, strict=True) for s in zip(*d, strict=True)])}
    current, clues = weights["prior"], prior
    for _ in range(ROUNDS):
        joined = []
        for number, (context, groups, _) in enumerate(documents):
            beliefs = [weigh(c, n, current) for c, n in zip(clues[number], none[number], strict=True)]
            contexts = contexts_of(groups, beliefs, context)
            more = [context_clues(g, c) for g, c in zip(groups, contexts, strict=True)]
            joined.append(
                [[a | b for a, b in zip(p, c, strict=True)] for p, c in zip(prior[number], more, strict=True)]
            )
        clues = joined
        current = fit([s for d in zip(clues, none, worth, strict=True) for s in zip(*d, strict=True)])
    weights["context"] = current
    print(f"{len(documents)} documents, {sum(map(len, worth))} names")
    TARGET.write_text(json.dumps(weights, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
