"""How DMN's XML is looked into, whatever its version: elements by their tags, and their texts, types and references."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from sira.decisions.dmn.drawing import Where
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


class Elements:
    """dmn: the namespace of the version."""

    def __init__(self, root: Element, dmn: str) -> None:
        self.root, self.dmn = root, dmn
        self.namespace = root.get("namespace", "")
        self.language = root.get("expressionLanguage", "")  # of all expressions that name no other

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
