"""How a mail came to the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sira.people.models import SupportGroup
from sira.tickets.models import TicketType


@dataclass(frozen=True)
class Way:
    """How a mail came. source, key: its identity in a mailbox; without them the digest of its bytes counts.

    recipients: of the envelope.  from_nobody: the envelope's sender was empty, so nothing may be sent back.
    ours: addresses that are the desk's own.  group, type: for a ticket that this mail opens.
    """

    source: str = ""
    key: str = ""
    recipients: Sequence[str] = ()
    from_nobody: bool = False
    ours: Sequence[str] = ()
    group: SupportGroup | None = None
    type: TicketType | None = None


PLAIN_WAY = Way()


def as_json(way: Way) -> dict[str, Any]:
    """As JSON, for reading the mail again later."""
    kept = {"source": way.source, "recipients": list(way.recipients), "ours": list(way.ours)}
    return kept | {
        "from_nobody": way.from_nobody,
        "group": way.group and way.group.pk,
        "type": way.type and way.type.pk,
    }


def from_json(kept: dict[str, Any]) -> Way:
    group, type_ = kept.pop("group"), kept.pop("type")
    return Way(
        **kept,
        group=SupportGroup.objects.filter(pk=group).first() if group else None,
        type=TicketType.objects.filter(pk=type_).first() if type_ else None,
    )
