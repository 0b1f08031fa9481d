"""What tables call things, in the reader's language where their drawing knows it (see dmn.naming), else empty."""

from django.utils.translation import get_language

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
    words = version.words.get((get_language() or "")[:2], {}) if version else {}
    return str(words.get(kind, {}).get(key, ""))
