"""What speaks for a place beside the article's other places: one pure function a clue, for all cases at once.

In go a `View`: all cases of an article (`Scene`) in the light of what is believed of each; out comes a figure a case,
between about -1 and 1. `storymap.places.resolve` weighs them together with the clues of `storymap.places.evidence`.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from storymap.gazetteer.globe import EARTH_RADIUS_KM
from storymap.model import Kind
from storymap.places.containers import lies_in
from storymap.places.evidence import LANGUAGE_COUNTRIES, Desk
from storymap.places.usage import Group

__all__ = ["CONTEXT_CLUES", "Figures", "Scene", "View"]

Figures = npt.NDArray[np.float64]
"""One figure a case."""

POINTS = 256
"""Places that may be near others, the most probable first: enough for any article, and a book's text stays linear."""

REACH = 8
"""Names this far behind one another in a sentence, counted in names, still belong together."""

KIND_CLASSES: Mapping[Kind, int] = {
    Kind.CONTINENT: 0, Kind.COUNTRY: 0, Kind.ADMIN1: 1, Kind.ADMIN2: 2, Kind.CITY: 3, Kind.DISTRICT: 3, Kind.REGION: 4,
    Kind.SEA: 5, Kind.RIVER: 5, Kind.LAKE: 5, Kind.MOUNTAIN: 6, Kind.ISLAND: 6, Kind.FACILITY: 7, Kind.STREET: 7,
}  # fmt: skip
"""Kinds that an enumeration puts side by side."""


class Scene:
    """All cases of an article as arrays: what does not change while beliefs do.

    ``decided`` tells which cases an editors' list decides for; ``owner`` has the number of each case's group;
    ``inside`` tells of cases and countries, ``within`` of cases and divisions which lies in which.
    """

    def __init__(self, groups: Sequence[Group], desk: Desk) -> None:
        self.groups, self.desk = groups, desk
        self.cases = [case for group in groups for case in group.cases]
        entries = [case.entry for case in self.cases]
        # Where the text itself says that the place lies elsewhere, as in "Paris, Texas", the house is not meant.
        self.decided = np.array(
            [
                case.hit.decided
                and (not case.usage.containers or any(lies_in(case.entry, c) for c in case.usage.containers))
                for case in self.cases
            ],
            dtype=bool,
        )
        self.owner = np.repeat(np.arange(len(groups)), [len(group.cases) for group in groups])
        codes = [entry.country.split() for entry in entries]
        self.inside = _table(codes)
        self.is_country = np.array([entry.kind is Kind.COUNTRY for entry in entries], dtype=bool)
        self.is_division = np.array([entry.kind is Kind.ADMIN1 for entry in entries], dtype=bool)
        self.within = _table(
            [
                [(entry.country, name)] if (name := entry.name if entry.kind is Kind.ADMIN1 else entry.admin1) else []
                for entry in entries
            ]
        )
        self.kinds = np.eye(8)[[KIND_CLASSES[entry.kind] for entry in entries]] if entries else np.zeros((0, 8))
        self.is_point = np.array([entry.kind not in {Kind.COUNTRY, Kind.CONTINENT} for entry in entries], dtype=bool)
        self.is_quarter = np.array([entry.kind is Kind.DISTRICT for entry in entries], dtype=bool)
        self.shadowed = np.array(
            [case.entry.kind in {Kind.ADMIN1, Kind.ADMIN2} and case.city_weight >= KNOWN_CITY for case in self.cases],
            dtype=bool,
        )
        self.is_foreign = np.array(
            [LANGUAGE_COUNTRIES.get(desk.lang, frozenset()).isdisjoint(own) for own in codes], dtype=bool
        )
        radians = np.radians(np.array([(entry.lat, entry.lon) for entry in entries]).reshape(-1, 2))
        self.vectors = np.column_stack(
            (
                np.cos(radians[:, 0]) * np.cos(radians[:, 1]),
                np.cos(radians[:, 0]) * np.sin(radians[:, 1]),
                np.sin(radians[:, 0]),
            )
        )
        self.left, self.right, self.bond = _bonds(groups)
        self.listed = np.array(
            [(number, other) for number, group in enumerate(groups) for other in sorted(group.listed)], dtype=int
        ).reshape(-1, 2)
        self.points = np.zeros(0, dtype=int)

    def place_points(self, first: Figures) -> None:
        """Choose the points that may be near others, by the first guess, and measure all distances to them."""
        likely = np.flatnonzero(self.is_point)
        likely = likely[np.argsort(-first[likely], kind="stable")][:POINTS]
        self.points = np.sort(likely)
        cosine = np.einsum("ik,jk->ij", self.vectors, self.vectors[self.points])
        self.km = EARTH_RADIUS_KM * np.arccos(np.clip(cosine, -1, 1))
        of_point = self.owner[self.points]
        # "Paris, Texas" and "Paris, France" are two groups of one name: neither speaks for the other.
        names = np.unique([group.usage.key for group in self.groups], return_inverse=True)[1]
        self.is_other = names[self.owner][:, None] != names[of_point][None, :]
        self.close = np.where(self.is_other, 1 / (1 + self.km / 100), 0.0)
        self.wide = np.where(self.is_other, np.exp(-self.km / 300), 0.0)
        self.next_door = np.where(self.is_other, np.exp(-self.km / 60), 0.0)
        near, column = np.unique(of_point, return_inverse=True)
        beside = np.zeros((len(self.groups), len(near)))
        known = np.isin(self.right, near)
        beside[self.left[known], np.searchsorted(near, self.right[known])] = self.bond[known]
        self.beside_point = beside[self.owner][:, column]
        self.first_of_owner = np.flatnonzero(np.diff(of_point, prepend=-1))


def _table(memberships: Sequence[Sequence[object]]) -> Figures:
    """Return a matrix of cases and what they are members of: 1 where they are."""
    column = {name: i for i, name in enumerate(dict.fromkeys(name for own in memberships for name in own))}
    table = np.zeros((len(memberships), len(column)))
    for row, own in enumerate(memberships):
        for name in own:
            table[row, column[name]] = 1
    return table


def _bonds(groups: Sequence[Group]) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.int_], Figures]:
    """Return pairs of groups that share a sentence (1) or stand in neighbouring ones (0.5)."""
    row = sorted((m.start, m.sentence, number) for number, group in enumerate(groups) for m in group.mentions)
    bonds: dict[tuple[int, int], float] = {}
    for i, (_, sentence, a) in enumerate(row):
        for _, other, b in row[i + 1 : i + 1 + REACH]:
            if other - sentence > 1:
                break
            if groups[a].usage.key != groups[b].usage.key:
                strength = 1.0 if other == sentence else 0.5
                bonds[a, b] = bonds[b, a] = max(strength, bonds.get((a, b), 0.0))
    pairs = np.array(sorted(bonds), dtype=int).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1], np.array([bonds[pair] for pair in sorted(bonds)])


class View:
    """A scene in the light of a belief: the probability of each case, and what follows for groups and countries."""

    def __init__(self, scene: Scene, belief: Figures) -> None:
        self.scene, self.belief = scene, belief
        count = len(scene.groups)
        share = scene.inside / np.maximum(scene.inside.sum(axis=1, keepdims=True), 1)
        self.countries = self._by_group(belief[:, None] * share)
        self.divisions = self._by_group(belief[:, None] * scene.within)
        self.named = self._by_group((belief * scene.is_country)[:, None] * share)
        self.divisions_named = self._by_group((belief * scene.is_division)[:, None] * scene.within)
        self.kinds = self._by_group(belief[:, None] * scene.kinds)
        self.others = max(count - 1, 1)
        self.at_points = belief[scene.points]

    def _by_group(self, figures: Figures) -> Figures:
        """Return the sums of the cases' rows by group."""
        sums = np.zeros((len(self.scene.groups), figures.shape[1]))
        np.add.at(sums, self.scene.owner, figures)
        return sums

    def of_others(self, by_group: Figures, membership: Figures) -> Figures:
        """Return for each case the sum over all other groups, in the best of what it is a member of."""
        rest = (by_group.sum(axis=0)[None, :] - by_group)[self.scene.owner]
        return np.asarray((membership * rest).max(axis=1, initial=0.0))

    def of_bonded(self, by_group: Figures, membership: Figures) -> Figures:
        """Return for each case the most that a group bonded to its own gives, in the best of what it is a member of."""
        scene = self.scene
        best = np.zeros_like(by_group)
        np.maximum.at(best, scene.left, scene.bond[:, None] * by_group[scene.right])
        return np.asarray((membership * best[scene.owner]).max(axis=1, initial=0.0))


def country_share(view: View) -> Figures:
    """Return the share of the article's other places that lie in its country."""
    return view.of_others(view.countries, view.scene.inside) / view.others


def division_share(view: View) -> Figures:
    """Return the share of the article's other places that lie in its first-level division."""
    return np.where(view.scene.is_division, 0, view.of_others(view.divisions, view.scene.within) / view.others)


def foreign_division_of_a_city(view: View) -> Figures:
    """Whether it is a division whose country has a city of that name, and the article is about other countries.

    "New York", "Washington", "Chabarowsk": from abroad the city is meant, at home it may be either.
    """
    return np.asarray(view.scene.shadowed * (1 - country_share(view)))


KNOWN_CITY = 50
"""Weight from which a city comes to mind before the division it names: a hundred thousand people."""


def foreign_division(view: View) -> Figures:
    """Whether it is a division of a country that the article has little to do with, nor its readers."""
    return np.asarray(view.scene.is_division * view.scene.is_foreign * (1 - country_share(view)))


def country_named(view: View) -> Figures:
    """Whether the article names its country."""
    return np.minimum(view.of_others(view.named, view.scene.inside), 1)


def division_named(view: View) -> Figures:
    """Whether the article names its first-level division."""
    inside = np.minimum(view.of_others(view.divisions_named, view.scene.within), 1)
    return np.where(view.scene.is_division, 0, inside)


def country_beside(view: View) -> Figures:
    """Whether its country is named in the same sentence."""
    return view.of_bonded(view.named, view.scene.inside)


def division_beside(view: View) -> Figures:
    """Whether its first-level division is named in the same sentence."""
    return np.where(view.scene.is_division, 0, view.of_bonded(view.divisions_named, view.scene.within))


def compatriot_beside(view: View) -> Figures:
    """Whether another place of its country stands in the same sentence."""
    return view.of_bonded(view.countries, view.scene.inside)


def nearness(view: View) -> Figures:
    """How near the nearest of the article's other places is: 1 next door, 0.5 at 100 km, 0 beyond the horizon."""
    return np.asarray((view.scene.close * view.at_points).max(axis=1, initial=0.0))


def nearness_beside(view: View) -> Figures:
    """How near the nearest place in the same sentence is."""
    return np.asarray((view.scene.close * view.scene.beside_point * view.at_points).max(axis=1, initial=0.0))


def lone_quarter(view: View) -> Figures:
    """Whether it is a quarter of a city that the article names nothing near."""
    return np.asarray(view.scene.is_quarter * (1 - nearness(view)))


def neighbourhood(view: View) -> Figures:
    """Return the share of the article's other places within some 300 km, discounted by distance."""
    total = (view.scene.is_other * view.at_points).sum(axis=1)
    return np.asarray((view.scene.wide * view.at_points).sum(axis=1) / np.maximum(total, 0.2))


def company(view: View) -> Figures:
    """Whether several names have a bearer next door, however improbable each is alone: a local paper's villages."""
    scene = view.scene
    if not len(scene.points):
        return np.zeros(len(scene.cases))
    by_name = np.maximum.reduceat(scene.next_door * np.sqrt(view.at_points), scene.first_of_owner, axis=1)
    return np.asarray(1 - np.exp(-by_name.sum(axis=1)))


def like_its_list(view: View) -> Figures:
    """Whether the names it is enumerated with mean places of its kind: "Russia, Georgia and Armenia"."""
    scene = view.scene
    sums, times = np.zeros((len(scene.groups), 8)), np.zeros(len(scene.groups))
    np.add.at(sums, scene.listed[:, 0], view.kinds[scene.listed[:, 1]])
    np.add.at(times, scene.listed[:, 0], 1)
    mean = sums / np.maximum(times, 1)[:, None]
    return np.asarray((mean[scene.owner] * scene.kinds).sum(axis=1))


CONTEXT_CLUES: Mapping[str, Callable[[View], Figures]] = {
    clue.__name__: clue
    for clue in (
        country_share,
        division_share,
        foreign_division_of_a_city,
        foreign_division,
        country_named,
        division_named,
        country_beside,
        division_beside,
        compatriot_beside,
        nearness,
        nearness_beside,
        lone_quarter,
        neighbourhood,
        company,
        like_its_list,
    )
}
"""Clues that the article's other places give, once guessed."""
