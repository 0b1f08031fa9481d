"""Work of tickets that waits for no one."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from sira.people.automation import automation
from sira.plumbing.jobs import RETRY, app, task
from sira.processes import running
from sira.tickets import escalating, facts, promised, retention
from sira.tickets.facts import SheetFacts
from sira.tickets.models import Ticket, TicketLink
from sira.tickets.worksheet import on_desk

CHILD_ENDED = "child ended"


@task(name="tickets.act_on_mark", retry=RETRY)
def act_on_mark(subject: int, target: str, action: str, share: int) -> None:
    escalating.act(subject, target, action, share, at=timezone.now())


@task(name="tickets.copy_deadlines", retry=RETRY)
def copy_deadlines(tickets: list[int]) -> None:
    promised.copy_many(tickets)


@task(name="tickets.promise_anew_of", retry=RETRY)
def promise_anew_of(organisations: list[int]) -> None:
    """What is promised to these customers has changed. Each ticket by itself, so that none waits for all."""
    promise_anew(Ticket.objects.filter(organisation__in=organisations), at=timezone.now())


@task(name="tickets.promise_anew_in", retry=RETRY)
def promise_anew_in(group: int) -> None:
    """The group works by another calendar."""
    promise_anew(Ticket.objects.filter(group=group), at=timezone.now())


def promise_anew(tickets: "QuerySet[Ticket]", *, at: datetime) -> None:
    open_ones = tickets.filter(status__in=Ticket.ACTIVE).order_by("pk")
    for key in open_ones.values_list("pk", flat=True):
        with on_desk(key, by=automation(), at=at) as sheet:
            promised.promise_anew(sheet)


@task(name="tickets.tell_parents", retry=RETRY)
def tell_parents(child: int) -> None:
    """A ticket has ended: the drawings of those it is part of may wait for that."""
    ended = Ticket.objects.get(pk=child)
    parents = TicketLink.objects.filter(source=child, kind=TicketLink.Kind.CHILD).order_by("target_id")
    for parent in parents.values_list("target_id", flat=True):
        hear_of_child(parent, ended, at=timezone.now())


def hear_of_child(parent: int, child: Ticket, *, at: datetime) -> None:
    """By the child's number, or by the parent alone where the drawing names no child."""
    payload = {"child": child.number, "resolution": child.resolution}
    with on_desk(parent, by=automation(), at=at) as sheet:
        for key in (child.number, ""):
            if running.correlate(CHILD_ENDED, subject=parent, key=key, payload=payload, facts=SheetFacts(sheet), at=at):
                return


@task(name="tickets.look_again", retry=RETRY)
def look_again(subject: int) -> None:
    """A process changed the ticket by itself: conditions that others of its processes wait for are asked again."""
    with transaction.atomic():
        facts.lock(subject)
        running.look_again(subject, at=timezone.now())


@app.periodic(cron="11 2 * * *")
@task(name="tickets.forget_old_texts", retry=RETRY)
def forget_old_texts(timestamp: int) -> None:
    retention.carry_out_all(at=timezone.now())
