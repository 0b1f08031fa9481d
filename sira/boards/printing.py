"""A board as PDF: what its page says and shows, in the reader's language and direction.

Loaded by the first who wants one (see exporting): what writes PDF takes half a second to come.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from sira.boards import plotting
from sira.boards.asking import Asked
from sira.boards.composing import Cell, Tile, category_names, channel_names, group_names
from sira.boards.wording import said
from sira.people.models import Organisation
from sira.shell import formats, marks

INK, SECOND, RULE = (28, 34, 36), (71, 80, 83), (205, 207, 202)
MARGIN, LINE = 16, 5.4
ABREAST = 4
# What a tile needs at least, in millimetres, below its picture: its name, its head and two lines.
BEGINNING = 34
FIRST_COLUMN = 2.2


def as_pdf(tiles: Sequence[Tile], asked: Asked) -> bytes:
    """A4, upright. Letters that neither Inter nor Vazirmatn has (Chinese, say) are empty boxes."""
    sheet = Sheet(marks.language(), is_mirrored=get_language_bidi())
    sheet.set_title(_("Figures"))
    sheet.set_creation_date(asked.scope.at)
    sheet.add_page()
    sheet.write_line(_("Figures"), size=18, bold=True)
    for line in head(asked, sheet.language):
        sheet.write_line(line, second=True)
    for tile in tiles:
        sheet.write_tile(tile)
    return bytes(sheet.output())


def head(asked: Asked, language: str) -> Iterator[str]:
    """Days and moment; what the board is narrowed by."""
    scope = asked.scope
    days = dict.fromkeys(formats.day(on, language, year=True) for on in (scope.since, scope.until))
    at = formats.full(scope.at, language, zone=get_current_timezone())
    yield " – ".join(days)
    yield _("read at %(at)s") % {"at": at}
    yield from (f"{words}: {name}" for words, name in narrowed(asked))
    if asked.is_odd:
        yield _("Part of the address could not be read; the board shows the rest.")


def narrowed(asked: Asked) -> Iterator[tuple[str, str]]:
    """Of a group that the reader does not see no name is told."""
    scope = asked.scope
    if "group" in asked.filters:
        yield _("Group"), ", ".join(group_names(list(scope.groups)).values()) or "–"
    if scope.category:
        yield _("Category"), category_names([scope.category]).get(scope.category, "–")
    if scope.organisation:
        name = Organisation.objects.filter(pk=scope.organisation).values_list("name", flat=True).first()
        yield _("Customer"), name or "–"
    if scope.channel:
        yield _("Channel"), channel_names([scope.channel]).get(scope.channel, "–")


@cache
def font(name: str) -> Path:
    """As set-up has joined it (sira/shell/joining.py)."""
    found = finders.find(f"vendor/fonts/{name}")
    if not found:
        raise FileNotFoundError(f"{name} is missing; bin/run makes it")
    return Path(found)


class Sheet(FPDF):
    """is_mirrored: from right to left. Each text takes the direction of its first letter, as `dir="auto"` does."""

    def __init__(self, language: str, *, is_mirrored: bool) -> None:
        super().__init__()
        self.language = language
        self.start, self.end = ("RIGHT", "LEFT") if is_mirrored else ("LEFT", "RIGHT")
        self.turn = -1 if is_mirrored else 1
        self.set_lang(language)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN + LINE)
        self.add_font("Desk", "", font("desk-regular.ttf"))
        self.add_font("Desk", "B", font("desk-bold.ttf"))
        self.set_font("Desk", size=9)
        self.set_text_shaping(True, features={"tnum": True})
        self.set_draw_color(*RULE)

    def footer(self) -> None:
        self.set_y(-MARGIN)
        number = formats.digits(self.page_no(), self.language)
        self.write_line(_("Page %(number)s") % {"number": number}, size=8, second=True)

    def write_line(self, text: str, *, size: float = 9, bold: bool = False, second: bool = False) -> None:
        self.set_font("Desk", "B" if bold else "", size)
        self.set_text_color(*(SECOND if second else INK))
        self.multi_cell(0, size * 0.6, text, align=self.start[0], new_x="LMARGIN", new_y="NEXT")

    def write_tile(self, tile: Tile) -> None:
        self.ln(LINE)
        if self.will_page_break(BEGINNING + plotting.height(tile)):
            self.add_page()
        self.write_line(tile.words, size=12, bold=True)
        self.ln(1)
        for first in range(0, len(tile.numbers), ABREAST):
            self.write_numbers(tile.numbers[first : first + ABREAST])
        if plotting.height(tile):
            plotting.draw(self, tile, self.language, is_mirrored=self.turn < 0)
        if tile.lines:
            self.write_table(tile.heads, tile.lines)
        if not tile.numbers and not tile.lines:
            self.write_line(_("Nothing in these days."), second=True)
        if tile.note:
            self.write_line(formats.digits(tile.note, self.language), size=8, second=True)

    def write_numbers(self, numbers: Sequence[dict[str, Any]]) -> None:
        """Words above, the number below them."""
        words = [str(one["words"]) for one in numbers]
        values = [said(one["value"], one["kind"], self.language) for one in numbers]
        empty = [""] * (ABREAST - len(numbers))
        self.set_font("Desk", size=9)
        with self.table(
            text_align=self.start, borders_layout=TableBordersLayout.NONE, first_row_as_headings=False, line_height=LINE
        ) as table:
            table.row([*words, *empty][:: self.turn], style=FontFace(color=SECOND))
            table.row([*values, *empty][:: self.turn], style=FontFace(emphasis="B", size_pt=14, color=INK))
        self.ln(2)

    def write_table(self, heads: Sequence[str], lines: Sequence[Sequence[Cell]]) -> None:
        """Words at the start, numbers at the end of their column; the head again on each page."""
        aligned = [self.start if cell.kind in ("text", "day") else self.end for cell in lines[0]]
        widths = [FIRST_COLUMN, *[1.0] * (len(heads) - 1)]
        self.set_font("Desk", size=9)
        self.set_text_color(*INK)
        with self.table(
            text_align=aligned[:: self.turn],
            col_widths=widths[:: self.turn],
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="B", color=SECOND),
            line_height=LINE,
        ) as table:
            table.row([str(one) for one in heads][:: self.turn])
            for line in lines:
                table.row([said(cell.value, cell.kind, self.language) for cell in line][:: self.turn])
