"""What other pages take of a map: its address in the snippets, the oEmbed answer, the scripts beside it."""

import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from stories import KIM_ENTRIES, kim_story, write_story

from storymap.cli import program
from storymap.errors import SettingError
from storymap.publish.bundle import DEFAULT, make_file, make_files
from storymap.settings import read_settings

BASE = "https://karten.zeitung.example/2026"
TEXT = (
    "# Brand in Köln\n\nEin Brand in Köln hat die Feuerwehr aus Leverkusen und Bonn gerufen. Verletzt wurde niemand.\n"
)


def snippets(page):
    """Return the text of the fields of embed.html, by the names of what they offer."""
    found = re.findall(r'<section class="offer" id="(\w+)">.*?<textarea[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: unescape(code) for name, code in found}


def elements(code):
    """Return the name and the attributes' names of each element, and the text of each script."""
    parser = HTMLParser()
    found = []
    parser.handle_starttag = lambda tag, attributes: found.append((tag, *(name for name, _ in attributes)))
    parser.handle_data = lambda data: found.append(data) if parser.cdata_elem else None
    parser.feed(code)
    parser.close()
    return found


def discovery(page):
    return re.findall(r'<link rel="alternate" type="application/json\+oembed" href="(.*?)"', page)


def test_without_an_address_nothing_claims_to_know_it():
    files = make_files(kim_story())
    assert "oembed.json" not in files
    assert discovery(files["map.html"].decode()) == discovery(files["index.html"].decode()) == []
    codes = snippets(files["embed.html"].decode())
    assert list(codes) == ["iframe", "resize", "component", "amp", "sync"]
    assert all("https://…/" in code for code in codes.values())
    with pytest.raises(SettingError, match="give a --base-url"):
        make_file(kim_story(), "oembed")


@pytest.mark.parametrize("base", [f"{BASE}/kim", f"{BASE}/kim/"])
def test_with_an_address_every_snippet_has_it(base):
    files = make_files(kim_story(), base_url=base)
    assert set(files) - set(make_files(kim_story())) == {"card.png", "oembed.json"}
    assert (
        discovery(files["map.html"].decode()) == discovery(files["index.html"].decode()) == [f"{BASE}/kim/oembed.json"]
    )
    codes = snippets(files["embed.html"].decode())
    assert codes["oembed"] == f"{BASE}/kim/map.html"
    assert codes["sync"] == f'<script src="{BASE}/kim/story-sync.js" async></script>'
    named = {address for code in codes.values() for address in re.findall(r'src="(.*?)"', code)}
    assert {address.removeprefix(f"{BASE}/kim/") for address in named} == {
        "map.html",
        "map.svg",
        "story.json",
        "story-map.js",
        "story-sync.js",
    }


@pytest.mark.parametrize(
    "base", ["maps", "ftp://x.example/", "javascript:alert(1)", f"{BASE}?x=1", f"{BASE}#x", "https://"]
)
def test_what_is_no_address_of_a_folder_is_refused(base):
    for kind in ("map", "index", "embed", "oembed"):
        with pytest.raises(SettingError, match="no address of a folder on the web"):
            make_file(kim_story(), kind, base_url=base)


def test_the_oembed_answer_has_what_the_specification_asks_for():
    answer = json.loads(make_file(kim_story(), "oembed", base_url=BASE))
    assert (answer["version"], answer["type"], answer["width"], answer["height"]) == ("1.0", "rich", 600, 400)
    assert answer["provider_name"] == "karten.zeitung.example"
    assert answer["provider_url"] == "https://karten.zeitung.example/"
    assert answer["html"].startswith('<blockquote><a href="https://zeitung.example/kim-wostotschny">Kim und Putin')
    assert f'src="{BASE}/map.html"' in answer["html"]
    without = json.loads(make_file(kim_story(url=""), "oembed", base_url=BASE))
    assert f'<a href="{BASE}/index.html">' in without["html"]


@pytest.mark.parametrize(
    "text", ['"><script>alert(1)</script>', "</textarea><script>alert(1)</script>", "{{ 7*7 }}", "\x00"]
)
def test_a_hostile_article_puts_no_markup_into_snippets(text):
    story = write_story(
        f"{text}\n\nIn [[{text}|Kiew]] und {text}.", KIM_ENTRIES, title=text, url=f"https://x.example/{text}"
    )
    codes = [*snippets(make_file(story, "embed", base_url=BASE).decode()).values()]
    codes.append(json.loads(make_file(story, "oembed", base_url=BASE))["html"])
    plain = [*snippets(make_file(kim_story(), "embed", base_url=BASE).decode()).values()]
    plain.append(json.loads(make_file(kim_story(), "oembed", base_url=BASE))["html"])
    for code, usual in zip(codes, plain, strict=True):
        assert set(elements(code)) <= set(elements(usual))
        assert "\x00" not in code
        assert "49" not in code


def test_each_article_of_a_desk_has_its_own_address(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "storymap.toml").write_text(f'[make]\nbase-url = "{BASE}/"\n', encoding="utf-8")
    for name in ("brand.md", "größe.md"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    settings = read_settings(Path.cwd(), program)
    done = CliRunner().invoke(program, ["make", "brand.md", "größe.md", "--lang", "de"], default_map=settings)
    assert done.exit_code == 0, done.output
    for name, path in (("brand", "brand"), ("größe", "gr%C3%B6%C3%9Fe")):
        answer = json.loads((tmp_path / "output" / name / "oembed.json").read_text(encoding="utf-8"))
        assert f'src="{BASE}/{path}/map.html"' in answer["html"]
    one = CliRunner().invoke(
        program, ["export", "output/brand/story.json", "--base-url", BASE, "--only", "oembed", "-o", "-"]
    )
    assert json.loads(one.stdout) == json.loads(
        (tmp_path / "output" / "brand" / "oembed.json").read_text(encoding="utf-8")
    )
    # It is said before anything is done, and of the address as it was typed.
    for typed in ("maps", "ftp://x/", "https://", "https://x y/", "https://x.example/?a=1"):
        wrong = CliRunner().invoke(program, ["make", "none.md", "--base-url", typed])
        assert (wrong.exit_code, f"{typed} is no address of a folder" in wrong.output) == (2, True)


def test_the_scripts_for_other_pages_are_in_every_bundle_and_the_same():
    assert {"component", "sync"} <= set(DEFAULT)
    other = write_story("Kopf\n\nIn [[Kiew]].", KIM_ENTRIES)
    for kind in ("component", "sync"):
        assert make_file(kim_story(), kind) == make_file(other, kind)
