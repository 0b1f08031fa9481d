"""What is looked for again and again: due timers, promises, holds, mails. Each costs what is due, not what is open.

Whether anything is due at all is asked for all of them in one statement, so a desk at rest costs one small question a
second.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from sira.api import once, webhooks
from sira.boards import letters
from sira.calendars import feeds
from sira.insight import expecting, stood
from sira.notifications import digests, pushing, sending
from sira.plumbing import prepared, sweeping
from sira.plumbing.desk_files import desk_files
from sira.processes import timers
from sira.processes.tasks import deadlines
from sira.promises import contracts
from sira.promises import pump as promises_pump
from sira.routing import offers
from sira.routing import waiting as unassigned
from sira.tickets import asking_again, dealing, flows, held_files, later, tallies, telling_of_tasks, waiting
from sira.workforce import calling, laying, presence
from sira.workspace import forgetting

log = logging.getLogger(__name__)

PAUSE = 1.0
FOLD_EVERY = 10.0
LEAVERS_EVERY = 30.0
FORGET_EVERY = 600.0
LAY_EVERY = 300.0
LOOK_EVERY = 60.0
HELD_FILES_EVERY = 2.0
SWEEP_EVERY = 3600.0

Pump = Callable[[datetime], int]


def every(seconds: float, *does: Callable[[datetime], object], at_once: bool = True) -> Pump:
    """A pump that runs no more often. What is found so seldom needs no second round right away.

    at_once: whether the first round does it too, or the first after that time.
    """
    last = [time.monotonic() - seconds if at_once else time.monotonic()]

    def seldom(at: datetime) -> int:
        if time.monotonic() - last[0] >= seconds:
            last[0] = time.monotonic()
            for each in does:
                each(at)
        return 0

    return seldom


def sweep(at: datetime) -> None:
    """What no row names lies for a day at least."""
    sweeping.sweep(desk_files(), at=at)


FORGETTING: tuple[Pump, ...] = (once.forget, webhooks.forget, forgetting.forget)
PUMPS: list[Pump] = [
    timers.pump,
    deadlines.pump,
    every(LEAVERS_EVERY, deadlines.replace_leavers),
    promises_pump.pump,
    contracts.follow,
    waiting.end_due_holds,
    later.send_due,
    dealing.deal_waiting,
    dealing.return_silent,
    every(LOOK_EVERY, asking_again.ask_again),
    every(LOOK_EVERY, telling_of_tasks.tell_due),
    every(FOLD_EVERY, tallies.fold, flows.fold),  # a few hundred rows more cost less than adding them up each second
    every(FORGET_EVERY, *FORGETTING),
    every(LAY_EVERY, laying.lay_ahead, calling.lay_ahead),
    every(LOOK_EVERY, presence.fall_silent),
    every(HELD_FILES_EVERY, held_files.tell),
    every(LOOK_EVERY, stood.keep, expecting.learn_nightly, letters.send_due),
]
# A mail server that hangs must not keep promises and timers waiting, nor one that is slow to give a calendar.
MAIL_PUMPS: list[Pump] = [
    digests.pump,
    sending.pump,
    sending.find_lost,
    every(SWEEP_EVERY, sweep, at_once=False),
    every(LOOK_EVERY, feeds.fetch_due),
]
# Nor a receiver of webhooks or a push service the mails.
CALL_PUMPS: list[Pump] = [webhooks.pump, pushing.pump]
# Queries for the earliest instant at which a pump has work; those that are not named here go in every round. A query
# for rows up to an instant would not do: for an instant it does not know the planner reads tables from their beginning.
DUE: dict[Pump, Sequence[str]] = {
    timers.pump: timers.DUE,
    deadlines.pump: deadlines.DUE,
    promises_pump.pump: promises_pump.DUE,
    contracts.follow: contracts.DUE,
    waiting.end_due_holds: waiting.DUE,
    later.send_due: later.DUE,
    dealing.deal_waiting: unassigned.DUE,
    dealing.return_silent: offers.DUE,
    digests.pump: digests.DUE,
    sending.pump: sending.DUE,
    sending.find_lost: sending.LOST,
    webhooks.pump: webhooks.DUE,
    pushing.pump: pushing.DUE,
}


def pump_until(stop: threading.Event) -> None:
    _go_round(PUMPS, stop)


def send_until(stop: threading.Event) -> None:
    _go_round(MAIL_PUMPS, stop)


def call_until(stop: threading.Event) -> None:
    _go_round(CALL_PUMPS, stop)


def _go_round(pumps: list[Pump], stop: threading.Event) -> None:
    """Go round once a second; at once again after a round that found work."""
    while not stop.is_set():
        started = time.monotonic()
        close_old_connections()
        due = with_work(pumps, timezone.now())
        found = sum(_pumped(pump) for pump in pumps if pump in due)
        if not found:
            stop.wait(max(0.05, PAUSE - (time.monotonic() - started)))


def with_work(pumps: Sequence[Pump], at: datetime) -> set[Pump]:
    """Those that have something to do, as far as one statement can tell; all where it cannot be asked."""
    asked = [pump for pump in pumps if pump in DUE]
    earliest = [f"least({', '.join(f'({query})' for query in DUE[pump])}) <= %(at)s" for pump in asked]
    try:
        answers = prepared.ask(f"SELECT {', '.join(earliest)}", {"at": at})[0]
    except DatabaseError as error:
        log.warning("What is due could not be asked: %s", error)
        return set(pumps)
    idle = {pump for pump, is_due in zip(asked, answers, strict=True) if not is_due}
    return set(pumps) - idle


def _pumped(pump: Pump) -> int:
    """One pump that fails does not stop the others; it is tried again in the next round."""
    close_old_connections()
    try:
        return pump(timezone.now())
    except DatabaseError as error:
        log.warning("%s had to wait: %s", pump.__module__, error)
    except Exception:
        log.exception("%s failed", pump.__module__)
    return 0
