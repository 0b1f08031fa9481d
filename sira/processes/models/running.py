"""What runs, and what it waits for: tasks, timers, messages, and an operator where it is stuck."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person, SupportGroup
from sira.processes.models.drawings import ProcessVersion


class Instance(models.Model):
    """One run of a version for one subject (the id of what it works for; this room does not know what that is).

    state: tokens, joins, scopes, waits, variables (see bpmn/state.py); of an ended one only the variables are left.
    caller, caller_token: the instance and its token that called this one, and wait for it.
    begun_by: the process, message and key that began it; while it runs the same message begins no other.
    """

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        ENDED = "ended", _("Ended")
        CANCELLED = "cancelled", _("Cancelled")
        STUCK = "stuck", _("Stuck")

    ACTIVE = (Status.RUNNING, Status.STUCK)

    version = models.ForeignKey(ProcessVersion, on_delete=models.PROTECT, related_name="instances", db_index=False)
    subject = models.BigIntegerField(db_index=True)
    state = models.JSONField()
    status = models.CharField(max_length=9, choices=Status, default=Status.RUNNING)
    caller = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="called", db_index=False
    )
    caller_token = models.PositiveIntegerField(null=True, blank=True)
    begun_by = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="finished_instance_has_a_time",
                condition=Q(status__in=["running", "stuck"], ended_at=None)
                | Q(status__in=["ended", "cancelled"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="called_instance_names_the_token_that_waits",
                condition=Q(caller=None, caller_token=None) | Q(caller__isnull=False, caller_token__isnull=False),
            ),
            models.UniqueConstraint(
                name="message_with_a_key_begins_one_running_instance",
                fields=["begun_by"],
                condition=~Q(begun_by="") & Q(status__in=["running", "stuck"]),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="instances_called", fields=["caller"], condition=Q(caller__isnull=False)),
            models.Index(
                name="running_instances_by_version", fields=["version"], condition=Q(status__in=["running", "stuck"])
            ),
            models.Index(name="instances_stuck", fields=["id"], condition=Q(status="stuck")),
        ]

    def __str__(self) -> str:
        return f"process {self.pk} for {self.subject}"


class Task(models.Model):
    """What a person has to do before the process goes on.

    element, token: where it stands in the drawing.  kind: work, test, approve, ask and so on, from the task type.
    form: the key of the form to fill, empty if none.  outcome: what was answered, by name.
    evidence: how the one who did it knows that it is done.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    subject = models.BigIntegerField()
    token = models.PositiveIntegerField()
    element = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40, default="work")
    mandatory = models.BooleanField(default=True)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    assignee = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks", db_index=False
    )
    group = models.ForeignKey(
        SupportGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks", db_index=False
    )
    form = models.CharField(max_length=120, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    outcome = models.JSONField(null=True, blank=True)
    evidence = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="task_has_an_end_once_it_is_not_open",
                condition=Q(state="open", done_at=None) | (~Q(state="open") & Q(done_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="done_task_says_who_did_it", condition=~Q(state="done") | Q(done_by__isnull=False)
            ),
            models.UniqueConstraint(
                name="token_has_one_open_task", fields=["instance", "token"], condition=Q(state="open")
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="tasks_of_subject", fields=["subject"]),
            models.Index(name="open_tasks_of_person", fields=["assignee", "due_at"], condition=Q(state="open")),
            models.Index(name="open_tasks_of_group", fields=["group", "due_at"], condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.name


class Timer(models.Model):
    """An instant at which an instance goes on. Those no longer waited for are deleted; fired ones stay."""

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="timers", db_index=False)
    token = models.PositiveIntegerField()
    element = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="timer_waits_once_for_a_token_and_element",
                fields=["instance", "token", "element"],
                condition=Q(fired_at=None),
            ),
            models.CheckConstraint(
                name="timer_does_not_fire_before_it_is_due", condition=Q(fired_at=None) | Q(fired_at__gte=F("due_at"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="timers_to_fire", fields=["due_at", "id"], condition=Q(fired_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.element} at {self.due_at}"


class Subscription(models.Model):
    """What an instance waits to hear; deleted as soon as it no longer does.

    key: what the message must carry to be meant for this instance; empty: the subject alone decides.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message", _("Message")
        SIGNAL = "signal", _("Signal")
        CONDITION = "condition", _("Condition")

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="subscriptions", db_index=False)
    subject = models.BigIntegerField()
    token = models.PositiveIntegerField()
    element = models.CharField(max_length=120)
    kind = models.CharField(max_length=9, choices=Kind)
    name = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="token_listens_once_at_an_element", fields=["instance", "token", "element"]),
        ]
        indexes: ClassVar = [
            models.Index(name="subscriptions_by_name", fields=["name", "key"]),
            models.Index(name="subscriptions_of_subject", fields=["subject"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Incident(models.Model):
    """Where an instance is stuck, and why; an operator goes on from there."""

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="incidents", db_index=False)
    token = models.PositiveIntegerField()
    element = models.CharField(max_length=120)
    code = models.CharField(max_length=60, default="failed")
    message = models.TextField()
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="token_has_one_open_incident", fields=["instance", "token"], condition=Q(resolved_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element}: {self.message}"
