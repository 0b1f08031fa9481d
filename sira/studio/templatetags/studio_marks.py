"""Small things that the studio's templates need."""

import json
from collections.abc import Mapping
from typing import Any

from django import template

from sira.people.models import Person
from sira.processes import naming
from sira.processes.bpmn.graph import Node
from sira.shell import names
from sira.studio import navigation

register = template.Library()
register.filter(names.named)


@register.filter
def typed(given: Any, name: str) -> str:
    """What was typed into a field, if anything was."""
    return str(given.get(name, "")) if isinstance(given, Mapping) or hasattr(given, "get") else ""


@register.filter
def as_json(value: Any) -> str:
    """A value as one would write it in an answer: text as it is, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


@register.filter
def is_about_the_ticket(name: str) -> bool:
    """Whether a dry run needs this part of its address again: what it is about, not what was pressed."""
    return name == "ticket" or name.startswith(("ticket.", "requester."))


@register.filter
def step_name(node: Node) -> str:
    return naming.step(node)


@register.simple_tag
def studio_pages(reader: Person) -> dict[str, list[navigation.Page]]:
    """For the navigation: what is drawn, and the house, as far as the reader may open it."""
    return {
        "drawn": navigation.open_to(reader, navigation.DRAWN),
        "house": navigation.open_to(reader, navigation.HOUSE),
    }
