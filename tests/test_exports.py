"""What other programs read: each file is read back by a library that is not ours."""

import csv
import io
import json
import re

import fastkml
import geopandas as gpd
import gpxpy
import pytest
from lxml import etree
from NewsMLG2 import NewsMLG2Document
from pyld import jsonld
from stories import kim_story, write_story

from storymap.article.read import read_article
from storymap.model import Entry, Kind
from storymap.pipeline import map_article
from storymap.publish.anchors import anchor_mentions
from storymap.publish.export import (
    places_csv,
    places_excel_csv,
    places_geopackage,
    places_geoparquet,
    places_gpx,
    places_kml,
)
from storymap.publish.newsmeta import annotations, georss, json_ld, linked_places, newsml, ninjs_1, ninjs_2, ninjs_3

LABELS = ["Wostotschny", "Wladiwostok", "Pjöngjang", "Ukraine", "Nordkorea", "Kiew"]


@pytest.fixture(scope="module")
def kim():
    return kim_story()


def points(kim):
    return [(place.lat, place.lon) for place in kim.published()]


def test_the_plain_csv_is_the_table_as_it_is():
    odd = {"=1+2": Entry("storymap:odd", "=1+2", Kind.CITY, -10.0, -20.0, None, "BR")}
    story = write_story("Nichts\n\nEs war in [[=1+2]].\n", odd)
    assert next(csv.DictReader(io.StringIO(places_csv(story))))["label"] == "=1+2"
    guarded = next(csv.DictReader(io.StringIO(places_excel_csv(story).removeprefix("\ufeff"))))
    assert (guarded["label"], guarded["lat"]) == ("'=1+2", "-10.0")


def test_kml_is_read_by_fastkml(kim):
    document = fastkml.KML.from_string(places_kml(kim).encode())
    marks = list(document.features[0].features)
    assert [mark.name for mark in marks] == LABELS
    assert [(mark.geometry.y, mark.geometry.x) for mark in marks] == points(kim)
    assert "Es war ihre erste Begegnung" in marks[1].description


def test_gpx_is_read_by_gpxpy(kim):
    gpx = gpxpy.parse(places_gpx(kim))
    assert [(point.name, point.latitude, point.longitude) for point in gpx.waypoints] == [
        (label, *point) for label, point in zip(LABELS, points(kim), strict=True)
    ]
    assert gpx.link == kim.article.url


@pytest.mark.parametrize("write", [places_geopackage, places_geoparquet])
def test_geopandas_reads_what_geographers_get(kim, tmp_path, write):
    path = tmp_path / ("places.gpkg" if write is places_geopackage else "places.parquet")
    path.write_bytes(write(kim))
    frame = gpd.read_parquet(path) if write is places_geoparquet else gpd.read_file(path)
    assert frame["label"].tolist() == LABELS
    assert [(point.y, point.x) for point in frame.geometry] == points(kim)
    assert frame.crs.to_epsg() == 4326
    assert write(kim) == path.read_bytes()


def test_json_ld_is_linked_data_of_schema_org(kim):
    text = json_ld(kim)
    data = json.loads(text)
    assert "<" not in text
    # The context lies on a server; its one rule that matters here is the vocabulary.
    data["@context"] = {"@vocab": "https://schema.org/"}
    (article,) = jsonld.expand(data)
    assert article["@type"] == ["https://schema.org/NewsArticle"]
    named = [place["https://schema.org/name"][0]["@value"] for place in article["https://schema.org/mentions"]]
    assert named == LABELS
    assert article["https://schema.org/inLanguage"] == [{"@value": "de"}]


def test_ninjs_has_the_places_as_each_version_names_them(kim):
    first, second, third = (json.loads(write(kim)) for write in (ninjs_1, ninjs_2, ninjs_3))
    assert [place["name"] for place in first["place"]] == [place["name"] for place in third["places"]] == LABELS
    assert first["uri"] == third["uri"] == kim.article.url
    assert first["place"][1]["code"] == "2013348"
    assert third["places"][1]["uri"] == "https://sws.geonames.org/2013348/"
    point = {"type": "Point", "coordinates": [131.8735, 43.1056]}
    assert third["places"][1]["geoJSON"] == second["places"][1]["geojson"] == point
    assert first["byline"] == second["by"] == third["by"] == "Von Anna Berger"


def test_newsml_is_read_by_the_library_of_its_makers(kim):
    item = NewsMLG2Document(newsml(kim).encode()).get_item()
    assert [str(subject.name[0]) for subject in item.contentmeta.subject] == LABELS
    # The library knows no details in an assert, which the standard has.
    places = etree.fromstring(newsml(kim).encode()).iterfind("{*}assert/{*}geoAreaDetails/{*}position")
    assert [(float(place.get("latitude")), float(place.get("longitude"))) for place in places] == points(kim)


def test_an_atom_entry_has_one_point_and_the_box_of_all(kim):
    entry = etree.fromstring(georss(kim).encode())
    rss = "{http://www.georss.org/georss}"
    assert entry.findtext(f"{rss}point") == "51.884 128.334"
    south, west, north, east = map(float, entry.findtext(f"{rss}box").split())
    assert all(south <= lat <= north and west <= lon <= east for lat, lon in points(kim))


def test_an_annotation_finds_its_words_by_quote_and_by_position(kim):
    collection = json.loads(annotations(kim))
    text = kim.article.text
    mentions = [mention for place in kim.published() for mention in place.mentions]
    assert collection["total"] == len(collection["first"]["items"]) == len(mentions)
    assert len({item["id"] for item in collection["first"]["items"]}) == len(mentions)
    for item in collection["first"]["items"]:
        quote, position = item["target"]["selector"]
        assert text[position["start"] : position["end"]] == quote["exact"]
        assert text.count(quote["prefix"] + quote["exact"] + quote["suffix"]) == 1


def test_linked_places_are_geojson_with_names_and_matches(kim):
    places = json.loads(linked_places(kim))["features"]
    assert [place["properties"]["title"] for place in places] == LABELS
    assert places[1]["links"] == [{"type": "exactMatch", "identifier": "gn:2013348"}]
    assert gpd.GeoDataFrame.from_features(places).geometry.x.tolist() == [lon for _, lon in points(kim)]


def test_no_text_breaks_the_xml():
    name = "A\x00<&>\u2028\ud800]]>"
    odd = Entry("storymap:odd", name, Kind.CITY, 1.0, 2.0, None, "BR")
    story = write_story(f"\x01 & <b>\n\nIn [[{name}|X]] war es.\n", {"X": odd})
    for write in (places_kml, places_gpx, newsml, georss):
        etree.fromstring(write(story).encode())


def test_a_story_across_the_date_line_has_a_box_that_crosses_it():
    entries = {
        "Suva": Entry("geonames:2198148", "Suva", Kind.CITY, -18.1416, 178.4415, None, "FJ"),
        "Apia": Entry("geonames:4035413", "Apia", Kind.CITY, -13.8333, -171.7667, None, "WS"),
    }
    story = write_story("Reise\n\nVon [[Suva]] nach [[Apia]].\n", entries)
    _, west, _, east = map(float, etree.fromstring(georss(story).encode()).findtext("{*}box").split())
    assert west > east


PAGE = """\
<!doctype html>
<html lang="de"><head><title>Zug nach Köln – Nachrichten</title><script>var ort = "Köln";</script>
<body class=x><nav><a href=/koeln>Köln</a> <a href=/wien>Wien</a></nav>
<article><h1>Zug nach K&ouml;ln bleibt in <em>Wien</em> stehen</h1>
<!-- Köln -->
<p>Ein Nachtzug von Wien nach <b>K</b>öln ist am Dienstag
   kurz vor Sankt&nbsp;P&#246;lten liegen geblieben.</p>
<p class="a>b">Die Fahrg&auml;ste aus Wi&shy;en warteten drei
Stunden &amp; froren; in Salz<wbr>burg wurden sie mit Decken
empfangen.</p>
<p>Erst am Abend fuhr der Zug weiter, \u00fcber M\u00fcnchen, Ulm und Frankfurt am Main, wo niemand mehr
auf ihn gewartet hatte.</p>
</article><footer>Impressum: Verlag, Köln</footer></body></html>
"""


def test_the_page_comes_back_as_it_was_with_a_span_on_each_name():
    story = map_article(read_article(io.StringIO(PAGE)))
    anchored = anchor_mentions(PAGE, story)
    marked = re.findall(r'<span (id="storymap-\d+" )?data-storymap-place="(\d+)">(.*?)</span>', anchored)
    assert re.sub(r"<span [^>]*storymap[^>]*>|</span>", "", anchored) == PAGE
    texts = [text for _, _, text in marked]
    assert "K&ouml;ln" in texts
    assert "Sankt&nbsp;P&#246;lten" in texts
    assert texts[texts.index("Salz") : texts.index("Salz") + 2] == ["Salz", "burg"]
    numbers = {text: number for _, number, text in marked}
    assert numbers["Salz"] == numbers["burg"]
    assert numbers["K&ouml;ln"] == numbers["öln"]
    assert len(set(re.findall(r'id="(storymap-\d+)"', anchored))) == anchored.count(' id="storymap-')
    # Neither menu nor comment nor script nor footer.
    for untouched in ("<a href=/koeln>Köln</a>", "<!-- Köln -->", 'ort = "Köln"', "Verlag, Köln"):
        assert untouched in anchored


def test_a_page_of_another_article_comes_back_without_a_change(kim):
    assert anchor_mentions(PAGE, kim) == PAGE
