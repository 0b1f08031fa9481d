"""A file that is held back: the tickets it came to say so, and their agents have to look."""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from sira.people.automation import automation
from sira.plumbing.models import ScannedFile
from sira.tickets.models import HistoryEntry, MessageFile
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
    if not ScannedFile.objects.filter(digest=file.digest, told__lt=file.pk).update(told=file.pk):
        return 0
    facts = {"held_back": file.name, "found" if was_read else "unchecked": what}
    with on_desk(file.message.ticket_id, by=automation(), at=at) as sheet:
        sheet.record(HistoryEntry.Kind.DELIVERY, **facts)
        sheet.set(has_news=True)
    return 1
