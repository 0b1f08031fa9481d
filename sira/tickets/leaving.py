"""Somebody leaves the desk: what they have goes back to their groups, so that nothing is orphaned."""

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
    held = list(Ticket.objects.filter(status__in=Ticket.ACTIVE, agent=person).select_related("group"))
    for ticket in held:
        assign(ticket, group=ticket.group, agent=None, by=by, at=at)
    return len(held)
