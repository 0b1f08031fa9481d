"""Somebody says yes or no, or passes it on; and what comes of it. The subject is locked by whoever calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from sira.people.models import Person
from sira.processes import running
from sira.processes.blocks import Facts
from sira.processes.tasks import asking, changes, planning, rules, standing_in
from sira.processes.tasks.changes import Change
from sira.processes.tasks.models import Approval, Ballot
from sira.processes.tasks.refusals import (
    AlreadySaid,
    CannotPassOn,
    NeedsComment,
    NotAColleague,
    NotYours,
    OwnRequest,
    SaidOnce,
)

State = Ballot.State


def may_decide(person: Person, ballot: Ballot, *, at: datetime) -> bool:
    """The approver, or who speaks for them now. Nobody about what they asked for themselves."""
    if is_barred(person, ballot) or not person.is_active:
        return False
    if person.pk in (ballot.approver_id, ballot.stand_in_id):
        return True
    instead = standing_in.find([ballot.approver_id], at=at)
    return instead.get(ballot.approver_id) == person.pk and person.pk not in asking.speaking(ballot.approval)


def is_barred(person: Person, ballot: Ballot) -> bool:
    """They asked for it. The plan follows where two persons become one, a ballot of their own cannot."""
    return person.pk in (ballot.barred_id, ballot.approval.plan["barred"])


@transaction.atomic
def decide(
    ballot: Ballot, *, approved: bool, by: Person, comment: str = "", way: str, facts: Facts, at: datetime
) -> Ballot:
    """Raises OwnRequest, NotYours, AlreadySaid, SaidOnce, NeedsComment; then nothing has changed."""
    approval, ballot = locked(ballot)
    must_be_theirs(by, ballot, approval, at=at)
    comment = comment.strip()
    wanted = approval.plan["comment"]
    if not comment and (wanted == "always" or (wanted == "rejecting" and not approved)):
        raise NeedsComment
    if approval.ballots.filter(step=ballot.step, decided_by=by).exists():
        raise SaidOnce
    ballot.state = State.APPROVED if approved else State.REJECTED
    ballot.decided_by, ballot.decided_at, ballot.comment, ballot.way = by, at, comment, way
    ballot.save(update_fields=["state", "decided_by", "decided_at", "comment", "way"])
    changes.tell(Change(changes.DECIDED, approval, facts, at, [ballot], by))
    follow(approval, source=facts, by=by, at=at)
    return ballot


def locked(ballot: Ballot) -> tuple[Approval, Ballot]:
    approval = Approval.objects.select_for_update(of=("self",)).select_related("task").get(pk=ballot.approval_id)
    ballot = approval.ballots.select_related("approver", "stand_in").get(pk=ballot.pk)
    ballot.approval = approval
    return approval, ballot


def must_be_theirs(by: Person, ballot: Ballot, approval: Approval, *, at: datetime) -> None:
    """Raises OwnRequest, NotYours, AlreadySaid."""
    if is_barred(by, ballot):
        raise OwnRequest
    if not may_decide(by, ballot, at=at):
        raise NotYours
    if ballot.state != State.OPEN or approval.state != Approval.State.OPEN:
        raise AlreadySaid


def follow(approval: Approval, *, source: Facts, by: Person, at: datetime) -> None:
    """Go to the next step, or end, as soon as the open ballots of this one cannot change it."""
    counted = count(approval)
    result, reason = counted.outcome, counted.reason
    if result == rules.UNDECIDED:
        asking.ask_next(approval, source=source, at=at)
        return
    spared = asking.close_open_ballots(approval)
    if result == rules.APPROVED and approval.step < len(approval.plan["steps"]):
        if spared:
            changes.tell(Change(changes.WITHDRAWN, approval, source, at, spared, by))
        asking.begin_next_step(approval, at=at)
        asking.ask_step(approval, source=source, at=at)
        return
    finish(approval, result, reason, spared=spared, source=source, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Count:
    """What the ballots of the step come to by now (rules.outcome).

    asked: how many have a say.  needed: how many of them must agree.  may_agree: how many did or still could.
    """

    outcome: str
    reason: str
    asked: int
    needed: int
    may_agree: int


def count(approval: Approval) -> Count:
    rows = approval.ballots.filter(step=approval.step, state__in=Ballot.COUNTS)
    votes = [rules.Vote(SAID.get(state, rules.OPEN), vetoes) for state, vetoes in rows.values_list("state", "vetoes")]
    rule = rule_of(approval)
    found, reason = rules.outcome(votes, rule, all_veto=approval.plan["vetoes"] is True)
    may_agree = sum(vote.said != rules.NO for vote in votes)
    return Count(found, reason, len(votes), rule.yes_of(len(votes)), may_agree)


def rule_of(approval: Approval) -> rules.Rule:
    """Of the step under way."""
    return planning.rule_at([rules.read(text) for text in approval.plan["rules"]], approval.step - 1)


SAID: dict[str, str] = {State.APPROVED: rules.YES, State.REJECTED: rules.NO}


def finish(
    approval: Approval,
    result: str,
    reason: str,
    *,
    spared: Sequence[Ballot] = (),
    source: Facts,
    by: Person,
    at: datetime,
) -> None:
    """The approval is over, and the drawing goes on with its results."""
    asking.end(approval, result, reason, at=at)
    changes.tell(Change(changes.ENDED, approval, source, at, spared, by))
    running.complete(approval.task, by=by, outcome=results(approval), facts=source, at=at)


def results(approval: Approval) -> dict[str, Any]:
    said = approval.ballots.filter(state__in=Ballot.SAID).select_related("decided_by").order_by("decided_at", "id")
    return {
        "approved": approval.state == Approval.State.APPROVED,
        "decision": approval.state,
        "reason": approval.reason,
        "decided_by": [str(one.decided_by) for one in said],
        "comments": [one.comment for one in said if one.comment],
    }


@transaction.atomic
def pass_on(ballot: Ballot, *, to: Person, by: Person, facts: Facts, at: datetime) -> Ballot:
    """A colleague decides instead; who passed it on to whom stays on the ballots.

    Raises OwnRequest, NotYours, AlreadySaid, CannotPassOn, NotAColleague.
    """
    approval, ballot = locked(ballot)
    must_be_theirs(by, ballot, approval, at=at)
    if not approval.plan["delegate"]:
        raise CannotPassOn
    if not _is_colleague(to, ballot) or asking.was_asked(approval, to.pk):
        raise NotAColleague
    return hand(ballot, [to.pk], how=Ballot.How.DELEGATED, source=facts, by=by, at=at)[0]


def _is_colleague(to: Person, ballot: Ballot) -> bool:
    """Of the approver's own organisation, or one who works at the desk."""
    here = to.is_active and to.joined_into_id is None and to.role != Person.Role.SYSTEM and not is_barred(to, ballot)
    same = to.organisation_id is not None and to.organisation_id == ballot.approver.organisation_id
    return here and (same or to.is_agent)


def hand(
    ballot: Ballot, to: Sequence[int], *, how: str, source: Facts, at: datetime, by: Person | None = None
) -> list[Ballot]:
    """Others are asked in this ballot's place; if its turn has not come, when it comes."""
    approval, waits = ballot.approval, ballot.state == State.WAITING
    ballot.state = State.PASSED_ON
    ballot.save(update_fields=["state"])
    rows = asking.ballots_for(approval, to, how=how, at=at, passed_from=ballot)
    for row in rows if waits else ():
        asking.wait(row)
    Ballot.objects.bulk_create(rows)
    changes.tell(Change(changes.PASSED_ON, approval, source, at, [ballot], by, {"to": to, "how": how}))
    if not waits:
        changes.tell(Change(changes.ASKED, approval, source, at, rows))
    return rows
