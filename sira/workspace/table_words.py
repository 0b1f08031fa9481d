"""What a table was asked, said and noted, in the reader's language: its drawing's words first, then the desk's."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sira.decisions import naming
from sira.decisions.models import Reason, Trace
from sira.shell import formats
from sira.shell.names import named

WORDS = {
    "critical": gettext_lazy("Critical"),
    "high": gettext_lazy("High"),
    "medium": gettext_lazy("Medium"),
    "low": gettext_lazy("Low"),
    "gold": gettext_lazy("Gold"),
    "silver": gettext_lazy("Silver"),
    "standard": gettext_lazy("Standard"),
    "incident": gettext_lazy("Incident"),
    "service_request": gettext_lazy("Service request"),
    "internal": gettext_lazy("Department"),
    "customer": gettext_lazy("Customer"),
}


def asked(found: Reason | Trace, *, known: Mapping[str, str] | None = None) -> Iterator[tuple[str, str]]:
    """Column and value. known: words for values, before all others."""
    for name, value in found.inputs.items():
        said = (known or {}).get(str(value)) or word(found, name, value)
        yield naming.column(found.version, name) or _(name), said


def asked_and_said(found: Reason | Trace, *, known: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """The same without what nobody said."""
    facts = zip(asked(found, known=known), found.inputs.values(), strict=True)
    return [fact for fact, value in facts if value is not None]


def answer(found: Reason | Trace, name: str, value: Any, *, known: Mapping[Any, str]) -> str:
    """One column of what came out; without a name it is the whole.  known: names for what stands in lists."""
    said = word(found, name, value, known=known)
    return f"{naming.column(found.version, name) or name}: {said}" if name else said


def joined(parts: Iterable[str]) -> str:
    return formats.listed(parts, get_language() or "en")


def word(found: Reason | Trace, column: str, value: Any, *, known: Mapping[Any, str] | None = None) -> str:
    if value is None:
        return _("none")
    if isinstance(value, list):
        return joined((known or {}).get(one) or word(found, column, one) for one in leaves(value))
    return naming.option(found.version, column, value) or str(WORDS.get(str(value), value))


def leaves(value: Any) -> Iterator[Any]:
    """What stands in lists, and in lists within them."""
    for one in value:
        yield from leaves(one) if isinstance(one, list) else [one]


def noted(found: Reason | Trace) -> list[tuple[str, str]]:
    """What is noted at the rows that matched, as one more fact."""
    notes = [note for table in found.detail.get("matched", []) for note in _notes(table)]
    return [(_("Rule"), "; ".join(naming.note(found.version, note) or note for note in notes))] if notes else []


def rule_of(found: Reason | Trace) -> str:
    """Table, version and row, as one can look them up."""
    if found.version is None:
        return ""
    rows = [str(row) for table in found.detail.get("matched", []) for row in table.get("rows", [])]
    said = _("%(table)s v%(version)s") % {"table": named(found.version), "version": found.version.version}
    said = joined([said, _("rule %(rows)s") % {"rows": joined(rows)}]) if rows else said
    return formats.digits(said, (get_language() or "en")[:2])


def _notes(table: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for note in table.get("notes", []):
        found += [str(part) for part in (note if isinstance(note, list) else [note]) if part]
    return found
