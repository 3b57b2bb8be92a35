"""Make the pictures of docs/gallery.md: the sample articles' pages in Chromium, as readers see them.

    python data/recipes/gallery.py

In: data/articles. Out: docs/gallery/*.webp, together below a megabyte (tests/test_docs.py). Run it when the pages look
different. Needs the dev extra and Chromium.
"""

import shutil
import tempfile
from base64 import b64decode
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

import storymap

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "docs" / "gallery"
QUALITY = 62
"""Of WebP: below it, small letters blur."""


class View(NamedTuple):
    """A picture: which page of which sample, how large a window, which theme, and what is done before."""

    name: str
    sample: str
    page: str
    size: tuple[int, int]
    theme: str = "light"
    act: str = ""


OPEN_TABLE = "document.querySelector('#table').open = true; document.querySelector('#table').scrollIntoView()"

VIEWS = (
    View("story", "wostotschny.md", "index.html", (1280, 800)),
    View("story-dark", "black-sea.md", "index.html", (1280, 800), "dark"),
    View("step", "wostotschny.md", "map.html?start=3", (1000, 667)),
    View("regions", "frankfurt-oder.txt", "map.html", (1000, 667)),
    View("many", "hochwasser.txt", "map.html", (1000, 667)),
    View("district", "koeln.html", "map.html", (1000, 667)),
    View("disputed", "rafah.md", "map.html", (1000, 667), "dark"),
    View("sea", "aquila.txt", "map.html", (768, 512)),
    View("continent", "anvers.md", "map.html", (768, 512)),
    View("table", "frankfurt-oder.txt", "index.html", (1280, 800), act=OPEN_TABLE),
    View("phone", "gotthard.md", "index.html", (375, 740)),
    View("phone-quotes", "valencia.html", "index.html?start=2", (375, 740)),
    View("phone-dark", "springfield.txt", "index.html", (375, 740), "dark"),
)


def take(browser: Browser, folder: Path, view: View) -> bytes:
    """Return the picture of a page."""
    width, height = view.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=view.theme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(folder.as_uri() + "/" + view.page)
    page.locator(".sm-label").first.wait_for(state="attached")
    if view.act:
        page.evaluate(view.act)
    page.wait_for_timeout(400)
    # Playwright itself writes no WebP.
    shot = context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    context.close()
    return b64decode(shot["data"])


def main() -> None:
    """Publish the samples, take the pictures, put them in place of the old ones."""
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        for sample in sorted({view.sample for view in VIEWS}):
            article = storymap.read_article(str(ROOT / "data" / "articles" / sample))
            storymap.publish(storymap.map_article(article), Path(folder) / sample)
        for view in VIEWS:
            picture = take(browser, Path(folder) / view.sample, view)
            (TARGET / f"{view.name}.webp").write_bytes(picture)
            print(f"{view.name}.webp: {len(picture) // 1024} KB")
        browser.close()


if __name__ == "__main__":
    main()
