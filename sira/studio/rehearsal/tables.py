"""A draft of a decision table against the published one, on what past tickets asked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sira.decisions import wording
from sira.decisions.compiled import model_of
from sira.decisions.dmn import DrawingProblem
from sira.decisions.feel import FeelProblem
from sira.decisions.models import DecisionVersion, Trace
from sira.decisions.plain import plain
from sira.people.automation import automation
from sira.people.models import Person
from sira.people.rights import Right, has
from sira.studio.examples import in_words, numbers, rows_of
from sira.studio.rehearsal.past import RELATED, at_opening
from sira.tickets.models import Ticket

CHANGED, SAME, NOTHING = "changed", "same", "nothing"
KINDS = {"priority": "priority", "promises": "promise", "routing": "route"}  # key of the table: kind of its traces


@dataclass(frozen=True)
class Case:
    """What was asked for a ticket. facts: as the table takes them."""

    number: str
    subject: str
    at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Changed:
    """before, after: results in words.  rows: which rules gave what the draft says.  refused: why it says nothing."""

    case: Case
    before: str
    after: str
    rows: tuple[str, ...]
    refused: str = ""


@dataclass
class Compared:
    """same, changed, nothing: how many tickets.  moves: how many went from what to what.  results: by their words
    in moves and changed, which are those of the drawing."""

    count: int = 0
    same: int = 0
    nothing: int = 0
    changed: list[Changed] = field(default_factory=list)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    results: dict[str, Any] = field(default_factory=dict)


def cases(key: str, most: int, *, by: Person) -> list[Case]:
    """The newest tickets they see that this table decided about, by its kept traces; where it has none, the newest.

    Facts are the ticket's own at its opening; a process's own variables that a table asked come from the trace.
    """
    traced, seen = Trace.objects.filter(reason__version__key=key), Ticket.objects.visible_to(by)
    if not has(by, Right.SEE_ALL):
        traced = traced.filter(subject__in=seen.values("pk"))
    newest = list(traced.order_by("-id").values_list("subject", "at", "reason__inputs")[: most * 2])
    first: dict[int, tuple[datetime, Any]] = {}
    for subject, at, inputs in newest:
        first.setdefault(subject, (at, inputs))
    subjects = list(first)[:most]
    rows = seen.select_related(*RELATED)
    tickets = list(rows.filter(pk__in=subjects)) if subjects else list(rows.order_by("-id")[:most])
    desk = automation()
    found = []
    for ticket in sorted(tickets, key=lambda row: -row.pk):
        at, inputs = first.get(ticket.pk, (ticket.opened_at, {}))
        facts = at_opening(ticket, desk)
        if key != "priority":
            facts["ticket"]["priority"] = _priority_of(ticket)
        asked = inputs if isinstance(inputs, dict) else {}
        known = {name: value for name, value in asked.items() if "." not in name and name not in facts}
        found.append(Case(ticket.number, ticket.subject, at, numbers(known | facts)))
    return found


def _priority_of(ticket: Ticket) -> str | None:
    return {1: "critical", 2: "high", 3: "medium", 4: "low"}.get(ticket.priority or 0)


def against_published(row: DecisionVersion, most: int, *, by: Person) -> tuple[Compared, DecisionVersion | None]:
    """The newest tickets that it decided about and somebody sees, by it and by the published one, if another."""
    of_table = DecisionVersion.objects.filter(key=row.key, status=DecisionVersion.Status.PUBLISHED)
    published = of_table.exclude(pk=row.pk).first()
    return compare(row, published, cases(row.key, most, by=by)), published


def compare(draft: DecisionVersion, published: DecisionVersion | None, given: list[Case]) -> Compared:
    result = Compared()
    for case in given:
        result.count += 1
        after, rows, refused = _asked(draft, case)
        before = _asked(published, case)[0] if published else None
        if not refused and after is None:
            result.nothing += 1
        if published is None or (after == before and not refused):
            result.same += 1
            continue
        was, now = in_words(before), in_words(after)
        result.results |= {was: before, now: after}
        result.moves[was, now] += 1
        result.changed.append(Changed(case, was, now, rows, refused))
    return result


def _asked(version: DecisionVersion, case: Case) -> tuple[Any, tuple[str, ...], str]:
    try:
        made = model_of(version.pk, version.digest).decide(case.facts, at=case.at)
    except (FeelProblem, DrawingProblem) as problem:
        return None, (), wording.say(problem)
    consulted = [table for step in made.steps for table in step.tables]
    return plain(made.value), rows_of(consulted), ""
