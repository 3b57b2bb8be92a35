"""The list of places that editors keep, a CSV or GeoJSON file -> its rows, checked one by one.

docs/house-places.md describes the file. Called by `storymap.gazetteer.house`, which does what the rows say.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from storymap.errors import GazetteerError
from storymap.gazetteer.names import fold
from storymap.model import Kind

__all__ = ["Rule", "read_house_list"]

COLUMNS = ("name", "place", "label", "lang", "lat", "lon", "kind", "country", "show", "note")
"""What a row may hold. It needs a name or a place, and something that is said of it."""

_FORMS = {
    "lang": ("[a-z]{2}", "Give a language code of two letters such as de, en or fr."),
    "lat": (r"[-+]?\d{1,2}([.,]\d+)?", "Give degrees from -90 to 90, such as 47.05."),
    "lon": (r"[-+]?\d{1,3}([.,]\d+)?", "Give degrees from -180 to 180, such as 8.31."),
    "kind": ("|".join(Kind), f"Kinds are: {', '.join(Kind)}."),
    "country": ("[A-Z]{2}", "Give two capital letters such as DE, AT or CH."),
    "show": ("yes|no", "Write yes or no; an empty cell means yes."),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the list: what the house has decided about a name or a place.

    ``names`` are as articles print them; ``place`` is an id or a name such as "Georgia, US", "" if the row names none.
    ``point`` is (latitude, longitude). ``label`` counts in the language ``lang``, in all if that is "". ``where`` says
    where the row stands.
    """

    where: str
    names: tuple[str, ...]
    place: str
    label: str
    lang: str
    point: tuple[float, float] | None
    kind: Kind
    country: str
    is_shown: bool


def read_house_list(path: Path) -> list[Rule]:
    """Read and check an editors' list, row by row.

    Raises
    ------
    GazetteerError
        If it cannot be read, or if a row is not right: with the file, the line and what to do.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise GazetteerError(f"{path}: cannot be read ({error}). Give a CSV or GeoJSON file in UTF-8.") from error
    rows = _features(path, text) if path.suffix.lower() in {".json", ".geojson"} else _lines(path, text)
    rules = [_rule(where, cells) for where, cells in rows if any(cells.values())]
    own: set[str] = set()
    for rule in rules:
        if rule.point and not rule.place:
            if fold(rule.names[0]) in own:
                raise GazetteerError(
                    f"{rule.where}: a second place of your own is called {rule.names[0]}. Give it a fuller name first: "
                    f"{rule.names[0]} (Nord)|{rule.names[0]}."
                )
            own.add(fold(rule.names[0]))
    return rules


def _lines(path: Path, text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the rows of a table, apart by commas, semicolons or tabs, each with where it stands."""
    header = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), strict=True, delimiter=max(",;\t", key=header.count))
    try:
        _check_columns(f"{path}, line 1", reader.fieldnames or ())
        for cells in reader:
            where = f"{path}, line {reader.line_num}"
            if None in cells or None in cells.values():
                count = "more" if None in cells else "fewer"
                raise GazetteerError(f"{where}: {count} cells than columns. Quote a cell that holds a separator.")
            yield where, cells
    except csv.Error as error:
        raise GazetteerError(f"{path}, line {reader.line_num + 1}: no table row ({error}). Mend the quotes.") from error


def _features(path: Path, text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the features of a GeoJSON file as rows: the properties as cells, the point as lat and lon."""
    try:
        features = json.loads(text)["features"]
        rows = [(dict(feature["properties"] or {}), feature["geometry"]) for feature in features]
    except (ValueError, KeyError, TypeError) as error:
        raise GazetteerError(f"{path}: no GeoJSON ({error!r}). Save it as a FeatureCollection, or as a CSV.") from error
    for number, (properties, geometry) in enumerate(rows, start=1):
        where = f"{path}, feature {number}"
        _check_columns(where, {"name", *properties})
        cells = {column: _cell(value) for column, value in properties.items()}
        yield where, cells | _point_cells(where, geometry)


def _cell(value: object) -> str:
    """Return a JSON value as the cell of a table."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _point_cells(where: str, geometry: Mapping[str, Sequence[float]] | None) -> dict[str, str]:
    if geometry is None:
        return {}
    try:
        lon, lat = (float(degrees) for degrees in geometry["coordinates"][:2])
    except (KeyError, TypeError, ValueError) as error:
        raise GazetteerError(f"{where}: its geometry is no Point. Draw it as a point, or leave it null.") from error
    return {"lat": f"{lat:.6f}", "lon": f"{lon:.6f}"}


def _check_columns(where: str, columns: Iterable[str]) -> None:
    unknown = sorted(set(columns) - set(COLUMNS))
    if unknown:
        raise GazetteerError(f"{where}: {', '.join(unknown)} is no column. Columns are: {', '.join(COLUMNS)}.")


def _rule(where: str, cells: Mapping[str, str]) -> Rule:
    """Return a row as a rule; raise an error that says what is not right about it."""
    row = dict.fromkeys(COLUMNS, "") | {column: cell.strip() for column, cell in cells.items()}
    for column, (form, remedy) in _FORMS.items():
        if row[column] and not re.fullmatch(form, row[column]):
            raise GazetteerError(f"{where}: {column} is {row[column]}. {remedy}")
    names = tuple(name.strip() for name in row["name"].split("|") if name.strip())
    point = _point(where, row["lat"], row["lon"])
    is_shown = row["show"] != "no"
    if not (names or row["place"]):
        raise GazetteerError(f"{where}: neither name nor place. Say which name or which place the row is about.")
    if not all(any(map(str.isalnum, fold(name))) for name in names):
        raise GazetteerError(f"{where}: a name has no letters. Give it as articles print it.")
    if is_shown and not (row["label"] or point or (names and row["place"])):
        raise GazetteerError(f"{where}: it decides nothing. Give a place, a label, lat and lon, or show = no.")
    kind = Kind(row["kind"] or Kind.FACILITY)
    return Rule(where, names, row["place"], row["label"], row["lang"], point, kind, row["country"], is_shown)


def _point(where: str, lat: str, lon: str) -> tuple[float, float] | None:
    """Return the point of a row, None if it has none; a decimal comma is as good as a point."""
    if not lat and not lon:
        return None
    if not (lat and lon):
        raise GazetteerError(f"{where}: one of lat and lon is missing. Give both, in degrees, or none.")
    y, x = float(lat.replace(",", ".")), float(lon.replace(",", "."))
    if abs(y) > 90 or abs(x) > 180:
        raise GazetteerError(f"{where}: no point on earth is at {y}, {x}. lat comes first, from -90 to 90 degrees.")
    return y, x
