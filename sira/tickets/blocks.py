"""What the desk's blocks do to a ticket when its process comes to them.

A block works on the sheet of the operation that set the process going. Where a timer did, the sheet is the block's own
and is saved at its end.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sira.people.automation import automation
from sira.processes.blocks import Step
from sira.tickets import children, deciding, jobs, leave, lifecycle, notices, promised, routed, saying, setting
from sira.tickets.facts import SheetFacts
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.worksheet import Worksheet

Result = Mapping[str, Any] | None
Work = Callable[[Worksheet, Step], Result]


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
    """Header "kind": a standing text for the requester, such as acknowledgement; without it the drawing's own text."""
    kind = step.element.headers.get("kind")
    if kind:
        notices.tell_requester(sheet, kind)
    else:
        saying.tell(sheet, step)


def set_fields(sheet: Worksheet, step: Step) -> None:
    """The drawing sets them, not whoever set it going."""
    with sheet.acting(automation()):
        setting.set_fields(sheet, step)


def resolve(sheet: Worksheet, step: Step) -> None:
    """Header "text": what was done, where nobody wrote it."""
    saying.give_resolution(sheet, step)
    lifecycle.must_be_done(sheet)
    lifecycle.set_resolved(sheet)


def close(sheet: Worksheet, step: Step) -> None:
    """A ticket that was never resolved is resolved by being closed."""
    saying.give_resolution(sheet, step)
    lifecycle.must_be_done(sheet)
    if sheet.ticket.status != Ticket.Status.RESOLVED:
        lifecycle.stop_clocks(sheet)
    lifecycle.set_closed(sheet)


BLOCKS: dict[str, Work] = {
    "sira:priority": priority,
    "sira:promise": promise,
    "sira:route": route,
    "sira:stage": stage,
    "sira:notify": notify,
    "sira:resolve": resolve,
    "sira:close": close,
    "sira:reply": saying.reply,
    "sira:set": set_fields,
    "sira:open_child": children.open_child,
    "sira:absence": leave.enter_absence,
}


# Those that look for no rows of the ticket but what lies on the sheet.
ON_SHEET = (priority, promise, route, stage, notify)


def as_block(work: Work) -> Callable[[Step], Result]:
    """The work as a process runs it."""

    def run(step: Step) -> Result:
        facts = step.source
        if not isinstance(facts, SheetFacts):
            raise TypeError("a desk block needs a ticket's facts")
        if facts.owned:
            facts.sheet.at = step.at
        if work not in ON_SHEET:
            facts.sheet.write_beside()
        result = work(facts.sheet, step)
        if facts.owned:
            facts.sheet.save()
            if facts.sheet.listened_to:  # another process of the ticket may wait; the one that moves now asks itself
                jobs.look_again.defer(subject=step.subject)
        return result

    return run
