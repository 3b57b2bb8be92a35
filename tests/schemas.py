"""What the standards say of the files of metadata, restated as schemas of what we may write: JSON Schema and RELAX NG.

Closed objects: a name that a standard does not have is an error, as it is in its own schema.
"""

TEXT = {"type": "string", "minLength": 1}
URI = {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:\S+$"}
LON_LAT = {
    "type": "array",
    "prefixItems": [
        {"type": "number", "minimum": -180, "maximum": 180},
        {"type": "number", "minimum": -90, "maximum": 90},
    ],
    "minItems": 2,
    "items": False,
}


def closed(required, **properties):
    """Return the schema of an object with these properties and no others."""
    return {"type": "object", "properties": properties, "required": required.split(), "additionalProperties": False}


def several(items, *, least=0):
    return {"type": "array", "items": items, "minItems": least}


POINT = closed("type coordinates", type={"const": "Point"}, coordinates=LON_LAT)

GEOJSON = closed(
    "type features",
    type={"const": "FeatureCollection"},
    features=several(
        closed(
            "type geometry properties",
            type={"const": "Feature"},
            id={"type": ["string", "number"]},
            geometry=POINT,
            properties={"type": "object"},
            bbox={"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
        )
    ),
)
"""RFC 7946."""

NEWS = {"uri": URI, "type": {"const": "text"}, "language": TEXT}

NINJS_1 = closed(
    "uri",
    **NEWS,
    byline=TEXT,
    headline={"type": "string"},
    place=several(
        {
            **closed("", name=TEXT, rel=TEXT, scheme=URI, code=TEXT),
            "patternProperties": {"^geometry_[a-zA-Z0-9_]+": {"type": "object"}},
        }
    ),
)


def _ninjs(**geometry):
    place = closed("", name=TEXT, rel=TEXT, uri=URI, literal=TEXT, **geometry)
    headlines = several(closed("value", value={"type": "string"}))
    return closed("uri", **NEWS, by=TEXT, headlines=headlines, places=several(place))


NINJS_2, NINJS_3 = _ninjs(geojson=POINT), _ninjs(geoJSON=POINT)
"""IPTC's ninjs: 1.x, 2.x and 3.x."""

ANNOTATIONS = closed(
    "@context id type total first",
    **{"@context": {"const": "http://www.w3.org/ns/anno.jsonld"}},
    id=URI,
    type={"const": "AnnotationCollection"},
    total={"type": "integer", "minimum": 0},
    first=closed(
        "type items startIndex",
        type={"const": "AnnotationPage"},
        startIndex={"const": 0},
        items=several(
            closed(
                "id type target body motivation",
                id=URI,
                type={"const": "Annotation"},
                motivation={"const": "identifying"},
                body=closed(
                    "type source",
                    type={"const": "SpecificResource"},
                    purpose={"const": "identifying"},
                    source=closed("id", id=URI, type={"const": "Place"}, label=TEXT),
                ),
                target=closed(
                    "source selector",
                    source=URI,
                    selector={
                        "type": "array",
                        "minItems": 2,
                        "prefixItems": [
                            closed(
                                "type exact",
                                type={"const": "TextQuoteSelector"},
                                exact=TEXT,
                                prefix={"type": "string"},
                                suffix={"type": "string"},
                            ),
                            closed(
                                "type start end",
                                type={"const": "TextPositionSelector"},
                                start={"type": "integer", "minimum": 0},
                                end={"type": "integer", "minimum": 1},
                            ),
                        ],
                        "items": False,
                    },
                ),
            )
        ),
    ),
)
"""The W3C's Web Annotation Data Model."""

DAY = {"type": "string", "pattern": r"^-?\d{4}(-\d\d(-\d\d)?)?$"}

LINKED_PLACES = closed(
    "type @context features",
    **{"@context": URI},
    type={"const": "FeatureCollection"},
    features=several(
        closed(
            "@id type properties names geometry",
            **{"@id": URI},
            type={"const": "Feature"},
            properties=closed(
                "title",
                title=TEXT,
                ccodes=several({"type": "string", "pattern": "^[A-Z]{2}$"}),
                fclasses=several({"enum": list("AHLPRSTU")}, least=1),
            ),
            when=closed("timespans", timespans=several(closed("start", start=closed("in", **{"in": DAY})), least=1)),
            names=several(
                closed(
                    "toponym citations",
                    toponym=TEXT,
                    lang={"type": "string", "pattern": "^[a-z]{2}$"},
                    citations=several(closed("", label=TEXT, **{"@id": URI})),
                ),
                least=1,
            ),
            types=several(closed("label", label=TEXT, sourceLabel=TEXT), least=1),
            geometry=POINT,
            links=several(closed("type identifier", type={"enum": ["exactMatch", "closeMatch"]}, identifier=URI)),
        )
    ),
)
"""Linked Places 1.1."""

NEWSML = r"""<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://iptc.org/std/nar/2006-10-01/"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <define name="identity">
    <choice><attribute name="uri"><data type="anyURI"/></attribute><attribute name="literal"/></choice>
  </define>
  <define name="code"><data type="string"><param name="pattern">\w+:\w+</param></data></define>
  <define name="degrees"><data type="decimal"/></define>
  <start><element name="newsItem">
    <attribute name="standard"><value>NewsML-G2</value></attribute>
    <attribute name="standardversion"><data type="decimal"/></attribute>
    <attribute name="conformance"><choice><value>core</value><value>power</value></choice></attribute>
    <attribute name="version"><data type="positiveInteger"/></attribute>
    <attribute name="guid"><data type="anyURI"/></attribute>
    <attribute name="lang" ns="http://www.w3.org/XML/1998/namespace"><data type="language"/></attribute>
    <element name="catalogRef"><attribute name="href"><data type="anyURI"/></attribute></element>
    <element name="contentMeta">
      <element name="headline"><text/></element>
      <zeroOrMore><element name="subject">
        <attribute name="type"><ref name="code"/></attribute>
        <ref name="identity"/>
        <attribute name="confidence"><data type="integer">
          <param name="minInclusive">0</param><param name="maxInclusive">100</param>
        </data></attribute>
        <element name="name"><text/></element>
      </element></zeroOrMore>
    </element>
    <zeroOrMore><element name="assert">
      <ref name="identity"/>
      <element name="type"><attribute name="qcode"><ref name="code"/></attribute></element>
      <element name="name"><text/></element>
      <element name="geoAreaDetails"><element name="position">
        <attribute name="latitude"><ref name="degrees"/></attribute>
        <attribute name="longitude"><ref name="degrees"/></attribute>
        <attribute name="gpsdatum"/>
      </element></element>
    </element></zeroOrMore>
  </element></start>
</grammar>
"""
"""IPTC's NewsML-G2, what of an item stands in ours: the order of its elements, the types of its attributes."""
