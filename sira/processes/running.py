"""What can happen to an instance: start, a task done, a message, a signal, a timer, a changed fact, an operator's hand.

Each locks the instance's row, applies one stimulus and writes everything that follows in the caller's transaction.
Whoever also locks the subject does so before: subject first, then instance.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person
from sira.plumbing import rows
from sira.plumbing.refusals import NotAllowed, Refused
from sira.processes import beginnings, blocks, later, together, versions
from sira.processes.blocks import Facts
from sira.processes.bpmn.expressions import plain
from sira.processes.bpmn.messages import (
    Call,
    Cancel,
    Failed,
    Finished,
    Looked,
    Move,
    Occurred,
    Retry,
    Start,
    Stimulus,
)
from sira.processes.listening import Thrown, is_begun, who_waits_for
from sira.processes.models import Incident, Instance, StartEvent, Subscription, Task
from sira.processes.performing import Allowance, Errand, perform
from sira.processes.recording import Ledger
from sira.processes.refusals import NoSuchProcess, NotWaiting, TaskNotOpen

GivenFacts = Facts | Mapping[str, Any] | None
MAX_DEPTH = 20


@transaction.atomic(savepoint=False)
def start(
    key: str, *, subject: int, variables: Mapping[str, Any] | None = None, facts: GivenFacts = None, at: datetime
) -> Instance:
    """Begin the published process for the subject, and run it until it waits.

    facts: what conditions read; a mapping, or Facts that are asked again after every block; None: as registered.
    A process that has only starts with events begins at the first, as if its event had come.
    Raises NoSuchProcess. What fails inside the process does not raise: the instance is stuck with an incident.
    """
    stimulus, found = Start(variables or {}), blocks.as_facts(facts, subject)
    return _begin(versions.published(key), stimulus, subject, found, at, Allowance(), {"start": key})


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
    _go_on(instance, stimulus, {"task": task.pk, "by": by.pk}, facts, at, done=task)
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
    return _deliver(thrown, facts, at)


@transaction.atomic
def broadcast(name: str, *, payload: Mapping[str, Any] | None = None, at: datetime) -> int:
    """Give a signal to every instance that waits for it and every process that starts by it. Returns how many."""
    return _deliver(Thrown(Subscription.Kind.SIGNAL, name, None, None, payload or {}), None, at)


@transaction.atomic
def look_again(subject: int, *, facts: GivenFacts = None, at: datetime) -> int:
    """Facts about the subject have changed: the conditions that its instances wait for are asked again.

    The subject is locked by whoever changed it. Returns how many instances asked.
    """
    rows = Subscription.objects.filter(kind=Subscription.Kind.CONDITION, subject=subject)
    waiting = sorted(set(rows.values_list("instance_id", flat=True)))
    for pk in waiting:
        if (instance := together.lock(pk)).status in Instance.ACTIVE:  # the one before may have called it off
            _go_on(instance, Looked(), {"facts": "changed"}, facts, at)
    return len(waiting)


@transaction.atomic
def cancel(instance: Instance, *, at: datetime, reason: str = "", by: Person | None = None) -> Instance:
    """Call off the instance, its open tasks and all it waits for. One that has ended stays as it is.

    A part of other operations, such as withdrawing a ticket or tickets.operating.cancel: they ask who may.
    """
    instance = together.lock(instance.pk)
    if instance.status in Instance.ACTIVE:
        cause = {"cancel": reason} | ({"by": by.pk} if by else {})
        _go_on(instance, Cancel(), cause, blocks.FixedFacts({}), at)
    return instance


# An operator's hand


def may_operate(person: Person) -> bool:
    return person.role in (Person.Role.ADMINISTRATOR, Person.Role.SYSTEM)


def may_retry(person: Person) -> bool:
    """Whether of this very subject, a higher room knows (tickets.operating)."""
    return may_operate(person) or person.role == Person.Role.LEAD


@transaction.atomic
def retry(incident: Incident, *, by: Person, facts: GivenFacts = None, at: datetime) -> Instance:
    """Let the stuck step try again. Raises NotAllowed, NotWaiting; so do the others."""
    if not may_retry(by):
        raise NotAllowed
    return _operate(incident, Retry(str(incident.token)), "retry", by, facts, at)


@transaction.atomic
def skip(
    incident: Incident, *, by: Person, outcome: Mapping[str, Any] | None = None, facts: GivenFacts = None, at: datetime
) -> Instance:
    """Go on behind the stuck step as if it had answered with the outcome."""
    if not may_operate(by):
        raise NotAllowed
    return _operate(incident, Finished(str(incident.token), incident.element, outcome or {}), "skip", by, facts, at)


@transaction.atomic
def move(
    instance: Instance, token: int, element: str, *, by: Person, facts: GivenFacts = None, at: datetime
) -> Instance:
    """Put a token on another step of the same process or sub-process, and go on from there. Raises NotWaiting."""
    if not may_operate(by):
        raise NotAllowed
    instance = together.lock(instance.pk)
    _go_on(instance, Move(str(token), element), {"operator": "move", "by": by.pk}, facts, at)
    return instance


def _operate(incident: Incident, stimulus: Stimulus, act: str, by: Person, facts: GivenFacts, at: datetime) -> Instance:
    instance = together.lock(incident.instance_id)
    _go_on(instance, stimulus, {"operator": act, "by": by.pk}, facts, at)
    return instance


@transaction.atomic
def fail(task: Task, refusal: Refused, *, facts: GivenFacts = None, at: datetime) -> None:
    """Nobody can do the task any more: its step fails, and the drawing or an operator goes on. Raises NotWaiting."""
    failed = Failed(str(task.token), task.element, refusal.code, refusal.message)
    _go_on(together.lock(task.instance_id), failed, {"failed": task.pk}, facts, at)


@transaction.atomic
def answered(pk: int, stimulus: Finished | Failed, *, at: datetime) -> bool:
    """What a block asked for outside the transaction is there. False if the process does not wait for it any more."""
    subject = Instance.objects.values_list("subject", flat=True).get(pk=pk)
    blocks.lock(subject)
    try:
        _go_on(together.lock(pk), stimulus, {"answer": stimulus.element}, None, at)
    except NotWaiting:
        return False
    return True


# How it goes on


def occurred(instance: Instance, token: int, element: str, *, cause: dict[str, Any], at: datetime) -> None:
    """What the token listened to came about; the instance is locked. Raises NotWaiting."""
    _go_on(instance, Occurred(str(token), element), cause, None, at)


def begin_by_itself(
    row: StartEvent,
    cause: dict[str, Any],
    *,
    payload: Mapping[str, Any] | None = None,
    subject: int | None = None,
    begun_by: str = "",
    facts: GivenFacts = None,
    at: datetime,
    allowance: Allowance | None = None,
) -> None:
    """A start event of a published version has happened. subject: None if nobody said for what: a higher room may know
    (see blocks.begin_by), else the process works for no subject."""
    allowance, named = allowance or Allowance(), {"start": row.version.key} | cause
    stimulus = Start(payload or {}, row.element)

    def begin(chosen: int, given: GivenFacts) -> Instance:
        found = blocks.as_facts(given, chosen)
        return _begin(row.version_id, stimulus, chosen, found, at, allowance, named, begun_by=begun_by)

    if subject is not None:
        begin(subject, facts)
    elif not blocks.begin_for(blocks.Beginning(row.version.key, row.version.name, stimulus.variables, at, begin)):
        begin(beginnings.NOBODY, facts)


def _begin(
    version: int,
    stimulus: Start,
    subject: int,
    facts: Facts,
    at: datetime,
    allowance: Allowance,
    cause: dict[str, Any],
    caller: tuple[Instance, str] | None = None,
    begun_by: str = "",
) -> Instance:
    instance = rows.made(Instance, version_id=version, subject=subject, state={}, started_at=at, begun_by=begun_by)
    if caller is not None:
        instance.caller, instance.caller_token = caller[0], int(caller[1])
    graph = versions.graph_of(version)
    errand = Errand(instance, graph, stimulus, facts, at, cause, allowance, must_live=True)
    _finish(errand, perform(errand, _end_called))
    return instance


def _go_on(
    instance: Instance,
    stimulus: Stimulus,
    cause: dict[str, Any],
    facts: GivenFacts,
    at: datetime,
    *,
    done: Task | None = None,
    allowance: Allowance | None = None,
) -> None:
    if instance.status not in Instance.ACTIVE:
        raise NotWaiting
    found = blocks.as_facts(facts, instance.subject)
    graph = versions.graph_of(instance.version_id)
    errand = Errand(instance, graph, stimulus, found, at, cause, allowance or Allowance(), done, must_live=done is None)
    _finish(errand, perform(errand, _end_called))


def _finish(errand: Errand, ledger: Ledger) -> None:
    """What reaches beyond the instance, once its own rows are written."""
    instance, at, mine = errand.instance, errand.at, errand.instance.subject
    if ledger.opened or ledger.cancelled or errand.done:
        blocks.tell_of_tasks(
            blocks.TaskChange(instance, at, ledger.opened, errand.done, ledger.cancelled, errand.facts)
        )
    if ledger.ended or ledger.stuck:
        blocks.tell_of_instance(blocks.InstanceChange(instance, at, ledger.ended is not None, ledger.stuck))
    _end_called(errand, ledger)
    for call in ledger.calls:
        _call(errand, call)
    if ledger.ended and instance.caller_id is not None and not ledger.ended.cancelled:
        _answer_caller(errand, ledger, instance.caller_id)
    errand.allowance.post.thrown += (
        Thrown(each.kind, each.name, each.key or None, None if each.key else mine, each.payload, about=mine)
        for each in ledger.thrown
    )
    _deliver_post(errand.allowance, at)
    if ledger.calls or ledger.thrown:
        instance.refresh_from_db()  # what was called may have answered already, to another copy of the row


def _end_called(errand: Errand, ledger: Ledger) -> None:
    """What was called for a step that is called off ends with it, before a block that follows may look at its tasks."""
    tokens, ledger.uncalled = ledger.uncalled, []
    for token in tokens:
        called = Instance.objects.filter(caller=errand.instance, caller_token=token, status__in=Instance.ACTIVE)
        for each in called:
            cancel(each, at=errand.at, reason="called off")


def _call(errand: Errand, call: Call) -> None:
    """Start the called process. What cannot be started is a failure of the step that calls."""
    instance, allowance = errand.instance, errand.allowance
    allowance.depth += 1
    try:
        if allowance.depth > MAX_DEPTH:
            raise NoSuchProcess(_("Processes call each other more than %(limit)s deep.") % {"limit": MAX_DEPTH})
        node, caller = errand.graph.nodes[call.element], (instance, call.token)
        version = versions.bound(call.key, node.binding, node.tag, instance.version_id)
        stimulus, cause = Start(call.variables), {"start": call.key}
        _begin(version, stimulus, instance.subject, errand.facts, errand.at, allowance, cause, caller)
    except NoSuchProcess as problem:
        failed = Failed(call.token, call.element, problem.code, problem.message)
        _go_on(instance, failed, {"call": call.key}, errand.facts, errand.at, allowance=allowance)
    finally:
        allowance.depth -= 1


def _answer_caller(errand: Errand, ledger: Ledger, caller_id: int) -> None:
    instance = errand.instance
    caller = Instance.objects.select_for_update().get(pk=caller_id)
    token, error = str(instance.caller_token), ledger.ended.error if ledger.ended else ""
    if error:
        reason = _("The called process ended with the error “%(code)s”.") % {"code": error}
        stimulus: Stimulus = Failed(token, "", error, reason)
    else:
        stimulus = Finished(token, "", instance.state.get("variables", {}))
    if caller.status in Instance.ACTIVE:
        _go_on(caller, stimulus, {"called": instance.pk}, errand.facts, errand.at, allowance=errand.allowance)


# Messages and signals


def _deliver_post(allowance: Allowance, at: datetime) -> None:
    """One after the other and not one inside the other: two processes may answer each other very often."""
    post = allowance.post
    if post.is_delivering:
        return
    post.is_delivering = True
    try:
        while post.thrown:
            _deliver(post.thrown.popleft(), None, at, allowance)
    finally:
        post.is_delivering = False


def _deliver(thrown: Thrown, facts: GivenFacts, at: datetime, allowance: Allowance | None = None) -> int:
    """Each instance once, in the order of their ids so that two deliveries cannot wait for each other.

    allowance: what is left of the transaction that threw it; None: each that hears it may do as much as any.
    """
    heard: list[int] = []
    waiting, starts = who_waits_for(thrown)
    for pk, token, element, subject in waiting:
        if heard[-1:] == [pk]:
            continue
        instance = _to_hear(pk, subject, thrown, facts, is_said_by_a_process=allowance is not None)
        if instance is None:
            later.hear(pk, token, element, thrown)
            heard.append(pk)
            continue
        try:
            stimulus = Occurred(str(token), element, thrown.payload)
            _go_on(instance, stimulus, {thrown.kind: thrown.name}, facts, at, allowance=allowance)
        except NotWaiting:
            continue  # heard or called off while we waited for the row
        heard.append(pk)
    return len(heard) + _begin_listening(starts, thrown, heard, facts, at, allowance)


def _to_hear(
    pk: int, subject: int, thrown: Thrown, facts: GivenFacts, *, is_said_by_a_process: bool
) -> Instance | None:
    """The instance, locked. None if a process of another subject says it and somebody else has the one that hears it:
    who holds a subject and waits for the next may be waited for from there."""
    if is_said_by_a_process and subject != thrown.about:
        free = blocks.lock_unless_busy(subject)
        return together.lock_unless_busy(pk, is_called=True) if free else None
    if facts is None:
        blocks.lock(subject)
    return together.lock(pk)


@transaction.atomic
def hear(pk: int, token: int, element: str, *, cause: dict[str, Any], payload: Mapping[str, Any], at: datetime) -> None:
    """What could not be heard at once, because somebody else was at it."""
    subject = Instance.objects.values_list("subject", flat=True).get(pk=pk)
    blocks.lock(subject)
    try:
        _go_on(together.lock(pk), Occurred(str(token), element, payload), cause, None, at)
    except NotWaiting:
        return  # it has gone on meanwhile


def _begin_listening(
    starts: list[int],
    thrown: Thrown,
    heard: list[int],
    facts: GivenFacts,
    at: datetime,
    allowance: Allowance | None,
) -> int:
    if not starts:
        return 0
    count = 0
    busy = set(Instance.objects.filter(pk__in=heard).values_list("version__key", flat=True)) if heard else set()
    for row in StartEvent.objects.filter(pk__in=starts).select_related("version").order_by("id"):
        by_message = row.kind == StartEvent.Kind.MESSAGE
        begun_by = _begun_by(row, thrown, at) if by_message else ""
        if (by_message and row.version.key in busy) or (begun_by and is_begun(begun_by)):
            continue
        begin_by_itself(
            row,
            {thrown.kind: thrown.name},
            payload=plain(thrown.payload),
            subject=thrown.about,
            begun_by=begun_by,
            facts=facts,
            at=at,
            allowance=allowance,
        )
        count += 1
    return count


def _begun_by(row: StartEvent, thrown: Thrown, at: datetime) -> str:
    """The process, the message and its key; the drawing may say where in the message the key is. Empty: no key."""
    event, key = versions.graph_of(row.version_id).nodes[row.element].event, thrown.key
    if key is None and event is not None and event.value is not None:
        key = str(plain(event.value.of(thrown.payload, at)) or "")
    if not key and thrown.about is not None:
        key = f"#{thrown.about}"
    return f"{row.version.key}/{thrown.name}/{key[:200]}" if key else ""
