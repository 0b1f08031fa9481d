"""When people work and who may be called: patterns, rotas, shifts, swaps."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person, SupportGroup


class Pattern(models.Model):
    """Weeks of shifts that come round again: one for every week alike, n for a rotation.

    weeks: for each week its seven days, Monday first, each a list of pairs [starts, ends] in minutes after midnight of
    the person's own zone; ends <= starts ends on the next day.
    """

    name = models.CharField(max_length=120, unique=True)
    weeks = models.JSONField()

    def __str__(self) -> str:
        return self.name


class Rota(models.Model):
    """Somebody works by a pattern from a day on. first_week: a Monday; the week in which the pattern's first is due.

    laid_until: up to which day its shifts have been written.  laid_by: the edition of the calendar then in force.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="rotas")
    pattern = models.ForeignKey(Pattern, on_delete=models.PROTECT, related_name="rotas")
    first_week = models.DateField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="the last day, included")
    laid_until = models.DateField(null=True, blank=True)
    laid_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="rota_ends_after_it_begins", condition=Q(until=None) | Q(until__gte=F("since")))
        ]

    def __str__(self) -> str:
        return f"{self.person_id} by {self.pattern_id}"


class CallRota(models.Model):
    """Who is called for a group outside its hours: its seats take turns, each turn has a chain of several.

    since, minute: when the first turn begins, in its zone; minute is counted from midnight.  days: how long a turn is.
    steps: how many are called one after the other.  laid_until: up to which day its duties have been written.
    """

    group = models.OneToOneField(SupportGroup, on_delete=models.CASCADE, related_name="calls")
    time_zone = models.CharField(max_length=60)
    since = models.DateField()
    minute = models.PositiveSmallIntegerField(default=0)
    days = models.PositiveSmallIntegerField(default=7)
    steps = models.PositiveSmallIntegerField(default=1)
    laid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="turn_on_call_lasts_a_week_at_most", condition=Q(days__range=(1, 7))),
            models.CheckConstraint(name="chain_on_call_has_one_to_five", condition=Q(steps__range=(1, 5))),
            models.CheckConstraint(name="turn_on_call_begins_within_the_day", condition=Q(minute__lt=24 * 60)),
        ]

    def __str__(self) -> str:
        return f"calls of {self.group_id}"


class CallSeat(models.Model):
    """Somebody's place in the order in which a rota goes round."""

    calls = models.ForeignKey(CallRota, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="person_has_one_seat_on_call", fields=["calls", "person"]),
            models.UniqueConstraint(name="seat_on_call_is_numbered_once", fields=["calls", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.calls_id} {self.number}: {self.person_id}"


class Shift(models.Model):
    """When somebody works, or may be called. on: the day it begins on, in their zone.

    rota, calls: what laid it, empty for a single one.  by_hand: somebody gave, swapped or cancelled it, so laying
    the rota again leaves this day alone.  step: the place in the chain of those on call; 1 is called first.
    """

    class Kind(models.TextChoices):
        WORK = "work", _("Shift")
        ON_CALL = "on_call", _("On call")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="shifts", db_index=False)
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.WORK)
    group = models.ForeignKey(SupportGroup, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    step = models.PositiveSmallIntegerField(default=1)
    on = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    rota = models.ForeignKey(Rota, null=True, blank=True, on_delete=models.CASCADE, related_name="shifts")
    calls = models.ForeignKey("CallRota", null=True, blank=True, on_delete=models.CASCADE, related_name="shifts")
    by_hand = models.BooleanField(default=False)
    is_cancelled = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="shift_of_person", fields=["person", "starts_at"]),
            # Who works now is answered from the index alone.
            models.Index(
                name="shift_that_begins", fields=["starts_at"], include=["person", "ends_at", "kind", "is_cancelled"]
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="shift_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.UniqueConstraint(name="rota_lays_a_shift_once", fields=["rota", "starts_at"]),
            models.UniqueConstraint(
                name="person_has_a_single_shift_once",
                fields=["person", "kind", "starts_at", "group"],
                condition=Q(rota=None, calls=None),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(name="call_rota_lays_a_step_once", fields=["calls", "step", "starts_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.on}"


class Swap(models.Model):
    """Somebody asks a colleague to change places: `one` is theirs, `other` the colleague's."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    one = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="swaps_offered")
    other = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="swaps_asked")
    asked_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_of = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="swap_is_asked_for_once_at_a_time", fields=["one", "other"], condition=Q(state="asked")
            ),
            models.CheckConstraint(name="shift_is_swapped_for_another", condition=~Q(one=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} for {self.other_id}"
