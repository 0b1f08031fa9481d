"""The values of a column in classes that its cells cannot tell apart: on each bound, and between two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import floor
from typing import Any, Final

from sira.decisions.dmn import index
from sira.decisions.dmn.constants import constant
from sira.decisions.dmn.drawing import Drawing, InputColumn, Table, Text
from sira.decisions.feel import FeelProblem, nodes
from sira.decisions.feel.expressions import UnaryTests, compile_unary
from sira.decisions.feel.temporal import NANOS, Date, DaysDuration, MonthsDuration, date_of

WHOLE: Final = ("integer", "long")
KINDS: Final[dict[str, type]] = {
    "number": Decimal, "string": str, "boolean": bool, "date": Date, "days": DaysDuration, "months": MonthsDuration,
}  # fmt: skip
KIND_OF_TYPE: Final = {
    "number": "number", "integer": "number", "long": "number", "double": "number", "string": "string",
    "boolean": "boolean", "date": "date", "daytimeduration": "days", "days and time duration": "days",
    "yearmonthduration": "months", "years and months duration": "months",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """How values of a kind lie on a line of numbers.

    step: between values that are easy to read.  whole: there are no fractions.
    """

    number: Callable[[Any], int | Decimal]
    made: Callable[[Any], Any]
    step: int = 1
    whole: bool = True

    def of(self, value: Any) -> Decimal | None:
        return None if value is None else Decimal(self.number(value))


MEASURED: Final = {
    "number": Measure(lambda value: value, Decimal, whole=False),
    "date": Measure(lambda value: value.ordinal, lambda number: date_of(int(number))),
    "days": Measure(lambda value: value.nanos, lambda number: DaysDuration(int(number)), step=3600 * NANOS),
    "months": Measure(lambda value: value.months, lambda number: MonthsDuration(int(number))),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Values of one class, or of neighbours: from low to high; None is open on that side. other: every other text."""

    low: Any = None
    high: Any = None
    low_included: bool = False
    high_included: bool = False
    other: bool = False

    @property
    def single(self) -> bool:
        return not self.other and self.low is not None and self.low == self.high


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """example: one of its values.  sure: rows that allow it.  maybe: those, and rows that can't be looked through.

    place: where it stands among the classes of its kind; neighbours have places that follow each other.
    """

    stretch: Stretch
    example: Any
    sure: int
    maybe: int
    place: int
    kind: str


def classes_of(table: Table, number: int, drawing: Drawing | None) -> list[Class]:
    column = table.inputs[number]
    cells = [cell_of(rule.tests[number]) for rule in table.rules]
    type_name, allowed = _type_of(column, drawing)
    kinds = _kinds(type_name, [*cells, *allowed])
    made = index.column([cell.node for cell in cells], [cell.holds_in for cell in cells])
    found = []
    for kind in kinds:
        for place, (stretch, example) in enumerate(_stretches(kind, [*cells, *allowed], type_name in WHOLE)):
            if all(test.matches(example) for test in allowed):
                maybe, pending = made.rows(example)
                found.append(Class(stretch, example, maybe & ~pending, maybe, place, kind))
    return found or [Class(Stretch(), None, *_of_nothing(made), 0, "any")]


def _of_nothing(made: index.Column) -> tuple[int, int]:
    return made.everything & ~made.pending, made.everything


def cell_of(text: Text) -> UnaryTests:
    try:
        return compile_unary(text.text)
    except FeelProblem:
        return compile_unary("false and false")


def _type_of(column: InputColumn, drawing: Drawing | None) -> tuple[str, list[UnaryTests]]:
    """The plain type behind the column's, and what it allows: of the column itself and of the type it names."""
    allowed = [column.allowed] if column.allowed is not None and column.allowed.text.strip() not in ("", "-") else []
    name = column.expression.type_name
    types = {one.name: one for one in drawing.types} if drawing else {}
    for _depth in range(10):
        if name not in types:
            break
        if types[name].allowed is not None:
            allowed.append(types[name].allowed)  # type: ignore[arg-type]
        name = types[name].type_name
    return name.rpartition(":")[2].rpartition(".")[2].lower(), [cell_of(one) for one in allowed]


def _kinds(type_name: str, cells: Sequence[UnaryTests]) -> list[str]:
    if type_name in KIND_OF_TYPE:
        return [KIND_OF_TYPE[type_name]]
    constants = {type(value) for cell in cells for value in _constants(cell)}
    return [kind for kind, its_type in KINDS.items() if its_type in constants]


def _constants(cell: UnaryTests) -> Iterator[Any]:
    for test in cell.node.tests:
        parts = [test.bound] if isinstance(test, nodes.OneSided) else [test]
        parts = [test.low, test.high] if isinstance(test, nodes.Interval) else parts
        yield from (value for known, value in map(constant, parts) if known)


def _stretches(kind: str, cells: Sequence[UnaryTests], whole: bool) -> Iterator[tuple[Stretch, Any]]:
    """Each class of the kind with one of its values, in order."""
    if kind == "boolean":
        yield from ((Stretch(value, value, True, True), value) for value in (True, False))
        return
    wanted = KINDS[kind]
    points: list[Any] = sorted({value for cell in cells for value in _constants(cell) if type(value) is wanted})
    if kind == "string" and not any(map(_is_ordered, cells)):
        yield from ((Stretch(point, point, True, True), point) for point in points)
        yield Stretch(other=True), _another(points)
        return
    ends: list[Any] = [None, *points, None]
    for low, high in pairwise(ends):
        measure = MEASURED.get(kind)
        example = _text_between(low, high) if measure is None else _between(measure, low, high, whole)
        if example is not None:
            yield Stretch(low, high), example
        if high is not None:
            yield Stretch(high, high, True, True), high


def _is_ordered(cell: UnaryTests) -> bool:
    """Whether texts are compared by their order somewhere in the cell."""
    return any(
        isinstance(test, nodes.Interval) or (isinstance(test, nodes.OneSided) and test.operator != "=")
        for test in cell.node.tests
    )


def _another(points: list[str]) -> str:
    """A text that none of the cells names."""
    return next(text for text in ("…", *("…" * times for times in range(2, len(points) + 3))) if text not in points)


def _between(measure: Measure, low: Any, high: Any, whole: bool) -> Any:
    """A value between the two, by preference one that is easy to read; None where there is none."""
    if low is None and high is None:
        return measure.made(Decimal(0))
    step, below, above = measure.step, measure.of(low), measure.of(high)
    if below is None:
        return None if above is None else measure.made((floor(above) // step - 1) * step)
    following = (floor(below) // step + 1) * step
    if above is None or following < above:
        return measure.made(following)
    middle = (below + above) / 2 if not (whole or measure.whole) else Decimal(floor((below + above) / 2))
    if whole or not below < middle < above:
        return None
    return measure.made(middle)


def _text_between(low: str | None, high: str | None) -> str | None:
    if low is None:
        return "" if high is None or high > "" else None
    for text in (f"{low} ", f"{low}a", f"{low}\x00"):
        if text > low and (high is None or text < high):
            return text
    return None
