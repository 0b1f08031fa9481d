"""The tickets that somebody has open, as tabs above the ticket: kept for the person, whatever the browser."""

from datetime import datetime

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from sira.people.models import Person
from sira.people.rights import Right, has
from sira.plumbing.composed import composed
from sira.tickets.models import Message, Ticket
from sira.tickets.visibility import agent_like, is_usual, worked_by
from sira.workspace.models import OpenTab

MOST = 10


def visit(person: Person, ticket: Ticket, *, at: datetime) -> None:
    """The ticket has a tab from now on, and all in it is seen."""
    OpenTab.objects.bulk_create(
        [OpenTab(person=person, ticket=ticket, opened_at=at, seen_at=at)],
        update_conflicts=True,
        unique_fields=["person", "ticket"],
        update_fields=["seen_at"],
    )


def tabs_of(person: Person) -> list[OpenTab]:
    """In the order they were opened, each with `news`: messages of the requester's side since it was seen.

    Those beyond MOST that were seen longest ago are put away.
    """
    if has(person, Right.SEE_ALL):
        tabs = all_tabs(person.pk)
    elif is_usual(person):
        tabs = tabs_worked(person.pk)
    else:
        tabs = list(with_news(OpenTab.objects.filter(worked_by(person, "ticket__"), person=person)))
    old = sorted(tabs, key=lambda tab: tab.seen_at, reverse=True)[MOST:]
    if old:
        OpenTab.objects.filter(pk__in=[tab.pk for tab in old]).delete()
    return [tab for tab in tabs if tab not in old]


def put_away(person: Person, number: str) -> None:
    OpenTab.objects.filter(person=person, ticket__number=number.upper()).delete()


@composed
def all_tabs(person: int) -> "QuerySet[OpenTab]":
    return with_news(OpenTab.objects.filter(person=person))


@composed
def tabs_worked(person: int) -> "QuerySet[OpenTab]":
    return with_news(OpenTab.objects.filter(worked_by(agent_like(person), "ticket__"), person=person))


def with_news(tabs: "QuerySet[OpenTab]") -> "QuerySet[OpenTab]":
    since = Message.objects.filter(
        ticket=OuterRef("ticket"), from_desk=False, is_internal=False, sent_at__gt=OuterRef("seen_at")
    )
    news = since.order_by().values("ticket").annotate(n=Count("pk")).values("n")
    shown = ("person", "seen_at", *(f"ticket__{name}" for name in ("number", "subject", "stage")))
    rows = tabs.select_related("ticket").annotate(news=Coalesce(Subquery(news), 0)).only(*shown)
    return rows.order_by(F("opened_at"), "id")
