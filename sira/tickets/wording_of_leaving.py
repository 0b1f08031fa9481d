"""What went back when somebody was let go, and to whom, in the reader's words."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from sira.people.models import SupportGroup

Line = tuple[str, list[str]]


def lines(went_back: Mapping[str, Any]) -> list[Line]:
    """Words, and the numbers of the tickets they speak of.  went_back: a leaving.WentBack as JSON.  One query."""
    keys = {key for _number, key in [*went_back["tickets"], *went_back["tasks"]]} | {*went_back["calls"]}
    groups = {group.key: str(group) for group in SupportGroup.objects.filter(key__in=keys)}
    said: list[Line] = []
    for key, numbers in _by_group(went_back["tickets"], groups):
        words = _("Back in the queue of %(group)s:") if key else _("Back in everybody's queue, as no group has them:")
        said.append((words % {"group": groups.get(key, "")}, numbers))
    for key, numbers in _by_group(went_back["tasks"], groups):
        words = _("Tasks, back for %(group)s:") if key else _("Tasks, back for who works on the ticket:")
        said.append((words % {"group": groups.get(key, "")}, numbers))
    for key in went_back["calls"]:
        if key in groups:
            said.append((_("On call for %(group)s: the others take these turns.") % {"group": groups[key]}, []))
    return said or [(_("There was nothing to hand over: no open ticket, no task, no turn on call."), [])]


def _by_group(pairs: list[tuple[str, str]], groups: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = defaultdict(list)
    for number, key in pairs:
        found[key if key in groups else ""].append(number)
    return [(key, list(dict.fromkeys(numbers))) for key, numbers in sorted(found.items())]
