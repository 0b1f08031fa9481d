"""When a session ends: left alone for a while, two weeks after it began, or when a directory wants to be asked anew.

All of it is one moment, the one at which Django's row of the session expires, so that looking costs nothing: the page
asks for a session that has not expired as ever. Being used moves the moment on, written once in some minutes.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest

from sira.people import arriving
from sira.people.models import Person
from sira.people.sessions import SessionStore

LONGEST = timedelta(seconds=settings.SESSION_COOKIE_AGE)
STEP = timedelta(minutes=5)  # written once in so long, and a tenth of the time at most
# What a page sends by itself while nobody need be there.
BY_ITSELF = ("workspace:looking", "workspace:leave")
# What hangs on a wall is looked at, and nobody touches it.
WALLS = ("boards:wall",)


def idle_time(person: Person) -> timedelta:
    works = person.role in Person.WORKING or bool(person.made_rights)
    return timedelta(minutes=settings.IDLE_STAFF if works else settings.IDLE_REQUESTERS)


def goes_on(session: SessionStore, person: Person, *, is_used: bool, at: datetime) -> None:
    """The session's end, moved on if it is being used."""
    idle = idle_time(person)
    ends = [at + idle, *(_moment(one) for one in _limits(session))]
    if session.expires and (not is_used or not arriving.came(session)):
        ends.append(session.expires)
    session.end_at(min(ends), step=min(STEP, idle / 10), at=at)


def _limits(session: SessionStore) -> list[float]:
    came = arriving.came(session)
    began = [came["at"] + LONGEST.total_seconds()] if came else []
    return began + ([came["until"]] if came.get("until") else [])


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def is_use(request: HttpRequest) -> bool:
    """Whether somebody did something: opened a page or sent something. Parts are fetched by the page itself too."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    if name in WALLS:
        return True
    fetched = "HX-Request" in request.headers or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    return name not in BY_ITSELF and not (request.method in ("GET", "HEAD") and fetched)
