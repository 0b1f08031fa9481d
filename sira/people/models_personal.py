"""Who asked what about a person's data, and what came of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PersonalRequest(models.Model):
    """An administrator asked for all that is kept of a person, or that the desk forgets them; a job does it.

    digest, size: of the archive, which can be fetched until `until`.
    """

    class Kind(models.TextChoices):
        EXPORT = "export", pgettext_lazy("personal data", "Taken out")
        FORGET = "forget", _("Forgotten")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    digest = models.BinaryField(max_length=32, null=True)
    size = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="person_is_forgotten_once", fields=["person"], condition=Q(kind="forget")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"
