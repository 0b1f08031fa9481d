"""A process that begins by itself, at a time or by a message, gets the ticket that it works for."""

from collections.abc import Iterator, Mapping
from typing import Any

from sira.people.automation import automation
from sira.processes.blocks import Beginning
from sira.tickets.messages import Said
from sira.tickets.models import Ticket, TicketType
from sira.tickets.opening import Asked, open_ticket


def open_for(beginning: Beginning) -> bool:
    """Open a ticket of the type that the process leads, asked for by the desk itself. False if it leads none.

    A withdrawn type is taken only where it leads no other.
    """
    kind = TicketType.objects.filter(process_key=beginning.key).order_by("-is_offered", "id").first()
    if kind is None:
        return False
    said = Said(text="\n".join(_lines(beginning.variables)) or beginning.name, is_automatic=True)
    asked = Asked(
        type=kind,
        subject=str(beginning.variables.get("subject") or beginning.name),
        requester=automation(),
        said=said,
        channel=Ticket.Channel.PROCESS,
        is_machine=True,
    )
    open_ticket(asked, by=automation(), at=beginning.at, begin=beginning.begin)
    return True


def _lines(variables: Mapping[str, Any]) -> Iterator[str]:
    return (f"{name}: {value}" for name, value in variables.items() if not isinstance(value, dict | list))
