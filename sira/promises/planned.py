"""The marks of a promise: how far along it is looked at, and what is done then. Pure.

A mark lies at an amount of used working time, so that marks keep their order whatever calendar counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

NOTHING = timedelta(0)
PERCENT, BEFORE, AFTER = "percent", "before", "after"
WHENS = (PERCENT, BEFORE, AFTER)
TELLS = ("agent", "group", "lead", "manager", "on_call")
DOES = ("raise_priority", "reassign")
PROCESS = "process:"  # before the key of one to be started


@dataclass(frozen=True, slots=True)
class Planned:
    """when, amount: per cent of the time promised, or working minutes before or after its end.

    actions: whom to tell (TELLS), what to do (DOES, or a process).
    """

    when: str
    amount: float
    actions: tuple[str, ...] = ()

    def lies_at(self, budget: timedelta) -> timedelta:
        if self.when == PERCENT:
            return budget * self.amount / 100
        minutes = timedelta(minutes=self.amount)
        return budget + minutes if self.when == AFTER else max(NOTHING, budget - minutes)

    @property
    def tells(self) -> tuple[str, ...]:
        return tuple(one for one in self.actions if one in TELLS)

    @property
    def does(self) -> tuple[str, ...]:
        return tuple(one for one in self.actions if one not in TELLS)


Plan = tuple[Planned, ...]
# What is done where the table names no plan.
STANDARD: Plan = (Planned(PERCENT, 75, ("agent", "lead")), Planned(PERCENT, 100, ("agent", "lead")))


def read(marks: Sequence[Mapping[str, Any]]) -> Plan:
    """A plan as it is kept."""
    return tuple(Planned(one["when"], one["amount"], tuple(one["actions"])) for one in marks)


def write(plan: Plan) -> list[dict[str, Any]]:
    return [{"when": one.when, "amount": one.amount, "actions": list(one.actions)} for one in plan]


def places(plan: Plan, budget: timedelta) -> list[timedelta]:
    """Where the marks lie, in order; the end of the promise is one whether the plan says so or not."""
    return sorted({budget, *(one.lies_at(budget) for one in plan)})


def call_number(plan: Plan, budget: timedelta, place: timedelta) -> int:
    """The how-manieth mark up to that place calls who is on call: each further one is for the next of the chain."""
    return sum(
        any("on_call" in one.tells for one in at_place(plan, budget, each))
        for each in places(plan, budget)
        if each <= place
    )


def at_place(plan: Plan, budget: timedelta, place: timedelta) -> list[Planned]:
    return [one for one in plan if one.lies_at(budget) == place]
