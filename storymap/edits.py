"""An edited place table -> what it says about the places of its article.

`read_edits` reads the ``places.csv`` of a bundle as an editor saved it, from a text editor or any spreadsheet;
`apply_edits` gives a story's places its word. Called by ``storymap make --places`` and by `storymap.map_article`. The
table holds for the one article it was made from.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from io import StringIO
from pathlib import Path

from storymap.errors import PlaceTableError
from storymap.model import MOST_EAST, MOST_NORTH, Article, Candidate, Entry, Kind, Place, Status

__all__ = ["Edits", "apply_edits", "find_deleted", "read_edits"]

SAME_POINT = 1e-5
"""Degrees, a metre: what differs by less was rounded by a spreadsheet, not moved by an editor."""

SAME_PLACE = 0.02
"""Degrees, two kilometres: so far do two sources put one town apart. A point moved this close to one of the places the
name may mean was meant for that place."""

_NAMED_BY = ({"id"}, {"place", "first_sentence"})
_READ = frozenset({"id", "place", "first_sentence", "label", "kind", "country", "admin1", "lat", "lon", "status"})
_SEPARATORS = ";,\t"
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r])")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d*)?(?:[eE][+-]?\d+)?")
_COUNTRIES = re.compile(r"[A-Z]{2}(?: [A-Z]{2})*|")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row with something in it: the line of the file it begins on, and its cells by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Edits:
    """An edited place table; ``digest`` is a hash of the file, for the provenance of a story."""

    path: Path
    rows: tuple[_Row, ...]
    digest: str


class _WrongCellError(Exception):
    """What is wrong with a row, and what to write instead."""


def read_edits(path: str | Path) -> Edits:
    """Read an edited ``places.csv``.

    Columns may stand in any order between commas, semicolons or tabs; only ``id``, or ``place`` and ``first_sentence``,
    must be there, and what we do not know is left unread.

    Raises
    ------
    PlaceTableError
        If the file is no such table, or has no row.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
        # Excel's "Unicode text" is UTF-16; all else that keeps every name is UTF-8.
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
        rows = list(_rows(text))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PlaceTableError(f"{path}: cannot be read ({error}). Save the table as CSV in UTF-8.") from error
    head = rows[0].cells if rows else {}
    if not any(columns <= head.keys() for columns in _NAMED_BY):
        raise PlaceTableError(
            f"{path}: has no column id, nor place and first_sentence. Edit the places.csv that `storymap make` wrote, "
            "and leave its first line."
        )
    if len(rows) == 1:
        raise PlaceTableError(f"{path}: has no row. To take every place off the map, give each the status rejected.")
    return Edits(path, tuple(rows[1:]), sha256(data).hexdigest()[:16])


def apply_edits(article: Article, places: Sequence[Place], edits: Edits) -> tuple[Place, ...]:
    """Return the places as the table has them, in their order.

    A row is that of a place by ``id``; without one by ``place`` and ``first_sentence``. Whatever of label, kind,
    country, admin1, lat or lon differs makes the place corrected; the status confirmed or rejected does what it says.
    A place without a row was deleted by the editor: it is rejected.

    Raises
    ------
    PlaceTableError
        If any row is wrong: it names the first with line, column, value and remedy, and the lines of the others.
    """
    decided: dict[str, Place] = {}
    wrong: list[tuple[int, str]] = []
    for row, place in _pair(article, places, edits):
        try:
            known = _known(place, row)
            decided[known.id] = _decide(known, row.cells)
        except _WrongCellError as error:
            wrong.append((row.line, str(error)))
    if wrong:
        others = ", ".join(str(line) for line, _ in wrong[1:])
        more = f" Wrong too: line {others}." if others else ""
        raise PlaceTableError(f"{edits.path}, line {wrong[0][0]}: {wrong[0][1]}{more}")
    return tuple(decided.get(place.id) or replace(place, status=Status.REJECTED) for place in places)


def find_deleted(article: Article, places: Sequence[Place], edits: Edits) -> tuple[Place, ...]:
    """Return the places that have no row."""
    named = {place.id for _, place in _pair(article, places, edits) if place}
    return tuple(place for place in places if place.id not in named)


def _rows(text: str) -> Iterator[_Row]:
    """Yield the header, as a row that maps each column to itself, and every row that is not empty."""
    first = text.partition("\n")[0].strip()
    separator = max(_SEPARATORS, key=lambda one: len(_READ.intersection(_columns(first.replace('"', "").split(one)))))
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    columns = _columns(next(reader, []))
    twice = sorted(name for name in _READ if columns.count(name) > 1)
    if twice:
        raise csv.Error(f"the column {twice[0]} is there twice")
    yield _Row(1, {name: name for name in columns if name in _READ})
    line = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            # Excel leaves empty cells at the end of a row away.
            filled = cells + [""] * (len(columns) - len(cells))
            yield _Row(line, {name: _clean(cell) for name, cell in zip(columns, filled, strict=False) if name in _READ})
        line = reader.line_num + 1


def _columns(head: Sequence[str]) -> list[str]:
    return [name.strip().lower() for name in head]


def _clean(text: str) -> str:
    """Return a cell's text without the apostrophe that kept a spreadsheet from running it, and with plain spaces."""
    return " ".join(_GUARDED.sub("", text).split())


def _pair(article: Article, places: Sequence[Place], edits: Edits) -> Iterator[tuple[_Row, Place | None]]:
    """Yield each row with its place, None where there is none, or none left: a place has one row."""
    left = list(places)
    for row in edits.rows:
        identity = row.cells.get("id")
        name = row.cells.get("place"), row.cells.get("first_sentence")
        place = next(
            (
                place
                for place in left
                if (_in_file(place.id) == identity if identity else _name_and_sentence(place, article) == name)
            ),
            None,
        )
        if place:
            left.remove(place)
        yield row, place


def _known(place: Place | None, row: _Row) -> Place:
    if place is None:
        name = row.cells.get("id") or row.cells.get("place") or "the row"
        raise _WrongCellError(
            f"{name} is no place of this article, or has a row already. Delete the row; places that the text does not "
            "name cannot be added."
        )
    return place


def _name_and_sentence(place: Place, article: Article) -> tuple[str, str]:
    sentence = article.sentences[place.sentences[0]] if place.sentences else None
    text = article.text[sentence.start : sentence.end] if sentence else ""
    name = place.entry.name if place.entry else place.mentions[0].text if place.mentions else place.label
    return _in_file(name), _in_file(text)


def _in_file(text: str) -> str:
    """Return a text of the story as a cell has it: a lone surrogate, which no file holds, is a question mark there."""
    return _clean(text.encode("utf-8", "replace").decode("utf-8"))


def _decide(place: Place, cells: Mapping[str, str]) -> Place:
    status = _status(place, cells)
    if status is Status.REJECTED:
        return replace(place, status=status)
    label = cells.get("label", _in_file(place.label))
    if not label:
        raise _WrongCellError("column label is empty. Write the name that the map shall show.")
    entry = _entry(place, cells, label)
    same_label = label == _in_file(place.label)
    if entry is None:
        if status is not Status.UNRESOLVED:
            raise _WrongCellError(f"column status is {status}, and there is no point. Write lat, lon and kind, too.")
        return place if same_label else replace(place, label=label)
    if entry != place.entry:
        others = tuple(candidate for candidate in place.candidates if candidate.entry not in {entry, place.entry})
        candidates = (Candidate(entry, 1.0), *others)
        place = replace(place, entry=entry, candidates=candidates, reasons=(), status=Status.CORRECTED, confidence=1.0)
    elif not same_label:
        place = replace(place, status=Status.CORRECTED, confidence=1.0)
    elif status is Status.UNRESOLVED:
        raise _WrongCellError("column status is unresolved, and there is a point. Write auto, confirmed or rejected.")
    elif status is not Status.AUTO:
        place = replace(place, status=status, confidence=1.0)
    return place if same_label else replace(place, label=label)


def _status(place: Place, cells: Mapping[str, str]) -> Status:
    value = cells.get("status") or place.status.value
    try:
        return Status(value.lower())
    except ValueError:
        raise _WrongCellError(f"column status is {value!r}. Write one of: {', '.join(Status)}.") from None


def _entry(place: Place, cells: Mapping[str, str], label: str) -> Entry | None:
    """Return what the row says the place is: the entry as it was, another the name may mean, or an edited one."""
    point, old = _point(place, cells), place.entry
    if point is None:
        return None
    if old is not None and _is_near(old, point, SAME_POINT):
        base: Entry | None = old
    else:
        meant = [candidate.entry for candidate in place.candidates if _is_near(candidate.entry, point, SAME_PLACE)]
        base = meant[0] if meant else None
    known = [entry for entry in (base, old) if entry is not None]
    kind = _kind(_cell("kind", cells, known))
    country = _cell("country", cells, known)
    if not _COUNTRIES.fullmatch(country):
        raise _WrongCellError(f"column country is {country!r}. Write a code of two capitals such as DE, or none.")
    admin1 = _cell("admin1", cells, known)
    if base is not None and (base.kind, base.country, base.admin1) == (kind, country, admin1):
        return base
    start = base or old or Entry(place.id, label, kind, *point)
    lat, lon = (base.lat, base.lon) if base else point
    # An extent is that of the old point and kind.
    box = start.bbox if base and kind is base.kind else None
    return replace(
        start, id=f"edited:{start.id}", kind=kind, lat=lat, lon=lon, bbox=box, country=country, admin1=admin1
    )


def _cell(column: str, cells: Mapping[str, str], known: Sequence[Entry]) -> str:
    """Return what the row says, or what is known where it says nothing new.

    ``known`` are the entry that the point chose and the one before: what is equal to the latter was left as it stood.
    """
    values = [str(getattr(entry, column)) for entry in known]
    written = cells.get(column)
    if values and (written is None or written in map(_in_file, values)):
        return values[0]
    return written or ""


def _kind(value: str) -> Kind:
    try:
        return Kind(value.lower())
    except ValueError:
        raise _WrongCellError(f"column kind is {value!r}. Write one of: {', '.join(Kind)}.") from None


def _point(place: Place, cells: Mapping[str, str]) -> tuple[float, float] | None:
    """Return latitude and longitude of a row; those of the place where the table has no such columns."""
    texts = [cells.get("lat"), cells.get("lon")]
    if texts == [None, None]:
        return (place.entry.lat, place.entry.lon) if place.entry else None
    if not any(texts) and place.entry is None:
        return None
    return _degrees("lat", texts[0] or "", MOST_NORTH), _degrees("lon", texts[1] or "", MOST_EAST)


def _degrees(column: str, text: str, most: int) -> float:
    plain = text.replace("\u2212", "-").replace("'", "").removesuffix("°").replace(" ", "")
    remedy = f"Write degrees from -{most} to {most} such as 51.884, or the status rejected to take it off the map."
    if not _NUMBER.fullmatch(plain):
        raise _WrongCellError(f"column {column} is {text!r}. {remedy}")
    value = float(plain.replace(",", "."))
    if abs(value) > most:
        raise _WrongCellError(
            f"column {column} is {text!r}, which is no point on earth; a spreadsheet may have taken the decimal point "
            f"for one of thousands. {remedy}"
        )
    return value


def _is_near(entry: Entry, point: tuple[float, float], degrees: float) -> bool:
    return abs(entry.lat - point[0]) <= degrees and abs(entry.lon - point[1]) <= degrees
