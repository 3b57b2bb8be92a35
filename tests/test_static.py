"""Pictures of a map, made without a browser: what they show, that nothing runs in them, that they come out the same."""

import io
import re
import struct
import time
import unicodedata
from dataclasses import replace

import numpy as np
import pytest
from lxml import etree
from PIL import Image
from stories import kim_story, write_story

from storymap.model import Entry, Focus, Kind, Story
from storymap.publish import static_text as text
from storymap.publish.contents import map_label
from storymap.publish.encoding import decode, encode
from storymap.publish.pins import make_pins
from storymap.publish.static import card_png, draw_card, draw_png, draw_svg, map_png, map_svg, print_png, print_svg
from storymap.publish.static_labels import place_keys, place_labels
from storymap.publish.static_theme import choose_colours
from storymap.publish.static_view import HEAD, fit, spread
from storymap.publish.style import Style, contrast

SVG = "{http://www.w3.org/2000/svg}"
THEMES = ("light", "dark", "print")
HOSTILE = (
    "<script>alert(1)</script>",
    "]]></text><image href='http://evil.example/x.png'/>",
    "&lt;b&gt; & \"quotes\" 'and' more",
    "${alert(1)} {{ 7 * 7 }} {% raw %}",
    "javascript:alert(1)",
    "abc\u202efdp.exe\u202c",
    "nul\x00 bell\x07 lone \ud800 not a character \uffff",
    "x" * 10_000,
    "ein Wort " * 2_000,
    "𝔊𝔬𝔱𝔥𝔞 👩‍👩‍👧 ﷽ 北京市 القاهرة",
    "a\u0301" * 300,
    "\u200b\u200d",
)


def many(count, *, west=5.0, step=0.7):
    """A story of so many towns on a grid."""
    names = [f"Ort{number}" for number in range(count)]
    entries = {
        name: Entry(f"own:{n}", name, Kind.CITY, 40 + step * (n // 20), (west + step * (n % 20) + 180) % 360 - 180)
        for n, name in enumerate(names)
    }
    return write_story("Titel\n\n" + " ".join(f"Von [[{name}]] kam Post." for name in names), entries)


def parse(svg):
    return etree.fromstring(svg.encode() if isinstance(svg, str) else svg)


def texts(svg):
    return ["".join(element.itertext()) for element in parse(svg).iter(f"{SVG}text")]


def numbers(svg):
    """The numbers of the heads, each after its circle."""
    return sorted(int(value) for value in re.findall(r"<circle [^>]*/><text [^>]*>(\d+)</text>", svg))


@pytest.mark.parametrize("count", [0, 1, 7, 300])
@pytest.mark.parametrize("theme", THEMES)
def test_a_map_has_the_numbers_of_the_list(count, theme):
    story = many(count)
    svg = draw_svg(story, size=(900, 600), theme=theme)
    assert numbers(svg) == [pin.number for pin in make_pins(story)]
    assert len(numbers(svg)) == count


def test_pins_are_named_as_in_the_list(kim):
    shown = texts(draw_svg(kim))
    for pin in make_pins(kim):
        assert pin.label in shown
        assert str(pin.number) in shown


@pytest.mark.parametrize("draw", [draw_svg, draw_card, print_svg])
def test_a_picture_says_what_it_is(kim, draw):
    root = parse(draw(kim))
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    ids = root.get("aria-labelledby").split()
    named = {element.get("id"): "".join(element.itertext()) for element in root if element.get("id")}
    assert named[ids[0]] == f"Karte: {kim.article.title}"
    assert named[ids[1]] == map_label(make_pins(kim), "de")
    assert root.get("lang") == "de"
    assert "Natural Earth · GeoNames, geoBoundaries (CC BY 4.0)" in texts(draw(kim))


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_text_is_never_markup(hostile):
    entry = Entry("own:1", "Gotha", Kind.CITY, 50.9, 10.7, None, "DE")
    story = write_story("Titel\n\nIn [[Gotha]] regnet es.", {"Gotha": entry}, title=hostile, byline=hostile)
    story = replace(story, places=(replace(story.places[0], label=hostile),))
    for svg in (draw_svg(story), draw_card(story), print_svg(story)):
        root = parse(svg)
        allowed = {"svg", "title", "desc", "defs", "radialGradient", "stop", "rect", "g", "path", "circle", "line"}
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed | {"text", "ellipse"}
        for element in root.iter():
            assert not any("href" in name or name.startswith("on") for name in element.attrib)
        assert not re.search(r"url\((?!#)", svg)
        assert not any(unicodedata.bidirectional(char) in {"RLO", "LRO", "RLE", "LRE", "PDF"} for char in svg)
        assert max(map(len, texts(svg))) < 200


def test_nothing_is_loaded_and_nothing_runs(kim):
    svg = draw_svg(kim)
    assert "<script" not in svg
    assert "<style" not in svg
    assert set(re.findall(r"https?://[^\"'<> ]+", svg)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("make", [map_svg, map_png, card_png])
def test_same_story_same_bytes(make):
    assert make(kim_story(), 0.5) == make(kim_story(), 0.5)


def size_of(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", png[16:24])


def test_pictures_have_their_sizes(kim):
    assert size_of(map_png(kim, 0.5)) == (2400, 1600)
    assert size_of(card_png(kim, 0.5)) == (1200, 630)
    root = parse(map_svg(kim, 0.5))
    assert (root.get("width"), root.get("height")) == ("1200", "800")


def test_a_text_our_fonts_lack_is_still_drawn():
    story = kim_story(title="北京市 القاهرة")
    assert size_of(draw_png(draw_card(story), scale=1)) == (1200, 630)


@pytest.mark.parametrize("mm", [60, 90, 186.5])
def test_a_print_has_a_physical_size_and_readable_text(kim, mm):
    root = parse(print_svg(kim, mm=mm))
    assert root.get("width") == f"{mm:g}mm"
    unit = mm / float(root.get("viewBox").split()[2])
    sizes = [float(element.get("font-size")) for element in root.iter() if element.get("font-size")]
    assert min(sizes) * unit * 72 / 25.4 >= 5.9


def colours_in(svg):
    return set(re.findall(r"#[0-9a-f]{3,8}\b", svg))


def test_a_print_is_grey(kim):
    for colour in colours_in(print_svg(kim)):
        red, green, blue = (colour[1:3], colour[3:5], colour[5:7]) if len(colour) == 7 else colour[1:]
        assert red == green == blue


def test_a_print_for_a_layout_program_has_its_dots_and_its_true_size(kim):
    png = print_png(print_svg(kim, mm=90))
    assert size_of(png) == (1063, 709)
    image = Image.open(io.BytesIO(png))
    image.load()
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.01)
    assert image.convert("HSV").getchannel("S").getextrema() == (0, 0)


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_read_is_told_from_its_ground_by_brightness_alone(theme):
    """Contrast is that of grey: a photocopy, or an eye that sees no red, loses nothing."""
    colours = choose_colours(theme)
    opaque = {name: colour for name, colour in colours.items() if colour.startswith("#")}
    for ground in ("land", "water"):
        assert contrast(opaque["accent"], opaque[ground]) >= 4.5
        assert contrast(opaque["ink"], opaque[ground]) >= 4.5
    assert contrast(opaque["on-accent"], opaque["accent"]) >= 4.5
    assert contrast(opaque["label"], opaque["halo"]) >= 4.5
    assert contrast(opaque["coast"], opaque["land"]) >= 1.5
    assert opaque["land"] != opaque["water"]


HOUSE = Style(accent="#0d7680", paper="#fff1e5", land="#fff7ef", water="#c7dbe6", accent_dark="#7fd6dd")


def test_the_house_style_reaches_the_pictures(kim):
    assert {"#0d7680", "#fff7ef", "#c7dbe6"} <= colours_in(map_svg(kim, style=HOUSE))
    assert "#a51d1d" not in map_svg(kim, style=HOUSE)
    assert "#fff1e5" in draw_card(kim, style=HOUSE)
    assert "#7fd6dd" in draw_svg(kim, theme="dark", style=HOUSE)
    assert print_svg(kim, style=HOUSE) == print_svg(kim)
    assert map_png(kim, style=HOUSE) != map_png(kim)


def test_pins_have_the_shape_of_the_house(kim):
    round_, square, drop = (parse(draw_svg(kim, style=Style(pin=pin))) for pin in ("round", "square", "drop"))
    pins = make_pins(kim)
    heads = [rect for rect in square.iter(f"{SVG}rect") if rect.get("width") == "25"]
    assert len(heads) == len(pins)
    assert not [circle for circle in square.iter(f"{SVG}circle") if circle.get("r") == "12.5"]
    assert len([circle for circle in round_.iter(f"{SVG}circle") if circle.get("r") == "12.5"]) == len(pins)
    points = [circle.attrib for circle in round_.iter(f"{SVG}circle") if circle.get("r") == "3.8"]
    tips = [polygon.get("points").split()[0] for polygon in drop.iter(f"{SVG}polygon")]
    assert [tuple(map(float, tip.split(","))) for tip in tips] == [(float(p["cx"]), float(p["cy"])) for p in points]
    assert not [circle for circle in drop.iter(f"{SVG}circle") if circle.get("r") == "3.8"]


def test_colours_are_those_of_the_live_map(kim):
    assert "#a51d1d" in draw_svg(kim)
    assert "#ff8f7d" in draw_svg(kim, theme="dark")
    assert draw_svg(kim, theme="dark") != draw_svg(kim)


def test_across_the_date_line():
    story = many(20, west=172.0, step=1.0)
    root = parse(draw_svg(story, size=(900, 600)))
    dots = [(float(c.get("cx")), float(c.get("cy"))) for c in root.iter(f"{SVG}circle") if c.get("r") == "3.8"]
    assert len(dots) == 20
    assert max(x for x, _ in dots) - min(x for x, _ in dots) > 300
    assert all(0 < x < 900 and 0 < y < 600 for x, y in dots)


def test_heads_do_not_cover_each_other():
    window = fit([[50, 5], [55, 12]], 900, 600, 9)
    spots = spread(window, [[50, 5], [55, 12]], [(52.0, 8.0, False)] * 3 + [(52.1, 8.1, False), (52.05, 8.0, True)])
    for i, one in enumerate(spots):
        for other in spots[i + 1 :]:
            assert np.hypot(one.x - other.x, one.y - other.y) >= HEAD - 3


def test_names_do_not_cover_each_other():
    window = fit([[50, 5], [55, 12]], 900, 600, 9)
    label = {"kind": "city", "text": "Hannover", "lat": 52.4, "lon": 9.7, "rank": 1.0, "zoom": 3, "size": 1}
    taken = []
    placed = place_labels(window, [label] * 6, taken)
    # Right, left, above and below the dot; no fifth.
    assert 1 <= len(placed) <= 4
    for i, one in enumerate(taken):
        for other in taken[i + 1 :]:
            assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]


def test_the_key_names_what_the_map_could_not():
    window = fit([[50, 5], [55, 12]], 900, 600, 9)
    (key,) = place_keys(window, [(4, "Hürth"), (12, "Köln")], [])
    assert [row[:2] for row in key.rows] == [("4", "Hürth"), ("12", "Köln")]
    assert place_keys(window, [(4, "Hürth")], [(0, 0, 900, 600)]) == []


def test_the_scene_is_marked(kim):
    scene = next(place for place in kim.places if place.label == "Wostotschny")
    story = Story(kim.article, kim.places, kim.provenance, Focus((scene.id,), "RU"))
    assert "Schauplatz" in texts(draw_svg(story))
    assert "Schauplatz" not in texts(draw_svg(kim))


def test_a_long_headline_is_cut_with_an_ellipsis():
    svg = draw_card(kim_story(title="Die Fahrt der gepanzerten Sonderzüge " * 20))
    assert any(line.endswith("…") for line in texts(svg))
    short = draw_card(kim_story(title="Kim reist"))
    assert "Kim reist" in " ".join(texts(short))
    assert "zeitung.example" in texts(short)


def test_a_size_or_theme_that_makes_no_sense_is_refused(kim):
    with pytest.raises(ValueError, match="100 by 800"):
        draw_svg(kim, size=(100, 800))
    with pytest.raises(ValueError, match="sepia"):
        draw_svg(kim, theme="sepia")
    with pytest.raises(ValueError, match="30 mm is too narrow"):
        print_svg(kim, mm=30)


def test_what_is_encoded_is_decoded():
    rng = np.random.default_rng(1)
    parts = [np.cumsum(rng.integers(-300, 300, (n, 2)), axis=0) * 0.01 for n in (4, 90, 700)]
    rings = [np.concatenate((part, part[:1])) for part in parts]
    for given, closed in ((parts, False), (rings, True)):
        words = " ".join(encode(given, 0.01, closed=closed))
        for before, after in zip(given, decode(words, 0.01, closed=closed), strict=True):
            moved = np.concatenate(([True], (np.diff(np.rint(before / 0.01), axis=0) != 0).any(axis=1)))
            assert np.allclose(before[moved], after)


def test_widths_are_those_of_the_font():
    assert text.measure("Wien", "Regular", 1000) == pytest.approx(930 + 258 + 564 + 618, abs=30)
    assert text.measure("Wien", "SemiBold", 10) > text.measure("Wien", "Regular", 10)
    assert text.cut("Niederösterreich", "Regular", 12, width=50).endswith("…")
    assert text.measure(text.cut("Niederösterreich", "Regular", 12, width=50), "Regular", 12) <= 50
    assert text.wrap("eins zwei drei vier", "Regular", 10, width=50) == ["eins zwei", "drei vier"]
    assert text.wrap("Peter-der-Große-Bucht", "Regular", 10, width=90) == ["Peter-der-", "Große-Bucht"]


@pytest.mark.parametrize(("width", "height"), [(2400, 300), (300, 2400)])
def test_there_is_no_coast_where_land_is_cut(kim, width, height):
    paths = parse(draw_svg(kim, size=(width, height))).iter(f"{SVG}path")
    (land,) = (path for path in paths if path.get("fill") == "#f6f4ee")
    assert land.get("stroke") is None


@pytest.mark.slow
def test_a_map_is_drawn_in_a_fifth_of_a_second(kim):
    draw_svg(kim)
    start = time.process_time()
    draw_svg(kim)
    assert time.process_time() - start < 0.2
