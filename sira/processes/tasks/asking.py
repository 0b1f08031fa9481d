"""An approval begins with its task: ballots for one step after the other, until it is decided or called off."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.processes import running
from sira.processes.blocks import Facts, TaskChange
from sira.processes.models import Task
from sira.processes.tasks import changes, people, planning, preparing, spans, standing_in
from sira.processes.tasks.changes import Change
from sira.processes.tasks.models import Approval, Ballot, TaskSheet
from sira.processes.timing import NoOpenTime

State, How = Ballot.State, Ballot.How


def tasks_changed(change: TaskChange) -> None:
    """Told by the engine after it wrote tasks."""
    opened = [task for task in change.opened if preparing.beside(task)]
    if opened and change.cancelled:
        still = set(Task.objects.filter(pk__in=[task.pk for task in opened], state="open").values_list("pk", flat=True))
        opened = [task for task in opened if task.pk in still]
    for task in opened:
        _write_beside(task, preparing.beside(task), change)
    if change.cancelled:
        _withdraw_those_of(change)


def _write_beside(task: Task, found: dict[str, Any], change: TaskChange) -> None:
    given = found["particulars"]
    if given:
        length = max((len(items) for items in given.get("checklist", {}).values()), default=0)
        TaskSheet.objects.create(task=task, particulars=given, checked=[None] * length)
    if task.kind == preparing.APPROVE:
        begin(task, found["plan"], source=change.source, at=change.at)


def begin(task: Task, plan: dict[str, Any], *, source: Facts, at: datetime) -> Approval:
    approval = Approval(task=task, subject=task.subject, plan=plan, due_at=task.due_at, began_at=at)
    approval.next_at = next_look(approval, at=at)
    approval.save()
    ask_step(approval, source=source, at=at)
    return approval


def begin_next_step(approval: Approval, *, at: datetime) -> None:
    """Its people have as long as the first ones had, where the drawing gives each step a deadline of its own."""
    approval.step += 1
    again = spans.after(approval.plan["due"], approval.subject, at)
    if again is not None and approval.plan.get("deadline") == planning.EACH_STEP:
        approval.due_at, approval.plan["late"] = again, False
        Task.objects.filter(pk=approval.task_id).update(due_at=again)
    approval.next_at = next_look(approval, at=at)
    approval.save(update_fields=["step", "due_at", "plan", "next_at"])


def next_look(approval: Approval, *, at: datetime) -> datetime | None:
    """The next reminder, or the deadline if that comes first."""
    try:
        again = spans.after(approval.plan["remind"], approval.subject, at)
    except NoOpenTime:
        again = None  # nobody can be reminded where it never opens
    ahead = [time for time in (again, approval.due_at) if time is not None and time > at]
    return min(ahead, default=None)


def ask_step(approval: Approval, *, source: Facts, at: datetime) -> None:
    """Ballots for everybody of the step; only the first is asked where one decides after the other."""
    plan = approval.plan
    drawn = planning.left(plan["steps"][approval.step - 1], plan["barred"])  # two of them may have become one person
    wanted = drawn or planning.left(people.members(plan["fallback_group"]), plan["barred"])
    try:
        planning.must_be_enough(wanted, plan["rules"], approval.step - 1)
    except Refused as refusal:
        running.fail(approval.task, refusal, facts=source, at=at)
        return
    how = How.FALLBACK if plan["fallback"] or not drawn else How.NAMED
    rows = ballots_for(approval, wanted, how=how, at=at)
    waits = plan["order"] == planning.ONE_BY_ONE
    for row in rows[1:] if waits else ():
        wait(row)
    Ballot.objects.bulk_create(rows)
    changes.tell(Change(changes.ASKED, approval, source, at, rows[:1] if waits else rows))


def wait(row: Ballot) -> None:
    """Its turn comes later."""
    row.state, row.asked_at, row.stand_in_id = State.WAITING, None, None


def ballots_for(
    approval: Approval, wanted: Iterable[int], *, how: str, at: datetime, passed_from: Ballot | None = None
) -> list[Ballot]:
    """Unsaved. The one who passed it on hands over their veto too."""
    wanted = list(wanted)
    barred, vetoes = approval.plan["barred"], approval.plan["vetoes"]
    asked = {*wanted, *speaking(approval)}
    instead = standing_in.find(wanted, at=at, without={*asked, barred})
    return [
        Ballot(
            approval=approval,
            step=approval.step,
            approver_id=person,
            stand_in_id=instead.get(person),
            barred_id=barred,
            how=how,
            passed_from=passed_from,
            vetoes=passed_from.vetoes if passed_from else isinstance(vetoes, list) and person in vetoes,
            asked_at=at,
        )
        for person in wanted
    ]


def speaking(approval: Approval) -> set[int]:
    """Who has a say of their own in the step, or has said somebody else's."""
    rows = approval.ballots.filter(step=approval.step, state__in=Ballot.COUNTS)
    return {pk for pair in rows.values_list("approver_id", "decided_by_id") for pk in pair if pk}


def was_asked(approval: Approval, person: int) -> bool:
    """In this step, in whatever way: nobody is asked twice, and who decided for another has had their say."""
    known = Q(approver=person) | Q(decided_by=person)
    return approval.ballots.filter(known, step=approval.step).exists()


def ask_next(approval: Approval, *, source: Facts, at: datetime) -> None:
    """Whose turn it is now, where one decides after the other."""
    rows = list(approval.ballots.filter(step=approval.step).order_by("id"))
    waiting = sorted((row for row in rows if row.state == State.WAITING), key=_turns(rows))
    if waiting and not any(row.state == State.OPEN for row in rows):
        row = waiting[0]
        row.state, row.asked_at = State.OPEN, at
        row.stand_in_id = standing_in.find([row.approver_id], at=at, without={row.barred_id}).get(row.approver_id)
        row.save(update_fields=["state", "asked_at", "stand_in"])
        changes.tell(Change(changes.ASKED, approval, source, at, [row]))


def _turns(rows: list[Ballot]) -> Callable[[Ballot], int]:
    """Who is asked in another's place has their turn."""
    before = {row.pk: row.passed_from_id for row in rows}

    def turn(row: Ballot) -> int:
        first = row.pk
        while (earlier := before.get(first)) is not None:
            first = earlier
        return first

    return turn


def close_open_ballots(approval: Approval) -> list[Ballot]:
    """Those that were asked and are not needed any more."""
    rows = list(approval.ballots.filter(state=State.OPEN).select_related("approver", "stand_in").order_by("id"))
    approval.ballots.filter(state__in=(State.OPEN, State.WAITING)).update(state=State.WITHDRAWN)
    return rows


def _withdraw_those_of(change: TaskChange) -> None:
    """Their tasks have been called off: another branch decided, the process was cancelled, a timer on the border."""
    open_ones = Approval.objects.filter(task__instance=change.instance, state=Approval.State.OPEN)
    for approval in open_ones.exclude(task__state=Task.State.OPEN).select_related("task").order_by("id"):
        withdraw(approval, source=change.source, at=change.at)


def withdraw(approval: Approval, *, source: Facts, at: datetime, by: Person | None = None) -> Sequence[Ballot]:
    rows = close_open_ballots(approval)
    end(approval, Approval.State.WITHDRAWN, "", at=at)
    changes.tell(Change(changes.WITHDRAWN, approval, source, at, rows, by))
    return rows


def end(approval: Approval, state: str, reason: str, *, at: datetime) -> None:
    approval.state, approval.reason, approval.ended_at, approval.next_at = state, reason, at, None
    approval.save(update_fields=["state", "reason", "ended_at", "next_at"])
