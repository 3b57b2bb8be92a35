"""Fit the weights of the built-in recogniser to annotated texts: storymap/places/models/recognizer.json.

    python data/recipes/train_recognizer.py CORPORA

CORPORA is a folder of gold files, an object a line: {"text", "lang", "toponyms": [{"start", "end", "kind"?}]}. A logistic
regression over the evidence of `GazetteerRecognizer.examine`; no random numbers, so the same texts give the same weights.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from gold import read_gold

from storymap.article.read import make_article
from storymap.pipeline import open_gazetteer
from storymap.places.recognize import GazetteerRecognizer

TRAINED_ON = {
    "de": ("germeval14_train", "smartdata_de"),
    "en": ("lgl_train", "geovirus_train", "uner_en_ewt"),
    "other": ("lgl_train", "geovirus_train", "uner_en_ewt", "uner_pt", "uner_sv", "uner_da", "uner_nb"),
}
"""Gold files by the model they fit. "other" serves every language without a model of its own."""

NOT_COUNTED = {"LOCpart", "LOCpart:nested", "LOC:nested", "location-street", "location-stop", "location-route"}
"""Gold that neither speaks for a candidate nor against it: parts of words, and streets no gazetteer of ours holds."""

NO_PLACES = {"LOCderiv", "LOCderiv:nested"}
"""Gold that is a demonym or adjective: a candidate there is a mistake."""

TARGET = Path(__file__).parents[2] / "storymap" / "places" / "models" / "recognizer.json"

STEPS, RATE, DECAY = 3000, 0.05, 1e-4


def examples(path: Path) -> Iterator[tuple[dict[str, float], int]]:
    """Yield the evidence of each candidate of a gold file and whether it is a place."""
    recognizer = GazetteerRecognizer(open_gazetteer())
    lexicon = open_gazetteer().lexicon
    for document in read_gold(path):
        lang = document["lang"]
        gold = {
            (t["start"], t["end"]): t.get("kind")
            for t in document["toponyms"]
            if t.get("kind") not in NO_PLACES and not lexicon.is_demonym(t["text"], lang)
        }
        derived = [(t["start"], t["end"]) for t in document["toponyms"] if t.get("kind") in NO_PLACES]
        for candidate, evidence in recognizer.examine(make_article(document["text"], lang=lang)):
            span = (candidate.start, candidate.end)
            touching = [s for s in gold if s[0] < span[1] and span[0] < s[1]]
            if span in gold and gold[span] not in NOT_COUNTED:
                yield evidence, 1
            elif not touching or any(s[0] < span[1] and span[0] < s[1] for s in derived):
                yield evidence, 0


def fit(evidence: list[dict[str, float]], is_place: list[int]) -> dict[str, float]:
    """Return the weights of a logistic regression, fitted by Adam on all examples at once."""
    names = sorted({name for figures in evidence for name in figures})
    column = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(evidence), len(names)))
    for row, figures in enumerate(evidence):
        for name, figure in figures.items():
            matrix[row, column[name]] = figure
    truth = np.array(is_place, dtype=float)
    weights, first, second = np.zeros(len(names)), np.zeros(len(names)), np.zeros(len(names))
    for step in range(1, STEPS + 1):
        guess = 1 / (1 + np.exp(-matrix @ weights))
        slope = matrix.T @ (guess - truth) / len(truth) + DECAY * weights
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}


def main() -> None:
    """Fit all models and write them."""
    corpora = Path(sys.argv[1])
    models = {}
    for model, files in TRAINED_ON.items():
        pairs = [pair for name in files for pair in examples(corpora / f"{name}.jsonl")]
        evidence, is_place = [e for e, _ in pairs], [truth for _, truth in pairs]
        models[model] = fit(evidence, is_place)
        print(f"{model}: {len(pairs)} candidates, {sum(is_place)} of them places")
    TARGET.write_text(json.dumps(models, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
