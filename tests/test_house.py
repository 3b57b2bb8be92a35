"""A desk's own list of places: it comes first everywhere, and a row that is not right is named."""

import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import storymap
from storymap import Gazetteer, GazetteerError, GazetteerGeocoder
from storymap.gazetteer.house_list import COLUMNS, read_house_list
from storymap.model import Kind, Status
from storymap.places.reasons import reason_for

KOELN, PARIS, KYIV = "geonames:2886242", "geonames:2988507", "geonames:703448"


@pytest.fixture
def write(tmp_path):
    """Write a list of rows, each a dict of its cells; return its path."""

    def write_rows(*rows, name="house-places.csv", separator=","):
        lines = [separator.join(COLUMNS)]
        for row in rows:
            cells = [row.get(column, "") for column in COLUMNS]
            lines.append(separator.join(f'"{cell}"' for cell in cells))
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write_rows


BLUME = {"name": "Kaffeehaus Blume|Blume", "lat": "47.05", "lon": "8.31", "note": "ours"}


def place_of(story, text):
    return next(mention.place for mention in story.mentions if mention.text == text)


def test_a_place_of_ones_own_is_looked_up(write):
    gazetteer = Gazetteer.open(house=write(BLUME))
    entry = gazetteer.lookup("KAFFEEHAUS BLUME")[0]
    assert (entry.lat, entry.lon, entry.kind, entry.country) == (47.05, 8.31, Kind.FACILITY, "CH")
    assert gazetteer.lookup("Blume")[0] == entry
    assert gazetteer.find(entry.id) == entry
    assert gazetteer.label(entry.id, "de") == "Kaffeehaus Blume"
    assert gazetteer.search("Kaffehaus Blu")[0] == entry
    assert [outer.name for outer in gazetteer.ancestors(entry)] == ["canton of Lucerne", "Switzerland"]
    assert Gazetteer.open().lookup("Kaffeehaus Blume") == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Kaffeehaus Blume", "Am Montag trafen sich alle im Kaffeehaus Blume. Es war voll."),
        ("Kaffeehaus Blume", "Kaffeehaus Blume: Der Wirt hört auf."),
        ("Camp 47", "Die Truppe zog in Camp 47."),
        ("Xyxtal", "Im Xyxtal liegt Schnee, sagte der Wirt."),
        ("Tor 3", "The fire began at Tor 3, the police said."),
        ("Plac Zabaw Słoń", "Dzieci wróciły na Plac Zabaw Słoń wczoraj wieczorem."),
    ],
)
def test_a_name_only_the_house_knows_is_found_in_a_text(write, name, text):
    gazetteer = Gazetteer.open(house=write({"name": name, "lat": "47,05", "lon": "8,31"}))
    place = place_of(storymap.map_text(text, gazetteer=gazetteer), name)
    assert (place.id, place.label, place.confidence, place.status) == (
        f"house:{name.lower().replace(' ', '-')}".replace("łoń", "lon"),
        name,
        1.0,
        Status.AUTO,
    )
    assert place.reasons[0] in {reason_for("house", lang) for lang in ("de", "en", "pl")}


def test_a_person_of_that_name_is_none(write):
    gazetteer = Gazetteer.open(house=write(BLUME))
    story = storymap.map_text("Peter Blume sagte am Montag, er wisse von nichts.", lang="de", gazetteer=gazetteer)
    assert not story.mentions


def test_labels_are_the_houses(write):
    rows = {"name": "Kiew", "label": "Kyjiw", "lang": "de"}, {"place": KOELN, "label": "Kölle"}
    gazetteer = Gazetteer.open(house=write(*rows))
    assert [gazetteer.label(KYIV, lang) for lang in ("de", "fr")] == ["Kyjiw", Gazetteer.open().label(KYIV, "fr")]
    assert [gazetteer.label(KOELN, lang) for lang in ("de", "fr")] == ["Kölle", "Kölle"]
    text = "Der Präsident reiste von Kiew nach Köln."
    story = storymap.map_text(text, lang="de", gazetteer=gazetteer)
    assert [place.label for place in story.places] == ["Kyjiw", "Kölle"]
    assert [mention.text for mention in story.mentions] == ["Kiew", "Köln"], "the text stays as it is"
    assert GazetteerGeocoder(gazetteer, lang="de").geocode("Kiew").address.startswith("Kyjiw")


GEORGIA = {"name": "Georgia", "place": "Georgia, US"}
TEXT = "The governor of Georgia signed the law on Monday. Voters in Georgia had waited for hours."


def test_a_preferred_sense_wins_and_the_others_remain_as_alternatives(write):
    text = "Officials from Georgia met ministers from Armenia, Azerbaijan and Turkey in Tbilisi."
    plain = storymap.map_text(text, lang="en")
    assert place_of(plain, "Georgia").country == "GE"
    house = storymap.map_text(text, lang="en", gazetteer=Gazetteer.open(house=write(GEORGIA)))
    place = place_of(house, "Georgia")
    assert (place.country, place.kind, place.confidence) == ("US", Kind.ADMIN1, 1.0)
    assert any(candidate.entry.country == "GE" for candidate in place.candidates[1:])
    assert [m.text for m in house.mentions] == [m.text for m in plain.mentions], "what is found stays the same"


def test_the_text_itself_has_the_last_word(write):
    gazetteer = Gazetteer.open(house=write({"name": "Paris", "place": PARIS}))
    story = storymap.map_text("A tornado hit Paris, Texas, on Sunday.", lang="en", gazetteer=gazetteer)
    assert place_of(story, "Paris").admin1 == "Texas"
    story = storymap.map_text("A tornado hit Dallas, Houston and Paris on Sunday.", lang="en", gazetteer=gazetteer)
    assert place_of(story, "Paris").country == "FR"


def test_a_name_of_ones_own_for_a_known_place(write):
    gazetteer = Gazetteer.open(house=write({"name": "Domstadt am Rhein", "place": KOELN}))
    story = storymap.map_text("In der Domstadt am Rhein wird gefeiert.", lang="de", gazetteer=gazetteer)
    assert place_of(story, "Domstadt am Rhein").id == KOELN


def test_a_point_of_ones_own_for_a_known_place(write):
    gazetteer = Gazetteer.open(house=write({"place": KOELN, "lat": "50.95", "lon": "6.95"}))
    story = storymap.map_text("In Köln wird gefeiert.", lang="de", gazetteer=gazetteer)
    assert (story.places[0].id, story.places[0].lat, story.places[0].lon) == (KOELN, 50.95, 6.95)


def test_a_place_never_shown_keeps_its_mentions_and_gets_no_pin(write, tmp_path):
    gazetteer = Gazetteer.open(house=write({"place": KOELN, "show": "no"}))
    story = storymap.map_text(
        "Der Zug fuhr von Köln nach Bonn. In Köln war er pünktlich.", lang="de", gazetteer=gazetteer
    )
    place = place_of(story, "Köln")
    assert (place.status, place.passes(0), len(place.mentions)) == (Status.REJECTED, False, 2)
    assert place.reasons == ("die Ortsliste der Redaktion zeigt ihn nicht auf der Karte",)
    assert list(story.to_frame()["status"]) == ["rejected", "auto"]
    storymap.publish(story, tmp_path / "bundle")
    features = json.loads((tmp_path / "bundle" / "places.geojson").read_text(encoding="utf-8"))["features"]
    assert len(features) == 1


def test_a_name_never_shown_leaves_other_names_of_the_place_alone(write, tmp_path):
    gazetteer = Gazetteer.open(house=write({"name": "Cologne", "show": "no"}))
    text = "The train went from Cologne, which is Köln in German, to Bonn."
    story = storymap.map_text(text, lang="en", gazetteer=gazetteer)
    assert place_of(story, "Cologne").status is Status.REJECTED
    assert place_of(story, "Köln").passes(0)
    storymap.publish(story, tmp_path / "bundle")
    assert storymap.Story.read(tmp_path / "bundle" / "story.json") == story


def test_a_story_names_the_list_by_its_hash(write):
    path = write(BLUME)
    first = Gazetteer.open(house=path).provenance
    assert set(storymap.map_text("Köln.", gazetteer=Gazetteer.open(house=path)).provenance) == {
        "gazetteer", "house", "models", "recognizer", "storymap"
    }  # fmt: skip
    write(BLUME, {"name": "Mitte", "show": "no"})
    second = Gazetteer.open(house=path).provenance
    assert first["gazetteer"] == second["gazetteer"] == Gazetteer.open().provenance["gazetteer"]
    assert first["house"] != second["house"]
    assert "house" not in Gazetteer.open().provenance


def test_it_is_pickled_as_its_paths(write):
    gazetteer = pickle.loads(pickle.dumps(Gazetteer.open(house=write(BLUME))))
    assert gazetteer.lookup("Blume")[0].id == "house:kaffeehaus-blume"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_as_spreadsheets_save_them(write, separator):
    path = write(BLUME, {}, GEORGIA, separator=separator)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    rules = read_house_list(path)
    assert [rule.names[0] for rule in rules] == ["Kaffeehaus Blume", "Georgia"]
    assert rules[0].point == (47.05, 8.31)


def test_geojson_holds_the_same(tmp_path):
    features = [
        {
            "type": "Feature",
            "properties": {"name": "Blume"},
            "geometry": {"type": "Point", "coordinates": [8.31, 47.05]},
        },
        {"type": "Feature", "properties": {"name": "Mitte", "show": False, "note": None}, "geometry": None},
    ]
    path = tmp_path / "house.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    first, second = read_house_list(path)
    assert (first.names, first.point, first.is_shown) == (("Blume",), (47.05, 8.31), True)
    assert (second.names, second.point, second.is_shown) == (("Mitte",), None, False)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"name": "A", "lat": "470.5", "lon": "8"}, "lat is 470.5. Give degrees"),
        ({"name": "A", "lat": "north", "lon": "8"}, "lat is north. Give degrees"),
        ({"name": "A", "lat": "95", "lon": "8"}, "no point on earth"),
        ({"name": "A", "lat": "47"}, "one of lat and lon is missing"),
        ({"name": "A", "lat": "47", "lon": "8", "kind": "cafe"}, "kind is cafe. Kinds are: continent"),
        ({"name": "A", "lat": "47", "lon": "8", "country": "Schweiz"}, "country is Schweiz. Give two capital"),
        ({"name": "A", "show": "maybe"}, "show is maybe. Write yes or no"),
        ({"name": "A", "label": "B", "lang": "German"}, "lang is German. Give a language code"),
        ({"name": "A", "label": "B", "lang": "deu"}, "lang is deu. Give a language code of two letters"),
        ({"name": "Köln"}, "decides nothing"),
        ({"place": KOELN}, "decides nothing"),
        ({"lat": "47", "lon": "8"}, "neither name nor place"),
        ({"name": "!?", "show": "no"}, "no letters"),
        ({"name": "Xyzzyquux", "label": "X"}, "no place is called Xyzzyquux"),
        ({"name": "A", "place": "geonames:0"}, "no place is called geonames:0"),
        (BLUME, "a second place of your own is called Kaffeehaus Blume"),
    ],
)
def test_a_row_that_is_not_right_is_named_with_its_line_and_a_remedy(write, row, message):
    path = write(BLUME, row)
    with pytest.raises(GazetteerError) as error:
        Gazetteer.open(house=path)
    assert str(error.value).startswith(f"{path}, line 3: ")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"name,plaace\nA,B\n", "line 1: plaace is no column. Columns are: name"),
        (b"name,show\nA,no,more\n", "line 2: more cells"),
        (b"name,show\nA\n", "line 2: fewer cells"),
        (b'name,show\n"A,no\n', "line 2: no table row"),
        (b'name,show\n"A"x,no\n', "line 2: no table row"),
    ],
)
def test_a_table_that_is_none_is_named(tmp_path, content, message):
    path = tmp_path / "house.csv"
    path.write_bytes(content)
    with pytest.raises(GazetteerError, match=message):
        read_house_list(path)


POLYGON = '{"features": [{"properties": {"name": "A"}, "geometry": {"type": "Polygon", "coordinates": [[[1, 2]]]}}]}'
BEYOND = '{"features": [{"properties": {"name": "A"}, "geometry": {"coordinates": [8, 95]}}]}'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "no GeoJSON"),
        ("[]", "no GeoJSON"),
        (POLYGON, "feature 1: its geometry is no Point"),
        (BEYOND, "feature 1: no point on earth"),
        ('{"features": [{"properties": {"nom": "A"}, "geometry": null}]}', "feature 1: nom is no column"),
        (
            '{"features": [{"properties": {"name": ["A"], "lat": 1}, "geometry": null}]}',
            "feature 1: one of lat and lon",
        ),
    ],
)
def test_geojson_that_is_none_is_named(tmp_path, content, message):
    path = tmp_path / "house.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GazetteerError, match=message):
        read_house_list(path)


def test_a_missing_list_is_named(tmp_path):
    with pytest.raises(GazetteerError, match=r"nothing\.csv: cannot be read"):
        Gazetteer.open(house=tmp_path / "nothing.csv")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["house.csv", "house.geojson"]))
def test_any_file_is_read_or_refused(tmp_path_factory, content, name):
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(b"name,lat,lon,show\n" * (name == "house.csv") + content)
    try:
        rules = read_house_list(path)
    except GazetteerError as error:
        refused = str(error)
    else:
        refused = ""
        assert all(rule.names or rule.place for rule in rules)
    assert not refused or refused.startswith(str(path))
