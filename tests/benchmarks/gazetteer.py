"""Measure the gazetteer: opening it, a name it knows, a name it does not, and the memory of a process that asks.

    python tests/benchmarks/gazetteer.py

Beside it, in the same run, stand a dict of the same names with the same answers and a plain SQLite table of them with
an index. Times are medians of single calls; "uncached" is the inner lookup without the cache in front of it. Famous
names are those that many places bear. Memory is what a fresh process has grown by over the bare interpreter
(``VmRSS``); the mapped files in it (``RssFile``) are shared by all processes that have them open.
"""

import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from storymap.gazetteer.names import fold
from storymap.gazetteer.store import Gazetteer

ASKED = 10_000

MEMORY = """
import sys
def status(name):
    return next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith(name))
bare, bare_file = status("VmRSS"), status("RssFile")
asked = sys.stdin.read().split(chr(10))
from storymap.gazetteer.store import Gazetteer
gazetteer = Gazetteer.open()
opened = status("VmRSS")
for name in asked:
    for entry in gazetteer.lookup(name):
        pass
print(bare, opened - bare, status("VmRSS") - bare, status("RssFile") - bare_file)
"""


def median_us(call, keys):
    """Return the median time of a call in microseconds, each key once."""
    times = []
    for key in keys:
        started = time.perf_counter_ns()
        call(key)
        times.append(time.perf_counter_ns() - started)
    return statistics.median(times) / 1000


def opening_ms(fresh):
    """Return the time `Gazetteer.open` takes, imports done; in a fresh process, or again in this one."""
    code = (
        "import time; from storymap.gazetteer.store import Gazetteer; started = time.perf_counter();"
        "Gazetteer.open(); print((time.perf_counter() - started) * 1000)"
    )
    if fresh:
        runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True) for _ in range(7)]
        return statistics.median(float(run.stdout) for run in runs)
    return median_us(lambda _: Gazetteer.open(), range(50)) / 1000


def plain_sqlite(folder, hits):
    """Return a lookup in a table of name and place with an index on the name, made of the same hits."""
    database = sqlite3.connect(folder / "plain.sqlite")
    database.execute("CREATE TABLE names (name TEXT, number INT, kind INT, class INT, weight INT, langs INT)")
    rows = ((name, *hit[:5]) for name, of_name in hits.items() for hit in of_name)
    database.executemany("INSERT INTO names VALUES (?, ?, ?, ?, ?, ?)", rows)
    database.execute("CREATE INDEX by_name ON names (name)")
    database.commit()
    return lambda name: database.execute("SELECT * FROM names WHERE name = ?", (name,)).fetchall()


def main():
    """Print the table."""
    gazetteer = Gazetteer.open()
    print(f"open, in a fresh process   {opening_ms(fresh=True):8.2f} ms (wanted: 5)")
    print(f"open, again                {opening_ms(fresh=False):8.2f} ms")

    names = sorted(gazetteer.file.names())
    known = names[:: len(names) // ASKED][:ASKED]
    unknown = [name for name in (f"{name[::-1]}q" for name in known) if not gazetteer.file.hits(name)]
    famous = [fold(name) for name in ("Berlin", "Paris", "London", "Springfield", "San José", "Kiew", "Москва")] * 200
    uncached, cached = gazetteer.hits.__wrapped__, gazetteer.hits
    for name in known:
        cached(name)
    hits = {name: uncached(name) for name in names}
    with tempfile.TemporaryDirectory() as folder:
        sides = {
            "storymap, uncached": uncached,
            "storymap, asked before": cached,
            "dict": hits.get,
            "SQLite with an index": plain_sqlite(Path(folder), hits),
        }
        print(f"\n{'median, microseconds':26} {'hit':>8} {'miss':>8} {'famous':>8}   (wanted: hit 10, miss 2)")
        for side, call in sides.items():
            figures = [median_us(call, keys) for keys in (known, unknown, famous)]
            print(f"{side:26} " + " ".join(f"{figure:8.2f}" for figure in figures))

    asked = "\n".join(known)
    done = subprocess.run([sys.executable, "-c", MEMORY], input=asked, capture_output=True, text=True, check=True)
    bare, opened, after, mapped = map(float, done.stdout.split())
    print(f"\nbare Python                {bare:8.1f} MB")
    print(f"with the gazetteer open    {opened:+8.1f} MB")
    print(f"after {ASKED:,} lookups       {after:+8.1f} MB (wanted: 120), {mapped:.1f} of it mapped files")

    typed = ["Wladiwostock", "Frankfrt", "Pjönjang", "San Fransisco", "Massachusets", "b", "new y", "Kyew"]
    print(f"search, as somebody types  {median_us(gazetteer.search, typed) / 1000:8.1f} ms")


if __name__ == "__main__":
    main()
