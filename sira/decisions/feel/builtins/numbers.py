"""Numeric functions (10.3.4.5)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP
from decimal import Decimal as Number
from typing import Any, Final

from sira.decisions.feel.builtins.registry import built_in
from sira.decisions.feel.numbers import ARITHMETIC, ZERO, is_whole
from sira.decisions.feel.temporal import DaysDuration, MonthsDuration

_MIN_SCALE, _MAX_SCALE = -6111, 6176
#: Digits kept while rounding: enough for the largest number at the largest scale.
_WIDE: Final = ARITHMETIC.copy()
_WIDE.prec = 13_000


def rounded(value: Number, scale: Number, rounding: str) -> Number | None:
    """The value with that many digits after the point; negative scales round to tens, hundreds and so on."""
    if not is_whole(scale) or not _MIN_SCALE <= scale <= _MAX_SCALE:
        return None
    whole = int(scale)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= whole:
        return value
    return ARITHMETIC.plus(value.quantize(Number(1).scaleb(-whole, _WIDE), rounding, _WIDE))


@built_in("decimal", "n: number", "scale: number")
def decimal(value: Number, scale: Number) -> Number | None:
    return rounded(value, Number(int(scale)), ROUND_HALF_EVEN)


@built_in("floor", "n: number", "[scale: number]")
def floor(value: Number, scale: Number = ZERO) -> Number | None:
    return rounded(value, scale or ZERO, ROUND_FLOOR)


@built_in("ceiling", "n: number", "[scale: number]")
def ceiling(value: Number, scale: Number = ZERO) -> Number | None:
    return rounded(value, scale or ZERO, ROUND_CEILING)


@built_in("round up", "n: number", "scale: number")
def round_up(value: Number, scale: Number) -> Number | None:
    return rounded(value, scale, ROUND_UP)


@built_in("round down", "n: number", "scale: number")
def round_down(value: Number, scale: Number) -> Number | None:
    return rounded(value, scale, ROUND_DOWN)


@built_in("round half up", "n: number", "scale: number")
def round_half_up(value: Number, scale: Number) -> Number | None:
    return rounded(value, scale, ROUND_HALF_UP)


@built_in("round half down", "n: number", "scale: number")
def round_half_down(value: Number, scale: Number) -> Number | None:
    return rounded(value, scale, ROUND_HALF_DOWN)


@built_in("abs", "n: number|duration")
def absolute(value: Any) -> Any:
    if isinstance(value, DaysDuration):
        return DaysDuration(abs(value.nanos))
    if isinstance(value, MonthsDuration):
        return MonthsDuration(abs(value.months))
    return ARITHMETIC.abs(value)


@built_in("modulo", "dividend: number", "divisor: number")
def modulo(dividend: Number, divisor: Number) -> Number:
    """dividend - divisor * floor(dividend / divisor): has the sign of the divisor."""
    rest = _WIDE.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _WIDE.add(rest, divisor)
    return ARITHMETIC.plus(rest)


@built_in("sqrt", "number: number")
def square_root(value: Number) -> Number:
    return ARITHMETIC.sqrt(value)


@built_in("log", "number: number")
def natural_logarithm(value: Number) -> Number | None:
    return ARITHMETIC.ln(value) if value > 0 else None


@built_in("exp", "number: number")
def exponential(value: Number) -> Number:
    return ARITHMETIC.exp(value)


@built_in("odd", "number: number")
def odd(value: Number) -> bool:
    return _WIDE.remainder(value, Number(2)) in (1, -1)


@built_in("even", "number: number")
def even(value: Number) -> bool:
    return _WIDE.remainder(value, Number(2)) == 0
