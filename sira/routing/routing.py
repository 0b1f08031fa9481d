"""Who gets a ticket: first the group, by the table "routing"; then an agent of it, by the group's strategy.

Both steps leave their reasons in one trace: rule, candidates, who was left out and why, scores, choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sira.decisions import deciding
from sira.decisions.deciding import Published
from sira.decisions.models import Trace
from sira.people.models import Person, SupportGroup
from sira.plumbing import rows, settled
from sira.plumbing.joining import joining
from sira.routing import offers, waiting
from sira.routing.agents import AgentChoice, choose_agent
from sira.routing.work import Work, skills_asked

TABLE = "routing"


@dataclass(frozen=True)
class Choice:
    """trace: unsaved; the caller keeps it with its other rows."""

    group: SupportGroup | None
    agent: Person | None
    trace: Trace

    @property
    def group_id(self) -> int | None:
        return self.group.pk if self.group else None

    @property
    def agent_id(self) -> int | None:
        return self.agent.pk if self.agent else None


@joining
def route(
    subject: int,
    facts: Mapping[str, Any],
    *,
    at: datetime,
    work: Work | None = None,
    among: Mapping[str, Published] | None = None,
) -> Choice:
    """Choose group and agent. Without a rule that names a group of this desk, both stay empty and the trace says so.

    work: what the ticket asks of an agent; the table may add skills.  among: see deciding.decide.

    Where nobody can be given it, it waits and is due again (see waiting). The pool stays locked until the caller's
    transaction ends: route late in it.
    """
    found = deciding.decide(TABLE, facts, at=at, among=among)
    key = _group_key(found.result)
    group = _group(key) if key else None
    work = replace(work or Work(), skills=skills_asked(found.result))
    chosen = _choose(subject, group, work, at) if group else AgentChoice(None, {"why": "no_such_group"})
    trace = found.trace_for(subject=subject, kind="route", at=at, own=_own(chosen), **chosen.reasons)
    return Choice(group, chosen.agent, trace)


@joining
def route_within(group: SupportGroup, subject: int, *, at: datetime, work: Work | None = None) -> Choice:
    """Choose an agent alone: the ticket came to this group, by its address or mailbox, and no table is asked."""
    return _within(subject, group, _choose(subject, group, work or Work(), at), at)


@joining
def route_again(one: waiting.Due, group: SupportGroup, *, at: datetime) -> Choice | None:
    """A ticket that waited is dealt; None where still nobody can be given it."""
    chosen = choose_agent(group, at=at, work=one.work)
    if chosen.waits:
        waiting.put_off(one, chosen, at=at)
        return None
    waiting.forget(one.subject)
    if chosen.agent:
        offers.offer(one.subject, group, chosen.agent, one.work, at=at)
    return _within(one.subject, group, chosen, at)


def _choose(subject: int, group: SupportGroup, work: Work, at: datetime) -> AgentChoice:
    chosen = choose_agent(group, at=at, work=work)
    if chosen.agent:
        offers.offer(subject, group, chosen.agent, work, at=at)
    elif chosen.waits:
        waiting.wait(subject, group, chosen, work, at=at)
    return chosen


def _within(subject: int, group: SupportGroup, chosen: AgentChoice, at: datetime) -> Choice:
    trace = deciding.trace_of(
        subject=subject,
        kind="route",
        at=at,
        inputs={"asked for": group.key},
        outcome=group.key,
        detail=chosen.reasons,
        own=_own(chosen),
    )
    return Choice(group, chosen.agent, trace)


def _group(key: str) -> SupportGroup | None:
    return rows.find(SupportGroup, "key = %s", [key], ask=settled.ask)


def _own(chosen: AgentChoice) -> dict[str, Any]:
    """What differs from one ticket to the next."""
    return ({"agent": chosen.agent.pk} if chosen.agent else {}) | chosen.of_the_moment


def _group_key(result: Any) -> str | None:
    """A table with one output answers with the value itself, one with several with a context."""
    key = result.get("group") if isinstance(result, dict) else result
    return key if isinstance(key, str) else None
