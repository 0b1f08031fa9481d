"""What the studio keeps beside the drawings: texts that came second, and examples of decisions."""

from typing import ClassVar

from django.db import models

from sira.people.models import Person


class SetAside(models.Model):
    """A text that was not saved because somebody else had saved first; each sitting of a person has one for a drawing.

    kind: the shelf, such as processes.  version: the draft it was meant for.  sitting: the window it was drawn in,
    whose further changes follow into it; else the digest of what was opened, or of the text itself.
    """

    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    source = models.TextField()
    sitting = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="sitting_has_one_text_aside_for_a_drawing", fields=["kind", "key", "by", "sitting"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version} by {self.by}"


class Example(models.Model):
    """What a decision is asked, and what should come out. facts: nested by name.  expected: as JSON."""

    key = models.CharField(max_length=80, help_text="of the decision")
    name = models.CharField(max_length=120)
    facts = models.JSONField()
    expected = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="example_of_a_decision_has_its_own_name", fields=["key", "name"]),
        ]

    def __str__(self) -> str:
        return self.name
