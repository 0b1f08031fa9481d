"""The board by stage: a ticket dragged to another column goes through the operation that leads there, gate and all."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.tickets import assigning, conversation, lifecycle
from sira.tickets.models import Ticket

Stage = Ticket.Stage
ORDER = (Stage.OPENED, Stage.ASSIGNED, Stage.IN_WORK, Stage.TESTING, Stage.CLOSED)


class NoWayThere(Refused):
    code = "no_way_there"
    message = _("No step leads there from where the ticket is. Open it to see what comes next.")


class WordsNeeded(Refused):
    """To be tested it must say what was done: the page of resolving asks for it."""

    code = "words_needed"
    message = _("To be tested it has to be resolved, with words for the requester.")


def _back_to_queue(ticket: Ticket, by: Person, at: datetime) -> None:
    if ticket.group is None:
        raise NoWayThere
    assigning.assign(ticket, group=ticket.group, agent=None, by=by, at=at)


def _to_work(ticket: Ticket, by: Person, at: datetime) -> None:
    if ticket.status in Ticket.DONE:
        lifecycle.reopen(ticket, by=by, at=at)
    else:
        conversation.begin(ticket, by=by, at=at)


def _to_test(ticket: Ticket, by: Person, at: datetime) -> None:
    raise WordsNeeded


WAYS: dict[str, Callable[[Ticket, Person, datetime], object]] = {
    Stage.OPENED: _back_to_queue,
    Stage.ASSIGNED: lambda ticket, by, at: assigning.take(ticket, by=by, at=at),
    Stage.IN_WORK: _to_work,
    Stage.TESTING: _to_test,
    Stage.CLOSED: lambda ticket, by, at: lifecycle.close(ticket, by=by, at=at),
}
# From where each step is one; elsewhere nothing leads there.
FROM: dict[str, tuple[str, ...]] = {
    Stage.OPENED: (Stage.ASSIGNED,),
    Stage.ASSIGNED: (Stage.OPENED,),
    Stage.IN_WORK: (Stage.OPENED, Stage.ASSIGNED, Stage.TESTING, Stage.CLOSED),
    Stage.TESTING: (Stage.OPENED, Stage.ASSIGNED, Stage.IN_WORK),
    Stage.CLOSED: (Stage.TESTING,),
}


def move(ticket: Ticket, stage: str, *, by: Person, at: datetime) -> None:
    """Raises NoWayThere, WordsNeeded, and what the operation raises."""
    if stage == ticket.stage:
        return
    if ticket.stage not in FROM.get(stage, ()):
        raise NoWayThere
    WAYS[stage](ticket, by, at)
