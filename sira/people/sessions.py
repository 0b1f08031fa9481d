"""Whose session it is: the two questions that every page asks first, composed once."""

from datetime import datetime
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends.db import SessionStore as StoreInDatabase
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from sira.people.models import Person
from sira.plumbing.composed import composed


@composed
def running(key: str, at: datetime) -> "QuerySet[Session]":
    return Session.objects.filter(session_key=key, expire_date__gt=at)


@composed
def person_with_house(key: int) -> "QuerySet[Person]":
    """What a person may see depends on their organisation, so it comes along."""
    return Person.objects.filter(pk=key).select_related("organisation")


class SessionStore(StoreInDatabase):
    """The name is Django's."""

    def _get_session_from_db(self) -> Session | None:
        found = running(self.session_key, timezone.now()) if self.session_key else []
        if found:
            return found[0]
        self._session_key = None
        return None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session


class DeskBackend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> Person | None:
        found = person_with_house(int(user_id))
        return found[0] if found and self.user_can_authenticate(found[0]) else None
