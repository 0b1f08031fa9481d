"""Reads the name of a type: `list<number>`, `context<a: string>`, `function<number>->date and time`, `tCustomer`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sira.decisions.feel.lexer import Kind
from sira.decisions.feel.names import Names
from sira.decisions.feel.nodes import TypeName

if TYPE_CHECKING:
    from sira.decisions.feel.cursor import Cursor

BUILT_IN: Final = (
    "Any", "Null", "number", "string", "boolean", "date", "time", "date and time", "dateTime",
    "days and time duration", "dayTimeDuration", "years and months duration", "yearMonthDuration",
)  # fmt: skip
BUILT_IN_TYPES: Final = Names(BUILT_IN)
_GENERIC: Final = ("list", "range", "context", "function")


class TypeWords:
    """The part of the parser that knows types. known: names of all types in scope."""

    def __init__(self, parser: Cursor, known: Names) -> None:
        self._parser = parser
        self._known = known

    def read(self) -> TypeName:
        parser = self._parser
        word = parser.token.text
        if word in _GENERIC and parser.peek().text == "<":
            parser.next += 2
            return getattr(self, f"_{word}")()
        return TypeName(self._name())

    def _list(self) -> TypeName:
        return self._of_one("list")

    def _range(self) -> TypeName:
        return self._of_one("range")

    def _of_one(self, word: str) -> TypeName:
        argument = self.read()
        self._close()
        return TypeName(word, (argument,))

    def _context(self) -> TypeName:
        members = []
        while not self._closes():
            name = self._parser.words_until(":")
            self._parser.need(":")
            members.append((name, self.read()))
            if not self._parser.take(","):
                break
        self._close()
        return TypeName("context", members=tuple(members))

    def _function(self) -> TypeName:
        parameters = []
        while not self._closes():
            parameters.append(self.read())
            if not self._parser.take(","):
                break
        self._close()
        self._parser.need("->")
        return TypeName("function", tuple(parameters), result=self.read())

    def _closes(self) -> bool:
        return self._parser.sees(">")

    def _close(self) -> None:
        self._parser.need(">")

    def _name(self) -> str:
        parser = self._parser
        if best := self._known.longest(parser.tokens, parser.next):
            parser.next += best[1]
            name = best[0]
        elif parser.token.kind is Kind.WORD:
            name = parser.token.text
            parser.next += 1
        else:
            parser.refuse("the name of a type")
        while parser.sees(".") and parser.peek().kind is Kind.WORD:  # of an imported model: `other.tType`
            parser.next += 1
            name = f"{name}.{self._name()}"
        return name
