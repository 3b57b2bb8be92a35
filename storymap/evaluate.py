"""Gold texts -> scores: how many names are found, how many of their places are right, what a confidence is worth.

`evaluate` maps each text (`storymap.gold`) and compares; out comes a `Report` for one corpus. Corpora are never
averaged: they annotate different things. Called by the command line, where `storymap.cli.scores` prints the report, and
by the accuracy tests.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Unpack

from storymap.gazetteer.globe import great_circle_km, lies_in_box
from storymap.gazetteer.store import Gazetteer
from storymap.gold import Gold, GoldText
from storymap.model import MIN_CONFIDENCE, RIGHT_KM, Kind, PlacedMention, Story
from storymap.pipeline import MappingOptions, map_text, open_gazetteer

__all__ = ["DISTANCES_KM", "Recognition", "Report", "Resolution", "evaluate"]

DISTANCES_KM = (10, 25, RIGHT_KM)
"""A town, its surroundings, and what confidence is the probability of."""

AREAS = frozenset({Kind.CONTINENT, Kind.COUNTRY, Kind.ADMIN1, Kind.REGION, Kind.SEA})
"""Kinds of place that a map draws as areas: gold points of Russia stand 600 km apart, and all are Russia."""

RIGHT_SHARE = 0.97
"""Share of right pins that `Report.safe_confidence` is to keep."""

BINS = 10
"""Bins of the reliability table, of equal width."""

MOST_LISTED = 20
"""Names missed, and surplus ones, that a report lists."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which names were found: exact spans, and spans that overlap.

    ``missed`` says how often each gold name was not found with its borders, ``surplus`` how often a mention has borders
    that no gold has, be it on the map or not; both the most frequent alone.
    """

    gold: int
    precision: float
    recall: float
    f1: float
    overlap_precision: float
    overlap_recall: float
    role_accuracy: float | None
    missed: Mapping[str, int]
    surplus: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Resolution:
    """How near the places lie to the gold points, for all gold that has one.

    ``within`` is the share placed within so many km, a missed or unresolved name counting as wrong; the same of those
    that were placed is ``within_of_placed``; ``baseline`` is ``within`` if each name found meant the most populous
    place that bears it.
    """

    located: int
    placed: int
    within: Mapping[int, float]
    within_of_placed: Mapping[int, float]
    baseline: Mapping[int, float]
    median_km: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """A row of the reliability table: names of confidence low to low + 0.1, its mean, and the share right."""

    low: float
    names: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What a least confidence keeps: its share of the names found that have a gold point, and how many are right.

    ``held`` counts an area as right, too, whose extent holds the gold point: a map draws Japan, and not its middle.
    """

    min_confidence: float
    share: float
    right: float
    held: float


@dataclass(frozen=True, slots=True)
class KindScore:
    """The gold of a kind: how many, the share found exactly; how many have a point, the share placed near it."""

    gold: int
    found: float
    located: int
    within: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """The scores of one corpus.

    ``recognition`` is None if the gold spans were given. ``resolution``, ``calibration`` (with its expected calibration
    error), ``kept`` and ``safe`` (the least confidence that keeps only pins of which `RIGHT_SHARE` are right, None if
    none does) are None or empty without gold points. ``kinds`` splits by the gold's kinds, ``place_kinds`` by the kinds
    of the places chosen.
    """

    texts: int
    recognition: Recognition | None
    resolution: Resolution | None
    calibration: tuple[Bin, ...]
    calibration_error: float | None
    kept: Kept | None
    safe: Kept | None
    kinds: Mapping[str, KindScore]
    place_kinds: Mapping[str, KindScore]

    def to_json(self) -> str:
        """Return the report for machines."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


@dataclass(slots=True)
class _Pair:
    """A gold name and the mention that stands for it: the one that shares its borders, or else overlaps it."""

    gold: Gold
    mention: PlacedMention | None
    km: float | None
    baseline_km: float | None

    @property
    def is_exact(self) -> bool:
        return self.mention is not None and (self.mention.start, self.mention.end) == (self.gold.start, self.gold.end)

    @property
    def is_right(self) -> bool:
        """Whether the point of the place chosen is near the gold point."""
        return self.km is not None and self.km <= RIGHT_KM

    @property
    def is_held(self) -> bool:
        """Whether the place chosen is an area, and the gold point lies within its extent."""
        entry = self.mention.place.entry if self.mention and self.mention.place else None
        if entry is None or entry.bbox is None or self.gold.lat is None or self.gold.lon is None:
            return False
        return entry.kind in AREAS and lies_in_box(self.gold.lat, self.gold.lon, entry.bbox)

    @property
    def kind(self) -> str:
        """The kind of the place chosen."""
        place = self.mention.place if self.mention else None
        return str(place.kind) if place and place.kind else "unresolved"


@dataclass(slots=True)
class _Tally:
    """What has been counted so far."""

    texts: int = 0
    pairs: list[_Pair] = field(default_factory=list)
    exact: int = 0
    surplus: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    apart: int = 0


def evaluate(
    texts: Iterable[GoldText],
    *,
    gold_spans: bool = False,
    ignored_kinds: frozenset[str] = frozenset(),
    min_confidence: float = MIN_CONFIDENCE,
    **mapping: Unpack[MappingOptions],
) -> Report:
    """Map each text and return the scores.

    Parameters
    ----------
    texts
        A corpus, as `storymap.gold.read_gold` returns it.
    gold_spans
        Whether the names that have a gold point are given, and only their places are asked for.
    ignored_kinds
        Gold of these kinds or roles, and mentions that overlap it alone, count neither way: demonyms, say.
    min_confidence
        Confidence of the least sure pins that `Report.kept` speaks of; by default that of what is published.
    mapping
        ``home``, ``recognizer`` and ``gazetteer`` as in `storymap.map_article`.
    """
    tally = _Tally()
    for gold in texts:
        names = [name for name in gold.names if not {name.kind, name.role} & ignored_kinds]
        skipped = [name for name in gold.names if {name.kind, name.role} & ignored_kinds]
        if gold_spans:
            names = [name for name in names if name.lat is not None]
        spans = [(name.start, name.end) for name in names] if gold_spans else None
        story = map_text(gold.text, lang=gold.lang or None, spans=spans, **mapping)
        _count(tally, story, names, skipped, mapping.get("gazetteer") or open_gazetteer())
    return _report(tally, min_confidence, has_recognition=not gold_spans)


def _overlap(a: Gold | PlacedMention, b: Gold | PlacedMention) -> bool:
    return a.start < b.end and b.start < a.end


def _count(tally: _Tally, story: Story, names: Sequence[Gold], skipped: Sequence[Gold], gazetteer: Gazetteer) -> None:
    """Add a story to the tally."""
    mentions = [
        mention
        for mention in story.mentions
        if any(_overlap(mention, name) for name in names) or not any(_overlap(mention, name) for name in skipped)
    ]
    tally.texts += 1
    gold_spans, found_spans = {(n.start, n.end) for n in names}, {(m.start, m.end) for m in mentions}
    tally.exact += len(gold_spans & found_spans)
    tally.surplus += [story.article.text[start:end] for start, end in sorted(found_spans - gold_spans)]
    tally.missed += [story.article.text[start:end] for start, end in sorted(gold_spans - found_spans)]
    tally.apart += sum(not any(_overlap(mention, name) for name in names) for mention in mentions)
    for name in names:
        near = [mention for mention in mentions if _overlap(mention, name)]
        best = min(near, key=lambda m: (m.start != name.start, m.end != name.end), default=None)
        baseline = _baseline_distance(name, best, story.article.lang, gazetteer)
        tally.pairs.append(_Pair(name, best, _distance(name, best), baseline))


def _distance(name: Gold, mention: PlacedMention | None) -> float | None:
    """Return how far the place of a mention lies from the gold point, None without either."""
    place = mention.place if mention else None
    if name.lat is None or name.lon is None or place is None or place.lat is None or place.lon is None:
        return None
    return great_circle_km(name.lat, name.lon, place.lat, place.lon)


def _baseline_distance(name: Gold, mention: PlacedMention | None, lang: str, gazetteer: Gazetteer) -> float | None:
    """Return how far the most populous place of a mention's name lies from the gold point."""
    if mention is None or name.lat is None or name.lon is None:
        return None
    likeliest = next(gazetteer.forms(mention.text, lang), None)
    hits = likeliest.hits if likeliest else ()
    most = max((gazetteer.entry(hit.number) for hit in hits), key=lambda entry: entry.population, default=None)
    return great_circle_km(name.lat, name.lon, most.lat, most.lon) if most else None


def _share(part: float, whole: float) -> float:
    """Return part / whole, 0 where there is no whole."""
    return part / whole if whole else 0.0


def _report(tally: _Tally, min_confidence: float, *, has_recognition: bool) -> Report:
    """Return the scores that a tally gives."""
    located = [pair for pair in tally.pairs if pair.gold.lat is not None]
    placed = [
        (pair.mention.place.confidence, pair.is_right, pair.is_right or pair.is_held)
        for pair in located
        if pair.km is not None and pair.mention and pair.mention.place
    ]
    found = sum(pair.mention is not None for pair in located)
    bins = tuple(_bins(placed))
    error = _share(sum(row.names * abs(row.confidence - row.right) for row in bins), len(placed))
    return Report(
        tally.texts,
        _recognition(tally) if has_recognition else None,
        _resolution(located) if located else None,
        bins,
        error if placed else None,
        _kept(placed, min_confidence, found) if placed else None,
        _safest(placed, found),
        _by_kind(tally.pairs, [pair.gold.kind for pair in tally.pairs]),
        _by_kind(located, [pair.kind for pair in located]),
    )


def _recognition(tally: _Tally) -> Recognition:
    found, gold = tally.exact + len(tally.surplus), tally.exact + len(tally.missed)
    precision, recall = _share(tally.exact, found), _share(tally.exact, gold)
    overlapped = sum(pair.mention is not None for pair in tally.pairs)
    roles = [
        pair.mention.role == pair.gold.role for pair in tally.pairs if pair.gold.role and pair.mention and pair.is_exact
    ]
    return Recognition(
        gold,
        precision,
        recall,
        _share(2 * precision * recall, precision + recall),
        _share(overlapped, overlapped + tally.apart),
        _share(overlapped, len(tally.pairs)),
        _share(sum(roles), len(roles)) if roles else None,
        _commonest(tally.missed),
        _commonest(tally.surplus),
    )


def _commonest(texts: Sequence[str]) -> dict[str, int]:
    return dict(sorted(Counter(texts).items(), key=lambda item: (-item[1], item[0]))[:MOST_LISTED])


def _resolution(located: Sequence[_Pair]) -> Resolution:
    errors = sorted(pair.km for pair in located if pair.km is not None)
    baseline = [pair.baseline_km for pair in located if pair.baseline_km is not None]
    within = {far: sum(km <= far for km in errors) for far in DISTANCES_KM}
    return Resolution(
        len(located),
        len(errors),
        {far: _share(number, len(located)) for far, number in within.items()},
        {far: _share(number, len(errors)) for far, number in within.items()},
        {far: _share(sum(km <= far for km in baseline), len(located)) for far in DISTANCES_KM},
        errors[len(errors) // 2] if errors else None,
    )


_Placed = tuple[float, bool, bool]
"""A name's confidence, whether its place is right, and whether it is at least the right area."""


def _bins(placed: Sequence[_Placed]) -> Iterator[Bin]:
    """Yield the rows of the reliability table, those without a name left out."""
    rows: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right, _ in placed:
        rows[min(BINS - 1, int(confidence * BINS))].append((confidence, right))
    for number, row in enumerate(rows):
        if row:
            yield Bin(number / BINS, len(row), sum(c for c, _ in row) / len(row), sum(r for _, r in row) / len(row))


def _kept(placed: Sequence[_Placed], least: float, found: int) -> Kept:
    kept = [(right, held) for confidence, right, held in placed if confidence >= least]
    right, held = (sum(flags) for flags in zip(*kept, strict=True)) if kept else (0, 0)
    return Kept(least, _share(len(kept), found), _share(right, len(kept)), _share(held, len(kept)))


def _safest(placed: Sequence[_Placed], found: int) -> Kept | None:
    """Return the least confidence that keeps pins of which `RIGHT_SHARE` are right."""
    best, right = None, 0
    ranked = sorted(placed, reverse=True)
    for number, (confidence, is_right, _) in enumerate(ranked, start=1):
        right += is_right
        is_last = number == len(ranked) or ranked[number][0] < confidence
        if is_last and right / number >= RIGHT_SHARE:
            best = confidence
    return None if best is None else _kept(placed, best, found)


def _by_kind(pairs: Sequence[_Pair], kinds: Sequence[str]) -> dict[str, KindScore]:
    """Return the scores of each kind, the most frequent first; those of no kind are left out."""
    sorted_out: dict[str, list[_Pair]] = {}
    for pair, kind in zip(pairs, kinds, strict=True):
        if kind:
            sorted_out.setdefault(kind, []).append(pair)
    scores = {}
    for kind, own in sorted(sorted_out.items(), key=lambda item: (-len(item[1]), item[0])):
        located = [pair for pair in own if pair.gold.lat is not None]
        within = _share(sum(pair.km is not None and pair.km <= RIGHT_KM for pair in located), len(located))
        found = _share(sum(pair.is_exact for pair in own), len(own))
        scores[kind] = KindScore(len(own), found, len(located), within if located else None)
    return scores
