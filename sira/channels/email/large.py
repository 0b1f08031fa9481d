"""Large mails in a mailbox: fetched in pieces, or, above the limit, left there and the sender told so once."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from imapclient import IMAPClient

from sira.channels.email.reading import read
from sira.channels.email.reading.bounded import SMALL
from sira.channels.email.spooling import Content, Spool
from sira.channels.email.ways import Way
from sira.intake import receiving
from sira.intake.incoming import Incoming, Sender
from sira.notifications import writing
from sira.notifications.models import OutgoingMail
from sira.people import recognition
from sira.people.models import Address
from sira.plumbing.violations import violated
from sira.tickets.messages import Said
from sira.tickets.models import Ticket

PIECE = 1024 * 1024
HEAD = 32 * 1024
ONE_IN = timedelta(hours=1)  # automatic mails to an address


def fetched(client: IMAPClient, uid: int, size: int) -> Content | None:
    """The mail, never much of it in memory; None where it was expunged meanwhile.  Raises CannotKeep."""
    if size <= SMALL:
        raw: bytes | None = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        return raw
    spool = Spool()
    try:
        position = 0
        while piece := _piece(client, uid, "BODY.PEEK[]", position, PIECE):
            spool.add(piece)
            position += len(piece)
            if len(piece) < PIECE:
                return spool.whole()
        if position:
            return spool.whole()
    except BaseException:
        spool.discard()
        raise
    return None


def tell_sender(client: IMAPClient, uid: int, way: Way, *, limit: int) -> None:
    """Say once, by a mail of the desk, that the mail was not taken in; never to a machine.

    Once for all times it is seen, also after the folder was numbered anew: its Message-ID is remembered.
    """
    letter = read(_piece(client, uid, "BODY.PEEK[HEADER]", 0, HEAD) or b"")
    to = recognition.normalised_mail(letter.sender.addr)
    if not to or letter.is_machine_mail or letter.return_path == "":
        return
    at = timezone.now()
    told = Incoming(
        channel=Ticket.Channel.MAIL,
        source="too large",
        key=(letter.message_id or f"{way.source} {way.key}")[:100],
        subject=letter.subject,
        said=Said(text=""),
        sender=Sender(to, letter.sender.name),
    )
    _once(lambda: _queue(to, letter.subject, limit=limit, at=at), told, at=at)


def _once(act: Callable[[], object], about: Incoming, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            receiving.remember(about, None, at=at)
            act()
    except IntegrityError as error:
        if violated(error) not in receiving.IDENTITY:
            raise


def _queue(to: str, subject: str, *, limit: int, at: datetime) -> None:
    """With nothing of what was sent but its subject to someone known, since anybody can forge a From."""
    just_now = OutgoingMail.objects.filter(to=to, kind__in=writing.IN_ANSWER, queued_at__gt=at - ONE_IN)
    if just_now.exists():
        return
    person = recognition.person_of(Address.Kind.MAIL, to)
    OutgoingMail.objects.create(
        kind="too_large",
        person=person,
        to=to,
        language=person.language if person else settings.LANGUAGE_CODE,
        placeholders={"subject": subject if person else "", "limit": limit // 10**6},
        queued_at=at,
        next_at=at,
    )


def _piece(client: IMAPClient, uid: int, section: str, start: int, length: int) -> bytes | None:
    found = client.fetch([uid], [f"{section}<{start}.{length}>"]).get(uid, {})
    name = section.replace(".PEEK", "").encode()
    return next((value for key, value in found.items() if key.startswith(name)), None)
