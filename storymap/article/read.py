"""source -> Article: a path, a web address, a file object or a text goes in, an `Article` comes out.

`read_article` cleans what it reads and lays its blocks apart by blank lines; `read_page` returns the page, too, if it
was HTML; `make_article` takes a text exactly as it is, for callers who hold offsets in it. All find language, blocks
and sentences. The pipeline and the cli call them.
"""

import re
from codecs import lookup
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import IO, NamedTuple

from storymap.article.html import charset_of, looks_like_html, read_html
from storymap.article.language import find_code, read_code, tell_language
from storymap.article.sentences import find_blocks, join_blocks, split_sentences
from storymap.errors import ArticleError
from storymap.model import Article, Block, BlockKind

__all__ = ["Page", "make_article", "read_article", "read_page"]

MAX_BYTES = 5_000_000
"""The longest text taken. A 600-word article has 4 KB, the longest novel 4 MB; beyond that it is no article."""

_HTML = (".html", ".htm", ".xhtml")
_MARKDOWN = (".md", ".markdown")
_SUFFIXES = (*_HTML, *_MARKDOWN, ".txt")

_MAGIC = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP or Office file",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"{\\rtf": "an RTF file",
    b"\x1f\x8b": "a compressed file",
    b"MZ\x90": "a program",
    b"\x7fELF": "a program",
}
_BOMS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32-le",
    b"\x00\x00\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
_CHARSETS = ("iso8859", "cp125", "cp866", "cp874", "cp932", "koi8", "mac", "gb", "big5", "euc", "shift_jis")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class Page(NamedTuple):
    """A page of HTML as it came: its bytes, and the encoding they are in."""

    data: bytes
    codec: str


class _Source(NamedTuple):
    """What a source holds; ``charset`` is what its server says of it, ``url`` its address on the web."""

    name: str
    content: str | bytes
    suffix: str = ""
    charset: str = ""
    url: str = ""


def read_article(
    source: str | Path | IO[str] | IO[bytes],
    *,
    lang: str | None = None,
    url: str | None = None,
    title: str | None = None,
) -> Article:
    r"""Read an article from a file, a web address, a file object or a text.

    A ``str`` is a web address if it begins with http:// or https://, a path if it is one line that names a file or ends
    in .txt, .md, .html, .htm, .markdown or .xhtml; any other is the text itself. HTML and Markdown are known by their
    suffix or, without a known one, by how they begin. Line breaks of a hard-wrapped text are undone.

    Parameters
    ----------
    lang, url, title
        What is known about the article; goes before what the source says itself. ``lang`` is an ISO 639-1 code.

    Raises
    ------
    ArticleError
        If the source is missing, empty, larger than 5 MB or no text, or there is no such language.
    FetchError
        If the web page cannot be fetched.

    Examples
    --------
    >>> article = read_article("Hochwasser in Köln\n\nDer Rhein steigt. Die Stadt wartet.")
    >>> article.title, article.lang, len(article.sentences)
    ('Hochwasser in Köln', 'de', 3)
    """
    return read_page(source, lang=lang, url=url, title=title)[0]


def read_page(
    source: str | Path | IO[str] | IO[bytes],
    *,
    lang: str | None = None,
    url: str | None = None,
    title: str | None = None,
) -> tuple[Article, Page | None]:
    """Read an article as `read_article` does; return with it the page it was read from, None if that was no HTML."""
    given = _open(source)
    data, codec = given.content, ""
    if isinstance(data, bytes):
        codec = _choose_codec(data, given.name, given.charset)
        text = data.decode(codec, errors="replace")
    else:
        text = data
    text = _CONTROLS.sub(" ", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    # A server's text is no Markdown, however it begins.
    suffix = given.suffix if not given.url else ".html" if looks_like_html(text) else ".txt"
    is_html = suffix in _HTML or (suffix not in _SUFFIXES and looks_like_html(text))
    if is_html:
        draft = read_html(text, given.name, url or given.url)
        draft = replace(draft, lang=find_code(draft.lang))
    else:
        draft = _parse(text, suffix)
    if not draft.text:
        raise ArticleError(f"{given.name}: there is no text in it. Give a file that holds the article.")
    draft = replace(draft, title=title or draft.title, url=url or draft.url)
    page = Page(data, codec) if is_html and isinstance(data, bytes) else None
    return _complete(draft, lang), page


def _open(source: str | Path | IO[str] | IO[bytes]) -> _Source:
    """Fetch, open or take what a source means."""
    if isinstance(source, str) and re.match(r"https?://\S+\Z", source.strip(), re.IGNORECASE):
        from storymap.article.fetch import fetch_page  # 65 ms of urllib that a file does without

        page = fetch_page(source.strip())
        return _Source(page.url, page.data, charset=page.charset, url=page.url)
    if isinstance(source, Path) or (isinstance(source, str) and _is_path(source)):
        path = Path(source)
        return _Source(str(source), _read_file(path), path.suffix.lower())
    name = "The text" if isinstance(source, str) else str(getattr(source, "name", "The input"))
    content = source if isinstance(source, str) else source.read(MAX_BYTES + 1)
    _check_size(len(content), name)
    return _Source(name, content, Path(name).suffix.lower())


def make_article(
    text: str,
    *,
    lang: str | None = None,
    title: str | None = None,
    url: str = "",
    published: str = "",
    byline: str = "",
) -> Article:
    """Make an article of a text that stays exactly as it is, so that offsets in it keep their meaning.

    Raises
    ------
    ArticleError
        If the text is empty or longer than 5 million characters, or there is no such language.
    """
    _check_size(len(text), "The text")
    if not text.strip():
        raise ArticleError("The text is empty. Give the article's text.")
    blocks = find_blocks(text)
    draft = Article(text, title or _headline(text, blocks), "", url, published, byline, (), blocks)
    return _complete(draft, lang)


def _complete(draft: Article, lang: str | None) -> Article:
    """Fill in language and sentences."""
    known = read_code(lang) if lang else draft.lang or tell_language(draft.text)
    return replace(draft, lang=known, sentences=split_sentences(draft.text, draft.blocks, known))


def _headline(text: str, blocks: tuple[Block, ...]) -> str:
    first = next(iter(blocks), None)
    return " ".join(text[first.start : first.end].split()) if first and first.kind is BlockKind.HEADLINE else ""


def _is_path(source: str) -> bool:
    line = source.strip()
    if not line or len(line.splitlines()) > 1 or len(line) > 1000:
        return False
    try:
        return Path(source).is_file() or line.lower().endswith(_SUFFIXES)
    except (OSError, ValueError):  # a line too long for a file name is a text
        return False


def _check_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        raise ArticleError(
            f"{name}: larger than {MAX_BYTES // 1_000_000} MB, which is no single article. Split it into its articles."
        )


def _read_file(path: Path) -> bytes:
    try:
        _check_size(path.stat().st_size, str(path))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ArticleError(f"{path}: there is no such file. Check the spelling and the folder.") from error
    except IsADirectoryError as error:
        raise ArticleError(f"{path}: is a folder. Name the article's file in it.") from error
    except (OSError, ValueError) as error:
        raise ArticleError(f"{path}: cannot be read ({error}). Check the file and its permissions.") from error


def _choose_codec(data: bytes, name: str, charset: str = "") -> str:
    """Return the encoding of a text: by its byte order mark, by the charset it names, UTF-8, or Windows-1252."""
    _check_size(len(data), name)
    kind = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), "")
    bom = next((codec for mark, codec in _BOMS.items() if data.startswith(mark)), "")
    if not kind and not bom:
        controls = len(_CONTROLS.findall(data[:65536].decode("latin-1")))
        if controls >= 10 and controls > 0.05 * len(data[:65536]):
            kind = "UTF-16 without its byte order mark, or a program's data"
    if kind:
        raise ArticleError(
            f"{name}: looks like {kind}, not a text. Save the article as UTF-8 text (.txt, .md) or HTML."
        )
    codec = bom or _codec(charset or charset_of(data))
    if codec:
        return codec
    text = data.decode("utf-8", errors="replace")
    # A text in Windows-1252 has hardly an umlaut that is good UTF-8; a damaged one in UTF-8 has mostly good ones.
    broken = text.count("\ufffd")
    good = sum(ord(char) > 127 for char in text) - broken
    return "utf-8" if broken <= good else "cp1252"


def _codec(charset: str) -> str:
    """Return the codec for a charset's name, as browsers do; "" for UTF-8, which is tried anyhow, and strange ones."""
    try:
        codec = lookup(charset).name
    except LookupError:
        return ""
    if codec in {"ascii", "iso8859-1"}:
        return "cp1252"
    return codec if codec.startswith(_CHARSETS) else ""


def _parse(text: str, suffix: str) -> Article:
    """Read Markdown or plain text into an article without sentences; its language only if it says so itself."""
    if suffix in _MARKDOWN or (suffix not in _SUFFIXES and re.match(r"\s*(?:# \S|---\n\w+:)", text)):
        return _read_markdown(text)
    joined, blocks = join_blocks((block.kind, text[block.start : block.end]) for block in find_blocks(text))
    return Article(joined, _headline(joined, blocks), blocks=blocks)


def _read_markdown(text: str) -> Article:
    """Read Markdown: front matter of ``key: value`` lines, headings, paragraphs, lists. Raw HTML stays as it is."""
    facts, text = _front_matter(text)
    parts: list[tuple[BlockKind, str]] = []
    lines: list[str] = []

    def close(kind: BlockKind = BlockKind.PARAGRAPH) -> None:
        if lines:
            parts.append((kind, _inline("\n".join(lines))))
            lines.clear()

    def heading(level: int) -> BlockKind:
        return BlockKind.HEADLINE if level == 1 and not parts else BlockKind.SUBHEAD

    for raw in _without_comments(text).split("\n"):
        line = re.sub(r"^(?:\s{0,3}> ?)+", "", raw).strip()
        if match := re.match(r"(#{1,6})\s+(.*?)\s*#*$", line):
            close()
            lines.append(match[2])
            close(heading(len(match[1])))
        elif lines and re.fullmatch(r"=+|-{2,}", line):
            close(heading(1 if line[0] == "=" else 2))
        elif not line or re.fullmatch(r"(?:[*_-]\s*){3,}|```.*|~~~.*|\[[^\]]+\]:\s.*", line):
            close()
        else:
            if match := re.match(r"(?:[-*+]|\d{1,3}[.)])\s+(?=\S)", line):
                close()
                line = line[match.end() :]
            lines.append(line)
    close()
    if facts.get("title") and not any(kind is BlockKind.HEADLINE for kind, _ in parts):
        parts.insert(0, (BlockKind.HEADLINE, facts["title"]))
    joined, blocks = join_blocks(parts)
    published = facts.get("date", "")
    return Article(
        joined,
        facts.get("title") or _headline(joined, blocks),
        find_code(facts.get("lang", "")),
        facts.get("url", ""),
        published if re.match(r"\d{4}-\d\d-\d\d", published) else "",
        facts.get("byline", facts.get("author", "")),
        blocks=blocks,
    )


def _without_comments(text: str) -> str:
    """Leave out HTML comments; one that never ends is text.

    By `str.find`: a regular expression would search for the end of each anew.
    """
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join((*kept, text[at:]))


def _front_matter(text: str) -> tuple[Mapping[str, str], str]:
    match = re.match(r"\s*---[ ]*\n(.*?)\n---[ ]*(?:\n|$)", text, re.DOTALL)
    if not match:
        return {}, text
    pairs = (line.partition(":") for line in match[1].split("\n") if ":" in line)
    facts = {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}
    return facts, text[match.end() :]


def _inline(text: str) -> str:
    """Strip Markdown's marks within a paragraph: emphasis, code, links and pictures (a link leaves its words)."""
    text = re.sub(r"!\[[^\[\]]{0,500}\](?:\([^()]{0,2000}\)|\[[^\[\]]{0,500}\])", "", text)
    text = re.sub(
        r"\[([^\[\]]{1,500})\](?:\([^()\s]{0,2000}(?:\s+\"[^\"]{0,500}\")?\)|\[[^\[\]]{0,500}\])", r"\1", text
    )
    text = re.sub(r"<(https?://[^>\s]+)>", r"\1", text)
    text = re.sub(r"(?<![\\\w*])(\*{1,3})(?=\S)([^*]+?)(?<=\S)\1(?![\w*])", r"\2", text)
    text = re.sub(r"(?<![\\\w_])(_{1,3})(?=\S)([^_]+?)(?<=\S)\1(?![\w_])", r"\2", text)
    text = re.sub(r"~~(.+?)~~|`([^`]+)`", lambda match: match[1] or match[2], text)
    return unescape(re.sub(r"\\([\\`*_{}\[\]()#+.!>~|-])", r"\1", text))
