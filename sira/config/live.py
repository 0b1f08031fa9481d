"""Who may hear which topic on the live stream."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest


def may_hear(session: str, topics: list[str]) -> list[str] | None:
    """Those of the topics that the session's person may hear; None if nobody is signed in.

    Agents hear every topic, since what they then ask for is checked again. A requester hears only `person-<own id>`:
    even when a ticket moves is not their business unless it is theirs.
    """
    if not session:
        return None
    close_old_connections()
    try:
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
        person = get_user(request)
        if not person.is_authenticated:
            return None
        if person.is_agent:
            return topics
        return [topic for topic in topics if topic == f"person-{person.pk}"]
    finally:
        close_old_connections()
