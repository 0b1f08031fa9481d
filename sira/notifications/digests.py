"""What came since the last digest, in one mail: its rows are told and the mail is written in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from sira.notifications import outbox
from sira.notifications.kinds import NOTICES
from sira.notifications.listing import about
from sira.notifications.models import OutgoingMail
from sira.notifications.outbox import Mail
from sira.people.models import Person
from sira.plumbing import speaking
from sira.shell import formats

PEOPLE_AT_ONCE = 20
MOST_LINES = 100
DUE = (
    "SELECT next_at FROM notifications_outgoingmail"
    " WHERE next_at IS NOT NULL AND state = 'digest' ORDER BY next_at LIMIT 1",
)


def pump(at: datetime) -> int:
    """Write the digests that are due; how many. Two workers may do so at once: a row that one holds the other skips."""
    waiting = OutgoingMail.objects.filter(state=OutgoingMail.State.DIGEST, next_at__lte=at)
    people = waiting.order_by().values_list("person", flat=True).distinct()[:PEOPLE_AT_ONCE]
    return sum(_write(person, at) for person in people)


@transaction.atomic
def _write(person: int, at: datetime) -> bool:
    rows = OutgoingMail.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
    held = list(rows.filter(person=person, state=OutgoingMail.State.DIGEST, next_at__lte=at).order_by("pk"))
    told = OutgoingMail.objects.filter(pk__in=[row.pk for row in held])
    told.update(state=OutgoingMail.State.TOLD, next_at=None, placeholders=None)
    if not held or held[0].person is None:
        return False
    outbox.queue(
        [Mail(kind="digest", to=held[0].person, placeholders=compose(held[0].person, held))], subject=None, at=at
    )
    return True


def compose(person: Person, rows: Sequence[OutgoingMail]) -> dict[str, object]:
    """Each notice with its ticket, why it came, and the address that opens the right place.

    A ticket that they may not read any more is not named.
    """
    told = rows[-MOST_LINES:]
    readable = about(person, told)
    with speaking.mailing(person.language):
        return {
            "count": formats.digits(len(rows), person.language),
            "lines": [_line(row, row.pk in readable) for row in told],
            "left_out": max(0, len(rows) - MOST_LINES),
            "link": f"{settings.SIRA_URL}{reverse('notifications:notices')}",
            "to_name": person.name,
        }


def _line(row: OutgoingMail, may_read: bool) -> dict[str, str]:
    notice, facts = NOTICES[row.kind], (may_read and row.placeholders) or {}
    return {
        "title": str(notice.title),
        "reason": str(notice.reason),
        "number": str(facts.get("number") or ""),
        "subject": " ".join(str(facts.get("subject") or "").split()),
        "link": f"{settings.SIRA_URL}{reverse('notifications:notice', args=[row.pk])}",
    }
