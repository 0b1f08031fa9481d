"""A desk whose drawings ask people: what is requested has to be approved, worked on by departments and tested."""

from datetime import datetime
from typing import Any

from sira.people.models import Organisation, Person
from sira.processes import versions
from sira.processes.models import Incident, Instance, Task
from sira.processes.tasks.models import Approval, Ballot
from sira.processes.tests.drawing import drawing, end, gate, service, start, user
from sira.tickets import approvals
from sira.tickets.models import HistoryEntry, Ticket, TicketType
from sira.tickets.tests.cast import Desk, a_group, a_person, monday
from sira.tickets.wording import tell


def headers(**values: str) -> str:
    lines = "".join(f'<zeebe:header key="{key.replace("__", ":")}" value="{value}"/>' for key, value in values.items())
    return f"<zeebe:taskHeaders>{lines}</zeebe:taskHeaders>"


def people(who: str = "", groups: str = "") -> str:
    return f'<zeebe:assignmentDefinition assignee="{who}" candidateGroups="{groups}"/>' if who or groups else ""


def due(text: str) -> str:
    return f'<zeebe:taskSchedule dueDate="{text}"/>' if text else ""


def task(key: str, kind: str, *, who: str = "", groups: str = "", form: str = "", until: str = "", **more: str) -> str:
    fill = f'<zeebe:formDefinition formId="{form}"/>' if form else ""
    return user(key, extension=f"<zeebe:userTask/>{people(who, groups)}{fill}{due(until)}{headers(kind=kind, **more)}")


def approve(who: str = "", groups: str = "", until: str = "", **more: str) -> str:
    return task("approve", "approve", who=who, groups=groups, until=until, **more)


def purchase(block: str, *more: str, ways: str = "", declare: str = "") -> str:
    """The block, then a yes or a no that ends the ticket."""
    return drawing(
        start(),
        block,
        gate("well"),
        service("order", "sira:close", extension=headers(text="It has been ordered.")),
        service("refuse", "sira:close", extension=headers(text="It was not approved.")),
        end(),
        *more,
        key="purchase",
        declare=declare,
        ways="start > approve > well; well > order if approved; well > refuse otherwise; order > end; refuse > end"
        + ways,
    )


class Office(Desk):
    """tom asks, marta is his manager and helga hers; bora, cem and deniz are the board; the group money is eva's."""

    def __init__(self) -> None:
        super().__init__()
        self.firm = Organisation.objects.create(name="Firm", kind="internal")
        self.helga = a_person("Helga Head", organisation=self.firm)
        self.marta = a_person("Marta Manager", organisation=self.firm, manager=self.helga)
        self.eva = a_person("Eva Euro", organisation=self.firm)
        self.bora, self.cem, self.deniz = (a_person(name, organisation=self.firm) for name in ("Bora", "Cem", "Deniz"))
        self.tom.manager, self.tom.organisation = self.marta, self.firm
        self.tom.save()
        self.board = a_group("board", self.bora, self.cem, self.deniz)
        self.money = a_group("money", self.eva)

    def draws(self, source: str, *, key: str = "purchase") -> TicketType:
        versions.install(source, by=self.ada, at=monday(8))
        return TicketType.objects.get_or_create(
            key=key, defaults={"prefix": key[:3].upper(), "name": key.title(), "process_key": key}
        )[0]

    def asks(self, source: str, *, at: datetime | None = None, **more: Any) -> Ticket:
        """A request whose drawing begins at once."""
        return self.ticket(type=self.draws(source), subject="A new laptop", at=at, **more)

    def says(self, person: Person, ticket: Ticket, answer: bool, *, at: datetime | None = None, **more: Any) -> Ballot:
        ballot = self.ballot(person, ticket)
        return approvals.decide(ballot, approved=answer, by=person, at=at or monday(10), **more)

    def ballot(self, person: Person, ticket: Ticket, *, at: datetime | None = None) -> Ballot:
        found = Ballot.objects.of(person, at=at or monday(10)).filter(approval__subject=ticket.pk)
        return found.order_by("-id")[0]


def approval_of(ticket: Ticket) -> Approval:
    return Approval.objects.filter(subject=ticket.pk).order_by("-id")[0]


def asked(ticket: Ticket) -> list[str]:
    """First names of those who are asked now."""
    rows = Ballot.objects.filter(approval__subject=ticket.pk, state="open").order_by("id")
    return [name.split()[0] for name in rows.values_list("approver__name", flat=True)]


def now(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def variables(ticket: Ticket) -> dict[str, Any]:
    found: dict[str, Any] = Instance.objects.get(pk=now(ticket).instance_id).state.get("variables", {})
    return found


def story(ticket: Ticket) -> list[str]:
    """What the history says of approvals and tasks."""
    kinds = (HistoryEntry.Kind.APPROVAL, HistoryEntry.Kind.TASK)
    return [one.words for one in tell(ticket.history.filter(fact__kind__in=kinds).order_by("id"))]


def stuck(ticket: Ticket) -> list[str]:
    rows = Incident.objects.filter(instance__subject=ticket.pk, resolved_at=None)
    return list(rows.values_list("code", flat=True))


def task_of(ticket: Ticket, kind: str) -> Task:
    return Task.objects.filter(subject=ticket.pk, kind=kind, state="open").order_by("id")[0]
