"""Equality and order of values. Both answer None (unknown) for values of different kinds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sira.decisions.feel.functions import Function
from sira.decisions.feel.kinds import Range
from sira.decisions.feel.limits import check_tree
from sira.decisions.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time


def equal(left: Any, right: Any) -> bool | None:
    """Table 54 of the specification (general semantics of equality)."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return None if not (isinstance(left, Function) and isinstance(right, Function)) else left is right
    if kind is list or kind is dict:
        check_tree(left)
        return _equal_parts(left, right)
    if kind is Time or kind is DateTime:
        return _equal_clocks(left, right)
    if isinstance(left, Function):
        return left is right
    if kind is Range:
        return equal_ranges(left, right)
    return bool(left == right)


def _equal_parts(left: Any, right: Any) -> bool:
    """Equality of lists and contexts, part by part."""
    if type(left) is not type(right):
        return False
    if type(left) is list:
        return len(left) == len(right) and all(map(_equal_parts, left, right))
    if type(left) is dict:
        return left.keys() == right.keys() and all(_equal_parts(value, right[key]) for key, value in left.items())
    return equal(left, right) is True


def _equal_clocks(left: Any, right: Any) -> bool:
    """Two moments are equal when they are the same instant; one with and one without a zone never are."""
    one, other = clock_keys(left, right)
    return one is not None and one == other


def equal_ranges(left: Range, right: Range) -> bool:
    return (
        left.start_included == right.start_included
        and left.end_included == right.end_included
        and left.other_than == right.other_than
        and equal(left.start, right.start) is True
        and equal(left.end, right.end) is True
    )


def clock_keys(left: Any, right: Any) -> tuple[int | None, int | None]:
    """Numbers by which two times, or two date-times, may be compared; None when they cannot be."""
    if (left.offset() is None) != (right.offset() is None):
        return None, None
    if type(left) is Time:
        return (left.nanos, right.nanos) if left.offset() is None else (left.in_utc(), right.in_utc())
    return (left.local, right.local) if left.offset() is None else (left.instant(), right.instant())


def less(left: Any, right: Any) -> bool | None:
    """left < right, or None where there is no order."""
    kind = type(left)
    if kind is not type(right):
        return None
    if kind is Decimal or kind is str or kind is Date or kind is DaysDuration or kind is MonthsDuration:
        return bool(left < right)
    if kind is Time or kind is DateTime:
        one, other = clock_keys(left, right)
        return None if one is None or other is None else one < other
    return None


def less_or_equal(left: Any, right: Any) -> bool | None:
    swapped = less(right, left)
    return None if swapped is None else not swapped


def compare(operator: str, left: Any, right: Any) -> bool | None:
    """left operator right, for = != < <= > >=."""
    if operator == "=":
        return equal(left, right)
    if operator == "!=":
        same = equal(left, right)
        return None if same is None else not same
    if operator == "<":
        return less(left, right)
    if operator == ">":
        return less(right, left)
    return less_or_equal(left, right) if operator == "<=" else less_or_equal(right, left)


def negated(value: Any) -> bool | None:
    return not value if type(value) is bool else None


def both(left: bool | None, right: bool | None) -> bool | None:
    """`and` of three-valued logic."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def within(value: Any, span: Range) -> bool | None:
    """Does the range hold the value?"""
    if span.other_than:
        return negated(equal(value, span.start))
    above: bool | None = True
    below: bool | None = True
    if span.start is not None:
        above = less_or_equal(span.start, value) if span.start_included else less(span.start, value)
    if span.end is not None:
        below = less_or_equal(value, span.end) if span.end_included else less(value, span.end)
    return both(above, below)


def matches(value: Any, test: Any) -> bool | None:
    """`value in test`: a range holds it, a list holds it or a range that does, or it is equal."""
    if type(test) is Range and type(value) is not Range:
        return within(value, test)
    if type(test) is not list:
        return equal(value, test)
    if type(value) is list and equal(value, test) is True:
        return True
    return any(_matches_item(value, item) for item in test)


def _matches_item(value: Any, item: Any) -> bool:
    if type(item) is Range and type(value) is not Range:
        return within(value, item) is True
    return equal(value, item) is True
