"""Scores are what a hand count gives, and a gold file that is none is told."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from storymap import ArticleError
from storymap.cli import program
from storymap.evaluate import evaluate
from storymap.gold import Gold, GoldText, read_gold

TEXT = "Der Zug fuhr von Köln nach Bonn. Die russische Regierung schwieg, Berlin auch."


def name(text, place, lat=None, lon=None, **more):
    start = text.index(place)
    return Gold(start, start + len(place), place, lat, lon, **more)


class Marks:
    """A recogniser that marks given words."""

    def __init__(self, *words):
        self.words = words

    def find_spans(self, article):
        return [(article.text.index(word), article.text.index(word) + len(word)) for word in self.words]


def score(*names, words=("Köln", "Bonn", "Berlin"), **options):
    return evaluate([GoldText(TEXT, "de", names)], recognizer=Marks(*words), **options)


def test_names_are_counted_by_exact_spans():
    report = score(name(TEXT, "Köln"), name(TEXT, "Bonn"), name(TEXT, "Zug"))
    assert (report.recognition.precision, report.recognition.recall) == pytest.approx((2 / 3, 2 / 3))
    assert report.recognition.f1 == pytest.approx(2 / 3)
    assert report.recognition.missed == {"Zug": 1}
    assert report.recognition.surplus == {"Berlin": 1}
    assert report.resolution is None


def test_a_span_that_overlaps_is_half_right():
    found = score(name(TEXT, "von Köln"), words=("Köln",)).recognition
    assert (found.f1, found.overlap_precision, found.overlap_recall) == (0, 1, 1)


def test_ignored_gold_and_what_lies_on_it_counts_neither_way():
    names = (name(TEXT, "Köln"), name(TEXT, "Bonn", kind="stop"), name(TEXT, "Berlin", role="metonym"))
    found = score(*names, ignored_kinds=frozenset({"stop", "metonym"})).recognition
    assert (found.gold, found.precision, found.recall) == (1, 1, 1)


def test_roles_are_scored_where_the_gold_has_them():
    names = name(TEXT, "Köln", role="literal"), name(TEXT, "Bonn", role="part"), name(TEXT, "Berlin")
    assert score(*names).recognition.role_accuracy == 0.5
    assert score(name(TEXT, "Köln")).recognition.role_accuracy is None


def test_places_are_right_within_a_distance():
    # Köln is marked 11 km to the north of its centre, Bonn in Hamburg; "Zug" is missed.
    names = name(TEXT, "Köln", 51.03, 6.96), name(TEXT, "Bonn", 53.55, 10.0), name(TEXT, "Zug", 47.17, 8.52)
    report = score(*names)
    assert (report.resolution.located, report.resolution.placed) == (3, 2)
    assert report.resolution.within == pytest.approx({10: 0, 25: 1 / 3, 161: 1 / 3})
    assert report.resolution.within_of_placed == pytest.approx({10: 0, 25: 1 / 2, 161: 1 / 2})
    assert report.resolution.median_km == pytest.approx(370, abs=15)
    assert sum(row.names for row in report.calibration) == 2


def test_the_baseline_takes_the_most_people():
    text = "The mayor of Paris spoke."
    french, texan = (GoldText(text, "en", (name(text, "Paris", *point),)) for point in ((48.86, 2.35), (33.66, -95.56)))
    report = evaluate([french, texan, texan, texan], gold_spans=True)
    assert report.resolution.baseline == {10: 0.25, 25: 0.25, 161: 0.25}
    assert report.recognition is None


def test_confidence_is_set_against_what_is_right():
    report = score(name(TEXT, "Köln", 50.94, 6.96), name(TEXT, "Bonn", 0, 0), min_confidence=0)
    (sure,) = [row for row in report.calibration if row.low == 0.9]
    assert sure.right == 0.5
    assert report.calibration_error == pytest.approx(abs(sure.confidence - 0.5), abs=0.1)
    assert (report.kept.share, report.kept.right) == (1, 0.5)
    assert score(name(TEXT, "Köln", 50.94, 6.96), min_confidence=1).kept.share == 0


def test_a_gold_point_within_the_area_drawn_is_counted_apart():
    text = "In Russland und Köln fiel Schnee."
    names = (name(text, "Russland", 60, 130), name(text, "Köln", 51, 13))
    kept = evaluate([GoldText(text, "de", names)], gold_spans=True, min_confidence=0).kept
    assert (kept.right, kept.held) == (0, 0.5)


def test_the_safe_confidence_keeps_what_is_right():
    right = score(name(TEXT, "Köln", 50.94, 6.96), name(TEXT, "Bonn", 50.73, 7.1)).safe
    assert (right.share, right.right) == (1, 1)
    assert score(name(TEXT, "Köln", 0, 0), words=("Köln",)).safe is None


def test_scores_are_split_by_kind():
    names = (
        name(TEXT, "Köln", 50.94, 6.96, kind="town"),
        name(TEXT, "Zug", kind="town"),
        name(TEXT, "Bonn", kind="stop"),
    )
    report = score(*names)
    assert list(report.kinds) == ["town", "stop"]
    assert (report.kinds["town"].gold, report.kinds["town"].found, report.kinds["town"].within) == (2, 0.5, 1)
    assert report.kinds["stop"].within is None
    assert list(report.place_kinds) == ["city"]


def write(path, *lines):
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_a_gold_file_needs_spans_only(tmp_path):
    lines = {"text": TEXT, "toponyms": [{"start": 17, "end": 21}]}, {"text": "Es regnet.", "lang": "de", "toponyms": []}
    assert read_gold(write(tmp_path / "g.jsonl", *lines, "")) == [
        GoldText(TEXT, "", (Gold(17, 21, "Köln"),)),
        GoldText("Es regnet.", "de", ()),
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "JSON object"),
        ("[]", "JSON object"),
        ({"text": TEXT}, "toponyms"),
        ({"text": TEXT, "toponyms": [{"start": 3}]}, "end"),
        ({"text": TEXT, "toponyms": [{"start": 17, "end": 21, "text": "Bonn"}]}, "does not stand"),
        ({"text": TEXT, "toponyms": [{"start": 900, "end": 904}]}, "does not stand"),
        ({"text": TEXT, "toponyms": [{"start": 17, "end": 21, "lat": "north", "lon": 1}]}, "north"),
    ],
)
def test_a_line_that_is_no_gold_is_told(tmp_path, line, told):
    path = write(tmp_path / "g.jsonl", {"text": TEXT, "toponyms": []}, line)
    with pytest.raises(ArticleError, match=rf"^g\.jsonl, line 2: .*{told}"):
        read_gold(path)


def test_an_empty_or_binary_file_is_told(tmp_path):
    with pytest.raises(ArticleError, match="no gold text"):
        read_gold(write(tmp_path / "leer.jsonl", ""))
    (tmp_path / "b.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ArticleError, match="UTF-8"):
        read_gold(tmp_path / "b.jsonl")
    with pytest.raises(ArticleError, match="no language"):
        read_gold(write(tmp_path / "c.md", "In [Köln](50.94, 6.96) regnet es."))


def run(*arguments):
    result = CliRunner().invoke(program, ["evaluate", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_prints_tables_and_json(tmp_path):
    line = {
        "text": TEXT,
        "lang": "de",
        "toponyms": [{"start": 17, "end": 21, "lat": 50.94, "lon": 6.96, "kind": "town"}],
    }
    path = write(tmp_path / "g.jsonl", line)
    assert all(word in run(path) for word in ("Names: 1 in 1 texts", "Berlin", "Places", "Confidence", "town"))
    report = json.loads(run(path, "--json", "--min-confidence", "0.3"))
    assert report["resolution"]["within"]["25"] == 1
    assert report["kept"]["min_confidence"] == 0.3
    assert json.loads(run(path, "--json", "--gold-spans"))["recognition"] is None
    assert json.loads(run(path, "--json", "--ignore-kinds", "town,stop"))["recognition"]["gold"] == 0


def test_the_command_reads_a_case():
    assert "Roles" in run(Path(__file__).parent / "cases" / "koeln.md")
