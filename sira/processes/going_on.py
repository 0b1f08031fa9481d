"""How an instance goes on: one stimulus carried through, and what that sets going beyond it: calls, messages, signals.

Each instance is locked by whoever calls this, in the order that `running` keeps.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person
from sira.plumbing import rows
from sira.processes import beginnings, blocks, later, together, versions
from sira.processes.blocks import Facts
from sira.processes.bpmn.expressions import plain
from sira.processes.bpmn.messages import Call, Cancel, Failed, Finished, Occurred, Start, Stimulus
from sira.processes.listening import Thrown, begun_by, is_begun, to_hear, who_waits_for
from sira.processes.models import Instance, StartEvent, Task
from sira.processes.performing import Allowance, Errand, perform
from sira.processes.recording import Ledger
from sira.processes.refusals import NoSuchProcess, NotWaiting

GivenFacts = Facts | Mapping[str, Any] | None
MAX_DEPTH = 20


def begin(
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


def go_on(
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


@transaction.atomic
def cancel(instance: Instance, *, at: datetime, reason: str = "", by: Person | None = None) -> Instance:
    """Call off the instance, its open tasks and all it waits for. One that has ended stays as it is.

    A part of other operations, such as withdrawing a ticket or tickets.operating.cancel: they ask who may.
    """
    instance = together.lock(instance.pk)
    if instance.status in Instance.ACTIVE:
        cause = {"cancel": reason} | ({"by": by.pk} if by else {})
        go_on(instance, Cancel(), cause, blocks.FixedFacts({}), at)
    return instance


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
        begin(version, stimulus, instance.subject, errand.facts, errand.at, allowance, cause, caller)
    except NoSuchProcess as problem:
        failed = Failed(call.token, call.element, problem.code, problem.message)
        go_on(instance, failed, {"call": call.key}, errand.facts, errand.at, allowance=allowance)
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
        go_on(caller, stimulus, {"called": instance.pk}, errand.facts, errand.at, allowance=errand.allowance)


# Messages and signals


def _deliver_post(allowance: Allowance, at: datetime) -> None:
    """One after the other and not one inside the other: two processes may answer each other very often."""
    post = allowance.post
    if post.is_delivering:
        return
    post.is_delivering = True
    try:
        while post.thrown:
            deliver(post.thrown.popleft(), None, at, allowance)
    finally:
        post.is_delivering = False


def deliver(thrown: Thrown, facts: GivenFacts, at: datetime, allowance: Allowance | None = None) -> int:
    """Each instance once, in the order of their ids so that two deliveries cannot wait for each other.

    allowance: what is left of the transaction that threw it; None: each that hears it may do as much as any.
    """
    heard: list[int] = []
    waiting, starts = who_waits_for(thrown)
    for pk, token, element, subject in waiting:
        if heard[-1:] == [pk]:
            continue
        instance = to_hear(pk, subject, thrown, facts, is_said_by_a_process=allowance is not None)
        if instance is None:
            later.hear(pk, token, element, thrown)
            heard.append(pk)
            continue
        try:
            stimulus = Occurred(str(token), element, thrown.payload)
            go_on(instance, stimulus, {thrown.kind: thrown.name}, facts, at, allowance=allowance)
        except NotWaiting:
            continue  # heard or called off while we waited for the row
        heard.append(pk)
    return len(heard) + _begin_listening(starts, thrown, heard, facts, at, allowance)


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
        mark = begun_by(row, thrown, at) if by_message else ""
        if (by_message and row.version.key in busy) or (mark and is_begun(mark)):
            continue
        begin_by_itself(
            row,
            {thrown.kind: thrown.name},
            payload=plain(thrown.payload),
            subject=thrown.about,
            begun_by=mark,
            facts=facts,
            at=at,
            allowance=allowance,
        )
        count += 1
    return count


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

    def begin_for(chosen: int, given: GivenFacts) -> Instance:
        found = blocks.as_facts(given, chosen)
        return begin(row.version_id, stimulus, chosen, found, at, allowance, named, begun_by=begun_by)

    if subject is not None:
        begin_for(subject, facts)
    elif not blocks.begin_for(blocks.Beginning(row.version.key, row.version.name, stimulus.variables, at, begin_for)):
        begin_for(beginnings.NOBODY, facts)
