"""How long texts of closed tickets are kept."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RetentionRule(models.Model):
    """What is forgotten of tickets that were closed longer ago than `months`.

    type, group: empty is every one.  done_until: tickets closed before this instant have been through.
    """

    class Forgets(models.TextChoices):
        TEXTS = "texts", _("What requesters wrote")
        MESSAGES = "messages", _("All messages, with attachments and mails as they came")
        FILES = "files", _("Attachments")
        RAWS = "raws", _("Mails as they came")

    type = models.ForeignKey("tickets.TicketType", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey("people.SupportGroup", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    months = models.PositiveSmallIntegerField()
    forgets = models.CharField(max_length=8, choices=Forgets)
    done_until = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="texts_are_kept_for_a_month_at_least", condition=Q(months__gte=1)),
            models.UniqueConstraint(
                name="retention_is_said_once",
                fields=["type", "group", "forgets"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.forgets} after {self.months} months"
