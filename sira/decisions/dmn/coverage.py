"""Which inputs a table has no rule for, which rules meet, and which can never win.

Every column's values fall into classes that its cells cannot tell apart (see classes.py). So what holds for one value
of a class holds for all, and asking the classes is as exact as asking every value. A cell that is more than constants
can't be looked through; its row then counts as one that might match.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from sira.decisions.dmn import index
from sira.decisions.dmn.classes import Class, cell_of, classes_of
from sira.decisions.dmn.constants import constant
from sira.decisions.dmn.drawing import Drawing, Table, Text
from sira.decisions.dmn.regions import Region, merged
from sira.decisions.feel import FeelProblem
from sira.decisions.feel.expressions import compile_expression

MOST_STEPS, MOST_RAW, MOST_FOUND, MOST_PAIRS = 60_000, 5_000, 50, 400_000


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
        self.columns = [classes_of(table, number, drawing) for number in range(len(table.inputs))]
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


def _unread(table: Table) -> list[tuple[int, int]]:
    return [
        (row + 1, column + 1)
        for row, rule in enumerate(table.rules)
        for column, text in enumerate(rule.tests)
        if index._spans(cell_of(text).node) is None
    ]
