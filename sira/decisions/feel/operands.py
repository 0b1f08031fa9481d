"""What stands between operators: names, literals, brackets, paths, filters and calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final, TypeVar

from sira.decisions.feel import literals, nodes
from sira.decisions.feel.cursor import KEYWORDS
from sira.decisions.feel.lexer import Kind, Token
from sira.decisions.feel.limits import MAX_NESTING
from sira.decisions.feel.names import Names
from sira.decisions.feel.numbers import ARITHMETIC_ERRORS
from sira.decisions.feel.operators import COMPARISONS, Operators
from sira.decisions.feel.problems import FeelProblem

#: Names of parts of values that hold a space; see table 53 of the specification and ranges in 10.3.2.7.
PART_NAMES: Final = ("time offset", "start included", "end included")
#: What may follow a range that is closed by `[`, and cannot begin the condition of a filter.
_ENDS_A_RANGE: Final = frozenset([".", ")", "]", ",", "}", ":", *COMPARISONS]) | (KEYWORDS - {"null", "true", "false"})
T = TypeVar("T")


class Operands(Operators):
    """names: what is in scope.  parts: names that may follow a dot or stand in a filter."""

    def __init__(self, source: str, names: Names, parts: Names | None, types: Names) -> None:
        super().__init__(source, types)
        self.names = names
        self.parts = Names(PART_NAMES, parts)

    def postfix(self) -> nodes.Node:
        node = self._primary()
        links = 0
        while True:
            at = self.token.start
            if self.sees("."):
                self.next += 1
                node = nodes.Path(at, node, self._part_name())
            elif self.sees("[") and not (self.in_bound and self._range_ends_here()):
                self.next += 1
                condition = self.within(self.parts, self.expression)
                self.need("]")
                node = nodes.Filter(at, node, condition)
            elif self.sees("("):
                node = self._call(node, at)
            else:
                return node
            links += 1
            if links > MAX_NESTING:
                raise FeelProblem("too_deep", position=at, source=self.source)

    def _range_ends_here(self) -> bool:
        """In `]1..10[` the last bracket closes a range; in `]1..list[2]]` it begins a filter."""
        after = self.peek()
        return after.kind is Kind.END or (after.kind in (Kind.SIGN, Kind.WORD) and after.text in _ENDS_A_RANGE)

    def _call(self, function: nodes.Node, at: int) -> nodes.Node:
        self.need("(")
        if self.take(")"):
            return nodes.Call(at, function, (), None)
        if self.name_before_colon():
            named = self.separated(self._named_argument, ")")
            return nodes.Call(at, function, (), tuple(named))
        return nodes.Call(at, function, tuple(self.separated(self.expression, ")")), None)

    def _named_argument(self) -> tuple[str, nodes.Node]:
        name = self.words_until(":")
        self.need(":")
        return name, self.expression()

    def within(self, names: Names | Iterable[str], read: Callable[[], T]) -> T:
        """Read something that may use these names too."""
        outer = self.names
        inner = names if isinstance(names, Names) else Names(names)
        self.names = inner.before(outer)
        try:
            return read()
        finally:
            self.names = outer

    # -- names -----------------------------------------------------------------------------------------------------

    def _part_name(self) -> str:
        return self._known_or_words(self.parts)

    def _known_or_words(self, known: Names) -> str:
        """The longest known name here, else all the words up to the next operator or keyword."""
        if best := known.longest(self.tokens, self.next):
            self.next += best[1]
            return best[0]
        words: list[str] = []
        while self._goes_on(words):
            words.append(self.token.text)
            self.next += 1
        if not words:
            self.refuse("a name")
        return " ".join(words)

    def _goes_on(self, words: list[str]) -> bool:
        """May the current token belong to a name that begins with these words?"""
        token = self.token
        if token.kind is Kind.WORD:
            return not words or token.text not in KEYWORDS
        return token.kind is Kind.NUMBER and bool(words) and token.text.isdigit()

    # -- what stands alone -----------------------------------------------------------------------------------------

    def _primary(self) -> nodes.Node:
        token = self.token
        if token.kind is Kind.NUMBER:
            self.next += 1
            return nodes.Literal(token.start, self._number(token))
        if token.kind is Kind.TEXT:
            self.next += 1
            return nodes.Literal(token.start, token.text)
        if token.kind is Kind.AT:
            self.next += 1
            return self._at_literal(token)
        known = self.names.longest(self.tokens, self.next)
        # A keyword is a name only as part of a longer one, such as `date and time`.
        if known and not (known[1] == 1 and token.text in KEYWORDS):
            self.next += known[1]
            return nodes.Name(token.start, known[0])
        if token.kind is Kind.SIGN:
            return self._bracketed(token)
        return self._keyword_or_name(token)

    def _number(self, token: Token) -> Decimal:
        try:
            return literals.number(token.text)
        except ARITHMETIC_ERRORS:
            raise FeelProblem("bad_number", position=token.start, source=self.source, found=token.text) from None

    def _at_literal(self, token: Token) -> nodes.Node:
        value = literals.at_literal(token.text)
        return nodes.Literal(token.start, value)

    def _bracketed(self, token: Token) -> nodes.Node:
        if token.text == "{":
            return self._context()
        if token.text == "(":
            return self._parenthesis()
        if token.text in ("[", "]"):
            return self._list_or_interval()
        return self.refuse("a value")

    def _keyword_or_name(self, token: Token) -> nodes.Node:
        words = {"true": True, "false": False, "null": None}
        if token.text in words:
            self.next += 1
            return nodes.Literal(token.start, words[token.text])
        if construct := self.construct(token):
            return construct
        if token.kind is Kind.END or token.text in KEYWORDS:
            self.refuse("a value")
        return nodes.Name(token.start, self._known_or_words(Names()))

    def _parenthesis(self) -> nodes.Node:
        at = self.token.start
        self.need("(")
        if self.sees(*COMPARISONS):
            node: nodes.Node = self.one_sided()
            self.need(")")
            return node
        node = self.expression()
        if self.take(".."):
            return self._interval_from(at, node, low_included=False)
        self.need(")")
        return node

    def _list_or_interval(self) -> nodes.Node:
        token = self.token
        self.next += 1
        if token.text == "[" and self.take("]"):
            return nodes.ListOf(token.start, ())
        first = self.expression()
        if self.take(".."):
            return self._interval_from(token.start, first, low_included=token.text == "[")
        if token.text == "]":
            self.refuse("“..”")
        items = [first]
        while self.take(","):
            items.append(self.expression())
        self.need("]")
        return nodes.ListOf(token.start, tuple(items))

    def _interval_from(self, at: int, low: nodes.Node, *, low_included: bool) -> nodes.Node:
        bound, self.in_bound = self.in_bound, True
        try:
            high = self.sum()
        finally:
            self.in_bound = bound
        if not self.sees(")", "]", "["):
            self.refuse("“]” or “)”")
        high_included = self.token.text == "]"
        self.next += 1
        return nodes.Interval(at, low, high, low_included, high_included)

    def _context(self) -> nodes.Node:
        at = self.token.start
        self.need("{")
        if self.take("}"):
            return nodes.ContextOf(at, ())
        outer = self.names
        self.names = outer.within()
        try:
            return nodes.ContextOf(at, tuple(self.separated(self._entry, "}")))
        finally:
            self.names = outer

    def _entry(self) -> tuple[str, nodes.Node]:
        if self.token.kind is Kind.TEXT:
            key = self.token.text
            self.next += 1
        else:
            key = self.words_until(":")
        self.need(":")
        self.parts.add(key)
        value = self.expression()
        self.names.add(key)  # later entries may use it
        return key, value

    # -- expressions that begin with a keyword ---------------------------------------------------------------------

    def construct(self, token: Token) -> nodes.Node | None:
        """The expression that begins with this keyword, if it is one that begins expressions."""
        raise NotImplementedError

    def one_sided(self) -> nodes.Node:
        raise NotImplementedError
