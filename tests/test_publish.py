import csv
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import folium
import pandas as pd
import pytest
from conftest import LENIENT
from hypothesis import given, settings
from hypothesis import strategies as st
from stories import KIM_ENTRIES, kim_story, write_story

from storymap.model import Article, Candidate, Entry, Kind, Status, Story
from storymap.publish import publish
from storymap.publish.bundle import DEFAULT, FILES
from storymap.publish.contents import map_label, to_script_json
from storymap.publish.draw import draw_map
from storymap.publish.embed import embed_page, map_page, story_page
from storymap.publish.export import places_excel_csv, places_geojson
from storymap.publish.fragment import text_fragment
from storymap.publish.pins import load_phrases, make_pins, read_asset, web_address
from storymap.table import place_table

ASSETS = Path(__file__).parents[1] / "storymap" / "publish" / "assets"
NAMES = [FILES[kind].name for kind in DEFAULT]
NOWHERE = Story(Article("Der Ausschuss tagte lange.\n\nBeschlossen wurde nichts.", title="Lange Sitzung", lang="de"))


class Outline(HTMLParser):
    """The elements of a page, each with its attributes and the text directly in it."""

    def __init__(self, html):
        super().__init__()
        self.found, self._open = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._open.append({"tag": tag, "text": "", **dict(attrs)})
        self.found.append(self._open[-1])

    def handle_data(self, data):
        if self._open:
            self._open[-1]["text"] += data

    def handle_endtag(self, tag):
        while self._open and self._open.pop()["tag"] != tag:
            pass

    def all(self, **wanted):
        return [element for element in self.found if all(element.get(key) == value for key, value in wanted.items())]


def story_data(html):
    return json.loads(Outline(html).all(type="application/json")[0]["text"])


# ---- the bundle


def test_the_bundle_is_whole_and_listed(kim, tmp_path):
    files = publish(kim, tmp_path / "new" / "slug")
    assert [file.name for file in files] == NAMES
    assert sorted(path.name for path in (tmp_path / "new" / "slug").iterdir()) == sorted(NAMES)
    assert Story.read(tmp_path / "new" / "slug" / "story.json") == kim


def test_two_runs_give_the_same_bytes(kim, tmp_path):
    for name in ("one", "two"):
        publish(kim, tmp_path / name)
    for name in NAMES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_two_processes_give_the_same_bytes(tmp_path):
    code = "import sys, stories, storymap; storymap.publish(stories.kim_story(), sys.argv[1])"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / seed)], check=True, env=environment)
    for name in NAMES:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_other_files_in_the_folder_stay(kim, tmp_path):
    (tmp_path / "notes.txt").write_text("ours")
    (tmp_path / "map.html").write_text("old")
    publish(kim, tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "ours"
    assert (tmp_path / "map.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_failure_leaves_the_old_bundle_as_it_was(kim, tmp_path):
    publish(NOWHERE, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    (tmp_path / "places.csv").unlink()
    (tmp_path / "places.csv").mkdir()
    with pytest.raises(OSError, match=r"places\.csv"):
        publish(kim, tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    # What had already been moved is whole, and so is what had not.
    for name in ("embed.html", "map.html", "index.html"):
        assert (tmp_path / name).read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert (tmp_path / "story.json").read_bytes() == before["story.json"]


FULL = """\
import resource, sys, stories, storymap
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
storymap.publish(stories.kim_story(), sys.argv[1])
"""


def test_a_disk_that_takes_no_more_is_named_and_keeps_the_old_bundle(kim, tmp_path):
    publish(kim, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", FULL, tmp_path], check=False, env=environment, capture_output=True)
    said = done.stderr.decode().splitlines()[-1]
    assert f"{tmp_path}: cannot be written (File too large). Make room on the disk" in said
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_files_can_be_read_by_a_web_server(kim, tmp_path):
    umask = os.umask(0o022)
    try:
        files = publish(kim, tmp_path / "slug")
    finally:
        os.umask(umask)
    assert {file.stat().st_mode & 0o777 for file in files} == {0o644}
    assert (tmp_path / "slug").stat().st_mode & 0o777 == 0o755


def test_a_bundle_is_light(bundle):
    assert sum(file.stat().st_size for file in bundle.iterdir()) <= 900_000


def test_importing_publish_loads_nothing_heavy():
    code = "import sys, storymap.publish; print(sorted({'folium', 'pandas', 'jinja2', 'shapely'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


# ---- what pages ask for


@pytest.mark.parametrize("make", [story_page, map_page, embed_page])
@pytest.mark.parametrize("story", [kim_story(), NOWHERE], ids=["kim", "nowhere"])
def test_pages_name_no_address_to_load_from(make, story):
    page = Outline(make(story))
    for element in page.found:
        assert element["tag"] not in {"script", "img"} or not element.get("src")
        if element["tag"] == "link":
            assert element["href"] == "data:,"
        assert not [name for name in element if name.startswith("on")]
    styles = "".join(element["text"] for element in page.all(tag="style"))
    assert set(re.findall(r"url\((?!#)[\"']?(.{5})", styles)) <= {"data:"}


@pytest.mark.parametrize("make", [story_page, map_page, embed_page])
def test_pages_say_their_language_and_allow_zoom(make, kim):
    page = Outline(make(kim))
    assert page.all(tag="html")[0]["lang"] == "de"
    assert page.all(name="viewport")[0]["content"] == "width=device-width, initial-scale=1"
    assert "Wostotschny" in page.all(tag="title")[0]["text"]
    policy = page.all(tag="meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_scripts_are_free_of_what_could_run_text():
    ours = "".join(path.read_text(encoding="utf-8") for path in sorted(ASSETS.glob("*.js")))
    assert len(ours) > 20_000
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\(|setAttribute\(\"on", ours
    )
    assert not re.search(r"localStorage|sessionStorage|cookie|fetch\(|XMLHttp", ours)


# ---- what stands in them


def test_every_sentence_has_its_anchor_and_every_name_its_pin(kim):
    page = Outline(story_page(kim))
    assert [element["id"] for element in page.all(**{"class": "s"})] == [
        f"s{i}" for i in range(len(kim.article.sentences))
    ]
    names = re.findall(r'<a class="name" href="#place-(\d)" data-pin="(\d)"><span>(.*?)</span>', story_page(kim))
    assert names[:3] == [("1", "1", "Wostotschny"), ("1", "1", "Wostotschny"), ("2", "2", "Wladiwostok")]
    assert len(names) == 12
    assert not {"Quellenthal", "Moskau"} & {name for _, _, name in names}


def test_the_article_reads_as_it_was_written(kim):
    body = story_page(kim).split('<article class="story-text"')[1].split("</article>")[0]
    text = re.sub(r"<sup.*?</sup>|<[^>]*>|^[^>]*>", "", body)
    headline = kim.article.blocks[0]
    assert text.split() == kim.article.text[headline.end :].split()


def test_the_list_quotes_each_sentence_in_order(kim):
    listed = story_page(kim).split('id="place-2"')[1].split('id="place-3"')[0]
    assert re.findall(r'href="#(s\d+)"', listed) == ["s3", "s6", "s12"]
    assert listed.count("<mark>Wladiwostok</mark>") == 3
    assert "Stadt, Russland" in listed


def test_an_embedded_map_links_to_the_published_article(kim):
    listed = map_page(kim).split('id="place-3"')[1].split('id="place-4"')[0]
    assert "Kim war am Sonntag in <mark>Pjöngjang</mark> in seinen gepanzerten Sonderzug gestiegen.</a>" in listed
    (link,) = Outline(listed).all(tag="a")
    sentence = "Kim%20war%20am%20Sonntag,seinen%20gepanzerten%20Sonderzug%20gestiegen"
    assert link["href"] == f"https://zeitung.example/kim-wostotschny#:~:text={sentence}"


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "data:text/html,x", "//zeitung.example/", "https://", "ftp://a.example/"]
)
def test_without_a_web_address_quotes_are_no_links(url):
    page = map_page(kim_story(url=url))
    assert not [quote for quote in Outline(page).all(tag="a") if "href" in quote]
    assert "javascript:" not in page


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://zeitung.example/a?b=1&c=2#d", True),
        ("HTTP://zeitung.example", True),
        ("https://[::1", False),
        ("https://a.example/ b", False),
        ("https://a.example/\u202eb", False),
        ("https://a.example/\nb", False),
    ],
)
def test_only_plain_web_addresses_are_linked(url, kept):
    assert web_address(url) == (url if kept else "")


def test_a_sentence_that_names_a_place_twice_is_quoted_once():
    story = write_story("Kopf\n\nVon [[Kiew]] nach [[Kiew]]: ein Kreis.", KIM_ENTRIES)
    (pin,) = make_pins(story)
    assert [quote.parts for quote in pin.quotes] == [("Von ", "Kiew", " nach ", "Kiew", ": ein Kreis.")]


@pytest.mark.parametrize(
    ("facts", "labels"),
    [
        ((("city", "DE", "Hesse"), ("city", "DE", "Brandenburg")), ["Frankfurt (Hesse)", "Frankfurt (Brandenburg)"]),
        ((("city", "DE", "Hesse"), ("city", "US", "Kentucky")), ["Frankfurt (Deutschland)", "Frankfurt (USA)"]),
        ((("city", "DE", "Hesse"), ("region", "DE", "Hesse")), ["Frankfurt (Stadt)", "Frankfurt (Region)"]),
        ((("city", "DE", "Hesse"), ("city", "DE", "Hesse")), ["Frankfurt", "Frankfurt"]),
    ],
)
def test_pins_of_one_name_are_told_apart(facts, labels):
    entries = {
        f"F{i}": Entry(f"test:{i}", "Frankfurt", Kind(kind), 50.0, 8.0 + i, None, country, admin1)
        for i, (kind, country, admin1) in enumerate(facts)
    }
    story = write_story("[[Frankfurt|F0]] und [[Frankfurt|F1]]", entries)
    story = replace(story, places=tuple(replace(place, label="Frankfurt") for place in story.places))
    assert [pin.label for pin in make_pins(story)] == labels


def test_a_page_of_few_places_has_no_code_for_many(kim):
    assert "function gatherPins" not in map_page(kim)
    assert "function gatherPins" in map_page(pins_at(*((50 + i / 10, 8.0) for i in range(31))))


def test_doubt_is_said_in_words(kim):
    moskau = make_pins(kim, LENIENT)[3]
    assert moskau.label == "Moskau"
    assert moskau.doubt == "Zuordnung unsicher; möglich auch: Moscow (USA)"
    assert {pin.doubt for pin in make_pins(kim, LENIENT) if pin.number != moskau.number} == {""}
    assert "Zuordnung unsicher" in story_page(kim, LENIENT)


def test_a_story_without_places_has_a_friendly_page(tmp_path):
    files = publish(NOWHERE, tmp_path)
    assert "kein Ort genannt" in files[0].read_text(encoding="utf-8")
    assert json.loads((tmp_path / "places.geojson").read_text())["features"] == []
    assert len(pd.read_csv(tmp_path / "places.csv")) == 0
    assert map_label((), "de") == "Weltkarte, kein Ort ist markiert"


def test_an_article_without_blocks_and_sentences_is_printed_in_paragraphs():
    page = story_page(NOWHERE)
    assert "Der Ausschuss tagte lange.</p>" in page
    assert "Beschlossen wurde nichts.</p>" in page


def test_an_empty_article_gives_a_page():
    assert "<h1" in story_page(Story(Article("")))


# ---- languages


def test_every_language_has_every_phrase():
    tables = json.loads(read_asset("phrases.json"))
    assert sorted(tables) == ["de", "en", "es", "fr", "it", "nl", "pl", "pt"]
    for table in tables.values():
        assert sorted(table) == sorted(tables["en"])
        assert sorted(table["kinds"]) == sorted(Kind)
        assert sorted(table["statuses"]) == sorted(Status)
        assert sorted(table["columns"]) == sorted(tables["en"]["columns"])
        assert len(table["compass"].split()) == 4
        assert len(table["months"]) == 12
        assert "{count}" in table["more_many"]
        assert "{names}" in table["map_many"]
    countries = json.loads(read_asset("countries.json"))
    assert sorted(countries) == sorted(tables)
    assert len({frozenset(names) for names in countries.values()}) == 1


def test_an_unknown_language_gets_english_words_around_its_own_text():
    page = Outline(story_page(kim_story(lang="uk")))
    assert page.all(tag="html")[0]["lang"] == "en"
    assert page.all(tag="article")[0]["lang"] == "uk"
    assert load_phrases("uk")["close"] == "Close"


@pytest.mark.parametrize(
    ("lang", "line", "date"),
    [
        ("de", "Stadt, Russland", "13. September 2023"),
        ("en", "City, Russia", "13 September 2023"),
        ("fr", "Ville, Russie", "13 septembre 2023"),
        ("es", "Ciudad, Rusia", "13 de septiembre de 2023"),
        ("pl", "Miasto, Rosja", "13 września 2023"),
    ],
)
def test_lines_and_dates_are_in_the_language_of_the_article(lang, line, date):
    story = kim_story(lang=lang)
    assert make_pins(story)[1].line == line
    assert date in story_page(story)


@pytest.mark.parametrize(
    ("published", "shown"), [("2023-13-45", "2023-13-45"), ("gestern", "gestern"), ("", "Von Anna Berger<")]
)
def test_a_date_that_is_none_is_printed_as_it_is(published, shown):
    assert shown in story_page(kim_story(published=published))


# ---- the view


def pins_at(*points):
    entries = {f"P{i}": Entry(f"storymap:p{i}", f"P{i}", Kind.CITY, lat, lon) for i, (lat, lon) in enumerate(points)}
    return write_story(" und ".join(f"[[{name}]]" for name in entries), entries)


def test_the_view_holds_every_pin_across_the_date_line():
    data = story_data(map_page(pins_at((-18.1, 178.4), (-13.8, -171.8), (-21.1, -175.2))))
    (south, west), (north, east) = data["view"]
    assert (west, east) == (178.4, 188.2)
    for pin in data["pins"]:
        assert south <= pin["at"][0] <= north
        assert west <= pin["at"][1] <= east


def test_a_single_town_is_seen_with_its_surroundings():
    (south, west), (north, east) = story_data(map_page(pins_at((50.94, 6.96))))["view"]
    assert east - west == pytest.approx(3)
    assert north - south == pytest.approx(1.5)


def test_a_single_country_is_seen_whole():
    story = write_story("[[Ukraine]]", KIM_ENTRIES)
    assert story_data(map_page(story))["view"] == [[44.38, 22.13], [52.38, 40.23]]


def test_a_far_place_widens_the_view():
    (_, west), (_, east) = story_data(map_page(pins_at((50.9, 7.0), (51.2, 6.8), (-33.9, 151.2))))["view"]
    assert west <= 6.8
    assert east >= 151.2


AT_HOME = "\n\nIn [[Köln]] und [[Bonn]] regnete es. Auch in [[Köln]] stieg der Rhein. Aus [[Canberra]] kam ein Gruß."
RAIN = {
    "Köln": Entry("geonames:2886242", "Cologne", Kind.CITY, 50.93, 6.95, None, "DE"),
    "Bonn": Entry("geonames:2946447", "Bonn", Kind.CITY, 50.73, 7.1, None, "DE"),
    "Canberra": Entry("geonames:2172517", "Canberra", Kind.CITY, -35.28, 149.13, None, "AU"),
}


def test_a_far_place_of_little_weight_stays_outside_the_first_view():
    data = story_data(map_page(write_story("Regen am Rhein" + AT_HOME, RAIN)))
    (south, west), (north, east) = data["view"]
    assert (west, east) == (pytest.approx(5.525), pytest.approx(8.525))
    assert south < 50.73
    assert north > 50.93
    (south, west), (_, east) = data["whole"]
    assert (south, west, east) == (-35.28, 6.95, 149.13)
    assert len(data["pins"]) == 3


def test_a_far_place_in_the_headline_is_in_the_first_view():
    data = story_data(map_page(write_story("Regen von [[Köln]] bis [[Canberra]]" + AT_HOME, RAIN)))
    assert data["view"] == data["whole"]


def test_alternatives_in_the_same_country_are_told_apart_by_region():
    def springfield(region):
        return Entry(f"storymap:springfield-{region}", "Springfield", Kind.CITY, 40.0, -83.0, None, "US", region)

    others = [Candidate(springfield(region), 0.2) for region in ("Illinois", "Missouri", "Oregon")]
    entries = {"Springfield": springfield("Ohio")}
    confidences, said = {"Springfield": 0.4}, {"Springfield": others}
    story = write_story("In [[Springfield]]", entries, confidences=confidences, others=said)
    assert make_pins(story, 0.3)[0].doubt.endswith("möglich auch: Springfield (Illinois), Springfield (Missouri)")


# ---- folium


def test_the_map_is_a_folium_map_that_takes_further_layers(kim):
    drawn = kim.to_map()
    assert isinstance(drawn, folium.Map)
    before = drawn.get_root().render()
    folium.CircleMarker([51.9, 128.3], tooltip="hier", popup="dort").add_to(drawn)
    after = drawn.get_root().render()
    assert "L.circleMarker(" not in before.split("drawStory(map_story")[1]
    assert "L.circleMarker(" in after.split("drawStory(map_story")[1]
    page = Outline(after)
    assert not [element for element in page.found if element["tag"] == "script" and "src" in element]
    assert [link["href"] for link in page.all(tag="link")] == ["data:,"]


def test_rendering_twice_gives_the_same_page(kim):
    drawn = draw_map(kim)
    assert drawn.get_root().render() == drawn.get_root().render() == draw_map(kim).get_root().render()


def test_a_link_added_to_one_map_is_not_in_the_next(kim):
    draw_map(kim).add_js_link("more", "https://cdn.example/more.js")
    assert "cdn.example" not in draw_map(kim).get_root().render()
    assert folium.Map.default_js[0][0] == "leaflet"


def test_a_notebook_shows_the_map_in_a_frame_with_a_title(kim):
    frame = Outline(kim._repr_html_()).all(tag="iframe")[0]
    assert frame["title"] == "Karte: Kim und Putin treffen sich auf dem Weltraumbahnhof Wostotschny"
    assert frame["srcdoc"].startswith("<!DOCTYPE html>")


# ---- hostile text

HOSTILE = (
    "</script><script>alert(1)</script>",
    "${alert(1)}`${alert(2)}`",
    "<!--<script>",
    "]]><svg onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "a\u2028b\u2029c",
    "\u202egnilrets\u202c",
    "nul\x00nul\x1f",
    "&lt;b&gt;&amp;",
    "\ud800",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(text, tmp_path):
    story = write_story(
        f"{text}\n\nIn [[{text}|Kiew]] und {text}.", KIM_ENTRIES, title=text, byline=text, published=text, url=text
    )
    publish(story, tmp_path)
    for name in ("index.html", "map.html", "embed.html"):
        html = (tmp_path / name).read_text(encoding="utf-8")
        plain = Outline(html)
        wanted = {"index.html": 5, "map.html": 5, "embed.html": 1}[name]
        assert len(plain.all(tag="script")) == wanted
        assert {image["src"] for image in plain.all(tag="img")} <= {"map.svg"}
        assert not [element for element in plain.found for key in element if key.startswith("on")]
        assert "\x00" not in html


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_json_in_a_script_reads_back_and_cannot_end_it(value):
    text = to_script_json(value)
    assert json.loads(text) == value
    assert not {"<", "\u2028", "\u2029"} & set(text)


# ---- the data files


def test_the_csv_is_the_place_table(kim):
    text = places_excel_csv(kim)
    assert text.startswith("\ufeffnumber,place,label,")
    table = pd.read_csv(io.StringIO(text.removeprefix("\ufeff")))
    assert list(table.label) == list(place_table(kim).label)
    assert list(table.lat)[:7] == list(place_table(kim).lat)[:7]


def test_the_csv_holds_no_formula():
    entries = {"X": Entry("storymap:x", '=HYPERLINK("http://x.example")', Kind.CITY, -33.9, -70.6)}
    story = write_story("[[@SUM(A1)|X]] [[+1|Y]] [[-2|Z]]", entries)
    rows = list(csv.DictReader(io.StringIO(places_excel_csv(story).removeprefix("\ufeff"))))
    for row in rows:
        for column, cell in row.items():
            assert column in {"lat", "lon"} or not cell.startswith(("=", "+", "-", "@"))
    assert rows[0]["place"] == '\'=HYPERLINK("http://x.example")'
    assert rows[0]["lat"] == "-33.9"


def test_the_geojson_has_the_places_on_the_map(kim):
    data = json.loads(places_geojson(kim))
    assert data["type"] == "FeatureCollection"
    first, *_ = data["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [128.334, 51.884]}
    assert list(first["properties"]) == list(place_table(kim).columns)
    assert [feature["properties"]["label"] for feature in data["features"]] == [pin.label for pin in make_pins(kim)]
    assert data["features"][3]["bbox"] == [22.13, 44.38, 40.23, 52.38]


# ---- text fragments


def first_match(text, directive):
    """Find a directive as the draft says, over words: prefix, start, end, suffix, the first that fits."""

    def words(part):
        return [word.casefold() for word in re.findall(r"\w+", unquote(part))]

    def stands(part, at):
        return haystack[at : at + len(part)] == part

    haystack = words(text.replace("%", " "))
    parts = directive.split(",")
    prefix = words(parts.pop(0)[:-1]) if parts[0].endswith("-") else []
    suffix = words(parts.pop()[1:]) if parts[-1].startswith("-") else []
    start, end = words(parts[0]), words(parts[1]) if len(parts) > 1 else []
    for at in range(len(haystack)):
        if not stands(start, at) or (prefix and (at < len(prefix) or not stands(prefix, at - len(prefix)))):
            continue
        behind = at + len(start)
        if end:
            behind = next((i + len(end) for i in range(behind, len(haystack)) if stands(end, i)), -1)
        if behind >= 0 and (not suffix or stands(suffix, behind)):
            return at, behind
    return None


def words_before(text):
    return len(re.findall(r"\w+", text.replace("%", " ")))


def test_each_sentence_of_an_article_is_found(kim):
    text = kim.article.text
    for sentence in kim.article.sentences:
        directive = text_fragment(text, sentence.start, sentence.end)
        wanted = words_before(text[: sentence.start]), words_before(text[: sentence.end])
        assert first_match(text, directive) == wanted


def test_a_long_sentence_is_named_by_its_ends():
    text = "Eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf."
    assert text_fragment(text, 0, len(text)) == "Eins%20zwei%20drei%20vier,neun%20zehn%20elf%20zw%C3%B6lf"


def test_a_repeated_sentence_is_told_apart_by_its_context():
    text = "Kopf\n\nDanach Ruhe. Es regnete.\n\nDann Lärm. Es regnete."
    start = text.rindex("Es")
    assert text_fragment(text, start, len(text)) == "L%C3%A4rm-,Es%20regnete"


def test_signs_of_the_grammar_are_encoded():
    assert (
        text_fragment("Das AKW - ja, nein & vielleicht", 0, 31) == "Das%20AKW%20%2D%20ja%2C%20nein%20%26%20vielleicht"
    )


@pytest.mark.parametrize(
    ("text", "directive"),
    [
        # The browser has a word "l'Ukraine", and finds no "l" at the end of anything.
        ("Je suis pour l'Ukraine, je ne suis pas contre son grain, vraiment pas.", "Je%20suis%20pour%20l%27Ukraine"),
        ("Es ist nur z.B. für die Orte, an denen es 3,5 Grad und mehr warm ist.", "Es%20ist%20nur%20z.B"),
    ],
)
def test_a_directive_ends_where_a_word_of_the_browser_does(text, directive):
    assert text_fragment(text, 0, len(text)).partition(",")[0] == directive


def test_a_text_without_words_has_no_fragment():
    assert text_fragment("… – !", 0, 5) == ""


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["ja", "nein", "doch", "Ruhe", "Lärm", "Haus"]), min_size=1, max_size=14),
        min_size=1,
        max_size=8,
    )
)
def test_fragments_find_their_sentence_or_an_equal_one(sentences):
    lines = [" ".join(words) + "." for words in sentences]
    text = "\n\n".join(lines)
    at = 0
    for line in lines:
        found = first_match(text, text_fragment(text, at, at + len(line)))
        assert found is not None
        words = re.findall(r"\w+", text)
        assert words[found[0] : found[1]] == re.findall(r"\w+", line)
        at += len(line) + 2
