"""What screens keep for a moment, dropped once it can serve nobody."""

from datetime import datetime, timedelta

from sira.workspace.models import Change, Looking

# Who looks is asked of the last minute, and an undo is offered beside what was done.
KEPT = timedelta(days=3)


def forget(at: datetime) -> int:
    """How many rows."""
    before = at - KEPT
    return Looking.objects.filter(seen_at__lt=before).delete()[0] + Change.objects.filter(at__lt=before).delete()[0]
