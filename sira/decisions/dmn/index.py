"""Which rows of a decision table a value allows, found without trying every row.

A set of rows is a number whose bits are rows: bit 0 is the first row. For each kind of value, the bounds that a
column's cells mention are sorted; between two neighbouring bounds, and on each bound, the same rows are allowed, so
one search among the bounds answers all rows at once. Cells that are more than constants are left to be tried.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from sira.decisions.dmn.constants import constant
from sira.decisions.feel import nodes
from sira.decisions.feel.limits import Run
from sira.decisions.feel.scope import Scope
from sira.decisions.feel.temporal import Date, DaysDuration, MonthsDuration

Test = Callable[[Scope, Any], bool]

#: Kinds whose values are in one order and equal only if they are the same: what can be searched.
_ORDERED: Final = (Decimal, str, Date, DaysDuration, MonthsDuration)
#: A value of each kind, to ask cells that hold constants of other kinds only.
_SAMPLES: Final[dict[type, Any]] = {
    Decimal: Decimal(0), str: "", Date: Date(2000, 1, 1), DaysDuration: DaysDuration(0),
    MonthsDuration: MonthsDuration(0),
}  # fmt: skip
#: Most bits one column's index may take; beyond, its rows are tried one by one.
_MAX_BITS: Final = 64_000_000


@dataclass(slots=True)
class Column:
    """The index of one column.

    pending: rows that always have to be tried; they are in every set below.  exact: rows by value, and rows for all
    other values, of kinds that the cells only compare for equality.  bounds: of the other kinds.
    fixed: rows for True, False and None.
    """

    tests: Sequence[Test]
    everything: int
    pending: int = 0
    exact: dict[type, tuple[dict[Any, int], int]] = field(default_factory=dict)
    bounds: dict[type, tuple[list[Any], list[int]]] = field(default_factory=dict)
    fixed: dict[Any, int] = field(default_factory=dict)

    def rows(self, value: Any) -> tuple[int, int]:
        """(rows the value allows for certain or perhaps, rows among them that have to be tried)."""
        kind = type(value)
        if kind in self.exact:
            by_value, others = self.exact[kind]
            return by_value.get(value, others), self.pending
        if kind in self.bounds:
            points, masks = self.bounds[kind]
            at = bisect_left(points, value)
            hit = at < len(points) and points[at] == value
            return masks[2 * at + hit], self.pending
        if (value is None or kind is bool) and self.fixed:
            return self.fixed[value], self.pending
        return self.everything, self.everything

    def learn(self, kind: type, points: list[Any], masks: list[int]) -> None:
        """Take in the rows for the values of a kind: before the first point, on it, between it and the next ..."""
        masks = [mask | self.pending for mask in masks]
        if len(set(masks[::2])) == 1:
            self.exact[kind] = dict(zip(points, masks[1::2], strict=True)), masks[0]
        else:
            self.bounds[kind] = points, masks


def column(cells: Sequence[nodes.Tests], tests: Sequence[Test]) -> Column:
    """Index a column: cells and tests are the same thing as read and as compiled, row by row."""
    made = Column(tests, (1 << len(cells)) - 1)
    spans: list[tuple[int, nodes.Tests, list[_Span]]] = []
    for row, cell in enumerate(cells):
        found = _spans(cell)
        if found is None:
            made.pending |= 1 << row
        else:
            spans.append((row, cell, found))
    scope = Scope({}, Run())
    for value in (None, True, False):
        allowed = sum(1 << row for row, _, _ in spans if tests[row](scope, value))
        made.fixed[value] = allowed | made.pending
    for kind in _ORDERED:
        index = _index_of(kind, spans, tests, scope)
        if index is None:  # too large
            return Column(tests, made.everything, made.everything)
        made.learn(kind, *index)
    return made


@dataclass(frozen=True, slots=True)
class _Span:
    """All values from low to high; an end that is None is open."""

    kind: type
    low: Any
    high: Any
    low_included: bool = True
    high_included: bool = True


def _spans(cell: nodes.Tests) -> list[_Span] | None:
    """The cell as spans of constants, or None if it is more than that."""
    spans: list[_Span] = []
    for test in cell.tests:
        found = _span(test)
        if found is None:
            return None
        spans += found
    if cell.negated and len({span.kind for span in spans}) > 1:
        return None
    return spans


def _span(test: nodes.Node) -> list[_Span] | None:
    if isinstance(test, nodes.OneSided):
        known, value = constant(test.bound)
        if not known or type(value) not in _ORDERED or test.operator == "!=":
            return None
        kind, included = type(value), "=" in test.operator
        if test.operator == "=":
            return [_Span(kind, value, value)]
        if test.operator[0] == "<":
            return [_Span(kind, None, value, False, included)]
        return [_Span(kind, value, None, included)]
    if isinstance(test, nodes.Interval):
        (known_low, low), (known_high, high) = constant(test.low), constant(test.high)
        if not (known_low and known_high) or type(low) not in _ORDERED or type(low) is not type(high):
            return None
        if low > high or (low == high and not (test.low_included and test.high_included)):
            return None  # it holds nothing; trying it costs nothing
        return [_Span(type(low), low, high, test.low_included, test.high_included)]
    known, value = constant(test)
    if known and (value is None or type(value) is bool or type(value) in _ORDERED):
        return [_Span(type(value), value, value)]
    return None


def _index_of(
    kind: type, spans: list[tuple[int, nodes.Tests, list[_Span]]], tests: Sequence[Test], scope: Scope
) -> tuple[list[Any], list[int]] | None:
    """The sorted bounds of a kind, and the rows allowed before the first, on it, between it and the next, and so on."""
    points = sorted({point for _, _, of in spans for span in of if span.kind is kind for point in _points(span)})
    segments = 2 * len(points) + 1
    if segments * len(tests) > _MAX_BITS:
        return None
    place = {point: 2 * number + 1 for number, point in enumerate(points)}
    always = 0
    changes = [0] * (segments + 1)
    for row, cell, of in spans:
        mine = [span for span in of if span.kind is kind]
        if not mine:
            if tests[row](scope, _SAMPLES[kind]):
                always |= 1 << row
            continue
        allowed = _merged([_segments(span, place, segments) for span in mine])
        for begin, end in _complement(allowed, segments) if cell.negated else allowed:
            changes[begin] ^= 1 << row
            changes[end] ^= 1 << row
    masks, current = [], always
    for change in changes[:segments]:
        current ^= change
        masks.append(current)
    return points, masks


def _points(span: _Span) -> list[Any]:
    return [point for point in (span.low, span.high) if point is not None]


def _segments(span: _Span, place: dict[Any, int], segments: int) -> tuple[int, int]:
    """The span as a half-open stretch of segments; odd segments are bounds, even ones the gaps around them."""
    begin = 0 if span.low is None else place[span.low] + (not span.low_included)
    end = segments if span.high is None else place[span.high] + span.high_included
    return begin, end


def _merged(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(stretches):
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def _complement(stretches: list[tuple[int, int]], segments: int) -> list[tuple[int, int]]:
    gaps, at = [], 0
    for begin, end in stretches:
        if begin > at:
            gaps.append((at, begin))
        at = end
    if at < segments:
        gaps.append((at, segments))
    return gaps


def places(rows: int) -> list[int]:
    """The rows of a set, ascending, counted from 0."""
    found = []
    while rows:
        lowest = rows & -rows
        found.append(lowest.bit_length() - 1)
        rows ^= lowest
    return found
