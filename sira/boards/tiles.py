"""The tiles of a board of figures: what there is, which a role begins with, and what a reader has chosen."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from sira.boards.models import Layout
from sira.people.models import Person
from sira.people.rights import Right, has
from sira.plumbing.refusals import NotAllowed, Refused

TILES: dict[str, str | Words] = {
    "now": _("Now"),
    "period": _("In these days"),
    "hours": _("Came and went today"),
    "trend": _("Came and went"),
    "kept": _("Promises kept"),
    "ages": _("Ageing"),
    "groups": _("By group"),
    "categories": _("By category"),
    "channels": _("By channel"),
    "forecast": _("Where it will stand"),
    "guesses": _("Honest guesses"),
    "satisfaction": _("Satisfaction"),
}
OF_ROLE: dict[str, tuple[str, ...]] = {
    Person.Role.AGENT: ("now", "period", "trend", "ages"),
    Person.Role.LEAD: ("now", "period", "trend", "kept", "ages", "categories", "channels"),
}
ALL = tuple(TILES)


class NoTile(Refused):
    code = "board_without_tiles"
    message = _("A board needs at least one tile. Choose one.")


def chosen_by(person: Person) -> tuple[str, ...]:
    """In order. One query."""
    rows = Layout.objects.filter(person=person) | Layout.objects.filter(role=person.role)
    kept = sorted(rows, key=lambda row: row.person_id is None)
    tiles = tuple(tile for tile in (kept[0].tiles if kept else ()) if tile in TILES)
    return tiles or OF_ROLE.get(Person.Role(person.role), ALL)


@transaction.atomic
def keep(tiles: Sequence[str], *, by: Person, at: datetime) -> Layout:
    """For oneself.  Raises NoTile."""
    written = {"tiles": known(tiles), "by": by, "at": at}
    return Layout.objects.update_or_create(person=by, defaults=written)[0]


@transaction.atomic
def share(tiles: Sequence[str], *, role: str, by: Person, at: datetime) -> Layout:
    """For everybody of a role who has not arranged a board of their own.  Raises NotAllowed, NoTile."""
    if not has(by, Right.SHARE_BOARDS) or role not in Person.WORKING:
        raise NotAllowed()
    return Layout.objects.update_or_create(role=role, defaults={"tiles": known(tiles), "by": by, "at": at})[0]


def forget(*, by: Person) -> None:
    """Back to the board of the role."""
    Layout.objects.filter(person=by).delete()


def known(tiles: Sequence[str]) -> list[str]:
    found = [tile for tile in dict.fromkeys(tiles) if tile in TILES]
    if not found:
        raise NoTile()
    return found
