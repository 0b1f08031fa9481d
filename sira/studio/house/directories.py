"""The directories by which an organisation's people sign in: added, tried, switched and forgotten.

Nothing is kept before it has been tried, unless one says so.
"""

from typing import Any

from django.core.validators import slug_re
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sira.people.directories import keeping
from sira.people.directories.models import Directory
from sira.people.rights import Right
from sira.plumbing import audit
from sira.plumbing.refusals import Refused
from sira.shell.parts import say
from sira.studio.access import for_administrators, for_right, who
from sira.studio.house.directory_forms import DirectoryForm, OpenIdForm
from sira.studio.house.directory_kinds import FORMS

IDS, EXAMPLE = "directory_%s", "short-name"


@require_GET
@for_administrators
def directories(request: HttpRequest) -> HttpResponse:
    return shown(request, "directories", {"directories": Directory.objects.order_by("name")})


@require_http_methods(["GET", "POST"])
@for_right(Right.ADMINISTER, calls_out=True)
def directory(request: HttpRequest, key: str = "") -> HttpResponse:
    """One of them, or a new one: tried first, then kept."""
    row = get_object_or_404(Directory, key=key) if key else None
    kind = row.kind if row else request.GET.get("kind", "")
    form = FORMS.get(kind, OpenIdForm)(request.POST if request.method == "POST" else None, directory=row, auto_id=IDS)
    if request.method != "POST" or not form.is_valid():
        return page(request, row, form)
    laid_out = form.laid_out()
    looked = keeping.look(laid_out)
    if looked.trouble and request.POST.get("act") != "anyway":
        return page(request, row, form, looked=looked, refused=True)
    try:
        with audit.acting(who(request).pk, audit.PAGE):
            keeping.keep(laid_out, by=who(request))
    except Refused as refused:
        form.add_error(None, str(refused.message))
        return page(request, row, form)
    return say(request, redirect("studio:directories"), _("Kept. People can sign in by it."))


@require_POST
@for_right(Right.ADMINISTER, calls_out=True)
def try_directory(request: HttpRequest, key: str) -> HttpResponse:
    row = get_object_or_404(Directory, key=key)
    return page(request, row, FORMS[row.kind](directory=row, auto_id=IDS), looked=keeping.look(row))


@require_POST
@for_administrators
def switch_directory(request: HttpRequest, key: str) -> HttpResponse:
    keeping.switch(get_object_or_404(Directory, key=key), on=request.POST.get("on") == "yes", by=who(request))
    return redirect("studio:directories")


@require_POST
@for_administrators
def forget_directory(request: HttpRequest, key: str) -> HttpResponse:
    keeping.forget(get_object_or_404(Directory, key=key), by=who(request))
    return say(request, redirect("studio:directories"), _("Forgotten. Who came by it stays."))


def page(
    request: HttpRequest, row: Directory | None, form: DirectoryForm, *, refused: bool = False, **more: Any
) -> HttpResponse:
    key = row.key if row else form.data.get("key") or EXAMPLE
    context = {
        "directory": row,
        "form": form,
        "kind": form.KIND,
        "kinds": Directory.Kind.choices,
        "tells": form.tells(key if slug_re.fullmatch(key) else EXAMPLE),
    } | more
    return shown(request, "directory", context, refused=refused or bool(form.errors))


def shown(request: HttpRequest, page: str, context: dict[str, Any], *, refused: bool = False) -> HttpResponse:
    context = {"place": "studio", "house": "directories", **context}
    return render(request, f"studio/house/{page}.html", context, status=422 if refused else 200)
