"""What was chosen in a form, in the form's own words: a text of a drawing names the answer, which is kept as a key."""

from functools import cached_property
from typing import Any

from sira.forms import publishing
from sira.forms.models import FormVersion
from sira.forms.schema import CHOICES, Component, fields
from sira.processes import versions
from sira.processes.blocks import Step
from sira.processes.tasks.particulars import at_path

FORM = "ticket.fields._form"  # key and version of the form that the request was made with


class Choices:
    """Called with the path of a place, its value and a language (particulars.Words). Forms are read when needed."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def __call__(self, path: str, value: Any, language: str) -> Any:
        if not isinstance(value, str | list):
            return value
        component = self._components.get(path.rpartition(".")[2])
        if component is None:
            return value
        words = dict(component.options(language))
        return [words.get(str(one), one) for one in value] if isinstance(value, list) else words.get(value, value)

    @cached_property
    def _components(self) -> dict[str, Component]:
        """By key: those of the request's form before those of the drawing's tasks."""
        found: dict[str, Component] = {}
        for form in self._forms():
            for component in fields(form.schema):
                if component.type in CHOICES:
                    found.setdefault(component.key, component)
        return found

    def _forms(self) -> list[FormVersion]:
        asked = at_path(self._step.variables, FORM)
        forms = list(FormVersion.objects.filter(key=asked[0], version=asked[1])) if asked else []
        graph = versions.graph_of(self._step.instance.version_id)
        keys = dict.fromkeys(node.plan.form for node in graph.nodes.values() if node.plan and node.plan.form)
        return forms + [form for form in map(publishing.published, keys) if form]
