"""What was promised, and the clocks that measure it."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.calendars.models import Edition
from sira.people.models import Organisation
from sira.promises import planned

NOTHING = timedelta(0)


class WarningPlan(models.Model):
    """An edition of the marks that a service level has. Never changed: running clocks go over to a newer one.

    key: what the table of promises names.  marks: see planned.read.
    """

    key = models.SlugField(max_length=40)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    marks = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="plan_counts_its_editions", fields=["key", "number"]),
            models.UniqueConstraint(name="plan_has_one_current_edition", fields=["key"], condition=Q(is_current=True)),
        ]

    def __str__(self) -> str:
        return self.name


@lru_cache(maxsize=256)
def marks_of(plan: int | None) -> planned.Plan:
    """One query the first time in a process, then none: editions never change."""
    if plan is None:
        return planned.STANDARD
    return planned.read(WarningPlan.objects.values_list("marks", flat=True).get(pk=plan))


class Contract(models.Model):
    """What was agreed with a customer: a level that the table of promises reads, from an instant until another.

    follow_at: when the clocks of open tickets have to be looked at next, since it begins or ends then.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contracts")
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=40, help_text="as the table of promises names it, such as gold")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True, help_text="the first instant that it no longer covers")
    follow_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="contract_ends_after_it_starts", condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="contract_to_follow", fields=["follow_at"], condition=Q(follow_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> "ClockQuerySet":
        """Promised and not stopped: counting or paused."""
        return self.filter(stopped_at=None, withdrawn=False)

    def late(self, at: datetime) -> "ClockQuerySet":
        return self.running().filter(due_at__lt=at)


class Clock(models.Model):
    """One promised time for one subject, measured in working time.

    `used` and `paused_for` are working time up to `since`, the instant of the last change, or up to stopped_at; from
    then on the clock counts by its edition of a calendar, or stands still if it is paused or stopped. due_at and
    warn_at are empty while a pause leaves them open; they stay when they have passed, and when the clock is stopped.

    Done and taken back are two ends: stopped_at says the one, withdrawn the other. A clock that was taken back counts
    on unheard, through waits, solution and reopening, in case its promise is given again.
    """

    class Target(models.TextChoices):
        """What is promised to the requester. Clocks inside the desk have other words."""

        FIRST_ANSWER = "first_answer", _("First answer")
        NEXT_ANSWER = "next_answer", _("Next answer")
        RESOLUTION = "resolution", _("Resolution")

    # What groups owe each other, before a key: the time a group has it, an approval, a step.
    GROUP, TASK = "group:", "task:"

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
    told_up_to = models.DurationField(null=True, help_text="marks up to this much used time have been told")
    plan = models.ForeignKey(WarningPlan, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    breached_at = models.DateTimeField(null=True, help_text="the deadline that was missed")
    withdrawn = models.BooleanField(default=False, help_text="taken back: since `since` nothing is promised by it")
    rule = models.JSONField(default=dict, help_text="table, version, rules and trace the promise comes from")

    objects = ClockQuerySet.as_manager()
    told: "list[ClockPeriod] | None" = None  # its periods that are over, where they were read along

    class Meta:
        indexes: ClassVar = [
            models.Index(name="clock_by_subject", fields=["subject"]),
            models.Index(name="clock_by_next_mark", fields=["next_mark_at"], condition=Q(next_mark_at__isnull=False)),
            models.Index(name="running_clock_by_edition", fields=["edition"], condition=Q(stopped_at=None)),
            models.Index(
                name="running_clock_by_plan", fields=["plan"], condition=Q(stopped_at=None, plan__isnull=False)
            ),
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
                name="only_a_promise_that_runs_waits_for_a_mark",
                condition=Q(stopped_at=None, withdrawn=False) | Q(next_mark_at=None),
            ),
            models.CheckConstraint(name="clock_has_a_budget", condition=Q(budget__gt=NOTHING)),
        ]

    def __str__(self) -> str:
        return f"{self.target} of {self.subject}"

    @property
    def marks(self) -> planned.Plan:
        return marks_of(self.plan_id)

    @property
    def is_inside(self) -> bool:
        """Owed by one part of the desk to another, and no word to the requester."""
        return self.target not in TO_REQUESTER

    @property
    def state(self) -> str:
        return ClockPeriod.State.STOPPED if self.stopped_at is not None else self.standing

    @property
    def standing(self) -> str:
        """How it stands since its last change, or stood until it was stopped."""
        if self.withdrawn:
            return ClockPeriod.State.LAPSED if self.paused_at is None else ClockPeriod.State.STOPPED
        return ClockPeriod.State.COUNTING if self.paused_at is None else ClockPeriod.State.PAUSED


TO_REQUESTER = frozenset(Clock.Target.values)


class ClockPeriod(models.Model):
    """How a clock stood from one change to the next, written when it ends; the present stands in the clock itself."""

    class State(models.TextChoices):
        """Lapsed: it counts, and nothing is promised; stopped: neither."""

        COUNTING = "counting", _("Counting")
        PAUSED = "paused", _("Paused")
        STOPPED = "stopped", _("Stopped")
        LAPSED = "lapsed", pgettext_lazy("promise", "Taken back")

    class End(models.TextChoices):
        PAUSED = "paused", _("Waiting began")
        RESUMED = "resumed", _("Waiting ended")
        RETARGETED = "retargeted", _("Promised anew")
        CALENDAR = "calendar", _("Calendar changed")
        STOPPED = "stopped", _("Done")
        WITHDRAWN = "withdrawn", pgettext_lazy("promise", "Taken back")
        CALLED_OFF = "called_off", _("Merged")
        REOPENED = "reopened", _("Reopened")
        RESTORED = "restored", _("Restored")

    OWED: ClassVar = (State.COUNTING, State.PAUSED)

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
