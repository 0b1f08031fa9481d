"""Calls: what is called, with which arguments, and functions that are written in FEEL."""

from __future__ import annotations

from typing import Any

from sira.decisions.feel.builtins import BUILT_IN
from sira.decisions.feel.functions import Function, WrongArguments
from sira.decisions.feel.limits import Run
from sira.decisions.feel.scope import Closure, Scope
from sira.decisions.feel.types import Type, coerce


def calling(
    function: Closure, positional: list[Closure], named: list[tuple[str, Closure]] | None, said: str, at: int
) -> Closure:
    """said: how the text names the function.  at: where it calls it."""
    # A field may have the name of a built-in function: what is called can only be the function.
    built_in = BUILT_IN.get(said)

    def call(scope: Scope) -> Any:
        called, run = function(scope), scope.run
        if not isinstance(called, Function):
            called = built_in
        if not isinstance(called, Function):
            run.note("unknown_function", at, name=said)
            return None
        run.enter()
        try:
            if named is None:
                return called.call(run, [argument(scope) for argument in positional])
            if len({name for name, _ in named}) != len(named):
                raise WrongArguments
            return called.call_named(run, {name: value(scope) for name, value in named})
        except WrongArguments:
            run.note("wrong_arguments", at, name=said)
            return None
        finally:
            run.leave()

    return call


class Written(Function):
    """A function written in FEEL, with the scope it was written in."""

    def __init__(
        self,
        parameters: tuple[str, ...],
        types: tuple[Type | None, ...],
        body: Closure | None,
        scope: Scope,
        signature: Any,
    ) -> None:
        self.parameters, self._types, self._body, self._scope = parameters, types, body, scope
        self.signature = signature

    def call(self, run: Run, arguments: list[Any]) -> Any:
        if len(arguments) != len(self.parameters) or self._body is None:
            raise WrongArguments
        values = {}
        for name, wanted, value in zip(self.parameters, self._types, arguments, strict=True):
            values[name] = value if wanted is None else coerce(value, wanted)
            if values[name] is None and value is not None:
                raise WrongArguments
        return self._body(self._scope.called_by(run).within(values))
