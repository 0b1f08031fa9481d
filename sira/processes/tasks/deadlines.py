"""Approvals that wait: reminders, deadlines, and approvers who have left. The worker looks at what is due."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from sira.people.automation import automation
from sira.processes import blocks, running
from sira.processes.blocks import Facts
from sira.processes.tasks import asking, changes, deciding, people, planning, rules, standing_in
from sira.processes.tasks.changes import Change
from sira.processes.tasks.models import Approval, Ballot
from sira.processes.tasks.refusals import NobodyToApprove, TooFewLeft

log = logging.getLogger(__name__)
AT_ONCE = 100
AGAIN_AFTER = timedelta(minutes=5)
DEADLINE = "deadline"


# They left, or turned out to be the one who asked for it.
GONE = Q(approver__is_active=False) | Q(approver__joined_into__isnull=False) | Q(approver=F("barred__joined_into"))

DUE = ("SELECT next_at FROM tasks_approval WHERE state = 'open' ORDER BY next_at LIMIT 1",)


def pump(at: datetime) -> int:
    """Remind, and do what the drawing says at the deadline. Returns how many approvals were looked at."""
    due = Approval.objects.filter(state=Approval.State.OPEN, next_at__lte=at).order_by("next_at")
    return sum(_each(pk, subject, _look, at) for pk, subject in list(due.values_list("pk", "subject")[:AT_ONCE]))


def replace_leavers(at: datetime) -> int:
    """Ask somebody else for those who cannot decide any more. Returns how many approvals that concerned."""
    rows = Ballot.objects.filter(GONE, state__in=(Ballot.State.OPEN, Ballot.State.WAITING))
    found = rows.values_list("approval_id", "approval__subject").distinct()
    return sum(_each(pk, subject, _replace, at) for pk, subject in list(found[:AT_ONCE]))


def _each(pk: int, subject: int, act: Callable[[Approval, Facts, datetime], None], at: datetime) -> int:
    """One in a transaction of its own, the subject locked before it; one that another worker has is left to it."""
    try:
        with transaction.atomic():
            blocks.lock(subject)
            rows = Approval.objects.select_for_update(of=("self",), skip_locked=True).select_related("task")
            approval = rows.filter(pk=pk, state=Approval.State.OPEN).first()
            if approval is not None:
                act(approval, blocks.facts_of(subject), at)
            return 1
    except Exception:  # one approval must not hold up the others
        log.exception("Approval %s could not be looked at; it is tried again", pk)
        Approval.objects.filter(pk=pk).update(next_at=at + AGAIN_AFTER)
        return 0


def _look(approval: Approval, source: Facts, at: datetime) -> None:
    if approval.next_at is None or approval.next_at > at:
        return
    is_late = approval.due_at is not None and approval.due_at <= at
    was_told = approval.plan.get("late", False)
    approval.next_at = asking.next_look(approval, at=at)
    if not is_late or was_told:
        approval.save(update_fields=["next_at"])
        remind(approval, source, at)
        return
    approval.plan["late"] = True
    approval.save(update_fields=["next_at", "plan"])
    changes.tell(Change(changes.LATE, approval, source, at, _open(approval)))
    AT[approval.plan["at_deadline"]](approval, source, at)


def remind(approval: Approval, source: Facts, at: datetime) -> None:
    """Those who have not decided; who went away since then gets a stand-in."""
    rows = _open(approval)
    taken = {pk for row in rows for pk in (row.approver_id, row.stand_in_id) if pk} | {approval.plan["barred"]}
    instead = standing_in.find([row.approver_id for row in rows], at=at, without=taken)
    for row in rows:
        if row.approver_id in instead and row.stand_in_id is None:
            row.stand_in_id = instead[row.approver_id]
            row.save(update_fields=["stand_in"])
    changes.tell(Change(changes.REMINDED, approval, source, at, rows))


def escalate(approval: Approval, source: Facts, at: datetime) -> None:
    """The manager of each who has not decided is asked instead; the deadline begins anew for them."""
    rows = _open(approval)
    managers = people.managers([row.approver_id for row in rows])
    stuck = [row for row in rows if not _hand_up(approval, row, managers, source, at)]
    if len(stuck) < len(rows):
        approval.due_at, approval.plan["late"] = _again(approval, at), False
        approval.next_at = asking.next_look(approval, at=at)
        approval.save(update_fields=["due_at", "plan", "next_at"])
    if stuck:
        changes.tell(Change(changes.NO_WAY_UP, approval, source, at, stuck))
        changes.tell(Change(changes.REMINDED, approval, source, at, stuck))


def _again(approval: Approval, at: datetime) -> datetime | None:
    """As long as it was given in the first place."""
    if approval.due_at is None:
        return None
    return at + (approval.due_at - approval.began_at)


def _hand_up(approval: Approval, row: Ballot, managers: dict[int, int], source: Facts, at: datetime) -> bool:
    manager = managers.get(row.approver_id)
    if manager is None or manager == approval.plan["barred"] or asking.was_asked(approval, manager):
        return False
    deciding.hand(row, [manager], how=Ballot.How.ESCALATED, source=source, at=at)
    return True


def reject(approval: Approval, source: Facts, at: datetime) -> None:
    spared = asking.close_open_ballots(approval)
    deciding.finish(approval, rules.REJECTED, DEADLINE, spared=spared, source=source, by=automation(), at=at)


def _replace(approval: Approval, source: Facts, at: datetime) -> None:
    """The manager of who left is asked, else the group to fall back on; else the others decide without them."""
    rows = approval.ballots.filter(GONE, state__in=(Ballot.State.OPEN, Ballot.State.WAITING)).order_by("id")
    found = list(rows.select_related("approver"))
    managers, gone = people.managers([row.approver_id for row in found]), list[Ballot]()
    for row in found:
        row.approval = approval
        wanted = [managers[row.approver_id]] if row.approver_id in managers else []
        wanted = _fresh(approval, wanted) or _fresh(approval, people.members(approval.plan["fallback_group"]))
        if wanted:
            deciding.hand(row, wanted[:1], how=Ballot.How.LEFT, source=source, at=at)
        else:
            gone.append(row)
    if gone:
        _go_on_without(approval, gone, source, at)


def _go_on_without(approval: Approval, gone: list[Ballot], source: Facts, at: datetime) -> None:
    """Their words count no more. The step fails where the others alone could not agree: never approved by nobody.

    It fails too where each of those asked has to agree, and without one whose no would have been enough.
    """
    approval.ballots.filter(pk__in=[row.pk for row in gone]).update(state=Ballot.State.GONE)
    count = deciding.count(approval)
    if not count.asked or deciding.rule_of(approval).needed == rules.ALL or any(row.vetoes for row in gone):
        running.fail(approval.task, NobodyToApprove(), facts=source, at=at)
    elif count.outcome == rules.REJECTED:
        who = ", ".join(str(row.approver) for row in gone)
        running.fail(approval.task, TooFewLeft(who, count.may_agree, count.needed), facts=source, at=at)
    else:
        told = {"asked": count.asked, "needed": count.needed}
        changes.tell(Change(changes.FEWER, approval, source, at, gone, more=told))
        deciding.follow(approval, source=source, by=automation(), at=at)


def _fresh(approval: Approval, wanted: list[int]) -> list[int]:
    return [pk for pk in wanted if pk != approval.plan["barred"] and not asking.was_asked(approval, pk)]


def _open(approval: Approval) -> list[Ballot]:
    rows = approval.ballots.filter(state=Ballot.State.OPEN).select_related("approver", "stand_in").order_by("id")
    found = list(rows)
    for row in found:
        row.approval = approval
    return found


AT: dict[str, Callable[[Approval, Facts, datetime], None]] = {
    planning.REMIND: remind,
    planning.ESCALATE: escalate,
    planning.REJECT: reject,
}
