"""A Firefox without a window, driven by WebDriver BiDi, which it speaks of itself: no driver has to be installed.

`start` starts it with preferences. Of the `Firefox` it gives, `open` goes to an address and returns once it has loaded;
`run` evaluates an expression in it; `press` types a key. ``said`` and ``asked`` hold what pages wrote to the console
and requested.
"""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection as Connection
from websockets.sync.client import connect

ADDRESS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
CALM = {
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "ui.prefersReducedMotion": 1,
}
"""Preferences under which Firefox asks nobody anything."""


class Firefox:
    """The one page of a running Firefox, at the other end of a socket."""

    def __init__(self, socket: Connection) -> None:
        self.socket = socket
        self.numbers = count(1)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.ask("session.new", capabilities={})
        self.page = self.ask("browsingContext.create", type="tab")["context"]
        self.ask("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])

    def ask(self, method: str, **params: object) -> Any:
        """Return the result of a command; what happens meanwhile is kept."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            told = json.loads(self.socket.recv(timeout=60))
            if told.get("method") == "log.entryAdded":
                self.said.append(str(told["params"].get("text")))
            elif told.get("method") == "network.beforeRequestSent":
                self.asked.append(told["params"]["request"]["url"])
            elif told.get("id") == number:
                assert told["type"] == "success", told
                return told["result"]

    def open(self, address: str, width: int, height: int = 860) -> None:
        """Go to an address in a window of a size, and wait until it has loaded."""
        self.ask("browsingContext.setViewport", context=self.page, viewport={"width": width, "height": height})
        self.said.clear()
        self.asked.clear()
        self.ask("browsingContext.navigate", context=self.page, url=address, wait="complete")

    def run(self, expression: str) -> Any:
        """Return the value of an expression, of which JSON can be made."""
        target = {"context": self.page}
        told = self.ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression}) ?? null))()",
            target=target,
            awaitPromise=True,
        )
        assert told["type"] == "success", told
        return json.loads(told["result"]["value"])

    def press(self, key: str) -> None:
        """Press and release a key, by its character."""
        actions = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        keyboard = {"type": "key", "id": "keyboard", "actions": actions}
        self.ask("input.performActions", context=self.page, actions=[keyboard])


@contextmanager
def start(path: str, profile: Path, preferences: Mapping[str, bool | int | str]) -> Iterator[Firefox]:
    """Start a Firefox with a profile folder of its own and preferences; end it afterwards."""
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in (CALM | preferences).items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    with subprocess.Popen(
        [path, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stderr
        try:
            found = next(filter(None, map(ADDRESS.search, process.stderr)), None)
            assert found, "Firefox ended before it listened"
            with connect(f"{found[1]}/session", max_size=None) as socket:
                yield Firefox(socket)
        finally:
            process.terminate()
