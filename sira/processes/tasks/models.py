"""What a task of a process has besides its row: what the drawing says of it, evidence, the ballots of an approval."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.people.models import Person
from sira.processes.models import Task
from sira.processes.tasks import keeping
from sira.processes.tasks.visibility import BallotQuerySet


class ApproveTask(Task):
    """A task as the database keeps its approval with it."""

    class Meta:
        proxy = True
        triggers: ClassVar = [keeping.approve_task_is_decided()]


class TaskSheet(models.Model):
    """What the drawing says of a task, frozen when it was opened; only where it says something.

    particulars: text, checklist, evidence, results (see particulars.py).  checked: for each item of the checklist
    [person, instant] or null.  signed_as: the name that the one who did it signed with.
    """

    task = models.OneToOneField(Task, primary_key=True, on_delete=models.PROTECT, related_name="sheet")
    particulars = models.JSONField(default=dict)
    checked = models.JSONField(default=list, blank=True)
    signed_as = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"sheet of task {self.task_id}"


class TaskFile(models.Model):
    """A file that shows that a task is done; the content lies in SIRA_HOME/files under its digest."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField()
    digest = models.BinaryField(max_length=32, db_index=True, help_text="SHA-256 of the content")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name


class Approval(models.Model):
    """What an approve task waits for: the ballots of several people, and how they add up.

    plan: steps and rules as found when it began (see planning.py).  step: the one under way, from 1.
    reason: what decided it: votes, veto, deadline.  next_at: when the next reminder or the deadline is due.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        APPROVED = "approved", pgettext_lazy("approval", "Approved")
        REJECTED = "rejected", pgettext_lazy("approval", "Rejected")
        WITHDRAWN = "withdrawn", pgettext_lazy("approval", "Withdrawn")

    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="approval")
    subject = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=20, blank=True)
    plan = models.JSONField()
    step = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="approval_has_an_end_once_it_is_not_open",
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="approvals_of_subject", fields=["subject", "id"]),
            models.Index(name="approvals_to_look_at", fields=["next_at"], condition=Q(state="open")),
        ]
        triggers: ClassVar = [keeping.approved_by_somebody()]

    def __str__(self) -> str:
        return f"approval {self.pk} of {self.subject}"


class Ballot(models.Model):
    """One person's say in an approval.

    approver: whose say it is.  stand_in: who may say it for them while they are away.  barred: who asked for it all
    and therefore may not decide.  how: why this person is asked.  passed_from: the ballot that this one replaces.
    decided_by: who said it; not the approver where a stand-in did.  way: from where.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("ballot", "Not asked yet")
        OPEN = "open", pgettext_lazy("ballot", "Asked")
        APPROVED = "approved", pgettext_lazy("ballot", "Approved")
        REJECTED = "rejected", pgettext_lazy("ballot", "Rejected")
        WITHDRAWN = "withdrawn", pgettext_lazy("ballot", "No longer needed")
        PASSED_ON = "passed_on", pgettext_lazy("ballot", "Passed on")
        GONE = "gone", pgettext_lazy("ballot", "Not here any more")

    class How(models.TextChoices):
        NAMED = "named", _("named in the process")
        FALLBACK = "fallback", _("asked because nobody else was found")
        DELEGATED = "delegated", _("passed on by a colleague")
        ESCALATED = "escalated", _("asked because the deadline passed")
        LEFT = "left", _("asked because the one before has left")

    class Way(models.TextChoices):
        PORTAL = "portal", _("in the portal")
        WORKSPACE = "workspace", _("in the workspace")
        LINK = "link", _("by the link in the mail")
        MAIL = "mail", _("by a reply")
        API = "api", _("by a program")

    SAID = (State.APPROVED, State.REJECTED)
    COUNTS = (State.WAITING, State.OPEN, *SAID)

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="ballots", db_index=False)
    step = models.PositiveSmallIntegerField(default=1)
    approver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ballots", db_index=False)
    stand_in = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="ballots_for_others", db_index=False
    )
    barred = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    how = models.CharField(max_length=9, choices=How, default=How.NAMED)
    passed_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="passed_to", db_index=False
    )
    vetoes = models.BooleanField(default=False, help_text="this person's refusal is enough")
    asked_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    way = models.CharField(max_length=9, choices=Way, blank=True)
    comment = models.TextField(blank=True)

    objects = BallotQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="said_ballot_tells_who_and_when",
                condition=Q(state__in=["approved", "rejected"], decided_by__isnull=False, decided_at__isnull=False)
                | (~Q(state__in=["approved", "rejected"]) & Q(decided_by=None, decided_at=None)),
            ),
            models.CheckConstraint(
                name="who_asked_does_not_decide",
                condition=Q(barred=None)
                | (~Q(approver=F("barred")) & (Q(decided_by=None) | ~Q(decided_by=F("barred")))),
            ),
            models.UniqueConstraint(
                name="person_is_asked_once_in_a_step",
                fields=["approval", "step", "approver"],
                condition=Q(state__in=["waiting", "open", "approved", "rejected"]),
            ),
            models.UniqueConstraint(
                name="person_decides_once_in_a_step",
                fields=["approval", "step", "decided_by"],
                condition=Q(state__in=["approved", "rejected"]),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="ballots_of_approval", fields=["approval", "id"]),
            models.Index(name="open_ballots_of_person", fields=["approver", "id"], condition=Q(state="open")),
            models.Index(
                name="open_ballots_of_stand_in",
                fields=["stand_in", "id"],
                condition=Q(state="open", stand_in__isnull=False),
            ),
        ]
        triggers: ClassVar = [keeping.what_was_said_stays()]

    def __str__(self) -> str:
        return f"ballot {self.pk}: {self.state}"
