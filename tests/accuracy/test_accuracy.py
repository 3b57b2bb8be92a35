"""No change makes storymap worse unnoticed: each figure has a floor (see floors.py).

Measured are our own annotated sentences (the fifth that nothing is learnt from), the cases, the sentences in scripts
without capitals, and the gold corpora in the folder that the environment variable STORYMAP_CORPORA names, if it does.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from accuracy.floors import HEAD, Floors
from cases import FOLDER, case_paths
from gold import LANGUAGES, read_annotated, read_marks

from storymap.evaluate import Report, evaluate
from storymap.gold import Gold, GoldText, read_gold

Figures = dict[str, float | None]


def names(report: Report) -> Figures:
    return {"F1": report.recognition.f1, "roles": report.recognition.role_accuracy}


def places(km: int) -> Callable[[Report], Figures]:
    return lambda report: {f"within {km} km": report.resolution.within[km]}


def trust(report: Report) -> Figures:
    return {"calibration": 1 - report.calibration_error}


def assert_holds(floors: Floors, what: str, figures: Figures) -> None:
    wrong = [floors.check(f"{what}: {name}", figure) for name, figure in figures.items() if figure is not None]
    assert not any(wrong), "\n".join(filter(None, wrong))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_annotated_sentences(lang, floors):
    held_out = [to_gold(document) for document in read_annotated(lang, held_out=True)]
    assert_holds(floors, f"annotated {lang}", names(evaluate(held_out)))


def to_gold(document):
    marks = (Gold(t["start"], t["end"], t["text"], role=t["role"]) for t in document["toponyms"])
    return GoldText(document["text"], document["lang"], tuple(marks))


def sentences(name):
    """Return the marked sentences of a file beside this one, a language and a sentence a line."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [to_gold({"lang": lang, **read_marks(marked)}) for lang, marked in (line.split("\t") for line in lines)]


def test_scripts_without_capitals(floors):
    assert_holds(floors, "no capitals", {"F1": evaluate(sentences("uncased.txt")).recognition.f1})


def test_names_that_no_gazetteer_knows(floors):
    """Only the invented names are marked, so the others that the sentences hold say nothing about precision."""
    texts = sentences("unknown.txt")
    assert_holds(floors, "unknown names", {"recall": evaluate(texts).recognition.recall})


def test_short_sentences_in_further_languages(floors):
    """Languages of which the recogniser has learnt little or nothing: Czech, Finnish, Turkish and others."""
    assert_holds(floors, "further languages", {"F1": evaluate(sentences("further.txt")).recognition.f1})


def test_cases(floors):
    report = evaluate([text for path in case_paths() for text in read_gold(path)])
    assert_holds(floors, "cases", names(report) | places(25)(report) | places(161)(report))


def test_ambiguous_cases(floors):
    report = evaluate([text for path in sorted((FOLDER / "ambiguous").glob("*.md")) for text in read_gold(path)])
    assert_holds(floors, "ambiguous cases", {"F1": report.recognition.f1} | places(25)(report))


@dataclass(frozen=True)
class Corpus:
    """Gold files that are measured together; ``kinds`` are the gold kinds that count, all if there are none."""

    files: tuple[str, ...]
    measures: tuple[Callable[[Report], Figures], ...]
    gold_spans: bool = False
    kinds: frozenset[str] = frozenset()

    @property
    def name(self):
        return " + ".join(self.files) + (" given the names" if self.gold_spans else "")


CORPORA = [
    Corpus(("lgl_dev",), (names, places(161))),
    Corpus(("lgl_dev",), (places(161),), gold_spans=True),
    Corpus(("geovirus_dev",), (names, places(161))),
    Corpus(("geovirus_dev",), (places(161),), gold_spans=True),
    Corpus(("lgl_dev", "geovirus_dev"), (trust,), gold_spans=True),
    Corpus(("geocorpora",), (places(161),), gold_spans=True),
    Corpus(("germeval14_dev",), (names,), kinds=frozenset({"LOC"})),
    Corpus(("mobie_de",), (places(25),), gold_spans=True, kinds=frozenset({"location-city"})),
    Corpus(("sonar_de",), (names,)),
    *(Corpus((f"wikineural_{lang}",), (names,)) for lang in ("es", "fr", "it", "nl")),
]


@pytest.mark.slow
@pytest.mark.parametrize("corpus", CORPORA, ids=lambda corpus: corpus.name)
def test_corpora(corpus, floors):
    folder = os.environ.get("STORYMAP_CORPORA")
    if not folder:
        pytest.skip("STORYMAP_CORPORA names no folder of gold corpora")
    texts = [text for file in corpus.files for text in read_gold(Path(folder) / f"{file}.jsonl")]
    kinds = {name.kind for text in texts for name in text.names}
    ignored = frozenset(kinds - corpus.kinds) if corpus.kinds else frozenset()
    report = evaluate(texts, gold_spans=corpus.gold_spans, ignored_kinds=ignored)
    assert_holds(floors, corpus.name, {k: v for measure in corpus.measures for k, v in measure(report).items()})


# The gate itself.


@pytest.fixture
def pinned(tmp_path):
    path = tmp_path / "floors.toml"
    path.write_text('"a: F1" = 0.900\n"b: F1" = 0.500\n', encoding="utf-8")
    return path


def test_a_figure_may_not_fall(pinned):
    floors = Floors(pinned, allow_regression=False)
    assert floors.check("a: F1", 0.9) == ""
    assert floors.check("a: F1", 0.8994) == "a: F1 is 0.899, below its floor of 0.900"
    assert "no floor yet" in floors.check("c: F1", 0.7)
    before = pinned.read_bytes()
    floors.write()
    assert pinned.read_bytes() == before


def test_only_the_flag_lowers_a_floor(pinned):
    floors = Floors(pinned, allow_regression=True)
    assert not floors.check("a: F1", 0.8994)
    assert not floors.check("c: F1", 0.7)
    floors.write()
    assert pinned.read_text(encoding="utf-8") == HEAD + '"a: F1" = 0.899\n"b: F1" = 0.500\n"c: F1" = 0.700\n'


def test_a_figure_that_rose_is_named(pinned):
    floors = Floors(pinned, allow_regression=False)
    floors.check("a: F1", 0.901)
    floors.check("b: F1", 0.6)
    assert floors.risen() == ["b: F1 has risen from 0.500 to 0.600"]
