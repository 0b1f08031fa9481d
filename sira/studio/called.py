"""What drawings name by a key, as the desk calls it in the reader's language: groups, forms, tables, levels, stages."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.decisions.models import DecisionVersion
from sira.forms import telling
from sira.forms.models import FormVersion
from sira.forms.schema import Schema, fields, name_of
from sira.people.models import Person, SupportGroup
from sira.processes.models import ProcessVersion
from sira.shell import formats
from sira.shell.names import named
from sira.studio.shelves.shelf import PUBLISHED
from sira.tickets.facts_in_words import codes_of
from sira.tickets.models import Category, Service, TicketType
from sira.tickets.wording import field_name

Words = str | Promise
Pairs = list[tuple[str, str]]


def forms_by_name() -> Pairs:
    """(key, words): what a form calls itself, with the key where two are called alike."""
    rows = FormVersion.objects.filter(status=PUBLISHED).values_list("key", "schema__name", "schema__properties")
    language = get_language() or ""
    told = [(key, name_of({"name": name, "properties": own}, language) or key) for key, name, own in rows]
    twice = Counter(words for _key, words in told)
    told = [(key, f"{words} ({key})" if twice[words] > 1 else words) for key, words in told]
    return sorted(told, key=lambda pair: pair[1].casefold())


def processes_by_name() -> Pairs:
    """(key, words) of what is published."""
    return _by_key(ProcessVersion.objects.filter(status=PUBLISHED))


def decisions_by_name() -> Pairs:
    return _by_key(DecisionVersion.objects.filter(status=PUBLISHED))


def _by_key(rows: Any) -> Pairs:
    return [(row.key, named(row)) for row in rows.only("key", "name", "names").order_by("key")]


@dataclass
class Names:
    """Words by key. Each list is read once, and only when something of it is told."""

    @cached_property
    def group(self) -> Mapping[str, str]:
        return {one.key: named(one) for one in SupportGroup.objects.all()}

    @cached_property
    def type(self) -> Mapping[str, str]:
        return {one.key: named(one) for one in TicketType.objects.all()}

    @cached_property
    def category(self) -> Mapping[str, str]:
        return {one.key: named(one) for one in Category.objects.all()}

    @cached_property
    def service(self) -> Mapping[str, str]:
        return {one.key: named(one) for one in Service.objects.all()}

    @cached_property
    def form(self) -> Mapping[str, str]:
        return dict(forms_by_name())

    @cached_property
    def decision(self) -> Mapping[str, str]:
        return dict(decisions_by_name())

    @cached_property
    def process(self) -> Mapping[str, str]:
        return dict(processes_by_name())

    @cached_property
    def people(self) -> Mapping[int, str]:
        return dict(Person.objects.filter(is_active=True).values_list("pk", "name"))

    @cached_property
    def answers(self) -> Mapping[str, str]:
        """Labels of the fields of the forms, by their keys; of a key that several forms label otherwise, none."""
        schemas: Iterable[Schema] = FormVersion.objects.filter(status=PUBLISHED).values_list("schema", flat=True)
        language = get_language() or ""
        found: dict[str, set[str]] = {}
        for one in (one for schema in schemas for one in fields(schema) if one.key):
            found.setdefault(one.key, set()).add(one.label(language))
        return {key: next(iter(labels)) for key, labels in found.items() if len(labels) == 1}

    def field(self, path: str) -> str:
        """A field of the ticket, or the answer of a form: by its name, as drawings set it."""
        key = path.removeprefix("fields.")
        return self.answers.get(key, key) if key != path else field_name(path)

    def value(self, path: str, value: Any) -> str:
        """A value of a field, such as ticket.group, by the last word of its path."""
        field = path.rpartition(".")[2]
        if isinstance(value, list):
            return formats.listed((self.value(path, one) for one in value), get_language() or "en")
        if value is None or value == "":
            return "–"
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if field in ("agent", "manager", "service_owner") and isinstance(value, int):
            return self.people.get(value, str(value))
        if field in ("group", "type", "category", "service"):
            return str(getattr(self, field).get(str(value), value))
        if isinstance(value, int | float):
            return formats.digits(value, get_language() or "en")
        if found := codes_of(path if path.startswith("requester.") else f"ticket.{field}").get(str(value)):
            return str(found)
        return telling.moment(str(value), get_language() or "en")
