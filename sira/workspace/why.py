"""Why this priority, this agent, this deadline: the answers of a ticket's traces and clocks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sira.decisions.models import Trace
from sira.people.models import Person, SupportGroup
from sira.plumbing.composed import composed
from sira.promises import explaining as promised
from sira.routing import explaining
from sira.shell import formats
from sira.shell.names import named
from sira.tickets.models import Ticket
from sira.tickets.wording import names_of
from sira.tickets.wording_of_promises import promise_name
from sira.workforce import rights
from sira.workspace import table_words

MANY = 20  # of those left out; more of them fold by reason
A_MINUTE = timedelta(minutes=1)
ELSEWHERE = ("priority", "route", "promise", "operational")  # told above, and beside the clocks


@dataclass(frozen=True)
class Candidate:
    """score: open work, or tickets owed to their share; reason: why left out, then there is no score."""

    name: str
    score: float | None = None
    share: int = 0
    is_chosen: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Reason:
    conclusion: str
    rule: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)

    @property
    def could(self) -> list[Candidate]:
        return [one for one in self.candidates if not one.reason]

    @property
    def left_out(self) -> list[Candidate]:
        """One by one, where they are few."""
        found = [one for one in self.candidates if one.reason]
        return found if len(found) <= MANY else []

    @property
    def folded(self) -> list[tuple[str, list[Candidate]]]:
        """(why, who) of many that were left out; the commonest reason first."""
        found: dict[str, list[Candidate]] = {}
        for one in [] if self.left_out else self.candidates:
            if one.reason:
                found.setdefault(one.reason, []).append(one)
        return sorted(found.items(), key=lambda each: -len(each[1]))


def reasons_of(ticket: Ticket, reader: Person) -> list[Reason]:
    """The newest decision of each kind. Two queries, and one where a lead reads of somebody's leave."""
    newest: dict[str, Trace] = {}
    for trace in traces_of(ticket.pk):
        newest[trace.kind] = trace
    found = []
    if "priority" in newest:
        found.append(_priority(ticket, newest["priority"]))
    if "route" in newest:
        found.append(route_reason(ticket, newest["route"], reader))
    found += (_drawn(trace) for kind, trace in newest.items() if kind not in ELSEWHERE and trace.version is not None)
    return found


@composed
def traces_of(subject: int) -> "QuerySet[Trace]":
    rows = Trace.objects.filter(subject=subject).select_related("reason__version").order_by("at", "id")
    return rows.defer("reason__version__source")


def _priority(ticket: Ticket, trace: Trace) -> Reason:
    words = {"critical": 1, "high": 2, "medium": 3, "low": 4}
    decided = trace.outcome.get("priority") if isinstance(trace.outcome, dict) else trace.outcome
    number = words.get(str(decided))
    label = Ticket.Priority(number).label if number else str(decided)
    facts = [*table_words.asked(trace, known={ticket.type.key: named(ticket.type)}), *table_words.noted(trace)]
    if number and ticket.priority != number:
        by_hand = _("The table said %(priority)s; a person set another") % {"priority": label}
        return Reason(by_hand, table_words.rule_of(trace), facts)
    return Reason(_("%(what)s, because") % {"what": label}, table_words.rule_of(trace), facts)


def _drawn(trace: Trace) -> Reason:
    """What a drawing asked of a table of its own."""
    outcome = trace.outcome if isinstance(trace.outcome, dict) else {"": trace.outcome}
    known = who_in(outcome.values())
    said = table_words.joined(table_words.answer(trace, name, value, known=known) for name, value in outcome.items())
    called = named(trace.version) if trace.version else trace.kind
    facts = [*table_words.asked(trace), *table_words.noted(trace)]
    what = _("%(table)s: %(answer)s") % {"table": called, "answer": said}
    return Reason(_("%(what)s, because") % {"what": what}, table_words.rule_of(trace), facts)


def who_in(values: Iterable[Any]) -> dict[int | str, str]:
    """Names of the people and groups that a table lists, such as those who approve in turn."""
    listed = [one for value in values if isinstance(value, list) for one in table_words.leaves(value)]
    people = [one for one in listed if type(one) is int]
    keys = [one for one in listed if isinstance(one, str)]
    groups = SupportGroup.objects.filter(key__in=keys) if keys else ()
    return {**(dict(names_of(people)) if people else {}), **{group.key: str(group) for group in groups}}


def route_reason(ticket: Ticket, trace: Trace, reader: Person) -> Reason:
    detail = trace.detail
    group = trace.outcome.get("group") if isinstance(trace.outcome, dict) else trace.outcome
    in_full = explaining.is_personal(detail) and rights.may_know_of_leave(reader, str(group))
    people = explaining.people_in(detail)
    names = dict(names_of(people)) if people else {}
    figures = explaining.figures(detail)
    most = max(figures, default=0) or 1
    candidates = [
        Candidate(names.get(key, "?"), figure, max(0, round(100 * (figure or 0) / most)), key == detail.get("agent"))
        for key, figure in zip_longest(explaining.candidates(detail), figures)
    ]
    # Shares: who was owed most comes first; open work: who had least.
    sign = -1 if "owed" in detail else 1
    candidates.sort(key=lambda one: (not one.is_chosen, sign * (one.score or 0)))
    out = ((names.get(key, "?"), explaining.why_not(why, in_full=in_full)) for key, why in explaining.left_out(detail))
    candidates += [Candidate(name, reason=why) for name, why in out]
    words = {ticket.category.key: named(ticket.category)} if ticket.category else {}
    facts = table_words.asked_and_said(trace, known=words)
    chosen = next((one.name for one in candidates if one.is_chosen), "")
    has_left = ticket.group is not None and bool(group) and ticket.group.key != str(group)
    where = SupportGroup.objects.filter(key=group).first() if has_left else ticket.group
    conclusion = _("%(what)s, because")
    if has_left or (chosen and detail.get("agent") != ticket.agent_id):
        conclusion = _("%(what)s at first, because")  # given to somebody else since
    return Reason(
        conclusion % {"what": chosen or str(where or group or "")},
        table_words.joined(part for part in (table_words.rule_of(trace), explaining.how(detail)) if part),
        facts,
        candidates,
        explaining.sentences(detail, names),
    )


def promises_of(ticket: Ticket, *, at: datetime) -> list[dict[str, Any]]:
    """Each promise with the sum that makes its deadline; what is over last. Three queries."""
    explained = [promised.explain(clock, at=at) for clock in promised.clocks_of(ticket.pk)]
    found = [{**one, **_shown(one, at=at)} for one in explained if not one["withdrawn"]]
    return sorted(found, key=lambda one: one["stopped_at"] is not None)


def _shown(one: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    """How one promise looks: its name with the deadline, how much of it is used, and the state of its line."""
    return {
        "words": _named(one, at=at),
        "paused": one["paused"] if one["paused"] >= A_MINUTE else None,
        "at_once": one["worked"] < A_MINUTE,
        "used_share": max(0, min(100, round(100 * (one["worked"] / one["budget"])))),
        "shape": _shape(one, at=at),
    }


def _named(one: Mapping[str, Any], *, at: datetime) -> str:
    name = promise_name(one["target"], one["rule"].get("name", ""))
    if one["deadline"] is None:
        return name
    zone, language = timezone.get_current_timezone(), get_language() or "en"
    deadline = formats.moment(one["deadline"], language[:2], now=at, zone=zone, time=True)
    return _("%(promise)s by %(deadline)s") % {"promise": name, "deadline": deadline}


def _shape(one: Mapping[str, Any], *, at: datetime) -> str:
    if one["stopped_at"] is not None:
        return "kept" if one["kept"] else "broken"
    if one["state"] == "paused":
        return "paused"
    if one["deadline"] is not None and one["deadline"] < at:
        return "broken"
    return "at_risk" if one["warning"] is not None and one["warning"] <= at else "on_track"
