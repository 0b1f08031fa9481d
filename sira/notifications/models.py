"""Mails that go out, and what became of each."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person


class OutgoingMail(models.Model):
    """One mail to one person (and those on copy), from the moment it is decided until its fate is known.

    subject: the id of the ticket, empty for mails about none (signing in).  message: the id of the message it carries.
    kind: which text, see templates/notifications/mails.  placeholders: all that the text needs, frozen when it was
    decided, so that a retry sends the same bytes; none once it is sent.  answer: the server's own words.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        DELAYED = "delayed", _("Delayed, will be tried again")
        REFUSED = "refused", _("Refused")
        UNSURE = "unsure", _("Perhaps sent: the server's answer was lost")
        KEPT = "kept", _("Not sent: no mail server is set")

    ACTIVE = (State.QUEUED, State.DELAYED)

    subject = models.BigIntegerField(null=True)
    message = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    to = models.CharField(max_length=254)
    copies = models.JSONField(null=True, help_text="addresses on copy")
    language = models.CharField(max_length=5)
    placeholders: Any = models.JSONField(null=True, blank=True, default=dict)
    state = models.CharField(max_length=7, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled: Any = models.JSONField(
        null=True,
        blank=True,
        default=dict,
        help_text="{address: sent or refused} of those that are done, while others are not",
    )
    answer = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="sent_mail_has_a_time", condition=~Q(state="sent") | Q(sent_at__isnull=False)),
        ]
        indexes: ClassVar = [
            models.Index(name="mails_to_do", fields=["next_at"], condition=Q(next_at__isnull=False)),
            # Not with the time: a person has at most one an hour, and entries that differ in nothing share their key.
            models.Index(name="mails_acknowledging", fields=["person"], condition=Q(kind="acknowledgement")),
            models.Index(name="mails_of_subject", fields=["subject"], condition=Q(subject__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"


class OutgoingServer(models.Model):
    """The server that takes the desk's mail, where an administrator has named one; it goes before the settings.

    secret: the password, sealed (sira.plumbing.sealing); written, never shown.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=8, default="starttls", help_text="starttls, tls or none")
    user = models.CharField(max_length=254, blank=True)
    secret = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="there_is_one_outgoing_server", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"
