"""Write a dump in the formats of GeoNames, as large as you like and the same each time.

    python tests/benchmarks/geonames_dump.py FOLDER [ROWS]

The first rows are the embedded gazetteer's cities and divisions under their real ids, so that merging has work to do;
the others are invented: names of syllables in several scripts, a tenth with inhabitants, as many alternate names and
lines of hierarchy a place as the real dump has (13 million places, 16 million alternate names, 0.5 million parents).
"""

import random
import sys
from pathlib import Path

from storymap.gazetteer.store import Gazetteer
from storymap.model import Kind

SYLLABLES = (
    [
        first + rest
        for first in "bcdfghjklmnprstvwz"
        for rest in ("a", "e", "i", "o", "u", "an", "er", "in", "os", "ü", "é")
    ],
    [first + rest for first in "бвгджзклмнпрстфхч" for rest in ("а", "е", "и", "о", "ов", "ин")],
    list("上下北南東西山川水木金土石田村町江河湖海"),
)
SCRIPTS = (0,) * 17 + (1, 1, 2)
LATER_WORDS = ("", "", "", "", " River", " Hill", " Creek", " Hotel", " School", " Lake", " Farm")
FEATURES = (
    ("P", "PPL"), ("P", "PPL"), ("P", "PPL"), ("P", "PPLX"), ("S", "HTL"), ("S", "SCH"), ("S", "FRM"), ("H", "STM"),
    ("H", "STM"), ("H", "LK"), ("T", "HLL"), ("T", "MT"), ("T", "ISL"), ("L", "LCTY"), ("A", "ADM4"), ("V", "FRST"),
)  # fmt: skip
COUNTRIES = ("DE", "FR", "US", "CN", "RU", "IN", "MX", "NO", "PK", "IR", "ID", "ES", "PL", "UA", "AU", "CA")
LANGUAGES = ("", "", "en", "de", "fr", "ru", "zh", "es", "nl", "sv", "ceb", "ar", "link", "wkdt", "link", "wkdt")
FIRST_ID = 20_000


def name(chance):
    """Return an invented name."""
    script = chance.choice(SCRIPTS)
    word = "".join(chance.choices(SYLLABLES[script], k=chance.randint(2, 4)))
    return word.capitalize() + ("" if script else chance.choice(LATER_WORDS))


def line(number, named, others, *where):
    """Return a line of allCountries.txt; last come latitude, longitude, feature, country, division and population."""
    lat, lon, feature, country, admin1, population = where
    ascii_name = named.encode("ascii", "ignore").decode()
    cells = (number, named, ascii_name, ",".join(others), f"{lat:.5f}", f"{lon:.5f}", *feature, country, "", admin1)
    return "\t".join(map(str, (*cells, "", "", "", population, "", 100, "Europe/Berlin", "2024-01-01"))) + "\n"


def real_lines(gazetteer):
    """Yield number and line of the embedded gazetteer's cities and divisions."""
    codes = {}
    for place in range(gazetteer.file.places):
        entry = gazetteer.entry(place)
        if entry.geonames_id and entry.kind in {Kind.CITY, Kind.ADMIN1}:
            division = entry.name if entry.kind is Kind.ADMIN1 else entry.admin1
            code = codes.setdefault((entry.country, division), f"{len(codes) % 1000:02}") if division else ""
            feature = ("A", "ADM1") if entry.kind is Kind.ADMIN1 else ("P", "PPL")
            where = (entry.lat, entry.lon, feature, entry.country, code, entry.population)
            yield entry.geonames_id, line(entry.geonames_id, entry.name, (), *where)


def write_dump(folder, rows):
    """Write allCountries.txt, alternateNamesV2.txt and hierarchy.txt of about `rows` places."""
    chance = random.Random(20240101)
    real = dict(real_lines(Gazetteer.open()))
    real = dict(list(real.items())[: rows // 2])
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "allCountries.txt").open("w", encoding="utf-8", newline="\n") as places,
        (folder / "alternateNamesV2.txt").open("w", encoding="utf-8", newline="\n") as names,
        (folder / "hierarchy.txt").open("w", encoding="utf-8", newline="\n") as hierarchy,
    ):
        places.writelines(real.values())
        number = FIRST_ID
        for _ in range(rows - len(real)):
            number += 1
            while number in real:
                number += 1
            # A third have other names, a few very many, as in the real dump.
            others = [
                name(chance) for _ in range(min(int(chance.paretovariate(1.2)), 60) if chance.random() < 0.4 else 0)
            ]
            population = int(500 / (chance.random() + 1e-4)) if chance.random() < 0.1 else 0
            where = (chance.uniform(-55, 70), chance.uniform(-180, 180))
            what = (chance.choice(FEATURES), chance.choice(COUNTRIES), f"{chance.randint(0, 30):02}", population)
            places.write(line(number, name(chance), others, *where, *what))
            for _ in range(chance.choice((0, 1, 1, 3))):
                flags = [("1" if chance.random() < 0.08 else "") for _ in range(4)]
                lang = chance.choice(LANGUAGES)
                cells = (number, number, lang, name(chance), *flags, "", "")
                names.write("\t".join(map(str, cells)) + "\n")
            if number % 26 == 0:
                hierarchy.write(f"{number - 1}\t{number}\tADM\n")


if __name__ == "__main__":
    write_dump(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5_000_000)
