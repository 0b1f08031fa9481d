"""Tickets that were dealt and have to be reacted to in time; else they go back to the pool."""

from datetime import datetime, timedelta

from sira.calendars.compiled import edition_in_force, working_time
from sira.people.models import Person, SupportGroup
from sira.routing.models import Offer
from sira.routing.work import Work


def offer(subject: int, group: SupportGroup, agent: Person, work: Work, *, at: datetime) -> None:
    """Remember until when the agent has to react, in the group's working time; nothing where it asks for no haste."""
    if not group.silence_minutes:
        return
    hours = working_time(edition_in_force(group.calendar_id))
    react_by = hours.add(at, timedelta(minutes=group.silence_minutes))
    Offer.objects.update_or_create(
        subject=subject,
        defaults={"group": group, "agent": agent, "at": at, "react_by": react_by, "work": work.as_json()},
    )


DUE = ("SELECT react_by FROM routing_offer ORDER BY react_by LIMIT 1",)


def overdue(at: datetime, limit: int) -> list[Offer]:
    """What was due to be reacted to by now. Costs what is due."""
    return list(Offer.objects.filter(react_by__lte=at).order_by("react_by")[:limit])


def end(offer: Offer) -> bool:
    """Whether it was still there, so that of two workers one goes on. Ask with the ticket locked."""
    gone, _ = Offer.objects.filter(subject=offer.subject, agent=offer.agent_id, react_by=offer.react_by).delete()
    return bool(gone)
