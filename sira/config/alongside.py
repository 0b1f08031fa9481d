"""What the rooms add to the worker, beside its jobs. Loaded by the worker alone: pages need none of it."""

import threading
from collections.abc import Callable
from typing import NamedTuple

from sira.channels.email import following, listening
from sira.config import pumping
from sira.plumbing import scanning, sending_audit


class Service(NamedTuple):
    """Runs in a thread of its own until its event is set."""

    name: str
    start: Callable[[threading.Event], None]


SERVICES: list[Service] = [
    Service("pumps", pumping.pump_until),
    Service("mail sender", pumping.send_until),
    Service("webhooks", pumping.call_until),
    Service("mail listener", listening.listen),
    Service("mailboxes", following.follow_all),
    Service("scanner", scanning.scan_until),
    Service("audit sender", sending_audit.send_until),
]
