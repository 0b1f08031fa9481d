"""Mails as they came, of tickets whose texts are forgotten, and for somebody's archive."""

from collections.abc import Collection, Iterator

from sira.intake.models import Received
from sira.people.personal.holdings import Archived
from sira.plumbing import scanning
from sira.tickets.forgetting import Batch


def forget(batch: Batch) -> None:
    """Those of others in the tickets too, who quote. That a mail was taken in stays, so that it never comes twice."""
    if batch.what.raws:
        Received.objects.filter(message__ticket__in=batch.tickets).exclude(raw=None).update(raw=None)


def told(persons: Collection[int]) -> Iterator[Archived]:
    """What they sent, as it came."""
    rows = Received.objects.filter(message__author__in=persons, message__from_desk=False)
    for key, raw in rows.order_by("message").values_list("message", "raw"):
        if raw is not None:
            yield f"mails/{key}.eml", scanning.unless_held_back(bytes(raw))
