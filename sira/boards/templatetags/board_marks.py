"""The numbers of a board's tables, and the bar of open work by priority."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from sira.boards import exporting
from sira.boards.composing import Cell
from sira.boards.wording import said
from sira.shell import formats, marks

register = template.Library()
KINDS = {1: "critical", 2: "high", 3: "medium", 4: "low", 0: "none"}


LATE = {"broken": ' class="is-late"', "risk": ' class="is-at-risk"'}


@register.simple_tag
def counted(cell: Mapping[str, Any], cap: int | None = None) -> SafeString:
    """A table's cell with a number that opens its list; zero is no way.  cap: how much it may be, told beside it."""
    language, key = marks.language(), cell["key"]
    number = formats.amount(cell["value"], language)
    if cell["value"]:
        shown = f'<a class="counted" href="{marks.esc(cell["address"])}" data-figure="{key}">{number}</a>'
    else:
        shown = f'<span class="quiet">{number}</span>'
    if cap is not None:
        most = marks.esc(_("of %(most)s") % {"most": formats.amount(cap, language)})
        shown += f' <span class="quiet">{most}</span>'
    return mark_safe(f"<td data-end{LATE.get(key, '') if cell['value'] else ''}>{shown}</td>")


@register.simple_tag
def big(one: Mapping[str, Any]) -> SafeString:
    """A figure large, as a way to the list that it counts; a share or a mean time says what it is made of in a tip."""
    words, name = escape(said(one["value"], one["kind"], marks.language())), one["name"]
    if one["kind"] == "count":
        about = f'data-figure="{name}"'
    else:
        tip = formats.amount(one["counted"], marks.language())
        about = f'data-of="{name}" data-count="{one["counted"]}" title="{tip}"'
    return mark_safe(f'<a class="number-big" href="{escape(one["address"])}" {about}>{words}</a>')


@register.simple_tag
def tile_rows(lines: Sequence[Sequence[Cell]]) -> SafeString:
    """The rows of a tile, at once: a board has hundreds of cells."""
    language = marks.language()
    return mark_safe("".join(f"<tr>{''.join(_cell(cell, language) for cell in line)}</tr>" for line in lines))


@register.simple_tag
def one_cell(cell: Cell) -> SafeString:
    return mark_safe(_cell(cell, marks.language()))


def _cell(cell: Cell, language: str) -> str:
    """With its bare value for the picture beside it."""
    shown = marks.esc(said(cell.value, cell.kind, language))
    if cell.kind in ("text", "day"):
        return f"<td><bdi>{shown}</bdi></td>"
    raw = "" if cell.value is None else exporting.plain(cell.value, cell.kind)
    if cell.address and (cell.value or cell.counted):
        key = "data-of" if cell.kind != "count" else "data-figure"
        count = f' data-count="{cell.counted}"' if cell.counted is not None else ""
        shown = f'<a class="counted" href="{marks.esc(cell.address)}" {key}="cell"{count}>{shown}</a>'
    return f'<td data-end data-value="{raw}">{shown}</td>'


@register.simple_tag
def stack(priorities: Mapping[int, int], most: float, cap: int | None = None) -> SafeString:
    """One piece for each priority with its number in it, as long as its share of the fullest line; the cap dashed."""
    counts = [(kind, priorities.get(key, 0)) for key, kind in KINDS.items() if priorities.get(key)]
    scale = 100 / max(most, 1)
    dashes = _dashes(cap * scale) if cap is not None and cap <= most else ""
    if not counts:  # a picture of nothing has no name to be told by
        return mark_safe(f'<svg class="stack" aria-hidden="true">{dashes}</svg>') if dashes else SafeString()
    starts = [0, *accumulate(count for _kind, count in counts)]
    language, is_mirrored = marks.language(), get_language_bidi()
    pieces = [
        _piece(kind, formats.amount(count, language), start * scale, count * scale, is_mirrored=is_mirrored)
        for (kind, count), start in zip(counts, starts, strict=False)
    ]
    return mark_safe(
        f'<svg class="stack" role="img" aria-label="{marks.esc(_told(counts))}">{"".join(pieces)}{dashes}</svg>'
    )


def _dashes(place: float) -> str:
    place = 100 - place if get_language_bidi() else place
    return f'<line class="cap" x1="{place:.2f}%" x2="{place:.2f}%" y1="-2" y2="18"/>'


def _piece(kind: str, number: str, start: float, length: float, *, is_mirrored: bool) -> str:
    start = 100 - start - length if is_mirrored else start
    return (
        f'<rect class="{kind}" x="{start:.2f}%" width="{max(length - 0.6, 0.4):.2f}%" height="16"/>'
        f'<text class="{kind}" x="{start + length / 2:.2f}%" y="12">{number}</text>'
    )


def _told(counts: list[tuple[str, int]]) -> str:
    words = _priorities(marks.language())
    return ", ".join([f"{words[kind]} {count}" for kind, count in counts if kind in words])


@cache
def _priorities(_language: str) -> dict[str, str]:
    """A board asks for their names with each agent."""
    return {kind: str(words) for kind, (_shape, words) in marks.PRIORITIES.items()}
