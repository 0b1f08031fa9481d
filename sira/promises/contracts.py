"""What is agreed with customers, and when that begins or ends for tickets that are open.

The table of promises reads the level as `requester.contract`; an organisation without a contract has its parent's.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from sira.people.models import Organisation
from sira.plumbing import prepared
from sira.promises.models import Contract
from sira.promises.refusals import EndsBeforeItStarts

_LEVEL = """
    WITH RECURSIVE line AS (
        SELECT id, parent_id, 0 AS far FROM people_organisation WHERE id = %s
        UNION ALL SELECT above.id, above.parent_id, far + 1 FROM people_organisation above
          JOIN line ON above.id = line.parent_id WHERE far < 20
    )
    SELECT level FROM promises_contract contract JOIN line ON line.id = contract.organisation_id
    WHERE starts_at <= %s AND (ends_at IS NULL OR ends_at > %s) ORDER BY far, starts_at DESC, contract.id DESC LIMIT 1
"""


def level_of(organisation: int | None, *, at: datetime) -> str | None:
    """The level in force; of several the one that began last. One query, none without an organisation."""
    found = prepared.one(_LEVEL, [organisation, at, at]) if organisation else None
    return str(found[0]) if found else None


Listener = Callable[[Sequence[int]], None]
_listeners: list[Listener] = []


def on_change(tell: Listener) -> Listener:
    """Be told, in the transaction of the change, of organisations whose tickets may be promised something else."""
    if tell not in _listeners:
        _listeners.append(tell)
    return tell


@transaction.atomic
def agree(
    contract: Contract, *, name: str, level: str, starts_at: datetime, ends_at: datetime | None, at: datetime
) -> Contract:
    """A new contract, or other words for one that is there; the clocks of open tickets follow at once.

    starts_at, ends_at: aware.  Raises EndsBeforeItStarts.
    """
    if ends_at is not None and ends_at <= starts_at:
        raise EndsBeforeItStarts()
    contract.name, contract.level, contract.starts_at, contract.ends_at = name, level, starts_at, ends_at
    contract.follow_at = _next(contract, at)
    contract.save()
    _tell([contract.organisation_id])
    return contract


@transaction.atomic
def withdraw(contract: Contract) -> None:
    """It was entered by mistake: it is as if it had never been. What was promised by it stays known in the traces."""
    organisation = contract.organisation_id
    contract.delete()
    _tell([organisation])


DUE = ("SELECT follow_at FROM promises_contract WHERE follow_at IS NOT NULL ORDER BY follow_at LIMIT 1",)


@transaction.atomic
def follow(at: datetime) -> int:
    """Contracts that have begun or ended by now: clocks go on by what holds from here; how many contracts."""
    due = list(Contract.objects.select_for_update(skip_locked=True).filter(follow_at__lte=at).order_by("id"))
    for contract in due:
        contract.follow_at = _next(contract, at)
        contract.save(update_fields=["follow_at"])
    if due:
        _tell(sorted({contract.organisation_id for contract in due}))
    return len(due)


def _next(contract: Contract, at: datetime) -> datetime | None:
    return min(
        (edge for edge in (contract.starts_at, contract.ends_at) if edge is not None and edge > at), default=None
    )


def _tell(organisations: Sequence[int]) -> None:
    """With all that lie under them and so may have none of their own."""
    found, below = set(organisations), set(organisations)
    while below:
        rows: Any = Organisation.objects.filter(parent__in=below).exclude(pk__in=found)
        below = set(rows.values_list("pk", flat=True))
        found |= below
    for tell in _listeners:
        tell(sorted(found))
