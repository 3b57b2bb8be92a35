"""The map of a tile service in a real Chromium: nothing is asked of it before the reader agrees."""

import http.server
import threading
from base64 import b64decode

import pytest
from conftest import LENIENT
from stories import kim_story

from storymap.publish import publish
from storymap.publish.tiles import choose_tiles

pytestmark = pytest.mark.browser

PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPj/HwADBwIAMCbHYQAAAABJRU5ErkJggg==")
AGREE = "Karte laden"


class TileServer(http.server.ThreadingHTTPServer):
    """A service that answers with one pixel, or not, and keeps what it was asked."""

    def __init__(self, status=200):
        self.asked, self.status = [], status
        super().__init__(("127.0.0.1", 0), TileHandler)
        self.address = f"http://127.0.0.1:{self.server_port}"


class TileHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Referer"), self.headers.get("Cookie")))
        self.send_response(self.server.status)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(PIXEL if self.server.status == 200 else b"")

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    servers = []

    def start(**options):
        servers.append(TileServer(**options))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return servers[-1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def agree(page):
    """Load the map as a reader does: on a small map the offer has to be unfolded first."""
    button = page.get_by_role("button", name=AGREE)
    if not button.is_visible():
        page.locator(".sm-offer summary").press("Enter")
    button.press("Enter")


def bundle_with(service, folder):
    tiles = choose_tiles(f"{service.address}/{{z}}/{{x}}/{{y}}.png", "© Amt für <Karten>")
    publish(kim_story(), folder, min_confidence=LENIENT, tiles=tiles)
    return folder


@pytest.mark.parametrize("name", ["index.html", "map.html"])
@pytest.mark.parametrize("width", [1280, 375])
def test_tiles_come_when_the_reader_agrees_and_not_before(service, browser, tmp_path, name, width):
    tiles = service()
    watched = browser((bundle_with(tiles, tmp_path) / name).as_uri(), width=width)
    page = watched.page
    page.get_by_role("button", name="Vergrößern").click()
    page.wait_for_timeout(300)
    assert tiles.asked == []
    assert watched.beyond((tmp_path / name).as_uri()) == []
    assert "Amt für" not in page.locator(".leaflet-control-attribution").inner_text()

    agree(page)
    page.locator(".has-tiles").wait_for()
    assert page.get_by_role("button", name=AGREE).count() == 0
    assert page.locator(".folium-map").evaluate("map => map === document.activeElement")
    assert page.locator(".leaflet-control-attribution").inner_text().endswith("© Amt für <Karten>")
    assert len(tiles.asked) > 0
    assert {cookie for _, _, cookie in tiles.asked} == {None}
    assert watched.beyond((tmp_path / name).as_uri(), tiles.address) == []
    assert watched.said == []


def test_a_service_that_fails_leaves_our_map_as_it_is(service, browser, tmp_path):
    tiles = service(status=503)
    page = browser((bundle_with(tiles, tmp_path) / "map.html").as_uri()).page
    agree(page)
    page.wait_for_timeout(500)
    assert len(tiles.asked) > 0
    assert page.locator(".has-tiles").count() == 0
    assert page.locator(".sm-label > span").first.is_visible()


def test_a_pin_still_opens_on_the_tiles(service, browser, tmp_path):
    page = browser((bundle_with(service(), tmp_path) / "map.html").as_uri()).page
    agree(page)
    page.get_by_role("button", name="3 Pjöngjang").click()
    assert page.get_by_role("dialog", name="Pjöngjang").is_visible()
