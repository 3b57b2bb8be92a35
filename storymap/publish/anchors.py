"""A page as the newsroom has it -> the same page with an anchor on each mention.

HTML and the story of its text go in, the HTML comes out byte for byte as it was, but for a ``span`` around each name
that is on the map. `storymap.publish.bundle` makes it where the page is given. The text of the article was taken out
of the page by a reader that drops tags and joins blanks, so the two are compared without blanks, sentence by sentence
and in their order; a sentence that is not found in the page, because the reader mended it, gets no anchor.
"""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from itertools import accumulate

from storymap.errors import ArticleError
from storymap.model import MIN_CONFIDENCE, Mention, Story
from storymap.publish.pins import make_pins

__all__ = ["anchor_mentions", "anchored_page"]

_UNREAD = frozenset({"head", "iframe", "math", "noscript", "script", "select", "style", "svg", "template", "textarea"})
"""Elements whose text is no text of the article, or in which a span has no place."""

_REFERENCE = re.compile(r"&#?\w+;?")

_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Hyphenation and joining aids, which readers of pages drop or keep as they like."""

Run = tuple[int, int]
"""A stretch of the page's source without a tag in it."""


def anchored_page(
    story: Story, min_confidence: float = MIN_CONFIDENCE, *, page: tuple[bytes, str] | None = None
) -> bytes:
    """Return a page with its mentions marked, in its own encoding; see `anchor_mentions`.

    Parameters
    ----------
    story
        Its story.
    page
        The bytes of the page and their encoding, as `storymap.article.read.read_page` returns them.

    Raises
    ------
    ArticleError
        If there is no page, or one whose bytes its encoding does not give back.
    """
    if page is None:
        raise ArticleError("A story alone has no page for anchors. Give the article as HTML to storymap make.")
    data, codec = page
    try:
        # A byte that is no character of the encoding comes back as it was.
        html = data.decode(codec, "surrogateescape")
        given_back = html.encode(codec, "surrogateescape")
    except UnicodeError:
        given_back = b""
    if given_back != data:
        raise ArticleError(f"The page is not all {codec}, so that it cannot be given back as it was. Save it as UTF-8.")
    return anchor_mentions(html, story, min_confidence).encode(codec, "surrogateescape")


def anchor_mentions(html: str, story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return the page with its mentions marked.

    A mention becomes ``<span id="storymap-12" data-storymap-place="3">Wladiwostok</span>``: its number in the order of
    the text, and the number of its place on the map. Where tags stand inside a name, each of its pieces has a span, and
    the first of them the id. Taking the spans away gives the page back, byte for byte.

    Parameters
    ----------
    html
        The page that the story's article was read from.
    story
        Its story.
    """
    page = _PageText(html)
    places = {mention: pin.number for pin in make_pins(story, min_confidence) for mention in pin.place.mentions}
    written, at = [], 0
    for number, (mention, runs) in enumerate(_find(story, sorted(places, key=lambda m: (m.start, -m.end)), page), 1):
        if runs[0][0] < at:
            continue  # a name inside another name
        name = f' id="storymap-{number}"'
        for start, end in runs:
            place = places[mention]
            written += [html[at:start], f'<span{name} data-storymap-place="{place}">', html[start:end], "</span>"]
            at, name = end, ""
    return "".join([*written, html[at:]])


def _find(story: Story, mentions: list[Mention], page: "_PageText") -> Iterator[tuple[Mention, list[Run]]]:
    """Yield the mentions that stand in the page, with the runs of its source that hold each."""
    text, at = story.article.text, 0
    sentence_at: dict[int, int] = {}
    for number, sentence in enumerate(story.article.sentences):
        key = _squeezed(text[sentence.start : sentence.end])
        found = page.text.find(key, at)
        if found < 0:
            found = page.text.find(key)
        if key and found >= 0:
            sentence_at[number], at = found, found + len(key)
    for mention in mentions:
        if mention.sentence in sentence_at:
            before = text[story.article.sentences[mention.sentence].start : mention.start]
            start = sentence_at[mention.sentence] + len(_squeezed(before))
            yield mention, page.runs(start, start + len(_squeezed(mention.text)))


def _squeezed(text: str) -> str:
    return "".join(char for char in text if not char.isspace() and char not in _INVISIBLE)


class _PageText(HTMLParser):
    """The text of a page without its blanks, ``text``, and where in the source each of its characters stands."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self._html = html
        self._lines = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
        self._unread: list[str] = []
        self._chars: list[str] = []
        self._runs: list[Run] = []
        self._pieces: list[int] = []
        self._piece = 0
        self.feed(html)
        self.close()
        self.text = "".join(self._chars)

    def runs(self, start: int, end: int) -> list[Run]:
        """Return where the characters ``start:end`` of `text` stand, a run for each piece between two tags."""
        runs: list[Run] = []
        for at in range(start, end):
            if at > start and self._pieces[at] == self._pieces[at - 1]:
                runs[-1] = (runs[-1][0], self._runs[at][1])
            else:
                runs.append(self._runs[at])
        return runs

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a new piece of text, or a part that is not read."""
        del attrs
        self._piece += 1
        if tag == "body":
            self._unread.clear()  # the end tag of the head may be left out
        elif tag in _UNREAD:
            self._unread.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Begin a new piece of text, or end a part that is not read."""
        self._piece += 1
        if tag in self._unread:
            del self._unread[self._unread.index(tag) :]

    def handle_data(self, data: str) -> None:
        """Read a stretch of text."""
        start = self._offset()
        for at, char in enumerate(data, start):
            self._read(char, at, at + 1)

    def handle_entityref(self, name: str) -> None:
        """Read a character that is written by name."""
        self._read_reference(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Read a character that is written by number."""
        self._read_reference(f"&#{name};")

    def _read_reference(self, reference: str) -> None:
        start = self._offset()
        written = _REFERENCE.match(self._html, start)
        end = written.end() if written else start + len(reference)
        for char in unescape(reference):
            self._read(char, start, end)

    def _read(self, char: str, start: int, end: int) -> None:
        if not self._unread and not char.isspace() and char not in _INVISIBLE:
            self._chars.append(char)
            self._runs.append((start, end))
            self._pieces.append(self._piece)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
