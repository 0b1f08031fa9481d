"""What somebody has to know to decide about a ticket: the question, what was written, the answers of its form."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sira.forms import telling
from sira.forms.models import FormVersion
from sira.forms.schema import Schema, fields
from sira.processes import naming
from sira.processes.models import Task
from sira.processes.tasks import choices, particulars
from sira.processes.tasks.models import Approval, TaskSheet
from sira.tickets.models import Message, Ticket
from sira.tickets.task_forms import schema_of
from sira.tickets.worksheet import Worksheet

LONGEST = 2_000
FORM = "_form"  # in Ticket.fields: key and version of the form that was answered


@dataclass(frozen=True)
class Requested:
    """question: what is to be decided.  said: the request in its requester's words.  answers: label and answer."""

    question: str
    said: str
    answers: list[tuple[str, str]]


def of(ticket: Ticket, task: Any, *, language: str) -> Requested:
    """In the words of a language, where the drawing and the form have them."""
    form = form_of(ticket)
    said = said_first(ticket, form)[:LONGEST]
    return Requested(question_of(task, language), said, answers_of(ticket, form, language))


def form_of(ticket: Ticket) -> FormVersion | None:
    """The one that was filled in to ask."""
    key, version = ticket.fields.get(FORM) or ("", 0)
    return FormVersion.objects.filter(key=key, version=version).first() if key else None


def question_of(task: Any, language: str) -> str:
    sheet = TaskSheet.objects.filter(task=task).first()
    texts = sheet.particulars.get("text", {}) if sheet else {}
    return str(particulars.in_language(texts, language)) if texts else naming.task(task, language)


def said_first(ticket: Ticket, form: FormVersion | None) -> str:
    """What was written beside the answers of the form; empty where nothing was."""
    first = Message.objects.filter(ticket=ticket, is_internal=False).order_by("id").values_list("text", flat=True)
    text = first.first() or ""
    return telling.without(text, form.schema, ticket.fields) if form else text


def answers_of(ticket: Ticket, form: FormVersion | None, language: str) -> list[tuple[str, str]]:
    """Of the form that was filled in, then of those that tasks asked for, then of the tables that were asked; else
    their keys are all there is."""
    values = {key: value for key, value in ticket.fields.items() if not key.startswith("_") and value not in ("", None)}
    if not values:
        return []
    return [(label, answer) for _name, label, answer in in_words(ticket, values, form, language)]


def answers_to_ask(ticket: Ticket, *, language: str) -> list[tuple[str, str]]:
    """Of the form that was filled in to ask, and of nothing that came to the ticket since."""
    form = form_of(ticket)
    values = {key: value for key, value in ticket.fields.items() if value not in ("", None)}
    return telling.told(form.schema, values, language=language) if form else []


def in_words(
    ticket: Ticket, values: dict[str, Any], form: FormVersion | None, language: str
) -> Iterator[tuple[str, str, str]]:
    """(key, label, answer) of values that stand, or once stood, in the ticket's fields."""
    schemas = chain([form.schema] if form else [], _of_tasks(ticket))
    while values and (schema := next(schemas, None)):
        for component in fields(schema):
            for label, answer in telling.told({"components": [component.raw]}, values, language=language):
                yield component.key, label, answer
        known = {component.key for component in fields(schema)}
        values = {name: value for name, value in values.items() if name not in known}
    left = dict(values)
    for name, label, answer in choices.answered_by_itself(ticket.pk, values, language) if values else ():
        yield name, label, answer
        del left[name]
    for name, value in left.items():
        yield name, name, particulars.told(value, language)


def labels_of(ticket: Ticket, keys: Iterable[str], language: str) -> dict[str, str]:
    """What fields of the ticket are called; whether they hold anything or not."""
    values: dict[str, Any] = dict.fromkeys(keys, "")
    if not values:
        return {}
    return {key: label for key, label, _answer in in_words(ticket, values, form_of(ticket), language)}


def _of_tasks(ticket: Ticket) -> Iterator[Schema]:
    """Of the forms that its drawing has asked for; read only where answers are left to be told."""
    for task in Task.objects.filter(subject=ticket.pk, state=Task.State.DONE).exclude(form="").order_by("id"):
        yield schema_of(task)


def for_mail(sheet: Worksheet, approval: Approval, *, language: str) -> dict[str, Any]:
    """An answer that stands as a line of the question is not told again below it."""
    found = of(sheet.ticket, approval.task, language=language)
    asked = found.question.splitlines()
    answers = [[label, answer] for label, answer in found.answers if telling.line(label, answer) not in asked]
    return {"question": found.question, "said": found.said, "answers": answers}
