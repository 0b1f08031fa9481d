"""Mails that broke the reader. Each is a ticket already, with its bytes attached; here it waits to be read again.

It is tried twice more by itself, since a machine under load may have been too slow. After that it is left alone until
an administrator, who has a newer reader perhaps, asks for another try.
"""

from datetime import datetime, timedelta
from typing import Any

from sira.channels.email.models import BrokenMail
from sira.intake.receiving import Receipt
from sira.plumbing.files import Kept
from sira.plumbing.jobs import app

MOST_TRIES = 3
WAITS = {1: timedelta(minutes=1), 2: timedelta(minutes=10)}  # by the tries that were made


def remember(receipt: Receipt | None, raw: Kept, way: dict[str, Any], *, why: str, at: datetime) -> None:
    """To be called in the transaction that made the ticket; a mail that came twice is remembered once."""
    if receipt is None or receipt.repeated:
        return
    broken, is_new = BrokenMail.objects.get_or_create(
        raw=raw.digest,
        defaults={"message": receipt.message, "way": way, "why": why, "tries": 1, "came_at": at, "tried_at": at},
    )
    if is_new:
        try_later(broken)


def try_later(broken: BrokenMail) -> None:
    wait = WAITS.get(broken.tries)
    if wait is not None:
        seconds = {"seconds": int(wait.total_seconds())}
        app.configure_task("email.read_again", schedule_in=seconds).defer(broken=broken.pk)
