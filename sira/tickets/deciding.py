"""What the desk decides by its tables about a ticket, each time with a trace that answers "why?"."""

from collections.abc import Iterable
from typing import Any

from sira.decisions import deciding
from sira.tickets import facts, promised
from sira.tickets.facts_in_words import PRIORITIES
from sira.tickets.models import HistoryEntry
from sira.tickets.worksheet import Worksheet

PRIORITY_NUMBERS = {word: number for number, word in PRIORITIES.items()}


# The fields that a table of promises goes by.
PROMISED_BY = {"type", "priority", "impact", "urgency", "service", "category", "organisation", "channel"}


def decide_priority(sheet: Worksheet) -> bool:
    """Priority from type, impact, urgency and the customer's tier; whether it changed. The promises follow it where
    they already run."""
    found = deciding.decide("priority", facts.of(sheet), among=sheet.tables)
    changes = sheet.set(priority=PRIORITY_NUMBERS[_word(found.result, "priority")])
    sheet.keep(found.trace_for(subject=sheet.ticket.pk, kind="priority", at=sheet.at))
    if changes:
        sheet.record(HistoryEntry.Kind.DECIDED, **changes)
        facts_changed(sheet, changes)
    return bool(changes)


def facts_changed(sheet: Worksheet, changed: Iterable[str]) -> None:
    """Other promises hold where their table asks for one of these fields; a new ticket has none yet."""
    if not sheet.is_new and PROMISED_BY & set(changed):
        promised.promise_anew(sheet)


def _word(result: Any, output: str) -> str:
    """A table with one output answers with the value itself, one with several with a context."""
    return str(result[output] if isinstance(result, dict) else result)
