"""Names and their values while an expression is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sira.decisions.feel.limits import Run


class Scope:
    """Values by name, and the scope around them."""

    __slots__ = ("outer", "run", "values")

    def __init__(self, values: Mapping[str, Any], run: Run, outer: Scope | None = None) -> None:
        self.values, self.run, self.outer = values, run, outer

    def within(self, values: Mapping[str, Any]) -> Scope:
        """An inner scope: its values hide outer ones of the same name."""
        return Scope(values, self.run, self)

    def called_by(self, run: Run) -> Scope:
        """The same names for another evaluation: a function keeps the scope it was written in."""
        return self if run is self.run else Scope(self.values, run, self.outer.called_by(run) if self.outer else None)


Closure = Callable[[Scope], Any]
"""What an expression is compiled to."""
