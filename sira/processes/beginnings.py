"""What published versions wait for to begin: rows that take over from the version before, and times that follow."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sira.processes import timing
from sira.processes.bpmn import times
from sira.processes.bpmn.findings import Finding
from sira.processes.bpmn.graph import Event, Graph
from sira.processes.models import ProcessVersion, StartEvent
from sira.processes.refusals import NotRunnable, Stuck

NOBODY = 0  # the subject of a process that works for no ticket


def take_over(version: ProcessVersion, graph: Graph, *, at: datetime) -> None:
    """From now on this version's starts are listened to, and no other's of its process. Raises NotRunnable.

    A timer that says the same as before goes on counting where it was: publishing a small change moves no due date.
    """
    mine = StartEvent.objects.select_for_update().filter(version__key=version.key)
    before = {(row.element, row.kind, row.says): row for row in mine}
    rows = list(_rows(version, graph, at))
    for row in rows:
        old = before.get((row.element, row.kind, row.says))
        if old is not None and row.kind == StartEvent.Kind.TIMER:
            row.since, row.number, row.due_at = old.since, old.number, old.due_at
    forget(version.key)
    StartEvent.objects.bulk_create(rows)


def forget(key: str) -> None:
    """Nothing begins this process any more but who names it."""
    StartEvent.objects.filter(version__key=key).delete()


def _rows(version: ProcessVersion, graph: Graph, at: datetime) -> Iterator[StartEvent]:
    for element in graph.starts:
        node = graph.nodes[element]
        assert node.event is not None
        row = StartEvent(version=version, element=element, kind=node.event.kind, name=node.event.name, since=at)
        if row.kind == StartEvent.Kind.TIMER:
            row.says = node.event.value.text if node.event.value else ""
            try:
                row.due_at = due(row, node.event)
            except Stuck as problem:
                raise NotRunnable([Finding(element, node.element, node.name, problem.message)]) from problem
        yield row


def due(row: StartEvent, event: Event) -> datetime | None:
    """When the row's next time is. Raises Stuck."""
    value = event.value.of({}, row.since) if event.value else None
    found = times.occasion(event.shape, value, row.since, row.number, partial(timing.zone_of, NOBODY))
    return None if found is None else timing.instant(found, NOBODY, row.since)
