"""A business rule task asks a decision table and keeps why it answered so."""

import pytest

from sira.decisions import publishing
from sira.decisions.models import Trace
from sira.decisions.tests.drawings import priority_table
from sira.processes import running, versions
from sira.processes.deciding import DECIDE, decide_by_table
from sira.processes.models import Incident, Task
from sira.processes.tests.drawing import drawing, end, gate, node, start, user
from sira.processes.tests.playing import MONDAY

pytestmark = pytest.mark.django_db
CALLED = '<zeebe:calledDecision decisionId="priority" resultVariable="priority"/>'
DRAWN = drawing(
    start(), node("businessRuleTask", "decide", "", CALLED), gate("urgent"), user("call"), user("work"), end(),
    ways="""start > decide > urgent; urgent > call if priority = "P1"; urgent > work otherwise;
            call > end; work > end""",
)  # fmt: skip


def begin(does, **facts):
    does(DECIDE, decide_by_table)
    versions.install(DRAWN, at=MONDAY)
    return running.start("p", subject=7, facts=facts, at=MONDAY)


def test_the_table_decides_which_way_is_taken(does):
    publishing.publish("priority", priority_table(), at=MONDAY)
    instance = begin(does, impact="high", urgency="high")
    trace = Trace.objects.get()
    assert instance.state["variables"] == {"priority": "P1"} and Task.objects.get().element == "call"
    assert (trace.subject, trace.kind, trace.outcome) == (7, "priority", "P1")


def test_a_decision_that_is_not_published_is_an_incident(does):
    begin(does, impact="high", urgency="high")
    assert Incident.objects.get().code == "no_such_decision"
