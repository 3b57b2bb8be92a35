"""Make ``data/sources/demonyms.csv``: adjectives and inhabitants that a place recogniser must not take for places.

In: ``demonyms/LANG.csv`` beside this file, written by us (country, adjectives, nouns in their dictionary form; ``_``
stands for a space), the names of languages of PyPI Babel (Unicode), and the names of countries in
``countries.csv``. Out: ``word,lang,country,form`` with every inflected form, once in
lower case where the language writes it so and once with a capital for the start of a sentence. The recogniser reads it.

A form with a capital that is itself a country is left out: "Polen", "Ungarn", "Argentina". So are all those
in ``PLACES_FIRST``. German adjectives of cities in -er ("Berliner") are made by the recogniser from the gazetteer.

    python data/recipes/demonyms.py

Hand-written forms follow three notations: ``a/b/c`` lists all forms of a word, ``X=`` has no plural, ``X!`` is a weak
German noun without -e, ``~X`` a German noun that is declined like an adjective.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from babel import Locale
from place_table import RECIPES, SOURCES, read_rows, write_rows

COLUMNS = ("word", "lang", "country", "form")
LANGUAGES = ("da", "de", "en", "es", "fr", "it", "nb", "nl", "pl", "pt", "ru", "sv", "uk")

PLACES_FIRST = {
    "da": "Jyder",
    "de": "Balten Bayern Este Esten Hessen Ire Iren Kopten Mähren Niederbayern Niedersachsen Oberbayern "
    "Ostfriesen Papua Polen Preußen Sachsen Same Samen Schwaben Ungarn Wallonen Westfalen",
    "en": "Amhara Antarctic Balkan",
    "es": "Abjasia Argentina Baleares Canarias Castellana Dominicana Granadina Granadinas Ingusetia Latina "
    "Navarra Toscana Valona",
    "fr": "Bohémien Corse Perse Romande Suisse Toscane",
    "it": "Argentina Campana Campane Campani Campano Ceca Indiana Romana Romano Toscana Trentino Umbra Veneto",
    "nb": "Same Samer",
    "nl": "Haags Letten Pers Polen Pruisen Saksen Slaaf Waal Walen",
    "pl": "Czeska Dolnośląskie Kujawsko-pomorskie Lubelskie Mazowieckie Małopolskie Opolskie Podkarpackie "
    "Podlaskie Polska Pomorskie Sas Warmińsko-mazurskie Wielkopolskie Łódzkie Śląskie Świętokrzyskie",
    "pt": "Abecásia Argentina Checa Corso Flamengo Fluminense Goiano Granadina Indiana Latina Londrina Luso "
    "Mineiro Paranaense Paulista Romana Toscana",
    "ru": "Русские",
    "sv": "Est Lett Same Samer Samar Serb",
}
"""Capitalised forms that are first of all places, clubs or everyday words; found by comparing with GeoNames."""

LANGUAGE_CODES = (
    "ab af am ar ay az ba be bg bn bo br bs ca ce co cs cy da "
    "de dv el en eo es et eu fa fi fil fo fr fy ga gd gl gn gsw "
    "gu ha haw he hi hr hu hy ig is it ja jv ka kk km kn ko ku "
    "ky la lb ln lo lt lv mg mi mk ml mn mr ms mt my nb ne nl "
    "nn no oc om or pa pl ps pt qu rm ro ru rw sa sc sd se si sk sl sm sn so sq sr st sv sw ta te tg th ti tk tr tt ug "
    "uk ur uz vi wo xh yi yo yue zh zu"
)

Inflection = Callable[[str], Iterable[str]]


def main() -> None:
    """Write the table."""
    rows: list[tuple[str, str, str, str]] = []
    for lang in LANGUAGES:
        forms = collect_forms(lang)
        rows.extend((word, lang, country, form) for word, (country, form) in forms.items())
        print(f"{lang}: {len(forms)} forms")
    write_rows(SOURCES / "demonyms.csv", COLUMNS, (dict(zip(COLUMNS, row, strict=True)) for row in sorted(rows)))


def collect_forms(lang: str) -> dict[str, tuple[str, str]]:
    """Return word -> (countries, form) of one language."""
    countries: dict[str, set[str]] = defaultdict(set)
    kinds: dict[str, str] = {}
    for row in read_rows(RECIPES / "demonyms" / f"{lang}.csv"):
        for column, kind in (("adjectives", "adjective"), ("nouns", "noun")):
            inflect = (ADJECTIVES if kind == "adjective" else NOUNS)[lang]
            for word in split(row[column]):
                for form in with_capitals(inflected(word, inflect)):
                    countries[form].update(row["country"].split())
                    # What French writes with a capital is a person: "les Russes".
                    kinds.setdefault(form, "noun" if lang == "fr" and form[0].isupper() else kind)
    for word in language_names(lang):
        for form in with_capitals([word]):
            if form not in kinds or (lang == "de" and form[0].isupper()):
                kinds[form] = "language"
    unwanted = place_names(lang) | set(PLACES_FIRST.get(lang, "").split())
    return {word: (" ".join(sorted(countries[word])), kinds[word]) for word in kinds if word not in unwanted}


def split(cell: str) -> list[str]:
    """Split a cell into words, ``_`` standing for a space inside one."""
    return [word.replace("_", " ") for word in cell.split()]


def inflected(word: str, inflect: Inflection) -> Iterable[str]:
    """Return all forms of a hand-written word."""
    return word.split("/") if "/" in word and inflect is not german_noun else inflect(word)


def with_capitals(forms: Iterable[str]) -> set[str]:
    """Return the forms as they are and with a capital."""
    listed = set(forms)
    return listed | {form[0].upper() + form[1:] for form in listed}


def language_names(lang: str) -> set[str]:
    """Return the names of the languages that the news mentions, where they are one word."""
    languages = Locale(lang).languages
    return {languages[code] for code in LANGUAGE_CODES.split() if languages.get(code, "").isalpha()}


def place_names(lang: str) -> set[str]:
    """Return the names of countries that a form must not hide."""
    names = {name for code, name in Locale(lang).territories.items() if code.isalpha()}
    for row in read_rows(SOURCES / "countries.csv"):
        names.update([row["name"], *(row.get(lang) or "").split("|")])
    return names


def endings(stem: str, ends: str) -> list[str]:
    """Return a stem with each of the ends; ``-`` is the empty one."""
    return [stem + end.strip("-") for end in ends.split()]


def unchanged(word: str) -> list[str]:
    """Return a word that has no other forms."""
    return [word]


def german_adjective(word: str) -> list[str]:
    """Inflect russisch."""
    return endings(word, "- e er en em es")


def german_noun(word: str) -> list[str]:
    """Inflect Russe, Italiener, Israeli, Ungar!, ~Deutsch, Franzose/Französin."""
    if word[0] == "~":
        return endings(word[1:], "e er en em")
    word, _, feminine = word.partition("/")
    if word[-1] == "!":
        word = word[:-1]
        masculine, feminine = endings(word, "- en n" if word[-2:] in {"ar", "er", "or"} else "- en"), word + "in"
    elif word[-1] == "e":
        masculine, feminine = endings(word, "- n"), feminine or word[:-1] + "in"
    elif word.endswith("er"):
        masculine, feminine = endings(word, "- s n"), word[:-2] + ("in" if word.endswith("erer") else "erin")
    else:
        masculine, feminine = endings(word, "- s"), word + "in" if word.endswith("i") else ""
    return masculine + (endings(feminine, "- nen") if feminine else [])


def english_noun(word: str) -> list[str]:
    """Inflect Russian, Chinese=."""
    return [word[:-1]] if word[-1] == "=" else [word, word + ("es" if word[-2:] in {"sh", "ch"} else "s")]


def french_word(word: str) -> list[str]:
    """Inflect français, russe, algérien, américain, allemand."""
    if word.endswith("e"):
        return endings(word, "- s")
    if word.endswith("en"):
        return endings(word, "- s ne nes")
    if word.endswith("s"):
        return endings(word, "- e es")
    return endings(word, "- s e es")


def italian_word(word: str) -> list[str]:
    """Inflect russo, tedesco, francese, vietnamita."""
    stem, last = word[:-1], word[-1]
    if word.endswith("co"):
        return (
            endings(stem, "o a i he") if word.endswith(("aco", "ico", "esco", "sco")) else endings(stem, "o a hi he i")
        )
    if last == "o":
        return [word, stem + "a", stem if stem[-1] == "i" else stem + "i", stem + "e"]
    if last == "e":
        return endings(stem, "e i")
    return endings(stem, "a i e") if last == "a" else [word]


def spanish_word(word: str) -> list[str]:
    """Inflect ruso, francés, alemán, canadiense, iraní, español."""
    stem, last = word[:-1], word[-1]
    if last == "o":
        return endings(stem, "o a os as")
    if word.endswith(("és", "án", "ín", "ón")):
        plain = word[:-2] + {"é": "e", "á": "a", "í": "i", "ó": "o"}[word[-2]] + last
        return [word, *endings(plain, "a es as")]
    if last in "íú":
        return endings(word, "- es s")
    return endings(word, "- s") if last in "ae" else endings(word, "- a es as")


def portuguese_word(word: str) -> list[str]:
    """Inflect russo, francês, canadense, saarauí."""
    stem, last = word[:-1], word[-1]
    if last == "o":
        return endings(stem, "o a os as")
    if word.endswith("ês"):
        return [word, *endings(word[:-2] + "es", "a es as")]
    return endings(word, "- s")


def dutch_adjective(word: str) -> list[str]:
    """Inflect Russisch, Albanees."""
    return [word, word[:-3] + "ese" if word.endswith("ees") else word + "e"]


def polish_adjective(word: str) -> list[str]:
    """Inflect rosyjski, niemiecki, arktyczny, bliskowschodni."""
    if word.endswith("ny"):
        return [*endings(word[:-1], "y a e ego ej emu ą ym ych ymi"), word[:-1] + "i"]
    if word.endswith("ni"):
        return endings(word, "- a e ego ej emu ą m ch mi")
    return [*endings(word[:-1], "i a ie iego iej iemu ą im ich imi u"), word[:-2] + "cy"]


def polish_noun(word: str) -> list[str]:
    """Inflect Rosjanin, Chińczyk, Rosjanka."""
    if word.endswith("anin"):
        return endings(word[:-2], "in ina inowi inem inie ie - om ami ach")
    if word.endswith("yk"):
        return endings(word[:-1], "k ka kowi kiem ku cy ków kom kami kach")
    if word.endswith("ka"):
        return endings(word[:-2], "ka ki ce kę ką ek kom kami kach")
    return [word]


def russian_adjective(word: str) -> list[str]:
    """Inflect российский."""
    return endings(word[:-2], "ий ая ое ие ого ой ому ую им ых их ими ом")


def russian_noun(word: str) -> list[str]:
    """Inflect россиянин, украинец, поляк, швед."""
    if word.endswith("нин"):
        return endings(word[:-2], "ин ина ину ином ине е - ам ами ах")
    if word.endswith("ец"):
        stem = word[:-2] + ("й" if word.endswith("иец") else "")
        return [word, *endings(stem, "ца цу цем це цы цев цам цами цах")]
    return endings(word, "- а у ом е ы и ов ей ам ами ах")


def ukrainian_adjective(word: str) -> list[str]:
    """Inflect російський."""
    return endings(word[:-2], "ий а е і ого ої ому ій у им ою их ими")


def ukrainian_noun(word: str) -> list[str]:
    """Inflect росіянин, українець, австрієць, поляк."""
    if word.endswith("ин"):
        return endings(word[:-2], "ин ина ину ином ині и - ам ами ах")
    if word.endswith("єць"):
        return [word, *endings(word[:-3] + "й", "ця цю цем ці ців цям цями цях")]
    if word.endswith("ець"):
        return [word, *endings(word[:-3], "ця цю цем ці ців цям цями цях")]
    return endings(word, "- а у ом і и ів ам ами ах")


def swedish_adjective(word: str) -> list[str]:
    """Inflect rysk."""
    return endings(word, "- t a")


def swedish_noun(word: str) -> list[str]:
    """Inflect ryss, italienare, belgier; of the two plurals in -ar and -er one is right, the other is no word."""
    if word.endswith("are"):
        return [*endings(word, "- n"), word[:-1] + "na"]
    if word.endswith("ier"):
        return endings(word, "- n na")
    stem = word.removesuffix("e").removesuffix("a")
    return [word, *endings(stem, "en ar arna er erna")]


def danish_adjective(word: str) -> list[str]:
    """Inflect russisk."""
    return endings(word, "- e")


def danish_noun(word: str) -> list[str]:
    """Inflect russer, kineser, pole."""
    if word.endswith("er"):
        return [*endings(word, "- en e ne"), word[:-1] + "ne"]
    return [word, *endings(word.removesuffix("e"), "en er erne")]


ADJECTIVES: dict[str, Inflection] = {
    "da": danish_adjective,
    "de": german_adjective,
    "en": unchanged,
    "es": spanish_word,
    "fr": french_word,
    "it": italian_word,
    "nb": danish_adjective,
    "nl": dutch_adjective,
    "pl": polish_adjective,
    "pt": portuguese_word,
    "ru": russian_adjective,
    "sv": swedish_adjective,
    "uk": ukrainian_adjective,
}
NOUNS: dict[str, Inflection] = {
    **dict.fromkeys(("es", "fr", "it", "nl", "pt"), unchanged),
    "da": danish_noun,
    "de": german_noun,
    "en": english_noun,
    "nb": danish_noun,
    "pl": polish_noun,
    "ru": russian_noun,
    "sv": swedish_noun,
    "uk": ukrainian_noun,
}

if __name__ == "__main__":
    main()
