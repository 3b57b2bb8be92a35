"""A Story -> the files that spreadsheets, maps and receivers of coordinates read.

`storymap.publish.publish` writes what these functions return; `storymap places` prints some of it. The properties of a
GeoJSON feature, of a GeoPackage or GeoParquet row and the columns of the CSV are those of the place table
(`storymap.table.place_table`). Files of places hold what is on the map; the tables hold every place.
"""

import json
import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from storymap.errors import MissingExtra
from storymap.model import MIN_CONFIDENCE, Story
from storymap.publish.pins import Pin, make_pins, plain_quote, web_address

if TYPE_CHECKING:
    import geopandas
    import pandas as pd

__all__ = [
    "places_csv",
    "places_excel_csv",
    "places_geojson",
    "places_geopackage",
    "places_geoparquet",
    "places_gpx",
    "places_kml",
    "xml_document",
    "xml_text",
]

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""


def places_csv(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return the place table as CSV (RFC 4180: comma, double quotes, one header line), for programs.

    Texts stand as they are: a spreadsheet may run one that begins like a formula. Give people `places_excel_csv`.
    """
    return story.to_frame(min_confidence=min_confidence).to_csv(index=False, lineterminator="\n")


def places_excel_csv(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return the place table as CSV that a person may open in a spreadsheet.

    A byte order mark stands first, because Excel reads UTF-8 as such only then; other programs skip it (in pandas:
    ``encoding="utf-8-sig"``). A text that a spreadsheet would run as a formula has an apostrophe before it, which
    spreadsheets take for "this is text". Numbers are numbers, so that coordinates south and west stay as they are.
    """
    table = story.to_frame(min_confidence=min_confidence)
    for column in table.columns[table.dtypes == "string"]:
        table[column] = _guarded(table[column])
    return "\ufeff" + table.to_csv(index=False, lineterminator="\n")


def places_geojson(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return the places on the map as a GeoJSON FeatureCollection (RFC 7946: longitude first, WGS84)."""
    table = story.to_frame(min_confidence=min_confidence).astype(object)
    rows = table.where(table.notna(), None).to_dict(orient="records")
    features = []
    for place, row in zip(story.places, rows, strict=True):
        entry = place.entry
        if entry is None or not place.passes(min_confidence):
            continue
        feature = {
            "type": "Feature",
            "id": place.id,
            "geometry": {"type": "Point", "coordinates": [entry.lon, entry.lat]},
            "properties": row,
        }
        features.append({**feature, "bbox": list(entry.bbox)} if entry.bbox else feature)
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1) + "\n"


def places_kml(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return the places on the map as KML 2.2, as Google Earth and most map programs read it.

    A placemark has the label, kind and country, the quotes as its description, and confidence, kind and gazetteer id
    as extended data.
    """
    root = ET.Element("kml", {"xmlns": "http://www.opengis.net/kml/2.2"})
    document = ET.SubElement(root, "Document")
    _add(document, "name", story.article.title)
    for pin in make_pins(story, min_confidence):
        mark = ET.SubElement(document, "Placemark", {"id": f"place-{pin.number}"})
        _add(mark, "name", pin.label)
        _add(mark, "description", _description(pin))
        data = ET.SubElement(mark, "ExtendedData")
        for name, value in _facts(pin).items():
            _add(ET.SubElement(data, "Data", {"name": name}), "value", value)
        point = ET.SubElement(mark, "Point")
        _add(point, "coordinates", f"{pin.entry.lon},{pin.entry.lat}")
    return xml_document(root)


def places_gpx(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return the places on the map as waypoints (GPX 1.1), for a navigation device."""
    root = ET.Element("gpx", {"version": "1.1", "creator": "storymap", "xmlns": "http://www.topografix.com/GPX/1/1"})
    about = ET.SubElement(root, "metadata")
    _add(about, "name", story.article.title)
    address = web_address(story.article.url)
    if address:
        ET.SubElement(about, "link", {"href": address})
    for pin in make_pins(story, min_confidence):
        point = ET.SubElement(root, "wpt", {"lat": str(pin.entry.lat), "lon": str(pin.entry.lon)})
        _add(point, "name", pin.label)
        _add(point, "desc", _description(pin))
        _add(point, "type", pin.entry.kind.value)
    return xml_document(root)


def places_geopackage(story: Story, min_confidence: float = MIN_CONFIDENCE) -> bytes:
    """Return the places on the map as a GeoPackage with one layer, ``places`` (points, EPSG:4326).

    Raises
    ------
    MissingExtra
        If geopandas and pyogrio are not installed.
    """
    frame = _geo_frame(story, min_confidence)
    from pyogrio import set_gdal_config_options

    # The format has a field for the time of the last change: the day of the article, not the clock.
    day = story.article.published or "1970-01-01"
    set_gdal_config_options({"OGR_CURRENT_DATE": f"{day}T00:00:00.000Z"})
    with TemporaryDirectory() as folder:
        path = Path(folder) / "places.gpkg"
        frame.to_file(path, layer="places", driver="GPKG", engine="pyogrio")
        return path.read_bytes()


def places_geoparquet(story: Story, min_confidence: float = MIN_CONFIDENCE) -> bytes:
    """Return the places on the map as GeoParquet 1.0 (points as WKB, OGC:CRS84).

    Raises
    ------
    MissingExtra
        If geopandas and pyarrow are not installed.
    """
    frame = _geo_frame(story, min_confidence)
    file = BytesIO()
    frame.to_parquet(file, index=False)
    return file.getvalue()


def xml_text(text: str) -> str:
    """Return the text with what XML cannot hold replaced by U+FFFD."""
    return _NOT_XML.sub("\ufffd", text)


def xml_document(root: ET.Element) -> str:
    """Return the element as a whole document, indented."""
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = xml_text(text)


def _description(pin: Pin) -> str:
    return "\n\n".join([pin.line, *map(plain_quote, pin.quotes)])


def _facts(pin: Pin) -> Mapping[str, str]:
    entry = pin.entry
    confidence = f"{pin.place.confidence:.2f}"
    return {"id": entry.id, "kind": entry.kind.value, "country": entry.country, "confidence": confidence}


def _geo_frame(story: Story, min_confidence: float) -> "geopandas.GeoDataFrame":
    try:
        import geopandas
    except ImportError as error:
        raise MissingExtra("GeoPackage and GeoParquet need geopandas. Run: pip install 'storymap-news[geo]'") from error
    table = story.to_frame(min_confidence=min_confidence)
    table = table.loc[[place.passes(min_confidence) for place in story.places]]
    points = geopandas.points_from_xy(table["lon"], table["lat"])
    return geopandas.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


def _guarded(texts: "pd.Series[str]") -> "pd.Series[str]":
    return texts.mask(texts.str.startswith(_STARTS_FORMULA).fillna(value=False), "'" + texts)
