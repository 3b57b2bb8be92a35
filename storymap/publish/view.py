"""Pins -> what the map shows first.

`choose_view` is called by `storymap.publish.draw`; all that draws the land works with the same boxes and projection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import asinh, atan, degrees, log, radians, sinh, tan

from storymap.model import Kind, Role
from storymap.publish.pins import Pin

__all__ = ["EDGE", "Box", "View", "choose_view", "eastward", "latitude", "mercator"]

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees; east is always greater than west, so it may be greater than 180."""

EDGE = 85.0
"""Latitude at which a web map in Mercator's projection ends."""

WORLD = (-130.0, -50.0, 165.0, 70.0)
"""What a story without places shows: the inhabited lands."""

_EXTENT = {Kind.STREET: 0.3, Kind.DISTRICT: 0.6, Kind.CITY: 3.0, Kind.FACILITY: 3.0, Kind.MOUNTAIN: 3.0}
_EXTENT_OF_AREA = 8.0
"""Least width of a view in degrees, by kind of place: a town with the towns around it, a country with its neighbours.
Anything smaller shows a dot in the void."""

_ASIDE = 0.3
"""So much of a story's weight may lie outside its first view. More is no aside but a second scene."""

_WORTH_IT = 0.6
"""A cut must shrink the view to this share of its size: what gains less is not worth a pin at the edge."""

_IN_HEADLINE = 4.0
_NOT_ITSELF = 0.5
"""Weights of a mention: in the headline, where the scene is set, and one that stands for a government or is part of
another name; a plain one weighs 1."""


@dataclass(frozen=True, slots=True)
class View:
    """What a map shows first, ``home``, and the box that holds all pins, ``whole``. Often they are the same."""

    home: Box
    whole: Box


def choose_view(pins: Sequence[Pin]) -> View:
    """Return the view of a story's scene.

    A story that happens in one place often names a capital at the other end of the world. A map that showed both would
    show neither, so places of little weight that lie far off stay outside; the page draws their pins at its edge.
    """
    if not pins:
        return View(WORLD, WORLD)
    west = _west_end([pin.entry.lon for pin in pins])
    return View(_box(_scene(pins, west), west), _box(pins, west))


def mercator(lat: float) -> float:
    """Return the latitude in degrees of Mercator's projection, which are as long as those of longitude."""
    return degrees(asinh(tan(radians(lat))))


def latitude(y: float) -> float:
    """Return the latitude of what `mercator` returns."""
    return degrees(atan(sinh(radians(y))))


def eastward(longitude: float, west: float) -> float:
    """Return the longitude as it is counted when one goes east from ``west``."""
    return west + (longitude - west) % 360


@dataclass(frozen=True, slots=True)
class _Span:
    """Some pins on the plane of the map: degrees east, and as many degrees north as Mercator's projection stretches.

    ``least`` is the width a view of them has at least.
    """

    weight: float
    west: float
    south: float
    east: float
    north: float
    least: float

    @property
    def size(self) -> float:
        return max(self.east - self.west, self.north - self.south, self.least)

    def join(self, other: "_Span") -> "_Span":
        west, south = min(self.west, other.west), min(self.south, other.south)
        east, north = max(self.east, other.east), max(self.north, other.north)
        return _Span(self.weight + other.weight, west, south, east, north, min(self.least, other.least))


def _span(pin: Pin, start: float) -> _Span:
    weight = sum(
        _IN_HEADLINE if mention.sentence == 0 else 1.0 if mention.role is Role.LITERAL else _NOT_ITSELF
        for mention in pin.place.mentions
    )
    # A place without mentions, as a story.json may hold one, still weighs something.
    weight = max(weight, _NOT_ITSELF)
    x, y = eastward(pin.entry.lon, start), mercator(max(-EDGE, min(EDGE, pin.entry.lat)))
    return _Span(weight, x, y, x, y, _extent(pin))


def _scene(pins: Sequence[Pin], start: float) -> Sequence[Pin]:
    """Cut away, side by side, far pins of little weight as long as the view gains by it."""
    points = [(_span(pin, start), pin) for pin in pins]
    budget = _ASIDE * sum(span.weight for span, _ in points)
    while True:
        best, lost_by_best, rest = 0.0, 0.0, points
        by_x, by_y = sorted(points, key=lambda p: p[0].west), sorted(points, key=lambda p: p[0].south)
        for ordered in (by_x, by_x[::-1], by_y, by_y[::-1]):
            *kept, whole = accumulate((span for span, _ in ordered), _Span.join)
            for cut, span in enumerate(kept, 1):
                lost = whole.weight - span.weight
                shrunk = span.size / whole.size
                if lost <= budget and shrunk <= _WORTH_IT and -log(shrunk) > best * lost:
                    best, lost_by_best, rest = -log(shrunk) / lost, lost, ordered[:cut]
        if rest is points:
            return [pin for _, pin in points]
        budget -= lost_by_best
        points = rest


def _extent(pin: Pin) -> float:
    return _EXTENT.get(pin.entry.kind, _EXTENT_OF_AREA)


def _box(pins: Sequence[Pin], start: float) -> Box:
    if len(pins) == 1 and pins[0].entry.bbox:
        west, south, east, north = pins[0].entry.bbox
        west = eastward(west, start - 180)
        east = eastward(east, west)
    else:
        longitudes = [eastward(pin.entry.lon, start) for pin in pins]
        latitudes = [pin.entry.lat for pin in pins]
        west, east, south, north = min(longitudes), max(longitudes), min(latitudes), max(latitudes)
    least = min(_extent(pin) for pin in pins)
    wider, higher = max(0.0, least - (east - west)) / 2, max(0.0, least / 2 - (north - south)) / 2
    return west - wider, max(south - higher, -EDGE), east + wider, min(north + higher, EDGE)


def _west_end(longitudes: Sequence[float]) -> float:
    """Return the west end of the shortest arc that holds all: Fiji and Samoa are neighbours."""
    ordered = sorted(set(longitudes))
    following = [*ordered[1:], ordered[0] + 360]
    gaps = [after - before for before, after in zip(ordered, following, strict=True)]
    widest = gaps.index(max(gaps))
    return ordered[(widest + 1) % len(ordered)]
