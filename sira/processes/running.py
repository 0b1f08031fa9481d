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
from sira.processes import blocks, together, versions
from sira.processes.blocks import Facts
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
from sira.processes.models import Incident, Instance, Subscription, Task
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
    Raises NoSuchProcess. What fails inside the process does not raise: the instance is stuck with an incident.
    """
    return _begin(key, Start(variables or {}), subject, blocks.as_facts(facts, subject), at, Allowance())


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

    Each instance hears it once. Returns how many heard it; 0 is no error: nobody waited.
    """
    heard = Subscription.objects.filter(kind=Subscription.Kind.MESSAGE, name=name)
    if subject is not None:
        heard = heard.filter(subject=subject)
    if key is not None:
        heard = heard.filter(key=key)
    if subject is None and key is None:
        return 0
    return _deliver(heard, {"message": name}, payload or {}, facts, at, Allowance())


@transaction.atomic
def broadcast(name: str, *, payload: Mapping[str, Any] | None = None, at: datetime) -> int:
    """Give a signal to every instance that waits for it. Returns how many heard it."""
    heard = Subscription.objects.filter(kind=Subscription.Kind.SIGNAL, name=name)
    return _deliver(heard, {"signal": name}, payload or {}, None, at, Allowance())


@transaction.atomic
def look_again(subject: int, *, facts: GivenFacts = None, at: datetime) -> int:
    """Facts about the subject have changed: let the conditions that its instances wait for be asked again."""
    waiting = Subscription.objects.filter(kind=Subscription.Kind.CONDITION, subject=subject)
    instances = sorted(set(waiting.values_list("instance_id", flat=True)))
    for pk in instances:
        _go_on(Instance.objects.select_for_update().get(pk=pk), Looked(), {"facts": "changed"}, facts, at)
    return len(instances)


@transaction.atomic
def cancel(instance: Instance, *, at: datetime, reason: str = "", by: Person | None = None) -> Instance:
    """Call off the instance, its open tasks and all it waits for. One that has ended stays as it is."""
    instance = Instance.objects.select_for_update().get(pk=instance.pk)
    if instance.status in Instance.ACTIVE:
        cause = {"cancel": reason} | ({"by": by.pk} if by else {})
        _go_on(instance, Cancel(), cause, blocks.FixedFacts({}), at)
    return instance


def cancel_all(subject: int, *, at: datetime, reason: str = "", by: Person | None = None) -> int:
    """Call off every instance of the subject; those called by others end with them."""
    found = Instance.objects.filter(subject=subject, status__in=Instance.ACTIVE, caller=None).order_by("id")
    return len([cancel(instance, at=at, reason=reason, by=by) for instance in found])


# An operator's hand


@transaction.atomic
def retry(incident: Incident, *, by: Person, facts: GivenFacts = None, at: datetime) -> Instance:
    """Let the stuck step try again."""
    return _operate(incident, Retry(str(incident.token)), "retry", by, facts, at)


@transaction.atomic
def skip(
    incident: Incident, *, by: Person, outcome: Mapping[str, Any] | None = None, facts: GivenFacts = None, at: datetime
) -> Instance:
    """Go on behind the stuck step as if it had answered with the outcome."""
    return _operate(incident, Finished(str(incident.token), incident.element, outcome or {}), "skip", by, facts, at)


@transaction.atomic
def move(
    instance: Instance, token: int, element: str, *, by: Person, facts: GivenFacts = None, at: datetime
) -> Instance:
    """Put a token on another step of the same process or sub-process, and go on from there. Raises NotWaiting."""
    instance = Instance.objects.select_for_update().get(pk=instance.pk)
    _go_on(instance, Move(str(token), element), {"operator": "move", "by": by.pk}, facts, at)
    return instance


def _operate(incident: Incident, stimulus: Stimulus, act: str, by: Person, facts: GivenFacts, at: datetime) -> Instance:
    instance = Instance.objects.select_for_update().get(pk=incident.instance_id)
    _go_on(instance, stimulus, {"operator": act, "by": by.pk}, facts, at)
    return instance


# How it goes on


def occurred(instance: Instance, token: int, element: str, *, cause: dict[str, Any], at: datetime) -> None:
    """What the token listened to came about; the instance is locked. Raises NotWaiting."""
    _go_on(instance, Occurred(str(token), element), cause, None, at)


def _begin(
    key: str,
    stimulus: Start,
    subject: int,
    facts: Facts,
    at: datetime,
    allowance: Allowance,
    caller: tuple[Instance, str] | None = None,
) -> Instance:
    version = versions.published(key)
    instance = Instance(version_id=version, subject=subject, state={}, started_at=at)
    if caller is not None:
        instance.caller, instance.caller_token = caller[0], int(caller[1])
    graph = versions.graph_of(version)
    errand = Errand(instance, graph, stimulus, facts, at, {"start": key}, allowance, must_live=True)
    _finish(errand, perform(errand))
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
    _finish(errand, perform(errand))


def _finish(errand: Errand, ledger: Ledger) -> None:
    """What reaches beyond the instance, once its own rows are written."""
    instance, at = errand.instance, errand.at
    if ledger.opened or ledger.cancelled or errand.done:
        blocks.tell_of_tasks(blocks.TaskChange(instance, at, ledger.opened, errand.done, ledger.cancelled))
    if ledger.ended or ledger.stuck:
        blocks.tell_of_instance(blocks.InstanceChange(instance, at, ledger.ended is not None, ledger.stuck))
    _end_called(instance, ledger, at)
    for call in ledger.calls:
        _call(errand, call)
    for thrown in ledger.thrown:
        _hear(errand, thrown.kind, thrown.name, thrown.key, thrown.payload)
    if ledger.ended and instance.caller_id is not None and not ledger.ended.cancelled:
        _answer_caller(errand, ledger, instance.caller_id)
    if ledger.calls or ledger.thrown:
        instance.refresh_from_db()  # what was called may have answered already, to another copy of the row


def _end_called(instance: Instance, ledger: Ledger, at: datetime) -> None:
    for called in ledger.uncalled:
        for each in Instance.objects.filter(caller=instance, caller_token=called, status__in=Instance.ACTIVE):
            cancel(each, at=at, reason="called off")


def _call(errand: Errand, call: Call) -> None:
    """Start the called process. What cannot be started is a failure of the step that calls."""
    instance, allowance = errand.instance, errand.allowance
    allowance.depth += 1
    try:
        if allowance.depth > MAX_DEPTH:
            raise NoSuchProcess(_("Processes call each other more than %(limit)s deep.") % {"limit": MAX_DEPTH})
        start_with = Start(call.variables)
        caller = (instance, call.token)
        _begin(call.key, start_with, instance.subject, errand.facts, errand.at, allowance, caller)
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


def _hear(errand: Errand, kind: str, name: str, key: str, payload: Mapping[str, Any]) -> None:
    heard = Subscription.objects.filter(kind=kind, name=name)
    if kind == Subscription.Kind.MESSAGE:
        heard = heard.filter(key=key) if key else heard.filter(subject=errand.instance.subject)
    _deliver(heard, {kind: name}, payload, None, errand.at, errand.allowance)


def _deliver(
    heard: Any, cause: dict[str, Any], payload: Mapping[str, Any], facts: GivenFacts, at: datetime, allowance: Allowance
) -> int:
    """Each instance once, in the order of their ids so that two deliveries cannot wait for each other."""
    count, last = 0, None
    for pk, token, element in list(heard.order_by("instance_id", "id").values_list("instance_id", "token", "element")):
        if pk == last:
            continue
        instance = Instance.objects.select_for_update().get(pk=pk)
        try:
            _go_on(instance, Occurred(str(token), element, payload), cause, facts, at, allowance=allowance)
        except NotWaiting:
            continue  # heard or called off while we waited for the row
        count, last = count + 1, pk
    return count
