"""Finding places otherwise than by their very name: as people type, by point and box, by what lies in what; and from
several threads and processes at once."""

import multiprocessing
import os
import pickle
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storymap.errors import GazetteerError
from storymap.gazetteer.store import COMPILED, Gazetteer
from storymap.model import Entry, Kind


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer.open()


@pytest.fixture(scope="module")
def entries(gazetteer):
    """Every place there is, the most prominent first."""
    return [gazetteer.entry(number) for number in range(gazetteer.file.places)]


# What people type, in which language, and the label of the place they mean.
TYPED = [
    ("Pjongjang", "de", "Pjöngjang"),
    ("Pjönjang", "de", "Pjöngjang"),
    ("Wladiwostock", "de", "Wladiwostok"),
    ("Frankfrt", "de", "Frankfurt am Main"),
    ("Franfkurt", "de", "Frankfurt am Main"),
    ("Berln", "de", "Berlin"),
    ("Muenhcen", "de", "München"),
    ("Müchen", "de", "München"),
    ("Zürih", "de", "Zürich"),
    ("Kyew", "de", "Kiew"),
    ("Schtutgart", "de", "Stuttgart"),
    ("Wostotschni", "de", "Weltraumbahnhof Wostotschny"),
    ("Grosbritannien", "de", "Großbritannien"),
    ("Scharm el Scheik", "de", "Scharm el-Scheich"),
    ("San Fransisco", "en", "San Francisco"),
    ("Massachusets", "en", "Massachusetts"),
    ("Edinborough", "en", "Edinburgh"),
    ("Cincinatti", "en", "Cincinnati"),
    ("Phillipines", "en", "Philippines"),
    ("Marseile", "fr", "Marseille"),
    ("Strassburg", "fr", "Strasbourg"),
    ("Barcelna", "es", "Barcelona"),
    ("Firense", "it", "Florence"),
    ("Варшва", "ru", "Варшава"),
]


@pytest.mark.parametrize(("typed", "lang", "meant"), TYPED)
def test_a_slip_of_the_finger_is_forgiven(gazetteer, typed, lang, meant):
    labels = [gazetteer.label(entry, lang) for entry in gazetteer.search(typed, lang, 5)]
    meant = gazetteer.label(gazetteer.lookup(meant)[0], lang)
    assert meant == labels[0], labels


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Pjö", "Pjöngjang"),
        ("frankf", "Frankfurt am Main"),
        ("new yo", "New York"),
        ("Sankt Gal", "St. Gallen"),
        ("st gal", "St. Gallen"),
        ("Hormu", "Straße von Hormus"),
        ("frankfurt (o", "Frankfurt (Oder)"),
        ("Großb", "Großbritannien"),
    ],
)
def test_a_beginning_is_enough(gazetteer, typed, meant):
    assert meant in [gazetteer.label(entry, "de") for entry in gazetteer.search(typed, "de", 6)]


@pytest.mark.parametrize("name", ["Kiel", "Rom", "Bern", "Hof", "Ulm", "Nice", "Paris, Texas", "Frankfurt (Oder)"])
def test_what_bears_the_very_name_comes_first(gazetteer, name):
    assert gazetteer.search(name, "de")[0] == gazetteer.lookup(name, "de")[0]


def test_a_hamlet_is_found_by_its_name(gazetteer):
    hamlet = min(gazetteer.within((10, 47, 11, 48), kinds={Kind.CITY}), key=lambda entry: entry.population)
    assert hamlet in gazetteer.search(hamlet.name, "de", 20)


def test_a_comma_narrows_what_is_typed_too(gazetteer):
    assert gazetteer.search("Pariss, Texas")[0] == gazetteer.lookup("Paris, Texas")[0]
    assert {entry.country for entry in gazetteer.search("Spring, US", limit=20)} == {"US"}
    assert gazetteer.lookup("Köln, Frankreich") == []
    assert gazetteer.lookup("Köln, Xyzzyquux") == gazetteer.lookup("Köln")


def test_the_language_tips_the_balance(gazetteer):
    entries = gazetteer.lookup("Monaco", "it")
    assert set(entries) == set(gazetteer.lookup("Monaco"))
    assert gazetteer.lookup("Nizza", "de")[0].country == "FR"


def test_a_limit_is_kept(gazetteer):
    assert len(gazetteer.search("Spring", limit=3)) == 3
    assert gazetteer.search("Spring", limit=0) == []


def test_a_search_is_quick_enough_to_type_along(gazetteer):
    gazetteer.search("Warm-up")
    started = time.process_time()
    for typed, lang, _ in TYPED:
        gazetteer.search(typed, lang)
    assert (time.process_time() - started) / len(TYPED) < 0.15


@settings(deadline=None)  # what is measured is above
@given(st.text(st.characters(), max_size=60), st.sampled_from([None, "de", "xx"]))
def test_anything_may_be_typed(text, lang):
    found = Gazetteer.open().search(text, lang, 3)
    assert len(found) <= 3
    assert all(isinstance(entry, Entry) for entry in found)


@pytest.mark.parametrize("text", ["\ud800", "Ber\udfffn", "\0", '"', "* OR name:", "a" * 100_000, ", , ,", "%", "'"])
def test_hostile_text_is_text(gazetteer, text):
    assert isinstance(gazetteer.search(text), list)
    assert isinstance(gazetteer.lookup(text), list)


def inside(entry, box):
    west, south, east, north = box
    across = west <= entry.lon <= east if west <= east else entry.lon >= west or entry.lon <= east
    return across and south <= entry.lat <= north


BOXES = {
    "the town of Bonn": (7.0, 50.6, 7.2, 50.8),
    "Hawaii": (-161, 18, -154, 23),
    "Fiji, across the date line": (176.5, -20, -178, -15.5),
    "the date line alone": (180, -90, 180, 90),
    "Greenwich": (-0.6, 51.2, 0.3, 51.8),
    "the Arctic": (-180, 78, 180, 90),
    "a point at sea": (-140, 0, -140, 0),
    "a box upside down": (0, 50, 10, 40),
}


@pytest.mark.parametrize("name", BOXES)
def test_within_a_box(gazetteer, entries, name):
    box = BOXES[name]
    found = gazetteer.within(box)
    assert found == [entry for entry in entries if inside(entry, box)]


def test_the_whole_world_lies_within_its_box(gazetteer):
    cities = gazetteer.within((-180, -90, 180, 90), kinds={Kind.COUNTRY})
    assert len(cities) == gazetteer.counts()[Kind.COUNTRY]


def test_within_keeps_kinds_and_limit(gazetteer):
    found = gazetteer.within((5, 47, 14, 55), kinds={Kind.CITY}, limit=3)
    assert [entry.name for entry in found] == ["Berlin", "Hamburg", "Munich"]


@pytest.mark.parametrize(
    ("name", "outer"),
    [
        ("Dresden", ["Saxony", "Germany"]),
        ("Paris, Texas", ["Texas", "United States"]),
        ("Texas", ["United States"]),
        ("Germany", []),
        ("Pazifik", []),
    ],
)
def test_what_a_place_lies_in(gazetteer, name, outer):
    place = gazetteer.lookup(name)[0]
    assert [entry.name for entry in gazetteer.ancestors(place.id)] == outer
    assert gazetteer.ancestors(place) == gazetteer.ancestors(place.id)


def test_what_lies_in_two_countries_has_both_above_it(gazetteer):
    assert {entry.country for entry in gazetteer.ancestors(gazetteer.lookup("Bodensee")[0])} == {"DE", "AT", "CH"}


def test_an_unknown_id_is_named(gazetteer):
    for ask in (gazetteer.ancestors, gazetteer.labels, lambda identity: gazetteer.label(identity, "de")):
        with pytest.raises(GazetteerError, match="geonames:0: no place has this id"):
            ask("geonames:0")


def test_a_label_by_id(gazetteer):
    assert gazetteer.label("geonames:2267057", "de") == "Lissabon"
    assert gazetteer.labels("geonames:2267057")["fr"] == "Lisbonne"


def test_it_is_read_only(gazetteer):
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        gazetteer.file.database.execute("UPDATE places SET data = 'x'")


NAMES = ["Kassel", "Paris, Texas", "Wladiwostok", "Xyzzyquux", "Москва", "Springfield"]


def ask_everything(gazetteer):
    return [
        (gazetteer.lookup(name), gazetteer.search(name[:5], "de"), gazetteer.nearest(50 + n, 7))
        for n, name in enumerate(NAMES)
    ]


def test_threads_share_it_from_its_opening():
    shared = Gazetteer.open()
    expected, found = ask_everything(Gazetteer.open()), []
    start = threading.Barrier(8)

    def ask():
        start.wait()
        found.extend(ask_everything(shared) for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 40


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_processes_share_it(gazetteer, method):
    expected = ask_everything(gazetteer)
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map(ask_everything, [gazetteer] * 4) == [expected] * 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_and_its_parent_go_on_with_it():
    code = (
        "import os; from storymap import Gazetteer; g = Gazetteer.open(); g.lookup('Bonn');"
        "pid = os.fork(); names = [e.name for e in g.lookup('Kassel') + g.lookup('Bonn')];"
        "os.write(1, f'{names}\\n'.encode()); os._exit(0) if pid == 0 else os.waitpid(pid, 0)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    assert first == second
    assert "Kassel" in first
    assert not done.stderr


def test_it_is_pickled_as_its_path(gazetteer):
    data = pickle.dumps(gazetteer)
    assert len(data) < 500
    again = pickle.loads(data)
    assert again.file.path == COMPILED / "gazetteer.sqlite"
    assert again.lookup("Lissabon") == gazetteer.lookup("Lissabon")
