"""Source text -> nodes: the way into the parser, and what begins with a keyword or stands in a table's cell.

Follows the grammar of DMN 1.5, chapter 10.3.1. `Operators` reads `a + b`, `Operands` the `a` and the `b`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sira.decisions.feel import nodes
from sira.decisions.feel.lexer import Kind, Token
from sira.decisions.feel.names import Names, plain
from sira.decisions.feel.operands import Operands
from sira.decisions.feel.operators import COMPARISONS
from sira.decisions.feel.problems import FeelProblem
from sira.decisions.feel.typewords import BUILT_IN_TYPES

T = TypeVar("T")


class Parser(Operands):
    """Reads one source text.

    names: what is in scope.  parts: names that may follow a dot or stand in a filter (components of known types).
    """

    def __init__(self, source: str, names: Names, parts: Names | None = None, types: Names | None = None) -> None:
        super().__init__(source, names, parts, types or BUILT_IN_TYPES)

    def expression_only(self) -> nodes.Node:
        """The whole source as one expression."""
        return self._whole(self.expression)

    def tests_only(self) -> nodes.Tests:
        """The whole source as unary tests: what stands in an input cell of a table."""
        return self._whole(self._unary_tests)

    def _whole(self, read: Callable[[], T]) -> T:
        try:
            node = read()
            if not self.at_end():
                self.refuse("the end of the expression")
            return node
        except RecursionError:
            raise FeelProblem("too_deep", position=self.token.start, source=self.source) from None

    # -- expressions that begin with a keyword ---------------------------------------------------------------------

    def construct(self, token: Token) -> nodes.Node | None:
        read = {
            "if": self._if,
            "for": self._for,
            "some": self._quantified,
            "every": self._quantified,
            "function": self._function,
        }.get(token.text)
        if read is None:
            return None
        self.next += 1
        return read(token)

    def _if(self, token: Token) -> nodes.Node:
        condition = self.expression()
        self.need("then")
        then = self.expression()
        self.need("else")
        return nodes.If(token.start, condition, then, self.expression())

    def _for(self, token: Token) -> nodes.Node:
        rounds, names = self._rounds("return")
        return nodes.For(token.start, rounds, self.within([*names, "partial"], self.expression))

    def _quantified(self, token: Token) -> nodes.Node:
        rounds, names = self._rounds("satisfies")
        return nodes.Quantified(token.start, token.text == "every", rounds, self.within(names, self.expression))

    def _rounds(self, ending: str) -> tuple[tuple[nodes.Round, ...], list[str]]:
        rounds: list[nodes.Round] = []
        names: list[str] = []
        while True:
            at = self.token.start
            name = self.words_until("in")
            self.need("in")
            source = self.within(list(names), self.expression)
            upto = self.within(list(names), self.expression) if self.take("..") else None
            rounds.append(nodes.Round(at, name, source, upto))
            names.append(name)
            if not self.take(","):
                self.need(ending)
                return tuple(rounds), names

    def _function(self, token: Token) -> nodes.Node:
        self.need("(")
        parameters = [] if self.take(")") else self.separated(self._parameter, ")")
        if self.take("external"):
            self.expression()
            return nodes.FunctionOf(token.start, tuple(parameters), None)
        body = self.within([parameter.name for parameter in parameters], self.expression)
        return nodes.FunctionOf(token.start, tuple(parameters), body)

    def _parameter(self) -> nodes.Parameter:
        if self.name_before_colon():
            name = self.words_until(":")
            self.need(":")
            return nodes.Parameter(name, self.types.read())
        first = self.token
        while not self.sees(",", ")", ":") and self.next < len(self.tokens) - 1:
            self.next += 1
        if self.token is first:
            self.refuse("the name of a parameter")
        return nodes.Parameter(plain(self.source[first.start : self.tokens[self.next - 1].end]), None)

    # -- tests -----------------------------------------------------------------------------------------------------

    def _unary_tests(self) -> nodes.Tests:
        at = self.token.start
        if self.at_end():
            return nodes.Tests(at, (), negated=False)
        if self.sees("-") and self.peek().kind is Kind.END:
            self.next += 1
            return nodes.Tests(at, (), negated=False)
        if self.sees("not") and self.peek().text == "(":
            start = self.next
            self.next += 2
            tests = self.separated(self._test, ")")
            if self.at_end():
                return nodes.Tests(at, tuple(tests), negated=True)
            self.next = start  # `not(a) and b` is one expression
        found = [self._test()]
        while self.take(","):
            found.append(self._test())
        return nodes.Tests(at, tuple(found), negated=False)

    def _test(self) -> nodes.Node:
        return self.one_sided() if self.sees(*COMPARISONS) else self.expression()

    def one_sided(self) -> nodes.Node:
        token = self.token
        self.next += 1
        return nodes.OneSided(token.start, token.text, self.sum())

    def in_tests(self) -> tuple[nodes.Node, ...]:
        """What follows `in`: one test, or several in brackets."""
        if self.sees(*COMPARISONS):
            return (self.one_sided(),)
        if not self.sees("("):
            return (self.sum(),)
        start = self.next
        self.next += 1
        first = self._test()
        if self.sees(".."):
            self.next = start
            return (self.sum(),)
        tests = [first]
        while self.take(","):
            tests.append(self._test())
        self.need(")")
        if len(tests) == 1 and self.sees(".", "[", "(", "+", "-", "*", "/", "**"):
            self.next = start
            return (self.sum(),)
        return tuple(tests)
