"""Who names what: asked before a field, a form, a table, a process or a group changes or goes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from sira.decisions.compiled import compile_source
from sira.decisions.dmn import DrawingProblem
from sira.decisions.dmn.drawing import Table
from sira.decisions.feel import FeelProblem
from sira.decisions.models import DecisionVersion
from sira.forms.schema import Schema, fields
from sira.processes.models import ProcessVersion
from sira.shell.names import named
from sira.studio.shelves.shelf import PUBLISHED, Row, Shelf
from sira.tickets.models import TicketType

GROUP_PLACES = ("candidateGroups", "value", "assignee")


@dataclass(frozen=True)
class Loss:
    """Something that others rely on and that would change. users: who they are, in words."""

    what: str
    users: tuple[str, ...]


def losses(shelf: Shelf, row: Row) -> list[Loss]:
    """What publishing this draft takes away from others."""
    before = shelf.model.objects.filter(key=row.key, status=PUBLISHED).first()
    if before is None:
        return []
    if shelf.kind == "forms":
        return list(_lost_fields(before.schema, row.schema, row.key))
    if shelf.kind == "decisions":
        return list(_lost_results(before.source, row.source, row.key))
    return []


def retiring(shelf: Shelf, key: str) -> list[Loss]:
    """What relies on the published version as a whole."""
    users = shelf.uses().get(key, [])
    return [Loss(_("the published version"), tuple(users))] if users else []


@dataclass
class Published:
    """What is published and may name something, each list read once."""

    @cached_property
    def processes(self) -> list[tuple[str, str]]:
        """(name, source)."""
        return _named_sources(ProcessVersion)

    @cached_property
    def decisions(self) -> list[tuple[str, str]]:
        return _named_sources(DecisionVersion)

    @cached_property
    def mandatory(self) -> list[tuple[str, list[str]]]:
        """(name of the ticket type, its mandatory fields)."""
        return list(TicketType.objects.values_list("name", "mandatory_fields"))


def _named_sources(model: type[ProcessVersion] | type[DecisionVersion]) -> list[tuple[str, str]]:
    rows = model._default_manager.filter(status=PUBLISHED).only("name", "names", "source")
    return [(named(row), row.source) for row in rows]


def _lost_fields(before: Schema, after: Schema, key: str) -> Iterator[Loss]:
    kept, published = {one.key: one.type for one in fields(after)}, Published()
    for one in fields(before):
        if kept.get(one.key) == one.type:
            continue
        users = field_uses(one.key, key, published)
        what = _("the field “%(name)s”") if one.key not in kept else _("the kind of the field “%(name)s”")
        if users:
            yield Loss(what % {"name": one.label("") or one.key}, tuple(users))


def field_uses(field: str, form: str, published: Published) -> list[str]:
    """Processes, decisions and ticket types that read a field of the form by its key."""
    wide = re.compile(rf"\bfields\.{re.escape(field)}\b")
    own = re.compile(rf"(?<![\w.]){re.escape(field)}\b")
    found = []
    for name, source in published.processes:
        asks = re.search(rf'form(?:Id|Key)="{re.escape(form)}"', source) is not None
        if wide.search(source) or (asks and any(own.search(text) for text in _expressions(source))):
            found.append(name)
    found += [name for name, source in published.decisions if wide.search(source)]
    found += [name for name, mandatory in published.mandatory if field in mandatory or f"fields.{field}" in mandatory]
    return list(dict.fromkeys(found))


def _expressions(source: str) -> Iterator[str]:
    """Conditions and values that are FEEL, and texts with places in them."""
    yield from re.findall(r">\s*=([^<]*)<", source)
    yield from re.findall(r'="=([^"]*)"', source)
    yield from re.findall(r"\{([^{}\n]{1,80})\}", source)


def _lost_results(before: str, after: str, key: str) -> Iterator[Loss]:
    kept, published = set(_outputs(after)), Published()
    for name in _outputs(before):
        if name in kept:
            continue
        users = [
            process
            for process, source in published.processes
            if f'decisionId="{key}"' in source and re.search(rf"\b{re.escape(name)}\b", source)
        ]
        if users:
            yield Loss(_("the result “%(name)s”") % {"name": name}, tuple(users))


def _outputs(source: str) -> list[str]:
    try:
        drawing = compile_source(source).drawing
    except (DrawingProblem, FeelProblem):
        return []
    tables = [one.box for one in drawing.decisions if isinstance(one.box, Table)]
    return [column.name for table in tables for column in table.outputs if column.name]


def group_uses(key: str) -> list[str]:
    """Processes and decisions that name a support group by its key."""
    quoted = re.compile(rf'"{re.escape(key)}"|&quot;{re.escape(key)}&quot;')
    listed = re.compile(
        rf'\b(?:{"|".join(GROUP_PLACES)})="(?:[^"]*[\s,;"])?{re.escape(key)}(?:[\s,][^"]*)?"|&quot;{re.escape(key)}&quot;'
    )
    published = Published()
    found = [name for name, source in published.processes if listed.search(source)]
    found += [name for name, source in published.decisions if quoted.search(source)]
    return list(dict.fromkeys(found))
