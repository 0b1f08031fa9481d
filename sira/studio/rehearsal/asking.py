"""The mails of a play that ask people: to approve, to fill in a form, to do a task. As sira.tickets tells of them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from sira.people.models import Person
from sira.processes import naming
from sira.processes.bpmn.graph import Node
from sira.processes.bpmn.messages import OpenTask
from sira.processes.tasks import particulars, planning, preparing
from sira.processes.tasks.people import managers as managers_of

TOLD = ("task", "test", "publish")
MOST = 20


def kind_of(node: Node) -> str:
    """The standing text that tells of such a task; empty where nobody is told by mail."""
    kind = node.plan.kind if node.plan is not None else ""
    if kind == "approve":
        return "approve"
    return "form" if kind in preparing.OF_REQUESTER else "task" if kind in TOLD else ""


def asked_people(node: Node, task: OpenTask, requester_id: Any) -> list[Person]:
    """Who would be told. All of a group are told where they approve; other work of a group lies in its list.

    Raises NobodyToApprove.
    """
    if kind_of(node) == "approve":
        barred = None if node.headers.get("own") == "yes" else requester_id
        found = planning.find(task.assignee, task.groups, node.headers.get("fallback", ""), without=barred)
        wanted = Q(pk__in=found.steps[0])
    else:
        keys, words = _sorted(task.assignee)
        wanted = Q(pk__in=keys) | Q(email__in=words)
    return list(Person.objects.filter(wanted, is_active=True).order_by("name")[:MOST])


def above(people: list[Person], *, without: int | None) -> tuple[list[Person], list[Person]]:
    """Their managers, and those above whom nobody may decide. without: who asked for it."""
    over = {below: pk for below, pk in managers_of([person.pk for person in people]).items() if pk != without}
    return list(Person.objects.filter(pk__in=over.values())), [person for person in people if person.pk not in over]


def addressed(people: Iterable[Person]) -> Iterator[tuple[str, str, str]]:
    """(name, address, language) of each."""
    return ((person.name, person.email or "", person.language or "en") for person in people)


def _sorted(given: Any) -> tuple[list[int], list[str]]:
    """Ids, and addresses or keys."""
    parts = [
        str(part).strip() for one in (given if isinstance(given, list) else [given]) for part in str(one).split(",")
    ]
    ids = [int(part) for part in parts if part.isdecimal() and len(part) < 19]
    return ids, [part.lower() for part in parts if part]


def placeholders(
    node: Node, to: str, language: str, variables: Mapping[str, Any], due: datetime | None
) -> dict[str, Any]:
    question = particulars.in_language(particulars.texts(node.headers, "text", variables), language)
    return {
        "task": naming.step(node, language),
        "question": str(question or naming.step(node, language)),
        "due_at": due.isoformat() if due else None,
        "to_name": to,
    }


def readers(
    node: Node, task: OpenTask, requester: tuple[str, str, str], requester_id: Any
) -> Iterator[tuple[str, str, str]]:
    """(name, address, language) of each who would be told. Raises NobodyToApprove."""
    kind = kind_of(node)
    people = asked_people(node, task, requester_id) if kind else []
    yield from addressed(people)
    asks_requester = kind == "form" and (task.assignee in (None, "", "requester", requester_id) and not task.groups)
    if asks_requester and not people:
        yield requester
