"""The program, a line a stage: an article goes in, a story of its places comes out.

Called by the command line, by `storymap.map_article` and `storymap.map_text`.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TypedDict

from storymap.article.language import read_code
from storymap.article.read import make_article
from storymap.edits import Edits, apply_edits
from storymap.gazetteer.store import Gazetteer
from storymap.model import VERSION, Article, Story
from storymap.places.check import check_places
from storymap.places.focus import find_focus
from storymap.places.recognize import GivenSpans, Recognizer, choose_recognizer, describe_method, find_mentions
from storymap.places.resolve import resolve_mentions

__all__ = ["MappingOptions", "Recognizer", "map_article", "map_text", "name_places", "open_gazetteer"]

MODELS = Path(__file__).parent / "places" / "models"


class MappingOptions(TypedDict, total=False):
    """How an article is mapped: what `map_article` takes beside it."""

    home: str | None
    recognizer: Recognizer | str | None
    gazetteer: Gazetteer | None


def map_article(
    article: Article,
    *,
    home: str | None = None,
    recognizer: Recognizer | str | None = None,
    gazetteer: Gazetteer | None = None,
    edits: Edits | None = None,
) -> Story:
    """Find the places an article names, and decide which ones they are and where the story happens.

    Parameters
    ----------
    article
        As `storymap.read_article` returns it.
    home
        ISO 3166-1 alpha-2 code of the country the desk writes from; it tips the balance between places of one name.
    recognizer
        What finds the mentions; by default the one built in. Any object with a method ``find_spans(article)`` that
        returns ``(start, end)`` pairs, or the name of one: ``module:Class``, or ``spacy:PIPELINE``.
    gazetteer
        The places to choose from, as `storymap.Gazetteer.open` gives them, a newsroom's own among them if it is told of
        them; by default the embedded ones.
    edits
        The article's place table as an editor changed it, from `storymap.read_edits`; it has the last word.

    Raises
    ------
    GazetteerError
        If the gazetteer is missing, damaged or of another version.
    MissingExtra
        If the recogniser named is not installed.
    PlaceTableError
        If a row of the edited table is wrong.
    RecognizerError
        If it does not fit, or gives spans that are none.
    """
    gazetteer = gazetteer or open_gazetteer()
    chosen = choose_recognizer(recognizer, gazetteer)
    mentions = find_mentions(article, chosen)
    places = resolve_mentions(article, mentions, gazetteer, home=(home or "").upper())
    places = apply_edits(article, places, edits) if edits else places
    provenance = {"recognizer": describe_method(chosen, article), **_provenance(gazetteer, edits)}
    return Story(article, places, provenance, find_focus(article, places), check_places(article, places, gazetteer))


def map_text(
    text: str,
    *,
    lang: str | None = None,
    spans: Sequence[tuple[int, int]] | None = None,
    home: str | None = None,
    recognizer: Recognizer | str | None = None,
    gazetteer: Gazetteer | None = None,
) -> Story:
    """Map a plain text as it stands: offsets in the story are offsets in `text`.

    Parameters
    ----------
    text
        Any text.
    lang
        Its language as an ISO 639-1 code; told from the text if left out.
    spans
        ``(start, end)`` of the place names, if they are known; then only these are resolved.
    home, recognizer, gazetteer
        As in `map_article`; spans given need no recogniser.

    Examples
    --------
    >>> [place.label for place in map_text("Von Rom nach Paris.", lang="de", spans=[(4, 7)]).places]
    ['Rom']
    """
    article = make_article(text, lang=lang)
    chosen = recognizer if spans is None else GivenSpans(spans)
    return map_article(article, home=home, recognizer=chosen, gazetteer=gazetteer)


def name_places(story: Story, lang: str, gazetteer: Gazetteer | None = None) -> Story:
    """Return the story with its places named in another language; the article and all else stay as they are.

    Parameters
    ----------
    story
        Any story.
    lang
        ISO 639-1 code of the language. A place without a name in it has the one that the gazetteer lists it by.
    gazetteer
        Where the names are from; by default the embedded one.

    Raises
    ------
    ArticleError
        If there is no such language.

    Examples
    --------
    >>> story = map_text("Von Rom nach Mailand.", lang="de", spans=[(4, 7), (13, 20)])
    >>> [place.label for place in name_places(story, "it").places]
    ['Roma', 'Milano']
    """
    names = gazetteer or open_gazetteer()
    code = read_code(lang)
    places = (replace(p, label=names.label(p.entry, code)) if p.entry else p for p in story.places)
    return replace(story, places=tuple(places))


@cache
def open_gazetteer(path: Path | None = None, house: Path | None = None) -> Gazetteer:
    """Open the package's gazetteer or another one, with a house's list of places if there is one, once a process."""
    return Gazetteer.open(path, house=house)


def _provenance(gazetteer: Gazetteer, edits: Edits | None) -> dict[str, str]:
    """Name what made a story, so that it can be made again."""
    edited = {"place_table": edits.digest} if edits else {}
    return {**gazetteer.provenance, "models": _digest_of_models(), "storymap": VERSION, **edited}


@cache
def _digest_of_models() -> str:
    """Return a hash of all weights."""
    weights = (path.read_bytes() for path in sorted(MODELS.glob("*.json*")))
    return sha256(b"".join(weights)).hexdigest()[:16]
