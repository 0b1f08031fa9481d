"""A template walked by the desk's own operations, in virtual time: people answer, approve, confirm; timers fire.

What was walked is read from the history that the ticket page paints, so a way counts only if the desk went it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils.datastructures import MultiValueDict

from sira.forms import publishing, reading, validation
from sira.people.models import Person
from sira.processes import picture, timers, versions
from sira.processes.models import Incident, Instance, Task, Timer
from sira.processes.tasks import deadlines
from sira.processes.tasks.models import Approval, Ballot, TaskSheet
from sira.tickets import approvals, finishing, lifecycle
from sira.tickets.finishing import Shown
from sira.tickets.messages import Attached, Said
from sira.tickets.models import Ticket, TicketType
from sira.tickets.opening import Asked, open_ticket
from sira.tickets.tests.cast import monday

A_FILE = Attached(name="report.pdf", size=3, digest=b"0" * 32, content_type="application/pdf")


class Walk:
    """One ticket on its way. at: the time of the world, which only goes on."""

    def __init__(self, ticket: Ticket, *, at: datetime, admin: Person) -> None:
        self.ticket, self.at, self.admin = ticket, at, admin

    # What people do

    def do(self, element: str, result: str = "done", **answers: Any) -> "Walk":
        """The open task at the element is done, with all that it asks for."""
        task = self.open_task(element)
        sheet = TaskSheet.objects.filter(task=task).first()
        wanted = sheet.particulars.get("evidence", []) if sheet else []
        shown = Shown(
            evidence="Done and looked at.",
            files=[A_FILE] if "file" in wanted else [],
            checked=range(len(sheet.checked)) if sheet else (),
            signed=True,
            answers=answered(task.form, answers) if task.form else None,
        )
        assert task.form or not answers, f"{element} has no form"
        finishing.finish(task, by=self.who_does(task), outcome={"result": result}, shown=shown, at=self.at)
        return self

    def resolve(self, resolution: str = "It works again.") -> "Walk":
        lifecycle.resolve(self.fresh(), by=self.admin, resolution=resolution, at=self.at)
        return self

    def approve(self, element: str) -> "Walk":
        return self._vote(element, approved=True)

    def reject(self, element: str, comment: str = "Not like this.") -> "Walk":
        return self._vote(element, approved=False, comment=comment)

    def _vote(self, element: str, *, approved: bool, comment: str = "") -> "Walk":
        """Everybody who is asked says the same, as long as it is not decided."""
        task = self.open_task(element)
        while ballot := Ballot.objects.filter(approval__task=task, state=Ballot.State.OPEN).order_by("id").first():
            approvals.decide(ballot, approved=approved, by=ballot.approver, comment=comment, at=self.at)
        assert not Task.objects.filter(pk=task.pk, state=Task.State.OPEN).exists()
        return self

    def confirm(self) -> "Walk":
        lifecycle.confirm(self.fresh(), by=self.ticket.requester, at=self.at)
        return self

    def reopen(self) -> "Walk":
        lifecycle.reopen(self.fresh(), by=self.ticket.requester, at=self.at)
        return self

    def withdraw(self) -> "Walk":
        lifecycle.withdraw(self.fresh(), by=self.ticket.requester, at=self.at)
        return self

    def later(self, **time: float) -> "Walk":
        """Time passes; what falls due happens at its time."""
        until = self.at + timedelta(**time)
        while (due := self._next_due()) is not None and due <= until:
            self.at = max(self.at, due)
            assert timers.fire_due_timers(self.at) + deadlines.pump(self.at)
        self.at = until
        return self

    def until(self, element: str) -> "Walk":
        """Wait for the timer at the element."""
        due = self._timers().get(element=element).due_at
        return self.later(seconds=(due - self.at).total_seconds())

    def _next_due(self) -> datetime | None:
        looked_at = Approval.objects.filter(subject=self.ticket.pk, state=Approval.State.OPEN, next_at__isnull=False)
        return min(
            [*self._timers().values_list("due_at", flat=True), *looked_at.values_list("next_at", flat=True)],
            default=None,
        )

    def _timers(self) -> Any:
        return Timer.objects.filter(instance__in=self.instances(), fired_at=None)

    # Where it stands

    def fresh(self) -> Ticket:
        return Ticket.objects.get(pk=self.ticket.pk)

    def instances(self) -> Any:
        return Instance.objects.filter(subject=self.ticket.pk)

    def open_task(self, element: str) -> Task:
        found = Task.objects.filter(subject=self.ticket.pk, element=element, state=Task.State.OPEN).order_by("id")
        task = found.first()
        assert task is not None, f"nothing waits at {element}: {self.waits_at()}"
        return task

    def waits_at(self) -> list[str]:
        return [element for instance in self.instances() for element in picture.where(instance).current]

    def who_does(self, task: Task) -> Person:
        if task.assignee_id:
            return Person.objects.get(pk=task.assignee_id)
        return Person.objects.filter(memberships__group=task.group_id).first() or self.admin

    def ends(self, status: str = "closed") -> "Walk":
        """It is over: nothing waits, nothing is stuck, and the ticket is what it should be."""
        assert not Incident.objects.filter(instance__in=self.instances(), resolved_at=None).exists(), self.troubles()
        assert self.waits_at() == []
        assert self.fresh().status == status
        return self

    def troubles(self) -> list[tuple[str, str]]:
        return list(Incident.objects.filter(instance__in=self.instances()).values_list("element", "message"))

    def walked(self) -> Iterator[tuple[str, str]]:
        """(key of the drawing, id of the way) of all its runs, and of those that they called."""
        for instance in self.instances().select_related("version"):
            yield from ((instance.version.key, flow) for flow in picture.where(instance).flows)


def answered(form: str, answers: dict[str, Any]) -> dict[str, Any]:
    """What the desk makes of the answers; a form that would refuse them fails the walk."""
    version = publishing.published(form)
    assert version is not None, form
    data = MultiValueDict(dict(pair for key, value in answers.items() for pair in posted(key, value)))
    found = validation.validate(version.schema, data, language="en")
    assert isinstance(found, validation.Answers), found
    return found.values


def ways_of(key: str) -> set[tuple[str, str]]:
    """Every way that is drawn, in sub-processes too."""
    graph = versions.graph_of(versions.published(key))
    return {(key, flow.id) for node in graph.nodes.values() for flow in node.outgoing}


def begin(type_key: str, requester: Person, answers: dict[str, Any], *, form: str, admin: Person, **words: Any) -> Walk:
    """A ticket of that type, asked for in the portal with the answers of the form.  words: more columns of it."""
    at, fields = monday(9), answered(form, answers) if form else answers
    asked = Asked(
        type=TicketType.objects.get(key=type_key),
        subject=fields.pop("subject", "") or type_key,
        requester=requester,
        said=Said(text=fields.pop("description", "") or "As it says."),
        channel="portal",
        fields=fields,
        **words,
    )
    return Walk(open_ticket(asked, by=requester, at=at)[0], at=at, admin=admin)


def posted(key: str, value: Any) -> Iterator[tuple[str, list[str]]]:
    """As the page posts it: a day and its hour are two fields."""
    name = f"{reading.PREFIX}{key}"
    if isinstance(value, datetime):
        yield name, [f"{value:%Y-%m-%d}"]
        yield f"{name}{reading.TIME_PART}", [f"{value:%H:%M}"]
    else:
        yield name, [str(each) for each in value] if isinstance(value, list) else [str(value)]
