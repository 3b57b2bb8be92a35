"""Where a static map shows what: the window on the world, and the heads of the pins.

In: the view and the pins of a story, the size of the map. Out: the same places in pixels that Leaflet and our scripts
give them on a live map of that size without steps (``map.html?plain=true``): the rules are those of `fit` in
``assets/story.js`` and of ``assets/spread.js``. `storymap.publish.static` calls it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import asinh, atan, cos, degrees, floor, hypot, inf, log2, pi, radians, sin, sinh, tan
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Points = npt.NDArray[np.float64]

__all__ = ["HEAD", "Bounds", "Spot", "Window", "fit", "spread"]

HEAD, STEM = 27.0, 25.0
"""Pixels across a pin's head, and from its point to the middle of the head."""

TILE = 256
"""Pixels of the world at zoom 0."""

SNAP = 0.25
"""Steps of zoom, as the map's option ``zoomSnap``."""

EDGE = 85.0511287798
"""Latitude at which the square world of a web map ends."""

ROUNDS, CLEARING = 140, 80
"""Rounds in which heads move apart, and those in which they also make room for the points of others."""

CROWD = 60
"""Pins from which only pairs that stand near each other are looked at again in each round."""

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
    """Return where the pins stand: heads that would cover each other move apart.

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
        spot = Spot(x, y, x, y - (0 if area else STEM), area)
        seen = 0 <= x <= window.width and 0 <= y <= window.height
        spot.off = not seen and not (south <= lat <= north and west <= lon <= east)
        if spot.off:
            _send_to_edge(spot, window)
        spots.append(spot)
    _fan(spots)
    for turn in range(ROUNDS):
        still = not _part(spots)
        # A head should not hide the point of another pin either; in a crowd the heads go first.
        if turn < CLEARING and _clear(spots):
            still = False
        for spot in spots:
            _keep_at_edge(spot, window)
        if still:
            break
    for spot in spots:
        spot.x = spot.at_x + floor(spot.x - spot.at_x + 0.5)
        spot.y = spot.at_y + floor(spot.y - spot.at_y + 0.5)
    return spots


def _pairs(spots: Sequence[Spot]) -> Iterator[tuple[Spot, Spot]]:
    """Yield the pairs that may be near each other, each in the order of the pins."""
    if len(spots) < CROWD:
        yield from ((a, b) for i, a in enumerate(spots) for b in spots[i + 1 :])
        return
    import numpy as np

    x, y = np.array([spot.x for spot in spots]), np.array([spot.y for spot in spots])
    reach = 2 * HEAD
    near = np.triu((np.abs(x[:, None] - x) < reach) & (np.abs(y[:, None] - y) < reach), 1)
    yield from ((spots[i], spots[j]) for i, j in np.argwhere(near).tolist())


def _part(spots: Sequence[Spot]) -> bool:
    """Push heads that cover each other apart; tell whether any moved."""
    moved = False
    for a, b in _pairs(spots):
        dx, dy = b.x - a.x, b.y - a.y
        if abs(dx) >= HEAD + 2 or abs(dy) >= HEAD + 2:
            continue
        apart = hypot(dx, dy)
        # The heads are round, what a finger hits on the live map is square.
        square = max(abs(dx), abs(dy))
        if apart >= HEAD + 2 and square >= HEAD - 2:
            continue
        if apart < 0.01:
            dx, dy, apart = 1.0, 0.0, 1.0
        wanted = max(HEAD + 2.5, apart * (HEAD - 1.5) / max(square, 1))
        push = (min(wanted, 1.5 * HEAD) - min(apart, HEAD)) / 2 / apart
        a.x -= dx * push
        a.y -= dy * push
        b.x += dx * push
        b.y += dy * push
        moved = True
    return moved


def _clear(spots: Sequence[Spot]) -> bool:
    """Push heads off the points of other pins; tell whether any moved."""
    moved = False
    points = [spot for spot in spots if not spot.area and not spot.off]
    for head in spots:
        for other in points:
            dx, dy = head.x - other.at_x, head.y - other.at_y
            if head is other or abs(dx) > HEAD or abs(dy) > HEAD:
                continue
            apart = hypot(dx, dy)
            if 0.01 <= apart < HEAD / 2 + 4:
                head.x += dx / apart * 2
                head.y += dy / apart * 2
                moved = True
    return moved


def _send_to_edge(spot: Spot, window: Window) -> None:
    """Put a head where the way from the middle of the map to its point leaves the map."""
    middle_x, middle_y = window.width / 2, window.height / 2
    way_x, way_y = spot.at_x - middle_x, spot.at_y - middle_y
    part = min(middle_x / abs(way_x) if way_x else inf, middle_y / abs(way_y) if way_y else inf)
    spot.x, spot.y = middle_x + way_x * part, middle_y + way_y * part


def _keep_at_edge(spot: Spot, window: Window) -> None:
    if not spot.off:
        return
    inset = HEAD / 2 + 10
    buttons = 46 if spot.y < 124 + inset else 0
    spot.x = max(inset, min(window.width - inset - buttons, spot.x))
    spot.y = max(inset, min(window.height - inset - 14, spot.y))


def _fan(spots: Sequence[Spot]) -> None:
    """Put the heads of pins at one point around it like a fan, the first on the left."""
    left = list(spots)
    for spot in spots:
        twins = [other for other in left if not other.off and hypot(other.at_x - spot.at_x, other.at_y - spot.at_y) < 2]
        if not any(other is spot for other in left) or len(twins) < 2:
            continue
        step = min(1.0, 5.6 / len(twins))
        radius = (HEAD + 3) / 2 / sin(step / 2)
        for k, twin in enumerate(twins):
            angle = (k - (len(twins) - 1) / 2) * step
            twin.x, twin.y = spot.at_x + radius * sin(angle), spot.at_y - radius * cos(angle)
        left = [other for other in left if not any(other is twin for twin in twins)]
