"""Joins Inter and Vazirmatn to one font in two weights, for what the desk writes as PDF.

Run as `python -m sira.shell.joining` after `sira.shell.vendoring`, with fontTools and Brotli (requirements-node.txt).
Whoever writes a PDF takes a line's letters from one font: with two, a Persian line would break at each Latin word.
"""

import io
import sys

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from sira.shell.cutting import points, unpacked
from sira.shell.vendoring import MODULES, VENDOR

INTER = "inter-ui/web/Inter-{}.woff2"
VAZIRMATN = "@fontsource-variable/vazirmatn/files/vazirmatn-arabic-wght-normal.woff2"
# Latin, Greek and Cyrillic as Europe writes them, and the signs of a text; where it goes, Inter's name, the weight.
LETTERS = (
    "0020-024F 02C6 02DA 02DC 0370-03FF 0400-045F 1E9E 2000-200B 2010-206F 20A0-20BF 2116 2122 2190-2193 2212 2215"
)
ARABIC = "0600-06FF 200C-200F"
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"]
WEIGHTS = (("desk-regular.ttf", "Regular", 400), ("desk-bold.ttf", "SemiBold", 600))


def main() -> int:
    for target, inter, weight in WEIGHTS:
        latin = TTFont(MODULES / INTER.format(inter), recalcTimestamp=False)
        latin.flavor = None
        keep(latin, LETTERS, FEATURES)
        arabic = unpacked(TTFont(MODULES / VAZIRMATN, recalcTimestamp=False))
        keep(arabic, ARABIC, ["*"])
        arabic = instantiateVariableFont(arabic, {"wght": weight})
        Merger().merge([_written(latin), _written(arabic)]).save(VENDOR / "fonts" / target)
    return 0


def keep(font: TTFont, letters: str, features: list[str]) -> None:
    subsetter = Subsetter(Options(layout_features=features, hinting=False))
    subsetter.populate(unicodes=points(letters))
    subsetter.subset(font)


def _written(font: TTFont) -> io.BytesIO:
    file = io.BytesIO()
    font.save(file)
    file.seek(0)
    return file


if __name__ == "__main__":
    sys.exit(main())
