"""Article, Places -> what an editor should look at: a linter for a story's geography.

`check_places` is called by `storymap.pipeline` with the places resolved, or corrected. It looks for what is wrong more
often than not, so that a finding is worth reading; low confidence alone is no finding, for every publication has its
own bar (`storymap.model.Place.passes`). What an editor confirmed or rejected is not looked at again.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import combinations

from storymap.gazetteer.globe import great_circle_km
from storymap.gazetteer.names import fold
from storymap.gazetteer.store import Gazetteer
from storymap.model import MIN_CONFIDENCE, Article, BlockKind, Check, Entry, Finding, Kind, Place, Status

__all__ = ["check_places"]

FAR_KM = 1000
SMALL = 200_000
SURE = 0.9
"""A town this far from all other places of the story, the only one in its country, with fewer people and less
confidence than these is an outlier. News do name far-off towns, but large ones, or with their country, or so that
there is no mistaking them. The bound on confidence lies above the usual gate, for what the gate keeps off the map is
looked at anyway: in the training texts six towns are so far off, all between 0.8 and 0.9, and five of them are wrong.
At a million people, Washington would be one."""

SAME_SPOT_KM = 0.5
"""Two places of a kind and a country this near to each other are one place twice: two rows, or two names."""

TOWNS_AROUND = 10
"""A place none of whose nearest towns lies in its country lies outside it: so did none of 3000 gazetteer rows, towns at
borders and on islands among them."""

_POINTS = frozenset({Kind.CITY, Kind.DISTRICT, Kind.FACILITY, Kind.STREET, Kind.MOUNTAIN})

_TOWNS = frozenset({Kind.CITY, Kind.DISTRICT})

_ADDED = re.compile(r"(?:, ?| ?\(| ?/ ?| in | im | am | an der | bei | near | en | à )[^\W\d_]")
"""What stands behind a name to tell the place from its namesakes: "Paris, Texas", "Halle (Saale)"."""

_TEXTS: Mapping[str, Mapping[Check, str]] = {
    "de": {
        Check.HEADLINE: "Steht in der Überschrift und ist unsicher.",
        Check.OUTLIER: "Liegt {km} km von allen anderen Orten des Artikels entfernt.",
        Check.ABROAD: "Der Punkt liegt nicht in dem Land, zu dem der Ort gehört.",
        Check.NAMESAKE: "Zwei Orte heißen {name}; der Text sagt nicht, welcher gemeint ist.",
        Check.SAME_SPOT: "Liegt an derselben Stelle wie {name}.",
    },
    "en": {
        Check.HEADLINE: "It is in the headline, and it is uncertain.",
        Check.OUTLIER: "It lies {km} km from every other place in the article.",
        Check.ABROAD: "The point is not in the country that the place belongs to.",
        Check.NAMESAKE: "Two places are called {name}; the text does not say which one is meant.",
        Check.SAME_SPOT: "It lies on the same spot as {name}.",
    },
    "es": {
        Check.HEADLINE: "Está en el titular y no es seguro.",
        Check.OUTLIER: "Está a {km} km de todos los demás lugares del artículo.",
        Check.ABROAD: "El punto no está en el país al que pertenece el lugar.",
        Check.NAMESAKE: "Dos lugares se llaman {name}; el texto no dice cuál es.",
        Check.SAME_SPOT: "Está en el mismo punto que {name}.",
    },
    "fr": {
        Check.HEADLINE: "Figure dans le titre et reste incertain.",
        Check.OUTLIER: "Se trouve à {km} km de tous les autres lieux de l’article.",
        Check.ABROAD: "Le point n’est pas dans le pays auquel le lieu appartient.",
        Check.NAMESAKE: "Deux lieux s’appellent {name} ; le texte ne dit pas lequel.",
        Check.SAME_SPOT: "Se trouve au même endroit que {name}.",
    },
    "it": {
        Check.HEADLINE: "È nel titolo ed è incerto.",
        Check.OUTLIER: "Dista {km} km da tutti gli altri luoghi dell’articolo.",
        Check.ABROAD: "Il punto non è nel paese a cui appartiene il luogo.",
        Check.NAMESAKE: "Due luoghi si chiamano {name}; il testo non dice quale sia.",
        Check.SAME_SPOT: "È nello stesso punto di {name}.",
    },
    "nl": {
        Check.HEADLINE: "Staat in de kop en is onzeker.",
        Check.OUTLIER: "Ligt {km} km van alle andere plaatsen in het artikel.",
        Check.ABROAD: "Het punt ligt niet in het land waar de plaats bij hoort.",
        Check.NAMESAKE: "Twee plaatsen heten {name}; de tekst zegt niet welke bedoeld is.",
        Check.SAME_SPOT: "Ligt op dezelfde plek als {name}.",
    },
    "pl": {
        Check.HEADLINE: "Stoi w nagłówku i nie jest pewne.",
        Check.OUTLIER: "Leży {km} km od wszystkich innych miejsc w artykule.",
        Check.ABROAD: "Punkt nie leży w kraju, do którego należy miejsce.",
        Check.NAMESAKE: "Dwa miejsca nazywają się {name}; tekst nie mówi, o które chodzi.",
        Check.SAME_SPOT: "Leży w tym samym punkcie co {name}.",
    },
    "pt": {
        Check.HEADLINE: "Está no título e não é seguro.",
        Check.OUTLIER: "Fica a {km} km de todos os outros lugares do artigo.",
        Check.ABROAD: "O ponto não fica no país a que o lugar pertence.",
        Check.NAMESAKE: "Dois lugares chamam-se {name}; o texto não diz qual é.",
        Check.SAME_SPOT: "Fica no mesmo ponto que {name}.",
    },
}


def check_places(article: Article, places: Sequence[Place], gazetteer: Gazetteer) -> tuple[Finding, ...]:
    """Return what to look at, place by place, each in a sentence of the article's language, English if it has none."""
    located = [(place, place.entry) for place in places if place.entry and place.status is not Status.REJECTED]
    found: dict[tuple[str, Check], str] = {}
    texts = _TEXTS.get(article.lang, _TEXTS["en"])
    for place, entry in located:
        others = [other for _, other in located if other is not entry]
        if _in_headline(article, place) and place.confidence < MIN_CONFIDENCE:
            found[place.id, Check.HEADLINE] = texts[Check.HEADLINE]
        km = _alone(place, entry, others)
        if km >= FAR_KM:
            found[place.id, Check.OUTLIER] = texts[Check.OUTLIER].format(km=round(km / 100) * 100)
        if _is_abroad(entry, gazetteer):
            found[place.id, Check.ABROAD] = texts[Check.ABROAD]
    keys = {place.id: fold(place.label) for place, _ in located}
    for (one, here), (other, there) in combinations(located, 2):
        if keys[one.id] == keys[other.id] and not (_is_told(article, one) and _is_told(article, other)):
            found[other.id, Check.NAMESAKE] = texts[Check.NAMESAKE].format(name=other.label)
        elif _on_one_spot(here, there):
            found[other.id, Check.SAME_SPOT] = texts[Check.SAME_SPOT].format(name=one.label)
    settled = {place.id for place in places if place.is_settled}
    # An editor who moves a point may have left the country as it was.
    moved = {(place.id, Check.ABROAD) for place in places if place.status is Status.CORRECTED}
    order = {place.id: number for number, place in enumerate(places)}
    return tuple(
        Finding(identity, check, text)
        for (identity, check), text in sorted(found.items(), key=lambda item: order[item[0][0]])
        if identity not in settled or (identity, check) in moved
    )


def _in_headline(article: Article, place: Place) -> bool:
    headline = next((block for block in article.blocks if block.kind is BlockKind.HEADLINE), None)
    return headline is not None and any(headline.start <= m.start < headline.end for m in place.mentions)


def _alone(place: Place, entry: Entry, others: Sequence[Entry]) -> float:
    """Return the km to the nearest other place of a small, uncertain town whose country has no other; else 0."""
    if entry.kind not in _TOWNS or entry.population >= SMALL or place.confidence >= SURE:
        return 0.0
    if len(others) < 2 or any(set(entry.country.split()) & set(other.country.split()) for other in others):
        return 0.0
    return min(great_circle_km(entry.lat, entry.lon, other.lat, other.lon) for other in others)


def _is_abroad(entry: Entry, gazetteer: Gazetteer) -> bool:
    """Tell whether a point that is not the gazetteer's own lies outside the country of its row."""
    if entry.kind not in _POINTS or not entry.country or gazetteer.find(entry.id) == entry:
        return False
    around = gazetteer.nearest(entry.lat, entry.lon, limit=TOWNS_AROUND)
    return not any(set(entry.country.split()) & set(town.country.split()) for town in around)


def _is_told(article: Article, place: Place) -> bool:
    """Tell whether the text adds to one of the place's mentions what tells it from its namesakes."""
    return any(_ADDED.match(article.text, mention.end) for mention in place.mentions)


def _on_one_spot(one: Entry, other: Entry) -> bool:
    return (
        one.kind is other.kind
        and one.kind in _POINTS
        and one.country == other.country
        and great_circle_km(one.lat, one.lon, other.lat, other.lon) <= SAME_SPOT_KM
    )
