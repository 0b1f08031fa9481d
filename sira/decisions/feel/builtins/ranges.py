"""Functions that relate points and ranges to each other (10.3.4.7), `is`, and `range`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from sira.decisions.feel import nodes
from sira.decisions.feel.arithmetic import opposite
from sira.decisions.feel.builtins.registry import BUILT_IN, built_in
from sira.decisions.feel.comparison import both, equal, less, less_or_equal, negated, within
from sira.decisions.feel.functions import WrongArguments
from sira.decisions.feel.kinds import Range
from sira.decisions.feel.limits import Run
from sira.decisions.feel.names import Names
from sira.decisions.feel.parser import Parser
from sira.decisions.feel.problems import FeelProblem
from sira.decisions.feel.temporal import DateTime, Time

Answer = bool | None


def _or(*answers: Answer) -> Answer:
    if True in answers:
        return True
    return None if None in answers else False


def _and(*answers: Answer) -> Answer:
    result: Answer = True
    for answer in answers:
        result = both(result, answer)
    return result


def _is_closed(*spans: Range) -> bool:
    """Only ranges with two ends can be compared end to end."""
    return all(span.start is not None and span.end is not None and not span.other_than for span in spans)


def _same(left: Any, right: Any) -> Answer:
    return equal(left, right) if left is not None and right is not None else None


@built_in("before", "point1: point", "point2: point")
def before(left: Any, right: Any) -> Answer:
    return less(left, right)


@built_in("before", "point: point", "range: range")
def before_range(point: Any, span: Range) -> Answer:
    return _or(less(point, span.start), _and(_same(point, span.start), not span.start_included))


@built_in("before", "range: range", "point: point")
def range_before(span: Range, point: Any) -> Answer:
    return _or(less(span.end, point), _and(_same(span.end, point), not span.end_included))


@built_in("before", "range1: range", "range2: range")
def range_before_range(left: Range, right: Range) -> Answer:
    return _or(
        less(left.end, right.start),
        _and(not (left.end_included and right.start_included), _same(left.end, right.start)),
    )


def _reversed(name: str, other: Callable[[Any, Any], Answer], *parameters: str) -> None:
    """Make name(a, b) the same as other(b, a)."""
    built_in(name, *parameters)(lambda left, right: other(right, left))


_reversed("after", before, "point1: point", "point2: point")
_reversed("after", range_before, "point: point", "range: range")
_reversed("after", before_range, "range: range", "point: point")
_reversed("after", range_before_range, "range1: range", "range2: range")


@built_in("meets", "range1: range", "range2: range")
def meets(left: Range, right: Range) -> Answer:
    return _and(left.end_included, right.start_included, _same(left.end, right.start))


_reversed("met by", meets, "range1: range", "range2: range")


@built_in("overlaps", "range1: range", "range2: range")
def overlaps(left: Range, right: Range) -> Answer:
    return _and(negated(range_before_range(left, right)), negated(range_before_range(right, left)))


@built_in("overlaps before", "range1: range", "range2: range")
def overlaps_before(left: Range, right: Range) -> Answer:
    """The first begins first, ends inside the second, and they share a point."""
    return _and(
        _or(
            less(left.start, right.start),
            _and(_same(left.start, right.start), left.start_included and not right.start_included),
        ),
        _or(
            less(right.start, left.end),
            _and(_same(right.start, left.end), left.end_included and right.start_included),
        ),
        _ends_no_later(left, right),
    )


_reversed("overlaps after", overlaps_before, "range1: range", "range2: range")


@built_in("finishes", "point: point", "range: range")
def point_finishes(point: Any, span: Range) -> Answer:
    return _and(span.end_included, _same(span.end, point))


@built_in("finishes", "range1: range", "range2: range")
def finishes(left: Range, right: Range) -> Answer:
    return _and(left.end_included == right.end_included, _same(left.end, right.end), _starts_no_earlier(left, right))


def _starts_no_earlier(left: Range, right: Range) -> Answer:
    same = _and(_same(left.start, right.start), right.start_included or not left.start_included)
    return _or(less(right.start, left.start), same)


def _ends_no_later(left: Range, right: Range) -> Answer:
    same = _and(_same(left.end, right.end), right.end_included or not left.end_included)
    return _or(less(left.end, right.end), same)


_reversed("finished by", point_finishes, "range: range", "point: point")
_reversed("finished by", finishes, "range1: range", "range2: range")


@built_in("includes", "range: range", "point: point")
def includes(span: Range, point: Any) -> Answer:
    return within(point, span)


@built_in("includes", "range1: range", "range2: range")
def includes_range(left: Range, right: Range) -> Answer:
    return _and(_starts_no_earlier(right, left), _ends_no_later(right, left))


_reversed("during", includes, "point: point", "range: range")
_reversed("during", includes_range, "range1: range", "range2: range")


@built_in("starts", "point: point", "range: range")
def point_starts(point: Any, span: Range) -> Answer:
    return _and(span.start_included, _same(span.start, point))


@built_in("starts", "range1: range", "range2: range")
def starts(left: Range, right: Range) -> Answer:
    same = _same(left.start, right.start)
    return _and(left.start_included == right.start_included, same, _ends_no_later(left, right))


_reversed("started by", point_starts, "range: range", "point: point")
_reversed("started by", starts, "range1: range", "range2: range")


@built_in("coincides", "point1: point", "point2: point")
def coincides(left: Any, right: Any) -> Answer:
    return equal(left, right)


@built_in("coincides", "range1: range", "range2: range")
def ranges_coincide(left: Range, right: Range) -> Answer:
    if not _is_closed(left, right):
        return None
    return _and(
        left.start_included == right.start_included,
        left.end_included == right.end_included,
        equal(left.start, right.start),
        equal(left.end, right.end),
    )


@built_in("is", "[value1: any?]", "[value2: any?]")
def is_same(left: Any = None, right: Any = None) -> bool:
    """The very same value: unlike `=`, two times are the same only if their zones are written alike too."""
    if type(left) is not type(right):
        return False
    if isinstance(left, (Time, DateTime)):
        return left == right
    return equal(left, right) is True


_INTERVAL: Final = re.compile(r"\s*([\[(\]])(.*?)\.\.(.*)([\])\[])\s*", re.DOTALL)
_MAKERS: Final = ("date", "time", "date and time", "duration", "years and months duration")


@built_in("range", "from: string")
def range_of(run: Run, text: str) -> Range | None:
    """The range a text describes, such as "[1..10)" or "[..@\\"2024-12-31\\"]"; a side left empty is open."""
    match = _INTERVAL.fullmatch(text)
    if not match:
        return None
    opening, low, high, closing = match.groups()
    try:
        start, end = (_endpoint(run, side) if side.strip() else None for side in (low, high))
    except (FeelProblem, WrongArguments):
        return None
    start_included, end_included = opening == "[", closing == "]"
    if start is None or end is None:
        return None if start is end else Range(start, end, start_included, end_included)
    return Range(start, end, start_included, end_included) if less_or_equal(start, end) else None


def _endpoint(run: Run, text: str) -> Any:
    """The value of a literal, of -literal, or of a call like date("2024-12-31"). Raises FeelProblem, WrongArguments."""
    node = Parser(text, Names(_MAKERS)).expression_only()
    value = _literal(run, node)
    if value is None or less(value, value) is None:
        raise WrongArguments
    return value


def _literal(run: Run, node: nodes.Node) -> Any:
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Negation):
        return opposite(_literal(run, node.operand))
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name) and node.function.name in _MAKERS:
        return BUILT_IN[node.function.name].call(run, [_literal(run, argument) for argument in node.positional])
    raise WrongArguments
