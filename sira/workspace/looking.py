"""Who has a ticket before them now, and who is writing: told by the pages themselves, over the live stream."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from sira.people.models import Person
from sira.plumbing import live
from sira.plumbing.composed import composed
from sira.tickets.models import Ticket
from sira.workspace.models import Looking

TOPIC = "looking"
GONE = timedelta(seconds=60)  # without a word; pages say one every 25


def look(person: Person, ticket: Ticket, *, writes: bool, at: datetime) -> list[Looking]:
    """The person is here; the others. They are told where that is news to them."""
    before = {row.person_id: row for row in at_ticket(ticket.pk, at - GONE)}
    Looking.objects.bulk_create(
        [Looking(person=person, ticket=ticket, seen_at=at, writes=writes)],
        update_conflicts=True,
        unique_fields=["person", "ticket"],
        update_fields=["seen_at", "writes"],
    )
    own = before.pop(person.pk, None)
    if before and (own is None or own.writes != writes):
        live.tell(TOPIC, [ticket.pk])
    return list(before.values())


def others(person: Person, ticket: Ticket, *, at: datetime) -> list[Looking]:
    return [row for row in at_ticket(ticket.pk, at - GONE) if row.person_id != person.pk]


def leave(person: Person, ticket: Ticket) -> None:
    if Looking.objects.filter(person=person, ticket=ticket).delete()[0]:
        live.tell(TOPIC, [ticket.pk])


@composed
def at_ticket(ticket: int, since: datetime) -> "QuerySet[Looking]":
    rows = Looking.objects.filter(ticket=ticket, seen_at__gt=since).select_related("person").order_by("id")
    return rows.only("ticket", "seen_at", "writes", "person__name", "person__email")
