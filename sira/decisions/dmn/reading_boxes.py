"""Boxed expressions of DMN's XML -> boxes of a Drawing: tables, contexts, functions and the like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from xml.etree.ElementTree import Element

from sira.decisions.dmn import drawing as drawn
from sira.decisions.dmn.drawing import Box, Text, Where
from sira.decisions.dmn.elements import Elements
from sira.decisions.dmn.problems import DrawingProblem
from sira.decisions.feel.names import plain

#: Deepest nesting of boxes, and of the parts of a type.
MAX_NESTING: Final = 40
#: Most rows of a table: reading one takes a tenth of a millisecond or more, and somebody waits for the page.
MAX_ROWS: Final = 20_000


class Boxes(Elements):
    def __init__(self, root: Element, dmn: str) -> None:
        super().__init__(root, dmn)
        self.depth = 0

    def box_in(self, element: Element | None, where: Where) -> Box | None:
        """The first boxed expression among the children."""
        for child in element if element is not None else ():
            if self.tag(child) in _BOXES:
                return self.box(child, where)
        return None

    def box(self, element: Element, where: Where) -> Box:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise DrawingProblem("too_deep", where=where)
        try:
            return _BOXES[self.tag(element)](self, element, where)
        finally:
            self.depth -= 1

    def literal(self, element: Element, where: Where) -> Box:
        return drawn.Literal(Text(self.words(element, where), where, self.type_name(element)))

    def table(self, element: Element, where: Where) -> Box:
        inputs = tuple(self.input_column(one, where) for one in self.children(element, "input"))
        outputs = tuple(self.output_column(one, where) for one in self.children(element, "output"))
        if sum(1 for _rule in self.children(element, "rule")) > MAX_ROWS:
            raise DrawingProblem("too_many_rows", where=where, limit=f"{MAX_ROWS:,}")
        labels = [column.label for column in inputs]
        rules = tuple(
            self.rule(one, number, labels, [column.name for column in outputs], where)
            for number, one in enumerate(self.children(element, "rule"), 1)
        )
        policy, aggregation = element.get("hitPolicy", "UNIQUE"), element.get("aggregation", "")
        return drawn.Table(inputs, outputs, rules, policy, aggregation, where, self.type_name(element))

    def input_column(self, element: Element, where: Where) -> drawn.InputColumn:
        expression = self.child(element, "inputExpression")
        text = self.words(expression, (*where, element.get("label", "")))
        label = plain(element.get("label") or text)
        allowed = self.child(element, "inputValues")
        return drawn.InputColumn(
            label,
            Text(text, (*where, label), self.type_name(expression)),
            None if allowed is None or not self.words(allowed) else Text(self.words(allowed), (*where, label)),
        )

    def output_column(self, element: Element, where: Where) -> drawn.OutputColumn:
        name = plain(element.get("name") or "")
        allowed, default = self.child(element, "outputValues"), self.child(element, "defaultOutputEntry")
        here = (*where, name or plain(element.get("label", "")))
        return drawn.OutputColumn(
            name,
            self.type_name(element),
            None if allowed is None or not self.words(allowed) else Text(self.words(allowed), here),
            None if default is None or not self.words(default) else Text(self.words(default), here),
        )

    def rule(self, element: Element, number: int, inputs: list[str], outputs: list[str], where: Where) -> drawn.Rule:
        row = (*where, f"row {number}")
        tests = list(self.children(element, "inputEntry"))
        results = list(self.children(element, "outputEntry"))
        if len(tests) != len(inputs) or len(results) != len(outputs):
            raise DrawingProblem("ragged_row", where=row)
        return drawn.Rule(
            element.get("id", ""),
            tuple(
                Text(self.words(one, (*row, label)), (*row, label)) for one, label in zip(tests, inputs, strict=True)
            ),
            tuple(
                Text(self.words(one, (*row, label)), (*row, label)) for one, label in zip(results, outputs, strict=True)
            ),
            tuple(self.text(one) for one in self.children(element, "annotationEntry")),
        )

    def context(self, element: Element, where: Where) -> Box:
        entries = []
        for entry in self.children(element, "contextEntry"):
            variable = self.child(entry, "variable")
            name = plain(variable.get("name", "")) if variable is not None else ""
            box = self.box_in(entry, (*where, name) if name else where)
            entries.append(drawn.Entry(name, self.type_name(variable), box))
        return drawn.Context(tuple(entries), where, self.type_name(element))

    def invocation(self, element: Element, where: Where) -> Box:
        bindings = []
        for binding in self.children(element, "binding"):
            parameter = self.child(binding, "parameter")
            name = plain(parameter.get("name", "")) if parameter is not None else ""
            bindings.append((name, self.box_in(binding, (*where, name))))
        return drawn.Invocation(self.box_in(element, where), tuple(bindings), where, self.type_name(element))

    def relation(self, element: Element, where: Where) -> Box:
        columns = tuple(plain(one.get("name", "")) for one in self.children(element, "column"))
        rows = []
        for number, row in enumerate(self.children(element, "row"), 1):
            boxes = [self.box(one, (*where, f"row {number}")) for one in row if self.tag(one) in _BOXES]
            if len(boxes) != len(columns):
                raise DrawingProblem("ragged_row", where=(*where, f"row {number}"))
            rows.append(tuple(boxes))
        return drawn.Relation(columns, tuple(rows), where, self.type_name(element))

    def list_of(self, element: Element, where: Where) -> Box:
        items = tuple(self.box(one, where) for one in element if self.tag(one) in _BOXES)
        return drawn.ListBox(items, where, self.type_name(element))

    def function(self, element: Element, where: Where) -> drawn.FunctionBox:
        parameters = tuple(
            (plain(one.get("name", "")), self.type_name(one)) for one in self.children(element, "formalParameter")
        )
        body = self.box_in(element, where)
        return drawn.FunctionBox(element.get("kind", "FEEL"), parameters, body, where, self.type_name(element))

    def conditional(self, element: Element, where: Where) -> Box:
        condition, then, otherwise = (
            self.box_in(self.child(element, tag), (*where, tag)) for tag in ("if", "then", "else")
        )
        return drawn.Conditional(condition, then, otherwise, where, self.type_name(element))

    def filter(self, element: Element, where: Where) -> Box:
        source = self.box_in(self.child(element, "in"), (*where, "in"))
        match = self.box_in(self.child(element, "match"), (*where, "match"))
        return drawn.FilterBox(source, match, where, self.type_name(element))

    def iterator(self, element: Element, where: Where) -> Box:
        kind = self.tag(element)
        body = self.child(element, "return" if kind == "for" else "satisfies")
        return drawn.Iterator(
            kind,
            plain(element.get("iteratorVariable", "")),
            self.box_in(self.child(element, "in"), (*where, "in")),
            self.box_in(body, (*where, kind)),
            where,
            self.type_name(element),
        )


_BOXES: Final[dict[str, Callable[[Boxes, Element, Where], Box]]] = {
    "literalExpression": Boxes.literal,
    "decisionTable": Boxes.table,
    "context": Boxes.context,
    "invocation": Boxes.invocation,
    "relation": Boxes.relation,
    "list": Boxes.list_of,
    "functionDefinition": Boxes.function,
    "conditional": Boxes.conditional,
    "filter": Boxes.filter,
    "for": Boxes.iterator,
    "some": Boxes.iterator,
    "every": Boxes.iterator,
}
