"""A file that is held back: the tickets it came to say so, and their agents look. Who administers lists them, gives
them out or removes them.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from sira.people.automation import automation
from sira.people.models import Person
from sira.plumbing import scanning
from sira.plumbing.models import ScannedFile
from sira.plumbing.scanning import NotHeldBack
from sira.tickets.models import HistoryEntry, MessageFile, Ticket
from sira.tickets.worksheet import on_desk

AT_ONCE = 100
# What came after the last place that was told of: the same content may come again, to another ticket.
_UNTOLD = """
    SELECT file.id, scanned.found, scanned.was_read FROM plumbing_scannedfile scanned
      JOIN tickets_messagefile file ON file.digest = scanned.digest AND file.id > scanned.told
     WHERE scanned.found <> '' AND NOT scanned.given_out ORDER BY file.id LIMIT %s
"""


def tell(at: datetime) -> int:
    """Have the history of each ticket name what is held back; how many files that were."""
    if settings.SCANNER is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_UNTOLD, [AT_ONCE])
        found = {key: (what, was_read) for key, what, was_read in cursor.fetchall()}
    # One by one in their order: `told` is a place, and what lies before it counts as told. It is moved first, so that
    # of two workers one waits here and then finds nothing left to tell.
    files = MessageFile.objects.filter(pk__in=found).select_related("message").order_by("pk")
    return sum(_tell_of(file, *found[file.pk], at) for file in files)


@transaction.atomic
def _tell_of(file: MessageFile, what: str, was_read: bool, at: datetime) -> int:
    # One that was removed and comes again is there again, held back as it was.
    if not ScannedFile.objects.filter(digest=file.digest, told__lt=file.pk).update(told=file.pk, removed=False):
        return 0
    facts = {"held_back": file.name, "found" if was_read else "unchecked": what}
    with on_desk(file.message.ticket_id, by=automation(), at=at) as sheet:
        sheet.record(HistoryEntry.Kind.DELIVERY, **facts)
        sheet.set(has_news=True)
    return 1


@transaction.atomic
def remove(digest: bytes, *, because: str, by: Person | None, way: str, at: datetime) -> None:
    """Have its content gone for good; the history of each ticket it came to says so.  by: None by command.

    Of a mail as a whole it is the mail as it came; what was taken out of it is judged for itself.  Raises NotHeldBack.
    """
    files = list(MessageFile.objects.filter(digest=digest).select_related("message").order_by("message__ticket", "pk"))
    told = max((file.pk for file in files), default=0)
    scanning.remove(digest, told=told, because=because, by=by.pk if by else None, way=way)
    for file in files:
        with on_desk(file.message.ticket_id, by=by or automation(), at=at) as sheet:
            sheet.record(HistoryEntry.Kind.DELIVERY, removed=file.name)


@dataclass(frozen=True)
class Held:
    """files: the places it came to that its reader may see; none for a mail as a whole.  elsewhere: how many more."""

    scanned: ScannedFile
    files: list[MessageFile]
    elsewhere: int = 0

    @property
    def key(self) -> str:
        return bytes(self.scanned.digest).hex()


def with_places(rows: Iterable[ScannedFile], *, reader: Person | None = None) -> list[Held]:
    """reader: left out, all that there are: for whoever runs the desk."""
    rows = list(rows)
    digests = [bytes(one.digest) for one in rows]
    named = MessageFile.objects.filter(digest__in=digests).order_by("pk")
    seen = named if reader is None else named.filter(message__ticket__in=Ticket.objects.visible_to(reader))
    found: defaultdict[bytes, list[MessageFile]] = defaultdict(list)
    count = Counter(bytes(digest) for (digest,) in named.values_list("digest"))
    for file in seen.select_related("message__ticket", "message__author"):
        found[bytes(file.digest)].append(file)
    return [Held(one, found[key], count[key] - len(found[key])) for one, key in zip(rows, digests, strict=True)]


def one(digest: bytes, *, reader: Person) -> Held:
    """Raises NotHeldBack."""
    found = with_places(scanning.held_back().filter(digest=digest), reader=reader)
    if not found:
        raise NotHeldBack
    return found[0]


def listed(reader: Person, *, after: str = "", most: int) -> tuple[list[Held], str]:
    """The newest first, from behind the one of that key; and the key to go on behind, empty on the last page."""
    rows, last = scanning.held_back(), _row(after)
    if last is not None:
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, digest__gt=last.digest))
    found = with_places(rows[: most + 1], reader=reader)
    return found[:most], found[most - 1].key if len(found) > most else ""


def _row(key: str) -> ScannedFile | None:
    is_one = re.fullmatch("[0-9a-f]{64}", key)
    return ScannedFile.objects.filter(digest=bytes.fromhex(key)).first() if is_one else None
