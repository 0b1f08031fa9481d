"""Which inputs a table has no rule for, which rules meet, and which can never win.

Every column's values fall into classes that its cells cannot tell apart: on each bound, and between two of them. So
what holds for one value of a class holds for all, and asking the classes is as exact as asking every value. A cell
that is more than constants can't be looked through; its row then counts as one that might match.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from math import floor
from typing import Any, Final

from sira.decisions.dmn import index
from sira.decisions.dmn.constants import constant
from sira.decisions.dmn.drawing import Drawing, InputColumn, Table, Text
from sira.decisions.feel import FeelProblem, nodes
from sira.decisions.feel.expressions import UnaryTests, compile_expression, compile_unary

NUMBER: Final = ("number", "integer", "long", "double")
WHOLE: Final = ("integer", "long")
MOST_STEPS, MOST_RAW, MOST_FOUND, MOST_PAIRS = 60_000, 5_000, 50, 400_000


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


@dataclass(frozen=True, slots=True)
class Region:
    """For each column the classes, together all inputs that one may combine; None: whatever it is."""

    columns: tuple[tuple[Class, ...] | None, ...]

    def stretches(self) -> list[list[Stretch] | None]:
        return [None if classes is None else joined(classes) for classes in self.columns]

    def example(self) -> list[Any]:
        """A value for each column; None where any does."""
        return [None if classes is None else classes[0].example for classes in self.columns]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two rules (counted from 1) that one input can match. same: they give the same, so which wins is no matter."""

    first: int
    second: int
    region: Region
    same: bool


@dataclass
class Coverage:
    """What was found in one table. never: rules that no input can make win.  unread: (rule, column) not looked through.

    incomplete: the table is too large for everything to be looked at.
    """

    table: Table
    gaps: list[Region] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    never: list[int] = field(default_factory=list)
    unread: list[tuple[int, int]] = field(default_factory=list)
    incomplete: bool = False

    @property
    def labels(self) -> list[str]:
        return [one.label or one.expression.text for one in self.table.inputs]

    @property
    def conflicts(self) -> list[Meeting]:
        """Meetings that leave the table without a clear answer."""
        return [one for one in self.meetings if self.table.hit_policy == "UNIQUE" or not one.same]


class TooLarge(Exception):
    """The search is called off."""


class Space:
    """The classes of every column of a table."""

    def __init__(self, table: Table, drawing: Drawing | None = None) -> None:
        self.table = table
        self.columns = [_classes(table, number, drawing) for number in range(len(table.inputs))]
        self.everything = (1 << len(table.rules)) - 1
        self.steps = 0
        self.cut_short = False

    @cached_property
    def groups(self) -> list[list[tuple[tuple[Class, ...], int, int]]]:
        """Classes that allow the same rows, together."""
        found = []
        for classes in self.columns:
            by_rows: dict[tuple[int, int], list[Class]] = {}
            for one in classes:
                by_rows.setdefault((one.sure, one.maybe), []).append(one)
            found.append([(tuple(same), sure, maybe) for (sure, maybe), same in by_rows.items()])
        return found

    @cached_property
    def open_from(self) -> list[int]:
        """For each column: the rows that surely allow everything from there on."""
        masks = [self.everything]
        for groups in reversed(self.groups):
            allowed = masks[-1]
            for _same, sure, _maybe in groups:
                allowed &= sure
            masks.append(allowed)
        return masks[::-1]

    def gaps(self) -> list[Region]:
        """All inputs that no row allows, not even perhaps; some of them where the search is cut short."""
        found: list[Region] = []
        covered: set[tuple[int, int]] = set()

        def search(at: int, rows: int, chosen: tuple[tuple[Class, ...], ...]) -> bool:
            self._step()
            if not rows:
                found.append(Region((*chosen, *(None for _ in self.columns[at:]))))
                return False
            if rows & self.open_from[at] or at == len(self.columns) or (at, rows) in covered:
                return True
            whole = True
            for classes, _sure, maybe in self.groups[at]:
                whole &= search(at + 1, rows & maybe, (*chosen, classes))
                if len(found) >= MOST_RAW:
                    raise TooLarge
            if whole:
                covered.add((at, rows))
            return whole

        try:
            search(0, self.everything, ())
        except TooLarge:
            self.cut_short = True
        return [self._without_whole_columns(region) for region in merged(found)]

    def _without_whole_columns(self, region: Region) -> Region:
        pairs = zip(region.columns, self.columns, strict=True)
        return Region(tuple(None if some is None or len(some) == len(every) else some for some, every in pairs))

    @cached_property
    def groups_of(self) -> list[list[list[int]]]:
        """For each column and row, the rows that surely allow a group of classes that the row may allow."""
        found = []
        for groups in self.groups:
            by_row: list[list[int]] = [[] for _rule in self.table.rules]
            for _same, sure, maybe in groups:
                for row in index.places(maybe):
                    by_row[row].append(sure)
            found.append(by_row)
        return found

    @cached_property
    def classes_of(self) -> list[list[int]]:
        """For each column and row, the classes that the row surely allows, as bits."""
        found = []
        for classes in self.columns:
            by_row = [0] * len(self.table.rules)
            for number, one in enumerate(classes):
                for row in index.places(one.sure):
                    by_row[row] |= 1 << number
            found.append(by_row)
        return found

    def wins(self, row: int, before: int) -> bool:
        """Whether an input matches the row and none of the rows before. Raises TooLarge."""
        lost: set[tuple[int, int]] = set()

        def search(at: int, rows: int) -> bool:
            self._step()
            if rows & self.open_from[at] or (at, rows) in lost:
                return False
            if not rows or at == len(self.columns):
                return all(by_row[row] for by_row in self.groups_of[at:])
            if any(search(at + 1, rows & sure) for sure in self.groups_of[at][row]):
                return True
            lost.add((at, rows))
            return False

        return search(0, before)

    def meet(self, one: int, other: int) -> bool:
        """Whether an input surely matches both rows."""
        return all(by_row[one] & by_row[other] for by_row in self.classes_of)

    def meeting(self, one: int, other: int) -> Region:
        """The inputs that both rows surely match."""
        columns: list[tuple[Class, ...] | None] = []
        for classes, by_row in zip(self.columns, self.classes_of, strict=True):
            shared = tuple(classes[number] for number in index.places(by_row[one] & by_row[other]))
            columns.append(None if len(shared) == len(classes) else shared)
        return Region(tuple(columns))

    def _step(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooLarge


def looked_through(table: Table, drawing: Drawing | None = None) -> Coverage:
    """Everything about one table; drawing: for the types that its inputs name."""
    found, space = Coverage(table), Space(table, drawing)
    found.unread = _unread(table)
    try:
        if not any(column.default for column in table.outputs) and table.hit_policy not in ("COLLECT", "RULE ORDER"):
            gaps = space.gaps()
            found.gaps = gaps[:MOST_FOUND]
            found.incomplete = space.cut_short or len(gaps) > MOST_FOUND
        space.steps = 0
        found.never = list(_never(space))
    except TooLarge:
        found.incomplete = True
    if table.hit_policy in ("UNIQUE", "ANY"):
        found.meetings, whole = _meetings(space)
        found.incomplete |= not whole
    return found


def _never(space: Space) -> Iterator[int]:
    """Rules that match nothing; in a table where the first wins also those that stand behind others."""
    for row in range(len(space.table.rules)):
        before = (1 << row) - 1 if space.table.hit_policy == "FIRST" else 0
        if not space.wins(row, before):
            yield row + 1


def _meetings(space: Space) -> tuple[list[Meeting], bool]:
    rules, tried = space.table.rules, 0
    found: list[Meeting] = []
    for one in range(len(rules)):
        for other in range(one + 1, len(rules)):
            tried += 1
            if tried > MOST_PAIRS or len(found) >= MOST_FOUND:
                return found, False
            if space.meet(one, other):
                same = all(map(_same, rules[one].results, rules[other].results))
                if space.table.hit_policy == "UNIQUE" or not same:
                    found.append(Meeting(one + 1, other + 1, space.meeting(one, other), same))
    return found, True


def _same(one: Text, other: Text) -> bool:
    if one.text.strip() == other.text.strip():
        return True
    try:
        known, value = constant(compile_expression(one.text).node)
        also, another = constant(compile_expression(other.text).node)
    except FeelProblem:
        return False
    return known and also and type(value) is type(another) and value == another


# -- classes of a column -------------------------------------------------------------------------------------------


def _classes(table: Table, number: int, drawing: Drawing | None) -> list[Class]:
    column = table.inputs[number]
    cells = [_cell(rule.tests[number]) for rule in table.rules]
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


def _cell(text: Text) -> UnaryTests:
    try:
        return compile_unary(text.text)
    except FeelProblem:
        return compile_unary("false and false")


def _unread(table: Table) -> list[tuple[int, int]]:
    return [
        (row + 1, column + 1)
        for row, rule in enumerate(table.rules)
        for column, text in enumerate(rule.tests)
        if index._spans(_cell(text).node) is None
    ]


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
    return name.rpartition(":")[2].rpartition(".")[2].lower(), [_cell(one) for one in allowed]


def _kinds(type_name: str, cells: Sequence[UnaryTests]) -> list[str]:
    if type_name in NUMBER:
        return ["number"]
    if type_name in ("string", "boolean"):
        return [type_name]
    constants = {type(value) for cell in cells for value in _constants(cell)}
    kinds = {Decimal: "number", str: "string", bool: "boolean"}
    return [kinds[kind] for kind in kinds if kind in constants]


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
    wanted: type = Decimal if kind == "number" else str
    points: list[Any] = sorted({value for cell in cells for value in _constants(cell) if type(value) is wanted})
    if kind == "string" and not any(map(_is_ordered, cells)):
        yield from ((Stretch(point, point, True, True), point) for point in points)
        yield Stretch(other=True), _another(points)
        return
    ends: list[Any] = [None, *points, None]
    for low, high in pairwise(ends):
        example: Any = _between(low, high, whole) if kind == "number" else _text_between(low, high)
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


def _between(low: Decimal | None, high: Decimal | None, whole: bool) -> Decimal | None:
    """A number between the two; None where there is none, because only whole ones count."""
    if low is None and high is None:
        return Decimal(0)
    if low is None:
        return Decimal(floor(high) - 1) if high is not None else None
    following = Decimal(floor(low) + 1)
    if high is None or following < high:
        return following
    if whole:
        return None
    return (low + high) / 2


def _text_between(low: str | None, high: str | None) -> str | None:
    if low is None:
        return "" if high is None or high > "" else None
    for text in (f"{low} ", f"{low}a", f"{low}\x00"):
        if text > low and (high is None or text < high):
            return text
    return None


# -- putting together ----------------------------------------------------------------------------------------------


def joined(classes: Sequence[Class]) -> list[Stretch]:
    """Neighbours as one stretch, so that people read `less than 10` and not every part of it."""
    found: list[tuple[Class, Stretch]] = []
    for one in sorted(classes, key=lambda each: (each.kind, each.place)):
        if found and one.kind == "number" and found[-1][0].kind == "number" and found[-1][0].place + 1 == one.place:
            before = found[-1][1]
            stretch = Stretch(
                before.low, one.stretch.high, before.low_included, one.stretch.high_included or one.stretch.single
            )
            found[-1] = one, stretch
        else:
            found.append((one, one.stretch))
    return [stretch for _class, stretch in found]


def merged(regions: list[Region]) -> list[Region]:
    """Regions that differ in one column alone become one, until none do."""
    width = len(regions[0].columns) if regions else 0
    before = 0
    while len(regions) != before:
        before = len(regions)
        for at in range(width):
            regions = list(_merged_in(regions, at))
    return regions


def _merged_in(regions: list[Region], at: int) -> Iterator[Region]:
    by_others: dict[tuple[Any, ...], list[tuple[Class, ...] | None]] = {}
    for region in regions:
        others = (*region.columns[:at], None, *region.columns[at + 1 :])
        by_others.setdefault(others, []).append(region.columns[at])
    for others, found in by_others.items():
        together = None
        if not any(some is None for some in found):
            classes = dict.fromkeys(one for some in found for one in some or ())
            together = tuple(sorted(classes, key=lambda one: (one.kind, one.place)))
        yield Region((*others[:at], together, *others[at + 1 :]))
