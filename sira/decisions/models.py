"""Decision tables in their versions, and the traces of what was decided."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person


class DecisionVersion(models.Model):
    """One version of a drawing of decisions. A published one never changes; replays rely on that."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    key = models.CharField(max_length=80, help_text="what processes and programs call the decision")
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    names = models.JSONField(default=dict, blank=True, help_text="by language; the drawing says them")
    words = models.JSONField(default=dict, blank=True, help_text="what is in its tables, by language (see dmn.naming)")
    source = models.TextField(help_text="DMN XML")
    digest = models.CharField(max_length=64, db_collation="C", help_text="SHA-256 of the source")
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="decision_version_is_numbered_once", fields=["key", "version"]),
            models.UniqueConstraint(
                name="decision_has_one_published_version", fields=["key"], condition=Q(status="published")
            ),
            models.UniqueConstraint(name="decision_has_one_draft", fields=["key"], condition=Q(status="draft")),
            models.CheckConstraint(
                name="published_decision_has_a_time", condition=~Q(status="published") | Q(published_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class Reason(models.Model):
    """What many decisions have in common, kept once (see plumbing.kept_once): asked the same, answered the same.

    kind: priority, promise, route ...  inputs: what was asked.  outcome: what came out.  detail: tables and rows that
    matched, candidates, who was left out and why.  version: None for what no table decided.
    """

    IS_KEPT_ONCE = True

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=30)
    version = models.ForeignKey(
        DecisionVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="reasons"
    )
    inputs: Any = models.JSONField(default=dict)
    outcome: Any = models.JSONField(null=True)
    detail: Any = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.inputs}: {self.outcome}"


class Trace(models.Model):
    """Why something was decided as it was: an automatic decision about a subject, as it can be shown later.

    subject: id of what it is about; this room does not know what that is.
    own: what is true of this one decision alone, such as who was chosen and the loads of that moment.
    """

    subject = models.BigIntegerField()
    at = models.DateTimeField()
    reason = models.ForeignKey(Reason, on_delete=models.PROTECT, related_name="traces", db_index=False)
    own: Any = models.JSONField(null=True, blank=True)

    class Meta:
        # Not with the time: entries that differ in nothing share their key, and a subject has few traces.
        indexes: ClassVar = [models.Index(name="trace_of_a_subject", fields=["subject"])]

    def __str__(self) -> str:
        return f"{self.reason_id} of {self.subject}"

    @property
    def kind(self) -> str:
        return self.reason.kind

    @property
    def version(self) -> DecisionVersion | None:
        return self.reason.version

    @property
    def inputs(self) -> Any:
        return self.reason.inputs

    @property
    def outcome(self) -> Any:
        return self.reason.outcome

    @property
    def detail(self) -> dict[str, Any]:
        return {**self.reason.detail, **(self.own or {})}
