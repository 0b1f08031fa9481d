"""The desk's own addresses, and which group an address belongs to."""

from collections.abc import Sequence

from django.conf import settings

from sira.intake.incoming import Incoming
from sira.people import recognition
from sira.people.models import SupportGroup
from sira.plumbing import rows, settled


def group_of(incoming: Incoming) -> SupportGroup | None:
    """The first group whose own address it was sent to; else the one its mailbox belongs to."""
    addressed = [without_key(recognition.normalised_mail(address)) for address in incoming.threads.addressed]
    if not addressed:
        return incoming.group
    found = rows.find_all(SupportGroup, "address <> '' AND lower(address) = ANY(%s)", [addressed], ask=settled.ask)
    groups = {group.address.lower(): group for group in found}
    return next((groups[address] for address in addressed if address in groups), incoming.group)


def own_addresses(incoming: Incoming) -> Sequence[str]:
    groups = SupportGroup.objects.exclude(address="").values_list("address", flat=True)
    found = [address.lower() for address in (str(settings.MAIL["from"]), *groups, *incoming.ours)]
    return [*found, *map(without_key, found)]


def without_key(mail: str) -> str:
    local, _at, domain = mail.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
