"""Stories built by hand from the values of storymap.model, for tests of what comes after the places are known.

An article is written with its names in double brackets, ``[[Pjöngjang]]`` or ``[[Moskaus|Moskau]]`` (text, then the
label of the place), a headline on the first line, blank lines between paragraphs. Offsets are counted here, from the
brackets, and never by searching for a name.
"""

import re
from collections.abc import Iterable, Mapping

from storymap.model import (
    Article,
    Block,
    BlockKind,
    Candidate,
    Entry,
    Kind,
    Mention,
    Place,
    Sentence,
    Status,
    Story,
)
from storymap.pipeline import open_gazetteer

BRACKETS = re.compile(r"\[\[(.+?)(?:\|(.+?))?\]\]")
SENTENCE = re.compile(r"\S(?:.*?)(?:[.!?][“”]?(?=\s|$)|$)")

KIM = """\
Kim und Putin treffen sich auf dem Weltraumbahnhof [[Wostotschny]]

Der nordkoreanische Machthaber Kim Jong Un ist am Mittwoch auf dem russischen Weltraumbahnhof [[Wostotschny]] \
eingetroffen. Präsident Wladimir Putin empfing ihn dort mit einem langen Händedruck vor der Startrampe. Es war ihre \
erste Begegnung seit vier Jahren, als beide in [[Wladiwostok]] am Pazifik zusammengekommen waren.

Kim war am Sonntag in [[Pjöngjang]] in seinen gepanzerten Sonderzug gestiegen. Die Fahrt führte ihn über den \
Grenzfluss nach Norden und dann fast zwei Tage lang durch die Taiga. In [[Wladiwostok]], wo viele mit dem Treffen \
gerechnet hatten, hielt der Zug nur kurz.

[[Moskau]] sucht Munition für den Krieg gegen die [[Ukraine]], [[Nordkorea]] braucht Getreide, Öl und Technik für \
seine Satelliten. Zwei Versuche, einen Aufklärer in die Umlaufbahn zu bringen, waren dem Land in diesem Jahr \
misslungen. „Deshalb sind wir ja hier“, sagte Putin auf die Frage, ob man beim Bau von Satelliten helfen werde.

In [[Kiew]] hieß es, jede Granate aus [[Nordkorea]] verlängere das Leid in der [[Ukraine]]. Auch Seoul äußerte sich \
besorgt, dass [[Moskau]] Technik liefern könnte, die unter Sanktionen steht. Beobachter erwarten, dass der Zug auf dem \
Rückweg abermals in [[Wladiwostok]] hält, wo Kim die Pazifikflotte besichtigen will. Von [[Wostotschny]] aus startete \
im August die Mondsonde Luna 25. Ein Ort namens [[Quellenthal]] fand sich auf keiner Karte.
"""

KIM_ENTRIES = {
    "Wostotschny": Entry(
        "storymap:vostochny-cosmodrome",
        "Vostochny Cosmodrome",
        Kind.FACILITY,
        51.884,
        128.334,
        None,
        "RU",
        "Amur Oblast",
    ),
    "Wladiwostok": Entry(
        "geonames:2013348", "Vladivostok", Kind.CITY, 43.1056, 131.8735, None, "RU", "Primorye", 604901
    ),
    "Pjöngjang": Entry("geonames:1871859", "Pyongyang", Kind.CITY, 39.0339, 125.7543, None, "KP", "Pyongyang", 3222000),
    "Moskau": Entry("geonames:524901", "Moscow", Kind.CITY, 55.7522, 37.6156, None, "RU", "Moscow", 10381222),
    "Ukraine": Entry(
        "geonames:690791", "Ukraine", Kind.COUNTRY, 49.0, 32.0, (22.13, 44.38, 40.23, 52.38), "UA", "", 44622516
    ),
    "Nordkorea": Entry(
        "geonames:1873107", "North Korea", Kind.COUNTRY, 40.0, 127.0, (124.2, 37.67, 130.7, 43.0), "KP", "", 25549819
    ),
    "Kiew": Entry("geonames:703448", "Kyiv", Kind.CITY, 50.4547, 30.5238, None, "UA", "Kyiv City", 2797553),
}


def write_story(
    source: str,
    entries: Mapping[str, Entry],
    *,
    confidences: Mapping[str, float] | None = None,
    others: Mapping[str, Iterable[Candidate]] | None = None,
    **article: str,
) -> Story:
    """Return the story of an article with its names in brackets; a label without an entry is unresolved."""
    text, found = "", []
    at = 0
    for match in BRACKETS.finditer(source):
        text += source[at : match.start()]
        found.append((len(text), match[1], match[2] or match[1]))
        text += match[1]
        at = match.end()
    text = (text + source[at:]).rstrip("\n")

    blocks, sentences = [], []
    for match in re.finditer(r"[^\n]+", text):
        kind = BlockKind.PARAGRAPH if blocks else BlockKind.HEADLINE
        blocks.append(Block(match.start(), match.end(), kind))
        for sentence in SENTENCE.finditer(match[0]):
            sentences.append(Sentence(match.start() + sentence.start(), match.start() + sentence.end()))

    mentions: dict[str, list[Mention]] = {}
    for start, name, label in found:
        number = next(i for i, sentence in enumerate(sentences) if start < sentence.end)
        mentions.setdefault(label, []).append(Mention(start, start + len(name), name, number))
    places = []
    for label, its in mentions.items():
        entry = entries.get(label)
        confidence = (confidences or {}).get(label, 0.93) if entry else 0.0
        candidates = (Candidate(entry, confidence), *(others or {}).get(label, ())) if entry else ()
        status = Status.AUTO if entry else Status.UNRESOLVED
        identity = entry.id if entry else f"unresolved:{label}"
        places.append(Place(identity, entry, label, confidence, tuple(its), candidates, (), status))
    whole = Article(text, sentences=tuple(sentences), blocks=tuple(blocks), **{"lang": "de", **article})
    return Story(whole, tuple(places), {"storymap": "0"})


QUIET = {
    "de": ("Eine stille Nacht", "In [[{}]] war es still, und niemand wusste, warum."),
    "en": ("A quiet night", "It was quiet in [[{}]], and nobody knew why."),
    "fr": ("Une nuit calme", "À [[{}]], tout était calme, et personne ne savait pourquoi."),
    "ar": ("ليلة هادئة", "كان الهدوء يسود [[{}]] في الساعة 12:30، ولم يعرف أحد السبب."),
    "he": ("לילה שקט", "היה שקט ב[[{}]] בשעה 12:30, ואיש לא ידע מדוע."),
}
"""By language the headline and the one sentence of `towns_story`."""


def towns_story(count: int, lang: str) -> Story:
    """Return the story of the largest towns in and around Europe, a paragraph each, as its language calls them."""
    gazetteer = open_gazetteer()
    towns = gazetteer.within((-10, 36, 42, 60), kinds={Kind.CITY}, limit=2 * count)
    named: dict[str, Entry] = {}
    for town in towns:
        # Of two towns of one name the larger, which comes first.
        named.setdefault(gazetteer.label(town, lang), town)
    named = dict(list(named.items())[:count])
    title, sentence = QUIET[lang]
    source = "\n\n".join([title, *(sentence.format(name) for name in named)])
    return write_story(source, named, lang=lang, title=title, url="https://zeitung.example/nacht")


def kim_story(**article: str) -> Story:
    """Return the story of Kim's journey: seven places on the map, one unresolved, one doubtful."""
    other = Entry("geonames:4076784", "Moscow", Kind.CITY, 46.7324, -117.0002, None, "US", "Idaho", 25060)
    facts = {"title": "Kim und Putin treffen sich auf dem Weltraumbahnhof Wostotschny", "published": "2023-09-13"}
    facts |= {"byline": "Von Anna Berger", "url": "https://zeitung.example/kim-wostotschny"}
    return write_story(
        KIM,
        KIM_ENTRIES,
        confidences={"Moskau": 0.52},
        others={"Moskau": [Candidate(other, 0.31)]},
        **{**facts, **article},
    )
