"""Mail that a library sends (signing in, passwords) goes through the same outbox as every other."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone, translation

from sira.notifications.models import OutgoingMail


class DeskMailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        now = timezone.now()
        rows = [
            OutgoingMail(
                kind="plain",
                to=recipient,
                language=translation.get_language() or "en",
                placeholders={"subject": message.subject, "text": str(message.body), "html": _html(message)},
                queued_at=now,
                next_at=now,
            )
            for message in email_messages
            for recipient in message.recipients()
        ]
        return len(OutgoingMail.objects.bulk_create(rows))


def _html(message: EmailMessage) -> str:
    """The HTML alternative, if the message has one."""
    alternatives = getattr(message, "alternatives", [])
    return next((str(content) for content, kind in alternatives if kind == "text/html"), "")
