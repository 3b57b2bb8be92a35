"""The command line: what it makes, what it prints, and how it fails."""

import json
import subprocess
import sys
from contextlib import redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path

import marisa_trie
import pandas as pd
import pytest
from click.testing import CliRunner

from storymap import Gazetteer, Story
from storymap.cli import main, program
from storymap.errors import SettingError
from storymap.gazetteer.store import NameClass, language_bits
from storymap.gazetteer.writer import GazetteerWriter, writing_beside
from storymap.model import Entry, Kind
from storymap.publish.bundle import DEFAULT, FILES
from storymap.settings import read_settings

SAMPLE = Path(__file__).parents[1] / "data" / "articles" / "wostotschny.md"
TEXT = (
    "# Brand in Köln\n\nEin Brand in Köln hat die Feuerwehr aus Leverkusen und Bonn gerufen. Verletzt wurde niemand.\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "brand.md").write_text(TEXT, encoding="utf-8")
    return tmp_path


def run(*arguments, **options):
    return CliRunner().invoke(program, arguments, **options)


def fail(capsys, monkeypatch, *arguments):
    """Run `main` as the shell does; return what it wrote to standard error."""
    monkeypatch.setattr(sys, "argv", ["storymap", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1, error
    assert "Traceback" not in error
    return error


def test_make_writes_a_bundle_and_says_where(folder):
    result = run("make", "brand.md", "--lang", "de")
    assert result.exit_code == 0, result.output
    assert f"3 places on the map: open {Path('output/brand/index.html')}" in result.output
    files = {path.name for path in (folder / "output" / "brand").iterdir()}
    assert files == {FILES[kind].name for kind in DEFAULT}
    assert Story.read(folder / "output" / "brand" / "story.json").article.title == "Brand in Köln"


def test_one_file_goes_to_standard_output(folder):
    result = run("make", "brand.md", "--only", "geojson", "-o", "-")
    assert result.exit_code == 0
    assert len(json.loads(result.output)["features"]) == 3
    assert not (folder / "output").exists()


def test_standard_output_takes_one_file_of_one_article():
    for arguments in (("brand.md",), ("brand.md", "--only", "map,csv"), ("brand.md", "brand.md", "--only", "map")):
        result = run("make", *arguments, "-o", "-")
        assert result.exit_code == 2
        assert "-o - writes one file of one article" in result.output


def test_a_file_that_no_bundle_has_is_refused_with_the_list_of_those_it_has():
    result = run("make", "brand.md", "--only", "map,pdf")
    assert result.exit_code == 2
    assert "pdf is no file of a bundle. There are: default, index, map" in result.output


def test_a_story_is_written_anew_without_its_article(folder):
    run("make", "brand.md", "--lang", "de")
    result = run("export", "output/brand/story.json", "-o", "later", "--only", "map,svg,kml")
    assert result.exit_code == 0, result.output
    assert {path.name for path in (folder / "later" / "brand").iterdir()} == {"map.html", "map.svg", "places.kml"}
    assert (folder / "later" / "brand" / "map.html").read_bytes() == (folder / "output/brand/map.html").read_bytes()


def test_several_articles_get_a_folder_each(folder):
    (folder / "alt").mkdir()
    (folder / "alt" / "brand.txt").write_text("In Bonn fiel der Strom aus, und in Köln auch.", encoding="utf-8")
    result = run("make", "brand.md", "alt/brand.txt", "-o", "maps", "--lang", "de")
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (folder / "maps").iterdir()) == ["brand", "brand-2"]


def test_standard_input(folder):
    result = run("make", "-", "--title", "Brand", "--lang", "de", input=TEXT.encode())
    assert result.exit_code == 0, result.output
    assert (folder / "output" / "story" / "index.html").exists()


def test_two_runs_give_the_same_bytes(folder):
    for name in ("one", "two"):
        assert run("make", str(SAMPLE), "-o", name).exit_code == 0
    for path in sorted((folder / "one" / "wostotschny").iterdir()):
        assert path.read_bytes() == (folder / "two" / "wostotschny" / path.name).read_bytes(), path.name


def test_defaults_of_the_newsroom_are_found_upwards(folder, monkeypatch):
    (folder / "storymap.toml").write_text('[make]\noutput = "public"\nlang = "de"\n', encoding="utf-8")
    (folder / "desk").mkdir()
    monkeypatch.chdir(folder / "desk")
    monkeypatch.setattr(sys, "argv", ["storymap", "make", str(folder / "brand.md")])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 0
    assert (folder / "desk" / "public" / "brand" / "index.html").exists()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", ["make", "places"])
def test_a_language_is_taken_however_it_is_written_and_refused_if_it_is_none(command):
    assert run(command, "brand.md", "--lang", "la").exit_code == 0
    assert run(command, "brand.md", "--lang", "deu").stdout == run(command, "brand.md", "--lang", "de-CH").stdout
    result = run(command, "brand.md", "--lang", "xx")
    assert result.exit_code == 2
    assert "'--lang': 'xx' is no language code of two letters" in result.stderr


def test_a_language_in_the_settings_that_is_none_is_refused(folder, capsys, monkeypatch):
    (folder / "storymap.toml").write_text('lang = "xx"\n', encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["storymap", "places", "brand.md"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    assert "'xx' is no language code of two letters" in capsys.readouterr().err


@pytest.fixture
def village(folder):
    """A gazetteer with one place that no other has."""
    path = folder / "big.sqlite"
    with writing_beside(path) as scratch:
        writer = GazetteerWriter(scratch)
        place = Entry("geonames:1", "Hinterbrandhausen", Kind.CITY, 47.5, 9.5, None, "CH", "", 30_000)
        ref = writer.add_place(place, 45)
        writer.rank()
        writer.add_name(ref, "hinterbrandhausen", NameClass.LABEL, language_bits("de"))
        writer.write(marisa_trie.RecordTrie("<BB", [("p:anna", (1, 0))]).tobytes(), "one place")
    return path


def test_another_gazetteer_may_be_asked(folder, village):
    (folder / "dorf.txt").write_text("Ein Stall in Hinterbrandhausen brennt.", encoding="utf-8")
    for command in (["places", "dorf.txt"], ["gazetteer", "lookup", "Hinterbrandhausen"], ["make", "dorf.txt"]):
        result = run(*command, "--gazetteer", str(village))
        assert result.exit_code == 0, result.output
        assert "9.50" in result.output or "1 place on the map" in result.output
    assert "Every row is as it was written." in run("gazetteer", "info", "--verify", "--gazetteer", str(village)).output


def test_settings_may_name_another_gazetteer_beside_them(folder, village, monkeypatch):
    (folder / "storymap.toml").write_text(f'[make]\ngazetteer = "{village.name}"\n', encoding="utf-8")
    (folder / "dorf.txt").write_text("Ein Stall in Hinterbrandhausen brennt.", encoding="utf-8")
    (folder / "desk").mkdir()
    monkeypatch.chdir(folder / "desk")
    monkeypatch.setattr(sys, "argv", ["storymap", "make", "../dorf.txt", "--lang", "de"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 0
    (place,) = Story.read(folder / "desk" / "output" / "dorf" / "story.json").places
    assert place.entry.id == "geonames:1"


def test_a_damaged_gazetteer_is_one_line(village, capsys, monkeypatch):
    village.write_bytes(village.read_bytes()[:-4096])
    error = fail(capsys, monkeypatch, "gazetteer", "lookup", "Köln", "--gazetteer", village)
    assert "big.sqlite" in error
    assert "storymap gazetteer build" in error


def test_strict_tells_what_is_left_to_check_and_makes_the_map_all_the_same(folder):
    sure = run("make", "brand.md", "--lang", "de", "--strict", "--min-confidence", "0.5")
    assert (sure.exit_code, sure.stderr) == (0, "")
    result = run("make", "brand.md", "--lang", "de", "--strict", "--min-confidence", "1")
    assert result.exit_code == 3
    assert "to check: open" in result.stdout
    assert f"{Path('output/brand')}: to check: Köln (Stadt, " in result.stderr
    assert result.stderr.count("\n") == result.stderr.count("to check: ") == 3
    assert (folder / "output" / "brand" / "index.html").exists()
    assert run("make", "brand.md", "--lang", "de", "--min-confidence", "1").exit_code == 0


def test_an_error_goes_before_what_is_to_check(folder):
    result = run("make", "fehlt.md", "brand.md", "--lang", "de", "--strict", "--min-confidence", "1")
    assert result.exit_code == 1
    assert "to check" in result.stderr
    assert (folder / "output" / "brand" / "index.html").exists()


def test_the_bar_of_the_newsroom_stands_in_its_settings(folder, monkeypatch):
    (folder / "storymap.toml").write_text(
        '[make]\nmin-confidence = 1.0\nstrict = true\nlang = "de"\n', encoding="utf-8"
    )
    monkeypatch.setattr(sys, "argv", ["storymap", "make", "brand.md"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 3


@pytest.mark.parametrize("bar", ["1.1", "-0.1", "hoch"])
def test_a_bar_that_is_no_probability_is_refused(bar):
    result = run("make", "brand.md", "--min-confidence", bar)
    assert result.exit_code == 2
    assert "--min-confidence" in result.output


def test_places_below_the_bar_are_listed_but_not_on_the_map():
    assert len(json.loads(run("places", "brand.md", "--lang", "de", "--format", "geojson").stdout)["features"]) == 3
    strict = ("places", "brand.md", "--lang", "de", "--min-confidence", "1", "--format")
    assert json.loads(run(*strict, "geojson").stdout)["features"] == []
    table = pd.read_csv(BytesIO(run(*strict, "csv").stdout_bytes))
    assert list(table["label"]) == ["Köln", "Leverkusen", "Bonn"]
    assert table["number"].isna().all()
    assert run(*strict, "table").stdout.count("–") == 3


def test_broken_settings_are_named(folder, capsys, monkeypatch):
    (folder / "storymap.toml").write_text("[make\n", encoding="utf-8")
    assert "storymap.toml" in fail(capsys, monkeypatch, "make", "brand.md")


def test_places_as_a_table():
    result = run("places", "brand.md", "--lang", "de")
    assert result.exit_code == 0
    assert all(name in result.output for name in ("Köln", "Leverkusen", "Bonn"))


@pytest.mark.parametrize("form", ["csv", "json", "geojson"])
def test_places_as_data(form):
    result = run("places", "brand.md", "--lang", "de", "--format", form)
    assert result.exit_code == 0
    if form == "csv":
        assert list(pd.read_csv(BytesIO(result.stdout_bytes))["label"]) == ["Köln", "Leverkusen", "Bonn"]
    elif form == "json":
        assert len(Story.from_json(result.stdout).places) == 3
    else:
        assert len(json.load(StringIO(result.stdout))["features"]) == 3


def test_settings_before_the_tables_count_for_every_command(folder, monkeypatch):
    (folder / "storymap.toml").write_text(
        'house = "desk.csv"\nlang = "de"\n[places]\nformat = "json"\n', encoding="utf-8"
    )
    (folder / "desk.csv").write_text("name,label,lat,lon\nBlumencafé,,50.9,6.9\nKöln,Kölle,,\n", encoding="utf-8")
    (folder / "sub").mkdir()
    (folder / "sub" / "cafe.txt").write_text("Im Blumencafé in Köln brannte es.", encoding="utf-8")
    monkeypatch.chdir(folder / "sub")
    for arguments, expected in (
        (["places", "cafe.txt"], "Kölle"),
        (["gazetteer", "lookup", "Blumencafé"], "house:blu"),
    ):
        monkeypatch.setattr(sys, "argv", ["storymap", *arguments])
        with pytest.raises(SystemExit) as stop, redirect_stdout(StringIO()) as output:
            main()
        assert stop.value.code == 0
        assert expected in output.getvalue()


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ("colour = 1", "no command has an option colour"),
        ("house = [1]", "no command has an option house with such a value"),
        ("[gazeteer]", "gazeteer is no command"),
        ("[make]\ncolour = 1", "[make] has no option colour"),
        ("[gazetteer.lookup]\ncolour = 1", "[gazetteer lookup] has no option colour"),
        ("[gazetteer.find]", "find is no command"),
    ],
)
def test_settings_that_mean_nothing_are_named(folder, capsys, monkeypatch, settings, wrong):
    (folder / "storymap.toml").write_text(settings + "\n", encoding="utf-8")
    error = fail(capsys, monkeypatch, "places", "brand.md")
    assert "storymap.toml" in error
    assert wrong in error
    with pytest.raises(SettingError):
        read_settings(folder, program)


def test_a_house_list_that_is_not_right_stops_before_anything_is_written(folder, capsys, monkeypatch):
    (folder / "desk.csv").write_text("name,lat,lon\nBlumencafé,509,6.9\n", encoding="utf-8")
    error = fail(capsys, monkeypatch, "make", "brand.md", "--house", "desk.csv")
    assert "desk.csv, line 2: lat is 509. Give degrees from -90 to 90" in error
    assert not (folder / "output").exists()


def test_lookup():
    result = run("gazetteer", "lookup", "Wostotschny", "--lang", "de")
    assert "51.88" in result.output
    assert run("gazetteer", "lookup", "Xyzzyquux").output == "No place is called Xyzzyquux.\n"
    assert "more; --limit" in run("gazetteer", "lookup", "Springfield").output


def test_tables_are_whole_in_80_columns(folder):
    (folder / "platz.md").write_text("Ein Brand am Barbarossaplatz in Köln.", encoding="utf-8")
    for command in (
        ("places", "platz.md", "--lang", "de"),
        ("places", "brand.md", "--lang", "de"),
        ("gazetteer", "lookup", "Frankfurt (Oder)", "--lang", "de"),
        ("gazetteer", "lookup", "Llanfairpwllgwyngyll"),
    ):
        output = run(*command, env={"COLUMNS": "80"}).output
        assert "…" not in output
        assert max(map(len, output.splitlines())) <= 80
        assert ("names" in run(*command, env={"COLUMNS": "160"}).output) == (command[0] == "gazetteer")


@pytest.mark.parametrize(
    "command",
    [
        ("gazetteer", "lookup", "Paris", "--country", "UK"),
        ("make", "brand.md", "--home", "XX"),
        ("places", "brand.md", "--home", "uk"),
    ],
)
def test_a_code_of_no_country_is_refused(folder, command):
    result = run(*command)
    assert result.exit_code == 2
    assert f"{command[-1]}: no country has this code" in result.stderr
    assert not (folder / "output").exists()


@pytest.mark.parametrize("name", ["", "  ", "!?", ",", ", Texas"])
def test_lookup_refuses_a_name_without_letters(name):
    for command in (("gazetteer", "lookup", name), ("gazetteer", "lookup", name, "--country", "DE", "--json")):
        result = run(*command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"{name!r} has no letters to look up. Give the name of a place" in result.stderr


def test_lookup_shows_what_is_close():
    output = run("gazetteer", "lookup", "Wladiwostock", "--lang", "de").output
    assert output.startswith("No place is called Wladiwostock. Close to it:\n")
    assert "geonames:2013348" in output


def test_lookup_as_data():
    result = run("gazetteer", "lookup", "London", "--country", "ca", "--limit", "1", "--lang", "fr", "--json")
    (london,) = json.loads(result.output)
    assert (london["country"], london["admin1"], london["kind"]) == ("CA", "Ontario", "city")
    assert (
        json.loads(run("gazetteer", "lookup", "Lissabon", "--lang", "de", "--json").output)[0]["names"]["fr"]
        == "Lisbonne"
    )
    assert json.loads(run("gazetteer", "lookup", "Xyzzyquux", "--json").output) == []


def test_info_says_what_the_gazetteer_holds_and_whose_work_it_is():
    output = run("gazetteer", "info", env={"COLUMNS": "160"}).output
    opened = Gazetteer.open()
    assert opened.meta["sources"] in output
    assert f"{opened.counts()[Kind.CITY]:,}" in output
    for source in opened.sources():
        assert f" {source['name']} " in output
        assert source["licence"] in output
    credit = output[output.index("\nCredit: ") :]
    assert all(name in credit for name in ("GeoNames", "Natural Earth", "geoBoundaries", "Unicode"))


# Bad input: one line that names the file and the remedy, exit 1, and nothing written is lost.


def test_an_empty_file(folder, capsys, monkeypatch):
    (folder / "leer.txt").write_text(" \n", encoding="utf-8")
    error = fail(capsys, monkeypatch, "make", "leer.txt")
    assert "leer.txt" in error
    assert "no text" in error


def test_a_picture(folder, capsys, monkeypatch):
    (folder / "foto.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00")
    error = fail(capsys, monkeypatch, "make", "foto.png")
    assert "foto.png" in error
    assert "PNG" in error


def test_a_text_of_30_mb(folder, capsys, monkeypatch):
    (folder / "buch.txt").write_text("Köln liegt am Rhein. " * 1_500_000, encoding="utf-8")
    error = fail(capsys, monkeypatch, "make", "buch.txt")
    assert "buch.txt" in error
    assert "MB" in error


def test_a_folder_that_cannot_be_written(folder, capsys, monkeypatch):
    (folder / "datei").write_text("", encoding="utf-8")
    error = fail(capsys, monkeypatch, "make", "brand.md", "-o", "datei/karten")
    assert "datei/karten/brand: cannot be written" in error
    assert "give another folder" in error


def test_an_error_of_several_lines_is_one(capsys, monkeypatch):
    assert "cannot load the pipeline xx" in fail(capsys, monkeypatch, "places", "brand.md", "--recognizer", "spacy:xx")


def test_a_missing_file(capsys, monkeypatch):
    assert "fehlt.md" in fail(capsys, monkeypatch, "make", "fehlt.md")


def test_one_bad_file_does_not_stop_the_others(folder):
    result = run("make", "fehlt.md", "brand.md", "--lang", "de")
    assert result.exit_code == 1
    assert (folder / "output" / "brand" / "index.html").exists()
    assert "fehlt.md" in result.stderr


def test_a_bad_article_leaves_the_old_bundle_whole(folder, capsys, monkeypatch):
    run("make", "brand.md", "--lang", "de")
    bundle = folder / "output" / "brand"
    before = {path.name: path.read_bytes() for path in bundle.iterdir()}
    (folder / "brand.md").write_bytes(b"\x00\x01\x02")
    fail(capsys, monkeypatch, "make", "brand.md")
    assert {path.name: path.read_bytes() for path in bundle.iterdir()} == before


def test_a_text_without_places_is_fine(folder):
    (folder / "wetter.txt").write_text("Es regnet. Morgen scheint vielleicht die Sonne.", encoding="utf-8")
    result = run("make", "wetter.txt", "--lang", "de")
    assert result.exit_code == 0
    assert "no places found" in result.output
    assert run("places", "wetter.txt", "--lang", "de").output == "No places found.\n"
    table = pd.read_csv(folder / "output" / "wetter" / "places.csv")
    assert len(table) == 0
    assert "confidence" in table.columns


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "${alert(1)}",
        "`${1}`",
        "</script><img src=x onerror=alert(1)>",
        "\u202eKöln\u202c",
        "a\x00b",
        "\u2028",
    ],
)
def test_hostile_text_is_text(folder, hostile):
    (folder / "hostil.txt").write_text(f"In Köln sagte er: {hostile} und ging nach Bonn.", encoding="utf-8")
    result = run("make", "hostil.txt", "--lang", "de")
    assert result.exit_code == 0, result.output
    page = (folder / "output" / "hostil" / "map.html").read_text(encoding="utf-8")
    assert "alert(1)</script>" not in page
    assert "<img src=x" not in page


def test_an_unwritable_folder_is_one_line(folder, capsys, monkeypatch):
    (folder / "output").write_text("a file where the folder should be", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["storymap", "make", "brand.md", "--lang", "de"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code in {1, 2}
    assert "Traceback" not in capsys.readouterr().err


def test_the_module_runs():
    done = subprocess.run([sys.executable, "-m", "storymap", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("storymap, version")
