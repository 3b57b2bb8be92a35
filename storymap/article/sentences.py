"""Blocks and sentences: where an article's headline, paragraphs and sentences begin and end.

In goes a text, out come offsets in that very text; nothing here changes it. `storymap.article.read` and
`storymap.article.html` call it. Sentence ends are found by the package sentencex and mended where newspapers of our
languages write what it does not know: "im 19. Jh.", "M. Macron", "l'art. 5", "U.S. Supreme Court".
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from storymap.model import Block, BlockKind, Sentence

__all__ = ["FUNCTION_WORDS", "find_blocks", "join_blocks", "split_sentences"]

FUNCTION_WORDS = {
    lang: frozenset(words.split())
    for lang, words in {
        "de": """
            der die das den dem des ein eine einen einem einer und oder aber doch denn auch nicht ist sind war wird
            werden wurde hat haben er sie es wir ich ihr man sich mit von vom zu zum zur für auf aus bei beim nach vor
            in im an am als wie so wenn weil dass da dann danach dort hier nun noch nur über um unter seit durch gegen
            dies diese dieser dieses sein seine seiner ihre ihren was wer wo kein keine alle viele mehr bis ob zwar
            sogar jetzt
        """,
        "en": """
            the a an and or but not is are was were be been has have had he she it we they you i this that these those
            his her its their our my of to in on at for with from by as about after before when while if then there
            here who what which will would can could should no so all more over into than however meanwhile still some
            many
        """,
        "fr": """
            le la les un une des du de et ou mais ne pas est sont était ont été il elle on nous vous ils elles je ce
            cette ces son sa ses leur leurs qui que dans pour par sur avec en au aux après avant depuis mais puis
            ainsi selon comme plus alors si dont où se lui tout tous quand cela ceux
        """,
        "it": """
            il lo la i gli le un uno una e ed o ma non è sono era ha hanno che chi di del dello della dei degli delle
            a al alla ai alle da dal dalla in nel nella con su sul sulla per tra fra come più poi dopo prima anche se
            si questo questa questi queste suo sua loro quando ora così però
        """,
        "es": """
            el la los las un una unos unas y e o u pero no es son era fue ha han que quien de del a al en con por para
            sin sobre entre desde hasta como más si se lo su sus este esta estos estas ese esa luego después antes
            también cuando según ya muy ni donde porque
        """,
        "nl": """
            de het een en of maar niet is zijn was waren heeft hebben hij zij ze wij we ik je dat die dit deze van in
            op aan met voor door naar uit over bij tot om te als dan toen er ook nog wel geen meer na sinds volgens
            daarna hier daar waar wat wie werd worden wordt kan zal
        """,
        "pl": """
            i a w we z ze na do od dla po przez przy nad pod o u nie jest są był była było byli być to ten ta te tego
            tej tym że się jak ale lub albo oraz czy co kto który która które jego jej ich on ona oni my już jeszcze
            tylko także kiedy gdy potem według bo za
        """,
        "pt": """
            o a os as um uma e ou mas não é são foi era tem que quem de do da dos das em no na nos nas com por pelo
            pela para sem sobre entre desde até como mais se seu sua seus este esta isso ele ela eles também quando
            depois já muito ao à onde porque segundo
        """,
    }.items()
}
"""Everyday words by language: they begin sentences, and which of them a text has gives its language away."""

_ALWAYS, _NUMBER, _UNLESS = "always", "number", "unless"
"""When an abbreviation's full stop ends no sentence: always, before a number, unless an everyday word follows."""

_ABBREVIATIONS = {
    lang: {word: rule for rule, words in rules.items() for word in words.split()}
    for lang, rules in {
        "de": {
            _ALWAYS: """
                dr prof nr st hl fa mult bzw ca dipl ing hrsg frhr gebr evtl ggf inkl sog vgl z.b u.a d.h z.t s.o
                v.a i.d.r hr fr ev kath gen stellv geb verh
            """,
            _NUMBER: "abs art bd kap abb anm tel ziff jg s",
            _UNLESS: "mio mrd mill tsd jh jhd chr co str std min okt nov dez jan feb aug sept usw usf etc jr",
        },
        "en": {
            _ALWAYS: """
                mr mrs ms dr gov sen rep lt sgt capt cmdr maj col st mt ft rev hon vs messrs pres supt e.g i.e det
            """,
            _NUMBER: "no nos p pp fig vol art sec ch jan feb mar apr aug sept oct nov dec",
            _UNLESS: """
                inc corp ltd co bros jr sr a.m p.m ala ariz ark calif colo conn fla ga ill ind kan ky la md mass
                mich minn miss mo mont neb nev okla ore pa tenn tex va vt wash wis wyo gen etc
            """,
        },
        "fr": {
            _ALWAYS: "m mm mme mmes mlle dr me mgr pr ste st bd av boul env cf gén col apr",
            _NUMBER: "n no art p chap vol fig",
            _UNLESS: "s etc j.-c",
        },
        "it": {
            _ALWAYS: """
                sig sig.ra sigg dott dott.ssa dr ing avv on prof prof.ssa mons arch geom rag gen col s ss cfr p.za
            """,
            _NUMBER: "art artt n nn p pag pagg cap vol fig",
            _UNLESS: "sec ecc a.c d.c co",
        },
        "es": {
            _ALWAYS: """
                sr sra sres srta dr dra d dª dña ud uds avda av sto sta gral lic ing prof arq mons pdte cap ee c/
            """,
            _NUMBER: "n n.º núm art arts p pág págs vol",
            _UNLESS: "etc uu ee.uu a.c d.c aprox cía",
        },
        "nl": {
            _ALWAYS: "dhr mevr mw mr drs ir ing dr prof st o.a m.n bijv bv d.w.z t.o.v jhr burg gen",
            _NUMBER: "nr art blz p",
            _UNLESS: "enz etc jl ca mln mld",
        },
        "pl": {
            _ALWAYS: """
                ul al pl św im prof dr hab woj np tzw m.in ks gen płk mjr por pow os inż mgr red o abp bp kard zob
                ok
            """,
            _NUMBER: "nr art ust pkt s poz tel",
            _UNLESS: "r w in itd itp tys mln mld n.e p.n.e",
        },
    }.items()
}
_ABBREVIATIONS["pt"] = _ABBREVIATIONS["es"]

_SHADOW = str.maketrans(
    {chr(code): " " for code in range(0x3001) if chr(code).isspace()}  # sentencex panics inside exotic white space
    | dict.fromkeys(map(chr, range(0xD800, 0xE000)), "x")  # it cannot encode lone surrogates
    | {"‹": "«", "›": "»"}
)
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)|(?<!\w)['’](?=[stnkm]\b)")
"""An apostrophe that is no quotation mark: l'Ukraine, 's-Hertogenbosch."""

_WINDOW = 10_000
"""Characters given to sentencex at a time. Its search for closing quotes is quadratic: 100,000 „ in a row take
2.7 s. A sentence that has more characters is cut at a space."""

_CLOSERS = "”»“\"’)]«'"
_QUOTES = frozenset('„“”«»"')
_OPENERS = "„“”«»\"'‘‚’([–—- ¿¡"
_WORD = re.compile(r"[^\W\d_]+")
_STOP = re.compile(r"[.!?…][”»“\"’)]*( +)(?=[„“«»\"‘‚(¿¡]*[^\W\d_])")
_ORDINAL = re.compile(r"(?:^|[\s(/–-])\d{1,2}\.$")
_ASIDE = re.compile(r"\([^()]*[.!?…]\)( +)(?=[„“«»\"]*[^\W\d_])")


def split_sentences(text: str, blocks: Sequence[Block], lang: str = "") -> tuple[Sentence, ...]:
    """Find the sentences of each block.

    A quotation stays whole: „Ich komme. Du auch.“ is one sentence. A headline is a sentence without a full stop. Any
    Unicode text is taken; every character of a block but white space at sentence ends falls in exactly one sentence.

    Parameters
    ----------
    lang
        ISO 639-1 code. In a language we have no abbreviations for sentencex decides alone.
    """
    sentences = []
    for block in blocks:
        shadow = _APOSTROPHE.sub("X", text[block.start : block.end].translate(_SHADOW))
        cuts = list(_cuts(shadow, lang))
        for start, end in zip([0, *cuts], [*cuts, len(shadow)], strict=True):
            span = _strip(text, block.start + start, block.start + end)
            if span:
                sentences.append(Sentence(*span))
    return tuple(sentences)


def find_blocks(text: str) -> tuple[Block, ...]:
    """Find headline, subheads and paragraphs of a plain text.

    Paragraphs stand apart by blank lines; in a text that is not hard-wrapped every line is one. The first block is the
    headline if it is short and has no full stop, the third or a later one a subhead if it is also shorter than what
    follows it.
    """
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]*\S[^\n]*", text)]
    if is_hard_wrapped(text):
        lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*", text)]
    spans = [span for span in (_strip(text, *line) for line in lines) if span]
    texts = [text[start:end] for start, end in spans]
    return tuple(
        Block(*span, _kind(block, after, i))
        for i, (span, block, after) in enumerate(zip(spans, texts, [*texts, ""][1:], strict=True))
    )


def is_hard_wrapped(text: str) -> bool:
    """Tell whether line breaks stand where a line was full, as in e-mail and agency texts.

    A line is full if the first word of the next one would have gone past the longest line. Nine of ten lines that go on
    must be full: a list, a poem or one paragraph a line never reaches that.
    """
    lines = [line.rstrip() for line in text.split("\n")]
    width = max(map(len, lines), default=0)
    if not 40 <= width <= 120:
        return False
    going_on = [(line, after.split(maxsplit=1)[0]) for line, after in pairwise(lines) if line and after]
    full = sum(len(line) + 1 + len(word) > width for line, word in going_on)
    return len(going_on) >= 2 and full >= 0.9 * len(going_on)


def join_blocks(parts: Iterable[tuple[BlockKind, str]]) -> tuple[str, tuple[Block, ...]]:
    """Put block texts together, a blank line between, and return the text with the blocks' offsets in it.

    White space inside a block becomes one space (a non-breaking space stays); empty ones are left out.
    """
    texts: list[str] = []
    blocks = []
    start = 0
    for kind, part in parts:
        block = re.sub(r"[ \t\n\r\f\v]+", " ", part).strip()
        if block:
            texts.append(block)
            blocks.append(Block(start, start + len(block), kind))
            start += len(block) + 2
    return "\n\n".join(texts), tuple(blocks)


def _kind(block: str, after: str, index: int) -> BlockKind:
    """Say what a block of plain text is: 150 characters hold every headline, 80 every subhead we have seen in print."""
    if block[-1] in ".…:;,!?" and not (index == 0 and block[-1] in "!?"):
        return BlockKind.PARAGRAPH
    if index == 0:
        return BlockKind.HEADLINE if after and len(block) <= 150 else BlockKind.PARAGRAPH
    # The second block is the byline or the date if it is short, no subhead.
    short = index > 1 and len(block) <= 80 and len(after) > len(block) and block[0] not in '-–—•*"„«»“'
    return BlockKind.SUBHEAD if short else BlockKind.PARAGRAPH


def _strip(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Leave white space out of both ends; None if nothing is left."""
    stretch = text[start:end]
    left = len(stretch) - len(stretch.lstrip())
    right = len(stretch.rstrip())
    return (start + left, start + right) if left < right else None


def _cuts(shadow: str, lang: str) -> Iterator[int]:
    """Yield where a new sentence begins, window by window: what the last cut of a window leaves open is seen again."""
    start = 0
    while start < len(shadow):
        window = shadow[start : start + _WINDOW]
        cuts = _mend(window, lang)
        last = start + len(window) >= len(shadow)
        yield from (start + cut for cut in cuts)
        if last:
            return
        if cuts:
            start += cuts[-1]
        else:
            start += window.rfind(" ") + 1 or len(window)
            yield start


def _mend(text: str, lang: str) -> list[int]:
    """Cut by sentencex, take back the cuts that split a sentence, add the ones it missed."""
    from sentencex import get_sentence_boundaries

    found = [boundary["start_index"] for boundary in get_sentence_boundaries(lang, text)][1:]
    cuts: list[int] = []
    for cut in found:
        moved = _past_closers(text, cut, cuts[-1] if cuts else 0)
        if (not cuts or moved > cuts[-1]) and not _splits_a_sentence(text, moved, lang):
            cuts.append(moved)
    return sorted({*cuts, *_missed(text, cuts, lang)})


def _past_closers(text: str, cut: int, since: int) -> int:
    """Move a cut behind closing quotes and brackets, which belong to the sentence they close."""
    end = cut
    while end < len(text) and text[end] in _CLOSERS:
        end += 1
    if end == cut or (end < len(text) and text[end] != " "):
        return cut
    closes = text[cut] in ")]" or sum(char in _QUOTES for char in text[since:cut]) % 2
    return end if closes else cut


def _splits_a_sentence(text: str, cut: int, lang: str) -> bool:
    """Tell whether no sentence ends at ``cut``."""
    left, right = text[max(0, cut - 60) : cut], text[cut : cut + 60].lstrip(_OPENERS)
    gap = left[-1:] == " " or text[cut : cut + 1] == " "
    left = left.rstrip(" ")
    if not right:
        return not text[cut:].strip()
    if not gap:  # "J.-C.", "a.C.", "Zeit.de" go on; "ist gut.Das" is two sentences that lost their space
        return not (right[0].isupper() and re.search(r"[^\W\d_]{2}[.!?…]\W*$", left))
    if right[0].islower():
        return True
    if not left.endswith("."):
        return False
    word = _WORD.match(right)
    starts = word is not None and word[0].lower() in FUNCTION_WORDS.get(lang, ())
    goes_on = word is not None and not starts
    if lang == "de" and _ORDINAL.search(left):
        return goes_on
    return {_ALWAYS: True, _NUMBER: right[0].isdigit(), _UNLESS: goes_on, "": False}[_rule(left, lang)]


def _rule(left: str, lang: str) -> str:
    """Look up the abbreviation a stretch ends with: its rule, "" if it is none. Initials are abbreviations."""
    token = left.rsplit(" ", 1)[-1].lstrip(_OPENERS).removesuffix(".")
    token = re.sub(r"^\w{1,5}X(?=\w)", "", token)  # l'art. with its apostrophe in the shadow
    initials = token.split(".")
    if all(len(initial) == 1 and initial.isupper() for initial in initials):
        known = _ABBREVIATIONS.get(lang, {}).get(token.lower(), _UNLESS)
        return known if known == _ALWAYS else _UNLESS
    return _ABBREVIATIONS.get(lang, {}).get(token.lower(), "")


def _missed(text: str, cuts: Sequence[int], lang: str) -> Iterator[int]:
    """Yield sentence starts that sentencex passed over: everyday words behind "usw.", "…", "EE.UU."."""
    words = FUNCTION_WORDS.get(lang, frozenset())
    edges = [0, *cuts]
    for stop in _STOP.finditer(text):
        word = _WORD.search(text, stop.end())
        if word is None or not word[0][0].isupper() or word[0].lower() not in words:
            continue
        left = text[max(0, stop.start() - 60) : stop.start() + 1]
        if text[stop.start()] == "." and (left[-2:-1].isdigit() or _rule(left, lang) == _ALWAYS or _is_initial(left)):
            continue
        before = text[edges[bisect_left(edges, stop.end()) - 1] : stop.start(1)]
        quoted = sum(map(before.count, _QUOTES)) % 2
        if not quoted and before.rfind("(") <= before.rfind(")"):
            yield stop.end()
    for aside in _ASIDE.finditer(text):  # "(Er ging. Sie kam.) Ende.": only brackets that hold whole sentences
        opens_one = aside.start() in edges or text[aside.start() - 2 : aside.start()] in {". ", "! ", "? "}
        word = _WORD.search(text, aside.end())
        if opens_one and word and word[0][0].isupper():
            yield aside.end()


def _is_initial(left: str) -> bool:
    """Tell whether a stretch ends in a single letter and a full stop: "z. B.", "J. Le Pen" go on whatever follows."""
    return bool(re.search(r"(?:^|[\s(„«.-])[^\W\d_]\.$", left))
