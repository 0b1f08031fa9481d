"""Which group and which agent: routing chooses, the ticket gets them, and the trace says why."""

from collections.abc import Mapping, Sequence

from django.db.models import Sum

from sira.routing import routing
from sira.tickets import assigning, facts
from sira.tickets.models import Tally, Ticket
from sira.tickets.worksheet import Worksheet


def route(sheet: Worksheet) -> None:
    """Give a new ticket to a group by the table, and to an agent by the group's strategy.

    One that came to a group, by the address it was sent to, stays there.
    """
    ticket = sheet.ticket
    if sheet.is_new and ticket.group:
        chosen = routing.route_within(ticket.group, ticket.pk, at=sheet.at)
    else:
        chosen = routing.route(ticket.pk, facts.of(sheet), at=sheet.at)
    sheet.keep(chosen.trace)
    assigning.give(sheet, group=chosen.group, agent=chosen.agent, how="routed")


def open_work_of(people: Sequence[int]) -> Mapping[int, float]:
    """How many tickets each has to work on now, from the tally; what waits for somebody else weighs nothing."""
    counted = Tally.objects.filter(agent__in=people, status=Ticket.Status.OPEN).values_list("agent")
    return dict(counted.annotate(count=Sum("n")).order_by())
