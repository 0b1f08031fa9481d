"""Drawings of processes in their versions, and what a published one waits for to begin."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person


class ProcessVersion(models.Model):
    """One version of a drawing. A published one never changes: instances that run on it rely on that."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    key = models.CharField(max_length=80, help_text="the id of the process in its drawing")
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    names = models.JSONField(default=dict, blank=True, help_text="by language; the drawing says them")
    source = models.TextField(help_text="BPMN 2.0 XML")
    digest = models.CharField(max_length=64, db_collation="C", help_text="SHA-256 of the source")
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    tag = models.CharField(max_length=80, blank=True, help_text="zeebe:versionTag; callers may be bound to it")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="process_version_is_numbered_once", fields=["key", "version"]),
            models.UniqueConstraint(
                name="process_has_one_published_version", fields=["key"], condition=Q(status="published")
            ),
            models.CheckConstraint(
                name="published_process_version_has_a_time",
                condition=~Q(status="published") | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class StartEvent(models.Model):
    """What a published version waits for to begin: a message, a signal or a time. Nothing else has such rows.

    says: a timer's text; a new version that says the same keeps the rhythm.  since: from when its times are counted.
    number: how many times have passed; due_at: the next one, none if there is none.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message", _("Message")
        SIGNAL = "signal", _("Signal")
        TIMER = "timer", _("Timer")

    version = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, related_name="start_events")
    element = models.CharField(max_length=120)
    kind = models.CharField(max_length=7, choices=Kind)
    name = models.CharField(max_length=200, blank=True)
    says = models.TextField(blank=True)
    since = models.DateTimeField()
    number = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="version_listens_once_at_a_start", fields=["version", "element"]),
            models.CheckConstraint(
                name="only_a_timer_begins_at_a_time", condition=Q(kind="timer") | Q(due_at__isnull=True)
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="start_events_by_name", fields=["name", "kind"]),
            models.Index(name="start_events_to_fire", fields=["due_at"], condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.kind} {self.name or self.due_at}"
