"""web address -> bytes: the only place of the program that opens a connection, and only for an address the user gave.

`fetch_page` is called by `storymap.article.read`; out comes a `FetchedPage`, which is decoded and read there.
"""

import zlib
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage, HTTPResponse
from importlib.metadata import PackageNotFoundError, version
from time import monotonic
from typing import IO
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from storymap.errors import FetchError

__all__ = ["FetchedPage", "fetch_page"]

MAX_BYTES = 5_000_000
"""The largest page read; the article pages of newspapers have 0.1 to 1.5 MB of HTML."""

TIMEOUT = 20.0
"""Seconds a server may be silent."""

DEADLINE = 60.0
"""Seconds a page may take in all, so that a server that drips does not hold us."""

_READABLE = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown")
_SAVE_IT = "Open it in a browser, save it as HTML and give that file."


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A fetched page: its bytes, the address after redirects, the charset its server named ("" if none)."""

    data: bytes
    url: str
    charset: str


class _WebOnly(HTTPRedirectHandler):
    """Follow redirects to web addresses only; urllib would follow one to ftp too."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme not in {"http", "https"}:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch_page(url: str, *, timeout: float = TIMEOUT) -> FetchedPage:
    """Fetch a web page.

    Parameters
    ----------
    url
        Address beginning with http:// or https://; letters beyond ASCII are encoded.
    timeout
        Seconds the server may be silent.

    Raises
    ------
    FetchError
        If there is no connection, no such page, no answer in time, or no text at that address.
    """
    if url.partition("://")[0].lower() not in {"http", "https"}:
        raise FetchError(f"{url}: is no web address. Give one that begins with https://, or a file.")
    try:
        opener = build_opener(_WebOnly)
        opener.addheaders = [("User-Agent", _user_agent()), ("Accept", ", ".join(_READABLE))]
        with opener.open(_ascii(url), timeout=timeout) as response:
            return FetchedPage(_read(response, url), response.url, response.headers.get_content_charset(""))
    except FetchError:
        raise
    except HTTPError as error:
        with error:
            raise FetchError(f"{url}: the server says {error.code} {error.reason}. {_advice(error.code)}") from error
    except OSError as error:  # no connection, a broken one, or silence
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            raise FetchError(f"{url}: no answer within {timeout:g} seconds. Try again later. {_SAVE_IT}") from error
        raise FetchError(f"{url}: cannot be reached ({reason}). Check the address and the connection.") from error
    except (HTTPException, ValueError, zlib.error) as error:
        raise FetchError(f"{url}: cannot be read ({error}). Check the address. {_SAVE_IT}") from error


def _read(response: HTTPResponse, url: str) -> bytes:
    """Read a page in pieces, within its size and time; unpack it if the server packed it unasked."""
    kind = response.headers.get_content_type()
    if kind not in _READABLE:
        raise FetchError(f"{url}: is {kind}, no web page. Give the address of an article.")
    pieces = []
    size = 0
    ends = monotonic() + DEADLINE
    while piece := response.read(65536):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BYTES:
            raise FetchError(f"{url}: larger than {MAX_BYTES // 1_000_000} MB. Save its text and give that file.")
        if monotonic() > ends:
            raise FetchError(f"{url}: not complete within {DEADLINE:.0f} seconds. Try again later. {_SAVE_IT}")
    data = b"".join(pieces)
    if data.startswith(b"\x1f\x8b"):
        unpacking = zlib.decompressobj(wbits=31)
        data = unpacking.decompress(data, MAX_BYTES)
        if unpacking.unconsumed_tail:
            raise FetchError(f"{url}: larger than {MAX_BYTES // 1_000_000} MB. Save its text and give that file.")
    return data


def _advice(code: int) -> str:
    """Say what to do about an HTTP status."""
    if code < 400:
        return f"It leads round in a circle or to no web page. {_SAVE_IT}"
    if code in {404, 410}:
        return "Check the address; the article may have moved."
    if code in {401, 402, 403, 451}:
        return f"The page is not open to programs. {_SAVE_IT}"
    return f"Try again later. {_SAVE_IT}"


def _ascii(url: str) -> str:
    """Encode what HTTP cannot carry: "https://köln.example/Übersicht 1" becomes ASCII."""
    scheme, netloc, path, query, _ = urlsplit(url)
    host = netloc.encode("idna").decode("ascii") if not netloc.isascii() else netloc
    keep = "/:@!$&'()*+,;=~%-._"
    return urlunsplit((scheme, host, quote(path, keep), quote(query, keep + "?"), ""))


def _user_agent() -> str:
    try:
        return f"storymap/{version('storymap-news')}"
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "storymap"
