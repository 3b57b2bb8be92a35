"""The gazetteer as a geopy geocoder, so that it stands wherever a geopy service stands, and never leaves the machine.

Called by users; it is the seam to other geocoders, which have the same two methods.
"""

from collections.abc import Mapping
from typing import NoReturn

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderQueryError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point

from storymap.gazetteer.store import Gazetteer
from storymap.model import Entry

__all__ = ["GazetteerGeocoder"]

MOST_ANSWERS = 10
"""How many locations a query with ``exactly_one=False`` brings at most."""


class _NoNetwork(BaseSyncAdapter):
    """An adapter that cannot open a socket: that the geocoder is offline is a fact, not a hope."""

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> NoReturn:
        raise GeocoderQueryError(f"The embedded gazetteer asks no server, so {url} is not fetched.")

    get_text = get_json


class GazetteerGeocoder(Geocoder):
    """A geopy `Geocoder` over the embedded gazetteer: offline, without a key or a limit.

    Parameters
    ----------
    gazetteer
        An open one; by default that of the package.
    lang
        Language of the addresses, as an ISO 639-1 code.

    Examples
    --------
    >>> GazetteerGeocoder(lang="de").geocode("Lissabon").address
    'Lissabon, Lisbon District, PT'
    """

    def __init__(self, gazetteer: Gazetteer | None = None, *, lang: str = "en") -> None:
        super().__init__(adapter_factory=_NoNetwork)
        self.gazetteer = gazetteer or Gazetteer.open()
        self.lang = lang

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: object = DEFAULT_SENTINEL
    ) -> Location | list[Location] | None:
        """Return the place that `query` names, the likeliest first; None if there is none.

        Parameters
        ----------
        query
            A name in any language, with what it lies in after a comma: "Lissabon", "Paris, Texas".
        exactly_one
            One location, or a list of up to ten.
        timeout
            Taken for the sake of geopy's interface; nothing here waits.
        """
        return self._answer(self.gazetteer.search(query)[:MOST_ANSWERS], exactly_one=exactly_one)

    def reverse(
        self, query: Point | tuple[float, float] | str, *, exactly_one: bool = True, timeout: object = DEFAULT_SENTINEL
    ) -> Location | list[Location] | None:
        """Return the town nearest to a point (latitude, longitude in degrees WGS84); None at sea.

        The other parameters are those of `geocode`.
        """
        point = Point(query)
        near = self.gazetteer.nearest(point.latitude, point.longitude, limit=1 if exactly_one else MOST_ANSWERS)
        return self._answer(near, exactly_one=exactly_one)

    def _answer(self, entries: list[Entry], *, exactly_one: bool) -> Location | list[Location] | None:
        if not entries:
            return None
        locations = [self._location(entry) for entry in entries]
        return locations[0] if exactly_one else locations

    def _location(self, entry: Entry) -> Location:
        label = self.gazetteer.label(entry, self.lang)
        address = ", ".join(dict.fromkeys(filter(None, (label, entry.admin1, entry.country))))
        raw = {
            "id": entry.id,
            "name": entry.name,
            "kind": str(entry.kind),
            "country": entry.country,
            "admin1": entry.admin1,
            "population": entry.population,
            "bbox": entry.bbox,
        }
        return Location(address, (entry.lat, entry.lon), raw)
