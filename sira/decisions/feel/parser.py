"""Tokens -> nodes. Follows the grammar of DMN 1.5, chapter 10.3.1, by precedence climbing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final, NoReturn, TypeVar

from sira.decisions.feel import literals, nodes
from sira.decisions.feel.lexer import Kind, Token, tokens
from sira.decisions.feel.limits import MAX_NESTING
from sira.decisions.feel.names import Names, plain
from sira.decisions.feel.numbers import ARITHMETIC_ERRORS
from sira.decisions.feel.problems import FeelProblem
from sira.decisions.feel.typewords import BUILT_IN_TYPES, TypeWords

KEYWORDS: Final = frozenset(
    "for return if then else some every satisfies in and or between instance of function external true false null".split()
)
COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")
#: How tightly operators bind, loosest first.
_LEVEL: Final = {
    "or": 1, "and": 2, **dict.fromkeys((*COMPARISONS, "between", "in"), 3), "+": 4, "-": 4, "*": 5, "/": 5, "**": 6,
}  # fmt: skip
#: Names of parts of values that hold a space; see table 53 of the specification and ranges in 10.3.2.7.
PART_NAMES: Final = ("time offset", "start included", "end included")
_ENDS_A_RANGE: Final = (".", ")", "]", ",", "}", "=", "<", ">", "<=", ">=", "!=", ":", "")

T = TypeVar("T")


class Parser:
    """Reads one source text.

    names: what is in scope.  parts: names that may follow a dot or stand in a filter (components of known types).
    """

    def __init__(self, source: str, names: Names, parts: Names | None = None, types: Names | None = None) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.next = 0
        self.names = names
        self.parts = Names(PART_NAMES, parts)
        self.types = TypeWords(self, types or BUILT_IN_TYPES)
        self.depth = 0
        self.in_bound = False

    # -- ways in ---------------------------------------------------------------------------------------------------

    def expression_only(self) -> nodes.Node:
        """The whole source as one expression."""
        return self._whole(self.expression)

    def tests_only(self) -> nodes.Tests:
        """The whole source as unary tests: what stands in an input cell of a table."""
        return self._whole(self._unary_tests)

    def _whole(self, read: Callable[[], T]) -> T:
        try:
            node = read()
            if self.token.kind is not Kind.END:
                self.refuse("the end of the expression")
            return node
        except RecursionError:
            raise FeelProblem("too_deep", position=self.token.start, source=self.source) from None

    # -- tokens ----------------------------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.next + ahead, len(self.tokens) - 1)]

    def sees(self, *texts: str) -> bool:
        """Is the current token one of these signs or words?"""
        token = self.token
        return token.text in texts and token.kind in (Kind.SIGN, Kind.WORD)

    def take(self, *texts: str) -> bool:
        if not self.sees(*texts):
            return False
        self.next += 1
        return True

    def need(self, text: str) -> None:
        if not self.take(text):
            self.refuse(f"“{text}”")

    def refuse(self, wanted: str) -> NoReturn:
        token = self.token
        if token.kind is Kind.END:
            raise FeelProblem("unexpected_end", position=token.start, source=self.source, wanted=wanted)
        found = self.source[token.start : token.end]
        raise FeelProblem("unexpected", position=token.start, source=self.source, found=found, wanted=wanted)

    # -- operators, loosest first ----------------------------------------------------------------------------------

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

    def _sum(self) -> nodes.Node:
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
            return nodes.In(token.start, left, self._in_tests())
        right = self._sum()
        if token.text != "between":
            return nodes.Comparison(token.start, token.text, left, right)
        self.need("and")
        return nodes.Between(token.start, left, right, self._sum())

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
        node = self._postfix()
        while self.sees("instance") and self.peek().text == "of":
            self.next += 2
            node = nodes.InstanceOf(at, node, self.types.read())
        for _ in range(count):
            node = nodes.Negation(at, node)
        return node

    # -- paths, filters, calls -------------------------------------------------------------------------------------

    def _postfix(self) -> nodes.Node:
        node = self._primary()
        links = 0
        while True:
            at = self.token.start
            if self.sees("."):
                self.next += 1
                node = nodes.Path(at, node, self._part_name())
            elif self.sees("[") and not (self.in_bound and self._range_ends_here()):
                self.next += 1
                condition = self._within(self.parts, self.expression)
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
        return after.kind is Kind.END or (
            after.kind in (Kind.SIGN, Kind.WORD) and after.text in (*_ENDS_A_RANGE, *KEYWORDS - {"null", "true", "false"})
        )

    def _call(self, function: nodes.Node, at: int) -> nodes.Node:
        self.need("(")
        if self.take(")"):
            return nodes.Call(at, function, (), None)
        if self._name_before_colon():
            named = self._separated(self._named_argument, ")")
            return nodes.Call(at, function, (), tuple(named))
        return nodes.Call(at, function, tuple(self._separated(self.expression, ")")), None)

    def _named_argument(self) -> tuple[str, nodes.Node]:
        name = self._words_until(":")
        self.need(":")
        return name, self.expression()

    def _name_before_colon(self) -> bool:
        """Do words and signs lead straight to a colon, as in `f(start position: 1)`?"""
        for ahead in range(self.next, len(self.tokens)):
            token = self.tokens[ahead]
            if token.text == ":" and token.kind is Kind.SIGN:
                return ahead > self.next
            if token.kind in (Kind.TEXT, Kind.AT, Kind.END) or token.text in "()[]{},":
                return False
        return False

    def _separated(self, read: Callable[[], T], closing: str) -> list[T]:
        found = [read()]
        while self.take(","):
            found.append(read())
        self.need(closing)
        return found

    def _within(self, names: Names | Iterable[str], read: Callable[[], T]) -> T:
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
        words = []
        while self.token.kind is Kind.WORD and (self.token.text not in KEYWORDS or not words):
            words.append(self.token.text)
            self.next += 1
            if self.token.kind is Kind.NUMBER and self.token.text.isdigit():
                words.append(self.token.text)
                self.next += 1
        if not words:
            self.refuse("a name")
        return " ".join(words)

    def _words_until(self, *ends: str) -> str:
        """A name being given: everything up to one of the ends, as it was written."""
        first = self.token
        while not self.sees(*ends):
            if self.token.kind in (Kind.END, Kind.TEXT, Kind.AT) or self.token.text in "()[]{},":
                self.refuse(f"“{ends[0]}”" if self.next and self.token is not first else "a name")
            self.next += 1
        if self.token is first:
            self.refuse("a name")
        return plain(self.source[first.start : self.tokens[self.next - 1].end])

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
        if known := self.names.longest(self.tokens, self.next):
            # A keyword is a name only as part of a longer one (`date and time`), or for a given scope (`in`)
            if not (known[1] == 1 and token.text in KEYWORDS):
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
        read = {
            "if": self._if, "for": self._for, "some": self._quantified, "every": self._quantified,
            "function": self._function,
        }.get(token.text)  # fmt: skip
        if read:
            self.next += 1
            return read(token)
        if token.kind is Kind.END or token.text in KEYWORDS:
            self.refuse("a value")
        return nodes.Name(token.start, self._known_or_words(Names()))

    def _parenthesis(self) -> nodes.Node:
        at = self.token.start
        self.need("(")
        if self.sees(*COMPARISONS):
            node: nodes.Node = self._one_sided()
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
            high = self._sum()
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
            return nodes.ContextOf(at, tuple(self._separated(self._entry, "}")))
        finally:
            self.names = outer

    def _entry(self) -> tuple[str, nodes.Node]:
        if self.token.kind is Kind.TEXT:
            key = self.token.text
            self.next += 1
        else:
            key = self._words_until(":")
        self.need(":")
        self.parts.add(key)
        value = self.expression()
        self.names.add(key)  # later entries may use it
        return key, value

    # -- expressions that begin with a keyword ---------------------------------------------------------------------

    def _if(self, token: Token) -> nodes.Node:
        condition = self.expression()
        self.need("then")
        then = self.expression()
        self.need("else")
        return nodes.If(token.start, condition, then, self.expression())

    def _for(self, token: Token) -> nodes.Node:
        rounds, names = self._rounds("return")
        return nodes.For(token.start, rounds, self._within([*names, "partial"], self.expression))

    def _quantified(self, token: Token) -> nodes.Node:
        rounds, names = self._rounds("satisfies")
        return nodes.Quantified(token.start, token.text == "every", rounds, self._within(names, self.expression))

    def _rounds(self, ending: str) -> tuple[tuple[nodes.Round, ...], list[str]]:
        rounds: list[nodes.Round] = []
        names: list[str] = []
        while True:
            at = self.token.start
            name = self._words_until("in")
            self.need("in")
            source = self._within(list(names), self.expression)
            upto = self._within(list(names), self.expression) if self.take("..") else None
            rounds.append(nodes.Round(at, name, source, upto))
            names.append(name)
            if not self.take(","):
                self.need(ending)
                return tuple(rounds), names

    def _function(self, token: Token) -> nodes.Node:
        self.need("(")
        parameters = [] if self.take(")") else self._separated(self._parameter, ")")
        if self.take("external"):
            self.expression()
            return nodes.FunctionOf(token.start, tuple(parameters), None)
        body = self._within([parameter.name for parameter in parameters], self.expression)
        return nodes.FunctionOf(token.start, tuple(parameters), body)

    def _parameter(self) -> nodes.Parameter:
        if self._name_before_colon():
            name = self._words_until(":")
            self.need(":")
            return nodes.Parameter(name, self.types.read())
        first = self.token
        while self.token.kind is not Kind.END and not self.sees(",", ")", ":"):
            self.next += 1
        if self.token is first:
            self.refuse("the name of a parameter")
        return nodes.Parameter(plain(self.source[first.start : self.tokens[self.next - 1].end]), None)

    # -- tests -----------------------------------------------------------------------------------------------------

    def _unary_tests(self) -> nodes.Tests:
        at = self.token.start
        if self.token.kind is Kind.END:
            return nodes.Tests(at, (), negated=False)
        if self.sees("-") and self.peek().kind is Kind.END:
            self.next += 1
            return nodes.Tests(at, (), negated=False)
        if self.sees("not") and self.peek().text == "(":
            start = self.next
            self.next += 2
            tests = self._separated(self._test, ")")
            if self.token.kind is Kind.END:
                return nodes.Tests(at, tuple(tests), negated=True)
            self.next = start  # `not(a) and b` is one expression
        found = [self._test()]
        while self.take(","):
            found.append(self._test())
        return nodes.Tests(at, tuple(found), negated=False)

    def _test(self) -> nodes.Node:
        return self._one_sided() if self.sees(*COMPARISONS) else self.expression()

    def _one_sided(self) -> nodes.Node:
        token = self.token
        self.next += 1
        return nodes.OneSided(token.start, token.text, self._sum())

    def _in_tests(self) -> tuple[nodes.Node, ...]:
        """What follows `in`: one test, or several in brackets."""
        if self.sees(*COMPARISONS):
            return (self._one_sided(),)
        if not self.sees("("):
            return (self._sum(),)
        start = self.next
        self.next += 1
        first = self._test()
        if self.sees(".."):
            self.next = start
            return (self._sum(),)
        tests = [first]
        while self.take(","):
            tests.append(self._test())
        self.need(")")
        if len(tests) == 1 and self.sees(".", "[", "(", "+", "-", "*", "/", "**"):
            self.next = start
            return (self._sum(),)
        return tuple(tests)
