"""The pages in other languages than the article's: who names them, what is in them, who is told of them."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from stories import kim_story

from storymap.cli import program
from storymap.model import Story
from storymap.pipeline import name_places
from storymap.publish.bundle import make_file, make_files
from storymap.publish.pins import languages, read_inline
from storymap.settings import read_settings

ALSO_IN = {lang: name_places(kim_story(), lang) for lang in ("en", "fr")}
PAGES = {f"{page}.{lang}.html" for page in ("map", "index") for lang in ALSO_IN}


def alternates(page):
    return dict(re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">', page.decode()))


def test_places_are_named_and_nothing_else_changes():
    kim = kim_story()
    told = name_places(kim, "en")
    assert [place.label for place in told.places][:3] == ["Vostochny Cosmodrome", "Vladivostok", "Pyongyang"]
    # What no gazetteer knows keeps the name that the article gives it.
    assert told.places[-1] == kim.places[-1]
    assert name_places(told, "de").article == kim.article
    assert [place.entry for place in told.places] == [place.entry for place in kim.places]


def test_pages_in_other_languages_are_beside_the_others_and_in_the_manifest():
    plain, more = make_files(kim_story()), make_files(kim_story(), also_in=ALSO_IN)
    assert more.keys() - plain.keys() == PAGES
    assert {row["name"] for row in json.loads(more["manifest.json"])["files"]} >= PAGES
    script = read_inline("language.js")
    assert len(script.encode()) <= 330
    for name in ("map", "index"):
        assert b"hreflang" not in plain[f"{name}.html"]
        known = {"de": f"{name}.html", "en": f"{name}.en.html", "fr": f"{name}.fr.html"}
        for page in known.values():
            assert alternates(more[page]) == known
            assert script in more[page].decode()
        # Nothing but the way to the others is added.
        added = len(more[f"{name}.html"]) - len(plain[f"{name}.html"])
        assert added <= len(script.encode()) + 350


def test_where_the_address_is_known_search_engines_are_told_all_of_it():
    files = make_files(kim_story(), also_in=ALSO_IN, base_url="https://karten.zeitung.example/kim")
    assert alternates(files["map.fr.html"])["en"] == "https://karten.zeitung.example/kim/map.en.html"
    assert b'<meta property="og:url" content="https://karten.zeitung.example/kim/map.fr.html">' in files["map.fr.html"]
    # The answer to oEmbed embeds the map in the article's language.
    assert b"json+oembed" in files["map.html"]
    assert b"json+oembed" not in files["map.fr.html"]


@pytest.mark.parametrize("name", ["map", "index"])
def test_a_page_in_another_language_has_no_word_of_the_articles_but_in_what_it_quotes(name):
    page = make_files(kim_story(), also_in=ALSO_IN, min_confidence=0.5)[f"{name}.en.html"].decode()
    assert '<html lang="en">' in page
    assert "7 Kyiv, City, Ukraine" in page
    quoted = r'<(a|span|article|header|h1|title|blockquote)\b[^>]*lang="de".*?</\1>|<title>.*?</title>|<h1.*?</h1>'
    rest = re.sub(quoted, "", page, flags=re.DOTALL)
    for word in ("Kiew", "Moskau", "Pjöngjang", "Stadt", "Nordkorea", "Russland", "Schließen", "Gründe", "Peking"):
        assert word not in rest, word
    # What editors have to check is told in the page in the language of the article.
    assert 'id="check"' not in page
    assert 'id="table"' not in page


def test_the_page_in_the_articles_own_language_is_not_made_twice():
    files = make_files(kim_story(), also_in={"de": kim_story(), "en": ALSO_IN["en"]})
    assert "map.de.html" not in files
    assert list(alternates(files["map.html"])) == ["de", "en"]


def test_a_language_that_our_pages_do_not_speak_is_refused():
    with pytest.raises(ValueError, match=r"do not speak sv\. They speak: de, en, es"):
        make_files(kim_story(), also_in={"sv": kim_story()})
    done = CliRunner().invoke(program, ["make", "x.md", "--also-in", "en,sv"])
    assert (done.exit_code, "do not speak sv" in done.output) == (2, True)


def test_a_file_alone_names_no_other():
    assert make_file(kim_story(), "map", also_in=ALSO_IN) == make_file(kim_story(), "map")


def test_a_desk_writes_its_pages_in_languages_of_its_choice(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "storymap.toml").write_text('also-in = "en, fr"\n', encoding="utf-8")
    (tmp_path / "zug.md").write_text("# Ein Zug\n\nDer Zug fuhr von Köln nach Mailand.\n", encoding="utf-8")
    settings = read_settings(Path.cwd(), program)
    for command in (["make", "zug.md", "--lang", "de"], ["export", "output/zug/story.json", "-o", "again"]):
        done = CliRunner().invoke(program, command, default_map=settings)
        assert done.exit_code == 0, done.output
    names = sorted(path.name for path in (tmp_path / "output" / "zug").iterdir())
    assert set(names) >= PAGES
    for name in names:
        assert (tmp_path / "again" / "zug" / name).read_bytes() == (tmp_path / "output" / "zug" / name).read_bytes()
    french = (tmp_path / "output" / "zug" / "map.fr.html").read_text(encoding="utf-8")
    assert "Carte de 2 lieux" in french
    assert "1 Cologne, Ville, Allemagne" in french
    assert [place.label for place in Story.read(tmp_path / "output" / "zug" / "story.json").places] == [
        "Köln",
        "Mailand",
    ]
    one = CliRunner().invoke(
        program, ["export", "output/zug/story.json", "--only", "geojson", "-o", "-"], default_map=settings
    )
    assert one.exit_code == 0, one.output


def test_every_language_of_the_pages_can_be_asked_for():
    others = {lang: name_places(kim_story(), lang) for lang in languages()}
    files = make_files(kim_story(), ["map", "embed"], also_in=others)
    assert len(files) == 2 + len(languages()) - 1
    assert files["embed.html"].decode().count('value="lang=') == len(languages()) - 1
