"""What holds for every style sheet of the desk: directions, layers, and colours that can be read."""

import re
from pathlib import Path

import pytest

SHELL = Path(__file__).resolve().parents[1]
SHEETS = sorted(path for path in SHELL.parent.rglob("static/**/*.css") if "vendor" not in path.parts)
PHYSICAL = re.compile(
    r"(?<![-\w])(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)\b|"
    r"(?<![-\w.])(?:left|right|top|bottom|width|height|(?:min|max)-(?:width|height))\s*:|"
    r"text-align\s*:\s*(?:left|right)|float\s*:\s*(?:left|right)"
)


def without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_style_sheet_knows_no_left_and_no_right(path):
    assert PHYSICAL.findall(without_comments(path)) == []


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_style_sheet_names_its_layer_and_takes_colours_from_tokens(path):
    text = without_comments(path)
    # A sheet apart stands over a drawing tool's own, which knows no layers: in one it would lose to it.
    assert "@layer" in text or "@font-face" in text or "apart" in path.parts
    if path.name != "tokens.css":
        # White is the ground of paper, and of a mail in its frame: mails bring their own ink.
        assert set(re.findall(r"(?<![-\w(\"])#[0-9a-f]{3,8}\b", text)) <= {"#fff", "#000"}


def tokens() -> dict[str, tuple[str, str]]:
    text = without_comments(SHELL / "static/shell/tokens.css")
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", text)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


GROUNDS = ("paper", "sheet", "raised")
TEXT = [
    (ink, ground) for ink in ("ink", "ink-2", "ink-3", "accent", "danger", "warn", "ok", "wait") for ground in GROUNDS
]
TEXT += [(state, f"{state}-soft") for state in ("accent", "danger", "warn", "ok", "wait")]
TEXT += [
    ("note-ink", "note"),
    ("ink", "note"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("paper", "ink"),
]
TEXT += [("ink-2", "well"), ("ink-3", "hover"), ("ink", "accent-soft"), ("ink-2", "accent-soft"), ("accent", "hover")]
FORMS = [(fill, ground) for fill in ("edge", "danger-fill", "warn-fill", "ok-fill", "wait-fill") for ground in GROUNDS]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), [(*pair, 4.5) for pair in TEXT] + [(*pair, 3.0) for pair in FORMS])
def test_what_is_written_can_be_read(ink, ground, least, theme):
    colours = tokens()
    assert contrast(colours[ink][theme], colours[ground][theme]) >= least
