"""The house style: what it may say, what it does to the pages, and that no setting gets out of its rule."""

import re
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import kim_story
from test_cli import fail

from storymap.cli import main
from storymap.errors import SettingError
from storymap.publish import publish
from storymap.publish.pins import read_asset
from storymap.publish.style import PLAIN, Style, contrast, read_style, style_sheet

DARK = ':root:not([data-theme="light"])'
SALMON = {"accent": "#0d7680", "paper": "#fff1e5", "land": "#fff7ef"}


def declared(sheet, selector):
    """Return the custom properties of the first rule of a selector."""
    rule = re.search(rf"^\s*{re.escape(selector)} \{{(.*?)\}}", sheet, re.DOTALL | re.MULTILINE)[1]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", rule))


def test_what_is_not_set_looks_as_ours_and_costs_nothing(tmp_path):
    assert style_sheet(Style()) == ""
    publish(kim_story(), tmp_path / "one")
    publish(kim_story(), tmp_path / "two", style=Style())
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_the_defaults_are_the_colours_of_the_style_sheets():
    story, ground = read_asset("story.css"), read_asset("basemap.css")
    names = {"card": "raised"}
    for dark, page, land in (
        ("", declared(story, ":root"), declared(ground, ".sm-basemap")),
        ("_dark", declared(story, DARK), declared(ground, f"{DARK} .sm-basemap")),
    ):
        for name in ("accent", "paper", "card", "ink", "soft", "line", "mark"):
            assert getattr(PLAIN, name + dark) == page[f"story-{names.get(name, name)}"]
        for name, there in {"land": "land", "water": "water", "border": "border", "names": "ink"}.items():
            assert getattr(PLAIN, name + dark) == land[f"sm-{there}"]


def test_every_page_has_the_style_under_its_policy(tmp_path):
    style = Style(**SALMON, text_font="Tiempos Text, Georgia, serif", pin="square", radius=0, text_width=620)
    publish(kim_story(), tmp_path, style=style)
    sheet = style_sheet(style)
    for name in ("index.html", "map.html", "embed.html"):
        assert f"<style>{sheet}</style>" in (tmp_path / name).read_text(encoding="utf-8")
    values = declared(sheet, ":root")
    assert values["story-accent"] == "#0d7680"
    assert values["story-on-accent"] == "#fff"
    assert values["story-serif"] == '"Tiempos Text", "Georgia", serif'
    assert values["story-radius"] == "0px"
    assert values["story-text-width"] == "620px"
    assert declared(sheet, ".sm-basemap") == {"sm-land": "#fff7ef", "sm-halo": "#fff7ef"}


def test_the_dark_page_has_its_own_colours():
    sheet = style_sheet(Style(paper_dark="#000", land_dark="#222"))
    assert declared(sheet, ':root[data-theme="dark"]') == {"story-paper": "#000", "story-halo": "#222222e6"}
    assert declared(sheet, ':root:not([data-theme="light"]) .sm-basemap')["sm-land"] == "#222"
    assert not re.search(r"^:root \{", sheet, re.MULTILINE)


def test_a_pale_accent_has_dark_figures_on_it(recwarn):
    style = Style(accent="#ffd400")
    assert len(recwarn) == 2
    assert declared(style_sheet(style), ":root")["story-on-accent"] == "#14171a"


@pytest.mark.parametrize(
    ("colours", "figure"),
    [
        (("#fff", "#000000"), 21.0),
        (("#777777", "#fff"), 4.48),
        (("#767676", "#ffffff"), 4.54),
        (("#0d7680", "#0d7680"), 1),
    ],
)
def test_contrast_is_that_of_the_guidelines(colours, figure):
    assert contrast(*colours) == pytest.approx(figure, abs=0.005)


def test_a_faint_text_warns_and_names_both_colours(recwarn):
    Style(soft="#777777")
    told = [str(warning.message) for warning in recwarn]
    assert told[0] == "style: soft #777777 on paper #fff is hard to read: its contrast is 4.4:1, and should be 4.5:1."
    assert recwarn[0].filename == __file__


WRONG = [
    ("accent", "red"), ("accent", "#12345"), ("accent", "#fff;}"), ("accent", "url(x)"), ("accent", 3), ("accent", ""),
    ("text-font", "Georgia; }"), ("text-font", "a</style>"), ("text-font", "url(x)"), ("text-font", "a\\22"),
    ("text-font", "Georgia,"), ("label-font", "-x"), ("label-font", 'a"b'), ("pin", "star"), ("pin", None),
    ("radius", "6px"), ("radius", 99), ("radius", True), ("text-width", 12.5), ("colour", "#fff"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_what_is_no_style_is_refused_with_its_name(name, value):
    with pytest.raises(SettingError, match=name) as error:
        read_style({name: value})
    assert re.search(r"Give|It takes", str(error.value))


@given(st.sampled_from([field.name for field in fields(Style) if field.type is str]), st.text())
def test_no_text_ends_its_rule(name, text):
    try:
        sheet = style_sheet(read_style({name: text}))
    except SettingError:
        return
    except UserWarning:
        return
    assert not re.search(r"[<>\\@]|url|/\*", sheet.replace("@media", ""))
    assert sheet.count("{") == sheet.count("}")


def test_a_newsroom_sets_its_style_in_its_settings(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "brand.txt").write_text("In Bonn fiel der Strom aus, und in Köln auch.", encoding="utf-8")
    settings = '[style]\naccent = "#0d7680"\nsoft = "#999"\ntext-width = 620\n\n[make]\nlang = "de"\n'
    (tmp_path / "storymap.toml").write_text(settings, encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["storymap", "make", "brand.txt"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 0
    assert "soft #999 on paper #fff is hard to read: its contrast is 2.8:1" in capsys.readouterr().err
    assert "--story-accent: #0d7680" in (tmp_path / "output" / "brand" / "map.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("settings", ['[style]\naccent = "rot"\n', '[style]\ncolour = "#fff"\n', 'style = "bold"\n'])
def test_a_wrong_style_stops_the_command_line(tmp_path, monkeypatch, capsys, settings):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "storymap.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "brand.txt").write_text("In Bonn fiel der Strom aus.", encoding="utf-8")
    error = fail(capsys, monkeypatch, "make", "brand.txt")
    assert "style" in error
    assert "Give a" in error or "It takes: accent" in error
