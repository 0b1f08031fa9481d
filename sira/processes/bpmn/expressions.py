"""What stands in a drawing as a value: a text as it is, or FEEL after an equals sign."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from django.utils.translation import gettext_lazy as _

from sira.decisions import feel
from sira.processes.refusals import Stuck

WORKING = re.compile(r"^=\s*working (days|hours|minutes)\s*\((.+)\)\s*$", re.DOTALL)
WHOLE_DIGITS = 34  # what FEEL calculates with; longer numbers are rounded anyway
KNOWN_LANGUAGE = re.compile("feel|spec/dmn|1999/xpath", re.IGNORECASE)  # the last is what editors write by default
FOREIGN = re.compile(r"^\s*[$#]\{")


class NotAnExpression(ValueError):
    """The text is no FEEL; the message says where and what."""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Time that counts only while somebody works. unit: days, hours or minutes."""

    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Value:
    """A text as it stands, or an expression. working: the unit, if the number is an amount of working time."""

    text: str
    expression: feel.Expression | None = None
    working: str = ""

    def of(self, context: Mapping[str, Any], at: datetime) -> Any:
        """at: what now() means. Raises Stuck if the expression cannot be evaluated."""
        if self.expression is None:
            return self.text
        found = evaluate(self.expression, context, at)
        return WorkingTime(self._number(found), self.working) if self.working else found

    def _number(self, found: Any) -> Decimal:
        try:
            return Decimal(str(found))
        except InvalidOperation:
            reason = _("“%(text)s” gives no number of working %(unit)s.")
            raise Stuck(reason % {"text": self.text, "unit": self.working}, code="no_value") from None


def evaluate(expression: feel.Expression, context: Mapping[str, Any], at: datetime) -> Any:
    """Only what the expression reads is taken out of the context, because facts may be costly to fetch."""
    try:
        return expression.evaluate({name: context[name] for name in wanted(expression) if name in context}, at=at)
    except Exception as error:  # whatever goes wrong stops this instance, never the message or its neighbours
        reason = _("“%(text)s” cannot be evaluated: %(problem)s")
        raise Stuck(reason % {"text": expression.text, "problem": error}, code="expression_failed") from error


def wanted(expression: feel.Expression) -> Iterator[str]:
    """What it takes from its context, announced beforehand or not."""
    yield from expression.reads
    yield from (one.name for one in expression.unknown)


def compile_feel(text: str, names: Iterable[str]) -> feel.Expression:
    """Raises NotAnExpression."""
    if FOREIGN.match(text):
        raise NotAnExpression(_("“%(text)s” is not written in FEEL.") % {"text": text})
    try:
        compiled = feel.compile_expression(text, names)
    except feel.FeelProblem as error:
        raise NotAnExpression(str(error)) from error
    for one in compiled.unknown:
        if one.called:  # any other name may be a variable that some step sets
            raise NotAnExpression(_("There is no function “%(name)s”.") % {"name": one.name})
    return compiled


def value(text: str, names: frozenset[str]) -> Value:
    """Raises NotAnExpression."""
    text = text.strip()
    if FOREIGN.match(text):
        raise NotAnExpression(_("“%(text)s” is not written in FEEL.") % {"text": text})
    if not text.startswith("="):
        return Value(text)
    if found := WORKING.match(text):
        return Value(text, compile_feel(found[2], names), found[1])
    return Value(text, compile_feel(text[1:].strip(), names))


def condition(text: str, names: frozenset[str], language: str = "") -> Value:
    """A condition is always an expression; the equals sign before it may be missing. Raises NotAnExpression.

    language: where the drawing names one.
    """
    text = text.strip()
    if language and not KNOWN_LANGUAGE.search(language):
        raise NotAnExpression(_("“%(text)s” is not written in FEEL.") % {"text": text})
    return Value(text, compile_feel(text.removeprefix("=").strip(), names))


def _number(value: Decimal) -> int | float | str:
    """Numbers beyond those that JSON's readers hold (some 10**308) are kept as their text."""
    if value.adjusted() < WHOLE_DIGITS and value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if isfinite(near) else str(value)


def plain(value: Any) -> Any:
    """A value as JSON keeps it: whole numbers stay whole, dates and durations become their ISO text."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():.0f}S"
    return str(value)
