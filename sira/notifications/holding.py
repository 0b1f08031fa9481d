"""The claim on mails that are being sent, renewed as long as their worker lives.

A claim is known by its end, `next_at`. Who dies or stands still loses it within LEASE, and another worker takes over;
the first one finds another end in the row then, and writes and sends nothing more.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.models import QuerySet

from sira.notifications.models import OutgoingMail

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=25)
RENEW_EVERY = 8.0
UNSURE_FOR = timedelta(minutes=15)  # longer than a server may think about what it has been given
gate = threading.Lock()  # a mail is either renewed, or marked, or what became of it is written


@dataclass(slots=True)
class Claim:
    """until: as it was given last. The mail's own `next_at` says something else once its try is over."""

    mail: OutgoingMail
    until: datetime | None


class TakenOver(Exception):
    """This worker stood still for longer than its claim, and another has the mail now."""


@contextmanager
def held(mails: Sequence[OutgoingMail], *, at: datetime) -> Iterator[None]:
    """While the block runs nobody else gets them; at: when they were claimed."""
    over = threading.Event()
    claims = [Claim(mail, mail.next_at) for mail in mails]
    keeper = threading.Thread(target=_renew_until, args=(claims, at, over), name="mail claims", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _renew_until(claims: Sequence[Claim], at: datetime, over: threading.Event) -> None:
    began = time.monotonic()
    try:
        while not over.wait(RENEW_EVERY):
            try:
                renew(claims, until=at + timedelta(seconds=time.monotonic() - began) + LEASE)
            except DatabaseError as error:
                log.warning("Claims on mails could not be renewed: %s", error)
                connection.close()
    finally:
        connection.close()


def renew(claims: Sequence[Claim], *, until: datetime) -> None:
    """Those that are still ours, neither put off nor at the point of no return."""
    with gate:
        for claim in claims:
            mail = claim.mail
            if mail.state in OutgoingMail.ACTIVE and _claimed(mail, claim.until).update(next_at=until):
                claim.until = mail.next_at = until


def mark(mail: OutgoingMail) -> None:
    """Only the server knows from here on whether it has the mail.  Raises TakenOver."""
    assert mail.next_at is not None
    with gate:
        until = mail.next_at + UNSURE_FOR
        ours = _claimed(mail, mail.next_at).filter(state__in=OutgoingMail.ACTIVE)
        if not ours.update(state=OutgoingMail.State.UNSURE, next_at=until):
            raise TakenOver
        mail.state, mail.next_at = OutgoingMail.State.UNSURE, until


def write(mail: OutgoingMail, claim: datetime | None, fields: Sequence[str]) -> None:
    """Write what became of a try, if the claim under which it was made still stands.  Raises TakenOver.

    That the server took it is true whoever has the mail now, unless it is being sent anew.
    """
    changes = {name: getattr(mail, name) for name in fields}
    rows = OutgoingMail.objects.filter(pk=mail.pk)
    written = rows.filter(next_at=claim).update(**changes)
    if not written and mail.state == OutgoingMail.State.SENT:
        written = rows.filter(next_at=None, state=OutgoingMail.State.UNSURE).update(**changes)
    if not written:
        raise TakenOver


def _claimed(mail: OutgoingMail, until: datetime | None) -> "QuerySet[OutgoingMail]":
    return OutgoingMail.objects.filter(pk=mail.pk, next_at=until)
