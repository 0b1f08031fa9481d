"""What facts of the history call the answers of a form, and those that a drawing set itself."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import get_language

from sira.tickets import requested
from sira.tickets.models import HistoryEntry

ANSWER = "fields."


class Answers:
    """Labels, and values in words, of the answers that facts of one ticket mention. Read only where they do."""

    def __init__(self, entries: Iterable[HistoryEntry]) -> None:
        self._labels: dict[str, str] = {}
        self._words: dict[tuple[str, str], str] = {}
        told = [entry for entry in entries if entry.ticket_id and any(map(is_answer, entry.facts))]
        if len({entry.ticket_id for entry in told}) != 1:
            return
        ticket, language = told[0].ticket, get_language() or "en"
        form = requested.form_of(ticket)
        for values in _apart(_values(told)):
            for key, label, answer in requested.in_words(ticket, values, form, language):
                self._labels[key] = label
                self._words[key, str(values[key])] = answer

    def label(self, field: str) -> str:
        """Empty where nothing is known of it."""
        return self._labels.get(field.removeprefix(ANSWER), "") if is_answer(field) else ""

    def words(self, field: str, value: Any) -> str:
        return self._words.get((field.removeprefix(ANSWER), str(value)), "") if is_answer(field) else ""


def is_answer(field: str) -> bool:
    return field.startswith(ANSWER)


def _values(entries: list[HistoryEntry]) -> Iterator[tuple[str, Any]]:
    for entry in entries:
        for field, both in entry.facts.items():
            if is_answer(field) and isinstance(both, list):
                yield from ((field.removeprefix(ANSWER), value) for value in both if value not in (None, "", []))


def _apart(values: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    """As many times as it needs for a field to hold one value at a time."""
    held: list[dict[str, Any]] = []
    for key, value in values:
        if any(key in one and one[key] == value for one in held):
            continue
        free = next((one for one in held if key not in one), None)
        if free is None:
            held.append(free := {})
        free[key] = value
    return held
