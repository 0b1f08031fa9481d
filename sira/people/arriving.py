"""How and when somebody came in: kept in their session, asked wherever it matters how long ago that was, and how.

It is noted when a way in begins (`begins`), waits while a second factor is asked, and counts once they are in
(`is_in`).
"""

import time
from dataclasses import asdict, dataclass
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

COMING, CAME = "coming", "came"  # in the session
LATELY = 15 * 60  # seconds for which a proof of who one is counts as fresh
JUST = 5 * 60  # seconds after which who has typed their password is asked for it once more before a factor is touched


@dataclass(frozen=True)
class Arrival:
    """by: the key of the directory that let them in; empty: a way of the desk's own.  until: seconds of the epoch when
    that directory wants to be asked anew; 0: never.  is_strong: it asked for a second factor, and that counts here."""

    by: str = ""
    until: int = 0
    is_strong: bool = False


def by_directory(request: HttpRequest, arrival: Arrival) -> None:
    """To be said before the sign-in begins; what is not said came by a way of the desk's own."""
    request.arrival = arrival  # type: ignore[attr-defined]


def begins(request: HttpRequest) -> None:
    request.session[COMING] = asdict(getattr(request, "arrival", Arrival()))


def is_coming_strong(session: SessionBase) -> bool:
    return bool(session.get(COMING, {}).get("is_strong"))


def is_in(session: SessionBase, coming: dict[str, Any]) -> None:
    session[CAME] = coming | {"at": int(time.time())}


def came(session: SessionBase) -> dict[str, Any]:
    """Arrival and `at`; empty for a session that began in another way."""
    found: dict[str, Any] = session.get(CAME, {})
    return found


def is_strong(session: SessionBase) -> bool:
    return bool(came(session).get("is_strong"))


def has_just_typed_password(request: HttpRequest) -> bool:
    """At the door or asked once more, not long ago."""
    proofs = get_authentication_records(request, request.user)
    return any(one["method"] == "password" and time.time() - one["at"] < JUST for one in proofs)


def is_proved_lately(request: HttpRequest) -> bool:
    """By coming in, or by password, code or key asked once more."""
    proofs = get_authentication_records(request, request.user)
    last = max([came(request.session).get("at", 0), *(one["at"] for one in proofs)])
    return time.time() - last < LATELY
