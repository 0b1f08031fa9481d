"""The form of a task: shown, read and kept when it is refused, on whichever page it stands."""

from typing import Any

from django.utils.functional import Promise

from sira.forms import publishing, rendering
from sira.forms.schema import Schema
from sira.forms.validation import Answers, validate
from sira.processes.models import Task

NOTHING: Schema = {"components": []}


def schema_of(task: Task) -> Schema:
    """As it is published now; nothing to fill in where the form is gone."""
    found = publishing.published(task.form) if task.form else None
    return found.schema if found else NOTHING


class TaskForm:
    """answers: None until it was read well; then files: those of its fields."""

    def __init__(self, task: Task, *, language: str, data: Any = None, files: Any = None) -> None:
        self.task, self.language, self.data, self.files = task, language, data, files
        self.schema = schema_of(task)
        self.errors: dict[str, str | Promise] = {}
        self.answers: Answers | None = None

    def is_valid(self) -> bool:
        found = validate(self.schema, self.data, self.files, language=self.language)
        if isinstance(found, Answers):
            self.answers = found
            return True
        self.errors = found.by_key
        return False

    @property
    def fields(self) -> list[rendering.Shown]:
        return rendering.shown(self.schema, language=self.language, data=self.data, errors=self.errors)
