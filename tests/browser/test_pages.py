"""The published pages in a real Chromium: from file://, in a sandboxed frame, and served from loopback."""

import html

import pytest
from conftest import LENIENT
from stories import KIM_ENTRIES, kim_story, write_story

from storymap.model import Article, Entry, Kind, Story
from storymap.publish import publish

pytestmark = pytest.mark.browser

FRAME = '<title>host</title><iframe {source} sandbox="allow-scripts allow-popups" width="1200" height="700">'
NOWHERE = Story(Article("Der Ausschuss tagte lange.", title="Lange Sitzung", lang="de"))


def pin(scope, name):
    return scope.get_by_role("button", name=name, exact=False).locator("visible=true").first


def in_view(scope, selector):
    return scope.locator(selector).evaluate(
        "element => { const box = element.getBoundingClientRect();"
        " return box.top >= 0 && box.bottom <= document.documentElement.clientHeight; }"
    )


def is_marked(scope, selector):
    colour = "element => getComputedStyle(element).backgroundColor"
    return scope.locator(selector).evaluate(colour) != scope.locator("#s1").evaluate(colour)


@pytest.mark.parametrize("name", ["index.html", "map.html", "embed.html"])
@pytest.mark.parametrize("width", [1280, 375])
def test_a_page_from_a_file_is_silent_and_asks_for_nothing(bundle, browser, name, width):
    watched = browser((bundle / name).as_uri(), width=width)
    watched.page.wait_for_timeout(200)
    assert watched.said == []
    assert watched.beyond(*[(bundle / own).as_uri() for own in (name, "map.html")]) == []


@pytest.mark.parametrize("name", ["index.html", "map.html"])
@pytest.mark.parametrize("how", ["src", "srcdoc"])
def test_a_page_works_in_a_sandboxed_frame(bundle, browser, tmp_path, name, how):
    page = (bundle / name).read_text(encoding="utf-8")
    source = f'src="{(bundle / name).as_uri()}"' if how == "src" else f'srcdoc="{html.escape(page)}"'
    (tmp_path / "host.html").write_text(FRAME.format(source=source), encoding="utf-8")
    watched = browser((tmp_path / "host.html").as_uri())
    scope = watched.page.frame_locator("iframe")
    pin(scope, "Pjöngjang").click()
    assert scope.get_by_role("dialog", name="Pjöngjang").is_visible()
    if name == "index.html":
        scope.get_by_role("dialog").get_by_role("link").first.click()
        watched.page.wait_for_timeout(100)
        assert is_marked(scope, "#s4")
        assert in_view(scope, "#s4")
    assert watched.said == []
    assert watched.beyond((tmp_path / "host.html").as_uri(), (bundle / name).as_uri()) == []


@pytest.mark.parametrize("name", ["index.html", "map.html"])
@pytest.mark.parametrize("width", [1280, 375])
def test_every_pin_opens_by_mouse_with_its_quotes_in_order(bundle, browser, name, width):
    page = browser((bundle / name).as_uri(), width=width).page
    for place in kim_story().published(LENIENT):
        pin(page, f" {place.label}, ").click()
        dialog = page.get_by_role("dialog", name=place.label)
        assert dialog.is_visible()
        article = kim_story().article
        wanted = [article.sentences[number] for number in place.sentences]
        shown = [line.removesuffix(" ↗") for line in dialog.locator(".sm-quote").all_inner_texts()]
        assert shown == [article.text[sentence.start : sentence.end] for sentence in wanted]
        assert set(dialog.locator("mark").all_inner_texts()) == {place.label}
        page.get_by_role("button", name="Schließen").click()
        assert not dialog.is_visible()


@pytest.mark.parametrize("name", ["index.html", "map.html"])
@pytest.mark.parametrize(("width", "key"), [(1280, "Enter"), (375, "Space")])
def test_a_pin_opens_and_closes_by_keyboard(bundle, browser, name, width, key):
    page = browser((bundle / name).as_uri(), width=width).page
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.className"
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate(focused).startswith("2 Wladiwostok"):
            break
    else:
        pytest.fail("Tab never reached the second pin")
    page.keyboard.press(key)
    dialog = page.get_by_role("dialog", name="Wladiwostok")
    assert dialog.is_visible()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "dialog"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Schließen"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "sm-quote"
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert page.evaluate(focused).startswith("2 Wladiwostok")


@pytest.mark.parametrize("width", [1280, 375])
def test_a_quote_leads_to_its_sentence_and_marks_it(bundle, browser, width):
    page = browser((bundle / "index.html").as_uri(), width=width).page
    pin(page, "Wladiwostok").click()
    page.get_by_role("dialog").get_by_role("link").nth(2).click()
    page.wait_for_timeout(100)
    assert page.url.endswith("#s12")
    assert in_view(page, "#s12")
    assert is_marked(page, "#s12")


@pytest.mark.parametrize("width", [1280, 375])
def test_a_name_in_the_text_opens_its_pin_and_escape_leads_back(bundle, browser, width):
    page = browser((bundle / "index.html").as_uri(), width=width).page
    name = page.locator(".story-text .name", has_text="Kiew")
    name.click()
    assert page.get_by_role("dialog", name="Kiew").is_visible()
    assert in_view(page, ".story-text .name.is-open")
    page.keyboard.press("Escape")
    assert name.evaluate("element => element === document.activeElement")


def test_without_script_the_article_and_its_places_are_there(bundle, browser):
    page = browser((bundle / "index.html").as_uri(), java_script_enabled=False).page
    page.locator(".place").nth(1).get_by_role("link").nth(3).click()
    assert page.url.endswith("#s12")
    assert is_marked(page, "#s12")
    assert browser((bundle / "map.html").as_uri(), java_script_enabled=False).page.locator(".place").count() == 7


def test_the_page_scrolls_past_the_map_and_ctrl_zooms_it(bundle, browser):
    page = browser((bundle / "index.html").as_uri(), width=1280, height=700).page
    page.get_by_role("button", name="Karte folgt dem Text").click()
    zoom = "map_story.getZoom()"
    start = page.evaluate(zoom)
    page.mouse.move(900, 300)
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(400)
    assert page.evaluate("scrollY") > 100
    assert page.evaluate(zoom) == start
    assert page.locator(".sm-hint").inner_text() == "Zum Zoomen Strg gedrückt halten"
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(600)
    page.keyboard.up("Control")
    assert page.evaluate(zoom) > start


def test_one_finger_scrolls_the_page_over_the_map(bundle, browser):
    page = browser((bundle / "map.html").as_uri(), width=375, has_touch=True, is_mobile=True).page
    assert page.locator("#map_story").evaluate("element => getComputedStyle(element).touchAction") == "pan-x pan-y"


def test_targets_are_large_enough(bundle, browser):
    page = browser((bundle / "map.html").as_uri(), width=375).page
    pin(page, "Moskau").click()
    for button in page.get_by_role("button").locator("visible=true").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 24


def test_pins_at_one_point_can_all_be_reached(browser, tmp_path):
    twins = {f"Ort{i}": KIM_ENTRIES["Kiew"] for i in range(6)}
    publish(write_story("Kopf\n\n" + " ".join(f"[[{name}]]" for name in twins), twins), tmp_path)
    page = browser((tmp_path / "map.html").as_uri(), width=600, height=400).page
    for name in twins:
        pin(page, f"{name}, ").click()
        assert page.get_by_role("dialog", name=name).is_visible()
        page.keyboard.press("Escape")


@pytest.mark.parametrize(("width", "height"), [(1000, 600), (375, 400)])
def test_a_pin_outside_the_first_view_stands_at_the_edge(browser, tmp_path, width, height):
    far = {"Canberra": Entry("geonames:2172517", "Canberra", Kind.CITY, -35.28, 149.13, None, "AU")}
    source = "Treffen in [[Kiew]]\n\nIn [[Kiew]] hieß es so, in [[Moskau]] anders. In [[Canberra]] schwieg man."
    publish(write_story(source, KIM_ENTRIES | far), tmp_path)
    page = browser((tmp_path / "map.html").as_uri(), width=width, height=height).page
    box = pin(page, "Canberra").bounding_box()
    assert 0 <= box["x"] <= width - box["width"]
    assert 0 <= box["y"] <= height - box["height"]
    seen = "map_story.getBounds().contains([-35.28, 149.13])"
    assert not page.evaluate(seen)
    pin(page, "Canberra").click()
    assert page.get_by_role("dialog", name="Canberra").is_visible()
    assert page.evaluate(seen)
    page.keyboard.press("Escape")
    assert not page.evaluate(seen)
    page.get_by_role("button", name="Alle Orte zeigen").click()
    assert page.evaluate(seen)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_theme_can_be_asked_for(bundle, browser, theme):
    other = {"dark": "light", "light": "dark"}[theme]
    asked = browser((bundle / "map.html").as_uri() + f"?theme={theme}", color_scheme=other).page
    system = browser((bundle / "map.html").as_uri(), color_scheme=theme).page
    colours = (
        "[...document.querySelectorAll('.sm-number,.leaflet-container')].map(e => getComputedStyle(e).backgroundColor)"
    )
    assert asked.evaluate(colours) == system.evaluate(colours)


def test_a_story_without_places_shows_the_world(browser, tmp_path):
    publish(NOWHERE, tmp_path)
    for name in ("index.html", "map.html"):
        watched = browser((tmp_path / name).as_uri())
        assert watched.page.get_by_role("group", name="Weltkarte, kein Ort ist markiert").is_visible()
        assert watched.said == []


def test_text_fragments_lead_to_their_sentences(browser, serve, tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    address = serve(site)
    story = kim_story(url=f"{address}/artikel.html")
    article = story.article
    space = '<div style="height:2000px"></div>'
    sentences = [article.text[sentence.start : sentence.end] for sentence in article.sentences]
    paragraphs = "".join(f"{space}<p>{html.escape(sentence)}</p>" for sentence in sentences)
    page = f"<!DOCTYPE html><meta charset=utf-8>{paragraphs}{space}"
    (site / "artikel.html").write_text(page, encoding="utf-8")
    publish(story, site, min_confidence=LENIENT)
    page = browser(f"{address}/map.html", width=1000).page
    for place in (story.places[1], story.places[3]):
        pin(page, place.label).click()
        quotes = page.get_by_role("dialog").get_by_role("link")
        for which, number in enumerate(place.sentences):
            with page.context.expect_page() as opened:
                quotes.nth(which).click()
            opened.value.wait_for_load_state()
            opened.value.wait_for_function("scrollY > 0")
            assert in_view(opened.value, f"p >> nth={number}")
            assert opened.value.evaluate("opener") is None
            opened.value.close()


CANARY = (
    "</script><script>window.hit=1</script>",
    "${window.hit=1}`${window.hit=1}`",
    "<img src=x onerror=window.hit=1>",
    '"><svg/onload=window.hit=1>',
    "javascript:window.hit=1",
    "{{ window.hit=1 }}{% raw %}",
    "<!--<script>window.hit=1",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "\u202ewindow.hit=1\u2028;window.hit=1;\u2029\x00",
    "A" * 10_000,
)


@pytest.mark.parametrize("text", CANARY)
def test_a_hostile_article_runs_nothing(browser, tmp_path, text):
    source = f"{text}\n\nIn [[{text}|Kiew]] und [[Moskau|Moskau]], {text}."
    story = write_story(source, KIM_ENTRIES, title=text, byline=text, published=text, url=text)
    publish(story, tmp_path)
    for name in ("index.html", "map.html", "embed.html"):
        watched = browser((tmp_path / name).as_uri())
        page = watched.page
        if name != "embed.html":
            pin(page, "Moskau").click()
            assert page.get_by_role("dialog", name="Moskau").is_visible()
        page.wait_for_timeout(100)
        assert page.evaluate("window.hit") is None
        assert watched.said == []
        assert watched.beyond(*[(tmp_path / own).as_uri() for own in (name, "map.html")]) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_map_for_a_notebook_takes_layers_of_its_own(kim, browser, tmp_path):
    import folium

    drawn = kim.to_map()
    folium.CircleMarker([51.9, 128.3], tooltip="hier", popup="<b>dort</b>").add_to(drawn)
    folium.Marker([40, 100], popup=folium.Popup("Marke", show=True)).add_to(drawn)
    folium.GeoJson({"type": "Point", "coordinates": [90, 50]}).add_to(drawn)
    (tmp_path / "host.html").write_text(f"<!DOCTYPE html><title>x</title>{drawn._repr_html_()}", encoding="utf-8")
    watched = browser((tmp_path / "host.html").as_uri())
    scope = watched.page.frame_locator("iframe")
    assert scope.get_by_text("Marke").is_visible()
    pin(scope, "Pjöngjang").click()
    assert scope.get_by_role("dialog", name="Pjöngjang").is_visible()
    assert watched.said == []
    assert watched.beyond((tmp_path / "host.html").as_uri()) == []


def test_printing_shows_the_map_without_buttons(bundle, browser):
    page = browser((bundle / "index.html").as_uri(), width=794).page
    page.emulate_media(media="print")
    drawn, text = page.locator("#map_story").bounding_box(), page.locator("#text").bounding_box()
    assert drawn["height"] == pytest.approx(416, abs=3)
    assert drawn["y"] + drawn["height"] <= text["y"] + 1
    assert not page.locator(".sm-bar").is_visible()


@pytest.mark.parametrize("width", [1000, 375])
def test_in_a_crowd_every_head_keeps_24_pixels_of_its_own(browser, tmp_path, width):
    crowd = {
        f"Ort{i}": Entry(f"test:{i}", f"Ort{i}", Kind.CITY, 50 + i * i % 7 / 10, 7 + i * 5 % 11 / 10, None, "DE")
        for i in range(24)
    }
    crowd["Fern"] = Entry("test:fern", "Fern", Kind.CITY, 44.0, 16.0, None, "HR")
    publish(write_story("Kopf\n\n" + " ".join(f"[[{name}]]" for name in crowd), crowd), tmp_path)
    page = browser((tmp_path / "map.html").as_uri(), width=width, height=420).page
    boxes = [button.bounding_box() for button in page.locator(".sm-pin").all()]
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            assert max(abs(one["x"] - other["x"]), abs(one["y"] - other["y"])) >= 24
