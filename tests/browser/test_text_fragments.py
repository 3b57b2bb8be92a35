"""The links of all quotes of the sample articles, followed by a real Chromium: the right sentence is marked, in sight.

No script can ask a browser what a text fragment has marked. So each sentence has a colour of its own to be marked in,
and a picture of the page tells which one is.
"""

import html
import io
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from storymap import map_article, read_article
from storymap.model import BlockKind
from storymap.publish.pins import make_pins

pytestmark = pytest.mark.browser

SAMPLES = sorted((Path(__file__).parents[2] / "data" / "articles").iterdir())

WAIT = 5.0
"""Seconds that the browser may take to go to a sentence."""

EDGE = 30
"""Pixels that a quotation mark or a full stop at the ends of a sentence may take: words alone are marked."""

BOXES = "(span) => [...span.getClientRects()].map((box) => [box.left, box.top, box.right, box.bottom])"


def written(article):
    """Return an article as a newspaper's page, with each sentence in a colour of its own when it is marked."""
    parts = [
        "<!doctype html><meta charset=utf-8><title>Artikel</title><style>body { margin: 900px 40px; width: 600px }"
    ]
    parts += [f"#s{n}::target-text {{ background: rgb(255 {n} 128) }}" for n in range(len(article.sentences))]
    parts.append("</style>")
    for block in article.blocks:
        name = "p" if block.kind is BlockKind.PARAGRAPH else "h2"
        inside = [
            f"<span id=s{n}>{html.escape(article.text[sentence.start : sentence.end])}</span>"
            for n, sentence in enumerate(article.sentences)
            if block.start <= sentence.start < block.end
        ]
        parts.append(f"<{name}>{' '.join(inside)}</{name}>")
    return "".join(parts)


def marked(page):
    """Return the sentences that are marked on the screen, each with the box of its mark: left, top, right, bottom."""
    pixels = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(int)
    rows, columns = np.nonzero((pixels[..., 0] == 255) & (pixels[..., 2] == 128))
    numbers = pixels[rows, columns, 1]
    found = {}
    for number in np.unique(numbers).tolist():
        x, y = columns[numbers == number], rows[numbers == number]
        found[number] = (x.min(), y.min(), x.max(), y.max())
    return found


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_quote_leads_to_its_sentence(path, browser, serve, tmp_path):
    address = serve(tmp_path)
    story = map_article(read_article(path, url=f"{address}/artikel.html"))
    (tmp_path / "artikel.html").write_text(written(story.article), encoding="utf-8")
    links = {quote.link: quote.sentence for pin in make_pins(story, 0.0) for quote in pin.quotes}
    assert len(links) > 5
    page = browser(f"{address}/artikel.html", width=700, height=800).page
    for link, number in links.items():
        # A page of its own each time: what was marked before stays so while the page does.
        page.goto(link.replace("#", f"?{number}#", 1))
        until = time.monotonic() + WAIT
        while list(found := marked(page)) != [number] and time.monotonic() < until:
            page.wait_for_timeout(50)
        assert list(found) == [number], link
        boxes = page.locator(f"#s{number}").evaluate(BOXES)
        left, top, _, _ = boxes[0]
        _, _, right, bottom = boxes[-1]
        assert 0 <= top < bottom <= 800
        assert found[number][1] == pytest.approx(top, abs=6)
        assert found[number][3] == pytest.approx(bottom, abs=6)
        if len(boxes) == 1:
            assert found[number][0] == pytest.approx(left, abs=EDGE)
            assert found[number][2] == pytest.approx(right, abs=EDGE)
