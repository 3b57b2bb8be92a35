"""HTML -> Article: the text of a web page without its navigation, notices, captions and teasers.

A decoded page goes in, an `Article` without sentences comes out; `storymap.article.read` calls this and adds them. The
package trafilatura finds the text; it takes 0.3 s to load, so it is loaded for HTML only.
"""

import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from storymap.article.sentences import join_blocks
from storymap.errors import ArticleError
from storymap.model import Article, BlockKind

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from trafilatura.settings import Document

__all__ = ["charset_of", "looks_like_html", "read_html"]

_BEGINS = re.compile(
    r"\s*(?:<\?xml[^<>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*){0,9}<(?:!doctype\s+html|html|head|body|article|main|section|div|p|h1)\b[^<>]{0,2000}>",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(rb"<meta\b[^>]{0,200}?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_LANGUAGES = (
    re.compile(r"<html\b[^<>]{0,500}?\blang\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE),
    re.compile(r"<meta\b[^<>]{0,200}?\bog:locale[\"'][^<>]{0,200}?\bcontent\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE),
    re.compile(
        r"<meta\b[^<>]{0,200}?\bcontent-language[\"'][^<>]{0,200}?\bcontent\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE
    ),
)
"""Where a page names its language, the most trustworthy first."""

_BLOCKS = frozenset({"head", "p", "item", "quote"})
"""The elements of trafilatura's tree that are blocks of text."""

_SENTENCE_END = re.compile(r"[.!?…。！？][”»“\"’)]*$")

_BRIEF = 250
"""Characters. Of a page with less text trafilatura takes all there is, menu and all, which spoils a paper's briefs."""

_DATES = {"original_date": True, "extensive_search": False, "max_date": "2199-12-31"}
"""A day the page names as its own, not one guessed from the text; checked against no clock, so that bytes repeat."""


def looks_like_html(text: str) -> bool:
    """Tell whether a text begins as HTML does."""
    return bool(_BEGINS.match(text[:4000]))


def charset_of(data: bytes) -> str:
    """Return the charset that a page's ``<meta>`` names in its first 4,096 bytes, "" if none does."""
    match = _CHARSET.search(data[:4096])
    return match[1].decode("ascii", errors="replace").lower() if match else ""


def read_html(page: str, name: str, url: str = "") -> Article:
    """Read headline, byline, date, language, address and blocks of a page.

    The headline is the page's ``<h1>``, or its title where the text holds none. What stands above the headline (a
    kicker, a date line) is left out. The language is as the page writes it, "de-AT" for one.

    Parameters
    ----------
    name
        What to call the page in an error.
    url
        Its address, if known; else the canonical one it names.

    Raises
    ------
    ArticleError
        If no article text is found.
    """
    found = _extract(page, url)
    parts = [] if found is None or found.body is None else list(_parts(found.body))
    if found is None or not any(_SENTENCE_END.search(part) for kind, part in parts if kind is BlockKind.PARAGRAPH):
        raise ArticleError(f"{name}: no article text found in this page. Save the article's text as .txt or .md.")
    title = found.title or ""
    headline = next((i for i, (kind, _) in enumerate(parts) if kind is BlockKind.HEADLINE), None)
    if headline is not None:
        title = parts[headline][1]
        parts = parts[headline:]
    elif title:
        parts.insert(0, (BlockKind.HEADLINE, title))
    text, blocks = join_blocks((_below(kind) if i else kind, part) for i, (kind, part) in enumerate(parts))
    return Article(
        text,
        " ".join(title.split()),
        next((match[1] for pattern in _LANGUAGES if (match := pattern.search(page))), ""),
        url or found.url or "",
        found.date or "",
        found.author or "",
        blocks=blocks,
    )


def _extract(page: str, url: str) -> "Document | None":
    """Let trafilatura find the article; it reads a brief anew that it took for a page without one."""
    from trafilatura import extract_with_metadata
    from trafilatura.settings import use_config

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # our error alone tells of its failures
    config = use_config()
    for least in (str(_BRIEF), "1"):
        config.set("DEFAULT", "MIN_EXTRACTED_SIZE", least)
        found = extract_with_metadata(
            page,
            url or None,
            include_comments=False,
            include_tables=False,
            date_extraction_params=_DATES,
            config=config,
        )
        if found is None or len(found.text or "") >= _BRIEF:
            break
    return found


def _parts(body: "Element") -> Iterator[tuple[BlockKind, str]]:
    """Yield the blocks of trafilatura's tree in their order; a ``<br>`` behind a full stop begins a block."""
    for element in body.iter():
        if element.tag not in _BLOCKS:
            continue
        holds_blocks = any(child.tag in _BLOCKS or child.tag == "list" for child in element)
        words = (element.text or "") if holds_blocks else "".join(_words(element))
        kind = BlockKind.PARAGRAPH
        if element.tag == "head":
            kind = BlockKind.HEADLINE if element.get("rend") == "h1" else BlockKind.SUBHEAD
        lines = [line.strip() for line in words.split("\n")]
        while lines:
            part = lines.pop(0)
            while lines and not _SENTENCE_END.search(part):
                part = f"{part} {lines.pop(0)}"
            if part.strip():
                yield kind, part.strip()


def _words(element: "Element") -> Iterator[str]:
    """Yield an element's text; only ``<br>`` is a line break, one in the page's source is a space."""
    yield re.sub(r"\s*\n\s*", " ", element.text or "")
    for child in element:
        if child.tag == "lb":
            yield "\n"
        else:
            yield from _words(child)
        yield re.sub(r"\s*\n\s*", " ", child.tail or "")


def _below(kind: BlockKind) -> BlockKind:
    """There is one headline: a second ``<h1>`` is a subhead."""
    return BlockKind.SUBHEAD if kind is BlockKind.HEADLINE else kind
