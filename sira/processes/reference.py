"""The page of supported elements, made from the tables that the compiler asks."""

import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.utils.translation import override

from sira.processes.bpmn.elements import EVENT_KINDS, IN_EVENT_SUBPROCESS, NOT_RUN, RUN, WORDS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "bpmn-elements.md"

WHAT: dict[tuple[str, str], str] = {
    (
        "startEvent",
        "",
    ): "Where a process begins for a ticket, a form or a caller, and a sub-process always; at most one",
    (
        "startEvent",
        "timer",
    ): "Begins the process once at each of its times, at most once a minute; or an event sub-process",
    (
        "startEvent",
        "message",
    ): "Begins the process, once for each correlation key or subject while it runs; or an event sub-process",
    ("startEvent", "signal"): "Begins the process each time the signal is given; or an event sub-process",
    ("startEvent", "error"): "Begins an event sub-process when an error of that code, or any, is thrown around it",
    ("startEvent", "escalation"): "Begins an event sub-process, interrupting or beside the work",
    ("startEvent", "condition"): "Begins an event sub-process each time the condition becomes true",
    ("startEvent", "compensate"): "Says how the sub-process as a whole is taken back",
    ("endEvent", ""): "This way is over; the scope ends with its last token",
    ("endEvent", "terminate"): "Calls off everything else in its process or sub-process",
    ("endEvent", "message"): "Sends the message, or does its task type",
    ("endEvent", "signal"): "Tells everybody who waits for the signal",
    ("endEvent", "error"): "Leaves scopes until one catches the code; a caller gets it; else an incident",
    ("endEvent", "escalation"): "Tells the nearest scope that listens; unheard it is no error",
    ("endEvent", "compensate"): "Takes back what was done in this scope, the latest first",
    ("task", ""): "A task for a person, like a user task",
    ("userTask", ""): "A task row: assignee, group, form and due date from `zeebe:`; its kind is the task type",
    ("manualTask", ""): "A task row of the kind `manual`, ticked off by a person",
    ("serviceTask", ""): "Does its `zeebe:taskDefinition` type at once; retries after failures that were not foreseen",
    ("sendTask", ""): "Does its task type, or sends its message",
    ("businessRuleTask", ""): "Decides by `zeebe:calledDecision` (task type `sira:decide`) or does its task type",
    ("receiveTask", ""): "Waits for its message",
    ("scriptTask", ""): "Computes `zeebe:script` in FEEL; other languages are refused",
    (
        "callActivity",
        "",
    ): "Runs the process with that key for the same subject and waits for it; which version, see below",
    ("subProcess", ""): "Embedded: its own scope of variables. `triggeredByEvent`: an event sub-process",
    ("exclusiveGateway", ""): "The first way whose condition holds, else the default, else an incident",
    ("parallelGateway", ""): "All ways; waits for all ways in",
    ("inclusiveGateway", ""): "Every way whose condition holds; waits for all that can still come",
    ("eventBasedGateway", ""): "The first of the following events decides",
    (
        "intermediateCatchEvent",
        "timer",
    ): "Waits for a date, a duration (ISO 8601, FEEL, working time) or a cycle's first time",
    ("intermediateCatchEvent", "message"): "Waits for the message, by correlation key or subject",
    ("intermediateCatchEvent", "signal"): "Waits for the signal",
    ("intermediateCatchEvent", "condition"): "Waits until facts make the condition true",
    ("intermediateCatchEvent", "link"): "Where a throwing link of the same name goes on",
    ("intermediateThrowEvent", ""): "Passed through; a landmark in the history",
    ("intermediateThrowEvent", "message"): "Sends the message, or does its task type",
    ("intermediateThrowEvent", "signal"): "Tells everybody who waits for the signal",
    ("intermediateThrowEvent", "escalation"): "Tells the nearest scope that listens, and goes on",
    ("intermediateThrowEvent", "compensate"): "Takes back what was done in this scope, or one activity, then goes on",
    ("intermediateThrowEvent", "link"): "Goes on at the catching link of the same name",
    ("boundaryEvent", "timer"): "Interrupting or not; a cycle repeats while the work goes on",
    ("boundaryEvent", "message"): "Interrupting, or each time beside the work",
    ("boundaryEvent", "signal"): "Interrupting, or each time beside the work",
    ("boundaryEvent", "condition"): "Interrupting, or each time it becomes true",
    ("boundaryEvent", "error"): "Catches that code, or any; a refused step throws its refusal's code",
    ("boundaryEvent", "escalation"): "Catches that code, or any; interrupting or not",
    ("boundaryEvent", "compensate"): "Leads to what takes the activity back",
}


def rows() -> Iterator[tuple[str, str]]:
    """Element and event, as the compiler knows them."""
    yield from sorted(RUN, key=lambda key: (list(WORDS).index(key[0]), key[1]))
    yield from sorted(("startEvent", event) for event in IN_EVENT_SUBPROCESS if ("startEvent", event) not in RUN)


TEXT = """\
# BPMN elements that are run

Made from the tables of `sira/processes/bpmn/elements.py` by `python -m sira.processes.reference`;
a test compares.

| Element | Event | What it does |
| --- | --- | --- |
{run}

Activities may repeat for each item of a list (`multiInstanceLoopCharacteristics` with
`zeebe:loopCharacteristics`), in parallel or one after the other, until a completion condition holds.

## Not run
A drawing with one of these is refused when it is published, by the element's name and this reason.

| Element or event | Reason |
| --- | --- |
{not_run}
| `standardLoopCharacteristics` | loop markers are not run; draw the way back, or repeat for each item of a list |
| several events in one | it waits for several events at once; use an event-based gateway |

Lanes, pools, messages between pools, data objects, groups and notes are kept and written back; nothing
runs by them. What a drawing says to another engine in the namespaces of Camunda 7 and 8, Flowable, Activiti and jBPM
(listeners, candidate users, form keys) is kept too, and named step by step beside the drawing, as advice. A drawing
without coordinates is shown laid out from left to right; it stays as it came until somebody changes it.

## How a process begins
By the type of a ticket (and so by a form, a mail, an agent), by a process that calls it, or by itself: starts with a
message, a signal or a time listen in the published version only. Publishing a new version hands them over, and a timer
that says the same keeps its next time; retiring ends them. A process that begins by itself opens a ticket of the type
that it leads; where no type names it, it works for no ticket.

A call is bound by `bindingType` of `zeebe:calledElement`: `latest` (the published version, also when left out),
`deployment` (the one that was published when the caller's version was) or `versionTag` (the newest with that
`zeebe:versionTag`, else the version with that number).

## Limits
| What | Limit | What happens |
| --- | --- | --- |
| size of a drawing | 5 MB, 200,000 parts, 100 deep in each other, 2,000 steps, 6,000 arrows | refused with the reason |
| steps of one transaction, over all processes it sets going | 1,000 | an incident at the step that would come next |
| tokens of one instance | 1,000 | an incident at the step that would lead to more |
| repetitions of a step | 500 | an incident at that step |
| processes that call each other | 20 deep | an incident at the call |
| an expression | 2 seconds of CPU, lists and texts of 100,000 | an incident at its step |

## When a step cannot be done
A refusal is an error with the refusal's code, for a boundary event or an event sub-process to catch. What was not
foreseen is tried again as often as `retries` says, after 1, 5, 25 and 60 minutes. Else the token waits with an
incident, and an operator lets it try again, goes on behind it with an answer, moves it to another step of the same
sub-process, or calls the process off (`sira/processes/helping.py`). The history keeps who did.

## Another version
Instances stay on the version they began on. `sira/processes/transferring.py` moves them: `rehearse` says for each token
where it would stand, `transfer` moves one and `transfer_all` all that have a place. Open tasks stay with who has them,
timers and tasks keep their due dates, votes and ways that came to a join are kept; events that only the new version
waits for count from the move, those that it does not wait for are forgotten.

## Compared with another engine
`python -m bench.differential` plays random processes on this engine and on SpiffWorkflow 3.2. Of 10,581 made, 10,000
ran on both, with 44,054 answers. In 9,947 both stood at the same places after each answer. In 53 they did not, and each
time the other engine had broken the standard's count of tokens (BPMN 2.0.2, 13.4): a parallel join that goes on without
a token of each way (29), an inclusive join that goes on while a token can still come (5), and a step that is dropped
when another token comes by the gateway before it (19). 581 had an event sub-process, which the other leaves out.
The other engine has no compensation: it is given the undoing as ordinary steps in the standard's order. It asks the
conditions of events when its host does, and is asked whenever nothing else moves. Links are not part of the comparison,
since the other engine drops its token there; it hears a non-interrupting event once where this one hears it again.

## Expressions and times
Conditions are FEEL. In other values FEEL begins with `=`, all else is text. A timer takes ISO 8601
(`PT4H`, `P3D`, `2026-03-09T08:00:00+01:00`, `R3/PT4H`), FEEL that gives one, or `=working days(3)`,
`=working hours(4)`, `=working minutes(30)`, counted in the subject's working calendar.

**Working days** are counted as people count them: two working days from Monday 10:21 end on Wednesday at 10:21. A date
on which the desk opens at all is one, for an hour or for all of it; a night shift belongs to the date on which it
begins. What begins while the desk is closed begins with its next opening. Where the last day is closed at that time, it
ends with the closing before, or with the day's first opening. Half a day is four hours of work. Promises are hours and
minutes of work, never days.
"""


def page() -> str:
    written = {kind: local for local, kind in EVENT_KINDS.items()} | {"": ""}
    run = [f"| {_code(element)} | {_code(written[event])} | {WHAT[element, event]} |" for element, event in rows()]
    with override("en"):
        not_run = [f"| `{element}` | {reason} |" for element, reason in NOT_RUN.items()]
    return TEXT.format(run="\n".join(run), not_run="\n".join(not_run))


def _code(name: str) -> str:
    return f"`{name}`" if name else ""


def main() -> int:
    django.setup()  # the reasons are texts of the desk
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
