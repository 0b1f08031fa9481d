"""How a group's tickets are dealt, as its lead agrees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person, SupportGroup
from sira.plumbing.refusals import NotAllowed, Refused
from sira.routing import dealing, waiting
from sira.routing.models import Tally
from sira.routing.work import counts
from sira.workforce import rights


class SharesDontAddUp(Refused):
    code = "shares_dont_add_up"
    status = 422
    message = _("The shares have to make 100 per cent together. Change one of them.")


class NotAMember(Refused):
    code = "not_a_member"
    status = 422
    message = _("Somebody who is named is not in the group. Put them in first.")


class NothingToWeigh(Refused):
    code = "nothing_to_weigh"
    status = 422
    message = _("There is nothing of this kind to weigh. Choose from the list.")


@dataclass(frozen=True)
class Seat:
    """What one member gets of the group's tickets."""

    share: int | None = None
    day_cap: int | None = None
    week_cap: int | None = None
    month_cap: int | None = None


@dataclass(frozen=True)
class Terms:
    """What is agreed for a group; the fields of SupportGroup.  weights: 1 where none is named.  seats: by person;

    members who are not named keep theirs.
    """

    strategy: str
    prefers_known: bool = False
    matches_language: bool = False
    silence_minutes: int | None = None
    day_cap: int | None = None
    week_cap: int | None = None
    month_cap: int | None = None
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    seats: Mapping[int, Seat] = field(default_factory=dict)


OF_GROUP = (
    "strategy", "prefers_known", "matches_language", "silence_minutes", "day_cap", "week_cap", "month_cap", "weights",
)  # fmt: skip
OF_MEMBER = ("share", "day_cap", "week_cap", "month_cap")


@transaction.atomic
def agree(group: SupportGroup, terms: Terms, *, by: Person, at: datetime) -> SupportGroup:
    """From now on tickets are dealt like this. Debts of shares that changed are forgotten; what waits is tried again.

    Raises NotAllowed, NotAMember, NothingToWeigh, SharesDontAddUp.
    """
    group = SupportGroup.objects.select_for_update(no_key=True).get(pk=group.pk)  # tickets may name it meanwhile
    if not rights.may_lead(by, group):
        raise NotAllowed
    _must_be_known(terms.weights)
    kept = dict(group.memberships.values_list("person", "share"))
    if strangers := sorted(terms.seats.keys() - kept.keys()):
        raise NotAMember(person=strangers[0])
    kept |= {person: seat.share for person, seat in terms.seats.items()}
    shares = [share for share in kept.values() if share is not None]
    if terms.strategy == SupportGroup.Strategy.SHARES and shares and sum(shares) != 100:
        raise SharesDontAddUp
    _set(group, {name: getattr(terms, name) for name in OF_GROUP})
    before = dict(group.memberships.values_list("person", "share"))
    for membership in group.memberships.filter(person__in=terms.seats):
        seat = terms.seats[membership.person_id]
        _set(membership, {name: getattr(seat, name) for name in OF_MEMBER})
    if before != dict(group.memberships.values_list("person", "share")):
        dealing.held(group)  # or a ticket that is being dealt and this wait for each other
        Tally.objects.filter(group=group).update(owed=0, since=None)
    waiting.wake_groups([group.pk], at)
    return group


def _must_be_known(weights: Mapping[str, Mapping[str, float]]) -> None:
    """Raises NothingToWeigh."""
    known = {(one.of, one.key) for one in counts().weighable()}
    for of, each in weights.items():
        if unknown := next((name for name in each if (of, name) not in known), None):
            raise NothingToWeigh(of=of, name=unknown)


def _set(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=[*values])
