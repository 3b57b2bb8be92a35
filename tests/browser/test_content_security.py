"""The pages under their policy as a server sends it, and with their code beside them, in a real Chromium."""

import re

import pytest
from conftest import LENIENT
from stories import kim_story
from test_pages import pin

from storymap.publish import publish

pytestmark = pytest.mark.browser

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
"""The header that docs/bundle.md tells a site to send."""

READABLE = {"Content-Security-Policy": STRICT, "Access-Control-Allow-Origin": "*"}
"""With what a page in a sandboxed frame, such as the preview of embed.html, needs to check the hashes of its files."""

PAGES = ("index.html", "map.html", "embed.html")


def policy_in(page):
    return re.search(r'Content-Security-Policy" content="([^"]*)"', page.read_text(encoding="utf-8"))[1]


def frame(address):
    return f'<title>host</title><iframe src="{address}" sandbox="allow-scripts" width="900" height="600">'


def use(page, name):
    """Do what a reader does, so that scripts and styles all work."""
    if name == "embed.html":
        page.locator("button").first.click()
        page = page.frame_locator("iframe").first
    pin(page, "Pjöngjang").click()
    assert page.get_by_role("dialog", name="Pjöngjang").is_visible()
    colour = page.locator(".sm-number").first.evaluate("element => getComputedStyle(element).backgroundColor")
    assert colour == "rgb(165, 29, 29)"


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    folder = tmp_path_factory.mktemp("strict")
    publish(kim_story(), folder, min_confidence=LENIENT, strict_csp=True)
    return folder


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1280, 375])
def test_code_inside_runs_under_its_own_policy_as_a_header(bundle, browser, serve, name, width):
    address = serve(bundle, lambda path: {"Content-Security-Policy": policy_in(bundle / path)})
    watched = browser(f"{address}/{name}", width=width)
    use(watched.page, name)
    assert watched.said == []
    assert watched.beyond(*[f"{address}/{own}" for own in (name, "map.html")]) == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1280, 375])
def test_code_beside_runs_where_none_may_be_inside(strict, browser, serve, name, width):
    address = serve(strict, lambda _: READABLE)
    watched = browser(f"{address}/{name}", width=width)
    use(watched.page, name)
    assert watched.said == []
    assert watched.beyond(f"{address}/") == []


def test_a_changed_file_is_not_run(browser, serve, tmp_path):
    publish(kim_story(), tmp_path, strict_csp=True)
    (script, *_) = re.findall(r'src="(storymap-\w+\.js)"', (tmp_path / "map.html").read_text(encoding="utf-8"))
    (tmp_path / script).write_text("document.title = 'changed'")
    watched = browser(f"{serve(tmp_path)}/map.html")
    assert watched.page.title() != "changed"
    assert any("integrity" in line for line in watched.said)


@pytest.mark.parametrize("name", ["index.html", "map.html"])
def test_code_beside_runs_in_a_sandboxed_frame_if_the_server_lets_strangers_read(strict, browser, serve, name):
    address = serve(strict, lambda _: READABLE)
    host = strict / "host.html"
    host.write_text(frame(f"{address}/{name}"))
    watched = browser(host.as_uri())
    use(watched.page.frame_locator("iframe"), name)
    assert watched.said == []


@pytest.fixture(scope="module")
def unchecked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unchecked")
    publish(kim_story(), folder, min_confidence=LENIENT, strict_csp=True, integrity=False)
    return folder


@pytest.mark.parametrize("name", ["index.html", "map.html"])
def test_without_integrity_a_page_opens_from_a_disk(unchecked, browser, name):
    watched = browser((unchecked / name).as_uri())
    use(watched.page, name)
    assert watched.said == []
    assert watched.beyond(unchecked.as_uri()) == []


@pytest.mark.parametrize("name", PAGES)
def test_without_integrity_a_page_opens_in_a_frame_of_any_server(unchecked, browser, serve, name, tmp_path):
    address = f"{serve(unchecked, lambda _: {'Content-Security-Policy': STRICT})}/{name}"
    if name == "embed.html":
        watched = browser(address)
        use(watched.page, name)
    else:
        (tmp_path / "host.html").write_text(frame(address))
        watched = browser((tmp_path / "host.html").as_uri())
        use(watched.page.frame_locator("iframe"), name)
    assert watched.said == []


@pytest.fixture(params=["file", "server", "strict"])
def place(request, bundle, strict, serve):
    """Where a bundle lies: on a disk, on a server, and with its code beside it on a strict one."""
    if request.param == "file":
        return bundle.as_uri()
    if request.param == "server":
        return serve(
            bundle, lambda path: {"Content-Security-Policy": policy_in(bundle / path)} if "html" in path else {}
        )
    return serve(strict, lambda _: READABLE)


@pytest.mark.parametrize("name", ["index.html", "map.html"])
@pytest.mark.parametrize("width", [1280, 375])
def test_without_scripts_the_picture_stands_for_the_map(place, browser, name, width):
    watched = browser(f"{place}/{name}", width=width, java_script_enabled=False)
    picture = watched.page.locator(".sm-picture")
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 1200
    box, around = picture.bounding_box(), watched.page.locator(".sm-frame").bounding_box()
    assert box["width"] == pytest.approx(around["width"], abs=16)
    assert box["y"] == pytest.approx(around["y"], abs=1)
    last = watched.page.locator(".place").last.bounding_box()
    assert last["y"] > box["y"] + box["height"]
    assert watched.page.locator("html").evaluate("html => html.scrollHeight") >= last["y"] + last["height"]
    assert picture.get_attribute("alt").startswith("Karte mit 7 Orten: Wostotschny")
    watched.page.locator(".place").last.scroll_into_view_if_needed()
    assert watched.page.locator(".place").last.is_visible()
    assert watched.said == []
    with_scripts = browser(f"{place}/{name}", width=width)
    assert not [address for address in with_scripts.asked if address.endswith(".svg")]
