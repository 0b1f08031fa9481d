"""Cuts the fonts to what the desk shows: the scripts it is read in, the weights it is set in, the features it asks for.

Run as `python -m sira.shell.cutting` after `sira.shell.vendoring`, with fontTools and Brotli (requirements-node.txt). A
page in English loads 25 kB of Inter instead of 100; what lies outside of these letters comes from the whole files.
"""

import io
import sys
from dataclasses import dataclass

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from sira.shell.vendoring import MODULES, VENDOR

WEIGHTS = (400, 680)  # what LOOK names, from text to the wordmark
# cv05 is the l with a tail; inter-ui alone keeps it.
INTER_FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "cv05"]


@dataclass(frozen=True)
class Cut:
    """letters: as in the `unicode-range` of fonts.css.  axes: a range, or the one place that is kept."""

    target: str
    source: str
    letters: str
    axes: dict[str, float | tuple[float, float]]
    features: list[str]


CUTS = (
    Cut(
        target="inter-latin.woff2",
        source="inter-ui/variable-latin/InterVariable-subset.woff2",
        letters="0000-00FF 0131 0152-0153 02C6 02DA 02DC 2000-200B 2010-206F 20AC 2122 2190-2193 2212 2215",
        axes={"wght": WEIGHTS, "opsz": 14},
        features=INTER_FEATURES,
    ),
    # Turkish, Polish and their neighbours; rarer letters stand in inter-latin-more.
    Cut(
        target="inter-latin-ext.woff2",
        source="inter-ui/variable/InterVariable.woff2",
        letters="0100-0130 0132-0151 0154-017F 0218-021B",
        axes={"wght": WEIGHTS, "opsz": 14},
        features=INTER_FEATURES,
    ),
    # Persian and Arabic; what other languages write with these letters stands in vazirmatn-more.
    Cut(
        target="vazirmatn.woff2",
        source="@fontsource-variable/vazirmatn/files/vazirmatn-arabic-wght-normal.woff2",
        letters="060C 061B 061F 0621-063A 0640-0655 066A-066C 0670 067E 0686 0698 06A9 06AF 06C0 06CC 06D5 06F0-06F9"
        " 200C-200F",
        axes={"wght": WEIGHTS},
        features=["*"],
    ),
)


def main() -> int:
    for one in CUTS:
        cut(one)
    return 0


def cut(one: Cut) -> None:
    font = unpacked(TTFont(MODULES / one.source, recalcTimestamp=False))
    options = Options(layout_features=one.features, hinting=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points(one.letters))
    subsetter.subset(font)
    font = instantiateVariableFont(font, one.axes)
    font.flavor = "woff2"
    font.save(VENDOR / "fonts" / one.target)


def unpacked(packed: TTFont) -> TTFont:
    """Unpacked, and every letter with its variations: what a font leaves out the subsetter does not look for."""
    packed.flavor = None
    plain = io.BytesIO()
    packed.save(plain)
    plain.seek(0)
    font = TTFont(plain, recalcTimestamp=False)
    known = set(font["gvar"].variations)
    for name in font.getGlyphOrder():
        if name not in known:
            font["gvar"].variations[name] = []
    return font


def points(letters: str) -> list[int]:
    found: list[int] = []
    for part in letters.split():
        first, _dash, last = part.partition("-")
        found += range(int(first, 16), int(last or first, 16) + 1)
    return found


if __name__ == "__main__":
    sys.exit(main())
