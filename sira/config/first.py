"""What an empty desk needs before its first mail: somebody who may set it up, a group that gets it, working hours."""

import secrets
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from sira.calendars import editing
from sira.notifications import devices
from sira.people import persons
from sira.people.automation import automation
from sira.people.models import Person, SupportGroup

WEEKDAYS = [[(9 * 60, 18 * 60)]] * 5 + [[], []]


@transaction.atomic
def begin(*, at: datetime) -> tuple[str, str]:
    """Make the first administrator, group and calendar; the address and password to sign in with, said only here."""
    desk = automation()
    calendar = editing.create("Working hours", time_zone=settings.TIME_ZONE, week=WEEKDAYS, by=desk, at=at)
    # The routing table that ships gives everything it knows nothing of to this key.
    group = SupportGroup.objects.create(key="it", name="Service desk", calendar_id=calendar.pk)
    mail = f"admin@{urlsplit(settings.SIRA_URL).hostname}"
    person = persons.create_person(
        name="Administrator",
        email=mail,
        role=Person.Role.ADMINISTRATOR,
        language=settings.LANGUAGE_CODE,
        time_zone=settings.TIME_ZONE,
        by=desk,
        at=at,
    )
    persons.put_in_group(person, group, leads=True, by=desk)
    devices.desk_key()
    password = secrets.token_urlsafe(12)
    persons.set_password(person, password=password, by=desk)
    return mail, password
