"""Who may do what with a ticket; asked by the operations themselves."""

from django.db.models import Q

from sira.people.models import Person
from sira.people.rights import Right, has, works_in
from sira.plumbing.refusals import NotAllowed
from sira.processes.tasks.models import Ballot
from sira.tickets.models import Ticket


def may_work_on(person: Person, ticket: Ticket) -> bool:
    """The same rule as visibility.worked_by, for one ticket that is already in hand."""
    if has(person, Right.SEE_ALL):
        return True
    if not person.is_agent:
        return False
    if ticket.agent_id == person.pk or works_in(person).has(group=ticket.group_id, organisation=ticket.organisation_id):
        return True
    if not has(person, Right.WORK):
        return False
    return ticket.group_id is None or person.memberships.filter(group=ticket.group_id).exists()


def takes_part(person: Person, ticket: Ticket) -> bool:
    """Requester, on copy or watching: whose answer belongs to the ticket."""
    return ticket.requester_id == person.pk or ticket.participants.filter(person=person).exists()


def may_answer(person: Person, ticket: Ticket) -> bool:
    return takes_part(person, ticket) or may_work_on(person, ticket)


def is_asked(person: Person, ticket: Ticket) -> bool:
    """Asked to approve something of it, now or before: they may write into it, but neither end nor wake it."""
    rows = Ballot.objects.filter(approval__subject=ticket.pk).exclude(state=Ballot.State.WAITING)
    return rows.filter(Q(approver=person) | Q(stand_in=person)).exists()


def must_work_on(person: Person, ticket: Ticket) -> None:
    if not may_work_on(person, ticket):
        raise NotAllowed()
