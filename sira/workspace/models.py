"""What people keep of their screens."""

from typing import ClassVar

from django.db import models

from sira.people.models import Person


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
