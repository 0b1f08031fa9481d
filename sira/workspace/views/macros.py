"""Templates and macros: chosen in a ticket and looked at before they act; written by leads."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sira.plumbing.refusals import Refused
from sira.shell.parts import part_or_page, say
from sira.workspace import macros
from sira.workspace.access import DeskRequest, for_agents, ticket_for
from sira.workspace.macro_forms import MacroForm
from sira.workspace.models import Macro
from sira.workspace.views.queue import own_address


@require_GET
@for_agents
def choose(request: DeskRequest, number: str) -> HttpResponse:
    """Those the agent may use in this ticket."""
    found = ticket_for(request.user, number)
    rows = [
        (one, macros.filled(one.text, found, request.user), [macros.ACTS[act].tells(value) for act, value in one.acts])
        for one in macros.of_person(request.user)
    ]
    context = {
        "place": "workspace",
        "ticket": found,
        "rows": rows,
        "address": own_address(request.GET),
        "writes": macros.led_by(request.user).exists(),
    }
    return part_or_page(request, part="workspace/_macros.html", page="workspace/macros_of.html", context=context)


@require_GET
@for_agents
def preview(request: DeskRequest, number: str, key: int) -> HttpResponse:
    """The words filled in, to be changed before they go, and what will be done to the ticket."""
    found = ticket_for(request.user, number)
    macro = get_object_or_404(macros.of_person(request.user), pk=key)
    context = {
        "place": "workspace",
        "ticket": found,
        "macro": macro,
        "text": macros.filled(macro.text, found, request.user),
        "steps": macros.preview(macro, found),
        "address": own_address(request.GET),
    }
    return part_or_page(request, part="workspace/_macro.html", page="workspace/macro_of.html", context=context)


@require_GET
@for_agents
def listed(request: DeskRequest) -> HttpResponse:
    """All that the reader may write; leads those of their groups."""
    groups = writers_groups(request)
    rows = [one for one in macros.of_person(request.user) if macros.may_administer(request.user) or one.group in groups]
    shown = [(one, macros.told(one), macros.may_write(request.user, one.group)) for one in rows]
    context = {"place": "workspace", "rows": shown}
    return render(request, "workspace/macros.html", context)


@require_http_methods(["GET", "POST"])
@for_agents
def write(request: DeskRequest, key: int = 0) -> HttpResponse:
    """One of them, or a new one."""
    writers_groups(request)
    macro = get_object_or_404(macros.of_person(request.user), pk=key) if key else Macro()
    form = MacroForm(request.POST if request.method == "POST" else None, reader=request.user, macro=macro)
    if request.method == "POST" and form.is_valid():
        try:
            macros.keep(macro, form.values(), by=request.user, at=now())
        except Refused as refused:
            form.add_error("text" if isinstance(refused, macros.UnknownPlaceholder) else None, str(refused.message))
        else:
            return say(request, redirect("workspace:macros"), _("Kept"))
    context = {"place": "workspace", "macro": macro, "form": form}
    return render(request, "workspace/macro.html", context, status=422 if form.errors else 200)


@require_POST
@for_agents
def forget(request: DeskRequest, key: int) -> HttpResponse:
    macros.forget(get_object_or_404(macros.of_person(request.user), pk=key), by=request.user)
    return say(request, redirect("workspace:macros"), _("Forgotten"))


def writers_groups(request: DeskRequest) -> list[object]:
    """Raises Http404 for who leads no group."""
    groups: list[object] = list(macros.led_by(request.user))
    if not groups and not macros.may_administer(request.user):
        raise Http404
    return groups
