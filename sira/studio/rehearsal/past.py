"""Past tickets as they were opened, and what people answered in them."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sira.people.automation import automation
from sira.people.models import Person
from sira.processes.models import Advance, Instance, Task
from sira.studio.rehearsal.desk import Desk
from sira.studio.rehearsal.scene import TicketScene
from sira.tickets import facts
from sira.tickets.models import Ticket
from sira.tickets.worksheet import Worksheet

Answer = tuple[datetime, dict[str, Any]]
RELATED = ("type", "requester", "organisation", "category", "service", "group")


@dataclass
class Record:
    """A ticket and what happened in it. tasks: answers by element, the oldest first.  messages: times by name."""

    ticket: Ticket
    facts: dict[str, Any]
    tasks: dict[str, deque[Answer]] = field(default_factory=dict)
    messages: dict[str, deque[datetime]] = field(default_factory=dict)

    def scene(self, desk: Desk, *, write_mails: bool = True) -> TicketScene:
        person: Person = self.ticket.requester
        told = str(person), person.email or "", person.language or "en"
        organisation = self.ticket.organisation
        return TicketScene(
            desk, self.facts, told, organisation.calendar_id if organisation else None, write_mails=write_mails
        )

    def answers(self) -> tuple[dict[str, deque[Answer]], dict[str, deque[datetime]]]:
        """Own copies, to be used up by one play."""
        return (
            {element: deque(given) for element, given in self.tasks.items()},
            {name: deque(times) for name, times in self.messages.items()},
        )


def at_opening(ticket: Ticket, by: Person) -> dict[str, Any]:
    """The ticket's facts, as far as they are kept: what the process decided since is taken back."""
    sheet = Worksheet(ticket, by=by, at=ticket.opened_at)
    undone = {"priority": None, "stage": "opened", "status": "open", "group": None, "agent": None, "has_agent": False}
    found = facts.of(sheet)
    return found | {"ticket": found["ticket"] | undone}


def records(tickets: Iterable[Ticket]) -> list[Record]:
    """Four statements, however many tickets there are; they bring their related rows (see RELATED)."""
    rows = list(tickets)
    first = _first_runs([row.pk for row in rows])
    by = automation()
    found = {row.pk: Record(row, at_opening(row, by)) for row in rows}
    tasks: dict[int, dict[str, deque[Answer]]] = defaultdict(lambda: defaultdict(deque))
    done = Task.objects.filter(instance__in=first.values(), state=Task.State.DONE).order_by("done_at", "id")
    for subject, element, at, outcome in done.values_list("subject", "element", "done_at", "outcome"):
        if at is not None:
            tasks[subject][element].append((at, outcome or {}))
    heard = Advance.objects.filter(instance__in=first.values(), way__cause__has_key="message").order_by("id")
    messages: dict[int, dict[str, deque[datetime]]] = defaultdict(lambda: defaultdict(deque))
    for subject, cause, at in heard.values_list("instance__subject", "way__cause", "at"):
        messages[subject][cause["message"]].append(at)
    for subject, record in found.items():
        record.tasks, record.messages = dict(tasks[subject]), dict(messages[subject])
    return list(found.values())


def _first_runs(subjects: Sequence[int]) -> dict[int, int]:
    """The first run of each ticket; what came after it was opened anew is another story."""
    runs = Instance.objects.filter(subject__in=subjects, caller=None).order_by("subject", "id")
    return dict(runs.distinct("subject").values_list("subject", "id"))


def newest(process: str, most: int, *, by: Person) -> list[Ticket]:
    """Those they see of the tickets that this process leads or led, the newest first; all types if none has it."""
    rows = Ticket.objects.visible_to(by).select_related(*RELATED).order_by("-id")
    led = rows.filter(type__process_key=process)
    return list(led[:most]) or list(rows[:most])
