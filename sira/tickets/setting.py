"""The block that sets fields: from its input mappings, and from headers of the same names."""

from collections.abc import Callable
from typing import Any

from sira.people.models import SupportGroup
from sira.processes.blocks import Step
from sira.processes.bpmn.expressions import plain
from sira.processes.tasks import labels
from sira.processes.tasks.particulars import at_path, filled
from sira.processes.tasks.planning import evaluated
from sira.tickets import assigning, deciding, facts_in_words
from sira.tickets.models import Category, HistoryEntry, Service
from sira.tickets.refusals import UnknownField, UnknownValue
from sira.tickets.worksheet import Worksheet

LEVELS = {word: number for number, word in facts_in_words.LEVELS.items()}
PRIORITIES = {word: number for number, word in facts_in_words.PRIORITIES.items()}
FIELDS = "fields."


def set_fields(sheet: Worksheet, step: Step) -> None:
    """Raises UnknownField, UnknownValue, Stuck."""
    wanted = {name: written(text, step) for name, text in step.element.headers.items() if not labels.is_label(name)}
    wanted |= {path: plain(at_path(step.variables, path)) for path, _value in step.element.inputs}
    answers = {name.removeprefix(FIELDS): value for name, value in wanted.items() if name.startswith(FIELDS)}
    columns = {name: read(name, value) for name, value in wanted.items() if not name.startswith(FIELDS)}
    group = columns.pop("group", None)
    done = sheet.set(**columns)
    if answers:
        before = sheet.ticket.fields
        sheet.set(fields={**before, **answers})
        done |= {f"{FIELDS}{key}": [before.get(key), new] for key, new in answers.items() if before.get(key) != new}
    if done:
        sheet.record(HistoryEntry.Kind.CHANGED, **done)
    deciding.facts_changed(sheet, done)
    if group is not None and group.pk != sheet.ticket.group_id:
        assigning.give(sheet, group=group, agent=None, how="drawn")


def written(text: str, step: Step) -> Any:
    """FEEL after an equals sign, else the text with its places filled.  Raises Stuck."""
    return plain(evaluated(text, step)) if text.lstrip().startswith("=") else filled(text, step.variables)


def read(name: str, value: Any) -> Any:
    """The value as the column holds it.  Raises UnknownField, UnknownValue."""
    if name not in READ:
        raise UnknownField(field=name)
    try:
        return READ[name](value)
    except (LookupError, ValueError):
        raise UnknownValue(name, value) from None


def _row(model: Any) -> Callable[[Any], Any]:
    """By key; nothing takes the value away."""

    def found(key: Any) -> Any:
        row = model.objects.filter(key=key).first() if key else None
        if key and row is None:
            raise LookupError(key)
        return row

    return found


READ: dict[str, Callable[[Any], Any]] = {
    "subject": lambda value: str(value or "").strip()[:1000],
    "impact": lambda value: LEVELS[value],
    "urgency": lambda value: LEVELS[value],
    "priority": lambda value: PRIORITIES[value],
    "category": _row(Category),
    "service": _row(Service),
    "group": _row(SupportGroup),
    "tags": lambda value: [str(each)[:40] for each in (value if isinstance(value, list) else [value]) if each],
}
