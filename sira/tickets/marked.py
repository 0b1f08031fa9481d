"""Marks of promises have come: the history says so, the desk is told, and what the plan says is done.

Told in the transaction that ticks the marks off, so each is told once, whatever is killed in between. Nothing here
locks a ticket: operations lock tickets before their clocks. What changes a ticket is a job's.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from sira.notifications import outbox
from sira.notifications.outbox import Mail
from sira.people.automation import automation
from sira.people.models import Person
from sira.plumbing import live, prepared, rows
from sira.promises.pump import Mark
from sira.tickets import jobs
from sira.tickets.models import Fact, HistoryEntry
from sira.workforce import availability

KINDS = {"warning": HistoryEntry.Kind.WARNED, "breach": HistoryEntry.Kind.BREACHED, "after": HistoryEntry.Kind.BREACHED}
# So many about different tickets at once are told in one mail.
TOGETHER_FROM = 4


@dataclass(frozen=True)
class About:
    """What a notice says of a ticket, and whom it concerns."""

    number: str
    subject: str
    requester: str
    agent: int | None
    agent_name: str
    group: int | None
    due_at: datetime | None
    resolution: str
    stage: str
    manager: int | None


_ABOUT = """
    SELECT ticket.id, ticket.number, ticket.subject, coalesce(nullif(requester.name, ''), requester.email),
           ticket.agent_id, coalesce(nullif(agent.name, ''), agent.email, ''), ticket.group_id, ticket.due_at,
           ticket.resolution, ticket.stage, manager.id
      FROM tickets_ticket ticket
      JOIN people_person requester ON requester.id = ticket.requester_id
      LEFT JOIN people_person agent ON agent.id = ticket.agent_id
      LEFT JOIN people_person manager ON manager.id = agent.manager_id AND manager.is_active
     WHERE ticket.id = ANY(%s)
"""


def came(marks: Sequence[Mark], at: datetime) -> None:
    """A few statements for any number of marks."""
    tickets = {key: About(*rest) for key, *rest in prepared.ask(_ABOUT, [[mark.subject for mark in marks]])}
    marks = [mark for mark in marks if mark.subject in tickets]
    whom = _Whom(tickets, marks, at)
    told: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        for person in whom.of(mark, tickets[mark.subject]):
            told[person].append(mark)
    _write_history(marks, at)
    mails = [mail for key, of_one in told.items() for mail in _mails(whom.people[key], of_one, tickets)]
    outbox.queue_many(mails, at=at)
    for mark in marks:
        for action in mark.does:
            jobs.act_on_mark.defer(subject=mark.subject, target=mark.target, action=action, share=mark.share)
    live.tell("tickets", [mark.subject for mark in marks])


class _Whom:
    """The people whom marks may have to be told to. Three queries for all, and one for each group that is called."""

    def __init__(self, about: Mapping[int, About], marks: Sequence[Mark], at: datetime) -> None:
        tickets = about.values()
        wanted = {who for mark in marks for who in mark.tells}
        groups = [one.group for one in tickets if one.group]
        self.members: dict[int, list[int]] = defaultdict(list)
        self.leads: dict[int, list[int]] = defaultdict(list)
        if wanted & {"group", "lead"}:
            for group, person, leads in prepared.ask(_MEMBERS, [sorted(set(groups))]):
                self.members[group].append(person)
                if leads:
                    self.leads[group].append(person)
        self.called = called(about, marks, at) if "on_call" in wanted else {}
        self.managers: list[int] = []
        if "manager" in wanted:
            of_role = Person.objects.filter(role=Person.Role.MANAGER, is_active=True, joined_into=None)
            self.managers = list(of_role.values_list("pk", flat=True))
        keys = {key for some in (*self.members.values(), self.managers, self.called.values()) for key in some}
        keys |= {key for one in tickets for key in (one.agent, one.manager) if key}
        self.people = Person.objects.in_bulk(list(keys))

    def of(self, mark: Mark, ticket: About) -> list[int]:
        """manager: the agent's own, else all who have that role.  on_call: of the group's chain, see Mark.calls."""
        manager = [ticket.manager] if ticket.manager else self.managers
        found = {
            "agent": [ticket.agent] if ticket.agent else [],
            "group": self.members[ticket.group] if ticket.group else [],
            "lead": self.leads[ticket.group] if ticket.group else [],
            "manager": manager,
            "on_call": [key for call in mark.calls if (key := self.called.get((ticket.group, call)))],
        }
        return [key for key in dict.fromkeys(key for who in mark.tells for key in found[who]) if key in self.people]


def called(about: Mapping[int, About], marks: Sequence[Mark], at: datetime) -> dict[tuple[int | None, int], int]:
    """Whom a group and the number of the call mean; the last of the chain for all calls beyond it."""
    wanted = {(about[mark.subject].group, call) for mark in marks for call in mark.calls}
    chains = {group: availability.on_call(group, at) for group in {group for group, _call in wanted if group}}
    return {
        (group, call): chain[min(call, len(chain)) - 1] for group, call in wanted if group and (chain := chains[group])
    }


_MEMBERS = "SELECT group_id, person_id, leads FROM people_membership WHERE group_id = ANY(%s) ORDER BY id"


_HISTORY = """
    INSERT INTO tickets_historyentry (ticket_id, at, by_id, fact_id)
    SELECT ticket, %s, %s, fact FROM unnest(%s::bigint[], %s::bigint[]) AS new(ticket, fact)
"""


def _write_history(marks: Sequence[Mark], at: datetime) -> None:
    """Entries that say the same share their fact."""
    facts: dict[tuple[Any, ...], Fact] = {}
    keys = []
    for mark in marks:
        said = (mark.kind, mark.target, mark.share, mark.past, mark.name)
        if said not in facts:
            facts[said] = _fact(mark)
        keys.append(facts[said].pk)
    rows.insert(list(facts.values()))
    prepared.ask(_HISTORY, [at, automation().pk, [mark.subject for mark in marks], keys])


def _fact(mark: Mark) -> Fact:
    told: dict[str, Any] = {"target": mark.target}
    if mark.name:
        told["name"] = mark.name
    if mark.kind == "warning":
        told["share"] = mark.share
    if mark.past:
        told["past"] = round(mark.past.total_seconds() / 60)
    return Fact.of(KINDS[mark.kind], told)


def _mails(person: Person, marks: Sequence[Mark], tickets: Mapping[int, About]) -> list[tuple[int | None, Mail]]:
    """A mail for each mark; one for all of them where there are many."""
    if len({mark.subject for mark in marks}) >= TOGETHER_FROM:
        lines = [_line(mark, tickets[mark.subject]) for mark in marks]
        broken = sum(mark.kind != "warning" for mark in marks)
        link = f"{settings.SIRA_URL}/desk/queue/?queue=broken"
        said = {"lines": lines, "broken": broken, "at_risk": len(marks) - broken, "link": link, "to_name": person.name}
        return [(None, Mail(kind="marks", to=person, placeholders=said))]
    return [(mark.subject, _mail(person, mark, tickets[mark.subject])) for mark in marks]


def _mail(person: Person, mark: Mark, one: About) -> Mail:
    said = {
        "number": one.number,
        "subject": one.subject,
        "requester": one.requester,
        "agent": one.agent_name,
        "group": one.group,
        "due_at": mark.due_at.isoformat() if mark.due_at else None,
        "resolution": one.resolution,
        "stage": one.stage,
        "link": f"{settings.SIRA_URL}/tickets/{one.number}/",
        "reply_key": f"{one.number}-A{person.pk}",
        "to_name": person.name,
        "target": mark.target.partition(":")[0],
        "name": mark.name,
        "share": mark.share,
        "past": round(mark.past.total_seconds() / 60),
    }
    return Mail(kind="warned" if mark.kind == "warning" else "breached", to=person, placeholders=said)


def _line(mark: Mark, one: About) -> list[str]:
    return [one.number, one.subject, "warned" if mark.kind == "warning" else "broken", one.agent_name]
