"""What tickets are sorted by: types, categories and services, a list and a page each."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sira.people.rights import Right
from sira.shell.meanwhile import status_of
from sira.shell.parts import say
from sira.studio.access import for_right, who
from sira.studio.house import sorting_forms as forms
from sira.studio.house.acting import carried_out
from sira.studio.house.paging import page_by_name
from sira.tickets import sorting
from sira.tickets.models import Category, Service, TicketType


@dataclass(frozen=True)
class Kind:
    key: str
    words: str | Promise
    new: str | Promise
    told: str | Promise
    model: Any
    form: type[forms.NamedForm]
    beside: tuple[str, ...] = ()  # rows that its list shows with each


KINDS = {
    one.key: one
    for one in (
        Kind(
            "types",
            gettext_lazy("Ticket types"),
            gettext_lazy("New type"),
            gettext_lazy("A type says which process leads a ticket, how it is numbered, and what it needs to end."),
            TicketType,
            forms.TypeForm,
        ),
        Kind(
            "categories",
            gettext_lazy("Categories"),
            gettext_lazy("New category"),
            gettext_lazy("What a ticket is about. The table of groups reads it, and boards count by it."),
            Category,
            forms.CategoryForm,
            ("parent",),
        ),
        Kind(
            "services",
            gettext_lazy("Services"),
            gettext_lazy("New service"),
            gettext_lazy("What you offer to people, such as e-mail or payroll. Promises may depend on it."),
            Service,
            forms.ServiceForm,
            ("owner",),
        ),
    )
}


@require_GET
@for_right(Right.DRAW)
def listed(request: HttpRequest, kind: str) -> HttpResponse:
    """By name, paged by key."""
    rows = KINDS[kind].model.objects.select_related(*KINDS[kind].beside)
    return render(request, "studio/house/sorting.html", _around(kind) | page_by_name(request, rows))


@require_http_methods(["GET", "POST"])
@for_right(Right.DRAW)
def one(request: HttpRequest, kind: str, key: str = "") -> HttpResponse:
    """One of them, or a new one."""
    found = KINDS[kind]
    row = get_object_or_404(found.model, key=key) if key else found.model()
    form = found.form(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and carried_out(request, form)[0]:
        return say(request, redirect("studio:sorting", kind), _("Kept"))
    context = _around(kind) | {"row": row, "form": form, "is_new": not key}
    return render(request, "studio/house/sorted.html", context, status=status_of(form))


@require_POST
@for_right(Right.DRAW)
def withdraw(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Undone by offering it again."""
    sorting.withdraw(get_object_or_404(KINDS[kind].model, key=key), by=who(request))
    undo = reverse("studio:offer_sorted", args=(kind, key))
    return say(request, redirect("studio:sorting", kind), _("It is not offered any more"), undo=undo)


@require_POST
@for_right(Right.DRAW)
def offer(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    sorting.offer(get_object_or_404(KINDS[kind].model, key=key), by=who(request))
    return say(request, redirect("studio:sorting", kind), _("It is offered again"))


def _around(kind: str) -> dict[str, Any]:
    return {"place": "studio", "house": "sorting", "kind": KINDS[kind], "kinds": KINDS.values()}
