"""Who works at the desk now, with how much, and whether they are there."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from sira.boards.figures import Board, Line
from sira.people.models import Membership, Person
from sira.people.rights import Right, has
from sira.plumbing.composed import composed
from sira.workforce import availability, rights
from sira.workforce.models import Presence
from sira.workforce.models import Worker as Limits
from sira.workforce.words import WHY


@dataclass(frozen=True)
class Worker:
    """presence: here, busy or away; words: why away, empty for the state's own name.

    cap: open tickets at once; None for no limit, and where tickets weigh differently.
    """

    person: Person
    line: Line
    presence: str = "here"
    words: str = ""
    cap: int | None = None


def workers(board: Board) -> list[Worker]:
    """Members of the groups shown, and whoever has work of theirs; the most loaded first."""
    if board.group:
        members = members_of([board.group.pk])
    elif has(board.person, Right.SEE_ALL):
        members = all_members()
    else:
        members = members_of(board.own)
    keys = {*members, *(key for key in board.agents if key)}
    people = people_of(list(keys))
    states, caps = presences(keys, board.at, reader=board.person), dict(capacities(list(keys)))
    found = [
        Worker(one, board.agents.get(one.pk, Line(one.pk)), *states.get(one.pk, ("here", "")), caps.get(one.pk))
        for one in people
    ]
    return sorted(found, key=lambda one: (-one.line.counts["all"], str(one.person)))


@composed
def all_members() -> "QuerySet[Membership, int]":
    return Membership.objects.filter(person__in=Person.objects.agents()).values_list("person", flat=True)


@composed
def members_of(groups: list[int]) -> "QuerySet[Membership, int]":
    rows = Membership.objects.filter(person__in=Person.objects.agents(), group__in=groups)
    return rows.values_list("person", flat=True)


@composed
def people_of(keys: list[int]) -> "QuerySet[Person]":
    return Person.objects.filter(pk__in=keys).only("name", "email")


@composed
def capacities(people: list[int]) -> "QuerySet[Limits, tuple[int, int | None]]":
    """A capacity is in the weights of the group: where these differ from one ticket to another, it counts none."""
    weighing = Membership.objects.exclude(group__weights={}).values("person")
    rows = Limits.objects.filter(pk__in=people, capacity__isnull=False).exclude(pk__in=weighing)
    return rows.values_list("pk", "capacity")


@composed
def said_by(people: list[int], at: datetime) -> "QuerySet[Presence]":
    return Presence.objects.filter(Q(until=None) | Q(until__gt=at), pk__in=people)


def presences(keys: set[int], at: datetime, *, reader: Person) -> dict[int, tuple[str, str]]:
    """What each says of themselves, unless they get no work now, and then why, as far as the reader may know it.

    Two queries, and one where a lead reads of somebody's leave.
    """
    said = said_by(list(keys), at)
    found = {one.pk: (one.state if one.state in ("here", "busy") else "away", "") for one in said}
    out = availability.left_out(keys, at)
    hidden = {key for key, why in out.items() if why in availability.PERSONAL}
    if hidden:
        hidden.difference_update(rights.whose_leave_is_known(reader, hidden.copy()))
    return found | {key: ("away", str(WHY["away" if key in hidden else why])) for key, why in out.items()}
