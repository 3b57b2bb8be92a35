"""The pages under axe-core, and the whole way through them by keyboard, in a real Chromium."""

from importlib.resources import files
from itertools import combinations, product

import pytest
from stories import kim_story, towns_story

from storymap.publish import publish

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "rules => axe.run({runOnly: rules}).then(found => found.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"

SIDES = {
    "count": (1, 7, 30, 300),
    "width": (375, 768, 1280, 1920),
    "lang": ("de", "en", "fr"),
    "scheme": ("light", "dark"),
    "name": ("index.html", "map.html"),
}
COVER = [
    (1, 375, "fr", "light", "map.html"),
    (1, 768, "en", "light", "index.html"),
    (1, 1280, "de", "dark", "map.html"),
    (1, 1920, "en", "light", "index.html"),
    (7, 375, "fr", "light", "index.html"),
    (7, 768, "en", "dark", "index.html"),
    (7, 1280, "en", "light", "map.html"),
    (7, 1920, "de", "dark", "index.html"),
    (30, 375, "en", "light", "index.html"),
    (30, 768, "fr", "dark", "map.html"),
    (30, 1280, "de", "light", "map.html"),
    (30, 1920, "fr", "dark", "map.html"),
    (300, 375, "de", "dark", "map.html"),
    (300, 768, "de", "light", "map.html"),
    (300, 1280, "fr", "dark", "index.html"),
    (300, 1920, "en", "dark", "map.html"),
]
"""Of the 192 combinations so many that every two values meet."""

LARGER = r"""() => document.querySelectorAll("style").forEach((style) => {
    style.textContent = style.textContent.replace(/font(-size)?:[^;}]*/g, (one) =>
        one.replace(/([\d.]+)(px|vw)/g, (_, size, unit) => 2 * size + unit));
})"""
"""Makes all letters twice as large and nothing else, as the text zoom of Firefox does."""

FOCUSABLE = "[...document.querySelectorAll('a[href], button, summary, select, input, textarea')]"


@pytest.fixture(scope="session")
def axe():
    """The script of axe-core."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    """The folder of a story of so many towns in a language, published once."""
    made = {}

    def make(count, lang):
        if (count, lang) not in made:
            made[count, lang] = tmp_path_factory.mktemp(f"{count}-{lang}")
            publish(towns_story(count, lang), made[count, lang], only=["index", "map"])
        return made[count, lang]

    return make


def open_dialog(page):
    """Open the first place, which may stand in a group."""
    if page.locator(".sm-steps").count():
        page.locator("#map_story").press("Home")
    else:
        page.locator(".sm-pin").press("Enter")
    page.get_by_role("dialog").wait_for()


def test_every_two_values_meet():
    for (one, ones), (other, others) in combinations(enumerate(SIDES.values()), 2):
        assert {(case[one], case[other]) for case in COVER} == set(product(ones, others)), (one, other)


@pytest.mark.parametrize("case", COVER, ids=str)
def test_axe_finds_nothing_and_the_page_is_silent(towns, browser, axe, case):
    count, width, lang, scheme, name = case
    folder = towns(count, lang)
    watched = browser((folder / name).as_uri(), width=width, color_scheme=scheme, bypass_csp=True)
    page = watched.page
    page.evaluate(axe)
    if (count, name) != (300, "index.html"):  # whose hundreds of rows it reads for half a minute each time
        assert page.evaluate(RUN, RULES) == []
    open_dialog(page)
    assert page.evaluate(RUN, RULES) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert watched.said == []
    assert watched.beyond(folder.as_uri()) == []


@pytest.mark.parametrize("name", ["index.html", "map.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_320_pixels_where_all_is_unfolded(bundle, browser, axe, name, scheme):
    page = browser((bundle / name).as_uri(), width=320, color_scheme=scheme, bypass_csp=True).page
    page.evaluate(axe)
    page.get_by_role("button", name="Weg der Geschichte zeigen").click()
    for part in page.locator("details").all():
        part.evaluate("part => part.open = true")
    page.locator(".sm-pin").first.press("Enter")
    assert page.get_by_role("dialog").count() == 1
    assert page.evaluate(RUN, RULES) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_axe_finds_nothing_on_the_page_with_the_code(bundle, browser, axe):
    page = browser((bundle / "embed.html").as_uri(), width=375, bypass_csp=True).page
    page.evaluate(axe)
    assert page.evaluate(RUN, RULES) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", ["index.html", "map.html"])
@pytest.mark.parametrize("width", [1280, 640, 375])
def test_letters_of_twice_the_size_lose_nothing(bundle, browser, name, width):
    page = browser((bundle / name).as_uri(), width=width, height=640, bypass_csp=True).page
    before = page.locator(".sm-count").evaluate("count => parseFloat(getComputedStyle(count).fontSize)")
    page.evaluate(LARGER)
    assert page.locator(".sm-count").evaluate("count => parseFloat(getComputedStyle(count).fontSize)") == 2 * before
    page.locator(".sm-pin").nth(1).press("Enter")
    dialog = page.get_by_role("dialog")
    quote = dialog.locator(".sm-quote").last
    quote.scroll_into_view_if_needed()
    for part in (dialog.locator(".sm-title"), quote, page.get_by_role("button", name="Schließen")):
        box = part.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert 0 <= box["y"] < 600
    page.get_by_role("button", name="Schließen").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1280, 375])
def test_every_quote_of_every_place_is_reached_by_tab_and_escape_leads_back(bundle, browser, width):
    page = browser((bundle / "index.html").as_uri(), width=width).page
    active = "document.activeElement."
    for place in kim_story().published(0.5):
        pin = page.locator(".sm-pin", has_text=place.label)
        pin.press("Enter")
        assert page.evaluate(active + "getAttribute('role')") == "dialog"
        page.keyboard.press("Tab")
        assert page.evaluate(active + "className") == "sm-close"
        for number in place.sentences[:3]:
            page.keyboard.press("Tab")
            assert page.evaluate(active + "getAttribute('href')") == f"#s{number}"
        page.keyboard.press("Tab")
        if len(place.sentences) > 3:
            assert page.evaluate(active + "className") == "sm-more"
            page.keyboard.press("Enter")
            assert page.evaluate(active + "getAttribute('href')") == f"#s{place.sentences[3]}"
        page.keyboard.press("Escape")
        assert pin.evaluate("pin => pin === document.activeElement")


@pytest.mark.parametrize("lang", ["ar", "he"])
@pytest.mark.parametrize("width", [1280, 375])
def test_text_from_right_to_left_stands_right(towns, browser, lang, width):
    page = browser((towns(7, lang) / "index.html").as_uri(), width=width).page
    page.locator(".sm-pin").nth(2).press("Enter")
    direction = "parts => parts.map(part => getComputedStyle(part).direction)"
    for words in ("h1", ".story-text p", ".sm-card .sm-quote", ".places .sm-quote"):
        assert set(page.locator(words).evaluate_all(direction)) == {"rtl"}, words
    # The number follows its name, which is to say it stands on its left, and the line begins on the right.
    name, number = (page.locator(f".story-text .name {part}").nth(2).bounding_box() for part in ("span", "sup"))
    assert number["x"] < name["x"] or lang == "he"
    paragraph, sentence = (page.locator(part).nth(2).bounding_box() for part in (".story-text p", ".story-text p .s"))
    assert abs(paragraph["x"] + paragraph["width"] - sentence["x"] - sentence["width"]) < 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", ["index.html", "map.html"])
def test_tab_reaches_everything_visibly_and_leaves_again(bundle, browser, name):
    page = browser((bundle / name).as_uri()).page
    wanted = page.evaluate(FOCUSABLE + ".filter(e => e.checkVisibility()).length")
    look = """() => {
        const element = document.activeElement, all = [element, ...element.querySelectorAll('*')];
        const seen = all.some(e => getComputedStyle(e).outlineStyle !== 'none');
        if (element === document.body) return null;
        element.dataset.walked = '1';
        return seen ? '' : element.outerHTML.slice(0, 90);
    }"""
    for _ in range(wanted + 3):
        page.keyboard.press("Tab")
        unseen = page.evaluate(look)
        if unseen is None:
            break
        assert unseen == ""
    else:
        pytest.fail("Tab never left the page")
    missed = ".filter(e => e.checkVisibility() && !e.dataset.walked).map(e => e.outerHTML)"
    assert page.evaluate(FOCUSABLE + missed) == []
