"""What people keep of their screens."""

from typing import ClassVar

from django.db import models

from sira.people.models import Person
from sira.tickets.models import Ticket


class SavedView(models.Model):
    """A queue list that somebody named: a scope narrowed by filters."""

    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=10)
    filters = models.JSONField(default=dict, help_text="{filter: [values]}")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="view_is_named_once_by_its_owner", fields=["owner", "name"]),
        ]

    def __str__(self) -> str:
        return self.name


class OpenTab(models.Model):
    """A ticket that somebody has open. seen_at: when they last looked; what came later is news to them."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="ticket_is_open_once_a_person", fields=["person", "ticket"]),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} open at {self.person_id}"
