"""What stands beside a ticket's conversation: answers that wait for their time, and talks with third parties."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from sira.people.models import Person


class LaterAnswer(models.Model):
    """An answer that has not been said yet, or acts that have not been done: carried out at goes_at by a worker.

    follows: what is done to the ticket with it, see later.FOLLOWS.  given: what that needs, such as a macro's acts.
    refusal: why it could not be carried out; then it waits for a hand.  quiet: too short a wait for the history.
    """

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="later_answers")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.TextField(blank=True)
    follows = models.CharField(max_length=10, default="send")
    given = models.JSONField(default=dict, blank=True)
    kept_at = models.DateTimeField()
    goes_at = models.DateTimeField()
    refusal = models.TextField(blank=True)
    quiet = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="later_answer_goes_after_it_was_kept", condition=Q(goes_at__gte=F("kept_at"))),
        ]
        indexes: ClassVar = [
            models.Index(name="later_answers_due", fields=["goes_at"], condition=Q(refusal="")),
        ]

    def __str__(self) -> str:
        return f"answer in {self.ticket_id} for {self.goes_at}"


class LaterFile(models.Model):
    """A file of an answer that waits; the content lies in the file store."""

    answer = models.ForeignKey(LaterAnswer, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField()
    digest = models.BinaryField(max_length=32, db_index=True, help_text="SHA-256 of the content")

    def __str__(self) -> str:
        return self.name


class SideTalk(models.Model):
    """A thread of mails about a ticket with somebody who takes no part in it: a supplier, another department.

    The requester's side never sees it: each of its messages is an internal note.
    """

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="side_talks")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=300)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} about {self.ticket_id}"


class SideMessage(models.Model):
    """Which talk a note belongs to."""

    talk = models.ForeignKey(SideTalk, on_delete=models.CASCADE, related_name="messages")
    message = models.OneToOneField("tickets.Message", on_delete=models.CASCADE, related_name="side")

    def __str__(self) -> str:
        return f"{self.message_id} in {self.talk_id}"
