"""What something that the desk was set up with is called: a name, and others by language."""

from typing import Any

from django.utils.translation import get_language


def named(row: Any) -> str:
    """The name of a group, category, service, type, role or skill in the reader's language."""
    return str(row.names.get(get_language()) or row.name)
