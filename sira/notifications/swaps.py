"""A swap of shifts is told: the question to the colleague who answers, the answer to who asked."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from sira.notifications import outbox
from sira.notifications.listing import About
from sira.notifications.models import OutgoingMail
from sira.notifications.outbox import Mail
from sira.people.models import Person
from sira.shell import formats
from sira.shell.reader import zone_named
from sira.workforce.models import Shift, Swap

ASKED, ANSWERED = TOLD = ("swap_asked", "swap_answered")


def changed(swap: Swap, at: datetime) -> None:
    """In the transaction of what happened. One that is withdrawn is told to nobody: there is nothing left to do."""
    if swap.state == Swap.State.WITHDRAWN:
        return
    is_asked = swap.state == Swap.State.ASKED
    to, other = (swap.asked_of, swap.asked_by) if is_asked else (swap.asked_by, swap.asked_of)
    said = {
        "who": str(other),
        "state": swap.state,
        "one": when(swap.one, to),
        "other": when(swap.other, to),
        "link": f"{settings.SIRA_URL}{reverse('workforce:mine')}",
        "to_name": to.name,
    }
    mail = Mail(kind=ASKED if is_asked else ANSWERED, to=to, placeholders=said, opens=swap.pk)
    outbox.queue([mail], subject=None, at=at)


def about(person: Person, rows: Sequence[OutgoingMail]) -> dict[int, About]:
    """What stands behind the bell: with whom, and both shifts as the reader's clock has them. One query, if any."""
    keys = {row.opens for row in rows if row.kind in TOLD and row.opens}
    swaps = Swap.objects.select_related("one", "other", "asked_by", "asked_of").in_bulk(keys) if keys else {}
    return {
        row.pk: About(
            number="",
            subject=f"{when(swap.one, person)} ⇄ {when(swap.other, person)}",
            path=reverse("workforce:mine"),
            author=str(swap.asked_by if row.kind == ASKED else swap.asked_of),
        )
        for row in rows
        if row.kind in TOLD and (swap := swaps.get(row.opens or 0))
    }


def when(shift: Shift, reader: Person) -> str:
    """Tue 24 Nov, 09:00 – 17:00, in the reader's language and zone."""
    zone = zone_named(reader.time_zone)
    return " – ".join(formats.planned(shift.starts_at, shift.ends_at, reader.language, zone=zone))
