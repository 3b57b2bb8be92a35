"""An article goes in, an embeddable map of its places comes out.

    >>> import storymap
    >>> story = storymap.map_text("Der Minister reiste von Köln nach Lissabon.", lang="de")
    >>> [place.label for place in story.places]
    ['Köln', 'Lissabon']

The names below are loaded when they are first used: ``import storymap`` itself loads next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from storymap.publish import publish

if TYPE_CHECKING:
    from storymap.article.read import read_article
    from storymap.edits import read_edits
    from storymap.errors import (
        ArticleError,
        FetchError,
        GazetteerError,
        MissingExtra,
        PlaceTableError,
        RecognizerError,
        SettingError,
        StoryFileError,
        StorymapError,
    )
    from storymap.gazetteer.geocoder import GazetteerGeocoder
    from storymap.gazetteer.store import Gazetteer
    from storymap.model import Article, Candidate, Entry, Mention, Place, Sentence, Story
    from storymap.pipeline import map_article, map_text
    from storymap.publish.style import Style

    __version__: str

__all__ = [
    "Article",
    "ArticleError",
    "Candidate",
    "Entry",
    "FetchError",
    "Gazetteer",
    "GazetteerError",
    "GazetteerGeocoder",
    "Mention",
    "MissingExtra",
    "Place",
    "PlaceTableError",
    "RecognizerError",
    "Sentence",
    "SettingError",
    "Story",
    "StoryFileError",
    "StorymapError",
    "Style",
    "map_article",
    "map_text",
    "publish",
    "read_article",
    "read_edits",
]

_HOMES = {
    "Style": "storymap.publish.style",
    "Gazetteer": "storymap.gazetteer.store",
    "GazetteerGeocoder": "storymap.gazetteer.geocoder",
    "map_article": "storymap.pipeline",
    "map_text": "storymap.pipeline",
    "read_article": "storymap.article.read",
    "read_edits": "storymap.edits",
} | dict.fromkeys(("Article", "Candidate", "Entry", "Mention", "Place", "Sentence", "Story"), "storymap.model")


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("storymap.model").VERSION
    if name not in __all__:
        raise AttributeError(f"module 'storymap' has no attribute {name!r}")
    value = getattr(import_module(_HOMES.get(name, "storymap.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
