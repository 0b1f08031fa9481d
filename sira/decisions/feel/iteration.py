"""Going through lists: for, some, every and filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sira.decisions.feel.kinds import Range
from sira.decisions.feel.limits import Run, check_items
from sira.decisions.feel.numbers import is_whole
from sira.decisions.feel.scope import Closure, Scope
from sira.decisions.feel.temporal import Date, date_of

#: No range is counted through beyond this; nobody would wait for it.
_FARTHEST: Final = 10**18


class NotIterable(Exception):
    """Something that is not a list or range was to be gone through; the expression's value is null."""


@dataclass(frozen=True, slots=True)
class Round:
    """`name in source`, or `name in source..upto`."""

    name: str
    source: Closure
    upto: Closure | None


def null_if_not_iterable(evaluate: Closure) -> Closure:
    def guarded(scope: Scope) -> Any:
        try:
            return evaluate(scope)
        except NotIterable:
            return None

    return guarded


def scopes(scope: Scope, rounds: list[Round], at: int = 0) -> Iterator[Scope]:
    """A scope for each combination of the rounds' values; later rounds may use the names of earlier ones."""
    if at == len(rounds):
        yield scope
        return
    one = rounds[at]
    source = one.source(scope)
    values = items(source) if one.upto is None else steps(source, one.upto(scope))
    for value in values:
        scope.run.spend()
        yield from scopes(scope.within({one.name: value}), rounds, at + 1)


def items(source: Any) -> Iterable[Any]:
    if source is None:
        raise NotIterable
    if type(source) is Range:
        return _of_range(source)
    return source if type(source) is list else [source]


def _of_range(span: Range) -> Iterator[Any]:
    """The whole numbers or days of a closed range; from high to low if it is written so."""
    if span.start is None or span.end is None or span.other_than:
        raise NotIterable
    values = steps(span.start, span.end)
    for value in values:
        if (value == span.start and not span.start_included) or (value == span.end and not span.end_included):
            continue
        yield value


def steps(start: Any, end: Any) -> Iterator[Any]:
    """From start to end inclusive, by ones, up or down: whole numbers or days."""
    if type(start) is Decimal and type(end) is Decimal and _is_countable(start) and _is_countable(end):
        first, last, make = int(start), int(end), Decimal
    elif type(start) is Date and type(end) is Date:
        first, last, make = start.ordinal, end.ordinal, date_of  # type: ignore[assignment]
    else:
        raise NotIterable
    direction = 1 if first <= last else -1
    return (make(number) for number in range(first, last + direction, direction))


def _is_countable(value: Decimal) -> bool:
    return is_whole(value) and abs(value) < _FARTHEST


def decide(answers: Iterable[Any], every: bool) -> bool | None:
    """some and every: `or` and `and` over the answers; an answer that is no truth value spoils it (null)."""
    verdict: bool | None = every
    for answer in answers:
        if answer is None:
            verdict = None
        elif type(answer) is not bool:
            return None
        elif answer is not every:
            return answer
    return verdict


def filtered(base: Any, condition: Closure, scope: Scope) -> Any:
    """base[condition]: the items it is true of, or the item at that place if it is a number."""
    if base is None:
        return None
    listed = base if type(base) is list else _listed(scope.run, base) if type(base) is Range else [base]
    if not listed:
        return None if type(condition(scope)) is Decimal else []
    kept = []
    for item in listed:
        scope.run.spend()
        answer = condition(item_scope(scope, item))
        if type(answer) is Decimal:
            return at_place(listed, answer)
        if answer is True:
            kept.append(item)
    return kept


def _listed(run: Run, span: Range) -> list[Any]:
    """The values of a range; of one that cannot be counted through, the range itself is the only item."""
    try:
        found = []
        for value in _of_range(span):
            run.spend()
            found.append(value)
            check_items(found)
    except NotIterable:
        return [span]
    return found


def collecting(body: Closure, rounds: list[Round], *, partial: bool) -> Closure:
    """The results of the body for all rounds. partial: does it look at the results so far?"""

    def collect(scope: Scope) -> list[Any]:
        results: list[Any] = []
        for inner in scopes(scope, rounds):
            if partial:
                scope.run.spend(len(results))
                inner = inner.within({"partial": list(results)})
            results.append(body(inner))
            check_items(results)
        return results

    return collect


def item_scope(scope: Scope, item: Any) -> Scope:
    """Inside a filter the item is `item`, and the entries of an item that is a context are names."""
    return scope.within({"item": item, **item} if type(item) is dict else {"item": item})


def at_place(listed: list[Any], place: Decimal) -> Any:
    """The item at a place counted from 1, or from the end if negative; None if there is none."""
    if not is_whole(place) or place == 0 or abs(place) > len(listed):
        return None
    return listed[int(place) - 1 if place > 0 else int(place)]


def sorted_by(run: Run, listed: list[Any], precedes: Callable[[Any, Any], Any]) -> list[Any]:
    """Merge sort, stable; precedes(a, b): must a stand before b?"""
    if len(listed) < 2:
        return list(listed)
    middle = len(listed) // 2
    left, right = sorted_by(run, listed[:middle], precedes), sorted_by(run, listed[middle:], precedes)
    merged = []
    i = j = 0
    while i < len(left) and j < len(right):
        run.spend()
        if precedes(right[j], left[i]) is True:
            merged.append(right[j])
            j += 1
        else:
            merged.append(left[i])
            i += 1
    return merged + left[i:] + right[j:]
