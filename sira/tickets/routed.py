"""Which group and which agent: routing chooses, the ticket gets them, and the trace says why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count

from sira.plumbing import prepared
from sira.routing import routing
from sira.routing.work import Counts, Weighable, Work
from sira.shell.names import named
from sira.tickets import assigning, facts
from sira.tickets.models import Ticket, TicketType
from sira.tickets.worksheet import Worksheet


def route(sheet: Worksheet) -> None:
    """Give a new ticket to a group by the table, and to an agent by the group's strategy.

    One that came to a group, by the address it was sent to, stays there.
    """
    ticket = sheet.ticket
    if sheet.is_new and ticket.group:
        chosen = routing.route_within(ticket.group, ticket.pk, at=sheet.at, work=work_of(ticket))
    else:
        chosen = routing.route(ticket.pk, facts.of(sheet), at=sheet.at, work=work_of(ticket), among=sheet.tables)
    sheet.keep(chosen.trace)
    assigning.give(sheet, group=chosen.group, agent=chosen.agent, how="routed")


def work_of(ticket: Ticket) -> Work:
    return Work(channel=ticket.channel, language=ticket.language, requester=ticket.requester_id)


def open_work_of(people: Sequence[int], weights: Mapping[str, Any]) -> Mapping[int, float]:
    """How much each has to work on now; what waits for somebody else weighs nothing.

    From the tally, unless types or channels weigh differently.
    """
    if weights.get("type") or weights.get("channel"):
        return _weighed(people, weights)
    loads: dict[int, float] = {}
    for agent, priority, n in prepared.ask(_TALLIED, [list(people)]):
        loads[agent] = loads.get(agent, 0) + n * _weight(weights, "priority", priority)
    return loads


def value_of(
    people: Sequence[int], group: int, span: tuple[datetime, datetime], weights: Mapping[str, Any]
) -> Mapping[int, float]:
    """What each has of a group's tickets opened in that time, whether still open or not; a child counts by itself."""
    found = Ticket.objects.filter(agent__in=people, group=group, opened_at__gte=span[0], opened_at__lt=span[1])
    rows = found.values_list("agent", "priority", "type__key", "channel").annotate(n=Count("pk")).order_by()
    values: dict[int, float] = {}
    for agent, priority, kind, channel, n in rows:
        weight = _weight(weights, "priority", priority) * _weight(weights, "type", kind)
        values[agent] = values.get(agent, 0) + n * weight * _weight(weights, "channel", channel)
    return values


_TALLIED = """
    SELECT agent_id, priority, sum(n) FROM tickets_tally
     WHERE agent_id = ANY(%s) AND status = 'open' GROUP BY agent_id, priority
"""
_OPEN = """
    SELECT agent_id, priority, (SELECT key FROM tickets_tickettype type WHERE type.id = type_id), channel, count(*)
      FROM tickets_ticket WHERE agent_id = ANY(%s) AND status = 'open' GROUP BY agent_id, priority, type_id, channel
"""


def _weighed(people: Sequence[int], weights: Mapping[str, Any]) -> Mapping[int, float]:
    loads: dict[int, float] = {}
    for agent, priority, kind, channel, n in prepared.ask(_OPEN, [list(people)]):
        weight = _weight(weights, "priority", priority) * _weight(weights, "type", kind)
        loads[agent] = loads.get(agent, 0) + n * weight * _weight(weights, "channel", channel)
    return loads


def _weight(weights: Mapping[str, Any], of: str, value: Any) -> float:
    return float(weights.get(of, {}).get(str(value), 1))


def open_on_channel(people: Sequence[int], channel: str) -> Mapping[int, int]:
    found = Ticket.objects.filter(agent__in=people, status=Ticket.Status.OPEN, channel=channel)
    return dict(found.values_list("agent").annotate(n=Count("pk")).order_by())


def who_knew(requester: int, people: Sequence[int]) -> int | None:
    """Who of them worked last for the person, by the newest of their tickets that one of them had."""
    mine = Ticket.objects.filter(requester=requester, agent__in=people)
    return mine.order_by("-id").values_list("agent", flat=True).first()


def weighable() -> list[Weighable]:
    """What a group may weigh by, in the reader's words. One query."""
    found = [Weighable("priority", str(key), str(words)) for key, words in Ticket.Priority.choices]
    found += [Weighable("type", one.key, named(one)) for one in TicketType.objects.order_by("name")]
    return [*found, *(Weighable("channel", key, str(words)) for key, words in Ticket.Channel.choices)]


COUNTS = Counts(open_work_of, open_on_channel, who_knew, weighable, value_of)
