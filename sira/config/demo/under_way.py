"""Requests of the sample organisation that are on their way through the templates: approvals wait, tasks are open."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import translation

from sira.calendars.compiled import edition_in_force, working_time
from sira.config.demo.life import at_work
from sira.forms import publishing
from sira.forms.models import FormVersion
from sira.forms.posting import validate_values
from sira.forms.schema import DATE, fields
from sira.forms.validation import Answers
from sira.people.models import Person
from sira.processes import timers
from sira.processes.models import Task
from sira.processes.tasks.models import Ballot, TaskSheet
from sira.tickets import approvals, finishing
from sira.tickets.finishing import Shown
from sira.tickets.messages import Said
from sira.tickets.models import Ticket, TicketType
from sira.tickets.opening import Asked, open_ticket
from sira.tickets.requested import FORM
from sira.tickets.tasks import DONE

# Working time between two steps.
A_STEP = timedelta(minutes=50)


def tell(told: list[dict[str, Any]], *, at: datetime) -> None:
    """Each from the day it was asked for up to today."""
    for one in told:
        by = _person(one["by"])
        with translation.override(by.language):
            _Way(one, by, now=at).go(one["then"])


class _Way:
    """One request; its time goes on in working hours and never ahead of today."""

    def __init__(self, told: dict[str, Any], by: Person, *, now: datetime) -> None:
        self.now, self.hours = now, working_time(edition_in_force(None))
        self.zone = self.hours.zone
        self.at = at_work(self.hours, now - timedelta(days=told["days_ago"]), A_STEP, now=now)
        form, fields = self.answered(told["form"], told["answers"])
        asked = Asked(
            type=TicketType.objects.get(key=told["type"]),
            subject=fields.pop("subject", "") or str(fields.get("person", "")),
            requester=by,
            said=Said(text=fields.pop("description", "") or str(fields.get("reason", "")), language=by.language),
            channel="portal",
            fields=fields | {FORM: [form.key, form.version]},
        )
        self.ticket: Ticket = open_ticket(asked, by=by, at=self.at)[0]

    def go(self, steps: list[dict[str, Any]]) -> None:
        for step in steps:
            if "until" in step:
                self.at = self.moment(step["until"])
                while timers.pump(self.at):
                    pass
                continue
            self.at = min(self.hours.add(self.at, A_STEP), self.now)
            task = self.open_task(step["at"])
            if "approved" in step:
                self.decide(task, step)
            else:
                self.do(task, step)

    def open_task(self, element: str) -> Task:
        open_now = {task.element: task for task in Task.objects.filter(subject=self.ticket.pk, state=Task.State.OPEN)}
        assert element in open_now, f"{self.ticket.subject}: {element} is not open, but {list(open_now)}"
        return open_now[element]

    def decide(self, task: Task, step: dict[str, Any]) -> None:
        for ballot in Ballot.objects.filter(approval__task=task, approver__email__in=step["as"]):
            said = {"approved": step["approved"], "comment": step["comment"]}
            approvals.decide(ballot, by=ballot.approver, at=self.at, **said)

    def do(self, task: Task, step: dict[str, Any]) -> None:
        sheet = TaskSheet.objects.filter(task=task).first()
        answers = self.answered(task.form, step["answers"])[1] if "answers" in step else None
        shown = Shown(checked=range(len(sheet.checked)) if sheet else (), signed=True, answers=answers)
        finishing.finish(task, by=_person(step["as"]), outcome={"result": DONE}, shown=shown, at=self.at)

    def answered(self, form: str, answers: dict[str, Any]) -> tuple[FormVersion, dict[str, Any]]:
        """The form that was filled in, and its answers as the desk keeps them, checked by it like anybody's."""
        version = publishing.published(form)
        assert version is not None, form
        kinds = {one.key: one.kind_of_moment for one in fields(version.schema) if one.type == "datetime"}
        given = {key: self.written(value, kinds[key]) if key in kinds else value for key, value in answers.items()}
        found = validate_values(version.schema, given)
        assert isinstance(found, Answers), found
        return version, found.values

    def written(self, told: str, kind: str) -> str:
        moment = self.moment(told)
        return moment.date().isoformat() if kind == DATE else f"{moment:%Y-%m-%dT%H:%M}"

    def moment(self, told: str) -> datetime:
        """`-1 10:00` is ten o'clock yesterday, by the calendar of the desk."""
        days, _blank, clock = told.partition(" ")
        day = self.now.astimezone(self.zone).date() + timedelta(days=int(days))
        return datetime.combine(day, time.fromisoformat(clock) if clock else time(), self.zone)


def _person(mail: str) -> Person:
    return Person.objects.get(email=mail)
