"""Who may call the API, which calls were already answered, and whom the desk calls itself."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person


class Token(models.Model):
    """A key for programs. It acts as a person, with rights of that person; only its digest is kept.

    digest: SHA-256 of the token.  rights: names of the rights that it carries; of them it has what its person has now.
    """

    name = models.CharField(max_length=120)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    scope = models.CharField(max_length=10, blank=True, help_text="what it is limited to: read; empty is everything")
    revoked_at = models.DateTimeField(null=True, blank=True)
    rights: Any = models.JSONField(default=list, db_default=Value([], models.JSONField()))

    def __str__(self) -> str:
        return self.name


class AnsweredCall(models.Model):
    """The answer to a POST that carried an Idempotency-Key: the same call again gets the same answer.

    body: SHA-256 of method, path and body, since a key must not be used for two different calls.
    """

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=200, db_collation="C")
    body = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="call_is_answered_once", fields=["token", "key"]),
        ]

    def __str__(self) -> str:
        return self.key


class Webhook(models.Model):
    """An address elsewhere that hears what happens to tickets (docs/reference/webhooks.md).

    kinds: of HistoryEntry.Kind; none means all.  secret: sealed; what signs each delivery.
    """

    name = models.CharField(max_length=120)
    url = models.URLField(max_length=500)
    kinds = models.JSONField(default=list)
    secret = models.TextField()
    is_active = models.BooleanField(default=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One event for one webhook, written by a trigger in the transaction of what happened.

    entry: id of the history entry.  answer: the beginning of what the other side said, or why there was none.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        SENT = "sent", _("Delivered")
        DEAD = "dead", _("Given up")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=9)
    ticket = models.BigIntegerField()
    entry = models.BigIntegerField()
    at = models.DateTimeField()
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="event_is_delivered_once", fields=["webhook", "entry"]),
            models.CheckConstraint(
                name="delivery_waits_or_is_settled",
                condition=Q(state="queued", next_at__isnull=False) | (~Q(state="queued") & Q(next_at=None)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="deliveries_to_do", fields=["next_at"], condition=Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.ticket} to {self.webhook_id}"
