"""Mailboxes come to be, change, are tried and forgotten: what `sira mailbox` and the page in the studio both call."""

import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sira.channels.email import connecting
from sira.channels.email.connecting import Trouble
from sira.channels.email.models import Mailbox
from sira.people import rights
from sira.people.models import Person, SupportGroup
from sira.people.rights import Right
from sira.plumbing.desk_secrets import desk_secrets
from sira.plumbing.mail.accounts import keeps_secret
from sira.plumbing.refusals import Refused
from sira.plumbing.sealing import seal
from sira.tickets.models import TicketType

USUAL_PORT = {"tls": 993, "starttls": 143, "none": 143}
PATIENCE = 15  # seconds that somebody waits before the page


class FolderTaken(Refused):
    code = "folder_taken"
    message = gettext_lazy("Another mailbox reads this folder already.")


class SecretMissing(Refused):
    code = "secret_missing"
    message = gettext_lazy("Enter the password or the token. It is kept sealed and never shown.")


@dataclass(frozen=True)
class Account:
    """secret: sealed; empty leaves what is kept, see keeps_secret.  port: None for the usual one."""

    name: str
    host: str
    user: str
    port: int | None = None
    security: str = Mailbox.Security.TLS
    folder: str = "INBOX"
    sign_in: str = Mailbox.SignIn.PASSWORD
    secret: str = ""
    address: str = ""
    group: SupportGroup | None = None
    type: TicketType | None = None


@dataclass(frozen=True)
class Step:
    """One thing that went well. more: what was seen.  seconds: how long it took."""

    words: str
    more: str
    seconds: float


@dataclass
class Looked:
    """trouble: where it ended, with how to mend it."""

    steps: list[Step] = field(default_factory=list)
    trouble: Trouble | None = None
    unseen: int = 0
    tells: bool = False


def sealed(typed: str) -> str:
    return seal(typed, desk_secrets()) if typed else ""


def laid_out(account: Account, *, at: datetime) -> Mailbox:
    """The mailbox of this name, or a new one, with what the account says; nothing is written yet.

    Another folder is read from its own beginning.  Raises SecretMissing.
    """
    mailbox = Mailbox.objects.filter(name=account.name).first() or Mailbox(name=account.name, set_up_at=at)
    same = keeps_secret(mailbox, host=account.host, user=account.user, security=account.security)
    if not (account.secret or same):
        raise SecretMissing
    if (mailbox.host, mailbox.user, mailbox.folder) != (account.host, account.user, account.folder):
        mailbox.uid_validity, mailbox.last_uid, mailbox.waiting = None, 0, {}
    mailbox.host, mailbox.user, mailbox.folder = account.host, account.user, account.folder
    mailbox.security, mailbox.port = account.security, account.port or USUAL_PORT[account.security]
    if account.secret:
        mailbox.sign_in, mailbox.secret = account.sign_in, account.secret
    mailbox.address, mailbox.group, mailbox.type = account.address, account.group, account.type
    mailbox.is_active, mailbox.trouble = True, ""
    return mailbox


def keep(mailbox: Mailbox, *, by: Person) -> Mailbox:
    """A running worker follows it from now on.  Raises NotAllowed, FolderTaken."""
    rights.must(by, Right.MAIL)
    try:
        with transaction.atomic():
            mailbox.save()
    except IntegrityError as error:
        raise FolderTaken from error
    return mailbox


def switch(mailbox: Mailbox, *, on: bool, by: Person) -> None:
    """Follow it, or leave it alone for a while.  Raises NotAllowed."""
    rights.must(by, Right.MAIL)
    Mailbox.objects.filter(pk=mailbox.pk).update(is_active=on)


def forget(mailbox: Mailbox, *, by: Person) -> None:
    """What was taken in from it stays, and the mailbox itself is not touched.  Raises NotAllowed."""
    rights.must(by, Right.MAIL)
    mailbox.delete()


def look(mailbox: Mailbox) -> Looked:
    """Sign in as the worker does, and look into the folder; nothing is taken. How far it came, step by step."""
    looked, began = Looked(), time.monotonic()

    def went_well(words: str, more: str) -> None:
        nonlocal began
        looked.steps.append(Step(words, more, time.monotonic() - began))
        began = time.monotonic()

    try:
        with connecting.in_words(mailbox):
            socket.create_connection((mailbox.host, mailbox.port), timeout=PATIENCE).close()
        went_well(_("The server answers"), f"{mailbox.host}:{mailbox.port}")
        client = connecting.opened(mailbox, patience=PATIENCE)
        try:
            went_well(_("Signed in"), mailbox.user)
            connecting.selected(client, mailbox)
            looked.unseen, looked.tells = len(client.search(["UNSEEN"])), client.has_capability("IDLE")
            went_well(_("The folder is there"), mailbox.folder)
        finally:
            with suppress(Exception):
                client.logout()
    except Trouble as trouble:
        looked.trouble = trouble
    return looked
