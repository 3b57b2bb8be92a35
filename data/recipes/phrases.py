"""Make the country names of the pages: ``storymap/publish/assets/countries.json``.

The first label of a country in ``data/sources/countries.csv``, language by language; where that table has none, the
territory name of the Unicode CLDR, as PyPI package Babel carries it (Unicode licence). So the line below a pin's name
calls a country as its own pin does.

Run: ``python data/recipes/phrases.py`` (needs Babel).
"""

import json
from pathlib import Path

from babel import Locale
from place_table import SOURCES, read_rows

TABLE = SOURCES / "countries.csv"
TARGET = Path(__file__).resolve().parents[2] / "storymap/publish/assets/countries.json"
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pl", "pt")


def main() -> None:
    """Write the names and say how many came from where."""
    names = {
        lang: {
            code: name
            for code, name in Locale(lang).territories.items()
            if len(code) == 2 and code.isalpha() and code != "ZZ"
        }
        for lang in LANGUAGES
    }
    ours = 0
    for row in read_rows(TABLE):
        code = row["country"]
        if row["kind"] != "country" or len(code) != 2:
            continue
        for lang in LANGUAGES:
            label = row[lang].split("|")[0]
            if label:
                names[lang][code] = label
                ours += 1
    # A territory that the CLDR names in some languages only would leave gaps.
    common = set.intersection(*(set(table) for table in names.values()))
    names = {lang: {code: table[code] for code in common} for lang, table in names.items()}
    TARGET.write_text(json.dumps(names, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {sum(map(len, names.values()))} names, {ours} of them from {TABLE.name}")


if __name__ == "__main__":
    main()
