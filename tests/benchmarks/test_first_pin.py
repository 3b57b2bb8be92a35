"""How soon the first pin is seen, beside a bare Leaflet page with markers, each page by turns in one Chromium.

``pytest tests/benchmarks/test_first_pin.py -s`` prints the figures; docs/benchmarks.md has those of a quiet machine.
"""

import sys
from statistics import median

import pytest
from test_weight import world_story

from storymap.publish import publish
from storymap.publish.pins import read_asset

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.alone]

ROUNDS = 7

SLOWER = 3.0
"""Times a bare page's time that ours may take here. The aim is 1.5 on a quiet machine; a busy one stretches long tasks
more than short ones."""

SEEN = """
new MutationObserver((_, observer) => {
  if (!document.querySelector(".leaflet-pane .sm-marker:not([hidden]), .leaflet-marker-icon")) return;
  observer.disconnect();
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { window.firstPin = performance.now(); };
    port2.postMessage(0);
  });
}).observe(document, { childList: true, subtree: true, attributes: true });
"""
"""Runs before the page: notes when the frame with the first pin has been drawn."""


def bare_page(points):
    return (
        f"<!DOCTYPE html><title>bare</title><style>{read_asset('leaflet/leaflet.css')} #m {{height: 100vh}}</style>"
        f"<div id=m></div><script>{read_asset('leaflet/leaflet.js')}</script>"
        f"<script>const m = L.map('m').setView([20, 10], 2); for (const p of {points}) L.marker(p, "
        "{icon: L.divIcon({html: document.createElement('b')})}).addTo(m);</script>"
    )


@pytest.mark.parametrize("count", [1, 20, 300])
def test_the_first_pin_is_seen_soon(chromium, tmp_path, count):
    story = world_story(count)
    publish(story, tmp_path, only=("map", "index"))
    points = [[place.entry.lat, place.entry.lon] for place in story.places] if count > 30 else [[52.0, 12.0]]
    (tmp_path / "bare.html").write_text(bare_page(points), encoding="utf-8")
    times = {"bare.html": [], "map.html": [], "index.html": []}
    for turn in range(ROUNDS + 1):
        for name, seen in times.items():
            context = chromium.new_context(viewport={"width": 1000, "height": 600})
            page = context.new_page()
            page.add_init_script(SEEN)
            page.goto((tmp_path / name).as_uri())
            page.wait_for_function("window.firstPin")
            if turn:  # the first warms up
                seen.append(page.evaluate("window.firstPin"))
            context.close()
    base = median(times["bare.html"])
    for name, seen in times.items():
        sys.stdout.write(f"{count:4} places  {name:10} {median(seen):6.0f} ms  {median(seen) / base:5.2f} x\n")
    assert median(times["map.html"]) <= SLOWER * base
