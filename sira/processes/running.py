"""What can happen to an instance: start, a task done, a message, a signal, a timer, a changed fact, a cancellation.

Each locks the instance's row, applies one stimulus and writes everything that follows in the caller's transaction.
Whoever also locks the subject does so before: subject first, then instance.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from sira.people.models import Person
from sira.plumbing.joining import joining
from sira.plumbing.refusals import Refused
from sira.processes import blocks, together, versions
from sira.processes.bpmn.messages import Failed, Finished, Looked, Occurred, Start
from sira.processes.going_on import GivenFacts, begin, cancel, deliver, go_on
from sira.processes.listening import Thrown
from sira.processes.models import Instance, Subscription, Task
from sira.processes.performing import Allowance
from sira.processes.refusals import NotWaiting, TaskNotOpen

__all__ = [
    "answered", "broadcast", "cancel", "complete", "correlate", "fail", "hear", "look_again", "occurred", "start",
]  # fmt: skip


@joining
def start(
    key: str, *, subject: int, variables: Mapping[str, Any] | None = None, facts: GivenFacts = None, at: datetime
) -> Instance:
    """Begin the published process for the subject, and run it until it waits.

    facts: what conditions read; a mapping, or Facts that are asked again after every block; None: as registered.
    A process that has only starts with events begins at the first, as if its event had come.
    Raises NoSuchProcess. What fails inside the process does not raise: the instance is stuck with an incident.
    """
    stimulus, found = Start(variables or {}), blocks.as_facts(facts, subject)
    return begin(versions.published(key), stimulus, subject, found, at, Allowance(), {"start": key})


@transaction.atomic
def complete(
    task: Task,
    *,
    by: Person,
    outcome: Mapping[str, Any] | None = None,
    evidence: str = "",
    facts: GivenFacts = None,
    at: datetime,
) -> Task:
    """Record that somebody did the task, and let the process go on with the outcome.

    outcome: answers by name, as JSON; they become variables unless the drawing maps them. Raises TaskNotOpen.
    """
    before = {name: task.__dict__.get(name) for name in ("state", "done_at", "done_by_id", "outcome", "evidence")}
    task.state, task.done_at, task.done_by = Task.State.DONE, at, by
    task.outcome, task.evidence = dict(outcome) if outcome else None, evidence
    instance, was_open = together.lock_and_finish(task)
    if not was_open:
        for name, value in before.items():
            setattr(task, name, value)
        raise TaskNotOpen
    stimulus = Finished(str(task.token), task.element, outcome or {})
    go_on(instance, stimulus, {"task": task.pk, "by": by.pk}, facts, at, done=task)
    return task


@transaction.atomic
def correlate(
    name: str,
    *,
    subject: int | None = None,
    key: str | None = None,
    payload: Mapping[str, Any] | None = None,
    facts: GivenFacts = None,
    at: datetime,
) -> int:
    """Give a message to whoever waits for it under that name, by subject or by correlation key.

    Each instance hears it once. A published process that starts by it begins, unless an instance of it has heard the
    message or was begun by one with the same key (without a key: the same subject) and still runs.
    Returns how many heard it or began; 0 is no error: nobody waited.
    """
    thrown = Thrown(Subscription.Kind.MESSAGE, name, key, subject, payload or {}, about=subject)
    return deliver(thrown, facts, at)


@transaction.atomic
def broadcast(name: str, *, payload: Mapping[str, Any] | None = None, at: datetime) -> int:
    """Give a signal to every instance that waits for it and every process that starts by it. Returns how many."""
    return deliver(Thrown(Subscription.Kind.SIGNAL, name, None, None, payload or {}), None, at)


@transaction.atomic
def look_again(subject: int, *, facts: GivenFacts = None, at: datetime) -> int:
    """Facts about the subject have changed: the conditions that its instances wait for are asked again.

    The subject is locked by whoever changed it. Returns how many instances asked.
    """
    rows = Subscription.objects.filter(kind=Subscription.Kind.CONDITION, subject=subject)
    waiting = sorted(set(rows.values_list("instance_id", flat=True)))
    for pk in waiting:
        if (instance := together.lock(pk)).status in Instance.ACTIVE:  # the one before may have called it off
            go_on(instance, Looked(), {"facts": "changed"}, facts, at)
    return len(waiting)


@transaction.atomic
def fail(task: Task, refusal: Refused, *, facts: GivenFacts = None, at: datetime) -> None:
    """Nobody can do the task any more: its step fails, and the drawing or an operator goes on. Raises NotWaiting."""
    failed = Failed(str(task.token), task.element, refusal.code, refusal.message)
    go_on(together.lock(task.instance_id), failed, {"failed": task.pk}, facts, at)


@transaction.atomic
def answered(pk: int, stimulus: Finished | Failed, *, at: datetime) -> bool:
    """What a block asked for outside the transaction is there. False if the process does not wait for it any more."""
    subject = Instance.objects.values_list("subject", flat=True).get(pk=pk)
    blocks.lock(subject)
    try:
        go_on(together.lock(pk), stimulus, {"answer": stimulus.element}, None, at)
    except NotWaiting:
        return False
    return True


@transaction.atomic
def hear(pk: int, token: int, element: str, *, cause: dict[str, Any], payload: Mapping[str, Any], at: datetime) -> None:
    """What could not be heard at once, because somebody else was at it."""
    subject = Instance.objects.values_list("subject", flat=True).get(pk=pk)
    blocks.lock(subject)
    try:
        go_on(together.lock(pk), Occurred(str(token), element, payload), cause, None, at)
    except NotWaiting:
        return  # it has gone on meanwhile


def occurred(instance: Instance, token: int, element: str, *, cause: dict[str, Any], at: datetime) -> None:
    """What the token listened to came about; the instance is locked. Raises NotWaiting."""
    go_on(instance, Occurred(str(token), element), cause, None, at)
