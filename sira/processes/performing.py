"""One stimulus carried through to the rows: automatic steps are done at once, until the process has to wait."""

import logging
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import (
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    transaction,
)
from django.utils.translation import gettext_lazy as _

from sira.plumbing.refusals import Refused
from sira.processes import blocks, timing
from sira.processes.bpmn.advancing import BUDGET, UNFORESEEN, advance
from sira.processes.bpmn.expressions import plain
from sira.processes.bpmn.graph import Graph
from sira.processes.bpmn.messages import Effect, Failed, Finished, GotStuck, OpenTask, Perform, Start, Stimulus
from sira.processes.bpmn.state import ROOT, State
from sira.processes.bpmn.walk import STUCK
from sira.processes.listening import Post
from sira.processes.models import Instance, Task
from sira.processes.recording import Ledger

log = logging.getLogger(__name__)
NOT_OURS = (OperationalError, InterfaceError)  # the connection or the server: nothing could be written about it
REFUSED_ROWS = (IntegrityError, DataError, InternalError, ProgrammingError)


@dataclass(slots=True)
class Allowance:
    """What one transaction may still do, over all instances it sets going. depth: processes called in each other."""

    steps: int = BUDGET
    depth: int = 0
    post: Post = field(default_factory=Post)


@dataclass(frozen=True, slots=True)
class Errand:
    """An instance (locked, or not saved yet) and what happens to it.

    done: the task that a person has just completed.

    must_live: what set it going must not be lost, so even rows that the database refuses only make an incident.
    """

    instance: Instance
    graph: Graph
    stimulus: Stimulus
    facts: blocks.Facts
    at: datetime
    cause: dict[str, Any]
    allowance: Allowance
    done: Task | None = None
    must_live: bool = False


class _BlockFailed(Exception):
    """Found without a savepoint of its own, so all has to be undone and done again with care."""


def perform(errand: Errand, uncall: Callable[[Errand, Ledger], None]) -> Ledger:
    """Run until the process waits, and write its rows. Raises NotWaiting.

    uncall: ends what steps had called that have been called off.

    The good path has one savepoint for all steps together. If a block fails, that is rolled back and everything is
    done again with a savepoint for each block, so that only what the failing one did is undone.
    """
    steps, is_new = errand.allowance.steps, errand.instance.pk is None
    try:
        return _attempt(errand, uncall, careful=False)
    except (_BlockFailed, *REFUSED_ROWS) as problem:
        if not isinstance(problem, _BlockFailed) and not errand.must_live:
            raise
        _begin_again(errand, steps, is_new=is_new)
    try:
        return _attempt(errand, uncall, careful=True)
    except REFUSED_ROWS as problem:
        if not errand.must_live:
            raise
        _begin_again(errand, steps, is_new=is_new)
        return _give_up(errand, problem)


def _begin_again(errand: Errand, steps: int, *, is_new: bool) -> None:
    errand.allowance.steps = steps
    errand.facts.forget()
    if is_new:
        instance = errand.instance
        instance.pk, instance.state, instance.status, instance.ended_at = None, {}, Instance.Status.RUNNING, None
    else:
        errand.instance.refresh_from_db()


def _give_up(errand: Errand, problem: Error) -> Ledger:
    """The rows that follow cannot be written at all: the instance stays where it was, with an incident."""
    log.error("Process %s could not go on", errand.instance, exc_info=problem)
    ledger = Ledger(errand.instance, errand.graph, errand.at, errand.cause)
    state = State.read(errand.instance.state)
    if errand.instance.pk is None and isinstance(errand.stimulus, Start):
        element = errand.graph.begins_at(errand.stimulus.element)
        state.tokens, state.waits, state.next = {"1": [element, ROOT]}, {"1": {element: [STUCK]}}, 2
        state.variables = plain(errand.stimulus.variables)
    token, element = next(((token, node) for token, (node, _scope) in state.tokens.items()), ("0", ""))
    ledger.take(GotStuck(token, element, constraint(problem) or UNFORESEEN, str(problem).splitlines()[0]))
    ledger.write(state)
    return ledger


def _attempt(errand: Errand, uncall: Callable[[Errand, Ledger], None], *, careful: bool) -> Ledger:
    instance, graph = errand.instance, errand.graph
    state = State.read(instance.state)
    ledger = Ledger(instance, graph, errand.at, errand.cause)
    todo: deque[Stimulus | Perform] = deque([errand.stimulus])
    later: list[tuple[Perform, blocks.Later, str]] = []
    with ExitStack() as savepoint:
        entered = _enter(savepoint, errand.must_live)
        while todo:
            stimulus = todo.popleft()
            if isinstance(stimulus, Perform):
                if not _still_wanted(state, stimulus):
                    continue
                if ledger.has_task_changes:
                    ledger.write(state)
                uncall(errand, ledger)
                entered = entered or _enter(savepoint, not careful)
                wanted, answer = stimulus, _do(errand, state, stimulus, careful=careful)
                if isinstance(answer, blocks.Later):
                    later.append((wanted, answer, _visit(state, wanted)))
                    continue
                stimulus = answer
            elif (
                isinstance(stimulus, Failed) and stimulus is not errand.stimulus and stimulus.token not in state.tokens
            ):
                continue  # what could not be asked for has been called off in the meantime
            state, effects, steps, spent = advance(
                graph,
                state,
                stimulus,
                facts=errand.facts(),
                at=errand.at,
                budget=errand.allowance.steps,
                called=instance.caller_id is not None,
                zone=partial(timing.zone_of, instance.subject, errand.facts),
                instant=partial(timing.instant, subject=instance.subject, at=errand.at, source=errand.facts),
            )
            errand.allowance.steps -= spent
            ledger.steps += steps
            for effect in effects:
                todo.append(effect) if isinstance(effect, Perform) else ledger.take(effect)
            todo.extendleft(_prepare(errand, state, ledger, effects))
        ledger.write(state)
        for wanted, answer, visit in later:
            if _still_wanted(state, wanted) and visit == _visit(state, wanted):
                answer.ask(instance, wanted.token, wanted.element, visit)
    return ledger


def _enter(savepoint: ExitStack, needed: bool) -> bool:
    if needed:
        savepoint.enter_context(transaction.atomic())
    return needed


def _prepare(errand: Errand, state: State, ledger: Ledger, effects: list[Effect]) -> list[Failed]:
    """Complete the tasks that were asked for just now. A task that nobody can be asked for fails its step."""
    failed = []
    for effect in effects:
        if not isinstance(effect, OpenTask) or (task := ledger.tasks.get((effect.token, effect.element))) is None:
            continue
        try:
            _prepare_one(errand, state, task, effect)
            blocks.must_be_open_to(task, errand.facts)
        except Refused as problem:
            failed.append(Failed(effect.token, effect.element, problem.code, problem.message))
    return failed


def _prepare_one(errand: Errand, state: State, task: Task, effect: OpenTask) -> None:
    node = errand.graph.nodes[effect.element]
    if (prepares := blocks.preparing(node)) is None:
        return
    facts = errand.facts()
    variables = state.visible(state.scope_of(effect.token), facts)
    step = blocks.Step(errand.instance, errand.instance.subject, node, variables, facts, errand.facts, errand.at)
    prepares.prepare(task, step, effect.assignee, effect.groups)


def _still_wanted(state: State, wanted: Perform) -> bool:
    """Another branch may have called the token off in the meantime."""
    wait = state.waits.get(wanted.token, {}).get(wanted.element)
    return wait is not None and wait[0] == "service"


def _visit(state: State, wanted: Perform) -> str:
    """The name of this stay at the step, given when something outside is asked for the first time."""
    wait = state.waits[wanted.token][wanted.element]
    if len(wait) < 3:
        wait[1:] = [*(wait[1:] or [0]), secrets.token_hex(6)]
    return str(wait[2])


def _do(errand: Errand, state: State, wanted: Perform, *, careful: bool) -> Finished | Failed | blocks.Later:
    node = errand.graph.nodes[wanted.element]
    run = blocks.find(node.task_type)
    if run is None:
        reason = _("Nothing here does the task type “%(type)s”.") % {"type": node.task_type}
        return Failed(wanted.token, node.id, "unknown_task_type", reason)
    facts = errand.facts()
    variables = state.visible(state.scope_of(wanted.token), facts)
    step = blocks.Step(errand.instance, errand.instance.subject, node, variables, facts, errand.facts, errand.at)
    try:
        if not careful:
            return _answer(wanted, run(step))
        with transaction.atomic():
            return _answer(wanted, run(step))
    except NOT_OURS:
        raise
    except Exception as problem:
        if not careful:
            raise _BlockFailed from problem
        errand.facts.forget()
        return _failure(wanted, node.task_type, problem)


def _failure(wanted: Perform, task_type: str, problem: Exception) -> Failed:
    if isinstance(problem, Refused):
        return Failed(wanted.token, wanted.element, problem.code, problem.message)
    log.exception("The block %s failed", task_type, exc_info=problem)
    if isinstance(problem, Error):
        return Failed(wanted.token, wanted.element, constraint(problem) or UNFORESEEN, str(problem).splitlines()[0])
    return Failed(wanted.token, wanted.element, UNFORESEEN, f"{type(problem).__name__}: {problem}")


def constraint(problem: Error) -> str:
    """The promise of the database that was about to be broken, as the code that a drawing may catch."""
    diagnosis = getattr(problem.__cause__, "diag", None)
    return (getattr(diagnosis, "constraint_name", None) or "")[:60]


def _answer(wanted: Perform, given: Mapping[str, Any] | blocks.Later | None) -> Finished | blocks.Later:
    return given if isinstance(given, blocks.Later) else Finished(wanted.token, wanted.element, given or {})
