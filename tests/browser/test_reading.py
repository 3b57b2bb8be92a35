"""The article and its map read each other, in a real Chromium: the map follows, and never fights the reader."""

import pytest
from stories import kim_story

from storymap.publish import publish

pytestmark = pytest.mark.browser

VIEW = "String(map_story.getCenter()) + map_story.getZoom()"
HOLDS = "points => points.every(point => map_story.getBounds().contains(point))"
SETTLED = 800  # ms: a paragraph is read for 300 before the map goes there


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """The story at such length that it is scrolled, on a wide screen too."""
    folder = tmp_path_factory.mktemp("long")
    publish(kim_story(), folder, min_confidence=0.5)
    page = folder / "index.html"
    text = page.read_text(encoding="utf-8")
    space = '<p class="space" dir="auto">' + "Lange Zeit geschah nichts. " * 60 + "</p>"
    page.write_text(text.replace("</article>", space * 2 + "</article>"), encoding="utf-8")
    return page.as_uri()


def read(page, number):
    """Scroll a paragraph to where the eyes are."""
    page.locator(f".story-text > p >> nth={number}").evaluate(
        "p => scrollTo(0, p.getBoundingClientRect().top + scrollY + 10 - innerHeight * 0.45)"
    )
    page.wait_for_timeout(SETTLED)


@pytest.mark.parametrize(("width", "height"), [(1280, 500), (375, 740)])
def test_the_map_follows_the_paragraph_and_comes_home(long, browser, width, height):
    watched = browser(long, width=width, height=height)
    page = watched.page
    home = page.evaluate(VIEW)
    page.wait_for_timeout(SETTLED)
    assert page.evaluate(VIEW) == home
    read(page, 1)
    assert page.evaluate(f"({HOLDS})([[39.03, 125.75], [43.1, 131.87]])")
    near = page.evaluate("map_story.getZoom()")
    read(page, 2)
    assert page.evaluate(f"({HOLDS})([[55.75, 37.6], [40, 127]])")
    assert page.evaluate("map_story.getZoom()") < near
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(SETTLED)
    assert page.evaluate("map_story.getZoom()") == pytest.approx(float(home.split(")")[1]), abs=0.3)
    assert watched.said == []


def test_the_map_stays_where_the_reader_put_it_until_told_to_follow(long, browser):
    page = browser(long, height=500).page
    page.get_by_role("button", name="Vergrößern").click()
    page.wait_for_timeout(100)
    mine = page.evaluate(VIEW)
    read(page, 2)
    assert page.evaluate(VIEW) == mine
    follow = page.get_by_role("button", name="Karte folgt dem Text")
    follow.click()
    follow.click()
    assert follow.get_attribute("aria-pressed") == "true"
    page.wait_for_timeout(100)
    assert page.evaluate(VIEW) != mine


def test_the_map_stays_while_a_dialog_is_open(long, browser):
    page = browser(long, height=700).page
    page.locator(".story-text .name").first.click()
    mine = page.evaluate(VIEW)
    read(page, 2)
    assert page.evaluate(VIEW) == mine
    assert page.get_by_role("dialog").count() == 1


def test_following_can_be_switched_off(long, browser):
    page = browser(long, height=500).page
    follow = page.get_by_role("button", name="Karte folgt dem Text")
    follow.click()
    assert follow.get_attribute("aria-pressed") == "false"
    home = page.evaluate(VIEW)
    read(page, 2)
    assert page.evaluate(VIEW) == home


def test_from_the_list_a_place_is_shown_on_the_map_and_escape_leads_back(bundle, browser):
    page = browser((bundle / "index.html").as_uri(), height=700).page
    link = page.locator(".place a[data-pin]").nth(5)
    link.click()
    box = page.get_by_role("dialog", name="Nordkorea").bounding_box()
    assert 0 <= box["y"] <= 700 - box["height"]
    page.keyboard.press("Escape")
    assert link.evaluate("element => element === document.activeElement")
    assert 0 <= link.bounding_box()["y"] <= 700
