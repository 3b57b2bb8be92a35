"""Article -> mentions: where the text names a place.

`find_mentions` asks a `Recognizer` for spans and ties them to the article's sentences; called by `storymap.pipeline`.
The recogniser built in, `GazetteerRecognizer`, tags the tokens of each sentence (`storymap.places.tagger`) and makes
spans of the tags; in scripts without capitals it takes the names that the gazetteer knows (`storymap.places.uncased`).
What another one marks, a spaCy pipeline or a class of the caller's own, the same evidence checks.
"""

import operator
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple, Protocol, runtime_checkable

from storymap.errors import MissingExtra, RecognizerError
from storymap.gazetteer.store import Gazetteer
from storymap.model import Article, Mention, Role
from storymap.places.composed import compose
from storymap.places.scorer import TAGS
from storymap.places.seen import Examined, examine, tokenizer_of
from storymap.places.tagger import LANGUAGES_LEARNT, load_model
from storymap.places.tokens import Match, Token, Tokenizer
from storymap.places.uncased import find_known_names, has_capitals

__all__ = [
    "GazetteerRecognizer",
    "GivenSpans",
    "Recognizer",
    "Span",
    "choose_recognizer",
    "describe_method",
    "find_mentions",
]


class Span(NamedTuple):
    """A stretch of the text that names a place: ``text[start:end]``; without a role it is the place itself."""

    start: int
    end: int
    role: Role | None = None


@runtime_checkable
class Recognizer(Protocol):
    """Finds the places named in a text. It gives offsets only; which place is meant is decided later."""

    def find_spans(self, article: Article) -> Sequence[Span]:
        """Return the spans that name a place."""
        ...


class GivenSpans:
    """A recogniser for those who know already where the places stand."""

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._spans = [Span(start, end) for start, end in spans]

    def find_spans(self, _article: Article) -> Sequence[Span]:
        """Return the spans given."""
        return self._spans


def find_mentions(article: Article, recognizer: Recognizer) -> tuple[Mention, ...]:
    """Return the mentions in the order of the text; of spans that begin together the longer comes first.

    A span that reaches beyond the text is cut there; one that holds no text is left out; of equal ones the first
    counts.
    """
    starts = [sentence.start for sentence in article.sentences]
    text, mentions = article.text, []
    roles: dict[tuple[int, int], Role] = {}
    for span in recognizer.find_spans(article):
        first, last = max(span.start, 0), min(max(span.end, 0), len(text))
        if text[first:last].strip():
            roles.setdefault((first, last), span.role or Role.LITERAL)
    for first, last in sorted(roles, key=lambda span: (span[0], -span[1])):
        sentence = max(bisect_right(starts, first) - 1, 0)
        mentions.append(Mention(first, last, text[first:last], sentence, roles[first, last]))
    return tuple(mentions)


def choose_recognizer(wanted: Recognizer | str | None, gazetteer: Gazetteer) -> Recognizer:
    """Return the recogniser that a caller wants: one of their own or a named one, checked; the one built in for None.

    A name is ``spacy:PIPELINE`` or ``module:Class``.

    Raises
    ------
    MissingExtra
        If spaCy, the pipeline or the module is not installed.
    RecognizerError
        If the name is of another form, or what it names is no `Recognizer`.
    """
    if wanted is None:
        return GazetteerRecognizer(gazetteer)
    if isinstance(wanted, GivenSpans | GazetteerRecognizer):
        return wanted
    name = wanted if isinstance(wanted, str) else f"{type(wanted).__module__}:{type(wanted).__qualname__}"
    other = _open(wanted) if isinstance(wanted, str) else wanted
    if isinstance(other, SpacyRecognizer):
        name = other.name
    if not isinstance(other, Recognizer):
        raise RecognizerError(
            f"{name} is no recogniser: it needs a method find_spans(article) that returns (start, end) pairs."
        )
    return CheckedRecognizer(other, gazetteer, name)


def describe_method(recognizer: Recognizer, article: Article) -> str:
    """Return in words how a recogniser finds the names of an article, for the provenance of its story."""
    if isinstance(recognizer, CheckedRecognizer):
        return recognizer.name
    if isinstance(recognizer, GivenSpans):
        return "spans given"
    if not has_capitals(article.text, article.lang):
        return "gazetteer names alone"
    return "built in" if article.lang in LANGUAGES_LEARNT else "built in, learnt from other languages"


class GazetteerRecognizer:
    """The recogniser built in: gazetteer, lexicon and context, in any language."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def find_spans(self, article: Article) -> Sequence[Span]:
        """Return the spans that the likeliest tags make, or in a script without capitals the known names."""
        composed, origins = compose(article)
        if has_capitals(composed.text, article.lang):
            return _at_origin(self._tag(composed), origins)
        known = find_known_names(composed.text, article.lang, self._gazetteer)
        return _at_origin((Span(*span) for span in known), origins)

    def _tag(self, article: Article) -> list[Span]:
        """Return the spans that the likeliest tags of each sentence make."""
        model = load_model(article.lang)
        spans: list[Span] = []
        tokenizer = tokenizer_of(self._gazetteer, article.lang)
        examined = list(examine(article, self._gazetteer))
        tagged = model.tags(tokenizer, [seen for _, _, seen in examined])
        for (tokens, matches, _), tags in zip(examined, tagged, strict=True):
            if any(tags):
                spans += _known_pieces(article.text, _spans(tokens, tags), tokens, matches)
        spans += _said_again(article.text, spans, examined, tokenizer)
        return spans


def _at_origin(spans: Iterable[Span], origins: Sequence[int]) -> list[Span]:
    """Return spans of a composed text as spans of the text it was composed from."""
    return [Span(origins[span.start], origins[span.end], span.role) for span in spans]


def _said_again(text: str, spans: Sequence[Span], examined: Sequence[Examined], tokenizer: Tokenizer) -> Iterator[Span]:
    """Yield the names that are places elsewhere in the article and were missed here.

    One name has one sense in an article: what is found once is meant each time, unless it is an everyday word or stands
    behind a first name. A name that only the desk's own list knows is found by that.
    """
    found = {_ELIDED.sub("", text[span.start : span.end]) for span in spans if span.role is not Role.PART}
    taken = sorted((span.start, span.end) for span in spans)
    for tokens, matches, _ in examined:
        for match in matches:
            start, end = tokens[match.first].start, tokens[match.last].end
            at = bisect_right(taken, (start, end))
            if any(a < end and start < b for a, b in taken[max(at - 1, 0) : at + 1]):
                continue
            is_listed = all(hit.decided for hit in match.hits)
            is_said = _ELIDED.sub("", text[start:end]) in found and not tokenizer.is_everyday(tokens[match.first].text)
            if not (is_listed or is_said):
                continue
            before = tokenizer.facts(tokens[match.first - 1].text) if match.first else ()
            if not _FIRST_NAMES & set(before):
                yield Span(start, end)


_ELIDED = re.compile(r"^[DLdl]['’]")
"""What stands before a name and may be a part of it: all'Aquila, L'Aquila."""

_FIRST_NAMES = frozenset({"first", "first or last", "title of a person"})


def _known_pieces(
    text: str, spans: Iterable[Span], tokens: Sequence[Token], matches: Sequence[Match]
) -> Iterator[Span]:
    """Yield the spans that the gazetteer does not know as one name in the pieces that they are.

    "Wien/Breslau" is two: a stroke joins names. So is "Limburg: Valkenburg", but behind a colon a new clause begins,
    and what is no known name there is none. "Kölns Umland" is Köln: a name in the genitive ends there, but not one with
    an apostrophe, which stands in many names ("Queen's Park"). Of "Saint-Omer" and "St. Petersburg", which it knows,
    nothing is a part.
    """
    ends = {tokens[match.first].start: tokens[match.last].end for match in matches}
    genitives = {tokens[match.first].start: tokens[match.last].end for match in matches if match.is_inflected}
    for span in spans:
        whole = ends.get(span.start, span.end)
        if whole > span.end + 1 and text[span.end] in "-.":
            yield Span(span.start, whole, Role.LITERAL if span.role is Role.PART else span.role)
            continue
        end = genitives.get(span.start, span.end)
        if end < span.end and text[end] == " " and text[end - 1] == "s" and text[end - 2] not in "'’":
            yield Span(span.start, end, span.role)
            continue
        pieces = [piece.span() for piece in _PIECE.finditer(text, span.start, span.end)]
        if len(pieces) == 1 or ends.get(span.start) == span.end:
            yield span
            continue
        at = span.start
        for start, stop in pieces:
            if ":" not in text[at:start] or ends.get(start) == stop:
                yield Span(start, stop, span.role)
            at = stop


_PIECE = re.compile(r"[^\s/:](?:[^/:]|:(?!\s))*(?<!\s)")
"""What a stroke, or a colon before a blank, joins to something else."""


def _spans(tokens: Sequence[Token], tags: Sequence[int]) -> Iterator[Span]:
    """Yield the spans that tags make; an inside without its beginning begins one."""
    start = None
    for position, number in enumerate((*tags, 0)):
        tag = TAGS[number]
        if start is not None and not tag.startswith("I"):
            role = Role(TAGS[tags[start]][2:])
            yield Span(tokens[start].start, tokens[position - 1].end, role)
            start = None
        if start is None and tag != "O":
            start = position


class CheckedRecognizer:
    """Another recogniser, whose spans the gazetteer, the lexicon and the tagger check.

    What they hold for an everyday word, a demonym or a person beyond doubt is left out, an article before a name
    ("the Strait of Hormuz") is cut off, and a span without a role gets its likeliest one.
    """

    def __init__(self, other: Recognizer, gazetteer: Gazetteer, name: str) -> None:
        self._other = other
        self.name = name
        self._gazetteer = gazetteer

    def find_spans(self, article: Article) -> Sequence[Span]:
        """Return the other's spans that pass; in a script without capitals all do."""
        composed, origins = compose(article)
        spans = _within(composed.text, self._other.find_spans(composed), self.name)
        if has_capitals(composed.text, article.lang):
            spans = self._check(composed, spans)
        return _at_origin(spans, origins)

    def _check(self, article: Article, spans: Sequence[Span]) -> list[Span]:
        """Return the spans that pass."""
        lang, lexicon = article.lang, self._gazetteer.lexicon
        tokenizer, model = tokenizer_of(self._gazetteer, lang), load_model(lang)
        checked: list[Span] = []
        at = 0
        for tokens, _, seen in examine(article, self._gazetteer):
            starts, ends = [token.start for token in tokens], [token.end for token in tokens]
            own, runs = [], []
            while at < len(spans) and spans[at].start < ends[-1]:
                first = bisect_right(ends, spans[at].start)
                span = self._without_article(article, spans[at], tokens[first])
                run = bisect_right(ends, span.start), bisect_left(starts, span.end) - 1
                if run[0] <= run[1]:
                    own.append(span)
                    runs.append(run)
                at += 1
            for span, (odds, role) in zip(own, model.judge(tokenizer, seen, runs), strict=True):
                if odds >= OVERRULED and not lexicon.is_demonym(article.text[span.start : span.end], lang):
                    checked.append(span if span.role else span._replace(role=role))
        return checked

    def _without_article(self, article: Article, span: Span, first: Token) -> Span:
        """Return a span without the article it begins with, unless the gazetteer knows it so: "The Hague"."""
        rest = article.text[first.end : span.end].lstrip()
        if (
            first.start < span.start
            or not rest[:1].isalnum()
            or self._gazetteer.lexicon.frequency(first.text, article.lang) < ARTICLES
            or any(self._gazetteer.forms(article.text[span.start : span.end], article.lang))
        ):
            return span
        return span._replace(start=span.end - len(rest))


OVERRULED = -1.5
"""Log odds below which a span is left out. Of what spaCy's small English pipeline marks in two training corpora .93 and
.96 are then right, not .83 and .92, for one or two thousandths of its recall."""

ARTICLES = 6.5
"""Frequency of the words that are cut off in front of a name: the thirty commonest of a language, articles above all.
("new" has 6.2.)"""


def _within(text: str, spans: Iterable[tuple[Any, ...]], name: str) -> list[Span]:
    """Return the spans of a recogniser of the caller's in the order of the text.

    Raises
    ------
    RecognizerError
        If one is no pair of offsets, or lies beyond the text.
    """
    found = []
    for given in spans:
        try:
            start, end, role = (*given, None)[:3]
            span = Span(operator.index(start), operator.index(end), None if role is None else Role(role))
        except (TypeError, ValueError) as error:
            raise RecognizerError(
                f"The recogniser {name} gave {given!r}, which is no span ({error}). A span is (start, end) or"
                f" (start, end, role), offsets in article.text; a role is one of {', '.join(Role)}."
            ) from error
        if not 0 <= span.start < span.end <= len(text):
            raise RecognizerError(
                f"The recogniser {name} gave the span {span.start} to {span.end} in a text of {len(text)} characters."
                " A span is (start, end), offsets in article.text with start < end."
            )
        found.append(span)
    return sorted(found, key=lambda span: (span.start, -span.end))


@cache
def _open(name: str) -> object:
    """Return what is called ``spacy:PIPELINE`` or ``module:Class``, once a process."""
    module, _, part = name.partition(":")
    if not (module and part):
        raise RecognizerError(f"{name} is no recogniser. Give spacy:PIPELINE or module:Class.")
    if module == "spacy":
        return SpacyRecognizer(part)
    try:
        made: object = getattr(import_module(module), part)()
    except ImportError as error:
        raise MissingExtra(
            f"The recogniser {name} cannot be loaded ({error})."
            " Install the package it is in, or put its folder into the environment variable PYTHONPATH."
        ) from error
    except AttributeError as error:
        raise RecognizerError(f"The recogniser {name} cannot be loaded ({error}). Give module:Class.") from error
    except TypeError as error:
        raise RecognizerError(f"The recogniser {name} cannot be made without arguments ({error}).") from error
    return made


class SpacyRecognizer:
    """The entities that a spaCy pipeline labels as places; its name is that of a package, or a folder."""

    def __init__(self, pipeline: str) -> None:
        try:
            import spacy
        except ImportError as error:
            raise MissingExtra("spaCy is not installed. Install it: pip install 'storymap-news[spacy]'") from error
        try:
            self._pipeline = spacy.load(pipeline)
        except OSError as error:
            raise MissingExtra(
                f"spaCy cannot load the pipeline {pipeline} ({error})."
                f" Install it: python -m spacy download {pipeline}, or the package it comes in."
            ) from error
        meta = self._pipeline.meta
        self.name = f"spacy:{meta['lang']}_{meta['name']} {meta['version']}"
        labels = {label for known in self._pipeline.pipe_labels.values() for label in known}
        if not _PLACE_LABELS.keys() & labels:
            raise RecognizerError(
                f"The spaCy pipeline {pipeline} labels no places: none of its labels is one of"
                f" {', '.join(_PLACE_LABELS)}. Give one with a named entity recogniser."
            )

    def find_spans(self, article: Article) -> Sequence[Span]:
        """Return the entities that are places, block by block: a pipeline reads paragraphs, and books but badly."""
        blocks = [(block.start, block.end) for block in article.blocks] or [(0, len(article.text))]
        self._pipeline.max_length = max(self._pipeline.max_length, *(end - start + 1 for start, end in blocks))
        read = self._pipeline.pipe(article.text[start:end] for start, end in blocks)
        return [
            Span(start + entity.start_char, start + entity.end_char, _PLACE_LABELS[entity.label_])
            for (start, _), document in zip(blocks, read, strict=True)
            for entity in document.ents
            if entity.label_ in _PLACE_LABELS
        ]


_PLACE_LABELS: Mapping[str, Role | None] = {
    "GPE": None,
    "LOC": None,
    "FAC": None,
    "GPE_LOC": Role.LITERAL,
    "GPE_ORG": Role.METONYM,
    "FACILITY": None,
    "placeName": None,
    "geogName": None,
    "LC": None,
}
"""The labels of places in the pipelines that spaCy publishes, with the role that a label tells. Most languages have the
first three, Norwegian, Romanian, Polish and Korean the others."""
