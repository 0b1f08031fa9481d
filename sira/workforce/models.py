"""Who is here and who is not."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person


class Presence(models.Model):
    """What a person said of themselves. No row, or one whose `until` has passed, says nothing: they count as here."""

    class State(models.TextChoices):
        HERE = "here", _("Here")
        BUSY = "busy", _("Busy")
        AWAY = "away", _("Away")
        OFF = "off", _("Off")

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="presence")
    state = models.CharField(max_length=4, choices=State, default=State.HERE)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.person_id} {self.state}"


class Absence(models.Model):
    """Time away: starts_at is the first instant missed, ends_at the first one back, empty while unknown."""

    class Kind(models.TextChoices):
        LEAVE = "leave", _("On leave")
        SICK = "sick", _("Sick")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences", db_index=False)
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.LEAVE)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    stand_in = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="stands_in_for")
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(name="absence_by_person", fields=["person", "starts_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="absence_ends_after_it_starts", condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="nobody_stands_in_for_themselves", condition=Q(stand_in=None) | ~Q(stand_in=F("person"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.starts_at:%Y-%m-%d}"
