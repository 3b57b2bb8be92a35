"""A Story -> the files that other programs read: CSV, GeoJSON.

`storymap.publish.publish` writes what these functions return; `storymap places` prints it. The properties of the
GeoJSON and the columns of the CSV are those of the place table (`storymap.table.place_table`).
"""

import json
from typing import TYPE_CHECKING

from storymap.model import MIN_CONFIDENCE, Story
from storymap.table import place_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["places_csv", "places_geojson"]

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def places_csv(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return the place table as CSV (RFC 4180: comma, double quotes, one header line).

    A byte order mark stands first, because Excel reads UTF-8 as such only then; other programs skip it (in pandas:
    ``encoding="utf-8-sig"``). A text that a spreadsheet would run as a formula has an apostrophe before it, which
    spreadsheets take for "this is text". Numbers are numbers, so that coordinates south and west stay as they are.
    """
    table = place_table(story, min_confidence=min_confidence)
    for column in table.columns[table.dtypes == "string"]:
        table[column] = _guarded(table[column])
    return "\ufeff" + table.to_csv(index=False, lineterminator="\n")


def places_geojson(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return the places on the map as a GeoJSON FeatureCollection (RFC 7946: longitude first, WGS84)."""
    table = place_table(story, min_confidence=min_confidence).astype(object)
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


def _guarded(texts: "pd.Series[str]") -> "pd.Series[str]":
    return texts.mask(texts.str.startswith(_STARTS_FORMULA).fillna(value=False), "'" + texts)
