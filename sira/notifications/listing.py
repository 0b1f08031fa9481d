"""What waits behind the bell, newest first, and where each notice leads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from sira.notifications.kinds import NOTICES, Notice
from sira.notifications.models import OutgoingMail
from sira.people.models import Person


@dataclass(frozen=True)
class About:
    """What a notice says of its ticket to somebody who may read it. path: where it is done.  text: what was said."""

    number: str
    subject: str
    path: str
    text: str = ""
    author: str = ""


Tell = Callable[[Person, Sequence[OutgoingMail]], dict[int, About]]
_tell: list[Tell] = []


def describe(tell: Tell) -> None:
    """A higher room says what notices are about, by their ids; those that the person may not read are left out."""
    _tell.append(tell)


@dataclass(frozen=True)
class Shown:
    row: OutgoingMail
    notice: Notice
    about: About | None

    @property
    def at(self) -> datetime:
        return self.row.queued_at

    @property
    def title(self) -> str | Promise:
        return self.notice.title


def told(person: Person, *, at: datetime) -> "QuerySet[OutgoingMail]":
    """Their own notices, but for answers that can still be taken back."""
    held = Q(message__isnull=False, state=OutgoingMail.State.QUEUED, next_at__gt=at)
    return OutgoingMail.objects.filter(~held, person=person)


def of_person(person: Person, *, before: int | None, size: int, at: datetime) -> list[Shown]:
    rows = told(person, at=at).filter(unseen__isnull=False).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return shown(person, list(rows[:size]))


def shown(person: Person, rows: Sequence[OutgoingMail]) -> list[Shown]:
    found = about(person, rows)
    return [Shown(row, NOTICES[row.kind], found.get(row.pk)) for row in rows if row.kind in NOTICES]


def about(person: Person, rows: Sequence[OutgoingMail]) -> dict[int, About]:
    return {key: one for tell in _tell for key, one in tell(person, rows).items()} if rows else {}


def one(person: Person, key: int, *, at: datetime) -> Shown | None:
    """Their own notice, also where it does not stand behind the bell."""
    return next(iter(shown(person, list(told(person, at=at).filter(pk=key)))), None)


def see(person: Person, *, at: datetime, key: int | None = None) -> None:
    """All that waits, or one of it, was looked at."""
    rows = told(person, at=at).filter(unseen=True)
    (rows.filter(pk=key) if key is not None else rows).update(unseen=False)
