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
