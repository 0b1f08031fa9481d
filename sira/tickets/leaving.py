"""Somebody works here no more: what they have goes back to their groups, so that nothing is orphaned."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from sira.people import persons, roles
from sira.people.models import GivenRole, MadeRole, Person
from sira.tickets import tasks
from sira.tickets.assigning import give
from sira.tickets.models import Ticket
from sira.tickets.worksheet import on_desk
from sira.workforce import leaving


@dataclass(frozen=True)
class WentBack:
    """tickets, tasks: a ticket's number and the key of the group that has it now, empty where it is everybody's.

    calls: the keys of the groups whose calls others of their turns take.
    """

    tickets: list[tuple[str, str]] = field(default_factory=list)
    tasks: list[tuple[str, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


NOTHING = WentBack()


@transaction.atomic
def let_go(person: Person, *, by: Person, at: datetime) -> WentBack:
    """Their open work goes back to the queues of its groups.  Raises NotAllowed, LastAdministrator."""
    persons.let_go(person, by=by)
    return give_back(person, by=by, at=at)


@transaction.atomic
def change_role(person: Person, *, role: str, by: Person, at: datetime) -> WentBack:
    """The same for who becomes a requester; nobody else loses a ticket by it.  Raises NotAllowed, LastAdministrator."""
    persons.change_role(person, role=role, by=by)
    return NOTHING if person.is_agent else give_back(person, by=by, at=at)


@transaction.atomic
def take_role(given: GivenRole, *, by: Person, at: datetime) -> WentBack:
    """The same for who worked by a made role alone.  Raises NotAllowed, MoreThanOwn."""
    person = roles.take_role(given, by=by)
    return NOTHING if person.is_agent else give_back(person, by=by, at=at)


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


def give_back(person: Person, *, by: Person, at: datetime) -> WentBack:
    """Open tickets and tasks go back to the queues of their groups, turns on call to the others.

    Whoever may take the role may do this with it, whether or not they work on these tickets.
    """
    tickets = []
    for ticket in list(Ticket.objects.filter(status__in=Ticket.ACTIVE, agent=person).order_by("pk")):
        with on_desk(ticket, by=by, at=at) as sheet:
            give(sheet, group=sheet.ticket.group, agent=None, how="given")
        group = sheet.ticket.group
        tickets.append((sheet.ticket.number, group.key if group else ""))
    return WentBack(tickets, tasks.give_back(person, by=by, at=at), leaving.leave(person, at=at))
