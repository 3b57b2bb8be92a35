"""The story page on paper, in Chromium: dark on white whatever the reader's theme, the whole map on the sheet."""

import pytest

pytestmark = pytest.mark.browser


def brightness(page, selector, field):
    colour = page.locator(selector).first.evaluate(f"element => getComputedStyle(element).{field}")
    return sum(map(int, colour.removeprefix("rgb(").removesuffix(")").split(", ")))


@pytest.mark.parametrize("query", ["", "?theme=dark"])
def test_a_dark_page_is_printed_light(bundle, browser, query):
    page = browser((bundle / "index.html").as_uri() + query, color_scheme="dark").page
    assert brightness(page, ".story-text p", "color") > 600
    page.emulate_media(media="print", color_scheme="dark")
    assert brightness(page, ".story-text p", "color") < 150
    assert brightness(page, "path.sm-land", "fill") > 700
    assert brightness(page, ".sm-name", "color") < 150


def test_the_map_is_printed_whole_and_comes_back(bundle, browser):
    page = browser((bundle / "index.html").as_uri()).page
    before = page.locator("#map_story").bounding_box()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    sheet = page.locator("#map_story").bounding_box()
    assert sheet["width"] < 700
    for pin in page.locator(".sm-pin").all():
        box = pin.bounding_box()
        assert sheet["x"] <= box["x"]
        assert box["x"] + box["width"] <= sheet["x"] + sheet["width"]
        assert sheet["y"] <= box["y"]
        assert box["y"] + box["height"] <= sheet["y"] + sheet["height"]
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#map_story").bounding_box() == before
