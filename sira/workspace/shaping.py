"""How the table of a list looks: columns, order, groups, height of rows. Chosen in the address; kept with a saved view,
for the standing lists in a cookie of the browser."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sira.workspace import queues

COOKIE = "sira_table"
COLUMNS: dict[str, str | Promise] = {
    "requester": pgettext_lazy("column", "Requester"),
    "priority": _("Priority"),
    "stage": _("Stage"),
    "left": _("Time left"),
    "agent": _("Agent"),
    "group": _("Group"),
    "category": _("Category"),
    "type": _("Type"),
    "channel": _("How it came"),
    "tags": _("Tags"),
    "opened": _("Opened"),
    "changed": _("Last change"),
}
AT_END = ("opened", "changed")
# What a press on a column's head sorts by.
SORTED_BY = {"number": "number", "priority": "priority", "opened": "opened", "changed": "changed", "left": ""}
GROUPED_BY: dict[str, str | Promise] = {
    "promise": _("the promise"),
    "priority": _("priority"),
    "stage": _("stage"),
    "agent": _("agent"),
    "group": _("group"),
    "category": _("category"),
    "organisation": _("organisation"),
    "": _("nothing"),
}


@dataclass(frozen=True)
class Shape:
    columns: tuple[str, ...] = ("requester", "priority", "stage", "left", "agent", "changed")
    by: str = "promise"
    dense: bool = True
    sort: str = ""

    @property
    def fetched(self) -> tuple[str, ...]:
        """What rows have to bring beside the usual."""
        wanted = {*self.columns, self.by} & {"group", "category", "type", "channel", "tags", "opened"}
        return tuple(sorted(wanted))


USUAL = Shape()


def read(given: QueryDict, kept: Mapping[str, Any] | None) -> Shape:
    """What the address says; what it leaves open is as it was kept."""
    base = of_kept(kept) if kept else USUAL
    sort = given.get("sort", base.sort)
    sort = sort if sort.removeprefix("-") in queues.SORTS else ""
    if "shaped" not in given:
        return Shape(base.columns, base.by, base.dense, sort)
    columns = tuple(name for name in COLUMNS if name in given.getlist("column"))
    by = given.get("by", "")
    return Shape(columns, by if by in GROUPED_BY else "promise", given.get("rows") != "comfortable", sort)


def of_kept(kept: Mapping[str, Any]) -> Shape:
    columns = kept.get("columns", USUAL.columns)
    by, sort = kept.get("by", USUAL.by), str(kept.get("sort", ""))
    return Shape(
        tuple(name for name in COLUMNS if isinstance(columns, (list, tuple)) and name in columns),
        by if by in GROUPED_BY else USUAL.by,
        bool(kept.get("dense", True)),
        sort if sort.removeprefix("-") in queues.SORTS else "",
    )


def of_cookie(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def to_keep(shape: Shape) -> dict[str, Any]:
    return asdict(shape) | {"columns": list(shape.columns)}


def heads(shape: Shape, address: QueryDict) -> Sequence[dict[str, Any]]:
    """The heads of the columns behind number and subject, each with the way to sort by it."""
    return [head(name, COLUMNS[name], shape, address) for name in shape.columns]


def head(name: str, words: str | Promise, shape: Shape, address: QueryDict) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "words": words, "at_end": name in AT_END, "way": "", "sorted": ""}
    if name not in SORTED_BY:
        return found
    own, turned = SORTED_BY[name], f"-{SORTED_BY[name]}"
    if shape.sort == own:
        found["sorted"] = "ascending"
    elif own and shape.sort == turned:
        found["sorted"] = "descending"
    there = address.copy()
    for gone in ("after", "before"):
        there.pop(gone, None)
    # Of instants the newest is wanted first.
    first, second = (turned, own) if name in ("opened", "changed") else (own, turned)
    there["sort"] = second if own and shape.sort == first else first
    found["way"] = there.urlencode()
    return found
