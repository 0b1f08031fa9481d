"""Somebody works here no more because a directory says so: the rooms above take back what they had to do."""

from collections.abc import Callable
from datetime import datetime

from sira.people.models import Person

# Called with the person, `by` and `at`, in the transaction of the change.
Listener = Callable[..., object]
_listeners: list[Listener] = []


def taken_by(take: Listener) -> Listener:
    if take not in _listeners:
        _listeners.append(take)
    return take


def hand_back(person: Person, *, by: Person, at: datetime) -> None:
    for take in _listeners:
        take(person, by=by, at=at)
