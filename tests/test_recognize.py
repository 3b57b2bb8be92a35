"""Mentions stand where they should, tell places from people and words, and never break on odd text."""

import csv
import time
import unicodedata
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from by_definition import remember
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from storymap import map_text
from storymap.article.read import make_article
from storymap.model import Article, Role, Sentence
from storymap.pipeline import MODELS, map_article, open_gazetteer
from storymap.places import scorer, tagger
from storymap.places.cells import SCALE
from storymap.places.composed import compose
from storymap.places.recognize import GazetteerRecognizer, Span, find_mentions
from storymap.places.scorer import TAGS, Scorer, lay_out, read_weights
from storymap.places.seen import NEIGHBOURS, examine, features_at, places_of, tokenizer_of
from storymap.places.tagger import load_model

REACH = max(NEIGHBOURS)
"""How far off a word may be that a token sees."""

ROUNDED = 0.05
"""By how much a score may differ because what a cell remembers is rounded to hundredths on either side of a half."""


def mentions(text, lang):
    article = make_article(text, lang=lang)
    return find_mentions(article, GazetteerRecognizer(open_gazetteer()))


def names(text, lang):
    return [mention.text for mention in mentions(text, lang)]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("de", "Der Zug fuhr von Köln nach Frankfurt am Main.", ["Köln", "Frankfurt am Main"]),
        ("de", "Russlands Truppen stehen vor Charkiw.", ["Russlands", "Charkiw"]),
        ("de", "Sie lebt seit Jahren in Frankfurt (Oder).", ["Frankfurt (Oder)"]),
        ("de", "Der Ukraine-Krieg belastet die Wirtschaft.", ["Ukraine"]),
        ("de", "Am Schwarzen Meer liegt Odessa.", ["Schwarzen Meer", "Odessa"]),
        ("en", "Police in Springfield, Ohio, arrested a man from Columbus.", ["Springfield", "Ohio", "Columbus"]),
        ("en", "Russia's army left Kherson.", ["Russia", "Kherson"]),
        ("en", "The U.S. government warned Iran.", ["U.S.", "Iran"]),
        ("fr", "Le navire a quitté l'Ukraine pour Istanbul.", ["Ukraine", "Istanbul"]),
        ("it", "Il treno parte da Milano per Venezia.", ["Milano", "Venezia"]),
        ("it", "Il terremoto all'Aquila, poi un altro nell'Oregon.", ["Aquila", "Oregon"]),
        ("fr", "Il vit près de Saint-Omer.", ["Saint-Omer"]),
        ("en", "The Mt. Vernon News has reviewed the papers.", ["Mt. Vernon"]),
        ("nl", "Wateroverlast in Limburg: Valkenburg haalt opgelucht adem", ["Limburg", "Valkenburg"]),
        ("da", "Storm rammer Vestjylland: Broen ved Esbjerg lukket", ["Vestjylland", "Esbjerg"]),
        ("de", "Züge zwischen Wien/Breslau fallen aus.", ["Wien", "Breslau"]),
        (
            "sk",
            "Vláda v Bratislave rokuje o moste v Košiciach a vo Viedni.",
            ["Bratislave", "Košiciach", "Viedni"],
        ),
        ("fi", "Hallitus Helsingissä keskustelee sillasta Turussa.", ["Helsingissä", "Turussa"]),
        ("es", "El presidente viajó de Madrid a Bogotá.", ["Madrid", "Bogotá"]),
        ("es", "El rey viajó de Corea del Sur a la República Checa.", ["Corea del Sur", "República Checa"]),
        ("fr", "Il est parti d'Arabie saoudite pour l'Amérique centrale.", ["Arabie saoudite", "Amérique centrale"]),
        ("fr", "Il vit en Côte d' Ivoire .", ["Côte d' Ivoire"]),
        ("it", "Gli incendi nell'Oregon hanno raggiunto la California.", ["Oregon", "California"]),
        ("de", "KÖLN (dpa) - In Düsseldorf streiken die Fahrer.", ["KÖLN", "Düsseldorf"]),
        ("de", "Der Wagen kam aus Rothenburg o. d. T. nach Halle/Saale.", ["Rothenburg o. d. T.", "Halle/Saale"]),
        ("de", "«In Zürich wird gebaut», sagte sie in St. Gallen.", ["Zürich", "St. Gallen"]),
        ("en", "He was born in Frankfort, Ky., and died in Ohio.", ["Frankfort", "Ky.", "Ohio"]),
        ("pl", "Pociąg z Warszawy do Krakowa stanął pod Kielcami.", ["Warszawy", "Krakowa", "Kielcami"]),
        ("pl", "Minister leci do Korei Południowej.", ["Korei Południowej"]),
        ("ru", "Поезд из Москвы в Казань опоздал.", ["Москвы", "Казань"]),
        ("uk", "У Києві та Харкові лунали вибухи.", ["Києві", "Харкові"]),
        ("cs", "Nehoda u Olomouce zastavila dopravu na dálnici do Brna.", ["Olomouce", "Brna"]),
        ("ca", "La comissió es va reunir a Brussel·les i a Vila-seca.", ["Brussel·les", "Vila-seca"]),
    ],
)
def test_places_are_found(lang, text, expected):
    assert names(text, lang) == expected


@pytest.mark.parametrize(
    ("lang", "text", "name", "is_articled"),
    [
        ("it", "Ha vinto il Verona.", "Verona", True),
        ("it", "La nave torna dalla Spezia.", "Spezia", False),
        ("it", "Ha vinto a Verona.", "Verona", False),
        ("fr", "Il rentre du Havre.", "Havre", False),
        ("fr", "Le Brest de Roy a plié.", "Brest", True),
        ("pt", "Venceu o Braga.", "Braga", True),
        ("de", "Er kam aus der Schweiz.", "Schweiz", False),
    ],
)
def test_an_article_before_a_name_is_seen_unless_the_name_begins_with_it(lang, text, name, is_articled):
    [(_, _, seen)] = examine(make_article(text, lang=lang), open_gazetteer())
    assert ["articled" in token.marks for token in seen if token.word == name] == [is_articled]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("de", "Der Streit zwischen Nord- und Südkorea geht weiter.", {"Nord-": "Nordkorea", "Südkorea": "Südkorea"}),
        (
            "de",
            "In Ober- und Niederösterreich sind Flüsse über die Ufer getreten.",
            {"Ober-": "Oberösterreich", "Niederösterreich": "Niederösterreich"},
        ),
        ("nl", "De grens tussen Noord- en Zuid-Korea is dicht.", {"Noord-": "Noord-Korea", "Zuid-Korea": "Zuid-Korea"}),
    ],
)
def test_what_two_names_share_is_said_once(lang, text, expected):
    assert {mention.text: mention.place.label for mention in map_text(text, lang=lang).mentions} == expected


@pytest.mark.parametrize("text", ["Kurator und dem Senator", "Sohn von Bernhard"])
def test_a_compound_word_is_no_compound_name(text):
    assert "part" not in [mention.role for mention in mentions(f"Sie sprach mit dem {text}.", "de")]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Das Essen war gut, und der Hof war leer."),
        ("de", "Die russische Regierung und der Berliner Senat schwiegen."),
        ("de", "Am Montag sprach Frau Münster mit den Kollegen."),
        ("en", "Reading books is nice, Paris Hilton said."),
        ("en", "Russian and French officials met on Tuesday."),
        ("de", "Es regnete den ganzen Tag."),
    ],
)
def test_words_people_and_adjectives_are_no_places(lang, text):
    assert names(text, lang) == []


def test_a_place_in_a_compound_is_a_part():
    (mention,) = mentions("Der Ukraine-Krieg dauert an.", "de")
    assert mention.role is Role.PART


def test_a_recogniser_of_ones_own_takes_its_place():
    class Everything:
        def find_spans(self, _article):
            return [Span(0, 4), Span(0, 4), Span(13, 19)]

    article = make_article("Köln liegt in Europa.", lang="de")
    found = map_article(article, recognizer=Everything()).mentions
    assert [(m.start, m.end, m.text) for m in found] == [(0, 4, "Köln"), (13, 19, " Europ")]


def test_given_spans_are_resolved_and_nothing_else():
    text = "Zwischen Köln und Bonn liegt Wesseling."
    story = map_text(text, lang="de", spans=[(18, 22), (29, 400), (7, 7), (-3, 0)])
    assert [(m.text, m.place.label) for m in story.mentions] == [("Bonn", "Bonn"), ("Wesseling.", "Wesseling")]


PIECES = [
    [
        "Köln",
        "Paris",
        "(",
        ")",
        "'s",
        "U.S.",
        "-",
        " ",
        "\n\n",
        ".",
        ",",
        "München/Bonn",
        "\u0301",
        "🗺",
        "STRASSE",
        "Київ",
    ],
    [
        "北京",
        "東京都",
        "القاهرة",
        "و",
        "서울",
        "에서",
        "दिल्ली",
        "ภูเก็ต",
        "パリ",
        "ー",
        "\u200d",
        "\u1100",
        "\u093e",
        " ",
    ],
]
texts = st.text() | st.lists(st.one_of(*map(st.sampled_from, PIECES))).map("".join)

LANGUAGES = ["de", "en", "fr", "pl", "ru", "ar", "he", "zh", "ja", "ko", "hi", "th", "ka", "sw", ""]


@pytest.mark.parametrize(
    ("lang", "text", "listed"),
    [
        ("de", "Kleve und Nijmegen reaktivieren die Bahn.", ("Kleve", "Nijmegen")),
        ("es", "Los presidentes de Colombia, Perú y Bolivia se citan en Leticia.", ("Colombia", "Perú", "Bolivia")),
        ("it", "I negoziati fra Armenia e Azerbaigian riprenderanno a Tbilisi.", ("Armenia", "Azerbaigian")),
    ],
)
def test_names_side_by_side_have_one_role(lang, text, listed):
    roles = {mention.text: mention.role for mention in mentions(text, lang)}
    assert set(listed) <= set(roles)
    assert len({roles[name] for name in listed}) == 1


def test_a_name_whose_borders_alone_are_in_doubt_is_found():
    text = "Am Sonnabend sah er auf dem Flugplatz Knewitschi Bomber und im Hafen von Wladiwostok eine Fregatte."
    assert any("Knewitschi" in name for name in names(text, "de"))


@pytest.mark.parametrize(
    ("lang", "words", "is_list"),
    [
        ("de", ["und"], True),
        ("fr", [",", "l", "’"], True),
        ("en", [",", "and", "the"], True),
        ("en", ["the"], False),
        ("en", [",", "said"], False),
        ("en", [], False),
        ("en", [",", "and", ",", "and", "the"], False),
    ],
)
def test_what_makes_a_list_of_two_names(lang, words, is_list):
    assert tagger.is_list(words, lang) is is_list


@settings(deadline=None)
@given(texts, st.sampled_from(LANGUAGES))
def test_any_text_gives_mentions_that_slice_back(text, lang):
    assume(text.strip())
    article = make_article(text, lang=lang or None)
    found = find_mentions(article, GazetteerRecognizer(open_gazetteer()))
    assert all(article.text[m.start : m.end] == m.text and m.text for m in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(article.sentences[m.sentence].start <= m.start < article.sentences[m.sentence].end for m in found)


@settings(deadline=None)
@given(texts)
def test_a_composed_text_leads_back(text):
    composed, origins = compose(Article(text))
    assert composed.text == unicodedata.normalize("NFC", text)
    assert len(origins) == len(composed.text) + 1
    assert (origins[0], origins[-1]) == (0, len(text))
    assert all(before < after for before, after in pairwise(dict.fromkeys(origins)))


def both_forms(text, lang):
    """Return what is found in a text with composed and with decomposed accents, the names in one form."""
    for form in ("NFC", "NFD"):
        story = map_text(unicodedata.normalize(form, text), lang=lang)
        yield [(unicodedata.normalize("NFC", m.text), m.role, m.place.id) for m in story.mentions]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Der Zug fuhr von Köln über Nürnberg nach Österreich; auch die Münchner Linie nach Zürich fiel aus."),
        ("de", "Südkoreas Präsident reiste nach Łódź und São Paulo, im Rhône-Tal schneite es."),
        ("fr", "L'équipe a quitté Besançon pour l'Égypte, puis la Norvège et Tromsø."),
        ("pl", "Pożar wybuchł w Łodzi, a straż z Częstochowy i Kędzierzyna-Koźla pomagała."),
        ("ja", "パリから来た観光客が京都の寺を訪れた。"),
        ("ko", "대통령은 서울에서 베이징의 장관을 만났다."),
        ("hi", "प्रधानमंत्री ने दिल्ली में लंदन के मेयर से मुलाकात की।"),
    ],
)
def test_accents_apart_from_their_letters_make_no_difference(lang, text):
    composed, decomposed = both_forms(text, lang)
    assert composed == decomposed
    assert len(composed) >= 2


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(["Köln", "München", "in", "Österreich", "Łódź", "und", "-", ",", "Essen", "(Oder)"])))
def test_accents_make_no_difference_anywhere(words):
    assume(words)
    composed, decomposed = both_forms(" ".join(words), "de")
    assert composed == decomposed


@pytest.mark.parametrize(
    ("lang", "text", "labels"),
    [
        ("zh", "外交部长周二在北京会见了来自埃及的代表，随后前往上海。", {"北京", "埃及", "上海"}),
        (
            "ar",
            "التقى الوزير في القاهرة بوفد من سوريا، ثم سافر إلى بيروت وبغداد.",
            {"القاهرة", "سوريا", "بيروت", "بغداد"},
        ),
        ("ar", "وصلت المساعدات إلى غزة من القاهرة.", {"غزة", "القاهرة"}),
        ("he", "אלפי מפגינים צעדו בתל אביב ובחיפה.", {"תל אביב", "חיפה"}),
        ("ja", "首相は大阪と東京で会談した。", {"大阪", "東京"}),
        ("ko", "대통령은 서울에서 베이징의 장관을 만났다.", {"서울", "베이징"}),
        ("th", "นายกรัฐมนตรีเดินทางจากกรุงเทพมหานครไปยังเชียงใหม่", {"กรุงเทพมหานคร", "เชียงใหม่"}),
        ("hi", "बैठक दिल्ली और मुंबई में होगी।", {"दिल्ली", "मुंबई"}),
    ],
)
def test_a_script_without_capitals_gives_the_names_the_gazetteer_knows(lang, text, labels):
    for told in (lang, None):
        story = map_text(text, lang=told)
        assert {mention.text for mention in story.mentions} == labels
        assert all(place.passes(0) for place in story.places)
        assert story.provenance["recognizer"] == "gazetteer names alone"


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [("mk", "Претседателот пристигна од Москва во Скопје.", "Скопје"), ("is", "Lestin kemur til Berlín.", "Berlín")],
)
def test_a_language_not_learnt_says_so(lang, text, found):
    story = map_text(text, lang=lang)
    assert found in [mention.text for mention in story.mentions]
    assert story.provenance["recognizer"] == "built in, learnt from other languages"
    assert map_text("Der Zug fährt nach Köln.", lang="de").provenance["recognizer"] == "built in"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "text", "least"),
    [
        (
            "de",
            "Der Zug fuhr von Köln über Bonn nach Frankfurt am Main, wo Minister Berger aus Berlin wartete. ",
            30_000,
        ),
        ("de", "Von Köln nach Bonn und ", 80_000),
        ("de", "KölnBonnBerlin", 0),
        ("de", "Ko\u0308ln und Mu\u0308nchen melden Regen. ", 50_000),
        ("zh", "外交部长周二在北京会见了来自埃及的代表。", 30_000),
        ("ar", "التقى الوزير في القاهرة بوفد من سوريا ثم سافر إلى بيروت. ", 25_000),
    ],
    ids=["sentences", "no full stop", "no space", "accents apart", "Chinese", "Arabic"],
)
def test_a_megabyte_is_read_in_good_time(lang, text, least):
    text *= 1_000_000 // len(text.encode()) + 1
    started = time.process_time()
    story = map_text(text, lang=lang)
    assert time.process_time() - started < 25
    assert len(story.mentions) >= least


def test_a_paragraph_without_a_full_stop_is_read():
    assert len(mentions("Von Köln nach Bonn und " * 2000, "de")) == 4000


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("de", "BRAND IN HAMBURG\n\nEin Brand hat am Montag in Hamburg Schäden angerichtet.", ["HAMBURG", "Hamburg"]),
        ("en", "FIRE KILLS THREE IN CHICAGO\n\nThree people died on Monday.", ["CHICAGO"]),
        ("de", "🔥 Brand in Köln🚒! Feuerwehr aus Bonn hilft👍.", ["Köln", "Bonn"]),
        ("de", "DerZugfuhrvonKölnnachBonn", []),
    ],
)
def test_odd_looks(lang, text, expected):
    assert names(text, lang) == expected


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Am Montag sprach Frau Münster in Frankfurt (Oder) mit Ulm und Neu-Ulm. Köln schwieg."),
        ("fr", "Le maire d'Anvers a dit à l'Ukraine ce que Jean Paris pense du Havre."),
    ],
)
def test_scores_are_those_of_the_network_by_its_definition(lang, text):
    article, gazetteer = make_article(text, lang=lang), open_gazetteer()
    tokenizer, model = tokenizer_of(gazetteer, lang), load_model(lang)
    learnt = read_weights(MODELS / f"recognizer-{'de' if lang == 'de' else 'other'}.npz")
    weights, begins = dict(zip(learnt.names, learnt.features, strict=True)), [TAGS.index(f"B-{role}") for role in Role]
    steps = learnt.transitions / SCALE
    sentences = [seen for _, _, seen in examine(article, gazetteer)]
    row = lay_out(sentences)
    scores = dict(zip(*Scorer(learnt, places_of(lang)).scores(tokenizer, row), strict=True))
    for begin, seen in zip(row.begins, sentences, strict=True):
        is_open = [*[False] * REACH, *(token.is_open for token in seen), *[False] * REACH]
        near = [at for at in range(len(seen)) if any(is_open[at : at + 2 * REACH + 1])]
        features = [features_at(position, seen, tokenizer) for position in near]
        sums = np.array([sum(weights[name] for name in names if name in weights) for names in features])
        units = np.maximum(sums[:, len(TAGS) :] + learnt.threshold, 0)
        expected = sums[:, : len(TAGS)] / SCALE + units @ learnt.hidden / SCALE**2
        networks = np.split(units / SCALE, len(learnt.gates), axis=1)
        of_network = zip(
            networks, *(part / SCALE for part in (learnt.gates, learnt.gate_threshold, learnt.cells)), strict=True
        )
        for one, gates, threshold, cells in of_network:
            expected += np.round(remember(one, gates, threshold), 2) @ cells
        assert {at - begin for at in scores if 0 <= at - begin < len(seen)} == {at for at in near if seen[at].is_open}
        expected_at = dict(zip(near, expected, strict=True))
        opened = [at for at in near if seen[at].is_open]
        judged = model.judge(tokenizer, seen, [(at, at) for at in opened])
        for at, (odds, role) in zip(opened, judged, strict=True):
            wanted = expected_at[at]
            assert np.array(scores[begin + at]) / SCALE**2 == pytest.approx(wanted, abs=ROUNDED)
            before, behind = at > 0, at + 1 < len(seen)
            of_role = {
                tag: wanted[tag]
                - wanted[0]
                + before * (steps[0][tag] - steps[0][0])
                + behind * (steps[tag][0] - steps[0][0])
                for tag in begins
            }
            assert odds == pytest.approx(max(of_role.values()), abs=2 * ROUNDED)
            assert of_role[TAGS.index(f"B-{role}")] == pytest.approx(odds, abs=2 * ROUNDED)


def test_what_is_kept_and_what_is_scored_at_once_change_no_tag(monkeypatch):
    text = "Am Montag sprach Frau Münster in Frankfurt (Oder). Dann fuhr sie nach Ulm und Neu-Ulm. Köln schwieg."
    gazetteer = open_gazetteer()
    seen = [seen for _, _, seen in examine(make_article(text, lang="de"), gazetteer)]
    tokenizer, usual = tokenizer_of(gazetteer, "de"), load_model("de").tags(tokenizer_of(gazetteer, "de"), seen)
    monkeypatch.setattr(scorer, "WORDS_KEPT", 2)
    monkeypatch.setattr(tagger, "AT_ONCE", 1)
    forgetful = tagger.Model(read_weights(MODELS / "recognizer-de.npz"), places_of("de"))
    assert forgetful.tags(tokenizer, seen) == forgetful.tags(tokenizer, seen) == usual
    assert any(map(any, usual))


def test_every_name_of_several_words_begins_with_a_word_that_begins_names():
    gazetteer, checked = open_gazetteer(), 0
    for table, column in (("lookups.csv", "name"), ("declined.csv", "form")):
        with (Path(__file__).parent / table).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        for row in rows:
            name, tokenizer = row[column], tokenizer_of(gazetteer, row["lang"])
            first = tokenizer.tokens(name, Sentence(0, len(name)))[0]
            if name[first.end : first.end + 1] == " " and any(gazetteer.forms(name, row["lang"])):
                checked += 1
                assert tokenizer.begins_names(first.text), name
    assert checked > 200
