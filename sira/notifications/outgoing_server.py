"""The mail server that takes what the desk sends: named by an administrator, else by the settings."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sira.notifications.models import OutgoingServer
from sira.people import rights
from sira.people.models import Person
from sira.people.rights import Right
from sira.plumbing.composed import composed
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.mail import building
from sira.plumbing.mail.accounts import keeps_secret
from sira.plumbing.mail.building import Outgoing
from sira.plumbing.mail.fates import Envelope, Fate, MailServer
from sira.plumbing.mail.sending import send
from sira.plumbing.refusals import Refused
from sira.plumbing.sealing import NotOurs, seal, unseal

log = logging.getLogger(__name__)
PATIENCE = 15  # seconds that somebody waits before the page


class PasswordMissing(Refused):
    code = "password_missing"
    message = _("Type the password: the one that is kept was given for another account, or for an encrypted line.")


@composed
def kept() -> "QuerySet[OutgoingServer]":
    return OutgoingServer.objects.all()


def server() -> MailServer | None:
    """What mail goes to now; None where none is named."""
    rows = kept()
    return of_row(rows[0]) if rows else of_settings()


def of_row(row: OutgoingServer, **more: float) -> MailServer:
    try:
        password = unseal(row.secret, desk_secrets()) if row.secret else ""
    except NotOurs:
        log.error("The password of the outgoing mail server cannot be read: SIRA_SECRET_KEY is another now.")
        password = ""
    return MailServer(row.host, row.port, row.user, password, row.security, **more)  # type: ignore[arg-type]


def of_settings() -> MailServer | None:
    mail = settings.MAIL
    if not mail["host"]:
        return None
    return MailServer(
        host=str(mail["host"]),
        port=int(str(mail["port"])),
        user=str(mail["user"]),
        password=str(mail["password"]),
        security=str(mail["tls"]),
    )


def laid_out(*, host: str, port: int, security: str, user: str, password: str) -> OutgoingServer:
    """Unsaved. password: empty leaves the one that is kept, see keeps_secret.  Raises PasswordMissing."""
    known = next(iter(kept()), None)
    secret = seal(password, desk_secrets()) if password else ""
    if not password and known is not None and keeps_secret(known, host=host, user=user, security=security):
        secret = known.secret
    if not secret and user and known is not None and known.secret:
        raise PasswordMissing
    return OutgoingServer(host=host, port=port, security=security, user=user, secret=secret)


def keep(row: OutgoingServer, *, by: Person) -> None:
    """All mail goes to it from now on.  Raises NotAllowed."""
    rights.must(by, Right.MAIL)
    fields: Sequence[str] = ("host", "port", "security", "user", "secret")
    OutgoingServer.objects.update_or_create(id=1, defaults={name: getattr(row, name) for name in fields})


def forget(*, by: Person) -> None:
    """Back to what the settings say.  Raises NotAllowed."""
    rights.must(by, Right.MAIL)
    OutgoingServer.objects.all().delete()


def try_out(row: OutgoingServer, *, to: str, subject: str, text: str, at: datetime) -> Fate:
    """Send one mail through the server, kept or not; what became of it."""
    sender = str(settings.MAIL["from"])
    mail = Outgoing(
        from_name="Sira",
        from_addr=sender,
        to=(("", to),),
        subject=subject,
        text=text,
        message_id=f"<{uuid.uuid4().hex}@{sender.rpartition('@')[2]}>",
        at=at,
        auto_submitted="auto-generated",
    )
    server = of_row(row, patience=PATIENCE, last_patience=PATIENCE)
    return send(server, Envelope(sender=sender, recipients=(to,)), building.pieces(mail))[to]
