"""A Story -> the metadata that newsrooms, search engines and archives exchange.

Each function returns one file: what schema.org, IPTC, the W3C and the gazetteers of historians have agreed on for the
places of a text. `storymap.publish.publish` writes them where they are asked for. All hold what is on the map, in the
order of first mention; a place is named by its GeoNames address where it has one.
"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from storymap.model import MIN_CONFIDENCE, Article, Kind, Mention, Story
from storymap.publish.contents import to_script_json
from storymap.publish.export import xml_document, xml_text
from storymap.publish.pins import Pin, make_pins, web_address
from storymap.publish.view import choose_view

__all__ = ["annotations", "georss", "json_ld", "linked_places", "newsml", "ninjs_1", "ninjs_2", "ninjs_3"]

_SCHEMA_ORG = {
    Kind.CONTINENT: "Continent",
    Kind.COUNTRY: "Country",
    Kind.ADMIN1: "AdministrativeArea",
    Kind.ADMIN2: "AdministrativeArea",
    Kind.CITY: "City",
    Kind.SEA: "SeaBodyOfWater",
    Kind.RIVER: "RiverBodyOfWater",
    Kind.LAKE: "LakeBodyOfWater",
    Kind.MOUNTAIN: "Mountain",
    Kind.ISLAND: "Landform",
}
"""Types of schema.org; what has none of its own is a Place."""

_FEATURE_CLASSES = {
    Kind.COUNTRY: "A",
    Kind.ADMIN1: "A",
    Kind.ADMIN2: "A",
    Kind.CITY: "P",
    Kind.DISTRICT: "P",
    Kind.SEA: "H",
    Kind.RIVER: "H",
    Kind.LAKE: "H",
    Kind.MOUNTAIN: "T",
    Kind.ISLAND: "T",
    Kind.FACILITY: "S",
    Kind.STREET: "R",
}
"""GeoNames' feature classes, which Linked Places sorts by; the rest are areas (L)."""

_CONTEXT = 32
"""Characters of the text before and behind a mention that an annotation quotes, so that it is found again in a text
that has changed; as long as those of most annotation clients."""

_NEWSML = {
    "xmlns": "http://iptc.org/std/nar/2006-10-01/",
    "standard": "NewsML-G2",
    "standardversion": "2.34",
    "conformance": "power",
    "version": "1",
}


def json_ld(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return schema.org's ``NewsArticle``: where it plays, what it mentions, what area it covers.

    It may stand in a page as it is, in ``<script type="application/ld+json">``.
    """
    article, pins = story.article, make_pins(story, min_confidence)
    data: dict[str, Any] = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": article.title}
    data |= _known(
        url=web_address(article.url),
        inLanguage=article.lang,
        datePublished=article.published,
        author=article.byline,
        contentLocation=[_schema_org(pin) for pin in pins if pin.place.id in story.focus.scenes],
        mentions=[_schema_org(pin) for pin in pins],
        spatialCoverage=_coverage(pins),
    )
    return to_script_json(data) + "\n"


def ninjs_1(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return IPTC's ninjs 1.x: a news object with ``place``, to be merged into the agency's own."""
    place = [
        {
            "name": pin.label,
            "rel": _relation(pin, story),
            **_geonames(pin),
            "geometry_geojson": _point(pin),
        }
        for pin in make_pins(story, min_confidence)
    ]
    article = story.article
    about = {**_news_object(article), **_known(byline=article.byline), "headline": article.title}
    return _json({**about, "place": place})


def ninjs_2(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return IPTC's ninjs 2.x: a news object with ``places``, to be merged into the agency's own."""
    return _ninjs_of_places(story, min_confidence, "geojson")


def ninjs_3(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return IPTC's ninjs 3.x, which has other capitals than 2.x."""
    return _ninjs_of_places(story, min_confidence, "geoJSON")


def _ninjs_of_places(story: Story, min_confidence: float, geometry: str) -> str:
    places = [
        {
            "name": pin.label,
            "rel": _relation(pin, story),
            **_known(uri=_address(pin)),
            "literal": pin.entry.id,
            geometry: _point(pin),
        }
        for pin in make_pins(story, min_confidence)
    ]
    article = story.article
    about = {**_news_object(article), **_known(by=article.byline), "headlines": [{"value": article.title}]}
    return _json({**about, "places": places})


def newsml(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return a NewsML-G2 item with only what a story knows: a ``subject`` and an ``assert`` a place.

    Merge its ``contentMeta`` and ``assert`` elements into the item that is sent out. The confidence is in percent.
    """
    article = story.article
    root = ET.Element("newsItem", {**_NEWSML, "guid": _name(article), "xml:lang": article.lang or "und"})
    catalog = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_40.xml"
    ET.SubElement(root, "catalogRef", {"href": catalog})
    about = ET.SubElement(root, "contentMeta")
    ET.SubElement(about, "headline").text = xml_text(article.title)
    for pin in make_pins(story, min_confidence):
        confidence = str(round(100 * pin.place.confidence))
        identity = {"uri": _address(pin)} if _address(pin) else {"literal": pin.entry.id}
        subject = ET.SubElement(about, "subject", {"type": "cpnat:geoArea", **identity, "confidence": confidence})
        ET.SubElement(subject, "name").text = xml_text(pin.label)
        known = ET.SubElement(root, "assert", identity)
        ET.SubElement(known, "type", {"qcode": "cpnat:geoArea"})
        ET.SubElement(known, "name").text = xml_text(pin.label)
        details = ET.SubElement(known, "geoAreaDetails")
        point = {"latitude": str(pin.entry.lat), "longitude": str(pin.entry.lon), "gpsdatum": "WGS84"}
        ET.SubElement(details, "position", point)
    return xml_document(root)


def georss(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return an Atom entry with GeoRSS: the point of the scene, and the box of all places.

    An entry has one point by the standard: the scene's, else that of the place first named. A feed reader wants
    ``updated`` too, which is the newsroom's to set.
    """
    article, pins = story.article, make_pins(story, min_confidence)
    names = {"xmlns": "http://www.w3.org/2005/Atom", "xmlns:georss": "http://www.georss.org/georss"}
    root = ET.Element("entry", {**names, "xml:lang": article.lang or "und"})
    ET.SubElement(root, "id").text = _name(article)
    ET.SubElement(root, "title").text = xml_text(article.title)
    address = web_address(article.url)
    if address:
        ET.SubElement(root, "link", {"href": address})
    if article.published:
        ET.SubElement(root, "published").text = f"{article.published}T00:00:00Z"
    for pin in sorted(pins, key=lambda pin: pin.place.id not in story.focus.scenes)[:1]:
        south, west, north, east = _box(pins)
        ET.SubElement(root, "georss:box").text = f"{south} {west} {north} {east}"
        # Behind the box: a reader that keeps one place of an entry keeps the last.
        ET.SubElement(root, "georss:point").text = f"{pin.entry.lat} {pin.entry.lon}"
        ET.SubElement(root, "georss:featurename").text = xml_text(pin.label)
    return xml_document(root)


def annotations(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return a W3C Web Annotation a mention: which words, by quote and by position, name which place.

    Positions count the characters of the article's plain text, which ``story.json`` holds; the quote with what stands
    before and behind it finds the words in the page itself.
    """
    article, pins = story.article, make_pins(story, min_confidence)
    source = web_address(article.url) or _name(article)
    named = sorted((mention.start, mention.end, pin, mention) for pin in pins for mention in pin.place.mentions)
    items = [
        {
            "id": _name(article, f"{start}-{end}"),
            "type": "Annotation",
            "motivation": "identifying",
            "body": {
                "type": "SpecificResource",
                "purpose": "identifying",
                "source": {"id": _address(pin) or _name(article, pin.entry.id), "type": "Place", "label": pin.label},
            },
            "target": {"source": source, "selector": _selectors(article, mention)},
        }
        for start, end, pin, mention in named
    ]
    page = {"type": "AnnotationPage", "startIndex": 0, "items": items}
    collection = {"id": _name(article, "annotations"), "type": "AnnotationCollection", "total": len(items)}
    return _json({"@context": "http://www.w3.org/ns/anno.jsonld", **collection, "first": page})


def linked_places(story: Story, min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return the places in the Linked Places format (GeoJSON that is JSON-LD), as gazetteers of the past exchange."""
    article = story.article
    address = web_address(article.url)
    cited = _known(label=article.title, **{"@id": address})
    features = [
        {
            "@id": _address(pin) or _name(article, pin.entry.id),
            "type": "Feature",
            "properties": {
                "title": pin.label,
                "ccodes": pin.entry.country.split(),
                "fclasses": [_FEATURE_CLASSES.get(pin.entry.kind, "L")],
            },
            **_known(when={"timespans": [{"start": {"in": article.published}}]} if article.published else None),
            "names": [{"toponym": pin.label, **_known(lang=article.lang), "citations": [cited]}],
            "types": [{"label": pin.entry.kind.value, "sourceLabel": pin.line}],
            "geometry": _point(pin),
            "links": [{"type": "exactMatch", "identifier": f"gn:{pin.entry.geonames_id}"}]
            if pin.entry.geonames_id
            else [],
        }
        for pin in make_pins(story, min_confidence)
    ]
    context = "https://raw.githubusercontent.com/LinkedPasts/linked-places-format/main/linkedplaces-context-v1.1.jsonld"
    return _json({"type": "FeatureCollection", "@context": context, "features": features})


def _schema_org(pin: Pin) -> dict[str, Any]:
    entry = pin.entry
    return {
        "@type": _SCHEMA_ORG.get(entry.kind, "Place"),
        "name": pin.label,
        "geo": {"@type": "GeoCoordinates", "latitude": entry.lat, "longitude": entry.lon},
        **_known(sameAs=_address(pin), containedInPlace=_countries(pin)),
    }


def _countries(pin: Pin) -> list[dict[str, str]]:
    codes = [] if pin.entry.kind is Kind.COUNTRY else pin.entry.country.split()
    return [{"@type": "Country", "identifier": code} for code in codes]


def _coverage(pins: Sequence[Pin]) -> dict[str, Any] | None:
    box = " ".join(map(str, _box(pins))) if pins else ""
    return {"@type": "Place", "geo": {"@type": "GeoShape", "box": box}} if box else None


def _box(pins: Sequence[Pin]) -> tuple[float, float, float, float]:
    """Return south, west, north and east of what the map shows; west is above east where that crosses the date line."""
    west, south, east, north = choose_view(pins).whole
    west, east = ((side + 180) % 360 - 180 for side in (west, east))
    return round(south, 4), round(west, 4), round(north, 4), round(east, 4)


def _news_object(article: Article) -> dict[str, str]:
    return {"uri": _name(article), "type": "text", **_known(language=article.lang)}


def _relation(pin: Pin, story: Story) -> str:
    """Return how the story relates to the place: it plays there, or mentions it."""
    return "scene" if pin.place.id in story.focus.scenes else "mentioned"


def _address(pin: Pin) -> str:
    number = pin.entry.geonames_id
    return f"https://sws.geonames.org/{number}/" if number else ""


def _geonames(pin: Pin) -> dict[str, str]:
    number = pin.entry.geonames_id
    return {"scheme": "https://www.geonames.org/", "code": str(number)} if number else {}


def _point(pin: Pin) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [pin.entry.lon, pin.entry.lat]}


def _name(article: Article, part: str = "") -> str:
    """Return a name for the article, or for a part of it, that is the same every time and in every file."""
    address = web_address(article.url)
    if address and not part:
        return address
    known = f"{address or article.text}#{part}".encode("utf-8", "replace")  # a lone surrogate has no encoding
    return uuid5(NAMESPACE_URL, known.decode()).urn


def _selectors(article: Article, mention: Mention) -> list[dict[str, Any]]:
    text, start, end = article.text, mention.start, mention.end
    around = {"prefix": text[max(start - _CONTEXT, 0) : start], "suffix": text[end : end + _CONTEXT]}
    return [
        {"type": "TextQuoteSelector", "exact": mention.text, **around},
        {"type": "TextPositionSelector", "start": start, "end": end},
    ]


def _known(**values: object) -> dict[str, Any]:
    """Return the values that are not empty."""
    return {name: value for name, value in values.items() if value}


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
