"""Where a static map shows what: the window on the world, and the heads of the pins.

In: the view and the pins of a story, the size of the map. Out: the same places in pixels that Leaflet and our scripts
give them on a live map of that size without steps (``map.html?plain=true``): the rules are those of `fit` in
``assets/story.js`` and of ``assets/spread.js``. `storymap.publish.static` calls it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asinh, atan, cos, degrees, floor, hypot, log2, pi, radians, sin, sinh, sqrt, tan
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Points = npt.NDArray[np.float64]

__all__ = ["HEAD", "Bounds", "Box", "Spot", "Window", "fit", "spread"]

HEAD, STEM = 27.0, 25.0
"""Pixels across a pin's head, and from its point to the middle of the head."""

TILE = 256
"""Pixels of the world at zoom 0."""

SNAP = 0.25
"""Steps of zoom, as the map's option ``zoomSnap``."""

EDGE = 85.0511287798
"""Latitude at which the square world of a web map ends."""

POINT = 4.0
"""Pixels around a point that heads leave free."""

MARGIN, INSET, EDGE_LEAST = 14.0, 38.0, 20.0
"""Pixels from the edge at which a point is out of sight, at which the head of one that is out of sight stands, and that
such a head keeps from the edge where there is little room."""

TRIES, TURN = 2000, 2.4
"""Places that are tried for a head, and radians from one to the next, by which no two lie in one direction."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""

Bounds = Sequence[Sequence[float]]
"""South-west and north-east corner, each lat, lon."""


class Window(NamedTuple):
    """A map of a size in pixels: its zoom, and where its upper left corner lies in the world of that zoom."""

    width: float
    height: float
    zoom: float
    left: float
    top: float

    def project(self, points: "Points") -> "Points":
        """Return lon, lat in degrees as x, y in pixels from the upper left corner."""
        import numpy as np

        lat = np.radians(np.clip(points[:, 1], -EDGE, EDGE))
        size = TILE * 2**self.zoom
        x = size * (points[:, 0] / 360 + 0.5) - self.left
        y = size * (0.5 - np.arcsinh(np.tan(lat)) / (2 * pi)) - self.top
        return np.column_stack((x, y))

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        """Return a point in pixels, whole ones as Leaflet's for markers are."""
        x, y = _project(lat, lon, self.zoom)
        return floor(x + 0.5) - self.left, floor(y + 0.5) - self.top

    def longitude(self, x: float) -> float:
        """Return the longitude at a distance from the left side."""
        return ((x + self.left) / (TILE * 2**self.zoom) - 0.5) * 360

    def latitude(self, y: float) -> float:
        """Return the latitude at a distance from the upper side."""
        return degrees(atan(sinh((0.5 - (y + self.top) / (TILE * 2**self.zoom)) * 2 * pi)))


def _project(lat: float, lon: float, zoom: float) -> tuple[float, float]:
    size = TILE * 2**zoom
    lat = max(-EDGE, min(EDGE, lat))
    return size * (lon / 360 + 0.5), size * (0.5 - asinh(tan(radians(lat))) / (2 * pi))


def fit(bounds: Bounds, width: float, height: float, max_zoom: float) -> Window:
    """Return the window in which a live map of a size first shows the bounds."""
    (south, west), (north, east) = bounds
    side = min(56.0, width * 0.11)
    # On the right the live map has its buttons.
    left, right = side, max(side, 62.0)
    top, bottom = max(42.0, min(64.0, height * 0.16)), max(20.0, min(40.0, height * 0.1))
    x0, y1 = _project(south, west, 0)
    x1, y0 = _project(north, east, 0)
    scale = min((width - left - right) / max(x1 - x0, 1e-9), (height - top - bottom) / max(y1 - y0, 1e-9))
    zoom = log2(scale) if scale > 0 else 0.0
    # Leaflet goes down to the next step, but not for a hundredth of one.
    zoom = floor(floor(zoom / (SNAP / 100) + 0.5) * (SNAP / 100) / SNAP) * SNAP
    zoom = max(0.0, min(float(max_zoom), zoom))
    size = 2**zoom
    x = (x0 + x1) * size / 2 + (right - left) / 2 - width / 2
    y = (y0 + y1) * size / 2 + (bottom - top) / 2 - height / 2
    return Window(width, height, zoom, floor(x + 0.5), floor(y + 0.5))


@dataclass(slots=True)
class Spot:
    """A pin on the map: ``at_x``, ``at_y`` its point, ``x``, ``y`` its head; ``off`` if the point is out of sight.

    ``half`` is the radius of the head with all that is around it.
    """

    at_x: float
    at_y: float
    x: float
    y: float
    area: bool
    off: bool = False
    half: float = HEAD / 2

    def is_moved(self) -> bool:
        """Tell whether the head does not stand where it would alone, so that a needle leads to its point."""
        return hypot(self.x - self.at_x, self.y - self.at_y) > (3 if self.area else STEM + 3)


def spread(window: Window, home: Bounds, pins: Sequence[tuple[float, float, bool]]) -> list[Spot]:
    """Return where the pins stand: each head as near to its own spot as there is room.

    Parameters
    ----------
    window
        The map.
    home
        What it shows first; a pin beyond it and out of sight stands at the edge.
    pins
        Latitude, longitude and whether it is an area, of each.
    """
    (south, west), (north, east) = home
    spots = []
    for lat, lon, area in pins:
        x, y = window.place(lat, lon)
        seen = MARGIN <= x <= window.width - MARGIN and INSET <= y <= window.height
        off = not seen and not (south <= lat <= north and west <= lon <= east)
        spots.append(Spot(x, y, x, y - (0 if area or off else STEM), area, off))
    taken = [_around(spot.at_x, spot.at_y, POINT) for spot in spots if not (spot.off or spot.area)]
    for spot in spots:
        if spot.off:
            _send_to_edge(spot, window)
        spot.x, spot.y = _find_room(spot, taken, window)
        taken.append(_around(spot.x, spot.y, HEAD / 2))
    return spots


def _around(x: float, y: float, reach: float) -> Box:
    return x - reach, y - reach, x + reach, y + reach


def _find_room(spot: Spot, taken: Sequence[Box], window: Window) -> tuple[float, float]:
    """Return the first place free of heads and points on a spiral around where the head would stand alone.

    It is on the map, unless the point itself is not.
    """
    x, y = spot.x, spot.y
    away = not spot.off and not _is_inside(spot.at_x, spot.at_y, 2, window)
    for turn in range(TRIES):
        x = spot.x + floor(5 * sqrt(turn) * cos(TURN * turn) + 0.5)
        y = spot.y + floor(5 * sqrt(turn) * sin(TURN * turn) + 0.5)
        left, top, right, bottom = _around(x, y, HEAD / 2 + 1)
        free = all(right < box[0] or left > box[2] or bottom < box[1] or top > box[3] for box in taken)
        if free and (away or _is_inside(x, y, EDGE_LEAST, window)):
            break
    return x, y


def _is_inside(x: float, y: float, edge: float, window: Window) -> bool:
    return edge < x < window.width - edge and edge < y < window.height - edge


def _send_to_edge(spot: Spot, window: Window) -> None:
    """Put a head near the edge, on the way from the middle of the map to its point."""
    middle_x, middle_y = window.width / 2, window.height / 2
    way_x, way_y = spot.at_x - middle_x, spot.at_y - middle_y
    parts = [(middle - INSET) / abs(way) for middle, way in ((middle_x, way_x), (middle_y, way_y)) if way]
    spot.x, spot.y = (floor(middle + way * min(parts) + 0.5) for middle, way in ((middle_x, way_x), (middle_y, way_y)))
