"""What a notice says of its ticket, to somebody who may read it, and the page on which it is done."""

from collections.abc import Sequence

from django.urls import reverse

from sira.notifications.kinds import kind_of
from sira.notifications.listing import About
from sira.notifications.models import OutgoingMail
from sira.people.models import Person
from sira.processes.models import Task
from sira.tickets import tasks
from sira.tickets.models import Message, Ticket

LONGEST = 240
DECIDED = ("approve", "approve_sign_in", "approval_over")
OF_TASK = ("task", "task_due", "form")


def about(person: Person, rows: Sequence[OutgoingMail]) -> dict[int, About]:
    """Two queries, whatever their number, and two more where an agent is told of tasks."""
    subjects = {row.subject for row in rows if row.subject}
    tickets = Ticket.objects.visible_to(person).only("number", "subject").in_bulk(subjects)
    keys = {key for row in rows if (key := _message_of(row))}
    messages = Message.objects.visible_to(person).select_related("author").in_bulk(keys) if keys else {}
    of_tasks = _of_tasks(person, rows)
    found = {}
    for row in rows:
        ticket, message = tickets.get(row.subject or 0), messages.get(_message_of(row) or 0)
        if row.pk in of_tasks:
            ticket, path = of_tasks[row.pk], reverse("workspace:task", args=[row.opens])
        else:
            path = _path(person, row, ticket)
        if path:
            found[row.pk] = About(
                number=ticket.number if ticket else "",
                subject=ticket.subject if ticket else "",
                path=path,
                text=message.text[:LONGEST] if message else "",
                author=str(message.author) if message else "",
            )
    return found


def _of_tasks(person: Person, rows: Sequence[OutgoingMail]) -> dict[int, Ticket]:
    """The tickets of tasks that have a page for this person, also of tickets that they may not read otherwise."""
    keys = {row.opens for row in rows if row.kind in OF_TASK and row.opens} if person.is_agent else set()
    if not keys:
        return {}
    theirs = tasks.visible_to(person).exclude(state=Task.State.CANCELLED).filter(pk__in=keys)
    subjects = dict(theirs.values_list("pk", "subject"))
    tickets = Ticket.objects.only("number", "subject").in_bulk(subjects.values())
    return {row.pk: tickets[subjects[row.opens]] for row in rows if row.kind in OF_TASK and row.opens in subjects}


def _message_of(row: OutgoingMail) -> int | None:
    return row.opens if row.kind == "mentioned" else row.message


def _path(person: Person, row: OutgoingMail, ticket: Ticket | None) -> str:
    """Nothing for a ticket that the person may not read any more."""
    kind = kind_of(row.kind)
    works = person.is_agent and kind is not None and kind.works
    if row.kind in DECIDED and row.opens:
        return reverse("workspace:approval" if works else "portal:approval", args=[row.opens])
    if row.kind in ("form", "task_due") and row.opens and not works:
        return reverse("portal:form", args=[row.opens])
    if row.kind == "marks":
        return f"{reverse('workspace:desk')}?queue=broken"
    if ticket is None:
        return ""
    return ticket.get_absolute_url() if works else reverse("portal:ticket", args=[ticket.number])
