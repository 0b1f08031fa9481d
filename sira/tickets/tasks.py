"""Tasks of a ticket: taken, ticked off, done with evidence, handed back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from sira.people.models import Person, SupportGroup
from sira.people.rights import Right, has, keeps_back, reach
from sira.plumbing.composed import composed
from sira.plumbing.refusals import NotAllowed, Refused
from sira.processes import running
from sira.processes.models import Task
from sira.processes.refusals import TaskNotOpen
from sira.processes.tasks import particulars
from sira.processes.tasks.models import TaskFile, TaskSheet
from sira.processes.tasks.refusals import AlreadyClaimed, NotClaimed, TaskNeeds
from sira.tickets import permissions, waiting
from sira.tickets.facts import SheetFacts
from sira.tickets.messages import Attached
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.task_forms import checked
from sira.tickets.worksheet import Worksheet, on_desk

APPROVE, WORK, TEST = "approve", "work", "test"
DONE = "done"
OF_REQUESTER = ("ask", "survey")
NOT_LISTED = (APPROVE, WORK)  # the one has a list of its own, the other is ended by resolving
WORDS: dict[str, Promise] = {
    "text": _("a few words on what was done and what came of it"),
    "file": _("a file that shows it"),
    "signature": _("your signature"),
    "checklist": _("every item of the list ticked"),
    "form": _("the form"),
}


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


@dataclass(frozen=True)
class Item:
    """One line of a checklist. by, at: who ticked it and when; None while it is open."""

    words: str
    by: int | None = None
    at: str = ""


@dataclass(frozen=True)
class Asked:
    """A task in the reader's words: what it says, what it needs, which answers it offers."""

    task: Task
    text: str
    needs: list[str]
    items: list[Item]
    results: list[tuple[str, str]]
    signed_as: str = ""
    has_form: bool = False
    of_requester: bool = field(default=False)

    @property
    def needs_words(self) -> list[str]:
        return [str(WORDS[need]) for need in self.needs]


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


def claim(task: Task, *, by: Person, at: datetime) -> None:
    """Take a task that nobody has.  Raises NotAllowed, TaskNotOpen, AlreadyClaimed."""
    with on_desk(task.subject, by=by, at=at) as sheet:
        must_do(by, task, sheet.ticket)
        must_be_open(task)
        if task.kind in NOT_LISTED:
            raise NotAllowed()
        free = Task.objects.filter(Q(assignee=None) | Q(assignee=by), pk=task.pk)
        if not free.update(assignee=by):
            raise AlreadyClaimed
        sheet.record(HistoryEntry.Kind.TASK, task=task.pk, name=task.name, taken=True)
    task.assignee = by


def hand_back(task: Task, *, by: Person, at: datetime) -> None:
    """Lay it back for the group it came from, else for the ticket's.  Raises NotAllowed, TaskNotOpen, NotClaimed."""
    with on_desk(task.subject, by=by, at=at) as sheet:
        must_do(by, task, sheet.ticket)
        must_be_open(task)
        group = task.group_id or sheet.ticket.group_id
        place = {"group": sheet.ticket.group_id, "organisation": sheet.ticket.organisation_id}
        may = task.assignee_id == by.pk or any(reach(by, one).has(**place) for one in (Right.SEE_ALL, Right.LEAD))
        if task.assignee_id is None or group is None or not may:
            raise NotClaimed
        _lay_back(task, sheet)


def give_back(person: Person, *, by: Person, at: datetime) -> list[tuple[str, str]]:
    """Who works here no more: their open tasks go back, except what only they can answer.

    Of each the number of its ticket and the key of the group that has it now.
    """
    given = []
    for task in list(listed_for(person, groups=False).exclude(kind__in=OF_REQUESTER).order_by("subject", "id")):
        with on_desk(task.subject, by=by, at=at) as sheet:
            _lay_back(task, sheet)
        group = SupportGroup.objects.filter(pk=task.group_id).first()
        given.append((sheet.ticket.number, group.key if group else ""))
    return given


def _lay_back(task: Task, sheet: Worksheet) -> None:
    """For the group it came from, else for the ticket's; who works on the ticket finds it there if it has none.

    One that has ended or changed hands since it was read stays as it is.
    """
    group = task.group_id or sheet.ticket.group_id
    held = Task.objects.filter(pk=task.pk, state=Task.State.OPEN, assignee=task.assignee_id)
    if held.update(assignee=None, group=group):
        sheet.record(HistoryEntry.Kind.TASK, task=task.pk, name=task.name, taken=False)
        task.assignee, task.group_id = None, group


def must_be_open(task: Task) -> None:
    task.refresh_from_db(fields=["state", "assignee", "group"])
    if task.state != Task.State.OPEN:
        raise TaskNotOpen


def may_do(person: Person, task: Task, ticket: Ticket) -> bool:
    """Whose it is, whose group's it is, and who works on the ticket."""
    if task.assignee_id == person.pk and person.is_active:
        return True
    if permissions.may_work_on(person, ticket):
        return True
    # Who is in a group does its tasks without being an agent, as the members of an advisory board do.
    in_group = task.group_id is not None and person.memberships.filter(group=task.group_id).exists()
    return in_group and not keeps_back(person, Right.WORK)


def must_do(person: Person, task: Task, ticket: Ticket) -> None:
    if not may_do(person, task, ticket):
        raise NotAllowed()


def open_tasks(ticket: Ticket) -> list[Task]:
    """What still has to be done besides the work itself, which the resolve button ends."""
    return open_of(ticket.pk)


@composed
def open_of(ticket: int) -> "QuerySet[Task]":
    rows = Task.objects.filter(subject=ticket, state=Task.State.OPEN).exclude(kind=WORK)
    return rows.select_related("assignee", "group", "sheet").order_by("id")


def listed_for(person: Person, *, groups: bool) -> Any:
    """The open tasks of a person: theirs, or those of their groups that nobody has."""
    rows = Task.objects.filter(state=Task.State.OPEN).exclude(kind__in=NOT_LISTED)
    if groups:
        return rows.filter(assignee=None, group__in=person.memberships.values("group"))
    return rows.filter(assignee=person)


def visible_to(person: Person) -> Any:
    """Every task, open or ended, that the person may read: theirs, their groups', and those of tickets they work on."""
    rows = Task.objects.exclude(kind__in=NOT_LISTED)
    if has(person, Right.SEE_ALL):
        return rows
    theirs = Q(assignee=person)
    if not keeps_back(person, Right.WORK):
        theirs |= Q(group__in=person.memberships.values("group"))
    if person.is_agent:
        theirs |= Q(subject__in=Ticket.objects.worked_by(person).values("pk"))
    return rows.filter(theirs)


def asked(task: Task) -> Asked:
    """In the reader's language.  The task's sheet is read with it where it was not fetched already."""
    sheet = getattr(task, "sheet", None)
    given = sheet.particulars if sheet else {}
    words = particulars.in_language(given.get("checklist", {})) or []
    checked = sheet.checked if sheet else []
    needs = list(given.get("evidence") or particulars.evidence("", kind=task.kind if task.kind != APPROVE else ""))
    items = [Item(word, *(tick or ())) for word, tick in zip(words, checked, strict=False)]
    return Asked(
        task=task,
        text=str(particulars.in_language(given.get("text", {}))),
        needs=needs + (["checklist"] if items else []) + (["form"] if task.form else []),
        items=items,
        results=[(one["key"], str(particulars.in_language(one["words"]))) for one in given.get("results", [])],
        signed_as=sheet.signed_as if sheet else "",
        has_form=bool(task.form),
        of_requester=task.kind in OF_REQUESTER,
    )
