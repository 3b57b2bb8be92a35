"""A picture of a map beside the live map without its buttons, in a real Chromium and of one size: the same pins."""

import re

import pytest
from stories import kim_story
from test_static import many

from storymap.publish import publish
from storymap.publish.static import draw_svg

pytestmark = pytest.mark.browser

NEAR = 3.0
"""Pixels that two renderings of one pin may lie apart."""

LIVE = """() => {
    const frame = document.querySelector(".sm-map").getBoundingClientRect();
    const middle = (element) => {
        const box = element.getBoundingClientRect();
        return [box.x + box.width / 2 - frame.x, box.y + box.height / 2 - frame.y];
    };
    const shown = (dot) => getComputedStyle(dot).display !== "none";
    return {
        heads: [...document.querySelectorAll(".sm-pin")].map((pin) => [pin.firstChild.textContent, middle(pin)]),
        points: [...document.querySelectorAll(".sm-dot")].filter(shown).map(middle),
        size: [frame.width, frame.height],
    };
}"""


def drawn(svg):
    """Return number -> middle of each head, and all points of pins, as the picture has them."""
    found = re.findall(r'<circle cx="([\d.-]+)" cy="([\d.-]+)" r="12.5"[^>]*/><text [^>]*>(\d+)</text>', svg)
    dots = re.findall(r'<circle cx="([\d.-]+)" cy="([\d.-]+)" r="3.8"/>', svg)
    return {number: (float(x), float(y)) for x, y, number in found}, [(float(x), float(y)) for x, y in dots]


@pytest.mark.parametrize("size", [(900, 600), (375, 500), (1280, 720)])
@pytest.mark.parametrize("story", [kim_story(), many(1), many(7), many(24, west=172.0)], ids=["kim", "1", "7", "line"])
def test_pins_stand_where_they_stand_on_the_live_map(story, size, browser, tmp_path):
    width, height = size
    publish(story, tmp_path)
    live = browser((tmp_path / "map.html").as_uri() + "?plain=true", width=width, height=height).page.evaluate(LIVE)
    width, height = map(round, live["size"])
    heads, points = drawn(draw_svg(story, size=(width, height)))
    assert set(heads) == {number for number, _ in live["heads"]}
    for number, (x, y) in live["heads"]:
        assert abs(heads[number][0] - x) <= NEAR
        assert abs(heads[number][1] - y) <= NEAR
    assert len(points) == len(live["points"])
    for one, other in zip(sorted(points), sorted(map(tuple, live["points"])), strict=True):
        assert one == pytest.approx(other, abs=NEAR)


def test_a_picture_shown_by_a_browser_asks_for_nothing_and_fits(browser, tmp_path):
    path = tmp_path / "map.svg"
    path.write_text(draw_svg(kim_story()), encoding="utf-8")
    watched = browser(path.as_uri())
    assert watched.said == []
    boxes = watched.page.locator("text").evaluate_all(
        "all => all.map(text => { const b = text.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; })"
    )
    assert boxes
    for left, top, right, bottom in boxes:
        assert left > -2
        assert top > -2
        assert right < 1202
        assert bottom < 802
