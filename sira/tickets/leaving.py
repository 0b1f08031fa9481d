"""Somebody works here no more: what they have goes back to their groups, so that nothing is orphaned."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from sira.people import persons, roles
from sira.people.models import GivenRole, MadeRole, Person
from sira.tickets import tasks
from sira.tickets.assigning import give
from sira.tickets.models import Ticket
from sira.tickets.worksheet import on_desk


@transaction.atomic
def let_go(person: Person, *, by: Person, at: datetime) -> int:
    """How many open tickets went back to the queues of their groups.  Raises NotAllowed, LastAdministrator."""
    persons.let_go(person, by=by)
    return give_back(person, by=by, at=at)


@transaction.atomic
def change_role(person: Person, *, role: str, by: Person, at: datetime) -> int:
    """The same for who becomes a requester; nobody else loses a ticket by it.  Raises NotAllowed, LastAdministrator."""
    persons.change_role(person, role=role, by=by)
    return 0 if person.is_agent else give_back(person, by=by, at=at)


@transaction.atomic
def take_role(given: GivenRole, *, by: Person, at: datetime) -> int:
    """The same for who worked by a made role alone.  Raises NotAllowed, MoreThanOwn."""
    person = roles.take_role(given, by=by)
    return 0 if person.is_agent else give_back(person, by=by, at=at)


@transaction.atomic
def change_made_role(
    row: MadeRole,
    *,
    name: str,
    rights_of_it: Collection[str],
    names: Mapping[str, str] | None = None,
    by: Person,
    at: datetime,
) -> MadeRole:
    """The same for everybody who worked by it alone.  Raises what roles.change_role raises."""
    row = roles.change_role(row, name=name, rights_of_it=rights_of_it, names=names, by=by)
    for person in Person.objects.filter(given_roles__role=row).distinct():
        if not person.is_agent:
            give_back(person, by=by, at=at)
    return row


def give_back(person: Person, *, by: Person, at: datetime) -> int:
    """How many open tickets went back to the queues of their groups; their tasks go back too.

    Whoever may take the role may do this with it, whether or not they work on these tickets.
    """
    held = list(Ticket.objects.filter(status__in=Ticket.ACTIVE, agent=person))
    for ticket in held:
        with on_desk(ticket, by=by, at=at) as sheet:
            give(sheet, group=sheet.ticket.group, agent=None, how="given")
    tasks.give_back(person, by=by, at=at)
    return len(held)
