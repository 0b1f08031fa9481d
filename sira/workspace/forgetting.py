"""What screens keep for a moment, dropped once it can serve nobody."""

from datetime import datetime, timedelta

from sira.tickets.forgetting import Batch
from sira.workspace.models import Change, Draft, Looking

# Who looks is asked of the last minute, and an undo is offered beside what was done.
KEPT = timedelta(days=3)


def forget(at: datetime) -> int:
    """How many rows."""
    before = at - KEPT
    return Looking.objects.filter(seen_at__lt=before).delete()[0] + Change.objects.filter(at__lt=before).delete()[0]


def forget_texts(batch: Batch) -> None:
    """What is being written about tickets whose texts are forgotten: a draft quotes, an undo would bring them back."""
    if batch.what.texts or batch.what.everything:
        Draft.objects.filter(ticket__in=batch.tickets).delete()
        Change.objects.filter(fields__has_any_keys=[str(key) for key in batch.tickets]).delete()
