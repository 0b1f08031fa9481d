"""Drawings as other tools write them: what they leave out, add, or mean otherwise."""

import json
from time import process_time

import pytest

from sira.processes import versions
from sira.processes.bpmn.compiling import compile_process, examine
from sira.processes.bpmn.reading import read
from sira.processes.conformance import judge
from sira.processes.refusals import NotRunnable
from sira.processes.tests.drawing import (
    border,
    catch,
    drawing,
    end,
    event,
    gate,
    handler,
    node,
    service,
    start,
    subprocess,
    timer,
    user,
)
from sira.processes.tests.drawing import throw as throws
from sira.processes.tests.playing import Play

SECONDS = 20  # of CPU, for what takes one or two on a quiet machine


def refused(source: str) -> str:
    with pytest.raises(NotRunnable) as refusal:
        compile_process(read(source))
    return str(refusal.value)


def warned(source: str) -> list[str]:
    _graph, findings = examine(read(source))
    return [str(finding) for finding in findings]


def undoing(boundary: str = "border", handler: str = "undo", activity: str = "work") -> str:
    source = drawing(
        start(), user("work"), border("border", "work", event("compensate")), user("undo", isForCompensation="true"),
        throws("back", event("compensate", activity, "activityRef")), end(), ways="start > work > back > end",
    )  # fmt: skip
    joined = f'<bpmn:association id="a" sourceRef="{boundary}" targetRef="{handler}"/></bpmn:process>'
    return source.replace("</bpmn:process>", joined)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-9", "windows-1254"])
def test_a_drawing_in_another_encoding_opens_and_is_written_back_equal(encoding):
    source = drawing(start(), user("work", name="İşi yap"), end(), ways="start > work > end")
    verdict = judge(source.replace("UTF-8", encoding).encode(encoding))
    assert verdict["opened"] and verdict["equal"] and verdict["processes"][0]["ended"]


def test_references_may_carry_a_prefix_as_the_standard_allows():
    late = border("late", "work", timer("PT1H")).replace('attachedToRef="work"', 'attachedToRef="tns:work"')
    source = drawing(start(), user("work"), late, end(), ways="start > work > end; late > end")
    assert "late" in compile_process(read(source)).nodes["work"].boundaries
    play = Play(undoing("tns:border", "tns:undo", "tns:work")).start().finish("work")
    assert play.waiting == ["undo"]


def test_what_takes_an_activity_back_needs_no_arrow():
    assert warned(undoing()) == []


def test_an_activity_that_is_taken_back_has_to_be_there():
    assert "“Back”: the activity that it takes back is not there" in refused(undoing(activity="gone"))


def test_a_condition_in_another_language_is_refused_although_it_would_read_as_feel():
    source = drawing(start(), gate("big"), user("work"), end(),
                     ways="start > big; big > work if amount > 1; big > end otherwise; work > end")  # fmt: skip
    compile_process(read(source))
    assert "“=amount > 1” is not written in FEEL" in refused(
        source.replace('"bpmn:tFormalExpression"', '"bpmn:tFormalExpression" language="groovy"')
    )


def test_an_arrow_across_the_border_of_a_sub_process_is_refused():
    inner = subprocess("inner", start("in"), user("work"), end("out"), ways="in > work > out")
    assert "Arrow “start_work”: it leads into a sub-process" in refused(
        drawing(start(), inner, end(), ways="start > work; inner > end")
    )


def test_a_border_event_sits_on_something_of_its_own_level():
    inner = subprocess("inner", start("in"), user("work"), end("out"), ways="in > work > out")
    late = border("late", "work", timer("PT1H"))
    assert "“Late”: it sits on nothing" in refused(
        drawing(start(), inner, late, end(), ways="start > inner > end; late > end")
    )


def test_an_event_sub_process_that_begins_without_an_event_is_refused():
    late = handler("late", start("in"), user("work"), end("out"), ways="in > work > out")
    assert "“Late”: an event sub-process needs exactly one start" in refused(
        drawing(start(), late, end(), ways="start > end")
    )


def test_a_sub_process_that_bears_the_id_of_its_process_is_refused():
    inner = subprocess("p", start("in"), user("work"), end("out"), ways="in > work > out")
    assert "its id is missing or used twice" in refused(drawing(start(), inner, end(), ways="start > p > end"))


def test_two_processes_of_one_id_are_refused():
    source = drawing(start(), end(), ways="start > end")
    process = source[source.index("<bpmn:process") : source.index("</bpmn:definitions>")]
    assert "Process “p”: its id" in refused(source.replace("</bpmn:definitions>", f"{process}</bpmn:definitions>"))


def test_counted_tokens_are_refused_and_the_usual_one_is_not():
    source = drawing(start(), user("work", startQuantity="1"), end(), ways="start > work > end")
    compile_process(read(source))
    assert "“Work”: it counts tokens" in refused(source.replace('startQuantity="1"', 'startQuantity="3"'))


def test_after_an_event_based_gateway_stands_only_what_waits():
    source = drawing(start(), gate("which", "eventBased"), catch("later", timer("PT1H")), user("work"), end(),
                     ways="start > which; which > later > end; which > work > end")  # fmt: skip
    assert "“Work”: it follows an event-based gateway" in refused(source)


def test_a_default_that_is_none_of_the_ways_out_is_told():
    source = drawing(start(), gate("which"), user("work"), end(),
                     ways="start > which; which > work if x = 1; which > end if x = 2; work > end")  # fmt: skip
    (warning,) = warned(source.replace(' id="which"', ' id="which" default="gone"'))
    assert "mark one way as the default" in warning


def test_a_number_of_retries_that_no_computer_counts_is_none():
    graph = compile_process(
        read(drawing(start(), service("call", retries="9" * 5_000), end(), ways="start > call > end"))
    )
    assert graph.nodes["call"].retries == 0


def test_a_drawing_with_more_arrows_than_can_be_looked_through_is_refused_soon():
    arrows = "; ".join(["fork > join"] * 7_000)
    begun = process_time()
    found = refused(drawing(start(), gate("fork", "parallel"), gate("join", "parallel"), end(),
                            ways=f"start > fork; {arrows}; join > end"))  # fmt: skip
    assert "it has more than 6,000 arrows" in found and process_time() - begun < SECONDS


def test_inclusive_gateways_that_all_lead_to_each_other_are_refused_soon():
    gates = [f"g{place}" for place in range(1_400)]
    ways = [f"{gates[one]} > {gates[one + far]} if x = 1" for far in (1, 7, 50) for one in range(1_400 - far)]
    begun = process_time()
    found = refused(drawing(start(), *(gate(each, "inclusive") for each in gates), end(),
                            ways=f"start > g0; {'; '.join(ways)}; g1399 > end"))  # fmt: skip
    assert "it has too many inclusive gateways" in found and process_time() - begun < SECONDS


@pytest.mark.parametrize("expression", ["10**5000", "10**400", "10**-5000", "0**-1", '"a\\u0000b"', "10**300 + 0.5"])
def test_a_value_that_no_json_reader_holds_is_kept_as_one_that_it_does(expression):
    compute = node("scriptTask", "compute", extension=f"<zeebe:script expression='={expression}' resultVariable='x'/>")
    play = Play(drawing(start(), compute, user("work"), end(), ways="start > compute > work > end")).start()
    kept = json.dumps(play.variables, allow_nan=False)
    assert json.loads(kept) == play.variables and "\\u0000" not in kept


CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
FLOWABLE = 'xmlns:flowable="http://flowable.org/bpmn"'
LISTENER = '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="x"/></zeebe:executionListeners>'


@pytest.mark.parametrize(
    ("extension", "attribute", "parts"),
    [
        (LISTENER, "", "zeebe:executionListeners"),
        ('<zeebe:assignmentDefinition candidateGroups="it" candidateUsers="ada"/>', "",
         "zeebe:assignmentDefinition candidateUsers"),
        (f'<camunda:taskListener {CAMUNDA} event="create" class="a.B"/>', "", "camunda:taskListener"),
        ("", f'{CAMUNDA} camunda:assignee="ada" camunda:asyncBefore="true"', "camunda:assignee"),
        ("", f'{FLOWABLE} flowable:formKey="leave" flowable:candidateGroups="it"',
         "flowable:formKey, flowable:candidateGroups"),
    ],
)  # fmt: skip
def test_what_is_written_for_another_engine_is_told_by_the_name_of_the_step(extension, attribute, parts):
    source = drawing(start(), user("work", extension=extension), end(), ways="start > work > end")
    (found,) = versions.check(source.replace(' id="work"', f' id="work" {attribute}', 1))
    assert found.element == "work" and not found.stops
    assert str(found.reason) == f"this is written for another engine and does nothing here: {parts}"


def test_what_only_describes_a_drawing_is_not_told():
    looks = (
        '<signavio:signavioMetaData xmlns:signavio="http://www.signavio.com" metaKey="bgcolor" metaValue="#ffffcc"/>'
        '<bizagi:BizagiExtensions xmlns:bizagi="http://www.bizagi.com/bpmn20"><bizagi:BizagiProperties/>'
        "</bizagi:BizagiExtensions>"
    )
    source = drawing(start(), user("work", extension=looks), end(), ways="start > work > end")
    coloured = source.replace(
        ' id="work"',
        ' id="work" xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0" color:fill="#fff"',
        1,
    )
    assert versions.check(coloured) == []


@pytest.mark.parametrize("prefix", ["", "bpmn2:", "semantic:", "model:"])
def test_the_prefix_of_the_standard_may_be_any_or_none(prefix):
    source = drawing(start(), user("work"), end(), ways="start > work > end")
    declared = f"xmlns:{prefix[:-1]}=" if prefix else "xmlns="
    source = source.replace("bpmn:", prefix).replace("xmlns:bpmn=", declared)
    assert [step.id for step in compile_process(read(source)).nodes.values()] == ["start", "work", "end"]


def test_a_way_without_a_condition_is_called_as_it_is_drawn():
    source = drawing(
        start(), gate("ok"), user("go_on"), end(), ways="start > ok > go_on > end; ok > end"
    ).replace('id="ok_end"', 'id="ok_end" name="no"')  # fmt: skip
    assert "the way “Go on” has no condition" in refused(source) and "the way “no” has no condition" in refused(source)


def test_a_message_without_a_name_is_told_by_its_id():
    source = drawing(
        start(),
        catch("hear", event("message", "m1")),
        end(),
        ways="start > hear > end",
        declare='<bpmn:message id="m1"/>',
    )
    assert "Catching event “Hear”: what it refers to, “m1”, has no name" in refused(source)


def test_people_named_in_the_way_of_the_standard_are_told_to_count_for_nothing():
    owner = "<bpmn:potentialOwner><bpmn:resourceRef>clerks</bpmn:resourceRef></bpmn:potentialOwner>"
    source = drawing(start(), node("userTask", "work", owner), end(), ways="start > work > end")
    (found,) = versions.check(source)
    assert found.element == "work" and str(found.reason).endswith("does nothing here: bpmn:potentialOwner")
