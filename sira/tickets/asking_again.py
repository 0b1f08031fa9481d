"""Conditions that speak of what stands beside the ticket are asked again when that has changed.

What is changed in a ticket asks them at once (see worksheet.py). Its requester, their organisation, the owner of its
service and the clock know nothing of tickets, and whoever changes them shall not have to: once a minute each worker
reads which transaction wrote those rows last, and asks what came of it where that is another than before. What a worker
has not seen yet it asks a little at a time.
"""

import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection, transaction

from sira.processes import running, versions
from sira.processes.models import Subscription
from sira.tickets import facts

OUTSIDE = re.compile(r"\b(?:requester|service_owner)\b")
BY_MINUTE = re.compile(r"\bnow\s*\(|\brequester\.leads\b")  # who leads stands in no row of the requester's own
BY_HOUR = re.compile(r"\btoday\s*\(")  # it is midnight somewhere each hour
MOST_SECONDS = 2.0  # of a minute
log = logging.getLogger(__name__)
_WRITTEN_BY = """
    SELECT waits.id, waits.subject, instance.version_id, waits.element,
           concat_ws(' ', requester.id, requester.xmin, requester.ctid, organisation.id, organisation.xmin,
                     organisation.ctid, service.id, service.xmin, service.ctid)
      FROM processes_subscription waits
      JOIN processes_instance instance ON instance.id = waits.instance_id
      JOIN unnest(%s::bigint[], %s::text[]) AS chosen (version, element)
        ON chosen.version = instance.version_id AND chosen.element = waits.element
      JOIN tickets_ticket ticket ON ticket.id = waits.subject
      JOIN people_person requester ON requester.id = ticket.requester_id
      LEFT JOIN people_organisation organisation ON organisation.id = ticket.organisation_id
      LEFT JOIN tickets_service service ON service.id = ticket.service_id
     WHERE waits.kind = 'condition'
     ORDER BY waits.id
"""


@dataclass(frozen=True)
class _Seen:
    mark: str
    at: float


_seen: dict[tuple[str, int], _Seen] = {}  # by database and subscription, as last asked


def ask_again(at: datetime) -> int:
    """Those beside which something changed, then those not asked for longest. Returns how many were looked at."""
    found = _waiting(at)
    name = str(connection.settings_dict["NAME"])
    for gone in [key for key in _seen if key[0] == name and key[1] not in found]:
        del _seen[gone]
    never = _Seen("", 0.0)
    due = [key for key, (_subject, mark) in found.items() if _seen.get((name, key), never).mark != mark]
    due.sort(key=lambda key: ((name, key) not in _seen, _seen.get((name, key), never).at))
    until, looked = time.monotonic() + MOST_SECONDS, dict[int, bool]()
    for key in due:
        if time.monotonic() > until:
            break
        subject, mark = found[key]
        if subject not in looked:
            looked[subject] = _ask(subject, at)
        if looked[subject]:
            _seen[name, key] = _Seen(mark, time.monotonic())
    return sum(looked.values())


def _waiting(at: datetime) -> dict[int, tuple[int, str]]:
    """Subject and mark of each subscription whose condition speaks of something beside its ticket."""
    waiting = Subscription.objects.filter(kind=Subscription.Kind.CONDITION)
    clocks = {
        (version, element): clock
        for version, element in waiting.values_list("instance__version", "element").distinct()
        if (clock := _clock(version, element, at)) is not None
    }
    return {
        key: (subject, f"{rows} {clocks[version, element]}")
        for key, subject, version, element, rows in _rows(list(clocks))
    }


def _rows(chosen: Sequence[tuple[int, str]]) -> list[tuple[int, int, int, str, str]]:
    if not chosen:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN_BY, [[version for version, _ in chosen], [element for _, element in chosen]])
        return list(cursor.fetchall())


def _clock(version: int, element: str, at: datetime) -> str | None:
    """How the condition's clock stands, empty where it looks at none; None if it speaks of the ticket alone."""
    node = versions.graph_of(version).nodes.get(element)
    value = node.event.value if node is not None and node.event is not None else None
    if value is None:
        return None
    if BY_MINUTE.search(value.text):
        return f"{at:%Y-%m-%dT%H:%M}"
    if BY_HOUR.search(value.text):
        return f"{at:%Y-%m-%dT%H}"
    return "" if OUTSIDE.search(value.text) else None


def _ask(subject: int, at: datetime) -> bool:
    """One ticket; who works on it now asks by doing so."""
    try:
        with transaction.atomic():
            return facts.lock_unless_busy(subject) and running.look_again(subject, at=at) > 0
    except OperationalError as problem:
        log.warning("The conditions of %s had to wait: %s", subject, problem)
    except Exception:
        log.exception("The conditions of %s cannot be asked", subject)  # the others can
    return False
