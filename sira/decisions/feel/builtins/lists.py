"""List functions (10.3.4.4) and sort (10.3.4.8)."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from sira.decisions.feel.arithmetic import calculate
from sira.decisions.feel.builtins.registry import built_in
from sira.decisions.feel.comparison import equal, less
from sira.decisions.feel.functions import Function, WrongArguments
from sira.decisions.feel.iteration import sorted_by
from sira.decisions.feel.limits import Run, check_items
from sira.decisions.feel.numbers import ARITHMETIC


@built_in("list contains", "list: list", "element: any?")
def list_contains(run: Run, listed: list[Any], element: Any) -> bool:
    run.spend(len(listed))
    return any(equal(item, element) is True for item in listed)


@built_in("list replace", "list: list", "position: number", "newItem: any?")
def list_replace(listed: list[Any], position: Decimal, new: Any) -> list[Any] | None:
    place = _place(listed, position)
    return None if place is None else [*listed[:place], new, *listed[place + 1 :]]


@built_in("list replace", "list: list", "match: function", "newItem: any?")
def list_replace_matching(run: Run, listed: list[Any], match: Function, new: Any) -> list[Any] | None:
    if len(match.parameters) != 2:
        return None
    replaced = []
    for item in listed:
        matched = match.call(run, [item, new])
        if type(matched) is not bool:
            return None
        replaced.append(new if matched else item)
        run.spend()
    return replaced


def _place(listed: list[Any], position: Decimal) -> int | None:
    """A position counted from 1 (or from the end, if negative) as Python's index; None outside the list."""
    place = int(position)
    if place == 0 or abs(place) > len(listed):
        return None
    return place - 1 if place > 0 else len(listed) + place


@built_in("count", "list: list")
def count(listed: list[Any]) -> Decimal:
    return Decimal(len(listed))


def _extreme(run: Run, listed: list[Any], *, largest: bool) -> Any:
    best = None
    for item in listed:
        run.spend()
        if less(item, item if best is None else best) is None:
            return None
        if best is None or less(*((best, item) if largest else (item, best))) is True:
            best = item
    return best


@built_in("min", "list: list...")
def minimum(run: Run, listed: list[Any]) -> Any:
    return _extreme(run, listed, largest=False)


@built_in("max", "list: list...")
def maximum(run: Run, listed: list[Any]) -> Any:
    return _extreme(run, listed, largest=True)


@built_in("sum", "list: list...")
def total(listed: list[Any]) -> Any:
    """The sum of numbers, or of durations of one kind; null for an empty list."""
    if not listed:
        return None
    result = listed[0]
    if type(result) is str:
        return None
    for item in listed[1:]:
        result = calculate("+", result, item) if type(item) is type(result) else None
    return result if calculate("*", result, Decimal(1)) is not None else None


def _numbers(listed: list[Any]) -> list[Decimal]:
    """The list, if it holds nothing but numbers. Raises WrongArguments."""
    if not all(type(item) is Decimal for item in listed):
        raise WrongArguments
    return listed


@built_in("mean", "list: list...")
def mean(listed: list[Any]) -> Any:
    return calculate("/", total(listed), Decimal(len(listed))) if listed else None


@built_in("product", "list: list...")
def product(listed: list[Any]) -> Decimal | None:
    numbers = _numbers(listed)
    if not numbers:
        return None
    result = Decimal(1)
    for item in numbers:
        result = ARITHMETIC.multiply(result, item)
    return result


@built_in("median", "list: list...")
def median(listed: list[Any]) -> Decimal | None:
    numbers = sorted(_numbers(listed))
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return ARITHMETIC.divide(ARITHMETIC.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@built_in("stddev", "list: list...")
def standard_deviation(listed: list[Any]) -> Decimal | None:
    """Of a sample: the divisor is one less than the number of items."""
    numbers = _numbers(listed)
    if len(numbers) < 2:
        return None
    total_of = Decimal(0)
    for item in numbers:
        total_of = ARITHMETIC.add(total_of, item)
    middle = ARITHMETIC.divide(total_of, Decimal(len(numbers)))
    squares = Decimal(0)
    for item in numbers:
        squares = ARITHMETIC.fma(ARITHMETIC.subtract(item, middle), ARITHMETIC.subtract(item, middle), squares)
    return ARITHMETIC.sqrt(ARITHMETIC.divide(squares, Decimal(len(numbers) - 1)))


@built_in("mode", "list: list...")
def mode(listed: list[Any]) -> list[Decimal] | None:
    """The most frequent numbers, in ascending order."""
    counts: dict[Decimal, int] = {}
    for item in _numbers(listed):
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, times in counts.items() if times == most)


@built_in("all", "list: list...")
@built_in("and", "list: list...")
def every(listed: list[Any]) -> bool | None:
    if any(item is False for item in listed):
        return False
    return True if all(item is True for item in listed) else None


@built_in("any", "list: list...")
@built_in("or", "list: list...")
def some(listed: list[Any]) -> bool | None:
    if any(item is True for item in listed):
        return True
    return False if all(item is False for item in listed) else None


@built_in("sublist", "list: list", "start position: number", "[length: number?]")
def sublist(listed: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any] | None:
    place = _place(listed, start)
    if place is None or (length is not None and (length < 0 or place + length > len(listed))):
        return None
    return listed[place:] if length is None else listed[place : place + int(length)]


@built_in("append", "list: list", "item: any?*")
def append(listed: list[Any], *items: Any) -> list[Any]:
    return check_items([*listed, *items])


@built_in("concatenate", "list: list", "lists: list*")
def concatenate(*lists: list[Any]) -> list[Any]:
    return check_items([item for listed in lists for item in listed])


@built_in("insert before", "list: list", "position: number", "newItem: any?")
def insert_before(listed: list[Any], position: Decimal, new: Any) -> list[Any] | None:
    place = _place(listed, position)
    return None if place is None else check_items([*listed[:place], new, *listed[place:]])


@built_in("remove", "list: list", "position: number")
def remove(listed: list[Any], position: Decimal) -> list[Any] | None:
    place = _place(listed, position)
    return None if place is None else [*listed[:place], *listed[place + 1 :]]


@built_in("reverse", "list: list")
def reverse(listed: list[Any]) -> list[Any]:
    return listed[::-1]


@built_in("index of", "list: list", "match: any?")
def index_of(run: Run, listed: list[Any], match: Any) -> list[Decimal]:
    run.spend(len(listed))
    return [Decimal(place) for place, item in enumerate(listed, 1) if equal(item, match) is True]


def _distinct(run: Run, listed: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for item in listed:
        run.spend(len(kept) + 1)
        if not any(equal(item, other) is True for other in kept):
            kept.append(item)
    return kept


@built_in("distinct values", "list: list")
def distinct_values(run: Run, listed: list[Any]) -> list[Any]:
    return _distinct(run, listed)


@built_in("union", "list: list", "lists: list*")
def union(run: Run, *lists: list[Any]) -> list[Any]:
    return _distinct(run, check_items([item for listed in lists for item in listed]))


@built_in("flatten", "list: list")
def flatten(run: Run, listed: list[Any]) -> list[Any]:
    flat: list[Any] = []
    waiting = [iter(listed)]
    while waiting:
        for item in waiting[-1]:
            run.spend()
            if type(item) is list:
                waiting.append(iter(item))
                break
            flat.append(item)
        else:
            waiting.pop()
    return check_items(flat)


@built_in("sort", "list: list", "[precedes: function?]")
def sort(run: Run, listed: list[Any], precedes: Function | None = None) -> list[Any] | None:
    """In the order the function tells (does the first precede the second?), else ascending."""
    if precedes is not None:
        if len(precedes.parameters) != 2:
            return None
        return sorted_by(run, listed, lambda one, other: precedes.call(run, [one, other]))
    if any(less(item, listed[0]) is None for item in listed):
        return None
    run.spend(len(listed) * 4)
    return sorted(listed, key=cmp_to_key(lambda one, other: -1 if less(one, other) else int(less(other, one) is True)))
