"""How a built-in function is described and called.

    @built_in("substring", "string: string", "start position: number", "[length: number?]")
    def substring(text, start, length=None): ...

A parameter in brackets may be left out; a kind with `?` may be null; `a|b` is either; `list...` takes a list or the
items one by one; a last one with `*` may come any number of times. A null or a value of another kind anywhere else
makes the call's value null. Several functions under one name are tried in the order they are written.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sira.decisions.feel.functions import Function, WrongArguments
from sira.decisions.feel.kinds import Range
from sira.decisions.feel.limits import Run
from sira.decisions.feel.numbers import ARITHMETIC_ERRORS
from sira.decisions.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time

_KINDS: Final[dict[str, tuple[type, ...]]] = {
    "number": (Decimal,), "string": (str,), "boolean": (bool,), "date": (Date,), "time": (Time,),
    "date and time": (DateTime,), "days": (DaysDuration,), "months": (MonthsDuration,), "list": (list,),
    "duration": (DaysDuration, MonthsDuration), "context": (dict,), "range": (Range,), "function": (Function,),
    "point": (Decimal, str, Date, Time, DateTime, DaysDuration, MonthsDuration),
    "any": (object,),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kinds: tuple[type, ...]
    nullable: bool
    optional: bool
    repeated: bool

    def accept(self, value: Any) -> Any:
        """The value as this parameter takes it. Raises WrongArguments."""
        if value is None:
            if self.nullable:
                return None
            raise WrongArguments
        if isinstance(value, self.kinds):
            return value
        if type(value) is list and len(value) == 1:
            return self.accept(value[0])
        if list in self.kinds:
            return [value]
        raise WrongArguments


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to call a built-in."""

    parameters: tuple[Parameter, ...]
    compute: Callable[..., Any]
    takes_items: bool
    wants_run: bool

    def bind(self, arguments: list[Any]) -> list[Any]:
        if self.takes_items:
            items = arguments[0] if len(arguments) == 1 and type(arguments[0]) is list else arguments
            if not arguments or (len(arguments) == 1 and arguments[0] is None):
                raise WrongArguments
            return [items]
        parameters = self.parameters
        if parameters and parameters[-1].repeated:
            parameters = (*parameters[:-1], *[parameters[-1]] * (len(arguments) - len(parameters) + 1))
        needed = sum(not parameter.optional for parameter in parameters)
        if not needed <= len(arguments) <= len(parameters):
            raise WrongArguments
        return [parameter.accept(value) for parameter, value in zip(parameters, arguments, strict=False)]

    def bind_named(self, arguments: dict[str, Any]) -> list[Any]:
        if self.takes_items and arguments.get(self.parameters[0].name) is None:
            raise WrongArguments
        names = [parameter.name for parameter in self.parameters]
        if not set(arguments) <= set(names):
            raise WrongArguments
        bound: list[Any] = []
        for parameter in self.parameters:
            if parameter.name in arguments:
                bound.append(parameter.accept(arguments[parameter.name]))
            elif parameter.optional:
                bound.append(None)
            else:
                raise WrongArguments
        return bound


class BuiltIn(Function):
    """A function every expression can call, whatever its scope."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.variants: list[Variant] = []

    def call(self, run: Run, arguments: list[Any]) -> Any:
        return self._first_that_fits(run, lambda variant: variant.bind(arguments))

    def call_named(self, run: Run, arguments: dict[str, Any]) -> Any:
        return self._first_that_fits(run, lambda variant: variant.bind_named(arguments))

    def _first_that_fits(self, run: Run, bind: Callable[[Variant], list[Any]]) -> Any:
        for variant in self.variants:
            try:
                bound = bind(variant)
            except WrongArguments:
                continue
            try:
                value = variant.compute(run, *bound) if variant.wants_run else variant.compute(*bound)
            except ARITHMETIC_ERRORS:
                return None
            run.spend_on(value)
            return value
        raise WrongArguments


BUILT_IN: Final[dict[str, BuiltIn]] = {}


def built_in(name: str, *parameters: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a Python function a built-in of that name. Its first parameter may be called `run`."""

    def register(compute: Callable[..., Any]) -> Callable[..., Any]:
        described = tuple(_parameter(text) for text in parameters)
        takes_items = bool(parameters) and parameters[0].endswith("...")
        wants_run = next(iter(inspect.signature(compute).parameters), "") == "run"
        BUILT_IN.setdefault(name, BuiltIn(name)).variants.append(Variant(described, compute, takes_items, wants_run))
        return compute

    return register


def _parameter(text: str) -> Parameter:
    optional = text.startswith("[")
    name, _, kinds = text.strip("[]").removesuffix("...").partition(": ")
    repeated = kinds.endswith("*")
    names = kinds.removesuffix("*").split("|")
    nullable = any(kind.endswith("?") for kind in names)
    accepted = tuple(kind for one in names for kind in _KINDS[one.removesuffix("?")])
    return Parameter(name, accepted, nullable, optional, repeated)
