"""The shapes of tasks and approvals."""

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from sira.api.shapes import BriefPerson, Closed, FileShown, brief, moment
from sira.processes.models import Task
from sira.processes.tasks.models import Ballot
from sira.tickets.models import Ticket
from sira.tickets.task_sheets import asked

BallotState = Literal["open", "approved", "rejected", "withdrawn", "passed_on"]
TaskState = Literal["open", "done", "cancelled"]


class Decision(Closed):
    decision: Literal["approve", "reject"]
    comment: str = Field("", max_length=20_000)


class Delegation(Closed):
    mail: str = Field(min_length=3, max_length=254)


class Completion(Closed):
    result: str = Field("done", min_length=1, max_length=40)
    evidence: str = Field("", max_length=100_000)
    checked: list[int] = Field(default_factory=list, max_length=200, description="places in the checklist, from 0")
    signed: bool = False
    answers: dict[str, Any] | None = None
    attachments: list[str] = Field(default_factory=list, max_length=50, description="tickets from POST /attachments")
    form_attachments: dict[str, list[str]] = Field(
        default_factory=dict, description="files that the form asks for: its keys, tickets from POST /attachments"
    )


class ApprovalShown(Schema):
    id: int
    ticket: str
    subject: str
    requester: BriefPerson
    name: str
    state: BallotState
    approver: BriefPerson
    stand_in: BriefPerson | None
    decided_by: BriefPerson | None
    decided_at: datetime | None
    comment: str
    asked_at: datetime | None
    due_at: datetime | None
    approval: Literal["open", "approved", "rejected", "withdrawn"]


class TaskShown(Schema):
    """files: what shows that it is done."""

    id: int
    ticket: str
    name: str
    kind: str
    state: TaskState
    mandatory: bool
    assignee: BriefPerson | None
    group: str | None
    text: str
    needs: list[str]
    checklist: list[str]
    form: str
    due_at: datetime | None
    done_at: datetime | None
    done_by: BriefPerson | None
    outcome: dict[str, Any] | None
    files: list[FileShown]


class ApprovalPage(Schema):
    items: list[ApprovalShown]
    next: str | None


class TaskPage(Schema):
    items: list[TaskShown]
    next: str | None


def approval(row: Ballot, ticket: Ticket) -> dict[str, Any]:
    return {
        "id": row.pk,
        "ticket": ticket.number,
        "subject": ticket.subject,
        "requester": brief(ticket.requester),
        "name": row.approval.task.name,
        "state": row.state,
        "approver": brief(row.approver),
        "stand_in": brief(row.stand_in) if row.stand_in else None,
        "decided_by": brief(row.decided_by) if row.decided_by else None,
        "decided_at": moment(row.decided_at),
        "comment": row.comment,
        "asked_at": moment(row.asked_at),
        "due_at": moment(row.approval.due_at),
        "approval": row.approval.state,
    }


def task(row: Task, ticket: str) -> dict[str, Any]:
    in_words = asked(row)
    return {
        "id": row.pk,
        "ticket": ticket,
        "name": row.name,
        "kind": row.kind,
        "state": row.state,
        "mandatory": row.mandatory,
        "assignee": brief(row.assignee) if row.assignee else None,
        "group": row.group.key if row.group else None,
        "text": in_words.text,
        "needs": in_words.needs,
        "checklist": [item.words for item in in_words.items],
        "form": row.form,
        "due_at": moment(row.due_at),
        "done_at": moment(row.done_at),
        "done_by": brief(row.done_by) if row.done_by else None,
        "outcome": row.outcome,
        "files": [
            {"id": file.pk, "name": file.name, "size": file.size, "type": file.content_type} for file in row.files.all()
        ],
    }
