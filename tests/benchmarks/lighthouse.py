"""Lighthouse's scores of a bundle's pages, served from loopback, compressed as any web server does it.

    python tests/benchmarks/lighthouse.py output/wostotschny

In: a folder with index.html and map.html. Out: a line for each page and device: the four scores and what cost points.
Needs npm, which brings Lighthouse, and Chromium. The scores of speed are those of an idle machine: Lighthouse counts a
telephone four times slower than what it finds.
"""

import gzip
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

LIGHTHOUSE = "lighthouse@13.5.0"
PAGES = ("index.html", "map.html")
DEVICES: dict[str, list[str]] = {"phone": [], "desktop": ["--preset=desktop"]}


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Serves the pages of a folder, compressed."""

    def do_GET(self) -> None:
        """Send a file, or that there is none."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)) + "; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


def audit(address: str, *options: str) -> dict[str, Any]:
    """Return Lighthouse's report of a page."""
    npx, chromium = shutil.which("npx"), shutil.which("chromium")
    if not npx or not chromium:
        raise SystemExit("npx and chromium are needed: apt-get install npm chromium")
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
    done = subprocess.run(
        [npx, "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", flags, *options],
        env={**os.environ, "CHROME_PATH": chromium}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def main(folder: str) -> None:
    """Print the scores of the pages of a folder."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressing, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for page in PAGES:
        for device, options in DEVICES.items():
            report = audit(f"http://127.0.0.1:{server.server_port}/{page}", *options)
            kinds = report["categories"]
            scores = ", ".join(f"{name} {round(100 * kind['score'])}" for name, kind in kinds.items())
            print(f"{page} on a {device}: {scores}")
            for name, kind in kinds.items():
                for part in kind["auditRefs"]:
                    found = report["audits"][part["id"]]
                    if part["weight"] and found["score"] is not None and found["score"] < 0.9:
                        print(f"  {name}: {found['title']} {found.get('displayValue', '')}")
    server.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
