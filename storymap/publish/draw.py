"""A Story -> its map: a `folium.Map` that asks nobody for anything.

`draw_map` makes it; `Story.to_map` and `storymap.publish.embed` call that. Leaflet, our script, the base map and the
pins all lie in the page. Everything of the story is one element, `StoryLayer`: its data stand as JSON in a script
element that runs nothing, and ``assets/story.js`` builds the page's elements from them with ``textContent``. So no
text of an article is ever markup or code, which folium's own popups cannot promise.
"""

# mypy: allow-untyped-calls
# branca and folium are typed in part; the untyped methods called here are the ones meant to be called.

import json
import re
from base64 import b64encode
from collections.abc import Sequence
from html import escape

from branca.element import Element, Figure, MacroElement
from folium import Map
from folium.template import Template, tojavascript

from storymap.model import MIN_CONFIDENCE, Article, Story
from storymap.publish.contents import CROWD, map_data, map_label, script_data, to_script_json
from storymap.publish.pins import Pin, load_phrases, load_template, make_pins, read_asset, read_inline, read_script
from storymap.publish.style import PLAIN, Style, style_sheet
from storymap.publish.tiles import Tiles
from storymap.publish.view import choose_view

__all__ = ["StoryMap", "draw_map"]

_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 25 41"><path fill="#35506e" stroke="#fff" '
    'd="M12.5 40.5C9 31 .5 21 .5 12.5a12 12 0 0 1 24 0c0 8.5-8.5 18.5-12 28z"/><circle cx="12.5" cy="12.5" '
    'r="4.5" fill="#fff"/></svg>'
)
_BLANK = '<svg xmlns="http://www.w3.org/2000/svg"/>'

_JQUERY_STAND_IN = """
window.$ = window.$ || function (what) {
  if (typeof what !== "string") return { ready: function (act) { act(); } };
  return new DOMParser().parseFromString(what, "text/html").body.children;
};
"""
"""All that folium's own popups, which users may add, ask of jQuery."""


class StoryFigure(Figure):
    """The page around a map: what `folium.Map.save` writes and a notebook shows."""

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="{{ this.lang }}">\n'
        '<head>\n<meta charset="utf-8">\n<title>{{ this.title | e }}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        "<script>{{ this.stand_in }}</script>\n{{ this.header.render(**kwargs) }}\n</head>\n"
        "<body>\n{{ this.html.render(**kwargs) }}\n<script>\n{{ this.script.render(**kwargs) }}\n</script>\n</body>\n"
        "</html>\n"
    )

    stand_in = _JQUERY_STAND_IN

    def __init__(self, *, lang: str, title: str) -> None:
        super().__init__(title=title)
        self.lang = lang
        # The encoding is declared by the template, in the first bytes where browsers look for it.
        self.header.add_child(Element(""), name="meta_http")

    def _repr_html_(self, **kwargs: object) -> str:
        """Show the page in a frame, as a notebook does; the frame has a title, so that it can be announced."""
        page = escape(self.render(**kwargs))
        return (
            f'<iframe title="{escape(self.title or "")}" srcdoc="{page}" '
            'style="width:100%;aspect-ratio:3/2;min-height:380px;border:0"></iframe>'
        )


class Verbatim(Element):
    """Text that goes into the page as it is.

    An `Element` of branca is a Jinja template, even what a macro made of another: an article that says ``{{ … }}``
    would be executed while its page is written.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: object) -> str:
        """Return the text."""
        return self.text


class StoryLayer(MacroElement):
    """The story on the map: its pins, their quotes, and the land below.

    Parameters
    ----------
    drawn
        The map it lies on.
    data
        What ``assets/story.js`` draws; see `storymap.publish.contents.map_data`.
    """

    _template = Template("")
    _identity = "layer"
    _function = "drawStory"

    def __init__(self, drawn: "StoryMap", data: object) -> None:
        super().__init__()
        self._name = "Story"
        self.map = drawn
        self.json = to_script_json(data)

    @classmethod
    def _generate_id(cls) -> str:
        return cls._identity

    def render(self, **_: object) -> str:
        """Put the data, and the line that draws them, into the page; return nothing of its own."""
        name, page = self.get_name(), self.map.figure
        Verbatim(f'<script type="application/json" id="{name}">{self.json}</script>').add_to(page.html, name=name)
        draw = f'{self._function}({self.map.get_name()}, document.getElementById("{name}"));'
        Verbatim(draw).add_to(page.script, name=name)
        return ""


class TileOffer(StoryLayer):
    """The offer to load the map of a tile service; ``assets/tiles.js`` makes it."""

    _identity = "tiles"
    _function = "offerTiles"

    def __init__(self, drawn: "StoryMap", tiles: Tiles) -> None:
        data = {
            "url": tiles.url,
            # Leaflet takes it for markup.
            "attribution": escape(tiles.attribution),
            "subdomains": tiles.subdomains,
            "max_zoom": tiles.max_zoom,
        }
        super().__init__(drawn, data)


class StoryMap(Map):
    """A `folium.Map` without third parties and with the same bytes every time.

    Add layers of your own as to any folium map. Those that need Leaflet alone work as they are: markers, circles,
    lines, GeoJSON, tooltips, popups, tile layers. `folium.Icon` and most plugins need more libraries; add those with
    ``map.get_root().header.add_child(folium.JavascriptLink(...))``.

    Parameters
    ----------
    article
        The story's; its title is the page's.
    pins
        The story's places, as `storymap.publish.pins.make_pins` returns them.
    linked
        Whether the map stands in a page with the article: quotes then lead to the sentence in that page
        (``#s0`` and so on) instead of the published article.
    style
        How it looks.
    tiles
        The service whose map it offers to readers who agree.
    lang
        The language of the page, in which the pins are described; by default the article's.
    """

    _template = Template("")

    def __init__(
        self,
        article: Article,
        pins: Sequence[Pin],
        *,
        linked: bool = False,
        style: Style = PLAIN,
        tiles: Tiles | None = None,
        lang: str = "",
    ) -> None:
        view = choose_view(pins)
        west, south, east, north = view.home
        super().__init__(
            location=[(south + north) / 2, (west + east) / 2],
            zoom_start=3,
            tiles=None,
            zoom_control=False,
            zoom_snap=0.25,
        )
        # Of the map, not of the class: folium's `add_js_link` would else change every map of the program.
        self.default_js, self.default_css = [], []
        lang = lang or article.lang
        phrases = load_phrases(lang)
        title = article.title or phrases["untitled"]
        self.figure = StoryFigure(lang=phrases["lang"], title=phrases["map_title"].format(title=title))
        self.figure.add_child(self)
        extras = [name for name, wanted in (("crowd", len(pins) > CROWD), ("tiles", bool(tiles))) if wanted]
        scripts = ["basemap", "areas", "spread", "steps", "story", *extras]
        sheets = ["basemap", "story", *(["tiles"] if tiles else [])]
        self.styles = (_leaflet_css(), *(read_inline(f"{name}.css") for name in sheets), style_sheet(style))
        self.scripts = (_leaflet_js(), read_script(*scripts))
        self.stage = load_template("stage.html.j2").render(
            map_name=self.get_name(),
            pins=pins,
            lang=lang or phrases["lang"],
            phrases=phrases,
            map_title=map_label(pins, lang),
            linked=linked,
            tiles=tiles,
            crowd=len(pins) > CROWD,
        )
        self.add_child(StoryLayer(self, script_data(map_data(pins, view, lang=lang), pins, lang)))
        if tiles:
            self.add_child(TileOffer(self, tiles))

    @classmethod
    def _generate_id(cls) -> str:
        # folium draws its ids at random; ours is fixed, because a page holds one story.
        return "story"

    def render(self, **kwargs: object) -> str:
        """Put Leaflet, our script, the map itself and its layers into the page; return nothing of its own."""
        name = self.get_name()
        styles = [f"<style>{style}</style>" for style in self.styles if style]
        scripts = [f"<script>{script}</script>" for script in self.scripts]
        options = tojavascript({"center": self.location, **self.options})
        Verbatim("\n".join(styles + scripts)).add_to(self.figure.header, name=name)
        Verbatim(self.stage).add_to(self.figure.html, name=name)
        Verbatim(f'var {name} = L.map("{name}", {options});').add_to(self.figure.script, name=name)
        super().render(**kwargs)
        return ""

    def parts(self) -> tuple[str, str, str]:
        """Return the map as parts of a page: styles and scripts for the head, elements, and the script that draws."""
        self.render()
        return self.figure.header.render(), self.figure.html.render(), self.figure.script.render()


def draw_map(
    story: Story, *, min_confidence: float = MIN_CONFIDENCE, style: Style = PLAIN, tiles: Tiles | None = None
) -> StoryMap:
    """Return the map of a story as a `folium.Map`.

    Parameters
    ----------
    story
        Any story; one without places gives a map of the world.
    min_confidence
        What is less sure stays off the map.
    style
        How it looks.
    tiles
        The service whose map it offers to readers who agree.

    Returns
    -------
    StoryMap
        A `folium.Map`. Rendering it twice gives the same bytes.
    """
    return StoryMap(story.article, make_pins(story, min_confidence), style=style, tiles=tiles)


def _leaflet_css() -> str:
    # The sheet names images beside it. Only the layer control shows one: a square, drawn here.
    return re.sub(r"url\(images/[^)]*\)", f'url("{_data_uri(_BLANK)}")', read_inline("leaflet/leaflet.css"))


def _leaflet_js() -> str:
    script = read_asset("leaflet/leaflet.js")
    # The last line names a source map, which the developer tools would ask for.
    script = script[: script.rindex("//# sourceMappingURL")]
    icon = {"iconUrl": _data_uri(_ICON), "iconRetinaUrl": _data_uri(_ICON), "shadowUrl": _data_uri(_BLANK)}
    return f'{script}L.Icon.Default.imagePath="";L.Icon.Default.mergeOptions({json.dumps(icon)});'


def _data_uri(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
