"""What routing remembers between two tickets."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person, SupportGroup


class Counted(models.Model):
    """How many tickets were dealt on a day, the last on which one was, and up to it in its week and month."""

    day = models.DateField(null=True)
    d = models.PositiveIntegerField(default=0)
    w = models.PositiveIntegerField(default=0)
    m = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class Pool(Counted):
    """The agents of a group as tickets are dealt to them; made when the group's first ticket is dealt.

    Its row is the lock under which an agent is chosen, so that two workers never count the same turn or debt.
    turns: what one per cent of the group's tickets came to, if all shares were kept from the beginning (see debts).
    """

    group = models.OneToOneField(SupportGroup, primary_key=True, on_delete=models.CASCADE, related_name="pool")
    last_agent = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    dealt = models.PositiveBigIntegerField(default=0, help_text="how many tickets were dealt to agents")
    turns = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"pool of {self.group_id}"


class Tally(Counted):
    """What one of a group was dealt lately, for caps, and what their share owes them. Each is read with one row.

    The counts follow from Dealt (`sira recount`).  owed: tickets; below zero they had more.
    since: the pool's turns up to which that is reckoned; empty while they are not there, when nothing is owed to them.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(SupportGroup, on_delete=models.CASCADE, related_name="+", db_index=False)
    owed = models.FloatField(default=0)
    since = models.FloatField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="seat_has_one_tally", fields=["group", "person"])]

    def __str__(self) -> str:
        return f"{self.person_id} of {self.group_id}"


class Period(models.TextChoices):
    """A week begins on Monday."""

    DAY = "d", _("Day")
    WEEK = "w", _("Week")
    MONTH = "m", _("Month")


class Dealt(models.Model):
    """How many tickets of a group were dealt to somebody on a day of the desk's own time zone."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    group = models.ForeignKey(SupportGroup, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    n = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="dealt_is_counted_once_a_day", fields=["group", "day", "person"])
        ]

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
