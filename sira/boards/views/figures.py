"""The board of figures: tiles of one's choice over days, groups, categories, customers and channels."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sira.boards import asking, composing, exporting, tiles
from sira.boards.asking import Asked
from sira.calendars.fields import DateField
from sira.insight import scope as scopes
from sira.people.finding import is_partner, organisations_known_to
from sira.people.models import Organisation, Person
from sira.people.rights import Right, has
from sira.plumbing.composed import composed
from sira.shell.names import named
from sira.shell.parts import part_or_page, say
from sira.tickets.models import Category, Ticket
from sira.workspace.access import DeskRequest, for_agents
from sira.workspace.views.queue import by_name, groups_of

SUGGESTED = 300


class Between(forms.Form):
    """The days of a board, chosen one by one."""

    since = DateField(label=_lazy("From"), required=False)
    until = DateField(label=pgettext_lazy("day", "until"), required=False)

    def __init__(self, days: dict[str, date]) -> None:
        super().__init__(initial=days)
        for field in self.fields.values():
            field.widget.attrs["class"] = "box"


@require_GET
@for_agents
def figures(request: DeskRequest) -> HttpResponse:
    chosen = tiles.chosen_by(request.user)
    asked = asking.read(request.GET, request.user, at=now())
    context = {**about(request, asked), "tiles": composing.compose(chosen, asked), "arranged": arranged(chosen)}
    return part_or_page(request, part="boards/_figures.html", page="boards/figures.html", context=context)


@require_GET
@for_agents
def wall(request: DeskRequest) -> HttpResponse:
    """For a screen on the wall: large, without anything to press; it reads itself again every half minute."""
    asked = asking.read(request.GET, request.user, at=now())
    context = {**about(request, asked), "tiles": composing.compose(("now", "period", "trend", "ages"), asked)}
    return part_or_page(request, part="boards/_wall.html", page="boards/wall.html", context=context)


@require_GET
@for_agents
def export(request: DeskRequest, kind: str) -> HttpResponse:
    """The tiles that the reader has chosen, as a file."""
    asked = asking.read(request.GET, request.user, at=now())
    filled = composing.compose(tiles.chosen_by(request.user), asked)
    content = exporting.KINDS[kind](filled, asked)
    response = HttpResponse(content, content_type=exporting.TYPES[kind])
    name = f"figures-{asked.scope.since}-{asked.scope.until}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@for_agents
def arrange(request: DeskRequest) -> HttpResponse:
    """tile: chosen ones; place_<tile>: their order.  for: me, nobody (back to what the role has), or a role."""
    places = {tile: request.POST.get(f"place_{tile}", "") for tile in request.POST.getlist("tile")}
    order = sorted(places, key=lambda tile: int(places[tile]) if places[tile].isdecimal() else 99)
    whom, back = request.POST.get("for", "me"), reverse("boards:figures")
    if whom == "nobody":
        tiles.forget(by=request.user)
    elif whom == "me":
        tiles.keep(order, by=request.user, at=now())
    else:
        tiles.share(order, role=whom, by=request.user, at=now())
    return say(request, redirect(back), _("Kept"))


def about(request: DeskRequest, asked: Asked) -> dict[str, Any]:
    """The frame of a board: what it is narrowed by, and what it may be."""
    person, scope = request.user, asked.scope
    groups = [("group", _("Group"), _("All groups"), [(row.pk, named(row)) for row in groups_of(person)])]
    others = Person.WORKING if has(person, Right.SHARE_BOARDS) else ()
    return {
        "place": "boards",
        "asked": asked,
        "at": scope.at,
        "query": asked.query,
        "days": (scope.since, scope.until),
        "between": Between({"since": scope.since, "until": scope.until} if asked.period == "days" else {}),
        "periods": [(key, words, asked.query_with(period=key)) for key, words in periods()],
        **filters(asked, groups, person=person),
        "sees_all": not scopes.groups_seen(person),
        "roles": [(role, Person.Role(role).label) for role in others],
    }


def filters(
    asked: Asked, more: Sequence[tuple[str, str, str, Sequence[tuple[Any, Any]]]] = (), *, person: Person
) -> dict[str, Any]:
    """What a board may be narrowed by; a customer by name, for there may be thousands. Two queries, three with one."""
    offered = [
        *more,
        ("category", _("Category"), _("All categories"), by_name(categories())),
        ("channel", _("Channel"), _("All channels"), Ticket.Channel.choices),
    ]
    chosen = asked.scope.organisation
    return {
        "filters": [
            {"name": name, "words": words, "every": every, "choices": values, "chosen": asked.filters.get(name, "")}
            for name, words, every, values in offered
        ],
        "customers": customers(person),
        "customer": organisations_known_to(person).filter(pk=chosen).values_list("name", flat=True).first()
        if chosen
        else "",
    }


def periods() -> list[tuple[str, str]]:
    return [
        ("today", pgettext("period", "Today")),
        ("week", pgettext("period", "7 days")),
        ("month", pgettext("period", "4 weeks")),
        ("quarter", pgettext("period", "12 weeks")),
    ]


@composed
def categories() -> "QuerySet[Category]":
    return Category.objects.all()


def customers(person: Person) -> list[str]:
    """Suggested; others are found by what is written."""
    return list(names_among(organisations_known_to(person))) if is_partner(person) else all_customers()


@composed
def all_customers() -> "QuerySet[Organisation, str]":
    return names_among(Organisation.objects.all())


def names_among(rows: "QuerySet[Organisation]") -> "QuerySet[Organisation, str]":
    return rows.filter(kind=Organisation.Kind.CUSTOMER).order_by("name").values_list("name", flat=True)[:SUGGESTED]


def arranged(chosen: tuple[str, ...]) -> list[tuple[str, Any, bool, int]]:
    """Every tile: the chosen ones first, in their order."""
    keys = [*chosen, *(key for key in tiles.ALL if key not in chosen)]
    return [(key, tiles.TILES[key], key in chosen, place) for place, key in enumerate(keys, 1)]
