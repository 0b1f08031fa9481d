"""The block that opens a ticket as a part of this one."""

from typing import Any

from sira.people.automation import automation
from sira.people.models import SupportGroup
from sira.processes.blocks import Step
from sira.processes.tasks import particulars
from sira.processes.tasks.choices import Choices
from sira.tickets import opening
from sira.tickets.messages import Said
from sira.tickets.models import Category, HistoryEntry, Ticket, TicketLink, TicketType
from sira.tickets.opening import Asked
from sira.tickets.refusals import TooDeep, UnknownValue
from sira.tickets.worksheet import Worksheet

DEEPEST = 5


def open_child(sheet: Worksheet, step: Step) -> dict[str, Any]:
    """Headers type, subject, text, category, group.  Result: child, its number.  Raises UnknownValue, TooDeep."""
    headers, values, parent = step.element.headers, step.variables, sheet.ticket
    must_not_be_too_deep(parent.pk)
    language, choices = sheet.requester.language, Choices(step)
    subject = particulars.in_language(particulars.texts(headers, "subject", values, choices), language)
    text = particulars.in_language(particulars.texts(headers, "text", values, choices), language)
    asked = Asked(
        type=by_key(TicketType, headers.get("type", "")) or parent.type,
        subject=str(subject or f"{step.element.name}: {parent.subject}"),
        requester=sheet.requester,
        said=Said(text=str(text or subject or step.element.name), is_automatic=True, language=language),
        channel=Ticket.Channel.PROCESS,
        category=by_key(Category, headers.get("category", "")) or parent.category,
        service=parent.service,
        group=by_key(SupportGroup, headers.get("group", "")),
        part_of=parent,
        is_machine=True,
    )
    child, _message = opening.open_ticket(asked, by=automation(), at=sheet.at)
    sheet.record(HistoryEntry.Kind.LINKED, to=child.number, how=TicketLink.Kind.CHILD)
    return {"child": child.number}


def by_key(model: Any, key: str) -> Any:
    """The row; None where nothing is named.  Raises UnknownValue."""
    row = model.objects.filter(key=key).first() if key else None
    if key and row is None:
        raise UnknownValue(model._meta.model_name, key)
    return row


def must_not_be_too_deep(ticket: int) -> None:
    """A drawing that opens tickets which open tickets would never end.  Raises TooDeep."""
    for _level in range(DEEPEST):
        above = TicketLink.objects.filter(source=ticket, kind=TicketLink.Kind.CHILD).values_list("target_id", flat=True)
        if (found := above.first()) is None:
            return
        ticket = found
    raise TooDeep()
