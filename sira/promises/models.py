"""What was promised, and the clocks that measure it."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sira.calendars.models import Edition

NOTHING = timedelta(0)


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> "ClockQuerySet":
        """Not stopped: counting or paused."""
        return self.filter(stopped_at=None)

    def late(self, at: datetime) -> "ClockQuerySet":
        return self.running().filter(due_at__lt=at)


class Clock(models.Model):
    """One promised time for one subject, measured in working time.

    `used` and `paused_for` are working time up to `since`, the instant of the last change, or up to stopped_at; from
    then on the clock counts by its edition of a calendar, or stands still if it is paused or stopped. due_at and
    warn_at are empty while a pause leaves them open; they stay when they have passed, and when the clock is stopped.
    """

    class Target(models.TextChoices):
        """What is promised. Other words may stand in a clock too: a step or an approval will have its own."""

        FIRST_ANSWER = "first_answer", _("First answer")
        NEXT_ANSWER = "next_answer", _("Next answer")
        RESOLUTION = "resolution", _("Resolution")

    subject = models.BigIntegerField()
    target = models.CharField(max_length=40)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+", db_index=False)
    budget = models.DurationField()
    pauses = models.BooleanField(default=True, help_text="stands still while the requester is waited for")
    started_at = models.DateTimeField()
    since = models.DateTimeField()
    used = models.DurationField(default=NOTHING)
    paused_for = models.DurationField(default=NOTHING)
    warn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    next_mark_at = models.DateTimeField(null=True, help_text="when the pump has to look next")
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True, help_text="the deadline that was missed")
    withdrawn = models.BooleanField(default=False, help_text="stopped since nothing is promised any more: merged")
    rule = models.JSONField(default=dict, help_text="table, version, rules and trace the promise comes from")

    objects = ClockQuerySet.as_manager()
    told: "list[ClockPeriod] | None" = None  # its periods that are over, where they were read along

    class Meta:
        indexes: ClassVar = [
            models.Index(name="clock_by_subject", fields=["subject"]),
            models.Index(name="clock_by_next_mark", fields=["next_mark_at"], condition=Q(next_mark_at__isnull=False)),
            models.Index(name="running_clock_by_edition", fields=["edition"], condition=Q(stopped_at=None)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_running_clock_per_target", fields=["subject", "target"], condition=Q(stopped_at=None)
            ),
            models.CheckConstraint(
                name="counting_clock_has_a_deadline",
                condition=Q(due_at__isnull=False) | Q(paused_at__isnull=False) | Q(stopped_at__isnull=False),
            ),
            models.CheckConstraint(
                name="stopped_clock_waits_for_no_mark", condition=Q(stopped_at=None) | Q(next_mark_at=None)
            ),
            models.CheckConstraint(name="clock_has_a_budget", condition=Q(budget__gt=NOTHING)),
        ]

    def __str__(self) -> str:
        return f"{self.target} of {self.subject}"

    @property
    def state(self) -> str:
        if self.stopped_at is not None:
            return ClockPeriod.State.STOPPED
        return ClockPeriod.State.PAUSED if self.paused_at is not None else ClockPeriod.State.COUNTING


class ClockPeriod(models.Model):
    """How a clock stood from one change to the next, written when it ends; the present stands in the clock itself."""

    class State(models.TextChoices):
        COUNTING = "counting", _("Counting")
        PAUSED = "paused", _("Paused")
        STOPPED = "stopped", _("Stopped")

    class End(models.TextChoices):
        PAUSED = "paused", _("Waiting began")
        RESUMED = "resumed", _("Waiting ended")
        RETARGETED = "retargeted", _("Promised anew")
        CALENDAR = "calendar", _("Calendar changed")
        STOPPED = "stopped", _("Done")
        REOPENED = "reopened", _("Reopened")
        RESTORED = "restored", _("Restored")

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="periods")
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+", db_index=False)
    budget = models.DurationField()
    due_at = models.DateTimeField(null=True)
    rule = models.JSONField(default=dict)
    ended_by = models.CharField(max_length=10, choices=End, help_text="what changed then")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="clock_period_ends_after_it_starts", condition=Q(until__gte=F("since"))),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.state} {self.since} {self.until}"
