"""What tables call things, in the reader's language where their drawing knows it (see dmn.naming), else empty."""

from django.utils.translation import get_language

from sira.decisions.dmn.naming import AS_DRAWN, said_by, said_in
from sira.decisions.models import DecisionVersion


def column(version: DecisionVersion | None, name: str) -> str:
    return _said(version, "columns", name)


def option(version: DecisionVersion | None, column_name: str, value: object) -> str:
    """A value of a column."""
    return _said(version, "options", f"{column_name}={value}")


def note(version: DecisionVersion | None, text: str) -> str:
    """What is noted at a row."""
    return _said(version, "notes", text)


def columns_in(source: str) -> dict[str, str]:
    """The columns of a drawing that can be read, by what they are in it."""
    words = said_in(source).words
    spoken = (words.get(language, {}).get("columns", {}) for language in (AS_DRAWN, (get_language() or "")[:2]))
    return {name: label for columns in spoken for name, label in columns.items()}


def title_in(source: str) -> str:
    """What the whole is called; empty where the drawing has no other name for it than its own."""
    return said_in(source).names.get((get_language() or "")[:2], "")


def in_words(source: str) -> str:
    """The drawing with its columns and notes in the reader's language, to be looked at."""
    return said_by(source, (get_language() or "")[:2])


def _said(version: DecisionVersion | None, kind: str, key: str) -> str:
    spoken = version.words if version else {}
    found = (spoken.get(language, {}).get(kind, {}).get(key) for language in ((get_language() or "")[:2], AS_DRAWN))
    return str(next(filter(None, found), ""))
