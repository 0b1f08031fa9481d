"""Tickets dealt after all: what waited for somebody to be there, and what was met with silence."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from sira.notifications.outbox import Mail
from sira.people.automation import automation
from sira.routing import offers, routing, waiting
from sira.routing.models import Offer
from sira.routing.work import Work
from sira.tickets import assigning, notices
from sira.tickets.models import HistoryEntry, Message, Ticket
from sira.tickets.worksheet import Worksheet, sheet_of

BATCH = 100


def deal_waiting(at: datetime) -> int:
    """Deal what may be dealt now, the most urgent first; how many were.

    Costs what is due. Where one finds nobody, all that wait alike are put off with it. Harmless from many workers.
    """
    due = {one.subject: one for one in waiting.due(at, BATCH)}
    if not due:
        return 0
    there = Ticket.objects.filter(pk__in=due).order_by("turn_at", "pk").values_list("pk", flat=True)
    nobody_for: set[tuple[int, str]] = set()
    dealt = 0
    for key in there:
        one = due.pop(key)
        if (one.group, one.kind) in nobody_for:
            continue
        if _deal(one, at):
            dealt += 1
        else:
            nobody_for.add((one.group, one.kind))
    for subject in due:
        waiting.forget(subject)
    return dealt


@transaction.atomic
def _deal(one: waiting.Due, at: datetime) -> bool:
    """False where nobody can be given it. Somebody may have taken it meanwhile: then it waits no longer."""
    sheet = sheet_of(one.subject, by=automation(), at=at)
    ticket = sheet.ticket
    if ticket.agent_id or ticket.group is None or ticket.group_id != one.group or ticket.status not in Ticket.ACTIVE:
        waiting.forget(one.subject)
        return True
    chosen = routing.route_again(one, ticket.group, at=at)
    if chosen is None:
        return False
    sheet.keep(chosen.trace)
    assigning.give(sheet, group=ticket.group, agent=chosen.agent, how="dealt")
    sheet.close()
    return True


def return_silent(at: datetime) -> int:
    """Take back what was not reacted to in time, once each, and deal it to somebody else; how many."""
    return sum(_return(offer, at) for offer in offers.overdue(at, BATCH))


@transaction.atomic
def _return(offer: Offer, at: datetime) -> bool:
    if not Ticket.objects.filter(pk=offer.subject).exists():
        return not offers.end(offer)
    sheet = sheet_of(offer.subject, by=automation(), at=at)
    if not offers.end(offer) or _has_reacted(sheet, offer):
        return False
    ticket, agent = sheet.ticket, sheet.ticket.agent
    group = ticket.group
    if agent is None or group is None:
        return False
    sheet.mails.append(Mail(kind="taken_back", to=agent, placeholders=notices.for_agent(sheet, agent)))
    sheet.set(stage=Ticket.Stage.OPENED)
    assigning.give(sheet, group=group, agent=None, how="silent")
    asked = Work.of_json(offer.work)
    work = replace(asked, silent=(*asked.silent, agent.pk))
    chosen = routing.route_within(group, ticket.pk, at=at, work=work)
    if chosen.agent:
        assigning.give(sheet, group=group, agent=chosen.agent, how="dealt")
    sheet.keep(chosen.trace)
    sheet.close()
    return True


def _has_reacted(sheet: Worksheet, offer: Offer) -> bool:
    """Whether the ticket went on since: anything that the agent did or said in it, or that others did with it."""
    ticket = sheet.ticket
    if (ticket.agent_id, ticket.group_id) != (offer.agent_id, offer.group_id):
        return True
    if ticket.status != Ticket.Status.OPEN or ticket.stage != Ticket.Stage.ASSIGNED:
        return True
    did = HistoryEntry.objects.filter(ticket=ticket, by=offer.agent_id, at__gte=offer.at)
    return did.exists() or Message.objects.filter(ticket=ticket, author=offer.agent_id, sent_at__gte=offer.at).exists()
