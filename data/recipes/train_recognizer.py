"""Fit the weights of the built-in recogniser to annotated texts: storymap/places/models/recognizer.json.

    python data/recipes/train_recognizer.py CORPORA

CORPORA is a folder of gold files, an object a line: {"text", "lang", "toponyms": [{"start", "end", "kind"?}]}; our own
annotated sentences are added. A logistic regression over the evidence of `GazetteerRecognizer.examine`: one set of
weights for all languages that write common nouns small, and from there one for each language we have texts in; German,
which writes them all with a capital, stands alone. No random numbers, so the same texts give the same weights.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from gold import read_annotated, read_gold

from storymap.article.read import make_article
from storymap.pipeline import open_gazetteer
from storymap.places.recognize import GazetteerRecognizer

CORPORA = {
    "de": ("germeval14_train", "smartdata_de"),
    "en": ("lgl_train", "geovirus_train", "uner_en_ewt"),
    "pt": ("uner_pt",),
    "sv": ("uner_sv",),
    "da": ("uner_da",),
    "nb": ("uner_nb",),
}
ANNOTATED = ("de", "en", "fr", "it", "es", "nl", "pl", "pt")

NOT_COUNTED = {"LOCpart", "LOCpart:nested", "LOC:nested", "location-street", "location-stop", "location-route"}
"""Gold that neither speaks for a candidate nor against it: parts of words, and streets no gazetteer of ours holds."""

NO_PLACES = {"LOCderiv", "LOCderiv:nested"}
"""Gold that is a demonym or adjective: a candidate there is a mistake."""

TARGET = Path(__file__).parents[2] / "storymap" / "places" / "models" / "recognizer.json"

STEPS, RATE, DECAY = 1500, 0.05, 1e-4
HELD_TO_OTHERS = 1e-2
"""How strongly a language's weights are held to those of all: a few hundred sentences move them where they are sure."""


Example = tuple[dict[str, float], int]


def examples(documents: Iterable[dict[str, Any]]) -> Iterator[Example]:
    """Yield the evidence of each candidate in gold texts and whether it is a place."""
    recognizer = GazetteerRecognizer(open_gazetteer())
    lexicon = open_gazetteer().lexicon
    for document in documents:
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


def fit(pairs: list[Example], expected: Mapping[str, float], decay: float) -> dict[str, float]:
    """Return the weights of a logistic regression, held near the expected ones; by Adam on all examples."""
    names = sorted({name for evidence, _ in pairs for name in evidence} | set(expected))
    column = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(pairs), len(names)))
    for row, (evidence, _) in enumerate(pairs):
        for name, figure in evidence.items():
            matrix[row, column[name]] = figure
    truth = np.array([is_place for _, is_place in pairs], dtype=float)
    start = np.array([expected.get(name, 0.0) for name in names])
    weights, first, second = start.copy(), np.zeros(len(names)), np.zeros(len(names))
    for step in range(1, STEPS + 1):
        guess = 1 / (1 + np.exp(-matrix @ weights))
        slope = matrix.T @ (guess - truth) / len(truth) + decay * (weights - start)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}


def main() -> None:
    """Fit all models and write them."""
    corpora = Path(sys.argv[1])
    found: dict[str, list[Example]] = {}
    for lang in dict.fromkeys((*CORPORA, *ANNOTATED)):
        documents = [d for name in CORPORA.get(lang, ()) for d in read_gold(corpora / f"{name}.jsonl")]
        if lang in ANNOTATED:
            documents += read_annotated(lang, held_out=False)
        found[lang] = list(examples(documents))
        print(f"{lang}: {len(found[lang])} candidates, {sum(truth for _, truth in found[lang])} of them places")
    models = {"other": fit([pair for lang in found if lang != "de" for pair in found[lang]], {}, DECAY)}
    for lang, pairs in found.items():
        models[lang] = fit(pairs, {} if lang == "de" else models["other"], DECAY if lang == "de" else HELD_TO_OTHERS)
    TARGET.write_text(json.dumps(models, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
