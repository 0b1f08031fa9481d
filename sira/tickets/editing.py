"""Fields are changed in place; two people who edit at once are told, and nothing typed is lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sira.people.models import Person
from sira.plumbing.lines import one_line
from sira.tickets import assigning, deciding, permissions
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.refusals import ChangedMeanwhile, UnknownField
from sira.tickets.worksheet import on_desk, plain

EDITABLE = ("subject", "impact", "urgency", "priority", "category", "service", "tags", "language", "type")
DECIDES_PRIORITY = {"impact", "urgency", "type"}


def set_fields(
    ticket: Ticket, changes: Mapping[str, Any], *, seen: Mapping[str, Any], by: Person, at: datetime
) -> Ticket:
    """Set columns of EDITABLE, or answers of the form under "fields.<key>".

    changes: new values (model instances for relations).  seen: the value of each field when the editor looked, in the
    form `plain` gives; a field that is different by now refuses the whole edit.  A changed impact, urgency or type
    decides the priority anew, unless the priority itself is among the changes; a type that has a group takes the ticket
    there. Raises NotAllowed, UnknownField,
    ChangedMeanwhile.
    """
    with on_desk(ticket, by=by, at=at) as sheet:
        permissions.must_work_on(by, sheet.ticket)
        current = {name: value_of(sheet.ticket, name) for name in changes}
        clashes = {
            name: [plain(changes[name]), now]
            for name, now in current.items()
            if name in seen and seen[name] != now and plain(changes[name]) != now
        }
        if clashes:
            raise ChangedMeanwhile(fields=clashes)
        done = _apply(sheet.ticket, changes, sheet.set)
        if done:
            sheet.record(HistoryEntry.Kind.CHANGED, **done)
        if not (DECIDES_PRIORITY & set(done) and "priority" not in done and deciding.decide_priority(sheet)):
            deciding.facts_changed(sheet, done)
        if "type" in done:
            assigning.give_to_type(sheet)
    return sheet.ticket


def value_of(ticket: Ticket, name: str) -> Any:
    """A field as JSON can hold it.  Raises UnknownField."""
    key = name.removeprefix("fields.")
    if key != name and (key in ticket.fields or key in ticket.type.mandatory_fields):
        return ticket.fields.get(key)
    if name in EDITABLE:
        return plain(getattr(ticket, name))
    raise UnknownField(field=name)


def _apply(ticket: Ticket, changes: Mapping[str, Any], set_values: Any) -> dict[str, list[Any]]:
    columns = {name: value for name, value in changes.items() if not name.startswith("fields.")}
    if "subject" in columns:
        columns["subject"] = one_line(columns["subject"])
    answers = {name.removeprefix("fields."): value for name, value in changes.items() if name.startswith("fields.")}
    done: dict[str, list[Any]] = dict(set_values(**columns))
    if answers:
        before = dict(ticket.fields)
        set_values(fields={**before, **answers})
        done |= {f"fields.{key}": [before.get(key), new] for key, new in answers.items() if before.get(key) != new}
    return done
