"""Where a story happens: on the sample articles, and on small cases that say why."""

import pytest
from cases import ROOT
from stories import write_story

from storymap import map_article, read_article
from storymap.model import Entry, Kind, Role
from storymap.places.focus import find_focus

# What an editor would put on a locator map of each sample, and the country the story is about.
SCENES = {
    "anvers.md": ({"Anvers"}, "BE"),
    "aquila.txt": ({"L'Aquila"}, "IT"),
    "black-sea.md": ({"Odesa"}, "UA"),
    "frankfurt-oder.txt": ({"Frankfurt (Oder)"}, "DE"),
    "gotthard.md": ({"Gotthardpass"}, "CH"),
    "hochwasser.txt": ({"Niederösterreich", "Mähren", "Schlesien"}, "AT"),
    "koeln.html": ({"Hürth", "Ehrenfeld"}, "DE"),
    "springfield.txt": ({"Springfield"}, "US"),
    "valencia.html": ({"Paiporta"}, "ES"),
    "wostotschny.md": ({"Weltraumbahnhof Wostotschny"}, "RU"),
}

ENTRIES = {
    "Köln": Entry("geonames:2886242", "Cologne", Kind.CITY, 50.93, 6.95, None, "DE", "North Rhine-Westphalia"),
    "Bonn": Entry("geonames:2946447", "Bonn", Kind.CITY, 50.73, 7.1, None, "DE", "North Rhine-Westphalia"),
    "NRW": Entry("iso:DE-NW", "North Rhine-Westphalia", Kind.ADMIN1, 51.5, 7.5, None, "DE"),
    "Wien": Entry("geonames:2761369", "Vienna", Kind.CITY, 48.21, 16.37, None, "AT", "Vienna"),
    "Österreich": Entry("geonames:2782113", "Austria", Kind.COUNTRY, 47.3, 13.3, None, "AT"),
    "Polen": Entry("geonames:798544", "Poland", Kind.COUNTRY, 52.0, 20.0, None, "PL"),
    "Oslo": Entry("geonames:3143244", "Oslo", Kind.CITY, 59.9, 10.7, None, "NO", "Oslo"),
    "Rom": Entry("geonames:3169070", "Rome", Kind.CITY, 41.9, 12.5, None, "IT", "Lazio"),
    "Donau": Entry("storymap:danube", "Danube", Kind.RIVER, 48.2, 16.4, None, "DE AT SK HU"),
}


def focus_of(source, **options):
    story = write_story(source, ENTRIES, **options)
    focus = find_focus(story.article, story.places)
    labels = {place.id: place.label for place in story.places}
    return [labels[scene] for scene in focus.scenes], focus.country


# "Grain ship leaves Odesa": so many players leave their clubs in the sentences learnt from that Odesa is taken for
# those who act there, and a government or team is no scene.
MISSED = "black-sea.md"


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.xfail(strict=True)) if name == MISSED else name for name in SCENES],
)
def test_the_scene_of_a_sample_is_the_one_an_editor_would_choose(name):
    story = map_article(read_article(ROOT / "data" / "articles" / name))
    labels = {place.id: place.label for place in story.places}
    assert ({labels[scene] for scene in story.focus.scenes}, story.focus.country) == SCENES[name]


def test_the_headline_sets_the_scene():
    assert focus_of("Brand in [[Köln]]\n\nDer Minister war in [[Wien]].\n\nEr kam aus [[Wien]] erst spät.") == (
        ["Köln"],
        "DE",
    )


def test_both_ends_of_a_line_are_scenes():
    assert focus_of("Von [[Köln]] nach [[Bonn]]\n\nDie Linie fährt. Aus [[Wien]] kam Lob.")[0] == ["Köln", "Bonn"]


def test_without_a_place_in_the_headline_the_first_paragraph_does():
    source = "Feuer im Keller\n\nIn [[Köln]] brannte es.\n\nVerletzte kamen nach [[Bonn]]. In [[Rom]] war es still."
    assert focus_of(source) == (["Köln"], "DE")


@pytest.mark.parametrize(
    "line", ["[[Wien]]/[[Köln]], 3. Mai 2024. ", "[[Wien]] (dpa) - ", "[[Wien]] – ", "[[Wien]] (AFP). "]
)
def test_a_dateline_counts_less_than_what_the_paragraph_tells(line):
    scenes, _ = focus_of(f"Flut\n\n{line}In [[Bonn]] stieg das Wasser. Auch in [[Bonn]] regnete es.")
    assert scenes[0] == "Bonn"


def test_a_country_is_the_scene_only_if_nothing_in_it_is():
    assert focus_of("[[Polen]] hilft\n\nDie Regierung in [[Polen]] half.")[0] == ["Polen"]
    assert focus_of("[[Köln]] hilft [[Polen]]\n\nAus [[Köln]] kam Hilfe für [[Polen]].")[0] == ["Köln"]


def test_of_places_that_lie_in_one_another_one_is_the_scene():
    assert focus_of("Brand in [[Köln]], [[NRW]]\n\nEs brannte in [[Köln]], [[NRW]].")[0] == ["Köln"]
    assert focus_of(
        "Flut in [[Österreich]]\n\n[[Österreich]], [[Österreich]]: nass ist [[Österreich]]; [[Wien]] auch."
    )[0] == ["Österreich"]


def test_a_government_is_no_scene():
    story = write_story("[[Wien]] droht [[Köln]]\n\nEs ging um Geld.", ENTRIES)
    wien, koeln = story.places
    (mention,) = wien.mentions
    metonym = type(mention)(mention.start, mention.end, mention.text, mention.sentence, Role.METONYM)
    focus = find_focus(story.article, (type(wien)(wien.id, wien.entry, "Wien", 0.9, (metonym,)), koeln))
    assert focus.scenes == (koeln.id,)


def test_an_uncertain_place_weighs_less():
    source = "Von [[Köln]] nach [[Oslo]]\n\nEs fuhr ein Zug."
    assert focus_of(source, confidences={"Oslo": 0.2}) == (["Köln"], "DE")


def test_a_story_of_many_lands_is_about_none():
    source = "Reise\n\nVon [[Köln]] nach [[Wien]], [[Oslo]], [[Rom]] und [[Polen]]."
    assert focus_of(source)[1] == ""


def test_a_place_named_in_passing_is_no_scene():
    source = "Der Roman\n\nEs geht um Liebe.\n\nGedruckt wurde er in [[Wien]]. Der Autor war nie in [[Polen]]."
    assert focus_of(source)[0] == []


@pytest.mark.parametrize("source", ["Nichts Neues", "In [[Nirgendheim]]\n\nMan weiß nichts.", ""])
def test_a_story_without_known_places_has_no_focus(source):
    assert focus_of(source) == ([], "")
