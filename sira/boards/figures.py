"""The figures of a board. Each has the address of the list that it counts, and equals it.

Open work comes from the tally, what is late from a walk of the warnings that have come: nothing is scanned.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise as Words

from sira.insight import beside, counting, stood
from sira.insight.beside import Answers
from sira.insight.counting import Late
from sira.insight.figures import DEFINITIONS, NOW
from sira.insight.scope import Scope
from sira.insight.stood import Then
from sira.people.models import Person, SupportGroup
from sira.people.rights import Right, has
from sira.plumbing.composed import composed
from sira.shell.names import named
from sira.tickets import flows
from sira.tickets.tallies import Count
from sira.tickets.visibility import is_usual
from sira.workspace import queues
from sira.workspace.queues import Queue

NUMBERS = [one for one in DEFINITIONS.values() if one.when == NOW]


@dataclass(frozen=True)
class Note:
    """The line under a number.  address: of the list that it is about; count: how many that holds."""

    words: str
    address: str = ""
    count: int = 0


@dataclass(frozen=True)
class Figure:
    """A number that opens its list."""

    key: str
    words: str | Words
    value: int
    address: str
    shape: str = ""
    note: Note | None = None


@dataclass
class Line:
    """Work of one group, agent, or nobody.  counts: by list, priorities: open work by priority (0: not set).

    answers: how many first answers there are in today's solutions; answer_seconds: what they took.
    """

    key: int | None
    counts: Counter[str] = field(default_factory=Counter)
    priorities: Counter[int] = field(default_factory=Counter)
    answers: int = 0
    answer_seconds: int = 0

    @property
    def answer_time(self) -> timedelta | None:
        """The mean."""
        return timedelta(seconds=self.answer_seconds / self.answers) if self.answers else None


def list_address(scope: str, **narrowed: int | str | None) -> str:
    """The table of a list, narrowed by keys, days and words of our own; None there stands for nobody or no group."""
    wanted = {"queue": scope} | {name: key or 0 for name, key in narrowed.items()}
    return f"{table_address()}?{'&'.join(f'{name}={value}' for name, value in wanted.items())}"


@cache
def table_address() -> str:
    """A board has a hundred such addresses."""
    return reverse("workspace:table")


class Board:
    """What a person sees of the open work, narrowed as the scope is.  own: the groups they belong to."""

    def __init__(self, person: Person, scope: Scope, *, group: SupportGroup | None = None) -> None:
        self.person, self.scope, self.at, self.group = person, scope, scope.at, group
        self.own = queues.groups_of(person)
        self.total = Line(None)
        self.groups: dict[int | None, Line] = {}
        self.agents: dict[int | None, Line] = {}
        self.oldest: datetime | None = None
        if scope.is_plain:
            work, late = counting.seen(person, self.own), counting.late(person, at=self.at)
        else:
            work, late = counting.seen_of(person, self.own, scope)
        self._count_work(work)
        self._count_late(late)
        self._look_at_nobodys()
        self._count_answers(beside.answers(person, self.own, scope, flows.desk_day(self.at)))

    @property
    def narrowed(self) -> dict[str, Any]:
        given = {name: getattr(self.scope, name) for name in ("category", "organisation", "channel")}
        return {name: value for name, value in (("group", self.group and self.group.pk), *given.items()) if value}

    def before(self) -> Then | None:
        """How what is shown stood an hour ago; None where nobody counted it."""
        if not (self.scope.is_plain and is_usual(self.person)):
            return None
        if self.group:
            return stood.before(self.at, groups=(self.group.pk,))
        if has(self.person, Right.SEE_ALL):
            return stood.before(self.at)
        return stood.before(self.at, groups=(0, *self.own), agent=self.person.pk)

    def _lines(self, group: int | None, agent: int | None) -> Iterable[Line]:
        yield self.total
        yield self.groups.setdefault(group, Line(group))
        yield self.agents.setdefault(agent, Line(agent))

    def _count_work(self, work: Iterable[Count]) -> None:
        for one in work:
            if self.group and one.group != self.group.pk:
                continue
            names = counting.lists_of(one.status, has_agent=one.agent is not None)
            lists = [DEFINITIONS[name].lists for name in names]
            for line in self._lines(one.group, one.agent):
                line.counts.update(dict.fromkeys(lists, one.n))
                if "all" in lists:
                    line.priorities[one.priority or 0] += one.n

    def _count_late(self, late: Iterable[Late]) -> None:
        for one in late:
            if self.group and one.group != self.group.pk:
                continue
            for line in self._lines(one.group, one.agent):
                line.counts.update(risk=one.risk, broken=one.broken, due_today=one.due_today)

    def _look_at_nobodys(self) -> None:
        """How old is what nobody has, and how much of it nobody could be given."""
        for one in beside.nobodys(self.person, self.own, self.scope):
            if self.group and one.group != self.group.pk:
                continue
            self.total.counts["undealt"] += one.undealt
            self.oldest = min(one.oldest, self.oldest or one.oldest)

    def _count_answers(self, answers: Iterable[Answers]) -> None:
        for one in answers:
            if self.group and one.group != self.group.pk:
                continue
            self.total.counts["reopened"] += one.back
            for line in (self.total, self.agents.setdefault(one.agent, Line(one.agent))):
                line.answers += one.count
                line.answer_seconds += one.seconds

    def numbers(self, notes: Mapping[str, Note]) -> list[Figure]:
        """notes: by list."""
        found = [(one, self.total.counts[one.lists], list_address(one.lists, **self.narrowed)) for one in NUMBERS]
        return [Figure(one.lists, one.words, value, way, one.shape, notes.get(one.lists)) for one, value, way in found]

    def breaking(self, *, late: int = 5, size: int = 12) -> list[int]:
        """The tickets that are late, a few, and those that break next, by time left."""
        filters = {name: [key] for name, key in self.narrowed.items()}

        def first(scope: str, most: int) -> list[int]:
            return queues.page_of(Queue(scope, filters), self.person, at=self.at, size=most, groups=self.own).ids

        broken = first("broken", late)
        return [*broken, *first("risk", size - len(broken))]

    def group_names(self) -> list[tuple[SupportGroup | None, str, Line]]:
        """The groups that have work, by name; what has no group comes last."""
        rows = {row.pk: row for row in groups_of([key for key in self.groups if key])}
        lines = [(rows[key], named(rows[key]), line) for key, line in self.groups.items() if key in rows]
        lines.sort(key=lambda one: one[1])
        return [*lines, *([(None, "", self.groups[None])] if None in self.groups else [])]


@composed
def groups_of(keys: list[int]) -> "QuerySet[SupportGroup]":
    return SupportGroup.objects.filter(pk__in=keys)
