"""What an element says about itself: its event, its work, its people, its variables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sira.processes.bpmn import times
from sira.processes.bpmn.elements import ACTIVITIES
from sira.processes.bpmn.expressions import NotAnExpression, Value, condition, value
from sira.processes.bpmn.findings import Findings
from sira.processes.bpmn.graph import Event, Kind, Loop, Plan
from sira.processes.bpmn.reading import Definitions, Element

SHAPES = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
DECIDE = "sira:decide"
RETRIES = re.compile(r"^[0-9]{1,4}$")
NAME = "name:"  # before a language: what the step is called in it
BINDINGS = ("latest", "deployment", "versionTag")


@dataclass(frozen=True, slots=True)
class Particulars:
    definitions: Definitions
    findings: Findings
    names: frozenset[str]
    declared: dict[str, dict[str, Element]]

    def of(self, element: Element, kind: Kind) -> dict[str, Any]:
        """The fields of the node that depend on its kind."""
        found: dict[str, Any] = {}
        written = dict(_headers(element))
        headers = {name: text for name, text in written.items() if not name.startswith(NAME)}
        found["headers"] = headers
        found["names"] = names_of(element)
        if kind in ACTIVITIES:
            found["inputs"], found["outputs"] = self._mappings(element, "input"), self._mappings(element, "output")
            found["loop"] = self._loop(element)
        if kind is Kind.TASK:
            found["plan"] = self._plan(element, headers)
        elif kind in (Kind.SERVICE, Kind.THROW, Kind.END):
            found |= self._service(element, kind, headers)
        elif kind is Kind.RECEIVE:
            found["event"] = self._message(element, element)
        elif kind is Kind.SCRIPT:
            found |= self._script(element)
        elif kind is Kind.CALL:
            found |= self._called(element)
        elif kind is Kind.START:
            found["form"] = form_of(element)
        return found

    def value(self, element: Element, text: str) -> Value | None:
        if not text.strip():
            return None
        try:
            return value(text, self.names)
        except NotAnExpression as problem:
            self.findings.refuse(element, problem.args[0])
            return None

    # Events

    def event(self, element: Element, definition: Element, kind: Kind) -> Event | None:
        match definition.local:
            case "timerEventDefinition":
                return self._timer(element, definition)
            case "messageEventDefinition":
                return self._message(element, definition)
            case "signalEventDefinition":
                signal = self._named(element, definition, "signalRef", "signal", _("no signal is chosen"))
                return Event("signal", name=signal.get("name") if signal else "")
            case "errorEventDefinition":
                return self._coded(element, definition, "error", throws=kind is Kind.END)
            case "escalationEventDefinition":
                return self._coded(element, definition, "escalation", throws=kind in (Kind.END, Kind.THROW))
            case "conditionalEventDefinition":
                return self._condition(element, definition)
            case "linkEventDefinition":
                return Event("link", name=definition.get("name") or element.get("name"))
            case "compensateEventDefinition":
                return Event("compensate", reference=local_id(definition.get("activityRef")))
        return Event("terminate")

    def _timer(self, element: Element, definition: Element) -> Event | None:
        for part in definition.children():
            if part.local in SHAPES and part.text:
                shape, found = SHAPES[part.local], self.value(element, part.text)
                if found is not None and found.expression is None and not times.is_time(shape, found.text):
                    reason = _("“%(text)s” is no %(shape)s that a timer could wait for")
                    self.findings.refuse(element, reason % {"text": found.text, "shape": SHAPE_WORDS[shape]})
                return Event("timer", value=found, shape=shape)
        self.findings.refuse(element, _("it does not say how long to wait, or until when"))
        return None

    def _message(self, element: Element, definition: Element) -> Event | None:
        if self._has_task_type(element):
            return Event("message")
        message = self._named(element, definition, "messageRef", "message", _("no message is chosen"))
        if message is None:
            return None
        subscription = message.extension("subscription")
        key = self.value(element, subscription.get("correlationKey")) if subscription else None
        return Event("message", name=message.get("name"), value=key)

    def _coded(self, element: Element, definition: Element, kind: str, *, throws: bool) -> Event | None:
        reference = definition.get(f"{kind}Ref")
        found = self._declared(kind).get(local_id(reference)) if reference else None
        code = (found.get(f"{kind}Code") or found.get("name")) if found else ""
        if throws and not code:
            self.findings.refuse(element, _("it does not say with which code"))
        return Event(kind, name=code)

    def _condition(self, element: Element, definition: Element) -> Event | None:
        written = definition.child("condition")
        try:
            if written is not None and written.text:
                return Event("condition", value=condition(written.text, self.names, written.get("language")))
            self.findings.refuse(element, _("its condition is missing"))
        except NotAnExpression as problem:
            self.findings.refuse(element, problem.args[0])
        return None

    def _named(
        self, element: Element, definition: Element, attribute: str, local: str, missing: str | Promise
    ) -> Element | None:
        found = self._declared(local).get(local_id(definition.get(attribute)))
        if found is None:
            self.findings.refuse(element, missing)
            return None
        if not found.get("name"):
            self.findings.refuse(element, _("what it refers to, “%(id)s”, has no name") % {"id": found.id})
            return None
        return found

    def _declared(self, local: str) -> dict[str, Element]:
        if local not in self.declared:
            self.declared[local] = self.definitions.by_id(local)
        return self.declared[local]

    # Work

    def _service(self, element: Element, kind: Kind, headers: dict[str, str]) -> dict[str, Any]:
        definition, decision = element.extension("taskDefinition"), element.extension("calledDecision")
        if definition is not None and definition.get("type"):
            retries = definition.get("retries")
            return {"task_type": definition.get("type"), "retries": int(retries) if RETRIES.match(retries) else 0}
        if kind is not Kind.SERVICE:
            return {}
        if decision is not None and decision.get("decisionId"):
            result = decision.get("resultVariable")
            found = {"decision": decision.get("decisionId"), "result": result}
            return {"task_type": DECIDE, "headers": headers | found, "result": result}
        if element.local == "sendTask" and element.get("messageRef"):
            return {"kind": Kind.THROW, "event": self._message(element, element)}
        reasons = {
            "businessRuleTask": _("no decision is chosen"),
            "sendTask": _("it does not say what to send: choose a task type or a message"),
        }
        self.findings.refuse(element, reasons.get(element.local, _("no task type is chosen: what shall it do?")))
        return {}

    @staticmethod
    def _has_task_type(element: Element) -> bool:
        definition = element.extension("taskDefinition")
        return definition is not None and bool(definition.get("type"))

    def _script(self, element: Element) -> dict[str, Any]:
        script = element.extension("script")
        if script is not None and script.get("expression"):
            text = script.get("expression")
            result = script.get("resultVariable")
            return {"script": self.value(element, text if text.startswith("=") else f"={text}"), "result": result}
        definition = element.extension("taskDefinition")
        if definition is not None and definition.get("type"):
            return {"kind": Kind.SERVICE, "task_type": definition.get("type")}
        self.findings.refuse(element, _("scripts of other languages are not run; write an expression in FEEL"))
        return {}

    def _called(self, element: Element) -> dict[str, Any]:
        called = element.extension("calledElement")
        key = (called.get("processId") if called else "") or local_id(element.get("calledElement"))
        if not key:
            self.findings.refuse(element, _("no process is chosen"))
        whole = called is None or called.get("propagateAllChildVariables") != "false"
        binding, tag = (called.get("bindingType") or "latest", called.get("versionTag")) if called else ("latest", "")
        if binding not in BINDINGS:
            self.findings.refuse(element, _("it is bound to a version in a way that is not known here"))
        if binding == "versionTag" and not tag:
            self.findings.refuse(element, _("it is bound to a version and does not say to which"))
        return {"called": self.value(element, key), "whole_result": whole, "binding": binding, "tag": tag}

    def _plan(self, element: Element, headers: dict[str, str]) -> Plan:
        people = element.extension("assignmentDefinition")
        schedule = element.extension("taskSchedule")
        definition = element.extension("taskDefinition")
        given = definition.get("type").rpartition(":")[2] if definition else ""
        due = (schedule.get("dueDate") if schedule else "") or headers.get("due", "")
        return Plan(
            kind=given or headers.get("kind") or ("manual" if element.local == "manualTask" else "work"),
            mandatory=headers.get("mandatory") != "false",
            form=form_of(element),
            assignee=self.value(element, people.get("assignee")) if people else None,
            groups=self.value(element, people.get("candidateGroups")) if people else None,
            due=self.value(element, due),
        )

    def _mappings(self, element: Element, local: str) -> tuple[tuple[str, Value], ...]:
        holder = element.extension("ioMapping")
        pairs = ((each.get("target"), self.value(element, each.get("source"))) for each in _mapped(holder, local))
        return tuple((target, source) for target, source in pairs if target and source is not None)

    def _loop(self, element: Element) -> Loop | None:
        if element.child("standardLoopCharacteristics"):
            self.findings.refuse(
                element, _("loop markers are not run; draw the way back, or repeat for each item of a list")
            )
        loop = element.child("multiInstanceLoopCharacteristics")
        if loop is None:
            return None
        given = loop.extension("loopCharacteristics")
        items = self.value(element, given.get("inputCollection")) if given else None
        number = loop.child("loopCardinality")
        if items is None and number is not None and number.text:
            text = number.text.removeprefix("=").strip()
            items = self.value(element, f"=for i in 1..({text}) return i")
        if items is None:
            self.findings.refuse(element, _("it repeats, but does not say for which list"))
            return None
        until = loop.child("completionCondition")
        try:
            stop = (
                condition(until.text, self.names, until.get("language")) if until is not None and until.text else None
            )
        except NotAnExpression as problem:
            self.findings.refuse(element, problem.args[0])
            stop = None
        return Loop(
            items=items,
            item=given.get("inputElement") if given else "",
            sequential=loop.get("isSequential") == "true",
            until=stop,
            result=self.value(element, given.get("outputElement")) if given else None,
            results=given.get("outputCollection") if given else "",
        )


SHAPE_WORDS = {"date": _("date"), "duration": _("duration"), "cycle": _("repeating duration")}


def _mapped(holder: Element | None, local: str) -> Iterator[Element]:
    return holder.children(local, holder.namespace) if holder else iter(())


def form_of(element: Element) -> str:
    form = element.extension("formDefinition")
    return form.get("formKey") or form.get("formId") if form else ""


def names_of(element: Element) -> dict[str, str]:
    """What it is called in other languages, by language."""
    return {name.removeprefix(NAME): text for name, text in _headers(element) if text and name.startswith(NAME)}


def _headers(element: Element) -> Iterator[tuple[str, str]]:
    """zeebe:properties and zeebe:taskHeaders, the latter winning."""
    for holder, local, name in (("properties", "property", "name"), ("taskHeaders", "header", "key")):
        found = element.extension(holder)
        for each in _mapped(found, local):
            yield each.get(name), each.attributes.get("value", "")


def local_id(reference: str) -> str:
    """The id in a qualified name."""
    return re.sub(r"^[^:]*:", "", reference)
