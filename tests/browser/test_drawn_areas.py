"""Drawn areas in a real Chromium: under their numbers, lit up on choice, quiet where they fill the screen."""

import pytest
from stories import write_story

from storymap.model import Kind
from storymap.pipeline import open_gazetteer
from storymap.publish import publish

pytestmark = pytest.mark.browser

SOURCE = "Hilfe aus [[Polen]]\n\nVon [[Prag]] bis [[Wien]], an der [[Donau]], in [[Mähren]] und an der [[Ostsee]]: {}."
KINDS = {
    "Polen": Kind.COUNTRY,
    "Prag": Kind.CITY,
    "Wien": Kind.CITY,
    "Donau": Kind.RIVER,
    "Mähren": Kind.REGION,
    "Ostsee": Kind.SEA,
    "Köln": Kind.CITY,
    "Nordrhein-Westfalen": Kind.ADMIN1,
}
ENTRIES = {
    name: next(entry for entry in open_gazetteer().lookup(name) if entry.kind is kind) for name, kind in KINDS.items()
}


@pytest.fixture(scope="module")
def flood(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flood")
    publish(write_story(SOURCE.format("Regen"), ENTRIES), folder)
    return folder


def pin(page, name):
    return page.get_by_role("button", name=f" {name}, ")


def lit(page):
    return page.locator("path.is-lit").evaluate_all("paths => paths.map(path => path.classList[0])")


@pytest.mark.parametrize("name", ["index.html", "map.html"])
@pytest.mark.parametrize("width", [1280, 375])
def test_each_area_is_drawn_as_what_it_is(flood, browser, name, width):
    watched = browser((flood / name).as_uri(), width=width)
    for form in ("area", "line", "soft", "sea"):
        shape = watched.page.locator(f"path.sm-{form}")
        assert shape.count() == 1
        box = shape.bounding_box()
        assert box["width"] > 20
        assert box["height"] > 20
    assert watched.said == []


def test_the_number_of_an_area_stands_in_it(flood, browser):
    page = browser((flood / "map.html").as_uri()).page
    box = pin(page, "Polen").bounding_box()
    point = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    inside = """([x, y]) => {
        const path = document.querySelector("path.sm-area"), point = path.ownerSVGElement.createSVGPoint();
        point.x = x; point.y = y;
        return path.isPointInFill(point.matrixTransform(path.getScreenCTM().inverse()));
    }"""
    assert page.evaluate(inside, point)
    assert not page.evaluate(inside, [1, 1])


@pytest.mark.parametrize(
    ("name", "form", "line"),
    [
        ("Polen", "sm-area", "Staat"),
        ("Donau", "sm-line", "Fluss"),
        ("Mähren", "sm-soft", "Region"),
        ("Ostsee", "sm-sea", "Meer"),
    ],
)
def test_an_area_opens_by_keyboard_lights_up_and_says_its_kind(flood, browser, name, form, line):
    page = browser((flood / "map.html").as_uri()).page
    assert lit(page) == []
    pin(page, name).focus()
    assert lit(page) == [form]
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=name)
    assert dialog.locator(".sm-line").inner_text().startswith(line)
    assert lit(page) == [form]
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert pin(page, name).evaluate("button => button === document.activeElement")
    pin(page, "Prag").focus()
    assert lit(page) == []


def test_an_area_lights_up_under_the_mouse(flood, browser):
    page = browser((flood / "map.html").as_uri()).page
    pin(page, "Polen").hover()
    assert lit(page) == ["sm-area"]
    page.mouse.move(5, 5)
    assert lit(page) == []


def test_a_name_in_the_text_lights_up_its_area(flood, browser):
    page = browser((flood / "index.html").as_uri()).page
    page.locator(".story-text .name", has_text="Donau").click()
    assert lit(page) == ["sm-line"]
    page.get_by_role("button", name="Schließen").click()
    assert "sm-line" not in lit(page)


def test_a_sea_lies_below_the_land_and_a_country_above(flood, browser):
    page = browser((flood / "map.html").as_uri()).page
    layer = "path => +getComputedStyle(path.closest('.leaflet-pane')).zIndex"
    land = page.locator("path.sm-land").evaluate(layer)
    assert page.locator("path.sm-sea").evaluate(layer) < land < page.locator("path.sm-area").evaluate(layer)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_area_has_the_colour_of_the_pins(flood, browser, scheme):
    page = browser((flood / "map.html").as_uri(), color_scheme=scheme).page
    accent = page.locator(".sm-dot").first.evaluate("dot => getComputedStyle(dot).backgroundColor")
    assert page.locator("path.sm-area").evaluate("path => getComputedStyle(path).fill") == accent
    assert page.locator("path.sm-line").evaluate("path => getComputedStyle(path).stroke") == accent
    stops = page.locator("#sm-fade stop").evaluate_all("stops => stops.map(stop => getComputedStyle(stop).stopColor)")
    assert set(stops) == {accent}


def test_in_print_an_outline_is_dotted(flood, browser):
    page = browser((flood / "map.html").as_uri()).page
    page.emulate_media(media="print")
    assert page.locator("path.sm-area").evaluate("path => getComputedStyle(path).strokeDasharray") != "none"


def test_an_area_that_fills_the_screen_has_no_tint_until_one_zooms_out(browser, tmp_path):
    publish(write_story("Bus in [[Köln]]\n\nDas Land [[Nordrhein-Westfalen]] zahlt in [[Köln]].", ENTRIES), tmp_path)
    page = browser((tmp_path / "map.html").as_uri(), width=500, height=400).page
    page.evaluate("map_story.setView([50.94, 6.96], 11, {animate: false})")
    opacity = "path => getComputedStyle(path).fillOpacity"
    assert page.locator("path.sm-area").evaluate(opacity) == "0"
    page.evaluate("map_story.setView([50.94, 6.96], 7, {animate: false})")
    assert page.locator("path.sm-area").evaluate(opacity) != "0"
