"""Examples beside the table: asked, kept, forgotten."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from sira.decisions.models import DecisionVersion
from sira.people.rights import Right
from sira.shell.parts import wants_part
from sira.studio import covering, examples
from sira.studio.access import for_right
from sira.studio.models import Example

NUMBER = re.compile(r"[0-9]{1,9}\Z")


def version_named(key: str, version: str) -> DecisionVersion:
    """Raises Http404, also for what is no number."""
    return get_object_or_404(DecisionVersion, key=key, version=int(version) if NUMBER.match(version) else 0)


@require_POST
@for_right(Right.DRAW)
def try_out(request: HttpRequest, key: str) -> HttpResponse:
    """What this version says to the example; with a name, the example is kept with that result as expected."""
    row = version_named(key, request.POST.get("version", ""))
    fields = examples.asked(row.source)
    facts = examples.facts_from(request.POST, fields)
    decision = request.POST.get("decision", "")
    tried = examples.ask(row, facts, decision=decision)
    name = request.POST.get("name", "").replace("\x00", "").strip()[:120]
    if name and not tried.refused:
        examples.keep(key, name, facts, expected=tried.result)
    if not wants_part(request):
        return redirect("studio:show", "decisions", key)
    context = {
        "row": row,
        "asked": fields,
        "decisions_in": examples.results(row.source),
        "tried": tried,
        "typed": request.POST,
        "examples": examples.told(key, row.source),
        "coverage": covering.findings(row.source),
    }
    return render(request, "studio/_examples.html", context)


@require_GET
@for_right(Right.DRAW)
def coverage(request: HttpRequest, key: str) -> HttpResponse:
    """Gaps and meetings alone, after the table has changed."""
    row = version_named(key, request.GET.get("version", ""))
    return render(request, "studio/_coverage.html", {"coverage": covering.findings(row.source)})


@require_GET
@for_right(Right.DRAW)
def tests(request: HttpRequest, key: str) -> HttpResponse:
    """The kept examples alone, after the table has changed."""
    row = version_named(key, request.GET.get("version", ""))
    return render(request, "studio/_tests.html", {"row": row, "examples": examples.told(key, row.source)})


@require_POST
@for_right(Right.DRAW)
def forget(request: HttpRequest, key: str, example: int) -> HttpResponse:
    get_object_or_404(Example, key=key, pk=example).delete()
    return redirect("studio:show", "decisions", key)
