"""What people keep of their screens."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.people.models import Person, SupportGroup
from sira.tickets.models import Ticket


class SavedView(models.Model):
    """A queue list that somebody named: a scope narrowed by filters.

    group: who shares it.  shape: how its table looks, see shaping.to_keep.
    """

    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=20)
    filters = models.JSONField(default=dict, help_text="{filter: [values]}")
    group = models.ForeignKey(SupportGroup, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    shape = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="view_is_named_once_by_its_owner", fields=["owner", "name"]),
        ]

    def __str__(self) -> str:
        return self.name


class OpenTab(models.Model):
    """A ticket that somebody has open. seen_at: when they last looked; what came later is news to them."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="ticket_is_open_once_a_person", fields=["person", "ticket"]),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} open at {self.person_id}"


class Draft(models.Model):
    """What somebody is writing in a ticket. revision: goes up with each change, so that a second window is told.

    is_shared: colleagues who work on the ticket read it and may go on with it.
    """

    class Kind(models.TextChoices):
        ANSWER = "answer"
        NOTE = "note"

    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.ANSWER)
    text = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    is_shared = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="person_writes_one_draft_a_ticket", fields=["owner", "ticket"]),
        ]

    def __str__(self) -> str:
        return f"draft of {self.owner_id} in {self.ticket_id}"


class DraftFile(models.Model):
    """A file that goes with the draft: a picture pasted into it, or one of an answer that was taken back."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField()
    digest = models.BinaryField(max_length=32, db_index=True, help_text="SHA-256 of the content")

    def __str__(self) -> str:
        return self.name


class Looking(models.Model):
    """Somebody has a ticket before them. seen_at: the last word of their page.  writes: whether they are writing."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    writes = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="person_looks_at_a_ticket_once", fields=["person", "ticket"]),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.ticket_id}"


class Macro(models.Model):
    """Words and acts that come back again and again, under a name; without acts it is a template for an answer.

    text: may name what macros.PLACEHOLDERS lists.  acts: [[act, value], ...] in the order they are done, see
    macros.ACTS.  group: who has it; empty: everybody at the desk.
    """

    class Kind(models.TextChoices):
        ANSWER = "answer", pgettext_lazy("kind of entry", "Answer")
        NOTE = "note", _("Internal note")

    name = models.CharField(max_length=80)
    group = models.ForeignKey(SupportGroup, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.ANSWER)
    text = models.TextField(blank=True)
    acts = models.JSONField(default=list)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="macro_is_named_once_in_a_group", fields=["group", "name"]),
            models.UniqueConstraint(
                name="macro_of_everybody_is_named_once", fields=["name"], condition=models.Q(group=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Change(models.Model):
    """What was done to several tickets at once, so that it can be undone: {ticket id: {field: [before, after]}}.

    What only waits to happen is named instead of fields: {"waits": [null, id of the LaterAnswer]}.
    """

    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    fields = models.JSONField()
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{len(self.fields)} tickets changed by {self.by_id}"
