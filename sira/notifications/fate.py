"""What became of a mail after it left."""

from datetime import datetime

from sira.notifications.models import OutgoingMail


def came_back(mail: OutgoingMail, *, answer: str, at: datetime) -> None:
    """Another server on the way refused it for good, and said so by mail. answer: status and reason."""
    OutgoingMail.objects.filter(pk=mail.pk).update(state=OutgoingMail.State.REFUSED, answer=answer[:1000], next_at=None)
