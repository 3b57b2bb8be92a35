"""The right place of a name, judged by the whole article, with a probability and reasons."""

import pytest

from storymap import Gazetteer, map_text
from storymap.article.read import make_article
from storymap.gazetteer.globe import great_circle_km
from storymap.model import MIN_CONFIDENCE, Kind, Status
from storymap.places.announced import announced_kinds
from storymap.places.evidence import NONE_CLUES, PRIOR_CLUES
from storymap.places.reasons import reason_for
from storymap.places.recognize import GivenSpans, find_mentions
from storymap.places.resolve import load_weights
from storymap.places.scene import CONTEXT_CLUES
from storymap.places.usage import group_mentions


def place(text, lang, name, **options):
    return next(m.place for m in map_text(text, lang=lang, **options).mentions if m.text == name)


@pytest.mark.parametrize(
    ("lang", "text", "name", "lat", "lon"),
    [
        ("en", "The fair in Paris, Texas, drew visitors from Dallas.", "Paris", 33.66, -95.56),
        ("en", "The museum in Paris drew visitors from Lyon and Marseille.", "Paris", 48.86, 2.35),
        ("en", "Fire crews in Springfield, Ohio, were called at noon.", "Springfield", 39.92, -83.81),
        ("en", "Fire crews in Springfield, Missouri, were called at noon.", "Springfield", 37.22, -93.29),
        ("en", "A hospital in London, Ontario, has closed two wards.", "London", 42.98, -81.23),
        ("de", "In Halle (Saale) und Magdeburg wird gebaut.", "Halle (Saale)", 51.48, 11.97),
        ("de", "Frankfurt (Oder) feiert. Die Stadt Frankfurt erwartet viele Gäste.", "Frankfurt", 52.34, 14.55),
        ("de", "Washington warnte Moskau und Peking.", "Washington", 38.9, -77.04),
        ("de", "Berlin und Paris einigten sich mit Kiew.", "Paris", 48.86, 2.35),
    ],
)
def test_context_decides(lang, text, name, lat, lon):
    found = place(text, lang, name)
    assert found.lat is not None
    assert great_circle_km(found.lat, found.lon, lat, lon) <= 50, found.entry


def test_what_stands_behind_a_town_as_its_state_is_the_state():
    story = map_text("The court in Buffalo, New York, sits today. He flew from New York to Berlin.", lang="en")
    kinds = [(m.text, m.place.kind) for m in story.mentions if m.text == "New York"]
    assert kinds == [("New York", Kind.ADMIN1), ("New York", Kind.CITY)]


def test_a_state_with_its_abbreviation_is_the_state():
    found = place("Horses in New South Wales (NSW) were tested for flu.", "en", "New South Wales")
    assert found.kind is Kind.ADMIN1


@pytest.mark.parametrize(
    ("lang", "text", "name", "kind"),
    [
        ("en", "A cow was found in the state of Washington.", "Washington", Kind.ADMIN1),
        ("en", "A cow was found in the city of New York.", "New York", Kind.CITY),
        ("es", "Llueve en el estado de México.", "México", Kind.ADMIN1),
        ("fr", "Il neige dans la province d'Anvers.", "Anvers", Kind.ADMIN1),
        ("it", "Piove nella provincia di Salisburgo.", "Salisburgo", Kind.ADMIN1),
    ],
)
def test_a_word_of_kind_may_be_tied_to_its_name(lang, text, name, kind):
    article, start = make_article(text, lang=lang), text.index(name)
    mentions = find_mentions(article, GivenSpans([(start, start + len(name))]))
    (announced,) = announced_kinds(article, mentions, Gazetteer.open().lexicon)
    assert kind in announced


def test_the_state_of_washington_is_the_state():
    assert place("A cow was found in the state of Washington.", "en", "Washington").kind is Kind.ADMIN1


def test_a_name_is_not_its_own_full_name():
    found = place("Tewksbury Twp. introduces an ordinance.", "en", "Tewksbury Twp", spans=[(0, 13)])
    assert "the article also gives its full name" not in found.reasons


def test_an_article_before_a_hyphen_is_no_place():
    story = map_text("Al-Sayed scored in Cairo.", lang="en", spans=[(0, 8), (19, 24)])
    assert story.mentions[0].place.entry is None


@pytest.mark.parametrize(
    ("text", "division"),
    [
        ("Sciopero a Reggio e a Villa San Giovanni, fermo il porto di Messina.", "Calabria"),
        ("Sciopero a Reggio e a Modena, chiuse le fabbriche di Sassuolo.", "Emilia-Romagna"),
    ],
)
def test_italian_towns_go_by_the_beginning_of_their_names(text, division):
    assert place(text, "it", "Reggio").admin1 == division


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("fr", "Il a quitté Mons pour rentrer au Havre.", "Le Havre"),
        ("fr", "Les ministres se réunissent jeudi au Caire.", "Cairo"),
        ("fr", "Elle est née au Puy-en-Velay.", "Le Puy-en-Velay"),
        ("it", "I voli dell'Avana sono stati cancellati.", "Havana"),
        ("it", "La nave è partita dalla Spezia.", "La Spezia"),
        ("ca", "Un incendi crema prop del Vendrell.", "El Vendrell"),
    ],
)
def test_a_towns_article_may_be_in_the_preposition(lang, text, name):
    [place] = [place for place in map_text(text, lang=lang).places if place.label != "Mons"]
    assert place.entry.name == name
    assert place.confidence > 0.7


@pytest.mark.parametrize(
    ("lang", "text", "name", "country"),
    [
        ("et", "Tartus põles laohoone, päästjad tulid Viljandist ja Põlvast.", "Tartu", "EE"),
        ("et", "Tartus ja Damaskuses kostis plahvatusi, teatas Süüria riigimeedia.", "Ţarţūs", "SY"),
        ("hr", "Bura zatvorila Jadransku magistralu između Senja i Splita.", "Senj", "HR"),
        ("pl", "Po pożarze Ząbki wynajmą pogorzelcom mieszkania w Markach.", "Marki", "PL"),
    ],
)
def test_what_is_a_case_of_one_name_and_another_name_is_told_by_context(lang, text, name, country):
    places = map_text(text, lang=lang).places
    assert (name, country) in {(place.entry.name, place.entry.country) for place in places if place.entry}


@pytest.mark.parametrize(
    ("lang", "text", "name", "share"),
    [
        ("de", "Am Ufer der Oder steht Wasser.", "Oder", 1),
        ("en", "They live along the Severn.", "Severn", 1),
        ("fr", "Il a traversé le Rhin.", "Rhin", 1),
        ("fr", "Il est né au Havre.", "Havre", 0),
        ("it", "Vive all'Aquila.", "Aquila", 0),
    ],
)
def test_an_article_that_is_part_of_the_name_is_none_before_it(lang, text, name, share):
    article = make_article(text, lang=lang)
    mentions = find_mentions(article, GivenSpans([(text.index(name), text.index(name) + len(name))]))
    [group] = group_mentions(article, mentions, Gazetteer.open())
    assert group.usage.articled == share


def test_two_senses_in_one_text_are_two_places():
    text = "Paris, Texas, has a tower like the one in Paris, France."
    story = map_text(text, lang="en")
    countries = [m.place.country for m in story.mentions if m.text == "Paris"]
    assert countries == ["US", "FR"]


def test_one_name_is_one_place_with_all_its_mentions():
    story = map_text("Köln baut. In Köln und Kölns Umland wird es eng.", lang="de")
    (koeln,) = story.places
    assert [m.text for m in koeln.mentions] == ["Köln", "Köln", "Kölns"]
    assert koeln.sentences == (0, 1)


def test_a_compound_is_no_fuller_name_of_its_first_part():
    story = map_text("Köln plant. In Köln-Ehrenfeld wird gebaut. Der Rhein-Erft-Kreis am Rhein zahlt.", lang="de")
    labels = {m.text: m.place.label for m in story.mentions}
    assert labels["Köln"] == "Köln"
    assert labels["Köln-Ehrenfeld"] == "Ehrenfeld"
    assert labels["Rhein"] == "Rhein"


def test_names_of_one_place_meet():
    story = map_text("Die USA warten ab. Die Vereinigten Staaten zögern.", lang="de", spans=[(4, 7), (23, 42)])
    assert [p.country for p in story.places] == ["US"]


def test_confidence_is_never_bare():
    found = place("Ein Brand in Springfield hält die Feuerwehr in Atem.", "de", "Springfield")
    probabilities = [candidate.probability for candidate in found.candidates]
    assert len(probabilities) >= 5
    assert probabilities == sorted(probabilities, reverse=True)
    assert probabilities[0] <= found.confidence + 1e-4 <= 1.0001
    assert found.confidence < 0.9, "several towns are called so"
    assert found.candidates[0].entry == found.entry


def test_a_name_nobody_knows_is_kept_unresolved():
    story = map_text("Er kam aus Quxbrunn.", lang="de", spans=[(11, 19)])
    (unknown,) = story.places
    assert (unknown.status, unknown.entry, unknown.confidence) == (Status.UNRESOLVED, None, 0.0)
    assert unknown.reasons == ("kein Verzeichnis kennt den Namen",)
    assert not unknown.passes(0)


@pytest.mark.parametrize("home", ["DE", "AT", "at"])
def test_the_desks_country_tips_the_balance(home):
    found = place("Der Gemeinderat von Altenmarkt tagte.", "de", "Altenmarkt", home=home, spans=[(20, 30)])
    assert found.country == home.upper(), "two towns of four thousand people bear the name"


def test_a_demonym_someone_asks_about_leads_to_its_country():
    assert place("Russian officials spoke.", "en", "Russian", spans=[(0, 7)]).country == "RU"


@pytest.mark.parametrize(
    ("demonym", "home"),
    [("Minnesotans", "Minnesota"), ("Ontarians", "Ontario"), ("Londoners", "London"), ("Germans", "Germany")],
)
def test_a_demonym_of_a_division_or_city_leads_there(demonym, home):
    assert place(f"{demonym} voted.", "en", demonym, spans=[(0, len(demonym))]).label == home


def test_the_accents_of_a_name_count():
    found = place("In Höchstadt und Erlangen beginnt die Karpfenzeit.", "de", "Höchstadt")
    assert found.label.startswith("Höchstadt"), "Hochstadt bears its name in full, this town only the beginning"


@pytest.mark.parametrize(
    ("lang", "text", "name", "home"),
    [
        ("de", "In Gribbohm ist ein Bauernhaus abgebrannt.", "Gribbohm", "DE"),
        ("de", "Der Gemeinderat von Zöblen hat getagt.", "Zöblen", "AT"),
        ("fr", "À Paray-sous-Briailles, un hangar a brûlé.", "Paray-sous-Briailles", "FR"),
        ("it", "A Bedero Valcuvia è bruciato un fienile.", "Bedero Valcuvia", "IT"),
        ("es", "En Quintanilla de Urz ardió un pajar.", "Quintanilla de Urz", "ES"),
    ],
)
def test_a_village_alone_in_its_text_is_published_by_the_desk_of_its_country(lang, text, name, home):
    start = text.index(name)
    found = place(text, lang, name, home=home, spans=[(start, start + len(name))])
    assert found.country == home
    assert found.passes(MIN_CONFIDENCE)


def test_reasons_are_in_the_articles_language():
    assert reason_for("country_named", "de", "Polen") == "Polen im Artikel"
    assert reason_for("country_named", "fr", "Pologne") == "Pologne dans l'article"
    assert reason_for("country_named", "tr", "Poland") == "Poland in the article"
    german = place("In Lyon und in Marseille streiken die Fahrer, sagt Frankreichs Bahn.", "de", "Lyon")
    assert any("Frankreich" in reason for reason in german.reasons)


def test_reasons_name_what_they_rest_on():
    found = place("Frankfurt (Oder) in Brandenburg hat gewählt. Die Stadt Frankfurt feiert.", "de", "Frankfurt")
    assert found.reasons
    assert any("Brandenburg" in reason or "vollen Namen" in reason for reason in found.reasons)
    contained = place("A bakery in Paris, Texas, burned down.", "en", "Paris")
    assert any("Texas" in reason for reason in contained.reasons)


def test_the_runner_up_is_told():
    found = place("Ein Brand in Springfield hält die Feuerwehr in Atem.", "de", "Springfield")
    assert any(" p = 0." in reason for reason in found.reasons)


@pytest.mark.parametrize(
    ("text", "lang", "country"),
    [
        (
            "Die Kantonspolizei hat in Altdorf einen Velofahrer gebüsst, sagt der Regierungsrat. Grosse Velos.",
            "de",
            "CH",
        ),
        ("Der Landrat von Altdorf dankt dem Landtag. Das Landgericht und die CSU schweigen.", "de", "DE"),
        ("The Newport constabulary fined a lorry driver, a borough MP told the BBC.", "en", "GB"),
        ("The Newport sheriff told Republican senators that troopers were on the freeway.", "en", "US"),
    ],
)
def test_words_tell_the_country_of_the_desk(text, lang, country):
    name = next(name for name in ("Altdorf", "Newport") if name in text)
    start = text.index(name)
    assert place(text, lang, name, spans=[(start, start + len(name))]).country == country


def test_a_hash_or_a_quotation_mark_is_no_part_of_a_name():
    text = "Unfall bei #Potsdam"
    assert place(text, "de", "#Potsdam", spans=[(11, 19)]).label == "Potsdam"


def test_members_of_an_enumeration_do_not_lie_in_one_another():
    text = "Voters in Colorado, Georgia, Illinois and Missouri will decide."
    assert place(text, "en", "Georgia").kind == Kind.ADMIN1


def test_the_order_of_articles_changes_nothing():
    texts = ["Halle liegt an der Saale.", "Halle in Westfalen baut.", "Paris, Texas, burned.", "Paris brennt."]
    there = [map_text(text, lang="de").to_json() for text in texts]
    back = [map_text(text, lang="de").to_json() for text in reversed(texts)]
    assert there == back[::-1]


def test_weights_and_clues_belong_together():
    first, *_, last = load_weights()
    assert len(first.single) == len(PRIOR_CLUES)
    assert len(last.single) == len(PRIOR_CLUES) + len(CONTEXT_CLUES)
    assert len(last.none) == len(NONE_CLUES)
    assert last.pairs is not None
    assert (last.pairs == last.pairs.T).all()
