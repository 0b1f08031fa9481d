"""Drawings of other tools put to the test: opened, written back, compared, and run or refused with the reason."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import canonicalize

from sira.plumbing.decoding import decoded
from sira.processes.bpmn.advancing import advance
from sira.processes.bpmn.compiling import examine
from sira.processes.bpmn.graph import Graph
from sira.processes.bpmn.messages import Effect, Ended, Finished, GotStuck, Occurred, Stimulus
from sira.processes.bpmn.messages import Start as Begin
from sira.processes.bpmn.reading import Definitions, read
from sira.processes.bpmn.state import State
from sira.processes.bpmn.writing import write
from sira.processes.refusals import NotReadable, NotWaiting

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ANSWERS = 500


def main(argv: Sequence[str]) -> int:
    """One JSON line a drawing below the folder. Exit 0 if all open and are written back equal."""
    if len(argv) != 1 or not Path(argv[0]).is_dir():
        print("usage: sira conformance bpmn DIR", file=sys.stderr)  # noqa: T201 - a command line answers by printing
        return 2
    fine = True
    for path in sorted(Path(argv[0]).rglob("*.bpmn")):
        verdict = judge(path.read_bytes())
        fine &= bool(verdict["opened"] and verdict["equal"])
        print(json.dumps({"file": str(path.relative_to(argv[0]))} | verdict, ensure_ascii=False))  # noqa: T201
    return 0 if fine else 1


def judge(source: bytes) -> dict[str, Any]:
    """opened, equal, and for each process of the file: run to its end, or refused with every element and reason."""
    try:
        definitions = read(source)
    except NotReadable as refusal:
        return {"opened": False, "equal": False, "why": str(refusal), "processes": []}
    return {
        "opened": True,
        "equal": equal(definitions, source),
        "processes": list(processes(definitions)),
    }


def equal(definitions: Definitions, source: bytes) -> bool:
    """Canonical XML of what was read and of what is written back, remarks included."""
    written = write(definitions)
    return read(written) == definitions and canonicalize(written, with_comments=True) == canonicalize(
        decoded(source), with_comments=True
    )


def processes(definitions: Definitions) -> Iterator[dict[str, Any]]:
    for process in definitions.processes():
        if not any(True for _flow in process.children("sequenceFlow")):
            continue
        graph, findings = examine(definitions, process.id)
        if graph is None or findings.stopping:
            yield {"process": process.id, "run": False, "refused": [str(finding) for finding in findings.stopping]}
        else:
            yield {"process": process.id, "run": True} | play(graph)


def play(graph: Graph) -> dict[str, Any]:
    """Everybody answers at once with nothing, the first event in line happens first."""
    state, steps, stuck = State(), 0, ""
    start = graph.containers[graph.key].start or next(iter(graph.starts))
    stimulus: Stimulus | None = Begin({}, start)
    for _answer in range(ANSWERS):
        if stimulus is None:
            break
        try:
            done = advance(graph, state, stimulus, facts={}, at=AT)
        except NotWaiting:
            break
        state, steps = done.state, steps + len(done.steps)
        stuck = stuck or next((str(each.message) for each in done.effects if isinstance(each, GotStuck)), "")
        if _ended(done.effects):
            return {"ended": True, "steps": steps}
        stimulus = answer(state.waits)
    return {"ended": False, "steps": steps} | ({"stuck": stuck} if stuck else {})


def _ended(effects: list[Effect]) -> bool:
    return any(isinstance(effect, Ended) for effect in effects)


def answer(waits: Mapping[str, Mapping[str, list[Any]]]) -> Stimulus | None:
    """The oldest thing waited for; tasks and automatic steps before events: work is done before its deadline."""
    for token, waited in waits.items():
        for element, wait in waited.items():
            if wait[0] in ("task", "service", "call"):
                return Finished(token, element)
    for token, waited in waits.items():
        for element, wait in waited.items():
            if wait[0] in ("timer", "message", "signal"):
                return Occurred(token, element)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
