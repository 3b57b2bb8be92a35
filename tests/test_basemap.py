"""The base map: borders as promised, names in the article's language, a page's weight, the same bytes each time."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from storymap.publish.basemap import country_at, draw_basemap, unwrap
from storymap.publish.basemap_data import Stored, clip, is_inside
from storymap.publish.districts import find_district
from storymap.publish.encoding import CARRY, DIGITS, decode, encode

ASSETS = Path(__file__).parents[1] / "storymap" / "publish" / "assets"

VIEWS = {
    "world": (-170, -50, 180, 70),
    "europe": (-10, 36, 40, 60),
    "germany": (6, 47.3, 15, 55),
    "köln": (6.85, 50.87, 7.1, 51.0),
    "korea and the russian far east": (124, 35, 140, 53),
    "pacific, across the date line": (160, 50, -150, 65),
    "gaza": (34.2, 31.2, 34.6, 31.6),
    "tonga": (-175.4, -21.3, -174.9, -20.9),
}
BUDGET = 90_000
"""Bytes of JSON: with Leaflet's 162 KB and the page's own 35 KB a map page stays below 300 KB."""


def read_word(word, unit):
    """Read what `encode` wrote, written anew from its description so that both would have to be wrong alike."""
    numbers, value, weight = [], 0, 1
    for letter in word:
        if letter in CARRY:
            value += weight * (len(DIGITS) + CARRY.index(letter))
            weight *= len(CARRY)
        else:
            value += weight * DIGITS.index(letter)
            numbers.append(value // 2 if value % 2 == 0 else -(value + 1) // 2)
            value, weight = 0, 1
    points, x, y = [], 0, 0
    for step_x, step_y in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + step_x, y + step_y
        points.append((x * unit, y * unit))
    return points


def parts_of(drawn, layer):
    return [read_word(word, group["q"]) for group in drawn["layers"][layer] for word in group["d"].split(" ")]


def is_on_land(drawn, lat, lon):
    inside = False
    for ring in parts_of(drawn, "land"):
        for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y0 > lat) != (y1 > lat) and x0 + (lat - y0) * (x1 - x0) / (y1 - y0) > lon:
                inside = not inside
    return inside


@pytest.mark.parametrize(
    ("place", "lat", "lon", "country"),
    [
        ("Simferopol", 44.95, 34.1, "UA"),
        ("Sevastopol", 44.6, 33.53, "UA"),
        ("Donezk", 48.0, 37.8, "UA"),
        ("El Aaiún", 27.15, -13.2, "EH"),
        ("Hargeisa", 9.56, 44.06, "SO"),
        ("Kyrenia", 35.33, 33.32, "CY"),
        ("Pristina", 42.66, 21.16, "XK"),
        ("Gaza", 31.5, 34.46, "PS"),
        ("Hebron", 31.53, 35.1, "PS"),
        ("Katzrin", 32.99, 35.69, "SY"),
        ("Suchumi", 43.0, 41.02, "GE"),
        ("Tiraspol", 46.84, 29.63, "MD"),
        ("Srinagar", 34.08, 74.8, "IN"),
        ("Taipeh", 25.03, 121.5, "TW"),
        ("Köln", 50.94, 6.96, "DE"),
        ("Caspian Sea", 41.0, 51.0, ""),
        ("Atlantic", 30.0, -40.0, ""),
        ("Anadyr, beyond the date line", 66.0, -172.0, "RU"),
    ],
)
def test_country_at(place, lat, lon, country):
    assert country_at(lat, lon) == country, place


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_weighs_no_more_than_its_budget(name):
    drawn = draw_basemap(VIEWS[name], lang="de")
    assert len(json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode()) <= BUDGET


@pytest.mark.parametrize("name", VIEWS)
def test_longitudes_run_on_from_the_frame_and_latitudes_stay_on_the_map(name):
    drawn = draw_basemap(VIEWS[name])
    west, south, east, north = drawn["bounds"]
    seen = unwrap(VIEWS[name])
    assert west <= seen[0] < seen[2] <= east or east - west == 360
    assert south <= seen[1] < seen[3] <= north
    for layer in drawn["layers"]:
        for points in parts_of(drawn, layer):
            assert all(-0.2 <= lon - drawn["frame"] <= 360.2 and abs(lat) <= 85.1 for lon, lat in points)
    for label in drawn["labels"]:
        assert drawn["frame"] - 0.2 <= label["lon"] <= drawn["frame"] + 360.2
        assert -90 <= label["lat"] <= 90


@pytest.mark.parametrize(
    ("view", "on_land", "at_sea"),
    [
        ("germany", [(51, 10), (52.2, 21.0), (39.7, -104.9)], [(54.5, 4.0), (30.0, -40.0)]),
        ("korea and the russian far east", [(51.88, 128.33), (52.5, 13.4)], [(40.0, 135.0)]),
        ("pacific, across the date line", [(56.0, 160.0), (64.8, 212.3), (67.0, 185.0)], [(55.0, 180.0)]),
        ("tonga", [(-21.2, -175.15), (-33.0, -212.0)], [(-21.0, -176.5)]),
    ],
)
def test_land_is_land_and_sea_is_sea_in_the_view_and_around_the_world(view, on_land, at_sea):
    drawn = draw_basemap(VIEWS[view])
    assert [is_on_land(drawn, lat, lon) for lat, lon in on_land] == [True] * len(on_land)
    assert [is_on_land(drawn, lat, lon) for lat, lon in at_sea] == [False] * len(at_sea)


def nearest(drawn, layer, lat, lon):
    """Return the distance in degrees of a point to a layer's vertices."""
    return min((abs(x - lon) + abs(y - lat) for points in parts_of(drawn, layer) for x, y in points), default=999)


def test_crimea_has_no_border_with_the_ukrainian_mainland_and_western_sahara_a_dashed_one():
    crimea = draw_basemap((32, 44, 37, 47.5))
    assert nearest(crimea, "borders", 46.1, 33.7) > 1
    assert nearest(crimea, "disputed", 46.1, 33.7) > 1
    sahara = draw_basemap((-17, 21, -5, 32))
    assert nearest(sahara, "disputed", 27.67, -11.0) < 3
    assert nearest(sahara, "borders", 27.67, -11.0) > 1


@pytest.mark.parametrize(
    ("place", "lat", "lon"),
    [
        ("Golan, east", 33.0, 35.85),
        ("Golan, west", 33.0, 35.63),
        ("Green Line", 32.2, 35.0),
        ("Line of Control", 34.5, 74.0),
        ("Kosovo and Serbia", 42.9, 21.4),
        ("Cyprus", 35.15, 33.4),
        ("Abkhazia", 42.6, 41.6),
        ("Transnistria", 46.8, 29.5),
    ],
)
def test_disputed_lines_are_dashed(place, lat, lon):
    drawn = draw_basemap((lon - 1, lat - 1, lon + 1, lat + 1))
    assert nearest(drawn, "disputed", lat, lon) < 0.3, place


def test_names_are_in_the_language_of_the_article():
    east = {label["text"] for label in draw_basemap((22, 35, 135, 60), lang="de")["labels"]}
    assert {"Russland", "Nordkorea", "Schwarzes Meer"} <= east
    europe = {
        lang: {label["text"] for label in draw_basemap(VIEWS["europe"], lang=lang)["labels"]}
        for lang in ("de", "en", "fr", "pl", "ru")
    }
    assert {"Deutschland", "Mailand", "Nordsee"} <= europe["de"]
    assert {"Germany", "Milan", "North Sea"} <= europe["en"]
    assert "Allemagne" in europe["fr"]
    assert "Niemcy" in europe["pl"]
    assert "Германия" in europe["ru"]


def test_an_unknown_language_falls_back_to_english():
    assert "Germany" in {label["text"] for label in draw_basemap(VIEWS["europe"], lang="xx")["labels"]}


def test_a_local_view_names_the_neighbouring_towns():
    labels = draw_basemap(VIEWS["köln"], lang="de")["labels"]
    towns = {label["text"] for label in labels if label["kind"] == "city"}
    assert {"Köln", "Hürth", "Bergisch Gladbach"} <= towns


def test_labels_stand_in_the_order_of_their_rank():
    ranks = [label["rank"] for label in draw_basemap(VIEWS["germany"], lang="de")["labels"]]
    assert ranks == sorted(ranks)
    assert len(ranks) <= 135


def test_a_view_may_be_a_point_or_the_whole_world():
    assert draw_basemap((7.0, 51.0, 7.0, 51.0))["max_zoom"] == 12
    assert draw_basemap((-180, -90, 180, 90))["bounds"][2] - draw_basemap((-180, -90, 180, 90))["bounds"][0] == 360


def test_another_process_draws_the_same_bytes():
    code = (
        "import json; from storymap.publish.basemap import draw_basemap;"
        "print(json.dumps([draw_basemap((6, 47.3, 15, 55), lang='de'), draw_basemap((160, 50, -150, 65))]))"
    )
    runs = {subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(2)}
    assert len(runs) == 1


def test_encoded_steps_read_back():
    line = np.array([(7.001, 50.001), (7.0, 50.0), (7.5, 49.0), (-170.0, 85.0), (190.0, -85.0)])
    (word,) = encode([line], 0.001, closed=False)
    assert np.allclose(read_word(word, 0.001), line)
    assert not set(word) & set("<>&\"'\\`${}#% ")


def test_the_files_are_small_enough_to_ship():
    sizes = [path.stat().st_size for path in ASSETS.glob("basemap*.sqlite")]
    assert len(sizes) == 4
    assert max(sizes) <= 4.5e6
    assert sum(sizes) <= 8.2e6


BOX = (-3.0, -2.0, 4.0, 3.0)


def is_filled(rings, x, y):
    return sum(is_inside(ring, y, x) for ring in rings) % 2


@pytest.mark.parametrize("seed", range(40))
def test_rings_however_bent_are_cut_right(seed):
    chance = np.random.default_rng(seed)
    # Some on the grid, so that they touch the sides and run along them.
    rings = [chance.integers(-7, 8, (count, 2)).astype(float) for count in (3, 5, 9, 14)]
    rings += [chance.normal(0, 4, (12, 2))]
    rings = [np.concatenate((ring, ring[:1])) for ring in rings]
    first = np.cumsum([0, *map(len, rings)])[:-1]
    cut = clip(Stored(0.0, "", np.concatenate(rings), first), [BOX], closed=True)
    west, south, east, north = BOX
    for x, y in chance.uniform((west - 1, south - 1), (east + 1, north + 1), (300, 2)):
        within = west < x < east and south < y < north
        assert is_filled(cut, x, y) == (within and is_filled(rings, x, y))
    for ring in cut:
        assert (ring[0] == ring[-1]).all()
        assert (ring >= (west, south)).all()
        assert (ring <= (east, north)).all()


@pytest.mark.parametrize("view", ["europe", "germany", "korea and the russian far east"])
def test_no_coast_runs_across_the_sea(view):
    drawn = draw_basemap(VIEWS[view])
    groups = drawn["layers"]["land"]
    rings = [ring for group in groups for ring in decode(group["d"], group["q"], closed=True)]
    sides = np.array(drawn["cuts"]["x"]), np.array(drawn["cuts"]["y"])
    along = 0
    for ring in rings:
        for axis, cuts in enumerate(sides):
            on_cut = np.isclose(ring[:, axis, None], cuts, atol=1e-9).any(axis=1)
            edges = on_cut[:-1] & on_cut[1:] & (ring[:-1, axis] == ring[1:, axis])
            for at in np.flatnonzero(edges & (np.abs(np.diff(ring[:, 1 - axis])) > 0.2)):
                middle = (ring[at] + ring[at + 1]) / 2
                beside = np.eye(2)[axis] * 0.01
                along += 1
                # With land on one side at least: that side hides the line, or it is a coast.
                assert any(is_filled(rings, *(middle + side)) for side in (beside, -beside)), middle
    assert along > 5


@pytest.mark.parametrize(
    ("view", "lang", "name", "beside"),
    [
        ((11.5, 40.3, 17.5, 43.5), "de", "Tyrrhenisches Meer", "Adria"),
        ((31.2, 29.3, 35.8, 33.8), "en", "Mediterranean Sea", "Dead Sea"),
        ((-88.0, 41.5, -85.0, 43.5), "en", "Lake Michigan", ""),
        ((170.0, -25.0, 190.0, -10.0), "fr", "océan Pacifique", ""),
    ],
)
def test_water_is_named_where_the_view_shows_it(view, lang, name, beside):
    drawn = draw_basemap(view, lang=lang)
    west, south, east, north = view
    seen = {
        label["text"]: label
        for label in reversed(drawn["labels"])
        if label["kind"] in {"sea", "lake"} and west < label["lon"] < east and south < label["lat"] < north
    }
    assert name in seen
    assert not beside or beside in seen
    if seen[name]["kind"] == "sea":
        assert not is_on_land(drawn, seen[name]["lat"], seen[name]["lon"])


def test_a_local_story_shows_its_district():
    view, ehrenfeld, huerth = (6.7, 50.8, 7.1, 51.0), (50.951, 6.916), (50.871, 6.868)
    drawn = draw_basemap(view, lang="de", points=[ehrenfeld, ehrenfeld, huerth, huerth])
    assert {label["text"] for label in drawn["labels"] if label["kind"] == "district"} == {"Rhein-Erft-Kreis"}
    lines = parts_of(drawn, "districts")
    assert min(abs(lon - 6.81) + abs(lat - 50.9) for line in lines for lon, lat in line) < 0.1
    assert drawn["layers"]["districts"][0]["z"] == 0
    assert not draw_basemap(view, lang="de")["layers"]["districts"]
    assert not draw_basemap((5.0, 47.0, 15.0, 55.0), points=[ehrenfeld])["layers"]["districts"]


@pytest.mark.parametrize(
    ("point", "name"),
    [
        ((50.94, 6.96), "Köln"),
        ((48.14, 11.58), "München"),
        ((47.80, 13.05), "Salzburg"),
        ((47.37, 8.54), "Bezirk Zürich"),
        ((43.30, 5.40), "Bouches-du-Rhône"),
        ((52.37, 4.90), "Amsterdam"),
        ((0.0, 0.0), None),
    ],
)
def test_a_point_lies_in_its_district(point, name):
    found = find_district(*point)
    assert (found and found.names[""]) == name
