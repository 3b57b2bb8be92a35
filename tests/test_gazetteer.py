"""The gazetteer that ships: names lead to places, in every spelling, and a broken file never to a wrong answer."""

import csv
import random
import shutil
import sqlite3
import unicodedata
from collections import Counter
from pathlib import Path

import marisa_trie
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storymap.errors import GazetteerError
from storymap.gazetteer.build import build_gazetteer
from storymap.gazetteer.globe import great_circle_km
from storymap.gazetteer.names import article_in, base_forms, fold, spellings
from storymap.gazetteer.store import COMPILED, Gazetteer, NameClass
from storymap.gazetteer.writer import GazetteerWriter, writing_beside
from storymap.model import Kind
from storymap.publish.basemap import country_at

SOURCES = Path(__file__).parents[1] / "data" / "sources"


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer.open()


@pytest.fixture(scope="module")
def entries(gazetteer):
    """Every place there is."""
    return [gazetteer.entry(number) for number in range(gazetteer.file.places)]


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "same",
    [
        ("Köln", "KÖLN", "köln", "Ko\u0308ln"),
        ("St. Gallen", "Sankt Gallen", "St Gallen", "Saint Gallen"),
        ("Gießen", "Giessen", "GIESSEN"),
        ("Frankfurt (Oder)", "Frankfurt/Oder", "Frankfurt-Oder"),
        ("Kraków", "Krakow"),
        ("Sana’a", "Sanaa", "Sana'a"),
        ("U.S.", "US"),
        ("Łódź", "Lodz"),
        ("Saint-Étienne", "St-Etienne", "SAINT ETIENNE", "Saint‑Étienne"),
        ("Sainte-Marie", "Ste. Marie"),
        ("Mount Athos", "Mt. Athos"),
        ("L’Aquila", "L'Aquila", "L´Aquila", "LAquila"),
        ("Nukuʻalofa", "Nuku'alofa", "Nukualofa"),
        ("Baden-Württemberg", "Baden Württemberg", "BADEN-WÜRTTEMBERG"),
        ("Straße", "STRASSE", "Strasse"),
        ("Großbritannien", "GROSSBRITANNIEN", "GROẞBRITANNIEN"),
        ("København", "Kobenhavn"),
        ("İstanbul", "Istanbul"),
        ("Đà Nẵng", "Da Nang"),
        ("Москва́", "МОСКВА"),
        ("Київ", "КИЇВ", "Київ"),
        ("Ｔｏｋｙｏ", "Tokyo"),
        ("Neu­brandenburg", "Neubrandenburg"),
        ("Kiryat Shmona", "Kiryat Shmona"),
    ],
)
def test_spellings_meet(same):
    assert len({fold(name) for name in same}) == 1


@given(st.text())
def test_composed_and_decomposed_text_has_one_key(text):
    assert {fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")} == {fold(text)}


def test_umlauts_may_be_written_out():
    assert set(spellings("Köln")) == {"koln", "koeln"}
    assert set(spellings("Köln")) == {"koln", "koeln"}


@pytest.mark.parametrize(
    "names",
    [
        ("Köln", "Koeln", "Koln", "KOELN", "Köln"),
        ("Düsseldorf", "Duesseldorf", "DÜSSELDORF"),
        ("Gießen", "Giessen"),
        ("St. Gallen", "Sankt Gallen", "Saint Gallen", "St.Gallen", "St Gallen"),
        ("Frankfurt (Oder)", "Frankfurt/Oder", "Frankfurt an der Oder"),
        ("L'Aquila", "L’Aquila", "Aquila"),
        ("Saint-Étienne", "St Etienne", "Saint Etienne"),
        ("Kraków", "Krakow", "Krakau"),
        ("Kyjiw", "Kiew", "Kyiv", "Київ"),
        ("Charkiw", "Kharkiv", "Charkow", "Харків"),
        ("Pjöngjang", "Pyongyang", "Pjoengjang"),
        ("São Paulo", "Sao Paulo", "SÃO PAULO"),
        ("Tel Aviv", "Tel-Aviv"),
        ("Nuku'alofa", "Nukuʻalofa", "Nukualofa"),
    ],
)
def test_every_spelling_leads_to_one_place(gazetteer, names):
    assert len({gazetteer.lookup(name, "de")[0].id for name in names}) == 1


@pytest.mark.parametrize(
    ("text", "lang", "base"),
    [
        ("Russlands", "de", "russland"),
        ("Kölns", "de", "koln"),
        ("Russia's", "en", "russia"),
        ("Ostukraine", "de", "ukraine"),
        ("Nordsyriens", "de", "syrien"),
        ("Paris", "en", "paris"),
    ],
)
def test_endings_are_seen_through(text, lang, base):
    assert base in list(base_forms(text, lang))


@pytest.mark.parametrize(
    ("text", "before", "lang", "key"),
    [
        ("Caire", "au", "fr", "le caire"),
        ("Havre", "du", "fr", "le havre"),
        ("Sables-d'Olonne", "aux", "fr", "les sables dolonne"),
        ("Aquila", "dell'", "it", "laquila"),
        ("Spezia", "alla", "it", "la spezia"),
        ("Vendrell", "del", "ca", "el vendrell"),
        ("Habana", "la", "es", "la habana"),
        # A name that is better known without one keeps without it.
        ("Lazio", "nel", "it", "lazio"),
        ("Manche", "la", "fr", "manche"),
        ("Pologne", "la", "fr", "pologne"),
    ],
)
def test_an_article_in_front_may_begin_the_name(gazetteer, text, before, lang, key):
    assert next(gazetteer.forms(text, lang, article_in(before, lang))).key == key


def test_english_plurals_are_no_genitives():
    assert list(base_forms("Reads", "en")) == ["reads"]


# What newspapers of each language print, and where it is. Points: the places' own, to a tenth of a degree or so.
LOOKUPS = [
    ("Wostotschny", 51.88, 128.33),
    ("Weltraumbahnhof Wostotschny", 51.88, 128.33),
    ("Vostochny Cosmodrome", 51.88, 128.33),
    ("Pjöngjang", 39.02, 125.75),
    ("Wladiwostok", 43.11, 131.87),
    ("Krim", 45.3, 34.4),
    ("Donbass", 48.3, 38.0),
    ("Gazastreifen", 31.4, 34.4),
    ("Schwarzes Meer", 43.3, 34.5),
    ("Black Sea", 43.3, 34.5),
    ("Mer Noire", 43.3, 34.5),
    ("AKW Saporischschja", 47.51, 34.59),
    ("Lissabon", 38.72, -9.13),
    ("Mailand", 45.46, 9.19),
    ("Lüttich", 50.63, 5.57),
    ("Kiew", 50.45, 30.52),
    ("Kyjiw", 50.45, 30.52),
    ("Varsovie", 52.23, 21.01),
    ("Ginevra", 46.2, 6.15),
    ("Frankfurt (Oder)", 52.34, 14.55),
    ("Frankfurt am Main", 50.11, 8.68),
    ("Halle/Saale", 51.48, 11.97),
    ("New York", 40.71, -74.01),
    ("Zürich", 47.37, 8.55),
    ("Paris, Texas", 33.66, -95.56),
    ("Springfield, Ohio", 39.92, -83.81),
    ("London, Ontario", 42.98, -81.23),
    ("Birmingham, Alabama", 33.52, -86.8),
    ("Taiwanstraße", 24.0, 119.0),
    ("Straße von Hormus", 26.5, 56.4),
    ("Bodensee", 47.6, 9.4),
    ("Mallorca", 39.6, 2.9),
    ("Москва", 55.75, 37.62),
    ("Київ", 50.45, 30.52),
]


@pytest.mark.parametrize(("name", "lat", "lon"), LOOKUPS)
def test_the_first_answer_is_the_place_meant(gazetteer, name, lat, lon):
    first = gazetteer.search(name)[0]
    extent = 300 if first.kind in {Kind.SEA, Kind.REGION} else 60 if first.kind in {Kind.ISLAND, Kind.LAKE} else 15
    assert great_circle_km(first.lat, first.lon, lat, lon) <= extent, first


@pytest.mark.parametrize(
    ("name", "lang", "label"),
    [
        ("Pyongyang", "de", "Pjöngjang"),
        ("Wladiwostok", "en", "Vladivostok"),
        ("Lisboa", "de", "Lissabon"),
        ("Munich", "de", "München"),
        ("München", "it", "Monaco di Baviera"),
        ("Deutschland", "fr", "Allemagne"),
        ("Côte d’Ivoire", "de", "Elfenbeinküste"),
        ("Black Sea", "de", "Schwarzes Meer"),
        ("Berlin", "xx", "Berlin"),
        ("Giza Governorate", "de", "Gouvernement Gizeh"),
        ("Arta Region", "fr", "région d'Arta"),
    ],
)
def test_labels_are_in_the_language_asked_for(gazetteer, name, lang, label):
    assert gazetteer.label(gazetteer.lookup(name)[0], lang) == label


def test_every_country_is_there(gazetteer):
    for code in (
        "DE",
        "AT",
        "CH",
        "FR",
        "US",
        "RU",
        "UA",
        "KP",
        "TW",
        "XK",
        "PS",
        "EH",
        "SO",
        "CY",
        "CI",
        "CD",
        "VA",
        "NR",
        "TV",
    ):
        assert gazetteer.entry(gazetteer.file.countries[code]).country == code


BORDERS = [
    ("Simferopol", "UA"),
    ("Sewastopol", "UA"),
    ("Kertsch", "UA"),
    ("Donezk", "UA"),
    ("El Aaiún", "EH"),
    ("Smara", "EH"),
    ("Hargeisa", "SO"),
    ("Kyrenia", "CY"),
    ("Famagusta", "CY"),
    ("Pristina", "XK"),
    ("Gaza", "PS"),
    ("Hebron", "PS"),
    ("Ariel, West Bank", "PS"),
    ("Katzrin", "SY"),
    ("Majdal Shams", "SY"),
    ("Suchumi", "GE"),
    ("Tiraspol", "MD"),
    ("Taipeh", "TW"),
    ("Srinagar", "IN"),
]
"""Towns in disputed lands and the country they are filed under and drawn in: docs/decisions/0001-borders.md."""


@pytest.mark.parametrize(("name", "country"), BORDERS)
def test_gazetteer_and_map_agree_on_borders(gazetteer, name, country):
    town = gazetteer.lookup(name, "de")[0]
    assert town.country == country
    assert country_at(town.lat, town.lon) == country


@pytest.mark.parametrize("lies_in", ["Golan", "Western Sahara", "West Bank"])
def test_cities_are_filed_under_the_country_they_are_drawn_in(gazetteer, lies_in):
    with (SOURCES / "city_countries.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, strict=True) if row["lies_in"] == lies_in]
    assert len(rows) >= 4
    for row in rows:
        city = gazetteer.find(f"geonames:{row['geonames_id']}")
        assert (city.name, city.country, city.admin1) == (row["name"], row["country"], row["admin1"])
        assert country_at(city.lat, city.lon) in {row["country"], ""}


def test_it_holds_what_it_promises(gazetteer, entries):
    counted = Counter(entry.kind for entry in entries)
    kinds = gazetteer.counts()
    assert kinds == {kind: counted[kind] for kind in Kind}
    assert kinds[Kind.COUNTRY] >= 240
    assert kinds[Kind.ADMIN1] >= 3000
    assert kinds[Kind.CITY] >= 230_000
    assert sum(kinds[k] for k in (Kind.REGION, Kind.SEA, Kind.RIVER, Kind.LAKE, Kind.ISLAND, Kind.FACILITY)) >= 1000


@pytest.mark.parametrize("name", ["Vaduz", "Triesen", "Postojna", "Zürich", "New York"])
def test_a_town_comes_before_the_division_around_it(gazetteer, name):
    assert gazetteer.lookup(name)[0].kind is Kind.CITY


def test_most_cities_know_their_division(entries):
    divisions = [bool(entry.admin1) for entry in entries if entry.kind is Kind.CITY]
    assert sum(divisions) / len(divisions) >= 0.97


def test_a_village_stands_behind_the_towns_of_its_name(gazetteer):
    with (SOURCES / "villages.csv").open(encoding="utf-8", newline="") as file:
        villages = {row["id"]: row["name"] for row in csv.DictReader(file)}
    namesakes = 0
    for identity, name in list(villages.items())[::20]:
        found = gazetteer.lookup(name)
        assert identity in {entry.id for entry in found}, name
        towns = [entry for entry in found if entry.kind is Kind.CITY and fold(entry.name) == fold(name)]
        ranks = [entry.population for entry in towns if entry.population > 500 or entry.id in villages]
        assert ranks == sorted(ranks, reverse=True), name
        namesakes += len(ranks) > 1
    assert namesakes > 100


def test_nobody_is_an_empty_list(gazetteer):
    assert gazetteer.lookup("Xyzzyquux") == []
    assert gazetteer.lookup("") == []
    assert gazetteer.search(",") == []


def test_the_nearest_towns(gazetteer):
    assert gazetteer.nearest(48.1374, 11.5755)[0].country == "DE"
    assert "Bonn" in {entry.name for entry in gazetteer.nearest(50.7353, 7.1010, limit=5)}
    assert gazetteer.nearest(0, -140) == []
    assert gazetteer.nearest(-16.8, 179.99)[0].country == "FJ", "across the date line"


@pytest.mark.parametrize(("lat", "lon"), [(50.1, 8.6), (35.7, 139.7), (-41.3, 174.8), (66.5, -50.1), (-17.7, 179.9)])
def test_no_town_is_nearer_than_the_nearest(gazetteer, entries, lat, lon):
    towns = (entry for entry in entries if entry.kind is Kind.CITY)
    ranked = sorted((great_circle_km(lat, lon, town.lat, town.lon), town.id) for town in towns)
    assert [entry.id for entry in gazetteer.nearest(lat, lon, limit=7)] == [identity for _, identity in ranked[:7]]


def test_an_id_leads_back(gazetteer):
    berlin = gazetteer.lookup("Berlin")[0]
    assert gazetteer.find(berlin.id) == berlin
    assert gazetteer.find("geonames:0") is None


def test_a_missing_gazetteer_names_the_remedy(tmp_path):
    with pytest.raises(GazetteerError, match=r"gazetteer\.sqlite.*storymap gazetteer build"):
        Gazetteer.open(tmp_path)


def test_a_gazetteer_of_another_version_is_refused(small, tmp_path):
    path = Path(shutil.copy(small, tmp_path / "old.sqlite"))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE meta SET value = '0' WHERE key = 'schema'")
    database.close()
    with pytest.raises(GazetteerError, match=r"old\.sqlite.*another version"):
        Gazetteer.open(path)


@pytest.mark.parametrize("wrong", [b"", b"PK\x03\x04" * 500, b"id,name\n" * 500, bytes(8192)])
def test_what_is_no_gazetteer_is_refused(tmp_path, wrong):
    path = tmp_path / "wrong.sqlite"
    path.write_bytes(wrong)
    with pytest.raises(GazetteerError, match=r"wrong\.sqlite: the gazetteer is damaged.*Install"):
        Gazetteer.open(path)


def test_another_database_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / "other.sqlite") as database:
        database.execute("CREATE TABLE places (name TEXT)")
    database.close()
    with pytest.raises(GazetteerError, match=r"other\.sqlite.*no gazetteer"):
        Gazetteer.open(tmp_path / "other.sqlite")


@pytest.fixture(scope="module")
def small(gazetteer, tmp_path_factory):
    """A gazetteer of the 500 most prominent places under their labels, in several tries."""
    path = tmp_path_factory.mktemp("small") / "small.sqlite"
    with pytest.MonkeyPatch.context() as patch, writing_beside(path) as scratch:
        patch.setattr("storymap.gazetteer.writer.NAMES_A_TRIE", 1000)
        writer = GazetteerWriter(scratch)
        for number in range(500):
            writer.add_place(gazetteer.entry(number), 255 - number // 4)
        writer.rank()
        for number in range(500):
            for lang, label in gazetteer.file.labels(number).items():
                writer.add_label(number, lang, label)
                writer.add_name(number, fold(label), NameClass.LABEL)
        words = [("d:de:russisch", (ord("R"), ord("U"))), ("p:anna", (1, 0))]
        writer.write(marisa_trie.RecordTrie("<BB", words).tobytes(), "five hundred places")
    return path


QUESTIONS = [
    *(lambda g, n=name: g.lookup(n) for name in ("Moskau", "Berlin", "New York", "Xyzzy", "Кремль", "zz top", "Aa")),
    *(lambda g, c=code: [g.entry(hit.number) for hit in g.country(c)] for code in ("DE", "XK", "ZZ")),
    *(lambda g, n=number: g.label(g.entry(n), "de") for number in range(0, 500, 7)),
    *(lambda g, n=number: g.find(g.entry(n).id).name for number in range(3, 500, 31)),
    lambda g: [g.entry(number) for number in range(500)],
    lambda g: [g.hits(fold(g.entry(number).name)) for number in range(0, 500, 3)],
    lambda g: g.find("geonames:1"),
    lambda g: g.nearest(48.1, 11.5, limit=3),
    lambda g: g.nearest(-33.9, 151.2, limit=2),
    lambda g: g.nearest(0, -140),
    lambda g: [g.lexicon.is_demonym("russisch", "de"), g.lexicon.person("Anna"), g.lexicon.person("Otto")],
    lambda g: g.meta["sources"],
    lambda g: g.within((-10, 35, 30, 60), limit=20),
    lambda g: g.counts(),
]


def answers(path):
    """Return the answers of a gazetteer, or the errors in place of those it refuses; any other error is a failure."""

    def answer(question):
        try:
            return question(gazetteer)
        except GazetteerError as error:
            return error

    try:
        gazetteer = Gazetteer.open(path)
    except GazetteerError as error:
        return [error] * len(QUESTIONS)
    found = [answer(question) for question in QUESTIONS]
    gazetteer.file.database.close()
    return found


def damages(whole, chance):
    """Yield (what was done, the bytes after it) for many ways in which a disk or a download spoils a file."""
    size, pages = len(whole), len(whole) // 4096
    for _ in range(400):
        # Places and ids stand at the beginning, names at the end; between them many cells of open sea.
        at = chance.choice((chance.randrange(90_000), size - 1 - chance.randrange(120_000), chance.randrange(size)))
        yield f"bit at {at}", whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]
    for at in range(0, 100, 2):
        yield f"byte of the header at {at}", whole[:at] + bytes([chance.randrange(256)]) + whole[at + 1 :]
    for _ in range(80):
        one, other = (4096 * chance.randrange(pages) for _ in range(2))
        yield f"page {other} over {one}", whole[:one] + whole[other : other + 4096] + whole[one + 4096 :]
        yield f"page {one} empty", whole[:one] + bytes(4096) + whole[one + 4096 :]
        # The first bytes of a page say what and where its cells are.
        at = one + chance.randrange(24)
        yield f"head of a page at {at}", whole[:at] + bytes([chance.randrange(256)]) + whole[at + 1 :]
    for length in (1, 99, 100, 1000, 4095, 4096, 8192, size // 2, size - 4096, size - 1):
        yield f"cut after {length}", whole[:length]


def test_damage_is_never_a_wrong_answer(small, tmp_path):
    right = answers(small)
    assert not any(isinstance(answer, GazetteerError) for answer in right)
    assert right[0][0].country == "RU"
    assert right[3] == []
    whole = small.read_bytes()
    path = tmp_path / "damaged.sqlite"
    refused = []
    for what, damaged in damages(whole, random.Random(7)):
        path.write_bytes(damaged)
        pairs = list(zip(right, answers(path), strict=True))
        wrong = [(r, f) for r, f in pairs if f != r and not isinstance(f, GazetteerError)]
        assert not wrong, (what, wrong)
        refused += [str(f) for _, f in pairs if isinstance(f, GazetteerError)][:1]
    assert len(refused) > 150, "much of this damage does meet an answer"
    assert all(str(path) in message and "storymap gazetteer build" in message for message in refused)


def test_verify_finds_damage_that_no_answer_met(small, tmp_path):
    path = Path(shutil.copy(small, tmp_path / "damaged.sqlite"))
    Gazetteer.open(path).verify()
    with sqlite3.connect(path) as database:
        ((data,),) = database.execute("SELECT data FROM places WHERE number = 47")
        database.execute("UPDATE places SET data = ? WHERE number = 47", (data.replace(b",4,", b",5,", 1),))
    database.close()
    gazetteer = Gazetteer.open(path)
    assert gazetteer.entry(375)
    with pytest.raises(GazetteerError, match="row 47 of places"):
        gazetteer.verify()


def test_a_beginning_leads_to_names_in_every_trie(gazetteer, small):
    opened = Gazetteer.open(small)
    labels = sorted({label for number in range(500) for label in gazetteer.file.labels(number).values()})
    for label in [label for label in labels if len(label) > 4][::80]:
        assert opened.lookup(label)[0] in opened.search(label[:-1], limit=20), label


def test_damage_to_what_can_be_typed_costs_suggestions_alone(small, tmp_path):
    right, chance, path, refused = Gazetteer.open(small), random.Random(7), tmp_path / "damaged.sqlite", 0
    for _ in range(60):
        shutil.copy(small, path)
        with sqlite3.connect(path) as database:
            for number, block in chance.sample(database.execute("SELECT id, block FROM typed_data").fetchall(), 3):
                at = chance.randrange(len(block))
                spoilt = block[:at] + bytes([block[at] ^ chance.randrange(1, 256)]) + block[at + 1 :]
                database.execute("UPDATE typed_data SET block = ? WHERE id = ?", (spoilt, number))
        database.close()
        damaged = Gazetteer.open(path)
        for typed in ("Berlin", "Berln", "Mosk", "Sant", "b"):
            try:
                found = damaged.search(typed)
            except GazetteerError:
                refused += 1
                continue
            assert all(right.find(entry.id) == entry for entry in found)
            assert typed != "Berlin" or found[0] == right.lookup("Berlin")[0]
        assert damaged.lookup("Berlin") == right.lookup("Berlin")
        with pytest.raises(GazetteerError, match="damaged"):
            damaged.verify()
    assert refused


def test_a_malformed_table_is_named_with_its_line(tmp_path):
    folder = Path(shutil.copytree(SOURCES, tmp_path / "sources"))
    table = folder / "regions.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",sea,", ",ocean-ish,", 1), encoding="utf-8")
    with pytest.raises(GazetteerError, match=r"regions\.csv, line \d+"):
        build_gazetteer(folder, tmp_path / "built")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sources"], "nothing half-written is left"


@pytest.mark.slow
def test_the_same_tables_give_the_same_bytes(tmp_path):
    built = build_gazetteer(SOURCES, tmp_path / "built.sqlite")
    assert built.read_bytes() == (COMPILED / "gazetteer.sqlite").read_bytes()
