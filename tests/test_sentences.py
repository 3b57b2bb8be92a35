"""Blocks and sentences: torture sentences of seven languages, hostile text, and time."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storymap.article.sentences import FUNCTION_WORDS, find_blocks, join_blocks, split_sentences
from storymap.model import Block, BlockKind

# One line a case; the bar stands where a sentence ends.
TORTURE = {
    "de": """
        Die Kirche stammt aus dem 19. Jh. und steht in Köln. | Dann wurde sie umgebaut.
        Im 20. Jahrhundert wuchs die Stadt. | Im 2. Weltkrieg wurde sie zerstört.
        Das gilt z. B. für Köln. | Und z.B. auch für Bonn.
        Am 13. September reiste er ab. | Am 14. kam er an.
        Am Mo., 5. Okt. 2023, kam er.
        Mozarts Sinfonie Nr. 5 erklang. | Die Nr. 6 folgte.
        Köln, Bonn u. a. Städte melden Hochwasser. | Betroffen ist u. a. Essen.
        Dr. h. c. Meyer sprach. | Prof. Dr. h. c. mult. Schulz schwieg.
        In Frankfurt a. M. regnet es. | In Frankfurt a.M. regnet es.
        Frankfurt a. d. Oder liegt im Osten. | Rothenburg o. d. T. liegt im Süden.
        In St. Gallen schneit es. | In St. Pölten auch.
        «Ich komme.» | Er ging.
        »Ich komme.« | Er ging.
        „Ich komme.“ | Er ging.
        ‹Ja.› | Er ging. | ›Nein.‹ | Sie kam.
        „Ich komme“, sagte er. | „Du auch.“
        Er sagte: „Ich komme. Du auch.“ | Dann ging er.
        »Komm!«, rief er. | »Wohin?«
        Er sagte: «Komm!» und ging.
        J. R. Smith kam. | J.R. Smith ging.
        Er kam 1990. | Danach ging er.
        Es kostet 3,5 Mio. Euro. | Das sind 2 Mrd. Dollar.
        Nach Abs. 2 gilt das. | Vgl. Art. 5 GG.
        Er wartete … | Dann kam sie.
        Er wartete... dann kam sie.
        Papst Johannes XXIII. reiste nach Rom. | Kaiser Wilhelm II. blieb.
        Er verließ die USA. | Deshalb kam er.
        Das war alles usw. | Danach kam er.
        Der Ort bestand 5 n. Chr. schon. | Die Stadt nicht.
        Er lebt i. d. R. in Köln. | D. h. er schläft dort.
        Der 1. FC Köln stieg ab. | Der FC St. Pauli stieg auf.
        Das ist gut. | (Er ging. Sie kam.) | Das Ende.
        Wohin? | Nach Neustadt a. d. Aisch! | Er fuhr los.
        Hochwasser in Köln
    """,
    "en": """
        U.S. officials said so. | He lives in the U.S. | They left.
        The U.S. Supreme Court ruled. | The U.N. Security Council met.
        Washington, D.C. is big. | He left Washington, D.C. | Then he came.
        Frankfort, Ky. is small. | He is from Paris, Tex. originally.
        In Frankfort, Ky. Governor Beshear spoke.
        At 5 a.m. he left. | He left at 5 p.m. | Then she came.
        Mr. Smith met Mrs. Jones. | Dr. J. R. Smith met Gov. Newsom.
        “I come.” | He left. | “You come,” she said. | “Now.”
        St. Louis is in Missouri. | Mt. Everest is not.
        Sen. John Doe, D-Calif., spoke. | Gen. Lee did not.
        He left on Jan. 5. | She left on Feb. 6, 2020.
        He works for Apple Inc. in Cork. | She joined Apple Inc. | Then she left.
        Wait... what? | Yes!
    """,
    "fr": """
        « Je viens. » | Il est parti.
        «\u00a0Je viens\u00a0», dit-il. | «\u202fToi aussi.\u202f»
        M. Macron est à Paris. | Mme Dupont aussi. | MM. Durand et Martin non.
        Au XIXe s. av. J.-C. il pleuvait. | En 50 apr. J.-C. aussi.
        Sur l'av. Foch il pleut. | Le bd. Voltaire est long.
        Il faut du pain, du lait, etc. | Puis il est parti.
        L’Ukraine attend. | D’Anvers, il est allé à Gand.
        Attends… | Il vient.
    """,
    "it": """
        Il sig. Rossi è a Roma. | La sig.ra Bianchi no. | Il dott. Verdi sì.
        S. Pietro è a Roma. | Nel sec. XIX pioveva. | L'art. 5 è chiaro.
        Nel 50 a.C. pioveva. | L'on. Rossi tace.
        «Vengo.» | È partito.
        È qui. | È all'Aquila.
    """,
    "es": """
        EE.UU. responde. | Vive en EE.UU. | Luego se fue.
        El Sr. López está en Madrid. | La Sra. Gómez no.
        La Avda. de América es larga. | Vive en el n.º 5.
        D. Juan vive. | Dª. María también.
        ¿Qué pasa? | ¡No! | Sí.
    """,
    "nl": """
        Dhr. Jansen is in Den Haag. | Mevr. de Vries niet.
        Dat is o.a. in Gent zo. | Bijv. in Brussel.
        ‘Ik kom.’ | Hij ging.
        In 's-Hertogenbosch regent het. | 's Avonds niet.
        Drs. Jan kwam. | Prof. dr. Piet ging.
    """,
    "pl": """
        Ul. Długa jest długa. | Al. Jerozolimskie też.
        W XIX w. padało. | W 2020 r. też. | Dnia 5 maja 2020 r. przyszedł.
        „Idę.” | Poszedł.
        Prof. dr hab. Jan Kowalski mieszka m.in. w Gdańsku. | Np. tak.
        Św. Jan. | Woj. śląskie.
    """,
}
CASES = [(lang, line.strip()) for lang, lines in TORTURE.items() for line in lines.strip().split("\n")]


def split(text, lang, blocks=None):
    return [text[s.start : s.end] for s in split_sentences(text, find_blocks(text) if blocks is None else blocks, lang)]


@pytest.mark.parametrize(("lang", "line"), CASES, ids=[f"{lang}-{line[:30]}" for lang, line in CASES])
def test_torture(lang, line):
    sentences = line.split(" | ")
    assert split(" ".join(sentences), lang) == sentences


def test_there_are_torture_sentences_enough():
    assert len(CASES) >= 70


def test_a_sentence_never_runs_over_a_block():
    text = "Hochwasser in Köln\n\nDer Rhein\n\nsteigt weiter. Bonn wartet"
    assert split(text, "de") == ["Hochwasser in Köln", "Der Rhein", "steigt weiter.", "Bonn wartet"]


def test_white_space_between_sentences_is_in_none():
    text = "  Köln wartet. \t Bonn auch.\u00a0 "
    assert split(text, "de") == ["Köln wartet.", "Bonn auch."]


def test_an_unknown_language_splits_at_full_stops():
    assert split("Un. Deux trois. Quatre.", "xx") == ["Un.", "Deux trois.", "Quatre."]


def test_offsets_count_characters_beyond_the_basic_plane():
    text = "😀 Köln lacht. 😀 Bonn weint."
    assert split(text, "de") == ["😀 Köln lacht.", "😀 Bonn weint."]


def test_everyday_words_are_known_for_all_our_languages():
    assert {"de", "en", "fr", "it", "es", "nl", "pl", "pt"} == set(FUNCTION_WORDS)
    assert all(word == word.lower() for words in FUNCTION_WORDS.values() for word in words)


LANGS = ["de", "en", "fr", "it", "es", "nl", "pl", "pt", "ru", "xx", ""]
ODD = "\x00\x1c\u2028\u00a0\u202f\u0301\u200d\ufeff\ud800\x85א。😀"
WORDS = [" usw. ", "z. B. ", "Der ", "’s ", "Ky. ", "St. ", "19. "]
HOSTILE = st.lists(
    st.sampled_from([*"aBäÜ .!?…“”„»«‹›\"'’()[]\n\r\t01–-", *ODD, *WORDS]),
    max_size=60,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(text=st.one_of(HOSTILE, st.text(max_size=200)), lang=st.sampled_from(LANGS))
def test_sentences_cover_any_text(text, lang):
    sentences = split_sentences(text, find_blocks(text), lang)
    covered = set()
    before = 0
    for sentence in sentences:
        assert before <= sentence.start < sentence.end <= len(text)
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]
        covered.update(range(sentence.start, sentence.end))
        before = sentence.end
    assert [i for i, char in enumerate(text) if not char.isspace() and i not in covered] == []


@settings(max_examples=200, deadline=None)
@given(text=st.one_of(HOSTILE, st.text(max_size=200)))
def test_no_sentence_crosses_the_edge_of_a_block(text):
    blocks = find_blocks(text)
    for sentence in split_sentences(text, blocks, "de"):
        assert any(block.start <= sentence.start and sentence.end <= block.end for block in blocks)


@pytest.mark.parametrize(
    "text",
    [
        "wort " * 200_000,
        "a" * 1_000_000,
        "„" * 200_000,
        "Der. " + "“" * 300_000,
        "„Der usw. " * 50_000,
        "\n" * 1_000_000,
    ],
    ids=["no full stop", "one word", "opening quotes", "closing quotes", "abbreviations", "empty lines"],
)
def test_a_megabyte_takes_seconds_at_most(text):
    start = process_time()
    sentences = split_sentences(text, find_blocks(text), "de")
    assert process_time() - start < 8  # 0.1 to 1 s measured; quadratic time would be minutes
    assert sum(s.end - s.start for s in sentences) >= sum(len(word) for word in text.split())


def test_a_long_block_is_cut_at_sentence_ends():
    text = "Köln wartet auf den Rhein. " * 2000
    assert set(split(text, "de")) == {"Köln wartet auf den Rhein."}


def test_blocks_of_a_plain_text():
    text = (
        "Rhein steigt weiter\n\n"
        "In Köln stehen die Keller unter Wasser. In Bonn auch.\n\n"
        "Pegel in Bonn\n\n"
        "Am Morgen stand der Pegel bei acht Metern, so hoch wie seit Jahren nicht."
    )
    assert [(block.kind, text[block.start : block.end][:8]) for block in find_blocks(text)] == [
        (BlockKind.HEADLINE, "Rhein st"),
        (BlockKind.PARAGRAPH, "In Köln "),
        (BlockKind.SUBHEAD, "Pegel in"),
        (BlockKind.PARAGRAPH, "Am Morge"),
    ]


def test_a_lone_line_is_a_paragraph():
    assert find_blocks("Hochwasser in Köln") == (Block(0, 18, BlockKind.PARAGRAPH),)


def test_a_headline_may_ask():
    text = "Steigt der Rhein weiter?\nDas fragen sich viele in Köln."
    assert [block.kind for block in find_blocks(text)] == [BlockKind.HEADLINE, BlockKind.PARAGRAPH]


def test_lines_of_a_hard_wrapped_text_are_one_block():
    text = (
        "Rhein steigt weiter\n\n"
        "In Köln stehen seit dem frühen Morgen die Keller unter Wasser, und\n"
        "auch in Bonn und in Koblenz hat die Feuerwehr die Straßen am Ufer\n"
        "gesperrt, weil der Pegel noch immer steigt.\n\n"
        "Der Scheitel wird in der Nacht erwartet."
    )
    assert len(find_blocks(text)) == 3


def test_lines_of_other_texts_are_blocks_of_their_own():
    text = "Köln: 8,20 Meter am Morgen\nBonn: 7,90 Meter\nKoblenz: 7 Meter und weiter steigend\nMainz: 6,10 Meter"
    assert len(find_blocks(text)) == 4


def test_no_text_has_no_blocks():
    assert find_blocks("") == find_blocks(" \n\n ") == ()
    assert split_sentences("", (), "de") == ()


def test_joined_blocks_know_where_they_stand():
    text, blocks = join_blocks(
        [(BlockKind.HEADLINE, " Der  Rhein "), (BlockKind.PARAGRAPH, " \n"), (BlockKind.PARAGRAPH, "x\ny")]
    )
    assert text == "Der Rhein\n\nx y"
    assert blocks == (Block(0, 9, BlockKind.HEADLINE), Block(11, 14, BlockKind.PARAGRAPH))
