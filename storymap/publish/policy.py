"""A page and what it may run: its content security policy, and its code inside or beside it.

A whole HTML page of ours goes in and comes out. `storymap.publish.embed` calls `seal`, which names each of the page's
own scripts and styles by its hash; `storymap.publish.bundle` calls `move_code_out` where a site's own policy forbids
code inside pages. Text of an article is never in a script that runs or in a style, so a policy can name them all.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

__all__ = ["POLICY", "move_code_out", "seal"]

POLICY = "policy-of-this-page"
"""What stands in a page where `seal` puts its policy."""

_BLOCK = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)

_BLOCKS = re.compile(r"<(script|style)>.*?</\1>(?:\s*<\1>.*?</\1>)*", re.DOTALL)
"""Scripts, or styles, that follow each other: they become one file."""

_META = re.compile(r'(?<=<meta http-equiv="Content-Security-Policy" content=")[^"]*')

_HASHES = re.compile(r"(?<=-src )'sha256-[^;]*")

_FILES = {"script": ("js", "\n;\n"), "style": ("css", "\n")}
"""The suffix of each kind of file, and what stands between two blocks: a script may end without its semicolon."""


def seal(html: str, *, images: Iterable[str] = (), frames: Iterable[str] = ()) -> str:
    """Return the page with the policy that allows its own scripts and styles by their hashes, and nothing else.

    Parameters
    ----------
    html
        A page that has `POLICY` where its policy belongs.
    images, frames
        From where, beside the page itself, it may load pictures and pages, as a policy writes it.
    """
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for block in _BLOCK.finditer(html):
        hashes[block[1]].append(f"'sha256-{_digest(_encode(block[2]))}'")
    rules = [
        "default-src 'none'",
        " ".join(["img-src data:", *images]),
        # Nothing of ours connects; auditors such as Lighthouse read the host's robots.txt in the page's name.
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        *([" ".join(["frame-src", *frames])] if frames else []),
        *(f"{name}-src {' '.join(dict.fromkeys(found))}" for name, found in hashes.items() if found),
    ]
    return html.replace(POLICY, "; ".join(rules), 1)


def move_code_out(html: str, *, integrity: bool) -> tuple[str, dict[str, bytes]]:
    """Return the page without code or style in it, and the files beside it that it then loads, name -> content.

    The name of a file has its hash in it, so that pages share it, caches may keep it for ever, and a page that is older
    than the bundle around it still finds its own.

    Parameters
    ----------
    html
        A page that `seal` has returned.
    integrity
        Whether the page names the hash of each file, so that a browser runs no other. No browser does this for a page
        opened from a disk, and for one in a sandboxed frame only if the server answers with
        ``Access-Control-Allow-Origin: *``: the page is then a stranger to its own server.
    """
    files: dict[str, bytes] = {}

    def move(blocks: re.Match[str]) -> str:
        suffix, between = _FILES[blocks[1]]
        content = _encode(between.join(block[2] for block in _BLOCK.finditer(blocks[0])))
        name = f"storymap-{sha256(content).hexdigest()[:12]}.{suffix}"
        files[name] = content
        check = f' integrity="sha256-{_digest(content)}" crossorigin="anonymous"' if integrity else ""
        if suffix == "css":
            return f'<link rel="stylesheet" href="{name}"{check}>'
        return f'<script src="{name}"{check}></script>'

    page = _META.sub(lambda policy: _HASHES.sub("'self'", policy[0]), html, count=1)
    return _BLOCKS.sub(move, page), files


def _encode(text: str) -> bytes:
    # As the page itself is written: a lone surrogate, which no encoding has, is a question mark.
    return text.encode("utf-8", "replace")


def _digest(content: bytes) -> str:
    return b64encode(sha256(content).digest()).decode()
