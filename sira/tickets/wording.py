"""Facts of the history in words. The history keeps facts; what is shown is said here, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.forms import telling
from sira.people.automation import AUTOMATION_ID
from sira.people.models import Person, SupportGroup
from sira.plumbing.composed import composed
from sira.shell import formats
from sira.shell.names import named
from sira.tickets import wording_of_approvals, wording_of_incidents, wording_of_promises, wording_of_tasks
from sira.tickets.models import Category, HistoryEntry, Service, Ticket, TicketType
from sira.tickets.wording_of_answers import Answers

Kind = HistoryEntry.Kind
MODELS: dict[str, Any] = {"group": SupportGroup, "category": Category, "service": Service, "type": TicketType}


@dataclass(frozen=True)
class Told:
    """why: the kind of decision whose trace explains it, empty if a person did it."""

    at: datetime
    words: str
    why: str = ""


class Names:
    """Names of what facts mention by id, read once for all of them."""

    def __init__(self, entries: list[HistoryEntry]) -> None:
        self.steps = wording_of_tasks.Steps(entries)
        people: set[int] = set()
        kept = {"agent": people, **{name: set[int]() for name in ("group", "category", "service", "type")}}
        for entry in entries:
            people.add(entry.by_id)
            for name, ids in kept.items():
                ids.update(key for key in _both(entry.facts.get(name)) if isinstance(key, int))
            if isinstance(entry.facts.get("person"), int):
                people.add(entry.facts["person"])
        self.answers = Answers(entries)
        self.people = dict(names_of(list(people))) if people else {}
        self.rows: dict[str, dict[int, str]] = {"agent": self.people}
        for name in MODELS:
            ids = kept[name]
            self.rows[name] = {row.pk: named(row) for row in rows_of(list(ids), kind=name)} if ids else {}

    def of(self, field: str, value: Any) -> str:
        if value in (None, ""):
            return _("nothing")
        if field in self.rows:
            return self.rows[field].get(value, "?")
        if field == "priority":
            return str(Ticket.Priority(value).label)
        if field in ("impact", "urgency"):
            return str(Ticket.Level(value).label)
        if said := self.answers.words(field, value):
            return said
        if isinstance(value, list):
            return formats.listed(map(str, value), get_language() or "en") or _("nothing")
        return telling.moment(str(value), get_language() or "en")

    def field(self, name: str) -> str:
        return self.answers.label(name) or field_name(name)


@composed
def names_of(people: list[int]) -> "QuerySet[Person, tuple[Any, ...]]":
    return Person.objects.filter(pk__in=people).values_list("pk", "name")


@composed
def rows_of(keys: list[int], *, kind: str) -> "QuerySet[Any]":
    rows: QuerySet[Any] = MODELS[kind].objects.filter(pk__in=keys)
    return rows.only("name", "names")


def field_name(name: str) -> str:
    names = {
        "subject": _("Subject"),
        "impact": _("Impact"),
        "urgency": _("Urgency"),
        "priority": _("Priority"),
        "category": _("Category"),
        "service": _("Service"),
        "tags": _("Tags"),
        "language": _("Language"),
        "type": _("Type"),
        "resolution": _("Resolution"),
        "group": _("Group"),
        "agent": _("Agent"),
    }
    return names.get(name, name.removeprefix("fields."))


def tell(entries: Iterable[HistoryEntry]) -> list[Told]:
    """Each fact as one sentence. What a person did begins with their name, what the desk did by itself does not."""
    entries = list(entries)
    names = Names(entries)
    told = [Told(entry.at, _sentence(entry, names), _why(entry)) for entry in entries]
    return [one for one in told if one.words]


def _why(entry: HistoryEntry) -> str:
    if entry.kind == Kind.DECIDED or (entry.kind == Kind.OPENED and "priority" in entry.facts):
        return "priority"
    return "route" if entry.kind == Kind.ASSIGNED and entry.facts.get("how") in ("routed", "dealt") else ""


def _sentence(entry: HistoryEntry, names: Names) -> str:
    words = _WORDS.get(entry.kind)
    said = words(entry.facts, names) if words else str(Kind(entry.kind).label)
    if entry.kind == Kind.ASSIGNED and _is_taken(entry):
        said = _("took it over")
    if said and entry.by_id != AUTOMATION_ID and entry.kind in _BY_PEOPLE and entry.facts.get("how") != "routed":
        return _("%(who)s: %(what)s") % {"who": names.people.get(entry.by_id) or "?", "what": said}
    return said


def _is_taken(entry: HistoryEntry) -> bool:
    """Given by its new agent themselves, within their group; who opens one that is dealt to them has taken nothing."""
    facts = entry.facts
    by_hand = facts.get("how") in ("given", "taken", "answered")
    return by_hand and "group" not in facts and _both(facts.get("agent"))[-1] == entry.by_id


def _changed(facts: Mapping[str, Any], names: Names) -> str:
    parts = [
        _("%(field)s from %(before)s to %(after)s")
        % {"field": names.field(field), "before": names.of(field, before), "after": names.of(field, after)}
        for field, (before, after) in facts.items()
    ]
    return "; ".join(parts)


def _decided(facts: Mapping[str, Any], names: Names) -> str:
    return "; ".join(
        _("%(field)s set to %(value)s") % {"field": names.field(field), "value": names.of(field, values[1])}
        for field, values in facts.items()
        if field != "channel"
    )


def _assigned(facts: Mapping[str, Any], names: Names) -> str:
    agent, group = facts.get("agent"), facts.get("group")
    if facts.get("how") == "silent" and isinstance(agent, list):
        return _("%(agent)s did not react in time; it went back to the group") % {"agent": names.of("agent", agent[0])}
    to = agent[1] if isinstance(agent, list) else agent
    where = group[1] if isinstance(group, list) else None
    if to and where:
        return _("given to %(group)s, then to %(agent)s") % {
            "group": names.of("group", where),
            "agent": names.of("agent", to),
        }
    if to:
        return _("given to %(agent)s") % {"agent": names.of("agent", to)}
    if where:
        return _("given to %(group)s") % {"group": names.of("group", where)}
    return _("put back into the queue")


def _stage(facts: Mapping[str, Any], names: Names) -> str:
    return _("stage: %(stage)s") % {"stage": Ticket.Stage(facts["stage"][1]).label}


def _held(facts: Mapping[str, Any], names: Names) -> str:
    until = parse_datetime(facts["until"])
    day = formats.day(until.date(), get_language() or "en", year=True) if until else "?"
    return _("on hold until %(day)s") % {"day": day}


def _linked(facts: Mapping[str, Any], names: Names) -> str:
    said = _("link to %(number)s taken away") if facts.get("gone") else _("linked to %(number)s")
    return said % {"number": facts.get("to", "")}


def _merged(facts: Mapping[str, Any], names: Names) -> str:
    if "target" in facts:
        return _("merged into %(number)s") % {"number": facts["target"]}
    return _("%(number)s was merged into this one") % {"number": facts.get("source", "")}


def _unmerged(facts: Mapping[str, Any], names: Names) -> str:
    if "source" in facts:
        return _("%(number)s is a ticket of its own again") % {"number": facts["source"]}
    return _("a ticket of its own again")


def _not_acknowledged(facts: Mapping[str, Any]) -> str:
    whom = facts.get("to", "")
    if facts.get("why") == "answers":
        return _("no acknowledgement was sent: the message answers a mail of the desk to somebody else")
    if facts.get("why") == "alike":
        return _("no acknowledgement was sent: many addresses like %(whom)s had one within the hour") % {"whom": whom}
    return _("no acknowledgement was sent: %(whom)s had one within the hour, or several today") % {"whom": whom}


def _delivery(facts: Mapping[str, Any], names: Names) -> str:
    whom = ", ".join(facts.get("refused", []))
    answer = facts.get("answer") or ""
    if "told" in facts:
        told = ", ".join(facts["told"])
        return _("mail to %(whom)s: %(about)s") % {"whom": told or _("nobody"), "about": facts.get("about", "")}
    if facts.get("suppressed"):
        return _not_acknowledged(facts)
    if "removed" in facts:
        return _("%(file)s was held back, and is removed for good") % {"file": facts["removed"]}
    if "unchecked" in facts:
        return _("%(file)s is held back: the scanner could not check it (%(said)s)") % {
            "file": facts["held_back"],
            "said": facts["unchecked"],
        }
    if "held_back" in facts:
        return _("%(file)s is held back: harmful content was found in it (%(found)s)") % {
            "file": facts["held_back"],
            "found": facts.get("found", ""),
        }
    if facts.get("state") == "unsure":
        return _("Perhaps not delivered to %(whom)s: the mail server's answer was lost") % {"whom": whom}
    return _("Not delivered to %(whom)s. %(answer)s") % {"whom": whom, "answer": answer}


def _later(facts: Mapping[str, Any], names: Names) -> str:
    how = facts.get("how")
    if how == "called_off":
        return _("the answer kept for later is called off")
    if how == "refused":
        return _("the answer kept for later could not go out")
    goes_at = parse_datetime(facts["goes_at"])
    language, zone = get_language() or "en", timezone.get_current_timezone()
    words = _("an answer is kept for %(time)s") if how == "kept" else _("the kept answer goes out %(time)s instead")
    return words % {"time": formats.full(goes_at, language, zone=zone) if goes_at else "?"}


def _split(facts: Mapping[str, Any], names: Names) -> str:
    return _("some messages go on in %(number)s") % {"number": facts.get("into", "")}


_WORDS: dict[str, Any] = {
    Kind.OPENED: _decided,
    Kind.CHANGED: _changed,
    Kind.DECIDED: _decided,
    Kind.ASSIGNED: _assigned,
    Kind.STAGE: _stage,
    Kind.WAITING: lambda facts, names: _("waiting for the requester"),
    Kind.HELD: _held,
    Kind.RESUMED: lambda facts, names: _("goes on"),
    Kind.RESOLVED: lambda facts, names: _("resolved; the requester is asked whether it works"),
    Kind.CONFIRMED: lambda facts, names: _("confirmed that it is solved"),
    Kind.REOPENED: lambda facts, names: _("reopened"),
    Kind.CLOSED: lambda facts, names: _("Closed"),
    Kind.WITHDRAWN: lambda facts, names: _("not needed any more, withdrawn"),
    Kind.LINKED: _linked,
    Kind.MERGED: _merged,
    Kind.UNMERGED: _unmerged,
    Kind.JOINED_BY: lambda facts, names: _("%(who)s takes part") % {"who": names.people.get(facts.get("person"), "?")},
    Kind.TASK: lambda facts, names: wording_of_tasks.sentence(facts, names.steps),
    Kind.APPROVAL: lambda facts, names: wording_of_approvals.sentence(facts, names.steps.name(facts)),
    Kind.WARNED: lambda facts, names: wording_of_promises.warned(facts),
    Kind.BREACHED: lambda facts, names: wording_of_promises.breached(facts),
    Kind.DELIVERY: _delivery,
    Kind.INCIDENT: lambda facts, names: wording_of_incidents.sentence(facts),
    Kind.LATER: _later,
    Kind.SPLIT: _split,
    Kind.SIDE: lambda facts, names: _("%(whom)s was asked on the side") % {"whom": facts.get("whom", "")},
}
_BY_PEOPLE = {
    Kind.INCIDENT,
    Kind.CHANGED,
    Kind.ASSIGNED,
    Kind.WAITING,
    Kind.HELD,
    Kind.RESUMED,
    Kind.RESOLVED,
    Kind.CONFIRMED,
    Kind.REOPENED,
    Kind.WITHDRAWN,
    Kind.LINKED,
    Kind.MERGED,
    Kind.UNMERGED,
    Kind.TASK,
    Kind.APPROVAL,
    Kind.LATER,
    Kind.SPLIT,
    Kind.SIDE,
}


def _both(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
