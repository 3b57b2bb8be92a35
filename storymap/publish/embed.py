"""A Story -> its pages: the article beside its map, the map alone, and the code that embeds it.

`story_page`, `map_page` and `embed_page` each return a whole HTML file that needs no other and no network;
`oembed_json`, `component_script` and `sync_script` are for the pages that the map stands in. `storymap.publish.bundle`
calls them. The templates lie in ``assets/`` and escape whatever is put into them, but for our own scripts and styles
and for the parts of the map, in which `storymap.publish.draw` made all text inert. Each page carries a content
security policy with the hashes of its own scripts and styles: nothing else runs in it.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack
from urllib.parse import urljoin, urlsplit

from storymap.errors import SettingError
from storymap.model import MIN_CONFIDENCE, Article, Block, BlockKind, Mention, Story
from storymap.publish.contents import map_label
from storymap.publish.draw import StoryMap
from storymap.publish.pins import (
    Pin,
    is_folder_address,
    load_phrases,
    load_template,
    make_pins,
    name_in,
    read_inline,
    read_script,
    tidy,
    web_address,
)
from storymap.publish.policy import POLICY, seal
from storymap.publish.questions import list_questions
from storymap.publish.rows import list_rows
from storymap.publish.style import PLAIN, Style, style_sheet
from storymap.publish.tiles import Tiles

__all__ = ["component_script", "embed_page", "map_page", "oembed_json", "story_page", "sync_script"]

OEMBED_SIZE = (600, 400)
"""Width and height of the frame for a CMS that doesn't let it be as wide as its place: WordPress drops the style."""

LONG_LIST = 12
"""So many places make a list that one no longer takes in at a glance."""

_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of an article on the page: plain text, a name with its pin, or a sentence made of such runs."""

    text: str = ""
    pin: int = 0
    sentence: int | None = None
    runs: "tuple[Run, ...]" = ()


@dataclass(frozen=True, slots=True)
class _Heading:
    heading: bool
    runs: tuple[Run, ...]


class PageLooks(TypedDict, total=False):
    """How a page looks, and what it knows of the files around it.

    ``beside`` has the names of the bundle's files: if ``map.svg`` is among them, a browser without scripts shows it in
    place of the map; of ``card.png`` the page tells social networks, if ``base_url`` says at which address the folder
    will lie. ``also_in`` has the other languages that the page is there in, and for each the story with its places
    named in it; ``lang`` says which of them this page speaks, if it is one of those.
    """

    style: Style
    tiles: Tiles | None
    beside: Collection[str]
    base_url: str
    lang: str
    also_in: Mapping[str, Story]


def story_page(story: Story, min_confidence: float = MIN_CONFIDENCE, **looks: Unpack[PageLooks]) -> str:
    """Return ``index.html``: the article beside its map, each leading to the other, and what is left to check.

    What is to check, and why each place was chosen, is said in the language of the article; a page in another language
    has neither.
    """
    article = story.article
    pins = make_pins(story, min_confidence, looks.get("lang", ""))
    own = "lang" not in looks
    blocks = list(article.blocks) or list(_paragraphs(article.text))
    numbers = {pin.place.id: pin.number for pin in pins}
    named = [(mention, numbers.get(mention.place.id, 0)) for mention in story.mentions if mention.place]
    shown = [_Heading(block.kind is not BlockKind.PARAGRAPH, _sentences(article, block, named)) for block in blocks]
    rows = list_rows(story, min_confidence) if own else ()
    headline = shown.pop(0).runs if blocks and blocks[0].kind is BlockKind.HEADLINE else ()
    return _page(
        "index.html.j2",
        article,
        pins,
        looks,
        map=_map(article, pins, looks, linked=True),
        headline=headline,
        byline=" · ".join(filter(None, (article.byline, _date(article.published, load_phrases(article.lang))))),
        blocks=shown,
        questions=list_questions(story, min_confidence) if own else (),
        rows=rows,
        row_of={row.number: line for line, row in enumerate(rows, start=1)},
        article_css=read_inline("article.css"),
        table_css=read_inline("table.css"),
        filters=_filters(pins),
        page_js=read_script("page", *(["table"] if rows else [])),
    )


def map_page(story: Story, min_confidence: float = MIN_CONFIDENCE, **looks: Unpack[PageLooks]) -> str:
    """Return ``map.html``: the map alone, for an iframe; its quotes lead to the published article, if it has a URL."""
    article, pins = story.article, make_pins(story, min_confidence, looks.get("lang", ""))
    return _page(
        "map.html.j2",
        article,
        pins,
        looks,
        address=web_address(article.url),
        map=_map(article, pins, looks, linked=False),
        frame_js=read_script("frame"),
    )


def _filters(pins: Sequence[Pin]) -> Mapping[str, Sequence[str]]:
    """Return by what a long list can be narrowed: the kinds and the countries in it; nothing for a short one."""
    if len(pins) < LONG_LIST:
        return {}
    kinds, countries = {pin.kind for pin in pins}, {country for pin in pins for country in pin.countries}
    return {name: sorted(words) for name, words in (("kind", kinds), ("country", countries)) if len(words) > 1}


def embed_page(story: Story, min_confidence: float = MIN_CONFIDENCE, **looks: Unpack[PageLooks]) -> str:
    """Return ``embed.html``: the code that embeds the map, each way to copy, and what it looks like."""
    article, pins = story.article, make_pins(story, min_confidence)
    others = looks.get("also_in", {})
    choices = [("", load_phrases(article.lang)["language"], map_label(pins, article.lang))]
    for lang, told in others.items():
        choices.append((lang, load_phrases(lang)["language"], map_label(make_pins(told, min_confidence, lang), lang)))
    return _page(
        "embed.html.j2",
        article,
        pins,
        looks,
        choices=choices if others else [],
        picture="map.png" if "map.png" in looks.get("beside", ()) else "map.svg",
        story_css=read_inline("story.css"),
        embed_css=read_inline("embed.css"),
        style_css=style_sheet(looks.get("style", PLAIN)),
        embed_js=read_inline("embed.js"),
        resize_js=read_inline("resize.js"),
    )


def oembed_json(story: Story, min_confidence: float = MIN_CONFIDENCE, *, base_url: str = "") -> str:
    """Return ``oembed.json``, by which a CMS that is given the address of the map or its page embeds it.

    A server that only has files can't heed the ``maxwidth`` that a CMS may ask for; the frame is as wide as its place.

    Raises
    ------
    SettingError
        If the address of the bundle is not known: an oEmbed answer has to name it.
    """
    folder = _folder(base_url)
    if not folder:
        raise SettingError("oembed.json has to name the address at which the map will lie: give a --base-url.")
    article, pins = story.article, make_pins(story, min_confidence)
    title, label = _title(article, load_phrases(article.lang)), map_label(pins, article.lang)
    snippets: Any = load_template("snippets.html.j2").module
    width, height = OEMBED_SIZE
    html = snippets.oembed(folder, label, title, web_address(article.url), width, height)
    answer = {
        "version": "1.0",
        "type": "rich",
        "title": tidy(title),
        "provider_name": urlsplit(folder).hostname,
        "provider_url": urljoin(folder, "/"),
        "width": width,
        "height": height,
        "html": str(html),
    }
    return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"


def _folder(base_url: str) -> str:
    """Return the address of a bundle's folder with the slash at its end; "" if there is none."""
    if base_url and not is_folder_address(base_url):
        raise SettingError(
            f"{base_url} is no address of a folder on the web. One looks like https://maps.example.org/story/."
        )
    return base_url and base_url.rstrip("/") + "/"


def component_script(_story: Story, _min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return ``story-map.js``, which is the same for every story: the element ``<story-map>``."""
    return read_inline("story-map.js")


def sync_script(_story: Story, _min_confidence: float = MIN_CONFIDENCE) -> str:
    """Return ``story-sync.js``, which is the same for every story: it ties the page of an article to its map."""
    return read_inline("story-sync.js")


def _page(template: str, article: Article, pins: Sequence[Pin], looks: PageLooks, **values: object) -> str:
    lang = looks.get("lang", article.lang)
    phrases, tiles, beside = load_phrases(lang), looks.get("tiles"), looks.get("beside", ())
    name = template.removesuffix(".j2")
    versions = {
        load_phrases(article.lang)["lang"]: name,
        **{other: name_in(name, other) for other in looks.get("also_in", {})},
    }
    html = load_template(template).render(
        phrases=phrases,
        lang=article.lang or load_phrases("")["lang"],
        own="lang" not in looks,
        name=versions[phrases["lang"]],
        versions=versions if len(versions) > 1 else {},
        title=_title(article, phrases),
        policy=POLICY,
        pins=pins,
        map_title=map_label(pins, lang),
        page_css=read_inline("page.css"),
        language_js=read_inline("language.js"),
        tiles=tiles,
        beside=beside,
        base_url=_folder(looks.get("base_url", "")),
        **values,
    )
    images = [*(["'self'"] if 'src="map.svg"' in html else []), *(tiles.origins if tiles else ())]
    return seal(html, images=images, frames=("'self'", "file:"))


def _map(article: Article, pins: Sequence[Pin], looks: PageLooks, *, linked: bool) -> Mapping[str, str]:
    style, tiles = looks.get("style", PLAIN), looks.get("tiles")
    drawn = StoryMap(article, pins, linked=linked, style=style, tiles=tiles, lang=looks.get("lang", ""))
    return dict(zip(("head", "body", "script"), drawn.parts(), strict=True))


def _title(article: Article, phrases: Mapping[str, Any]) -> str:
    headline = next((b for b in article.blocks if b.kind is BlockKind.HEADLINE), None)
    first = article.text[headline.start : headline.end] if headline else ""
    title: str = article.title or " ".join(first.split()) or phrases["untitled"]
    return title


def _date(published: str, phrases: Mapping[str, Any]) -> str:
    found = _ISO_DATE.match(published)
    if not found or not 1 <= int(found[2]) <= 12:
        return published
    year, month, day = map(int, found.groups())
    date: str = phrases["date"].format(day=day, month=phrases["months"][month - 1], year=year)
    return date


def _paragraphs(text: str) -> Iterator[Block]:
    """Yield the blocks of a text that nobody cut into blocks: what stands between blank lines."""
    for match in re.finditer(r"\S(?:.*?\S)??(?=\s*\n\s*\n|\s*\Z)", text, re.DOTALL):
        yield Block(match.start(), match.end())


def _sentences(article: Article, block: Block, named: Sequence[tuple[Mention, int]]) -> tuple[Run, ...]:
    runs, at = [], block.start
    first = bisect_left(article.sentences, block.start, key=lambda sentence: sentence.start)
    for number, sentence in enumerate(article.sentences[first:], start=first):
        if sentence.end > block.end:
            break
        runs.append(Run(article.text[at : sentence.start]))
        runs.append(Run(sentence=number, runs=_names(article, sentence.start, sentence.end, named)))
        at = sentence.end
    return (*runs, *_names(article, at, block.end, named))


def _names(article: Article, start: int, end: int, named: Sequence[tuple[Mention, int]]) -> tuple[Run, ...]:
    runs, at = [], start
    first = bisect_left(named, start, key=lambda pair: pair[0].start)
    for mention, pin in named[first:]:
        if mention.start >= end:
            break
        if pin and at <= mention.start and mention.end <= end:
            runs += [Run(article.text[at : mention.start]), Run(mention.text, pin=pin)]
            at = mention.end
    return (*runs, Run(article.text[at:end]))
