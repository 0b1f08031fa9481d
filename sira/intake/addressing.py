"""The desk's own addresses, and which group an address belongs to."""

from collections.abc import Sequence

from django.conf import settings

from sira.intake.incoming import Incoming
from sira.people import recognition
from sira.people.models import SupportGroup


def group_of(incoming: Incoming) -> SupportGroup | None:
    """The first group whose own address it was sent to; else the one its mailbox belongs to."""
    groups = {group.address.lower(): group for group in SupportGroup.objects.exclude(address="")}
    if groups:
        for address in incoming.threads.addressed:
            group = groups.get(without_key(recognition.normalised_mail(address)))
            if group:
                return group
    return incoming.group


def own_addresses(incoming: Incoming) -> Sequence[str]:
    groups = SupportGroup.objects.exclude(address="").values_list("address", flat=True)
    return [address.lower() for address in (str(settings.MAIL["from"]), *groups, *incoming.ours)]


def without_key(mail: str) -> str:
    local, _at, domain = mail.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
