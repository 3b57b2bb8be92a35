"""The gazetteer's file: one SQLite database in which every row carries a checksum of what it says.

`storymap.gazetteer.writer` writes it, `storymap.gazetteer.store` asks it; `GazetteerFile` is the part between SQLite
and them. A byte changed anywhere is either in a part that no answer uses, or found before an answer is given:

- each row ends in a seal, the CRC-32 of its table, key and content, which is checked when the row is read;
- every table is dense: a number that the file itself led to, and that has no row, is damage and no miss;
- the tries of names are kept as sealed blobs, checked as a whole when they are loaded: they alone say "no such name".

The table of what can be typed (`storymap.gazetteer.search`) is SQLite's own and has no seals. It suggests names, whose
places are then read from sealed rows: damage in it may cost a suggestion, and puts nothing in a wrong place.

A hash of the whole file would have to be read at each start: 10 ms for the embedded one, minutes of disk for the whole
of GeoNames. A seal costs under a microsecond a row. It protects against damage, not against a forger.
"""

import json
import os
import sqlite3
import struct
import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from struct import Struct
from typing import Any, NamedTuple
from zlib import crc32

import marisa_trie

from storymap.errors import GazetteerError

__all__ = ["HIT", "GazetteerFile", "cell_of"]

SCHEMA = 4
FILE_NAME = "gazetteer.sqlite"

HIT = Struct(">IBBBH")
"""A hit as stored: number of the place, kind, class of the name, weight, languages."""

ID = Struct(">BI")
"""An id as stored: the last byte of its CRC-32 and the number of the place."""

CELL = Struct(">IBHH")
"""A place in its cell: number, kind, and how far north and east of the cell's corner, in 65,536ths of a degree."""

NAMES_A_ROW = 32
"""Names whose hits share a row and its seal: single rows made the wheel 6 MB larger, and a hit no faster."""

_SPAN = Struct(">II")

PLACES_A_ROW = 8
"""Places that share a row and its seal, a line each."""

STEPS_A_DEGREE = 100_000
"""Degrees are stored as whole numbers of this fraction, as fine as GeoNames has them. As SQLite's real numbers, with a
column for each value and a seal for each place, 263,000 places made the wheel 4.7 MB larger."""

_GEONAMES = "geonames:"

CELLS = 180 * 360

TABLES = f"""
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
    CREATE TABLE places (number INTEGER PRIMARY KEY, data BLOB);
    CREATE TABLE names (number INTEGER PRIMARY KEY, data BLOB);
    CREATE TABLE ids (number INTEGER PRIMARY KEY, data BLOB);
    CREATE TABLE cells (number INTEGER PRIMARY KEY, data BLOB);
    CREATE TABLE blobs (number INTEGER PRIMARY KEY, data BLOB);
    CREATE VIRTUAL TABLE typed USING fts5 (name, tokenize = trigram, content = '', columnsize = 0, detail = none);
    PRAGMA user_version = {SCHEMA};
"""
"""``places`` has the places by rank, ``names`` the hits of folded names by their number in the tries, ``ids`` places by
a hash of their id, ``cells`` places by one-degree cell. Of ``blobs`` 0 is the lexicon; the rest are tries of names, a
range of the alphabet each. ``typed`` has the names that may be suggested by their trigrams, without what would rank
them by their text."""

MOST_NAMES = 1 << 32
"""A row of ``typed`` is the number of a name, and above it what `storymap.gazetteer.search` sorts by."""

DAMAGE = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises for a damaged file; the second, if its message quotes the damage."""

REMEDY = "Install storymap-news anew, or build it again: storymap gazetteer build"


def seal(data: bytes, about: str) -> bytes:
    """Return `data` with the checksum of it and of what it is about."""
    return data + crc32(data, crc32(about.encode())).to_bytes(4, "big")


def _is_sealed(data: bytes, about: str) -> bool:
    return crc32(memoryview(data)[:-4], crc32(about.encode())) == int.from_bytes(data[-4:], "big")


class SealedPlace(NamedTuple):
    """A place as its row has it: what an entry is made of, its kind as a number, and its labels by language."""

    id: str
    name: str
    kind: int
    lat: float
    lon: float
    country: str
    admin1: str
    population: int
    bbox: tuple[float, float, float, float] | None
    labels: dict[str, str]


def pack_place(place: SealedPlace) -> bytes:
    """Return a place as a line of its row in ``places``: a list in JSON without what it lacks at its end."""
    identity, name, kind, lat, lon, country, admin1, population, box, labels = place
    of_geonames = identity.removeprefix(_GEONAMES)
    number = int(of_geonames) if of_geonames.isdecimal() else 0
    line: list[object] = [
        number if identity == f"{_GEONAMES}{number}" else identity,
        *(name, kind, round(lat * STEPS_A_DEGREE), round(lon * STEPS_A_DEGREE), country, admin1, population),
    ]
    if box or labels:
        line.append(box and [round(side * STEPS_A_DEGREE) for side in box])
    if labels:
        line.append(labels)
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()


def unpack_place(line: bytes) -> SealedPlace:
    """Return the place of a line of ``places``.

    Examples
    --------
    >>> place = unpack_place(b'[2657896,"Zurich",4,4736667,855000,"CH","canton of Zurich",436332,null,{"pl":"Zurych"}]')
    >>> place.id, place.lat, place.labels
    ('geonames:2657896', 47.36667, {'pl': 'Zurych'})
    """
    identity, name, kind, lat, lon, country, admin1, population, *more = json.loads(line.decode())
    box, labels = (*more, None, None)[:2]
    return SealedPlace(
        identity if isinstance(identity, str) else f"{_GEONAMES}{identity}",
        *(name, kind, lat / STEPS_A_DEGREE, lon / STEPS_A_DEGREE, country, admin1, population),
        box and tuple(side / STEPS_A_DEGREE for side in box),
        labels or {},
    )


def seal_of_meta(meta: Iterable[tuple[str, str]]) -> str:
    """Return the checksum of the table ``meta``."""
    return str(crc32(repr(sorted(meta)).encode()))


def cell_of(lat: float, lon: float) -> int:
    """Return the number of the one-degree cell a point lies in."""
    row = int((min(lat, 89.9999) + 90) // 1)
    return row * 360 + int((lon + 180) % 360 // 1)


def pack_in_cell(number: int, kind: int, lat: float, lon: float) -> bytes:
    """Return a place as its cell stores it."""
    # The poles and the date line belong to the cells before and after them, as in `cell_of`.
    north = min(int((min(lat, 89.9999) + 90) % 1 * 65536 + 0.5), 65535)
    east = min(int((lon + 180) % 360 % 1 * 65536 + 0.5), 65535)
    return CELL.pack(number, kind, north, east)


def pack_names(hits: Sequence[bytes]) -> bytes:
    """Return the hits of `NAMES_A_ROW` names as a row of ``names`` stores them, where each begins before them."""
    first = 4 * (len(hits) + 1)
    begins = accumulate(map(len, hits), initial=first)
    return struct.pack(f">{len(hits) + 1}I", *begins) + b"".join(hits)


def bucket_of(hashed: int, places: int) -> int:
    """Return the row of ``ids`` for the CRC-32 of an id: eight ids share a row, in the order of their hashes."""
    return hashed * (places // 8 + 1) >> 32


def digest_of_typed(database: sqlite3.Connection) -> str:
    """Return the checksum of the table ``typed``, which is checked by `GazetteerFile.verify` alone."""
    checksum = 0
    for rows in ("SELECT id, block FROM typed_data ORDER BY id", "SELECT * FROM typed_idx ORDER BY segid, term"):
        for row in database.execute(rows):
            checksum = crc32(repr(row).encode(), checksum)
    return str(checksum)


class _Connection(sqlite3.Connection):
    """A connection that closes itself when nobody holds it any more."""

    def __del__(self) -> None:
        self.close()


class _Connections(threading.local):
    """A connection to a database for each thread of each process, opened when it is first used there."""

    def __init__(self, path: Path) -> None:
        self._address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._process = 0

    @property
    def here(self) -> sqlite3.Connection:
        """The connection of this thread; a forked process does not go on with its parent's."""
        if self._process != os.getpid():
            self._database = sqlite3.connect(self._address, uri=True, factory=_Connection, check_same_thread=False)
            self._database.execute("PRAGMA mmap_size = 268435456")
            self._process = os.getpid()
        return self._database


class GazetteerFile:
    """An open gazetteer file; what it returns has been checked. Threads may share it, and forked processes.

    Parameters
    ----------
    path
        The file, or the folder that holds it as ``gazetteer.sqlite``.

    Raises
    ------
    GazetteerError
        If it is missing, truncated, of another version or no gazetteer; from every method, if what it reads is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path / FILE_NAME if path.is_dir() else path
        if not self.path.is_file():
            raise GazetteerError(f"{self.path}: there is no gazetteer. {REMEDY}")
        self._connections = _Connections(self.path)
        version = self._ask("PRAGMA user_version")[0][0]
        tables = {name for (name,) in self._ask("SELECT name FROM sqlite_schema")}
        if "meta" not in tables:
            raise self._damaged("no gazetteer's tables in it")
        pages, size = self._ask("PRAGMA page_count")[0][0], self._ask("PRAGMA page_size")[0][0]
        if pages * size != self.path.stat().st_size:
            raise self._damaged("truncated")
        rows = [(key, value) for key, value in self._ask("SELECT key, value FROM meta") if key != "seal"]
        self.meta: dict[str, str] = dict(rows)
        if version != SCHEMA or self.meta.get("schema") != str(SCHEMA):
            raise GazetteerError(f"{self.path}: the gazetteer is of another version. {REMEDY}")
        if self._ask("SELECT value FROM meta WHERE key = 'seal'") != [(seal_of_meta(rows),)]:
            raise self._damaged("its table meta was changed")
        self.places = int(self.meta["places"])
        self.countries: dict[str, int] = json.loads(self.meta["countries"])
        shards: list[tuple[str, int]] = json.loads(self.meta["tries"])
        self._first_keys = [key for key, _ in shards]
        self._first_numbers = [number for _, number in shards]
        self._tries: list[marisa_trie.Trie | None] = [None] * len(shards)
        # The places of an article are asked for again and again: first for their points, then for their labels.
        self.place = lru_cache(maxsize=1024)(self._place)
        self.number = lru_cache(maxsize=1024)(self._number)

    @property
    def database(self) -> sqlite3.Connection:
        """A connection for this thread alone, which reads only."""
        return self._connections.here

    def _damaged(self, what: str) -> GazetteerError:
        return GazetteerError(f"{self.path}: the gazetteer is damaged ({what}). {REMEDY}")

    def _ask(self, query: str, *values: object) -> list[Any]:
        try:
            return self.database.execute(query, values).fetchall()
        except DAMAGE as error:
            raise self._damaged(str(error)) from error

    def _data(self, table: str, number: int, about: str) -> bytes:
        """Return the content of a sealed row."""
        rows = self._ask(f"SELECT data FROM {table} WHERE number = ?", number)
        data = rows[0][0] if rows else None
        if not isinstance(data, bytes) or not _is_sealed(data, about):
            raise self._damaged(f"row {number} of {table}")
        return data[:-4]

    def _trie(self, shard: int) -> marisa_trie.Trie:
        trie = self._tries[shard]
        if trie is None:
            data = self._data("blobs", shard + 1, f"trie {self._first_keys[shard]}")
            trie = self._tries[shard] = marisa_trie.Trie().frombytes(data)
        return trie

    @cached_property
    def words(self) -> bytes:
        """The trie of `storymap.gazetteer.lexicon`."""
        return self._data("blobs", 0, "words")

    def hits(self, key: str) -> bytes:
        """Return the packed hits (`HIT`) of a folded name; none, if there is no such name."""
        shard = bisect_right(self._first_keys, key) - 1
        number = self._trie(shard).get(key)
        if number is None:
            return b""
        row, place_in_row = divmod(self._first_numbers[shard] + number, NAMES_A_ROW)
        data = self._data("names", row, f"names {row}")
        start, end = _SPAN.unpack_from(data, 4 * place_in_row)
        return data[start:end]

    def names_that_begin(self, folded: str) -> list[str]:
        """Return the known names that a folded text begins with, the longest first.

        A trie holds a range of the alphabet: the short prefixes of a name may lie in one before that of the name.
        """
        last = bisect_right(self._first_keys, folded) - 1
        first = bisect_right(self._first_keys, folded[:1]) - 1
        found = {name for shard in range(max(first, 0), last + 1) for name in self._trie(shard).prefixes(folded)}
        return sorted(found, key=len, reverse=True)

    def has_names_from(self, folded: str) -> bool:
        """Tell whether a known name begins with a folded text."""
        shard = max(bisect_right(self._first_keys, folded) - 1, 0)
        return next(self._trie(shard).iterkeys(folded), None) is not None or any(
            key.startswith(folded) for key in self._first_keys[shard + 1 : shard + 2]
        )

    def names(self) -> Iterator[str]:
        """Yield every folded name."""
        for shard in range(len(self._tries)):
            yield from self._trie(shard).iterkeys()

    def names_typed(self, query: str, limit: int) -> Iterator[str]:
        """Yield the names that a query of ``typed`` finds, those of the best known places first."""
        for (row,) in self._ask("SELECT rowid FROM typed WHERE typed MATCH ? ORDER BY rowid LIMIT ?", query, limit):
            number = row % MOST_NAMES
            shard = bisect_right(self._first_numbers, number) - 1
            try:
                yield self._trie(shard).restore_key(number - self._first_numbers[shard])
            except KeyError as error:
                raise self._damaged(f"name {number} is none") from error

    def _place(self, number: int) -> SealedPlace:
        """Return the place of a number."""
        row, place_in_row = divmod(number, PLACES_A_ROW)
        lines = self._data("places", row, f"places {row}").split(b"\n", place_in_row + 1)
        if place_in_row >= len(lines):
            raise self._damaged(f"row {row} of places")
        return unpack_place(lines[place_in_row])

    def labels(self, number: int) -> dict[str, str]:
        """Return the labels of a place, by language."""
        return dict(self.place(number).labels)

    def _number(self, identity: str) -> int | None:
        """Return the number of the place with this id."""
        hashed = crc32(identity.encode())
        bucket = bucket_of(hashed, self.places)
        for last_byte, number in ID.iter_unpack(self._data("ids", bucket, f"ids {bucket}")):
            if last_byte == hashed & 255 and self.place(number).id == identity:
                return int(number)
        return None

    def cell(self, cell: int) -> Iterator[tuple[int, int, float, float]]:
        """Yield number, kind, latitude and longitude of the places in a one-degree cell (`cell_of`)."""
        south, west = cell // 360 - 90, cell % 360 - 180
        for number, kind, north_of_it, east_of_it in CELL.iter_unpack(self._data("cells", cell, f"cells {cell}")):
            yield number, kind, south + north_of_it / 65536, west + east_of_it / 65536

    def verify(self) -> None:
        """Read and check every row there is.

        Raises
        ------
        GazetteerError
            At the first damage.
        """
        for (found,) in self._ask("PRAGMA quick_check(1)"):
            if found != "ok":
                raise self._damaged(found)
        for key in self.names():
            self.hits(key)
        for number in range(self.places):
            if self._number(self._place(number).id) is None:
                raise self._damaged(f"place {number} is not found by its id")
        for cell in range(CELLS):
            self._data("cells", cell, f"cells {cell}")
        _ = self.words
        try:
            is_as_written = digest_of_typed(self.database) == self.meta["typed"]
        except DAMAGE as error:
            raise self._damaged(str(error)) from error
        if not is_as_written:
            raise self._damaged("its table typed was changed")
