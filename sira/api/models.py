"""Who may call the API, and which calls were already answered."""

from typing import ClassVar

from django.db import models

from sira.people.models import Person


class Token(models.Model):
    """A key for programs. It acts as a person and has that person's rights; only its digest is kept.

    digest: SHA-256 of the token.
    """

    name = models.CharField(max_length=120)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

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
