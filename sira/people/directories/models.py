"""Directories by which an organisation's people sign in, and who they are there."""

from typing import Any, ClassVar

from django.db import models

from sira.people.models import Person


class Directory(models.Model):
    """Somebody else's sign-in that the desk trusts.

    key: stands in the address that the directory sends people back to, so it stays.  issuer: as the directory calls
    itself; the address of the server for LDAP.  client_id: how the desk is known there; for LDAP the account that
    looks people up.  secret: sealed; written, never shown.  details: what only its kind has, as `saml.Details` and
    `ldap.Details` say.  mail_domains: whose mail addresses it is believed; for no others does it find a person who is
    known already.  claim, rules: what of its words gives a role or support groups here, as
    [{"value", "role", "groups"}]; without rules it gives none.  strong: what it calls a sign-in for which it asked a
    second factor; that counts here then.  hours: for which a session lasts before it is asked anew.
    """

    class Kind(models.TextChoices):
        OPENID = "openid", "OpenID Connect"
        SAML = "saml", "SAML 2.0"
        LDAP = "ldap", "LDAP, Active Directory"

    kind = models.CharField(max_length=6, choices=Kind, default=Kind.OPENID)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    issuer = models.CharField(max_length=255)
    client_id = models.CharField(max_length=300)
    secret = models.TextField(blank=True)
    details: Any = models.JSONField(default=dict, blank=True)
    mail_domains: Any = models.JSONField(default=list, blank=True)
    takes_new = models.BooleanField(default=True)
    claim = models.CharField(max_length=120, blank=True)
    rules: Any = models.JSONField(default=list, blank=True)
    strong: Any = models.JSONField(default=list, db_default=models.Value([], models.JSONField()), blank=True)
    hours = models.PositiveSmallIntegerField(default=24, db_default=24)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="directory_knows_a_client_once",
                fields=["kind", "issuer", "client_id"],
                condition=~models.Q(kind="ldap"),  # two parts of one tree may be two directories
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def authority(self) -> str:
        """Under what its people are known here: two kinds may call themselves alike and yet name people otherwise."""
        if self.kind == self.Kind.OPENID:
            return self.issuer
        return f"saml:{self.issuer}" if self.kind == self.Kind.SAML else f"ldap:{self.key}"


class Identity(models.Model):
    """Who a person is in a directory: by its authority and its own word for them, which both never change."""

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


class SpentAnswer(models.Model):
    """A signed answer that has counted, kept as long as it would be believed: it counts no second time."""

    issuer = models.CharField(max_length=255)
    answer = models.CharField(max_length=64, db_collation="C", help_text="SHA-256 of its id, hex")
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="answer_counts_once", fields=["issuer", "answer"]),
        ]

    def __str__(self) -> str:
        return f"{self.answer} of {self.issuer}"
