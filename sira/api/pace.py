"""How many calls a token may make in a minute, counted by each web process by itself.

Counting in the database would cost every call a write; with N processes a token gets at most N times its share, which
still keeps a loop that ran wild from taking the desk for itself.
"""

import time
from threading import Lock

from django.conf import settings
from django.http import HttpRequest

from sira.api.problems import Problem

WINDOW = 60
_lock = Lock()
_counted: dict[int, tuple[int, int]] = {}  # token: the minute, calls in it


class TooFast(Problem):
    def __init__(self) -> None:
        super().__init__(429, "too_fast", "This token made too many calls in this minute. Wait as Retry-After says.")


def count(request: HttpRequest, token: int) -> None:
    """Raises TooFast for the call after the last one allowed."""
    now = int(time.time())
    minute = now // WINDOW
    with _lock:
        begun, calls = _counted.get(token, (minute, 0))
        calls = calls + 1 if begun == minute else 1
        _counted[token] = (minute, calls)
    left = settings.API_CALLS_A_MINUTE - calls
    request.pace = (max(0, left), WINDOW - now % WINDOW)  # type: ignore[attr-defined]
    if left < 0:
        raise TooFast
