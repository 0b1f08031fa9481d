"""How much one evaluation may cost, and the record of what it did."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from sira.decisions.feel.problems import FeelProblem

#: Longest source text of one expression, in characters.
MAX_SOURCE: Final = 50_000
#: Deepest nesting of brackets, ifs and functions in a source text.
MAX_NESTING: Final = 60
#: Largest list or context (entries) and longest text (characters) an evaluation may build.
MAX_ITEMS: Final = 100_000
MAX_TEXT: Final = 1_000_000
#: Most lists, contexts and simple values in one value, each counted as often as it is shown.
MAX_TREE: Final = 1_000_000
#: Deepest chain of function calls. Python's own limit may come first; it is answered in the same way.
MAX_CALLS: Final = 100

_CHUNK: Final = 1_000

Sized = TypeVar("Sized", list, dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """steps: loop rounds, calls and list elements touched.  seconds: elapsed time."""

    steps: int = 1_000_000
    seconds: float = 2.0


DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Note:
    """Something an author should know: why a part of an expression came out empty."""

    code: str
    position: int | None
    details: dict[str, object]


class Run:
    """One evaluation: its budget, its clock and its notes.

    at: what `now()` and `today()` answer; the real clock is asked only when it is not given.
    """

    __slots__ = ("_at", "_deadline", "_left", "_limits", "_spent", "calls", "notes")

    def __init__(self, limits: Limits = DEFAULT, at: datetime | None = None) -> None:
        self._limits, self._at = limits, at
        self._left, self._spent, self._deadline = _CHUNK, 0, 0.0
        self.calls = 0
        self.notes: list[Note] = []

    @property
    def at(self) -> datetime:
        if self._at is None:
            self._at = datetime.now(UTC)
        return self._at

    def spend(self, steps: int = 1) -> None:
        """Take steps from the budget. Raises FeelProblem when steps or time have run out."""
        self._left -= steps
        if self._left < 0:
            self._refill()

    def _refill(self) -> None:
        now = time.monotonic()
        if not self._deadline:
            self._deadline = now + self._limits.seconds
        self._spent += _CHUNK - self._left
        self._left = _CHUNK
        if self._spent > self._limits.steps:
            raise FeelProblem("too_many_steps", limit=self._limits.steps)
        if now > self._deadline:
            raise self.too_slow()

    def too_slow(self) -> FeelProblem:
        return FeelProblem("too_slow", limit=self._limits.seconds)

    def spend_on(self, value: Any) -> None:
        """Take from the budget what it costs to have made this value; large ones are not free."""
        kind = type(value)
        if kind is list or kind is dict:
            self.spend(len(value))
        elif kind is str and len(value) > 32:
            self.spend(len(value) // 32)

    def seconds_left(self) -> float:
        """Time left, for work that cannot be counted in steps (searching with a pattern)."""
        if not self._deadline:
            self._deadline = time.monotonic() + self._limits.seconds
        return max(0.01, self._deadline - time.monotonic())

    def enter(self) -> None:
        """A function call begins; `leave` must follow."""
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise FeelProblem("endless_recursion", limit=MAX_CALLS)
        self.spend()

    def leave(self) -> None:
        self.calls -= 1

    def note(self, code: str, position: int | None, **details: object) -> None:
        if len(self.notes) < 20:
            self.notes.append(Note(code, position, details))


def check_tree(value: object) -> None:
    """Refuse a value that would be too large written out.

    Parts may be shared: `{a: [1,1], b: [a,a], c: [b,b]}` grows twofold with each entry and costs nothing to build.
    """
    if type(value) is list or type(value) is dict:
        _size(value, {})


def _size(value: Any, known: dict[int, int]) -> int:
    size = known.get(id(value), 0)
    if not size:
        size = 1
        for part in value.values() if type(value) is dict else value:
            size += _size(part, known) if type(part) is list or type(part) is dict else 1
        known[id(value)] = size
    if size > MAX_TREE:
        raise FeelProblem("too_large", limit=MAX_TREE)
    return size


def check_text(text: str) -> str:
    """The text itself; raises FeelProblem if it grew too long."""
    if len(text) > MAX_TEXT:
        raise FeelProblem("too_large", limit=MAX_TEXT)
    return text


def check_items(items: Sized) -> Sized:
    """The list or context itself; raises FeelProblem if it grew too large."""
    if len(items) > MAX_ITEMS:
        raise FeelProblem("too_large", limit=MAX_ITEMS)
    return items
