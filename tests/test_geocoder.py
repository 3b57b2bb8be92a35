"""The geocoder keeps geopy's contract, and no socket can be opened through it.

The cases are those that geopy asks of every service: one answer and several, none, Unicode, points in each spelling,
languages, limits, errors, pickling, the rate limiter.
"""

import pickle

import pandas as pd
import pytest
from geopy.exc import GeocoderQueryError
from geopy.extra.rate_limiter import RateLimiter
from geopy.location import Location
from geopy.point import Point

from storymap import Gazetteer, GazetteerGeocoder


@pytest.fixture(scope="module")
def geocoder():
    return GazetteerGeocoder(lang="de")


def is_near(location, lat, lon):
    return abs(location.latitude - lat) < 0.5 and abs(location.longitude - lon) < 0.5


@pytest.mark.parametrize(
    ("query", "lat", "lon"),
    [
        ("Lissabon", 38.72, -9.13),
        ("Frankfurt (Oder)", 52.34, 14.55),
        ("Frankfurt am Main", 50.11, 8.68),
        ("Paris", 48.85, 2.35),
        ("Paris, Texas", 33.66, -95.56),
        ("Springfield, Illinois, US", 39.8, -89.64),
        ("Москва", 55.75, 37.62),
        ("東京", 35.69, 139.69),
        ("Übersee, Bayern", 47.82, 12.48),
        ("Kreuzberg, Berlin", 52.5, 13.39),
    ],
)
def test_text(geocoder, query, lat, lon):
    location = geocoder.geocode(query)
    assert is_near(location, lat, lon), location


@pytest.mark.parametrize(
    ("query", "lat", "lon"),
    [
        ({"city": "Frankfurt", "country": "Germany"}, 50.11, 8.68),
        ({"city": "Frankfurt", "state": "Brandenburg"}, 52.34, 14.55),
        ({"city": "Paris", "state": "Texas", "country": "US"}, 33.66, -95.56),
        ({"country": "Georgia"}, 42.0, 43.5),
        ({"state": "Georgia", "country": "United States"}, 32.7, -83.5),
        ({"state": "New York"}, 43.0, -75.5),
        ({"city": "New York", "postalcode": "10001"}, 40.71, -74.0),
        ({"amenity": "Heathrow", "country": "GB"}, 51.47, -0.46),
        ({"country": "Elfenbeinküste", "city": ""}, 7.5, -5.5),
    ],
)
def test_structured(geocoder, query, lat, lon):
    location = geocoder.geocode(query)
    assert abs(location.latitude - lat) < 1.2, location
    assert abs(location.longitude - lon) < 1.2, location


def test_a_structured_query_that_contradicts_itself_has_no_answer(geocoder):
    assert geocoder.geocode({"city": "Köln", "country": "Frankreich"}) is None


def test_a_location_is_geopys(geocoder):
    location = geocoder.geocode("Lissabon")
    assert isinstance(location, Location)
    address, (latitude, longitude) = location
    assert address.startswith("Lissabon, ")
    assert location.point == Point(latitude, longitude)
    assert location.raw["id"] == "geonames:2267057"
    assert location.raw["country"] == "PT"
    assert pickle.loads(pickle.dumps(location)) == location


def test_the_address_is_in_the_language_asked_for(geocoder):
    assert geocoder.geocode("Lisboa").address.startswith("Lissabon")
    assert geocoder.geocode("Lisboa", language="fr").address.startswith("Lisbonne")
    assert geocoder.geocode("Lisboa", language="de-AT").address.startswith("Lissabon")
    assert geocoder.geocode("Lisboa", language="it,en;q=0.5").address.startswith("Lisbona")
    assert geocoder.reverse((47.05, 8.31), language="fr").address.startswith("Lucerne,")


def test_several_places(geocoder):
    locations = geocoder.geocode("Springfield", exactly_one=False)
    assert len(locations) == 10
    assert len({location.raw["id"] for location in locations}) == 10
    assert locations[0] == geocoder.geocode("Springfield")
    assert len(geocoder.geocode("Springfield", exactly_one=False, limit=3)) == 3
    assert len(geocoder.geocode("Springfield", exactly_one=False, limit=25)) == 25
    assert len(geocoder.reverse((51.5, 7.0), exactly_one=False, limit=4)) == 4


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_an_error(geocoder, limit):
    with pytest.raises(ValueError, match="1 or more"):
        geocoder.geocode("Springfield", exactly_one=False, limit=limit)
    with pytest.raises(ValueError, match="1 or more"):
        geocoder.reverse((51.5, 7.0), exactly_one=False, limit=limit)


@pytest.mark.parametrize("codes", ["ca", "CA", ["ca"], ("CA",)])
def test_country_codes_narrow(geocoder, codes):
    assert is_near(geocoder.geocode("London", country_codes=codes), 42.98, -81.23)


def test_several_country_codes(geocoder):
    countries = {
        location.raw["country"]
        for location in geocoder.geocode("London", exactly_one=False, country_codes=["ca", "gb"], limit=50)
    }
    assert countries == {"CA", "GB"}
    assert geocoder.geocode("Köln", country_codes="fr") is None


@pytest.mark.parametrize("exactly_one", [True, False])
@pytest.mark.parametrize("query", ["Xyzzyquux", "", " , ", None, float("nan"), {}, {"postalcode": "50667"}])
def test_nothing_found_is_none(geocoder, query, exactly_one):
    assert geocoder.geocode(query, exactly_one=exactly_one) is None


@pytest.mark.parametrize("query", [12, ["Paris"], {"town": "Paris"}])
def test_no_query_is_geopys_error(geocoder, query):
    with pytest.raises(GeocoderQueryError, match="no query"):
        geocoder.geocode(query)


@pytest.mark.parametrize("query", [(47.05, 8.31), [47.05, 8.31], Point(47.05, 8.31), "47.05, 8.31", "47.05 8.31"])
def test_reverse(geocoder, query):
    location = geocoder.reverse(query)
    assert location.raw["country"] == "CH"
    assert location.address.startswith("Luzern")


def test_reverse_at_sea_is_none(geocoder):
    assert geocoder.reverse((0, -140)) is None
    assert geocoder.reverse((0, -140), exactly_one=False) is None


@pytest.mark.parametrize("query", ["nowhere", "", (float("inf"), 8)])
def test_reverse_of_no_point_is_a_value_error(geocoder, query):
    with pytest.raises(ValueError, match=r"point|Point|[Ll]atitude|pair"):
        geocoder.reverse(query)


def test_it_stands_where_a_service_stands(geocoder):
    places = pd.Series(["Köln", "Wien", "Xyzzyquux", None, float("nan")])
    found = places.apply(RateLimiter(geocoder.geocode, min_delay_seconds=0))
    assert list(found.isna()) == [False, False, True, True, True]
    assert list(found[:2].apply(lambda location: location.raw["country"])) == ["DE", "AT"]
    points = found[:2].apply(lambda location: location.point)
    back = points.apply(RateLimiter(geocoder.reverse, min_delay_seconds=0), language="de")
    assert [location.address.split(",")[0] for location in back] == ["Köln", "Wien"]


def test_it_is_a_context_manager_and_takes_a_timeout():
    with GazetteerGeocoder(Gazetteer.open()) as geocoder:
        assert geocoder.geocode("Rome", timeout=1).raw["country"] == "IT"


def test_its_adapter_opens_no_socket(geocoder):
    with pytest.raises(GeocoderQueryError, match="asks no server"):
        geocoder._call_geocoder("https://example.org", lambda answer: answer)
