"""Land, water, borders and areas of a static map.

In: what the live map draws (`storymap.publish.contents.map_data`) and a window. Out: SVG elements, cut to the window
and simplified to a third of a pixel. `storymap.publish.static` calls it. What lies above what is as in the scripts
``assets/basemap.js`` and ``assets/areas.js``: seas, graticule, land, coasts, rivers, lakes, borders, areas.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from storymap.publish.basemap_data import Stored, clip, is_inside
from storymap.publish.encoding import decode
from storymap.publish.static_text import Look, element, number
from storymap.publish.static_view import Window

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Points = npt.NDArray[np.float64]

__all__ = ["draw_areas", "draw_land", "draw_seas"]

Colours = Mapping[str, str]

TOLERANCE = 0.35
"""Pixels to which a line is good: the eye sees no difference at twice the size, and the file is half as large."""

BLEED = 6.0
"""Pixels beyond the window to which is drawn, so that no line along a cut is seen."""

LINES = ("rivers", "lakes", "districts", "admin1", "borders", "disputed")
"""Layers above the land, the lowest first."""


def draw_land(window: Window, basemap: Mapping[str, Any], colours: Colours) -> Iterator[str]:
    """Yield land, coasts and all lines of the base map."""
    yield from _draw_lines(
        window, basemap, "graticule", {"fill": "none", "stroke": colours["graticule"], "stroke_width": 0.8}
    )
    rings = [ring for group in basemap["layers"]["land"] for ring in _turned(window, basemap, group, closed=True)]
    shore: Look = {"stroke": colours["coast"], "stroke_width": 0.8}
    d = _path(window, rings, closed=True)
    if d and not _shows_cut(window, basemap["cuts"]):
        yield element("path", d=d, fill=colours["land"], fill_rule="evenodd", **shore)
    elif d:
        yield element("path", d=d, fill=colours["land"], fill_rule="evenodd")
        coasts = [line for ring in rings for line in _coasts(ring, basemap["cuts"])]
        yield element("path", d=_path(window, coasts, closed=False), fill="none", **shore)
    looks: dict[str, Look] = {
        "rivers": {"fill": "none", "stroke": colours["river"], "stroke_width": 1.2},
        "lakes": {"fill": colours["water"], "fill_rule": "evenodd", "stroke": colours["coast"], "stroke_width": 0.5},
        "districts": {
            "fill": "none",
            "stroke": colours["border"],
            "stroke_width": 1.7,
            "stroke_dasharray": ".1 3.6",
        },
        "admin1": {"fill": "none", "stroke": colours["admin1"], "stroke_width": 0.8},
        "borders": {"fill": "none", "stroke": colours["border"], "stroke_width": 1.1},
        "disputed": {
            "fill": "none",
            "stroke": colours["border"],
            "stroke_width": 1.1,
            "stroke_dasharray": "4 3",
            "stroke_linecap": "butt",
        },
    }
    for layer in LINES:
        yield from _draw_lines(window, basemap, layer, looks[layer])


def _draw_lines(window: Window, basemap: Mapping[str, Any], layer: str, look: Look) -> Iterator[str]:
    """Yield what a layer draws at the window's zoom as one path."""
    closed = layer == "lakes"
    groups = [group for group in basemap["layers"][layer] if window.zoom >= group["z"] - 0.3]
    parts = [part for group in groups for part in _turned(window, basemap, group, closed=closed)]
    if d := _path(window, parts, closed=closed):
        yield element("path", d=d, **look)


def draw_seas(window: Window, shapes: Sequence[Mapping[str, Any] | None]) -> Iterator[str]:
    """Yield the seas of a story, which lie below the land so that their shores are true."""
    for shape in shapes:
        if shape and shape["form"] == "sea":
            yield from _ellipse(window, shape["box"], fill="url(#storymap-fade-sea)")


def draw_areas(
    window: Window, shapes: Sequence[Mapping[str, Any] | None], colours: Colours, *, strong: bool
) -> Iterator[str]:
    """Yield outlines, soft ellipses and, above all of them, courses; what fills the window tells nothing by a tint.

    Outlines are ``strong`` where there are no colours to tell a tint from the land.
    """
    courses = []
    for shape in shapes:
        if not shape or shape["form"] == "sea":
            continue
        if shape["form"] == "soft":
            yield from _ellipse(window, shape["box"], fill="url(#storymap-fade)", fill_opacity=".8")
            continue
        closed = shape["form"] == "area"
        parts = _clipped(window, decode(shape["d"], shape["q"], closed=closed), closed=closed)
        if not (d := _write(parts, closed=closed)):
            continue
        if closed:
            tint = "0" if _fills(window, parts) else ".07"
            yield element(
                "path", d=d, fill=colours["accent"], fill_opacity=tint, fill_rule="evenodd",
                stroke=colours["accent"], stroke_width=1, stroke_opacity=".5" if strong else ".22",
            )  # fmt: skip
        else:
            courses.append(
                element("path", d=d, fill="none", stroke=colours["accent"], stroke_opacity=".5", stroke_width=2.2)
            )
    yield from courses


def _turned(
    window: Window, basemap: Mapping[str, Any], group: Mapping[str, Any], *, closed: bool
) -> Iterator["Points"]:
    """Yield the parts of a group in each turn of the world that the window shows."""
    import numpy as np

    parts = decode(group["d"], group["q"], closed=closed)
    west, east = window.longitude(0), window.longitude(window.width)
    for turn in (-360.0, 0.0, 360.0):
        if east > basemap["frame"] + turn and west < basemap["frame"] + turn + 360:
            yield from (part + np.array([turn, 0.0]) for part in parts)


def _near_cut(values: "Points", cuts: Sequence[float], *, period: float) -> "npt.NDArray[np.bool_]":
    """Tell of each longitude or latitude whether it is that of a cut."""
    import numpy as np

    away = np.abs(values[:, None] - np.array(cuts))
    flags: npt.NDArray[np.bool_] = (np.minimum(away % period, period - away % period) < 1e-6).any(axis=1)
    return flags


def _shows_cut(window: Window, cuts: Mapping[str, Sequence[float]]) -> bool:
    """Tell whether the window shows a cut of the land."""
    import numpy as np

    west, east = window.longitude(-BLEED), window.longitude(window.width + BLEED)
    south, north = window.latitude(window.height + BLEED), window.latitude(-BLEED)
    xs = np.array([cut + turn for cut in cuts["x"] for turn in (-360, 0, 360)])
    ys = np.array(cuts["y"])
    return bool(((xs > west) & (xs < east)).any() or ((ys > south) & (ys < north)).any())


def _coasts(ring: "Points", cuts: Mapping[str, Sequence[float]]) -> Iterator["Points"]:
    """Yield a ring of land as lines, without its edges along cuts: there is no coast."""
    import numpy as np

    x, y = ring.T
    along = (np.diff(x) == 0) & _near_cut(x[1:], cuts["x"], period=360.0)
    along |= (np.diff(y) == 0) & _near_cut(y[1:], cuts["y"], period=1e9)
    for run in np.split(np.arange(len(ring)), np.flatnonzero(along) + 1):
        if len(run) > 1:
            yield ring[run]


def _path(window: Window, parts: Sequence["Points"], *, closed: bool) -> str:
    return _write(_clipped(window, parts, closed=closed), closed=closed)


def _clipped(window: Window, parts: Sequence["Points"], *, closed: bool) -> list["Points"]:
    """Return rings or lines in pixels, what the window shows of them, to `TOLERANCE`."""
    import numpy as np
    import shapely

    if not parts:
        return []
    counts = [len(part) for part in parts]
    first = np.concatenate(([0], np.cumsum(counts)[:-1])).astype(np.int64)
    frame = (-BLEED, -BLEED, window.width + BLEED, window.height + BLEED)
    whole = Stored(0.0, "", window.project(np.concatenate(parts)), first)
    kept = clip(whole, [frame], closed=closed)
    lines = shapely.simplify([shapely.LineString(part) for part in kept], TOLERANCE, preserve_topology=False)
    return [shapely.get_coordinates(line) for line in lines]


def _write(parts: Sequence["Points"], *, closed: bool) -> str:
    """Return rings or lines as the data of a path: steps in tenths of a pixel."""
    import numpy as np

    words = []
    for part in parts:
        tenths = np.rint(part * 10).astype(np.int64)
        steps = np.diff(tenths, axis=0)
        steps = steps[(steps != 0).any(axis=1)]
        if closed:
            steps = steps[:-1]
        if len(steps) < (2 if closed else 1):
            continue
        numbers = [_tenth(step) for step in steps.ravel().tolist()]
        start = f"M{number(tenths[0, 0] / 10)} {number(tenths[0, 1] / 10)}l"
        tail = "".join(
            text if text[0] == "-" or (text[0] == "." and "." in before) or not before else f" {text}"
            for before, text in zip(["", *numbers], numbers, strict=False)
        )
        words.append(start + tail + ("z" if closed else ""))
    return "".join(words)


def _tenth(step: int) -> str:
    """Return a number of tenths as SVG reads it shortest."""
    whole, rest = divmod(abs(step), 10)
    digits = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{digits}" if step < 0 else digits


def _fills(window: Window, rings: Sequence["Points"]) -> bool:
    """Tell whether an area covers the corners and the middle of the window."""
    width, height = window.width, window.height
    spots = [(0, 0), (width, 0), (0, height), (width, height), (width / 2, height / 2)]
    return all(sum(is_inside(ring, y, x) for ring in rings) % 2 for x, y in spots)


def _ellipse(window: Window, box: Sequence[float], **look: str) -> Iterator[str]:
    """Yield the soft ellipse of a box, none if it would fill the window."""
    import numpy as np

    south, west, north, east = box
    (left, bottom), (right, top) = window.project(np.array([[west, south], [east, north]])).tolist()
    x, y, rx, ry = (left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2
    corners = [(cx, cy) for cx in (0, window.width) for cy in (0, window.height)]
    if not all(((cx - x) / rx) ** 2 + ((cy - y) / ry) ** 2 < 1 for cx, cy in corners):
        yield element("ellipse", cx=x, cy=y, rx=rx, ry=ry, **look)
