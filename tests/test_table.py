from dataclasses import replace

import pandas as pd
import pytest
from stories import KIM_ENTRIES, kim_story, write_story

from storymap.model import Article, Candidate, Check, Entry, Finding, Focus, Kind, Story
from storymap.table import mention_table, place_table

COLUMNS = (
    "number,place,label,kind,country,admin1,lat,lon,confidence,status,mentions,"
    "first_sentence,sentences,geonames_id,alternatives,scene,focus_country,check,id"
)
EMPTY = Story(Article("Nichts Neues."))


def test_the_place_table_has_a_row_a_place_in_the_order_of_first_mention(kim):
    table = place_table(kim)
    assert ",".join(table.columns) == COLUMNS
    assert list(table.label) == [
        "Wostotschny",
        "Wladiwostok",
        "Pjöngjang",
        "Moskau",
        "Ukraine",
        "Nordkorea",
        "Kiew",
        "Quellenthal",
    ]
    row = table.iloc[1]
    assert (row.place, row.kind, row.country, row.admin1) == ("Vladivostok", "city", "RU", "Primorye")
    assert (row.lat, row.lon, row.mentions, row.geonames_id) == (43.1056, 131.8735, 3, 2013348)
    assert row.first_sentence == (
        "Es war ihre erste Begegnung seit vier Jahren, als beide in Wladiwostok am Pazifik zusammengekommen waren."
    )
    assert row.sentences.split(" … ")[1].startswith("In Wladiwostok, wo viele")
    assert len(row.sentences.split(" … ")) == 3


def test_alternatives_name_what_else_it_may_be(kim):
    table = place_table(kim).set_index("label")
    assert table.alternatives["Moskau"] == "Moscow (US) p=0.31"
    assert table.alternatives["Kiew"] == ""


def test_an_unresolved_place_keeps_its_row(kim):
    row = place_table(kim).set_index("label").loc["Quellenthal"]
    assert row.place == "Quellenthal"
    assert row.status == "unresolved"
    assert pd.isna(row.lat)
    assert pd.isna(row.lon)
    assert pd.isna(row.kind)
    assert pd.isna(row.geonames_id)
    assert row.confidence == 0


def test_the_mention_table_points_into_the_text(kim):
    table = mention_table(kim)
    assert len(table) == len(kim.mentions) == 15
    assert [kim.article.text[row.start : row.end] for row in table.itertuples()] == list(table.text)
    assert table.start.is_monotonic_increasing
    for row in table.itertuples():
        assert row.text in row.quote
        assert row.quote in kim.article.text
    assert table.lat.isna().sum() == 1


@pytest.mark.parametrize("make", [place_table, mention_table])
def test_dtypes_do_not_depend_on_the_story(make):
    full, empty = make(kim_story()), make(EMPTY)
    assert len(empty) == 0
    assert list(empty.columns) == list(full.columns)
    assert dict(empty.dtypes) == dict(full.dtypes)
    assert len(pd.concat([empty, full])) == len(full)


def test_a_table_of_unresolved_places_alone_has_the_same_dtypes():
    table = place_table(write_story("In [[Nirgendheim]]", {}))
    assert dict(table.dtypes) == dict(place_table(kim_story()).dtypes)


def test_a_place_without_country_has_no_brackets_in_alternatives():
    sea = Entry("storymap:black-sea", "Black Sea", Kind.SEA, 43.0, 34.0)
    story = write_story("Am [[Kiew]]", KIM_ENTRIES, others={"Kiew": [Candidate(sea, 0.051)]})
    assert place_table(story).alternatives[0] == "Black Sea p=0.05"


def test_line_breaks_inside_a_sentence_become_spaces():
    story = write_story("Kopf\n\nIn [[Kiew]] und\u2028in\tMoskau.", KIM_ENTRIES)
    assert place_table(story).first_sentence[0] == "In Kiew und in Moskau."


def test_what_is_not_on_the_map_has_a_row_and_no_number(kim):
    table = place_table(kim).set_index("label")
    assert list(table.number.fillna(0)) == [1, 2, 3, 0, 4, 5, 6, 0]
    assert list(table.index[table.number.isna()]) == ["Moskau", "Quellenthal"]
    assert place_table(kim, min_confidence=0.5).set_index("label").number["Moskau"] == 4


def test_scene_country_and_findings_have_columns(kim):
    one, two = kim.places[:2]
    findings = (Finding(two.id, Check.OUTLIER, "Fern."), Finding(two.id, Check.ABROAD, "Fremd."))
    table = place_table(replace(kim, focus=Focus((one.id,), "RU"), findings=findings))
    assert list(table.scene) == [True] + 7 * [False]
    assert set(table.focus_country) == {"RU"}
    assert list(table.check)[:3] == ["", "Fern. Fremd.", ""]
