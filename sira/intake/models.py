"""What came in, by its identity: the same thing twice is one entry."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sira.tickets.models import Message


class Received(models.Model):
    """One thing a channel handed over.

    source, key: its identity there, such as a mailbox and "uidvalidity:uid"; for what has none, the digest of the raw
    bytes.  raw: SHA-256 of the bytes as they came, which lie in the file store; empty where there are none.
    fingerprint: of Message-ID and content, so that the same mail over two ways is one.  message: what it became.
    """

    class State(models.TextChoices):
        DONE = "done", _("Taken in")
        REPEATED = "repeated", _("Known already")
        UNREAD = "unread", _("Taken in unread")

    channel = models.CharField(max_length=10)
    source = models.CharField(max_length=120, blank=True, db_collation="C")
    key = models.CharField(max_length=100, db_collation="C")
    raw = models.BinaryField(max_length=32, null=True)
    fingerprint = models.UUIDField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.DONE)
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="received")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="thing_is_received_once", fields=["channel", "source", "key"]),
            models.UniqueConstraint(
                name="mail_is_taken_in_once", fields=["fingerprint"], condition=Q(fingerprint__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.source} {self.key}"
