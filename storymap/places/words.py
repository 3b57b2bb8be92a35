"""What a word tells by itself: which role a small word plays, and whether a name nobody knows looks like a place's.

In goes a word, out comes a mark that is the same for all languages: what is learnt of English "by" holds for "door",
"par" and "przez". Asked by `storymap.places.tokens`; ``data/recipes/train_looks.py`` learns the weights of `looks`.
"""

import json
from functools import cache
from pathlib import Path
from zlib import crc32, decompress

__all__ = ["LOOKS_FILE", "governs", "looks", "numbers_of_pieces"]

LOOKS_FILE = Path(__file__).parent / "models" / "looks.json.z"

_TABLE = {
    "de": """
        in: in im ins
        on: auf am an
        to: nach richtung gen
        from: aus vom ab
        near: bei beim nahe nahes um unweit nördlich südlich östlich westlich gegenüber hinter vor unter über
        of: von der des
        by: durch
        with: mit samt ohne
        against: gegen
        for: für zugunsten
        between: zwischen
        and: und oder sowie
        the: die das den dem
    """,
    "en": """
        in: in at within inside across throughout
        on: on along
        to: to toward towards into
        from: from
        near: near around outside beyond north south east west off under over
        of: of
        by: by
        with: with without
        against: against vs
        for: for
        between: between among
        and: and or
        the: the
    """,
    "fr": """
        in: à en dans aux
        on: sur
        to: vers
        from: depuis
        near: près autour chez devant
        of: de du des d
        by: par
        with: avec sans
        against: contre
        for: pour
        between: entre
        and: et ou
        the: le la les l
    """,
    "es": """
        in: en
        on: sobre
        to: hacia hasta a al
        from: desde
        near: cerca junto ante bajo
        of: de del
        by: por
        with: con sin
        against: contra
        for: para
        between: entre
        and: y e o u
        the: el la los las
    """,
    "it": """
        in: in nel nello nell nella nei negli nelle a ad
        on: su sul sullo sull sulla sui sulle
        to: verso al allo all alla ai alle
        from: dal dallo dall dalla dai dalle
        near: presso vicino sopra sotto oltre
        of: di del dello dell della dei degli delle d
        by: da
        with: con senza col
        against: contro
        for: per
        between: tra fra
        and: e ed o
        the: il lo la i gli le l
    """,
    "nl": """
        in: in te binnen
        on: op aan
        to: naar
        from: uit vanuit vanaf
        near: bij nabij rond rondom buiten
        of: van
        by: door
        with: met zonder
        against: tegen
        for: voor
        between: tussen
        and: en of
        the: de het
    """,
    "pl": """
        in: w we
        on: na nad
        to: do ku
        from: z ze znad od
        near: pod koło obok przed za wokół
        by: przez
        with: bez
        against: przeciw przeciwko
        for: dla
        between: między pomiędzy
        and: i oraz lub
    """,
    "pt": """
        in: em no na nos nas
        on: sobre
        to: para até ao à aos às
        from: desde
        near: perto junto sob
        of: de do da dos das
        by: por pelo pela
        with: com sem
        against: contra
        between: entre
        and: e ou
        the: o a os as
    """,
    "sv": """
        in: i
        on: på vid
        to: till mot
        from: från
        near: nära utanför
        of: av
        with: med
        for: för
        between: mellan
        and: och
        the: den det
    """,
    "da": """
        in: i
        on: på ved
        to: til mod
        from: fra
        near: nær uden
        of: af
        with: med
        for: for
        between: mellem
        and: og
        the: den det
    """,
    "nb": """
        in: i
        on: på ved
        to: til mot
        from: fra
        near: nær utenfor
        of: av
        with: med
        for: for
        between: mellom
        and: og
        the: den det
    """,
    "ru": """
        in: в во
        on: на
        to: до к
        from: из с от
        near: у под возле около
        with: со без
        between: между
        and: и или
    """,
    "uk": """
        in: в у
        on: на
        to: до к
        from: з із зі від
        near: біля під коло
        with: без
        between: між
        and: і й та або
    """,
    "cs": """
        in: v ve
        on: na
        to: do ke k
        from: z ze od
        near: u pod nad před za poblíž vedle okolo
        by: přes
        with: s se bez
        against: proti
        for: pro
        between: mezi
        and: a i nebo
    """,
    "sk": """
        in: v vo
        on: na
        to: do k ku
        from: z zo od
        near: pri pod nad pred za blízko vedľa okolo
        by: cez
        with: s so bez
        against: proti
        for: pre
        between: medzi
        and: a i alebo
    """,
    "hr": """
        in: u
        on: na
        to: do prema
        from: iz s sa od
        near: kod kraj blizu pokraj ispod iznad pred
        by: kroz
        with: bez
        against: protiv
        for: za
        between: između
        and: i ili te
    """,
    "sl": """
        in: v
        on: na
        to: do k proti
        from: iz z s od
        near: pri pod nad pred ob blizu
        by: skozi
        with: brez
        for: za
        between: med
        and: in ali ter
    """,
    "bg": """
        in: в във
        on: на
        to: до към за
        from: от из
        near: край при под над близо
        with: с със без
        against: срещу
        between: между
        and: и или
    """,
    "ro": """
        in: în la din
        on: pe
        to: spre către până
        from: de
        near: lângă aproape sub peste
        of: al ale
        by: prin
        with: cu fără
        against: contra împotriva
        for: pentru
        between: între
        and: și şi sau
    """,
    "ca": """
        in: a en dins
        on: sobre
        to: cap fins
        from: des
        near: prop davant sota
        of: de del dels d
        with: amb sense
        against: contra
        for: per
        between: entre
        and: i o
        the: el la els les l
    """,
    "hu": """
        near: mellett közelében alatt felett
        by: által keresztül
        with: nélkül
        against: ellen
        for: számára
        between: között
        and: és vagy
        the: a az
    """,
    "fi": """
        near: lähellä vieressä
        with: kanssa
        against: vastaan
        between: välillä
        and: ja tai sekä
    """,
    "tr": """
        near: yakınında
        with: ile
        for: için
        against: karşı
        between: arasında
        and: ve veya
    """,
}

_CYRILLIC_SERBIAN = """
    in: у
    on: на
    to: до према ка
    from: из с са од
    near: код крај близу покрај испод изнад пред
    by: кроз
    with: без
    against: против
    for: за
    between: између
    and: и или те
"""

_TABLE["sr"] = _TABLE["hr"].rstrip() + _CYRILLIC_SERBIAN
_TABLE["bs"] = _TABLE["hr"]

_ROLES = {
    lang: {
        word: role.strip()
        for role, words in (line.split(": ") for line in lines.strip().splitlines())
        for word in words.split()
    }
    for lang, lines in _TABLE.items()
}


def governs(word: str, lang: str) -> str:
    """Return the role of a small word, "" if it has none that is known."""
    return _ROLES.get(lang, {}).get(word.lower(), "")


PIECES = 1 << 16
"""Numbers that pieces of words are given; two pieces may share one."""

LOOKS_STEP = 16
"""What the stored weights are multiples of: a sixteenth."""

MOST_LOOKS = 4


def numbers_of_pieces(word: str) -> list[int]:
    """Return the numbers of the strings of two to five letters that a word is made of, its edges marked."""
    letters = list(map(str.encode, f"^{word.lower()}$"))
    checksums, found = list(map(crc32, letters)), list[int]()
    for longer in (1, 2, 3, 4):
        # That of a piece goes on from that of the piece without its last letter.
        checksums = list(map(crc32, letters[longer:], checksums))
        found += checksums
    return [checksum % PIECES for checksum in found]


def looks(word: str) -> int:
    """Return how much a word looks like the name of a place and not like a person's or a common noun, -4 to 4."""
    numbers = numbers_of_pieces(word)
    score = sum(map(_weights_of_pieces().__getitem__, numbers)) / LOOKS_STEP / len(numbers) ** 0.5
    return int(max(-MOST_LOOKS, min(MOST_LOOKS, round(score))))


@cache
def _weights_of_pieces() -> list[int]:
    weights: list[int] = json.loads(decompress(LOOKS_FILE.read_bytes()))
    return weights
