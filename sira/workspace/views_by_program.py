"""Views by program: lists narrowed and named, one's own and those that are shared with one's groups."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from sira.api import shapes
from sira.api.auth import caller
from sira.api.house import for_working
from sira.api.instants import Day
from sira.api.paging import USUAL, Key
from sira.api.refusing import answers
from sira.api.setting_up import Kind, offer
from sira.api.shapes import PRIORITIES, PRIORITY_WORDS, TRIMMED, Closed, PriorityWord
from sira.api.tickets import named
from sira.people.models import Person, SupportGroup
from sira.tickets.models import Category, TicketType
from sira.workspace import keeping_views, queues
from sira.workspace.keeping_views import kept_by
from sira.workspace.lists_by_program import After, Sort, page_of
from sira.workspace.models import SavedView
from sira.workspace.queues import Queue

router = Router(tags=["lists"])
COUNTED = 999
Word = Annotated[str, Field(min_length=1, max_length=60)]


class ViewFilters(Closed):
    """What a list is narrowed by: of each the values of which one holds.  group, category, type: keys.
    agent, organisation: ids.  null in group, agent or category: none.  hour: of the
    desk's day, in which it happened.  since, until: days."""

    priority: list[PriorityWord] = Field(default_factory=list, max_length=4)
    status: list[Literal["open", "waiting", "held", "resolved", "closed"]] = Field(default_factory=list, max_length=5)
    stage: list[Literal["opened", "assigned", "in_work", "testing", "closed"]] = Field(
        default_factory=list, max_length=5
    )
    channel: list[Word] = Field(default_factory=list, max_length=20)
    tag: list[Word] = Field(default_factory=list, max_length=50)
    group: list[Word | None] = Field(default_factory=list, max_length=200)
    category: list[Word | None] = Field(default_factory=list, max_length=200)
    type: list[Word] = Field(default_factory=list, max_length=200)
    agent: list[Key | None] = Field(default_factory=list, max_length=200)
    organisation: list[Key] = Field(default_factory=list, max_length=200)
    hour: list[Annotated[int, Field(ge=0, le=23)]] = Field(default_factory=list, max_length=24)
    since: Day | None = None
    until: Day | None = None


class ViewGiven(Closed):
    """list: what it narrows.  group: key of whose members see it too."""

    name: Annotated[str, Field(max_length=80, pattern=TRIMMED)]
    list: Literal[queues.SCOPES]  # type: ignore[valid-type]
    filters: ViewFilters = ViewFilters()
    group: str | None = Field(None, max_length=60)


class FiltersShown(Schema):
    priority: list[str]
    status: list[str]
    stage: list[str]
    channel: list[str]
    tag: list[str]
    group: list[str | None]
    category: list[str | None]
    type: list[str]
    agent: list[int | None]
    organisation: list[int]
    hour: list[int]
    since: date | None
    until: date | None


class ViewShown(Schema):
    """owner: who keeps it; others see it by its group."""

    id: int
    owner: int
    name: str
    list: str
    filters: FiltersShown
    group: str | None


class CountShown(Schema):
    """count: at most 999; more: whether there are more."""

    id: int
    name: str
    count: int
    more: bool


class Counts(Schema):
    items: list[CountShown]


@router.get("/views/counts", summary="Count the tickets of each view", response=answers(Counts))
@for_working
def counted(request: HttpRequest) -> HttpResponse:
    who = caller(request)
    kept = list(kept_by(who.pk))
    counts = queues.capped_counts([queue_of(row) for row in kept], who, at=timezone.now(), cap=COUNTED)
    items = [
        {"id": row.pk, "name": row.name, "count": min(count, COUNTED), "more": count > COUNTED}
        for row, count in zip(kept, counts, strict=True)
    ]
    return JsonResponse({"items": items})


@router.get("/views/{key}/tickets", summary="Read a view", response=answers(shapes.TicketPage))
@for_working
def viewed(request: HttpRequest, key: Key, sort: Sort = "", cursor: After = "", limit: int = USUAL) -> HttpResponse:
    """What the caller sees of it: a shared one shows each of its readers their own tickets."""
    return page_of(request, queue_of(get_object_or_404(mine(caller(request)), pk=key), sort), cursor, limit)


def queue_of(row: SavedView, sort: str = "") -> Queue:
    return Queue(row.scope, row.filters, sort)


def mine(by: Person) -> "QuerySet[SavedView]":
    return SavedView.objects.filter(pk__in=[row.pk for row in kept_by(by.pk)]).select_related("group")


def view(row: SavedView) -> dict[str, Any]:
    kept: dict[str, Any] = {name: list(row.filters.get(name, [])) for name in ViewFilters.model_fields}
    kept |= {name: next(iter(kept[name]), None) for name in ("since", "until")}
    kept["priority"] = [PRIORITY_WORDS[one] for one in kept["priority"] if one in PRIORITY_WORDS]
    kept |= {name: keys_of(model, kept[name]) for name, model in NAMED.items()}
    kept["agent"] = [one or None for one in kept["agent"]]
    own = {"id": row.pk, "owner": row.owner_id, "name": row.name, "list": row.scope}
    return {**own, "filters": kept, "group": row.group.key if row.group else None}


NAMED: dict[str, Any] = {"group": SupportGroup, "category": Category, "type": TicketType}


def keys_of(model: Any, ids: Iterable[int]) -> list[str | None]:
    """As the API names them; 0 stands for none, and what is gone is left out."""
    ids = list(ids)
    known: dict[int, str | None] = dict(model.objects.filter(pk__in=ids).values_list("pk", "key")) if ids else {}
    return [known.get(one) for one in ids if one in known or one == 0]


def as_kept(given: ViewFilters) -> dict[str, list[Any]]:
    """As queues.FILTERS has them.  Raises Problem."""
    found: dict[str, list[Any]] = {name: [day.isoformat()] for name, day in days_of(given)}
    for name in ("status", "stage", "channel", "tag", "organisation", "hour"):
        found[name] = list(getattr(given, name))
    found["priority"] = [PRIORITIES[one] for one in given.priority]
    found["agent"] = [one or 0 for one in given.agent]
    for name, model in NAMED.items():
        rows = [named(model, key, f"filters.{name}") for key in getattr(given, name)]
        found[name] = [row.pk if row else 0 for row in rows]
    return {name: values for name, values in found.items() if values}


def days_of(given: ViewFilters) -> list[tuple[str, date]]:
    return [(name, day) for name in ("since", "until") if (day := getattr(given, name)) is not None]


def keep(row: SavedView | None, given: ViewGiven, by: Person, at: datetime) -> SavedView:
    group = named(SupportGroup, given.group, "group")
    values: dict[str, Any] = {"name": given.name, "scope": given.list, "filters": as_kept(given.filters)}
    return keeping_views.keep(row or SavedView(owner=by), **values, group=group, by=by)


offer(
    router,
    Kind(
        path="views",
        one="a view",
        right=None,
        rows=mine,
        shown=view,
        shape=ViewShown,
        new=ViewGiven,
        given=ViewGiven,
        keep=keep,
        remove=lambda row, by, at: keeping_views.forget(row, by=by),
        column="pk",
    ),
)
