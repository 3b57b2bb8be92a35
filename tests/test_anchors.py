"""The newsroom's own page with its places marked: byte for byte as it came, but for the marks."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from storymap.article.read import read_page
from storymap.cli import program
from storymap.errors import ArticleError
from storymap.pipeline import map_article
from storymap.publish.anchors import anchored_page

ROOT = Path(__file__).parents[1]
NO_ARTICLE = "nur-menue"
SAMPLES = sorted(
    path
    for folder in ("data/articles", "tests/pages")
    for path in (ROOT / folder).glob("*.html")
    if path.stem != NO_ARTICLE
)
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "iso8859_15", "utf-16", "utf-16-be", "utf-32")
BOMS = {"utf-16-be": b"\xfe\xff"}

MARK = r'<span (?:id="storymap-\d+" )?data-storymap-place="\d+">((?:(?!</?span).)*?)</span>'


def run(*arguments, **options):
    return CliRunner().invoke(program, arguments, **options)


def unmarked(anchored, codec):
    """Return a page without the marks, and what they marked."""
    text = anchored.decode(codec, "surrogateescape")
    plain = re.sub(MARK, r"\1", text, flags=re.DOTALL)
    return plain.encode(codec, "surrogateescape"), re.findall(MARK, text, re.DOTALL)


def encoded(text, encoding):
    # The page says the encoding it is in, as a page does.
    said = re.sub(r"(<meta charset=[\"']?)[\w-]+", rf"\g<1>{encoding.removesuffix('-sig')}", text)
    return BOMS.get(encoding, b"") + said.encode(encoding, "xmlcharrefreplace")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_page_comes_back_byte_for_byte_with_its_places_marked(path, encoding, newline, tmp_path):
    data = encoded(path.read_text(encoding="utf-8").replace("\n", newline), encoding)
    page = tmp_path / "seite.html"
    page.write_bytes(data)
    article, read = read_page(page)
    assert read.data == data
    story = map_article(article)
    anchored = anchored_page(story, page=read)
    plain, marked = unmarked(anchored, read.codec)
    assert plain == data
    # A headline may come from the head of a page, where nothing is marked.
    body = re.sub(r"\s", "", re.sub(r"<[^>]*>", "", data.decode(read.codec).partition("<body")[2]))
    first = article.sentences[0]
    shown = re.sub(r"\s", "", article.text[first.start : first.end]) in body
    named = [m for place in story.published() for m in place.mentions if m.sentence or shown]
    assert len(marked) >= len(named) > 0


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_make_writes_it(path, tmp_path):
    result = run("make", str(path), "--only", "anchors", "-o", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert str(tmp_path / path.stem) in result.output
    (written,) = (tmp_path / path.stem).iterdir()
    assert written.name == "article.anchored.html"
    assert unmarked(written.read_bytes(), "utf-8")[0] == path.read_bytes()
    printed = run("make", str(path), "--only", "anchors", "-o", "-")
    assert printed.stdout_bytes == written.read_bytes()


HALF_BROKEN = "<!doctype html><meta charset=utf-8><p>Der Zug fuhr über Köln nach Zürich.</p><p>Später ".encode()
HALF_BROKEN += b"\xff\xfe wurde es still.</p>"


def test_bytes_that_are_no_text_come_back_as_they_were(tmp_path):
    page = tmp_path / "seite.html"
    page.write_bytes(HALF_BROKEN)
    article, read = read_page(page)
    anchored = anchored_page(map_article(article), page=read)
    plain, marked = unmarked(anchored, read.codec)
    assert plain == page.read_bytes()
    assert marked == ["Köln", "Zürich"]


def test_a_page_that_its_encoding_does_not_give_back_is_refused(kim):
    with pytest.raises(ArticleError, match="not all utf-16-le"):
        anchored_page(kim, page=(b"<p>Wien", "utf-16-le"))


def test_standard_input_has_a_page_too():
    html = b"<!doctype html><p>Der Zug fuhr von K&ouml;ln nach Wien.</p>"
    result = run("make", "-", "--only", "anchors", "-o", "-", input=html)
    assert b'data-storymap-place="1">K&ouml;ln</span> nach' in result.stdout_bytes


@pytest.mark.parametrize("name", ["brand.md", "brand.txt"])
def test_what_is_no_page_has_no_anchors(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path(name).write_text("In Bonn fiel der Strom aus, und in Köln auch.", encoding="utf-8")
    result = run("make", name, "--only", "anchors")
    assert result.exit_code == 1
    assert f"{name}: is no HTML, which alone can have anchors" in result.stderr
    assert not (tmp_path / "output").exists()


def test_a_story_alone_has_no_page(tmp_path):
    run("make", str(SAMPLES[0]), "-o", str(tmp_path), "--only", "story")
    (story,) = tmp_path.rglob("story.json")
    result = run("export", str(story), "--only", "anchors", "-o", str(tmp_path / "later"))
    assert result.exit_code == 1
    assert isinstance(result.exception, ArticleError)
    assert "Give the article as HTML" in str(result.exception)
