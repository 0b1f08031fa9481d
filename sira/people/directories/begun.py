"""What was said at the beginning of a way to a directory: it lies in the session, counts once and not for long."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from sira.people import links
from sira.people.directories.models import Directory
from sira.people.directories.refusals import Unbelievable

KEPT = "ways_to_directories"  # in the session
VALID = timedelta(minutes=10)
AT_ONCE = 5  # pages in one browser


def keep(
    session: SessionBase,
    name: str,
    directory: Directory,
    *,
    goes_to: str,
    at: datetime,
    connects: int | None,
    **more: str,
) -> None:
    """name: by which the answer will call it.  connects: the person signed in who wants to be known by it."""
    begun = {
        "directory": directory.pk,
        "goes_to": links.safe_path(goes_to),
        "at": at.timestamp(),
        "connects": connects,
        **more,
    }
    session[KEPT] = dict([*session.get(KEPT, {}).items(), (name, begun)][-AT_ONCE:])


def spend(session: SessionBase, name: str, directory: Directory, *, at: datetime) -> dict[str, Any]:
    """What was begun under this name; it counts no second time.  Raises Unbelievable."""
    begun: dict[str, Any] | None = session.get(KEPT, {}).pop(name, None)
    session.modified = True
    if not begun or begun["directory"] != directory.pk or at.timestamp() - begun["at"] > VALID.total_seconds():
        raise Unbelievable("nothing that was begun here")
    return begun
