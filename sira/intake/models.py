"""What came in, by its identity: the same thing twice is one entry."""

import hashlib
import re
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sira.tickets.models import Message

DIGEST = re.compile("[0-9a-f]{64}")


class Received(models.Model):
    """One thing a channel handed over.

    identity: of channel, source and key together; source and key are what identifies it there, such as a mailbox and
    "uidvalidity:uid". A key that is a digest tells nobody anything and is left out.  raw: SHA-256 of the bytes as they
    came, which lie in the file store; empty where there are none.  fingerprint: of Message-ID and content, so that the
    same mail over two ways is one.  message: what it became.
    """

    class State(models.TextChoices):
        DONE = "done", _("Taken in")
        REPEATED = "repeated", _("Known already")
        UNREAD = "unread", _("Taken in unread")

    identity = models.UUIDField(primary_key=True)
    channel = models.CharField(max_length=10)
    source = models.CharField(max_length=120, blank=True, db_collation="C")
    key = models.CharField(max_length=100, blank=True, db_collation="C")
    raw = models.BinaryField(max_length=32, null=True)
    fingerprint = models.UUIDField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.DONE)
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="mail_is_taken_in_once", fields=["fingerprint"], condition=Q(fingerprint__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.source} {self.key}"

    @staticmethod
    def identified(channel: str, source: str, key: str) -> uuid.UUID:
        return uuid.UUID(bytes=hashlib.sha256("\0".join([channel, source, key]).encode()).digest()[:16])

    @staticmethod
    def told(key: str) -> str:
        """As much of the key as is kept."""
        return "" if DIGEST.fullmatch(key) else key
