"""Values as JSON can hold them, for traces."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

from sira.decisions.feel.builtins.conversion import text_of_value
from sira.decisions.feel.kinds import to_feel

#: A trace is for reading: longer texts and lists are cut short, and what is nested deeper is left out.
_LONGEST_TEXT = 500
_LONGEST_LIST = 50
_DEEPEST = 5


def in_full(value: Any) -> Any:
    """What the desk itself says of a decision: all two hundred people who could be chosen are one text."""
    return plain(value, longest=None)


def plain(value: Any, depth: int = 0, *, longest: int | None = _LONGEST_TEXT) -> Any:
    """The value with numbers as int or float, times and durations as their FEEL text, long parts cut short.

    longest: characters of a text; None for all of them.
    """
    if isinstance(value, str):
        return value if longest is None or len(value) <= longest else value[:longest] + "…"
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Decimal):
        return _number(value)
    if depth == _DEEPEST and isinstance(value, (Mapping, list, tuple, set, frozenset)):
        return "…"
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item, depth + 1, longest=longest) for item in islice(value, _LONGEST_LIST)]
    if isinstance(value, (dict, Mapping)):  # whether something else is a mapping is slow to find out
        entries = islice(value.items(), _LONGEST_LIST)
        return {str(key): plain(entry, depth + 1, longest=longest) for key, entry in entries}
    try:
        return text_of_value(to_feel(value))
    except TypeError:
        return str(value)


def _number(value: Decimal) -> int | float | str:
    """A number JSON readers will not bend, else its text."""
    if value == value.to_integral_value() and abs(value) < 2**53:
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else text_of_value(value)
