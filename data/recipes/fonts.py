"""Subset the fonts of static maps, and write the table of their advance widths.

In: the npm package @expo-google-fonts/noto-sans 0.4.2, unopened (Noto Sans, OFL 1.1). Out: ``NotoSans-*.ttf`` and the
licence in storymap/publish/assets/fonts, and ``widths.json`` there, from which `storymap.publish.static_text` knows how
wide a text is without reading a font. Needs PyPI fonttools.

    python data/recipes/fonts.py expo-google-fonts-noto-sans-0.4.2.tgz
"""

import io
import json
import sys
import tarfile
from itertools import groupby
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parents[2] / "storymap" / "publish" / "assets" / "fonts"

FACES = {
    "Regular": "400Regular/NotoSans_400Regular.ttf",
    "Italic": "400Regular_Italic/NotoSans_400Regular_Italic.ttf",
    "SemiBold": "600SemiBold/NotoSans_600SemiBold.ttf",
    "SemiBoldItalic": "600SemiBold_Italic/NotoSans_600SemiBold_Italic.ttf",
}

LETTERS = (
    (0x0020, 0x024F),  # Latin, its first supplement, Extended-A and -B
    (0x02B0, 0x02FF),  # modifier letters: the apostrophes of transliterations
    (0x0300, 0x036F),  # combining accents
    (0x0370, 0x03CF),  # Greek
    (0x0400, 0x045F),  # Cyrillic
    (0x0490, 0x04F9),  # Cyrillic of Central Asia and the Caucasus
    (0x1E00, 0x1EFF),  # Latin Extended Additional: Vietnamese, transliterations
    (0x2010, 0x205E),  # punctuation
    (0x20A0, 0x20BF),  # currencies
    (0x2116, 0x2122),  # numero, trade mark
)

UNITS = 1000
"""Units an em of all four faces."""


def subset(data: bytes) -> TTFont:
    """Return the font with the glyphs of `LETTERS`, their kerning, and without hints."""
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    options = Options(hinting=False, layout_features=["kern"], drop_tables=["MVAR", "STAT"])
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in LETTERS for code in range(first, last + 1)])
    subsetter.subset(font)
    return font


def runs(font: TTFont) -> list[list[object]]:
    """Return the advance widths by code point as runs: [first code point, [widths]]."""
    if font["head"].unitsPerEm != UNITS:
        raise ValueError(f"A font of {font['head'].unitsPerEm} units an em; {UNITS} are expected.")
    cmap = font.getBestCmap()
    numbered = enumerate(sorted(cmap))
    return [
        [(codes := [code for _, code in run])[0], [font["hmtx"][cmap[code]][0] for code in codes]]
        for _, run in groupby(numbered, key=lambda pair: pair[1] - pair[0])
    ]


def main(package: str) -> None:
    """Write fonts, licence and widths."""
    TARGET.mkdir(exist_ok=True)
    widths = {}
    with tarfile.open(package) as archive:

        def read(name: str) -> bytes:
            member = archive.extractfile(f"package/{name}")
            if member is None:
                raise FileNotFoundError(name)
            return member.read()

        for face, name in FACES.items():
            font = subset(read(name))
            font.save(TARGET / f"NotoSans-{face}.ttf")
            widths[face] = runs(font)
            print(face, (TARGET / f"NotoSans-{face}.ttf").stat().st_size, "bytes")
        (TARGET / "OFL.txt").write_bytes(read("LICENSE_FONT"))
    (TARGET / "widths.json").write_text(json.dumps(widths, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
