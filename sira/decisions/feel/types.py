"""Types of values: does a value conform, and what becomes of one that nearly does (chapter 10.3.2.9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sira.decisions.feel.arithmetic import midnight_utc
from sira.decisions.feel.functions import Function
from sira.decisions.feel.kinds import Range
from sira.decisions.feel.limits import check_tree
from sira.decisions.feel.nodes import TypeName
from sira.decisions.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time


class Type:
    """holds: is the value (never null) of this type?  fits: may a value of this type stand for one of the other?

    loosened: the same type without restrictions to some values, which `instance of` does not look at.
    """

    def holds(self, value: Any) -> bool:
        return True

    def loosened(self) -> Type:
        return self

    def fits(self, other: Type) -> bool:
        return type(other) is Type or self == other


@dataclass(frozen=True, slots=True)
class Kind(Type):
    """One of the simple kinds."""

    kind: type

    def holds(self, value: Any) -> bool:
        return type(value) is self.kind

    def fits(self, other: Type) -> bool:
        return type(other) is Type or self == other


@dataclass(frozen=True, slots=True)
class Nothing(Type):
    """The type of null alone."""

    def holds(self, value: Any) -> bool:
        return value is None

    def fits(self, other: Type) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class ListType(Type):
    item: Type

    def holds(self, value: Any) -> bool:
        return type(value) is list and all(entry is None or self.item.holds(entry) for entry in value)

    def fits(self, other: Type) -> bool:
        return type(other) is Type or (isinstance(other, ListType) and self.item.fits(other.item))

    def loosened(self) -> Type:
        return ListType(self.item.loosened())


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    of: Type

    def holds(self, value: Any) -> bool:
        return type(value) is Range and all(bound is None or self.of.holds(bound) for bound in (value.start, value.end))

    def fits(self, other: Type) -> bool:
        return type(other) is Type or (isinstance(other, RangeType) and self.of.fits(other.of))


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """Contexts with at least these members."""

    members: tuple[tuple[str, Type], ...] = ()

    def holds(self, value: Any) -> bool:
        return type(value) is dict and all(
            name in value and (value[name] is None or member.holds(value[name])) for name, member in self.members
        )

    def fits(self, other: Type) -> bool:
        if not isinstance(other, ContextType):
            return type(other) is Type
        mine = dict(self.members)
        return all(name in mine and mine[name].fits(member) for name, member in other.members)

    def loosened(self) -> Type:
        return ContextType(tuple((name, member.loosened()) for name, member in self.members))


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    parameters: tuple[Type, ...] | None
    result: Type

    def holds(self, value: Any) -> bool:
        if not isinstance(value, Function):
            return False
        if self.parameters is None:
            return True
        return value.signature is None or value.signature.fits(self)

    def fits(self, other: Type) -> bool:
        """A function fits where its result is at least what is asked for, and it takes all that may be given."""
        if not isinstance(other, FunctionType):
            return type(other) is Type
        if other.parameters is None or self.parameters is None:
            return True
        return (
            len(self.parameters) == len(other.parameters)
            and all(given.fits(taken) for given, taken in zip(other.parameters, self.parameters, strict=True))
            and self.result.fits(other.result)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Restricted(Type):
    """A type of which only some values are allowed. allows: is this value (of the base type) one of them?"""

    base: Type
    allows: Callable[[Any], bool]

    def holds(self, value: Any) -> bool:
        return self.base.holds(value) and self.allows(value)

    def fits(self, other: Type) -> bool:
        return self is other or self.base.fits(other)

    def loosened(self) -> Type:
        return self.base.loosened()


ANY: Final = Type()
NULL: Final = Nothing()
NUMBER: Final = Kind(Decimal)
STRING: Final = Kind(str)
BOOLEAN: Final = Kind(bool)
DATE_TIME: Final = Kind(DateTime)
_DAYS, _MONTHS = Kind(DaysDuration), Kind(MonthsDuration)

BUILT_IN: Final[dict[str, Type]] = {
    "Any": ANY, "Null": NULL, "number": NUMBER, "string": STRING, "boolean": BOOLEAN, "date": Kind(Date),
    "time": Kind(Time), "date and time": DATE_TIME, "dateTime": DATE_TIME, "days and time duration": _DAYS,
    "dayTimeDuration": _DAYS, "years and months duration": _MONTHS, "yearMonthDuration": _MONTHS,
    "list": ListType(ANY), "context": ContextType(), "function": FunctionType(None, ANY), "range": RangeType(ANY),
}  # fmt: skip


class UnknownType(Exception):
    """A type was named that nobody defined."""


def resolve(name: TypeName, known: Mapping[str, Type]) -> Type:
    """The type a type name stands for. known: item definitions. Raises UnknownType."""
    if name.members or (name.name == "context"):
        return ContextType(tuple((member, resolve(of, known)) for member, of in name.members))
    if name.result is not None:
        return FunctionType(tuple(resolve(of, known) for of in name.arguments), resolve(name.result, known))
    if name.arguments:
        inner = resolve(name.arguments[0], known)
        return ListType(inner) if name.name == "list" else RangeType(inner)
    if name.name in known:
        return known[name.name]
    if name.name in BUILT_IN:
        return BUILT_IN[name.name]
    raise UnknownType(name.name)


def coerce(value: Any, to: Type) -> Any:
    """The value as one of the type, or None if it cannot be (implicit conversions of 10.3.2.9.4)."""
    check_tree(value)
    if value is None or to.holds(value):
        return value
    if type(value) is list and len(value) == 1 and value[0] is not None and to.holds(value[0]):
        return value[0]
    if is_list(to) and type(value) is not list and to.holds([value]):
        return [value]
    if type(value) is Date and to.holds(moment := midnight_utc(value)):
        return moment
    return None


def is_list(wanted: Type) -> bool:
    while isinstance(wanted, Restricted):
        wanted = wanted.base
    return isinstance(wanted, ListType)
