"""What was learnt from tickets that are over, and how open work stood a while ago."""

from typing import ClassVar

from django.db import models

from sira.tickets.models import Category, TicketType


class Expectation(models.Model):
    """How long tickets of a kind take from opening to solution, in working time of their group, waiting included.

    type, category, priority: the kind; an empty one stands for any. half: half of them end within; most: 8 of 10.
    looked_at, came_true: how many tickets were told of this kind, as it had been learnt when they were opened, and how
    many of them ended within what it said.
    """

    type = models.ForeignKey(TicketType, on_delete=models.CASCADE, related_name="+", db_index=False)
    category = models.ForeignKey(Category, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    priority = models.PositiveSmallIntegerField(null=True)
    count = models.PositiveIntegerField()
    half = models.DurationField()
    most = models.DurationField()
    looked_at = models.PositiveIntegerField(default=0)
    came_true = models.PositiveIntegerField(default=0)
    learnt_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="kind_has_one_expectation", fields=["type", "category", "priority"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type_id}/{self.category_id}/{self.priority}: {self.most}"


class Stood(models.Model):
    """The figures of now of a group and an agent, as they were at the beginning of an hour. Goes after a few hours, so
    it names both by their numbers alone. One of neither is there for each hour, though there was no open work.
    """

    hour = models.DateTimeField()
    group_id = models.BigIntegerField(null=True)
    agent_id = models.BigIntegerField(null=True)
    open = models.PositiveIntegerField(default=0)
    at_risk = models.PositiveIntegerField(default=0)
    broken = models.PositiveIntegerField(default=0)
    unassigned = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    resolved = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="work_stood_once_at_an_hour", fields=["hour", "group_id", "agent_id"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hour} {self.group_id}/{self.agent_id}: {self.open}"
