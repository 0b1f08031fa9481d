"""Tasks of a ticket: done by somebody who works on it, with evidence where it is a test."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.processes import running
from sira.processes.models import Task
from sira.tickets import permissions
from sira.tickets.facts import SheetFacts
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.worksheet import on_desk


class NeedsEvidence(Refused):
    code = "needs_evidence"
    status = 422
    message = _("Say how it was tested and what came of it.")


def finish(task: Task, *, by: Person, outcome: dict[str, Any], evidence: str = "", at: datetime) -> Ticket:
    """Record that the task is done and let the drawing go on with its outcome.

    Raises NotAllowed, NeedsEvidence for a test without words, TaskNotOpen if it was done already.
    """
    with on_desk(task.subject, by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        if task.kind == "test" and not evidence.strip():
            raise NeedsEvidence()
        sheet.record(HistoryEntry.Kind.TASK, task=task.pk, name=task.name, outcome=outcome)
        running.complete(task, by=by, outcome=outcome, evidence=evidence.strip(), facts=SheetFacts(sheet), at=at)
    return sheet.ticket


def open_tasks(ticket: Ticket) -> list[Task]:
    """What still has to be done besides the work itself, which the resolve button ends."""
    rows = Task.objects.filter(subject=ticket.pk, state=Task.State.OPEN).exclude(kind="work")
    return list(rows.select_related("assignee", "group").order_by("id"))
