"""Many past tickets through a draft and through the published version: how many go where, and which go elsewhere."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sira.people.models import Person
from sira.processes import naming
from sira.processes.bpmn.graph import Graph, Kind
from sira.processes.models import ProcessVersion
from sira.studio.rehearsal import past
from sira.studio.rehearsal.acting import cast_of, whole_way
from sira.studio.rehearsal.desk import Desk, drawing_of
from sira.studio.rehearsal.past import Record
from sira.studio.rehearsal.playing import Play

NOT_STEPS = (Kind.START, Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.EVENT_GATEWAY)


@dataclass(frozen=True)
class Way:
    """How a ticket would go. steps: names of what is done, in order.  waits: where it would still stand.

    flows: how often each arrow is walked.  stuck: names of steps that find no way on.  assumed: how many answers were
    not kept and had to be assumed.
    """

    steps: tuple[str, ...]
    end: str
    waits: tuple[str, ...]
    mails: tuple[str, ...]
    flows: Counter[str]
    stuck: tuple[str, ...]
    took: timedelta
    assumed: int

    @property
    def kind(self) -> str:
        return "stuck" if self.stuck else "ended" if self.end else "waits"

    def same_as(self, other: "Way") -> bool:
        return (self.steps, self.end, self.waits, self.mails, self.stuck) == (
            other.steps,
            other.end,
            other.waits,
            other.mails,
            other.stuck,
        )


@dataclass(frozen=True)
class Differing:
    """A ticket that would go another way. added, dropped: steps that only one of both takes."""

    record: Record
    before: Way
    after: Way

    @property
    def added(self) -> list[str]:
        return list((Counter(self.after.steps) - Counter(self.before.steps)).elements())

    @property
    def dropped(self) -> list[str]:
        return list((Counter(self.before.steps) - Counter(self.after.steps)).elements())

    @property
    def mails_added(self) -> list[str]:
        return list((Counter(self.after.mails) - Counter(self.before.mails)).elements())

    @property
    def mails_dropped(self) -> list[str]:
        return list((Counter(self.before.mails) - Counter(self.after.mails)).elements())


@dataclass
class Result:
    """flows, before: tickets by arrow, in the draft and in the published version.  ends: by where they end.
    of_others: no ticket has gone through this process yet, so these are of other types."""

    count: int = 0
    flows: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    ends_before: Counter[tuple[str, str]] = field(default_factory=Counter)
    differing: list[Differing] = field(default_factory=list)
    assumed: int = 0
    of_others: bool = False


def against_published(row: ProcessVersion, most: int, *, by: Person) -> tuple[Result, ProcessVersion | None]:
    """The newest tickets that somebody sees, through a version and through the published one, if that is another.

    Raises Refused for what is no drawing.
    """
    of_process = ProcessVersion.objects.filter(key=row.key, status=ProcessVersion.Status.PUBLISHED)
    published = of_process.exclude(pk=row.pk).first()
    before = drawing_of(published.source, row.key) if published else None
    tickets = past.newest(row.key, most, by=by)
    result = compare(drawing_of(row.source, row.key), before, past.records(tickets), Desk())
    result.of_others = bool(tickets) and all(ticket.type.process_key != row.key for ticket in tickets)
    return result, published


def compare(draft: Graph, published: Graph | None, records: Iterable[Record], desk: Desk) -> Result:
    result = Result()
    for record in records:
        after = way_of(draft, record, desk)
        result.count += 1
        result.flows.update(after.flows.keys())
        result.ends[_end_of(after)] += 1
        result.assumed += bool(after.assumed)
        if published is None:
            continue
        before = way_of(published, record, desk)
        result.before.update(before.flows.keys())
        result.ends_before[_end_of(before)] += 1
        if not after.same_as(before):
            result.differing.append(Differing(record, before, after))
    return result


def way_of(graph: Graph, record: Record, desk: Desk) -> Way:
    scene, cast = record.scene(desk, write_mails=False), cast_of(record, desk.forms)
    play = Play(graph, scene, record.ticket.opened_at)
    play.start()
    whole_way(play, cast)
    passed = [step for step in play.steps if step[0] not in "+-!~"]
    nodes = [graph.nodes[step] for step in passed if step in graph.nodes]
    ends = [naming.step(node) for node in nodes if node.kind is Kind.END]
    waiting = [wait.node for wait in play.waiting()]
    return Way(
        steps=tuple(naming.step(node) for node in nodes if node.kind not in (*NOT_STEPS, Kind.END)),
        end=", ".join(ends) if play.ended else "",
        waits=tuple(sorted(naming.step(node) for node in waiting)),
        mails=tuple(scene.notices),
        flows=flows_of(graph, play.steps),
        stuck=tuple(line.name for line in play.lines if line.kind == "wrong"),
        took=play.at - record.ticket.opened_at,
        assumed=len(cast.assumed),
    )


def flows_of(graph: Graph, steps: list[str]) -> Counter[str]:
    """A step with one way out walks it; of several the steps name those that were taken."""
    walked: Counter[str] = Counter()
    for step in steps:
        if step[0] == "~":
            walked[step[1:]] += 1
        elif step[0] not in "+-!" and step in graph.nodes and len(graph.nodes[step].outgoing) == 1:
            walked[graph.nodes[step].outgoing[0].id] += 1
    return walked


def _end_of(way: Way) -> tuple[str, str]:
    """(kind, where) of where a ticket arrives."""
    where = {"ended": way.end, "stuck": way.stuck[0] if way.stuck else "", "waits": ", ".join(way.waits)}
    return way.kind, where[way.kind]
