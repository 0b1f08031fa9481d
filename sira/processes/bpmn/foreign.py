"""What a drawing says to another engine: kept and written back, but nothing here acts by it, so it is told."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn.findings import Findings
from sira.processes.bpmn.reading import BPMN, ZEEBE, Element

ENGINES = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://flowable.org/bpmn",
    "http://activiti.org/bpmn",
    "http://www.jboss.org/drools",
    "http://www.jboss.org/drools/bpmn20",
    ZEEBE,
)
# Parts of zeebe that are run, each with its attributes that count, and those that change nothing here.
RUN: Mapping[str, frozenset[str]] = {
    local: frozenset(attributes.split())
    for local, attributes in {
        "taskDefinition": "type retries",
        "taskHeaders": "",
        "properties": "",
        "ioMapping": "",
        "userTask": "",
        "assignmentDefinition": "assignee candidateGroups",
        "formDefinition": "formId formKey",
        "taskSchedule": "dueDate",
        "calledDecision": "decisionId resultVariable",
        "calledElement": "processId propagateAllChildVariables bindingType versionTag",
        "script": "expression resultVariable",
        "subscription": "correlationKey",
        "loopCharacteristics": "inputCollection inputElement outputElement outputCollection",
        "versionTag": "value",
    }.items()
}
PEOPLE = frozenset({"potentialOwner", "humanPerformer", "performer", "resourceRole"})
# How others keep their rows, count their versions and show their templates.
HARMLESS = frozenset(
    """
    properties historyTimeToLive isStartableInTasklist versionTag modelerTemplate modelerTemplateVersion
    dtype modelerTemplateIcon asyncBefore asyncAfter async exclusive jobPriority packageName version adHoc
    """.split()  # noqa: SIM905
)


def look(root: Element, process: Element, findings: Findings) -> None:
    """One line for each element that has any."""
    prefixes = _declared(root)
    for element in process.walk():
        prefixes |= _declared(element)
        if element.namespace == BPMN and (parts := list(dict.fromkeys(_parts(element, prefixes)))):
            reason = _("this is written for another engine and does nothing here: %(parts)s")
            findings.warn(element, reason % {"parts": ", ".join(parts)})


def _declared(element: Element) -> dict[str, str]:
    return {name[6:]: uri for name, uri in element.attributes.items() if name.startswith("xmlns:")}


def _parts(element: Element, prefixes: Mapping[str, str]) -> Iterator[str]:
    """As they are written, with their prefix."""
    yield from (part.name for part in element.content if isinstance(part, Element) and _names_people(part))
    for name in element.attributes:
        prefix, _colon, local = name.rpartition(":")
        if prefixes.get(prefix) in ENGINES and local not in HARMLESS:
            yield name
    holder = element.child("extensionElements")
    for part in holder.content if holder is not None else ():
        if isinstance(part, Element) and part.namespace in ENGINES:
            yield from _ignored(part)


def _names_people(part: Element) -> bool:
    """The standard's own way to say who does it; here people stand in zeebe:assignmentDefinition."""
    return part.namespace == BPMN and part.local in PEOPLE


def _ignored(part: Element) -> Iterator[str]:
    if part.namespace != ZEEBE:
        if part.local not in HARMLESS:
            yield part.name
    elif part.local not in RUN:
        yield part.name
    elif counted := RUN[part.local]:
        yield from (f"{part.name} {name}" for name in part.attributes if name not in counted and ":" not in name)
