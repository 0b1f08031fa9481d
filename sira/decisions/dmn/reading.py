"""DMN XML (1.1 to 1.5) -> a Drawing. Nothing is compiled or evaluated here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from sira.decisions.dmn import drawing as drawn
from sira.decisions.dmn.drawing import Box, Drawing, Text, Where
from sira.decisions.dmn.problems import DrawingProblem
from sira.decisions.feel.names import plain

#: Namespaces of the versions that can be read.
VERSIONS: Final = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
#: Largest drawing that is opened, in bytes, and deepest nesting of its boxes.
MAX_BYTES: Final = 8_000_000
MAX_NESTING: Final = 40
#: Most rows of a table: reading one takes a tenth of a millisecond or more, and somebody waits for the page.
MAX_ROWS: Final = 20_000
DECLARATION: Final = re.compile(r"^\ufeff?\s*<\?xml\s[^>]*\?>")


def read(source: str | bytes) -> Drawing:
    """The drawing in an XML text. Raises DrawingProblem."""
    # A text has been decoded already, whatever encoding it names.
    data = DECLARATION.sub("", source).encode() if isinstance(source, str) else source
    if len(data) > MAX_BYTES:
        raise DrawingProblem("too_large", limit=MAX_BYTES // 1_000_000)
    try:
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise DrawingProblem("forbidden_xml") from None
    except (ParseError, ValueError, LookupError, UnicodeError) as error:
        raise DrawingProblem("not_xml", detail=str(error)) from None
    namespace, _, tag = root.tag.removeprefix("{").rpartition("}")
    if tag != "definitions" or namespace not in VERSIONS:
        raise DrawingProblem("not_dmn", found=root.tag)
    return _Reader(root, namespace).drawing()


class _Reader:
    def __init__(self, root: Element, dmn: str) -> None:
        self.root, self.dmn = root, dmn
        self.namespace = root.get("namespace", "")
        self.language = root.get("expressionLanguage", "")  # of all expressions that name no other
        self.depth = 0

    # -- looking into elements -------------------------------------------------------------------------------------

    def children(self, element: Element | None, *tags: str) -> Iterator[Element]:
        for child in element if element is not None else ():
            if self.tag(child) in tags:
                yield child

    def child(self, element: Element | None, tag: str) -> Element | None:
        return next(self.children(element, tag), None)

    def tag(self, element: Element) -> str:
        """Name of an element of DMN, or nothing for one of another vocabulary."""
        if not isinstance(element.tag, str):
            return ""
        namespace, _, tag = element.tag.removeprefix("{").rpartition("}")
        return tag if namespace == self.dmn else ""

    def words(self, element: Element | None, where: Where = ()) -> str:
        """The text inside <text>. Raises DrawingProblem if it is written in another language than FEEL."""
        language = element.get("expressionLanguage", self.language) if element is not None else ""
        if language and "feel" not in language.lower():
            raise DrawingProblem("other_language", where=where, language=language)
        return self.text(element)

    def text(self, element: Element | None) -> str:
        found = self.child(element, "text")
        return "".join(found.itertext()).strip() if found is not None else ""

    def type_name(self, element: Element | None) -> str:
        """The typeRef, as attribute or child; 1.1 writes a prefix before it, such as `feel:number`."""
        if element is None:
            return ""
        found = element.get("typeRef")
        if found is None:
            child = self.child(element, "typeRef")
            found = (child.text or "") if child is not None else ""
        if VERSIONS[self.dmn] == "1.1":
            return plain(found.rpartition(":")[2])
        return plain(found.removeprefix("feel:"))

    def reference(self, element: Element | None) -> str:
        href = element.get("href", "") if element is not None else ""
        namespace, _, identity = href.rpartition("#")
        return f"{namespace or self.namespace}#{identity}"

    def references(self, element: Element, *tags: str) -> tuple[str, ...]:
        return tuple(self.reference(child) for child in self.children(element, *tags))

    def name(self, element: Element) -> str:
        """The name of its variable, or its own."""
        variable = self.child(element, "variable")
        return plain((variable.get("name") if variable is not None else None) or element.get("name") or "")

    # -- the drawing -----------------------------------------------------------------------------------------------

    def drawing(self) -> Drawing:
        root = self.root
        return Drawing(
            name=root.get("name", ""),
            namespace=self.namespace,
            imports=tuple(
                drawn.Import(plain(one.get("name", "")), one.get("namespace", ""))
                for one in self.children(root, "import")
                if one.get("importType", self.dmn) in VERSIONS
            ),
            types=tuple(self.item_definition(one) for one in self.children(root, "itemDefinition")),
            inputs=tuple(
                drawn.InputData(one.get("id", ""), self.name(one), self.type_name(self.child(one, "variable")))
                for one in self.children(root, "inputData")
            ),
            decisions=tuple(self.decision(one) for one in self.children(root, "decision")),
            knowledge=tuple(self.knowledge(one) for one in self.children(root, "businessKnowledgeModel")),
            services=tuple(self.service(one) for one in self.children(root, "decisionService")),
        )

    def item_definition(self, element: Element) -> drawn.ItemDefinition:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise DrawingProblem("too_deep", where=(element.get("name", ""),))
        name = plain(element.get("name", ""))
        allowed = self.child(element, "allowedValues")
        if allowed is None:
            allowed = self.child(element, "typeConstraint")
        function = self.child(element, "functionItem")
        definition = drawn.ItemDefinition(
            name=name,
            type_name=self.type_name(element),
            is_list=element.get("isCollection") == "true",
            components=tuple(self.item_definition(one) for one in self.children(element, "itemComponent")),
            function=None if function is None else self.function_item(function),
            allowed=Text(self.words(allowed), (name,)) if allowed is not None and self.words(allowed) else None,
        )
        self.depth -= 1
        return definition

    def function_item(self, element: Element) -> tuple[tuple[str, ...], str]:
        parameters = tuple(self.type_name(one) for one in self.children(element, "parameters"))
        return parameters, element.get("outputTypeRef", "")

    def needs(self, element: Element) -> tuple[str, ...]:
        found: list[str] = []
        for requirement in self.children(element, "informationRequirement", "knowledgeRequirement"):
            found += self.references(requirement, "requiredInput", "requiredDecision", "requiredKnowledge")
        return tuple(found)

    def decision(self, element: Element) -> drawn.Decision:
        name = self.name(element)
        variable = self.child(element, "variable")
        question = self.child(element, "question")
        return drawn.Decision(
            id=element.get("id", ""),
            name=name,
            type_name=self.type_name(variable),
            needs=self.needs(element),
            box=self.box_in(element, (name,)),
            question=(question.text or "") if question is not None else "",
        )

    def knowledge(self, element: Element) -> drawn.Knowledge:
        name = self.name(element)
        logic = self.child(element, "encapsulatedLogic")
        return drawn.Knowledge(
            id=element.get("id", ""),
            name=name,
            type_name=self.type_name(self.child(element, "variable")),
            needs=self.needs(element),
            function=None if logic is None else self.function(logic, (name,)),
        )

    def service(self, element: Element) -> drawn.Service:
        return drawn.Service(
            id=element.get("id", ""),
            name=self.name(element),
            type_name=self.type_name(self.child(element, "variable")),
            outputs=self.references(element, "outputDecision"),
            inner=self.references(element, "encapsulatedDecision"),
            input_decisions=self.references(element, "inputDecision"),
            inputs=self.references(element, "inputData"),
        )

    # -- boxed expressions -----------------------------------------------------------------------------------------

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


_BOXES: Final[dict[str, Callable[[_Reader, Element, Where], Box]]] = {
    "literalExpression": _Reader.literal,
    "decisionTable": _Reader.table,
    "context": _Reader.context,
    "invocation": _Reader.invocation,
    "relation": _Reader.relation,
    "list": _Reader.list_of,
    "functionDefinition": _Reader.function,
    "conditional": _Reader.conditional,
    "filter": _Reader.filter,
    "for": _Reader.iterator,
    "some": _Reader.iterator,
    "every": _Reader.iterator,
}
