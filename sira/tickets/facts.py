"""What drawings and decision tables may know of a ticket: plain values under the glossary's names."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from sira.people.automation import automation
from sira.people.models import Membership, Organisation, Person
from sira.plumbing.composed import composed
from sira.processes.blocks import Facts
from sira.processes.models import Task
from sira.tickets import facts_in_words
from sira.tickets.facts_in_words import LEVELS, PRIORITIES
from sira.tickets.messages import VOUCHED
from sira.tickets.models import Message, Ticket
from sira.tickets.refusals import AfterTheEnd
from sira.tickets.worksheet import Worksheet, sheet_of

MESSAGE = "message"
LONGEST = 20_000
METHODS = ("dmarc", "dkim", "spf")


def of_ticket(sheet: Worksheet) -> dict[str, Any]:
    ticket = sheet.ticket
    return {
        "number": ticket.number,
        "type": ticket.type.key,
        "subject": ticket.subject,
        "impact": LEVELS[ticket.impact],
        "urgency": LEVELS[ticket.urgency],
        "priority": PRIORITIES.get(ticket.priority or 0),
        "stage": ticket.stage,
        "status": ticket.status,
        "channel": ticket.channel,
        "language": ticket.language,
        "category": ticket.category.key if ticket.category else None,
        "service": ticket.service.key if ticket.service else None,
        "service_owner": ticket.service.owner_id if ticket.service else None,
        "group": ticket.group.key if ticket.group else None,
        "agent": ticket.agent_id,
        "has_agent": ticket.agent_id is not None,
        "needs_test": ticket.type.needs_test,
        "tags": list(ticket.tags),
        "fields": ticket.fields,
    }


def of_requester(sheet: Worksheet) -> dict[str, Any]:
    """Found out once, however often the facts are read: no step of a process changes who asked."""
    if sheet.asker is None:
        sheet.asker = of_person(sheet.requester, sheet.ticket.organisation)
    return sheet.asker.copy()


def of_person(person: Person, organisation: Organisation | None) -> dict[str, Any]:
    return {
        "id": person.pk,
        "name": person.name,
        "mail": person.email,
        "manager": person.manager_id,
        "leads": leads_of(person.pk) if person.is_agent else [],
        "language": person.language,
        "role": person.role,
        "organisation": organisation.name if organisation else None,
        "kind": organisation.kind if organisation else None,
        "tier": organisation.tier if organisation else "standard",
        "country": organisation.country if organisation else None,
    }


@composed
def leads_of(person: int) -> "QuerySet[Membership, int]":
    """Who leads a group of the person's, themselves left out."""
    own = Membership.objects.filter(person=person).values("group")
    rows = Membership.objects.filter(group__in=own, leads=True, person__in=Person.objects.agents())
    return rows.exclude(person=person).order_by("person").distinct().values_list("person", flat=True)


def of_message(sheet: Worksheet) -> dict[str, Any]:
    """What the request said in the first place, and what our receiving server said of its sender."""
    if sheet.opened_with is None:
        rows = Message.objects.filter(ticket=sheet.ticket, is_internal=False).order_by("id")
        text, head = rows.values_list("text", "recipients").first() or ("", {})
        sheet.opened_with = text, head.get(VOUCHED, {})
    text, vouched = sheet.opened_with
    return {"text": text[:LONGEST]} | {method: vouched.get(method) for method in METHODS}


class Known(dict[str, Any]):
    """The facts, of which the message is read only when somebody asks for it."""

    def __init__(self, sheet: Worksheet) -> None:
        super().__init__(ticket=of_ticket(sheet), requester=of_requester(sheet))
        self._sheet = sheet

    def __contains__(self, name: object) -> bool:
        return name == MESSAGE or super().__contains__(name)

    def __missing__(self, name: str) -> Any:
        if name != MESSAGE:
            raise KeyError(name)
        self[name] = of_message(self._sheet)
        return self[name]


def of(sheet: Worksheet) -> dict[str, Any]:
    """All of it, as the ticket stands now; to be read only."""
    if sheet.known is None:
        sheet.known = Known(sheet)
    return sheet.known


class SheetFacts:
    """The facts of a sheet, for a process: asked again after every block, since a block may have changed the ticket.

    When a block fails, all that the blocks did is undone and they are done again one by one; from then on only the
    failing one is undone. The sheet goes back the same way.  owned: nobody else will save the sheet.
    """

    def __init__(self, sheet: Worksheet, *, owned: bool = False) -> None:
        self.sheet, self.owned = sheet, owned
        self._before = sheet.snapshot()
        self._careful = False

    def __call__(self) -> Mapping[str, Any]:
        if self._careful:
            self._before = self.sheet.snapshot()
        self.sheet.was_read()
        return of(self.sheet)

    def forget(self) -> None:
        self.sheet.restore(self._before)
        self._careful = True

    def in_words(self, path: str, value: str, language: str) -> str:
        return facts_in_words.in_words(self.sheet.ticket, path, value, language)


def of_subject(subject: int) -> SheetFacts:
    """Of a ticket that nobody has on the desk: a timer fires. Its row is locked already (see lock)."""
    return SheetFacts(sheet_of(subject, by=automation(), at=timezone.now()), owned=True)


def may_open(task: Task, source: Facts) -> None:
    """The gate in words, for a ticket that may not be written yet: what must be done before its end cannot come after.

    Raises AfterTheEnd.
    """
    if task.mandatory and isinstance(source, SheetFacts) and source.sheet.ticket.status in Ticket.DONE:
        raise AfterTheEnd()


def lock(subject: int) -> None:
    """Ticket before instance, as every operation does."""
    list(Ticket.objects.select_for_update().filter(pk=subject).values_list("pk"))


def lock_unless_busy(subject: int) -> bool:
    """False if another transaction has the ticket; what is no ticket is nobody's."""
    rows = Ticket.objects.filter(pk=subject).values_list("pk", flat=True)
    return bool(list(rows.select_for_update(skip_locked=True))) or not rows.exists()
