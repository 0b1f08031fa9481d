"""The way in: text -> something that can be evaluated with ordinary Python values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sira.decisions.feel import nodes, signatures
from sira.decisions.feel.builtins import BUILT_IN
from sira.decisions.feel.compiler import Compiler
from sira.decisions.feel.kinds import to_feel, to_python
from sira.decisions.feel.limits import DEFAULT, Limits, Note, Run
from sira.decisions.feel.names import Names
from sira.decisions.feel.parser import Parser
from sira.decisions.feel.problems import FeelProblem
from sira.decisions.feel.scope import Closure, Scope
from sira.decisions.feel.types import Type
from sira.decisions.feel.typewords import BUILT_IN as TYPE_WORDS


class Unknown(NamedTuple):
    """A name that was not announced, and its offset.

    called: as a function. A context holds facts and no functions, so that can never be anything but empty.
    """

    name: str
    at: int
    called: bool


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression.

    reads: names it takes from its context.  unknown: where it uses names that were not announced.
    """

    text: str
    reads: frozenset[str]
    unknown: tuple[Unknown, ...]
    node: nodes.Node = field(repr=False)
    value_in: Closure = field(repr=False)

    def evaluate(
        self,
        context: Mapping[str, Any],
        *,
        limits: Limits = DEFAULT,
        at: datetime | None = None,
        notes: list[Note] | None = None,
    ) -> Any:
        """The value, as ordinary Python.

        at: what now() and today() mean.  notes: is filled with why parts came out empty.
        Raises FeelProblem if a limit is passed.
        """
        run = Run(limits, at)
        value = guarded(lambda scope: to_python(self.value_in(scope)), Scope(_known(context), run))
        if notes is not None:
            notes.extend(run.notes)
        return value


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """A compiled cell of a decision table: `< 5, [10..20]`, `not("a")`, `-`."""

    text: str
    reads: frozenset[str]
    unknown: tuple[Unknown, ...]
    node: nodes.Tests = field(repr=False)
    holds_in: Any = field(repr=False)

    def matches(self, value: Any, context: Mapping[str, Any] | None = None, *, limits: Limits = DEFAULT) -> bool:
        """Is the value among those the tests allow? Raises FeelProblem if a limit is passed."""
        held = to_feel(value)
        scope = Scope({**_known(context or {}), "?": held}, Run(limits))
        return guarded(lambda inner: self.holds_in(inner, held), scope)


def _known(context: Mapping[str, Any]) -> dict[str, Any]:
    return {" ".join(name.split()): to_feel(value) for name, value in context.items()}


def guarded(value_in: Closure, scope: Scope) -> Any:
    """Evaluate, turning an overflow of Python's stack into the problem it is."""
    try:
        return value_in(scope)
    except RecursionError:
        raise FeelProblem("too_deep") from None


def compile_expression(
    text: str, names: Iterable[str] = (), *, parts: Iterable[str] = (), types: Mapping[str, Type] | None = None
) -> Expression:
    """Read and compile an expression. Raises FeelProblem, which says where and what.

    names: what the context will hold.  parts: names of parts of those that hold spaces or signs.
    types: item definitions by name.
    """
    if types:
        return _expression(text, names, parts, types)
    return _remembered_expression(text, frozenset(names), frozenset(parts))


def compile_unary(
    text: str, names: Iterable[str] = (), *, parts: Iterable[str] = (), types: Mapping[str, Type] | None = None
) -> UnaryTests:
    """Read and compile unary tests; the value under test is `?`. Raises FeelProblem."""
    if types:
        return _unary(text, names, parts, types)
    return _remembered_unary(text, frozenset(names), frozenset(parts))


@lru_cache(maxsize=4_096)
def _remembered_expression(text: str, names: frozenset[str], parts: frozenset[str]) -> Expression:
    return _expression(text, names, parts, {})


@lru_cache(maxsize=4_096)
def _remembered_unary(text: str, names: frozenset[str], parts: frozenset[str]) -> UnaryTests:
    return _unary(text, names, parts, {})


def _expression(text: str, names: Iterable[str], parts: Iterable[str], types: Mapping[str, Type]) -> Expression:
    node = parser_for(text, names, parts, types).expression_only()
    reads, unknown = uses(node, names)
    return Expression(text, reads, unknown, node, _compiled(Compiler(types).compile, node, text))


def _unary(text: str, names: Iterable[str], parts: Iterable[str], types: Mapping[str, Type]) -> UnaryTests:
    node = parser_for(text, [*names, "?"], parts, types).tests_only()
    reads, unknown = uses(node, [*names, "?"])
    return UnaryTests(text, reads - {"?"}, unknown, node, _compiled(Compiler(types).tests, node, text))


def parser_for(text: str, names: Iterable[str], parts: Iterable[str], types: Iterable[str]) -> Parser:
    """A parser that knows these names. Raises FeelProblem."""
    known = _scope_of(frozenset(names), len(BUILT_IN))
    return Parser(text, known, _names_of(frozenset(parts)), _names_of(frozenset(types) | frozenset(TYPE_WORDS)))


@lru_cache(maxsize=512)
def _scope_of(names: frozenset[str], built_ins: int) -> Names:
    """These names, in front of those of the built-in functions (counted, because a desk may add some)."""
    return Names(names, _built_ins(built_ins))


@lru_cache(maxsize=4)
def _built_ins(count: int) -> Names:
    return Names(BUILT_IN)


@lru_cache(maxsize=512)
def _names_of(names: frozenset[str]) -> Names:
    return Names(names)


def uses(node: nodes.Node, names: Iterable[str]) -> tuple[frozenset[str], tuple[Unknown, ...]]:
    """(names read from the context, unknown names and where they stand)."""
    known = {" ".join(name.split()) for name in names}
    found = list(signatures.free_names(node))
    unknown = [name for name in found if name.name not in known and name.name not in BUILT_IN]
    called = set(signatures.called(node)) if unknown else set()
    reads = frozenset(name.name for name in found if name.name in known)
    return reads, tuple(Unknown(name.name, name.at, name in called) for name in unknown)


def _compiled(compile_: Any, node: nodes.Node, text: str) -> Any:
    try:
        return compile_(node)
    except RecursionError:
        raise FeelProblem("too_deep", position=0, source=text) from None
