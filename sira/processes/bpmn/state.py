"""Where an instance stands: a small value that is read from JSON, advanced and written back."""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ROOT = "0"
Json = dict[str, Any]


@dataclass(slots=True)
class State:
    """Tokens are numbered; numbers are text because JSON's keys are.

    tokens: number -> [node, scope].
    joins: scope -> join -> flow -> how many came by it.
    scopes: number of the token that opened it -> {in, at, variables, loop, undo, done}; "0" is the whole process.
      in: the scope around.  at: the node, if tokens move inside.  loop: the items of a repeated activity.
      done: what has been done here and can be taken back, [node, ...].  undo: what is being taken back.
    waits: number -> element -> [kind, ...]; kind is task, service, timer, message, signal, condition, call, incident.
      A timer's second place says how often it repeats, a condition's whether it held the last time. A service has how
      often it was tried, and the name of the stay where its answer comes later.
    """

    tokens: dict[str, list[str]] = field(default_factory=dict)
    joins: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    scopes: dict[str, Json] = field(default_factory=dict)
    waits: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    variables: Json = field(default_factory=dict)
    next: int = 1

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "State":
        """An own copy: nothing that happens to it reaches what was stored."""
        return cls(
            tokens={key: list(token) for key, token in stored.get("tokens", {}).items()},
            joins={
                scope: {join: dict(flows) for join, flows in joins.items()}
                for scope, joins in stored.get("joins", {}).items()
            },
            scopes={key: _copied(scope) for key, scope in stored.get("scopes", {}).items()},
            waits={
                key: {element: list(wait) for element, wait in waits.items()}
                for key, waits in stored.get("waits", {}).items()
            },
            variables=dict(stored.get("variables", {})),
            next=stored.get("next", 1),
        )

    def stored(self) -> Json:
        """As JSON; what is empty is left out."""
        parts = {
            "tokens": self.tokens,
            "joins": self.joins,
            "scopes": self.scopes,
            "waits": self.waits,
            "variables": self.variables,
        }
        return {name: part for name, part in parts.items() if part} | ({"next": self.next} if self.tokens else {})

    def copy(self) -> "State":
        return self.read(self.stored() | {"next": self.next})

    def scopes_around(self, scope: str) -> Iterator[str]:
        """This scope and those around it, the innermost first, without the whole process."""
        while scope != ROOT:
            yield scope
            scope = self.scopes[scope]["in"]

    def visible(self, scope: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """What an expression in that scope may speak of; variables hide facts of the same name."""
        inner = [self.scopes[key]["variables"] for key in self.scopes_around(scope) if "variables" in self.scopes[key]]
        return ChainMap(*inner, self.variables, facts)  # type: ignore[arg-type]

    def scope_of(self, token: str) -> str:
        """The token's own scope if it has one, else the one it moves in."""
        return token if token in self.scopes else self.tokens[token][1]

    def set(self, scope: str, name: str, value: Any) -> None:
        """Where a variable of that name is, the innermost first; else in the whole process."""
        for key in self.scopes_around(scope):
            if name in self.scopes[key].get("variables", ()):
                self.scopes[key]["variables"][name] = value
                return
        self.variables[name] = value


def _copied(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _copied(each) for key, each in part.items()}
    if isinstance(part, list):
        return [_copied(each) for each in part]
    return part
