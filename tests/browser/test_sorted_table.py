"""The place table on the story page in a real Chromium: sorted, filtered, and tied to the pins."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def page(bundle, browser):
    watched = browser((bundle / "index.html").as_uri())
    watched.page.locator("#table > summary").click()
    yield watched.page
    assert watched.said == []


def names(page):
    return page.locator("#table tbody tr:visible > th").all_inner_texts()


def test_a_column_sorts_up_and_down_and_says_so(page):
    before = names(page)
    button = page.get_by_role("button", name="Sicherheit")
    button.click()
    head = page.get_by_role("columnheader", name="Sicherheit")
    assert head.get_attribute("aria-sort") == "ascending"
    assert names(page)[:2] == ["Quellenthal", "Moskau"]
    button.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert names(page)[-2:] == ["Moskau", "Quellenthal"]
    page.get_by_role("button", name="Nr.").click()
    assert names(page) == before
    assert page.locator("#table [aria-sort]").count() == 1


def test_what_is_to_be_checked_comes_first_on_request(page):
    page.get_by_role("button", name="Zu prüfende zuerst").click()
    assert names(page)[0] == "Quellenthal"
    page.get_by_role("button", name="Zu prüfende zuerst").click()
    assert names(page)[0] == "Wostotschny"


def test_the_filter_finds_words_without_accents_and_counts_aloud(page):
    page.get_by_label("Tabelle filtern").fill("pjon NORD")
    assert names(page) == ["Pjöngjang"]
    assert page.locator("#table [role=status]").inner_text() == "1 von 8 Orten"
    page.get_by_label("Tabelle filtern").fill("")
    assert len(names(page)) == 8


def test_a_row_opens_its_pin_and_is_marked_while_the_pin_is_open(page):
    link = page.locator("#row-3 a[data-pin]")
    link.click()
    assert page.get_by_role("dialog", name="Pjöngjang").is_visible()
    assert page.locator(".story-map").evaluate("map => map.getBoundingClientRect().bottom > 100")
    colour = "row => getComputedStyle(row.cells[1]).backgroundColor"
    assert page.locator("#row-3").evaluate(colour) != page.locator("#row-4").evaluate(colour)
    page.keyboard.press("Escape")
    assert link.evaluate("link => link === document.activeElement")


def test_on_a_phone_the_table_moves_and_the_page_does_not(bundle, browser):
    page = browser((bundle / "index.html").as_uri(), width=320).page
    page.locator("#table > summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    frame = page.get_by_role("region", name="Alle Orte")
    assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
    frame.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert frame.evaluate("frame => frame.scrollLeft") > 0
