"""What the pages weigh, and how much of it is script of our own."""

import gzip
import random
import re
from pathlib import Path

import pytest
from stories import kim_story, write_story

from storymap import map_article, read_article
from storymap.model import Entry, Kind
from storymap.publish.contents import CROWD
from storymap.publish.embed import map_page, story_page
from storymap.publish.pins import make_pins, read_inline
from storymap.publish.tiles import choose_tiles

RAW, PACKED = 300_000, 100_000
"""Bytes of map.html with as many pins as are shown one by one, as it is and as a server sends it."""

ARTICLE = 350_000
"""Bytes of index.html of an article of a thousand words."""

SCRIPT = 25_600
"""Bytes of our own script, Folium's lines included, in a page with all that it can have."""

SAMPLES = sorted((Path(__file__).parents[1] / "data" / "articles").iterdir())
WORDS = "Nach Angaben der Behörden blieb es in der Nacht ruhig, obwohl viele Menschen auf den Straßen waren. "


def world_story(count, words=0):
    """Return the story of places all over the world, one in a paragraph, of at least so many words."""
    chance = random.Random(7)
    entries = {
        f"Ort{i}": Entry(
            f"test:{i}", f"Ort{i}", Kind.CITY, chance.uniform(-50, 65), chance.uniform(-150, 170), None, "DE"
        )
        for i in range(count)
    }
    more = WORDS * (words // len(WORDS.split()) // max(count, 1) + 1)
    return write_story("Kopf\n\n" + "\n\n".join(f"In [[{name}]] war es still. {more}" for name in entries), entries)


def own_script(page):
    """Return the script of a page without Leaflet."""
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return "".join(script for script in scripts if "Leaflet 1.9.4" not in script)


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda path: path.stem)
def sample(request):
    return map_article(read_article(request.param))


def test_the_pages_of_a_sample_are_light(sample):
    page = map_page(sample).encode()
    assert len(page) <= RAW
    assert len(gzip.compress(page, mtime=0)) <= PACKED
    assert len(story_page(sample).encode()) <= ARTICLE


def test_a_map_of_the_world_is_light():
    page = map_page(world_story(CROWD)).encode()
    assert len(page) <= RAW
    assert len(gzip.compress(page, mtime=0)) <= PACKED


def test_a_map_of_three_hundred_places_is_drawn():
    """The heads of pins cut the seas into pieces, some of them mere lines, which cannot be cut again."""
    assert map_page(world_story(300)).count('class="sm-pin') >= 300


def test_the_page_of_a_thousand_words_is_light():
    story = world_story(CROWD, words=1000)
    assert len(story.article.text.split()) > 1000
    assert len(story_page(story).encode()) <= ARTICLE


@pytest.mark.parametrize("make", [map_page, story_page])
def test_our_own_script_is_small(make):
    tiles = choose_tiles("https://tiles.example/{z}/{x}/{y}.png", "Amt")
    many = world_story(CROWD + 1)
    assert len(make_pins(many)) > CROWD
    script = own_script(make(many, tiles=tiles))
    assert all(part in script for part in ("drawStory", "gatherPins", "offerTiles"))
    assert len(own_script(make(kim_story())).encode()) < len(script.encode()) <= SCRIPT


@pytest.mark.parametrize("name", ["story.js", "spread.js", "basemap.js", "page.css"])
def test_what_a_browser_does_not_read_is_left_out(name):
    text = read_inline(name)
    assert not re.search(r"/\*|^\s|\s// ", text, re.MULTILINE)
