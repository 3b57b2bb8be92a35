"""Why a place was chosen, in words of the article's language: "Brandenburg im selben Satz; Oder als Zusatz".

In go what each clue adds to a case and the scene it stands in, out come a few phrases. Called by
`storymap.places.resolve`. A language without phrases of its own gets English ones.
"""

from collections.abc import Callable, Mapping

import numpy as np

from storymap.gazetteer.store import Gazetteer
from storymap.model import Candidate, Entry
from storymap.places.containers import lies_in
from storymap.places.evidence import PRIOR_CLUES
from storymap.places.scene import CONTEXT_CLUES, Figures, Scene, View

__all__ = ["Telling", "reason_for", "unresolved_reason"]

LANGUAGES = ("de", "en", "fr", "it", "es", "nl", "pl", "pt")

# One row a clue, one column a language, in the order of `LANGUAGES`. {place} is the place that gave the clue.
_PHRASES: Mapping[str, tuple[str, ...]] = {
    "house": (
        "die Ortsliste der Redaktion bestimmt es", "the desk's list of places says so",
        "la liste de lieux de la rédaction le dit", "lo dice l'elenco dei luoghi della redazione",
        "lo dice la lista de lugares de la redacción", "de plaatsenlijst van de redactie bepaalt het",
        "tak mówi lista miejsc redakcji", "é o que diz a lista de lugares da redação",
    ),
    "hidden by the house": (
        "die Ortsliste der Redaktion zeigt ihn nicht auf der Karte", "the desk's list of places keeps it off the map",
        "la liste de lieux de la rédaction l'écarte de la carte",
        "l'elenco dei luoghi della redazione lo tiene fuori dalla mappa",
        "la lista de lugares de la redacción lo deja fuera del mapa",
        "de plaatsenlijst van de redactie houdt het van de kaart",
        "lista miejsc redakcji nie pokazuje go na mapie", "a lista de lugares da redação deixa-o fora do mapa",
    ),
    "prominence": (
        "weithin bekannt", "widely known", "largement connu", "molto noto", "muy conocido", "alom bekend",
        "powszechnie znane", "muito conhecido",
    ),
    "ahead_of_the_next": (
        "weit bekannter als seine Namensvettern", "far better known than its namesakes",
        "bien plus connu que ses homonymes", "molto più noto dei suoi omonimi",
        "mucho más conocido que sus homónimos",
        "veel bekender dan zijn naamgenoten", "znacznie bardziej znane niż inne o tej nazwie",
        "muito mais conhecido que os homónimos",
    ),
    "name_in_language": (
        "Name in der Sprache des Artikels", "its name in the article's language",
        "son nom dans la langue de l'article",
        "il suo nome nella lingua dell'articolo", "su nombre en la lengua del artículo",
        "de naam in de taal van het artikel", "nazwa w języku artykułu", "o nome na língua do artigo",
    ),
    "in_language_area": (
        "im Sprachraum des Artikels", "where the article's language is read", "là où se lit la langue de l'article",
        "dove si legge la lingua dell'articolo", "donde se lee la lengua del artículo",
        "waar de taal van het artikel gelezen wordt", "na obszarze języka artykułu", "onde se lê a língua do artigo",
    ),
    "in_country_of_its_words": (
        "Wortwahl des Landes ({place})", "worded as in the country ({place})", "vocabulaire de ce pays ({place})",
        "lessico di quel paese ({place})", "léxico de ese país ({place})", "woordkeus van dat land ({place})",
        "słownictwo jak w kraju: {place}", "vocabulário desse país ({place})",
    ),
    "in_country_of_its_people": (
        "Adjektiv oder Volk zu {place} im Artikel", "the article speaks of the people of {place}",
        "le gentilé de {place} dans l'article", "il gentilizio di {place} nell'articolo",
        "el gentilicio de {place} en el artículo", "adjectief of volk van {place} in het artikel",
        "przymiotnik lub mieszkańcy w artykule: {place}", "o gentílico de {place} no artigo",
    ),
    "in_home_country": (
        "im Land der Redaktion", "in the desk's country", "dans le pays de la rédaction", "nel paese della redazione",
        "en el país de la redacción", "in het land van de redactie", "w kraju redakcji", "no país da redação",
    ),
    "inside_named_container": (
        "laut Text in: {place}", "the text puts it in {place}", "le texte le situe : {place}",
        "il testo lo colloca: {place}", "el texto lo sitúa: {place}", "volgens de tekst in: {place}",
        "według tekstu: {place}", "o texto situa-o: {place}",
    ),
    "holds_the_one_before": (
        "der Ort davor liegt darin", "the place named before it lies in it", "le lieu nommé avant s'y trouve",
        "il luogo nominato prima vi si trova", "el lugar nombrado antes está allí", "de plaats ervoor ligt erin",
        "leży tam miejsce wymienione przed nim", "o lugar nomeado antes fica lá",
    ),
    "named_in_full": (
        "im Artikel auch beim vollen Namen genannt", "the article also gives its full name",
        "l'article donne aussi son nom complet", "l'articolo ne dà anche il nome completo",
        "el artículo da también su nombre completo", "het artikel noemt ook de volledige naam",
        "artykuł podaje też pełną nazwę", "o artigo dá também o nome completo",
    ),
    "announced_kind": (
        "ein Wort daneben nennt die Art des Ortes", "a word beside it names its kind", "un mot voisin dit sa nature",
        "una parola accanto ne dice la natura", "una palabra al lado dice qué es", "een woord ernaast noemt de soort",
        "słowo obok nazywa jego rodzaj", "uma palavra ao lado diz o que é",
    ),
    "hinted_kind": (
        "der Satz spricht von Orten dieser Art", "the sentence speaks of places of its kind",
        "la phrase parle de lieux de ce genre", "la frase parla di luoghi di questo genere",
        "la frase habla de lugares de este tipo", "de zin gaat over plaatsen van deze soort",
        "zdanie mówi o miejscach tego rodzaju", "a frase fala de lugares deste tipo",
    ),
    "behind_an_article": (
        "steht mit Artikel", "stands with an article", "s'emploie avec l'article", "vuole l'articolo",
        "lleva artículo", "staat met lidwoord", "", "leva artigo",
    ),
    "fits_the_preposition": (
        "die Präposition passt dazu", "the preposition fits it", "la préposition lui convient",
        "la preposizione gli si addice", "la preposición le corresponde", "het voorzetsel past erbij",
        "przyimek do niego pasuje", "a preposição condiz",
    ),
    "town_of_a_dateline": (
        "Ortsmarke am Anfang der Meldung", "dateline of the report", "lieu en tête de dépêche",
        "luogo in testa alla notizia",
        "lugar al inicio de la noticia", "plaats boven het bericht", "miejsce na początku depeszy",
        "local no início da notícia",
    ),
    "country_share": (
        "weitere Orte des Landes ({place})", "other places of the country ({place})",
        "d'autres lieux du pays ({place})", "altri luoghi del paese ({place})",
        "otros lugares del país ({place})", "andere plaatsen van het land ({place})",
        "inne miejsca w kraju: {place}", "outros lugares do país ({place})",
    ),
    "division_share": (
        "weitere Orte in derselben Region", "other places in the same region", "d'autres lieux de la même région",
        "altri luoghi della stessa regione", "otros lugares de la misma región", "andere plaatsen in dezelfde regio",
        "inne miejsca w tym samym regionie", "outros lugares da mesma região",
    ),
    "country_named": (
        "{place} im Artikel", "{place} in the article", "{place} dans l'article", "{place} nell'articolo",
        "{place} en el artículo", "{place} in het artikel", "{place} w artykule", "{place} no artigo",
    ),
    "country_beside": (
        "{place} im selben Satz", "{place} in the same sentence", "{place} dans la même phrase",
        "{place} nella stessa frase", "{place} en la misma frase", "{place} in dezelfde zin",
        "{place} w tym samym zdaniu",
        "{place} na mesma frase",
    ),
    "nearness": (
        "{place} ist nicht weit", "{place} is not far", "{place} n'est pas loin", "{place} non è lontano",
        "{place} no está lejos", "{place} is niet ver", "niedaleko: {place}", "{place} não fica longe",
    ),
    "neighbourhood": (
        "die Orte des Artikels liegen beisammen", "the article's places lie together",
        "les lieux de l'article sont voisins", "i luoghi dell'articolo sono vicini tra loro",
        "los lugares del artículo están juntos", "de plaatsen van het artikel liggen bijeen",
        "miejsca z artykułu leżą blisko siebie", "os lugares do artigo ficam juntos",
    ),
    "like_its_list": (
        "in einer Aufzählung von Orten dieser Art", "listed with places of its kind",
        "cité avec des lieux de ce genre",
        "elencato con luoghi di questo genere", "enumerado con lugares de este tipo",
        "in een opsomming van zulke plaatsen", "wymienione wśród takich miejsc", "enumerado com lugares deste tipo",
    ),
}  # fmt: skip

# Clues told in the words of another.
_TOLD_AS = {
    "division_named": "country_named",
    "division_beside": "country_beside",
    "nearness_beside": "country_beside",
    "compatriot_beside": "country_share",
    "company": "neighbourhood",
}

_NONE_FITS = (
    "keiner der bekannten Orte passt", "none of the known places fits", "aucun des lieux connus ne convient",
    "nessuno dei luoghi noti è adatto", "ninguno de los lugares conocidos encaja",
        "geen van de bekende plaatsen past",
    "żadne ze znanych miejsc nie pasuje", "nenhum dos lugares conhecidos serve",
)  # fmt: skip
_NONE_KNOWN = (
    "kein Verzeichnis kennt den Namen", "no gazetteer knows the name", "aucun répertoire ne connaît ce nom",
    "nessun repertorio conosce il nome", "ningún repertorio conoce el nombre", "geen lijst kent de naam",
    "żaden spis nie zna tej nazwy", "nenhum repertório conhece o nome",
)  # fmt: skip


def _in(lang: str, phrases: tuple[str, ...]) -> str:
    return phrases[LANGUAGES.index(lang if lang in LANGUAGES else "en")]


def reason_for(clue: str, lang: str, place: str = "") -> str:
    """Return a clue in words; "" for clues that only weigh. ``place`` is the name of the place that gave it."""
    phrases = _PHRASES.get(_TOLD_AS.get(clue, clue))
    return _in(lang, phrases).format(place=place) if phrases else ""


def unresolved_reason(lang: str, *, known: bool) -> str:
    """Return in words why a name got no place, though places bear it or because none does."""
    return _in(lang, _NONE_FITS if known else _NONE_KNOWN)


TELLING = 0.5
"""Log odds from which a clue is worth telling an editor: it makes the place 1.6 times as likely."""

MOST_REASONS = 4
"""Reasons an editor reads; the weaker ones add little."""

RIVAL = 0.02
"""Probability from which the runner-up is named."""

_CLUES = (*PRIOR_CLUES, *CONTEXT_CLUES)


class Telling:
    """Tells the reasons for cases of a scene."""

    def __init__(self, scene: Scene, view: View, gazetteer: Gazetteer) -> None:
        self._scene, self._view, self._gazetteer = scene, view, gazetteer
        self._lang = scene.desk.lang

    def reasons(self, case: int, pull: Figures) -> tuple[str, ...]:
        """Return in words the clues that speak most for a case, the strongest first; ``pull`` is what each adds."""
        strong = [i for i in np.argsort(-pull, kind="stable") if pull[i] >= TELLING]
        told = dict.fromkeys([reason_for("house", self._lang)] if self._scene.decided[case] else [])
        for i in strong:
            clue = _CLUES[i]
            find = _WITNESSES.get(clue)
            witness = find(self, case) if find else None
            if find and witness is None:
                continue
            phrase = reason_for(clue, self._lang, self._gazetteer.label(witness, self._lang) if witness else "")
            if phrase:
                told[phrase] = None
        return tuple(told)[:MOST_REASONS]

    def rival(self, candidate: Candidate | None) -> tuple[str, ...]:
        """Return the runner-up and its probability, if it comes near: "Frankfurt am Main p = 0.12"."""
        if candidate is None or candidate.probability < RIVAL:
            return ()
        return (f"{self._gazetteer.label(candidate.entry, self._lang)} p = {candidate.probability:.2f}",)

    def country(self, case: int) -> Entry | None:
        """Return the country a case lies in."""
        codes = self._scene.cases[case].entry.country.split()
        hits = self._gazetteer.country(codes[0]) if codes else ()
        return self._gazetteer.entry(hits[0].number) if hits else None

    def container(self, case: int) -> Entry | None:
        """Return what the text says the case lies in."""
        own = self._scene.cases[case]
        inside = sorted(c for c in own.usage.containers if lies_in(own.entry, c))
        return (self.division(case) if inside[-1][1] else self.country(case)) if inside else None

    def division(self, case: int) -> Entry | None:
        """Return the most probable division of another name that the case lies in."""
        scene, entry = self._scene, self._scene.cases[case].entry
        others = np.flatnonzero(scene.is_division & (scene.owner != scene.owner[case]))
        holding = [i for i in others if lies_in(entry, (scene.cases[i].entry.country, scene.cases[i].entry.name))]
        best = max(holding, key=lambda i: self._view.belief[i], default=None)
        return None if best is None else scene.cases[best].entry

    def neighbour(self, case: int) -> Entry | None:
        """Return the place of another name that makes a case near."""
        return self._nearest(case, self._scene.close[case])

    def neighbour_beside(self, case: int) -> Entry | None:
        """Return the place in the same sentence that makes a case near."""
        return self._nearest(case, self._scene.close[case] * self._scene.beside_point[case])

    def _nearest(self, case: int, closeness: Figures) -> Entry | None:
        figures = closeness * self._view.at_points
        if not len(figures) or not figures.any():
            return None
        found = self._scene.cases[self._scene.points[int(np.argmax(figures))]].entry
        return None if found.id == self._scene.cases[case].entry.id else found


_WITNESSES: Mapping[str, Callable[[Telling, int], Entry | None]] = {
    "in_country_of_its_words": Telling.country,
    "in_country_of_its_people": Telling.country,
    "inside_named_container": Telling.container,
    "country_share": Telling.country,
    "compatriot_beside": Telling.country,
    "country_named": Telling.country,
    "country_beside": Telling.country,
    "division_named": Telling.division,
    "division_beside": Telling.division,
    "nearness": Telling.neighbour,
    "nearness_beside": Telling.neighbour_beside,
}
