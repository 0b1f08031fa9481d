"""Answers and deliveries kept for repeats, when the texts of tickets are forgotten."""

from django.db.models import TextField
from django.db.models.functions import Cast

from sira.api.models import AnsweredCall, Delivery
from sira.people.personal.scrubbing import clean
from sira.tickets.forgetting import Batch
from sira.tickets.models import Ticket


def forget(batch: Batch) -> None:
    """What receivers of webhooks said, and what programs were told of these tickets in the last days."""
    Delivery.objects.filter(ticket__in=batch.tickets).exclude(answer="").update(answer="")
    calls = AnsweredCall.objects.alias(told=Cast("answer", TextField()))
    for number in Ticket.objects.filter(pk__in=batch.tickets).values_list("number", flat=True):
        clean(calls.filter(told__contains=f'"{number}"'), batch.scrub)
