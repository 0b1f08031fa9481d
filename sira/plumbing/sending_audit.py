"""The audit trail sent to another machine as it is written (SIRA_SYSLOG), each entry as its line of the export.

It is not queued but read from its table, from the place that was sent last, which stands in the database: of any number
of workers one sends an entry, and none of it is left out. The one that was under way when a worker ended may come
twice; each has its place in the chain, so the other side can tell.
"""

import json
import logging
import threading
from datetime import datetime

from django.conf import settings
from django.db import close_old_connections, transaction

from sira.plumbing import audit
from sira.plumbing.models import AuditEntry, SentTrail
from sira.plumbing.syslog import LONGEST_PAUSE, Link, Place, line

log = logging.getLogger(__name__)

EVERY = 2.0
AT_ONCE = 500


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
    place, _is_new = SentTrail.objects.get_or_create(pk=1)
    if not AuditEntry.objects.filter(place__gt=place.place).exists():
        return 0  # without a lock, which would be written down every two seconds
    sent = 0
    while sent < AT_ONCE and _send_next(link):
        sent += 1
    return sent


@transaction.atomic
def _send_next(link: Link) -> bool:
    """Whether there was one to send that no other worker is sending."""
    last = SentTrail.objects.select_for_update(skip_locked=True).first()
    words = next(audit.lines(last.place, most=1), None) if last else None
    if last is None or words is None:
        return False
    entry = json.loads(words)
    link.send(line(words, severity=5, at=datetime.fromisoformat(entry["at"]), kind="audit"))
    last.place = int(entry["place"])
    last.save(update_fields=["place"])
    return True
