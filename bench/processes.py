#!/usr/bin/env python3
"""Measures processes on a PostgreSQL of their own, thrown away afterwards; prints one JSON object.

bench/processes.py [--instances N] [--timers N]

CPU is that of this process and of the server's, so waiting for the disk counts nothing.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench._cpu import Cpu
from sira.plumbing import testserver

TARGETS = {"step_ms": 2, "parse_and_compile_ms": 2, "claim_500_ms": 5, "state_bytes": 500, "steps_a_second": 300}


SPACES = (
    'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:dd="http://www.omg.org/spec/DD/20100524/DI"'
)
SHAPE = '<di:BPMNShape id="{0}_di" bpmnElement="{0}"><dc:Bounds x="152" y="99" width="100" height="80"/></di:BPMNShape>'
EDGE = (
    '<di:BPMNEdge id="{0}_di" bpmnElement="{0}"><dd:waypoint x="100" y="117"/><dd:waypoint x="180" y="117"/>'
    "</di:BPMNEdge>"
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--instances", type=int, default=1_000)
    arguments.add_argument("--timers", type=int, default=100_000)
    given = arguments.parse_args()
    root = Path(tempfile.mkdtemp(prefix=f"sira-test-{os.getpid()}-"))
    testserver.prepare_environment(root)
    testserver.have_server(root)
    try:
        figures = measure(given.instances, given.timers, root)
    finally:
        testserver.remove(root)
    json.dump({"bench": "processes", **figures, "targets": TARGETS}, sys.stdout, indent=2)


def measure(instances: int, timers: int, root: Path) -> dict[str, object]:
    testserver.recreate("sira_bench", "template0")
    os.environ["DATABASE_URL"] = testserver.named("sira_bench")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sira.config.settings")
    # Django reads its settings now, after the server's address is known.
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    cpu = Cpu(root)
    return {**pure(), **steps(instances, cpu), **claiming(timers, cpu)}


def pure() -> dict[str, object]:
    """Without a database: reading, compiling, and how large a state grows."""
    from sira.decisions.feel import expressions  # noqa: PLC0415
    from sira.processes.bpmn.compiling import compile_process  # noqa: PLC0415
    from sira.processes.bpmn.reading import read  # noqa: PLC0415
    from sira.processes.tests.playing import Play  # noqa: PLC0415

    source = helpdesk()
    rounds = []
    for _round in range(50):
        expressions._remembered_expression.cache_clear()
        begun = process_time()
        graph = compile_process(read(source))
        rounds.append(process_time() - begun)
    desk = Play(source).start()
    twelve = size(desk.state)
    desk.finish("work")
    for _round in range(1_000):
        desk.finish("test", passed=False).finish("work")
    begun, before = process_time(), len(desk.steps)
    for _round in range(200):
        desk.finish("test", passed=False).finish("work")
    return {
        "nodes": len(graph.nodes),
        "source_bytes": len(source),
        "parse_and_compile_ms": round(min(rounds) * 1000, 2),
        "parse_and_compile_ms_median": round(median(rounds) * 1000, 2),
        "state_bytes_after_12_steps": twelve,
        "state_bytes_after_1000_rework_rounds": size(desk.state),
        "pure_advance_ms": round((process_time() - begun) / 400 * 1000, 3),
        "steps_in_them": len(desk.steps) - before,
    }


def size(state: Any) -> int:
    return len(json.dumps(state.stored(), separators=(",", ":")))


def steps(count: int, cpu: Cpu) -> dict[str, object]:
    """Instances started and their tasks completed, one transaction each, with all rows they write."""
    from django.db import connection  # noqa: PLC0415

    from sira.people.automation import automation  # noqa: PLC0415
    from sira.processes import blocks, running, timing, versions  # noqa: PLC0415
    from sira.processes.models import ProcessVersion, Task  # noqa: PLC0415
    from sira.processes.tests.playing import MONDAY  # noqa: PLC0415

    for kind in ("priority", "promise", "route", "close"):
        blocks._blocks[f"sira:{kind}"] = lambda _step: {}
    for registry in (blocks._told_of_tasks, blocks._told_of_instances, blocks._facts_of, blocks._locks):
        registry.clear()
    timing.register_working_time(lambda _subject, _source, amount, at: at + timedelta(days=float(amount.amount)))
    versions.install(helpdesk(), at=MONDAY)
    running.start("helpdesk", subject=0, at=MONDAY)
    by, tasks = automation(), Task.objects.filter(state="open").order_by("id")
    subjects = range(1, count + 1)
    read = quickest(cpu, subjects, lambda _subject: ProcessVersion.objects.values_list("id").get(key="helpdesk"))
    started = quickest(cpu, subjects, lambda subject: running.start("helpdesk", subject=subject, at=MONDAY))
    completed = quickest(cpu, list(tasks.filter(element="work")), lambda task: running.complete(task, by=by, at=MONDAY))
    passed = {"passed": True}
    waited = quickest(
        cpu, list(tasks.filter(element="test")), lambda task: running.complete(task, by=by, outcome=passed, at=MONDAY)
    )
    fired = fire(cpu)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c"
            " WHERE c.relkind = 'r' AND c.relname LIKE 'processes\\_%' AND c.relname <> 'processes_processversion'"
        )
        kept = cursor.fetchone()[0]
    return {
        "row_read_ms": read,
        "start_ms": started,
        "step_ms": completed,
        "step_into_event_gateway_ms": waited,
        "timer_ms": fired,
        "steps_a_second": round(1000 / completed),
        "rows_bytes_an_instance": round(kept / count),
    }


def fire(cpu: Cpu) -> float:
    """The days that the requester's silence lasts are over: a few timers at a time, as a worker takes them."""
    from sira.processes import timers  # noqa: PLC0415
    from sira.processes.tests.playing import MONDAY  # noqa: PLC0415

    rounds = []
    while True:
        begun = cpu.used()
        count = timers.fire_due_timers(MONDAY + timedelta(days=4))
        if not count:
            return round(min(rounds), 2)
        rounds.append((cpu.used() - begun) / count * 1000)


def quickest(cpu: Cpu, given: Sequence[Any], act: Callable[[Any], object]) -> float:
    """Milliseconds of CPU for one act, in the quickest of ten rounds: other work on the machine only adds to it."""
    rounds, size_of_one = [], max(1, len(given) // 10)
    for begin in range(0, len(given) - size_of_one + 1, size_of_one):
        begun = cpu.used()
        for each in given[begin : begin + size_of_one]:
            act(each)
        rounds.append((cpu.used() - begun) / size_of_one * 1000)
    return round(min(rounds), 2)


def claiming(count: int, cpu: Cpu) -> dict[str, object]:
    """500 due timers among very many that are not."""
    from django.db import connection  # noqa: PLC0415

    from sira.processes import timers  # noqa: PLC0415
    from sira.processes.models import Instance, Timer  # noqa: PLC0415
    from sira.processes.tests.playing import MONDAY  # noqa: PLC0415

    Timer.objects.all().delete()
    instance = Instance.objects.order_by("id")[0]
    due = MONDAY + timedelta(days=1)
    Timer.objects.bulk_create(
        (
            Timer(
                instance=instance, token=n, element="pause", due_at=due if n % 200 == 0 else due + timedelta(minutes=n)
            )
            for n in range(1, count + 1)
        ),
        batch_size=5_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE processes_timer")
    timers.due(due, 500)
    begun = cpu.used()
    for _round in range(40):
        found = timers.due(due, 500)
    return {"timers": count, "claimed": len(found), "claim_500_ms": round((cpu.used() - begun) / 40 * 1000, 2)}


def helpdesk() -> str:
    """The desk's usual way, 14 steps, with the shapes and lines that a drawing tool adds."""
    from sira.processes.tests.drawing import catch, drawing, end, event, gate, message, service, start, timer, user  # noqa: PLC0415

    desk = [service(kind, f"sira:{kind}") for kind in ("priority", "promise", "route", "close")]
    source = drawing(
        start(), *desk, user("work"), user("test"), gate("tested"), gate("silence", "eventBased"),
        catch("confirmed", event("message", "confirmation")), catch("days", timer("=working days(3)")),
        catch("rejected", event("message", "rejection")), gate("again"), end(),
        key="helpdesk", declare=message("confirmation") + message("rejection"),
        ways="""start > priority > promise > route > again > work > test > tested; tested > again if passed = false;
                tested > silence otherwise; silence > confirmed > close > end; silence > days > close;
                silence > rejected > again""",
    )  # fmt: skip
    return source.replace("</bpmn:definitions>", picture(source) + "</bpmn:definitions>")


def picture(source: str) -> str:
    from sira.processes.bpmn.reading import read  # noqa: PLC0415

    process = read(source).processes()[0]
    shapes = "".join(
        EDGE.format(each.id) if each.local == "sequenceFlow" else SHAPE.format(each.id) for each in process.children()
    )
    plane = f'<di:BPMNPlane id="plane" bpmnElement="helpdesk">{shapes}</di:BPMNPlane>'
    return f'<di:BPMNDiagram id="diagram" {SPACES}>{plane}</di:BPMNDiagram>'


if __name__ == "__main__":
    main()
