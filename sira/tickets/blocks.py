"""What the desk's blocks do to a ticket when its process comes to them.

A block works on the sheet of the operation that set the process going. Where a timer did, the sheet is the block's own
and is saved at its end.
"""

from collections.abc import Callable

from sira.processes.blocks import Step
from sira.tickets import deciding, lifecycle, notices, promised, routed
from sira.tickets.facts import SheetFacts
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.worksheet import Worksheet

Work = Callable[[Worksheet, Step], None]


def priority(sheet: Worksheet, _step: Step) -> None:
    deciding.decide_priority(sheet)


def promise(sheet: Worksheet, _step: Step) -> None:
    promised.promise(sheet)


def route(sheet: Worksheet, _step: Step) -> None:
    routed.route(sheet)


def stage(sheet: Worksheet, step: Step) -> None:
    """Header "stage": one of the five."""
    changes = sheet.set(stage=Ticket.Stage(step.element.headers["stage"]))
    if changes:
        sheet.record(HistoryEntry.Kind.STAGE, **changes)
        notices.tell_requester(sheet, "stage")


def notify(sheet: Worksheet, step: Step) -> None:
    """Header "kind": the text for the requester, such as acknowledgement."""
    notices.tell_requester(sheet, step.element.headers["kind"])


def resolve(sheet: Worksheet, _step: Step) -> None:
    lifecycle.set_resolved(sheet)


def close(sheet: Worksheet, _step: Step) -> None:
    lifecycle.set_closed(sheet)


BLOCKS: dict[str, Work] = {
    "sira:priority": priority,
    "sira:promise": promise,
    "sira:route": route,
    "sira:stage": stage,
    "sira:notify": notify,
    "sira:resolve": resolve,
    "sira:close": close,
}


def as_block(work: Work) -> Callable[[Step], None]:
    """The work as a process runs it."""

    def run(step: Step) -> None:
        facts = step.source
        if not isinstance(facts, SheetFacts):
            raise TypeError("a desk block needs a ticket's facts")
        if facts.owned:
            facts.sheet.at = step.at
        work(facts.sheet, step)
        if facts.owned:
            facts.sheet.save()

    return run
