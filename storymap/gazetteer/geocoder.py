"""The gazetteer as a geopy geocoder, so that it stands wherever a geopy service stands, and never leaves the machine.

Called by users; it is the seam to other geocoders, which have the same two methods.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderQueryError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point

from storymap.gazetteer.store import Gazetteer
from storymap.model import Entry, Kind

__all__ = ["GazetteerGeocoder"]

MOST_ANSWERS = 10
"""How many locations a query with ``exactly_one=False`` brings, unless ``limit`` says otherwise."""

STRUCTURE = {
    "name": frozenset(Kind),
    "amenity": frozenset({Kind.FACILITY}),
    "street": frozenset({Kind.STREET}),
    "city": frozenset({Kind.CITY, Kind.DISTRICT}),
    "county": frozenset({Kind.ADMIN2}),
    "state": frozenset({Kind.ADMIN1}),
    "country": frozenset({Kind.COUNTRY}),
    "postalcode": frozenset[Kind](),
}
"""Keys of a structured query, from the inside out, with the kinds of place they ask for first.

The first that is there names the place, the others what it lies in. A postal code is known to no gazetteer, so it
narrows nothing.
"""


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
        An open one, such as ``Gazetteer.open(house="house-places.csv")``; by default that of the package.
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
        self,
        query: str | Mapping[str, str],
        *,
        exactly_one: bool = True,
        limit: int | None = None,
        language: str | None = None,
        country_codes: str | Sequence[str] | None = None,
        timeout: object = DEFAULT_SENTINEL,
    ) -> Location | list[Location] | None:
        """Return the place that `query` names, the likeliest first; None if there is none.

        Parameters
        ----------
        query
            A name in any language, with what it lies in after a comma: "Lissabon", "Paris, Texas"; or a mapping with
            some of the keys name, amenity, street, city, county, state, postalcode and country. None and NaN, as a
            column of pandas holds them, are a query without an answer.
        exactly_one
            One location, or a list of up to ten.
        limit
            Another length of the list.
        language
            Language of the query and the addresses, where it is not that of the geocoder.
        country_codes
            ISO 3166-1 alpha-2 code, or several: only places there.
        timeout
            Taken for the sake of geopy's interface; nothing here waits.

        Raises
        ------
        geopy.exc.GeocoderQueryError
            If the query is neither text nor a mapping with these keys.
        ValueError
            If `limit` is less than 1.
        """
        text, kinds = _parsed(query)
        lang = self._language(language)
        codes = {code.upper() for code in ([country_codes] if isinstance(country_codes, str) else country_codes or ())}
        found = [
            entry
            for entry in self.gazetteer.lookup(text, lang)
            if not codes or not codes.isdisjoint(entry.country.split())
        ]
        found.sort(key=lambda entry: entry.kind not in kinds)
        return self._answer(found, lang, exactly_one=exactly_one, limit=limit)

    def reverse(
        self,
        query: Point | tuple[float, float] | str,
        *,
        exactly_one: bool = True,
        limit: int | None = None,
        language: str | None = None,
        timeout: object = DEFAULT_SENTINEL,
    ) -> Location | list[Location] | None:
        """Return the town nearest to a point (latitude, longitude in degrees WGS84); None at sea.

        The other parameters are those of `geocode`.

        Raises
        ------
        ValueError
            If the query is no point on earth, or `limit` is less than 1.
        """
        point = Point(query)
        near = self.gazetteer.nearest(point.latitude, point.longitude, limit=limit or MOST_ANSWERS)
        return self._answer(near, self._language(language), exactly_one=exactly_one, limit=limit)

    def _language(self, language: str | None) -> str:
        """Return the language of an answer; of "de-AT" and "de,en;q=0.8", as services take them, the first."""
        return re.split(r"[-_,;]", language or self.lang)[0].lower()

    def _answer(
        self, entries: list[Entry], lang: str, *, exactly_one: bool, limit: int | None
    ) -> Location | list[Location] | None:
        if limit is not None and limit < 1:
            raise ValueError(f"The limit is {limit}. Give 1 or more.")
        count = 1 if exactly_one else limit or MOST_ANSWERS
        locations = [self._location(entry, lang) for entry in entries[:count]]
        if exactly_one or not locations:
            return locations[0] if locations else None
        return locations

    def _location(self, entry: Entry, lang: str) -> Location:
        label = self.gazetteer.label(entry, lang)
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


def _parsed(query: object) -> tuple[str, frozenset[Kind]]:
    """Return a query as text, from the inside out, and the kinds of place it asks for first."""
    if isinstance(query, str):
        return query, STRUCTURE["name"]
    if query is None or (isinstance(query, float) and math.isnan(query)):
        return "", STRUCTURE["name"]
    if not isinstance(query, Mapping) or not set(query) <= set(STRUCTURE):
        raise GeocoderQueryError(
            f"{query!r} is no query. Give text, or a mapping with keys of: {', '.join(STRUCTURE)}."
        )
    asked = [key for key, kinds in STRUCTURE.items() if kinds and query.get(key)]
    return ", ".join(str(query[key]) for key in asked), STRUCTURE[asked[0]] if asked else frozenset()
