"""The published pages in a real Firefox: silent, whole, usable by keyboard, and with text at twice its size."""

import shutil

import pytest
from firefox import start
from stories import kim_story, towns_story

from storymap.publish import publish

pytestmark = pytest.mark.browser

ENTER, ESCAPE, RIGHT = "\ue007", "\ue00c", "\ue014"
STORIES = {"kim": kim_story, "300 towns": lambda: towns_story(300, "en"), "arabic": lambda: towns_story(7, "ar")}
LARGE_TEXT = {"ui.textScaleFactor": 200, "browser.display.os-zoom-behavior": 2}
"""What a reader sets who wants larger letters and not a larger page."""


@pytest.fixture(scope="module", params=[{}, LARGE_TEXT], ids=["as it comes", "large text"])
def firefox(request, tmp_path_factory):
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    assert path, "Firefox is not installed: make browser does it"
    with start(path, tmp_path_factory.mktemp("profile"), request.param) as started:
        yield started


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundles")
    for name, make in STORIES.items():
        publish(make(), folder / name)
    return folder


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("name", ["index.html", "map.html"])
@pytest.mark.parametrize("width", [1280, 375])
def test_a_page_works_in_firefox(firefox, bundles, story, name, width):
    firefox.open((bundles / story / name).as_uri(), width)
    firefox.run("new Promise((done) => setTimeout(done, 100))")  # the land is drawn a frame after the pins
    assert firefox.run("document.querySelectorAll('path.sm-land').length") >= 1
    firefox.run("[...document.querySelectorAll('.sm-pin, .sm-group')].find((head) => head.checkVisibility()).focus()")
    while firefox.run("document.activeElement.classList.contains('sm-group')"):
        firefox.press(ENTER)
        firefox.run("new Promise((done) => setTimeout(done, 50))")
    firefox.press(ENTER)
    assert firefox.run("document.activeElement.getAttribute('role')") == "dialog"
    quotes = "[...document.querySelectorAll('[role=dialog] .sm-quote')].map(quote => quote.textContent)"
    first = firefox.run(quotes)
    assert first
    assert firefox.run("document.documentElement.scrollWidth <= innerWidth")
    firefox.press(RIGHT)
    assert firefox.run(quotes) != first
    firefox.press(ESCAPE)
    assert firefox.run("document.querySelectorAll('[role=dialog]').length") == 0
    assert firefox.said == []
    assert [url for url in firefox.asked if not url.startswith(("data:", bundles.as_uri()))] == []


def test_large_text_is_twice_as_large(firefox, bundles, request):
    firefox.open((bundles / "kim" / "index.html").as_uri(), 1280)
    twice = "large" in request.node.name
    assert (firefox.run("document.querySelector('.story-text p').getBoundingClientRect().height") > 200) == twice
