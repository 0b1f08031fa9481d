"""An organisation's own accent, made readable: pure arithmetic of WCAG 2.2 on colours written #rrggbb.

LOOK: the accent given is darkened (or lightened in dark) until it has 4.5 on paper and with its own text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

NEEDED = 4.5
LIGHT_PAPER, DARK_PAPER = "#f4f1ea", "#111516"
WHITE, BLACK = "#ffffff", "#05181b"
STEPS = 60
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Accent:
    """The five tokens of one theme."""

    accent: str
    hover: str
    on: str
    soft: str
    line: str


def is_colour(text: str) -> bool:
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def luminance(colour: str) -> float:
    """Relative, 0 black to 1 white."""
    red, green, blue = (_linear(part) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """`share` of the other in it, 0 to 1."""
    return _written(tuple(a + (b - a) * share for a, b in zip(_parts(colour), _parts(other), strict=True)))


def light(given: str) -> Accent:
    accent = _until_readable(given, "#000000", lambda tried: min(contrast(tried, LIGHT_PAPER), contrast(tried, WHITE)))
    soft = mixed(accent, LIGHT_PAPER, 0.86)
    if contrast(accent, soft) < NEEDED:  # a chosen row has accent text on the tint
        accent = _until_readable(accent, "#000000", lambda tried: contrast(tried, soft))
    return Accent(accent, mixed(accent, "#000000", 0.22), WHITE, soft, mixed(accent, LIGHT_PAPER, 0.5))


def dark(given: str) -> Accent:
    accent = _until_readable(given, "#ffffff", lambda tried: min(contrast(tried, DARK_PAPER), contrast(tried, BLACK)))
    soft = mixed(accent, DARK_PAPER, 0.8)
    if contrast(accent, soft) < NEEDED:
        accent = _until_readable(accent, "#ffffff", lambda tried: contrast(tried, soft))
    return Accent(accent, mixed(accent, "#ffffff", 0.3), BLACK, soft, mixed(accent, DARK_PAPER, 0.5))


def was_changed(given: str) -> bool:
    """Whether the light theme cannot show the colour as it was given."""
    return light(given).accent != given.lower()


def style_sheet(given: str) -> str:
    """The tokens as CSS, for both themes."""
    names = {
        "accent": "accent",
        "accent-hover": "hover",
        "on-accent": "on",
        "accent-soft": "soft",
        "accent-line": "line",
    }
    in_light, in_dark = light(given), dark(given)
    lines = [
        f"  --{name}: light-dark({getattr(in_light, part)}, {getattr(in_dark, part)});" for name, part in names.items()
    ]
    return "@layer tokens {\n:root {\n" + "\n".join(lines) + "\n}\n}\n"


def _until_readable(colour: str, towards: str, least: Callable[[str], float]) -> str:
    for step in range(STEPS + 1):
        tried = mixed(colour, towards, step / STEPS)
        if least(tried) >= NEEDED:
            return tried
    return towards


def _parts(colour: str) -> Colour:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))  # type: ignore[return-value]


def _written(parts: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(max(0, min(255, part))):02x}" for part in parts)


def _linear(part: float) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
