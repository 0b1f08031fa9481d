"""BPMN 2.0 XML to a tree that keeps every part of the drawing, also those that this engine does not use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, LexicalHandler, feature_external_ges, property_lexical_handler
from xml.sax.xmlreader import AttributesImpl, InputSource

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser
from django.utils.translation import gettext_lazy as _

from sira.processes.refusals import NotReadable

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"

MAX_BYTES = 5_000_000
MAX_ELEMENTS = 200_000
MAX_DEPTH = 100


@dataclass(slots=True)
class Element:
    """One XML element. name and attributes stay as written, prefixes and namespace declarations included."""

    name: str
    attributes: dict[str, str]
    namespace: str
    content: list["Element | Remark | str"] = field(default_factory=list)
    local: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        self.local = self.name.rpartition(":")[2]  # asked three times for each element

    @property
    def id(self) -> str:
        return self.attributes.get("id", "")

    @property
    def title(self) -> str:
        """The name in the drawing, on one line; the id where it has none."""
        return " ".join(self.attributes.get("name", "").split()) or self.id or self.local

    @property
    def text(self) -> str:
        return "".join(part for part in self.content if isinstance(part, str)).strip()

    def get(self, attribute: str) -> str:
        return self.attributes.get(attribute, "").strip()

    def children(self, local: str = "", namespace: str = BPMN) -> Iterator["Element"]:
        for part in self.content:
            if isinstance(part, Element) and part.namespace == namespace and local in ("", part.local):
                yield part

    def child(self, local: str, namespace: str = BPMN) -> "Element | None":
        return next(self.children(local, namespace), None)

    def walk(self) -> Iterator["Element"]:
        yield self
        for part in self.content:
            if isinstance(part, Element):
                yield from part.walk()

    def extensions(self, local: str, namespace: str = ZEEBE) -> Iterator["Element"]:
        """What stands in this element's extensionElements under that name."""
        holder = self.child("extensionElements")
        return holder.children(local, namespace) if holder else iter(())

    def extension(self, local: str, namespace: str = ZEEBE) -> "Element | None":
        return next(self.extensions(local, namespace), None)


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment, or a processing instruction if target is set."""

    text: str
    target: str = ""


@dataclass(slots=True)
class Definitions:
    """A whole drawing file. before, after: remarks around its root."""

    root: Element
    before: list[Remark]
    after: list[Remark]

    def processes(self) -> list[Element]:
        return list(self.root.children("process"))

    def by_id(self, local: str) -> dict[str, Element]:
        """The messages, signals, errors or escalations that the file declares."""
        return {element.id: element for element in self.root.children(local)}


def read(source: str | bytes) -> Definitions:
    """Raises NotReadable: not XML, not BPMN, too large, too deep, or with a document type (the way of XML bombs)."""
    if len(source) > MAX_BYTES:
        raise NotReadable(_("The drawing is larger than 5 MB."))
    parser = DefusedExpatParser(forbid_dtd=True)
    builder = _Builder()
    parser.setContentHandler(builder)
    parser.setProperty(property_lexical_handler, builder)
    parser.setFeature(feature_external_ges, False)
    try:
        parser.parse(_input(source))
    except DefusedXmlException as error:
        raise NotReadable(_("The drawing declares a document type or entities. Take them out.")) from error
    except SAXParseException as error:
        reason = _("The drawing is not well-formed XML: line %(line)s, column %(column)s.")
        raise NotReadable(reason % {"line": error.getLineNumber(), "column": error.getColumnNumber()}) from error
    except (LookupError, ValueError) as error:  # an encoding that Python does not know
        raise NotReadable(_("The encoding that the drawing names is not known.")) from error
    root = builder.root
    if root is None or (root.namespace, root.local) != (BPMN, "definitions"):
        raise NotReadable(_("This is not a BPMN 2.0 drawing."))
    return Definitions(root, builder.before, builder.after)


def _input(source: str | bytes) -> InputSource:
    """Bytes are read in the encoding they name; text has been decoded already, whatever it names."""
    given = InputSource()
    if isinstance(source, bytes):
        given.setByteStream(BytesIO(source))
    else:
        given.setCharacterStream(StringIO(re.sub(r"^\ufeff", "", source)))
    return given


class _Builder(ContentHandler, LexicalHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Element | None = None
        self.before: list[Remark] = []
        self.after: list[Remark] = []
        self._open: list[Element] = []
        self._prefixes: list[dict[str, str]] = [{"": "", "xml": "http://www.w3.org/XML/1998/namespace"}]
        self._count = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            raise NotReadable(_("The drawing has too many parts, or they are nested too deeply."))
        attributes = dict(attrs.items())
        prefixes = self._prefixes[-1]
        if "xmlns" in " ".join(attributes):
            named = {key[6:]: uri for key, uri in attributes.items() if key == "xmlns" or key.startswith("xmlns:")}
            prefixes = prefixes | named
        self._prefixes.append(prefixes)
        prefix = name.rpartition(":")[0]
        if prefix not in prefixes:
            raise NotReadable(_("The drawing uses the prefix “%(prefix)s” without declaring it.") % {"prefix": prefix})
        element = Element(name, attributes, prefixes[prefix])
        if self._open:
            self._open[-1].content.append(element)
        else:
            self.root = element
        self._open.append(element)

    def endElement(self, name: str) -> None:
        self._open.pop()
        self._prefixes.pop()

    def characters(self, content: str) -> None:
        if not self._open:
            return
        parts = self._open[-1].content
        if parts and isinstance(parts[-1], str):
            parts[-1] += content
        else:
            parts.append(content)

    def comment(self, content: str) -> None:
        self._keep(Remark(content))

    def processingInstruction(self, target: str, data: str) -> None:
        self._keep(Remark(data, target))

    def _keep(self, remark: Remark) -> None:
        if self._open:
            self._open[-1].content.append(remark)
        else:
            (self.before if self.root is None else self.after).append(remark)
