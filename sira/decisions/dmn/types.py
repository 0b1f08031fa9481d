"""Item definitions -> types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sira.decisions.dmn.drawing import Drawing, ItemDefinition
from sira.decisions.dmn.problems import DrawingProblem
from sira.decisions.feel.expressions import compile_unary, parser_for
from sira.decisions.feel.limits import Run
from sira.decisions.feel.problems import FeelProblem
from sira.decisions.feel.scope import Scope
from sira.decisions.feel.types import (
    ANY,
    BUILT_IN,
    NUMBER,
    ContextType,
    FunctionType,
    ListType,
    Restricted,
    Type,
    UnknownType,
    resolve,
)  # fmt: skip

#: Kinds of number that other editors offer beside DMN's own types.
_OTHER_EDITORS = ("integer", "long", "double")


class TypeTable(Mapping[str, Type]):
    """All types a drawing defines or imports, by name; made when first asked for, since they come in any order.

    problems: collects what is wrong with them; a type that cannot be made is Any.
    """

    def __init__(self, drawing: Drawing, imported: Mapping[str, TypeTable], problems: list[DrawingProblem]) -> None:
        self._defined = {definition.name: definition for definition in drawing.types}
        self._imported, self._problems = imported, problems
        self._made: dict[str, Type] = {}
        self._names = frozenset(self._defined) | {
            f"{prefix}.{name}" for prefix, table in imported.items() for name in table
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __getitem__(self, name: str) -> Type:
        if name in self._made:
            return self._made[name]
        if name in self._defined:
            self._made[name] = ANY  # what a type that is defined by itself finds
            self._made[name] = self._make(self._defined[name])
            return self._made[name]
        prefix, _, rest = name.partition(".")
        if prefix in self._imported:
            return self._imported[prefix][rest]
        raise KeyError(name)

    def named(self, name: str, where: tuple[str, ...]) -> Type | None:
        """The type a typeRef names; None if none is stated or it is Any."""
        if not name:
            return None
        found = self._named(name, where)
        return None if found is ANY else found

    def _named(self, name: str, where: tuple[str, ...]) -> Type:
        if name in self:
            return self[name]
        if name in _OTHER_EDITORS:
            return NUMBER
        if name in BUILT_IN:
            return BUILT_IN[name]
        try:
            parser = parser_for(name, (), (), self)
            return resolve(parser.types.read(), self)
        except (FeelProblem, UnknownType):
            self._problems.append(DrawingProblem("unknown_type", where=where, name=name))
            return ANY

    def _make(self, definition: ItemDefinition) -> Type:
        where = (definition.name,)
        if definition.function is not None:
            parameters, result = definition.function
            made: Type = FunctionType(
                tuple(self._named(name or "Any", where) for name in parameters), self._named(result or "Any", where)
            )
        elif definition.components:
            made = ContextType(tuple((one.name, self._make(one)) for one in definition.components))
        else:
            made = self._named(definition.type_name or "Any", where)
        if definition.allowed is not None:
            made = self._restricted(made, definition)
        return ListType(made) if definition.is_list else made

    def _restricted(self, base: Type, definition: ItemDefinition) -> Type:
        assert definition.allowed is not None
        try:
            tests = compile_unary(definition.allowed.text)
        except FeelProblem as problem:
            self._problems.append(DrawingProblem("feel", where=definition.allowed.where, cause=problem))
            return base
        return Restricted(base, lambda value: tests.holds_in(Scope({"?": value}, Run()), value))
