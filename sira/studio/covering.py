"""Gaps and meetings of a table, in the words of whoever draws it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from sira.decisions import naming
from sira.decisions.compiled import compile_source
from sira.decisions.dmn import DrawingProblem
from sira.decisions.dmn.classes import Stretch
from sira.decisions.dmn.coverage import Coverage, looked_through
from sira.decisions.dmn.drawing import Table
from sira.decisions.dmn.regions import Region
from sira.decisions.feel import FeelProblem
from sira.decisions.feel.temporal import DAY, Date, DaysDuration, MonthsDuration, date_of
from sira.decisions.plain import plain
from sira.shell import formats

LONG = 3
FOREVER = 1_000 * 365 * DAY


@dataclass(frozen=True)
class Told:
    """kind: gap, conflict, never or unread.  rows: rules to look at, from 1.  example: what to try, by field, as JSON.

    inputs: (column, values in words).
    """

    kind: str
    table: str
    rows: tuple[int, ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()
    example: str = ""


@dataclass(frozen=True)
class Findings:
    told: tuple[Told, ...]
    incomplete: bool
    tables: int

    def of(self, kind: str) -> list[Told]:
        return [one for one in self.told if one.kind == kind]

    @property
    def gaps(self) -> list[Told]:
        return self.of("gap")

    @property
    def conflicts(self) -> list[Told]:
        return self.of("conflict")

    @property
    def never(self) -> list[Told]:
        return self.of("never")

    @property
    def unread(self) -> list[Told]:
        return self.of("unread")


def findings(source: str) -> Findings:
    """What every table of the drawing leaves open; nothing where the drawing cannot be read."""
    covered = _covered(source)
    several = len(covered) > 1
    called = naming.columns_in(source) if covered else {}
    told = tuple(one for name, found in covered for one in _told(name if several else "", found, called))
    return Findings(told, any(found.incomplete for _name, found in covered), len(covered))


@lru_cache(maxsize=32)
def _covered(source: str) -> tuple[tuple[str, Coverage], ...]:
    try:
        drawing = compile_source(source).drawing
    except (DrawingProblem, FeelProblem):
        return ()
    tables = [(one.name, one.box) for one in drawing.decisions if isinstance(one.box, Table)]
    return tuple((name, looked_through(box, drawing)) for name, box in tables if box.rules)


def _told(table: str, found: Coverage, called: Mapping[str, str]) -> Iterator[Told]:
    for gap in found.gaps:
        yield Told("gap", table, (), _inputs(found, gap, called), _example(found, gap))
    for one in found.conflicts:
        inputs, example = _inputs(found, one.region, called), _example(found, one.region)
        yield Told("conflict", table, (one.first, one.second), inputs, example)
    for row in found.never:
        yield Told("never", table, (row,))
    for row in dict.fromkeys(row for row, _column in found.unread):
        yield Told("unread", table, (row,))


def _inputs(found: Coverage, region: Region, called: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    pairs = zip(found.labels, region.stretches(), strict=True)
    return tuple((called.get(label, label), in_words(stretches)) for label, stretches in pairs if stretches is not None)


def _example(found: Coverage, region: Region) -> str:
    """By the path that the column asks; what may be anything is left out."""
    paths = [column.expression.text.strip() for column in found.table.inputs]
    values = zip(paths, region.example(), strict=True)
    return json.dumps({path: plain(value) for path, value in values if value is not None}, ensure_ascii=False)


def in_words(stretches: list[Stretch]) -> str:
    shown = [_said(one) for one in stretches[:LONG]]
    more = len(stretches) - LONG
    if more > 0:
        shown.append(_("%(more)s more") % {"more": formats.amount(more, get_language() or "en")})
    return _(" or ").join(shown)


def _said(one: Stretch) -> str:
    if one.other:
        return _("any other text")
    if one.single:
        return _value(one.low)
    if isinstance(one.low or one.high, Date):
        return _days(one)
    low, high = _value(one.low), _value(one.high)
    if one.low is None:
        return (_("at most %(high)s") if one.high_included else _("less than %(high)s")) % {"high": high}
    if one.high is None:
        return (_("at least %(low)s") if one.low_included else _("more than %(low)s")) % {"low": low}
    begins = (_("from %(low)s") if one.low_included else _("above %(low)s")) % {"low": low}
    ends = (_("to %(high)s") if one.high_included else _("below %(high)s")) % {"high": high}
    return f"{begins} {ends}"


def _value(value: Any) -> str:
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    language = get_language() or "en"
    if isinstance(value, Decimal):
        return formats.amount(value, language)
    if isinstance(value, Date) and date.min.year <= value.year <= date.max.year:
        return formats.day(date(value.year, value.month, value.day), language, year=True)
    if isinstance(value, DaysDuration) and 0 <= value.nanos < FOREVER:
        return formats.span(timedelta(microseconds=value.nanos // 1000), language)
    if isinstance(value, MonthsDuration):
        months = value.months
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": formats.amount(months, language)}
    return str(value) if value else "“”"


def _days(one: Stretch) -> str:
    """Both ends included, as people speak of days."""
    low = one.low if one.low is None or one.low_included else date_of(one.low.ordinal + 1)
    high = one.high if one.high is None or one.high_included else date_of(one.high.ordinal - 1)
    if low is None:
        return pgettext("days", "up to %(high)s") % {"high": _value(high)}
    if high is None:
        return pgettext("days", "from %(low)s on") % {"low": _value(low)}
    if low == high:
        return _value(low)
    return pgettext("days", "%(low)s to %(high)s") % {"low": _value(low), "high": _value(high)}
