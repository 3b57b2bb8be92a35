"""A Story -> the bytes of each file that a bundle may hold.

`FILES` is the table of them; `storymap.publish.publish` writes those that are asked for, and the command line prints
one. A function of the table takes a story and the least confidence, that of a page also how it looks; it is loaded when
its file is wanted.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib import import_module
from typing import NamedTuple, TypedDict, Unpack

from storymap.model import MIN_CONFIDENCE, VERSION, Story
from storymap.publish.pins import read_asset
from storymap.publish.style import Style
from storymap.publish.tiles import Tiles

__all__ = ["DEFAULT", "FILES", "File", "Looks", "make_file", "make_files"]


class Looks(TypedDict, total=False):
    """How the pages look: what a page takes beside the story and the least confidence."""

    style: Style
    tiles: Tiles | None


class File(NamedTuple):
    """A file of a bundle: its name, the module and the function that make it, and who wants it."""

    name: str
    module: str
    function: str
    purpose: str


FILES: Mapping[str, File] = {
    "index": File("index.html", "embed", "story_page", "the article beside its map"),
    "map": File("map.html", "embed", "map_page", "the map alone, for an iframe"),
    "embed": File("embed.html", "embed", "embed_page", "the code that embeds the map, to copy"),
    "svg": File("map.svg", "static", "map_svg", "the map as a drawing, for print and readers without scripts"),
    "png": File("map.png", "static", "map_png", "the map as a picture, twice as fine"),
    "card": File("card.png", "static", "card_png", "the headline beside the map, for social networks"),
    "csv": File("places.csv", "export", "places_excel_csv", "the place table for people, safe in spreadsheets"),
    "plain-csv": File("places-plain.csv", "export", "places_csv", "the place table for programs"),
    "geojson": File("places.geojson", "export", "places_geojson", "the places for web maps"),
    "kml": File("places.kml", "export", "places_kml", "the places for Google Earth and other globes"),
    "gpx": File("places.gpx", "export", "places_gpx", "the places as waypoints for navigation devices"),
    "geopackage": File("places.gpkg", "export", "places_geopackage", "the places for QGIS and ArcGIS"),
    "geoparquet": File("places.parquet", "export", "places_geoparquet", "the places for data pipelines"),
    "json-ld": File("article.jsonld", "newsmeta", "json_ld", "schema.org NewsArticle, for search engines"),
    "ninjs1": File("places.ninjs1.json", "newsmeta", "ninjs_1", "IPTC ninjs 1.x, to merge into an agency's item"),
    "ninjs3": File("places.ninjs3.json", "newsmeta", "ninjs_3", "IPTC ninjs 2.x and 3.x, likewise"),
    "newsml": File("places.newsml.xml", "newsmeta", "newsml", "IPTC NewsML-G2 subjects and assertions, likewise"),
    "georss": File("entry.georss.xml", "newsmeta", "georss", "an Atom entry with its place, for feeds"),
    "annotations": File("mentions.anno.json", "newsmeta", "annotations", "a W3C Web Annotation a mention"),
    "linked-places": File("places.lp.json", "newsmeta", "linked_places", "Linked Places, for historical gazetteers"),
    "story": File("story.json", "bundle", "story_json", "the whole story, to redraw or correct it later"),
    "manifest": File("manifest.json", "bundle", "manifest", "every file with its SHA-256, and every outside host"),
    "privacy": File("privacy.txt", "bundle", "privacy", "what a data protection officer wants to read"),
}
"""What a bundle may hold, by the name that ``--only`` takes."""

_LOOKED_AT = frozenset({"index", "map", "embed", "privacy"})
"""What is another file if the pages look otherwise."""

DEFAULT = ("index", "map", "embed", "csv", "geojson", "story", "privacy", "manifest")


def make_files(
    story: Story, only: Iterable[str] = DEFAULT, min_confidence: float = MIN_CONFIDENCE, **looks: Unpack[Looks]
) -> dict[str, bytes]:
    """Return the files of a bundle, name -> content; a manifest among them lists the others.

    Raises
    ------
    ValueError
        If a name is none of `FILES`.
    MissingExtra
        If a format needs a package that is not installed.
    """
    wanted = list(dict.fromkeys(only))
    unknown = [kind for kind in wanted if kind not in FILES]
    if unknown:
        raise ValueError(f"{unknown[0]} is no file of a bundle. There are: {', '.join(FILES)}.")
    files = {FILES[kind].name: make_file(story, kind, min_confidence, **looks) for kind in wanted if kind != "manifest"}
    if "manifest" in wanted:
        files[FILES["manifest"].name] = _encoded(manifest(story, files, **looks))
    return files


def make_file(story: Story, kind: str, min_confidence: float = MIN_CONFIDENCE, **looks: Unpack[Looks]) -> bytes:
    """Return one file of `FILES`; a manifest made alone lists nothing."""
    if kind == "manifest":
        return _encoded(manifest(story, {}, **looks))
    file = FILES[kind]
    make = getattr(import_module(f"storymap.publish.{file.module}"), file.function)
    made = make(story, min_confidence, **(looks if kind in _LOOKED_AT else {}))
    return made if isinstance(made, bytes) else _encoded(made)


def _encoded(text: str) -> bytes:
    # A lone surrogate, which no encoding has, becomes a question mark.
    return text.encode("utf-8", "replace")


def story_json(story: Story, _min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return the whole story; what is published of it is not its concern."""
    return story.to_json()


def manifest(story: Story, files: Mapping[str, bytes], **looks: Unpack[Looks]) -> str:
    """Return what the files are, what made them, and whom the pages may ask for anything: nobody, or a tile service."""
    tiles = looks.get("tiles")
    data = {
        "storymap": VERSION,
        "provenance": dict(story.provenance),
        "hosts": list(tiles.origins) if tiles else [],
        "files": [
            {"name": name, "bytes": len(content), "sha256": sha256(content).hexdigest()}
            for name, content in sorted(files.items())
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def privacy(_story: Story, _min_confidence: float = MIN_CONFIDENCE, **looks: Unpack[Looks]) -> str:
    """Return the statement for the data protection officer, in German and English."""
    text, tiles = read_asset("privacy.txt"), looks.get("tiles")
    if tiles:
        for without, agreed in _WITH_TILES.items():
            text = text.replace(without, agreed.format(host=tiles.host))
    return text


_WITH_TILES = {
    "Keine Anfragen an Dritte: keine Kartenkacheln,": "Kartenbilder von {host} erst, wenn ein Leser zustimmt; dieser "
    "Anbieter erfährt dann\n  dessen IP-Adresse. Sonst keine Anfragen an Dritte:",
    "No requests to third parties: no map tiles,": "Map images from {host} only when a reader agrees; that provider "
    "then learns the\n  reader's IP address. No other requests to third parties:",
}
"""What the statement says of third parties, without and with a tile service."""
