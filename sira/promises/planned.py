"""The marks of a promise: how far along it is looked at, and what is done then. Pure.

A mark lies at an amount of used working time, so that marks keep their order whatever calendar counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
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


@dataclass(frozen=True, slots=True)
class Stop:
    """Where marks of a promise lie. tells, does: of all of them.

    call: which one of the chain on call is meant, from 1, as each further mark is for the next; 0 for none.
    """

    place: timedelta
    tells: tuple[str, ...]
    does: tuple[str, ...]
    call: int


@lru_cache(maxsize=4096)
def stops(plan: Plan, budget: timedelta) -> tuple[Stop, ...]:
    """In order; the end of the promise is one whether the plan says so or not."""
    found, calls = [], 0
    for place in sorted({budget, *(one.lies_at(budget) for one in plan)}):
        here = [one for one in plan if one.lies_at(budget) == place]
        tells = {who for one in here for who in one.tells}
        calls += "on_call" in tells
        does = tuple(dict.fromkeys(action for one in here for action in one.does))
        found.append(Stop(place, tuple(who for who in TELLS if who in tells), does, calls if "on_call" in tells else 0))
    return tuple(found)
