"""Two versions of a process: blocks and arrows that are new, taken out, changed or only moved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise

from sira.processes import naming
from sira.processes.bpmn.elements import WORDS
from sira.processes.bpmn.reading import BPMN, Definitions, Element, read
from sira.studio.answered import Fact
from sira.studio.differing.change import ADDED, CHANGED, MOVED, ORDER, REMOVED, Change, Part
from sira.studio.differing.telling import ELEMENT_WORDS, Telling
from sira.studio.words import BLOCKS, FLOW, FLOW_ELEMENTS

HOLDS = ("process", "subProcess", "transaction", "adHocSubProcess")
NOT_SAID = ("incoming", "outgoing", "flowNodeRef")
REFERENCES = ("from", "to", "default", "attachedToRef")
QUIET = ("messageRef", "signalRef", "errorRef", "escalationRef")


@dataclass(frozen=True)
class Item:
    """said: what it says, as it is written.  names: what everything with a name is called, for the reader, by id."""

    element: Element
    said: dict[str, str]
    place: str
    names: dict[str, str]

    @property
    def name(self) -> str:
        return self.names[self.element.id]


def differences(before: str, after: str, *, facts: Iterable[Fact] = ()) -> list[Change]:
    """The same drawing gives none. facts: what conditions can speak of, asked for when one is told.

    Raises NotReadable.
    """
    old, new = items(read(before)), items(read(after))
    found = list(_differences(old, new, Telling(facts)))
    return sorted(found, key=lambda one: (one.what == WORDS["sequenceFlow"], ORDER.index(one.kind)))


def _differences(old: dict[str, Item], new: dict[str, Item], telling: Telling) -> Iterator[Change]:
    for key, item in old.items():
        if key not in new:
            yield Change(REMOVED, key, kind_of(item), item.name)
    for key, item in new.items():
        if key not in old:
            yield Change(ADDED, key, kind_of(item), item.name)
            continue
        parts = tuple(_parts(old[key], item, telling))
        if parts:
            yield Change(CHANGED, key, kind_of(item), item.name, parts)
        elif old[key].place != item.place and item.element.local != "sequenceFlow":
            yield Change(MOVED, key, kind_of(item), item.name)


def _parts(old: Item, new: Item, telling: Telling) -> Iterator[Part]:
    """An arrow still leads to a block that is only called otherwise."""
    for path in dict.fromkeys((*old.said, *new.said)):
        before, after = old.said.get(path, ""), new.said.get(path, "")
        if before == after:
            continue
        if path in REFERENCES:
            shown = old.names.get(before, before), new.names.get(after, after)
        else:
            shown = telling.values(path, before, after, new.said)
        yield Part(telling.field(path, new.said), *shown)


def kind_of(item: Item) -> str | Promise:
    """As the palette calls it; what the palette does not have, by BPMN's name."""
    work, local = item.said.get("header kind", "work"), item.element.local
    does = f"task:{work}" if local == "userTask" else item.said.get("taskDefinition type", "")
    if local == "businessRuleTask" and "calledDecision decisionId" in item.said:
        does = "decide"
    found = BLOCKS.get(does) or FLOW.get(FLOW_ELEMENTS.get(local, ""))
    return found[0] if found else ELEMENT_WORDS.get(local, local)


def items(definitions: Definitions) -> dict[str, Item]:
    """Everything with an id that one sees on the drawing, by that id."""
    places = dict(_places(definitions.root))
    written = {each.id: each.get("name") for each in definitions.root.walk() if each.id and each.get("name")}
    names = _names(definitions)
    found = {}
    for element in _drawn(definitions.root):
        found[element.id] = Item(element, said_of(element, written), places.get(element.id, ""), names)
    return found


def _names(definitions: Definitions) -> dict[str, str]:
    """By id. An arrow without a name is known by what it joins."""
    named = {each.id: each for each in definitions.root.walk() if each.id}
    names = {key: naming.element(each) for key, each in named.items()}
    arrows = [each for each in named.values() if each.local == "sequenceFlow" and not each.get("name")]
    ends = {each.id: (each.get("sourceRef"), each.get("targetRef")) for each in arrows}
    return names | {key: " → ".join(names.get(end, end) for end in joined) for key, joined in ends.items()}


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
