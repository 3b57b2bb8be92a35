"""Building on a dump of GeoNames: what is merged, what is told about damage, what a killed run leaves."""

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import marisa_trie
import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

from geonames_dump import line, write_dump

from storymap.cli import program
from storymap.errors import GazetteerError
from storymap.gazetteer.geonames import build_from_geonames
from storymap.gazetteer.store import Gazetteer, NameClass, language_bits
from storymap.gazetteer.writer import GazetteerWriter, writing_beside
from storymap.model import Entry, Kind

COLOGNE = Entry("geonames:2886242", "Köln", Kind.CITY, 50.93333, 6.95, None, "DE", "North Rhine-Westphalia", 963395)
BLACK_FOREST = Entry("storymap:black-forest", "Schwarzwald", Kind.MOUNTAIN, 48.0, 8.2, (7.6, 47.5, 8.8, 49), "DE")
SCHOOL = Entry("storymap:school", "Kreml", Kind.FACILITY, 55.75, 37.62, None, "RU", "Moscow")

DUMP = "".join((
    line(2861876, "Nordrhein-Westfalen", ["NRW"], 51.5, 7.5, ("A", "ADM1"), "DE", "07", 17932651),
    line(2886242, "Cologne", ["Colonia"], 50.9, 6.9, ("P", "PPL"), "DE", "07", 1),
    line(2810001, "Weiler am Bach", [], 51.2, 7.1, ("P", "PPL"), "DE", "07", 45),
    line(2810002, "Hof ohne Kennung", [], 51.3, 7.2, ("S", "FRM"), "DE", "00", 0),
    line(2837857, "Schwarzwald", ["Black Forest"], 47.9, 8.1, ("T", "MTS"), "DE", "01", 0),
    line(2810003, "Schwarzwald", [], 53.9, 12.1, ("T", "MTS"), "DE", "12", 0),
    line(2810004, "Le Hameau", [], 49.0, 2.0, ("P", "PPL"), "FR", "11", 0),
))  # fmt: skip

ALTERNATE_NAMES = """\
1\t2810001\tde\tWeiler-Neustadt\t\t\t\t\t\t
2\t2810001\tde\tWeiler an der Bach\t1\t\t\t\t\t
3\t2810001\tfr\tHameau du Ruisseau\t\t\t\t\t\t
4\t2810001\ten\tBrookhamlet\t\t1\t\t\t\t
5\t2810001\ten\tOld Brook\t1\t\t\t1\t1900\t1945
6\t2810001\tde\tBächle\t\t\t1\t\t\t
7\t2810001\tlink\thttps://example.org/weiler\t\t\t\t\t\t
8\t2886242\tde\tColonia Agrippina\t1\t\t\t\t\t
9\t99\tde\tNirgendwo\t\t\t\t\t\t
10\t2837857\tit\tForesta Nera\t\t\t\t\t\t
"""

HIERARCHY = "2810001\t2810002\n2861876\t2810001\tADM\n2810002\t2810001\n"


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A gazetteer of three places, as the embedded one is written."""
    path = tmp_path_factory.mktemp("base") / "base.sqlite"
    with writing_beside(path) as scratch:
        writer = GazetteerWriter(scratch)
        refs = [writer.add_place(entry, weight) for entry, weight in ((COLOGNE, 70), (BLACK_FOREST, 50), (SCHOOL, 40))]
        writer.rank()
        writer.add_name(refs[0], "koln", NameClass.LABEL, language_bits("de"))
        writer.add_name(refs[1], "schwarzwald", NameClass.LABEL, language_bits("de"))
        writer.add_name(refs[2], "kreml", NameClass.LABEL)
        writer.add_label(refs[0], "de", "Köln")
        writer.write(marisa_trie.RecordTrie("<BB", [("p:anna", (1, 0))]).tobytes(), "base")
    return Gazetteer.open(path)


def write(folder, *, dump=DUMP, names=ALTERNATE_NAMES, hierarchy=HIERARCHY):
    """Write the three files; return their paths as the builder takes them."""
    texts = {"allCountries.txt": dump, "alternateNamesV2.txt": names, "hierarchy.txt": hierarchy}
    for name, text in texts.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    paths = [folder / name for name in texts]
    return paths[0], {"alternate_names": paths[1], "hierarchy": paths[2]}


@pytest.fixture(scope="module")
def built(base, tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    dump, others = write(folder)
    read = build_from_geonames(dump, folder / "big.sqlite", **others, base=base)
    assert [file.damaged for file in read] == [0, 0, 0]
    gazetteer = Gazetteer.open(folder / "big.sqlite")
    gazetteer.verify()
    return gazetteer


def test_a_place_both_have_is_one_and_ours(built):
    assert built.find("geonames:2886242") == COLOGNE
    assert [built.lookup(name) for name in ("Köln", "Cologne", "Colonia", "Koeln")][:3] == [[COLOGNE]] * 3
    assert built.label(COLOGNE, "de") == "Köln", "our own label goes before GeoNames'"
    assert built.lookup("Colonia Agrippina") == [COLOGNE]
    assert len([entry for entry in map(built.entry, range(built.file.places)) if entry.kind is Kind.CITY]) == 3


def test_a_place_we_number_ourselves_is_one_with_its_namesake_nearby(built):
    near, far = built.lookup("Schwarzwald")
    assert (near.id, far.id) == ("storymap:black-forest", "geonames:2810003")
    assert built.lookup("Black Forest") == [near]
    assert built.label(near, "it") == "Foresta Nera"


def test_places_know_their_division(built):
    assert built.lookup("Weiler am Bach")[0].admin1 == "Nordrhein-Westfalen"
    assert built.lookup("Hof ohne Kennung")[0].admin1 == "Nordrhein-Westfalen", "through the hierarchy"
    assert built.lookup("Le Hameau")[0].admin1 == ""
    assert built.lookup("NRW") == []
    assert built.lookup("Nordrhein-Westfalen")[0].kind is Kind.ADMIN1


def test_a_preferred_name_is_the_label(built):
    hamlet = built.lookup("Weiler am Bach")[0]
    assert built.label(hamlet, "de") == "Weiler an der Bach"
    assert built.label(hamlet, "fr") == "Hameau du Ruisseau"
    assert built.label(hamlet, "en") == "Brookhamlet", "a short name, where there is no other of today"
    assert built.label(hamlet, "pl") == "Weiler am Bach"


@pytest.mark.parametrize(
    ("name", "name_class", "lang"),
    [
        ("weiler am bach", NameClass.LABEL, "de"),
        ("weiler an der bach", NameClass.LABEL, "de"),
        ("weiler neustadt", NameClass.LABEL, "de"),
        ("hameau du ruisseau", NameClass.LABEL, "fr"),
        ("brookhamlet", NameClass.ALIAS, "en"),
        ("old brook", NameClass.OTHER, ""),
        ("bachle", NameClass.OTHER, ""),
        ("hameau", NameClass.ALIAS, ""),
    ],
)
def test_names_by_their_flags(built, name, name_class, lang):
    (hit,) = built.hits(name)
    assert hit.name_class is name_class
    assert not lang or hit.is_tagged(lang)
    assert lang or not hit.langs


def test_links_and_names_of_places_that_are_not_there_are_left_out(built):
    assert built.lookup("https://example.org/weiler") == built.lookup("Nirgendwo") == []


def test_a_hamlet_stands_behind_what_is_ours(built):
    numbers = [built.file.number(identity) for identity in (COLOGNE.id, BLACK_FOREST.id, "geonames:2810003")]
    assert numbers == sorted(numbers)
    assert built.hits("weiler am bach")[0].weight < 30


def test_the_words_of_the_base_are_there(built):
    assert built.lexicon.person("Anna") == 1


def test_zip_files_are_read(base, tmp_path):
    dump, others = write(tmp_path)
    for path in (dump, *others.values()):
        with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(path, path.name)
            archive.writestr("iso-languagecodes.txt", "de\n")
    zipped = {key: path.with_suffix(".zip") for key, path in others.items()}
    build_from_geonames(dump, tmp_path / "text.sqlite", **others, base=base)
    build_from_geonames(dump.with_suffix(".zip"), tmp_path / "zip.sqlite", **zipped, base=base)
    text, unzipped = (Gazetteer.open(tmp_path / name) for name in ("text.sqlite", "zip.sqlite"))
    assert list(text.file.names()) == list(unzipped.file.names())
    whole = dump.with_suffix(".zip").read_bytes()
    dump.with_suffix(".zip").write_bytes(whole[:40] + b"\xff\x00" * 20 + whole[80:])
    with pytest.raises(GazetteerError, match=r"allCountries\.zip.*Download"):
        build_from_geonames(dump.with_suffix(".zip"), tmp_path / "zip.sqlite", base=base)


def test_the_same_dump_gives_the_same_bytes(base, tmp_path):
    dump, others = write(tmp_path)
    for name in ("one", "two"):
        build_from_geonames(dump, tmp_path / name, **others, base=base)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


GOOD = DUMP.splitlines(keepends=True)
DAMAGED = [
    ("too few columns\n", "1 columns"),
    (GOOD[2].replace("51.20000", "151.2"), "no position"),
    (GOOD[2].replace("51.20000", "nan"), "no position"),
    (GOOD[2].replace("51.20000", "51,2"), "51,2"),
    (GOOD[2].replace("\tP\t", "\tQ\t"), "feature class"),
    (GOOD[2].replace("2810001", "-5"), "'-5'"),
    (GOOD[2].replace("2810001", "4000000000"), "'4000000000'"),
    (GOOD[2].replace("\t45\t", "\tmany\t"), "'many'"),
    (GOOD[2].replace("Weiler am Bach\t", "\t", 1), "no name"),
    (GOOD[2].replace("Weiler am Bach\t", "Weiler\0\t", 1), "no name"),
    (GOOD[2][:25], "columns"),
]


@pytest.mark.parametrize(("damaged", "reason"), DAMAGED)
def test_a_damaged_line_is_named_and_left_out(base, tmp_path, damaged, reason):
    dump, _ = write(tmp_path, dump="".join([*GOOD[:2], damaged.rstrip("\n") + "\n", *GOOD[3:]]))
    (file,) = build_from_geonames(dump, tmp_path / "big.sqlite", base=base)
    assert (file.lines, file.damaged) == (7, 1)
    assert file.first_damaged[0].startswith(f"{dump}, line 3: ")
    assert reason in file.first_damaged[0]
    gazetteer = Gazetteer.open(tmp_path / "big.sqlite")
    assert gazetteer.find("geonames:2810001") is None
    assert gazetteer.find("geonames:2810004") is not None


def test_bytes_that_are_no_text_are_a_damaged_line(base, tmp_path):
    dump, _ = write(tmp_path, dump=DUMP.encode().replace(b"Le Hameau", b"Le \xff\xfe", 1))
    (file,) = build_from_geonames(dump, tmp_path / "big.sqlite", base=base)
    assert file.first_damaged == [f"{dump}, line 7: no UTF-8"]


def test_lines_may_end_as_on_windows(base, tmp_path):
    dump, _ = write(tmp_path, dump=DUMP.replace("\n", "\r\n"))
    (file,) = build_from_geonames(dump, tmp_path / "big.sqlite", base=base)
    assert not file.damaged


@pytest.mark.parametrize(
    "wrong",
    [b"", ALTERNATE_NAMES.encode(), HIERARCHY.encode(), bytes(range(256)) * 5000, b"\0" * 3_000_000, b"a,b\n" * 9],
)
def test_another_file_is_refused_and_the_target_left_alone(base, tmp_path, wrong):
    dump, _ = write(tmp_path, dump=wrong)
    target = tmp_path / "big.sqlite"
    target.write_text("as it was")
    with pytest.raises(GazetteerError, match=r"allCountries\.txt.*(not the file|Give|give)"):
        build_from_geonames(dump, target, base=base)
    assert target.read_text() == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["allCountries.txt", "alternateNamesV2.txt", "hierarchy.txt", "big.sqlite"]
    )


def test_the_other_files_are_checked_too(base, tmp_path):
    dump, others = write(tmp_path, names=DUMP)
    with pytest.raises(GazetteerError, match=r"alternateNamesV2\.txt, line 1"):
        build_from_geonames(dump, tmp_path / "big.sqlite", **others, base=base)
    dump, others = write(tmp_path, hierarchy=DUMP)
    with pytest.raises(GazetteerError, match=r"hierarchy\.txt, line 1"):
        build_from_geonames(dump, tmp_path / "big.sqlite", **others, base=base)


def test_a_missing_file_is_named(base, tmp_path):
    with pytest.raises(GazetteerError, match=r"nowhere\.txt"):
        build_from_geonames(tmp_path / "nowhere.txt", tmp_path / "big.sqlite", base=base)


RUN = """
import sys
from pathlib import Path
from storymap.gazetteer.geonames import build_from_geonames
from storymap.gazetteer.store import Gazetteer
dump, target, base = map(Path, sys.argv[1:])
def show(doing, done, total):
    print(doing, done, flush=True)
build_from_geonames(dump, target, base=Gazetteer.open(base), progress=show)
"""


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """A dump of thirty thousand places."""
    folder = tmp_path_factory.mktemp("generated")
    write_dump(folder, 30_000)
    return folder


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 here")
@pytest.mark.parametrize("killed_while", ["Reading", "Ranking", "Writing the places", "Writing the names"])
def test_a_killed_run_is_started_again(base, generated, tmp_path, killed_while):
    dump, target = generated / "allCountries.txt", tmp_path / "big.sqlite"
    target.write_text("the one before")
    command = [sys.executable, "-c", RUN, str(dump), str(target), str(base.file.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        for said in run.stdout:
            if said.startswith(killed_while):
                os.kill(run.pid, signal.SIGKILL)
                break
    assert run.returncode == -signal.SIGKILL
    assert target.read_text() == "the one before", "a half-written gazetteer is never seen"
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    gazetteer = Gazetteer.open(target)
    gazetteer.verify()
    assert gazetteer.file.places == 30_002, "Cologne is in both"
    assert [path.name for path in tmp_path.iterdir()] == ["big.sqlite"], "nothing is left behind"


def test_two_runs_do_not_write_one_file(tmp_path):
    target = tmp_path / "big.sqlite"
    with writing_beside(target) as scratch:
        with pytest.raises(GazetteerError, match="another run"), writing_beside(target):
            pass
        (scratch / "fresh").write_text("whole")
    assert target.read_text() == "whole"


def test_a_place_that_cannot_be_written_is_named(base, tmp_path):
    (tmp_path / "file").write_text("")
    dump, _ = write(tmp_path)
    with pytest.raises(GazetteerError, match=r"big\.sqlite: cannot be written"):
        build_from_geonames(dump, tmp_path / "file" / "big.sqlite", base=base)


def test_many_names_are_spread_over_several_tries(base, tmp_path, monkeypatch):
    monkeypatch.setattr("storymap.gazetteer.writer.NAMES_A_TRIE", 3)
    dump, others = write(tmp_path)
    build_from_geonames(dump, tmp_path / "big.sqlite", **others, base=base)
    gazetteer = Gazetteer.open(tmp_path / "big.sqlite")
    gazetteer.verify()
    assert gazetteer.lookup("Köln") == gazetteer.lookup("Colonia") == [COLOGNE]
    assert gazetteer.lookup("Aachen") == gazetteer.lookup("Zzz") == gazetteer.lookup("") == []
    assert [len(gazetteer.lookup(name)) for name in gazetteer.file.names()].count(0) == 0


def test_the_command_line_asks_for_what_it_needs(tmp_path):
    dump, others = write(tmp_path)
    run = CliRunner().invoke
    assert "needs -o" in run(program, ["gazetteer", "build", "--geonames", str(dump)]).output
    names = str(others["alternate_names"])
    assert "go with --geonames" in run(program, ["gazetteer", "build", "--alternate-names", names]).output


@pytest.mark.slow
def test_the_whole_way_from_a_dump_to_a_story(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    dump, others = write(tmp_path, dump=DUMP + "broken\n")
    arguments = ["--geonames", dump, "--alternate-names", others["alternate_names"], "-o", "big.sqlite"]
    built = CliRunner().invoke(program, ["gazetteer", "build", *map(str, arguments)])
    assert built.exit_code == 0, built.output
    assert "1 of 8 lines are damaged" in built.output
    assert "line 8: 1 columns" in built.output
    (tmp_path / "article.txt").write_text("In Weiler am Bach hat es gebrannt. Die Feuerwehr kam aus Köln.")
    big = Gazetteer.open("big.sqlite")
    assert big.lookup("Wostotschny") == Gazetteer.open().lookup("Wostotschny")
    listed = CliRunner().invoke(program, ["places", "article.txt", "--format", "csv", "--gazetteer", "big.sqlite"])
    assert "geonames:2810001" in listed.output
    shown = CliRunner().invoke(program, ["gazetteer", "info", "--verify", "--gazetteer", "big.sqlite"])
    assert "Every row is as it was written." in shown.output
