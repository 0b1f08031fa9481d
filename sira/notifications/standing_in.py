"""Who stands in for somebody who is away is told so, and when that ends early or becomes somebody else's."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from sira.notifications import outbox
from sira.notifications.listing import About
from sira.notifications.models import OutgoingMail
from sira.notifications.outbox import Mail
from sira.people.models import Person
from sira.shell import formats
from sira.workforce.models import Absence

STANDS_IN, NO_MORE = TOLD = ("stands_in", "stands_in_no_more")
AN_INSTANT = timedelta(microseconds=1)


def changed(absence: Absence, person: Person, stands_in: bool, at: datetime) -> None:
    """In the transaction of what happened. Why somebody is away is not told: that is theirs."""
    first, last = days(absence, person)
    said = {
        "who": str(absence.person),
        "first": first,
        "last": last,
        "link": f"{settings.SIRA_URL}{reverse('workforce:team')}",
        "to_name": person.name,
    }
    mail = Mail(kind=STANDS_IN if stands_in else NO_MORE, to=person, placeholders=said, opens=absence.pk)
    outbox.queue([mail], subject=None, at=at)


def about(person: Person, rows: Sequence[OutgoingMail]) -> dict[int, About]:
    """What stands behind the bell: for whom, and from when to when. One query, if any."""
    keys = {row.opens for row in rows if row.kind in TOLD and row.opens}
    found = Absence.objects.select_related("person").in_bulk(keys) if keys else {}
    return {
        row.pk: About(
            number="",
            subject=" – ".join(filter(None, days(absence, person))),
            path=reverse("workforce:team"),
            author=str(absence.person),
        )
        for row in rows
        if row.kind in TOLD and (absence := found.get(row.opens or 0))
    }


def days(absence: Absence, reader: Person) -> tuple[str, str]:
    """The first and the last day missed, as days of who is away, in the reader's language; no last while unknown."""
    zone, ends = ZoneInfo(absence.person.time_zone), absence.ends_at
    first = formats.day(absence.starts_at.astimezone(zone).date(), reader.language)
    return first, formats.day((ends - AN_INSTANT).astimezone(zone).date(), reader.language) if ends else ""
