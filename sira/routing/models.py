"""What routing remembers between two tickets."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person, SupportGroup


class Pool(models.Model):
    """The agents of a group as tickets are dealt to them; made when the group's first ticket is dealt.

    Its row is the lock under which an agent is chosen, so that two workers never count the same turn or debt.
    debts: by agent, what their share owes them in tickets; below zero they had more.
    """

    group = models.OneToOneField(SupportGroup, primary_key=True, on_delete=models.CASCADE, related_name="pool")
    last_agent = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    dealt = models.PositiveBigIntegerField(default=0, help_text="how many tickets were dealt to agents")
    debts = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"pool of {self.group_id}"


class Dealt(models.Model):
    """How many tickets of a group were dealt to somebody in a day, week or month. Caps and the fairness report read it.

    starts: its first day, in the desk's own time zone; a week begins on Monday.
    """

    class Period(models.TextChoices):
        DAY = "d", _("Day")
        WEEK = "w", _("Week")
        MONTH = "m", _("Month")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    group = models.ForeignKey(SupportGroup, on_delete=models.CASCADE, related_name="+", db_index=False)
    period = models.CharField(max_length=1, choices=Period)
    starts = models.DateField()
    n = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="dealt_is_counted_once", fields=["person", "period", "starts", "group"]),
        ]
        indexes: ClassVar = [models.Index(name="dealt_of_group", fields=["group", "period", "starts"])]

    def __str__(self) -> str:
        return f"{self.n} to {self.person_id}"


class Offer(models.Model):
    """A ticket that was dealt and has to be reacted to in time.  work: what it asks, and who was silent before."""

    subject = models.BigIntegerField(primary_key=True)
    group = models.ForeignKey(SupportGroup, on_delete=models.CASCADE, related_name="+", db_index=False)
    agent = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    react_by = models.DateTimeField(db_index=True)
    work = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.subject} to {self.agent_id}"


class Waiting(models.Model):
    """A ticket that nobody could be given; tried again when somebody comes, or when a time for it has come.

    work: what it asks of an agent.  kind: tickets of a group that ask the same wait alike.
    try_at: when somebody may be there by plan, at once after a change; empty while nothing is known.
    """

    subject = models.BigIntegerField(primary_key=True)
    group = models.ForeignKey(SupportGroup, on_delete=models.CASCADE, related_name="waiting")
    since = models.DateTimeField()
    try_at = models.DateTimeField(null=True, blank=True, db_index=True)
    kind = models.CharField(max_length=300, blank=True)
    work = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.subject} waits for {self.group_id}"
