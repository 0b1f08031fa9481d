"""Operators and how tightly they bind; the upper part of the grammar of DMN 1.5, chapter 10.3.1."""

from __future__ import annotations

from typing import Final

from sira.decisions.feel import nodes
from sira.decisions.feel.cursor import Cursor
from sira.decisions.feel.lexer import Kind, Token
from sira.decisions.feel.limits import MAX_NESTING
from sira.decisions.feel.names import Names
from sira.decisions.feel.problems import FeelProblem
from sira.decisions.feel.typewords import TypeWords

COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")
#: How tightly operators bind, loosest first.
_LEVEL: Final = {
    "or": 1, "and": 2, **dict.fromkeys((*COMPARISONS, "between", "in"), 3), "+": 4, "-": 4, "*": 5, "/": 5, "**": 6,
}  # fmt: skip


class Operators(Cursor):
    """Reads expressions made of operators; what stands between them is read by `Operands`.

    types: reads the names of types.  in_bound: are we in the end of a range, which `[` may close?
    """

    def __init__(self, source: str, types: Names) -> None:
        super().__init__(source)
        self.types = TypeWords(self, types)
        self.depth = 0
        self.in_bound = False

    def expression(self) -> nodes.Node:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise FeelProblem("too_deep", position=self.token.start, source=self.source)
        bound, self.in_bound = self.in_bound, False
        try:
            return self._operators(_LEVEL["or"])
        finally:
            self.depth -= 1
            self.in_bound = bound

    def sum(self) -> nodes.Node:
        """An expression without comparisons, `and` and `or`: what may be a bound or an operand of them."""
        return self._operators(_LEVEL["+"])

    def _operators(self, loosest: int) -> nodes.Node:
        """Operands joined by operators that bind at least as tightly as the given level.

        One method for all levels, because a method for each would spend Python's stack ten times faster.
        """
        left = self._negation()
        rounds = 0
        while True:
            token = self.token
            level = _LEVEL.get(token.text, 0) if token.kind in (Kind.SIGN, Kind.WORD) else 0
            if not level or level < loosest:
                return left
            if level <= _LEVEL["and"]:
                left = self._junction(left, token, level)
            elif level == _LEVEL["="]:
                left = self._comparison(left, token)
            else:
                left = self._chain(left, token, level)
            rounds += 1
            if rounds > MAX_NESTING:
                raise FeelProblem("too_deep", position=token.start, source=self.source)

    def _junction(self, first: nodes.Node, token: Token, level: int) -> nodes.Node:
        parts = [first]
        while self.take(token.text):
            parts.append(self._operators(level + 1))
        return nodes.Junction(token.start, token.text, tuple(parts))

    def _comparison(self, left: nodes.Node, token: Token) -> nodes.Node:
        self.next += 1
        if token.text == "in":
            return nodes.In(token.start, left, self.in_tests())
        right = self.sum()
        if token.text != "between":
            return nodes.Comparison(token.start, token.text, left, right)
        self.need("and")
        return nodes.Between(token.start, left, right, self.sum())

    def _chain(self, first: nodes.Node, token: Token, level: int) -> nodes.Node:
        rest = []
        while self.token.kind is Kind.SIGN and _LEVEL.get(self.token.text) == level:
            operator = self.token.text
            self.next += 1
            rest.append((operator, self._operators(level + 1)))
        return nodes.Chain(token.start, first, tuple(rest))

    def _negation(self) -> nodes.Node:
        at, count = self.token.start, 0
        while self.take("-"):
            count += 1
        if count > MAX_NESTING:
            raise FeelProblem("too_deep", position=at, source=self.source)
        node = self.postfix()
        while self.sees("instance") and self.peek().text == "of":
            self.next += 2
            node = nodes.InstanceOf(at, node, self.types.read())
        for _ in range(count):
            node = nodes.Negation(at, node)
        return node

    # -- what stands on both sides ---------------------------------------------------------------------------------

    def postfix(self) -> nodes.Node:
        raise NotImplementedError

    def in_tests(self) -> tuple[nodes.Node, ...]:
        raise NotImplementedError
