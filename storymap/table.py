"""Story -> pandas: the place table and the mention table.

A `storymap.model.Story` goes in, a DataFrame comes out: `place_table` with one row a place, `mention_table` with one
row a mention. `Story.to_frame`, the exports and the archive call them. Columns, their order and their dtypes are the
same for every story, an empty one included, so that the tables of many articles can be put under each other.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from storymap.model import MIN_CONFIDENCE, Candidate, Place, Story

__all__ = ["mention_table", "place_table"]

_PLACE_DTYPES = {
    "number": "Int64",
    "place": "string",
    "label": "string",
    "kind": "string",
    "country": "string",
    "admin1": "string",
    "lat": "float64",
    "lon": "float64",
    "confidence": "float64",
    "status": "string",
    "mentions": "int64",
    "first_sentence": "string",
    "sentences": "string",
    "geonames_id": "Int64",
    "alternatives": "string",
    "scene": "boolean",
    "focus_country": "string",
    "check": "string",
    "id": "string",
}

_MENTION_DTYPES = {
    "start": "int64",
    "end": "int64",
    "text": "string",
    "role": "string",
    "sentence": "int64",
    "quote": "string",
    "place": "string",
    "label": "string",
    "kind": "string",
    "country": "string",
    "lat": "float64",
    "lon": "float64",
    "confidence": "float64",
    "status": "string",
}

_BETWEEN_SENTENCES = " … "


def place_table(story: Story, *, min_confidence: float = MIN_CONFIDENCE) -> pd.DataFrame:
    """Return the place table: one row a place, in the order of their first mention.

    Parameters
    ----------
    story
        Any story; rejected and unresolved places have rows too, so that an editor sees what is not on the map.
    min_confidence
        What is less sure has a row and no number.

    Returns
    -------
    pandas.DataFrame
        ``number`` is the pin's on the map and in the list, missing for what is not on the map. ``place`` is the
        gazetteer's name, or the text of the first mention where nothing fitted; ``label`` the name in the article's
        language. ``lat`` and ``lon`` are degrees WGS84, NaN for unresolved places. ``confidence`` is the probability
        that the point is right. ``mentions`` counts them. ``first_sentence`` is the text of the first sentence that
        mentions the place, ``sentences`` all of them with " … " between. ``alternatives`` lists what else the name may
        mean, most probable first: ``London (CA) p=0.12; London (US) p=0.01``. ``scene`` tells whether the story happens
        there, ``focus_country`` is the country it is about, the same in all rows. ``check`` says what an editor should
        look at. ``id`` is the place's own: by it an edited table is taken back (`storymap.edits`).
    """
    numbers = story.numbers(min_confidence)
    rows = [_place_row(story, place) | {"number": numbers.get(place.id)} for place in story.places]
    return _frame(rows, _PLACE_DTYPES)


def mention_table(story: Story) -> pd.DataFrame:
    """Return the mention table: one row a mention, in the order of the text.

    Parameters
    ----------
    story
        Any story.

    Returns
    -------
    pandas.DataFrame
        ``start`` and ``end`` are offsets in the article's text, ``sentence`` is the index of the sentence and
        ``quote`` its text. ``place`` and what follows it describe the place the mention was resolved to; they are
        missing (NA, NaN for numbers) where it was resolved to none.
    """
    rows = []
    for mention in story.mentions:
        place = mention.place
        entry = place.entry if place else None
        rows.append(
            {
                "start": mention.start,
                "end": mention.end,
                "text": mention.text,
                "role": mention.role.value,
                "sentence": mention.sentence,
                "quote": _sentence_text(story, mention.sentence),
                "place": entry.name if entry else None,
                "label": place.label if place else None,
                "kind": entry.kind.value if entry else None,
                "country": entry.country if entry else None,
                "lat": entry.lat if entry else None,
                "lon": entry.lon if entry else None,
                "confidence": place.confidence if place else None,
                "status": place.status.value if place else None,
            }
        )
    return _frame(rows, _MENTION_DTYPES)


def _frame(rows: Sequence[Mapping[str, object]], dtypes: Mapping[str, str]) -> pd.DataFrame:
    index = range(len(rows))
    return pd.DataFrame(
        {name: pd.Series([_storable(row[name]) for row in rows], index, dtype) for name, dtype in dtypes.items()},
    )


def _storable(value: object) -> object:
    """Replace what no encoding has, a lone surrogate, by a question mark: pandas with pyarrow refuses it."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value


def _place_row(story: Story, place: Place) -> dict[str, object]:
    sentences = [_sentence_text(story, number) for number in place.sentences]
    entry = place.entry
    return {
        "place": entry.name if entry else place.mentions[0].text if place.mentions else place.label,
        "label": place.label,
        "kind": entry.kind.value if entry else None,
        "country": place.country,
        "admin1": place.admin1,
        "lat": place.lat,
        "lon": place.lon,
        "confidence": place.confidence,
        "status": place.status.value,
        "mentions": len(place.mentions),
        "first_sentence": sentences[0] if sentences else "",
        "sentences": _BETWEEN_SENTENCES.join(sentences),
        "geonames_id": entry.geonames_id if entry else None,
        "alternatives": "; ".join(_alternative(other) for other in place.candidates if other.entry != entry),
        "scene": place.id in story.focus.scenes,
        "focus_country": story.focus.country,
        "check": " ".join(story.findings_of(place)),
        "id": place.id,
    }


def _alternative(candidate: Candidate) -> str:
    entry = candidate.entry
    country = f" ({entry.country})" if entry.country else ""
    return f"{entry.name}{country} p={candidate.probability:.2f}"


def _sentence_text(story: Story, number: int) -> str:
    sentence = story.article.sentences[number]
    return " ".join(story.article.text[sentence.start : sentence.end].split())
