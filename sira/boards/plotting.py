"""The pictures of a board in a PDF. Patterns, dashes and marks tell them apart, so a print without colour is read.

Time runs from left to right in every language; bars that lie begin where the reader does.
"""

from collections.abc import Sequence
from math import ceil, log10

from fpdf import FPDF

from sira.boards.composing import Tile
from sira.boards.wording import said
from sira.insight.figures import plain
from sira.shell import formats

HEIGHT, LEGEND, FOOT, ROW = 36.0, 6.0, 5.0, 5.0
AXIS, NAMES, END = 11.0, 46.0, 14.0
SOLID, BAND, RULE, INK = (150, 154, 150), (232, 232, 226), (205, 207, 202), (28, 34, 36)
MOST_LABELS, MOST_NUMBERS = 12, 16
GOAL = 95
STANDING, LINES, LYING = ("bars", "hours"), ("line", "range"), ("rows", "stacked")


def height(tile: Tile) -> float:
    """Millimetres; 0 for what has no picture."""
    if not tile.chart or len(tile.lines) < 2:
        return 0
    body = ROW * len(tile.lines) if tile.chart in LYING else HEIGHT + FOOT
    return LEGEND + body + 4


def draw(sheet: FPDF, tile: Tile, language: str, *, is_mirrored: bool) -> None:
    """At the place of the sheet, which moves below it."""
    top = sheet.get_y()
    plot = Plot(sheet, tile, language, is_mirrored=is_mirrored)
    if tile.chart in LYING:
        plot.lie(top + LEGEND)
    elif tile.chart in LINES:
        plot.run(top + LEGEND)
    else:
        plot.stand(top + LEGEND)
    if tile.chart not in LINES:  # which are named where they end
        plot.legend(top)
    sheet.set_fill_color(255)
    sheet.set_draw_color(*RULE)
    sheet.set_line_width(0.2)
    sheet.set_xy(sheet.l_margin, top + height(tile))


def ceiling(most: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50 ..."""
    if most <= 0:
        return 1
    step = 10 ** int(log10(most)) if most >= 1 else 1
    return float(next(step * one for one in (1, 2, 5, 10) if step * one >= most))


class Plot:
    """The first column of the tile names what stands at the axis."""

    def __init__(self, sheet: FPDF, tile: Tile, language: str, *, is_mirrored: bool) -> None:
        self.sheet, self.tile, self.language, self.is_mirrored = sheet, tile, language, is_mirrored
        self.names = [said(line[0].value, line[0].kind, language) for line in tile.lines]
        self.left, self.right = sheet.l_margin, sheet.w - sheet.r_margin
        sheet.set_font("Desk", size=7)
        sheet.set_text_color(*INK)
        sheet.set_line_width(0.25)

    def values(self, column: int) -> list[float | None]:
        return [
            plain(line[column].value, line[column].kind) if len(line) > column else None for line in self.tile.lines
        ]

    def number(self, value: float | None, column: int) -> str:
        kind = self.tile.lines[0][column].kind
        return said(value / 100 if kind == "share" and value is not None else value, kind, self.language)

    def at_axis(self, value: float, column: int) -> str:
        is_share = self.tile.lines[0][column].kind == "share"
        return (formats.percent if is_share else formats.amount)(round(value), self.language)

    def write(self, text: str, x: float, y: float, width: float, align: str = "C") -> None:
        self.sheet.set_xy(x, y)
        self.sheet.cell(width, 3.4, text, align=align)

    def fitting(self, text: str, width: float) -> str:
        """The table below says the rest."""
        while text and self.sheet.get_string_width(text) > width:
            text = text.removesuffix("…")[:-1] + "…"
        return text

    def bar(self, x: float, y: float, width: float, tall: float, series: int) -> None:
        """The first of a picture is solid, the second hatched."""
        if width <= 0 or tall <= 0:
            return
        self.sheet.set_draw_color(*INK)
        if series == 0:
            self.sheet.set_fill_color(*SOLID)
            self.sheet.rect(x, y, width, tall, style="F")
            return
        self.sheet.set_fill_color(255)
        self.sheet.rect(x, y, width, tall, style="F")
        with self.sheet.rect_clip(x, y, width, tall):
            for step in range(int((width + tall) / 1.1) + 1):
                self.sheet.line(x + step * 1.1 - tall, y + tall, x + step * 1.1, y)
        self.sheet.rect(x, y, width, tall)

    def axis(self, y: float, low: float, high: float, column: int) -> None:
        """Three lines across and what they stand for; names under the last, as many as have room."""
        self.sheet.set_draw_color(*RULE)
        for share in (0.0, 0.5, 1.0):
            at = y + HEIGHT * (1 - share)
            self.sheet.line(self.left + AXIS, at, self.right - END, at)
            value = low + (high - low) * share
            if value == int(value) or high > 10:
                self.write(self.at_axis(value, column), self.left, at - 1.7, AXIS - 1, "R")
        every, slot = ceil(len(self.names) / MOST_LABELS), self.slot
        for place in range(0, len(self.names), every):
            self.write(self.names[place], self.middle(place) - slot * every / 2, y + HEIGHT + 0.8, slot * every)

    @property
    def slot(self) -> float:
        return (self.right - END - self.left - AXIS) / len(self.names)

    def middle(self, place: int) -> float:
        return self.left + AXIS + self.slot * (place + 0.5)

    def stand(self, y: float) -> None:
        """Bars of two columns side by side; behind them what is usual, where the table has it."""
        columns = [self.values(column) for column in range(1, len(self.tile.heads))]
        high = ceiling(max((value or 0 for column in columns for value in column), default=0))
        self.axis(y, 0, high, 1)
        for least, most in [columns[2:4]] if len(columns) > 3 else []:
            self.usual(y, high, least, most)
        width = min(self.slot * 0.38, 7)
        for series, column in enumerate(columns[:2]):
            for place, value in enumerate(column):
                x, tall = self.middle(place) + (series - 1) * width, HEIGHT * (value or 0) / high
                self.bar(x, y + HEIGHT - tall, width * 0.94, tall, series)
                if value and len(column) <= MOST_NUMBERS:
                    self.write(self.number(value, 1 + series), x - 2, y + HEIGHT - tall - 3.4, width + 4)

    def usual(self, y: float, high: float, least: Sequence[float | None], most: Sequence[float | None]) -> None:
        self.sheet.set_fill_color(*BAND)
        self.sheet.set_draw_color(*INK)
        for place, (low, top) in enumerate(zip(least, most, strict=True)):
            x, begin = self.middle(place) - self.slot / 2, y + HEIGHT * (1 - (top or 0) / high)
            end = y + HEIGHT * (1 - (low or 0) / high)
            self.sheet.rect(x, begin, self.slot, end - begin, style="F")
            with self.sheet.local_context():
                self.sheet.set_dash_pattern(dash=0.8, gap=0.8)
                self.sheet.line(x, begin, x + self.slot, begin)
                self.sheet.line(x, end, x + self.slot, end)

    def run(self, y: float) -> None:
        """A line with marks; beside it its edges, or the goal, dashed."""
        columns = [self.values(column) for column in ((1, 2, 3) if self.tile.chart == "range" else (1,))]
        known = [value for column in columns for value in column if value is not None]
        low, high = 0.0, ceiling(max(known, default=0))
        if self.tile.chart == "line":
            low, high = float(min(90, *(int(value // 10) * 10 for value in known))) if known else 90.0, 100.0
            self.sheet.set_draw_color(*INK)
            goal = y + HEIGHT * (high - GOAL) / (high - low)
            self.dashed(self.left + AXIS, goal, self.right - END)
            self.write(self.at_axis(GOAL, 1), self.right - END + 1, goal - 1.7, END, "L")
        self.axis(y, low, high, 1)
        for series, column in enumerate(columns):
            self.curve(
                [y + HEIGHT * (high - one) / (high - low) if one is not None else None for one in column], series
            )
            self.name_end(y, low, high, series, column)

    def name_end(self, y: float, low: float, high: float, series: int, column: Sequence[float | None]) -> None:
        """Where a line ends: its last number, of an edge its name."""
        ends = [(place, one) for place, one in enumerate(column) if one is not None]
        if ends:
            place, value = ends[-1]
            text = self.tile.heads[series + 1] if series else self.number(value, 1)
            at = y + HEIGHT * (high - value) / (high - low) - (4 if self.tile.chart == "line" else 1.7)
            self.write(text, self.middle(place) + 1.5, at, END + self.slot / 2, "L")

    def dashed(self, x: float, y: float, end: float, end_y: float | None = None) -> None:
        with self.sheet.local_context():
            self.sheet.set_dash_pattern(dash=1.2, gap=1)
            self.sheet.line(x, y, end, y if end_y is None else end_y)

    def curve(self, heights: Sequence[float | None], series: int) -> None:
        self.sheet.set_draw_color(*INK)
        self.sheet.set_fill_color(*INK)
        for place, at in enumerate(heights):
            if at is None:
                continue
            x, before = self.middle(place), heights[place - 1] if place else None
            if before is not None and series == 0:
                self.sheet.line(self.middle(place - 1), before, x, at)
            elif before is not None:
                self.dashed(self.middle(place - 1), before, x, at)
            if series == 0:
                self.sheet.circle(x, at, 0.7, style="F")

    def lie(self, y: float) -> None:
        """A bar for each line, its number at its end; of two columns the second is a part of the first."""
        whole, part = self.values(1), self.values(2) if self.tile.chart == "stacked" else []
        room = self.right - self.left - NAMES - END
        scale = room / max([1.0, *(value or 0 for value in whole)])
        for place, value in enumerate(whole):
            at, long = y + ROW * place, (value or 0) * scale
            hatched = (part[place] or 0) * scale if part else 0.0
            self.write(
                self.fitting(self.names[place], NAMES - 3),
                *self.across(0, NAMES - 2, at),
                NAMES - 2,
                "R" if self.is_mirrored else "L",
            )
            self.bar(*self.across(NAMES, long, at), long, ROW - 1.2, 0)
            self.bar(*self.across(NAMES + long - hatched, hatched, at), hatched, ROW - 1.2, 1)
            number = self.number(value, 1)
            self.write(number, *self.across(NAMES + long + 1, END, at), END, "R" if self.is_mirrored else "L")

    def across(self, begin: float, width: float, y: float) -> tuple[float, float]:
        """The left upper corner of what begins there, from where the reader does."""
        return (self.right - begin - width if self.is_mirrored else self.left + begin), y

    def legend(self, y: float) -> None:
        """What each pattern stands for."""
        begin, count = 1.0, 1 if self.tile.chart == "rows" else 2
        for series, head in enumerate(self.tile.heads[1 : 1 + count]):
            width = self.sheet.get_string_width(head) + 3
            self.bar(*self.across(begin, 4, y + 0.6), 4, 2.4, series)
            self.write(head, *self.across(begin + 5, width, y), width, "R" if self.is_mirrored else "L")
            begin += width + 9
