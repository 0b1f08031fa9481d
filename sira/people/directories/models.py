"""Directories by which an organisation's people sign in, and who they are there."""

from typing import Any, ClassVar

from django.db import models

from sira.people.models import Person


class Directory(models.Model):
    """Somebody else's sign-in (OpenID Connect) that the desk trusts.

    key: stands in the address that the directory sends people back to, so it stays.  issuer: as the directory calls
    itself.  secret: sealed; written, never shown.  mail_domains: whose mail addresses it is believed; for no others
    does it find a person who is known already.  claim, rules: what of its words gives a role or support groups here, as
    [{"value", "role", "groups"}]; without rules it gives none.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    issuer = models.CharField(max_length=255)
    client_id = models.CharField(max_length=300)
    secret = models.TextField(blank=True)
    mail_domains: Any = models.JSONField(default=list, blank=True)
    takes_new = models.BooleanField(default=True)
    claim = models.CharField(max_length=120, blank=True)
    rules: Any = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="directory_knows_a_client_once", fields=["issuer", "client_id"]),
        ]

    def __str__(self) -> str:
        return self.name


class Identity(models.Model):
    """Who a person is in a directory: by its own name and its own word for them, which both never change."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255, db_collation="C")
    first_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="identity_is_one_person", fields=["issuer", "subject"]),
        ]

    def __str__(self) -> str:
        return f"{self.subject} of {self.issuer}"
