"""XML of others: read without a document type, entities or anything that is fetched; one text is one text."""

from typing import Any

from lxml import etree

from sira.people.directories.refusals import Unbelievable

Element = Any  # etree._Element, which is no public name
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
MD = "urn:oasis:names:tc:SAML:2.0:metadata"
DS = "http://www.w3.org/2000/09/xmldsig#"
NAMES = {"saml": SAML, "samlp": SAMLP, "md": MD, "ds": DS}


def document(text: bytes) -> Element:
    """The element that it is.  Raises Unbelievable."""
    try:
        text.decode("utf-8")  # no other encoding, so that what is looked for is found as it is written
        root = etree.fromstring(text, parser())
    except (ValueError, etree.XMLSyntaxError):
        raise Unbelievable("no XML") from None
    info = root.getroottree().docinfo
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or info.doctype or info.internalDTD is not None:
        raise Unbelievable("XML with a document type")
    return root


def parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)


def refuse_what_is_not_said(root: Element) -> None:
    """Signing leaves comments out, and a reader who stops at one reads another name than was signed.

    Raises Unbelievable.
    """
    for _node in root.getroottree().iter(etree.Comment, etree.ProcessingInstruction, etree.Entity):
        raise Unbelievable("a comment, an instruction or an entity in it")


def text_of(element: Element | None) -> str:
    """All of its text; empty if it has other elements in it."""
    if element is None or len(element):
        return ""
    return (element.text or "").strip()


def named(room: str, name: str) -> str:
    return f"{{{room}}}{name}"
