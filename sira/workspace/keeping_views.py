"""Lists that somebody named: kept, shared with a group of theirs, forgotten."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from sira.people.models import Membership, Person, SupportGroup
from sira.people.rights import Right, has
from sira.plumbing.composed import composed
from sira.plumbing.refusals import NotAllowed, Refused
from sira.plumbing.violations import violated
from sira.tickets.visibility import groups_worked
from sira.workspace.models import SavedView


class ViewNamedAlready(Refused):
    code = "name_taken"
    message = _("You have a view of this name. Choose another one.")


@composed
def kept_by(person: int) -> "QuerySet[SavedView]":
    """One's own, and those that are shared with one's groups."""
    groups = Membership.objects.filter(person=person).values("group")
    return SavedView.objects.filter(Q(owner=person) | Q(group__in=groups)).order_by("name", "id")


def keep(
    view: SavedView,
    *,
    name: str,
    scope: str,
    filters: dict[str, list[Any]],
    group: SupportGroup | None,
    shape: dict[str, Any] | None = None,
    by: Person,
) -> SavedView:
    """group: whose members see it too, one whose tickets the owner sees.  shape: left out, its table looks as it did.

    Raises NotAllowed, ViewNamedAlready.
    """
    if view.owner_id != by.pk or (group is not None and not may_share_with(by, group)):
        raise NotAllowed
    view.name, view.scope, view.filters, view.group = name, scope, filters, group
    view.shape = view.shape if shape is None else shape
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        if violated(error) != "view_is_named_once_by_its_owner":
            raise
        raise ViewNamedAlready from error
    return view


def may_share_with(person: Person, group: SupportGroup) -> bool:
    return has(person, Right.SEE_ALL) or group.pk in groups_worked(person)


def forget(view: SavedView, *, by: Person) -> None:
    """Raises NotAllowed for another's that is shared."""
    if view.owner_id != by.pk:
        raise NotAllowed
    view.delete()
