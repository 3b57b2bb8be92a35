"""The pages under axe-core, and the whole way through them by keyboard, in a real Chromium."""

import pytest

pytestmark = pytest.mark.browser

AXE = "axe-core@4.10.3"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def axe(npm_file):
    """The script of axe-core, as npm has it."""
    return npm_file(AXE, "axe.min.js")


@pytest.mark.parametrize("name", ["index.html", "map.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375, 320])
def test_axe_finds_nothing(bundle, browser, axe, name, scheme, width):
    page = browser((bundle / name).as_uri(), width=width, color_scheme=scheme, bypass_csp=True).page
    page.evaluate(axe)
    run = (
        "rules => axe.run({runOnly: rules}).then(found => found.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
    )
    assert page.evaluate(run, RULES) == []
    page.get_by_role("button", name="Weg der Geschichte zeigen").click()
    page.locator(".sm-pin").first.press("Enter")
    assert page.get_by_role("dialog").count() == 1
    assert page.evaluate(run, RULES) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("name", ["index.html", "map.html"])
def test_tab_reaches_everything_visibly_and_leaves_again(bundle, browser, name):
    page = browser((bundle / name).as_uri()).page
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], button, summary, select')].filter(e => e.checkVisibility()).length"
    )
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
    missed = "[...document.querySelectorAll('a[href], button, summary, select')].filter(e => e.checkVisibility()"
    assert page.evaluate(missed + " && !e.dataset.walked).map(e => e.outerHTML)") == []
