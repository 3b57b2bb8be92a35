"""Every file that other programs read, of every sample article: read back by a library that is not ours, or valid."""

import csv
import io
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import fastkml
import fastkml.validator
import feedparser
import geopandas as gpd
import gpxpy
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import rdflib
import schemas
from jsonschema import Draft202012Validator
from lxml import etree

from storymap import Story, map_article, read_article
from storymap.publish.bundle import make_file

SAMPLES = sorted((Path(__file__).parents[1] / "data" / "articles").iterdir())

SCHEMA_ORG = rdflib.Namespace("https://schema.org/")


@cache
def story_of(path, *, online):
    story = map_article(read_article(path))
    known = {"url": "https://zeitung.example/artikel", "published": "2025-03-01", "byline": "Anna Berger"}
    return replace(story, article=replace(story.article, **{name: known[name] if online else "" for name in known}))


@pytest.fixture(params=SAMPLES, ids=lambda path: path.stem)
def story(request):
    # Half of them are published: some files name an article by its address, and by another way if it has none.
    return story_of(request.param, online=SAMPLES.index(request.param) % 2 == 0)


def pins(story):
    return [(place.entry.lat, place.entry.lon) for place in story.published()]


def made(story, kind):
    return make_file(story, kind)


def test_the_story_comes_back_exactly(story):
    text = made(story, "story").decode()
    assert Story.from_json(text) == story
    assert Story.from_json(text).to_json() == text


def test_tables(story):
    plain = list(csv.DictReader(io.StringIO(made(story, "plain-csv").decode())))
    assert [row["label"] for row in plain] == [place.label for place in story.places]
    safe = pd.read_csv(io.BytesIO(made(story, "csv")), encoding="utf-8-sig")
    assert [(row.lat, row.lon) for row in safe[safe["number"].notna()].itertuples()] == pins(story)
    for row in csv.reader(io.StringIO(made(story, "csv").decode("utf-8-sig"))):
        assert not [cell for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))]


@pytest.mark.parametrize("kind", ["geopackage", "geoparquet", "geojson"])
def test_geodata(story, kind, tmp_path):
    path = tmp_path / {"geopackage": "places.gpkg", "geoparquet": "places.parquet", "geojson": "places.geojson"}[kind]
    path.write_bytes(made(story, kind))
    if kind == "geoparquet":
        about = json.loads(pq.read_schema(path).metadata[b"geo"])
        assert about["columns"][about["primary_column"]]["geometry_types"] == ["Point"]
        frame = gpd.read_parquet(path)
    else:
        info = pyogrio.read_info(path)
        assert (info["features"], info["geometry_type"], info["crs"]) == (len(pins(story)), "Point", "EPSG:4326")
        frame = pyogrio.read_dataframe(path)
    assert [(point.y, point.x) for point in frame.geometry] == pins(story)
    assert frame["label"].tolist() == [place.label for place in story.published()]


def test_kml(story, tmp_path):
    path = tmp_path / "places.kml"
    path.write_bytes(made(story, "kml"))
    assert fastkml.validator.validate(file_to_validate=path)
    marks = fastkml.KML.from_string(path.read_bytes()).features[0].features
    assert [(mark.geometry.y, mark.geometry.x) for mark in marks] == pins(story)


def test_gpx(story):
    read = gpxpy.parse(made(story, "gpx").decode())
    assert [(point.latitude, point.longitude) for point in read.waypoints] == pins(story)
    assert gpxpy.parse(read.to_xml(version="1.1")).waypoints[0].name == read.waypoints[0].name


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        ("geojson", schemas.GEOJSON),
        ("ninjs1", schemas.NINJS_1),
        ("ninjs2", schemas.NINJS_2),
        ("ninjs3", schemas.NINJS_3),
        ("annotations", schemas.ANNOTATIONS),
        ("linked-places", schemas.LINKED_PLACES),
    ],
)
def test_json_is_as_its_standard_says(story, kind, schema):
    Draft202012Validator.check_schema(schema)
    found = Draft202012Validator(schema).iter_errors(json.loads(made(story, kind)))
    errors = [f"{error.json_path}: {error.message}" for error in found]
    assert errors == []


def test_annotations_find_their_words(story):
    for item in json.loads(made(story, "annotations"))["first"]["items"]:
        quote, position = item["target"]["selector"]
        assert story.article.text[position["start"] : position["end"]] == quote["exact"]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_json_ld(story):
    data = json.loads(made(story, "json-ld"))
    # The context lies on a server; its one rule that matters here is the vocabulary.
    graph = rdflib.Graph().parse(data=json.dumps(data | {"@context": {"@vocab": str(SCHEMA_ORG)}}), format="json-ld")
    (article,) = graph.subjects(rdflib.RDF.type, SCHEMA_ORG.NewsArticle)
    mentioned = list(graph.objects(article, SCHEMA_ORG.mentions))
    found = {
        (graph.value(graph.value(place, SCHEMA_ORG.geo), SCHEMA_ORG.latitude).toPython(),
         graph.value(graph.value(place, SCHEMA_ORG.geo), SCHEMA_ORG.longitude).toPython())
        for place in mentioned
    }  # fmt: skip
    assert len(mentioned) == len(pins(story))
    assert found == set(pins(story))


def test_newsml(story):
    item = etree.fromstring(made(story, "newsml"))
    etree.RelaxNG(etree.fromstring(schemas.NEWSML)).assertValid(item)
    places = item.iterfind("{*}assert/{*}geoAreaDetails/{*}position")
    assert [(float(place.get("latitude")), float(place.get("longitude"))) for place in places] == pins(story)


def test_georss(story):
    entry = made(story, "georss").decode().partition("?>")[2]
    feed = feedparser.parse(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>')
    assert not feed.bozo
    (read,) = feed.entries
    assert read.title == story.article.title
    lon, lat = read.where["coordinates"]
    scene = [(p.entry.lat, p.entry.lon) for p in story.published() if p.id in story.focus.scenes]
    assert (lat, lon) == (scene or pins(story))[0]
