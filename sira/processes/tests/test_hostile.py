"""Drawings made to hurt: each is refused, or stopped with a sentence that names the step."""

from time import process_time

import pytest

from sira.processes import running, versions
from sira.processes.bpmn.compiling import compile_process, examine
from sira.processes.bpmn.reading import read
from sira.processes.models import Incident, Instance
from sira.processes.refusals import NotReadable, NotRunnable
from sira.processes.tests.drawing import (
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
)
from sira.processes.tests.playing import MONDAY, Play

SECONDS = 20  # of CPU, for what takes two on a quiet machine


def stuck(source, **variables):
    play = Play(source).start(**variables)
    return [(each.element, str(each.message)) for each in play.stuck]


def row(count):
    keys = [f"u{number}" for number in range(count)]
    return drawing(start(), *map(user, keys), end(), ways=f"start > {' > '.join(keys)} > end")


def ladder(kind, rungs):
    steps, ways = [start(), end()], ["start > a0"]
    for rung in range(rungs):
        steps += [gate(f"a{rung}", kind), user(f"u{rung}"), gate(f"b{rung}", kind)]
        condition, otherwise = ("", "") if kind == "parallel" else (" if x > 1", " otherwise")
        ways += [f"a{rung} > u{rung}{condition}", f"a{rung} > b{rung}{otherwise}", f"u{rung} > b{rung}"]
        ways.append(f"b{rung} > {f'a{rung + 1}' if rung + 1 < rungs else 'end'}")
    return drawing(*steps, ways="; ".join(ways))


def nested(depth):
    inner, name = user("work"), "work"
    for level in range(depth):
        inner = subprocess(
            f"s{level}", start(f"i{level}"), inner, end(f"e{level}"), ways=f"i{level} > {name} > e{level}"
        )
        name = f"s{level}"
    return drawing(start(), inner, end(), ways=f"start > {name} > end")


def test_a_drawing_of_five_thousand_steps_is_refused_by_its_name_and_soon():
    begun = process_time()
    _graph, findings = examine(read(row(5_000)))
    assert "Process “p”: it has more than 2,000 steps" in str(findings.stopping[0])
    assert process_time() - begun < SECONDS


@pytest.mark.parametrize("kind", ["parallel", "inclusive"])
def test_the_largest_drawing_that_is_taken_is_looked_through_soon(kind):
    begun = process_time()
    compile_process(read(ladder(kind, 600)))
    assert process_time() - begun < SECONDS


def test_sub_processes_in_each_other_run_as_deep_as_they_can_be_read():
    play = Play(nested(90)).start().finish("work")
    assert play.ended


def test_deeper_nesting_is_not_read():
    with pytest.raises(NotReadable, match="nested too deeply"):
        read(nested(300))


COMMAND = "__import__('os').system('true')"


@pytest.mark.parametrize(
    "step",
    [
        node("scriptTask", "harm", extension=f'<zeebe:script expression="={COMMAND}" resultVariable="x"/>'),
        node("scriptTask", "harm", f"<bpmn:script>{COMMAND}</bpmn:script>", scriptFormat="python"),
        catch("harm", timer(f"={COMMAND}")),
        user("harm", loop=each(COMMAND)),
        user("harm", extension=f'<zeebe:assignmentDefinition assignee="={COMMAND}"/>'),
        service("harm", extension=f'<zeebe:ioMapping><zeebe:input source="={COMMAND}" target="x"/></zeebe:ioMapping>'),
        node("callActivity", "harm", extension=f'<zeebe:calledElement processId="={COMMAND}"/>'),
        user("harm", extension='<zeebe:assignmentDefinition assignee="${T(java.lang.Runtime)}"/>'),
    ],
)
def test_a_shell_command_anywhere_is_refused_naming_the_step(step):
    with pytest.raises(NotRunnable, match="Harm"):
        compile_process(read(drawing(start(), step, end(), ways="start > harm > end")))


@pytest.mark.parametrize(
    "condition",
    [
        "some x in 1..1000000000 satisfies x < 0",
        "count(for a in 1..100000, b in 1..100000 return a) > 1",
    ],
)
def test_a_condition_that_would_count_for_ever_is_stopped_at_its_gateway(condition):
    begun = process_time()
    drawn = drawing(
        start(), gate("choose"), user("work"), end(),
        ways=f"start > choose; choose > work if {condition}; choose > end otherwise; work > end",
    )  # fmt: skip
    ((element, reason),) = stuck(drawn)
    assert element == "choose" and "stopped" in reason
    assert process_time() - begun < SECONDS


def test_a_list_without_measure_asks_nobody():
    drawn = drawing(start(), user("work", loop=each("for i in 1..50000 return i")), end(), ways="start > work > end")
    assert stuck(drawn) == [("work", "“Work” would repeat 50,000 times, and 500 is the most.")]


def test_ways_that_multiply_are_stopped():
    steps = [throw(f"t{place}", "") for place in range(30)]
    ways = [f"t{one} > t{two}" for one in range(30) for two in range(one + 1, 30)]
    begun = process_time()
    found = stuck(drawing(start(), *steps, end(), ways=f"start > t0; {'; '.join(ways)}; t29 > end"))
    assert 0 < len(found) <= 1_001 and process_time() - begun < SECONDS


def test_a_join_that_waits_for_itself_is_refused_by_its_name():
    drawn = drawing(
        start(), gate("meet", "parallel"), user("work"), gate("again"), end(),
        ways="start > meet > work > again; again > meet if x = 1; again > end otherwise",
    )  # fmt: skip
    with pytest.raises(NotRunnable, match="Parallel gateway “Meet”: it waits for itself"):
        compile_process(read(drawn))


@pytest.mark.django_db
def test_a_process_that_waits_for_what_only_itself_would_say_just_waits():
    waiting = catch("hear", event("message", "go"))
    drawn = drawing(start(), waiting, throw("say", event("message", "go")), end(), declare=message("go"),
                    ways="start > hear > say > end")  # fmt: skip
    versions.install(drawn, at=MONDAY)
    assert running.start("p", subject=7, at=MONDAY).status == Instance.Status.RUNNING


@pytest.mark.django_db
def test_two_processes_that_answer_each_other_for_ever_are_stopped():
    def answering(key, hears, says):
        return drawing(
            start(), gate("again"), catch("hear", event("message", hears)), throw("say", event("message", says)),
            declare=message(hears) + message(says), key=key, ways="start > again > hear > say > again",
        )  # fmt: skip

    for source in (answering("p", "ping", "pong"), answering("q", "pong", "ping")):
        versions.install(source, at=MONDAY)
    for key in "pq":
        running.start(key, subject=7, at=MONDAY)
    running.correlate("ping", subject=7, at=MONDAY)
    assert {incident.code for incident in Incident.objects.all()} == {"step_budget"}
    assert "It went on for 1000 steps without waiting" in Incident.objects.first().message
