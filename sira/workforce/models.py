"""Who works when, with what skill and how much of it, and who is not there."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sira.calendars.models import Calendar
from sira.people.models import Person, SupportGroup


class Presence(models.Model):
    """What a person said of themselves. No row, or one whose `until` has passed, says nothing: they count as here."""

    class State(models.TextChoices):
        HERE = "here", _("Here")
        BUSY = "busy", _("Busy")
        AWAY = "away", _("Away")
        OFF = "off", _("Off")

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="presence")
    state = models.CharField(max_length=4, choices=State, default=State.HERE)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.person_id} {self.state}"


class Absence(models.Model):
    """Time away: starts_at is the first instant missed, ends_at the first one back, empty while unknown.

    Only an approved one counts.  by, at: who entered or asked for it, and when.
    """

    class Kind(models.TextChoices):
        LEAVE = "leave", _("On leave")
        SICK = "sick", _("Sick")

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences", db_index=False)
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.LEAVE)
    state = models.CharField(max_length=8, choices=State, default=State.APPROVED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    stand_in = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="stands_in_for")
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="absence_by_person", fields=["person", "starts_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="absence_ends_after_it_starts", condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="nobody_stands_in_for_themselves", condition=Q(stand_in=None) | ~Q(stand_in=F("person"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.starts_at:%Y-%m-%d}"


class Worker(models.Model):
    """How somebody works. No row: always, without limits.

    by_shifts: works in the shifts planned, and at no other time.  calendar: whose holidays they keep; without shifts
    also when they work.  capacity: open work at once, in the units of the group's weights.  channels: open tickets at
    once by channel, as {"chat": 3}; 0 for none of it.  day_cap, week_cap, month_cap: tickets dealt to them in all.
    """

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="worker")
    by_shifts = models.BooleanField(default=False)
    calendar = models.ForeignKey(Calendar, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    channels = models.JSONField(default=dict, blank=True)
    day_cap = models.PositiveIntegerField(null=True, blank=True)
    week_cap = models.PositiveIntegerField(null=True, blank=True)
    month_cap = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"worker {self.person_id}"


class Skill(models.Model):
    """What somebody can do. A language is a skill whose key is the language's code."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict, blank=True, help_text="name by language")
    is_language = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class SkillOfPerson(models.Model):
    """level: 1 knows something of it, 5 teaches it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="skills", db_index=False)
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="people")
    level = models.PositiveSmallIntegerField(default=3)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="person_has_a_skill_once", fields=["person", "skill"]),
            models.CheckConstraint(name="skill_has_a_level_from_1_to_5", condition=Q(level__range=(1, 5))),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.skill_id}: {self.level}"


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


class Shift(models.Model):
    """When somebody works, or may be called. on: the day it begins on, in their zone.

    rota: what laid it, empty for a single one.  by_hand: somebody gave, swapped or cancelled it, so laying the rota
    again leaves this day alone.  step: the place in the chain of those on call; 1 is called first.
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
    by_hand = models.BooleanField(default=False)
    is_cancelled = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="shift_of_person", fields=["person", "starts_at"]),
            models.Index(name="shift_by_start", fields=["starts_at"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="shift_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.UniqueConstraint(name="rota_lays_a_shift_once", fields=["rota", "starts_at"]),
            models.UniqueConstraint(
                name="person_has_a_single_shift_once", fields=["person", "kind", "starts_at"], condition=Q(rota=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.on}"
