"""Places and their names, in any order and number -> the gazetteer file; what does not fit in memory is sorted on disk.

Called by `storymap.gazetteer.build` with our own tables and by `storymap.gazetteer.geonames` with a whole dump. The
memory it takes grows with the number of places by some bytes each, and not with their names: SQLite sorts them in
temporary files (in the folder that the variable SQLITE_TMPDIR names, else in /var/tmp or /tmp).
"""

import json
import os
import shutil
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate, chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeVar
from zlib import crc32

import marisa_trie

from storymap.errors import GazetteerError
from storymap.gazetteer.lexicon import KINDS
from storymap.gazetteer.sealed import (
    CELLS,
    HIT,
    ID,
    NAMES_A_ROW,
    PLACES_A_ROW,
    SCHEMA,
    TABLES,
    SealedPlace,
    bucket_of,
    cell_of,
    digest_of_typed,
    pack_in_cell,
    pack_names,
    pack_place,
    seal,
    seal_of_meta,
)
from storymap.gazetteer.search import row_of
from storymap.gazetteer.store import OTHER_NAME_COSTS
from storymap.model import Entry, Kind

_T = TypeVar("_T")

__all__ = ["GazetteerWriter", "Progress", "writing_beside"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is to do."""

NAMES_A_TRIE = 250_000
"""Names in one trie. A million took 400 MB, with their hits, while they were built."""

STEP = 20_000
"""Places or names between two reports of progress."""


def report_nothing(_doing: str, _done: int, _total: int) -> None:
    """Take a report of progress and do nothing with it."""


@contextmanager
def writing_beside(target: Path) -> Iterator[Path]:
    """Give a scratch folder beside `target`; what is written there as ``fresh`` replaces the target at the end.

    The rename is one step, so the target is always a whole gazetteer, the old one or the new one. A scratch folder that
    a killed run left behind is removed by the next; one that another run is using is left to it.

    Raises
    ------
    GazetteerError
        If another run is writing the same target, or the disk cannot be written.
    """
    scratch = target.parent / f".{target.name}.part"
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        # SQLite's lock ends with the process that holds it, however that ends.
        lock = sqlite3.connect(scratch / "lock.sqlite", timeout=0, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise GazetteerError(f"{target}: cannot be written ({error}). Choose another place.") from error
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        raise GazetteerError(f"{target}: another run is building it. Wait for it, or choose another place.") from error
    try:
        for left in scratch.iterdir():
            if not left.name.startswith("lock.sqlite"):
                left.unlink()
        yield scratch
        (scratch / "fresh").replace(target)
    except (OSError, sqlite3.OperationalError) as error:
        if isinstance(error, GazetteerError):
            raise
        raise GazetteerError(f"{target}: cannot be written ({error}). Make room, or choose another place.") from error
    finally:
        lock.close()
        shutil.rmtree(scratch, ignore_errors=True)


class GazetteerWriter:
    """Takes places and names, ranks the places and writes the file.

    First all `add_place`, then `rank`, then `add_name` and `add_label` in any order, then `write`.

    Parameters
    ----------
    scratch
        Folder for what is being sorted, as `writing_beside` gives it.
    """

    def __init__(self, scratch: Path, progress: Progress = report_nothing) -> None:
        self._scratch = scratch
        self._progress = progress
        self._places = 0
        self._names: list[tuple[str, int]] = []
        self._numbers = array("I")
        self._kinds = bytearray()
        self._weights = bytearray()
        self._staging = _new_database(scratch / "staging.sqlite")
        self._staging.executescript(
            """
            CREATE TABLE places (
                ref INTEGER PRIMARY KEY, id TEXT, name TEXT, kind INTEGER, lat REAL, lon REAL, west REAL, south REAL,
                east REAL, north REAL, country TEXT, admin1 TEXT, population INTEGER, weight INTEGER);
            CREATE TABLE names (key TEXT, ref INTEGER);
            CREATE TABLE labels (number INTEGER, lang TEXT, standing INTEGER, label TEXT);
            CREATE TABLE ids (hashed INTEGER, number INTEGER);
            CREATE TABLE cells (cell INTEGER, number INTEGER, kind INTEGER, lat REAL, lon REAL);
            CREATE TABLE typed (row INTEGER PRIMARY KEY, name TEXT);
            """
        )

    def add_place(self, entry: Entry, weight: int) -> int:
        """Add a place; return the reference under which it is given names and labels: 0 for the first, and so on."""
        ref = self._places
        self._places += 1
        box = entry.bbox or (None,) * 4
        kind = KINDS.index(entry.kind)
        where = (entry.id, entry.name, kind, entry.lat, entry.lon, *box, entry.country, entry.admin1, entry.population)
        self._staging.execute(
            "INSERT INTO places VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", (ref, *where, min(weight, 255))
        )
        return ref

    def rank(self) -> None:
        """Give the places their numbers, the most prominent first: a lower number is a better guess."""
        self._numbers = array("I", bytes(4 * self._places))
        ranked = self._staging.execute("SELECT ref, kind, weight FROM places ORDER BY weight DESC, population DESC, id")
        for number, (ref, kind, weight) in enumerate(self._reported("Ranking the places", ranked, self._places)):
            self._numbers[ref] = number
            self._kinds.append(kind)
            self._weights.append(weight)

    def add_name(self, ref: int, key: str, name_class: int, langs: int = 0) -> None:
        """File a place under a folded name; of several classes the best counts, languages (bits) add up."""
        self._names.append((key, ref << 18 | name_class << 16 | langs))
        if len(self._names) >= STEP:
            self._stage_names()

    def _stage_names(self) -> None:
        self._staging.executemany("INSERT INTO names VALUES (?, ?)", self._names)
        self._names.clear()

    def add_label(self, ref: int, lang: str, label: str, standing: int = 0) -> None:
        """Give a place its label in a language; of several the one with the lowest standing counts."""
        self._staging.execute("INSERT INTO labels VALUES (?,?,?,?)", (self._numbers[ref], lang, standing, label))

    def write(self, words: bytes, sources: str, made_from: Iterable[Mapping[str, str]] = ()) -> None:
        """Write the file.

        Parameters
        ----------
        words
            The trie of `storymap.gazetteer.lexicon`.
        sources
            A hash of what the gazetteer is made from.
        made_from
            What `storymap.gazetteer.store.Gazetteer.sources` returns.
        """
        self._stage_names()
        self._staging.commit()
        database = _new_database(self._scratch / "fresh")
        database.executescript(TABLES)
        countries = self._write_places(database)
        self._write_ids(database)
        self._write_cells(database)
        database.execute("INSERT INTO blobs VALUES (0, ?)", (seal(words, "words"),))
        names, tries = self._write_names(database)
        self._write_typed(database)
        counts = {kind: self._kinds.count(number) for number, kind in enumerate(KINDS)}
        meta = {
            "schema": str(SCHEMA), "sources": sources, "places": str(self._places), "names": str(names),
            "countries": json.dumps(countries, sort_keys=True), "counts": json.dumps(counts),
            "made_from": json.dumps(list(made_from), ensure_ascii=False), "tries": json.dumps(tries),
            "typed": digest_of_typed(database),
        }  # fmt: skip
        database.executemany("INSERT INTO meta VALUES (?, ?)", [*meta.items(), ("seal", seal_of_meta(meta.items()))])
        database.commit()
        database.close()
        self._staging.close()
        _flush(self._scratch / "fresh")

    def _reported(self, doing: str, rows: Iterable[_T], total: int) -> Iterator[_T]:
        for done, row in enumerate(rows):
            if done % STEP == 0:
                self._progress(doing, done, total)
            yield row
        self._progress(doing, total, total)

    def _write_places(self, database: sqlite3.Connection) -> dict[str, int]:
        """Write the places by rank, each with its labels; return the countries by their code."""
        countries: dict[str, int] = {}
        columns = "id, name, kind, lat, lon, country, admin1, population, west, south, east, north"
        ranked = self._staging.execute(f"SELECT {columns} FROM places ORDER BY weight DESC, population DESC, id")
        labels = self._labels()
        next_labelled, next_labels = next(labels, (-1, {}))
        lines: list[bytes] = []
        for number, row in enumerate(self._reported("Writing the places", ranked, self._places)):
            of_this: dict[str, str] = {}
            if number == next_labelled:
                of_this = next_labels
                next_labelled, next_labels = next(labels, (-1, {}))
            identity, name, kind, lat, lon, country, admin1, population, *sides = row
            box = None if sides[0] is None else tuple(sides)
            place = SealedPlace(identity, name, kind, lat, lon, country, admin1, population, box, of_this)
            lines.append(pack_place(place))
            if KINDS[place.kind] is Kind.COUNTRY:
                countries.setdefault(place.country, number)
            self._staging.execute("INSERT INTO ids VALUES (?, ?)", (crc32(place.id.encode()), number))
            self._staging.execute(
                "INSERT INTO cells VALUES (?,?,?,?,?)",
                (cell_of(place.lat, place.lon), number, place.kind, place.lat, place.lon),
            )
            if len(lines) == PLACES_A_ROW or number == self._places - 1:
                key = number // PLACES_A_ROW
                database.execute("INSERT INTO places VALUES (?, ?)", (key, seal(b"\n".join(lines), f"places {key}")))
                lines.clear()
        return countries

    def _labels(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the numbers of the places that have labels, each with its labels by language."""
        found = self._staging.execute("SELECT number, lang, label FROM labels ORDER BY number, lang, standing, label")
        for number, rows in groupby(found, key=itemgetter(0)):
            labels: dict[str, str] = {}
            for _, lang, label in rows:
                labels.setdefault(lang, label)
            yield number, labels

    def _write_ids(self, database: sqlite3.Connection) -> None:
        found = self._staging.execute("SELECT hashed, number FROM ids ORDER BY hashed, number")
        buckets = groupby(
            self._reported("Writing the ids", found, self._places), key=lambda row: bucket_of(row[0], self._places)
        )
        packed = (
            (bucket, b"".join(ID.pack(hashed & 255, number) for hashed, number in rows)) for bucket, rows in buckets
        )
        _write_dense(database, "ids", packed, self._places // 8 + 1)

    def _write_cells(self, database: sqlite3.Connection) -> None:
        found = self._staging.execute("SELECT cell, number, kind, lat, lon FROM cells ORDER BY cell, number")
        cells = groupby(self._reported("Writing the cells", found, self._places), key=itemgetter(0))
        packed = ((cell, b"".join(pack_in_cell(*row[1:]) for row in rows)) for cell, rows in cells)
        _write_dense(database, "cells", packed, CELLS)

    def _write_names(self, database: sqlite3.Connection) -> tuple[int, list[tuple[str, int]]]:
        """Write the tries of names and the hits of each; return how many names, and where each trie begins."""
        tries: list[tuple[str, marisa_trie.Trie]] = []
        rows = enumerate(map(pack_names, _batches(self._hits_by_number(tries), NAMES_A_ROW)))
        database.executemany("INSERT INTO names VALUES (?, ?)", ((n, seal(row, f"names {n}")) for n, row in rows))
        blobs = enumerate(((trie.tobytes(), f"trie {first}") for first, trie in tries), start=1)
        database.executemany("INSERT INTO blobs VALUES (?, ?)", ((n, seal(*blob)) for n, blob in blobs))
        *begins, names = accumulate((len(trie) for _, trie in tries), initial=0)
        return names, [(first, number) for (first, _), number in zip(tries, begins, strict=True)]

    def _hits_by_number(self, tries: list[tuple[str, marisa_trie.Trie]]) -> Iterator[bytes]:
        """Yield the hits of each name in the order of the names' numbers; add the tries that number them to `tries`."""
        (filed,) = self._staging.execute("SELECT count(*) FROM names").fetchone()
        found = self._staging.execute("SELECT key, ref FROM names ORDER BY key, ref")
        names = groupby(self._reported("Writing the names", found, filed), key=itemgetter(0))
        first = 0
        for shard in _batches(((key, self._pack_hits(rows)) for key, rows in names), NAMES_A_TRIE):
            trie = marisa_trie.Trie([key for key, _ in shard])
            tries.append((shard[0][0] if tries else "", trie))
            typed = ((row_of(first + trie[key], _standing(hits)), key) for key, hits in shard)
            self._staging.executemany("INSERT INTO typed VALUES (?, ?)", (row for row in typed if row[0] is not None))
            yield from map(itemgetter(1), sorted((trie[key], hits) for key, hits in shard))
            first += len(trie)

    def _write_typed(self, database: sqlite3.Connection) -> None:
        """Write the table of what can be typed; a space at a name's ends tells where it begins and ends."""
        found = self._staging.execute("SELECT row, '  ' || name || ' ' FROM typed ORDER BY row")
        database.executemany("INSERT INTO typed (rowid, name) VALUES (?, ?)", found)
        database.execute("INSERT INTO typed (typed) VALUES ('optimize')")
        database.commit()  # only then all of it is in the rows that `digest_of_typed` reads

    def _pack_hits(self, rows: Iterable[tuple[str, int]]) -> bytes:
        """Return the hits of one name, the most prominent place first."""
        hits: dict[int, tuple[int, int]] = {}
        for _, packed in rows:
            number = self._numbers[packed >> 18]
            name_class, langs = packed >> 16 & 3, packed & 0xFFFF
            best, others = hits.get(number, (name_class, 0))
            hits[number] = (min(best, name_class), others | langs)
        return b"".join(
            HIT.pack(number, self._kinds[number], name_class, self._weights[number], langs)
            for number, (name_class, langs) in sorted(hits.items())
        )


def _standing(packed_hits: bytes) -> int:
    """Return the standing of the best place that bears a name."""
    hits = HIT.iter_unpack(packed_hits)
    standings: Iterator[int] = (weight - OTHER_NAME_COSTS * name_class for _, _, name_class, weight, _ in hits)
    return max(standings)


def _new_database(path: Path) -> sqlite3.Connection:
    """Open a new database; nothing is promised about it until it is whole."""
    database = sqlite3.connect(path)
    database.executescript("PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    database.executescript("PRAGMA cache_size = -65536; PRAGMA temp_store = FILE;")
    return database


def _write_dense(database: sqlite3.Connection, table: str, rows: Iterable[tuple[int, bytes]], size: int) -> None:
    """Write sealed rows 0 to `size` - 1; what `rows` leave out is empty."""
    expected = 0
    insert = f"INSERT INTO {table} VALUES (?, ?)"
    for number, data in chain(rows, [(size, b"")]):
        empty = ((left_out, seal(b"", f"{table} {left_out}")) for left_out in range(expected, number))
        database.executemany(insert, empty)
        if number < size:
            database.execute(insert, (number, seal(data, f"{table} {number}")))
        expected = number + 1


def _batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    batch: list[_T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _flush(path: Path) -> None:
    """Have the file on the disk before it takes the place of a good one."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
