"""A person's tickets for their archive: what was said to and by them, and the files."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Q

from sira.people.personal.archive import listed
from sira.people.personal.holdings import Archived
from sira.plumbing import scanning
from sira.tickets.models import Message, MessageFile

UNSAFE = re.compile(r"[^\w.\- ]")


def told(persons: Collection[int]) -> Iterator[Archived]:
    """Notes of the desk stay in the desk, and what they wrote for it to others is those others'."""
    theirs = Q(ticket__requester__in=persons, is_internal=False) | Q(author__in=persons, from_desk=False)
    messages = Message.objects.filter(theirs).select_related("ticket").order_by("ticket", "pk")
    yield "conversations.json", listed(map(_told, messages.iterator(chunk_size=500)))
    files = MessageFile.objects.filter(message__in=messages.values("pk")).order_by("pk")
    for key, name, digest in files.values_list("pk", "name", "digest"):
        yield f"files/{key}-{UNSAFE.sub('_', name)[-80:]}", scanning.unless_held_back(bytes(digest))


def _told(message: Message) -> dict[str, Any]:
    return {
        "ticket": message.ticket.number,
        "subject": message.ticket.subject,
        "at": message.sent_at.isoformat(),
        "from_desk": message.from_desk,
        "text": message.full_text or message.text,
    }
