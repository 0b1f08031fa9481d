"""A compiled drawing: its decisions can be asked for, with facts.

    model = compile_drawing(read(xml))
    made = model.decide({"Impact": "high", "Urgency": "low"}, decision="Priority")
    made.result, made.steps

A model never changes after it is made, so one may be shared by all threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sira.decisions.dmn import drawing as drawn
from sira.decisions.dmn.boxes import compile_box, compile_function, typed
from sira.decisions.dmn.drawing import Drawing
from sira.decisions.dmn.evaluation import DecisionStep, Evaluation
from sira.decisions.dmn.graph import Element, Getter, Lazy, Required, decided, defined, fact
from sira.decisions.dmn.problems import DrawingProblem
from sira.decisions.dmn.services import ServiceFunction
from sira.decisions.dmn.surroundings import Surroundings
from sira.decisions.dmn.types import TypeTable
from sira.decisions.feel.expressions import guarded
from sira.decisions.feel.functions import WrongArguments
from sira.decisions.feel.kinds import to_feel, to_python
from sira.decisions.feel.limits import DEFAULT, Limits, Note
from sira.decisions.feel.scope import Closure, Scope
from sira.decisions.feel.types import FunctionType, Type


@dataclass(frozen=True, slots=True)
class Made:
    """What an evaluation gave. value: as FEEL holds it.  steps: decisions in the order they were made."""

    value: Any
    steps: list[DecisionStep]
    notes: list[Note]

    @property
    def result(self) -> Any:
        """The value as ordinary Python."""
        return to_python(self.value)


class Model:
    """problems: everything that keeps the drawing from being fully right; what they touch evaluates to null."""

    def __init__(self, drawing: Drawing, imported: Mapping[str, Model]) -> None:
        self.drawing = drawing
        self.problems: list[DrawingProblem] = []
        self.imported = {one.name: imported[one.namespace] for one in drawing.imports if one.namespace in imported}
        for one in drawing.imports:
            if one.namespace not in imported:
                self.problems.append(DrawingProblem("unknown_import", name=one.name or one.namespace))
        self.types: TypeTable = TypeTable(
            drawing, {name: model.types for name, model in self.imported.items()}, self.problems
        )
        self.parts: frozenset[str] = frozenset(_parts(drawing)).union(
            *(model.parts for model in self.imported.values())
        )
        self._elements: dict[str, tuple[tuple[str, ...], Element]] = {}  # reference -> (path of names, element)
        for prefix, model in self.imported.items():
            for reference, (path, element) in model._elements.items():
                self._elements.setdefault(reference, ((prefix, *path), element))
        # Some editors draw tables without their inputs; then every name that is not known otherwise is a fact's.
        self._any_fact = not drawing.inputs and not drawing.services
        self.decisions: dict[str, Element] = {}
        self.callable: dict[str, Element] = {}  # decision services and business knowledge models
        self._compile()

    # -- asking ----------------------------------------------------------------------------------------------------

    def decide(
        self,
        facts: Mapping[Any, Any],
        *,
        decision: str | None = None,
        limits: Limits = DEFAULT,
        at: datetime | None = None,
        traced: bool = True,
    ) -> Made:
        """Make a decision (by name or id; the only final one, if none is named) and all it requires.

        facts: ordinary Python values by input name; for an imported model's input by (namespace, name).
        Raises DrawingProblem for an unknown decision, FeelProblem if a limit is passed.
        """
        element = self._asked_for(decision)
        run = Evaluation(facts, limits=limits, at=at, traced=traced)
        value = guarded(lambda scope: element.get(run), Scope({}, run))
        return Made(value, run.steps or [], run.notes)

    def call_service(
        self, name: str, facts: Mapping[str, Any], *, limits: Limits = DEFAULT, at: datetime | None = None
    ) -> Made:
        """Call a decision service or business knowledge model with these arguments. Raises as `decide` does."""
        if name not in self.callable:
            raise DrawingProblem("unknown_decision", name=name)
        run = Evaluation(facts, limits=limits, at=at)
        function = self.callable[name].get(run)
        given = {name: to_feel(facts.get(name)) for name in function.parameters}
        try:
            value = guarded(lambda scope: function.call_named(run, given), Scope({}, run))
        except WrongArguments:
            value = None
            run.note("wrong_arguments", None, name=name)
        return Made(value, run.steps or [], run.notes)

    def final_decisions(self) -> list[str]:
        """Names of the decisions no other decision requires."""
        required = {need for one in self.drawing.decisions for need in one.needs}
        return [one.name for one in self.drawing.decisions if self._reference(one.id) not in required]

    def _asked_for(self, decision: str | None) -> Element:
        if decision is not None:
            name = next((one.name for one in self.drawing.decisions if one.id == decision), decision)
            if name not in self.decisions:
                raise DrawingProblem("unknown_decision", name=decision)
            return self.decisions[name]
        final = self.final_decisions()
        if len(final) != 1:
            code = "which_decision" if final else "no_decision"
            raise DrawingProblem(code, names=", ".join(final))
        return self.decisions[final[0]]

    # -- making ----------------------------------------------------------------------------------------------------

    def _reference(self, identity: str) -> str:
        return f"{self.drawing.namespace}#{identity}"

    def _compile(self) -> None:
        """Make an element of everything; logic is compiled when all names are known."""
        for data in self.drawing.inputs:
            wanted = self.types.named(data.type_name, (data.name,))
            self._add(data.id, Element(data.name, fact(self.drawing.namespace, data.name, wanted)))
        later: list[tuple[Lazy, Callable[[], Getter]]] = []
        for one in self._made_things():
            lazy = Lazy()
            element = Element(one.name, lazy)
            self._add(one.id, element)
            by_name = self.decisions if isinstance(one, drawn.Decision) else self.callable
            if one.name in by_name:
                self.problems.append(DrawingProblem("twice", name=one.name))
            by_name.setdefault(one.name, element)
            later.append((lazy, self._maker(one)))
        for lazy, make in later:
            lazy.get = make()
        self.problems += [DrawingProblem("circle", name=name) for name in _in_circles(self.drawing)]

    def _made_things(self) -> list[drawn.Decision | drawn.Knowledge | drawn.Service]:
        return [*self.drawing.decisions, *self.drawing.knowledge, *self.drawing.services]

    def _add(self, identity: str, element: Element) -> None:
        """Let others require the element; one without an id can only be asked for by its name."""
        if identity:
            self._elements[self._reference(identity)] = ((element.name,), element)

    def _maker(self, one: drawn.Decision | drawn.Knowledge | drawn.Service) -> Callable[[], Getter]:
        if isinstance(one, drawn.Decision):
            return lambda: self._decision(one)
        if isinstance(one, drawn.Knowledge):
            return lambda: self._knowledge(one)
        return lambda: self._service(one)

    def _required(self, needs: Iterable[str], where: str) -> Required:
        found = []
        for need in needs:
            if need in self._elements:
                found.append(self._elements[need])
            else:
                self.problems.append(DrawingProblem("unknown_reference", where=(where,), reference=need))
        return found

    def _around(self, required: Required) -> Surroundings:
        names = frozenset(path[0] for path, _ in required)
        return Surroundings(names, self.parts, self.types, self.problems, any_name=self._any_fact)

    def _decision(self, one: drawn.Decision) -> Getter:
        required = self._required(one.needs, one.name)
        if one.box is None:
            self.problems.append(DrawingProblem("no_logic", where=(one.name,), name=one.name))
        logic = self._logic(lambda: compile_box(one.box, self._around(required)))
        return decided(
            one.name,
            self._reference(one.id or f" {one.name}"),
            required,
            typed(logic, self.types.named(one.type_name, (one.name,))),
            self._any_fact,
        )

    def _logic(self, make: Callable[[], Closure]) -> Closure:
        try:
            return make()
        except DrawingProblem as problem:
            self.problems.append(problem)
            return lambda scope: None

    def _knowledge(self, one: drawn.Knowledge) -> Getter:
        required = self._required(one.needs, one.name)
        around = self._around(required)
        function = one.function
        if function is None:
            self.problems.append(DrawingProblem("no_logic", where=(one.name,), name=one.name))
            return lambda run: None
        declared = self.types.named(one.type_name, (one.name,))
        result = declared.result if isinstance(declared, FunctionType) else declared
        make = self._logic(lambda: compile_function(function, around, result))
        return defined(self._reference(one.id or f" {one.name}"), required, make)

    def _service(self, one: drawn.Service) -> Getter:
        inputs = self._required([*one.inputs, *one.input_decisions], one.name)
        outputs = self._required(one.outputs, one.name)
        declared = self.types.named(one.type_name, (one.name,))
        function = ServiceFunction(
            one,
            tuple(element.name for _, element in inputs),
            tuple(self._type_of(reference) for reference in [*one.inputs, *one.input_decisions]),
            [(element.name, element.get) for _, element in outputs],
            declared.result if isinstance(declared, FunctionType) else declared,
        )
        return lambda run: function

    def _type_of(self, reference: str) -> Type | None:
        named = {one.id: (one.type_name, one.name) for one in self.drawing.inputs}
        named.update((one.id, (one.type_name, one.name)) for one in self.drawing.decisions)
        type_name, name = named.get(reference.rpartition("#")[2], ("", ""))
        return self.types.named(type_name, (name,))


def _in_circles(drawing: Drawing) -> list[str]:
    """Names of the decisions that require themselves, directly or through others."""
    needs = {f"{drawing.namespace}#{one.id}": set(one.needs) for one in drawing.decisions if one.id}
    needs = {reference: required & needs.keys() for reference, required in needs.items()}
    needed_by: dict[str, set[str]] = {reference: set() for reference in needs}
    for reference, required in needs.items():
        for one in required:
            needed_by[one].add(reference)
    left = _peeled(needed_by, _peeled(needs, set(needs), needed_by), needs)
    return [one.name for one in drawing.decisions if f"{drawing.namespace}#{one.id}" in left]


def _peeled(edges: dict[str, set[str]], among: set[str], back: dict[str, set[str]]) -> set[str]:
    """What is left when everything without an edge to something else that is left has been taken away."""
    left = set(among)
    counts = {one: len(edges[one] & left) for one in left}
    free = [one for one, count in counts.items() if not count]
    while free:
        one = free.pop()
        left.discard(one)
        for other in back[one] & left:
            counts[other] -= 1
            if not counts[other]:
                free.append(other)
    return left


def _parts(drawing: Drawing) -> Iterator[str]:
    """All names that may follow a dot: components of types, entries of contexts, columns, elements."""
    waiting = list(drawing.types)
    while waiting:
        definition = waiting.pop()
        yield from (one.name for one in definition.components)
        waiting.extend(definition.components)
    for elements in (drawing.inputs, drawing.decisions, drawing.knowledge, drawing.services):
        yield from (element.name for element in elements)
    boxes: list[Any] = [one.box for one in drawing.decisions] + [one.function for one in drawing.knowledge]
    while boxes:
        box = boxes.pop()
        if isinstance(box, drawn.Context):
            yield from (entry.name for entry in box.entries if entry.name)
            boxes += [entry.value for entry in box.entries]
        elif isinstance(box, drawn.Relation):
            yield from box.columns
        elif isinstance(box, drawn.Table):
            yield from (column.name for column in box.outputs if column.name)
        elif isinstance(box, drawn.FunctionBox):
            boxes.append(box.body)


def compile_drawing(drawing: Drawing, imported: Mapping[str, Model] | None = None) -> Model:
    """Compile a drawing. imported: models by namespace. Problems are collected, not raised; see Model.problems."""
    return Model(drawing, imported or {})
