"""Two versions of a process: blocks and arrows that are new, taken out, changed or only moved."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn.elements import WORDS
from sira.processes.bpmn.reading import BPMN, Definitions, Element, read
from sira.studio.differing.change import ADDED, CHANGED, MOVED, ORDER, REMOVED, Change, Part

HOLDS = ("process", "subProcess", "transaction", "adHocSubProcess")
NOT_SAID = ("incoming", "outgoing", "flowNodeRef")
REFERENCES = ("from", "to", "default", "attachedToRef")
QUIET = ("messageRef", "signalRef", "errorRef", "escalationRef")
ELEMENT_WORDS = {
    **WORDS,
    "lane": _("Lane"),
    "textAnnotation": _("Note on the drawing"),
    "association": _("Line to a note"),
    "participant": _("Pool"),
}
PATHS: dict[str, str | Promise] = {
    "name": _("Name on the drawing"),
    "from": _("from"),
    "to": _("to"),
    "default": _("The way if no condition holds"),
    "conditionExpression": _("Condition"),
    "condition": _("Goes on as soon as"),
    "documentation": _("Note for who draws"),
    "cancelActivity": _("Calls off the step it hangs on"),
    "attachedToRef": _("hangs on"),
    "timeDuration": _("Waits for a while"),
    "timeDate": _("Waits until a moment"),
    "timeCycle": _("Waits again and again"),
    "taskDefinition type": _("What it does"),
    "taskDefinition retries": _("Tries"),
    "assignmentDefinition assignee": _("Who: one person"),
    "assignmentDefinition candidateGroups": _("Who: a group"),
    "formDefinition formKey": _("Form to fill"),
    "formDefinition formId": _("Form to fill"),
    "taskSchedule dueDate": _("Deadline"),
    "calledDecision decisionId": _("Decision"),
    "calledDecision resultVariable": _("Name of the result"),
    "calledElement processId": _("Process to call"),
    "header kind": _("Kind of work"),
    "header stage": _("Stage"),
    "header mandatory": _("Must be done before the ticket is resolved"),
    "kind of block": _("Kind of block"),
    "messageRef": _("Name of the message"),
    "signalRef": _("Name of the signal"),
    "loopCharacteristics inputCollection": _("Once for each of"),
    "completionCondition": _("Enough as soon as"),
}


@dataclass(frozen=True)
class Item:
    element: Element
    said: dict[str, str]
    place: str
    names: dict[str, str]


def differences(before: str, after: str) -> list[Change]:
    """The same drawing gives none. Raises NotReadable."""
    old, new = items(read(before)), items(read(after))
    found = list(_differences(old, new))
    return sorted(found, key=lambda one: (one.what == WORDS["sequenceFlow"], ORDER.index(one.kind)))


def _differences(old: dict[str, Item], new: dict[str, Item]) -> Iterator[Change]:
    for key, item in old.items():
        if key not in new:
            yield Change(REMOVED, key, kind_of(item.element), name_of(item, old))
    for key, item in new.items():
        if key not in old:
            yield Change(ADDED, key, kind_of(item.element), name_of(item, new))
            continue
        parts = tuple(_parts(old[key], item))
        if parts:
            yield Change(CHANGED, key, kind_of(item.element), name_of(item, new), parts)
        elif old[key].place != item.place and item.element.local != "sequenceFlow":
            yield Change(MOVED, key, kind_of(item.element), name_of(item, new))


def _parts(old: Item, new: Item) -> Iterator[Part]:
    """An arrow still leads to a block that is only called otherwise."""
    for path in dict.fromkeys((*old.said, *new.said)):
        before, after = old.said.get(path, ""), new.said.get(path, "")
        if before != after:
            named = path in REFERENCES
            shown = (old.names.get(before, before), new.names.get(after, after)) if named else (before, after)
            yield Part(PATHS.get(path, path), *shown)


def kind_of(element: Element) -> str | Promise:
    return ELEMENT_WORDS.get(element.local, element.local)


def name_of(item: Item, among: dict[str, Item]) -> str:
    """An arrow is known by what it joins."""
    element = item.element
    if element.local == "sequenceFlow" and not element.get("name"):
        ends = (item.said.get(end, "") for end in ("from", "to"))
        return " → ".join(item.names.get(end, end) for end in ends)
    return element.title


def items(definitions: Definitions) -> dict[str, Item]:
    """Everything with an id that one sees on the drawing, by that id."""
    places = dict(_places(definitions.root))
    names = {each.id: each.get("name") for each in definitions.root.walk() if each.id and each.get("name")}
    found = {}
    for element in _drawn(definitions.root):
        found[element.id] = Item(element, said_of(element, names), places.get(element.id, ""), names)
    return found


def _drawn(holder: Element) -> Iterator[Element]:
    for part in holder.children():
        if part.local in ("process", "collaboration", "laneSet", "childLaneSet"):
            yield from _drawn(part)
        elif part.id and holder.local in (*HOLDS, "laneSet", "childLaneSet", "collaboration"):
            yield part
            if part.local in HOLDS or part.local == "lane":
                yield from _drawn(part)


def said_of(element: Element, names: dict[str, str]) -> dict[str, str]:
    """All that the element says, by path; arrows and boxes inside speak for themselves."""
    said = {"kind of block": str(element.local)}
    said |= dict(_attributes(element, "", names))
    for part in element.children():
        if part.local not in NOT_SAID and not (element.local in HOLDS and part.id and part.local != "documentation"):
            said |= dict(_deep(part, names))
    return said


def _deep(part: Element, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    path = "" if part.local in ("extensionElements", "taskHeaders", "ioMapping", "properties") else part.local
    if part.local in ("header", "property"):
        yield f"header {part.get('key') or part.get('name')}", part.get("value")
        return
    if part.local in ("input", "output") and part.namespace != BPMN:
        yield f"{part.local} {part.get('target')}", part.get("source")
        return
    if path:
        yield from _attributes(part, path, names)
        if part.text:
            yield path, part.text
    for inner in part.content:
        if isinstance(inner, Element):
            yield from _deep(inner, names)


def _attributes(element: Element, path: str, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in element.attributes.items():
        if name == "id" or name.startswith(("xmlns", "xsi:")):
            continue
        if name in ("sourceRef", "targetRef"):
            yield ("from" if name == "sourceRef" else "to"), value
        elif name in QUIET:
            yield name, names.get(value, value)
        else:
            yield (f"{path} {name}" if path else name), value


def _places(root: Element) -> Iterator[tuple[str, str]]:
    """Where each element's shape stands."""
    for each in root.walk():
        if each.local == "BPMNShape":
            bounds = next((one for one in each.content if isinstance(one, Element) and one.local == "Bounds"), None)
            if bounds is not None:
                yield each.get("bpmnElement"), " ".join(bounds.get(name) for name in ("x", "y", "width", "height"))
