"""What parts of the desk owe each other: the time for an approval, or for a step that a drawing gives to a group.

The decision `operational` answers for a task with working `minutes`, and like the table of promises with `calendar`,
`pauses` and `warnings`. Where nobody has published it, nothing is promised inside and nothing is asked.
"""

from collections.abc import Mapping
from typing import Any

from sira.decisions import deciding
from sira.decisions.refusals import NoSuchDecision
from sira.processes.blocks import TaskChange
from sira.processes.models import Task
from sira.processes.tasks import changes
from sira.processes.tasks.changes import Change
from sira.promises import clocks, terms
from sira.promises.clocks import Promise
from sira.promises.models import Clock
from sira.tickets import promised
from sira.tickets.models import Ticket
from sira.tickets.telling_of_approvals import laid_out
from sira.tickets.worksheet import Worksheet

TABLE, WORK = "operational", "work"


def changed(change: TaskChange) -> None:
    """Tasks were opened, done or called off. The work itself is what the promises to the requester are about."""
    opened = [task for task in change.opened if task.kind != WORK and task.pk]
    ended = [change.done.pk] if change.done and change.done.kind != WORK else []
    if change.cancelled:
        rows = Task.objects.filter(instance=change.instance, element__in=change.cancelled).exclude(kind=WORK)
        ended += rows.exclude(state=Task.State.OPEN).values_list("pk", flat=True)
    if ended and change.instance.subject:
        stop(change.instance.subject, ended, change)
    if opened and change.instance.subject:
        with laid_out(change.source, change.instance.subject, change) as sheet:
            if sheet is not None:
                for task in opened:
                    start(sheet, task)


def decided(change: Change) -> None:
    if change.what in (changes.ENDED, changes.WITHDRAWN):
        stop(change.approval.subject, [change.approval.task_id], change)


def stop(subject: int, tasks: list[int], change: Any) -> None:
    clocks.stop(subject, *[f"{Clock.TASK}{key}" for key in tasks], at=change.at)


def start(sheet: Worksheet, task: Task) -> None:
    found = promises_for(sheet, task)
    if found:
        clocks.start_clocks(sheet.ticket.pk, found, promised.calendar_of(sheet.ticket), at=sheet.at)
        if sheet.ticket.status == Ticket.Status.WAITING:
            clocks.pause(sheet.ticket.pk, at=sheet.at)


def targets_of_open(subject: int) -> list[str]:
    """Of the clocks that steps and approvals have which nobody has done yet."""
    open_ones = Task.objects.filter(subject=subject, state=Task.State.OPEN).exclude(kind=WORK)
    return [f"{Clock.TASK}{key}" for key in open_ones.values_list("pk", flat=True)]


def promises_for(sheet: Worksheet, task: Task) -> list[Promise]:
    known = promised.facts_of(sheet)
    known["task"] = {
        "kind": task.kind,
        "name": task.name,
        "element": task.element,
        "group": task.group.key if task.group else None,
    }
    try:
        found = deciding.decide(TABLE, known)
    except NoSuchDecision:
        return []
    trace = found.trace_for(subject=sheet.ticket.pk, kind="operational", at=sheet.at)
    sheet.keep(trace)
    answer: Mapping[str, Any] = found.result or {}
    told = {"minutes": answer.get("minutes"), "minutes_pauses": answer.get("pauses")}
    named = {name: answer.get(name) for name in ("calendar", "warnings")}
    rule = {"reason": trace.reason_id, "name": task.name}
    return terms.promises_in(told | named, {"minutes": f"{Clock.TASK}{task.pk}"}, rule)
