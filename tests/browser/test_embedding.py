"""The map inside other pages, in a real Chromium: a host of each kind, on another server than the map's."""

import json
import re

import pytest
from conftest import LENIENT, wait_until
from stories import kim_story

from storymap.publish import publish
from storymap.publish.pins import read_inline

pytestmark = pytest.mark.browser

PYM = "pym.js@1.3.2"
ROOMS = (812, 375, 812)
"""Widths of a phone as it is turned."""

SANDBOX = 'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"'
HEAD = (
    '<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>Zeitung</title><link rel="icon" href="data:,">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body>'
)


def pin(scope, name):
    return scope.get_by_role("button", name=name, exact=False).locator("visible=true").first


# ---- hosts: each sizes its frame by the messages of one protocol, and by nothing else


def plain(embed, _maps, _npm):
    return embed["iframe"]


def resized(embed, _maps, _npm):
    """Our own script, where a style of the CMS sets a fixed height."""
    return "<style>iframe { aspect-ratio: auto !important; height: 150px }</style>" + embed["resize"]


def pym(_embed, maps, npm_file):
    options = '{title: "Karte", sandbox: "allow-scripts allow-popups allow-popups-to-escape-sandbox"}'
    call = f'new pym.Parent("karte", "{maps}/map.html", {options});'
    return f'<div id="karte"></div><script>{npm_file(PYM, "dist/pym.v1.min.js")}</script><script>{call}</script>'


def amp(_embed, maps, _npm):
    """What amp-iframe does with a frame that may be resized."""
    return f"""<iframe src="{maps}/map.html" {SANDBOX} width="100%" height="250" frameborder="0">
    </iframe><script>
    addEventListener("message", (event) => {{
      const frame = document.querySelector("iframe");
      const data = event.data;
      if (event.source !== frame.contentWindow || !data || data.sentinel !== "amp") return;
      if (data.type === "embed-size") frame.height = data.height;
    }});</script>"""


def datawrapper(_embed, maps, _npm):
    """A listener as desks have it: a height for each id, and the frame found by its window or by that id."""
    return f"""<iframe name="karte-1" src="{maps}/map.html" {SANDBOX} width="100%" height="250" frameborder="0">
    </iframe><script>addEventListener("message", (event) => {{
      const heights = event.data["datawrapper-height"];
      if (heights === undefined) return;
      for (const id of Object.keys(heights)) document.getElementsByName(id)[0].style.height = heights[id] + "px";
    }});</script>"""


def wordpress(embed, _maps, _npm):
    """A page of WordPress: what it leaves of an oEmbed answer, the secret in the address, links at request."""
    quote, source, title = re.search(
        r'^<blockquote>(.*)</blockquote>\s*<iframe src="(.*?)" title="(.*?)" width="600" height="400" frameborder="0"',
        embed["answer"],
        re.DOTALL,
    ).groups()
    return f"""<style>iframe {{ max-width: 100% }}</style><blockquote data-secret="a1B2c3D4e5">{quote}</blockquote>
    <iframe style="position: absolute; visibility: hidden" src="{source}#?secret=a1B2c3D4e5" data-secret="a1B2c3D4e5"
      sandbox="allow-scripts" security="restricted" title="{title}" width="600" height="400" frameborder="0">
    </iframe><script>
    const frame = document.querySelector("iframe");
    addEventListener("message", (event) => {{
      const data = event.data;
      if (!data || !data.secret || data.secret !== frame.dataset.secret || event.source !== frame.contentWindow) return;
      document.querySelector("blockquote").style.display = "none";
      frame.removeAttribute("style");
      if (data.message === "height") frame.height = Math.max(200, Math.min(1000, parseInt(data.value, 10)));
      if (data.message === "link" && document.activeElement === frame) window.linked = data.value;
    }});
    addEventListener("load", () => frame.contentWindow.postMessage({{ message: "ready", secret: "a1B2c3D4e5" }}, "*"));
    </script>"""


def component(embed, _maps, _npm):
    return embed["component"]


def sandboxed(_embed, maps, _npm):
    return (
        f'<iframe src="{maps}/map.html" title="Karte" sandbox="allow-scripts allow-popups" '
        'style="width:100%;aspect-ratio:3/2;min-height:380px;border:0"></iframe>'
    )


HOSTS = (plain, resized, pym, amp, datawrapper, wordpress, component, sandboxed)


@pytest.fixture
def newsroom(tmp_path, serve):
    """The folder of a newsroom's site, its address, and that of the server with the maps of its article."""
    site, maps = tmp_path / "site", tmp_path / "maps"
    site.mkdir()
    address, beside = serve(site), serve(maps)
    publish(kim_story(url=f"{address}/artikel.html"), maps, min_confidence=LENIENT, base_url=f"{beside}/")
    return site, address, beside


@pytest.fixture
def embed(newsroom, browser):
    """The snippets of embed.html by their names, and the answer to oEmbed; all name the maps' server."""
    page = browser(f"{newsroom[2]}/embed.html").page
    codes = "offers => Object.fromEntries(offers.map(each => [each.id, each.querySelector('textarea').value]))"
    answer = page.request.get(f"{newsroom[2]}/oembed.json").json()["html"]
    return page.locator(".offer").evaluate_all(codes) | {"answer": answer}


def write(site, name, body):
    (site / name).write_text(f"{HEAD}{body}</body></html>", encoding="utf-8")


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_of_each_kind_has_the_right_height_and_its_links_work(host, newsroom, embed, browser, npm_file):
    site, address, maps = newsroom
    write(site, "host.html", f"<main>{host(embed, maps, npm_file)}</main>")
    write(site, "artikel.html", "<p>Der Artikel</p>")
    watched = browser(f"{address}/host.html", width=ROOMS[0], height=700)
    page = watched.page
    frame = page.locator("iframe")
    scope = page.frame_locator("iframe")
    for width in ROOMS:
        page.set_viewport_size({"width": width, "height": 700})
        room = min(600, width - 16) if host is wordpress else width - 16
        wanted = max(380, room * 2 / 3)
        page.wait_for_function("h => Math.abs(document.querySelector('main').offsetHeight - h) <= 8", arg=wanted)
        assert frame.bounding_box()["height"] == pytest.approx(wanted, abs=2)
        assert frame.bounding_box()["width"] == room
        assert scope.locator(".sm-map").evaluate("map => map.offsetHeight") == pytest.approx(wanted, abs=2)
    pin(scope, "Pjöngjang").press("Enter")  # a click might come while the map still fits the last width
    quote = scope.get_by_role("dialog", name="Pjöngjang").get_by_role("link")
    if host is wordpress:
        quote.click()
        page.wait_for_function("window.linked")
        assert page.evaluate("linked").startswith(f"{address}/artikel.html#:~:text=Kim%20war")
    else:
        with page.context.expect_page() as opened:
            quote.click()
        opened.value.wait_for_load_state()
        assert opened.value.url.startswith(f"{address}/artikel.html")
        assert opened.value.evaluate("[opener, origin]") == [None, "null" if host is sandboxed else address]
    assert watched.said == []
    own = [f"{maps}/map.html", f"{maps}/story-map.js", f"{address}/host.html", f"{address}/artikel.html"]
    assert watched.beyond(*own) == []


@pytest.mark.parametrize("host", HOSTS)
def test_a_frame_says_what_it_is(host, newsroom, embed, browser, npm_file):
    site, address, maps = newsroom
    write(site, "host.html", host(embed, maps, npm_file))
    page = browser(f"{address}/host.html").page
    pin(page.frame_locator("iframe"), "Kiew").wait_for()
    wanted = {pym: "Karte", sandboxed: "Karte", amp: "", datawrapper: ""}
    title = page.locator("iframe").evaluate("frame => frame.title")
    assert title == wanted.get(host, title)
    if host not in wanted:
        assert title.startswith("Karte mit 7 Orten: Wostotschny, Wladiwostok")


def test_a_host_that_listens_late_asks_for_the_height(newsroom, browser):
    site, address, maps = newsroom
    write(site, "host.html", f'<iframe src="{maps}/map.html" {SANDBOX} style="width:900px;border:0"></iframe>')
    page = browser(f"{address}/host.html").page
    pin(page.frame_locator("iframe"), "Kiew").wait_for()
    assert page.locator("iframe").bounding_box()["height"] == 150
    page.add_script_tag(content=read_inline("resize.js"))
    page.wait_for_function("document.querySelector('iframe').offsetHeight === 600")


def test_the_scripts_are_small():
    assert len(read_inline("frame.js").encode()) <= 3050
    assert len(read_inline("resize.js").encode()) <= 1000


# ---- the web component


def test_without_javascript_the_component_is_a_list(newsroom, embed, browser):
    site, address, _ = newsroom
    write(site, "host.html", embed["component"])
    page = browser(f"{address}/host.html", java_script_enabled=False).page
    assert page.locator("story-map li").count() == 7
    assert (
        page.locator("story-map li").nth(2).inner_text().startswith("Pjöngjang (Stadt, Nordkorea): Kim war am Sonntag")
    )


def test_a_component_takes_flags_and_its_title_from_the_map(newsroom, browser):
    site, address, maps = newsroom
    element = f'<story-map src="{maps}/story.json?start=3&amp;dark=true"></story-map>'
    write(site, "host.html", f'<script src="{maps}/story-map.js"></script>{element}')
    watched = browser(f"{address}/host.html")
    scope = watched.page.frame_locator("iframe")
    scope.get_by_role("dialog", name="Pjöngjang").wait_for()
    assert scope.locator("html").get_attribute("data-theme") == "dark"
    watched.page.wait_for_function(
        "document.querySelector('story-map').shadowRoot.querySelector('iframe').title.startsWith('Karte mit 7 Orten')"
    )
    # No data are read, so no server has to allow it.
    assert not [url for url in watched.asked if url.endswith(".json")]
    assert watched.said == []


@pytest.mark.parametrize("src", ["javascript:alert(1)", "data:text/html,x", "", "https://["])
def test_a_component_without_a_story_stays_a_list(newsroom, browser, src):
    site, address, maps = newsroom
    element = f'<story-map src="{src}"><ol><li>Kiew</li></ol></story-map>' if src else "<story-map>Kiew</story-map>"
    write(site, "host.html", f'<script src="{maps}/story-map.js"></script>{element}')
    watched = browser(f"{address}/host.html")
    assert watched.page.get_by_text("Kiew").is_visible()
    assert watched.page.locator("iframe").count() == 0
    assert watched.said == []


def test_a_page_that_allows_no_code_and_no_style_inside_takes_the_component(newsroom, browser, serve):
    site, _, maps = newsroom
    policy = f"default-src 'none'; script-src {maps}; frame-src {maps}; img-src data:"
    address = serve(site, lambda _: {"Content-Security-Policy": policy})
    element = f'<main><story-map src="{maps}/story.json?host={address}" label="Karte"></story-map></main>'
    scripts = "".join(f'<script src="{maps}/{name}.js" async></script>' for name in ("story-map", "story-sync"))
    write(
        site,
        "strict.html",
        f"{scripts}{element}<p>Kim war am Sonntag in Pjöngjang in seinen gepanzerten Sonderzug gestiegen.",
    )
    watched = browser(f"{address}/strict.html", width=ROOMS[0], height=700)
    page = watched.page
    page.locator(".storymap-name", has_text="Pjöngjang").wait_for()
    for width in ROOMS:
        page.set_viewport_size({"width": width, "height": 700})
        wanted = max(380, (width - 16) * 2 / 3)
        wait_until(page, f"Math.abs(document.querySelector('main').offsetHeight - {wanted}) <= 2")
    choose(page, "Pjöngjang")
    page.frame_locator("iframe").get_by_role("dialog", name="Pjöngjang").wait_for()
    assert watched.said == []


# ---- oEmbed


def test_a_cms_finds_the_frame_by_the_address_of_the_map(newsroom, browser):
    site, address, maps = newsroom
    for name in ("map.html", "index.html"):
        page = browser(f"{maps}/{name}").page
        link = page.locator('link[type="application/json+oembed"]')
        answer = page.request.get(link.get_attribute("href")).json()
        assert (answer["version"], answer["type"]) == ("1.0", "rich")
        write(site, "host.html", answer["html"])
        host = browser(f"{address}/host.html")
        pin(host.page.frame_locator("iframe"), "Kiew").wait_for()
        assert host.page.locator("blockquote a").get_attribute("href") == f"{address}/artikel.html"
        assert host.said == []


# ---- embed.html


def test_every_snippet_is_copied_by_one_click(newsroom, embed, browser):
    _, _, maps = newsroom
    watched = browser(f"{maps}/embed.html", permissions=["clipboard-read", "clipboard-write"])
    page = watched.page
    names = page.locator(".offer").evaluate_all("all => all.map(each => each.id)")
    assert names == ["iframe", "oembed", "resize", "component", "amp", "sync"]
    for name in names:
        code = embed[name]
        assert maps in code
        page.locator(f"#{name} button").click()
        assert page.evaluate("navigator.clipboard.readText()") == code
        assert page.get_by_role("status").inner_text() == "Kopiert"
        assert page.locator(f"#{name} button").inner_text() == "Kopiert"
        assert not page.locator(f"#{name} textarea").is_visible()
    assert watched.said == []


def test_what_is_set_goes_into_every_snippet_and_into_the_preview(bundle, browser):
    watched = browser((bundle / "embed.html").as_uri())
    page = watched.page
    assert page.locator("#oembed").count() == 0
    page.get_by_role("textbox").first.fill("https://karten.example/kim/index.html?x=1")
    # A busy Chromium that is to read a file anew before it has read it may never end.
    preview = page.frame_locator(".preview iframe")
    pin(preview, "Kiew").wait_for()
    page.locator("select[name=dark]").select_option("dunkel")
    pin(preview.locator("html[data-theme=dark]"), "Kiew").wait_for()
    page.locator("select[name=start]").select_option(label="3 Pjöngjang")
    codes = page.locator("textarea").evaluate_all("all => all.map(each => each.value)")
    assert [re.findall(r'src="(.*?)"', code) for code in codes] == [
        ["https://karten.example/kim/map.html?dark=true&amp;start=3"],
        ["https://karten.example/kim/map.html?dark=true&amp;start=3"],
        ["https://karten.example/kim/story-map.js", "https://karten.example/kim/story.json?dark=true&amp;start=3"],
        ["https://karten.example/kim/map.html?dark=true&amp;start=3", "https://karten.example/kim/map.svg"],
        ["https://karten.example/kim/story-sync.js"],
    ]
    preview.get_by_role("dialog", name="Pjöngjang").wait_for()
    assert preview.locator("html").get_attribute("data-theme") == "dark"
    page.locator("select[name=form]").select_option("Standbild")
    preview.get_by_role("img", name="Karte mit 7 Orten").wait_for()
    assert watched.said == []


def test_what_is_no_address_is_said_and_a_code_without_one_is_not_copied(bundle, browser):
    watched = browser((bundle / "embed.html").as_uri(), permissions=["clipboard-read", "clipboard-write"])
    page = watched.page
    field, button, hint = page.locator("input"), page.locator("#iframe button"), page.locator("#hint")
    page.evaluate("navigator.clipboard.writeText('before')")
    for given, said in (("", "Zuerst: den Ordner"), ("file:///home/x/", "keine Webadresse"), ("javascript:x", "keine")):
        field.fill(given)
        assert said in hint.inner_text()
        button.click()
        assert page.get_by_role("status").inner_text() == button.inner_text() == "Adresse fehlt noch"
        assert field.evaluate("field => field === document.activeElement")
        assert page.evaluate("navigator.clipboard.readText()") == "before"
    code = page.locator("#iframe textarea")
    for given in ("karten.example/kim", "//karten.example/kim/map.html?x#y", " https://karten.example/kim/ "):
        field.fill(given)
        assert 'src="https://karten.example/kim/map.html"' in code.input_value()
        assert not hint.is_visible()
    button.click()
    assert page.evaluate("navigator.clipboard.readText()") == code.input_value()
    assert watched.said == []


def test_an_address_for_oembed_has_no_flags(newsroom, browser):
    page = browser(f"{newsroom[2]}/embed.html").page
    page.locator("select[name=dark]").select_option("dunkel")
    page.locator("#oembed summary").click()
    assert page.locator("#oembed textarea").input_value() == f"{newsroom[2]}/map.html"
    assert "?dark=true" in page.locator("#iframe textarea").evaluate("area => area.value")


def test_an_address_with_signs_of_markup_stays_an_address(bundle, browser):
    page = browser((bundle / "embed.html").as_uri()).page
    page.get_by_role("textbox").first.fill('https://x.example/"><script>alert(1)</script>&amp')
    code = page.locator("#iframe textarea").evaluate("area => area.value")
    elements = """code => [...new DOMParser().parseFromString(code, 'text/html').body.children]
        .map(element => [element.localName, element.src])"""
    assert page.evaluate(elements, code) == [
        ["iframe", "https://x.example/%22%3E%3Cscript%3Ealert(1)%3C/script%3E&amp/map.html"]
    ]


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_page_with_the_code(bundle, browser, npm_file, width, scheme):
    page = browser((bundle / "embed.html").as_uri(), width=width, color_scheme=scheme, bypass_csp=True).page
    page.evaluate(npm_file("axe-core@4.10.3", "axe.min.js"))
    run = "axe.run({iframes: false}).then(found => found.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
    assert page.evaluate(run) == []
    page.locator("summary").evaluate_all("all => all.forEach(each => each.click())")
    assert page.evaluate(run) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# ---- the article and its map


ARTICLE = """<nav><a href="#x">Kim und Putin treffen sich auf dem Weltraumbahnhof Wostotschny</a></nav>
<article><p>In Wladiwostok, wo viele mit dem Treffen gerechnet hatten, hielt der Zug</p></article>
<main><h1>Kim und Putin treffen sich auf dem Welt&shy;raum&shy;bahnhof Wostotschny</h1>
<div style="height:1500px"></div>
<p>Der nordkoreanische Machthaber <b>Kim&nbsp;Jong
Un</b> ist am Mittwoch auf dem russischen Weltraumbahnhof <i>Wosto</i>tschny eingetroffen. Präsident Wladimir Putin
empfing ihn dort mit einem langen Händedruck vor der Startrampe.</p>
<p>Kim war am Sonntag in <a href="#x">Pjöngjang</a> in seinen gepanzerten Sonderzug gestiegen.
<b>In Wladiwostok</b>, wo viele mit dem Treffen gerechnet hatten, hielt der Zug nur kurz.
In Kiew hieß es, jede Granate aus Nordkorea verlängere das Leid in der Ukraine. Hier wurde gekürzt.</p>
<div style="height:1500px"></div>"""


def choose(page, name):
    """Click a name in the article; a mouse that arrives by scrolling may find the frame that was there before."""
    page.locator(".storymap-name", has_text=name).dispatch_event("click", {"detail": 1})


def tied(embed, maps, attributes=""):
    """The article with its map and the line that ties them."""
    return f'{ARTICLE}{embed["iframe"]}</main><script src="{maps}/story-sync.js" {attributes}></script>'


@pytest.fixture
def article(newsroom, embed, browser):
    """The article of the newsroom with its map, tied and opened."""
    site, address, maps = newsroom
    write(site, "artikel.html", tied(embed, maps))
    watched = browser(f"{address}/artikel.html", height=800)
    watched.page.locator("iframe").scroll_into_view_if_needed()
    watched.page.locator(".storymap-name").first.wait_for()
    return watched


def test_sentences_of_the_article_get_anchors_and_nothing_else_changes(article):
    page = article.page
    told = "[...document.querySelectorAll('[id^=storymap-s]')].map(e => [e.id, e.textContent.replace(/\\s+/g, ' ')])"
    assert [[name, text[:9]] for name, text in page.evaluate(told)] == [
        ["storymap-s1", "Kim und P"],
        ["storymap-s2", "Der nordk"],
        ["storymap-s3", "Kim war a"],
        ["storymap-s4", "In "],
        ["storymap-s5", "In "],
    ]
    names = """[...document.querySelectorAll('[data-storymap-place]')]
        .map(e => [e.localName, e.textContent, Number(e.dataset.storymapPlace)])"""
    assert page.evaluate(names) == [
        ["a", "Wostotschny", 1],
        ["a", "Wosto", 1],
        ["a", "tschny", 1],
        ["span", "Pjöngjang", 3],
        ["a", "Wladiwostok", 2],
        ["a", "Kiew", 7],
        ["a", "Nordkorea", 6],
        ["a", "Ukraine", 5],
    ]
    # Without the elements the text is as it was; the map and its line follow it.
    text = "html => Object.assign(document.createElement('main'), {innerHTML: html}).textContent"
    assert page.evaluate(text, ARTICLE).strip() in page.evaluate("document.body.textContent")
    assert article.said == []


def test_a_name_in_the_article_opens_its_pin(article):
    page = article.page
    choose(page, "Kiew")
    dialog = page.frame_locator("iframe").get_by_role("dialog", name="Kiew")
    dialog.wait_for()
    page.wait_for_function("document.querySelector('.storymap-open').textContent === 'Kiew'")
    assert page.locator("iframe").evaluate("frame => frame.getBoundingClientRect().top < innerHeight")
    assert article.said == []


def test_by_keyboard_the_focus_goes_to_the_pin_and_comes_back(article):
    page = article.page
    name = page.locator(".storymap-name", has_text="Kiew")
    name.focus()
    page.keyboard.press("Enter")
    card = page.frame_locator("iframe").get_by_role("dialog", name="Kiew")
    card.wait_for()
    page.wait_for_function("document.activeElement.localName === 'iframe'")
    assert card.evaluate("card => card === document.activeElement")
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.textContent === 'Kiew'")
    assert card.count() == 0
    assert article.said == []


def test_a_quote_on_the_map_leads_to_its_sentence_in_the_article(article):
    page = article.page
    scope = page.frame_locator("iframe")
    pin(scope, "Wladiwostok").click()
    quotes = scope.get_by_role("dialog", name="Wladiwostok").get_by_role("link")
    quotes.nth(1).click()
    page.wait_for_function("document.querySelector('.storymap-marked')")
    marked = page.locator(".storymap-marked")
    assert 0 < marked.first.bounding_box()["y"] < 800
    assert marked.first.evaluate("e => e === document.activeElement")
    text = "".join(marked.all_text_contents())
    assert text == "In Wladiwostok, wo viele mit dem Treffen gerechnet hatten, hielt der Zug nur kurz."
    assert page.url.endswith("/artikel.html")
    # What the page does not have opens as without the script.
    with page.context.expect_page() as opened:
        quotes.nth(0).click()
    assert "#:~:text=" in opened.value.url or opened.value.url.endswith("artikel.html")
    assert article.said == []


def test_a_pin_lights_up_the_names_in_the_article(article):
    page = article.page
    pin(page.frame_locator("iframe"), "Wostotschny").click()
    page.wait_for_function("document.querySelectorAll('.storymap-open').length === 3")
    page.keyboard.press("Escape")
    pin(page.frame_locator("iframe"), "Pjöngjang").click()
    page.wait_for_function("document.querySelector('.storymap-open').textContent === 'Pjöngjang'")


def test_the_component_is_tied_as_well(newsroom, embed, browser):
    site, address, maps = newsroom
    write(site, "artikel.html", tied({"iframe": embed["component"]}, maps))
    watched = browser(f"{address}/artikel.html", height=800)
    watched.page.locator("story-map").scroll_into_view_if_needed()
    choose(watched.page, "Kiew")
    watched.page.frame_locator("iframe").get_by_role("dialog", name="Kiew").wait_for()
    assert watched.said == []


def test_a_map_made_before_the_article_had_an_address_is_tied_by_a_flag(tmp_path, serve, browser):
    site, maps = tmp_path / "site", tmp_path / "maps"
    site.mkdir()
    publish(kim_story(url=""), maps, min_confidence=LENIENT)
    address, beside = serve(site), serve(maps)
    frame = f'<iframe src="{beside}/map.html?host={address}" {SANDBOX} width="900" height="600"></iframe>'
    write(site, "artikel.html", tied({"iframe": frame}, beside))
    watched = browser(f"{address}/artikel.html")
    page = watched.page
    page.locator(".storymap-name").first.wait_for()
    scope = page.frame_locator("iframe")
    pin(scope, "Kiew").click()
    scope.get_by_role("dialog", name="Kiew").get_by_role("link").click()
    page.wait_for_function("document.querySelector('.storymap-marked')")
    assert watched.said == []


def test_two_maps_in_one_page_do_not_mix(newsroom, embed, browser, tmp_path, serve):
    site, address, maps = newsroom
    other = tmp_path / "other"
    publish(kim_story(url=f"{address}/artikel.html"), other, min_confidence=LENIENT)
    second = serve(other)
    frames = embed["iframe"] + embed["iframe"].replace(maps, second)
    write(site, "artikel.html", tied({"iframe": frames}, second))
    page = browser(f"{address}/artikel.html").page
    page.locator("iframe").nth(1).scroll_into_view_if_needed()
    choose(page, "Kiew")
    page.frame_locator("iframe >> nth=1").get_by_role("dialog", name="Kiew").wait_for()
    assert page.frame_locator("iframe >> nth=0").get_by_role("dialog").count() == 0


# ---- who is not listened to

JUNK = (
    None, 0, True, "", "x", "pymxPYMxkartexPYMxwidthxPYMx900", [], [1], {}, {"storymap": None}, {"storymap": "open"},
    {"storymap": "constructor"}, {"storymap": "__proto__", "place": 1}, {"storymap": "open", "place": 99},
    {"storymap": "open", "place": "1"}, {"storymap": "open", "place": {"length": 1}}, {"storymap": "open", "place": -1},
    {"storymap": "found", "sentences": {"length": 3}}, {"message": "ready"},
    {"message": "height", "value": 9999}, {"sentinel": "amp", "type": "embed-size", "height": 9999},
    {"datawrapper-height": {"storymap": 9999}}, {"toString": 1, "valueOf": 1}, {"storymap": {"toString": 1}},
)  # fmt: skip

STATE = """() => [
    map_story.getCenter(), map_story.getZoom(), document.querySelectorAll('[role=dialog]').length, location.href,
    document.body.outerHTML.length, innerWidth, innerHeight]"""


@pytest.mark.parametrize("trusted", [True, False])
def test_a_parent_that_sends_junk_changes_nothing(newsroom, browser, serve, trusted):
    site, address, maps = newsroom
    where = address if trusted else serve(site)
    write(site, "host.html", f'<iframe src="{maps}/map.html" {SANDBOX} width="900" height="600"></iframe>')
    watched = browser(f"{where}/host.html")
    page = watched.page
    pin(page.frame_locator("iframe"), "Kiew").wait_for()
    frame = page.frames[1]
    before = frame.evaluate(STATE)
    send = "junk => junk.forEach(message => frames[0].postMessage(message, '*'))"
    page.evaluate(send, [junk for junk in JUNK if not trusted or "toString" not in json.dumps(junk)])
    page.wait_for_timeout(150)
    assert frame.evaluate(STATE) == before
    assert watched.said == []


WELL_FORMED = """['hello', 'open'].forEach(storymap =>
    frames[0].postMessage({storymap, place: 2, page: location.href}, '*'))"""


def test_a_page_of_another_origin_is_not_heard(newsroom, embed, browser, serve):
    site, address, maps = newsroom
    write(site, "artikel.html", tied(embed, maps))
    for where in (serve(site), address):
        watched = browser(f"{where}/artikel.html")
        page = watched.page
        page.locator("iframe").scroll_into_view_if_needed()
        pin(page.frame_locator("iframe"), "Kiew").wait_for()
        page.evaluate(WELL_FORMED)
        page.wait_for_timeout(150)
        mine = where == address
        assert page.frame_locator("iframe").get_by_role("dialog").count() == mine
        assert bool(page.locator(".storymap-name").count()) == mine


def test_another_window_of_the_right_origin_is_not_heard(newsroom, embed, browser):
    site, address, maps = newsroom
    write(site, "artikel.html", tied(embed, maps))
    say = "parent.frames[0].postMessage({storymap: 'open', place: 2}, '*')"
    write(site, "beside.html", f"<script>setTimeout(() => {{ {say}; }}, 300)</script>")
    page = browser(f"{address}/artikel.html").page
    page.locator("iframe").scroll_into_view_if_needed()
    page.locator(".storymap-name").first.wait_for()
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<iframe src=beside.html></iframe>')")
    page.wait_for_timeout(600)
    assert page.frame_locator("iframe >> nth=0").get_by_role("dialog").count() == 0


EVIL = """<script>for (const message of [
  {storymap: "places", places: [{n: 1, quotes: [{parts: ["Hier wurde gekürzt."]}]}]},
  {storymap: "open", place: 1}, {storymap: "quote", sentence: "Hier wurde gekürzt."}, {storymap: "back"},
]) parent.postMessage(message, "*");</script>"""


@pytest.mark.parametrize("how", ["beside the map", "in the map's frame"])
def test_the_article_hears_no_frame_but_its_map(newsroom, browser, serve, tmp_path, how):
    site, address, maps = newsroom
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    write(foreign, "evil.html", EVIL)
    evil = f"{serve(foreign)}/evil.html"
    source = evil if how == "beside the map" else f"{maps}/map.html"
    write(site, "artikel.html", tied({"iframe": f'<iframe src="{source}"></iframe>'}, maps))
    watched = browser(f"{address}/artikel.html")
    page = watched.page
    if how != "beside the map":
        page.locator(".storymap-name").first.wait_for()
        with page.expect_event("framenavigated"):
            page.evaluate("address => { frames[0].location = address }", evil)
        page.frame_locator("iframe").locator("script").wait_for(state="attached")
    page.wait_for_timeout(200)
    assert page.locator(".storymap-open, .storymap-marked").count() == 0
    assert page.evaluate("document.activeElement.localName") == "body"
    assert watched.said == []
