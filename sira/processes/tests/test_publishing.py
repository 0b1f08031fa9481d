"""What stands against a drawing, in words that name the element and the reason."""

import time

import pytest

from sira.processes.bpmn.compiling import MAX_NODES, compile_process, examine
from sira.processes.bpmn.reading import read
from sira.processes.refusals import NotRunnable
from sira.processes.tests.drawing import (
    border,
    catch,
    drawing,
    each,
    end,
    event,
    gate,
    message,
    node,
    service,
    start,
    subprocess,
    throw,
    timer,
    user,
)  # fmt: skip

ONE_TASK = "start > work > end"


def refused(source):
    with pytest.raises(NotRunnable) as refusal:
        compile_process(read(source))
    return str(refusal.value.message)


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        (node("complexGateway", "x"), "Complex gateway “X”: complex gateways are not run"),
        (node("transaction", "x"), "Transaction “X”: transactions are not run"),
        (node("adHocSubProcess", "x"), "Ad-hoc sub-process “X”: ad-hoc sub-processes are not run"),
        (node("choreographyTask", "x"), "“X”: choreographies are not run"),
        (node("somethingElse", "x"), "“X”: this element is not run"),
        (node("serviceTask", "x"), "Service task “X”: no task type is chosen"),
        (node("businessRuleTask", "x"), "Business rule task “X”: no decision is chosen"),
        (node("sendTask", "x"), "Send task “X”: it does not say what to send"),
        (node("receiveTask", "x"), "Receive task “X”: no message is chosen"),
        (
            node("scriptTask", "x", "<bpmn:script>import os</bpmn:script>"),
            "Script task “X”: scripts of other languages",
        ),
        (node("callActivity", "x"), "Call activity “X”: no process is chosen"),
        (subprocess("x", ways=""), "Sub-process “X”: it is empty"),
        (subprocess("x", user("y"), ways=""), "Sub-process “X”: a sub-process needs exactly one start"),
        (user("x", loop="<bpmn:standardLoopCharacteristics/>"), "User task “X”: loop markers are not run"),
        (user("x", loop="<bpmn:multiInstanceLoopCharacteristics/>"), "User task “X”: it repeats, but does not say"),
        (catch("x", timer("tomorrow")), "Catching event “X”: “tomorrow” is no duration"),
        (catch("x", timer("PT")), "Catching event “X”: “PT” is no duration"),
        (catch("x", timer(cycle="R/PT0S")), "Catching event “X”: “R/PT0S” is no repeating duration"),
        (catch("x", "<bpmn:timerEventDefinition/>"), "Catching event “X”: it does not say how long to wait"),
        (catch("x", event("message", "nobody")), "Catching event “X”: no message is chosen"),
        (catch("x", event("signal")), "Catching event “X”: no signal is chosen"),
        (catch("x", event("conditional")), "Catching event “X”: its condition is missing"),
        (catch("x", event("cancel")), "Catching event “X”: cancel events belong to transactions"),
        (catch("x", timer("PT1H") + event("signal")), "Catching event “X”: it waits for several events at once"),
        (throw("x", event("escalation")), "Throwing event “X”: it does not say with which code"),
        (throw("x", '<bpmn:linkEventDefinition name="away"/>'), "Throwing event “X”: no catching link"),
        (border("x", "nowhere", timer("PT1H")), "Boundary event “X”: it sits on nothing"),
        (border("x", "work", event("compensate")), "Boundary event “X”: it must be joined to one activity"),
        (user("x", extension='<zeebe:assignmentDefinition assignee="=1 +"/>'), "User task “X”: "),
        (user("work"), "User task “Work”: its id is missing or used twice"),
    ],
)
def test_what_cannot_be_run_is_refused_by_name(element, reason):
    assert reason in refused(drawing(start(), user("work"), element, end(), ways=ONE_TASK))


def test_every_finding_is_listed_at_once():
    text = refused(
        drawing(start(), service("work"), node("serviceTask", "a"), node("serviceTask", "b"), end(), ways=ONE_TASK)
    )
    assert len(text.splitlines()) == 2


@pytest.mark.parametrize(
    "command", ['__import__("os").system("id")', "$(rm -rf /)", "`id`", "${runtime.exec('id')}", "'', DROP TABLE x"]
)
def test_a_shell_command_in_a_condition_is_refused(command):
    ways = f"start > g; g > a if {command}; g > b otherwise; a > end; b > end"
    assert "Arrow" in refused(drawing(start(), gate("g"), user("a"), user("b"), end(), ways=ways))


def test_a_choice_without_a_condition_is_refused():
    text = refused(drawing(start(), gate("g"), user("a"), user("b"), end(), ways="start > g > a > end; g > b > end"))
    assert "Exclusive gateway “G”: the way “A” has no condition" in text


def test_a_join_that_waits_for_itself_is_refused():
    drawn = drawing(start(), gate("join", "parallel"), user("work"), gate("again"), end(),
                    ways="start > join > work > again; again > join if more = true; again > end otherwise")  # fmt: skip
    assert "Parallel gateway “Join”: it waits for itself" in refused(drawn)


def test_a_process_needs_a_start():
    assert "Process “p”: it has no start" in refused(drawing(user("work"), end(), ways="work > end"))


def test_a_way_into_nowhere_is_refused():
    assert "Arrow “work_gone”: it begins or ends nowhere" in refused(
        drawing(start(), user("work"), ways="start > work > gone")
    )


def test_a_file_without_a_process_is_refused():
    source = drawing(start(), user("work"), end(), ways=ONE_TASK)
    head, tail = source.index("<bpmn:process"), source.index("</bpmn:process>")
    assert "holds no process" in refused(source[:head] + source[tail + len("</bpmn:process>") :])


def test_a_drawing_of_five_thousand_steps_is_refused_quickly():
    keys = [f"t{number}" for number in range(5_000)]
    source = drawing(start(), *(user(key) for key in keys), end(), ways=" > ".join(["start", *keys, "end"]))
    begun = time.process_time()
    text = refused(source)
    assert f"more than {MAX_NODES:,} steps" in text and time.process_time() - begun < 5


def test_a_long_drawing_below_the_limit_compiles():
    keys = [f"t{number}" for number in range(MAX_NODES - 2)]
    source = drawing(start(), *(user(key) for key in keys), end(), ways=" > ".join(["start", *keys, "end"]))
    assert len(compile_process(read(source)).nodes) == MAX_NODES


def warned(source):
    graph, findings = examine(read(source))
    assert graph is not None and not findings.stopping
    return "\n".join(str(finding) for finding in findings)


def test_a_step_without_a_way_out_is_pointed_out():
    assert "User task “Work”: no way leads out of it" in warned(drawing(start(), user("work"), ways="start > work"))


def test_a_step_that_nobody_reaches_is_pointed_out():
    assert "User task “Lost”: no way leads here" in warned(
        drawing(start(), user("work"), user("lost"), end(), ways=ONE_TASK + "; lost > end")
    )


def test_a_choice_without_a_default_is_pointed_out():
    drawn = drawing(
        start(), gate("g"), user("a"), user("b"), end(), ways="start > g; g > a if x; g > b if y; a > end; b > end"
    )
    assert "if no condition holds, it gets stuck" in warned(drawn)


def test_a_round_in_which_nothing_waits_is_pointed_out():
    drawn = drawing(
        start(), user("work"), service("a"), service("b"), end(), ways="start > work > end; work > a > b > a"
    )
    assert "has no step that waits" in warned(drawn)


def test_the_desks_own_first_drawing_has_nothing_to_point_out():
    loop = each("approvers", "approver", until="count(votes[item = true]) >= 2", collect="ok", into="votes")
    drawn = drawing(
        start(), user("approve", loop=loop), border("late", "approve", timer("P2D")), user("lead"),
        gate("wait", "eventBased"), catch("answer", event("message", "reply")),
        catch("silence", timer("=working days(3)")), end(), declare=message("reply"),
        ways="start > approve > wait; late > lead > wait; wait > answer > end; wait > silence > end",
    )  # fmt: skip
    assert warned(drawn) == ""
