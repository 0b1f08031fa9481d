"""How people work: whether they are there, how much they take, and what they can do."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sira.calendars.models import Calendar
from sira.people.models import Person


class Presence(models.Model):
    """What a person said of themselves. No row, or one whose `until` has passed, says nothing: they count as here.

    seen_at: when their screen last told that somebody works at it; empty where no screen tells.  by_activity: nobody
    said so, the screen fell silent.
    """

    class State(models.TextChoices):
        HERE = "here", _("Here")
        BUSY = "busy", _("Busy")
        AWAY = "away", _("Away")
        OFF = "off", _("Off")

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="presence")
    state = models.CharField(max_length=4, choices=State, default=State.HERE)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    by_activity = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                name="screens_that_may_fall_silent",
                fields=["seen_at"],
                condition=Q(state="here", seen_at__isnull=False),
            )
        ]

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
