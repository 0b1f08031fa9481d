"""Decision services: some decisions of a drawing, offered as one function (chapter 6.3.10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sira.decisions.dmn.drawing import Service
from sira.decisions.dmn.evaluation import Evaluation
from sira.decisions.feel.functions import Function, WrongArguments
from sira.decisions.feel.limits import Run
from sira.decisions.feel.types import ANY, FunctionType, Type, coerce


class ServiceFunction(Function):
    """Its parameters are its inputs, then its input decisions; inside, nothing else of the outer world is known."""

    def __init__(
        self,
        service: Service,
        parameters: tuple[str, ...],
        types: tuple[Type | None, ...],
        outputs: list[tuple[str, Callable[[Evaluation], Any]]],
        result: Type | None,
    ) -> None:
        self.name, self.parameters = service.name, parameters
        self._service, self._types, self._outputs, self._result = service, types, outputs, result
        self.signature = FunctionType(tuple(one or ANY for one in types), result or ANY)

    def call(self, run: Run, arguments: list[Any]) -> Any:
        if len(arguments) != len(self.parameters) or not isinstance(run, Evaluation):
            raise WrongArguments
        values = [
            value if wanted is None or value is None else coerce(value, wanted)
            for value, wanted in zip(arguments, self._types, strict=True)
        ]
        if any(value is None and given is not None for value, given in zip(values, arguments, strict=True)):
            raise WrongArguments
        result = self._decide(run, values)
        return result if self._result is None or result is None else coerce(result, self._result)

    def _decide(self, run: Evaluation, values: list[Any]) -> Any:
        """Make the output decisions in a world of their own."""
        inputs = len(self._service.inputs)
        outer = run.facts, run.replaced, run.made, run.making
        run.facts = dict(zip(self.parameters[:inputs], values[:inputs], strict=True))
        run.replaced = dict(zip(self._service.input_decisions, values[inputs:], strict=True))
        run.made, run.making = {}, set()
        try:
            results = {name: get(run) for name, get in self._outputs}
        finally:
            run.facts, run.replaced, run.made, run.making = outer
        return next(iter(results.values())) if len(results) == 1 else results
