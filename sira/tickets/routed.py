"""Which group and which agent: routing chooses, the ticket gets them, and the trace says why."""

from sira.people.models import Person, SupportGroup
from sira.routing import routing
from sira.tickets import assigning, promised
from sira.tickets.facts import Facts
from sira.tickets.models import Ticket
from sira.tickets.worksheet import Worksheet


def route(sheet: Worksheet) -> None:
    """Give a new ticket to a group by the table (unless it came with one) and to an agent by the group's strategy."""
    raise NotImplementedError
