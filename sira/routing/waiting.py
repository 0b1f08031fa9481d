"""Tickets that nobody could be given. They wait where everybody sees them, and are tried again when it makes sense."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sira.people.models import SupportGroup
from sira.plumbing import prepared
from sira.routing import caps
from sira.routing.agents import AgentChoice
from sira.routing.models import Waiting
from sira.routing.work import Work
from sira.workforce import availability

_PERIODS = {why: period for period, why in caps.WHY.items()}


@dataclass(frozen=True)
class Due:
    """A ticket that may be dealt now."""

    subject: int
    group: int
    kind: str
    work: Work


def wait(subject: int, group: SupportGroup, chosen: AgentChoice, work: Work, *, at: datetime) -> None:
    """The ticket waits; it is tried when somebody comes by plan, or earlier when something changes."""
    kind = kind_of(work)
    Waiting.objects.update_or_create(
        subject=subject,
        defaults={"group": group, "try_at": next_try(chosen, at), "kind": kind, "work": work.as_json()},
        create_defaults={
            "group": group,
            "since": at,
            "try_at": next_try(chosen, at),
            "kind": kind,
            "work": work.as_json(),
        },
    )


def kind_of(work: Work) -> str:
    """The same for tickets that ask the same of an agent; where nobody can take one, nobody can take the others."""
    return json.dumps([work.channel, work.language, sorted(work.skills.items()), sorted(work.silent)])[:300]


def next_try(chosen: AgentChoice, at: datetime) -> datetime | None:
    """The first instant at which a reason of those left out may be gone by itself; None: only a change helps."""
    why = chosen.reasons
    if why["why"] == "group_full":
        return caps.next_start(why["period"], at)
    left_out: dict[str, str] = why["left_out"]
    away = [int(key) for reason in availability.ORDER for key in left_out.get(reason, "").split()]
    instants = [caps.next_start(_PERIODS[reason], at) for reason in left_out if reason in _PERIODS]
    if away and (comes := availability.next_change(away, at)):
        instants.append(comes)
    if "just_dealt_to" in left_out:
        instants.append(at)
    return min(instants, default=None)


DUE = ("SELECT try_at FROM routing_waiting WHERE try_at IS NOT NULL ORDER BY try_at LIMIT 1",)


def due(at: datetime, limit: int) -> list[Due]:
    """What may be dealt now. One statement that reads what is due, however many wait."""
    found = Waiting.objects.filter(try_at__lte=at).order_by("try_at", "subject")[:limit]
    return [Due(one.subject, one.group_id, one.kind, Work.of_json(one.work)) for one in found]


def put_off(one: Due, chosen: AgentChoice, *, at: datetime) -> None:
    """Still nobody: this ticket and all that wait alike are tried at the next time that makes sense."""
    alike = Waiting.objects.filter(group=one.group, kind=one.kind, try_at__lte=at)
    alike.update(try_at=next_try(chosen, at))


def forget(subject: int) -> None:
    Waiting.objects.filter(subject=subject).delete()


_WAKE = """
    UPDATE routing_waiting SET try_at = %(at)s
     WHERE (try_at IS NULL OR try_at > %(at)s)
       AND group_id IN (SELECT group_id FROM people_membership WHERE person_id = ANY(%(people)s::bigint[]))
"""


def wake(people: Iterable[int], at: datetime) -> None:
    """These people may be able to take more than before: what waits for their groups is tried at once."""
    prepared.ask(_WAKE, {"people": prepared.array(people), "at": at})


def wake_groups(groups: Sequence[int], at: datetime) -> None:
    """These groups deal otherwise from now on."""
    Waiting.objects.filter(group__in=groups).update(try_at=at)
