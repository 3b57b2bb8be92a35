"""Places that are no points: their shapes are theirs, light, and stand where the map shows them."""

import json
from functools import partial
from math import pi

import numpy as np
import pytest
import shapely
from stories import write_story
from test_basemap import read_word

from storymap.model import Kind
from storymap.pipeline import open_gazetteer
from storymap.publish.areas import draw_areas
from storymap.publish.basemap import draw_basemap, simplify
from storymap.publish.draw import draw_map
from storymap.publish.pins import make_pins

GERMANY = (6.0, 47.3, 15.0, 55.0)


def entry_of(identity):
    entry = open_gazetteer().find(identity)
    assert entry is not None
    return entry


def named(name, kind, country=""):
    return next(e for e in open_gazetteer().lookup(name) if e.kind is kind and country in [*e.country.split(), ""])


def area_of(entry, view=GERMANY, west=-170.0):
    (pin,) = make_pins(write_story("[[X]]", {"X": entry}))
    (area,) = draw_areas([pin], view, west)
    return area


def outline(area):
    shape = shapely.Polygon()
    for word in area.data["d"].split(" "):
        shape = shape.symmetric_difference(shapely.make_valid(shapely.Polygon(read_word(word, area.data["q"]))))
    return shape


@pytest.mark.parametrize(
    ("name", "country", "inside", "outside"),
    [
        ("Deutschland", "DE", (10.0, 51.0), (14.4, 50.1)),
        ("Ukraine", "UA", (34.1, 45.0), (37.6, 55.7)),
        ("Polen", "PL", (21.0, 52.2), (13.4, 52.5)),
    ],
)
def test_a_country_is_its_outline(name, country, inside, outside):
    area = area_of(named(name, Kind.COUNTRY, country))
    assert area.data["form"] == "area"
    assert shapely.contains_xy(outline(area), *inside)
    assert not shapely.contains_xy(outline(area), *outside)


@pytest.mark.parametrize(
    ("name", "country", "inside", "outside"),
    [
        ("Nordrhein-Westfalen", "DE", (6.96, 50.94), (8.68, 50.11)),
        ("Brandenburg", "DE", (14.5, 52.34), (13.4, 52.52)),
        ("Texas", "US", (-97.7, 30.3), (-95.99, 36.15)),
        ("Niederösterreich", "AT", (15.6, 48.2), (14.3, 48.3)),
    ],
)
def test_a_division_is_cut_out_of_its_country(name, country, inside, outside):
    area = area_of(named(name, Kind.ADMIN1, country))
    assert area.data["form"] == "area"
    assert shapely.contains_xy(outline(area), *inside)
    assert not shapely.contains_xy(outline(area), *outside)


def test_a_country_across_the_date_line_is_in_one_piece():
    parts = outline(area_of(named("Russia", Kind.COUNTRY, "RU"), (100.0, 40.0, 140.0, 60.0), -50.0))
    west, _, east, _ = parts.bounds
    assert (west, east) == (pytest.approx(19.6, abs=1), pytest.approx(191, abs=1))


def test_a_river_is_its_course_and_its_number_stands_on_it():
    danube = entry_of("storymap:danube")
    view = (27.0, 44.5, 31.5, 47.0)
    area = area_of(danube, view)
    assert area.data["form"] == "line"
    course = shapely.MultiLineString([read_word(word, area.data["q"]) for word in area.data["d"].split(" ")])
    assert course.distance(shapely.Point(28.03, 45.43)) < 0.1, "Galați lies on it"
    lat, lon = area.middle
    assert view[0] <= lon <= view[2]
    assert view[1] <= lat <= view[3]
    assert course.distance(shapely.Point(lon, lat)) < 0.02


@pytest.mark.parametrize(
    ("name", "kind", "form"),
    [("Ostsee", Kind.SEA, "sea"), ("Pfalz", Kind.REGION, "soft"), ("Alpen", Kind.MOUNTAIN, "soft")],
)
def test_what_has_no_outline_is_an_ellipse_of_its_extent(name, kind, form):
    entry = named(name, kind)
    west, south, east, north = entry.bbox
    data = area_of(entry).data
    assert (data["form"], data["box"]) == (form, [south, west, north, east])
    ring = shapely.Polygon(read_word(data["d"], data["q"]))
    assert ring.bounds == pytest.approx((west, south, east, north), abs=2 * data["q"])
    assert ring.area == pytest.approx(pi / 4 * (east - west) * (north - south), rel=0.05)


@pytest.mark.parametrize(("name", "kind"), [("Bodensee", Kind.LAKE), ("Kreta", Kind.ISLAND)])
def test_a_lake_and_an_island_are_their_shores(name, kind):
    entry = named(name, kind)
    area = area_of(entry, (8.0, 34.0, 27.0, 48.0))
    assert area.data["form"] == "area"
    assert outline(area).intersection(shapely.box(*entry.bbox)).area > 0.9 * outline(area).area


def test_points_and_continents_have_no_shape():
    assert area_of(named("Berlin", Kind.CITY)) is None
    assert area_of(named("Europa", Kind.CONTINENT)) is None


def test_the_number_stands_in_the_part_that_the_map_shows():
    russia = named("Russia", Kind.COUNTRY, "RU")
    far_east = (127.0, 42.0, 140.0, 55.0)
    lat, lon = area_of(russia, far_east).middle
    assert far_east[0] <= lon <= far_east[2]
    assert far_east[1] <= lat <= far_east[3]
    assert shapely.contains_xy(outline(area_of(russia, far_east)), lon, lat)
    assert area_of(russia, (90.0, 50.0, 110.0, 70.0)).middle is None, "its own point is in view"
    assert area_of(russia, (0.0, 40.0, 10.0, 50.0)).middle is None, "nothing of it is in view"


@pytest.mark.parametrize("view", [GERMANY, (6.9, 50.9, 7.0, 51.0), (-10.0, 35.0, 40.0, 60.0)])
@pytest.mark.parametrize("name", ["Russia", "Canada", "Norway", "Indonesia", "Germany"])
def test_a_shape_is_light_and_good_to_a_pixel_of_the_view(name, view):
    entry = named(name, Kind.COUNTRY)
    area = area_of(entry, view)
    assert len(area.data["d"]) <= 6000


@pytest.mark.parametrize("entry", ["Germany", "Texas", "Ostsee"])
def test_the_same_place_gives_the_same_shape(entry):
    find = partial(area_of, open_gazetteer().lookup(entry)[0])
    assert json.dumps(find()) == json.dumps(find())


def test_every_pin_of_an_area_has_its_shape_in_the_page():
    entries = {"Polen": named("Polen", Kind.COUNTRY), "Berlin": named("Berlin", Kind.CITY)}
    html = draw_map(write_story("Von [[Berlin]] nach [[Polen]]", entries)).get_root().render()
    data = json.loads(html.split('<script type="application/json" id="story_layer">')[1].split("</script>")[0])
    assert [pin["shape"] and pin["shape"]["form"] for pin in data["pins"]] == [None, "area"]


# ---- the lines of the base map


def test_simplified_lines_stay_near_and_keep_their_points_on_the_sides():
    rng = np.random.default_rng(7)
    box = (0.0, 0.0, 16.0, 16.0)
    walk = np.clip(np.cumsum(rng.normal(0, 0.002, (5000, 2)), axis=0) + 8, 0, 16)
    across = np.array([[0.0, 3.0], [0.003, 3.001], [8.0, 3.0], [16.0, 3.002], [16.0, 9.0], [3.0, 16.0]])
    ring = np.concatenate([across, across[:1]])
    kept_walk, kept_ring = simplify([walk, ring], box)
    assert len(kept_walk) < len(walk) / 2
    assert shapely.hausdorff_distance(shapely.LineString(walk), shapely.LineString(kept_walk)) <= 0.0101
    kept = {tuple(point) for point in kept_ring.tolist()}
    assert {(0.0, 3.0), (16.0, 3.002), (16.0, 9.0), (3.0, 16.0)} <= kept
    assert (0.003, 3.001) not in kept
    assert (kept_ring[0] == kept_ring[-1]).all()


def test_a_page_has_no_more_vertices_than_pixels_need():
    drawn = draw_basemap((124, 35, 140, 53), lang="de")
    words = drawn["layers"]["land"][0]["d"].split(" ")
    points = [np.array(read_word(word, drawn["layers"]["land"][0]["q"])) for word in words]
    assert sum(map(len, points)) < 9000
