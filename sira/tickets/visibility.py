"""Who may see what of a ticket: one rule for page, API, search, export, stream and mail."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from sira.people.models import Membership, Organisation, Person
from sira.people.rights import Right, has, works_in
from sira.plumbing.composed import composed

if TYPE_CHECKING:
    from sira.tickets.models import Message, Ticket  # noqa: F401


def worked_by(person: Person, at: str = "") -> Q:
    """The condition on Ticket under which the person works on it, and so reads its internal notes too.

    Managers and administrators: all. Agents and leads: what is in their groups, in none, or theirs by name. A made role
    opens the groups and organisations for which it was given.
    at: the path to the ticket from the table that is asked, such as "ticket__".
    """
    if has(person, Right.SEE_ALL):
        return Q()
    if not person.is_agent:
        return Q(pk__in=[])
    where, held = works_in(person), Q(**{f"{at}agent": person})
    if has(person, Right.WORK):
        held |= Q(**{f"{at}group": None}) | Q(**{f"{at}group__in": person.memberships.values("group")})
    if where.groups:
        held |= Q(**{f"{at}group__in": where.groups})
    if where.organisations:
        held |= Q(**{f"{at}organisation__in": where.organisations})
    return held


def is_usual(person: Person) -> bool:
    """Of somebody who works here: their groups alone say what they work on, so `agent_like` stands for them."""
    return not works_in(person)


@composed
def groups_with(person: int) -> "models.QuerySet[Membership, int]":
    """Keys of the groups that somebody is a member of."""
    return Membership.objects.filter(person=person).order_by("group").values_list("group", flat=True)


def groups_worked(person: Person) -> list[int]:
    """Whose tickets the person works on, where they do not work on all."""
    own = person.memberships.values_list("group", flat=True) if has(person, Right.WORK) else ()
    return sorted({*own, *works_in(person).groups})


def seen_by(person: Person, at: str = "") -> Q:
    """The condition on Ticket under which the person may read it.

    What they work on, what they asked or take part in, and their organisation's where it shares.
    """
    if has(person, Right.SEE_ALL):
        return Q()
    seen = Q(**{f"{at}requester": person}) | Q(**{f"{at}pk__in": person.takes_part.values("ticket")})
    if person.organisation is not None and person.organisation.shares_tickets:
        seen |= Q(**{f"{at}organisation": person.organisation})
    return seen | worked_by(person, at)


def agent_like(person: int, house: int | None = None) -> Person:
    """Somebody who works here in the usual way, for composed queries.  house: an organisation that shares tickets."""
    organisation = Organisation(pk=house, shares_tickets=True) if house else None
    return Person(pk=person, role=Person.Role.AGENT, organisation=organisation)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, person: Person) -> "TicketQuerySet":
        return self.filter(seen_by(person))

    def worked_by(self, person: Person) -> "TicketQuerySet":
        return self.filter(worked_by(person))

    def active(self) -> "TicketQuerySet":
        """Not yet resolved."""
        return self.filter(status__in=["open", "waiting", "held"])

    def current(self) -> "TicketQuerySet":
        """Not yet closed: what stands in a queue."""
        return self.exclude(status="closed")


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, person: Person) -> "MessageQuerySet":
        """Messages of tickets the person may see; internal notes only of tickets they work on."""
        if has(person, Right.SEE_ALL):
            return self
        # Joined, not by a subquery over all tickets: the search looks at few messages and must not pay for the rest.
        return self.filter(Q(seen_by(person, "ticket__"), is_internal=False) | worked_by(person, "ticket__"))
