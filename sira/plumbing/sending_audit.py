"""The audit trail sent to another machine as it is written (SIRA_SYSLOG), each entry as its line of the export.

It is not queued but read from its table, from where it was sent last, so none of it is left out; what was under way
when a worker ended may come twice. Each entry has its place in the chain, so the other side can tell.
"""

import json
import logging
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections

from sira.plumbing import audit
from sira.plumbing.syslog import LONGEST_PAUSE, Link, Place, line

log = logging.getLogger(__name__)

EVERY = 2.0
AT_ONCE = 500
LAST = "audit.sent"  # in the data folder: the place of the last entry that was sent


def send_until(stop: threading.Event) -> None:
    """A service of the worker."""
    if settings.SYSLOG is None:
        return
    link, note, pause = Link(Place(*settings.SYSLOG)), settings.SIRA_HOME / LAST, EVERY
    if _last(note) > audit.head()[0]:
        note.unlink()  # of a desk that was restored since
    while not stop.wait(pause):
        close_old_connections()
        try:
            pause = EVERY if send_new(link, note) < AT_ONCE else 0.0
        except OSError as error:
            if pause <= EVERY:
                log.warning("The audit trail is not sent on, its place (SIRA_SYSLOG) is away: %s", error)
            pause = min(max(pause, EVERY) * 2, LONGEST_PAUSE)
    link.close()


def send_new(link: Link, note: Path) -> int:
    """Send what was sealed since; how many entries.  Raises OSError; then it is gone on with where it was."""
    last = before = _last(note)
    sent = 0
    try:
        for words in audit.lines(last, most=AT_ONCE):
            entry = json.loads(words)
            link.send(line(words, severity=5, at=datetime.fromisoformat(entry["at"]), kind="audit"))
            last, sent = int(entry["place"]), sent + 1
    finally:
        if last != before:
            half = note.with_name(f"{note.name}.new")
            half.write_text(str(last))
            half.replace(note)
    return sent


def _last(note: Path) -> int:
    with suppress(OSError, ValueError):
        return int(note.read_text())
    return 0
