"""The form of a task: shown, read and kept when it is refused, on whichever page it stands."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sira.forms import publishing, reading, rendering, rows, telling
from sira.forms.posting import validate_values
from sira.forms.schema import Schema, fields
from sira.forms.validation import Answers, Errors, validate
from sira.people.models import Person
from sira.plumbing.refusals import Refused
from sira.processes.models import Task
from sira.shell import formats
from sira.tickets.refusals import UnknownField

NOTHING: Schema = {"components": []}


def schema_of(task: Task) -> Schema:
    """As it is published now; nothing to fill in where the form is gone."""
    found = publishing.published(task.form) if task.form else None
    return found.schema if found else NOTHING


class FormNotRight(Refused):
    """details: errors, a sentence for each answer by its key."""

    code = "form_not_right"
    status = 422

    def __init__(self, schema: Schema, errors: Mapping[str, str | Promise]) -> None:
        lines = list(_lines(schema, errors))
        words = lines[0] if lines else ""
        for line in lines[1:]:
            words = format_lazy("{} {}", words, line)
        super().__init__(format_lazy(_("Something in the form is not right yet. {}"), words), errors=dict(errors))


def _lines(schema: Schema, errors: Mapping[str, str | Promise]) -> Iterator[str | Promise]:
    for key, label in telling.labels(schema, errors, language=get_language() or "en"):
        yield format_lazy("{} {}", formats.lead_in(label), errors[key])


def checked(
    task: Task, answers: Mapping[str, Any], files: Mapping[str, Sequence[Any]], *, by: Person
) -> dict[str, Any]:
    """The answers as they are kept; those to questions that do not show for them are left out.

    files: what is attached, by the keys of the form. Raises UnknownField, FormNotRight.
    """
    schema = schema_of(task)
    asked = {component.key: component for component in fields(schema)}
    if strangers := {*answers, *files} - asked.keys():
        raise UnknownField(field=min(strangers))
    uploaded = MultiValueDict({reading.name(asked[key]): list(of_field) for key, of_field in files.items()})
    found = validate_values(schema, answers, uploaded, by=by)
    if isinstance(found, Errors):
        raise FormNotRight(schema, found.by_key)
    return found.values


class TaskForm:
    """answers: None until it was read well; then files: those of its fields.

    by: who fills it in.  more_or_less: a row was added or taken away, and nothing is to be sent yet.
    """

    def __init__(self, task: Task, *, by: Person, language: str, data: Any = None, files: Any = None) -> None:
        self.task, self.language, self.files, self.by = task, language, files, by
        self.schema = schema_of(task)
        changed = rows.changed(self.schema, data) if data is not None else None
        self.more_or_less = changed is not None
        self.data = data if changed is None else changed
        self.errors: dict[str, str | Promise] = {}
        self.answers: Answers | None = None

    @classmethod
    def posted(cls, task: Task, request: HttpRequest, *, by: Person) -> "TaskForm":
        return cls(task, by=by, language=get_language() or "en", data=request.POST, files=request.FILES)

    def is_valid(self) -> bool:
        found = validate(self.schema, self.data, self.files, language=self.language, by=self.by)
        if isinstance(found, Answers):
            self.answers = found
            return True
        self.errors = found.by_key
        return False

    def must_be_valid(self) -> Answers:
        """Raises FormNotRight."""
        if not self.is_valid() or self.answers is None:
            raise FormNotRight(self.schema, self.errors)
        return self.answers

    @property
    def fields(self) -> list[rendering.Shown]:
        return rendering.shown(self.schema, language=self.language, data=self.data, errors=self.errors, by=self.by)
