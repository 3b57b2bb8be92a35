"""The case files are sound: they parse, match their articles, and their marks lie where they can."""

from collections import Counter

import pytest
from cases import ROOT, Gold, case_paths, read_case

from storymap.article.read import read_article

PATHS = case_paths()
SAMPLES = [path for path in PATHS if read_case(path).article]


def ids(paths):
    return [path.stem for path in paths]


@pytest.mark.parametrize("path", PATHS, ids=ids(PATHS))
def test_a_case_is_sound(path):
    case = read_case(path)
    assert len(case.lang) == 2
    assert case.text == case.text.strip()
    before = 0
    for gold in case.gold:
        assert before <= gold.start < gold.end
        assert case.text[gold.start : gold.end] == gold.text == gold.text.strip()
        assert -90 <= gold.lat <= 90
        assert -180 <= gold.lon <= 180
        before = gold.end


@pytest.mark.parametrize("path", SAMPLES, ids=ids(SAMPLES))
def test_a_sample_is_the_text_of_its_article(path):
    case = read_case(path)
    article = read_article(case.article)
    assert article.text == case.text
    assert article.lang == case.lang
    assert article.title
    assert 200 <= len(case.text.split()) <= 600
    assert len(case.gold) >= 20


@pytest.mark.parametrize("path", SAMPLES, ids=ids(SAMPLES))
def test_a_mention_lies_in_one_sentence(path):
    case = read_case(path)
    sentences = read_article(case.article).sentences
    for gold in case.gold:
        assert sum(s.start <= gold.start and gold.end <= s.end for s in sentences) == 1, gold


def test_every_sample_article_has_its_case():
    articles = {path.name for path in (ROOT / "data" / "articles").iterdir() if path.suffix in {".md", ".txt", ".html"}}
    assert articles - {"README.md"} == {read_case(path).article.name for path in SAMPLES}


def test_the_samples_speak_our_languages():
    langs = Counter(read_case(path).lang for path in SAMPLES)
    assert langs["de"] >= 6
    assert langs["en"] >= 2
    assert {"fr", "it", "es"} <= set(langs)


def test_marks_are_read(tmp_path):
    path = tmp_path / "klein.md"
    path.write_text(
        "lang: de\n\nIn [Köln](50.94, 6.96) wird der [Ukraine](49, 32, part)-Krieg beraten.\n", encoding="utf-8"
    )
    case = read_case(path)
    assert case.text == "In Köln wird der Ukraine-Krieg beraten."
    assert case.gold == (Gold(3, 7, "Köln", 50.94, 6.96, "literal"), Gold(17, 24, "Ukraine", 49.0, 32.0, "part"))
    assert case.article is None


@pytest.mark.parametrize("mark", ["[Köln](50.94)", "[Köln](50.94,6.96)", "[Köln](50.94, 6.96, stadt)", "[Köln]"])
def test_a_broken_mark_is_told(tmp_path, mark):
    path = tmp_path / "kaputt.md"
    path.write_text(f"lang: de\n\nIn {mark} regnet es.\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"kaputt\.md: a broken mark"):
        read_case(path)
