"""What many tests need: no network but loopback, stories built by hand, the floors of accuracy, a browser that records
what pages do.
"""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from accuracy.floors import PATH as FLOORS_PATH
from accuracy.floors import Floors
from pytest_socket import socket_allow_hosts
from stories import kim_story

from storymap.model import Story
from storymap.publish import publish

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

LENIENT = 0.5
"""A bar that lets the doubtful place of `kim_story` pass."""

PATIENCE_MS = 120_000
"""How long a page may take to load: a machine busy with a dozen jobs needed more than Playwright's half a minute."""

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup() -> None:
    """Let no test reach further than this machine."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the only way to lower a floor."""
    parser.addoption(
        "--allow-regression", action="store_true", help="write today's accuracy into tests/accuracy/floors.toml"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a browser test that ran out of time begin once more, and say so in the summary.

    Of some thousand loads one was never drawn: the page had its pins, and its last script had not run.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun="TimeoutError"))


WATCHED = pytest.StashKey[list["Watched"]]()
FLOORS = pytest.StashKey[Floors]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell of a failed test what its pages said."""
    report = yield
    if report.when == "call" and report.failed:
        report.sections += [("page", watched.describe()) for watched in item.stash.get(WATCHED, [])]
    return report


def pytest_configure(config: pytest.Config) -> None:
    """Read the floors of accuracy."""
    config.stash[FLOORS] = Floors(FLOORS_PATH, allow_regression=config.getoption("--allow-regression"))


@pytest.fixture
def floors(pytestconfig: pytest.Config) -> Floors:
    """The floors of accuracy; see tests/accuracy/floors.py."""
    return pytestconfig.stash[FLOORS]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Give what was measured to the process that has shared the tests out, if there is one."""
    if (output := getattr(session.config, "workeroutput", None)) is not None:
        output["measured"] = session.config.stash[FLOORS].measured


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what was measured in another process."""
    node.config.stash[FLOORS].measured |= getattr(node, "workeroutput", {}).get("measured", {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the floors if that was asked for; name the figures that have clearly risen if not."""
    floors = config.stash[FLOORS]
    floors.write()
    if not config.getoption("--allow-regression"):
        for line in floors.risen():
            terminalreporter.write_line(f"accuracy: {line}; --allow-regression keeps it")


@pytest.fixture
def kim() -> Story:
    """The story of a journey to Wostotschny: seven places on the map, one of them doubtful, and one unknown name."""
    return kim_story()


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published folder of that story with its doubtful place on the map; read only."""
    folder = tmp_path_factory.mktemp("bundle")
    publish(kim_story(), folder, min_confidence=LENIENT)
    return folder


@dataclass
class Watched:
    """A page and everything it did that a page of ours must not do."""

    page: "Page"
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def beyond(self, *own: str) -> list[str]:
        """Return the requests for anything but the page's own files and data inside it."""
        return [url for url in self.asked if not url.startswith(("data:", "about:", "blob:", *own))]

    def describe(self) -> str:
        """Return what the page and its frames are, how far they are loaded, and what they said: for a failed test."""
        from playwright.sync_api import Error

        state = "[document.readyState, innerWidth, innerHeight, document.documentElement.className].join(' ')"
        lines = []
        for frame in self.page.frames:
            try:
                lines.append(f"{frame.url} {frame.locator('html').evaluate(state, timeout=2000)}")
            except Error as error:  # one that hangs
                lines.append(f"{frame.url} {error}")
        return "\n".join([*lines, *self.said])


def wait_until(page: "Page", expression: str) -> None:
    """Wait until an expression is true in a page of ours: Playwright asks again by eval, which these pages forbid."""
    until = monotonic() + 30
    while not page.evaluate(expression):
        assert monotonic() < until, f"{expression} is not true within 30 seconds."
        page.wait_for_timeout(20)


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Return a function that serves a folder from loopback and returns its address.

    ``serve(folder, headers)``: ``headers`` returns, for the name of a file, what else the server says of it.
    """
    servers: list[ThreadingHTTPServer] = []

    def start(folder: Path, headers: Callable[[str], Mapping[str, str]] = lambda _: {}) -> str:
        class Handler(SimpleHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def end_headers(self) -> None:
                for name, value in headers(self.path.partition("?")[0].lstrip("/")).items():
                    self.send_header(name, value)
                super().end_headers()

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """A Chromium for the whole run: Debian's, or the one that Playwright brings."""
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        installed = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
        path = os.environ.get("STORYMAP_CHROMIUM") or next(filter(None, installed), None)
        yield playwright.chromium.launch(executable_path=path, args=list(QUIET))


@pytest.fixture
def browser(chromium: "Browser", request: pytest.FixtureRequest) -> Iterator[Callable[..., Watched]]:
    """Return a function that opens an address in a fresh window: ``browser(url, width=1280, height=860, ...)``."""
    contexts: list[BrowserContext] = []
    all_watched = request.node.stash[WATCHED] = []

    def watch(url: str, *, width: int = 1280, height: int = 860, **options: object) -> Watched:
        # Without motion nothing moves under the test's hand; a test of motion asks for it.
        options = {"reduced_motion": "reduce", **options}
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_navigation_timeout(PATIENCE_MS)
        contexts.append(context)
        watched = Watched(context.new_page())
        all_watched.append(watched)
        context.on("console", lambda message: watched.said.append(f"{message.type}: {message.text}"))
        context.on("weberror", lambda error: watched.said.append(f"error: {error.error}"))
        context.on("request", lambda request: watched.asked.append(request.url))
        watched.page.goto(url)
        if options.get("java_script_enabled", True):
            # What lies below the pins is drawn a frame after them.
            watched.page.evaluate(
                "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
            )
        return watched

    yield watch
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def npm_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], str]:
    """Return a function that returns a file of a package of npm: ``npm_file("pym.js@1.3.2", "dist/pym.v1.js")``."""

    def read(package: str, path: str) -> str:
        npm = shutil.which("npm")
        if not npm:
            pytest.skip(f"npm is not installed, which brings {package}")
        folder = tmp_path_factory.mktemp("npm")
        pack = [npm, "pack", package, "--silent"]
        done = subprocess.run(pack, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"npm cannot bring {package}: {done.stderr.strip()[:200]}")
        with tarfile.open(next(folder.glob("*.tgz"))) as archive:
            file = archive.extractfile(f"package/{path}")
            return file.read().decode() if file else ""

    return read
