"""What the parser makes of an expression. Every node knows `at`, its offset in the source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    at: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: object  # a FEEL value: Decimal, str, bool, None or something temporal


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Operators of one level, from left to right: `a + b - c`. Kept flat, so that long sums are not deep."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """`and` / `or` of two or more parts."""

    operator: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    operator: str  # = != < <= > >=
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in (tests)`."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class OneSided(Node):
    """`< 5` and its kin, where a test is expected: everything below five."""

    operator: str
    bound: Node


@dataclass(frozen=True, slots=True)
class Interval(Node):
    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Round(Node):
    """One `name in ...` of a for, some or every. upto is set for `name in 1..5`."""

    name: str
    source: Node
    upto: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    rounds: tuple[Round, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    every: bool
    rounds: tuple[Round, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: TypeName | None


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    """body is None for an external function, which has no access to anything here."""

    parameters: tuple[Parameter, ...]
    body: Node | None


@dataclass(frozen=True, slots=True)
class Path(Node):
    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    base: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: Node
    positional: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...] | None


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: TypeName


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type as written. arguments: element, members or parameters and result, by kind of type."""

    name: str
    arguments: tuple[TypeName, ...] = ()
    members: tuple[tuple[str, TypeName], ...] = ()
    result: TypeName | None = None


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """The text of a table's cell: any of the tests, or none of them when negated; no tests means anything goes."""

    tests: tuple[Node, ...]
    negated: bool
