"""The dialog of a place in a real Chromium: what it shows, where it leads, where the focus goes."""

import pytest
from stories import KIM_ENTRIES, write_story

from storymap.publish import publish

pytestmark = pytest.mark.browser

DOUBT = "Zuordnung unsicher; möglich auch: Moscow (USA)"
FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.getAttribute('role')"


@pytest.mark.parametrize("name", ["index.html", "map.html"])
@pytest.mark.parametrize("width", [1280, 375])
def test_quotes_past_three_are_folded(browser, tmp_path, name, width):
    source = "Kopf\n\n" + " ".join(f"Satz {i} nennt [[Kiew]]." for i in range(5)) + "\n\nAuch [[Moskau]] schwieg."
    publish(write_story(source, KIM_ENTRIES), tmp_path)
    page = browser((tmp_path / name).as_uri(), width=width).page
    page.get_by_role("button", name="1 Kiew").click()
    dialog = page.get_by_role("dialog", name="Kiew")
    quotes = dialog.locator(".sm-quote").locator("visible=true")
    assert quotes.count() == 3
    dialog.get_by_text("2 weitere Stellen").press("Enter")
    assert quotes.count() == 5
    box = dialog.bounding_box()
    assert 0 <= box["y"] <= 860 - box["height"]


@pytest.mark.parametrize("width", [1280, 375])
def test_the_focus_goes_in_and_back_and_the_state_is_told(bundle, browser, width):
    page = browser((bundle / "map.html").as_uri(), width=width).page
    pin = page.get_by_role("button", name="3 Pjöngjang")
    assert pin.get_attribute("aria-haspopup") == "dialog"
    pin.press("Enter")
    assert page.evaluate(FOCUSED) == "dialog"
    assert pin.get_attribute("aria-expanded") == "true"
    assert page.get_by_role("dialog", name="Pjöngjang").get_by_role("heading", name="Pjöngjang").count() == 1
    page.get_by_role("button", name="Schließen").press("Enter")
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate(FOCUSED).startswith("3 Pjöngjang")
    assert pin.get_attribute("aria-expanded") == "false"


def test_a_doubtful_place_says_so(bundle, browser):
    page = browser((bundle / "map.html").as_uri()).page
    page.get_by_role("button", name="4 Moskau").press("Enter")
    assert page.get_by_role("dialog", name="Moskau").locator(".sm-doubt").inner_text() == DOUBT


@pytest.mark.parametrize("width", [1280, 375])
def test_a_dialog_leads_to_its_row_of_the_table(bundle, browser, width):
    page = browser((bundle / "index.html").as_uri(), width=width).page
    assert not page.locator("#row-3").is_visible()
    page.get_by_role("button", name="3 Pjöngjang").press("Enter")
    page.get_by_role("dialog").get_by_role("link", name="In der Tabelle zeigen").click()
    page.wait_for_timeout(100)
    assert page.url.endswith("#row-3")
    row = page.locator("#row-3").bounding_box()
    assert 0 <= row["y"] <= 860 - row["height"]


def test_a_map_alone_has_no_table_to_lead_to(bundle, browser):
    assert browser((bundle / "map.html").as_uri()).page.locator("a[href^='#row']").count() == 0


def test_a_map_without_script_is_its_list(bundle, browser):
    page = browser((bundle / "map.html").as_uri(), java_script_enabled=False).page
    assert page.locator(".place").first.is_visible()
    assert not page.locator(".folium-map").is_visible()
    assert page.get_by_role("button").count() == 0
    assert not browser((bundle / "map.html").as_uri()).page.locator(".place").first.is_visible()
