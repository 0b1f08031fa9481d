"""When a ticket reached its stages."""

from collections.abc import Iterable
from datetime import datetime

from sira.tickets.models import HistoryEntry, Ticket

Stage = Ticket.Stage


def times_of(ticket: Ticket) -> dict[str, datetime]:
    """When each stage was reached last; what was stepped back from is not shown as passed. One query."""
    return times_in(ticket.history.order_by("id"), ticket)


def times_in(entries: Iterable[HistoryEntry], ticket: Ticket) -> dict[str, datetime]:
    """The same from a history that is in hand, oldest first."""
    order = list(Stage)
    times = {Stage.OPENED.value: ticket.opened_at}
    given: datetime | None = None
    for entry in entries:
        if "stage" in entry.facts:
            times[entry.facts["stage"][1]] = entry.at
        if entry.kind == HistoryEntry.Kind.ASSIGNED and given is None:
            given = entry.at
    if ticket.agent_id and Stage.ASSIGNED not in times:
        times[Stage.ASSIGNED.value] = given or ticket.opened_at
    reached = order.index(Stage(ticket.stage))
    return {stage: at for stage, at in times.items() if order.index(Stage(stage)) <= reached}
