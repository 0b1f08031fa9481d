"""What was chosen, in words: a text of a drawing names a field of its subject, or the answer of a form, of a task or of
a table, kept as a key."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any

from django.utils import translation

from sira.decisions import naming
from sira.decisions.models import DecisionVersion
from sira.forms import publishing
from sira.forms.models import FormVersion
from sira.forms.schema import CHOICES, Component, fields
from sira.processes import versions
from sira.processes.blocks import Step
from sira.processes.bpmn.expressions import Value
from sira.processes.bpmn.graph import Node
from sira.processes.models import Instance
from sira.processes.tasks import labels, particulars
from sira.processes.tasks.particulars import at_path

FORM = "ticket.fields._form"  # key and version of the form that the request was made with
RESULT = "result"  # the variable in which a task leaves which of its results was chosen
InWords = Callable[[str], Mapping[str, str]]  # a language: values and what it calls them


class Choices:
    """Called with the path of a place, its value and a language (particulars.Words). Forms are read when needed."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def __call__(self, path: str, value: Any, language: str) -> Any:
        if not isinstance(value, str | list):
            return value
        if isinstance(value, str) and (said := self._step.source.in_words(path, value, language)):
            return said
        in_words = self._known.get(path.rpartition(".")[2])
        if in_words is None:
            return value
        words = in_words(language)
        return [words.get(str(one), one) for one in value] if isinstance(value, list) else words.get(value, value)

    @cached_property
    def _known(self) -> dict[str, InWords]:
        """By the name of what holds it: the request's form before those of the drawing's tasks, then what a task or a
        table answered; each item of a list as the list."""
        nodes = list(versions.graph_of(self._step.instance.version_id).nodes.values())
        found: dict[str, InWords] = {}
        for name, words in (*self._of_forms(nodes), *of_results(nodes), *of_tables(nodes), *of_sets(nodes)):
            found.setdefault(name, words)
        for node in nodes:
            if node.loop and (whole := found.get(_named(node.loop.items))):
                found.setdefault(node.loop.item, whole)
        return found

    def _of_forms(self, nodes: list[Node]) -> Iterator[tuple[str, InWords]]:
        asked = at_path(self._step.variables, FORM)
        forms = list(FormVersion.objects.filter(key=asked[0], version=asked[1])) if asked else []
        keys = dict.fromkeys(node.plan.form for node in nodes if node.plan and node.plan.form)
        for form in forms + [form for form in map(publishing.published, keys) if form]:
            for component in fields(form.schema):
                if component.type in CHOICES:
                    yield component.key, partial(_options, component)


def of_results(nodes: list[Node]) -> Iterator[tuple[str, InWords]]:
    """Where a drawing keeps which result of a task was chosen, one or those of all."""
    for node in nodes:
        offered = particulars.results(particulars.texts(node.headers, "results", {}))
        if not offered:
            continue
        kept = [path for path, value in node.outputs if _named(value) == RESULT]
        if node.loop and node.loop.result and _named(node.loop.result) == RESULT:
            kept.append(node.loop.results)
        for path in kept:
            yield path.rpartition(".")[2], partial(_results, offered)


def of_tables(nodes: list[Node]) -> Iterator[tuple[str, InWords]]:
    """What the columns of the drawing's tables call their values."""
    for table in tables_of(nodes):
        names = {option.partition("=")[0] for spoken in table.words.values() for option in spoken.get("options", ())}
        for name in sorted(names):
            yield name, partial(_of_column, table, name)


def of_sets(nodes: list[Node]) -> Iterator[tuple[str, InWords]]:
    """What the drawing calls the values that it sets itself."""
    for key in labels.named(nodes):
        yield key, partial(labels.options, nodes, key)


def tables_of(nodes: Iterable[Node]) -> list[DecisionVersion]:
    """The tables that a drawing asks."""
    keys = {node.headers["decision"] for node in nodes if node.headers.get("decision")}
    found = DecisionVersion.objects.filter(key__in=keys, status=DecisionVersion.Status.PUBLISHED) if keys else ()
    return sorted(found, key=lambda one: one.key)


def answered_by_itself(subject: int, values: Mapping[str, Any], language: str) -> Iterator[tuple[str, str, str]]:
    """(key, label, answer) of the values that a process of the subject set itself, or a table answered that it asks."""
    processes = Instance.objects.filter(subject=subject).values_list("version_id", flat=True).distinct()
    nodes = [node for version in processes for node in versions.graph_of(version).nodes.values()]
    left = dict(values)
    for key in {*labels.named(nodes)} & left.keys():
        value = left.pop(key)
        words = labels.option(nodes, key, value, language) or particulars.told(value, language)
        yield key, labels.label(nodes, key, language), words
    yield from _answered_by_tables(tables_of(nodes), left, language)


def _answered_by_tables(
    tables: list[DecisionVersion], values: Mapping[str, Any], language: str
) -> Iterator[tuple[str, str, str]]:
    for key, value in values.items():
        for table in tables:
            with translation.override(language):
                label = naming.column(table, key)
                words = naming.option(table, key, value) or particulars.told(value, language)
            if label:
                yield key, label, words
                break


def _options(component: Component, language: str) -> dict[str, str]:
    return dict(component.options(language))


def _results(offered: list[dict[str, Any]], language: str) -> dict[str, str]:
    return {one["key"]: particulars.in_language(one["words"], language) for one in offered}


def _of_column(table: DecisionVersion, name: str, language: str) -> dict[str, str]:
    options = table.words.get(language, {}).get("options", {})
    return {key.partition("=")[2]: words for key, words in options.items() if key.partition("=")[0] == name}


def _named(value: Value) -> str:
    """The variable that a value is, and nothing else."""
    return value.text.removeprefix("=").strip() if value.expression else ""
