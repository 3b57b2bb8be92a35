"""A dump of GeoNames and the embedded gazetteer -> one gazetteer file with all places of both.

Called by ``storymap gazetteer build --geonames``. What the embedded gazetteer knows goes before what GeoNames says: our
own tables have regions, landmarks, exonyms and weights that GeoNames lacks. It is read from the compiled file, which
every installation has; the tables it was made from are in the repository alone.
"""

import math
from array import array
from hashlib import sha256
from pathlib import Path

from storymap.gazetteer.build import BELOW_THE_SAME_CITY, LATIN_LANGUAGES, is_name, weight_of
from storymap.gazetteer.dump import AlternateName, Dump, DumpedPlace, parse_name, parse_parent, parse_place
from storymap.gazetteer.forms import further_names
from storymap.gazetteer.globe import great_circle_km, lies_in_box
from storymap.gazetteer.names import fold, spellings
from storymap.gazetteer.sealed import HIT
from storymap.gazetteer.store import Gazetteer, NameClass, language_bits
from storymap.gazetteer.writer import GazetteerWriter, Progress, report_nothing, writing_beside
from storymap.model import Entry, Kind

__all__ = ["build_from_geonames"]

_NO_LONGER = frozenset({"PPLH", "PPLQ", "PPLW", "PCLH", "ADM1H", "ADM2H", "ADM3H", "ADM4H", "ADM5H", "ADMDH"})

GONE_COSTS = 10
"""Weight a place loses that is no more: it stands behind one a tenth its size."""

# A place that many have a name for is written about. Over the 6,206 cities with about 15 alternate names, 1,612 with 31
# and 230 with 63, the mean weight by population is 38, 47 and 55; this line meets them, and falls to hamlets' below.
WEIGHT_UNNAMED, WEIGHT_A_DOUBLING = 2, 9

SAME_PLACE_KM = 25
"""A place that our own tables number themselves, and one of GeoNames' with its name and kind so near, are one."""


def build_from_geonames(
    dump: Path,
    target: Path,
    *,
    alternate_names: Path | None = None,
    hierarchy: Path | None = None,
    base: Gazetteer | None = None,
    progress: Progress = report_nothing,
) -> list[Dump]:
    """Compile all places of a dump of GeoNames and all of another gazetteer into the file `target`.

    Return the files that were read, each with its damaged lines. The target is replaced when the new one is whole; a
    run that was killed is simply started again.

    Parameters
    ----------
    dump
        ``allCountries.txt`` or ``.zip``, or the file of a country.
    target
        The file to write.
    alternate_names
        ``alternateNamesV2.txt`` or ``.zip``: names by language.
    hierarchy
        ``hierarchy.txt`` or ``.zip``: the division of places whose line in the dump names none.
    base
        The gazetteer that goes before the dump; by default the embedded one.
    progress
        Called with what is being done, how much is done, and how much there is to do.

    Raises
    ------
    GazetteerError
        If a file cannot be read or is not the one asked for, or the target cannot be written.
    """
    base = base or Gazetteer.open()
    places = Dump(dump, (19,))
    names = Dump(alternate_names, (8, 10)) if alternate_names else None
    parents = Dump(hierarchy, (2, 3)) if hierarchy else None
    with writing_beside(target) as scratch:
        writer = GazetteerWriter(scratch, progress)
        building = _Building(base, writer)
        divisions = _Divisions(base)
        divisions.read(places, parents, progress)
        for place in places.read(lambda cells: parse_place(cells, divisions.name), progress):
            building.add(place)
        writer.rank()
        building.add_labels_of_base()
        if names:
            for name in names.read(parse_name, progress):
                building.add_alternate(name)
        read = [file for file in (places, names, parents) if file]
        digests = {file.path.name: file.digest for file in read}
        sources = sha256(repr((base.meta["sources"], sorted(digests.items()))).encode()).hexdigest()
        writer.write(base.file.words, sources, [*base.sources(), *map(_source, read)])
    return read


def _source(file: Dump) -> dict[str, str]:
    """Return what `Gazetteer.sources` says of a file of GeoNames."""
    return {
        "name": file.path.name,
        "holds": f"{file.lines - file.damaged:,} lines of GeoNames",
        "made_by": "GeoNames",
        "licence": "CC BY 4.0",
        "credit": "GeoNames",
    }


_DIVISIONS_AND_LARGER = frozenset({Kind.ADMIN1, Kind.COUNTRY, Kind.CONTINENT})


class _Divisions:
    """The first-level divisions by their code, and those of places whose line names none, through the hierarchy."""

    def __init__(self, base: Gazetteer) -> None:
        self._base = base
        self._name_of_code: dict[str, str] = {}
        self._code_of_place: dict[int, str] = {}
        self._parent: dict[int, int] = {}

    def read(self, dump: Dump, hierarchy: Dump | None, progress: Progress) -> None:
        """Read the divisions from the dump, and what lies in what."""
        codes = dump.read(lambda cells: parse_place(cells, lambda *of: of[-1]), progress, only=b"\tADM1\t")
        for place in codes:
            entry = place.entry
            same = find_same(self._base, entry)
            known = self._base.find(entry.id) if same is None else self._base.entry(same)
            self._name_of_code[entry.admin1] = known.name if known else entry.name
            self._code_of_place[place.number] = entry.admin1
        if hierarchy:
            for parent, child in hierarchy.read(parse_parent, progress):
                self._parent.setdefault(child, parent)

    def name(self, number: int, kind: Kind, code: str) -> str:
        """Return the name of the division that a place lies in; "" for a division and what is larger."""
        if kind in _DIVISIONS_AND_LARGER:
            return ""
        if code not in self._name_of_code:
            code = self._code_of_parent(number)
        return self._name_of_code.get(code, "")

    def _code_of_parent(self, number: int) -> str:
        for _ in range(10):  # deeper than any, and no circle is gone round for ever
            number = self._parent.get(number, 0)
            if number in self._code_of_place:
                return self._code_of_place[number]
        return ""


def find_same(base: Gazetteer, entry: Entry) -> int | None:
    """Return the number of the place of our own tables that this one of GeoNames is, by name, kind and nearness."""
    for hit in base.hits(fold(entry.name)):
        if hit.kind is entry.kind and hit.name_class is not NameClass.OTHER:
            own = base.entry(hit.number)
            if own.geonames_id is None and _is_near(own, entry):
                return hit.number
    return None


def _is_near(own: Entry, entry: Entry) -> bool:
    if own.bbox and lies_in_box(entry.lat, entry.lon, own.bbox):
        return True
    return great_circle_km(own.lat, own.lon, entry.lat, entry.lon) <= SAME_PLACE_KM


class _Building:
    """The new gazetteer on its way: the base goes in first, and each place of the dump once."""

    def __init__(self, base: Gazetteer, writer: GazetteerWriter) -> None:
        self._base = base
        self._writer = writer
        # Reference plus one of each number of GeoNames; 0 is a place that is not there.
        self._refs = array("I")
        self._latin = language_bits(*LATIN_LANGUAGES)
        self._add_base()

    def _add_base(self) -> None:
        """Add the places of the base under their own numbers, with all names."""
        file = self._base.file
        weights = bytearray(file.places)
        for key in file.names():
            for number, _, _, weight, _ in HIT.iter_unpack(file.hits(key)):
                weights[number] = weight
        for number in range(file.places):
            entry = self._base.entry(number)
            ref = self._writer.add_place(entry, weights[number])
            if entry.geonames_id is not None:
                self._remember(entry.geonames_id, ref)
        for key in file.names():
            for number, _, name_class, _, langs in HIT.iter_unpack(file.hits(key)):
                self._writer.add_name(number, key, name_class, langs)

    def add_labels_of_base(self) -> None:
        """Add the labels of the base; they go before GeoNames'."""
        for number in range(self._base.file.places):
            for lang, label in self._base.file.labels(number).items():
                self._writer.add_label(number, lang, label, standing=-1)

    def _remember(self, number: int, ref: int) -> None:
        if number >= len(self._refs):
            self._refs.extend([0] * (number + 1_000_000 - len(self._refs)))
        self._refs[number] = ref + 1

    def _ref(self, number: int) -> int | None:
        found = self._refs[number] if number < len(self._refs) else 0
        return found - 1 if found else None

    def add(self, place: DumpedPlace) -> None:
        """Add a place of the dump, or its names to the place that it is."""
        entry = place.entry
        ref = self._ref(place.number)
        if ref is None:
            own = None if entry.kind is Kind.CITY else find_same(self._base, entry)
            ref = self._writer.add_place(entry, _weight(place)) if own is None else own
            self._remember(place.number, ref)
        is_town = entry.kind is Kind.CITY
        self._file(ref, entry.name, NameClass.LABEL, self._latin if is_town else 0)
        for name in filter(is_name, place.names):
            self._file(ref, name, NameClass.OTHER)
        for name, name_class in further_names(entry.name, entry.country, entry.population) if is_town else ():
            self._file(ref, name, name_class)

    def add_alternate(self, name: AlternateName | None) -> None:
        """Add a name by language to the place it is one of, if that is there."""
        ref = None if name is None else self._ref(name.number)
        if name is None or ref is None:
            return
        bits = language_bits(name.lang)
        if name.standing is None or not bits:
            if is_name(name.name):
                self._file(ref, name.name, NameClass.OTHER)
            return
        self._file(ref, name.name, NameClass.ALIAS if name.standing >= 2 else NameClass.LABEL, bits)
        self._writer.add_label(ref, name.lang, name.name, name.standing)

    def _file(self, ref: int, name: str, name_class: NameClass, langs: int = 0) -> None:
        for key in spellings(name):
            self._writer.add_name(ref, key, name_class, langs)


def _weight(place: DumpedPlace) -> int:
    """Return how prominent a place is that only GeoNames has."""
    entry = place.entry
    weight = round(WEIGHT_UNNAMED + WEIGHT_A_DOUBLING * math.log2(1 + len(place.names)))
    if entry.population:
        weight = max(weight, weight_of(entry.population))
    if entry.kind in {Kind.ADMIN1, Kind.ADMIN2, Kind.DISTRICT} and place.code != "PPLX":
        weight -= BELOW_THE_SAME_CITY  # nearly all are named like the town they are governed from
    if place.code in _NO_LONGER:
        weight -= GONE_COSTS
    return max(weight, 1)
