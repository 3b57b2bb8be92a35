"""Learn the weights of the built-in recogniser from annotated texts: storymap/places/models/recognizer-*.npz.

    python data/recipes/train_recognizer.py CORPORA

CORPORA is a folder of gold files, an object a line: {"text", "lang", "toponyms": [{"start", "end", "kind"?}]}; our own
annotated sentences are added. The features are those of `storymap.places.seen`, and ``network.py`` learns from them:
one model for German, which writes every noun with a capital, one for all other languages. The same texts and the same
gazetteer give the same weights.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from gold import LANGUAGES, read_annotated, read_gold
from network import ANY, CLOSED, Sequenced, learn

from storymap.article.read import make_article
from storymap.pipeline import open_gazetteer
from storymap.places.scorer import write_weights
from storymap.places.seen import NOUNS_IN_CAPITALS, examine, features_at, tokenizer_of
from storymap.places.tokens import Token

CORPORA = {
    "de": ("germeval14_train", "smartdata_de"),
    "en": ("lgl_train", "geovirus_train", "uner_en_ewt"),
    "pt": ("uner_pt",),
    "sv": ("uner_sv",),
    "da": ("uner_da",),
    "nb": ("uner_nb",),
}
IN_A_COMPOUND = frozenset({"LOCpart", "LOCpart:nested"})
"""Gold that marks a whole compound ("US-Bürger"): its part that is a place is what the gazetteer knows at its start."""

NESTED = "LOC:nested"
"""Gold inside another name: a part, unless that name is a place's ("Frankfurt am Main")."""

DERIVED = frozenset({"LOCderiv", "LOCderiv:nested"})
"""Adjectives and demonyms: no mentions."""

UNSURE = frozenset({"location-street", "location-stop", "location-route"})
"""Gold of kinds that other corpora leave out: sentences with these are not learnt from."""

RAREST = {"de": 40, "other": 20}
"""Occurrences of the rarest features that are learnt. With four times as many, down to ten, F1 is .005 lower on
GermEval and on our own sentences; each of 28 languages has fewer texts than German."""

FEW = 600
"""Sentences of our own below which those of a language are learnt twice: of the 21 languages that have so few, F1 is
.866 then, and .858 if not; of the others .902 and .904."""

ROLE_UNKNOWN = {"de": "literal"}
"""What a mention is called whose role its corpus does not tell: `ANY`, but in German. There the parts of names are
marked apart and few others are metonyms: F1 on GermEval is .823, and .818 with any; of our own roles .935 and .942 are
right."""

FOLDER = Path(__file__).parents[2] / "storymap" / "places" / "models"


def tagged_sentences(documents: Iterable[dict[str, Any]]) -> Iterator[Sequenced]:
    """Yield the features and tags of each sentence of gold texts."""
    lexicon = open_gazetteer().lexicon
    for document in documents:
        lang = document["lang"]
        gold, unsure = [], []
        unknown = ROLE_UNKNOWN.get(lang, ANY)
        whole = [(t["start"], t["end"]) for t in document["toponyms"] if t.get("kind") != NESTED]
        for toponym in document["toponyms"]:
            span, kind = (toponym["start"], toponym["end"]), toponym.get("kind")
            if kind in UNSURE:
                unsure.append(span)
            elif kind in DERIVED or lexicon.is_demonym(toponym["text"], lang):
                continue
            elif kind != NESTED or not any(start <= span[0] and span[1] <= end for start, end in whole):
                role = "part" if kind in IN_A_COMPOUND or kind == NESTED else toponym.get("role", unknown)
                gold.append((*span, role))
        article = make_article(document["text"], lang=lang)
        tokenizer = tokenizer_of(open_gazetteer(), article.lang)
        for tokens, _, seen in examine(article, open_gazetteer()):
            start, end = tokens[0].start, tokens[-1].end
            if not any(a < end and start < b for a, b in unsure):
                tags = tags_of(tokens, [span for span in gold if span[0] < end and start < span[1]])
                if any(token.is_open for token in seen):
                    yield (
                        [features_at(position, seen, tokenizer) for position in range(len(seen))],
                        [tag if token.is_open else CLOSED for token, tag in zip(seen, tags, strict=True)],
                    )


def tags_of(tokens: list[Token], gold: list[tuple[int, int, str]]) -> list[str]:
    """Return the tags of tokens; of a compound marked as a whole only the first part is one."""
    tags = ["O"] * len(tokens)
    for start, end, role in gold:
        inside = [i for i, token in enumerate(tokens) if token.start < end and start < token.end]
        if role == "part" and len(inside) > 1 and any(tokens[i].gap == "" for i in inside[1:]):
            inside = inside[:1]
        for i in inside:
            tags[i] = f"{'B' if i == inside[0] else 'I'}-{role}"
    return tags


def main() -> None:
    """Learn both models and write them."""
    corpora = Path(sys.argv[1])
    found: dict[str, list[Sequenced]] = {"other": []} | {lang: [] for lang in sorted(NOUNS_IN_CAPITALS)}
    for lang in dict.fromkeys((*CORPORA, *LANGUAGES)):
        documents = [d for name in CORPORA.get(lang, ()) for d in read_gold(corpora / f"{name}.jsonl")]
        own = [*read_annotated(lang, held_out=False)] if lang in LANGUAGES else []
        learnt = [*tagged_sentences(documents), *[*tagged_sentences(own)] * (2 if len(own) < FEW else 1)]
        found[lang if lang in NOUNS_IN_CAPITALS else "other"] += learnt
        print(f"{lang}: {len(learnt)} sentences")
    for name, sentences in found.items():
        weights = learn(sentences, RAREST[name])
        path = FOLDER / f"recognizer-{name}.npz"
        write_weights(weights, path)
        print(f"{path.name}: {len(weights.names)} features, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
