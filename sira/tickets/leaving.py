"""Somebody works here no more: what they have goes back to their groups, so that nothing is orphaned."""

from datetime import datetime

from django.db import transaction

from sira.people import persons
from sira.people.models import Person
from sira.tickets.assigning import assign
from sira.tickets.models import Ticket


@transaction.atomic
def let_go(person: Person, *, by: Person, at: datetime) -> int:
    """How many open tickets went back to the queues of their groups.  Raises NotAllowed, LastAdministrator."""
    persons.let_go(person, by=by)
    return _give_back(person, by, at)


@transaction.atomic
def change_role(person: Person, *, role: str, by: Person, at: datetime) -> int:
    """The same for who becomes a requester; nobody else loses a ticket by it.  Raises NotAllowed, LastAdministrator."""
    persons.change_role(person, role=role, by=by)
    return 0 if person.is_agent else _give_back(person, by, at)


def _give_back(person: Person, by: Person, at: datetime) -> int:
    held = list(Ticket.objects.filter(status__in=Ticket.ACTIVE, agent=person).select_related("group"))
    for ticket in held:
        assign(ticket, group=ticket.group, agent=None, by=by, at=at)
    return len(held)
