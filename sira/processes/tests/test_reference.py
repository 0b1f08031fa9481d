"""The reference page says what the compiler does."""

import pytest

from sira.processes import reference
from sira.processes.bpmn.compiling import examine
from sira.processes.bpmn.elements import EVENT_KINDS, RUN, WORDS
from sira.processes.bpmn.reading import read
from sira.processes.tests.drawing import (
    border,
    drawing,
    end,
    error,
    escalation,
    gate,
    message,
    node,
    signal,
    start,
    subprocess,
    timer,
    user,
    when,
)  # fmt: skip

WRITTEN = {kind: local for local, kind in EVENT_KINDS.items()}
EVENTS = {
    "": "",
    "timer": timer("PT1H"),
    "condition": when("x = 1"),
    "link": '<bpmn:linkEventDefinition name="there"/>',
    "terminate": "<bpmn:terminateEventDefinition/>",
    "compensate": "<bpmn:compensateEventDefinition/>",
} | {
    kind: f'<bpmn:{kind}EventDefinition {kind}Ref="{kind}1"/>' for kind in ("message", "signal", "error", "escalation")
}
DECLARED = message("message1") + signal("signal1") + error("error1") + escalation("escalation1")
EXTENSIONS = {
    "serviceTask": '<zeebe:taskDefinition type="sira:route"/>',
    "sendTask": '<zeebe:taskDefinition type="sira:reply"/>',
    "businessRuleTask": '<zeebe:calledDecision decisionId="priority" resultVariable="priority"/>',
    "scriptTask": '<zeebe:script expression="=1" resultVariable="one"/>',
    "callActivity": '<zeebe:calledElement processId="other"/>',
}


def drawn(element, event):
    """The smallest drawing in which the element makes sense."""
    inner = EVENTS[event]
    if element == "startEvent":
        return drawing(start("x", inner), user("work"), end(), ways="x > work > end", declare=DECLARED)
    if element == "endEvent":
        return drawing(start(), user("work"), end("x", inner), ways="start > work > x", declare=DECLARED)
    if element == "boundaryEvent":
        undo = (
            node("userTask", "undo", isForCompensation="true")
            + '<bpmn:association id="a" sourceRef="x" targetRef="undo"/>'
        )
        steps = (
            start(),
            user("work"),
            border("x", "work", inner),
            end(),
            undo if event == "compensate" else user("undo"),
        )
        ways = "start > work > end" + ("" if event == "compensate" else "; x > undo > end")
        return drawing(*steps, ways=ways, declare=DECLARED)
    if event == "link":
        other = "intermediateCatchEvent" if "Throw" in element else "intermediateThrowEvent"
        ways = "start > x; other > end" if "Throw" in element else "start > other; x > end"
        return drawing(start(), node(element, "x", inner), node(other, "other", inner), end(), ways=ways)
    if element == "eventBasedGateway":
        events = [node("intermediateCatchEvent", key, EVENTS["timer"]) for key in ("a", "b")]
        return drawing(start(), gate("x", "eventBased"), *events, end(), ways="start > x > a > end; x > b > end")
    if element == "subProcess":
        inside = subprocess("x", start("begin"), end("finish"), ways="begin > finish")
        return drawing(start(), inside, end(), ways="start > x > end")
    more = {"messageRef": "message1"} if element == "receiveTask" else {}
    step = node(element, "x", inner, EXTENSIONS.get(element, ""), **more)
    return drawing(start(), step, end(), ways="start > x > end", declare=DECLARED)


@pytest.mark.parametrize(("element", "event"), sorted(RUN))
def test_every_element_on_the_page_compiles(element, event):
    graph, findings = examine(read(drawn(element, event)))
    assert graph is not None and not findings.stopping, "\n".join(map(str, findings))


def test_the_page_in_the_docs_is_the_one_made_from_the_tables():
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page()


def test_every_element_has_a_word_of_its_own():
    assert {element for element, _event in RUN} <= set(WORDS)
