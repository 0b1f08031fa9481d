"""What stands beside the numbers of now: how old is what nobody has, what nobody could be given, today's first answers.

Each is of a group and an agent, so that a reader gets what they see (counting.own). docs/reference/figures.md says what
each one counts.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet, Sum

from sira.insight import counting
from sira.insight.scope import Scope, bounds
from sira.people.models import Person
from sira.plumbing import prepared
from sira.routing.models import Waiting
from sira.tickets.models import Ticket
from sira.tickets.visibility import is_usual

_ACTIVE = ", ".join(f"'{status}'" for status in Ticket.ACTIVE)


@dataclass(frozen=True)
class Nobodys:
    """Open tickets of a group that nobody has.  oldest: when the first came.  undealt: nobody could be given them."""

    group: int | None
    oldest: datetime
    undealt: int
    agent: None = None


@dataclass(frozen=True)
class Answers:
    """Solved tickets of a group and an agent.  count: that a person had answered; seconds: to the first answers, added
    up.  back: those that had come back, once or more."""

    group: int | None
    agent: int | None
    seconds: int
    count: int
    back: int


# From the index of what nobody has.
_NOBODYS = f"""
    SELECT group_id, min(opened_at), count(waits)
      FROM tickets_ticket ticket
      LEFT JOIN (SELECT subject AS waits, group_id AS waits_for FROM routing_waiting) waiting
             ON waits = ticket.id AND waits_for = group_id
     WHERE agent_id IS NULL AND NOT (status = 'closed') AND status IN ({_ACTIVE}) {{where}} GROUP BY 1
"""
_ANSWERS = """
    SELECT group_id, agent_id, coalesce(sum(answered_in), 0)::bigint, count(answered_in),
           count(*) FILTER (WHERE reopens > 0)
      FROM tickets_ticket ticket
     WHERE resolved_at >= %s AND resolved_at < %s AND merged_into_id IS NULL {where} GROUP BY 1, 2
"""


def nobodys(person: Person, groups: list[int], scope: Scope) -> list[Nobodys]:
    """groups: those the person belongs to."""
    if not is_usual(person):
        return _nobodys_of(counting.worked(person, scope))
    where, values = counting.narrowing(replace(scope, groups=()), with_organisation=True)
    found = [Nobodys(*row) for row in prepared.ask(_NOBODYS.format(where=where), values)]
    return counting.own(person, groups, found)


def _nobodys_of(tickets: "QuerySet[Ticket]") -> list[Nobodys]:
    free = tickets.filter(agent=None, status__in=Ticket.ACTIVE)
    rows = list(free.values_list("pk", "group", "opened_at"))
    waits = set(Waiting.objects.filter(subject__in=[key for key, *_more in rows]).values_list("subject", "group"))
    return [Nobodys(group, came, int((key, group) in waits)) for key, group, came in rows]


def answers(person: Person, groups: list[int], scope: Scope, day: date) -> list[Answers]:
    """Of what was solved on that day.  groups: those the person belongs to."""
    between = bounds(day, day)
    if not is_usual(person):
        return _answers_of(counting.worked(person, scope), between)
    where, values = counting.narrowing(replace(scope, groups=()), with_organisation=True)
    found = [Answers(*row) for row in prepared.ask(_ANSWERS.format(where=where), [*between, *values])]
    return counting.own(person, groups, found)


def _answers_of(tickets: "QuerySet[Ticket]", between: tuple[datetime, datetime]) -> list[Answers]:
    solved = tickets.filter(resolved_at__gte=between[0], resolved_at__lt=between[1], merged_into=None)
    rows = solved.order_by().values_list("group", "agent")
    sums = {"seconds": Sum("answered_in", default=0), "count": Count("answered_in")}
    return [Answers(*row) for row in rows.annotate(**sums, back=Count("pk", filter=Q(reopens__gt=0)))]
