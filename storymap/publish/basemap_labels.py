"""Choose the names that a base map prints.

In: the view, the box drawn in full detail, a language. Out: some hundred labels in the order in which
``assets/basemap.js`` is to find room for them; most wait for the reader to zoom or pan. `storymap.publish.basemap`
calls it; the names are read by ``basemap_names``.
"""

from collections.abc import Iterator, Sequence
from math import log2, log10
from typing import TYPE_CHECKING, NamedTuple

from storymap.publish.basemap_data import MAX_ZOOM, read_parts
from storymap.publish.basemap_names import (
    MERE,
    Name,
    choose_text,
    find_widest_spot,
    is_in,
    read_city_lines,
    read_names,
    share_of,
    turn_extent,
    unwrap_longitude,
)
from storymap.publish.districts import District
from storymap.publish.view import EDGE, Box

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import shapely

    Points = npt.NDArray[np.float64]
    Shares = dict[str, tuple[float, shapely.Geometry]]
    """Country code -> the part of the view that the country fills, and its shape there."""

__all__ = ["Frame", "choose_labels", "focus_countries", "visible_shares"]

MOST = {"country": 48, "district": 3, "sea": 12, "lake": 4, "river": 6, "admin1": 14, "city": 52}
"""Labels of a kind at most: together 8 to 12 KB. A screen shows forty or so, the others wait for zoom and pan."""

SCREEN = 700
"""Pixels a side of the map as we imagine it: between a telephone and a wide window."""

APART = 46
"""Pixels between two towns' dots at least: closer ones wait for a higher zoom."""

VISIBLE = 0.02
"""Share of the view that a country fills at least to be named in it, wherever its usual label point is."""

FILLING = 0.97
"""Share of the view from which a country needs no name in it: there is nothing to tell it from."""

ROOM = 0.06
"""Radius of open water, by the view's size, that a sea needs to be named in it: half of a short name."""

GLOBAL = 60.0
"""Degrees of a view that shows whole seas, so that none needs to be named where a screen shows more."""

PIN = (-0.06, -0.05, 0.26, 0.12)
"""What a pin with its name covers, by the view's size: west, south, east and north of its point."""

PART = 0.3
"""Size of a sea by the view's, from which it is what the view shows, and not a bay of it."""

DRY = 0.25
"""Part of the way to a sea's label point that may lie over land: Sicily, Sardinia, a cape."""

LEAST_RING = 3
"""Points that the ring of a polygon has at least, and one more."""

PARTS_OF_SEAS = frozenset({
    "storymap:north-pacific-ocean", "storymap:south-pacific-ocean",
    "storymap:north-atlantic-ocean", "storymap:south-atlantic-ocean",
    "storymap:central-mediterranean", "storymap:eastern-mediterranean", "storymap:western-mediterranean",
    "storymap:levantine-sea",
    "storymap:northeast-passage", "storymap:northwest-passage", "storymap:northern-sea-route",
})  # fmt: skip
"""Waters that news speak of and maps do not print, lest one sea have two names."""


ABOUT = 0.3
"""Share of the view that a country fills for the view to be about it, so that its first-level divisions are drawn."""

LARGE, MIDDLING = 0.5, 1.3
"""Towns are printed large or middling down to this many powers of ten below the largest in view."""

MOST_CITIES = 300
"""Towns of the box that are looked at: no map has room for more, and comparing each with all before it takes time."""

MOST_AROUND = 12
"""Cities around the box that are named."""

KNOWN = 0.3
"""What a name in a foreign language adds to a city's weight, in powers of ten of its population."""

FAR = 4.0
"""Rank from which a name is only seen by readers who zoom out or pan away."""

COARSE = 5.0
"""Degrees of view from which land in coarse detail tells well enough where open water is."""

STRETCH = 0.25
"""Part of the view's size that a river must run through it to be named."""

INSET = 0.05
"""How far below the top of a district's outline its name stands, by the view's size: over the pins, as a rule."""

CAPITAL = 2
"""Stored status of a national capital; 1 is a city that atlases print on maps of a continent."""

FAR_ZOOM = 3.0
"""Zoom up to which countries far from the view are named: the large ones."""

SMALL, BREADTH = 5.0, 12
"""Countries whose name waits for this zoom wait until they are so many pixels wide: San Marino, not Slovenia."""


class Frame(NamedTuple):
    """What a map shows: the view, what wide and tall screens show with it, the box drawn in full detail, the level.

    ``points`` are the story's places as latitude and longitude.
    """

    view: Box
    screen: Box
    box: Box
    level: int
    points: Sequence[tuple[float, float]]


class Label(NamedTuple):
    """A name on its way to the map: its place in the queue (low is first) and the zoom from which it may be shown."""

    kind: str
    text: str
    lat: float
    lon: float
    rank: float
    zoom: float
    size: int = 0


def choose_labels(frame: Frame, *, shares: "Shares", local: Sequence[District], lang: str) -> list[dict[str, object]]:
    """Return the labels of a map, most important first.

    Each has ``kind`` (country, sea, lake, river, admin1, district, city; "capital" for a national capital), ``text``,
    ``lat``, ``lon`` (unwrapped like the box), ``rank`` (the order in which to find room, low first), ``zoom`` (from
    which on) and ``size`` (0 to 2: how large a town is beside the largest in view). ``shares`` is what `visible_shares`
    says of the view; ``local`` are the districts that are drawn.
    """
    view, _, box, level, _ = frame
    max_zoom = MAX_ZOOM[level]
    start = log2(SCREEN * 360 / 256 / max(view[2] - view[0], view[3] - view[1]))
    cities = list(_cities(view, box, lang, start, max_zoom))
    towns = {label.text for label in cities if label.zoom <= start + 1}
    labels = [
        *_countries(view, box, lang, start, shares),
        *_seas(frame, lang, start),
        *_lakes(view, box, lang, start, level),
        *_rivers(view, lang, start, level),
        *(label for label in _divisions(box, lang, start, focus_countries(shares)) if label.text not in towns),
        *(label for label in _districts(view, lang, start, local) if label.text not in towns),
        *cities,
    ]
    chosen: list[Label] = []
    for kind, most in MOST.items():
        kinds = (kind, "capital") if kind == "city" else (kind,)
        fitting = [label for label in labels if label.kind in kinds and label.zoom <= max_zoom]
        chosen += sorted(fitting, key=lambda label: (label.rank, label.zoom, label.text))[:most]
    chosen.sort(key=lambda label: (label.rank, label.kind, label.text, label.lat))
    return [
        {
            "kind": label.kind,
            "text": label.text,
            "lat": round(label.lat, 3),
            "lon": round(label.lon, 3),
            "rank": round(label.rank, 2),
            "zoom": round(label.zoom, 1),
            "size": label.size,
        }
        for label in chosen
    ]


def visible_shares(view: Box) -> "Shares":
    """Return country code -> the part of the view that the country fills, and its shape there."""
    import shapely

    shapes: dict[str, list[shapely.Polygon]] = {}
    for row in read_parts("country", 2, [view]):
        shapes.setdefault(row.code, []).extend(shapely.Polygon(part) for part in row.parts)
    whole = (view[2] - view[0]) * (view[3] - view[1])
    joined = {code: shapely.MultiPolygon(parts) for code, parts in sorted(shapes.items())}
    return {code: (float(shapely.area(shape)) / whole, shape) for code, shape in joined.items()}


def focus_countries(shares: "Shares") -> frozenset[str]:
    """Return the countries whose first-level divisions matter: the view is about one of them, or two or three."""
    if max((share for share, _ in shares.values()), default=0) < ABOUT:
        return frozenset()
    return frozenset(code for code, (share, _) in shares.items() if share > ABOUT / 3)


def _countries(view: Box, box: Box, lang: str, start: float, shares: "Shares") -> Iterator[Label]:
    """Yield the countries, each named in the middle of what the view shows of it."""
    whole = (view[2] - view[0]) * (view[3] - view[1])
    for name in read_names("country"):
        lat, lon, zoom = name.lat, unwrap_longitude(name.lon, view), name.zoom
        share, shape = shares.get(name.code, (0.0, None))
        rank = (0.5 if is_in(view, lat, lon) else 1.2 if is_in(box, lat, lon) else FAR) + zoom / 20 - share
        if share >= VISIBLE:
            rank = 0.5 - share / 2
        elif rank >= FAR and zoom > FAR_ZOOM:
            continue
        if VISIBLE <= share < FILLING and shape is not None:
            if not is_in(view, lat, lon):
                lat, lon, _ = find_widest_spot(shape)
            zoom = min(zoom, start - 0.5)
        elif zoom >= SMALL and share > 0:
            zoom = max(zoom, log2(BREADTH * 360 / 256 / (share * whole) ** 0.5))
        elif share >= FILLING and is_in(view, lat, lon):
            continue
        if share < VISIBLE:
            # Near the view before far away, and what a screen has room for before what waits for a zoom: of the
            # neighbours of a map of Europe Portugal is named, not Mali or Liechtenstein.
            away = max(view[0] - lon, lon - view[2], view[1] - lat, lat - view[3], 0) / max(view[2] - view[0], 1)
            rank += away / 2 + max(zoom - start - 1, 0) / 2
        yield Label("country", choose_text(name.texts, lang), lat, lon, rank, zoom - 0.5)


def _seas(frame: Frame, lang: str, start: float) -> Iterator[Label]:
    """Yield the seas: one of which much is seen is named in open water of the view, or of what a screen adds to it.

    ``assets/basemap.js`` prints the first of two labels with one text for which it finds room.
    """
    view, box = frame.view, frame.box
    seas = [name for name in read_names("sea") if name.code not in PARTS_OF_SEAS]
    inside, around = _open_water(seas, frame, view), {}
    if view[2] - view[0] < GLOBAL:
        around = _open_water(seas, frame, frame.screen, hole=view)
    for sea in seas:
        text, zoom = choose_text(sea.texts, lang), sea.zoom
        spots = dict.fromkeys(spots[sea.code] for spots in (inside, around) if sea.code in spots)
        for number, (lat, lon) in enumerate(spots):
            rank = (0.6 if sea.code in inside else 0.8) + zoom / 40 + number / 1000
            yield Label("sea", text, lat, lon, rank, min(zoom, start) - 0.3)
        lat, lon = sea.lat, unwrap_longitude(sea.lon, view)
        rank = (0.7 if is_in(view, lat, lon) else 1.3 if is_in(box, lat, lon) else FAR) + zoom / 20
        if not spots and (rank < FAR or zoom < 2):
            yield Label("sea", text, lat, lon, rank, zoom - 0.3)


def _open_water(
    seas: Sequence[Name], frame: Frame, view: Box, hole: Box | None = None
) -> dict[str, tuple[float, float]]:
    """Return where in a view, outside a hole in it, a sea is named of which much is seen: id -> latitude, longitude.

    Water apart from other water in the view is that of the smallest sea that reaches there by its box and whose label
    point can be seen from there across water: Italy lies between the Adriatic and what is off Rome. What is left is
    the next larger sea's. One much smaller than the view takes its part, and is named at its own point alone.
    """
    import shapely

    size = max(view[2] - view[0], view[3] - view[1])
    near = [(sea, extent) for sea in seas if share_of(extent := turn_extent(sea, view), view) > ROOM**2]
    near.sort(key=lambda pair: (-pair[0].zoom, pair[0].code))
    if not near:
        return {}
    detail = 0 if size > GLOBAL else min(frame.level, 2) if size > COARSE else frame.level
    land = [shapely.Polygon(part) for row in read_parts("land", detail, [view]) for part in row.parts]
    water = _areas_outside(shapely.box(*view), shapely.union_all(shapely.make_valid(land)))
    if hole:
        water = _areas_outside(water, shapely.box(*hole))
    west, south, east, north = (size * part for part in PIN)
    pins = [shapely.box(lon + west, lat + south, lon + east, lat + north) for lat, lon in frame.points]
    free = _areas_outside(water, shapely.union_all(pins))
    home = {sea.code: (sea.lat, unwrap_longitude(sea.lon, view)) for sea, _ in near}
    inner = _areas_inside(free, shapely.box(*view).buffer(-ROOM * size))
    best: dict[str, tuple[float, float, float]] = {}
    for piece in shapely.get_parts(water):
        left = piece
        for sea, extent in near:
            if shapely.area(left) < (ROOM * size) ** 2:
                break
            own = _areas_inside(left, shapely.box(*extent))
            lat, lon, radius = find_widest_spot(own)
            here = shapely.intersects_xy(piece, *home[sea.code][::-1])
            if not radius or not (here or _is_across_water(sea, lat, lon)):
                continue
            left = _areas_outside(left, own)
            if radius < ROOM * size or max(extent[2] - extent[0], extent[3] - extent[1]) < PART * size:
                continue
            y, x, open_radius = find_widest_spot(_areas_inside(own, free))
            if shapely.intersects_xy(inner, *home[sea.code][::-1]):
                lat, lon = home[sea.code]
            elif open_radius > ROOM * size / 2:
                lat, lon = y, x
            best[sea.code] = max(best.get(sea.code, (0.0, 0.0, 0.0)), (radius, lat, lon))
    return {code: (lat, lon) for code, (_, lat, lon) in best.items()}


def _areas_inside(area: "shapely.Geometry", other: "shapely.Geometry") -> "shapely.Geometry":
    """Return what of an area lies inside another."""
    import shapely

    return _areas(shapely.intersection(area, other))


def _areas_outside(area: "shapely.Geometry", other: "shapely.Geometry") -> "shapely.Geometry":
    """Return what of an area lies outside another."""
    import shapely

    return _areas(shapely.difference(area, other))


def _areas(cut: "shapely.Geometry") -> "shapely.Geometry":
    """Return the areas of what a cut leaves, without lines and points: those cannot be cut again."""
    import shapely

    parts = shapely.get_parts(shapely.get_parts(cut))
    areas: shapely.Geometry = shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    return areas


def _is_across_water(sea: Name, lat: float, lon: float) -> bool:
    """Tell whether between a spot and the label point of a sea there is water, but for islands and capes."""
    import shapely

    x = unwrap_longitude(lon, (sea.lon, sea.lat, sea.lon, sea.lat))
    line = shapely.LineString([(sea.lon, sea.lat), (x, lat)])
    box = (min(x, sea.lon) - MERE, min(lat, sea.lat) - MERE, max(x, sea.lon) + MERE, max(lat, sea.lat) + MERE)
    land = [
        shapely.Polygon(part) for row in read_parts("land", 1, [box]) for part in row.parts if len(part) > LEAST_RING
    ]
    dry = shapely.length(shapely.intersection(line, shapely.union_all(shapely.make_valid(land))))
    return bool(dry <= DRY * shapely.length(line))


def _lakes(view: Box, box: Box, lang: str, start: float, level: int) -> Iterator[Label]:
    """Yield the lakes in the box; a large one of which the view shows but a part is named there."""
    import shapely

    size = max(view[2] - view[0], view[3] - view[1])
    left: shapely.Geometry | None = None
    # The smallest first: Lake Michigan before the Great Lakes.
    for name in sorted(read_names("lake"), key=lambda name: -name.zoom):
        lat, lon, zoom = name.lat, unwrap_longitude(name.lon, box), name.zoom
        extent = turn_extent(name, view)
        if not is_in(view, lat, lon) and share_of(extent, view) > ROOM:
            if left is None:
                rings = [shapely.Polygon(part) for row in read_parts("lakes", level, [view]) for part in row.parts]
                left = shapely.union_all(shapely.make_valid(rings))
            y, x, radius = find_widest_spot(_areas_inside(left, shapely.box(*extent)))
            if radius > ROOM * size:
                lat, lon, zoom = y, x, min(zoom, start)
                left = _areas_outside(left, shapely.box(*extent))
        if is_in(box, lat, lon):
            rank = 1.6 + max(zoom - start, 0) / 4 + zoom / 20 + (not is_in(view, lat, lon))
            yield Label("lake", choose_text(name.texts, lang), lat, lon, rank, zoom)


def _rivers(view: Box, lang: str, start: float, level: int) -> Iterator[Label]:
    """Yield the rivers that are drawn, each named in the middle of its longest stretch in the view."""
    stretches: dict[str, tuple[float, float, Points]] = {}
    for row in read_parts("rivers", level, [view]):
        for part in row.parts if row.code else ():
            length = float(abs(part[1:] - part[:-1]).sum())
            if length > stretches.get(row.code, (0.0,))[0]:
                stretches[row.code] = (length, row.zoom, part)
    size = max(view[2] - view[0], view[3] - view[1])
    for name in read_names("river"):
        if name.code not in stretches:
            continue
        length, zoom, part = stretches[name.code]
        if length > STRETCH * size:
            lon, lat = part[len(part) // 2].tolist()
            # A little later than the line, lest the map be full of names.
            yield Label(
                "river",
                choose_text(name.texts, lang),
                lat,
                lon,
                1.5 + zoom / 10 - length / size / 4,
                max(zoom + 0.5, start - 1),
            )


def _divisions(box: Box, lang: str, start: float, focus: frozenset[str]) -> Iterator[Label]:
    """Yield first-level divisions of the countries in focus, neither far larger nor far smaller than the view."""
    for name in read_names("admin1", box):
        lat, lon = name.lat, unwrap_longitude(name.lon, box)
        if name.code in focus and start - 4 < name.zoom < start + 2 and is_in(box, lat, lon):
            rank = 1.8 + max(name.zoom - start, 0) + name.zoom / 20
            yield Label("admin1", choose_text(name.texts, lang), lat, lon, rank, name.zoom)


def _districts(view: Box, lang: str, start: float, local: Sequence[District]) -> Iterator[Label]:
    """Yield the districts that are drawn, each named along the top of what the view shows of it."""
    import shapely

    inset = INSET * max(view[2] - view[0], view[3] - view[1])
    for one in local:
        seen = shapely.clip_by_rect(shapely.make_valid(shapely.Polygon(one.rings[0])), *view)
        west, _, east, north = shapely.bounds(seen)
        line = shapely.LineString([(west, north - inset), (east, north - inset)])
        across = max(shapely.get_parts(shapely.intersection(seen, line)), key=shapely.length, default=None)
        if across is not None and not across.is_empty:
            lon, lat = shapely.get_coordinates(shapely.centroid(across))[0].tolist()
            yield Label("district", choose_text(one.names, lang), lat, lon, 0.9, start - 1)


def _cities(view: Box, box: Box, lang: str, start: float, max_zoom: int) -> list[Label]:
    """Return the cities, spaced out: the less important of two near ones waits until there is room.

    They are the most important of the box, and the largest of its wider surroundings for readers who zoom out.
    """
    import numpy as np

    width, height = box[2] - box[0], box[3] - box[1]
    wide = (box[0] - 2 * width, max(box[1] - 2 * height, -EDGE), box[2] + 2 * width, min(box[3] + 2 * height, EDGE))
    found = []
    for line in read_city_lines(box):
        name, lat_text, lon_text, population, status, others = line.split("\t")
        lat, lon = float(lat_text), unwrap_longitude(float(lon_text), box)
        if is_in(wide, lat, lon):
            # Foreign names tell a city from its populous suburbs: Mosul, Mossoul, but only Al Mawsil al Jadidah.
            weight = log10(max(int(population), 1)) + (0, 0.4, 1.3)[int(status)] + (KNOWN if others else 0)
            found.append((weight, name, lat, lon, int(status), others))
    found.sort(key=lambda city: (not is_in(box, city[2], city[3]), -city[0], city[1], city[2]))
    inside = sum(is_in(box, city[2], city[3]) for city in found)
    found = found[: min(inside, MOST_CITIES)] + found[inside : inside + MOST_AROUND]
    inside = min(inside, MOST_CITIES)
    largest = max((city[0] for city in found if is_in(view, city[2], city[3])), default=0)
    lats, lons = (np.array([city[field] for city in found]) for field in (2, 3))
    apart = np.hypot(lons[:, None] - lons, (lats[:, None] - lats) / np.cos(np.radians(lats))[:, None])
    apart[np.triu_indices(len(found))] = 360.0
    nearest = apart.min(axis=1, initial=360.0).tolist()
    labels = []
    for index, (weight, name, lat, lon, importance, others) in enumerate(found):
        zoom = max(log2(APART * 360 / 256 / max(nearest[index], 0.001)), 9.5 - 1.1 * weight)
        text = dict(pair.split("=", 1) for pair in others.split("|") if pair).get(lang, name)
        rank = (0.5 if importance == CAPITAL else 0.6) + (8 - weight) / 4 + max(zoom - start, 0)
        rank += 0 if is_in(view, lat, lon) else 0.5
        size = 2 if weight > largest - LARGE else 1 if weight > largest - MIDDLING else 0
        kind = "capital" if importance == CAPITAL else "city"
        labels.append(Label(kind, text, lat, lon, rank if index < inside else FAR + rank / 10, zoom, size))
    near = sorted((label for label in labels[:inside] if label.zoom <= max_zoom), key=lambda label: label.rank)
    return near[: MOST["city"] - MOST_AROUND] + labels[inside:]
