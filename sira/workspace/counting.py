"""How many tickets each list holds for a person, from the tally; what is late, from the warnings that have come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from sira.people.models import Person
from sira.plumbing.composed import composed
from sira.tickets import tallies
from sira.tickets.models import Ticket
from sira.tickets.visibility import SEES_ALL, agent_like
from sira.workspace import queues

Status = Ticket.Status


@dataclass(frozen=True)
class Late:
    """Open tickets of a group and an agent whose warning has come."""

    group: int | None
    agent: int | None
    risk: int
    broken: int


def seen(person: Person, groups: list[int]) -> list[tallies.Count]:
    """The tallied work that the person may see; groups: those they belong to."""
    if person.role in SEES_ALL:
        return tallies.counts()
    own = {None, *groups}
    return [one for one in tallies.counts() if one.group in own or one.agent == person.pk]


def late(person: Person, *, at: datetime) -> list[Late]:
    """From an index that holds all it needs."""
    rows = late_of_all(at) if person.role in SEES_ALL else late_of(at, person.pk)
    return [Late(*row) for row in rows]


@composed
def late_of_all(at: datetime) -> "QuerySet[Ticket, tuple[Any, ...]]":
    return counted_late(Ticket.objects.all(), at)


@composed
def late_of(at: datetime, person: int) -> "QuerySet[Ticket, tuple[Any, ...]]":
    return counted_late(Ticket.objects.worked_by(agent_like(person)), at)


def counted_late(tickets: "QuerySet[Ticket]", at: datetime) -> "QuerySet[Ticket, tuple[Any, ...]]":
    """Group, agent, how many are at risk, how many late. Of the ticket's columns those that ticket_by_warning holds."""
    rows = tickets.filter(warn_at__lte=at, status__in=Ticket.ACTIVE).order_by()
    return rows.values_list("group", "agent").annotate(
        risk=Count("due_at", filter=Q(due_at__gte=at)), broken=Count("due_at", filter=Q(due_at__lt=at))
    )


def counts_for(person: Person, *, at: datetime) -> dict[str, int]:
    """The number of each of the standing lists."""
    groups = queues.groups_of(person)
    found = dict.fromkeys(queues.SCOPES, 0)
    for one in seen(person, groups):
        if one.status == Status.RESOLVED:
            found["resolved"] += one.n
            continue
        found["all"] += one.n
        found["mine"] += one.n if one.agent == person.pk else 0
        found["groups"] += one.n if one.group in groups else 0
        found["waiting"] += one.n if one.status == Status.WAITING else 0
        found["unassigned"] += one.n if one.agent is None else 0
    for two in late(person, at=at):
        found["risk"] += two.risk
        found["broken"] += two.broken
    return found
