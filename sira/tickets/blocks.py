"""What the desk's blocks do to a ticket when its process comes to them.

A block works on the sheet of the operation that set the process going; where a timer did, the sheet is opened for it.
"""

from collections.abc import Callable
from typing import Any

from sira.processes.blocks import Step, register
from sira.tickets import deciding, lifecycle, notices, promised, routed
from sira.tickets.facts import Facts
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.worksheet import Worksheet


def of(step: Step) -> Worksheet:
    """The sheet the step works on."""
    facts = step.facts
    if not isinstance(facts, Facts):
        raise TypeError("a desk block needs a ticket's facts")
    return facts.sheet


def priority(step: Step) -> None:
    deciding.decide_priority(of(step))


def promise(step: Step) -> None:
    promised.promise(of(step))


def route(step: Step) -> None:
    routed.route(of(step))


def stage(step: Step) -> None:
    """Header "stage": one of the five."""
    sheet = of(step)
    wanted = Ticket.Stage(step.headers["stage"])
    changes = sheet.set(stage=wanted)
    if changes:
        sheet.record(HistoryEntry.Kind.STAGE, **changes)


def notify(step: Step) -> None:
    """Header "kind": acknowledgement, or another text for the requester."""
    sheet, kind = of(step), step.headers["kind"]
    if kind == "acknowledgement":
        notices.acknowledge(sheet)
    else:
        notices.tell_requester(sheet, kind)


def resolve(step: Step) -> None:
    lifecycle.set_resolved(of(step))


def close(step: Step) -> None:
    lifecycle.set_closed(of(step))


BLOCKS: dict[str, Callable[[Step], Any]] = {
    "sira:priority": priority,
    "sira:promise": promise,
    "sira:route": route,
    "sira:stage": stage,
    "sira:notify": notify,
    "sira:resolve": resolve,
    "sira:close": close,
}


def register_all() -> None:
    for task_type, run in BLOCKS.items():
        register(task_type, run)
