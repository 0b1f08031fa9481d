"""`sira replay`: past tickets decided again, by the rules in draft or by other versions, and what would differ.

The same comparison as the studio's pages. The database refuses to write meanwhile, and no mail is made.
"""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from sira.decisions.models import DecisionVersion
from sira.people.automation import automation
from sira.plumbing.looking import nothing_written
from sira.plumbing.refusals import Refused
from sira.processes.models import ProcessVersion
from sira.studio.rehearsal import many, past, tables
from sira.studio.rehearsal.desk import Desk, drawing_of
from sira.studio.shelves.shelf import PUBLISHED

DRAFT = "draft"
Version = DecisionVersion | ProcessVersion
Said = dict[str, Any]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("sira replay", description="Decide past tickets again; changes nothing.")
    parser.add_argument("rule", nargs="*", metavar="KEY[:VERSION]", help="of a decision or a process; else all drafts")
    parser.add_argument("--tickets", type=_count, default=1000, metavar="N", help="the newest N (1000)")
    options = parser.parse_args(arguments)
    with nothing_written():
        try:
            versions = [_named(rule) for rule in options.rule] or _drafts()
            for version in versions:
                for line in replay(version, most=options.tickets):
                    sys.stdout.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        except Refused as refused:
            sys.stderr.write(f"{refused.message}\n")
            return 1
    if not versions:
        sys.stderr.write("There is no draft. Name a rule and its version, such as priority:3.\n")
    return 0


def _count(given: str) -> int:
    """At least one ticket."""
    if not given.isdecimal() or int(given) < 1:
        raise argparse.ArgumentTypeError(f"{given} is no number of tickets")
    return int(given)


def replay(version: Version, *, most: int) -> list[Said]:
    """A line for each ticket that would fare differently than by what is published, and one with the sums."""
    by_kind: Callable[..., list[Said]] = _table if isinstance(version, DecisionVersion) else _process
    rows: Any = type(version)
    published = rows.objects.filter(key=version.key, status=PUBLISHED).exclude(pk=version.pk).first()
    return by_kind(version, published, most)


def _table(version: DecisionVersion, published: DecisionVersion | None, most: int) -> list[Said]:
    found = tables.compare(version, published, tables.cases(version.key, most, by=automation()))
    changed = [
        {"ticket": one.case.number, "before": one.before, "after": one.refused or one.after, "rows": one.rows}
        for one in found.changed
    ]
    return [*changed, _sums(version, published, found.count, len(changed))]


def _process(version: ProcessVersion, published: ProcessVersion | None, most: int) -> list[Said]:
    before = drawing_of(published.source, version.key) if published else None
    records = past.records(past.newest(version.key, most, by=automation()))
    found = many.compare(drawing_of(version.source, version.key), before, records, Desk())
    changed = [
        {
            "ticket": one.record.ticket.number,
            "before": [one.before.kind, one.before.end],
            "after": [one.after.kind, one.after.end],
            "added": one.added,
            "dropped": one.dropped,
        }
        for one in found.differing
    ]
    return [*changed, _sums(version, published, found.count, len(changed))]


def _sums(version: Version, published: Version | None, count: int, changed: int) -> Said:
    than = published.version if published else None
    return {"rule": version.key, "version": version.version, "than": than, "tickets": count, "differ": changed}


def _named(rule: str) -> Version:
    key, _colon, number = rule.partition(":")
    for rows in (DecisionVersion.objects, ProcessVersion.objects):
        found = rows.filter(key=key).order_by("-version")
        found = found.filter(version=int(number)) if number.isdecimal() else found.filter(status=DRAFT)
        if version := found.first():
            return version
    raise Refused(f"There is no {rule}: name a key with a draft, or a key and a version, such as priority:3.")


def _drafts() -> list[Version]:
    return [
        *DecisionVersion.objects.filter(status=DRAFT).order_by("key"),
        *ProcessVersion.objects.filter(status=DRAFT).order_by("key"),
    ]
