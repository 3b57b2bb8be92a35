"""What the words around a name say it lies in, in the eight languages that have such words."""

import pytest

from storymap import Gazetteer
from storymap.article.read import make_article
from storymap.gazetteer.names import fold
from storymap.places.containers import find_containers
from storymap.places.recognize import GivenSpans, find_mentions


def containers(text, lang, name):
    start = text.index(name)
    article = make_article(text, lang=lang)
    (mention,) = find_mentions(article, GivenSpans([(start, start + len(name))]))
    gazetteer = Gazetteer.open()
    return find_containers(article, mention, gazetteer.hits(fold(name)), gazetteer)


@pytest.mark.parametrize(
    ("lang", "text", "name", "container"),
    [
        ("en", "Two men from Moscow, Idaho, were found.", "Moscow", ("US", "Idaho")),
        ("en", "He was born in Flumeri in southern Italy.", "Flumeri", ("IT", "")),
        ("en", "Ducks died in Crawford County located in Pennsylvania.", "Crawford County", ("US", "Pennsylvania")),
        ("en", "In Victoria, the capital of the Seychelles, it rains.", "Victoria", ("SC", "")),
        ("en", "The Lebanese city of Tripoli is quiet.", "Tripoli", ("LB", "")),
        ("de", "In Victoria, der Hauptstadt der Seychellen, regnet es.", "Victoria", ("SC", "")),
        ("de", "Die libanesische Hafenstadt Tripoli ist ruhig.", "Tripoli", ("LB", "")),
        ("de", "Im US-Bundesstaat Georgia wird gewählt.", "Georgia", ("US", "")),
        ("de", "In Paris im Norden von Texas brennt es.", "Paris", ("US", "Texas")),
        ("fr", "Tripoli, ville du nord du Liban, est calme.", "Tripoli", ("LB", "")),
        ("fr", "À Paris, dans le Texas, il pleut.", "Paris", ("US", "Texas")),
        ("it", "La città libanese di Tripoli è calma.", "Tripoli", ("LB", "")),
        ("es", "Córdoba, en Argentina, celebra.", "Córdoba", ("AR", "")),
        ("es", "Llueve en la ciudad argentina de Córdoba.", "Córdoba", ("AR", "")),
        ("pt", "Chove em Santarém, no norte do Brasil.", "Santarém", ("BR", "")),
        ("nl", "In Bergen, een stad in het westen van Noorwegen, regent het.", "Bergen", ("NO", "")),
        ("pl", "Odessa, na południu Ukrainy, płonie.", "Odessa", ("UA", "")),
    ],
)
def test_words_tell_what_a_place_lies_in(lang, text, name, container):
    assert containers(text, lang, name) == {container}


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("en", "Russia, Georgia and Armenia agreed.", "Georgia"),
        ("en", "They met in Paris with the president of Georgia.", "Paris"),
        ("en", "They flew from London to Ontario.", "London"),
        ("de", "Aus Paris, der Türkei und Italien kamen Helfer.", "Paris"),
        ("de", "Der Zug nach Freiburg im Norden fällt aus.", "Freiburg"),
        ("fr", "À Berlin, la France et l'Italie ont signé.", "Berlin"),
        ("sv", "I Paris i Texas brinner det.", "Paris"),
    ],
)
def test_other_words_tell_nothing(lang, text, name):
    assert containers(text, lang, name) == frozenset()


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("en", "Horses in New South Wales (NSW) are ill.", "New South Wales"),
        ("de", "In Nordrhein-Westfalen (NRW) sind Ferien.", "Nordrhein-Westfalen"),
    ],
)
def test_an_abbreviation_in_brackets_is_the_place_itself(lang, text, name):
    assert not containers(text, lang, name)
