"""An operator's hand: a stuck process is tried again, let go on, or put on another step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from sira.people.models import Person
from sira.people.rights import Right, has, has_somewhere
from sira.plumbing.refusals import NotAllowed
from sira.processes import together
from sira.processes.bpmn.messages import Finished, Move, Retry, Stimulus
from sira.processes.going_on import GivenFacts, go_on
from sira.processes.models import Incident, Instance


def may_operate(person: Person) -> bool:
    return has(person, Right.OPERATE)


def may_retry(person: Person) -> bool:
    """Whether of this very subject, a higher room knows (tickets.operating)."""
    return may_operate(person) or has_somewhere(person, Right.LEAD)


@transaction.atomic
def retry(incident: Incident, *, by: Person, facts: GivenFacts = None, at: datetime) -> Instance:
    """Let the stuck step try again. Raises NotAllowed, NotWaiting; so do the others."""
    if not may_retry(by):
        raise NotAllowed
    return _operate(incident, Retry(str(incident.token)), "retry", by, facts, at)


@transaction.atomic
def skip(
    incident: Incident, *, by: Person, outcome: Mapping[str, Any] | None = None, facts: GivenFacts = None, at: datetime
) -> Instance:
    """Go on behind the stuck step as if it had answered with the outcome."""
    if not may_operate(by):
        raise NotAllowed
    return _operate(incident, Finished(str(incident.token), incident.element, outcome or {}), "skip", by, facts, at)


@transaction.atomic
def move(
    instance: Instance, token: int, element: str, *, by: Person, facts: GivenFacts = None, at: datetime
) -> Instance:
    """Put a token on another step of the same process or sub-process, and go on from there. Raises NotWaiting."""
    if not may_operate(by):
        raise NotAllowed
    instance = together.lock(instance.pk)
    go_on(instance, Move(str(token), element), {"operator": "move", "by": by.pk}, facts, at)
    return instance


def _operate(incident: Incident, stimulus: Stimulus, act: str, by: Person, facts: GivenFacts, at: datetime) -> Instance:
    instance = together.lock(incident.instance_id)
    go_on(instance, stimulus, {"operator": act, "by": by.pk}, facts, at)
    return instance
