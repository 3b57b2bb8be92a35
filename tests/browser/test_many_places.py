"""Hundreds of places on one map, in a real Chromium."""

import random

import pytest
from stories import write_story

from storymap.model import Entry, Kind
from storymap.publish import publish

pytestmark = pytest.mark.browser

COUNT = 300


@pytest.fixture(scope="module")
def places():
    chance = random.Random(7)
    kinds = [Kind.CITY, Kind.DISTRICT, Kind.MOUNTAIN]
    return {
        f"Ort{i}": Entry(
            f"test:{i}",
            f"Ort{i}",
            chance.choice(kinds),
            chance.uniform(37, 60),
            chance.uniform(-8, 28),
            None,
            chance.choice(["DE", "FR", "PL"]),
        )
        for i in range(COUNT)
    }


@pytest.fixture(scope="module")
def crowd(places, tmp_path_factory):
    folder = tmp_path_factory.mktemp("crowd")
    publish(write_story("Kopf\n\n" + "\n\n".join(f"In [[{name}]] war es still." for name in places), places), folder)
    return folder


def boxes(page, selector):
    return [element.bounding_box() for element in page.locator(selector).locator("visible=true").all()]


def apart(one, other):
    return (
        one["x"] + one["width"] <= other["x"] + 1
        or other["x"] + other["width"] <= one["x"] + 1
        or one["y"] + one["height"] <= other["y"] + 1
        or other["y"] + other["height"] <= one["y"] + 1
    )


@pytest.mark.parametrize("width", [1280, 375])
def test_nothing_covers_anything_and_everything_is_counted(crowd, browser, width):
    watched = browser((crowd / "map.html").as_uri(), width=width, height=640)
    page = watched.page
    shown = [*boxes(page, ".sm-pin"), *boxes(page, ".sm-group"), *boxes(page, '.sm-name:not([data-side="none"])')]
    for i, one in enumerate(shown):
        assert all(apart(one, other) for other in shown[i + 1 :])
    groups = page.locator(".sm-group").locator("visible=true").all_inner_texts()
    assert sum(map(int, groups)) + page.locator(".sm-pin").locator("visible=true").count() == COUNT
    assert watched.said == []


def test_a_group_opens_by_keyboard_until_its_places_stand_alone(crowd, browser):
    page = browser((crowd / "map.html").as_uri()).page
    kind = "document.activeElement.className"
    page.locator(".sm-group").locator("visible=true").first.focus()
    first = page.evaluate("document.activeElement.textContent")
    assert page.evaluate("document.activeElement.ariaLabel") == f"{first} Orte, näher heran"
    for _ in range(12):
        page.keyboard.press("Enter")
        page.wait_for_timeout(60)
        if page.evaluate(kind) == "sm-pin":
            break
    assert page.evaluate(kind) == "sm-pin"
    page.keyboard.press("Enter")
    assert page.get_by_role("dialog").count() == 1


def test_a_step_finds_its_place_in_a_group(crowd, browser):
    page = browser((crowd / "map.html").as_uri() + "?start=12").page
    page.locator(".sm-title", has_text="Ort11").wait_for()
    assert page.locator(".is-open > .sm-pin").is_visible()


def test_a_step_leads_out_of_what_is_seen(crowd, browser):
    watched = browser((crowd / "map.html").as_uri())
    watched.page.evaluate("map_story.setView([56, 24], 8, {animate: false})")
    watched.page.locator("#map_story").press("Home")
    watched.page.locator(".sm-title", has_text="Ort0").wait_for()
    assert watched.page.locator(".is-open > .sm-pin").is_visible()
    assert watched.said == []


def test_the_list_is_narrowed_by_kind_and_country(crowd, browser, places):
    page = browser((crowd / "index.html").as_uri()).page
    page.locator("select[name=kind]").select_option("Berg")
    page.locator("select[name=country]").select_option("Polen")
    wanted = [name for name, entry in places.items() if entry.kind is Kind.MOUNTAIN and entry.country == "PL"]
    assert page.locator(".place h3").locator("visible=true").all_inner_texts() == wanted
    assert page.locator(".filter output").inner_text() == f"{len(wanted)} / {COUNT}"
    groups = page.locator(".sm-group").locator("visible=true").all_inner_texts()
    assert sum(map(int, groups)) + page.locator(".sm-pin").locator("visible=true").count() == len(wanted)
    page.locator("select[name=kind]").select_option("")
    page.locator("select[name=country]").select_option("")
    assert page.locator(".sm-group").locator("visible=true").count() > len(groups)


@pytest.mark.parametrize(("count", "reach"), [(30, 0.03), (30, 2.0), (100, 0.05)])
def test_every_place_is_on_top_on_a_phone_when_it_is_chosen(browser, tmp_path, count, reach):
    chance = random.Random(count)
    places = {
        f"Ort{i}": Entry(
            f"test:{i}",
            f"Ort{i}",
            Kind.CITY,
            50.9 + reach * chance.uniform(-0.6, 0.6),
            7 + reach * chance.uniform(-1, 1),
            None,
            "DE",
        )
        for i in range(count)
    }
    publish(write_story("Kopf\n\n" + " ".join(f"[[{name}]]" for name in places), places), tmp_path, only=("map",))
    page = browser((tmp_path / "map.html").as_uri(), width=375, height=420).page
    middle = "box => { const { x, y } = box.getBoundingClientRect(); return [x + 13, y + 13]; }"
    for head in page.locator(".sm-pin").locator("visible=true").all():
        x, y = head.evaluate(middle)
        assert 13 < x < 362
        assert 13 < y < 407
    hit = """(number) => {
        const { button } = map_story.story.pins[number - 1];
        const { x, y } = button.getBoundingClientRect();
        return button.contains(document.elementFromPoint(x + 13, y + 13));
    }"""
    for number in range(1, count + 1):
        page.evaluate("number => map_story.story.show(number, false)", number)
        assert page.evaluate(hit, number)
