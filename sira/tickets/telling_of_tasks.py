"""A task is put to somebody: they hear of it, and a ticket whose requester is asked waits for them.

Once more when it is due and nobody has done it.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from sira.notifications import outbox
from sira.notifications.models import OutgoingMail
from sira.notifications.outbox import Mail
from sira.people.automation import automation
from sira.people.models import Person
from sira.processes import naming
from sira.processes.blocks import TaskChange
from sira.processes.models import Task
from sira.processes.tasks import particulars, preparing
from sira.tickets import notices, waiting
from sira.tickets.models import Ticket
from sira.tickets.telling_of_approvals import laid_out
from sira.tickets.worksheet import Worksheet

PATH = "/portal/tasks/{key}/"
TOLD = ("task", "test", "publish")
LATE_FOR = timedelta(days=1)  # what is due for longer was told, or was due before anybody was told
AT_ONCE = 100


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
        told = notices.for_agent(sheet, person)
        placeholders = {**told, **said_of(task, person), "link": page_of(task, person) or told["link"]}
    if person.pk != sheet.by.pk or asks:
        kind = "form" if asks else "task"
        sheet.mails.append(Mail(kind=kind, to=person, placeholders=placeholders, opens=task.pk))


def said_of(task: Task, person: Person) -> dict[str, str | None]:
    texts = preparing.beside(task).get("particulars", {}).get("text", {})
    name = naming.task(task, person.language)
    return {
        "task": name,
        "question": str(particulars.in_language(texts, person.language)) or name,
        "due_at": task.due_at.isoformat() if task.due_at else None,
    }


@transaction.atomic
def tell_due(at: datetime) -> int:
    """Tell those whose tasks have come due; how many. Each once: the notice names its task, and the task is locked."""
    told = OutgoingMail.objects.filter(kind="task_due", subject=OuterRef("subject"), opens=OuterRef("pk"))
    due = Task.objects.filter(state=Task.State.OPEN, due_at__lte=at, due_at__gt=at - LATE_FOR)
    due = due.filter(assignee__is_active=True).exclude(assignee__email="")  # as outbox.queue
    rows = due.filter(~Exists(told), kind__in=(*TOLD, *preparing.OF_REQUESTER)).select_related("assignee")
    tasks = list(rows.select_for_update(skip_locked=True, of=("self",)).order_by("due_at")[:AT_ONCE])
    tickets = Ticket.objects.select_related("type", "requester", "group", "agent").in_bulk(
        [task.subject for task in tasks]
    )
    for task in tasks:
        if task.assignee and (ticket := tickets.get(task.subject)):
            sheet = Worksheet(ticket, by=automation(), at=at)
            outbox.queue([due_mail(sheet, task, task.assignee)], subject=ticket.pk, at=at)
    return len(tasks)


def due_mail(sheet: Worksheet, task: Task, person: Person) -> Mail:
    told = notices.for_requester(sheet) if person.pk == sheet.ticket.requester_id else notices.for_agent(sheet, person)
    placeholders = {**told, **said_of(task, person), "link": page_of(task, person) or told["link"]}
    return Mail(kind="task_due", to=person, placeholders=placeholders, opens=task.pk)


def page_of(task: Task, person: Person) -> str:
    """Where it is done, also by who does not work on its ticket; nothing for who has no such page."""
    if task.kind in preparing.OF_REQUESTER:
        return f"{settings.SIRA_URL}{PATH.format(key=task.pk)}"
    return f"{settings.SIRA_URL}{reverse('workspace:task', args=[task.pk])}" if person.is_agent else ""
