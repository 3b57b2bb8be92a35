"""A Story -> the bytes of each file that a bundle may hold.

`FILES` is the table of them; `storymap.publish.publish` writes those that are asked for, and the command line prints
one. A function of the table takes a story, the least confidence, and what its row says of `Looks`; it is loaded when
its file is wanted.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from importlib import import_module
from typing import Any, NamedTuple, TypedDict, Unpack

from storymap.model import MIN_CONFIDENCE, VERSION, Story
from storymap.publish.pins import languages, load_phrases, name_in, read_asset
from storymap.publish.policy import move_code_out
from storymap.publish.style import Style
from storymap.publish.tiles import Tiles

__all__ = ["DEFAULT", "FILES", "File", "Looks", "make_file", "make_files"]


class Looks(TypedDict, total=False):
    """How a bundle looks and is delivered.

    ``style`` and ``tiles`` are those of the pages; ``print_mm`` is the width in print. With ``strict_csp`` the pages
    hold no code and no style, but load them from files beside them, whose hashes they name if ``integrity`` is not
    False; see `storymap.publish.policy.move_code_out`. ``page`` is the HTML that the article was read from, its bytes
    and their encoding; it comes back with anchors. ``base_url`` is the address of the bundle's folder on the web: the
    snippets name it, and there is an ``oembed.json``. ``also_in`` has the languages that the pages are also written in,
    beside the article's, and for each the story with its places named in it: `storymap.pipeline.name_places`.
    """

    style: Style
    tiles: Tiles | None
    print_mm: float
    strict_csp: bool
    integrity: bool
    page: tuple[bytes, str] | None
    base_url: str
    also_in: Mapping[str, Story]


class File(NamedTuple):
    """A file of a bundle: its name, the module and the function that make it, who wants it, and what changes it.

    ``takes`` names arguments of the function: `Looks`, ``beside``, the names of all files of the bundle, and ``lang``,
    if the file is written in each language.
    """

    name: str
    module: str
    function: str
    purpose: str
    takes: tuple[str, ...] = ()


_PAGE, _PRINT = ("style", "tiles", "beside", "base_url", "also_in", "lang"), ("style", "print_mm")
_CODE, _TOLD = ("style", "tiles", "beside", "base_url", "also_in"), ("tiles", "beside", "strict_csp")
_GIVEN = ("page",)

FILES: Mapping[str, File] = {
    "index": File("index.html", "embed", "story_page", "the article beside its map", _PAGE),
    "map": File("map.html", "embed", "map_page", "the map alone, for an iframe", _PAGE),
    "embed": File("embed.html", "embed", "embed_page", "the code that embeds the map, to copy", _CODE),
    "component": File("story-map.js", "embed", "component_script", "<story-map>, the map as an element of HTML"),
    "sync": File("story-sync.js", "embed", "sync_script", "ties the page of the article to the map in it"),
    "oembed": File("oembed.json", "embed", "oembed_json", "for a CMS that is given the map's address", ("base_url",)),
    "svg": File("map.svg", "static", "map_svg", "the map as a drawing, for readers without scripts", ("style",)),
    "png": File("map.png", "static", "map_png", "the map as a picture, twice as fine", ("style",)),
    "card": File("card.png", "static", "card_png", "the headline beside the map, for social networks", ("style",)),
    "print": File("map-print.svg", "static", "column_svg", "the map in greys for a column of a newspaper", _PRINT),
    "print-png": File("map-print.png", "static", "column_png", "the same as a picture of 300 dots an inch", _PRINT),
    "csv": File("places.csv", "export", "places_excel_csv", "the place table for people, safe in spreadsheets"),
    "plain-csv": File("places-plain.csv", "export", "places_csv", "the place table for programs"),
    "geojson": File("places.geojson", "export", "places_geojson", "the places for web maps"),
    "kml": File("places.kml", "export", "places_kml", "the places for Google Earth and other globes"),
    "gpx": File("places.gpx", "export", "places_gpx", "the places as waypoints for navigation devices"),
    "geopackage": File("places.gpkg", "export", "places_geopackage", "the places for QGIS and ArcGIS"),
    "geoparquet": File("places.parquet", "export", "places_geoparquet", "the places for data pipelines"),
    "json-ld": File("article.jsonld", "newsmeta", "json_ld", "schema.org NewsArticle, for search engines"),
    "ninjs1": File("places.ninjs1.json", "newsmeta", "ninjs_1", "IPTC ninjs 1.x, to merge into an agency's item"),
    "ninjs2": File("places.ninjs2.json", "newsmeta", "ninjs_2", "IPTC ninjs 2.x, likewise"),
    "ninjs3": File("places.ninjs3.json", "newsmeta", "ninjs_3", "IPTC ninjs 3.x, likewise"),
    "newsml": File("places.newsml.xml", "newsmeta", "newsml", "IPTC NewsML-G2 subjects and assertions, likewise"),
    "georss": File("entry.georss.xml", "newsmeta", "georss", "an Atom entry with its place, for feeds"),
    "annotations": File("mentions.anno.json", "newsmeta", "annotations", "a W3C Web Annotation a mention"),
    "linked-places": File("places.lp.json", "newsmeta", "linked_places", "Linked Places, for historical gazetteers"),
    "anchors": File("article.anchored.html", "anchors", "anchored_page", "the page as it came, with anchors", _GIVEN),
    "story": File("story.json", "bundle", "story_json", "the whole story, to redraw or correct it later"),
    "manifest": File("manifest.json", "bundle", "manifest", "every file with its SHA-256, and every outside host"),
    "privacy": File("privacy.txt", "bundle", "privacy", "what a data protection officer wants to read", _TOLD),
}
"""What a bundle may hold, by the name that ``--only`` takes."""

DEFAULT = ("index", "map", "embed", "component", "sync", "svg", "csv", "geojson", "story", "privacy", "manifest")
"""The files of a bundle of which nothing else is said; ``--only default,png`` has more."""


def make_files(
    story: Story,
    only: Iterable[str] | None = None,
    min_confidence: float = MIN_CONFIDENCE,
    **looks: Unpack[Looks],
) -> dict[str, bytes]:
    """Return the files of a bundle, name -> content; a manifest among them lists the others.

    ``only`` names files of `FILES`. ``default``, which it is if left out, stands for `DEFAULT`, with the files for
    print if there is a ``print_mm``, and with ``oembed.json`` and ``card.png`` if there is a ``base_url``: other sites
    are told their addresses.

    Raises
    ------
    ValueError
        If a name is none of `FILES`, or a language none that our pages speak.
    MissingExtra
        If a format needs a package that is not installed.
    """
    wanted = list(_choose(("default",) if only is None else only, looks))
    others = looks.get("also_in", {})
    if unknown := sorted(others.keys() - languages()):
        raise ValueError(f"The pages do not speak {unknown[0]}. They speak: {', '.join(languages())}.")
    # The page in the language of the article has no second one beside it.
    others = {lang: told for lang, told in others.items() if lang != load_phrases(story.article.lang)["lang"]}
    beside = frozenset(FILES[kind].name for kind in wanted)
    given = {**looks, "also_in": others, "beside": beside}
    files: dict[str, bytes] = {}
    for kind in wanted:
        file = FILES[kind]
        if kind != "manifest":
            files |= _make(story, file, min_confidence, given)
        for lang, told in others.items() if "lang" in file.takes else ():
            spoken = file._replace(name=name_in(file.name, lang))
            # The picture has the names of the article's language.
            files |= _make(told, spoken, min_confidence, {**given, "lang": lang, "beside": beside - {"map.svg"}})
    if "manifest" in wanted:
        files[FILES["manifest"].name] = _encoded(manifest(story, files, tiles=looks.get("tiles")))
    return files


def _choose(only: Iterable[str], looks: Looks) -> Iterable[str]:
    """Return the files that are asked for, each once."""
    wanted: dict[str, None] = {}
    for kind in only:
        if kind == "default":
            wanted |= dict.fromkeys(DEFAULT)
            wanted |= dict.fromkeys(("print", "print-png") if "print_mm" in looks else ())
            wanted |= dict.fromkeys(("oembed", "card") if looks.get("base_url") else ())
        elif kind in FILES:
            wanted[kind] = None
        else:
            raise ValueError(f"{kind} is no file of a bundle. There are: default, {', '.join(FILES)}.")
    return wanted


def make_file(story: Story, kind: str, min_confidence: float = MIN_CONFIDENCE, **looks: Unpack[Looks]) -> bytes:
    """Return one file of `FILES`, whole in itself: a page has its code inside; a manifest made alone lists nothing."""
    if kind == "manifest":
        return _encoded(manifest(story, {}, tiles=looks.get("tiles")))
    alone = {**looks, "strict_csp": False, "also_in": {}}
    return _make(story, FILES[kind], min_confidence, alone)[FILES[kind].name]


def _make(story: Story, file: File, min_confidence: float, given: Mapping[str, Any]) -> dict[str, bytes]:
    """Return a file, and what it loads from beside it if it is a page under a strict policy."""
    make = getattr(import_module(f"storymap.publish.{file.module}"), file.function)
    made = make(story, min_confidence, **{name: given[name] for name in file.takes if name in given})
    if isinstance(made, bytes):
        return {file.name: made}
    beside: dict[str, bytes] = {}
    if given.get("strict_csp") and file.name.endswith(".html"):
        made, beside = move_code_out(made, integrity=given.get("integrity", True))
    return {file.name: _encoded(made), **beside}


def _encoded(text: str) -> bytes:
    # A lone surrogate, which no encoding has, becomes a question mark.
    return text.encode("utf-8", "replace")


def story_json(story: Story, _min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return the whole story; what is published of it is not its concern."""
    return story.to_json()


def manifest(story: Story, files: Mapping[str, bytes], *, tiles: Tiles | None = None) -> str:
    """Return what the files are, what made them, and whom the pages may ask for anything: nobody, or a tile service."""
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


def privacy(
    _story: Story,
    _min_confidence: float = MIN_CONFIDENCE,
    *,
    tiles: Tiles | None = None,
    beside: Collection[str] = (),
    strict_csp: bool = False,
) -> str:
    """Return the statement for the data protection officer, in German and English."""
    from jinja2 import StrictUndefined, Template

    statement = Template(read_asset("privacy.txt.j2"), trim_blocks=True, undefined=StrictUndefined)
    text: str = statement.render(host=tiles.host if tiles else "", picture="map.svg" in beside, strict=strict_csp)
    return text + "\n"
