"""The pages in other languages than the article's, and the ways to them, in a real Chromium."""

import pytest
from conftest import LENIENT
from stories import kim_story
from test_content_security import READABLE

from storymap.pipeline import name_places
from storymap.publish import publish

pytestmark = pytest.mark.browser

OTHERS = ("en", "fr")
BASE = "https://karten.zeitung.example/kim/"


@pytest.fixture(scope="module", params=["inside", "beside"])
def spoken(request, tmp_path_factory):
    """The folder of the story in three languages, its code inside the pages or beside them, and a server's headers."""
    folder, strict = tmp_path_factory.mktemp("spoken"), request.param == "beside"
    also_in = {lang: name_places(kim_story(), lang) for lang in OTHERS}
    # The pages name the addresses they will have; the flag has to work where they lie now.
    publish(kim_story(), folder, min_confidence=LENIENT, also_in=also_in, strict_csp=strict, base_url=BASE)
    return folder, (lambda _: READABLE) if strict else (lambda _: {})


@pytest.fixture
def address(spoken, serve):
    return serve(*spoken)


def settled(scope, lang):
    """Wait until the page in a language is drawn; return the name of its pin for the capital of Ukraine."""
    scope.locator(f'html[lang="{lang}"] .sm-pin').last.wait_for()
    return scope.locator(".sm-pin").last.get_attribute("aria-label")


@pytest.mark.parametrize("name", ["map", "index"])
def test_the_flag_leads_to_the_page_in_that_language_and_keeps_the_rest(address, browser, name):
    watched = browser(f"{address}/{name}.html?dark=true&lang=en&start=3#x")
    page = watched.page
    assert settled(page, "en") == "7 Kyiv, City, Ukraine"
    assert page.url == f"{address}/{name}.en.html?dark=true&lang=en&start=3#x"
    assert page.locator("html").get_attribute("data-theme") == "dark"
    card = page.get_by_role("dialog", name="Pyongyang")
    card.wait_for()
    quote = card.locator(".sm-quote").first
    assert quote.get_attribute("lang") == "de"
    assert quote.inner_text().startswith("Kim war am Sonntag in Pjöngjang")
    assert page.get_by_role("button", name="Zoom in").count() == 1
    assert watched.said == []
    assert watched.beyond(f"{address}/") == []


@pytest.mark.parametrize("asked", ["", "lang=", "lang=xx", "lang=de", "lang=../evil", "lang=%22%5D", "lang=nl"])
def test_a_language_that_the_page_is_not_there_in_is_ignored(address, browser, asked):
    watched = browser(f"{address}/map.html?{asked}")
    assert settled(watched.page, "de").startswith("7 Kiew")
    assert watched.page.url == f"{address}/map.html?{asked}"
    assert watched.said == []


def test_one_can_go_on_to_another_language_and_back(address, browser):
    page = browser(f"{address}/map.en.html?lang=fr").page
    assert settled(page, "fr") == "7 Kiev, Ville, Ukraine"
    page.goto(f"{address}/map.fr.html?lang=de")
    assert settled(page, "de").startswith("7 Kiew, Stadt")
    assert page.url == f"{address}/map.html?lang=de"


@pytest.mark.parametrize("sandbox", ["allow-scripts", "allow-scripts allow-popups allow-popups-to-escape-sandbox"])
def test_in_a_sandboxed_frame_of_another_site_the_flag_works(address, browser, serve, tmp_path, sandbox):
    frame = f'<iframe src="{address}/map.html?lang=en" sandbox="{sandbox}" width="900" height="600"></iframe>'
    heard = "<script>heard = []; addEventListener('message', ({ data }) => heard.push(data))</script>"
    icon = '<link rel="icon" href="data:,">'
    (tmp_path / "host.html").write_text(f"<!DOCTYPE html><title>host</title>{icon}{heard}{frame}", encoding="utf-8")
    watched = browser(f"{serve(tmp_path)}/host.html")
    page = watched.page
    assert settled(page.frame_locator("iframe"), "en") == "7 Kyiv, City, Ukraine"
    page.wait_for_function(
        "heard.some(data => data.storymap === 'height' && data.label.startsWith('Map with 7 places'))"
    )
    assert watched.said == []
    # The frame left no page behind that "back" would lead to.
    assert page.evaluate("history.length") == 2


def test_the_flag_works_from_a_disk(spoken, browser):
    folder, headers = spoken
    if headers(""):
        pytest.skip("no browser checks the hashes of files of a page from a disk")
    watched = browser((folder / "map.html").as_uri() + "?lang=en")
    assert settled(watched.page, "en") == "7 Kyiv, City, Ukraine"
    assert watched.said == []


def test_every_snippet_leads_to_the_language_that_is_chosen(address, browser):
    page = browser(f"{address}/embed.html").page
    before = page.locator("#iframe textarea").input_value()
    page.get_by_label("Sprache").select_option("English")
    page.locator("select[name=start]").select_option(label="3 Pjöngjang")
    code = page.locator("#iframe textarea").input_value()
    assert f'src="{BASE}map.en.html?start=3"' in code
    assert 'title="Map with 7 places: Vostochny' in code
    assert f'src="{BASE}story.json?lang=en&amp;start=3"' in page.locator("#component textarea").input_value()
    assert page.locator("#oembed textarea").input_value() == f"{BASE}map.html"
    page.frame_locator(".preview iframe").get_by_role("dialog", name="Pyongyang").wait_for()
    page.get_by_label("Sprache").select_option("Deutsch")
    page.locator("select[name=start]").select_option(index=0)
    assert page.locator("#iframe textarea").input_value() == before


def test_a_map_in_another_language_is_tied_to_the_article_too(browser, serve, tmp_path):
    site, maps = tmp_path / "site", tmp_path / "maps"
    site.mkdir()
    address, beside = serve(site), serve(maps)
    kim = kim_story(url=f"{address}/artikel.html")
    publish(kim, maps, min_confidence=LENIENT, also_in={"en": name_places(kim, "en")})
    english = f"{beside}/map.html?lang=en"
    frame = f'<iframe src="{english}" sandbox="allow-scripts" width="900" height="600"></iframe>'
    text = "<p>Kim war am Sonntag in Pjöngjang in seinen gepanzerten Sonderzug gestiegen.</p>"
    tie = f'<script src="{beside}/story-sync.js" async></script>'
    head = '<!DOCTYPE html><meta charset="utf-8"><title>Zeitung</title><link rel="icon" href="data:,">'
    (site / "artikel.html").write_text(f"{head}<main>{text}{frame}</main>{tie}", encoding="utf-8")
    watched = browser(f"{address}/artikel.html", height=900)
    page = watched.page
    scope = page.frame_locator("iframe")
    settled(scope, "en")
    page.locator(".storymap-name", has_text="Pjöngjang").dispatch_event("click", {"detail": 1})
    card = scope.get_by_role("dialog", name="Pyongyang")
    card.get_by_role("link").first.click()
    page.wait_for_function("document.querySelector('.storymap-marked')")
    assert page.url == f"{address}/artikel.html"
    assert watched.said == []
