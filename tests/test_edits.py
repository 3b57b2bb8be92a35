"""An edited place table goes back: every way spreadsheets save it, every thing an editor changes, every mistake."""

import csv
import io
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from stories import KIM_ENTRIES, kim_story, write_story

from storymap.cli import program
from storymap.edits import apply_edits, find_deleted, read_edits
from storymap.errors import PlaceTableError
from storymap.model import Kind, Status, Story
from storymap.publish.export import places_excel_csv


@pytest.fixture
def table(tmp_path):
    """Return a function that saves the table of Kim's story with some cells changed, and one that reads it."""

    def save(changes=None, *, form=lambda text: text.encode(), story=None, drop=(), without=()):
        story = story or kim_story()
        rows = list(csv.DictReader(io.StringIO(places_excel_csv(story).removeprefix("\ufeff"))))
        for label, cells in (changes or {}).items():
            next(row for row in rows if row["label"] == label).update(cells)
        columns = [name for name in rows[0] if name not in without]
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(row for row in rows if row["label"] not in drop)
        path = tmp_path / "places.csv"
        path.write_bytes(form(text.getvalue()))
        return path

    return save


def edited(path, story=None):
    story = story or kim_story()
    return {place.id: place for place in apply_edits(story.article, story.places, read_edits(path))}


def one(path, label):
    story = kim_story()
    identity = next(place.id for place in story.places if place.label == label)
    return edited(path)[identity]


def as_excel(text, separator=";", decimal=",", quoting=csv.QUOTE_MINIMAL):
    """Return the table as Excel saves it in Germany: semicolons, decimal commas, empty cells at the end left away."""
    rows = list(csv.reader(io.StringIO(text)))
    numbers = [rows[0].index(name) for name in ("lat", "lon", "confidence") if name in rows[0]]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=quoting, lineterminator="\r\n")
    for row in rows:
        cells = [cell.replace(".", decimal) if i in numbers else cell for i, cell in enumerate(row)]
        while cells and not cells[-1]:
            cells.pop()
        writer.writerow(cells)
    return out.getvalue()


FORMS = {
    "as written": lambda text: text.encode(),
    "byte order mark": lambda text: text.encode("utf-8-sig"),
    "Excel, German": lambda text: as_excel(text).encode("utf-8-sig"),
    "Excel, Unicode text": lambda text: as_excel(text, "\t").encode("utf-16"),
    "LibreOffice, all quoted": lambda text: (
        "\n".join(
            ",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in csv.reader(io.StringIO(text))
        )
    ).encode(),
    "empty rows below": lambda text: (text + ",,,,\r\n\r\n").encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_table_saved_again_changes_nothing(table, form):
    story = kim_story()
    assert tuple(edited(table(form=FORMS[form])).values()) == story.places


@pytest.mark.parametrize("form", FORMS)
def test_what_an_editor_changed_is_taken(table, form):
    path = table(
        {
            "Pjöngjang": {"label": "Pjongjang", "lat": "39.1", "lon": "125.7"},
            "Moskau": {"status": "confirmed"},
            "Ukraine": {"status": "Rejected"},
        },
        form=FORMS[form],
    )
    pyongyang = one(path, "Pjöngjang")
    assert (pyongyang.label, pyongyang.lat, pyongyang.lon) == ("Pjongjang", 39.1, 125.7)
    assert (pyongyang.status, pyongyang.confidence, pyongyang.entry.geonames_id) == (Status.CORRECTED, 1.0, None)
    assert pyongyang.candidates[0].entry == pyongyang.entry
    assert (one(path, "Moskau").status, one(path, "Moskau").confidence) == (Status.CONFIRMED, 1.0)
    assert one(path, "Ukraine").status is Status.REJECTED
    assert one(path, "Kiew") == next(place for place in kim_story().places if place.label == "Kiew")


def test_a_label_alone_leaves_the_entry(table):
    place = one(table({"Kiew": {"label": "Kyjiw"}}), "Kiew")
    assert (place.label, place.status, place.entry) == ("Kyjiw", Status.CORRECTED, KIM_ENTRIES["Kiew"])


def test_a_point_near_another_meaning_chooses_it(table):
    place = one(table({"Moskau": {"lat": "46.73", "lon": "-117.0"}}), "Moskau")
    assert (place.entry.id, place.country, place.admin1) == ("geonames:4076784", "US", "Idaho")
    assert place.status is Status.CORRECTED


def test_kind_and_country_can_be_corrected_with_the_point(table):
    changes = {"lat": "-1.5", "lon": "30.0", "country": "RW", "kind": "District", "admin1": ""}
    place = one(table({"Kiew": changes}), "Kiew")
    assert (place.lat, place.lon, place.country, place.kind, place.admin1) == (-1.5, 30.0, "RW", Kind.DISTRICT, "")
    assert place.entry.bbox is None


def test_an_unresolved_name_gets_a_place(table):
    place = one(table({"Quellenthal": {"lat": "50,5", "lon": "9,25", "kind": "city", "country": "DE"}}), "Quellenthal")
    assert (place.entry.name, place.lat, place.lon, place.kind) == ("Quellenthal", 50.5, 9.25, Kind.CITY)
    assert place.passes()
    story = replace(kim_story(), places=(place,))
    assert Story.from_json(story.to_json()) == story


def test_a_deleted_row_rejects_its_place(table):
    story = kim_story()
    path = table(drop=["Moskau", "Kiew"])
    assert {place.label for place in edited(path).values() if place.status is Status.REJECTED} == {"Moskau", "Kiew"}
    assert [place.label for place in find_deleted(story.article, story.places, read_edits(path))] == ["Moskau", "Kiew"]


def test_a_table_without_ids_is_matched_by_name_and_sentence(table):
    path = table({"Kiew": {"status": "rejected"}}, without=["id", "admin1", "lat", "lon"])
    assert one(path, "Kiew").status is Status.REJECTED
    assert one(path, "Moskau").status is Status.AUTO


def test_two_places_of_one_name_in_one_sentence_have_a_row_each_without_ids(table):
    other = replace(KIM_ENTRIES["Kiew"], id="test:other", lat=1.0)
    story = write_story("Von [[Kiew]] nach [[Kiew|Das andere]].", {**KIM_ENTRIES, "Das andere": other})
    path = table(story=story, without=["id", "label", "lat", "lon"])
    assert tuple(edited(path, story).values()) == story.places
    assert find_deleted(story.article, story.places, read_edits(path)) == ()


def test_the_table_of_an_edited_story_holds_the_edits(table):
    first = table({"Moskau": {"lat": "46.73", "lon": "-117.0"}, "Kiew": {"label": "Kyjiw"}})
    places = tuple(edited(first).values())
    again = table(story=replace(kim_story(), places=places))
    assert tuple(edited(again).values()) == places


@settings(max_examples=60, deadline=None)
@given(label=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30))
def test_any_name_comes_back_as_it_was(tmp_path_factory, label):
    story = write_story("In [[Kiew]] regnet es.", KIM_ENTRIES)
    story = replace(story, places=(replace(story.places[0], label=label),))
    path = tmp_path_factory.mktemp("t") / "places.csv"
    path.write_text(places_excel_csv(story), encoding="utf-8", newline="")
    if label.strip():
        assert tuple(edited(path, story).values()) == story.places


WRONG = {
    "no number": ({"Kiew": {"lat": "im Norden"}}, r"line 8: column lat is 'im Norden'\. Write degrees from -90 to 90"),
    "thousands": ({"Kiew": {"lon": "30523"}}, r"line 8: column lon is '30523', which is no point.*decimal point"),
    "half a point": ({"Kiew": {"lat": ""}}, r"line 8: column lat is ''\. Write degrees.*rejected"),
    "no status": ({"Kiew": {"status": "ok"}}, r"column status is 'ok'\. Write one of: auto, confirmed,"),
    "no label": ({"Kiew": {"label": ""}}, r"column label is empty\. Write the name"),
    "no kind": ({"Kiew": {"kind": "Stadt"}}, r"column kind is 'Stadt'\. Write one of: continent,"),
    "no country": ({"Kiew": {"country": "Ukraine"}}, r"column country is 'Ukraine'\. Write a code of two capitals"),
    "a new place": ({"Kiew": {"id": "geonames:1"}}, r"line 8: geonames:1 is no place of this article"),
    "twice": ({"Kiew": {"id": "geonames:524901"}}, r"line 8: geonames:524901 is no .* or has a row already\. Delete"),
    "confirmed without a point": ({"Quellenthal": {"status": "confirmed"}}, r"line 9: column status is confirmed, and"),
    "unresolved with a point": ({"Kiew": {"status": "unresolved"}}, r"column status is unresolved, and there is a"),
    "a point without a kind": ({"Quellenthal": {"lat": "1", "lon": "2"}}, r"line 9: column kind is ''\. Write one of"),
    "not a number": ({"Kiew": {"lat": "nan"}}, r"column lat is 'nan'\."),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_row_is_named_with_line_column_value_and_remedy(table, mistake):
    changes, message = WRONG[mistake]
    with pytest.raises(PlaceTableError, match=message):
        edited(table(changes))


def test_all_wrong_rows_are_counted(table):
    path = table({"Kiew": {"lat": "x"}, "Moskau": {"status": "?"}, "Ukraine": {"kind": "?"}})
    with pytest.raises(PlaceTableError, match=r"line 5: column status.* Wrong too: line 6, 8"):
        edited(path)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "has no column id"),
        (b"Ort;Land\nKiew;UA\n", "has no column id, nor place and first_sentence"),
        (b"id,label\n", "has no row"),
        ("id,label\ngeonames:1,Köln\n".encode("latin-1"), "CSV in UTF-8"),
        (b'id,label\n"geonames:1,Kiew\n', "cannot be read"),
        (b"id,lat,lat\n1,2,3\n", "column lat is there twice"),
        (b"PK\x03\x04\x14\x00\xff", "CSV in UTF-8"),
    ],
)
def test_what_is_no_place_table_is_refused(tmp_path, data, message):
    (tmp_path / "places.csv").write_bytes(data)
    with pytest.raises(PlaceTableError, match=message):
        read_edits(tmp_path / "places.csv")


# ---- the command


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "brand.md").write_text(
        "# Brand in Köln\n\nEin Brand in Köln hat die Feuerwehr aus Leverkusen und Bonn gerufen.\n", encoding="utf-8"
    )
    assert run("make", "brand.md", "--lang", "de").exit_code == 0
    return tmp_path / "output" / "brand"


def run(*arguments):
    return CliRunner().invoke(program, [str(argument) for argument in arguments])


def test_make_takes_the_table_back(made):
    table = made / "places.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    kept = [
        line.replace(",Leverkusen,city,", ",Leverkusen-Opladen,city,") for line in lines if ",Bonn,city" not in line
    ]
    assert len(kept) == len(lines) - 1
    (made / "edited.csv").write_text("\n".join(kept), encoding="utf-8")
    result = run("make", "brand.md", "--lang", "de", "--places", made / "edited.csv")
    assert result.exit_code == 0, result.output
    assert "Bonn has no row, so it is rejected." in result.stderr
    story = Story.read(made / "story.json")
    assert [(place.label, place.status) for place in story.places] == [
        ("Köln", Status.AUTO), ("Leverkusen-Opladen", Status.CORRECTED), ("Bonn", Status.REJECTED),
    ]  # fmt: skip
    assert len(story.provenance["place_table"]) == 16


def test_a_wrong_row_stops_make_before_anything_is_written(made):
    before = {path.name: path.read_bytes() for path in made.iterdir()}
    text = (made / "places.csv").read_text(encoding="utf-8").replace(",auto,", ",sicher,", 1)
    (made.parent / "edited.csv").write_text(text, encoding="utf-8")
    result = run("make", "brand.md", "--lang", "de", "--places", made.parent / "edited.csv")
    assert result.exit_code == 1
    assert "edited.csv, line 2: column status is 'sicher'. Write one of: auto" in result.stderr
    assert {path.name: path.read_bytes() for path in made.iterdir()} == before


def test_a_table_is_of_one_article(made):
    result = run("make", "brand.md", "brand.md", "--places", made / "places.csv")
    assert result.exit_code == 2
    assert "--places" in result.output
