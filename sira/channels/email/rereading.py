"""Another try at a mail that broke the reader."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.db import InterfaceError, OperationalError, transaction

from sira.channels.email.breaking import try_later
from sira.channels.email.models import BrokenMail
from sira.channels.email.reading.bounded import CannotRead, read_apart
from sira.channels.email.reading.reader import in_words
from sira.channels.email.taking import read_in
from sira.channels.email.ways import from_json
from sira.intake import receiving
from sira.people.automation import UNKNOWN_ID, automation
from sira.plumbing.desk_files import desk_files
from sira.plumbing.files import CannotKeep, Kept
from sira.tickets import merging
from sira.tickets.models import Ticket

log = logging.getLogger(__name__)


def read_again(key: int, *, at: datetime) -> Ticket | None:
    """The ticket where its text and files are now; None where it breaks the reader again.

    That is the one it became, or, where nobody was known to have written it, the one it belongs to; the other is
    merged into it.

    Raises BrokenMail.DoesNotExist when somebody else was quicker.
    """
    with transaction.atomic():
        broken = BrokenMail.objects.select_for_update().get(pk=key)
        try:
            with transaction.atomic():
                ticket = _taken(broken, at=at)
        except (OperationalError, InterfaceError, CannotKeep):
            raise
        except Exception as error:
            why = str(error) if isinstance(error, CannotRead) else in_words(error)
            log.warning("Mail %s could not be read again: %s", bytes(broken.raw).hex()[:12], why)
            broken.tries, broken.why, broken.tried_at = broken.tries + 1, why, at
            broken.save(update_fields=["tries", "why", "tried_at"])
            try_later(broken)
            return None
        broken.delete()
        return ticket


def _taken(broken: BrokenMail, *, at: datetime) -> Ticket:
    """Raises CannotRead, Unreadable and whatever stands against taking it in."""
    digest = bytes(broken.raw)
    with _laid_out(digest) as (path, size):
        letter = read_apart(path)
        way = replace(from_json(broken.way), key=f"again {broken.pk} {broken.tries}")
        incoming = read_in(letter, Kept(digest, size), way)
    before = broken.message.ticket if broken.message else None
    if before and before.requester_id == receiving.recognised(incoming.sender, at=at).pk:
        return receiving.receive(replace(incoming, ticket=before), at=at).ticket
    ticket = receiving.receive(incoming, at=at).ticket
    if before and before.requester_id == UNKNOWN_ID and before.status != Ticket.Status.CLOSED:
        merging.merge(before, ticket, by=automation(), at=at)
    return ticket


@contextmanager
def _laid_out(digest: bytes) -> Iterator[tuple[Path, int]]:
    """The raw mail as a file that is not packed.  Raises Unreadable."""
    draft = desk_files().draft()
    try:
        for piece in desk_files().read(digest):
            draft.write(piece)
        draft.end()
        yield draft.path, draft.size
    finally:
        draft.discard()
