"""Reading articles: formats, encodings, languages, the web, and what is said when a source is none."""

import gzip
import io
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storymap.article import fetch
from storymap.article.fetch import fetch_page
from storymap.article.language import read_code, tell_language
from storymap.article.read import MAX_BYTES, make_article, read_article
from storymap.errors import ArticleError, FetchError
from storymap.model import BlockKind

PAGES = Path(__file__).parent / "pages"
GERMAN = "Überschwemmung in Köln\n\nDer Rhein ist über die Ufer getreten. In Düsseldorf wird für heute gewarnt.\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))


def blocks(article):
    return [(str(block.kind), article.text[block.start : block.end]) for block in article.blocks]


def sentences(article):
    return [article.text[s.start : s.end] for s in article.sentences]


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# Sources


def test_a_text_is_read_as_itself():
    article = read_article(GERMAN)
    assert article.title == "Überschwemmung in Köln"
    assert article.lang == "de"
    assert sentences(article) == [
        "Überschwemmung in Köln",
        "Der Rhein ist über die Ufer getreten.",
        "In Düsseldorf wird für heute gewarnt.",
    ]


@pytest.mark.parametrize("kind", [str, Path])
def test_a_path_is_read_as_a_file(tmp_path, kind):
    path = write(tmp_path, "artikel.txt", GERMAN)
    assert read_article(kind(path)) == read_article(GERMAN)


def test_a_line_that_names_a_file_is_one(tmp_path, monkeypatch):
    write(tmp_path, "artikel", GERMAN)
    monkeypatch.chdir(tmp_path)
    assert read_article("artikel").title == "Überschwemmung in Köln"
    assert read_article("artikel\n\nDer zweite Absatz.").title == "artikel"


@pytest.mark.parametrize("stream", [io.StringIO(GERMAN), io.BytesIO(GERMAN.encode())], ids=["text", "bytes"])
def test_a_file_object_is_read(stream):
    assert read_article(stream) == read_article(GERMAN)


def test_what_the_caller_knows_goes_first(tmp_path):
    path = write(tmp_path, "a.md", "---\ntitle: Alt\nlang: de\nurl: https://alt.example/\n---\nDer Text. Die Stadt.")
    article = read_article(path, lang="fr-CH", url="https://neu.example/", title="Neu")
    assert (article.lang, article.url, article.title) == ("fr", "https://neu.example/", "Neu")


# Given texts stay


@given(text=st.text(min_size=1, max_size=200))
@settings(max_examples=200, deadline=None)
def test_a_made_article_keeps_its_text(text):
    if not text.strip():
        with pytest.raises(ArticleError, match="empty"):
            make_article(text, lang="de")
        return
    article = make_article(text, lang="de")
    assert article.text == text
    assert all(text[b.start : b.end].strip() for b in article.blocks)


def test_a_made_article_keeps_nul_and_line_ends():
    text = "Köln\x00 wartet.\r\nBonn auch.  \n"
    article = make_article(text, lang="de", url="https://example.org/a", published="2024-05-01")
    assert (article.text, article.url, article.published) == (text, "https://example.org/a", "2024-05-01")
    assert sentences(article) == ["Köln\x00 wartet.", "Bonn auch."]


# Plain text


def test_line_breaks_of_a_hard_wrapped_file_are_undone(tmp_path):
    wrapped = (
        "Rhein steigt weiter\r\n\r\n"
        "In Köln stehen seit dem frühen Morgen die Keller unter Wasser, und\r\n"
        "auch in Bonn und in Koblenz hat die Feuerwehr die Straßen am Ufer\r\n"
        "gesperrt, weil der Pegel noch immer steigt.\r\n"
    )
    article = read_article(write(tmp_path, "dpa.txt", wrapped))
    assert "Wasser, und auch in Bonn" in article.text
    assert len(article.blocks) == 2


def test_control_characters_of_a_file_are_dropped(tmp_path):
    article = read_article(write(tmp_path, "a.txt", "Köln\x00 wartet.\x07\x1b\n\nBonn\x0c auch."))
    assert article.text == "Köln wartet.\n\nBonn auch."


def test_markup_in_a_plain_text_stays_text(tmp_path):
    hostile = "In Köln </script><script>alert(1)</script> und ${Bonn} \u202eabc\u202c wartet man."
    assert read_article(write(tmp_path, "a.txt", hostile)).text == hostile


# Markdown

MARKDOWN = """---
title: "Der Pegel steigt"
lang: de-DE
url: https://www.example.org/pegel
date: 2024-01-05
byline: Anna Muster
---

# Pegel steigt *weiter*

In **Köln** stehen die [Keller](https://example.org/keller "Titel") unter Wasser,
sagt die ![Bild](x.png)_Feuerwehr_ der Stadt am 5. Januar.

## Bonn

Datei `a_b_c.txt` &amp; 2*3*4 und \\*Stern\\*.

- Eine Liste in Bonn.
- Noch ein
  Punkt.

> Zitat aus Mainz.

Unterzeile
----------

1. Erstens.

---

<!-- nicht drucken -->
[1]: https://example.org
"""


def test_markdown():
    article = read_article(io.StringIO(MARKDOWN))
    assert (article.title, article.lang, article.url) == ("Der Pegel steigt", "de", "https://www.example.org/pegel")
    assert (article.published, article.byline) == ("2024-01-05", "Anna Muster")
    assert blocks(article) == [
        ("headline", "Pegel steigt weiter"),
        ("paragraph", "In Köln stehen die Keller unter Wasser, sagt die Feuerwehr der Stadt am 5. Januar."),
        ("subhead", "Bonn"),
        ("paragraph", "Datei a_b_c.txt & 2*3*4 und *Stern*."),
        ("paragraph", "Eine Liste in Bonn."),
        ("paragraph", "Noch ein Punkt."),
        ("paragraph", "Zitat aus Mainz."),
        ("subhead", "Unterzeile"),
        ("paragraph", "Erstens."),
    ]


def test_a_title_of_the_front_matter_is_the_headline(tmp_path):
    article = read_article(write(tmp_path, "a.md", "---\ntitle: Hochwasser\n---\nDer Rhein steigt."))
    assert blocks(article) == [("headline", "Hochwasser"), ("paragraph", "Der Rhein steigt.")]


def test_a_date_that_is_none_is_left_out(tmp_path):
    assert read_article(write(tmp_path, "a.md", "---\ndate: gestern\n---\nDer Rhein steigt.")).published == ""


# HTML


def test_a_newspaper_page():
    article = read_article(PAGES / "zeitung.html")
    assert article.title == "Moselsteig nach Felssturz gesperrt"
    assert article.url == "https://www.example.org/mosel/felssturz-4711.html"
    assert (article.lang, article.published, article.byline) == ("de", "2024-03-08", "Hanna Brück")
    assert [block.kind for block in article.blocks] == [
        BlockKind.HEADLINE,
        BlockKind.PARAGRAPH,
        BlockKind.PARAGRAPH,
        BlockKind.SUBHEAD,
        *[BlockKind.PARAGRAPH] * 4,
    ]
    assert article.text.startswith("Moselsteig nach Felssturz gesperrt\n\nNach tagelangem Regen")
    for word in ("Cochem", "Ellenz-Poltersdorf", "Bruttig", "Calmont", "Winter 1994"):
        assert word in article.text
    # menu, cookie notice, caption, teasers, comments, footer, script
    for word in ("Bitburg", "Luxemburg", "Foto", "Saarbrücken", "Metz", "Winningen", "Impressum", "Hamburg"):
        assert word not in article.text


def test_a_page_without_headline_and_paragraphs_of_its_own():
    article = read_article(str(PAGES / "local-paper.html"))
    assert article.title == "Ferry returns to Oban after storm damage"
    assert (article.lang, article.published, article.byline) == ("en", "2025-01-28", "Isla Morrison")
    assert [kind for kind, _ in blocks(article)] == ["headline", "paragraph", "paragraph", "paragraph"]
    assert "Glasgow" not in article.text


def test_a_brief_is_not_mixed_with_its_headline():
    article = read_article(PAGES / "kurzmeldung.html")
    assert blocks(article) == [
        ("headline", "Wehr in Hameln wird saniert"),
        ("paragraph", "Das Wehr in Hameln wird ab Mai saniert. Die Arbeiten dauern bis zum Herbst."),
    ]


def test_html_is_known_without_its_suffix():
    page = (PAGES / "zeitung.html").read_text(encoding="utf-8")
    assert read_article(page) == read_article(io.BytesIO(page.encode())) == read_article(PAGES / "zeitung.html")


def test_a_page_says_its_charset(tmp_path):
    page = (PAGES / "zeitung.html").read_text(encoding="utf-8")
    path = write(tmp_path, "alt.html", page.replace('charset="utf-8"', 'charset="iso-8859-1"').encode("cp1252"))
    assert read_article(path) == read_article(PAGES / "zeitung.html")


def test_a_page_in_cyrillic_of_its_charset(tmp_path):
    words = "Президент прибыл в Пхеньян и встретился с жителями города. После этого он вылетел во Владивосток. " * 4
    page = f'<html lang="ru"><head><meta charset="windows-1251"></head><body><h1>Визит</h1><p>{words}</p></body></html>'
    article = read_article(write(tmp_path, "ru.html", page.encode("cp1251")))
    assert "Пхеньян" in article.text
    assert article.lang == "ru"


def test_reading_a_page_loads_no_date_of_today():
    assert read_article(PAGES / "kurzmeldung.html").published == ""


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_encodings(tmp_path, encoding):
    assert read_article(write(tmp_path, "a.txt", GERMAN.encode(encoding))).text == GERMAN.strip()


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_utf_16_of_both_byte_orders(tmp_path, mark, encoding):
    assert read_article(write(tmp_path, "a.txt", mark + GERMAN.encode(encoding))).text == GERMAN.strip()


def test_quotes_of_windows(tmp_path):
    text = "Der Bürgermeister sagte: „Der Rhein steigt – noch.“ Das war’s."
    assert read_article(write(tmp_path, "a.txt", text.encode("cp1252"))).text == text


def test_a_broken_byte_does_not_spoil_a_text(tmp_path):
    data = GERMAN.encode().replace(b"heute", b"heu\xe4te")
    assert read_article(write(tmp_path, "a.txt", data)).text == GERMAN.strip().replace("heute", "heu\ufffdte")


# Languages


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Der Rhein ist über die Ufer getreten, und in der Stadt stehen die Keller unter Wasser, wie es hieß."),
        ("en", "The river has burst its banks and the cellars of the town are under water, as was said by the mayor."),
        (
            "fr",
            "Le fleuve est sorti de son lit et les caves de la ville sont sous les eaux, selon le maire qui est là.",
        ),
        ("it", "Il fiume è uscito dagli argini e le cantine della città sono sotto l'acqua, come ha detto il sindaco."),
        (
            "es",
            "El río se ha desbordado y los sótanos de la ciudad están bajo el agua, como ha dicho el alcalde de la.",
        ),
        ("nl", "De rivier is buiten zijn oevers getreden en de kelders van de stad staan onder water, zegt de man."),
        ("pl", "Rzeka wystąpiła z brzegów i piwnice w mieście są pod wodą, jak to powiedział burmistrz na rynku."),
        ("sv", "Floden har svämmat över sina bräddar och källarna i staden står under vatten, enligt borgmästaren."),
        ("uk", "Річка вийшла з берегів, і підвали міста стоять під водою, сказав мер у неділю вранці."),
        ("de", "Hochwasser in Köln, Pegel steigen"),
        ("nb", "Kvinne funnet død i Trondheim"),
        ("nb", "Ho vart funnen i Noreg"),
        ("", "Köln"),
        ("", "123 456 !!!"),
    ],
)
def test_languages_are_told(lang, text):
    assert tell_language(text) == lang


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("de", ["de", "DE", "deu", "ger", "de-CH", "de_CH.UTF-8", " de "]),
        ("pt", ["pt_BR", "por"]),
        ("nb", ["no", "nn", "nob", "nor"]),
        ("zh", ["zh-Hant-TW", "cmn", "chi"]),
        ("he", ["he", "iw"]),
        ("id", ["id", "in"]),
        ("tl", ["tl"]),
        ("la", ["la", "lat"]),
        ("eu", ["eu", "baq"]),
    ],
)
def test_a_language_is_known_however_it_is_written(code, written):
    assert {read_code(tag) for tag in written} == {code}


@pytest.mark.parametrize("tag", ["xx", "german", "zzz", "gsw", "d", "12", "de1", "ß"])
def test_what_is_no_language_is_refused(tag):
    with pytest.raises(ArticleError, match=f"^{tag!r} is no language code of two letters .* such as de"):
        make_article("Der Rhein ist über die Ufer getreten.", lang=tag)


def test_a_page_may_call_its_language_anything():
    text = "<h1>Hochwasser</h1><p>Der Rhein ist bei Köln über die Ufer getreten, sagte der Minister.</p>"
    for lang, known in (("xx", "de"), ("german", "de"), ("deu", "de"), ("la", "la")):
        assert read_article(f'<html lang="{lang}"><body>{text}</body></html>').lang == known


# Errors: each names its source and what to do


def test_a_missing_file(tmp_path):
    with pytest.raises(ArticleError, match=r"fehlt\.txt: there is no such file\. Check"):
        read_article(tmp_path / "fehlt.txt")
    with pytest.raises(ArticleError, match=r"^fehlt\.md: there is no such file\. Check"):
        read_article("fehlt.md")


def test_a_folder(tmp_path):
    with pytest.raises(ArticleError, match=r"is a folder\. Name the article's file"):
        read_article(tmp_path)


@pytest.mark.parametrize("content", ["", "  \n\t\n", "\ufeff", "\x00\x00"])
def test_an_empty_file(tmp_path, content):
    with pytest.raises(ArticleError, match=r"leer\.txt: there is no text in it\. Give"):
        read_article(write(tmp_path, "leer.txt", content))


def test_an_empty_text():
    with pytest.raises(ArticleError, match="no text in it"):
        read_article(" \n ")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "a PNG picture"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"PK\x03\x04\x14\x00", "a ZIP or Office file"),
        (b"MZ\x90\x00\x03", "a program"),
        (bytes(range(256)) * 20, "UTF-16 without its byte order mark, or a program's data"),
        ("Ohne Marke geschrieben".encode("utf-16-le"), "UTF-16 without its byte order mark"),
    ],
)
def test_a_file_that_is_no_text(tmp_path, content, kind):
    with pytest.raises(ArticleError, match=rf"bild\.txt: looks like {kind}.*Save the article as"):
        read_article(write(tmp_path, "bild.txt", content))


def test_a_huge_file_fails_fast(tmp_path):
    path = write(tmp_path, "riese.txt", b"Rhein und Mosel. " * 2_000_000)
    start = time.process_time()
    with pytest.raises(ArticleError, match=r"riese\.txt: larger than 5 MB.*Split it"):
        read_article(path)
    assert time.process_time() - start < 0.5


def test_a_huge_text_and_stream():
    text = "Rhein. " * (MAX_BYTES // 7 + 1)
    for source in (text, io.StringIO(text), io.BytesIO(text.encode())):
        with pytest.raises(ArticleError, match="larger than 5 MB"):
            read_article(source)
    with pytest.raises(ArticleError, match="larger than 5 MB"):
        make_article(text)


def test_a_page_without_article():
    with pytest.raises(ArticleError, match=r"nur-menue\.html: no article text found in this page\. Save"):
        read_article(PAGES / "nur-menue.html")


def test_html_that_is_none(tmp_path, capsys):
    with pytest.raises(ArticleError, match=r"a\.html: no article text"):
        read_article(write(tmp_path, "a.html", "<html><body></body></html>"))
    assert capsys.readouterr().err == ""


@given(data=st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_an_article_or_an_article_error(data):
    try:
        article = read_article(io.BytesIO(b"Der Text: " + data), lang="de")
    except ArticleError:
        return
    assert article.text.startswith("Der Text:")


# The web

ROUTES = {}


class Site(BaseHTTPRequestHandler):
    """Answer with what a test laid down."""

    def do_GET(self):
        self.server.agents.append(self.headers["User-Agent"])
        status, headers, body, wait = ROUTES[self.path]
        time.sleep(wait)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    """A server that takes it calmly if the other side hangs up."""

    def handle_error(self, *_):
        pass


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    server = Server(("127.0.0.1", 0), Site)
    server.agents = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    ROUTES.clear()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def lay(server, path, body=b"", *, status=200, wait=0, **headers):
    named = {"Content-Type": "text/html; charset=utf-8"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    ROUTES[path] = (status, named, body, wait)
    return f"http://127.0.0.1:{server.server_port}{path}"


def test_a_page_is_fetched(site):
    page = (PAGES / "local-paper.html").read_bytes()
    url = lay(site, "/news", page)
    article = read_article(url)
    assert article.title == "Ferry returns to Oban after storm damage"
    assert article.url == url
    assert site.agents[0].startswith("storymap")


def test_a_redirect_gives_the_last_address(site):
    target = lay(site, "/neu", b"<p>x</p>")
    url = lay(site, "/alt", status=302, Location="/neu")
    assert fetch_page(url) == fetch.FetchedPage(b"<p>x</p>", target, "utf-8")


def test_the_charset_of_the_server_counts(site):
    text = "Über die Brücke in Köln ist der Verkehr für heute gesperrt."
    url = lay(site, "/text", text.encode("cp1252"), Content_Type="text/plain; charset=windows-1252")
    assert read_article(url).text == text


def test_a_packed_answer_is_unpacked(site):
    assert fetch_page(lay(site, "/gz", gzip.compress(b"<p>Rhein</p>"))).data == b"<p>Rhein</p>"


def test_letters_beyond_ascii_in_an_address(site):
    lay(site, "/%C3%9Cberblick%201?ort=K%C3%B6ln", b"<p>x</p>")
    assert fetch_page(f"http://127.0.0.1:{site.server_port}/Überblick 1?ort=Köln#oben").data == b"<p>x</p>"


@pytest.mark.parametrize(
    ("status", "remedy"), [(404, "may have moved"), (403, "save it as HTML"), (500, "Try again later")]
)
def test_an_error_of_the_server(site, status, remedy):
    url = lay(site, "/weg", status=status)
    with pytest.raises(FetchError, match=f"{url}: the server says {status} .*{remedy}"):
        read_article(url)


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/a", "file:///etc/hostname", "/kreis"])
def test_a_redirect_to_nowhere(site, target):
    url = lay(site, "/kreis", status=302, Location=target)
    with pytest.raises(FetchError, match="circle or to no web page"):
        fetch_page(url)


def test_an_address_of_a_picture(site):
    with pytest.raises(FetchError, match="is image/png, no web page"):
        read_article(lay(site, "/bild", PNG, Content_Type="image/png"))


def test_a_picture_that_calls_itself_a_page(site):
    with pytest.raises(ArticleError, match="looks like a PNG picture"):
        read_article(lay(site, "/bild", PNG))


def test_a_silent_server(site):
    url = lay(site, "/stumm", b"x", wait=0.6)
    with pytest.raises(FetchError, match=r"no answer within 0\.1 seconds"):
        fetch_page(url, timeout=0.1)


def test_a_dripping_server(site, monkeypatch):
    monkeypatch.setattr(fetch, "DEADLINE", -1.0)
    with pytest.raises(FetchError, match="not complete within"):
        fetch_page(lay(site, "/tropf", b"x"))


def test_a_page_too_large(site):
    with pytest.raises(FetchError, match="larger than 5 MB"):
        fetch_page(lay(site, "/riese", b" " * (MAX_BYTES + 1)))


def test_no_connection(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(FetchError, match=r"cannot be reached .*Check the address and the connection"):
            fetch_page(url)


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://example.org/a", "köln"])
def test_what_is_no_web_address(url):
    with pytest.raises(FetchError, match="is no web address"):
        fetch_page(url)


@pytest.mark.parametrize("host", ["", "[::1", "127.0.0.1:99999", "a" + "b" * 80 + "ü.example"])
def test_a_broken_address(host, monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(FetchError, match="Check the address"):
        fetch_page(f"http://{host}/")
