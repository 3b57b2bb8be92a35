"""Article -> mentions: where the text names a place.

`find_mentions` asks a `Recognizer` for spans and ties them to the article's sentences; called by `storymap.pipeline`.
The recogniser built in, `GazetteerRecognizer`, tags the tokens of each sentence (`storymap.places.tagger`) and makes
spans of the tags.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from storymap.gazetteer.store import Gazetteer
from storymap.model import Article, Mention, Role
from storymap.places.tagger import TAGS, Examined, examine, load_model, tokenizer_of
from storymap.places.tokens import Match, Token, Tokenizer

__all__ = ["GazetteerRecognizer", "GivenSpans", "Recognizer", "Span", "find_mentions"]


class Span(NamedTuple):
    """A stretch of the text that names a place: ``text[start:end]``."""

    start: int
    end: int
    role: Role = Role.LITERAL


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

    A span that reaches beyond the text is cut there; one that holds no text is left out.
    """
    starts = [sentence.start for sentence in article.sentences]
    text, mentions = article.text, []
    for start, end, role in sorted(
        {Span(*span) for span in recognizer.find_spans(article)}, key=lambda s: (s[0], -s[1])
    ):
        first, last = max(start, 0), min(max(end, 0), len(text))
        if text[first:last].strip():
            sentence = max(bisect_right(starts, first) - 1, 0)
            mentions.append(Mention(first, last, text[first:last], sentence, role))
    return tuple(mentions)


class GazetteerRecognizer:
    """The recogniser built in: gazetteer, lexicon and context, in any language."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def find_spans(self, article: Article) -> Sequence[Span]:
        """Return the spans that the likeliest tags of each sentence make."""
        model = load_model(article.lang)
        spans: list[Span] = []
        tokenizer = tokenizer_of(self._gazetteer, article.lang)
        examined = list(examine(article, self._gazetteer))
        for tokens, matches, seen in examined:
            spans += _known_pieces(article.text, _spans(tokens, model.tags(tokenizer, seen)), tokens, matches)
        spans += _said_again(article.text, spans, examined, tokenizer)
        return spans


def _said_again(text: str, spans: Sequence[Span], examined: Sequence[Examined], tokenizer: Tokenizer) -> Iterator[Span]:
    """Yield the names that are places elsewhere in the article and were missed here.

    One name has one sense in an article: what is found once is meant each time, unless it is an everyday word or stands
    behind a first name.
    """
    found = {text[span.start : span.end] for span in spans if span.role is not Role.PART}
    taken = sorted((span.start, span.end) for span in spans)
    for tokens, matches, _ in examined:
        for match in matches:
            start, end = tokens[match.first].start, tokens[match.last].end
            at = bisect_right(taken, (start, end))
            is_taken = any(a < end and start < b for a, b in taken[max(at - 1, 0) : at + 1])
            if is_taken or text[start:end] not in found or tokenizer.is_everyday(tokens[match.first].text):
                continue
            before = tokenizer.facts(tokens[match.first - 1].text) if match.first else ()
            if not _FIRST_NAMES & set(before):
                yield Span(start, end)


_FIRST_NAMES = frozenset({"first", "first or last", "title of a person"})


def _known_pieces(
    text: str, spans: Iterable[Span], tokens: Sequence[Token], matches: Sequence[Match]
) -> Iterator[Span]:
    """Yield the spans, "Wien/Breslau" as two: what a stroke joins is one name only if the gazetteer knows it as one."""
    known = {(tokens[match.first].start, tokens[match.last].end) for match in matches}
    for span in spans:
        pieces = text[span.start : span.end].split("/")
        if len(pieces) == 1 or (span.start, span.end) in known or not all(pieces):
            yield span
            continue
        at = span.start
        for piece in pieces:
            yield Span(at + len(piece) - len(piece.lstrip()), at + len(piece.rstrip()), span.role)
            at += len(piece) + 1


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
