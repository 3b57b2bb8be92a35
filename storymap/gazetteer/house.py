"""The gazetteer as a newsroom sees it: its own places, points, names and senses come before all others.

A compiled gazetteer and an editors' list (`storymap.gazetteer.house_list`) go in; a `HouseGazetteer` comes out that
stands wherever a `Gazetteer` stands. Made by ``Gazetteer.open(house=...)``.
"""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from storymap.errors import GazetteerError
from storymap.gazetteer.house_list import Rule, read_house_list
from storymap.gazetteer.names import fold, spellings
from storymap.gazetteer.store import Gazetteer, Hit, NameClass
from storymap.model import Entry

__all__ = ["HouseGazetteer"]

OWN_WEIGHT = 50
"""Weight of a house's own place: that of a city of a hundred thousand people, named without more."""


class HouseGazetteer(Gazetteer):
    r"""The gazetteer with an editors' list before it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "house-places.csv"
    ...     _ = path.write_text("name,label,lat,lon\nCafé Blume,,47.05,8.31\nKiew,Kyjiw,,\n", encoding="utf-8")
    ...     gazetteer = Gazetteer.open(house=path)
    >>> gazetteer.lookup("Café Blume")[0].country, gazetteer.label(gazetteer.lookup("Kiew")[0], "de")
    ('CH', 'Kyjiw')
    """

    def __init__(self, path: Path, house: Path) -> None:
        super().__init__(path)
        self._house = house
        self._digest = ""
        self._places: dict[int, Entry] = {}
        self._senses: dict[str, tuple[Hit, ...]] = {}
        self._labels: dict[tuple[str, str], str] = {}
        # What a row means is looked up before any other row can change the answer.
        meant = [(rule, *self._place_of(rule, -1 - row)) for row, rule in enumerate(read_house_list(house))]
        for rule, number, entry in meant:
            self._obey(rule, number, entry)
        self._digest = sha256(house.read_bytes()).hexdigest()
        self.hits.cache_clear()
        self.entry.cache_clear()

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.file.path, self._house)

    @property
    def provenance(self) -> dict[str, str]:
        """The hash of the gazetteer and that of the list."""
        return super().provenance | {"house": self._digest[:16]}

    def find(self, identity: str) -> Entry | None:
        """Return the place with this id, one of the house's own among them."""
        own = next((entry for entry in self._places.values() if entry.id == identity), None)
        return own or super().find(identity)

    def label(self, place: Entry | str, lang: str) -> str:
        """Return the name the house prints in that language, or else the usual one."""
        entry = self._known(place)
        house = self._labels.get((entry.id, lang)) or self._labels.get((entry.id, ""))
        return house or super().label(entry, lang)

    def _hits(self, key: str) -> tuple[Hit, ...]:
        decided = self._senses.get(key, ())
        numbers = {hit.number for hit in decided}
        return (*decided, *(hit for hit in super()._hits(key) if hit.number not in numbers))

    def _entry(self, number: int) -> Entry:
        return self._places.get(number) or super()._entry(number)

    def names_that_begin(self, folded: str) -> list[str]:
        """Return the known names that a folded text begins with, the house's own among them, the longest first."""
        own = filter(folded.startswith, self._senses)
        return sorted({*own, *super().names_that_begin(folded)}, key=len, reverse=True)

    def has_names_from(self, folded: str) -> bool:
        """Tell whether a known name, the house's own among them, begins with a folded text."""
        return any(name.startswith(folded) for name in self._senses) or super().has_names_from(folded)

    def _names_like(self, typed: str) -> Iterator[str]:
        yield from self._senses
        yield from super()._names_like(typed)

    def _place_of(self, rule: Rule, own_number: int) -> tuple[int, Entry | None]:
        """Return the place a row is about, with its number; None where it is about a name alone."""
        if not rule.place and rule.point:
            near = next(iter(self.nearest(*rule.point)), None)
            identity = f"house:{fold(rule.names[0]).replace(' ', '-')}"
            country = rule.country or (near.country if near else "")
            admin1 = near.admin1 if near and near.country == country else ""
            return own_number, Entry(
                identity, rule.names[0], rule.kind, *rule.point, None, country=country, admin1=admin1
            )
        if not rule.place and not rule.label:
            return own_number, None
        wanted = rule.place or rule.names[0]
        entry = self.find(wanted) or next(iter(self.lookup(wanted, rule.lang)), None)
        number = self.file.number(entry.id) if entry else None
        if entry is None or number is None:
            raise GazetteerError(
                f"{rule.where}: no place is called {wanted}. "
                f"Write an id or a name that storymap gazetteer lookup knows, or lat and lon."
            )
        return number, entry

    def _obey(self, rule: Rule, number: int, entry: Entry | None) -> None:
        """Note what a row says."""
        keys = [key for name in rule.names for key in spellings(name)]
        if entry is None:
            self._hidden.update(keys)
            return
        if not rule.is_shown:
            self._hidden.add(entry.id)
        if rule.label:
            self._labels[entry.id, rule.lang] = rule.label
        if rule.point:
            self._places[number] = replace(entry, lat=rule.point[0], lon=rule.point[1])
        if rule.place or rule.point:
            for key in keys:
                self._senses[key] = (*self._senses.get(key, ()), self._decided(key, number, entry))

    def _decided(self, key: str, number: int, entry: Entry) -> Hit:
        """Return the hit by which a name means what the list says; a new name is as good as the place's own."""
        by_name, by_own_name = super()._hits(key), super()._hits(fold(entry.name))
        new = Hit(number, entry.kind, NameClass.LABEL, OWN_WEIGHT, 0)
        found = next((hit for hit in (*by_name, *by_own_name) if hit.number == number), new)
        return found._replace(decided=True)
