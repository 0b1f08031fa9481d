"""An operator's hand on a process that is stuck: the step tries again, is passed over, moved, or all is called off.

Administrators may do all of it; who leads the ticket's group may let a step try again. What was done is history.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from sira.people import rights
from sira.people.models import Person
from sira.people.rights import Right
from sira.plumbing.refusals import NotAllowed, Refused
from sira.processes import helping, running, versions
from sira.processes.blocks import Facts, FixedFacts
from sira.processes.models import Incident, Instance
from sira.processes.refusals import NotWaiting
from sira.tickets.facts import SheetFacts
from sira.tickets.models import HistoryEntry, Ticket
from sira.tickets.wording_of_incidents import CANCELLED, MOVED, RETRIED, SKIPPED
from sira.tickets.worksheet import on_desk


class NeedsReason(Refused):
    code = "needs_reason"
    status = 422
    message = _("Say in a few words why it is called off.")


def open_incidents(person: Person) -> QuerySet[Incident]:
    """Those the person may do something about, the newest first."""
    rows = Incident.objects.filter(resolved_at=None).select_related("instance__version").order_by("-id")
    if rights.has(person, Right.OPERATE):
        return rows
    return rows.filter(instance__subject__in=_led_by(person).values("pk"))


def _led_by(person: Person) -> QuerySet[Ticket]:
    """A made role may let somebody look after the stuck processes of groups that they do not lead."""
    led = Q(group__in=rights.reach(person, Right.LEAD).groups)
    if rights.has(person, Right.WORK) and not rights.keeps_back(person, Right.LEAD):
        led |= Q(group__in=person.memberships.filter(leads=True).values("group"))
    return Ticket.objects.filter(led)


def retry(incident: Incident, *, by: Person, at: datetime) -> Instance:
    """Raises NotAllowed, NotWaiting; so do the others."""
    if not rights.has(by, Right.OPERATE) and not _led_by(by).filter(pk=incident.instance.subject).exists():
        raise NotAllowed
    with _subject(incident, RETRIED, by, at) as facts:
        return helping.retry(incident, by=by, facts=facts, at=at)


def skip(incident: Incident, *, by: Person, at: datetime) -> Instance:
    """The process goes on behind the step as if it were done, without a result."""
    rights.must(by, Right.OPERATE)
    with _subject(incident, SKIPPED, by, at) as facts:
        return helping.skip(incident, by=by, facts=facts, at=at)


def move(incident: Incident, element: str, *, by: Person, at: datetime) -> Instance:
    """It goes on at another step of the same process or sub-process."""
    rights.must(by, Right.OPERATE)
    with _subject(incident, MOVED, by, at, to=step_name(incident, element), to_step=element) as facts:
        return helping.move(incident.instance, incident.token, element, by=by, facts=facts, at=at)


def cancel(incident: Incident, *, reason: str, by: Person, at: datetime) -> Instance:
    """All of the process, with those that called it and wait for it; its ticket stays and is worked on by hand.

    Raises NeedsReason too.
    """
    rights.must(by, Right.OPERATE)
    if not reason.strip():
        raise NeedsReason
    with _subject(incident, CANCELLED, by, at, reason=reason.strip()):
        return running.cancel(_outermost(incident.instance), at=at, reason=reason.strip(), by=by)


def step_name(incident: Incident, element: str = "") -> str:
    """What the drawing calls the step, or its id."""
    element = element or incident.element
    node = versions.graph_of(incident.instance.version_id).nodes.get(element)
    return (node.name if node else "") or element


def _outermost(instance: Instance) -> Instance:
    while instance.caller is not None:
        instance = instance.caller
    return instance


@contextmanager
def _subject(incident: Incident, act: str, by: Person, at: datetime, **more: Any) -> Iterator[Facts]:
    """The ticket on the desk, where the process works for one."""
    subject = incident.instance.subject
    if not Ticket.objects.filter(pk=subject).exists():
        yield FixedFacts({})
        return
    with on_desk(subject, by=by, at=at) as sheet:
        if Incident.objects.filter(pk=incident.pk, resolved_at=None).first() is None:
            raise NotWaiting
        of_drawing = {"version": incident.instance.version_id, "step": incident.element}
        sheet.record(HistoryEntry.Kind.INCIDENT, act=act, element=step_name(incident), **of_drawing, **more)
        sheet.flush()
        yield SheetFacts(sheet)
