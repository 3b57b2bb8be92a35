"""The files of GeoNames' download server -> their lines as values; what is damaged is left out and counted.

In go ``allCountries`` (or the file of a country), ``alternateNamesV2`` and ``hierarchy``, as text or zip; its readme
says what the columns are. Called by `storymap.gazetteer.geonames`.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, TypeVar

from storymap.errors import GazetteerError
from storymap.gazetteer.writer import Progress
from storymap.model import Entry, Kind

__all__ = ["AlternateName", "Dump", "DumpedPlace", "parse_name", "parse_parent", "parse_place"]

_T = TypeVar("_T")

# Kinds by feature code; what is not listed has the kind of its class.
_KINDS = {
    Kind.CONTINENT: "CONT",
    Kind.COUNTRY: "PCL PCLD PCLF PCLH PCLI PCLIX PCLS",
    Kind.ADMIN1: "ADM1 ADM1H",
    Kind.ADMIN2: "ADM2 ADM2H",
    Kind.DISTRICT: "ADM3 ADM3H ADM4 ADM4H ADM5 ADM5H ADMD ADMDH PPLX",
    Kind.SEA: "SEA OCN GULF BAY BAYS BGHT STRT CHN CHNM SD FJD FJDS COVE INLT EST",
    Kind.RIVER: "STM STMA STMB STMC STMD STMH STMI STMIX STMM STMQ STMS STMX WAD WADB WADM WADX CNL CNLI CNLN CNLX"
    " DTCH DTCHI FLLS RPDS",
    Kind.LAKE: "LK LKC LKI LKN LKNI LKO LKOI LKS LKSB LKSC LKSI LKSN LKSNI LKX LGN LGNS RSV RSVI RSVT PND PNDS",
    Kind.MOUNTAIN: "MT MTS MTU PK PKS PKU HLL HLLS HLLU VLC PASS RDGE",
    Kind.ISLAND: "ISL ISLET ISLF ISLM ISLS ISLT ISLX ATOL",
    Kind.FACILITY: "MILB PRT NVB SPNG WLL WLLS HBR HBRX",
}
_KIND_OF_CODE = {code: kind for kind, codes in _KINDS.items() for code in codes.split()}
_KIND_OF_CLASS = {
    "A": Kind.REGION, "H": Kind.REGION, "L": Kind.REGION, "P": Kind.CITY, "R": Kind.STREET, "S": Kind.FACILITY,
    "T": Kind.REGION, "U": Kind.SEA, "V": Kind.REGION, "": Kind.REGION,
}  # fmt: skip

LARGEST_ID = 100_000_000
"""No id of GeoNames is near it; a larger one is a damaged line, and would cost memory."""

LONGEST_LINE = 1 << 20
"""Bytes; the longest there is has 15,000."""

JUDGED_AFTER = 1000
"""Lines after which a file that was mostly damage so far is taken for another file."""

LISTED = 5
"""How many damaged lines are told one by one."""

# Pseudo-languages of names that nobody writes in an article.
_NO_LANGUAGES = frozenset({"link", "wkdt", "post", "iata", "icao", "faac", "unlc", "tcid", "phon", "abbr"})


@dataclass
class Dump:
    """A file of GeoNames that is being read, and what was wrong with it.

    ``columns`` are the numbers of columns its lines may have.
    """

    path: Path
    columns: tuple[int, ...]
    lines: int = 0
    damaged: int = 0
    first_damaged: list[str] = field(default_factory=list)
    digest: str = ""

    def read(self, parse: Callable[[list[str]], _T], progress: Progress, *, only: bytes = b"") -> Iterator[_T]:
        """Yield what `parse` makes of each line that has `only` in it; a line it raises ValueError for is damaged.

        Raises
        ------
        GazetteerError
            If the file cannot be read, or is another one than it should be.
        """
        self.lines = self.damaged = 0
        self.first_damaged = []
        for line in self._raw_lines(progress):
            self.lines += 1
            if only not in line:
                continue
            try:
                row = parse(self._cells(line))
            except ValueError as error:
                self._note(error)
            else:
                yield row
            if self.lines == JUDGED_AFTER:
                self._judge()
        self._judge()

    def _cells(self, line: bytes) -> list[str]:
        cells = line.decode().rstrip("\r\n").split("\t")
        if len(cells) not in self.columns:
            raise ValueError(f"{len(cells)} columns instead of {self.columns[-1]}")
        return cells

    def _note(self, error: ValueError) -> None:
        self.damaged += 1
        if len(self.first_damaged) < LISTED:
            what = "no UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
            self.first_damaged.append(f"{self.path}, line {self.lines}: {what}")

    def _judge(self) -> None:
        """Refuse what is not the file it should be."""
        if self.damaged * 2 >= self.lines:
            wrong = self.first_damaged[0] if self.first_damaged else f"{self.path} is empty"
            raise GazetteerError(f"{wrong}. This is not the file of GeoNames that was asked for; give that one.")

    def _raw_lines(self, progress: Progress) -> Iterator[bytes]:
        digest = sha256()
        done, reported = 0, -1
        try:
            with _opened(self.path) as (file, size):
                while line := file.readline(LONGEST_LINE):
                    done += len(line)
                    digest.update(line)
                    if done >> 22 != reported:
                        reported = done >> 22
                        progress(f"Reading {self.path.name}", done, size)
                    yield line
                progress(f"Reading {self.path.name}", size, size)
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError) as error:
            if isinstance(error, GazetteerError):
                raise
            raise GazetteerError(f"{self.path}: cannot be read ({error}). Download it anew.") from error
        self.digest = digest.hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """Open a text file, or the table in a zip file; give it with its size."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            yield file, path.stat().st_size
        return
    with zipfile.ZipFile(path) as archive:
        # alternateNamesV2.zip holds a table of languages too, which is the smaller.
        member = max(archive.infolist(), key=lambda info: info.file_size)
        with archive.open(member) as unpacked:
            yield unpacked, member.file_size


@dataclass(frozen=True, slots=True)
class DumpedPlace:
    """A line of the dump."""

    number: int
    entry: Entry
    code: str
    names: list[str]


def parse_place(cells: list[str], division: Callable[[int, Kind, str], str]) -> DumpedPlace:
    """Return the place of a line; `division` names what lies behind its number, kind and code, such as "DE.16"."""
    identity, name, _, others, lat, lon, feature_class, code, country, also_in, admin1, *_ = cells
    if feature_class not in _KIND_OF_CLASS:
        raise ValueError(f"there is no feature class {feature_class!r}")
    if not name or "\0" in name:
        raise ValueError("no name")
    number = _id(identity)
    kind = _KIND_OF_CODE.get(code, _KIND_OF_CLASS[feature_class])
    population = _whole(cells[14] or "0", 1 << 40)
    lies_in = country
    if kind is not Kind.CITY and also_in:
        lies_in = " ".join(sorted({*also_in.replace(",", " ").split(), *country.split()}))
    within = division(number, kind, f"{country}.{admin1}")
    point = _degrees(lat, 90), _degrees(lon, 180)
    entry = Entry(f"geonames:{number}", name, kind, *point, None, lies_in, within, population)
    return DumpedPlace(number, entry, code, others.split(",") if others else [])


def _whole(text: str, below: int) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) >= below:
        raise ValueError(f"{text[:40]!r} is no number that can be")
    return int(text)


def _id(text: str) -> int:
    return _whole(text, LARGEST_ID)


def _degrees(text: str, most: int) -> float:
    degrees = float(text)
    if not abs(degrees) <= most:
        raise ValueError(f"{text[:40]!r} is no position on Earth")
    return degrees


@dataclass(frozen=True, slots=True)
class AlternateName:
    """A line of the alternate names; `standing` is 0 for the one its language prefers, None for one of the past."""

    number: int
    lang: str
    name: str
    standing: int | None


def parse_name(cells: list[str]) -> AlternateName | None:
    """Return the name of a line, None if it is a link or a code."""
    number, lang, name = _id(cells[1]), cells[2].split("-")[0], cells[3]
    if not name or "\0" in name:
        raise ValueError("no name")
    preferred, short, colloquial, historic = (flag == "1" for flag in cells[4:8])
    if lang in _NO_LANGUAGES:
        return None
    standing = None if historic or colloquial else 2 * short + (not preferred)
    return AlternateName(number, "nb" if lang == "no" else lang, name, standing)


def parse_parent(cells: list[str]) -> tuple[int, int]:
    """Return the numbers of a place and of one that lies in it."""
    return _id(cells[0]), _id(cells[1])
