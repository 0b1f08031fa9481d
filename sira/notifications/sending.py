"""Takes mails from the outbox and hands them to the mail server, each once.

A worker claims a mail by moving its next_at, and renews the claim while it sends; if it dies, another takes over (see
holding). Just before the last line of the content the row is marked unsure, because from there on only the server knows
whether it has the mail; the server's answer, or the next try's, replaces the mark.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from sira.notifications import holding, sorting, writing
from sira.notifications.holding import LEASE, TakenOver
from sira.notifications.models import OutgoingMail
from sira.notifications.outgoing_server import server
from sira.plumbing import live, prepared
from sira.plumbing.mail import building, fates
from sira.plumbing.mail.fates import Envelope, Fate, MailServer, Outcome
from sira.plumbing.mail.sending import send
from sira.plumbing.refusals import Refused
from sira.plumbing.scanning import FileWaits

log = logging.getLogger(__name__)

PATIENCE = 300  # seconds for all mails of one claim
ONE_BY_ONE = timedelta(minutes=1)
FILE_ASKED_AGAIN = timedelta(seconds=5)  # one that goes with a mail and is still looked through
AT_ONCE = 20


class NotUndelivered(Refused):
    code = "not_undelivered"
    message = _("This mail cannot go out again: it has gone out, is about to, or its text is no longer kept.")


_listeners: list[Callable[[OutgoingMail, datetime], None]] = []


def on_end(told: Callable[[OutgoingMail, datetime], None]) -> None:
    """Have a higher room told of every mail that will not arrive: refused for good, given up or unsure."""
    _listeners.append(told)


_NEXT = "SELECT next_at FROM notifications_outgoingmail WHERE next_at IS NOT NULL AND state {} ORDER BY next_at LIMIT 1"
DUE = (_NEXT.format("IN ('queued', 'delayed')"),)
LOST = (_NEXT.format("= 'unsure'"),)


def pump(at: datetime) -> int:
    """Send what is due now; the number of mails tried. Any number of workers may do so at once.

    A server that does not work at all, or takes very long, is left alone for a while by all that wait for it.
    """
    if server() is None:
        return keep_unsent(at)
    mails = claim(at)
    return _send_all(mails, at=at) if mails else 0


def _send_all(mails: Sequence[OutgoingMail], *, at: datetime) -> int:
    until, left, works = time.monotonic() + PATIENCE, list(mails), True
    with holding.held(mails, at=at):
        while left and works and time.monotonic() < until:
            works = try_once(left.pop(0), at=at)
    _give_back(left, at=at if works else at + ONE_BY_ONE)
    return len(mails) - len(left)


# A plain mail, which nobody sends again, may hold a sign-in link.
_KEEP = """
    UPDATE notifications_outgoingmail AS mail SET state = 'kept', next_at = NULL,
           placeholders = CASE WHEN kind = 'plain' THEN NULL ELSE placeholders END
      FROM (SELECT id FROM notifications_outgoingmail WHERE state IN ('queued', 'delayed') AND next_at <= %s
             ORDER BY next_at LIMIT %s FOR UPDATE SKIP LOCKED) AS due
     WHERE mail.id = due.id
           RETURNING mail.subject, mail.message, mail.id, CASE WHEN mail.unseen THEN mail.person_id END, mail.unseen AND
                     (EXISTS (SELECT FROM notifications_wish) OR EXISTS (SELECT FROM notifications_pushdevice))
"""


@transaction.atomic
def keep_unsent(at: datetime) -> int:
    """No mail server is set, so nothing leaves by mail: settle what is due, all in one statement.

    In one transaction with the other ways, or a worker that dies in between leaves them out.
    """
    settled = prepared.ask(_KEEP, [at, AT_ONCE])
    if said := {subject for subject, message, *_rest in settled if subject and message}:
        live.tell("tickets", said)
    live.tell(sorting.LIVE, {person for *_rest, person, _is_chosen in settled if person})
    if chosen := [key for _subject, _message, key, _person, is_chosen in settled if is_chosen]:
        sorting.sort_unsent(chosen, at=at)
    return len(settled)


def _give_back(mails: Sequence[OutgoingMail], *, at: datetime) -> None:
    for mail in mails:
        OutgoingMail.objects.filter(pk=mail.pk, state__in=OutgoingMail.ACTIVE, next_at=mail.next_at).update(next_at=at)


def claim(at: datetime) -> list[OutgoingMail]:
    with transaction.atomic():
        due = (
            OutgoingMail.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("person")
            .filter(state__in=OutgoingMail.ACTIVE, next_at__lte=at)
            .order_by("next_at")
        )
        mails = sorting.sort(due[:AT_ONCE], at=at)
        OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(next_at=at + LEASE)
    for mail in mails:
        mail.next_at = at + LEASE
    return mails


def try_once(mail: OutgoingMail, *, at: datetime) -> bool:
    """One attempt, and its outcome written down; whether the server worked."""
    target = server()
    if target is None:
        settle(mail, OutgoingMail.State.KEPT, at=at)
        return True
    mail.attempts += 1
    mail.settled = mail.settled or {}  # NULL where thousands are queued at once
    try:
        return _try(mail, target, at=at)
    except TakenOver:
        log.warning("Mail %s was taken over by another worker", mail.pk)
        return True


def _try(mail: OutgoingMail, target: MailServer, *, at: datetime) -> bool:
    try:
        found = _hand_over(mail, target)
    except (DatabaseError, TakenOver):
        raise
    except FileWaits:
        _give_back([mail], at=at + FILE_ASKED_AGAIN)
        return True
    except Exception as error:
        log.exception("Mail %s cannot be written", mail.pk)
        mail.answer = f"{type(error).__name__}: {error}"[:500]
        _try_later(mail, at=at)
        return True
    judge(mail, found, at=at)
    return not all(fate.is_fault_of_server for fate in found.values())


def _hand_over(mail: OutgoingMail, target: MailServer) -> dict[str, Fate]:
    outgoing = writing.write(mail)
    open_for = tuple(a for a in [mail.to, *(mail.copies or ())] if a not in mail.settled)
    envelope = Envelope(sender=writing.bounce_address(mail), recipients=open_for, message_id=outgoing.message_id)
    return send(target, envelope, _marked(mail, building.pieces(outgoing)))


def _marked(mail: OutgoingMail, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The content, and the mark behind its last piece: what comes next may be the point of no return."""
    yield from pieces
    holding.mark(mail)


def judge(mail: OutgoingMail, found: dict[str, Fate], *, at: datetime) -> None:
    """Recipients may fare differently: only those who are still open are tried again."""
    for address, fate in found.items():
        if fate.outcome in (Outcome.DELIVERED, Outcome.PERMANENT):
            mail.settled[address] = "sent" if fate.is_yes else in_words(fate)
    outcomes = {fate.outcome for fate in found.values()}
    worst = next((fate for fate in found.values() if not fate.is_yes), None)
    mail.answer = in_words(worst) if worst else ""
    if Outcome.UNKNOWN in outcomes:
        settle(mail, OutgoingMail.State.UNSURE, at=at)
    elif Outcome.TEMPORARY in outcomes:
        _try_later(mail, at=at)
    elif any(said != "sent" for said in mail.settled.values()):
        settle(mail, OutgoingMail.State.REFUSED, at=at)
    else:
        settle(mail, OutgoingMail.State.SENT, at=at)


def in_words(fate: Fate) -> str:
    return " ".join(str(part) for part in (fate.code or "", fate.enhanced, fate.text) if part)


def _try_later(mail: OutgoingMail, *, at: datetime) -> None:
    later = fates.next_attempt(mail.attempts, first=mail.queued_at, at=at)
    if later is None:
        settle(mail, OutgoingMail.State.REFUSED, at=at)
        return
    with holding.gate:
        claim, mail.state, mail.next_at = mail.next_at, OutgoingMail.State.DELAYED, later
        holding.write(mail, claim, ["state", "next_at", "attempts", "settled", "answer"])


def settle(mail: OutgoingMail, state: str, *, at: datetime) -> None:
    """Its fate is known; whoever has to do something is told in the same transaction.  Raises TakenOver."""
    fields = ["state", "next_at", "attempts", "settled", "answer"]
    if state == OutgoingMail.State.SENT:
        mail.sent_at, mail.settled = at, None
        fields.append("sent_at")
    if state == OutgoingMail.State.SENT or mail.kind == "plain":
        mail.placeholders = None  # of no use now; a plain mail, which nobody sends again, may hold a sign-in link
        fields.append("placeholders")
    with transaction.atomic():
        with holding.gate:
            claim, mail.state, mail.next_at = mail.next_at, state, None
            holding.write(mail, claim, fields)
        if mail.message is not None and mail.subject is not None:
            live.tell("tickets", [mail.subject])  # whoever reads the ticket sees that it left
            if mail.unseen and mail.person_id:
                live.tell(sorting.LIVE, [mail.person_id])  # while it was claimed it was not behind the bell
        if state in (OutgoingMail.State.REFUSED, OutgoingMail.State.UNSURE):
            for told in _listeners:
                told(mail, at)


def find_lost(at: datetime) -> int:
    """Mails whose worker died at the point of no return: their fate stays unsure, and the agent is told once."""
    lost = OutgoingMail.objects.filter(state=OutgoingMail.State.UNSURE, next_at__lte=at)
    found = list(lost[:AT_ONCE])
    for mail in found:
        with suppress(TakenOver):
            settle(mail, OutgoingMail.State.UNSURE, at=at)
    return len(found)


def can_go_again(mail: OutgoingMail) -> bool:
    """It did not arrive, or nobody knows; no worker has it at the point of no return; and its text is still there."""
    is_being_sent = mail.state == OutgoingMail.State.UNSURE and mail.next_at is not None
    return mail.state in OutgoingMail.UNDELIVERED and not is_being_sent and mail.placeholders is not None


@transaction.atomic
def send_again(mail: OutgoingMail, *, at: datetime) -> None:
    """Somebody decided that an unsent or unsure mail goes out once more, with the same Message-ID.

    Raises NotUndelivered.
    """
    mail = OutgoingMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if not can_go_again(mail):
        raise NotUndelivered
    mail.state, mail.next_at, mail.queued_at = OutgoingMail.State.QUEUED, at, at
    mail.settled = {address: said for address, said in (mail.settled or {}).items() if said == "sent"}
    mail.save(update_fields=["state", "next_at", "queued_at", "settled"])
