"""How the elements of a drawing get their values from what they require."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sira.decisions.dmn.evaluation import DecisionStep, Evaluation, FactsByName
from sira.decisions.feel.limits import check_tree
from sira.decisions.feel.scope import Closure, Scope
from sira.decisions.feel.types import Type, coerce

Getter = Callable[[Evaluation], Any]


@dataclass(frozen=True, slots=True)
class Element:
    """Something others may require: its variable's name, and how its value is got."""

    name: str
    get: Getter


#: What an element requires: the path of names it is known by there, and the element.
Required = list[tuple[tuple[str, ...], Element]]


class Lazy:
    """A getter that is filled in once everything it may refer to is known."""

    __slots__ = ("get",)

    def __init__(self) -> None:
        self.get: Getter = lambda run: None

    def __call__(self, run: Evaluation) -> Any:
        return self.get(run)


def fact(namespace: str, name: str, wanted: Type | None) -> Getter:
    def get(run: Evaluation) -> Any:
        value = run.facts.get(name)
        if type(value) is not str:  # most facts are texts, and a text is the same here and there
            value = run.fact(namespace, name)
        return value if wanted is None or value is None else coerce(value, wanted)

    return get


def decided(name: str, reference: str, required: Required, logic: Closure, any_fact: bool) -> Getter:
    def get(run: Evaluation) -> Any:
        if reference in run.made:
            return run.made[reference]
        if reference in run.replaced:
            return run.replaced[reference]
        if reference in run.making:
            run.note("circle", None, name=name)
            return None
        run.making.add(reference)
        run.enter()
        try:
            values = values_of(required, run)
            tables, run.tables = run.tables, []
            outer = Scope(FactsByName(run), run) if any_fact else None
            result = run.made[reference] = logic(Scope(values, run, outer))
            check_tree(result)
            if run.steps is not None:
                run.steps.append(DecisionStep(name, values, result, run.tables))
            run.tables = tables
            return result
        finally:
            run.leave()
            run.making.discard(reference)

    return get


def defined(reference: str, required: Required, make: Closure) -> Getter:
    def get(run: Evaluation) -> Any:
        if reference not in run.made:
            values: dict[str, Any] = {}
            run.made[reference] = make(Scope(values, run))  # known before what it requires: it may call itself
            values.update(values_of(required, run))
        return run.made[reference]

    return get


def values_of(required: Required, run: Evaluation) -> dict[str, Any]:
    """The values of required elements by name; those of an imported model inside a context of its name."""
    values: dict[str, Any] = {}
    for path, element in required:
        if len(path) == 1:
            values[element.name] = element.get(run)
            continue
        inner = values
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
        inner[path[-1]] = element.get(run)
    return values
