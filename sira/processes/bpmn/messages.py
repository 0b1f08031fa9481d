"""What happens to an instance, and what it wants done: the two ends of `advance`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Start:
    """element: the start event; empty for the one without an event."""

    variables: Mapping[str, Any] = field(default_factory=dict)
    element: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """What the token waited for at its own node is done: a task, an automatic step, a called process.

    element: that node, since a token keeps its number on its way.  visit: the stay at it that was answered, where the
    answer came later: the token may have gone on meanwhile and come back.
    """

    token: str
    element: str
    result: Mapping[str, Any] = field(default_factory=dict)
    visit: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """An automatic step or a called process could not be done.

    passing: it may go better by and by.  visit: as of Finished.
    """

    token: str
    element: str
    code: str
    message: str | Promise
    passing: bool = False
    visit: str = ""


@dataclass(frozen=True, slots=True)
class Occurred:
    """An event that the token listens to: a timer's time came, a message or signal arrived."""

    token: str
    element: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Looked:
    """The facts may have changed: conditions are asked again."""


@dataclass(frozen=True, slots=True)
class Retry:
    """An operator lets a stuck token try again."""

    token: str


@dataclass(frozen=True, slots=True)
class Move:
    """An operator puts a token elsewhere in the same scope. element: where it goes on."""

    token: str
    element: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Nothing of it goes on."""


Stimulus = Start | Finished | Failed | Occurred | Looked | Retry | Move | Cancel


@dataclass(frozen=True, slots=True)
class Perform:
    """Do the automatic step and answer with Finished or Failed."""

    token: str
    element: str


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Whom the drawing asks to do it, and by when (an instant, or WorkingTime from now)."""

    token: str
    element: str
    assignee: Any = None
    groups: Any = None
    due: Any = None


@dataclass(frozen=True, slots=True)
class SetTimer:
    """due: a datetime, or WorkingTime to be counted from now."""

    token: str
    element: str
    due: Any


@dataclass(frozen=True, slots=True)
class Listen:
    """kind: message, signal or condition."""

    token: str
    element: str
    kind: str
    name: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    token: str
    element: str
    key: str
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Throw:
    """kind: message or signal, for whoever listens."""

    kind: str
    name: str
    key: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Release:
    """What was asked for there is not waited for any more. kind: as in the state's waits.  done: it came about."""

    token: str
    element: str
    kind: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class GotStuck:
    token: str
    element: str
    code: str
    message: str | Promise


@dataclass(frozen=True, slots=True)
class Ended:
    """error: the code of an error that nothing in the drawing caught, for whoever called this process."""

    error: str = ""
    cancelled: bool = False


Effect = Perform | OpenTask | SetTimer | Listen | Call | Throw | Release | GotStuck | Ended
