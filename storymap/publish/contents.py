"""Pins -> what their map shows, as data: the land, the areas, where each pin stands.

`storymap.publish.draw` puts it into a page, `storymap.publish.static` draws the same without a browser. Nothing here
needs folium, which takes longer to load than a picture to draw.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from storymap.publish.areas import draw_areas
from storymap.publish.basemap import draw_basemap
from storymap.publish.pins import Pin, load_phrases
from storymap.publish.view import Box, View, eastward

__all__ = ["CROWD", "map_data", "map_label", "script_data", "to_script_json"]

CROWD = 30
"""So many pins a map shows one by one; more are gathered to groups where they stand close."""


def map_label(pins: Sequence[Pin], lang: str) -> str:
    """Return what the map is, in one sentence, for those who do not see it."""
    phrases = load_phrases(lang)
    form: str = phrases["map_none" if not pins else "map_one" if len(pins) == 1 else "map_many"]
    return form.format(count=len(pins), names=", ".join(pin.label for pin in pins))


def to_script_json(data: object) -> str:
    """Return JSON that may stand in a script element: nothing in it can end the element or a line of script."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def map_data(pins: Sequence[Pin], view: View, *, lang: str) -> dict[str, Any]:
    """Return all that is drawn; `storymap.publish.static` draws the same without a browser."""
    west = min(view.whole[0], view.home[0])
    basemap = _ground(view.home, lang, tuple((pin.entry.lat, pin.entry.lon) for pin in pins if not pin.area))
    areas = draw_areas(pins, view.home, west)
    names = {pin.place.label for pin in pins}
    seen = {label["text"]: (label["lat"], label["lon"]) for label in basemap["labels"] if _shows(view.home, label)}
    # A pin has its name beside it; the base map need not print it again.
    labels = [label for label in basemap["labels"] if label["text"] not in names]
    return {
        "basemap": {**basemap, "labels": labels},
        "view": _bounds(view.home),
        "whole": _bounds(view.whole),
        "pins": [
            {
                "at": (area and area.middle) or _point(pin, view.home, west, seen),
                "area": pin.area,
                "shape": area.data if area else None,
            }
            for pin, area in zip(pins, areas, strict=True)
        ],
    }


LAYERS = {
    "graticule": "graticule",
    "land": "land",
    "rivers": "river",
    "lakes": "lake",
    "districts": "district",
    "admin1": "admin1",
    "borders": "border",
    "disputed": "disputed",
}
"""Layers of the base map, the lowest first, and the name of each in ``assets/basemap.css``."""


def script_data(data: Mapping[str, Any], pins: Sequence[Pin], lang: str) -> dict[str, Any]:
    """Return what the map's script needs, as a value for JSON: labels without the names of their fields."""
    phrases = load_phrases(lang)
    basemap = data["basemap"]
    fields = ("text", "kind", "size", "lat", "lon", "zoom")
    crowd = {"group": phrases["group"]} if len(pins) > CROWD else {}
    return {
        "basemap": {
            "frame": basemap["frame"],
            "max_zoom": basemap["max_zoom"],
            "layers": list(_script_layers(basemap["layers"])),
            "labels": [[label[field] for field in fields] for label in basemap["labels"]],
        },
        "credit": phrases["credit"],
        "view": data["view"],
        "whole": data["whole"],
        "pins": [{"at": pin["at"], "shape": pin["shape"]} for pin in data["pins"]],
        **crowd,
    }


def _script_layers(layers: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the paths of the base map: all land is one, other layers have one for each zoom they begin at."""
    for layer, name in LAYERS.items():
        groups = layers.get(layer, ())
        for some in [groups] if layer == "land" else [[group] for group in groups]:
            yield {"name": name, "z": some[0]["z"], "parts": [{"d": group["d"], "q": group["q"]} for group in some]}


def _shows(view: Box, label: Mapping[str, Any]) -> bool:
    west, south, east, north = view
    return bool(west <= label["lon"] <= east and south <= label["lat"] <= north)


def _point(pin: Pin, view: Box, west: float, seen: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    """Return where a pin stands; that of an area goes where the base map would print its name, if that is in view."""
    point = round(pin.entry.lat, 5), round(eastward(pin.entry.lon, west), 5)
    if pin.area and not _shows(view, {"lat": point[0], "lon": point[1]}):
        return seen.get(pin.place.label, point)
    return point


def _bounds(box: Box) -> list[list[float]]:
    west, south, east, north = (round(side, 4) for side in box)
    return [[south, west], [north, east]]


@lru_cache(maxsize=8)
def _ground(view: Box, lang: str, points: tuple[tuple[float, float], ...]) -> Mapping[str, Any]:
    # The page with the article and the page with the map alone have the same one, in each language of the pages.
    return draw_basemap(view, lang=lang, points=points)
