"""Which tiles a board shows, in which order."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from sira.people.models import Person


class Layout(models.Model):
    """A board as one person keeps it, or as a role gets it. One's own comes before the role's, that before ours."""

    person = models.OneToOneField(Person, null=True, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=13, blank=True, choices=Person.Role)
    tiles = ArrayField(models.CharField(max_length=30))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="role_has_one_board", fields=["role"], condition=~Q(role="")),
            models.CheckConstraint(
                name="board_is_of_a_person_or_a_role",
                condition=Q(person=None) & ~Q(role="") | Q(person__isnull=False) & Q(role=""),
            ),
        ]

    def __str__(self) -> str:
        return self.role or str(self.person)


class LetterWish(models.Model):
    """At which hour of their own clock somebody wants the morning letter; none: not at all."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    hour = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="letter_comes_at_an_hour", condition=Q(hour=None) | Q(hour__lte=23)),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.hour}"


class Letter(models.Model):
    """A morning letter that was written, with its mail in the same transaction.  day: where the reader is."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="one_letter_a_day", fields=["person", "day"])]
        indexes: ClassVar = [models.Index(name="letters_by_day", fields=["day"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"
