"""Files that a scanner's word keeps back: where they came to, and the decision that one is given out all the same."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sira.plumbing import audit, scanning
from sira.shell.parts import say
from sira.studio.access import for_administrators, who
from sira.tickets import held_files

PAGE = 50


@require_GET
@for_administrators
def listed(request: HttpRequest) -> HttpResponse:
    return render(request, "studio/trust/held.html", _page(request))


@require_POST
@for_administrators
def give(request: HttpRequest, key: str) -> HttpResponse:
    """Posts `because`, which the audit trail keeps."""
    because = request.POST.get("because", "").strip()[:1000]
    if not because:
        refusal = _("Say why it may be given out.")
        return render(request, "studio/trust/held.html", _page(request) | {"refusal": refusal}, status=422)
    digest = bytes.fromhex(key) if len(key) == 64 and set(key) <= set("0123456789abcdef") else b""
    scanning.give_out(digest, because=because, by=who(request).pk, way=audit.PAGE)
    return say(request, redirect("studio:held_files"), _("People are given it from now on"))


def _page(request: HttpRequest) -> dict[str, Any]:
    found, after = held_files.listed(who(request), after=request.GET.get("after", ""), most=PAGE)
    return {"place": "studio", "house": "held", "held": found, "after": after}
