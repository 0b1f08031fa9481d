"""Mailboxes that the desk reads by IMAP, and mails that broke the reader."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sira.people.models import SupportGroup
from sira.tickets.models import Message, TicketType


class Mailbox(models.Model):
    """One folder of one account.

    secret: password, token or what gets tokens (granting.py), sealed (sira.plumbing.sealing); written, never shown.
    uid_validity, last_uid: how far it was read.  set_up_at: mail read by people before then is not the desk's business.
    held_by, held_until: the worker that follows it.  waiting: {uid: tries} of mails up to last_uid that are not taken
    in yet.  trouble: what is wrong, in words.
    """

    class Security(models.TextChoices):
        TLS = "tls", _("TLS from the start")
        STARTTLS = "starttls", _("STARTTLS")
        NONE = "none", _("not encrypted")

    class SignIn(models.TextChoices):
        PASSWORD = "password", _("Password")
        OAUTH2 = "oauth2", _("OAuth2 token")

    name = models.SlugField(max_length=60, unique=True)
    address = models.EmailField(blank=True, help_text="people write to this address; empty: the user is one")
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    user = models.CharField(max_length=254)
    sign_in = models.CharField(max_length=8, choices=SignIn, default=SignIn.PASSWORD)
    secret = models.TextField()
    folder = models.CharField(max_length=255, default="INBOX")
    group = models.ForeignKey(SupportGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    type = models.ForeignKey(TicketType, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    set_up_at = models.DateTimeField()
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    waiting = models.JSONField(default=dict)
    held_by = models.CharField(max_length=120, blank=True)
    held_until = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="folder_is_read_by_one_mailbox", fields=["host", "user", "folder"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ours(self) -> str:
        """The address that is the desk's own, as far as it is known."""
        return self.address or (self.user if "@" in self.user else "")


class BrokenMail(models.Model):
    """A mail that the reader could not read.

    raw: digest of the mail as it came.  message: what it became, with the raw mail attached.  way: how it came, for
    reading it again.  why: what went wrong the last time.
    """

    raw = models.BinaryField(max_length=32, unique=True)
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    way: Any = models.JSONField(default=dict)
    why = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField()
    came_at = models.DateTimeField()
    tried_at = models.DateTimeField()

    def __str__(self) -> str:
        return bytes(self.raw).hex()[:12]
