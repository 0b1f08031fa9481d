"""Whose session it is: the two questions that every page asks first, composed once."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth import SESSION_KEY
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
    """The name is Django's.  expires: when its row does; `sira.people.idling` says when that is to be."""

    expires: datetime | None = None

    def _get_session_from_db(self) -> Session | None:
        found = running(self.session_key, timezone.now()) if self.session_key else []
        if found:
            self.expires = found[0].expire_date
            return found[0]
        self._session_key = None
        return None

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Being written moves the end no further; who has just signed in stays for the shorter of the two times."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        shortest = timedelta(minutes=min(settings.IDLE_STAFF, settings.IDLE_REQUESTERS))
        ends = self.expires or (timezone.now() + shortest if SESSION_KEY in data else row.expire_date)
        row.expire_date = min(row.expire_date, ends)
        return row

    def end_at(self, moment: datetime, *, step: timedelta, at: datetime) -> None:
        """Written with what else is written of the session, or by itself where it differs by the step."""
        before, self.expires = self.expires, moment
        if self.session_key and not self.modified and (before is None or abs(moment - before) >= step):
            Session.objects.filter(session_key=self.session_key, expire_date__gt=at).update(expire_date=moment)

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session


class DeskBackend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> Person | None:
        found = person_with_house(int(user_id))
        return found[0] if found and self.user_can_authenticate(found[0]) else None
