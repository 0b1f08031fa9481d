"""How a task ends: done with what it asks for, by a result that the drawing offers; items ticked off before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.processes import running
from sira.processes.models import Task
from sira.processes.refusals import TaskNotOpen
from sira.processes.tasks import particulars
from sira.processes.tasks.models import TaskFile, TaskSheet
from sira.processes.tasks.refusals import TaskNeeds
from sira.tickets import waiting
from sira.tickets.facts import SheetFacts
from sira.tickets.messages import Attached
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.task_forms import checked
from sira.tickets.task_sheets import WORDS
from sira.tickets.tasks import APPROVE, DONE, OF_REQUESTER, TEST, must_be_open, must_do
from sira.tickets.worksheet import Worksheet, on_desk


class NeedsEvidence(TaskNeeds):
    code = "needs_evidence"
    message = _("Say how it was tested and what came of it.")


class UnknownResult(Refused):
    """details: results, those that the drawing offers."""

    code = "unknown_result"
    status = 422

    def __init__(self, offered: Sequence[str]) -> None:
        words = _("The drawing offers other results: %(results)s.") % {"results": ", ".join(offered)}
        super().__init__(words, results=list(offered))


class DecidedByBallot(Refused):
    code = "decided_by_ballot"
    message = _("This is an approval. It is decided by those who are asked, not ticked off.")


@dataclass(frozen=True)
class Shown:
    """What somebody brings when a task is done. checked: places in the checklist, from 0.

    answers: of its form, as JSON, without files.  form_files: those of the form, by key.
    """

    evidence: str = ""
    files: Sequence[Attached] = ()
    checked: Iterable[int] = ()
    signed: bool = False
    answers: Mapping[str, Any] | None = None
    form_files: Mapping[str, Sequence[Attached]] = field(default_factory=dict)

    @property
    def all_files(self) -> list[Attached]:
        return [*self.files, *(file for of_field in self.form_files.values() for file in of_field)]


NOTHING = Shown()


def finish(
    task: Task, *, by: Person, outcome: dict[str, Any], evidence: str = "", shown: Shown = NOTHING, at: datetime
) -> Ticket:
    """Record that the task is done and let the drawing go on with its outcome and the answers of its form.

    Raises NotAllowed, DecidedByBallot, NeedsEvidence, TaskNeeds, UnknownField, FormNotRight, UnknownResult, and
    TaskNotOpen if it was done already; then nothing has changed.
    """
    with on_desk(task.subject, by=by, at=at) as sheet:
        must_do(by, task, sheet.ticket)
        if task.kind == APPROVE:
            raise DecidedByBallot()
        task = Task.objects.get(pk=task.pk)
        evidence = (evidence or shown.evidence).strip()
        _must_be_complete(task, by, evidence, shown, at)
        must_be_offered(task, outcome)
        answers = checked(task, shown.answers or {}, shown.form_files, by=by) if task.form or shown.answers else {}
        if task.kind in OF_REQUESTER:
            _take_answers(sheet, task, answers)
        found = {**answers, **_outcome(task, outcome)}
        sheet.record(HistoryEntry.Kind.TASK, task=task.pk, name=task.name, outcome=_outcome(task, outcome))
        sheet.flush()
        running.complete(task, by=by, outcome=found, evidence=evidence, facts=SheetFacts(sheet), at=at)
    return sheet.ticket


def must_be_offered(task: Task, outcome: Mapping[str, Any]) -> None:
    """The result is one that the page of the task has a button for.  Raises UnknownResult."""
    sheet = TaskSheet.objects.filter(task=task).first()
    drawn = [one["key"] for one in sheet.particulars.get("results", [])] if sheet else []
    offered = drawn or (["passed", "failed"] if task.kind == TEST else [DONE])
    if outcome.get("result", offered[0]) not in offered:
        raise UnknownResult(offered)


def _outcome(task: Task, given: Mapping[str, Any]) -> dict[str, Any]:
    """A test's result is a truth too, as conditions like it."""
    return dict(given) | ({"passed": given.get("result") == "passed"} if task.kind == TEST else {})


def _must_be_complete(task: Task, by: Person, evidence: str, shown: Shown, at: datetime) -> None:
    """Keep what is brought, then ask whether all is there.  Raises NeedsEvidence, TaskNeeds."""
    if task.state != Task.State.OPEN:
        raise TaskNotOpen
    sheet = TaskSheet.objects.select_for_update().filter(task=task).first()
    wanted = sheet.particulars.get("evidence", []) if sheet else particulars.evidence("", kind=task.kind)
    ticked = _ticked(sheet.checked if sheet else [], shown.checked, by, at)
    brought = {
        "text": bool(evidence),
        "file": bool(shown.all_files) or TaskFile.objects.filter(task=task).exists() if "file" in wanted else True,
        "signature": shown.signed,
    }
    missing = [need for need in wanted if not brought[need]]
    missing += ["checklist"] if not all(ticked) else []
    missing += ["form"] if task.form and shown.answers is None else []
    if missing:
        raise _refusal(task, missing)
    TaskFile.objects.bulk_create(
        TaskFile(
            task=task,
            name=file.name[:255],
            content_type=file.content_type[:120],
            size=file.size,
            digest=file.digest,
            at=at,
            by=by,
        )
        for file in shown.all_files
    )
    if sheet is not None:
        sheet.checked, sheet.signed_as = ticked, str(by)[:200] if shown.signed else ""
        sheet.save(update_fields=["checked", "signed_as"])


def _refusal(task: Task, missing: list[str]) -> TaskNeeds:
    if task.kind == TEST and missing == ["text"]:
        return NeedsEvidence(needs=missing)
    lines = [WORDS[need] for need in missing]
    words = lines[0]
    for line in lines[1:]:
        words = format_lazy("{}; {}", words, line)
    return TaskNeeds(format_lazy(_("This is still missing: {}."), words), needs=missing)


def _ticked(before: list[Any], places: Iterable[int], by: Person, at: datetime) -> list[Any]:
    now = set(places)
    return [item or ([by.pk, at.isoformat()] if place in now else None) for place, item in enumerate(before)]


def _take_answers(sheet: Worksheet, task: Task, answers: Mapping[str, Any]) -> None:
    """The requester's answers are the ticket's too; it goes on unless something else is asked of them."""
    sheet.set(fields={**sheet.ticket.fields, **answers})
    others = Task.objects.filter(subject=task.subject, kind="ask", state=Task.State.OPEN).exclude(pk=task.pk)
    asked = task.assignee_id == sheet.ticket.requester_id
    if asked and sheet.ticket.status == Ticket.Status.WAITING and not others.exists():
        waiting.resume_sheet(sheet)
        sheet.set(has_news=True)


def tick(task: Task, place: int, *, by: Person, at: datetime) -> None:
    """Tick an item of the checklist, or take the tick away.  Raises NotAllowed, TaskNotOpen."""
    with on_desk(task.subject, by=by, at=at) as desk:
        must_do(by, task, desk.ticket)
        must_be_open(task)
        sheet = TaskSheet.objects.select_for_update().get(task=task)
        if 0 <= place < len(sheet.checked):
            sheet.checked[place] = None if sheet.checked[place] else [by.pk, at.isoformat()]
            sheet.save(update_fields=["checked"])
