"""Who may hear which topic on the live stream."""

import re
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest

from sira.people.models import Person
from sira.tickets.models import Ticket

ONE = "tickets-"
ONE_TICKET = re.compile(r"tickets-[0-9]{1,18}")


def may_hear(session: str, topics: list[str]) -> list[str] | None:
    """Those of the topics that the session's person may hear; None if nobody is signed in."""
    if not session:
        return None
    close_old_connections()
    try:
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
        person = get_user(request)
        return heard_by(person, topics) if isinstance(person, Person) else None
    finally:
        close_old_connections()


def heard_by(person: Person, topics: list[str]) -> list[str]:
    """Agents hear every topic, since what they then ask for is checked again.

    A requester hears only `tickets-<id>` of those they may see: even when a ticket moves is not their business unless
    it is theirs.
    """
    if person.is_agent:
        return topics
    asked = [int(topic.removeprefix(ONE)) for topic in topics if ONE_TICKET.fullmatch(topic)]
    if not asked:
        return []
    seen = Ticket.objects.visible_to(person).filter(pk__in=asked).values_list("pk", flat=True)
    return [f"{ONE}{pk}" for pk in seen]
