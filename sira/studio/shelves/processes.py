"""Processes on their shelf: BPMN."""

import re
from datetime import datetime
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sira.people.models import Person
from sira.processes import naming, versions
from sira.processes.bpmn.compiling import MAX_NODES, choose, too_many_steps
from sira.processes.bpmn.elements import WORDS
from sira.processes.bpmn.findings import Finding
from sira.processes.bpmn.particulars import names_of
from sira.processes.bpmn.placing import placed
from sira.processes.bpmn.reading import BPMN, Definitions, Element, read
from sira.processes.models import ProcessVersion
from sira.processes.refusals import NotReadable, NotRunnable
from sira.shell.names import named
from sira.studio import linting, words
from sira.studio.refusals import AnotherKey
from sira.studio.shelves.shelf import PUBLISHED, Problem, Row, Shelf
from sira.tickets.models import TicketType

BLANK = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
    xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
    id="definitions" targetNamespace="urn:sira:desk">
  <bpmn:process id={key} name={name} isExecutable="true">
    <bpmn:startEvent id="opened" name={opened} />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement={key}>
      <bpmndi:BPMNShape id="opened_shape" bpmnElement="opened">
        <dc:Bounds x="160" y="120" width="36" height="36" />
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
DRAWN = WORDS.keys() - {"process", "sequenceFlow"}


class Processes(Shelf):
    kind, ending, pattern, template = "processes", "bpmn", "*.bpmn", "studio/process.html"
    words, one, model = gettext_lazy("Processes"), gettext_lazy("Process"), ProcessVersion
    title = re.compile(r'<(?:\w+:)?process\b[^>]*?\bname="([^"]*)"')

    def source_of(self, row: Row) -> str:
        return row.source

    def name_of(self, row: Row) -> str:
        return named(row)

    def digest_of(self, source: str) -> str:
        return versions.digest(source)

    def problems(self, key: str, source: str) -> list[Problem]:
        try:
            findings = versions.check(source, key)
        except NotReadable as refused:
            return [Problem("", "", refused.message)]
        found = [
            Problem(one.element, words.drawn(one.element, one.name, one.kind), one.reason, one.stops)
            for one in findings
        ]
        if not any(one.stops for one in found):
            found = linting.problems(source, key, found)
        return sorted(found, key=lambda one: not one.stops)

    def new_draft(self, key: str, source: str, *, by: Person, at: datetime) -> Row:
        self._process_in(source, key)
        return versions.draft(source, key=key, by=by, at=at)

    def overwrite(self, row: Row, source: str, *, by: Person, at: datetime) -> Row:
        process = self._process_in(source, row.key)
        if self.may_be_drawn(row.source) and not self.may_be_drawn(source):
            raise NotRunnable([Finding(process.id, process.local, process.title, too_many_steps())])
        row.name, row.names = process.title[:200], names_of(process)
        row.source, row.digest, row.by, row.created_at = source, versions.digest(source), by, at
        row.save(update_fields=["name", "names", "source", "digest", "by", "created_at"])
        return row

    def publish(self, row: Row, *, by: Person, at: datetime) -> Row:
        """Everything that it names must be there. Raises NotRunnable."""
        if stopping := [one for one in self.problems(row.key, row.source) if one.stops]:
            raise NotRunnable([f"{one.name}: {one.sentence}" if one.name else one.sentence for one in stopping])
        return versions.publish(row, by=by, at=at)

    def retire(self, key: str) -> None:
        versions.retire(key)

    def blank(self, key: str, name: str) -> str:
        return BLANK.format(key=quoteattr(key), name=quoteattr(name), opened=quoteattr(_("Opened")))

    def renamed(self, source: str, key: str, name: str) -> str:
        old = self.key_in(source, "")
        source = re.sub(rf'(<(?:\w+:)?process\b[^>]*?\bid="){re.escape(old)}"', rf'\g<1>{key}"', source, count=1)
        source = self.without_names(source)
        source = re.sub(
            r'(<(?:\w+:)?process\b[^>]*?\bname=")[^"]*"', _with(escape(name, {'"': "&quot;"})), source, count=1
        )
        return re.sub(rf'((?:bpmnElement|processRef)="){re.escape(old)}"', rf'\g<1>{key}"', source)

    def may_be_drawn(self, source: str) -> bool:
        if source.count("<") <= MAX_NODES:  # then it has fewer steps, and need not be read
            return True
        try:
            return steps_in(read(source)) <= MAX_NODES
        except NotReadable:
            return True

    def to_draw(self, key: str, source: str) -> str:
        return placed(source, key)

    def to_look_at(self, key: str, source: str) -> str:
        return self.to_draw(key, naming.in_words(source))

    def key_in(self, source: str, file_name: str) -> str:
        definitions = read(source)
        process = choose(definitions)
        if process is None:
            raise NotRunnable([_("The file holds no process.")])
        must_be_drawable(definitions, process)
        return process.id

    def uses(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in TicketType.objects.exclude(process_key="").order_by("name"):
            found.setdefault(one.process_key, []).append(named(one))
        for key, names in referred(r"processId").items():
            found.setdefault(key, []).extend(names)
        return found

    def _process_in(self, source: str, key: str) -> Element:
        """The process of that key. Raises NotReadable, AnotherKey."""
        process = choose(read(source), key)
        if process is None:
            raise AnotherKey
        return process


def must_be_drawable(definitions: Definitions, process: Element) -> None:
    """A browser would stand still for half a minute over more.  Raises NotRunnable."""
    if steps_in(definitions) > MAX_NODES:
        raise NotRunnable([Finding(process.id, process.local, process.title, too_many_steps())])


def steps_in(definitions: Definitions) -> int:
    """All that is drawn as a shape, whether it is run or not."""
    return sum(each.namespace == BPMN and each.local in DRAWN for each in definitions.root.walk())


def _with(text: str):  # type: ignore[no-untyped-def]
    return lambda found: f'{found[1]}{text}"'


@lru_cache(maxsize=8)
def _attribute(name: str) -> re.Pattern[str]:
    return re.compile(rf'\b{name}="([^"]+)"')


def referred(attribute: str) -> dict[str, list[str]]:
    """Which published processes name something in that attribute, by what they name."""
    found: dict[str, list[str]] = {}
    for row in ProcessVersion.objects.filter(status=PUBLISHED).only("name", "names", "source"):
        for key in dict.fromkeys(_attribute(attribute).findall(row.source)):
            found.setdefault(key, []).append(named(row))
    return found
