"""Who acts, told to the triggers that write the audit trail; entries that no trigger can know; the trail as text.

The chain: each entry's digest is SHA-256 over the digest before it and the entry's own line, so whoever changes,
removes or inserts one breaks every digest after it. It is sealed at COMMIT, one transaction after the other, which
administrators can afford. `bin/verify-audit` checks an export without this code.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest

from sira.plumbing.models import AuditEntry

PAGE, CALL, COMMAND = "page", "api", "command"
SAFE = ("GET", "HEAD", "OPTIONS")
START = bytes(32)
_LINE = """
    SELECT place, id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), coalesce(by::text, ''), way,
           what, key, changes::text, encode(digest, 'hex')
    FROM plumbing_auditentry WHERE place > %s ORDER BY place LIMIT %s
"""
NAMES = ("place", "id", "at", "by", "way", "what", "key", "changes", "digest")


@contextmanager
def acting(by: int | None, way: str) -> Iterator[None]:
    """What is written inside is told under this person's id; one transaction, so that a pooler can't mix it up."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('sira.by', %s, true), set_config('sira.way', %s, true)", [str(by or ""), way])
        yield


def told_of(view: Callable[..., Any]) -> Callable[..., Any]:
    """For pages that change set-up, rights or one's own way in: their changes carry the reader's id."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method in SAFE:
            return view(request, *args, **kwargs)
        with acting(request.user.pk, PAGE):
            return view(request, *args, **kwargs)

    return told


def record(what: str, key: object, *, by: int | None, way: str, **changes: Any) -> None:
    """An entry that no trigger writes: somebody looked at personal data, or took it out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plumbing_auditentry (at, by, way, what, key, changes)"
            " VALUES (clock_timestamp(), %s, %s, %s, %s, %s)",
            [by, way, what, str(key), json.dumps(changes)],
        )


def lines(after: int = 0, *, most: int | None = None) -> Iterator[str]:
    """The sealed entries as JSON lines, in the order of the chain; what is hashed stands in them to the letter."""
    with connection.cursor() as cursor:
        cursor.execute(_LINE, [after, most])
        for row in cursor:
            yield json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False)


def head() -> tuple[int, str]:
    """Place and digest of the last sealed entry: written down elsewhere, they also show that the end was cut off."""
    row = AuditEntry.objects.exclude(place=None).order_by("-place").first()
    return (row.place or 0, bytes(row.digest or b"").hex()) if row else (0, START.hex())
