"""When a ticket reached its stages."""

from datetime import datetime

from sira.tickets.models import HistoryEntry, Ticket

Stage = Ticket.Stage


def times_of(ticket: Ticket) -> dict[str, datetime]:
    """When each stage was reached last; what was stepped back from is not shown as passed."""
    order = list(Stage)
    times = {Stage.OPENED.value: ticket.opened_at}
    changes = ticket.history.filter(facts__has_key="stage").order_by("id").values_list("at", "facts")
    for at, facts in changes:
        times[facts["stage"][1]] = at
    if ticket.agent_id and Stage.ASSIGNED not in times:
        given = ticket.history.filter(kind=HistoryEntry.Kind.ASSIGNED).order_by("id").values_list("at", flat=True)
        times[Stage.ASSIGNED.value] = given.first() or ticket.opened_at
    reached = order.index(Stage(ticket.stage))
    return {stage: at for stage, at in times.items() if order.index(Stage(stage)) <= reached}
