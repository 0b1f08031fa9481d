"""The audit trail sent to another machine as it is written (SIRA_SYSLOG), each entry as its line of the export.

It is not queued but read from its table, from the place that was sent last, which stands in the database. Of any number
of workers one sends at a time: it has the turn for as long as it says again and again that it goes on, and no row is
locked while it waits for the other machine. Whoever stands still loses the turn to the next, who begins at the first
entry that is not known to be sent. So none is left out and each comes in its order; the one that was under way when a
worker ended or stood still may come twice, late even. Each has its place in the chain: the other side can tell.
"""

import json
import logging
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import close_old_connections, transaction
from django.db.models import DurationField, F, Q, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from sira.plumbing import audit
from sira.plumbing.models import AuditEntry, SentTrail
from sira.plumbing.syslog import LONGEST_PAUSE, Link, Place, line

log = logging.getLogger(__name__)

EVERY = 2.0
AT_ONCE = 500
TURN = 30.0  # seconds without a word; connecting and sending one entry has three times PATIENCE


def send_until(stop: threading.Event) -> None:
    """A service of the worker."""
    if settings.SYSLOG is None:
        return
    link, pause = Link(Place(*settings.SYSLOG)), EVERY
    while not stop.wait(pause):
        close_old_connections()
        try:
            pause = EVERY if send_new(link) < AT_ONCE else 0.0
        except OSError as error:
            if pause <= EVERY:
                log.warning("The audit trail is not sent on, its place (SIRA_SYSLOG) is away: %s", error)
            pause = min(max(pause, EVERY) * 2, LONGEST_PAUSE)
    link.close()


def send_new(link: Link) -> int:
    """Send what was sealed since; how many entries.  Raises OSError; then it is gone on with where it was."""
    last, _is_new = SentTrail.objects.get_or_create(pk=1)
    if not AuditEntry.objects.filter(place__gt=last.place).exists():
        return 0  # without a turn, which would be written down every two seconds
    mine = _take_turn()
    if mine is None:
        return 0
    try:
        return _send_from(mine, link)
    finally:
        SentTrail.objects.filter(turn=mine.turn).update(until=None)


@dataclass
class _Turn:
    """place: sent up to here.  ends: of time.monotonic(); one who was stopped learns by it that another may send."""

    turn: int
    place: int
    ends: float


def _take_turn() -> _Turn | None:
    """None while another worker sends."""
    asked = time.monotonic()  # before the database counts, so that it is never believed to last longer
    free = SentTrail.objects.filter(Q(until=None) | Q(until__lt=Now()))
    with transaction.atomic():
        if not free.update(turn=F("turn") + 1, until=_a_while()):
            return None
        last = SentTrail.objects.get(pk=1)
    return _Turn(last.turn, last.place, asked + TURN)


def _send_from(mine: _Turn, link: Link) -> int:
    sent = 0
    for words in audit.lines(mine.place, most=AT_ONCE):
        entry = json.loads(words)
        if time.monotonic() > mine.ends:
            break
        link.send(line(words, severity=5, at=datetime.fromisoformat(entry["at"]), kind="audit"))
        if not _told(mine, int(entry["place"])):
            break
        sent += 1
    return sent


def _told(mine: _Turn, place: int) -> bool:
    """Write down what was sent, and that it goes on; False where another has the turn by now."""
    asked = time.monotonic()
    if not SentTrail.objects.filter(turn=mine.turn).update(place=place, until=_a_while()):
        return False
    mine.place, mine.ends = place, asked + TURN
    return True


def _a_while() -> CombinedExpression:
    """By the database's clock, which all workers share."""
    return Now() + Value(timedelta(seconds=TURN), output_field=DurationField())
