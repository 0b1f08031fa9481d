"""The figures of one agent: open work from their queue, the day from what was solved today."""

from collections import Counter
from datetime import datetime

from django.utils.translation import gettext as _

from sira.people.models import Person
from sira.plumbing import prepared
from sira.tickets import tallies
from sira.tickets.models import Ticket
from sira.workspace import queues

_LATE = """
    SELECT count(*) FILTER (WHERE warn_at <= %s AND due_at >= %s), count(*) FILTER (WHERE due_at < %s)
      FROM tickets_ticket WHERE agent_id = %s AND NOT (status = 'closed') AND status IN ('open', 'waiting', 'held')
"""
_DAY = """
    SELECT count(*), count(*) FILTER (WHERE kept), count(*) FILTER (WHERE NOT kept), count(*) FILTER (WHERE reopens > 0)
      FROM tickets_ticket WHERE resolved_at >= %s AND merged_into_id IS NULL AND agent_id = %s
"""


def work_of(person: Person, *, at: datetime) -> list[tuple[str, str, int]]:
    """List, words and number of what the person has on the desk."""
    found: Counter[str] = Counter()
    for one in tallies.counts():
        if one.agent == person.pk:
            found["all" if one.status != Ticket.Status.RESOLVED else "resolved"] += one.n
            found[one.status] += one.n if one.status == Ticket.Status.WAITING else 0
    ((risk, broken),) = prepared.ask(_LATE, [at, at, at, person.pk])
    return [
        ("all", _("Mine, open"), found["all"]),
        ("risk", _("At risk"), risk),
        ("broken", _("Broken"), broken),
        ("waiting", _("Waiting for the requester"), found["waiting"]),
        ("resolved", _("Resolved, to be confirmed"), found["resolved"]),
    ]


def day_of(person: Person, *, at: datetime) -> list[tuple[str, str, int]]:
    """What the person solved today, and how."""
    (row,) = prepared.ask(_DAY, [queues.today(at), person.pk])
    words = (("solved", _("Resolved today")), ("kept", _("in time")), ("missed", _("too late")))
    names = [*words, ("reopened", _("had been reopened"))]
    return [(key, said, count) for (key, said), count in zip(names, row, strict=True)]
