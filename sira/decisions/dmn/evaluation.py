"""One evaluation of a drawing: its budget, its facts, and the trace of what was decided and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sira.decisions.feel.kinds import to_feel
from sira.decisions.feel.limits import DEFAULT, Limits, Run


@dataclass(slots=True)
class TableStep:
    """One table that was consulted. rows: numbers of the rows that matched, counted from 1."""

    table: str
    inputs: dict[str, Any]
    rows: list[int]
    annotations: list[str]


@dataclass(slots=True)
class DecisionStep:
    """One decision that was made."""

    decision: str
    inputs: dict[str, Any]
    result: Any = None
    tables: list[TableStep] = field(default_factory=list)


class Evaluation(Run):
    """facts: ordinary Python values of the inputs, by name or by (namespace, name); only those asked for are read.

    replaced: decisions whose result is given, by reference.
    made: results of decisions so far, so that none is made twice.  steps: the trace, or None if none is wanted.
    """

    __slots__ = ("facts", "made", "making", "replaced", "steps", "tables")

    def __init__(
        self,
        facts: Mapping[Any, Any],
        *,
        limits: Limits = DEFAULT,
        at: datetime | None = None,
        traced: bool = True,
    ) -> None:
        super().__init__(limits, at)
        self.facts = facts
        self.replaced: Mapping[str, Any] = {}
        self.made: dict[str, Any] = {}
        self.making: set[str] = set()
        self.steps: list[DecisionStep] | None = [] if traced else None
        self.tables: list[TableStep] = []

    def fact(self, namespace: str, name: str) -> Any:
        """The value of an input, as FEEL holds it; null if there is none. Raises TypeError for what is no value."""
        value = self.facts[name] if name in self.facts else self.facts.get((namespace, name))
        return to_feel(value)

    def consulted(self, step: TableStep) -> None:
        """Remember a table for the decision that is being made."""
        if self.steps is not None and len(self.tables) < 200:
            self.tables.append(step)


class FactsByName(Mapping[str, Any]):
    """All facts of an evaluation as variables, for drawings that do not name their inputs."""

    def __init__(self, run: Evaluation) -> None:
        self._run = run

    def __getitem__(self, name: str) -> Any:
        return to_feel(self._run.facts[name])

    def __contains__(self, name: object) -> bool:
        return name in self._run.facts

    def __iter__(self) -> Iterator[str]:
        return iter(self._run.facts)

    def __len__(self) -> int:
        return len(self._run.facts)
