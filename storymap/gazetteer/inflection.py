"""A name in another case -> the names in the nominative it may stand for, in languages that decline names.

In goes a folded name as a sentence has it ("warszawie", "helsingissa"), out come folded names, most of which are none:
the gazetteer decides. Called by `storymap.gazetteer.names`.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product

__all__ = ["DECLINING", "nominatives"]

# Folded endings -> those of the nominative they may stand for, the likelier first; "-" is none. A last letter that is
# also the last of what it stands for is a case without an ending: "katowic" -> "katowice". Measured against the
# dictionaries Morfeusz (pl), pymorphy (ru, uk) and Hunspell's (cs, sk, hr, sr, sl, hu); see docs/benchmarks.md.
_RULES = {
    "pl": """
        ymstokiem:ystok; egostoku:ystok; ymstoku:ystok; egostawu:ystaw; ymstawie:ystaw; czech:cy; szech:chy; grzech:gry;
        dniowi:dzien; dniem:dzien; niowi:n; iowi:-; owie:ow owo owa; dzie:d da do; szcie:szt; scie:st sta sto; cie:t ta
        to; dniu:dzien den; niu:n en; nia:n nie; dze:ga; iach:ie ia; ach:e y a i; ami:y e a i; cowi:iec ec -; kowi:ek k;
        lowi:el l; rowi:er r; owi:- o; kiem:ek k ko; cem:iec ec; lem:el; rem:er; cu:iec ec; ku:ek; lu:el; ru:er; ca:iec
        ec; ka:ek; la:el; ra:er; iec:cy ce; niek:nki; ec:ce; ier:ry; ei:eja; oi:oja; yi:yja; iej:ia a; iego:i ie; iem:-
        ie io o; ego:y e; emu:y e; ych:e y; ich:ie i; ymi:e a; ym:y e a; im:i ie; ej:a; em:- o e; om:y e a i; ow:y i e
        owy; rze:r ra ro; sze:cha; ce:ka ca; iu:- ie io; ia:- ie; ie:- a o e ia nie; ii:ia; ji:ja; cz:cze; c:ce; ek:ki
        ka; k:ki ka; h:hy; n:ny nie; r:ry; s:sy; t:ty; w:wy; d:dy; p:py; b:by; l:ly le; z:ze zy; i:a ia - ie e; y:a - e;
        u:- o e; a:- o e; e:a o; m:-
    """,
    "cs": """
        icich:ice; icim:ice; anech:any; ech:y e any; ich:e i y; ach:y a ky; kach:ky; skem:sko; cku:cko; ze:ha ga; ne:en
        na no -; ni:n en ne; ove:ov ova ovo; ou:a; eho:y e i; emu:y e i; ymi:a y; ym:y e; im:i e y; ych:a e y; em:- o e
        ec; ci:ec ka ko; ce:ec ka ca; cem:ec; cu:ec; ku:ek ko k; ka:ek; ra:r er; ru:er; ami:y a; emi:e; mi:-; om:y e;
        ej:a; c:ce; k:ky; n:ny; r:ry; d:dy; t:ty; v:vy; ic:ice; i:a e - ie; e:- a o; u:- o a e; a:- o e; y:a -; o:a;
        ii:ie ia
    """,
    "sk": """
        iach:ie ia e a; ciach:ce; iam:ie e; iami:ie e; ovciach:ovce; viec:vce; skom:sko; skej:ska; skeho:sky sko;
        skemu:sky; ovom:ovo; ach:y a; och:y e; am:y a; ami:y a; mi:-; eho:y e; emu:y e; ych:e y a; ym:y e; ej:a; ou:a;
        om:- o e ec; em:e; im:i; ci:ec ca ce; ca:ec; cu:ec; com:ec; ne:en na -; ni:en n na; nu:en; na:en; ku:ok ek k ko;
        ka:ok ek; kom:ok ek; ici:ica; ov:y; ic:ice; c:ce; k:ky; n:ny; r:ry; ie:ia; ii:ia; iu:ia ie; ia:ie; e:- a o; i:a
        - e; u:- a o e; a:- o e; y:a
    """,
    "hr": """
        ima:i a e; cima:ci; ovima:ovi; ama:e a; oga:i o; og:i o; omu:i o; ome:i o; enim:ene; skim:ske; om:- a o i e;
        em:- e; im:i o e; ih:i e a; oj:a; ci:ka ca; zi:ga; si:ha; ca:ac ci; cu:ac; cem:ac; com:ac; ka:ak; ku:ak; kom:ak;
        ra:ar; ru:ar; rom:ar; la:al o; lu:al; na:an; nu:an; ta:at; tu:at; aca:ci; aka:ke; ja:j; ju:j; jem:j; a:- o e;
        u:- a o e; e:a; i:a - e; o:a; ga:i o
    """,
    "sl": """
        ega:i o e; emu:i o e; em:i o e -; ih:i e a; im:i; imi:i; ima:i; ami:e a; ah:e a; ama:e a; om:- o; jem:j -; oj:-;
        ca:ec; cu:ec; cem:ec; ka:ek; ku:ek; kom:ek; ra:er; ru:er; rom:er; na:en; nu:en; ja:-; ju:-; c:ce; k:ke; n:ne;
        i:a - e; o:a; e:a; a:- o e; u:- o e; m:-
    """,
    "ru": """
        цами:цы; ами:ы а и; ями:и я; ого:ыи ои ое ии; его:ии ее; ому:ыи ои ое ии; ему:ии ее; ам:ы и а; ям:и я; ах:ы а и;
        ях:и я; ов:ы и; ев:и ы; ок:ки; ек:ки; цам:цы; ку:ок; ком:ок; ка:ок; ке:ок; ом:- о ыи ои ии; ою:а; ею:я а; ем:ь е
        и ии - ее; еи:я яя и а; ым:ыи ое ои; им:ии ое; ых:ые; их:ие; ую:ая; юю:яя; ои:а ая; ью:ь; ии:ия; ию:ия; иеи:ия;
        птом:пет; пта:пет; пту:пет; пте:пет; ца:ец; це:ец; цу:ец; цом:ец; цем:ец; ы:а -; и:а я ь -; е:а - о я и ь; у:а -
        о; ю:я ь е и; а:- о; я:ь е и; д:ды; н:ны; р:ры; с:сы; т:ты; п:пы; в:вы; м:- е
    """,
    "uk": """
        єва:ів; ева:ів; еві:ь - ів; єві:ів и; єву:ів; еву:ів; євом:ів; евом:ів; ова:ів; ові:ів -; ову:ів; овом:ів;
        оля:іль; олі:іль; олем:іль; олеві:іль; олю:іль; ього:іи є; ого:ии е; ому:ии е; ії:ія; іі:ія; ію:ія; ією:ія;
        єю:я; єм:и; ах:и а і; ях:і я; ами:и а і; ям:я і; ями:і; ам:и і а; ів:и; ок:ки; ку:ок; ком:ок; кові:ок; ка:ок;
        ою:а; ею:я а; ом:- о; ем:ь е я -; ої:а; оі:а; іи:а я; цю:ець; ця:ець; цем:ець; цеві:ець; цці:кка; ці:ка ця ець
        к; зі:га з г; сі:ха х; ню:ень; ня:ень; ні:ень; птом:пет; пту:пет; пті:пет; ссю:сь; у:а - о; ю:я ь и; і:а ь я - о
        и; и:а ь; а:- о; я:ь е и; им:ии е -; ім:е ии; их:і; н:ни; р:ри; п:пи; т:ти; д:ди
    """,
    "fi": """
        ngissa:nki; ngista:nki; ngilla:nki; ngin:nki; rrassa:rta; rrasta:rta; dessa:ti; desta:ti; della:ti; den:ti;
        russa:rku; run:rku; rusta:rku; eella:e; eelta:e; eelle:e; een:e -; essa:i -; esta:i -; ella:i -; elta:i -;
        elle:i -; en:i -; issa:- i; ista:- i; iin:i -; in:- i; ssa:-; sta:-; lla:-; lta:-; lle:-; aan:a; oon:o; uun:u;
        yyn:y; aa:a; ta:-; ia:i; n:-; a:-; seen:nen; sessa:nen; sesta:nen; sen:nen; dassa:ta; dasta:ta; dan:ta;
        dossa:to; don:to
    """,
    "hu": """
        ban:-; ben:-; bol:-; ba:-; be:-; nak:-; nek:-; rol:-; ra:-; re:-; tol:-; hoz:-; hez:-; nal:-; nel:-; ig:-;
        ert:-; val:-; vel:-; rral:r; nnal:n; nnel:n; ttal:t; kkal:k; kkel:k; ggal:g; on:-; en:-; an:-; n:-; ot:-; et:-;
        at:-; ett:-; ott:-; t:-; ccsel:cs; rrel:r; lal:-; lel:-
    """,
    "et": """
        asse:as a; isse:i is; sse:-; st:-; lt:-; le:-; ga:-; ni:-; ist:i is; is:i -; as:a -; es:e -; us:u -; s:-; i:- e;
        a:-; e:-; l:-; d:-; t:-; u:-; nna:nn; rga:rg; na:n; iga:ia
    """,
    "lt": """
        iuje:ius is; iaus:ius is; iumi:ius; iui:ius; iuose:iai; uose:ai; iu:iai; eje:e; ose:os; oms:os; omis:os; oje:a;
        ai:a; os:a; es:e is; yje:is ys; ies:is; io:is ys; ui:as us; umi:us; uje:us; aus:us; us:ai; u:as ai; e:as a;
        o:as; a:as; i:is
    """,
    "lv": """
        iem:i; os:i; u:a s is i; as:a; am:a s; a:s; es:e; ei:e; i:e is; ai:a; im:is; ja:is; us:i; s:-; pili:pils;
        ili:ils
    """,
    "ro": """
        ului:- u; iului:iu; lui:-; iei:ia; ei:a e; ul:-; ii:ia; sului:si; tului:ti
    """,
    "el": """
        ασ:α; ησ:η; ου:οσ ο; ον:οσ; ων:εσ α; α:ασ; η:ησ; ο:οσ; ουσ:οι; εωσ:η; ουνται:-
    """,
}
_RULES["sr"] = _RULES["bs"] = _RULES["hr"]

_TO_CYRILLIC = str.maketrans("abvgdejzicklmnoprstuh", "абвгдејзицклмнопрстух")
_RULES["sr"] += "; " + _RULES["hr"].translate(_TO_CYRILLIC)

_BASES = {
    lang: {
        ending: [base.replace("-", "") for base in bases.split(" ")]
        for ending, bases in (rule.split(":") for rule in " ".join(rules.split()).split("; "))
    }
    for lang, rules in _RULES.items()
}

DECLINING = frozenset(_BASES)
"""The languages in which a place's name has cases."""

_LONGEST_ENDING = {lang: max(map(len, bases)) for lang, bases in _BASES.items()}
_SHORTEST_STEM = 3
_MOST_FORMS = 60
"""Combinations of nominatives of the words of one name that are tried."""


def nominatives(key: str, lang: str) -> Iterator[str]:
    """Yield the folded names that a folded name in another case may stand for.

    Examples
    --------
    >>> next(nominatives("nowym jorku", "pl"))
    'nowym jorek'
    >>> "nowy jork" in nominatives("nowym jorku", "pl"), "kosice" in nominatives("kosiciach", "sk")
    (True, True)
    """
    words = [(word, *_of_word(word, lang)) for word in key.split(" ")]
    forms = (" ".join(form) for form in product(*words))
    yield from islice(forms, 1, _MOST_FORMS)


@lru_cache(maxsize=16384)
def _of_word(word: str, lang: str) -> tuple[str, ...]:
    bases = _BASES[lang]
    longest = min(_LONGEST_ENDING[lang], len(word) - _SHORTEST_STEM + 1)
    found = (word[:-length] + base for length in range(longest, 0, -1) for base in bases.get(word[-length:], ()))
    return tuple(dict.fromkeys(found))
