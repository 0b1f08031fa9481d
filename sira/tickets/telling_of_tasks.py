"""A task is put to somebody: they hear of it, and a ticket whose requester is asked waits for them."""

from django.conf import settings

from sira.notifications.outbox import Mail
from sira.people.models import Person
from sira.processes.blocks import TaskChange
from sira.processes.models import Task
from sira.processes.tasks import particulars, preparing
from sira.tickets import notices, waiting
from sira.tickets.models import Ticket
from sira.tickets.telling_of_approvals import laid_out
from sira.tickets.worksheet import Worksheet

PATH = "/portal/tasks/{key}/"
TOLD = ("task", "test", "publish")


def changed(change: TaskChange) -> None:
    opened = [task for task in change.opened if task.assignee_id and task.kind in (*preparing.OF_REQUESTER, *TOLD)]
    if not opened:
        return
    with laid_out(change.source, change.instance.subject, change) as sheet:
        if sheet is not None:
            for task in opened:
                tell(sheet, task)


def tell(sheet: Worksheet, task: Task) -> None:
    person = Person.objects.get(pk=task.assignee_id)
    asks = task.kind in preparing.OF_REQUESTER
    if asks and person.pk == sheet.ticket.requester_id:
        if task.mandatory and sheet.ticket.status in Ticket.ACTIVE and sheet.ticket.status != Ticket.Status.WAITING:
            waiting.wait_sheet(sheet)
        placeholders = {**notices.for_requester(sheet), **said_of(task, person)}
    else:
        link = f"{settings.SIRA_URL}{PATH.format(key=task.pk)}" if asks else None
        told = notices.for_agent(sheet, person)
        placeholders = {**told, **said_of(task, person), "link": link or told["link"]}
    if person.pk != sheet.by.pk or asks:
        sheet.mails.append(Mail(kind="form" if asks else "task", to=person, placeholders=placeholders))


def said_of(task: Task, person: Person) -> dict[str, str | None]:
    texts = preparing.beside(task).get("particulars", {}).get("text", {})
    return {
        "task": task.name,
        "question": str(particulars.in_language(texts, person.language)) or task.name,
        "due_at": task.due_at.isoformat() if task.due_at else None,
    }
