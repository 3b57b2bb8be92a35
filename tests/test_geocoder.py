"""The geocoder keeps geopy's contract, and no socket can be opened through it."""

import pandas as pd
import pytest
from geopy.exc import GeocoderQueryError
from geopy.extra.rate_limiter import RateLimiter
from geopy.point import Point

from storymap import GazetteerGeocoder


@pytest.fixture(scope="module")
def geocoder():
    return GazetteerGeocoder(lang="de")


def test_one_place(geocoder):
    location = geocoder.geocode("Lissabon")
    assert (round(location.latitude), round(location.longitude)) == (39, -9)
    assert location.address.startswith("Lissabon")
    assert location.raw["id"] == "geonames:2267057"


def test_several_places(geocoder):
    locations = geocoder.geocode("Springfield", exactly_one=False)
    assert len(locations) == 10
    assert len({location.raw["id"] for location in locations}) == 10


@pytest.mark.parametrize("exactly_one", [True, False])
def test_nothing_found_is_none(geocoder, exactly_one):
    assert geocoder.geocode("Xyzzyquux", exactly_one=exactly_one) is None
    assert geocoder.reverse((0, -140), exactly_one=exactly_one) is None


@pytest.mark.parametrize("query", [(47.05, 8.31), Point(47.05, 8.31), "47.05, 8.31"])
def test_reverse(geocoder, query):
    assert geocoder.reverse(query).raw["country"] == "CH"


def test_it_stands_where_a_service_stands(geocoder):
    places = pd.Series(["Köln", "Wien", "Xyzzyquux"])
    found = places.apply(RateLimiter(geocoder.geocode, min_delay_seconds=0))
    assert list(found.isna()) == [False, False, True]


def test_its_adapter_opens_no_socket(geocoder):
    with pytest.raises(GeocoderQueryError, match="asks no server"):
        geocoder._call_geocoder("https://example.org", lambda answer: answer)
