"""What tables call things, in the reader's language where their drawing knows it (see dmn.naming), else empty."""

from django.utils.translation import get_language

from sira.decisions.dmn.naming import AS_DRAWN
from sira.decisions.models import DecisionVersion


def column(version: DecisionVersion | None, name: str) -> str:
    return _said(version, "columns", name)


def option(version: DecisionVersion | None, column_name: str, value: object) -> str:
    """A value of a column."""
    return _said(version, "options", f"{column_name}={value}")


def note(version: DecisionVersion | None, text: str) -> str:
    """What is noted at a row."""
    return _said(version, "notes", text)


def _said(version: DecisionVersion | None, kind: str, key: str) -> str:
    spoken = version.words if version else {}
    found = (spoken.get(language, {}).get(kind, {}).get(key) for language in ((get_language() or "")[:2], AS_DRAWN))
    return str(next(filter(None, found), ""))
