"""A notice that is due goes the ways its person chose: behind the bell, by mail, into a digest, to their devices.

Asked when the notice is due and not when it is decided, so that a choice counts at once and opening a ticket costs
nothing for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sira.notifications import pushing, wishes
from sira.notifications.kinds import DIGEST, MAIL, PAGE, PUSH, kind_of
from sira.notifications.models import OutgoingMail, Wish
from sira.notifications.quiet import next_digest, quiet_until
from sira.plumbing import live
from sira.shell.reader import zone_named

LIVE = "notices"
State = OutgoingMail.State


@dataclass(frozen=True)
class Course:
    """What becomes of one notice. state, next_at: of its mail.  push_at: empty for none.  on_page: behind the bell."""

    state: str
    next_at: datetime | None
    push_at: datetime | None
    on_page: bool


def course(notice: OutgoingMail, wish: Wish, at: datetime) -> Course:
    """Needs notice.person, and a kind that is a notice's."""
    kind, person = kind_of(notice.kind), notice.person
    assert kind is not None and person is not None
    ways, zone = wishes.ways_of(wish, kind.key), zone_named(person.time_zone)
    comes_through = kind.urgent and wish.lets_promises_through
    quiet = None if comes_through else quiet_until(wish, person.pk, zone, at)
    joins = quiet is not None and wish.quiet_then == Wish.Then.DIGEST
    push_at = (quiet or at) if PUSH in ways and not joins else None
    state: State = State.UNASKED
    next_at: datetime | None = None
    if kind.by_mail:
        state, next_at = State.QUEUED, at
    elif DIGEST in ways or (joins and MAIL in ways):
        state, next_at = State.DIGEST, next_digest(wish, person.pk, zone, at)
    elif MAIL in ways:
        state, next_at = State.QUEUED, quiet or at
    return Course(state, next_at, push_at, PAGE in ways)


def sort(mails: Iterable[OutgoingMail], *, at: datetime) -> list[OutgoingMail]:
    """Those of the claimed mails that go out by mail now; the others are sent on their way. Needs their person.

    A mail comes by here again after its quiet hours, or when the server did not work; a device is told once all the
    same.
    """
    mails = list(mails)
    new = [mail for mail in mails if mail.unseen is not None and mail.attempts == 0 and mail.person_id]
    if not new:
        return mails
    courses = _courses(new, at)
    for mail in new:
        _write(mail, courses[mail.pk], at)
    pushing.queue({mail.pk: way.push_at for mail in new if (way := courses[mail.pk]).push_at}, at=at)
    live.tell(LIVE, {mail.person_id for mail in new if mail.person_id})
    return [mail for mail in mails if mail.pk not in courses or courses[mail.pk].next_at == at]


def sort_unsent(notices: Iterable[int], *, at: datetime) -> None:
    """The same for notices whose mails were settled because no mail server is set: the other ways stay open."""
    rows = list(OutgoingMail.objects.filter(pk__in=list(notices), person__isnull=False).select_related("person"))
    courses = _courses(rows, at)
    hidden = [pk for pk, way in courses.items() if not way.on_page]
    OutgoingMail.objects.filter(pk__in=hidden).update(unseen=None)
    pushing.queue({pk: way.push_at for pk, way in courses.items() if way.push_at}, at=at)


def _courses(notices: Sequence[OutgoingMail], at: datetime) -> dict[int, Course]:
    chosen = wishes.wishes_of(mail.person_id for mail in notices if mail.person_id)
    return {mail.pk: course(mail, chosen.get(mail.person_id or 0, wishes.NOTHING_SAID), at) for mail in notices}


def _write(mail: OutgoingMail, way: Course, at: datetime) -> None:
    changes: dict[str, object] = {}
    if not way.on_page:
        mail.unseen = changes["unseen"] = None
    if (way.state, way.next_at) != (State.QUEUED, at):
        mail.state, mail.next_at = way.state, way.next_at
        changes |= {"state": way.state, "next_at": way.next_at}
    if changes:
        OutgoingMail.objects.filter(pk=mail.pk).update(**changes)
