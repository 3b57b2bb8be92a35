"""Tile services: which are taken, which are refused, and what a page says and allows for one."""

import json
import re
from contextlib import suppress

import pytest
from click.testing import CliRunner
from stories import kim_story

from storymap.cli import program
from storymap.errors import SettingError
from storymap.publish import publish
from storymap.publish.tiles import Tiles, choose_tiles

OURS = "https://{s}.tiles.zeitung.example/{z}/{x}/{y}{r}.png?key=a1"
PAGES = ("index.html", "map.html", "embed.html")


@pytest.fixture
def pages(tmp_path):
    publish(kim_story(), tmp_path, tiles=choose_tiles(OURS, "© <b>Zeitung</b> & Amt"))
    return {name: (tmp_path / name).read_text(encoding="utf-8") for name in PAGES}


def policy(page):
    return re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]


def test_the_pages_allow_the_service_and_nobody_else(pages):
    for page in pages.values():
        (images,) = re.findall(r"img-src ([^;]*)", policy(page))
        assert set(images.split()) - {"'self'"} == {
            "data:",
            *(f"https://{name}.tiles.zeitung.example" for name in "abc"),
        }
        assert policy(page).startswith("default-src 'none'")
        assert '<meta name="referrer" content="strict-origin-when-cross-origin">' in page


def test_the_reader_is_told_whose_server_it_is_in_the_language_of_the_page(pages):
    assert (
        "Sie kommt von tiles.zeitung.example. Beim Laden erfährt dieser Anbieter Ihre IP-Adresse." in pages["map.html"]
    )
    assert "erst nach Zustimmung: Kartenbilder von tiles.zeitung.example" in pages["embed.html"]
    assert "lädt nichts von fremden Servern" not in pages["embed.html"]


def test_an_attribution_is_text(pages):
    assert "<b>Zeitung" not in pages["map.html"]
    assert "© &amp;lt;b>" not in pages["map.html"]
    assert r"© \u003cb>" not in pages["map.html"]
    assert "© &lt;b&gt;Zeitung&lt;/b&gt; &amp; Amt" in pages["map.html"]


def test_the_manifest_and_the_privacy_statement_name_the_service(tmp_path):
    publish(kim_story(), tmp_path, only=["map", "privacy", "manifest"], tiles=choose_tiles(OURS, "©"))
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["hosts"] == list(
        choose_tiles(OURS, "©").origins
    )
    statement = (tmp_path / "privacy.txt").read_text(encoding="utf-8")
    assert "Kartenbilder von tiles.zeitung.example erst, wenn ein Leser zustimmt" in statement
    assert "Map images from tiles.zeitung.example only when a reader agrees" in statement
    assert "keine Kartenkacheln" not in statement
    assert "no map tiles" not in statement


def test_without_tiles_no_page_speaks_of_any(tmp_path):
    publish(kim_story(), tmp_path)
    for name in PAGES:
        page = (tmp_path / name).read_text(encoding="utf-8")
        assert re.search(r"img-src data:( 'self')?;", policy(page))
        assert "offerTiles" not in page
        assert 'name="referrer"' not in page


def test_a_provider_is_known_by_its_name():
    tiles = choose_tiles("TopPlusOpen.Grey")
    assert tiles.origins == ("https://sgx.geodatenzentrum.de",)
    assert "©" in tiles.attribution
    assert choose_tiles("OneMapSG.Grey").host == "onemap.sg"
    assert choose_tiles("OpenTopoMap").subdomains == ("a", "b", "c")
    assert choose_tiles("OpenTopoMap").origins[0] == "https://a.tile.opentopomap.org"
    assert choose_tiles("OpenTopoMap", "© Wir").attribution == "© Wir"


def test_every_provider_is_taken_whole_or_refused():
    from xyzservices import providers

    taken = []
    for name in providers.flatten():
        with suppress(SettingError):
            taken.append(choose_tiles(name))
    assert len(taken) > 800
    assert {variable for tiles in taken for variable in re.findall(r"\{(.*?)\}", tiles.url)} == {
        "z",
        "x",
        "y",
        "s",
        "r",
    }


WRONG = [
    ("https://tile.openstreetmap.org/{z}/{x}/{y}.png", "OpenStreetMap's own site.*Take a service"),
    ("https://{s}.tile.openstreetmap.org/{z}/{x}/{y}.png", "OpenStreetMap's own site"),
    ("https://a.tile.osm.org/{z}/{x}/{y}.png", "OpenStreetMap's own site"),
    ("OpenStreetMap.Mapnik", "OpenStreetMap's own site"),
    ("CartoDB.Positron", "needs a key.*basemaps.cartocdn.com"),
    ("Nowhere.At.All", "is no tile service. Give a template"),
    ("http://tiles.example/{z}/{x}/{y}.png", "by https"),
    ("ftp://tiles.example/{z}/{x}/{y}.png", "by https"),
    ("https://tiles.example/{z}/{x}.png", "does not say where zoom, x and y go"),
    ("https://tiles.example/{z}/{x}/{y}.png?key={key}", r"has \{key\}, which nothing fills in"),
    ("https://tiles.example/{z}/{x}/{y}}.png", "does not say"),
    ("https://tiles.example; script-src *//{z}/{x}/{y}.png", "no template"),
    ("https://tiles.example *:80/{z}/{x}/{y}.png", "no template"),
    ("https://user:pass@tiles.example/{z}/{x}/{y}.png", "no template"),
    ("https://tiles.example/{z}/{x}/{y}.png'><script>", "no template"),
    ("https:///{z}/{x}/{y}.png", "no template"),
]


@pytest.mark.parametrize(("source", "reason"), WRONG)
def test_what_is_no_tile_service_is_refused_with_a_reason(source, reason):
    with pytest.raises(SettingError, match=reason):
        choose_tiles(source, "© Example")


def test_tiles_need_an_attribution():
    with pytest.raises(SettingError, match=r"tiles\.zeitung\.example need an attribution"):
        choose_tiles(OURS)
    with pytest.raises(SettingError):
        Tiles(OURS, " ")


def test_make_offers_the_tiles(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "brand.txt").write_text("In Bonn fiel der Strom aus, und in Köln auch.", encoding="utf-8")
    result = CliRunner().invoke(program, ["make", "brand.txt", "--lang", "de", "--tiles", "TopPlusOpen.Grey"])
    assert result.exit_code == 0, result.output
    assert "offerTiles" in (tmp_path / "output" / "brand" / "map.html").read_text(encoding="utf-8")
    result = CliRunner().invoke(program, ["make", "brand.txt", "--attribution", "© Wir"])
    assert result.exit_code == 2
    assert "--attribution goes with --tiles" in result.output
