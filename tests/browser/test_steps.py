"""From place to place in a real Chromium: the control, its keys, the path, and what the address asks for."""

import html

import pytest
from conftest import wait_until
from stories import KIM_ENTRIES, write_story

from storymap.publish import publish

pytestmark = pytest.mark.browser

ORDER = ["Wostotschny", "Wladiwostok", "Pjöngjang", "Moskau", "Ukraine", "Nordkorea", "Kiew"]
FOCUSED = "document.activeElement.getAttribute('role') || document.activeElement.title"


def title(scope):
    return scope.locator(".sm-title").all_inner_texts()


def button(scope, name):
    return scope.get_by_role("button", name=name)


def at(page, name):
    """Tell whether the open place is the wanted one, its head and its popup are seen, and the map stands there."""
    size = page.viewport_size
    for selector in (".is-open > .sm-pin", ".sm-card"):
        box = page.locator(selector).bounding_box()
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= size["width"]
        assert box["y"] + box["height"] <= size["height"]
    return title(page) == [name]


@pytest.mark.parametrize("name", ["map.html", "index.html"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (375, 740)])
def test_the_buttons_go_from_place_to_place_and_keep_the_focus(bundle, browser, name, width, height):
    watched = browser((bundle / name).as_uri(), width=width, height=height)
    page = watched.page
    for number, place in enumerate(ORDER, start=1):
        button(page, "Nächster Ort").click()
        assert at(page, place)
        assert page.locator(".sm-count").inner_text() == f"{number} / 7"
        assert page.locator(".sm-said").inner_text().startswith(f"{number} / 7: {place}, ")
        assert page.evaluate(FOCUSED) == "Nächster Ort"
    button(page, "Nächster Ort").click(force=True)
    assert title(page) == ["Kiew"]
    button(page, "Voriger Ort").click()
    assert title(page) == ["Nordkorea"]
    assert watched.said == []


@pytest.mark.parametrize("name", ["map.html", "index.html"])
def test_keys_step_on_the_map_and_in_the_dialog(bundle, browser, name):
    page = browser((bundle / name).as_uri()).page
    page.locator("#map_story").focus()
    for key, place in (
        ("ArrowRight", "Wostotschny"),
        ("ArrowRight", "Wladiwostok"),
        ("End", "Kiew"),
        ("ArrowLeft", "Nordkorea"),
        ("Home", "Wostotschny"),
    ):
        page.keyboard.press(key)
        assert title(page) == [place]
        assert page.evaluate("document.activeElement.id") == "map_story"
    page.keyboard.press("Escape")
    assert title(page) == []
    page.locator(".sm-pin").nth(1).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    assert title(page) == ["Pjöngjang"]
    assert page.evaluate(FOCUSED) == "dialog"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.ariaLabel").startswith("2 Wladiwostok")


def test_shift_and_an_arrow_move_the_map(bundle, browser):
    page = browser((bundle / "map.html").as_uri()).page
    page.locator("#map_story").focus()
    before = page.evaluate("map_story.getCenter().lng")
    page.keyboard.press("Shift+ArrowRight")
    wait_until(page, f"map_story.getCenter().lng > {before}")
    assert title(page) == []


def test_a_step_flies_and_under_reduced_motion_jumps(bundle, browser):
    address = (bundle / "map.html").as_uri()
    centre = "String(map_story.getCenter())"
    flying = browser(address, reduced_motion="no-preference").page
    button(flying, "Nächster Ort").click()
    early = flying.evaluate(centre)
    flying.wait_for_timeout(1600)
    assert flying.evaluate(centre) != early
    assert at(flying, "Wostotschny")
    calm = browser(address).page
    button(calm, "Nächster Ort").click()
    early = calm.evaluate(centre)
    calm.wait_for_timeout(500)
    assert calm.evaluate(centre) == early


def test_the_path_is_a_line_through_the_places(bundle, browser):
    page = browser((bundle / "map.html").as_uri()).page
    path = button(page, "Weg der Geschichte zeigen")
    assert path.get_attribute("aria-pressed") == "false"
    path.click()
    assert path.get_attribute("aria-pressed") == "true"
    assert page.locator("path.sm-path").is_visible()
    path.click()
    assert page.locator("path.sm-path").count() == 0


@pytest.mark.parametrize("name", ["map.html", "index.html"])
@pytest.mark.parametrize("flag", ["#place-3", "?start=3"])
def test_an_address_leads_to_a_place_and_takes_no_focus(bundle, browser, name, flag):
    page = browser((bundle / name).as_uri() + flag).page
    page.locator(".sm-title").wait_for()
    assert title(page) == ["Pjöngjang"]
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    box = page.locator(".sm-card").bounding_box()
    assert 0 <= box["y"] <= 860 - box["height"]


@pytest.mark.parametrize("flag", ["#place-99", "?start=0", "?start=x", "?autoplay=x", "?dark=constructor", "#place-"])
def test_an_address_that_asks_for_nothing_we_have_shows_the_map(bundle, browser, flag):
    watched = browser((bundle / "map.html").as_uri() + flag)
    watched.page.wait_for_timeout(100)
    assert title(watched.page) == []
    assert watched.said == []


def test_a_map_plays_by_itself_until_it_is_paused_or_touched(bundle, browser):
    page = browser((bundle / "map.html").as_uri() + "?autoplay=2&start=6").page
    page.locator(".sm-title", has_text="Nordkorea").wait_for()
    page.locator(".sm-title", has_text="Kiew").wait_for()
    page.locator(".sm-title", has_text="Wostotschny").wait_for()
    assert page.locator(".sm-said").inner_text() == ""
    button(page, "Anhalten").click()
    page.wait_for_timeout(2300)
    assert title(page) == ["Wostotschny"]
    button(page, "Abspielen").click()
    page.locator(".sm-title", has_text="Wladiwostok").wait_for()
    page.mouse.click(500, 820)
    assert button(page, "Abspielen").is_visible()


def test_a_plain_map_has_no_buttons_and_names_its_sources(bundle, browser):
    page = browser((bundle / "map.html").as_uri() + "?plain=true").page
    assert page.locator(".sm-tool").locator("visible=true").count() == 0
    assert page.get_by_text("GeoNames, geoBoundaries (CC BY 4.0)").is_visible()
    page.locator(".sm-pin").first.click()
    assert title(page) == ["Wostotschny"]


def test_a_static_map_is_an_image(bundle, browser):
    page = browser((bundle / "map.html").as_uri() + "?static=true").page
    assert page.get_by_role("img", name="Karte mit 7 Orten: Wostotschny, ").is_visible()
    before = page.evaluate("String(map_story.getBounds())")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.mouse.click(*[page.locator(".sm-pin").first.bounding_box()[side] + 13 for side in ("x", "y")])
    page.mouse.move(500, 500)
    page.mouse.down()
    page.mouse.move(600, 600)
    page.mouse.up()
    assert title(page) == []
    assert page.evaluate("String(map_story.getBounds())") == before


@pytest.mark.parametrize(("flag", "theme"), [("?dark=true", "dark"), ("?dark=false", "light"), ("?dark=auto", "")])
def test_the_address_chooses_light_or_dark(bundle, browser, flag, theme):
    page = browser((bundle / "map.html").as_uri() + flag).page
    assert page.locator("html").get_attribute("data-theme") == theme


def test_steps_work_in_a_frame_that_may_store_nothing(bundle, browser, tmp_path):
    page = (bundle / "map.html").read_text(encoding="utf-8")
    frame = f'<title>host</title><iframe srcdoc="{html.escape(page)}" sandbox="allow-scripts" width="900" height="600">'
    (tmp_path / "host.html").write_text(frame, encoding="utf-8")
    watched = browser((tmp_path / "host.html").as_uri())
    scope = watched.page.frame_locator("iframe")
    button(scope, "Nächster Ort").click()
    watched.page.keyboard.press("ArrowRight")
    assert title(scope) == ["Wladiwostok"]
    assert watched.said == []


def test_one_place_needs_no_steps(browser, tmp_path):
    publish(write_story("In [[Kiew]]\n\nIn [[Kiew]] war es still.", KIM_ENTRIES), tmp_path)
    watched = browser((tmp_path / "index.html").as_uri())
    assert not watched.page.locator(".sm-steps").is_visible()
    assert watched.said == []


def test_a_step_to_a_large_country_keeps_the_scale_of_the_story(bundle, browser):
    page = browser((bundle / "map.html").as_uri()).page
    widest = page.evaluate("map_story.getBoundsZoom(map_story.getBounds())")
    for _ in ORDER:
        button(page, "Nächster Ort").click()
        assert page.evaluate("map_story.getZoom()") >= widest
