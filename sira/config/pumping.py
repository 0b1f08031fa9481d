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
from sira.insight import expecting
from sira.notifications import digests, pushing, sending
from sira.plumbing import prepared, sweeping
from sira.plumbing.desk_files import desk_files
from sira.processes import timers
from sira.processes.tasks import deadlines
from sira.promises import contracts
from sira.promises import pump as promises_pump
from sira.routing import offers
from sira.routing import waiting as unassigned
from sira.tickets import asking_again, dealing, flows, later, tallies, telling_of_tasks, waiting
from sira.workforce import calling, laying, presence
from sira.workspace import forgetting

log = logging.getLogger(__name__)

PAUSE = 1.0
FOLD_EVERY = 10.0
FORGET_EVERY = 600.0
LAY_EVERY = 300.0
LOOK_EVERY = 60.0
FETCH_EVERY = 60.0
SWEEP_EVERY = 3600.0
_folded_at = [0.0]
_forgot_at = [0.0]
_laid_at = [0.0]
_looked_at = [0.0]
_fetched_at = [0.0]
_told_at = [0.0]
_swept_at = [time.monotonic()]


def fold_seldom(at: datetime) -> int:
    """Reading a few hundred rows more costs less than adding them up every second."""
    if time.monotonic() - _folded_at[0] >= FOLD_EVERY:
        _folded_at[0] = time.monotonic()
        tallies.fold(at)
        flows.fold(at)
    return 0


def forget_answers_seldom(at: datetime) -> int:
    if time.monotonic() - _forgot_at[0] >= FORGET_EVERY:
        _forgot_at[0] = time.monotonic()
        once.forget(at)
        webhooks.forget(at)
        forgetting.forget(at)
    return 0


def sweep_seldom(at: datetime) -> int:
    """Once an hour: what no row names lies for a day at least."""
    if time.monotonic() - _swept_at[0] >= SWEEP_EVERY:
        _swept_at[0] = time.monotonic()
        sweeping.sweep(desk_files(), at=at)
    return 0


def lay_shifts_seldom(at: datetime) -> int:
    if time.monotonic() - _laid_at[0] >= LAY_EVERY:
        _laid_at[0] = time.monotonic()
        laying.lay_ahead(at)
        calling.lay_ahead(at)
    return 0


def tell_of_days_seldom(at: datetime) -> int:
    """Morning letters, and at night what tickets taught; days are counted in the desk's zone."""
    if time.monotonic() - _told_at[0] >= LOOK_EVERY:
        _told_at[0] = time.monotonic()
        flows.follow_zone()
        expecting.learn_nightly(at)
        return letters.send_due(at)
    return 0


def miss_the_silent_seldom(at: datetime) -> int:
    if time.monotonic() - _looked_at[0] >= LOOK_EVERY:
        _looked_at[0] = time.monotonic()
        presence.fall_silent(at)
    return 0


def fetch_holidays_seldom(at: datetime) -> int:
    """Beside the mails: a server that answers slowly keeps no promise waiting."""
    if time.monotonic() - _fetched_at[0] >= FETCH_EVERY:
        _fetched_at[0] = time.monotonic()
        feeds.fetch_due(at)
    return 0


Pump = Callable[[datetime], int]
PUMPS: list[Pump] = [
    timers.pump,
    deadlines.pump,
    deadlines.replace_leavers_seldom,
    promises_pump.pump,
    contracts.follow,
    waiting.end_due_holds,
    later.send_due,
    dealing.deal_waiting,
    dealing.return_silent,
    asking_again.ask_again_seldom,
    telling_of_tasks.tell_due_seldom,
    fold_seldom,
    forget_answers_seldom,
    lay_shifts_seldom,
    miss_the_silent_seldom,
    tell_of_days_seldom,
]
# A mail server that hangs must not keep promises and timers waiting.
MAIL_PUMPS: list[Pump] = [digests.pump, sending.pump, sending.find_lost, sweep_seldom, fetch_holidays_seldom]
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
