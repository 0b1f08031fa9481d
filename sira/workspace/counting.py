"""How many tickets each list holds for a person, from the tally; what is late, from the warnings that have come."""

from datetime import datetime

from sira.insight.counting import late, seen
from sira.people.models import Person
from sira.tickets.models import Ticket
from sira.workspace import queues

Status = Ticket.Status


def counts_for(person: Person, *, at: datetime, groups: list[int]) -> dict[str, int]:
    """The number of each of the standing lists.  groups: the person's."""
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
