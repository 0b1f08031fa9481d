"""Timers fire: rows whose time has come, each in the lock of its process, so that no two workers fire the same one."""

import logging
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from django.db import OperationalError, transaction

from sira.plumbing import prepared
from sira.processes import beginnings, blocks, going_on, running, together, versions
from sira.processes.models import Instance, StartEvent, Timer
from sira.processes.refusals import NotWaiting
from sira.processes.timing import register_working_time, register_zone

__all__ = ["fire_due_timers", "pump", "register_working_time", "register_zone"]
log = logging.getLogger(__name__)
AT_ONCE = 500
A_FEW = 50
AGAIN_AFTER = timedelta(minutes=5)


STILL_DUE = """
    SELECT id, token, element FROM processes_timer WHERE id = ANY(%s::bigint[]) AND fired_at IS NULL ORDER BY due_at, id
"""
DUE = (
    "SELECT due_at FROM processes_timer WHERE fired_at IS NULL ORDER BY due_at LIMIT 1",
    "SELECT due_at FROM processes_startevent WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1",
)


def pump(at: datetime) -> int:
    """Fire what is due; the worker calls this every second, and at once again while it finds work. Returns how many
    fired."""
    return fire_due_timers(at, limit=AT_ONCE) + begin_due_processes(at, limit=AT_ONCE)


def fire_due_timers(at: datetime, limit: int = AT_ONCE) -> int:
    """The timers due by now, each instance in a transaction of its own.

    Of many that are due at once each worker takes a few by chance, so that two of them seldom meet at one.
    """
    by_instance = list(_by_instance(due(at, limit)))
    if len(by_instance) > A_FEW:
        by_instance = random.sample(by_instance, A_FEW)
    chosen = Instance.objects.filter(pk__in=[instance for instance, _timers in by_instance])
    whose = {pk: (subject, caller) for pk, subject, caller in chosen.values_list("id", "subject", "caller_id")}
    return sum(_fire(instance, *whose[instance], timers, at) for instance, timers in by_instance)


def due(at: datetime, limit: int) -> list[tuple[int, int]]:
    """(instance, timer) of those due. Claims nothing: that is settled where each instance is locked to be fired, and
    a lock on every row that is looked at would write ten of them for one that fires."""
    rows = Timer.objects.filter(fired_at=None, due_at__lte=at).order_by("due_at", "id")
    return list(rows.values_list("instance_id", "id")[:limit])


def _by_instance(rows: list[tuple[int, int]]) -> Iterator[tuple[int, list[int]]]:
    order = {pk: place for place, pk in reversed(list(enumerate(pk for pk, _timer in rows)))}
    for instance, group in groupby(sorted(rows, key=lambda row: order[row[0]]), key=lambda row: row[0]):
        yield instance, [timer for _instance, timer in group]


def _fire(instance: int, subject: int, caller: int | None, timers: list[int], at: datetime) -> int:
    try:
        return _fire_claimed(instance, subject, caller, timers, at)
    except OperationalError as problem:  # two waited for each other, or the server went away: the next round is soon
        log.warning("Timers %s of process %s had to wait: %s", timers, instance, problem)
        return 0
    except Exception:  # one process must not hold up the timers of all others
        log.exception("Timers %s of process %s could not fire; they are tried again", timers, instance)
        Timer.objects.filter(pk__in=timers, fired_at=None).update(due_at=at + AGAIN_AFTER)
        return 0


@transaction.atomic
def _fire_claimed(instance: int, subject: int, caller: int | None, timers: list[int], at: datetime) -> int:
    """Subject, instance, timers: locked in the order that everybody keeps. A timer that fired meanwhile is left out."""
    blocks.lock(subject)
    locked = together.lock_unless_busy(instance, is_called=caller is not None)
    if locked is None:  # somebody else is at it; the next round will see what is left
        return 0
    fired = 0
    for pk, token, element in prepared.ask(STILL_DUE, [timers]):
        if fired and not Timer.objects.filter(pk=pk, fired_at=None).exists():
            continue  # called off by the one before
        try:
            running.occurred(locked, token, element, cause={"timer": element}, at=at)
        except NotWaiting:
            Timer.objects.filter(pk=pk, fired_at=None).update(fired_at=at)
            continue
        fired += 1
    return fired


def begin_due_processes(at: datetime, limit: int = AT_ONCE) -> int:
    """Processes that start at a time which has come: each once per time, however many workers look."""
    rows = StartEvent.objects.filter(due_at__lte=at).order_by("due_at", "id")
    return sum(_begin(pk, at) for pk in list(rows.values_list("id", flat=True)[:limit]))


def _begin(pk: int, at: datetime) -> int:
    try:
        return _begin_claimed(pk, at)
    except OperationalError as problem:
        log.warning("Start event %s had to wait: %s", pk, problem)
        return 0
    except Exception:
        log.exception("Start event %s could not begin its process; it is tried again", pk)
        StartEvent.objects.filter(pk=pk, due_at__lte=at).update(due_at=at + AGAIN_AFTER)
        return 0


@transaction.atomic
def _begin_claimed(pk: int, at: datetime) -> int:
    """The row is locked while its process begins, and has its next time in the same transaction."""
    locked = StartEvent.objects.select_for_update(skip_locked=True, of=("self",)).select_related("version")
    row = locked.filter(pk=pk, due_at__lte=at).first()
    event = versions.graph_of(row.version_id).nodes[row.element].event if row else None
    if row is None or event is None:
        return 0
    row.number += 1
    row.due_at = beginnings.due(row, event)
    row.save(update_fields=["number", "due_at"])
    going_on.begin_by_itself(row, {"timer": row.element}, at=at)
    return 1
