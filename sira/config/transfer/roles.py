"""Roles that administrators made, as a file says them; to whom they are given is no set-up."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sira.config.transfer import parts
from sira.config.transfer.places import Change, Refusals, Source, one_by_one, told
from sira.config.transfer.rows import entries, values_of
from sira.people import roles
from sira.people.automation import automation
from sira.people.models import MadeRole
from sira.people.rights import Right
from sira.plumbing.refusals import Refused
from sira.tickets import leaving


def take_roles(source: Source, at: datetime) -> Iterator[Change]:
    wrong: list[str] = []
    for given in entries(source, source.json(), wrong):
        line = source.line_of_key(given["key"])
        with one_by_one(wrong, source.said(line, given["key"])):
            yield from _take(source, given, line, at)
    if wrong:
        raise Refusals(wrong)


def _take(source: Source, given: dict[str, Any], line: int, at: datetime) -> Iterator[Change]:
    key = given["key"]
    values, wrong = values_of(MadeRole, given, parts.ROLE_COLUMNS, parts.NO_REFERENCES)
    names = values["rights"] if isinstance(values["rights"], list) else []
    if unknown := [str(one) for one in names if one not in Right.values]:
        wrong.append(f"there is no right {', '.join(map(repr, unknown))}; there are {', '.join(Right.values)}")
    if not isinstance(values["name"], str):
        wrong.append("a role has a name")
    if wrong:
        raise Refusals([source.said(line, f"{key}: {one}") for one in wrong])
    words = {"name": values["name"], "names": values["names"], "rights_of_it": names}
    row = MadeRole.objects.filter(key=key).first()
    try:
        if row is None:
            roles.make_role(key, **words, by=automation())
            yield from told(source, "added", key)
        elif (row.name, row.names, row.rights) != (words["name"], words["names"], roles.completed(names)):
            leaving.change_made_role(row, **words, by=automation(), at=at)
            yield from told(source, "changed", key)
    except Refused as refused:
        raise Refusals([source.said(line, f"{key}: {refused.message}")]) from refused
