"""What a plan of marks says is done with a ticket: its priority is raised, somebody else gets it, a process starts."""

from dataclasses import replace
from datetime import datetime

from sira.people.automation import automation
from sira.processes import running
from sira.promises.planned import PROCESS
from sira.routing import routing, waiting
from sira.tickets import assigning, deciding, routed
from sira.tickets.facts import SheetFacts
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.worksheet import Worksheet, on_desk


def act(subject: int, target: str, action: str, share: int, *, at: datetime) -> None:
    """What the plan says is done with the ticket at a mark; a repeated job does it once, and none on what is done."""
    with on_desk(subject, by=automation(), at=at) as sheet:
        done = {"target": target, "did": action, "share": share}
        told = sheet.ticket.history.filter(fact__facts__contains=done, at__gte=sheet.ticket.opened_at)
        if sheet.ticket.status not in Ticket.ACTIVE or told.exists():
            return
        if _act(sheet, action):
            sheet.record(HistoryEntry.Kind.WARNED, **done)


def _act(sheet: Worksheet, action: str) -> bool:
    ticket = sheet.ticket
    if action == "raise_priority":
        if ticket.priority is None or ticket.priority <= Ticket.Priority.CRITICAL:
            return False
        changes = sheet.set(priority=ticket.priority - 1)
        sheet.record(HistoryEntry.Kind.DECIDED, **changes)
        deciding.facts_changed(sheet, changes)
        return True
    if action == "reassign":
        return _reassign(sheet)
    if action.startswith(PROCESS):
        sheet.flush()
        key, variables = action.removeprefix(PROCESS), {"escalated": True}
        running.start(key, subject=ticket.pk, variables=variables, facts=SheetFacts(sheet), at=sheet.at)
        return True
    return False


def _reassign(sheet: Worksheet) -> bool:
    """To somebody else of the group; nobody else there leaves it where it is."""
    before = sheet.ticket.agent
    group = sheet.ticket.group
    if group is None:
        return False
    work = replace(routed.work_of(sheet.ticket), silent=(before.pk,) if before else ())
    chosen = routing.route_within(group, sheet.ticket.pk, at=sheet.at, work=work)
    if chosen.agent is None:
        if before:
            waiting.forget(sheet.ticket.pk)
        return False
    sheet.keep(chosen.trace)
    assigning.give(sheet, group=group, agent=chosen.agent, how="escalated")
    return True
