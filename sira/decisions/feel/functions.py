"""What can be called: built-ins, functions written in FEEL, business knowledge models, decision services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sira.decisions.feel.limits import Run


class WrongArguments(Exception):
    """A function was called with arguments it does not take; the call's value is null."""


class Function:
    """Base of all functions.

    name: for notes and traces.  parameters: names in order.  signature: a `types.FunctionType`, if it is known.
    """

    name = "function"
    parameters: tuple[str, ...] = ()
    signature: Any = None

    def call(self, run: Run, arguments: list[Any]) -> Any:
        """The value for these arguments in order. Raises WrongArguments."""
        raise NotImplementedError

    def call_named(self, run: Run, arguments: dict[str, Any]) -> Any:
        """The value for these arguments by name. Raises WrongArguments."""
        if set(arguments) != set(self.parameters):
            raise WrongArguments
        return self.call(run, [arguments[name] for name in self.parameters])
