"""Approvals of a ticket: decided and passed on with the ticket locked, so that its drawing can go on at once."""

from datetime import datetime

from sira.people.automation import automation
from sira.people.models import Person
from sira.processes.tasks import changes, deciding
from sira.processes.tasks.changes import Change
from sira.processes.tasks.models import Ballot
from sira.tickets.facts import SheetFacts
from sira.tickets.worksheet import on_desk


def decide(
    ballot: Ballot, *, approved: bool, by: Person, comment: str = "", way: str = Ballot.Way.PORTAL, at: datetime
) -> Ballot:
    """Raises OwnRequest, NotYours, AlreadySaid, SaidOnce, NeedsComment."""
    with on_desk(ballot.approval.subject, by=by, at=at) as sheet:
        return deciding.decide(
            ballot, approved=approved, by=by, comment=comment, way=way, facts=SheetFacts(sheet), at=at
        )


def pass_on(ballot: Ballot, *, to: Person, by: Person, at: datetime) -> Ballot:
    """Raises OwnRequest, NotYours, AlreadySaid, CannotPassOn, NotAColleague."""
    with on_desk(ballot.approval.subject, by=by, at=at) as sheet:
        return deciding.pass_on(ballot, to=to, by=by, facts=SheetFacts(sheet), at=at)


def not_counted(ballot: Ballot, *, asked: int, sender: str, at: datetime) -> None:
    """A reply said the agreed word, and may not be theirs who were asked: it is told, and nothing is decided."""
    with on_desk(ballot.approval.subject, by=automation(), at=at) as sheet:
        more = {"asked": asked, "sender": sender[:254]}
        changes.tell(Change(changes.NOT_COUNTED, ballot.approval, SheetFacts(sheet), at, [ballot], more=more))
