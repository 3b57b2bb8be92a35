"""A Story -> its pins: what a reader sees of each place, in the language of the article or another.

`make_pins` gives every place on the map a number, a line that says what it is, and its quotes, ready to be drawn by
`storymap.publish.draw` and to be listed by `storymap.publish.embed`. The words come from ``assets/phrases.json`` and
``assets/countries.json``.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from storymap.model import MIN_CONFIDENCE, Entry, Kind, Mention, Place, Story
from storymap.publish.fragment import text_fragment

if TYPE_CHECKING:
    from jinja2 import Environment, Template

__all__ = [
    "Pin",
    "Quote",
    "darken",
    "describe",
    "is_area",
    "is_folder_address",
    "languages",
    "load_phrases",
    "load_template",
    "make_pins",
    "make_quotes",
    "name_countries",
    "name_in",
    "name_others",
    "plain_quote",
    "read_asset",
    "read_inline",
    "read_script",
    "tidy",
    "web_address",
]

AREAS = frozenset(
    {Kind.CONTINENT, Kind.COUNTRY, Kind.ADMIN1, Kind.ADMIN2, Kind.REGION, Kind.SEA, Kind.RIVER, Kind.LAKE, Kind.ISLAND}
)
"""Kinds that have extent at the scale of a news map: a needle would claim a point that is none."""

_FALLBACK = "en"

_BESIDE = re.compile(r"^[ \t]*/\*.*?\*/\n?|^[ \t]*//[^\n]*\n?|^[ \t]+|^\n|[ \t]+// [^\n]*", re.MULTILINE | re.DOTALL)
"""What a browser does not read: comments, and the blanks and empty lines at which a line begins."""

_DARK = re.compile(
    r'@media screen and \(prefers-color-scheme: dark\) \{\n:root:not\(\[data-theme="light"\]\)([^}]*\}\n\}\n?)'
)
"""The rule of a style sheet for a dark system."""

_UNPRINTABLE = dict.fromkeys((*range(9), 11, *range(14, 32), 127), "\ufffd")

_OTHERS_NAMED = 2
"""So many other meanings a doubtful pin names; more would be a list, not a warning."""

_COUNTRIES_NAMED = 3
"""A sea or a mountain range has a dozen countries on it: naming them says less than naming none."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that mentions a place.

    ``parts`` is its text in pieces, by turns plain and naming the place. ``link`` leads to it in the published
    article, "" if that has no web address. ``lang`` is the language of the article, whatever that of the page.
    """

    sentence: int
    parts: tuple[str, ...]
    link: str
    lang: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A place on the map as a reader sees it.

    ``number`` counts from 1 in the order of first mention. ``label`` is the place's, with what tells it apart from
    another pin of that name. ``kind`` and ``countries`` are words of the page's language; ``line`` says them, and if
    the story happens there. ``doubt`` is "", or words that say the place may be another one: it is on the map because a
    publication asked for less confidence than we advise.
    """

    number: int
    place: Place
    entry: Entry
    label: str
    kind: str
    countries: tuple[str, ...]
    line: str
    doubt: str
    area: bool
    quotes: tuple[Quote, ...]


def plain_quote(quote: Quote) -> str:
    """Return the sentence as one line of text."""
    return " ".join("".join(quote.parts).split())


@cache
def read_asset(name: str) -> str:
    """Return the text of a file in ``assets/``."""
    return (Path(__file__).parent / "assets" / name).read_text(encoding="utf-8")


@cache
def read_inline(name: str) -> str:
    """Return one of our styles or scripts as it goes into a page: without comments and indentation, a quarter of it."""
    return darken(_BESIDE.sub("", read_asset(name)).lstrip())


def darken(css: str) -> str:
    """Return a style sheet whose rules for a dark system hold for the address that asks for the dark page too."""
    return _DARK.sub(lambda rule: f'{rule[0]}@media screen {{\n:root[data-theme="dark"]{rule[1]}', css)


def read_script(*names: str) -> str:
    """Return scripts of ours as the one that goes into a page, in strict mode; each as `read_inline` returns it."""
    return '"use strict";\n' + "".join(read_inline(f"{name}.js") for name in names)


@cache
def load_template(name: str) -> "Template":
    """Return a template of ``assets/``, which escapes its values."""
    return _templates().get_template(name)


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "assets"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    templates.filters["tidy"] = tidy
    return templates


def tidy(text: str) -> str:
    """Replace what HTML may not hold: control characters."""
    return text.translate(_UNPRINTABLE)


@cache
def _table(name: str) -> Mapping[str, Any]:
    table: Mapping[str, Any] = json.loads(read_asset(name))
    return table


def languages() -> tuple[str, ...]:
    """Return the languages that our pages speak, by their ISO 639-1 codes."""
    return tuple(_table("phrases.json"))


def name_in(file: str, lang: str) -> str:
    """Return what a page is called in another language than the article's.

    >>> name_in("map.html", "en")
    'map.en.html'
    """
    stem, suffix = file.rsplit(".", 1)
    return f"{stem}.{lang}.{suffix}"


def load_phrases(lang: str) -> Mapping[str, Any]:
    """Return the texts of the pages in a language, in English if there are none; ``phrases["lang"]`` says which."""
    tables = _table("phrases.json")
    code = lang if lang in tables else _FALLBACK
    return {**tables[code], "lang": code}


def make_pins(story: Story, min_confidence: float = MIN_CONFIDENCE, lang: str = "") -> tuple[Pin, ...]:
    """Return the pins of the places that are published, in the order of first mention; described in the language."""
    phrases = load_phrases(lang or story.article.lang)
    places = story.published(min_confidence)
    pins = []
    for number, (place, quotes) in enumerate(zip(places, make_quotes(story, places), strict=True), start=1):
        if entry := place.entry:
            line = describe(entry, phrases)
            if place.id in story.focus.scenes:
                line = f"{line} · {phrases['scene']}"
            doubt = "" if place.passes() else _doubt(place, phrases)
            kind, countries = phrases["kinds"][entry.kind.value], tuple(name_countries(entry.country.split(), phrases))
            pins.append(Pin(number, place, entry, place.label, kind, countries, line, doubt, is_area(entry), quotes))
    return tuple(_tell_apart(pins))


def _tell_apart(pins: Sequence[Pin]) -> Iterator[Pin]:
    """Add to the labels that several pins have what tells the most of them apart: kind, country or division."""
    namesakes: dict[str, list[Pin]] = {}
    for pin in pins:
        namesakes.setdefault(pin.label, []).append(pin)
    for pin in pins:
        group = namesakes[pin.label]
        ways = [[sign(each) for each in group] for sign in _SIGNS]
        best = max(ways, key=lambda way: len(set(filter(None, way))))
        sign = best[group.index(pin)] if len(set(best)) > 1 else ""
        yield replace(pin, label=f"{pin.label} ({sign})") if sign else pin


_SIGNS: Sequence[Callable[[Pin], str]] = (
    lambda pin: pin.kind,
    lambda pin: ", ".join(pin.countries),
    lambda pin: pin.entry.admin1,
)
"""What may stand behind a label to tell it apart; of two that do as well the first is taken."""


def is_area(entry: Entry) -> bool:
    """Tell whether a place has extent at the scale of a news map: by its kind, or, as the Alps, by its row."""
    return entry.kind in AREAS or entry.bbox is not None


def web_address(url: str) -> str:
    """Return the URL if a page may link to it: http or https and a host; else ""."""
    try:
        address = urlsplit(url)
    except ValueError:
        return ""
    fine = address.scheme in {"http", "https"} and address.hostname and url.isprintable() and " " not in url
    return url if fine else ""


def is_folder_address(url: str) -> bool:
    """Tell whether a URL can be that of a folder on the web, in which files have addresses."""
    return bool(web_address(url)) and not {"?", "#"} & set(url)


def describe(entry: Entry, phrases: Mapping[str, Any], *, division: bool = False) -> str:
    """Return kind and country of a place in words, with its first-level division between them if wanted."""
    kind: str = phrases["kinds"][entry.kind.value]
    countries = [] if entry.kind in {Kind.COUNTRY, Kind.CONTINENT} else entry.country.split()
    named = name_countries(countries, phrases) if len(countries) <= _COUNTRIES_NAMED else []
    return ", ".join([kind, *filter(None, [entry.admin1 if division else ""]), *named])


def name_countries(codes: Sequence[str], phrases: Mapping[str, Any]) -> list[str]:
    """Return the names of countries in the language of the page; a code that has none stays a code."""
    names = _table("countries.json")[phrases["lang"]]
    return [names.get(code, code) for code in codes]


def _doubt(place: Place, phrases: Mapping[str, Any]) -> str:
    return "; ".join(filter(None, (phrases["doubtful"], name_others(place, phrases, most=_OTHERS_NAMED))))


def name_others(place: Place, phrases: Mapping[str, Any], *, most: int) -> str:
    """Say what else a name may mean, each with its country, or its region in the same one; "" if nothing."""
    others = [candidate.entry for candidate in place.candidates if candidate.entry != place.entry]
    named = list(dict.fromkeys(_told_apart(other, place, phrases) for other in others))[:most]
    return str(phrases["also"].format(names=", ".join(named))) if named else ""


def _told_apart(other: Entry, place: Place, phrases: Mapping[str, Any]) -> str:
    same = other.country == place.country and other.admin1
    where = other.admin1 if same else ", ".join(name_countries(other.country.split(), phrases))
    return f"{other.name} ({where})" if where else other.name


def make_quotes(story: Story, places: Iterable[Place]) -> Iterator[tuple[Quote, ...]]:
    """Yield for each place the sentences that mention it."""
    return map(_Quotes(story).of, places)


class _Quotes:
    """The quotes of a story; one sentence is linked once, however many places it mentions."""

    def __init__(self, story: Story) -> None:
        self._article = story.article
        self._address = web_address(story.article.url)
        self._links: dict[int, str] = {}

    def of(self, place: Place) -> tuple[Quote, ...]:
        """Return each sentence that mentions the place, in order."""
        by_sentence: dict[int, list[Mention]] = {}
        for mention in sorted(place.mentions, key=lambda mention: mention.start):
            by_sentence.setdefault(mention.sentence, []).append(mention)
        return tuple(
            Quote(number, self._parts(number, mentions), self._link(number), self._article.lang or _FALLBACK)
            for number, mentions in sorted(by_sentence.items())
        )

    def _parts(self, number: int, mentions: Sequence[Mention]) -> tuple[str, ...]:
        text, sentence = self._article.text, self._article.sentences[number]
        parts, at = [], sentence.start
        for mention in mentions:
            if mention.start >= at:
                parts += [text[at : mention.start], text[mention.start : mention.end]]
                at = mention.end
        return (*parts, text[at : sentence.end])

    def _link(self, number: int) -> str:
        if not self._address:
            return ""
        if number not in self._links:
            sentence = self._article.sentences[number]
            directive = text_fragment(self._article.text, sentence.start, sentence.end)
            between = ":~:text=" if "#" in self._address else "#:~:text="
            self._links[number] = f"{self._address}{between}{directive}" if directive else self._address
        return self._links[number]
