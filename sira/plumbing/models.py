"""The audit trail: who changed what of the desk's set-up and rights, and who looked at whose personal data.

And what a scanner said of files from outside.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class AuditEntry(models.Model):
    """One change or look. Triggers of the database write and seal it; nothing changes or removes it (see audit.py).

    by: id of the person, empty where the desk itself or a command acted.  what: the table and what was done to the row,
    or the act.  changes: {column: [before, after]}; secrets and long texts only by a mark.
    place, digest: set when the transaction commits: SHA-256 over the digest before and this entry.
    """

    at = models.DateTimeField(db_index=True)
    by = models.BigIntegerField(null=True)
    way = models.CharField(max_length=12, blank=True)
    what = models.CharField(max_length=80)
    key = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=dict)
    place = models.BigIntegerField(null=True, unique=True)
    digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="sealed_entry_has_place_and_digest",
                condition=Q(place=None, digest=None) | Q(place__isnull=False, digest__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(name="audit_of_thing", fields=["what", "key"])]

    def __str__(self) -> str:
        return f"{self.what} {self.key}"


class SentTrail(models.Model):
    """The place of the last entry of the audit trail that another machine has (SIRA_SYSLOG); one row.

    turn: grows with each worker that begins to send.  until: when that worker is taken to be gone; empty: nobody sends.
    """

    place = models.BigIntegerField(default=0)
    turn = models.BigIntegerField(default=0, db_default=0)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="trail_is_sent_from_one_place", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"up to {self.place}"


class ScannedFile(models.Model):
    """What a scanner said of a file of the store.

    found: the name of what is harmful in it; empty for nothing.  was_read: False where the scanner would not look
    through it, and found is what it said.  given_out: somebody decided that it is given to people all the same.
    removed: somebody decided that it goes; its content is in the store no longer.
    told: the last place of it that was told of.
    """

    digest = models.BinaryField(max_length=32, primary_key=True)
    found = models.CharField(max_length=200, blank=True)
    was_read = models.BooleanField(default=True, db_default=True)
    given_out = models.BooleanField(default=False, db_default=False)
    removed = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField()
    told = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="file_that_was_not_read_says_why", condition=Q(was_read=True) | ~Q(found="")),
            models.CheckConstraint(name="file_is_given_out_or_removed", condition=~Q(given_out=True, removed=True)),
        ]
        indexes: ClassVar = [models.Index(name="file_held_back", fields=["digest"], condition=~Q(found=""))]

    def __str__(self) -> str:
        return f"{bytes(self.digest).hex()[:12]} {self.found}"
