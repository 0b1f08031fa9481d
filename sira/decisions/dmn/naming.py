"""What a drawing says in other languages than it is drawn in, as properties (zeebe:properties) of what has the words:
name:tr on the whole, label:tr and option:VALUE:tr on a column, note:tr on a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element, tostring

from defusedxml.ElementTree import fromstring

from sira.decisions.feel.names import plain

#: Instead of a language: how outputs are labelled in the drawing; inputs go by their labels anyway.
AS_DRAWN: Final = ""
ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"


class Said(NamedTuple):
    """names: of the whole, by language.  words: of its columns, their options and its notes (see decisions.naming)."""

    names: dict[str, str]
    words: dict[str, dict[str, dict[str, str]]]


def said_in(source: str) -> Said:
    """Of a drawing that can be read (see dmn.read)."""
    root = fromstring(source.encode(), forbid_dtd=True)
    dmn = root.tag.rpartition("}")[0] + "}"
    said = Said({}, {})
    said.names.update((language, text[:200]) for what, language, text in _properties(root, dmn) if what == "name")
    for element in root.iter():
        name = _name(element, dmn)
        if element.tag == f"{dmn}output" and name and (label := plain(element.get("label") or "")):
            said.words.setdefault(AS_DRAWN, _none())["columns"][name] = label
        for what, language, text in _properties(element, dmn) if name else ():
            words = said.words.setdefault(language, _none())
            if what == "label":
                words["columns"][name] = text
            elif what.startswith("option:"):
                words["options"][f"{name}={what.removeprefix('option:')}"] = text
            elif what == "note":
                words["notes"][name] = text
    return said


def said_by(source: str, language: str) -> str:
    """The drawing with its columns and notes in that language, where it has words for them: to be looked at."""
    root = fromstring(source.encode(), forbid_dtd=True)
    dmn, found = root.tag.rpartition("}")[0] + "}", False
    for element in root.iter():
        for what, spoken, text in _properties(element, dmn) if _has_words(element, dmn) else ():
            if spoken != language:
                continue
            if what == "label":
                element.set("label", text)
                found = True
            elif what == "note" and (note := element.find(f"{dmn}annotationEntry/{dmn}text")) is not None:
                note.text, found = text, True
    return tostring(root, encoding="unicode") if found else source


def _has_words(element: Element, dmn: str) -> bool:
    return element.tag in (f"{dmn}input", f"{dmn}output", f"{dmn}rule")


def _none() -> dict[str, dict[str, str]]:
    return {"columns": {}, "options": {}, "notes": {}}


def _name(element: Element, dmn: str) -> str:
    """What traces call it: an input column by its label, an output by its name, a row by its note."""
    if element.tag == f"{dmn}input":
        return plain(element.get("label") or element.findtext(f"{dmn}inputExpression/{dmn}text") or "")
    if element.tag == f"{dmn}output":
        return plain(element.get("name") or "")
    if element.tag == f"{dmn}rule":
        return (element.findtext(f"{dmn}annotationEntry/{dmn}text") or "").strip()
    return ""


def _properties(element: Element, dmn: str) -> Iterator[tuple[str, str, str]]:
    """(what it is, language, text)"""
    for each in element.findall(f"{dmn}extensionElements/{ZEEBE}properties/{ZEEBE}property"):
        what, _, language = each.get("name", "").rpartition(":")
        if what and each.get("value"):
            yield what, language, each.get("value", "")
