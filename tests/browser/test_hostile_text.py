"""Hostile words in a real Chromium: wherever they stand in a story, they run nothing and break no page.

Each file of tests/cases/hostile is such a text. It is put wherever the text of an article, or of a house's own table of
places, can reach a page: title, headline, byline, address, paragraphs, names, divisions, reasons, findings.
"""

from pathlib import Path

import pytest
from conftest import PATIENCE_MS

from storymap.model import (
    Article,
    Block,
    BlockKind,
    Candidate,
    Check,
    Entry,
    Finding,
    Focus,
    Kind,
    Mention,
    Place,
    Sentence,
    Story,
)
from storymap.publish import publish

pytestmark = pytest.mark.browser

CASES = sorted((Path(__file__).parents[1] / "cases" / "hostile").glob("*.txt"))
PAGES = 15
"""So many stories have all the words between them: a story each would take a minute."""

GROUPS = [CASES[i::PAGES] for i in range(PAGES)]
KINDS = (Kind.CITY, Kind.REGION, Kind.CITY)

WATCH = """
window.ran = [];
window.canary = (...words) => { window.ran.push(words.join()); };
for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = window.canary;
"""
"""What hostile words would call, and what nothing of ours calls."""

LOOK = r"""async () => {
    for (const pin of document.querySelectorAll(".sm-pin")) {
        for (const event of ["mouseenter", "mouseover", "focus"]) pin.dispatchEvent(new Event(event, {bubbles: true}));
        pin.click();
        await new Promise((done) => setTimeout(done));
    }
    for (const part of document.querySelectorAll("details")) part.open = true;
    for (const part of document.querySelectorAll("[autofocus], [onfocus], [onclick]")) part.focus();
    const page = document.documentElement, told = [...window.ran];
    if (page.localName === "html" && page.scrollWidth > innerWidth) told.push("wider than the window");
    for (const link of document.querySelectorAll("[href], [src]")) {
        const address = link.getAttribute("href") || link.getAttribute("src") || "";
        if (!/^(#|data:,$|https:\/\/|[a-z]+\.[a-z]+$)/.test(address)) told.push("leads to " + address.slice(0, 60));
    }
    const odd = "script[src], iframe:not([src='map.html']), object, embed, form, base, link:not([rel=icon]), img";
    for (const element of document.querySelectorAll(odd)) told.push(element.outerHTML.slice(0, 80));
    return told;
}"""
"""Touches whatever shows the words, and returns what is there that must not be."""


def address_of(group):
    """Return the case that is the address of the story: one that was made to be an address, if there is one."""
    return max(group, key=lambda case: "address" in case.stem)


def hostile_story(group):
    """Return a story that has the words everywhere, each as three places: a point, an area, and one that is unsure."""
    text, blocks, sentences, places, findings = "", [], [], [], []
    for number, case in enumerate(group):
        words = case.read_bytes().decode()
        spots = []
        for line in (f"{words} in Not", f"In {words} regnet es seit Tagen, meldet man aus {words}.", f"Auch {words}."):
            kind = BlockKind.PARAGRAPH if blocks else BlockKind.HEADLINE
            blocks.append(Block(len(text), len(text) + len(line), kind))
            sentences.append(Sentence(len(text), len(text) + len(line)))
            at = line.find(words)
            while at >= 0:
                spots.append((len(text) + at, len(sentences) - 1))
                at = line.find(words, at + len(words))
            text += line + "\n\n"
        for turn, (kind, sure) in enumerate(zip(KINDS, (0.95, 0.9, 0.4), strict=True)):
            box = (6.0, 50.0, 8.0, 51.5) if kind is Kind.REGION else None
            lat, lon = 48 + number, 7.0 + 2 * turn
            entry = Entry(f"test:{number}-{turn}", words, kind, lat, lon, box, "DE", words, 1000)
            other = Entry(f"test:{number}-{turn}-other", words, Kind.CITY, 40.0, -80.0, None, "US", words)
            mentions = tuple(Mention(at, at + len(words), words, its) for at, its in spots[turn :: len(KINDS)])
            candidates = (Candidate(entry, sure), Candidate(other, 0.05, (words,)))
            places.append(Place(entry.id, entry, words, sure, mentions, candidates, (words,)))
        findings.append(Finding(places[-1].id, Check.OUTLIER, words))
    everything = " ".join(case.read_bytes().decode() for case in group)
    facts = {"title": everything, "byline": everything, "lang": "de", "published": "2024-09-16"}
    facts["url"] = address_of(group).read_bytes().decode()
    article = Article(text.rstrip("\n"), sentences=tuple(sentences), blocks=tuple(blocks), **facts)
    places.sort(key=lambda place: place.mentions[0].start)
    return Story(article, tuple(places), {"storymap": "0"}, Focus((places[0].id,), "DE"), tuple(findings))


def test_there_are_many_ways_to_be_hostile():
    assert len(CASES) >= 40
    addresses = {case for case in CASES if "address" in case.stem}
    assert addresses == {address_of(group) for group in GROUPS} & addresses


@pytest.fixture(scope="module")
def window(chromium):
    context = chromium.new_context(viewport={"width": 375, "height": 700}, reduced_motion="reduce")
    context.set_default_navigation_timeout(PATIENCE_MS)
    context.add_init_script(WATCH)
    said, asked = [], []
    context.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    context.on("weberror", lambda error: said.append(f"error: {error.error}"))
    context.on("dialog", lambda dialog: said.append(f"dialog: {dialog.message}"))
    context.on("request", lambda request: asked.append(request.url))
    yield context.new_page(), said, asked
    context.close()


@pytest.mark.parametrize("group", GROUPS, ids=["+".join(case.stem for case in group) for group in GROUPS])
def test_hostile_words_run_nothing_and_break_no_page(group, window, tmp_path):
    page, said, asked = window
    said.clear()
    asked.clear()
    publish(hostile_story(group), tmp_path, only=["index", "map", "embed", "svg"], min_confidence=0.3)
    # The code to embed a map shows it in a frame.
    for name, maps in (("index.html", 1), ("embed.html", 1), ("map.svg", 0)):
        page.goto((tmp_path / name).as_uri())
        for frame in page.frames:
            assert frame.evaluate(LOOK) == [], frame.url
        pins = sum(frame.locator(".sm-pin").count() for frame in page.frames)
        assert pins == maps * len(KINDS) * len(group)
    assert said == []
    assert {address for address in asked if not address.startswith(("data:", "about:", tmp_path.as_uri()))} == set()
