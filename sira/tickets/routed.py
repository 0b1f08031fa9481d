"""Which group and which agent: routing chooses, the ticket gets them, and the trace says why."""

from collections.abc import Mapping, Sequence

from django.db.models import Count

from sira.routing import routing
from sira.tickets import assigning, facts
from sira.tickets.models import Ticket
from sira.tickets.worksheet import Worksheet


def route(sheet: Worksheet) -> None:
    """Give a new ticket to a group by the table, and to an agent by the group's strategy."""
    chosen = routing.route(sheet.ticket.pk, facts.of(sheet), at=sheet.at)
    sheet.keep(chosen.trace)
    assigning.give(sheet, group=chosen.group, agent=chosen.agent, how="routed")


def open_work_of(people: Sequence[int]) -> Mapping[int, float]:
    """How many tickets each has to work on now; what waits for somebody else weighs nothing."""
    counted = Ticket.objects.filter(agent__in=people, status=Ticket.Status.OPEN).values_list("agent")
    return dict(counted.annotate(count=Count("pk")))
