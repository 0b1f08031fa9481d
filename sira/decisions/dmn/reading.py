"""DMN XML (1.1 to 1.5) -> a Drawing. Nothing is compiled or evaluated here."""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from sira.decisions.dmn import drawing as drawn
from sira.decisions.dmn.drawing import Drawing, Text
from sira.decisions.dmn.elements import VERSIONS
from sira.decisions.dmn.problems import DrawingProblem
from sira.decisions.dmn.reading_boxes import MAX_NESTING, Boxes
from sira.decisions.feel.names import plain

#: Largest drawing that is opened, in bytes.
MAX_BYTES: Final = 8_000_000
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


class _Reader(Boxes):
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
