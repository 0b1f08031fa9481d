"""Django's cache, kept in the database, so that all web processes agree.

What signs people in counts tries in it and notes which code was used: counted by each process for itself, a password
could be tried, and a code used, once more at every process. Nothing that pages show is cached here.
"""

import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

from sira.people.models import SharedNote

FOR_EVER = timedelta(days=3650)
_ADD = """
    INSERT INTO people_sharednote AS known (key, value, until) VALUES (%s, %s::jsonb, %s)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, until = excluded.until WHERE known.until <= %s
    RETURNING key
"""


class SharedCache(BaseCache):
    """Values are JSON; keys are kept as digests, since they name addresses and networks."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Of several at once one gets True."""
        note = self._note(key, value, timeout, version)
        field = SharedNote._meta.get_field("value")
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [note.key, field.get_db_prep_save(value, connection), note.until, _now()])
            return cursor.fetchone() is not None

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        found = SharedNote.objects.filter(key=self._named(key, version), until__gt=_now()).first()
        return default if found is None else found.value

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        note = self._note(key, value, timeout, version)
        SharedNote.objects.update_or_create(key=note.key, defaults={"value": value, "until": note.until})

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        kept = SharedNote.objects.filter(key=self._named(key, version), until__gt=_now())
        return bool(kept.update(until=self._until(timeout)))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(SharedNote.objects.filter(key=self._named(key, version)).delete()[0])

    def clear(self) -> None:
        SharedNote.objects.all().delete()

    def _note(self, key: Any, value: Any, timeout: Any, version: int | None) -> SharedNote:
        return SharedNote(key=self._named(key, version), value=value, until=self._until(timeout))

    def _named(self, key: Any, version: int | None) -> str:
        return hashlib.sha256(self.make_key(key, version=version).encode()).hexdigest()

    def _until(self, timeout: Any) -> datetime:
        ends = self.get_backend_timeout(timeout)
        return _now() + FOR_EVER if ends is None else datetime.fromtimestamp(ends, UTC)


def forget() -> int:
    """Drop what has run out."""
    return SharedNote.objects.filter(until__lte=_now()).delete()[0]


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
