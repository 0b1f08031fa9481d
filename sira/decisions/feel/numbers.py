"""Decimal arithmetic of 34 digits (IEEE 754 decimal128), as the specification asks."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Final

#: The one context all calculations use; the thread's own context is never asked nor changed.
ARITHMETIC: Final = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
ZERO: Final = Decimal(0)
#: What arithmetic raises where FEEL answers null.
ARITHMETIC_ERRORS: Final = (decimal.DecimalException, ZeroDivisionError, OverflowError, ValueError)


def text_of(value: Decimal) -> str:
    """Shortest plain text: no exponent, no zeros at the end of a fraction."""
    if value == 0:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()
