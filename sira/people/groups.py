"""Support groups come to be and change; who belongs to them stands in sira.people.persons."""

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sira.people import recognition, rights
from sira.people.addresses import NotAnAddress
from sira.people.models import Person, SupportGroup
from sira.people.persons import NameMissing
from sira.people.rights import Right
from sira.plumbing.refusals import Refused
from sira.plumbing.violations import violated

# Called with the group and `at`, in the transaction that brings it.
Listener = Callable[..., object]
_listeners: list[Listener] = []


def on_new(listener: Listener) -> Listener:
    """Tell a higher room of a group that the desk has from now on."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


class KeyTaken(Refused):
    code = "key_taken"
    message = _("Another group has this key. Choose another one.")


@transaction.atomic
def create_group(key: str, *, name: str, by: Person, at: datetime, calendar: int | None = None) -> SupportGroup:
    """The key is what tables and drawings name the group by, so it stays.  Raises NotAllowed, NameMissing, KeyTaken."""
    rights.must(by, Right.ADMINISTER)
    if not name.strip():
        raise NameMissing
    try:
        with transaction.atomic():
            group = SupportGroup.objects.create(key=key, name=name.strip()[:120], calendar_id=calendar)
    except IntegrityError as error:
        if "key" not in violated(error):
            raise
        raise KeyTaken from error
    came(group, at=at)
    return group


def came(group: SupportGroup, *, at: datetime) -> None:
    for listener in _listeners:
        listener(group, at=at)


@transaction.atomic
def change_group(
    group: SupportGroup,
    *,
    name: str,
    names: dict[str, str],
    address: str,
    signature: str,
    reopen_days: int,
    calendar: int | None,
    by: Person,
) -> SupportGroup:
    """How it is called, writes and works; tickets that have clocks running keep the calendar they were promised in.

    names: by language, where they differ.  Raises NotAllowed, NameMissing, NotAnAddress.
    """
    rights.must(by, Right.ADMINISTER)
    if not name.strip():
        raise NameMissing
    plain = recognition.normalised_mail(address) if address.strip() else ""
    if address.strip() and not plain:
        raise NotAnAddress
    group.name, group.address, group.signature = name.strip()[:120], plain, signature.strip()
    group.names = {language: words.strip()[:120] for language, words in names.items() if words.strip()}
    group.reopen_days, group.calendar_id = reopen_days, calendar
    group.save(update_fields=["name", "names", "address", "signature", "reopen_days", "calendar_id"])
    return group
