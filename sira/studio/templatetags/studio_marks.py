"""Small things that the studio's templates need."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def typed(given: Any, name: str) -> str:
    """What was typed into a field, if anything was."""
    return str(given.get(name, "")) if isinstance(given, Mapping) or hasattr(given, "get") else ""
