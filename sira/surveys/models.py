"""What requesters think of the work: one mark for a ticket."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from sira.people.models import Person
from sira.tickets.models import Ticket


class Mark(models.Model):
    """From 1 (bad) to 5 (very good) with a word on it; given again, the last one counts."""

    class Value(models.IntegerChoices):
        BAD = 1, pgettext_lazy("mark", "Bad")
        POOR = 2, pgettext_lazy("mark", "Poor")
        FAIR = 3, pgettext_lazy("mark", "Fair")
        GOOD = 4, pgettext_lazy("mark", "Good")
        VERY_GOOD = 5, pgettext_lazy("mark", "Very good")

    ticket = models.OneToOneField(Ticket, on_delete=models.PROTECT, related_name="mark")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="marks")
    value = models.PositiveSmallIntegerField(choices=Value)
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="mark_is_from_one_to_five", condition=Q(value__range=(1, 5))),
        ]
        indexes: ClassVar = [models.Index(name="marks_by_time", fields=["at"])]

    def __str__(self) -> str:
        return f"{self.value} for {self.ticket_id}"
