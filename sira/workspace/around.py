"""What stands around a ticket on its page: its history, its people, its links, other tickets of the same person."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from sira.people.models import Person
from sira.people.rights import Right, has
from sira.plumbing.composed import composed
from sira.tickets.models import HistoryEntry, Participant, Ticket, TicketLink
from sira.tickets.visibility import agent_like, is_usual


@composed
def history_of(ticket: int) -> "QuerySet[HistoryEntry]":
    return HistoryEntry.objects.filter(ticket=ticket).order_by("id")


@composed
def people_of(ticket: int) -> "QuerySet[Participant]":
    rows = Participant.objects.filter(ticket=ticket).select_related("person").order_by("id")
    return rows.only("kind", "person__name", "person__email")


@composed
def links_of(ticket: int) -> "QuerySet[TicketLink]":
    rows = TicketLink.objects.filter(Q(source=ticket) | Q(target=ticket)).select_related("source", "target")
    shown = ("number", "subject")
    return rows.only("kind", *(f"{end}__{name}" for end in ("source", "target") for name in shown)).order_by("id")


def hide_subjects(links: Sequence[TicketLink], reader: Person) -> None:
    """Of linked tickets that the reader may not see, the number stays alone: the history names it as well."""
    if not links or has(reader, Right.SEE_ALL):
        return
    ends = {key for one in links for key in (one.source_id, one.target_id)}
    seen = set(Ticket.objects.visible_to(reader).filter(pk__in=ends).values_list("pk", flat=True))
    for one in links:
        for end in (one.source, one.target):
            if end.pk not in seen:
                end.subject = ""


def others_of(found: Ticket, reader: Person) -> list[Ticket]:
    """Other tickets of the same person that the reader may see, newest first."""
    if has(reader, Right.SEE_ALL):
        return others(found.requester_id, found.pk)
    if not is_usual(reader):
        return list(newest(Ticket.objects.visible_to(reader), found.requester_id, found.pk))
    if reader.organisation is not None and reader.organisation.shares_tickets:
        return others_in_house(found.requester_id, found.pk, reader.pk, reader.organisation.pk)
    return others_seen(found.requester_id, found.pk, reader.pk)


def newest(rows: "QuerySet[Ticket]", requester: int, ticket: int) -> "QuerySet[Ticket]":
    rows = rows.filter(requester=requester).exclude(pk=ticket).order_by("-id")
    return rows.only("number", "subject", "stage", "status")[:6]


@composed
def others(requester: int, ticket: int) -> "QuerySet[Ticket]":
    return newest(Ticket.objects.all(), requester, ticket)


@composed
def others_seen(requester: int, ticket: int, reader: int) -> "QuerySet[Ticket]":
    return newest(Ticket.objects.visible_to(agent_like(reader)), requester, ticket)


@composed
def others_in_house(requester: int, ticket: int, reader: int, house: int) -> "QuerySet[Ticket]":
    return newest(Ticket.objects.visible_to(agent_like(reader, house)), requester, ticket)
